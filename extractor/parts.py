"""The words by which the parts of a notice are known (rules/layout.toml), as patterns.

Used by layout.py and what it is made of (header, closing, letterhead). Patterns run on lower-case
text without Vietnamese marks ("bare"), so that a scan's lost tones do no harm.

>>> kind_of_symbol("TB-UBND")
'Thông báo'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from extractor.ruletable import RuleTable, load
from extractor.text import UPPER, Line, is_capitals, lower, toneless

_SYMBOL = (
    r"(?:/\s*(?P<year>(?:19|20)\d\d)\s*)?(?P<sep>[/-])\s*"
    r"(?P<symbol>[a-z]{1,10}\d{0,2}(?:\s?[-&/.,]\s?[a-z&]{1,12}\d{0,4}(?![a-z])){0,4})(?![a-z])"
)
# a digit may be glued before it: "Straight Connector 2Số: 15/TB-UBND"
NUMBER = re.compile(
    r"s(?<![^\W\d].)[o6]\s*[:.]?[\s._…]*(?P<digits>[\dloi]{1,6}[a-z]?)?[\s._…]*" + _SYMBOL
)
LONE_NUMBER = re.compile(r"(?P<digits>\d{1,6}[a-z]?)\s*" + _SYMBOL)
DATE = re.compile(
    r"\bngay(?![a-z])[\s.…_]*(?P<day>[\dlo]{1,2}(?!\d))?\S{0,3}\s*thang(?![a-z])[\s.…_]*"
    r"(?P<month>[\dlo]{1,2})?[\s.…_]*nam(?![a-z])[\s.…_]*(?P<year>[12][\dlo]{3})"
)
SLASH_DATE = re.compile(
    r"(?<=[,\s])(?:ngay\s+)?(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})(?!\d)"
)


def find_date(bare: str) -> re.Match[str] | None:
    """A date in words; most lines have none, and looking for its one sure word is quick."""
    return DATE.search(bare) if "thang" in bare else None


def bare_of(text: str) -> str:
    """Lower case without marks, of the very same length."""
    return toneless(lower(text))


@cache
def table() -> RuleTable:
    """The layout's tables of words."""
    return load("layout")


def words(section: str) -> Any:
    """One section of the tables."""
    return table().words[section]


@cache
def pattern(section: str, key: str = "lines") -> re.Pattern[str]:
    """A pattern or a list of patterns of the tables, compiled as one."""
    value = words(section)[key]
    return re.compile(value if isinstance(value, str) else _any(value))


@cache
def finder(section: str, key: str = "lines") -> Callable[[str], re.Match[str] | None]:
    """How to look for a pattern in a line: what begins with "^" only at the line's start.

    (`search` would try an anchored pattern at every character.)
    """
    value = words(section)[key]
    listed = [value] if isinstance(value, str) else value
    at_start = re.compile(_any(v for v in listed if v.startswith("^"))).match
    free = [v for v in listed if not v.startswith("^")]
    if not free:
        return at_start
    anywhere = re.compile(_any(free)).search
    return lambda text: at_start(text) or anywhere(text)


def _any(patterns: Iterable[str]) -> str:
    return "|".join(f"(?:{p})" for p in patterns) or "(?!)"


@cache
def kind_names() -> dict[str, str]:
    """Kinds by their names without marks."""
    return {toneless(k.lower()): k for k in words("kinds")}


@cache
def kind_of_symbol(symbol: str) -> str | None:
    """The kind that a document symbol's abbreviation stands for ("TB-UBND" -> "Thông báo")."""
    first = re.sub(r"^\d{4}/", "", symbol)
    first = re.split(r"[-/&]", first)[0]
    for kind, abbreviations in words("kinds").items():
        if first in abbreviations or toneless(first).casefold() in (
            toneless(a).casefold() for a in abbreviations if len(a) > 2
        ):
            return str(kind)
    return None


_AROUND = " :.-*"  # may stand around a kind's name
_LONGEST = 40  # no kind's name is longer


def _kind_of_line(text: str) -> str | None:
    """The kind that a title line names, the line being nothing else ("THÔNG BÁO")."""
    found = bare_of(text).strip(_AROUND)
    names = kind_names()
    if found in names:
        return names[found]
    return next((k for n, k in names.items() if found.startswith(n + " ket luan")), None)


@cache
def _names() -> tuple[str, ...]:
    return tuple(kind_names())


def title_kind(line: Line) -> tuple[str, int] | None:
    """The kind that a line in capitals announces, and where the words after it begin."""
    text = line.text.strip(" |")
    if not bare_of(text.lstrip(_AROUND)[:_LONGEST]).startswith(_names()):
        return None  # most lines: every case below begins with a kind's name
    start = line.text.find(text) if text else 0
    kind = _kind_of_line(text)
    if kind:
        named = is_capitals(text) or len(text) < 16
        after = start + len(
            kind
        )  # "THÔNG BÁO KẾT LUẬN" is a title, "THÔNG BÁO KẾT LUẬN CỦA ..." a subject too
        return (
            (kind, after if len(text.split()) > len(kind.split()) + 3 else len(line.text))
            if named
            else None
        )
    low = lower(text)
    for kind in words("kinds"):
        rest = text[len(kind) :]
        if (
            low.startswith(kind.lower())
            and rest[:1] in (" ", ":")
            and is_capitals(text[: len(kind)])
        ):
            if kind in ("Thư", "Dự án", "Đề án") and is_capitals(rest):
                continue
            rest = rest.lstrip(" :")
            whole = len(rest.split()) > 3 or (rest and not is_capitals(rest))
            return kind, start + len(text) - len(rest) if whole else len(line.text)
    head = re.match(rf"^([{UPPER}]{{2,}}(?: [{UPPER}]{{2,}}){{0,2}})\b", text)
    found = kind_names().get(bare_of(head[1])) if head else None
    return (found, start + len(head[1])) if found and head else None


def position_at(bare: str) -> bool:
    """Whether a line names a signer's post ("pho chu tich")."""
    return bool(finder("closing", "position")(bare))
