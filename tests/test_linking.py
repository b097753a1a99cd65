"""The forms of bench/linking.csv keep to the thresholds; links that must never be made."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from extractor.gazetteer import default
from extractor.lookup import look_up
from extractor.registry import key

ROOT = Path(__file__).resolve().parents[1]
FORMS = ROOT / "bench" / "linking.csv"
PUBLISHED = ROOT.parent / "shared" / "evaluation"


def test_forms_are_linked_right() -> None:
    counts: Counter[str] = Counter()
    wrong = []
    with FORMS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            view = default().view(row["province"] or None, row["on"], row["issuer"] or None)
            got = view.link(row["form"]).id or "unresolved"
            right = got == row["expected"]
            counts["right" if right else "missed" if got == "unresolved" else "wrong"] += 1
            if not right and got != "unresolved":
                wrong.append((row["form"], got))
    assert counts.total() >= 600
    assert counts["right"] >= 0.98 * counts.total(), counts
    assert counts["wrong"] <= 0.002 * counts.total(), wrong


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published notices are not here")
def test_gold_names_are_linked_or_told() -> None:
    command = [sys.executable, ROOT / "bench" / "gold_links.py", PUBLISHED]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Cục Công nghệ", None),  # not "Cục Công nghiệp"
        ("Sở Xây dựng", "P51.SXD"),
        ("Văn phòng UBND tỉnh", "P51.VPUBND"),
        ("Sở Nội vụ", "P51.SNV"),
        ("UBND huyện Sơn Hà", "D529.H.UBND"),
        ("UBND huyện Sơn Tây", "D530.H.UBND"),
        ("UBND huyện Sơn Hàa", "D529.H.UBND"),
        ("UBND huyện Sơn Tà", None),  # as near to Sơn Hà as to Sơn Tây
        ("UBND xã Tịnh Ấn", None),  # no slip for Tịnh An: another word
        ("UBND huyện Sơn Ha", "D529.H.UBND"),
        ("UBND huyện Sơn Động", None),  # of another province
        ("UBND huyện Đức Phổ", None),  # a town, not a district
        ("Sở Y tế tĩnh Quảng Ngải", "P51.SYT"),
        ("Sở Y tê", "P51.SYT"),
        ("Sở Y tế tỉnh Quảng Nga", None),
        ("Sở Nội vụ thông tin", None),
    ],
)  # fmt: skip
def test_near_names(name: str, id: str | None) -> None:
    assert default().view("Quảng Ngãi", "2022-05-01").link(name).id == id


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Ủy ban nhân dân các huyện, thị xã Đức Phổ và thành phố Quảng Ngãi", "G.UY-BAN-NHAN-DAN-CAC-HUYEN-THI-XA-THANH-PHO"),
        ("các huyện, thành phố Quảng Ngãi, thị xã Đức Phổ", "G.CAC-HUYEN-THI-XA-THANH-PHO"),
        ("Ủy ban nhân dân các huyện, thị xã Đức Phổ", "G.UY-BAN-NHAN-DAN-CAC-HUYEN-THI-XA"),
        ("Ủy ban nhân dân các huyện, thị xã Ba Tơ", None),
        ("Ủy ban nhân dân các huyện Sơn Hà, Sơn Tây", None),
    ],
)  # fmt: skip
def test_groups_that_name_all_units_of_a_kind(name: str, id: str | None) -> None:
    group = default().view("Quảng Ngãi", "2022-05-01").group(name)
    assert (group and group.id) == id


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("UBND phường Hội An", "C20410-2025.X.UBND"),
        ("UBND phường Hội An Đông", "C20413-2025.X.UBND"),
        ("Sở Lao động - Thương binh và Xã hội", "P48.SLDTBXH"),
        ("Bảo hiểm xã hội thành phố Đà Nẵng", "P48.BHXH"),
    ],
)
def test_places_that_begin_like_another_word(name: str, id: str) -> None:
    assert default().view("Đà Nẵng", "2026-03-01").link(name).id == id


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("UBND Quận 12", "D761.H.UBND"),
        ("Công an quận 7", "D778.H.CA"),
        ("UBND quận 13", None),
        ("UBND phường 30", None),
    ],
)
def test_places_that_are_numbers(name: str, id: str | None) -> None:
    assert default().view("Thành phố Hồ Chí Minh", "2023-05-01").link(name).id == id


def test_every_place_is_found_by_its_committee() -> None:
    """On days before, between and after the changes; only one of several of a name in its province is not."""
    tables = default()
    for on in ("2022-05-01", "2025-04-01", "2026-11-01"):
        for province in tables.provinces:
            if not province.in_force(on):
                continue
            view = tables.view(province.name, on)
            places = [p for p in tables.places(province) if p.in_force(on)]
            same = Counter((p.kind, key(p.name)) for p in places)
            for place in places:
                body = f"{place.id}.{'H' if place.level == 'district' else 'X'}.UBND"
                alone = same[place.kind, key(place.name)] == 1
                got = view.link(f"UBND {place.kind} {place.name}").id
                assert got == (body if alone else None), (on, province.name, place)


def test_a_position_stands_for_its_body() -> None:
    found = look_up(default(), "Giám đốc Sở Y tế", "2022-05-01", "Quảng Ngãi")
    assert found.id == "P51.SYT"
