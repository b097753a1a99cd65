"""Stage 3: cited documents as whole spans with their numbers and dates.

Reads the flow; adds citations. They come first among the patterns, so that the date of a cited
document is never a deadline and its issuer never the one to act (Nghị định 30/2020/NĐ-CP, PL I, II.6.b).

>>> [c.number for c in cite("theo Kế hoạch số 04/KH-BCĐ ngày 10/3/2022")]
['04/KH-BCĐ']
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from extractor.document import Citation, Document
from extractor.ruletable import Match, load


def find_citations(doc: Document) -> Document:
    """Add every cited document of the flow, in the order of the text."""
    assert doc.flow is not None
    return replace(doc, citations=tuple(cite(doc.flow.text)))


def cite(text: str) -> list[Citation]:
    """Cited documents in folded text; a number or a date that is not there stays None."""
    return [
        Citation(m.span, _kind(m), _number(m), _date(m), m.rule.id)
        for m in load("citations").find(text, cased=text)
    ]


def _kind(m: Match) -> str | None:
    kind = m.groups.get("kind")
    return kind[:1].upper() + kind[1:].lower() if kind else None


def _number(m: Match) -> str | None:
    number = m.groups.get("number")
    return re.sub(r" ?([/&.-]) ?", r"\1", number) if number else None


def _date(m: Match) -> str | None:
    g = m.groups
    parts = [g.get(k) or g.get(k + "_w") for k in ("year", "month", "day")]
    if not all(parts):
        return None
    try:
        return date(*(int(p) for p in parts if p)).isoformat()
    except ValueError:
        return None
