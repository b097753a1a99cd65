"""The province of a notice whose issuer is a district or commune: named, unique, decided by other names, or none."""

from __future__ import annotations

import pytest

from extractor import extract
from extractor.document import Meta
from extractor.gazetteer import default
from extractor.letterhead import home_province
from extractor.placing import unit_of

BEFORE, AFTER = "2022-05-01", "2026-03-10"


@pytest.mark.parametrize(
    ("issuer", "unit"),
    [
        ("Ủy ban nhân dân huyện Sơn Hà", ("huyện", "sơn hà")),
        ("Ủy ban nhân dân xã Sơn Thành, huyện Sơn Hà, tỉnh Quảng Ngãi", ("xã", "sơn thành")),
        ("Ban Thường vụ Huyện ủy Sơn Hà", ("huyện", "sơn hà")),
        ("Thị ủy Đức Phổ", ("thị xã", "đức phổ")),
        ("Đảng ủy phường Cẩm Thành", ("phường", "cẩm thành")),
        ("Bảo hiểm xã hội huyện Sơn Hà", ("huyện", "sơn hà")),
        ("Phòng Y tế TP. Biên Hòa", ("thành phố", "biên hòa")),
        ("Tỉnh đoàn Quảng Ngãi", ("", "")),
        ("Sở Y tế", ("", "")),
    ],
)  # fmt: skip
def test_the_unit_of_an_issuer(issuer: str, unit: tuple[str, str]) -> None:
    assert unit_of(issuer) == unit


@pytest.mark.parametrize(
    ("issuer", "on", "text", "province"),
    [
        # one place in the country has the name on that day
        ("Ủy ban nhân dân huyện Sơn Hà", BEFORE, "", "Quảng Ngãi"),
        ("Huyện ủy Sơn Hà", BEFORE, "", "Quảng Ngãi"),
        ("Thành ủy Biên Hòa", BEFORE, "", "Đồng Nai"),
        ("Ủy ban nhân dân quận Ba Đình", BEFORE, "như ở tỉnh Nghệ An", "Hà Nội"),
        ("Phòng Y tế thị xã Đức Phổ", BEFORE, "", "Quảng Ngãi"),
        ("Ủy ban nhân dân huyện Đắk Hà", BEFORE, "", "Kon Tum"),
        # communes from 1 July 2025, in the provinces of that day
        ("Ủy ban nhân dân xã Sơn Hà", AFTER, "", "Quảng Ngãi"),
        ("Ủy ban nhân dân xã Đắk Hà", AFTER, "", "Quảng Ngãi"),
        ("Đảng ủy phường Cẩm Thành", AFTER, "", "Quảng Ngãi"),
        # a district after its end is no issuer; a name that was another province's before
        ("Ủy ban nhân dân huyện Sơn Hà", AFTER, "", None),
        ("Ủy ban nhân dân phường Cẩm Thành", BEFORE, "", "Quảng Ninh"),
        # several have it
        ("Ủy ban nhân dân huyện Châu Thành", BEFORE, "", None),
        ("Ủy ban nhân dân xã Tân Thành", BEFORE, "", None),
        ("Ủy ban nhân dân phường Hòa Bình", AFTER, "", None),
        # ... and the province, the commune's district or two neighbours decide
        ("Ủy ban nhân dân huyện Châu Thành", BEFORE, "UBND tỉnh Bến Tre", "Bến Tre"),
        ("Ủy ban nhân dân xã Tân Thành", BEFORE, "UBND HUYỆN GÒ CÔNG ĐÔNG", "Tiền Giang"),
        ("Ủy ban nhân dân huyện Châu Thành", BEFORE, "các xã: Tam Phước, Quới Sơn", "Bến Tre"),
        ("Ủy ban nhân dân huyện Châu Thành", BEFORE, "xã Tam Phước và xã Quới Sơn", "Bến Tre"),
        # one name, names that contradict each other, and names that all have, decide nothing
        ("Ủy ban nhân dân huyện Châu Thành", BEFORE, "UBND xã Quới Sơn", None),
        ("Ủy ban nhân dân huyện Châu Thành", BEFORE, "tỉnh Bến Tre và tỉnh Trà Vinh", None),
        ("Ủy ban nhân dân huyện Châu Thành", BEFORE, "thị trấn Châu Thành", None),
        # what the issuer or, for a name in no table, the text says
        ("Ủy ban nhân dân tỉnh Lào Cai", BEFORE, "", "Lào Cai"),
        ("Ủy ban nhân dân huyện Châu Thành, tỉnh Bến Tre", BEFORE, "", "Bến Tre"),
        ("Ủy ban nhân dân huyện Thử Nghiệm", BEFORE, "HĐND tỉnh Nghệ An", "Nghệ An"),
        ("Ủy ban nhân dân huyện Sơn Hà", "2022", "", "Quảng Ngãi"),
        ("Bộ Y tế", BEFORE, "tỉnh Nghệ An", None),
    ],
)  # fmt: skip
def test_home_province(issuer: str, on: str, text: str, province: str | None) -> None:
    assert home_province(Meta(issuer=issuer, issued_on=on), text, default()) == province


@pytest.mark.parametrize(
    ("issuer", "on", "place"),
    [
        ("Huyện ủy Sơn Hà", BEFORE, "D529"),
        ("Ban Thường vụ Thị ủy Đức Phổ", BEFORE, "D534"),
        ("Đảng ủy xã Sơn Hà", AFTER, "C21289-2025"),
        ("Bảo hiểm xã hội huyện Sơn Hà", BEFORE, "D529"),
        ("Tỉnh ủy Quảng Ngãi", BEFORE, "P51"),
    ],
)  # fmt: skip
def test_a_view_knows_the_issuers_place(issuer: str, on: str, place: str) -> None:
    home = default().view("Quảng Ngãi", on, issuer).home
    assert home is not None
    assert home.id == place


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Công an xã", "C21289-2025.X.CA"),
        ("Sở Nội vụ", "P51.SNV"),
        ("Ban Quản lý dự án", None),  # the commune's own, which no table knows by that name
    ],
)  # fmt: skip
def test_a_name_without_its_place_in_a_communes_notice(name: str, id: str | None) -> None:
    view = default().view("Quảng Ngãi", AFTER, "Ủy ban nhân dân xã Sơn Hà")
    assert view.link(name).id == id


def test_the_bodies_of_a_notice_without_a_province_are_linked() -> None:
    notice = """ỦY BAN NHÂN DÂN
HUYỆN SƠN HÀ

Số: 12/TB-UBND

Sơn Hà, ngày 05 tháng 5 năm 2022

THÔNG BÁO
Kết luận của Chủ tịch UBND huyện

1. Giao Phòng Nội vụ chủ trì, phối hợp với Công an huyện báo cáo UBND huyện trước ngày 28/5/2022.
"""
    (task,) = extract(notice).tasks
    ids = [a.id for a in (*task.lead, *task.coordinating, *task.reports_to)]
    assert ids == ["D529.H.PNV", "D529.H.CA", "D529.H.UBND"]
