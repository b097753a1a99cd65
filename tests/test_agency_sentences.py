"""Sentences as offices write them, with the bodies they name: agency_sentences.txt, a case a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from extractor.agencies import find_agencies
from extractor.citations import find_citations
from extractor.document import Agency, Document, Meta
from extractor.gazetteer import default
from extractor.text import Flow, split_lines

FILE = Path(__file__).with_name("agency_sentences.txt")
_NAME = re.compile(r"\s*(?P<name>.*?)\s*(?:\{(?P<id>[^}]*)\})?\s*$")
_META = re.compile(r"@ on=(?P<on>\S*) in=(?P<place>.*?) issuer=(?P<issuer>.*)")

# What should hold and does not yet: the sentence's beginning -> why.
KNOWN = {
    "Hội đồng thi tuyển viên chức": "what a council is for, up to a body's name, reads as a verb",
    "Các đồng chí Thường trực Huyện ủy, Ủy viên": "a title of members without their body",
}


class Reading(NamedTuple):
    """One right reading: names, the enumeration of each, and its link where the case gives one."""

    names: list[str]
    runs: list[int]
    links: list[str | None]


class Case(NamedTuple):
    sentence: str
    meta: dict[str, str | None]
    readings: list[Reading]


def reading(text: str) -> Reading:
    names: list[str] = []
    runs: list[int] = []
    links: list[str | None] = []
    for number, run in enumerate(text.split("|")):
        for part in run.split(" + ") if run.strip() else ():
            m = _NAME.match(part)
            assert m is not None
            names.append(bare(m["name"]))
            runs.append(number)
            links.append(m["id"])
    return Reading(names, runs, links)


def bare(name: str) -> str:
    return re.sub(r"^các ", "", name.casefold())


def cases() -> Iterator[Case]:
    meta: dict[str, str | None] = {}
    section = ""
    for line in FILE.read_text("utf-8").splitlines():
        if line.startswith("##"):
            section = line[3:]
        elif m := _META.match(line):
            meta = {"issued_on": m["on"], "province": m["place"], "issuer": m["issuer"]}
            meta = {k: v or None for k, v in meta.items()}
        elif section == "verbs" and line:
            body, verbs = line.split(" + ")
            name = bare(body.replace("UBND", "Ủy ban nhân dân"))
            for verb in verbs.split("; "):
                yield Case(f"{body} {verb} theo quy định.", meta, [Reading([name], [0], [None])])
        elif "=>" in line and not line.startswith("#"):
            sentence, _, right = line.partition(" =>")
            yield Case(sentence, meta, [reading(r) for r in right.split("~")])


CASES = list(cases())


def mentions(case: Case) -> tuple[Agency, ...]:
    lines = tuple(split_lines(case.sentence))
    flow, _ = Flow.build([[(line, 0) for line in lines]])
    meta: Any = Meta(**case.meta)  # type: ignore[arg-type]
    return find_agencies(
        find_citations(Document(case.sentence, lines, meta=meta, flow=flow))
    ).agencies


def marked(case: Case) -> Any:
    why = next((w for start, w in KNOWN.items() if case.sentence.startswith(start)), None)
    marks = [pytest.mark.xfail(reason=why)] if why else []
    return pytest.param(case, id=case.sentence[:60], marks=marks)


@pytest.mark.parametrize("case", [marked(c) for c in CASES])
def test_sentence(case: Case) -> None:
    found = mentions(case)
    names = [bare(a.name) for a in found]
    right = [r for r in case.readings if r.names == names]
    assert right, (names, [r.names for r in case.readings])
    numbers = {run: k for k, run in enumerate(dict.fromkeys(a.run for a in found))}
    assert [numbers[a.run] for a in found] in [r.runs for r in right]
    for agency, link in zip(found, right[0].links, strict=True):
        if link is not None:
            assert agency.id == (None if link == "-" else link), agency.name


def test_there_are_enough() -> None:
    assert len(CASES) > 600
    assert len({c.sentence for c in CASES}) > 600


# ------------------------------------------------------------- links: a false one is worse than none

LINKS = {  # name -> id, seen from Quảng Ngãi on 10 February 2022 unless said otherwise
    "a name of this province": ("Sở Xây dựng", "P51.SXD", {}),
    "a ministry, not the sở of that name": ("Bộ Xây dựng", "TW.BXD", {}),
    "Nội vụ without its tone": ("Sở Nội vu", "P51.SNV", {}),
    "Ngoại vụ": ("Sở Ngoại vụ", "P51.SNGV", {}),
    "the office, not the committee": ("Văn phòng UBND tỉnh", "P51.VPUBND", {}),
    "the committee": ("UBND tỉnh", "P51.UBND", {}),
    "the province's name for its kind": ("Báo Quảng Ngãi", "P51.BAO", {}),
    "... of a vertical body": ("Kho bạc Nhà nước Quảng Ngãi", "P51.KBNN", {}),
    "the district's name for its kind": ("Huyện ủy Lý Sơn", "D536.H.HU", {}),
    "another province": ("Sở Nội vụ tỉnh Lào Cai", "P10.SNV", {}),
    "another province, its name alone": ("Sở Y tế Bình Định", "P52.SYT", {}),
    "a district of this province": ("Ủy ban nhân dân huyện Sơn Hà", "D529.H.UBND", {}),
    "its namesake but for a letter": ("Ủy ban nhân dân huyện Sơn Tây", "D530.H.UBND", {}),
    "a district that is not here": ("Công an huyện Cư Jút", None, {"issuer": "Ủy ban nhân dân huyện Lý Sơn"}),
    "a district's body, no district said": ("Phòng Nội vụ", None, {}),
    "... in that district's own notice": ("Phòng Nội vụ", "D536.H.PNV", {"issuer": "Ủy ban nhân dân huyện Lý Sơn"}),
    "a province's body at the wrong level": ("Trung tâm Khuyến nông huyện Ba Tơ", None, {}),
    "a commune of 2025": ("UBND xã Yên Bình", "C04714-2025.X.UBND", {"province": "Lào Cai", "on": "2025-08-20"}),
    "a body that only some provinces have": ("Sở Giao thông vận tải - Xây dựng", None, {}),
    "... where it stood": ("Sở Giao thông vận tải - Xây dựng", "P10.SGTVTXD", {"province": "Lào Cai"}),
    "a group of that day": ("Các địa phương", "G.CAC-DIA-PHUONG", {}),
    "the group of that name later": ("Các địa phương", "G.CAC-DIA-PHUONG-2025", {"on": "2025-08-01"}),
    "an alias of two targets, then": ("Phòng KT", "D536.H.PKT", {"issuer": "Ủy ban nhân dân huyện Lý Sơn"}),
    "an alias of two targets, later": ("Phòng KT", "C04714-2025.X.PKT", {"province": "Lào Cai", "on": "2025-08-20", "issuer": "Ủy ban nhân dân xã Yên Bình"}),
    "unknown": ("Công ty cổ phần Thép Dòng Sông Xanh", None, {}),
}  # fmt: skip


@pytest.mark.parametrize(("name", "link", "seen"), LINKS.values(), ids=LINKS)
def test_link(name: str, link: str | None, seen: dict[str, str]) -> None:
    seen = {"province": "Quảng Ngãi", "on": "2022-02-10"} | seen
    assert default().view(**seen).link(name).id == link
