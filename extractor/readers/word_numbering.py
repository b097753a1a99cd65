"""The marks of Word's automatic lists, as Word would print them: "1.", "2.1.", "a)", "-".

A paragraph names a list (w:num) and a level. A list takes its levels from an abstract list and may
override some; lists over one abstract list count on together, until one of them sets a start of its
own. `definitions` reads word/numbering.xml, `Counter.mark` gives one paragraph's mark after another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from extractor.readers.symbols import symbol

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LEVELS = 9
_MOST = 5000  # beyond it letters and Roman numerals are longer than lines
# letters as Vietnamese lists count with them, for custom formats; Word's own lowerLetter has no đ
_VIETNAMESE = "abcdđeghiklmnopqrstuvxy"
_UNITS = "một hai ba bốn năm sáu bảy tám chín".split()


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list. restart: the level (from 0) after which it begins anew; -1: never.

    text: what is printed, "%1" for the number of the first level. format: Word's name of the way
    to write a number ("decimal", "lowerLetter", "bullet"). legal: all its numbers in digits.
    after: what parts mark and text ("tab", "space", "nothing"). style: the style tied to it.
    """

    start: int = 1
    format: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False
    after: str = "tab"
    font: str = ""
    style: str | None = None
    custom: str = ""


@dataclass(frozen=True, slots=True)
class List:
    """A list in use: the abstract list that it counts on, its levels, the starts of its own."""

    abstract: str
    levels: Mapping[int, Level]
    starts: Mapping[int, int]

    def level_of(self, style: str) -> int | None:
        """The level that a paragraph style is tied to."""
        return next((k for k, x in self.levels.items() if x.style == style), None)


def definitions(root: Any, lists_of_styles: Mapping[str, str]) -> dict[str, List]:
    """The lists of word/numbering.xml by their numId.

    lists_of_styles: numId by the id of a list style, for abstract lists that only point at a style.
    """
    elements = {x.get(f"{W}abstractNumId"): x for x in root.iterfind(f"{W}abstractNum")}
    nums = {x.get(f"{W}numId"): x for x in root.iterfind(f"{W}num")}

    def abstract(num: Any, seen: frozenset[str] = frozenset()) -> str:
        found = _value(num, "abstractNumId") or ""
        element = elements.get(found)
        link = None if element is None else _value(element, "numStyleLink")
        linked = nums.get(lists_of_styles.get(link or "", ""))
        if linked is None or found in seen:
            return found
        return abstract(linked, seen | {found})

    lists: dict[str, List] = {}
    for name, num in nums.items():
        base = abstract(num)
        element = elements.get(base)
        levels = {} if element is None else dict(map(_level, element.iterfind(f"{W}lvl")))
        starts: dict[int, int] = {}
        for override in num.iterfind(f"{W}lvlOverride"):
            at = _int(override.get(f"{W}ilvl"), 0)
            if (own := override.find(f"{W}lvl")) is not None:
                levels[at] = _level(own)[1]
            if (start := _value(override, "startOverride")) is not None:
                starts[at] = _int(start, 1)
        lists[name] = List(base, levels, starts)
    return lists


class Counter:
    """Counts the lists of one document, paragraph by paragraph, in its order."""

    def __init__(self, lists: Mapping[str, List]) -> None:
        self.lists = lists
        self._counts: dict[str, list[int | None]] = {}
        self._started: set[tuple[str, int]] = set()  # a list's own start counts once

    def mark(self, name: str, at: int) -> str:
        """The mark of the next paragraph of list `name` at level `at`, with the blank behind it.

        "" where the list or the level is not defined or prints nothing.
        """
        known = self.lists.get(name)
        level = known.levels.get(at) if known else None
        if known is None or level is None or not 0 <= at < LEVELS:
            return ""
        counts = self._counts.setdefault(known.abstract, [None] * LEVELS)
        for k in range(at + 1):
            own, before = known.starts.get(k), counts[k]
            fresh = own is not None and (name, k) not in self._started
            if before is None or (fresh and k == at):
                # a level that was passed over counts as if it had been there
                counts[k] = _start(known, k) if own is None else own
                self._started.add((name, k))
            elif k == at:
                counts[k] = before + 1
        for k in range(at + 1, LEVELS):
            below = known.levels.get(k)
            restart = None if below is None else below.restart
            if restart is None or at <= restart:
                counts[k] = None
        return _printed(known, level, counts)


