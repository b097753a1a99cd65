"""Clauses of whole bodies: tests/layout_cases/clauses_*.toml says where each begins and its path."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from extractor.document import Clause, Document, Span
from extractor.layout import lay_out
from extractor.segment import segment
from extractor.text import fold, split_lines

FILES = sorted((Path(__file__).parent / "layout_cases").glob("clauses_*.toml"))
CASES = [c for f in FILES for c in tomllib.loads(f.read_text(encoding="utf-8"))["case"]]
HEADER = """ỦY BAN NHÂN DÂN
TỈNH HÒA LẠC
Số: 45/TB-UBND
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Hòa Lạc, ngày 10 tháng 3 năm 2022
THÔNG BÁO
Kết luận của Chủ tịch UBND tỉnh về công tác cải cách hành chính

Ngày 08/3/2022, Chủ tịch UBND tỉnh chủ trì cuộc họp và kết luận như sau:
"""


def read(body: str) -> tuple[str, Document]:
    text = HEADER + body
    return text, segment(lay_out(Document(text, tuple(split_lines(text)))))


def rows(table: str) -> list[tuple[str, str]]:
    parts = (line.partition("|") for line in table.strip("\n").splitlines())
    return [(path.strip(), rest.removeprefix(" ")) for path, _, rest in parts]


def body_text(case: dict[str, Any]) -> str:
    if "text" in case:
        return str(case["text"])
    return "\n".join(line for _, line in rows(case["table"]))


def by_line(text: str, doc: Document) -> list[str]:
    """For each line of the body the path of the clause that begins there, "^" or "~"."""
    assert doc.flow is not None
    sources = [doc.flow.source(c.body) for c in doc.clauses]
    found = []
    at = len(HEADER)
    noise = {k.span.start for k, z in zip(doc.lines, doc.zones, strict=True) if z == "noise"}
    for line in text[at:].split("\n"):
        span = Span(at, at + len(line))
        begins = next((c for c in doc.clauses if span.start <= c.extent.start < span.end), None)
        inside = any(s.start <= span.start and span.end - 1 < s.end for s in sources)
        kept = inside and at not in noise and fold(line, 0).text in doc.flow.text
        found.append(begins.path if begins else "^" if kept else "~")
        at += len(line) + 1
    return found


def own_text(doc: Document, clause: Clause) -> str:
    assert doc.flow is not None
    if clause.cells:
        cells = (doc.flow.text[slice(*c)] for c in clause.cells if c.end > c.start)
        return " / ".join(cells)
    return doc.flow.text[slice(*clause.body)]


def compare(case: dict[str, Any]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What the case wants and what is found, line by line or clause by clause."""
    text, doc = read(body_text(case))
    if "table" in case:
        wanted = rows(case["table"])
        return wanted, list(zip(by_line(text, doc), (line for _, line in wanted), strict=True))
    wanted = rows(case["clauses"])
    kept = [c for c in doc.clauses if c.extent.start >= len(HEADER)]
    have = [(c.path, own_text(doc, c)) for c in kept]
    cut = [(p, t[: len(wanted[k][1])] if k < len(wanted) else t) for k, (p, t) in enumerate(have)]
    return wanted, cut


def params() -> list[Any]:
    return [
        pytest.param(
            c, id=c["name"], marks=[pytest.mark.xfail(reason=c["known"])] if "known" in c else []
        )
        for c in CASES
    ]


@pytest.mark.parametrize("case", params())
def test_clauses(case: dict[str, Any]) -> None:
    wanted, have = compare(case)
    assert have == wanted


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_tree(case: dict[str, Any]) -> None:
    """Clauses lie in their parents, marks in their clauses, and flow spans lead back to the text."""
    text, doc = read(body_text(case))
    assert doc.flow is not None
    for i, clause in enumerate(doc.clauses):
        assert 0 <= clause.extent.start <= clause.extent.end <= len(text)
        assert 0 <= clause.body.start <= clause.body.end <= len(doc.flow.text)
        own = doc.flow.source(clause.body)
        assert clause.extent.holds(own) or own.start == own.end
        if clause.parent is not None:
            assert clause.parent < i
            assert doc.clauses[clause.parent].extent.holds(clause.extent)
        siblings = [c for c in doc.clauses[i + 1 :] if c.parent == clause.parent]
        assert not any(c.extent.meets(clause.extent) for c in siblings)
