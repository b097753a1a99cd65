"""Cue phrases that a scan spoiled."""

from __future__ import annotations

import unicodedata

import pytest

from extractor.mending import is_damaged, mended
from extractor.pipeline import extract_document
from extractor.ruletable import load
from extractor.text import split_lines, toneless

SCANNED = """ỦY BAN NHÂN DÂN
TỈNH LẠNG SƠN
Số: 412/TB-UBND
Lạng Sơn, ngày 20 tháng 9 năm 2022

THÔNG BÁO
Kết luận của Chủ tịch UBND tinh

1. Sở Xây dựng chủ tri, phôi hợp với Sở Tài chính rà soát, bao cáo UBND tinh hằng tuân.
2. Sở Y tế kiểm tra phần đầu tư, chỉ đào tạo cán bộ các cơ quan cùng cấp.
"""


def test_a_scanned_notice_is_read_as_it_was_meant() -> None:
    doc = extract_document(SCANNED)
    first = doc.tasks[0]
    names = [
        [doc.agencies[k].name for k in part]
        for part in (first.lead, first.coordinating, first.reports_to)
    ]
    assert names == [["Sở Xây dựng"], ["Sở Tài chính"], ["Ủy ban nhân dân tỉnh"]]
    assert [doc.deadlines[k].recurrence for k, _ in first.deadlines] == ["FREQ=WEEKLY"]
    assert any(d.kind == "scan_words" and "phôi hợp" in d.detail for d in doc.doubts)


def test_what_a_report_is_for_names_no_further_receiver() -> None:
    doc = extract_document(
        SCANNED
        + "3. Sở Y tế gửi Sở Nội vụ ý kiến đê nghiên cứu, tiệp thu, báo cáo Chủ tịch UBND tỉnh.\n"
    )
    assert [doc.agencies[k].name for k in doc.tasks[-1].reports_to] == ["Sở Nội vụ"]


def test_offsets_do_not_move() -> None:
    lines = tuple(split_lines(SCANNED))
    after, _ = mended(lines, SCANNED)
    assert [len(line.text) for line in after] == [len(line.text) for line in lines]
    assert [line.at for line in after] == [line.at for line in lines]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Sở Y tế để nghị UBND các xã rà soát.", "Sở Y tế đề nghị UBND các xã rà soát."),
        ("Để nghị các trường báo cáo.", "Đề nghị các trường báo cáo."),
        ("Để Nghị quyết đi vào cuộc sống, rà soát.", "Để Nghị quyết đi vào cuộc sống, rà soát."),
        ("để nghị định được thi hành", "để nghị định được thi hành"),
    ],
)
def test_a_slip_of_the_keys(written: str, read: str) -> None:
    assert [line.text for line in mended(split_lines(written), written)[0]] == [read]


def test_what_is_spelled_well_stays() -> None:
    line = next(x for x in mended(split_lines(SCANNED), SCANNED)[0] if x.text.startswith("2."))
    assert line.text == "2. Sở Y tế kiểm tra phần đầu tư, chỉ đào tạo cán bộ các cơ quan cùng cấp."


def test_a_clean_text_is_left_alone() -> None:
    clean = (
        "1. Giao Sở Y tế chủ trì, phối hợp với Sở Nội vụ xử lý.\n2. Báo cáo trước ngay ngày 15/3."
    )
    assert not is_damaged(clean)
    lines = tuple(split_lines(clean))
    assert mended(lines, clean) == (lines, ())


@pytest.mark.parametrize("sign", load("scans").words["signs"]["words"])
def test_a_sign_shows_in_decomposed_text(sign: str) -> None:
    assert is_damaged(unicodedata.normalize("NFD", f"Sở Y tế {sign} Sở Nội vụ."))


@pytest.mark.parametrize("sign", load("scans").words["signs"]["words"])
def test_a_sign_is_no_good_spelling(sign: str) -> None:
    table = load("scans").words
    good = {*table["phrases"]["words"], *table["kept"]["words"]}
    assert sign.strip() not in good
    assert toneless(sign.strip().lower()) in {toneless(phrase) for phrase in good}
