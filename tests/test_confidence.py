"""Evidence, what it weighs, the doubts that it raises, and whether confidence is measured rightly."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from extractor.calibration import calibration_error, judged, reliability, risk_coverage
from extractor.confidence import BASE, FIELDS, bears_on, confidences, reasons, whole
from extractor.document import Task
from extractor.evidence import unread_time
from extractor.pipeline import extract_document
from extractor.ruletable import load

RULES = Path(__file__).resolve().parent.parent / "extractor" / "rules"
WEIGHTS = tomllib.loads((RULES / "weights.toml").read_text("utf-8"))["weights"]
HEAD = "ỦY BAN NHÂN DÂN\nTỈNH BÌNH DƯƠNG\nSố: 15/TB-UBND\nBình Dương, ngày 10 tháng 02 năm 2022\n\nTHÔNG BÁO\nKết luận\n\n"


def first(text: str) -> Task:
    return extract_document(HEAD + text).tasks[0]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1. Giao Sở Y tế rà soát nhân lực.", "deadlines.no_time"),
        ("1. Giao Sở Y tế rà soát nhân lực trong tuần tới đây vào 15/8.", "deadlines.due"),
        ("1. Giao Sở Y tế rà soát nhân lực, mỗi 03 buổi/tuần.", "deadlines.time_unread"),
        ("1. Giao Sở Y tế báo cáo trước 9 giờ 00 mùng 6 Tết.", "deadlines.time_unread"),
        ("1. Sở Y tế:\na) Rà soát nhân lực.", "lead.inherited"),
        ("1. Rà soát nhân lực.", "lead.none"),
        ("1. Giao Phòng Điều hoà Nguồn vốn rà soát nhân lực.", "lead.unlisted"),
        ("1. Giao Sở Y tế rà soát; chủ động phối hợp.", "coordinating.unread"),
        ("1. Giao Sở Y tế báo cáo kết quả.", "reports_to.unread"),
        ("1. Giao các sở, ban, ngành rà soát.", "lead.group"),
    ],
)
def test_evidence(text: str, name: str) -> None:
    assert name in extract_document(HEAD + text).evidence[0]


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("1. UBND tỉnh rà soát, sắp xếp lại trụ sở các cơ quan.", True),
        ("1. Các đồng chí Phó Chủ tịch UBND tỉnh trực tiếp kiểm tra công trường.", False),
        ("1. Giao UBND tỉnh rà soát trụ sở.", False),
        ("1. UBND tỉnh:\na) Rà soát trụ sở.", False),
    ],
)
def test_the_issuer_as_lead_is_doubted_unless_it_is_meant(text: str, doubted: bool) -> None:
    assert ("lead.issuer" in extract_document(HEAD + text).evidence[0]) is doubted


def test_evidence_that_is_a_doubt_of_its_own() -> None:
    text = "1. Giao Sở Y tế rà soát nhân lực, mỗi 03 buổi/tuần."
    doc = extract_document(HEAD + text)
    (doubt,) = doc.tasks[0].doubts
    assert doubt.kind == "time_unread"
    assert doc.flow is not None
    assert doubt.span is not None
    assert doc.flow.text[slice(*doubt.span)] == "/tuần"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1. Giao Sở Y tế hoàn thiện đề án y tế cơ sở đến năm 2030, tầm nhìn đến năm 2045.", None),
        ("1. Giao Sở Y tế giải trình quyết toán năm 2021 của bệnh viện.", None),
        ("1. Giao Sở Y tế trực 24/24 giờ, xử lý 300 m3/ngày dịp lễ 30/4.", None),
        ("1. Giao Sở Y tế bổ sung vào ngân sách hằng năm của ngành.", None),
        ("1. Giao Sở Y tế giải trình số thu ngày 05/01/2022 với thanh tra.", "ngày 05/01/2022"),
    ],
)
def test_a_year_in_a_name_is_no_unread_deadline(text: str, said: str | None) -> None:
    doc = extract_document(HEAD + text)
    assert doc.flow is not None
    span = unread_time(doc, doc.tasks[0])
    assert (doc.flow.text[slice(*span)] if span else None) == said


def test_what_puts_nothing_in_question_is_a_note() -> None:
    task = first("1. Giao Sở Y tế rà soát nhân lực trước ngày 05/3.")  # a Saturday
    assert task.doubts == ()
    assert [n.kind for n in task.notes] == ["year_inferred", "named_day_not_working"]


def test_a_year_that_is_far_away_is_a_doubt() -> None:
    task = first("1. Giao Sở Y tế rà soát nhân lực trước ngày 05/01.")
    assert [d.kind for d in task.doubts] == ["year_inferred"]


def test_evidence_lowers_its_own_field() -> None:
    plain, loose = confidences(()), confidences(("lead.loose",))
    assert loose["lead"] < plain["lead"]
    assert loose["deadlines"] == plain["deadlines"]
    assert whole(loose) <= loose["lead"]


def test_reasons_are_told_heaviest_first() -> None:
    found = reasons(("lead.loose", "lead.unlisted", "deadlines.due"), "lead")
    assert [r.weight for r in found] == sorted(r.weight for r in found)
    assert {r.name for r in found} == {"lead.loose", "lead.unlisted"}
    assert all(r.weight < 0 for r in found)


def test_evidence_that_no_weight_knows_changes_nothing() -> None:
    assert confidences(("lead.of_a_later_version",)) == confidences(())


def test_every_weight_has_words_and_bears_on_its_field() -> None:
    words = load("confidence").words["words"]
    for field in FIELDS:
        assert BASE in WEIGHTS[field]
        for name in set(WEIGHTS[field]) - {BASE}:
            assert name in words
            assert bears_on(name, field)


def test_every_doubt_has_words() -> None:
    tables = load("confidence").words
    assert set(tables["doubts"]) <= set(tables["words"])


# ------------------------------------------------------------- calibration


def test_calibration_error() -> None:
    pairs = [(0.95, True)] * 9 + [(0.95, False)] + [(0.35, True)] * 5 + [(0.35, False)] * 5
    assert calibration_error(reliability(pairs)) == pytest.approx(0.5 * 0.05 + 0.5 * 0.15)


def test_full_confidence_has_a_bin() -> None:
    assert [b.tasks for b in reliability([(1.0, True), (0.0, False)])] == [1, *[0] * 8, 1]


def test_risk_coverage_takes_equals_together() -> None:
    pairs = [(0.9, True), (0.9, False), (0.5, False), (0.8, True)]
    assert risk_coverage(pairs) == [(0.5, 0.5), (0.75, pytest.approx(1 / 3)), (1.0, 0.5)]


def _task(start: int, end: int, *, lead: str = "Sở Y tế") -> dict[str, object]:
    return {
        "clause": "1", "start": start, "end": end, "lead": [lead], "coordinating": [],
        "reports_to": [], "deadlines": [], "confidence": 0.9, "confidences": {}, "doubts": [],
    }  # fmt: skip


def test_judged_tasks() -> None:
    gold = {"tasks": [_task(0, 50), {**_task(60, 100), "optional": True}]}
    found = {"tasks": [_task(0, 50, lead="Sở Nội vụ"), _task(60, 100), _task(200, 250)]}
    wrong_lead, spurious = judged(gold, found)  # the optional one is left out
    assert wrong_lead.right["task"]
    assert wrong_lead.right["deadlines"]
    assert not wrong_lead.right["lead"]
    assert not wrong_lead.right["row"]
    assert not any(spurious.right.values())
    assert spurious.alone
