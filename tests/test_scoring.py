"""The metrics, by cases and against the shared script on the same files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from extractor.cli import main
from extractor.evaluation import read_gold, read_output
from extractor.scoring import (
    canonical,
    count_pairs,
    match,
    overlap,
    same_agency,
    same_deadline,
    score,
)

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "samples" / "gold"


@pytest.fixture(scope="session")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run's output for the samples."""
    path = tmp_path_factory.mktemp("scoring") / "out.jsonl"
    assert main(["extract", "-q", str(ROOT / "samples" / "notices"), "-o", str(path)]) == 0
    return path


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Giám đốc Sở TT&TT", "sở thông tin và truyền thông".replace(" và", "")),
        ("các Sở, ban, ngành", "sở ban ngành"),
        ("**Chủ tịch UBND các huyện**;", "ủy ban nhân dân các huyện"),
        ("Uỷ ban nhân dân", "ủy ban nhân dân"),
        ("MTTQ VN tỉnh", "mặt trận tổ quốc việt nam tỉnh"),
    ],
)
def test_canonical(written: str, compared: str) -> None:
    assert canonical(written) == compared


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Sở Y tế", "Sở Y tế tỉnh Cà Mau", True),
        ("Các đơn vị liên quan", "các đơn vị", True),
        ("Ủy ban nhân dân tỉnh", "UBND tỉnh", True),
        ("Sở Y tế", "Sở Tài chính", False),
        ("Ủy ban nhân dân tỉnh", "Ủy ban nhân dân huyện", False),
    ],
)
def test_same_agency(one: str, other: str, same: bool) -> None:
    assert same_agency(one, other) is same
    assert same_agency(other, one) is same


def span(start: int, end: int) -> dict[str, int]:
    return {"start": start, "end": end}


def test_overlap_forgives_a_run_up() -> None:
    assert overlap(span(0, 10), span(0, 10)) == 1
    assert overlap(span(0, 10), span(20, 30)) == 0
    assert overlap(span(0, 100), span(60, 100)) == 0.5
    assert overlap(span(0, 100), span(60, 140)) < 0.5


def test_match_is_one_to_one() -> None:
    gold = [span(0, 10), span(10, 20)]
    assert match(gold, [span(0, 19), span(10, 20)]) == {0: 0, 1: 1}
    assert match(gold, [span(0, 10), span(0, 10)]) in ({0: 0}, {0: 1})
    assert match(gold, []) == {}


def test_pairs_are_one_to_one() -> None:
    assert count_pairs(["a", "a"], ["a"], str.__eq__) == 1
    assert count_pairs(["a", "b"], ["b", "a", "c"], str.__eq__) == 2


def due(kind: str, **normalized: Any) -> dict[str, Any]:
    return {"kind": kind, "normalized": normalized, "text": ""}


@pytest.mark.parametrize(
    ("gold", "found", "same"),
    [
        (
            due("due", end="2022-02-28", inclusive=False),
            due("due", end="2022-02-28", inclusive=False),
            True,
        ),
        (
            due("due", end="2022-02-28", inclusive=False),
            due("due", end="2022-02-28", inclusive=True),
            False,
        ),
        (
            due("due", end="2022-02-28T17:00", inclusive=False),
            due("due", end="2022-02-28T17:00:00", inclusive=False),
            True,
        ),
        (due("from", start="2022-09-01"), due("from", start="2022-09-01", end="2022-12-31"), True),
        (
            due("recurring", recurrence="FREQ=MONTHLY;INTERVAL=1"),
            due("recurring", recurrence="RRULE:freq=monthly"),
            True,
        ),
        (due("recurring", recurrence="FREQ=MONTHLY"), due("recurring"), False),
        (
            due("relative", duration="P5D"),
            due("relative", duration="P5D", working_days=False),
            True,
        ),
        (
            due("relative", duration="P5D", working_days=True),
            due("relative", duration="P5D"),
            False,
        ),
        (due("event", anchor="a"), due("event", anchor="b"), True),
        (due("event"), due("due"), False),
    ],
)
def test_same_deadline(gold: dict[str, Any], found: dict[str, Any], same: bool) -> None:
    assert same_deadline(gold, found) is same


