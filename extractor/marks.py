"""Marks that number clauses ("II.", "1.", "a)", "-"), as rules/clauses.toml writes them.

Pure functions used by segment.py, which decides by sequence which reading of a mark holds.

>>> [m.kind for m in marks_at("i) Kiểm tra")]
['point', 'small_roman']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from extractor.ruletable import Rule, RuleTable, load
from extractor.text import UPPER, Line, lower

ALPHABET = "abcdđeghiklmnopqrstuvxy"
BULLETS = ("dash", "plus", "bullet")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ORDINALS = {"nhất": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6}
_JUNK = re.compile(r"^[.,'`_~ ]{1,4}(?=\d{1,2}[.)] ?\S|- [^\W\d_])")
_INLINE = re.compile(r"[.;:/] (?:\d{1,2}[.)]|[a-zđ]\)) ")
_INLINE_ITEM = re.compile(rf"(?:(?<=^)|(?<=[.;:/] ))(?P<value>\d{{1,2}})[.)] (?=[\"'(]?[{UPPER}])")
_INLINE_POINT = re.compile(rf"(?:(?<=^)|(?<=[.;:/] ))(?P<value>[a-zđ])\) (?=[\"'(]?[{UPPER}])")


class Mark(NamedTuple):
    """A mark at a line's start: its kind and rank, its ordinal, and where the text begins.

    weak: what a scan may have made of a mark; it holds only where it fits the sequence, "run" in a run of bare numbers.
    style: "." or ")", which tells "1)" below "1." from a list that goes on.
    """

    kind: str
    rank: int
    marker: str
    value: int
    label: str
    rest: int
    weak: str = ""
    style: str = ""

    @property
    def key(self) -> str:
        """What lists are told apart by: the kind, of items the bracket too."""
        return self.kind + self.style


@cache
def table() -> RuleTable:
    """The rules of marks."""
    return load("clauses", "begins", "kind", "rank", "weak")


@lru_cache(maxsize=256)
def _rules(sign: str) -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    """The rules of marks that begin with a sign; their patterns as written, for a mark may touch the word after it."""
    begun = (r for r in table().rules if re.match(f"[{r.fields['begins']}]", sign))
    return tuple((r, re.compile(r.written)) for r in begun)


@cache
def closing_words() -> re.Pattern[str]:
    """How paragraphs begin that close a notice or a section."""
    return re.compile(table().words["closing"]["words"])


def roman(numeral: str) -> int:
    """Value of a Roman numeral of the letters I, V, X, L, C; 0 where it is none."""
    total = 0
    for a, b in zip(numeral, numeral[1:] + " ", strict=True):
        value = _ROMAN.get(a, 0)
        total += -value if _ROMAN.get(b, 0) > value else value
    return total if total > 0 and numeral == write_roman(total) else 0


def write_roman(number: int) -> str:
    """Roman numeral of a whole number from 1 to 199."""
    steps = (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    )
    out = ""
    for value, letters in steps:
        while number >= value:
            out, number = out + letters, number - value
    return out


def marks_at(text: str) -> Iterator[Mark]:
    """Every reading of the mark at the start of a folded line, most likely first."""
    if text.startswith("©)"):  # what a scan makes of "c)"
        text = "c" + text[1:]
    junk = _JUNK.match(text)
    offset = junk.end() if junk else 0
    start = text[offset:] if offset else text
    for rule, pattern in _rules(start[:1]):
        m = pattern.match(start)
        if not m:
            continue
        label = m["value"] if "value" in m.groupdict() else m["marker"]
        value = _value(rule.fields["kind"], label)
        if value is None:
            continue
        rest = offset + m.end()
        while rest < len(text) and text[rest] in " .":
            rest += 1
        kind, weak = rule.fields["kind"], rule.fields.get("weak", "")
        if kind == "item" and not label.isdigit():
            label = str(value)
        style = ")" if kind == "item" and m["marker"].endswith(")") else ""
        yield Mark(kind, rule.fields["rank"], m["marker"], value, label, rest, weak, style)


def _value(kind: str, label: str) -> int | None:
    if kind in BULLETS:
        return 0
    if kind == "point":
        return ALPHABET.find(label) + 1 or None
    if kind == "upper":
        return "ABCDĐEGHIKLMNOPQRSTUVXY".find(label) + 1 or None
    if kind == "small_roman":
        return roman(label.upper()) or None
    if kind == "subitem":
        return int(label.rsplit(".", maxsplit=1)[-1])
    if kind == "item" and label in ("l", "I"):
        return 1
    if label.isdigit():
        return int(label)
    if label.startswith(("thứ ", "THỨ ")):
        return _ORDINALS.get(lower(label)[4:])
    digits = re.match(r"\d+", label)
    return (
        int(digits.group())
        if digits
        else roman(label) or (ord(label) - 64 if len(label) == 1 else None)
    )


_RUN = 3  # so many bare numbers in sequence are a list


def settle_runs(readings: dict[int, list[Mark]]) -> None:
    """Keep numbers without a dot where three or more count up from one, and drop all others."""
    run: list[int] = []
    kept: set[int] = set()
    bare = {i: m for i, found in readings.items() for m in found if m.weak == "run"}
    for i, mark in bare.items():
        run = [*run, i] if mark.value == len(run) + 1 else [i] if mark.value == 1 else []
        if len(run) >= _RUN:
            kept |= set(run)
    for i in bare:
        found = [m._replace(weak="") if m.weak == "run" and i in kept else m for m in readings[i]]
        readings[i] = [m for m in found if m.weak != "run"]
        if not readings[i]:
            del readings[i]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mark stands: in mid-sentence, at a wrapped line's head, and before which item."""

    flows: bool
    wrapped: bool
    next_item: int


