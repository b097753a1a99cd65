"""bench/peers.py: how tools are scored, and that the READMEs' table is one that it writes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / "bench"
SCORE = r"\d\.\d{3} / \d\.\d{3} / \*\*\d\.\d{3}\*\*"

pytestmark = pytest.mark.skipif(not BENCH.is_dir(), reason="no benchmarks beside the tests")


@pytest.fixture(scope="module")
def peers(bench: Callable[[str], Any]) -> Any:
    return bench("peers")


@pytest.mark.parametrize(
    ("name", "heads"), [("README.md", "ENGLISH"), ("README.vi.md", "VIETNAMESE")]
)
def test_the_readme_has_the_generated_table(peers: Any, name: str, heads: str) -> None:
    """Read back and written again it is the same; figures are the run's own."""
    text = (ROOT / name).read_text("utf-8")
    block = re.search(r"<!-- begin peers\b[^>]*-->\n(.*?)\n<!-- end peers -->", text, re.DOTALL)
    assert block is not None
    *rows, _, foot = block[1].split("\n")
    lines = []
    for row in rows[2:]:
        tool, *cells = row.strip("| ").split(" | ")
        assert all(re.fullmatch(rf"–|{SCORE}", cell) for cell in cells[:-1])
        assert re.fullmatch(r"\d+\.\d\d", cells[-1])
        lines.append(peers.Line(tool, tuple(cells)))
    assert [line.tool for line in lines] == list(peers.TOOLS)
    assert "\n".join(peers.table(lines, getattr(peers, heads), foot)) == block[1]
    assert re.fullmatch(
        r"nhiemvu [\w.]+, dateparser [\w.]+, underthesea [\w.]+, \d\d/\d\d/\d{4}", foot
    )


GOLD = {
    "notice": {},
    "tasks": [
        {
            "start": 10,
            "end": 50,
            "lead": ["Ủy ban nhân dân tỉnh"],
            "lead_basis": "stated",
            "coordinating": ["Sở Y tế"],
            "reports_to": [],
            "deadlines": [{"kind": "due", "start": 40, "normalized": {"end": "2022-02-28"}}],
        },
        {
            "start": 60,
            "end": 90,
            "lead": ["Sở Nội vụ"],
            "lead_basis": "inherited",
            "coordinating": [],
            "reports_to": [],
            "deadlines": [],
        },
        {"start": 100, "end": 120, "optional": True},
    ],
}


def test_only_what_stands_in_the_gold_tasks_counts(peers: Any) -> None:
    found = peers.Found(
        tasks=[(10, 48), (100, 120), (200, 220)],
        deadlines=[(5, "2022-01-01"), (40, "2022-02-28"), (70, "2022-03-01")],
        agencies=[(12, "UBND tỉnh"), (15, "UBND tỉnh"), (30, "Sở Xây dựng"), (95, "Sở Y tế")],
    )
    scores = peers.judge(GOLD, found)
    assert scores["tasks"] == (1, 2, 2)  # the optional one is neutral
    assert scores["deadlines"] == (1, 2, 1)  # the first stands in no task
    assert scores["agencies"] == (
        1,
        2,
        2,
    )  # said twice, counted once; an inherited lead is not there


def test_what_a_tool_does_not_do_is_not_scored(peers: Any) -> None:
    assert peers.judge(GOLD, peers.Found(deadlines=[])) == {
        "tasks": None,
        "deadlines": (0, 0, 1),
        "agencies": None,
    }


TEXT = """Số: 1/TB

1. Giao Sở Nông nghiệp và Phát triển
nông thôn chủ trì rà soát, xong trước ngày 28/02/2022.

2. Chuyển đổi số là xu hướng.
"""


def test_the_cue_regex_reads_over_line_breaks(peers: Any) -> None:
    found = peers.cue_regex(TEXT, "2022-02-10")
    assert [TEXT[a:b].split(maxsplit=1)[0] for a, b in found.tasks] == ["1."]
    assert [day for _, day in found.deadlines] == ["2022-02-28"]
    assert [name for _, name in found.agencies] == ["Sở Nông nghiệp và Phát triển nông thôn"]


@pytest.mark.parametrize("tool", ["nhiemvu", "dateparser `search_dates`", "underthesea `ner`"])
def test_every_tool_says_where(peers: Any, tool: str) -> None:
    """Offsets are those of the text: of a body's first word, of the date or the words before it."""
    text = "\n1. Giao Ủy ban nhân dân tỉnh Nam Định xong trước ngày 28/02/2022."
    found = peers.TOOLS[tool](text, "2022-02-10")
    for start, name in found.agencies or ():
        assert text[start:].startswith(name.split()[0])
    for start, day in found.deadlines or ():
        assert day == "2022-02-28"
        assert text.index("trước") <= start <= text.index("28/02")
    assert found.agencies or found.deadlines