def task(start: int, end: int, lead: str = "Sở Y tế", **more: Any) -> dict[str, Any]:
    base = {"clause": "1", "text": "…", "coordinating": [], "reports_to": [], "deadlines": []}
    return {**base, **span(start, end), "lead": [lead], **more}


def test_figures_of_a_small_run() -> None:
    gold = {
        "a": {
            "notice": {"kind": "Thông báo", "number": ["1/TB", "01/TB"]},
            "tasks": [task(0, 10), task(20, 30), task(40, 50, optional=True)],
        },
        "b": {
            "notice": {},
            "tasks": [task(0, 10, deadlines=[due("due", end="2022-02-28", inclusive=True)])],
        },
    }
    found = {
        "a": {
            "notice": {"kind": "thông báo", "number": "01/TB"},
            "tasks": [task(0, 10), task(20, 30, "Sở Nội vụ"), task(41, 50), task(90, 99)],
        }
    }
    result = score(gold, found).result()
    assert result["notices"] == 2
    assert result["absent"] == 1
    assert (result["tasks"]["p"], result["tasks"]["r"]) == (0.6667, 0.6667)
    assert result["lead"]["exact"] == 0.5
    assert (result["deadlines"]["gold"], result["deadlines"]["found"]) == (1, 0)
    assert result["fields"] == 1
    assert result["untouched"] == 0.3333
    assert result["by_notice"] == 0.25
    assert result["spurious"] == 0.3333


def test_nothing_against_nothing() -> None:
    result = score({}, {}).result()
    assert (result["tasks"]["f1"], result["untouched"], result["spurious"]) == (1.0, 0.0, 0.0)


def test_samples_score_well(output: Path) -> None:
    result = score(read_gold(GOLD), read_output(output)).result()
    assert result["absent"] == 0
    assert result["tasks"]["f1"] >= 0.85


@pytest.mark.parametrize("form", [(), ("--json",), ("--details",), ("--details", "--json")])
@pytest.mark.parametrize("gold", ["samples", "shared", "absent"])
def test_prints_what_the_shared_script_prints(
    form: tuple[str, ...],
    gold: str,
    shared: Path,
    output: Path,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    folder, found = GOLD, output
    if gold == "shared":
        folder, found = shared / "gold", tmp_path / "out.jsonl"
        assert main(["extract", "-q", str(shared / "notices"), "-o", str(found)]) == 0
    elif gold == "absent":  # half of the notices have no output
        lines = output.read_text(encoding="utf-8").split("\n")
        found = tmp_path / "half.jsonl"
        found.write_text("\n".join(lines[::2]), encoding="utf-8")
    script = [sys.executable, str(shared / "score.py"), str(folder), str(found), *form]
    theirs = subprocess.run(
        script, capture_output=True, text=True, check=True, encoding="utf-8"
    ).stdout
    capfd.readouterr()
    assert main(["evaluate", str(folder), str(found), *form]) == 0
    ours = capfd.readouterr().out
    differing = [
        k
        for k, (a, b) in enumerate(zip(ours.split("\n"), theirs.split("\n"), strict=False))
        if a != b
    ]
    assert (len(ours), differing) == (len(theirs), [])


def test_split_takes_its_part(output: Path, capfd: pytest.CaptureFixture[str]) -> None:
    counts = {}
    for split in ("dev", "test"):
        assert main(["evaluate", str(GOLD), str(output), "--split", split, "--json"]) == 0
        counts[split] = json.loads(capfd.readouterr().out)["notices"]
    assert counts["dev"] + counts["test"] == len(list(GOLD.glob("*.json")))
    assert min(counts.values()) > 0