def choose(readings: Sequence[Mark], open_marks: Mapping[str, Mark], place: Place) -> Mark | None:
    """The reading of a mark that fits the open lists, or None where the line has none."""
    readings = [_same_style(m, open_marks) for m in readings]
    for mark in readings:  # first choice: it continues an open sequence
        known = open_marks.get(mark.key)
        if known is None or mark.kind in (*BULLETS, "subitem") or mark.value != known.value + 1:
            continue
        if (
            mark.kind == "upper"
            and len(readings) > 1
            and mark.label in "IVXLC"
            and "roman" in open_marks
        ):
            continue
        if (mark.weak and place.flows) or (
            place.wrapped and mark.kind == "item" and place.next_item == mark.value
        ):
            continue  # the number comes again, at the end of a sentence
        return mark
    for mark in readings:
        known = open_marks.get(mark.key)
        if mark.weak:
            if mark.weak != "next" and mark.value == 1 and not place.flows and place.next_item == 2:
                return mark
            continue
        if mark.kind in BULLETS:
            return None if place.wrapped else mark
        if mark.kind in ("article", "part", "chapter", "section"):
            return mark
        if mark.kind == "subitem":
            prefix = mark.label.rsplit(".", 1)[0]
            item = open_marks.get("item")
            fits = item is not None and item.label == prefix.split(".")[0]
            if (
                fits
                or mark.value == 1
                or (known and mark.value == known.value + 1)
                or not place.wrapped
            ):
                return mark
            continue
        if mark.kind == "upper" and mark.value != 1 and not known:
            continue
        if (
            mark.kind in ("upper", "small_roman")
            and mark.value != 1
            and known
            and mark.value != known.value + 1
        ):
            continue
        if mark.kind == "roman" and known is None and mark.value != 1 and place.wrapped:
            continue
        if mark.value == 1:
            return mark
        if place.wrapped:
            continue
        if known is None and any(m.value == 1 and not m.weak for m in readings):
            continue  # "i." that begins a list is no letter
        if known is None:  # the first of its kind, although not number one: earlier ones were lost
            if mark.value <= 12 and not (mark.kind == "point" and place.flows):
                return mark
            continue
        if known.value < mark.value <= known.value + 4 or mark.value == known.value:
            return mark
    return None


def _same_style(mark: Mark, open_marks: Mapping[str, Mark]) -> Mark:
    """An item whose bracket differs from the list that it goes on with belongs to that list."""
    if mark.kind != "item" or mark.key in open_marks:
        return mark
    style = "" if mark.style else ")"
    known = open_marks.get(mark.kind + style)
    return mark._replace(style=style) if known and mark.value == known.value + 1 else mark


def cut(line: Line, start: int, end: int) -> Line:
    """A part of a folded line as a line of its own, without blanks at its ends."""
    while start < end and line.text[start] == " ":
        start += 1
    while end > start and line.text[end - 1] == " ":
        end -= 1
    return Line(line.span, line.text[start:end], line.at[start:end], line.ends[start:end])


def split_run(line: Line) -> list[Line]:
    """A line that runs clauses together, cut before each of them.

    Only where it is certain: every mark follows the end of a sentence (the first one a colon, or
    stands at the line's start) and the numbers are complete: "... như sau: 1. Giao ... 2. Giao ...".
    """
    text = line.text
    if len(text) < 60 or not _INLINE.search(text):  # a list needs a mark after its first one
        return [line]
    cuts = {0, *_run(text, _INLINE_ITEM), *_run(text, _INLINE_POINT)}
    if len(cuts) == 1:
        return [line]
    bounds = [*sorted(cuts), len(text)]
    return [cut(line, a, b) for a, b in pairwise(bounds)]


def _run(text: str, pattern: re.Pattern[str]) -> list[int]:
    """Where the marks of complete lists stand; a list begins at one, or with the line's own mark.

    Two marks are enough after a colon; after the line's own mark it takes three.
    """
    found: list[int] = []
    run: list[int] = []
    wanted = 0
    for m in pattern.finditer(text):
        label = m["value"]
        value = int(label) if label.isdigit() else ALPHABET.find(label) + 1
        if run and value == wanted:
            run.append(m.start())
            wanted += 1
        elif (value == 1 and text[: m.start()].rstrip().endswith(":")) or m.start() == 0:
            found += _kept(run)
            run, wanted = [m.start()], value + 1
    return found + _kept(run)


def _kept(run: list[int]) -> list[int]:
    return run if run and len(run) > 1 + (run[0] == 0) else []
