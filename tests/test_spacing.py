"""Lost spaces between syllables are put back, and nothing else is touched."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from extractor import Record, extract
from extractor.spacing import respaced
from extractor.text import split_lines

NOTICES = sorted((Path(__file__).resolve().parent.parent / "samples" / "notices").glob("*.txt"))[
    ::6
]


def mended(text: str) -> str:
    return "\n".join(line.text for line in respaced(split_lines(text)))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Sở Tàichính chủtrì, phốihợp", "Sở Tài chính chủ trì, phối hợp"),
        ("báocáo UBNDtỉnh trướcngày 28/02", "báo cáo UBND tỉnh trước ngày 28/02"),
        ("các SởXây dựng,Tưpháp", "các Sở Xây dựng, Tư pháp"),
        ("đểphốihợpvới trườngTHPT", "để phối hợp với trường THPT"),
        ("BộGiáo dục và Đàotạo", "Bộ Giáo dục và Đào tạo"),
        ("ỦYBANNHÂNDÂN TỈNHBÌNHĐỊNH", "ỦY BAN NHÂN DÂN TỈNH BÌNH ĐỊNH"),
        ("CỘNGHÒAXÃHỘICHỦNGHĨAVIỆTNAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("trước ngày 15/3/2022để tổng hợp", "trước ngày 15/3/2022 để tổng hợp"),
        ("thựchiện nhiệmvụ", "thực hiện nhiệm vụ"),  # "thự chiện" is spelled as well
    ],
)
def test_lost_spaces(written: str, meant: str) -> None:
    assert mended(written) == meant


@pytest.mark.parametrize(
    "text",
    [
        "nghiêng giếng khuỷu quyển quốc gìn giữ ngoằn ngoèo thuở",
        "TTg, VNeID, GDTrH, ThS, QĐ-UBND, eOffice, Internet, Covid-19, email@binhdinh.gov.vn",
        "huyện Krông Năng, tỉnh Đắk Lắk, xã Đăkrông, cao atisô",
        "15:30 ngày 01/7; 1,5 tỷ đồng",
    ],
)
def test_left_alone(text: str) -> None:
    assert mended(text) == text


@pytest.mark.parametrize("path", NOTICES, ids=lambda p: p.stem)
def test_offsets_hold_where_every_third_space_is_lost(
    path: Path, check: Callable[[str], Record]
) -> None:
    spaces = iter(range(10**6))
    text = path.read_text(encoding="utf-8")
    check(re.sub(r"(?<=\w) (?=\w)", lambda m: m[0] if next(spaces) % 3 else "", text))


def test_a_notice_without_its_spaces_tells_the_same() -> None:
    head = (
        "ỦY BAN NHÂN DÂN\nTỈNH BÌNH ĐỊNH\nSố: 15/TB-UBND\nBình Định, ngày 10 tháng 02 năm 2022\n\n"
    )
    body = "1. Giao Sở Tài chính chủ trì, phối hợp với Sở Xây dựng thẩm định, báo cáo UBND tỉnh trước ngày 28/02/2022."
    glued = re.sub(r"(chủ|phối|báo|trước|Tài|Xây) ", r"\1", body)
    assert glued != body
    (usual,), (mended_task,) = extract(head + body).tasks, extract(head + glued).tasks
    for roles in ("lead", "coordinating", "reports_to"):
        assert [a.name for a in getattr(usual, roles)] == [
            a.name for a in getattr(mended_task, roles)
        ]
    assert usual.due == mended_task.due


def test_a_header_without_spaces() -> None:
    notice = extract(
        "ỦYBANNHÂNDÂN\nTỈNHBÌNHĐỊNH\nSố:15/TB-UBND\nCỘNGHÒAXÃHỘICHỦNGHĨAVIỆTNAM\nĐộclập-Tựdo-Hạnhphúc\n"
        "BìnhĐịnh,ngày10tháng02năm2022\n\nTHÔNGBÁO\nKếtluận của Chủtịch UBNDtỉnh\n\n1. Giao Sở Y tế rà soát."
    ).notice
    assert (notice.kind, notice.number, str(notice.issued_on)) == (
        "Thông báo",
        "15/TB-UBND",
        "2022-02-10",
    )
    assert notice.issuer is not None
    assert notice.issuer.name == "Ủy ban nhân dân tỉnh Bình Định"
    assert notice.subject == "Kết luận của Chủ tịch UBND tỉnh"
