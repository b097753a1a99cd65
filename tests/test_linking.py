"""The forms of bench/linking.csv keep to the thresholds; links that must never be made."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from extractor.gazetteer import default

FORMS = Path(__file__).resolve().parents[1] / "bench" / "linking.csv"


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


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Cục Công nghệ", None),  # not "Cục Công nghiệp"
        ("Sở Xây dựng", "P51.SXD"),
        ("Văn phòng UBND tỉnh", "P51.VPUBND"),
        ("Sở Nội vụ", "P51.SNV"),
        ("UBND huyện Sơn Hà", "D529.H.UBND"),
        ("UBND huyện Sơn Tây", "D530.H.UBND"),
        ("Sở Y tế tĩnh Quảng Ngải", "P51.SYT"),
        ("Sở Y tê", "P51.SYT"),
        ("Sở Y tế tỉnh Quảng Nga", None),
        ("Sở Nội vụ thông tin", None),
    ],
)  # fmt: skip
def test_near_names(name: str, id: str | None) -> None:
    assert default().view("Quảng Ngãi", "2022-05-01").link(name).id == id
