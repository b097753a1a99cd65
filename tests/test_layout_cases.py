"""Whole headers and closings as they are met: tests/layout_cases/headers_*.toml, field by field."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from extractor.document import Document
from extractor.layout import lay_out
from extractor.text import split_lines

FILES = sorted((Path(__file__).parent / "layout_cases").glob("headers_*.toml"))
CASES = [c for f in FILES for c in tomllib.loads(f.read_text(encoding="utf-8"))["case"]]
PLAIN = ("kind", "number", "symbol", "issued_on", "issuer", "place", "subject")


def read(text: str) -> Document:
    return lay_out(Document(text, tuple(split_lines(text))))


def fields(doc: Document, wanted: dict[str, Any]) -> dict[str, Any]:
    """The fields that the case compares, in the case's own terms."""
    meta = doc.meta
    have: dict[str, Any] = {k: getattr(meta, k) for k in PLAIN if k in wanted}
    have |= {k: "" for k, v in have.items() if v is None and wanted[k] == ""}  # no null in TOML
    have |= {"urgency": meta.urgency, "confidentiality": meta.confidentiality}
    if "addressees" in wanted:
        have["addressees"] = list(meta.addressees)
    if "recipients" in wanted:
        have["recipients"] = len(meta.recipients)
    if "signer" in wanted:
        s = meta.signer
        have["signer"] = [s.name, (s.position or "").casefold(), s.authority or ""] if s else None
    for zone in ("body", "appendix"):
        if zone in wanted:
            first = next(
                (k.text for k, z in zip(doc.lines, doc.zones, strict=True) if z == zone), ""
            )
            have[zone] = first[: len(wanted[zone])]
    return have


def expected(case: dict[str, Any]) -> dict[str, Any]:
    wanted = {"urgency": None, "confidentiality": None}
    wanted |= {k: v for k, v in case.items() if k not in ("name", "text", "known")}
    if "signer" in wanted:
        name, position, authority = case["signer"]
        wanted["signer"] = [name, position.casefold(), authority]
    return wanted


def params() -> list[Any]:
    return [
        pytest.param(
            c, id=c["name"], marks=[pytest.mark.xfail(reason=c["known"])] if "known" in c else []
        )
        for c in CASES
    ]


@pytest.mark.parametrize("case", params())
def test_header(case: dict[str, Any]) -> None:
    assert fields(read(case["text"]), case) == expected(case)


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_spans(case: dict[str, Any]) -> None:
    """Spans lie in the text and every line has a zone."""
    text = case["text"]
    doc = read(text)
    assert len(doc.zones) == len(doc.lines)
    assert all(0 <= s.start < s.end <= len(text) for s in doc.meta.spans.values())
