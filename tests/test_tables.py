"""Task tables, row by row: tests/table_cases.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractor import extract
from extractor.document import Document, Task
from extractor.pipeline import extract_document
from extractor.schema import Record

CASES = tomllib.loads((Path(__file__).parent / "table_cases.toml").read_text("utf-8"))["case"]
HEAD = """ỦY BAN NHÂN DÂN
TỈNH BÌNH DƯƠNG
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 41/KH-UBND
Bình Dương, ngày 10 tháng 02 năm 2025

KẾ HOẠCH
Triển khai nhiệm vụ trọng tâm năm 2025

I. MỤC ĐÍCH
Bảo đảm tiến độ các nhiệm vụ được giao.

Nơi nhận:
- Như trên;
- Lưu: VT.
TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Trần Văn Bình

PHỤ LỤC
PHÂN CÔNG NHIỆM VỤ
"""


def names(doc: Document, members: tuple[int, ...]) -> list[str]:
    return [doc.agencies[k].name for k in members]


def told(doc: Document, task: Task, key: str) -> Any:
    """What a task says under a key of the case table."""
    assert doc.flow is not None
    if key == "clause":
        return doc.clauses[task.clause].path
    if key in ("task", "text"):
        return doc.flow.text[slice(*task.action)] if task.action else ""
    if key == "product":
        return "; ".join(doc.flow.text[slice(*p)] for p in task.products)
    if key == "due":
        return [doc.deadlines[k].end for k, _ in task.deadlines]
    if key == "says":
        return [doc.flow.text[slice(*doc.deadlines[k].span)] for k, _ in task.deadlines]
    if key == "basis":
        return task.lead_basis
    return names(doc, {"lead": task.lead, "with": task.coordinating, "to": task.reports_to}[key])


def notice(case: dict[str, Any]) -> str:
    tabs = case["id"].startswith("tabs")
    return HEAD + (case["text"].replace(">", "\t") if tabs else case["text"])


@pytest.mark.parametrize("case", CASES, ids=[c["id"] for c in CASES])
def test_rows(case: dict[str, Any]) -> None:
    """The case's own `why` says what must hold."""
    doc = extract_document(notice(case))
    found = []
    for task, want in zip(doc.tasks, case["tasks"], strict=False):
        have = {key: told(doc, task, key) for key in want}
        if "task" in want:
            have["task"] = have["task"][: len(want["task"])]
        found.append(have)
    found += [{"clause": told(doc, t, "clause")} for t in doc.tasks[len(case["tasks"]) :]]
    assert found == case["tasks"], case["why"]


@pytest.mark.parametrize("case", CASES, ids=[c["id"] for c in CASES])
def test_offsets(case: dict[str, Any], check: Callable[[str], Record]) -> None:
    """Also where columns stand side by side, every field points at a slice of the text."""
    check(notice(case))


def test_a_row_reaches_over_all_its_lines() -> None:
    """The time ends on the row's first line, the work on its third: the row ends with the work."""
    case = next(c for c in CASES if c["id"] == "spaces.wrapped")
    record = extract(notice(case))
    assert record.tasks[0].text.endswith("UBND tỉnh")
    assert record.tasks[1].text.endswith("liên quan")
