"""Who must do what by when, case by case: tests/task_cases.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from extractor.document import Document
from extractor.pipeline import extract_document
from extractor.records import nature

TABLE = tomllib.loads((Path(__file__).parent / "task_cases.toml").read_text(encoding="utf-8"))
CASES, HEADS = TABLE["case"], TABLE["heads"]
HEAD = """ỦY BAN NHÂN DÂN
TỈNH BÌNH DƯƠNG
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 15/TB-UBND
Bình Dương, ngày 10 tháng 02 năm 2022

THÔNG BÁO
Kết luận của Chủ tịch UBND tỉnh tại cuộc họp giao ban

"""
TAIL = "\n\nNơi nhận:\n- Như trên;\n- Lưu: VT.\nTL. CHỦ TỊCH\nCHÁNH VĂN PHÒNG\n"


def names(doc: Document, members: tuple[int, ...]) -> list[str]:
    return [doc.agencies[k].name for k in members]


@pytest.mark.parametrize("case", CASES, ids=[c["id"] for c in CASES])
def test_case(case: dict[str, Any]) -> None:
    """The case's own `why` says what must hold."""
    head = case.get("head", HEAD)
    doc = extract_document(HEADS.get(head, head) + case["text"] + TAIL)
    assert doc.flow is not None
    found = [
        {
            "clause": doc.clauses[task.clause].path,
            "lead": names(doc, task.lead),
            "with": names(doc, task.coordinating),
            "to": names(doc, task.reports_to),
            "due": [doc.deadlines[k].end for k, _ in task.deadlines],
            "for": [names(doc, bodies) for _, bodies in task.shares],
            "basis": task.lead_basis,
            "count": len(task.deadlines),
            "nature": nature(doc.deadlines[k].kind for k, _ in task.deadlines),
            "text": doc.flow.text[slice(*task.span)],
            "action": doc.flow.text[slice(*task.action)] if task.action else None,
        }
        for task in doc.tasks
    ]
    assert [f["clause"] for f in found] == [t["clause"] for t in case["tasks"]], case["why"]
    for have, want in zip(found, case["tasks"], strict=True):
        for key in ("lead", "with", "to", "due", "for", "basis", "count", "nature", "action"):
            if key in want:
                assert have[key] == want[key], (case["why"], key, have["text"])
        assert str(have["text"]).startswith(want.get("from", ""))


def test_a_deadline_that_no_task_took_is_shown() -> None:
    """Which item a bare line of time belongs to cannot be told; it must not vanish."""
    doc = extract_document(
        HEAD + "1. Sở Y tế rà soát danh sách.\n\nThời gian: trước ngày 20/12/2022." + TAIL
    )
    assert not doc.tasks[0].deadlines
    doubt = next(d for d in doc.doubts if d.kind == "deadline_unassigned")
    assert doubt.span is not None
    assert doc.text[slice(*doubt.span)] == "trước ngày 20/12/2022"


def test_the_committee_of_the_issuing_union_assigns() -> None:
    """ "Đoàn huyện" issues, so what its "Ban Thường vụ Huyện đoàn" lays down is no task of its own."""
    doc = extract_document(
        "BCH ĐOÀN HUYỆN TÂN LẠC\nSố: 15-KH/ĐTN\nTân Lạc, ngày 10 tháng 02 năm 2022\n\nKẾ HOẠCH\n"
        "Tổ chức Tháng Thanh niên\n\n1. Ban Thường vụ Huyện đoàn ban hành kế hoạch và đôn đốc các cơ sở.\n"
        "2. Các xã đoàn báo cáo kết quả về Ban Thường vụ Huyện đoàn trước ngày 25/3/2022.\n"
    )
    assert [names(doc, task.lead) for task in doc.tasks] == [["Các xã đoàn"]]


def test_a_copy_without_a_letterhead_is_told_by_whoever_speaks() -> None:
    """No issuer is known, so the body that asks is not the one that does."""
    doc = extract_document(
        "Bộ trưởng Bộ Tài chính yêu cầu Tổng cục Thuế rà soát đề án, báo cáo Bộ trước ngày 15/3/2022."
    )
    assert [names(doc, task.lead) for task in doc.tasks] == [["Tổng cục Thuế"]]
