"""Stage 3: cited documents as whole spans with their numbers and dates.

Reads the flow; adds citations. They come first among the patterns, so that the date of a cited
document is never a deadline and its issuer never the one to act (Nghị định 30/2020/NĐ-CP, PL I, II.6.b).

>>> [c.number for c in cite("theo Kế hoạch số 04/KH-BCĐ ngày 10/3/2022")]
['04/KH-BCĐ']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from extractor.document import Citation, Document
from extractor.ruletable import Match, Rule, load, longest, match_of


def find_citations(doc: Document) -> Document:
    """Add every cited document of the flow, in the order of the text."""
    assert doc.flow is not None
    return replace(doc, citations=tuple(cite(doc.flow.text)))


def cite(text: str) -> list[Citation]:
    """Cited documents in folded text; a number or a date that is not there stays None."""
    found = longest(_matches(text))
    return [Citation(m.span, _kind(m), _number(m), _date(m), m.rule.id) for m in found]


@dataclass(frozen=True, slots=True)
class _Search:
    """Where to look: around `near`, as far as `reach`, where the rules of a group of `begins` begin."""

    near: Sequence[re.Pattern[str]]
    reach: int
    begins: re.Pattern[str]
    rules: Mapping[str, Sequence[Rule]]


@cache
def _search() -> _Search:
    table = load("citations", "begin")
    kinds: dict[str, list[str]] = {}  # by first letter: most words of a text fail there
    for kind in table.words["alternatives"]["kind"]:
        kinds.setdefault(kind[0], []).append(re.escape(kind[1:]))
    begins = dict(table.words["begin"])
    begins["kind"] = "|".join(f"[{k}{k.upper()}](?i:{'|'.join(v)})" for k, v in kinds.items())
    groups = "|".join(f"(?P<{name}>{pattern})" for name, pattern in begins.items())
    return _Search(
        [re.compile(line) for line in table.words["anchor"]["lines"]],
        table.words["anchor"]["reach"],
        re.compile(rf"\b(?:{groups})"),
        {name: [r for r in table.rules if r.fields["begin"] == name] for name in begins},
    )


def _matches(text: str) -> Iterator[Match]:
    """All matches of all rules; those of one rule do not overlap."""
    search = _search()
    ends = [0] * (1 + max(rule.order for rules in search.rules.values() for rule in rules))
    for start, stop in _windows(text, search):
        for begin in search.begins.finditer(text, start, stop):
            at = begin.start()
            for rule in search.rules[begin.lastgroup or ""]:
                if at >= ends[rule.order] and (m := rule.pattern.match(text, at, stop)):
                    ends[rule.order] = m.end()
                    yield match_of(rule, m)


def _windows(text: str, search: _Search) -> list[tuple[int, int]]:
    """Where matches can lie at all, apart from each other; they end at line breaks, as matches do."""
    reach = search.reach
    windows: list[tuple[int, int]] = []
    # one by one, each by its first letters: as one pattern they would take twice as long
    for at, end in sorted(m.span() for near in search.near for m in near.finditer(text)):
        start = max(text.rfind("\n", max(at - reach, 0), at) + 1, at - reach, 0)
        stop = text.find("\n", end, end + reach)
        if stop < 0:
            stop = min(end + reach, len(text))
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(stop, windows[-1][1]))
        else:
            windows.append((start, stop))
    return windows


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