def _start(known: List, k: int) -> int:
    level = known.levels.get(k)
    return 1 if level is None else level.start


def _printed(known: List, level: Level, counts: list[int | None]) -> str:
    if level.format == "bullet":
        text = "".join(symbol(c, level.font) for c in level.text)
    else:

        def number(match: re.Match[str]) -> str:
            k = int(match[1]) - 1
            of = known.levels.get(k, Level())
            if level.legal and of.format not in ("none", "bullet"):
                of = replace(of, format="decimal")
            value = counts[k]
            return written(_start(known, k) if value is None else value, of)

        text = re.sub(r"%([1-9])", number, level.text)
    if not text.strip():
        return ""
    return text if level.after == "nothing" else text.rstrip() + " "


def written(value: int, level: Level) -> str:
    """A number in the way of its level; digits where the way is not known."""
    if level.format == "custom":
        return _custom(value, level.custom)
    write = _FORMATS.get(level.format)
    return str(value) if write is None or not 0 <= value <= _MOST else write(value)


def _letters(value: int) -> str:
    """Letters: a ... z, then aa, bb ..., as Word repeats them."""
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1) if value else ""


def _roman(value: int) -> str:
    found = ""
    for size, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        "m cm d cd c xc l xl x ix v iv i".split(),
        strict=True,
    ):
        found += letters * min(value // size, 9)
        value %= size
    return found


def _counted(value: int) -> str:
    """Words: một, hai ... up to 99."""
    if not 0 < value < 100:
        return str(value)
    tens, unit = divmod(value, 10)
    last = "" if unit == 0 else _UNITS[unit - 1]
    if tens == 0:
        return last
    head = "mười" if tens == 1 else f"{_UNITS[tens - 1]} mươi"
    last = {"năm": "lăm", "một": "mốt" if tens > 1 else "một"}.get(last, last)
    return f"{head} {last}".strip()


def _custom(value: int, pattern: str) -> str:
    """The way that a file spells out: "01, 02, 03, ..." or "a, b, c, d, đ, ..."."""
    items = [x.strip() for x in pattern.split(",")]
    items = [x for x in items if x and x not in ("...", "…")]
    if 0 < value <= len(items):
        return items[value - 1]
    if items and items[0].isdigit():
        return str(value).zfill(len(items[0]))
    if "".join(items).lower() == _VIETNAMESE[: len(items)] and value <= len(_VIETNAMESE):
        letter = _VIETNAMESE[value - 1]
        return letter.upper() if items[0].isupper() else letter
    return str(value)


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda n: f"{n:02}",
    "lowerLetter": _letters,
    "upperLetter": lambda n: _letters(n).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda n: _roman(n).upper(),
    "vietnameseCounting": _counted,
    "numberInDash": lambda n: f"- {n} -",
    "none": lambda _: "",
}


def _level(element: Any) -> tuple[int, Level]:
    numfmt = next(iter(element.iter(f"{W}numFmt")), None)  # inside a Choice for custom formats
    fonts = element.find(f"{W}rPr/{W}rFonts")
    restart = _value(element, "lvlRestart")
    start, legal = _value(element, "start"), element.find(f"{W}isLgl")
    font = "" if fonts is None else fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or ""
    return _int(element.get(f"{W}ilvl"), 0), Level(
        start=0 if start is None else _int(start, 1),
        format="decimal" if numfmt is None else numfmt.get(f"{W}val") or "decimal",
        text=_value(element, "lvlText") or "",
        restart=None if restart is None else _int(restart, 1) - 1,
        legal=legal is not None and legal.get(f"{W}val") not in ("0", "false", "off"),
        after=_value(element, "suff") or "tab",
        font=font,
        style=_value(element, "pStyle"),
        custom="" if numfmt is None else numfmt.get(f"{W}format") or "",
    )


def _value(element: Any, name: str) -> str | None:
    found = element.find(f"{W}{name}")
    value: str | None = None if found is None else found.get(f"{W}val")
    return value


def _int(text: str | None, default: int) -> int:
    try:
        return int(text or "")
    except ValueError:
        return default
