"""bench/evaluate.py --against: what turned is told, notice by notice; of test notices only counted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractor import extract_file

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / "bench"

pytestmark = pytest.mark.skipif(not BENCH.is_dir(), reason="no benchmarks beside the tests")


@pytest.fixture(scope="module")
def against(bench: Callable[[str], Any]) -> Any:
    return bench("against")


def task(start: int, **fields: Any) -> dict[str, Any]:
    """A task of ten characters as both gold and output write one; bodies by name."""
    empty: dict[str, Any] = {"lead": [], "coordinating": [], "reports_to": [], "deadlines": []}
    span = {"start": start, "end": start + 10, "clause": str(start), "text": f"việc {start}"}
    return span | empty | fields


def due(day: str) -> dict[str, Any]:
    return {
        "text": f"trước {day}",
        "kind": "due",
        "normalized": {"end": day, "inclusive": False},
    }


def notice(*tasks: dict[str, Any], split: str = "dev", **header: Any) -> dict[str, Any]:
    return {"notice": {"number": "1/TB", **header}, "tasks": list(tasks), "split": split}


GOLD = notice(
    task(0, lead=["Sở Y tế"], deadlines=[due("2022-02-28")]),
    task(20, lead=["Sở Nội vụ"]),
    task(40, optional=True),
    task(60, lead=["Sở Tài chính"]),
)
BEFORE = notice(
    task(0, lead=["Sở Y tế"], deadlines=[due("2022-02-27")]),
    task(20, lead=["Sở Nội vụ"]),
    task(100),
    number="7/TB",
)
AFTER = notice(
    task(0, lead=["Sở Xây dựng"], deadlines=[due("2022-02-28")]),
    task(40),
    task(60, lead=["Sở Tài chính"]),
    task(130),
)


def test_everything_that_turned(against: Any) -> None:
    found = against.changes({"a": GOLD}, {"a": BEFORE}, {"a": AFTER})
    assert [(c.better, c.what, c.clause) for c in found] == [
        (True, "number", ""),
        (False, "lead", "0"),
        (True, "deadlines", "0"),
        (False, "task", "20"),
        (True, "task", "60"),
        (True, "spurious", "100"),
        (False, "spurious", "130"),
    ]


def test_the_same_output_turns_nothing(against: Any) -> None:
    assert against.changes({"a": GOLD}, {"a": BEFORE}, {"a": BEFORE}) == []


def test_the_report_names_tasks_and_counts(against: Any) -> None:
    found = against.changes({"a": GOLD}, {"a": BEFORE}, {"a": AFTER})
    lines = list(against.report("dev", {"a": GOLD}, found))
    assert lines[0] == "== dev: 1 notices"
    assert "  - lead         0          ['Sở Y tế'] -> ['Sở Xây dựng']" in lines
    assert lines[-1].split() == ["all", "better", "4", "worse", "3"]


def test_of_test_notices_only_counts_are_told(against: Any) -> None:
    gold = {"a": GOLD | {"split": "test"}}
    found = against.changes(gold, {"a": BEFORE}, {"a": AFTER})
    text = "\n".join(against.report("test", gold, found))
    assert "Sở" not in text
    assert "việc" not in text
    assert text.splitlines()[-1].split() == ["all", "better", "4", "worse", "3"]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no repository")
def test_the_other_code_runs_in_a_folder_of_its_own(against: Any) -> None:
    notices = ROOT / "samples" / "notices"
    name = min(p.stem for p in notices.glob("*.txt"))
    with against.checked_out("HEAD") as tree:
        assert (tree / "extractor" / "__init__.py").is_file()
        (tree / "extractor" / "__init__.py").write_text(
            "class R:\n    def to_json(self): return '{\"mine\": 1}'\n"
            "def extract_file(path): return R()\n",
            encoding="utf-8",
        )
        assert against.extract_with(tree, notices, [name]) == {name: {"mine": 1}}
    assert not tree.exists()
    assert json.loads(extract_file(notices / f"{name}.txt").to_json())["schema_version"]


def test_an_unknown_commit_ends_with_a_message() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("no repository")
    command = [sys.executable, BENCH / "evaluate.py", "--against", "no-such-commit"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "no-such-commit" in done.stderr
    assert "Traceback" not in done.stderr
