"""Mentions of bodies: the names that a sentence gives, as GUIDELINES "Who" writes them out."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from extractor.agencies import find_agencies, write_out
from extractor.citations import find_citations
from extractor.document import Agency, Document, Meta
from extractor.text import Flow, fold, split_lines

NAMES = {
    # lists that share their head
    "sở with colon": ("Giao các Sở: Tài chính, Nội vụ thẩm định.", ["Sở Tài chính", "Sở Nội vụ"]),
    "sở, names with 'và'": (
        "các Sở: Kế hoạch và Đầu tư, Lao động - Thương binh và Xã hội, Giao thông vận tải",
        ["Sở Kế hoạch và Đầu tư", "Sở Lao động - Thương binh và Xã hội", "Sở Giao thông vận tải"],
    ),
    "sở without colon": ("Giao các Sở Tài chính, Nội vụ và Y tế thẩm định.", ["Sở Tài chính", "Sở Nội vụ", "Sở Y tế"]),
    "bộ with colon": ("các Bộ: Quốc phòng, Công an, Ngoại giao", ["Bộ Quốc phòng", "Bộ Công an", "Bộ Ngoại giao"]),
    "bộ without colon": ("các Bộ Công an, Tài chính và Y tế", ["Bộ Công an", "Bộ Tài chính", "Bộ Y tế"]),
    "shared head, then a full name": (
        "các Sở: Tài chính, Nội vụ và Công an tỉnh báo cáo.",
        ["Sở Tài chính", "Sở Nội vụ", "Công an tỉnh"],
    ),
    "shared head in the addressees": (
        "Các Sở: Nông nghiệp và PTNT, Thông tin và Truyền thông;",
        ["Sở Nông nghiệp và Phát triển nông thôn", "Sở Thông tin và Truyền thông"],
    ),
    "full names in a row": (
        "Sở Tài chính, Sở Nội vụ và Kho bạc Nhà nước tỉnh báo cáo.",
        ["Sở Tài chính", "Sở Nội vụ", "Kho bạc Nhà nước tỉnh"],
    ),
    # committees
    "committee of the province": ("UBND tỉnh", ["Ủy ban nhân dân tỉnh"]),
    "old spelling": ("Uỷ ban nhân dân tỉnh", ["Ủy ban nhân dân tỉnh"]),
    "committee of a district": ("UBND huyện Lý Sơn", ["Ủy ban nhân dân huyện Lý Sơn"]),
    "committees with a list": (
        "UBND các huyện: Bình Sơn, Sơn Tịnh",
        ["Ủy ban nhân dân huyện Bình Sơn", "Ủy ban nhân dân huyện Sơn Tịnh"],
    ),
    "committees with a list, no colon": (
        "UBND các huyện Bình Sơn, Tư Nghĩa và Mộ Đức",
        ["Ủy ban nhân dân huyện Bình Sơn", "Ủy ban nhân dân huyện Tư Nghĩa", "Ủy ban nhân dân huyện Mộ Đức"],
    ),
    "committees of mixed units": (
        "UBND các huyện: Bình Sơn, Sơn Tịnh, thị xã Đức Phổ và thành phố Quảng Ngãi",
        [
            "Ủy ban nhân dân huyện Bình Sơn", "Ủy ban nhân dân huyện Sơn Tịnh",
            "Ủy ban nhân dân thị xã Đức Phổ", "Ủy ban nhân dân thành phố Quảng Ngãi",
        ],
    ),
    "committees as a group": ("UBND các huyện, thị xã, thành phố", ["Ủy ban nhân dân các huyện, thị xã, thành phố"]),
    "committees of communes": ("UBND các xã, phường, thị trấn", ["Ủy ban nhân dân các xã, phường, thị trấn"]),
    "party committees with a list": ("Công an các huyện: Bình Sơn, Sơn Tịnh", ["Công an huyện Bình Sơn", "Công an huyện Sơn Tịnh"]),
    # a position stands for the body
    "director": ("Giám đốc Sở Y tế chịu trách nhiệm.", ["Sở Y tế"]),
    "directors, shared head": ("Giám đốc các Sở: Tài chính, Y tế", ["Sở Tài chính", "Sở Y tế"]),
    "heads of a group": ("Thủ trưởng các sở, ban, ngành", ["các sở, ban, ngành"]),
    "chairmen": ("Chủ tịch UBND các huyện, thị xã, thành phố", ["Ủy ban nhân dân các huyện, thị xã, thành phố"]),
    "chairman of a district": ("Chủ tịch UBND huyện Mộ Đức", ["Ủy ban nhân dân huyện Mộ Đức"]),
    "chief of office": ("Chánh Văn phòng UBND tỉnh", ["Văn phòng Ủy ban nhân dân tỉnh"]),
    "minister": ("Bộ trưởng Bộ Tài chính", ["Bộ Tài chính"]),
    "inspector": ("Chánh Thanh tra tỉnh", ["Thanh tra tỉnh"]),
    "comrade with a title": ("Giao đồng chí Giám đốc Sở Nội vụ tham mưu.", ["Sở Nội vụ"]),
    "secretary": ("Bí thư Huyện ủy Bình Sơn", ["Huyện ủy Bình Sơn"]),
    # groups
    "sở, ban, ngành": ("các sở, ban, ngành tỉnh", ["các sở, ban, ngành tỉnh"]),
    "agencies concerned": ("các cơ quan, đơn vị liên quan", ["các cơ quan, đơn vị liên quan"]),
    "one body and a group": ("Sở Tài chính và các đơn vị liên quan", ["Sở Tài chính", "các đơn vị liên quan"]),
    "owners of projects": ("Yêu cầu các chủ đầu tư đẩy nhanh giải ngân.", ["các chủ đầu tư"]),
    "localities": ("các địa phương", ["các địa phương"]),
    # abbreviations
    "TT&TT": ("Sở TT&TT", ["Sở Thông tin và Truyền thông"]),
    "TN&MT": ("Sở TN&MT", ["Sở Tài nguyên và Môi trường"]),
    "NN&PTNT": ("Sở NN&PTNT", ["Sở Nông nghiệp và Phát triển nông thôn"]),
    "KH&ĐT": ("Sở KH&ĐT", ["Sở Kế hoạch và Đầu tư"]),
    "GTVT": ("Sở GTVT", ["Sở Giao thông vận tải"]),
    "LĐTB&XH": ("Sở LĐTB&XH", ["Sở Lao động - Thương binh và Xã hội"]),
    "VHTT&DL": ("Sở VHTT&DL", ["Sở Văn hóa, Thể thao và Du lịch"]),
    "GD&ĐT": ("Sở GD&ĐT", ["Sở Giáo dục và Đào tạo"]),
    "HĐND": ("HĐND tỉnh", ["Hội đồng nhân dân tỉnh"]),
    "office": ("Văn phòng UBND tỉnh", ["Văn phòng Ủy ban nhân dân tỉnh"]),
    "UBMTTQ": ("UBMTTQ Việt Nam tỉnh", ["Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh"]),
    "shared head of abbreviations": ("các Sở: TN&MT, KH&ĐT", ["Sở Tài nguyên và Môi trường", "Sở Kế hoạch và Đầu tư"]),
    # short forms of this notice
    "defined in brackets": (
        "Trung tâm Công nghệ thông tin và Truyền thông (sau đây viết tắt là Trung tâm) vận hành; Trung tâm báo cáo.",
        ["Trung tâm Công nghệ thông tin và Truyền thông"] * 2,
    ),
    "defined by its head word": (
        "Trung tâm Công nghệ thông tin và Truyền thông vận hành hệ thống. Trung tâm báo cáo kết quả.",
        ["Trung tâm Công nghệ thông tin và Truyền thông"] * 2,
    ),
    "initials": (
        "Giao Ban Quản lý dự án Đầu tư xây dựng (BQLDA) lập hồ sơ; BQLDA báo cáo UBND tỉnh.",
        ["Ban Quản lý dự án Đầu tư xây dựng"] * 2 + ["Ủy ban nhân dân tỉnh"],
    ),
    # names that no table holds
    "a company": ("Giao Công ty TNHH MTV Khai thác công trình thủy lợi Quảng Ngãi vận hành hồ.", ["Công ty TNHH MTV Khai thác công trình thủy lợi Quảng Ngãi"]),
    "a steering committee": ("Ban Chỉ đạo chuyển đổi số tỉnh họp.", ["Ban Chỉ đạo chuyển đổi số tỉnh"]),
}  # fmt: skip

NOTHING = {
    "sở hữu": "quyền sở hữu đất, hồ sơ quá hạn",
    "ban hành": "khẩn trương ban hành, tổ chức thực hiện",
    "hội nghị": "tổ chức hội nghị, hội thảo",
    "bộ thủ tục": "công bố bộ thủ tục hành chính",
    "xã hội": "phát triển kinh tế - xã hội",
    "phòng, chống": "công tác phòng, chống dịch bệnh",
    "ngành hàng": "ngành hàng chủ lực",
    "inside a citation's number": "theo Quyết định số 12/QĐ-UBND ngày 01/02/2022",
}

# What should hold and does not yet: case -> why. A row that starts to pass fails the run: take it out.
KNOWN: dict[str, str] = {}


def case(name: str, *values: Any) -> Any:
    marks = [pytest.mark.xfail(reason=KNOWN[name])] if name in KNOWN else []
    return pytest.param(*values, id=name, marks=marks)


def mentions(sentence: str, **meta: Any) -> tuple[Agency, ...]:
    meta = {
        "issuer": "Ủy ban nhân dân tỉnh Quảng Ngãi",
        "province": "Quảng Ngãi",
        "issued_on": "2022-02-10",
    } | meta
    lines = tuple(split_lines(sentence))
    flow, _ = Flow.build([[(line, 0) for line in lines]])
    return find_agencies(
        find_citations(Document(sentence, lines, meta=Meta(**meta), flow=flow))
    ).agencies


@pytest.mark.parametrize(("sentence", "names"), [case(n, *row) for n, row in NAMES.items()])
def test_names(sentence: str, names: list[str]) -> None:
    """Names are compared but for their capitals, which writers place as they like."""
    assert [a.name.casefold() for a in mentions(sentence)] == [n.casefold() for n in names]


@pytest.mark.parametrize("sentence", [case(n, s) for n, s in NOTHING.items()])
def test_no_mention(sentence: str) -> None:
    assert [a.name for a in mentions(sentence)] == []


@pytest.mark.parametrize(("sentence", "names"), list(NAMES.values()), ids=list(NAMES))
def test_spans_are_in_order_and_apart(sentence: str, names: list[str]) -> None:
    found = mentions(sentence)
    length = len(fold(sentence, 0).text)
    assert all(0 <= a.span.start < a.span.end <= length for a in found)
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("sentence", "runs"),
    [
        case("one enumeration", "Sở Tài chính, Sở Nội vụ và các đơn vị liên quan", [1, 1, 1]),
        case(
            "two", "Giao Sở Tài chính chủ trì, phối hợp với Sở Nội vụ, Sở Y tế thẩm định", [1, 2, 2]
        ),
        case("shared head", "Giao các Sở: Tài chính, Nội vụ báo cáo UBND tỉnh", [1, 1, 2]),
    ],
)
def test_runs(sentence: str, runs: list[int]) -> None:
    found = mentions(sentence)
    first = found[0].run
    assert [a.run - first + 1 for a in found] == runs


# ------------------------------------------------------------- links: a false one is worse than none


def only(sentence: str, **meta: Any) -> Agency:
    (agency,) = mentions(sentence, **meta)
    return agency


@pytest.mark.parametrize("name", ["Sở Nội vụ", "Sở TT&TT", "UBND tỉnh", "Giám đốc Sở Y tế"])
def test_a_body_of_the_province_is_linked_to_it(name: str) -> None:
    here, there = only(name), only(name, province="Lào Cai", issuer="Ủy ban nhân dân tỉnh Lào Cai")
    assert here.id is not None
    assert there.id is not None
    assert here.id != there.id
    assert here.id.startswith("P51")


@pytest.mark.parametrize("name", ["Bộ Tài chính", "Văn phòng Chính phủ"])
def test_a_central_body_is_the_same_everywhere(name: str) -> None:
    here, there = only(name), only(name, province="Lào Cai")
    assert here.id == there.id is not None


def test_a_body_of_another_province_is_not_linked_here() -> None:
    link = only("Sở Nội vụ tỉnh Lào Cai").id
    assert link is None or not link.startswith("P51")


@pytest.mark.parametrize(
    ("name", "other"),
    [("Sở Nội vụ", "Sở Ngoại vụ"), ("Sở Tài chính", "Bộ Tài chính"), ("Sở Y tế", "Bộ Y tế")],
)
def test_like_names_are_not_one_body(name: str, other: str) -> None:
    assert only(name).id != only(other).id


def test_a_body_nobody_knows_has_no_id() -> None:
    assert (
        only("Ban Chỉ đạo chuyển đổi số tỉnh").id is None
        or only("Ban Chỉ đạo chuyển đổi số tỉnh").found_by != "fuzzy"
    )
    assert only("Công ty cổ phần Thép Dòng Sông Xanh").id is None


def test_a_body_out_of_force_is_doubted_with_its_successor() -> None:
    (doubt,) = only("Sở Kế hoạch và Đầu tư", issued_on="2026-01-15").doubts
    assert doubt.kind == "out_of_force"
    assert "Sở Tài chính" in doubt.detail
    assert only("Sở Kế hoạch và Đầu tư").doubts == ()


@pytest.mark.parametrize(
    ("written", "full"),
    [
        ("UBND tỉnh", "Ủy ban nhân dân tỉnh"),
        ("HĐND và UBND huyện", "Hội đồng nhân dân và Ủy ban nhân dân huyện"),
        ("Văn phòng Chính phủ", "Văn phòng Chính phủ"),
    ],
)
def test_write_out(written: str, full: str) -> None:
    assert write_out(written) == full
