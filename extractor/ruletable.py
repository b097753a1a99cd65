"""rules/*.toml -> rules: patterns are tables that an official can read, edit and test.

A rule is a pattern with named groups over folded lower-case text, plus the fields its stage
reads, plus examples and counterexamples that run as tests. `{name}` in a pattern stands for the
macro of that name; `{name@2}` for the same with its groups renamed `group_2`. Of overlapping
matches the longest wins, then the earlier rule; a rule with `blank = true` wins and gives nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any, NamedTuple

import tomli

from extractor.document import Span
from extractor.errors import RuleError

_PLACEHOLDER = re.compile(r"\{([a-z_]+)(?:@(\w+))?\}")
_SIGN = re.compile(rf"\\.|\[(?:\\.|[^\\\]])+\]|{_PLACEHOLDER.pattern}|[()|]")
_LONG = 800  # letters: a date in all its forms has some thousand
_NESTED = re.compile(r"\((?:\?:|\?P<\w+>)?[^()]*[^()\\][*+][^()]*\)[*+]")
_COMMON = {"id", "pattern", "examples", "counterexamples", "blank", "note"}


@dataclass(frozen=True)
class Rule:
    """One rule; `fields` are its stage's columns, `written` the pattern without guards.

    where: file and rule, for messages. opening: the part of `written` before its first long macro.
    """

    id: str
    fields: Mapping[str, Any]
    examples: tuple[Any, ...]
    counterexamples: tuple[str, ...]
    blank: bool
    order: int
    written: str = ""
    where: str = ""
    opening: str = ""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern, compiled when a text first asks for it: no notice asks for all.

        Compiling every rule takes a fourth of the time that one notice may take from a cold start.
        Raises RuleError where it is no pattern; a test asks for those of all tables.
        """
        try:
            return re.compile(rf"(?<!\w)(?:{self.written})(?!\w)")
        except re.error as error:
            raise RuleError(f"{self.where}: {error}") from error

    @cached_property
    def match(self) -> Callable[[str, int], re.Match[str] | None]:
        """The pattern's own `match`, or until its opening has once matched, a test for that.

        Dates in all their forms make most of a pattern, and few openings ever stand in a text.
        """
        if not self.opening:
            return self.pattern.match
        opens = re.compile(rf"(?<!\w)(?:{self.opening})").match

        def match(text: str, at: int) -> re.Match[str] | None:
            if opens(text, at) is None:
                return None
            self.__dict__["match"] = self.pattern.match
            return self.pattern.match(text, at)

        return match


class Match(NamedTuple):
    """Where a rule matched (span in the searched text) and what its named groups hold."""

    rule: Rule
    span: Span
    groups: Mapping[str, str]
    spans: Mapping[str, Span]


@dataclass(frozen=True, slots=True)
class RuleTable:
    """The rules of one file, in order, with its word lists and tables."""

    name: str
    rules: tuple[Rule, ...]
    words: Mapping[str, Any]

    def find(self, text: str) -> list[Match]:
        """Matches that do not overlap, in the order of the text; the longest wins."""
        every = (
            match_of(rule, m)
            for rule in self.rules
            for m in rule.pattern.finditer(text)
            if m.end() > m.start()
        )
        return [m for m in longest(every) if not m.rule.blank]


def longest(matches: Iterable[Match]) -> list[Match]:
    """Of overlapping matches the longest, then the earlier rule, then the earlier place.

    In the order of the text; no match is empty.
    """
    ordered = sorted(matches, key=lambda m: (m.span.start - m.span.end, m.rule.order, m.span.start))
    kept: list[Match] = []
    spans: list[Span] = []  # of those, in order: one that overlaps is a neighbour
    for m in ordered:
        at = bisect_right(spans, m.span)
        if (at and spans[at - 1].end > m.span.start) or (
            at < len(spans) and spans[at].start < m.span.end
        ):
            continue
        kept.insert(at, m)
        spans.insert(at, m.span)
    return kept


def match_of(rule: Rule, m: re.Match[str]) -> Match:
    """A pattern's match as the rule's."""
    groups = {k: v for k, v in m.groupdict().items() if v is not None}
    return Match(rule, Span(*m.span()), groups, {k: Span(*m.span(k)) for k in groups})


def expand(pattern: str, macros: Mapping[str, str], where: str, depth: int = 0) -> str:
    """The pattern with its macros written out; errors name `where`."""
    if depth > 8:
        raise RuleError(f"{where}: macros call each other in a circle")

    def put(m: re.Match[str]) -> str:
        if m[1] not in macros:
            raise RuleError(f"{where}: no macro named {{{m[1]}}}")
        body = expand(macros[m[1]], macros, where, depth + 1)
        if m[2]:
            body = re.sub(r"\?P<(\w+)>", rf"?P<\1_{m[2]}>", body)
        return f"(?:{body})"

    return _PLACEHOLDER.sub(put, pattern)


def opening(pattern: str, macros: Mapping[str, str], where: str) -> str:
    """What stands before the first long macro of a pattern and any group around it, written out.

    "" where that is nothing, or where a choice ("|") outside all groups leaves other beginnings.
    """
    depth, group, cut = 0, 0, None
    for m in _SIGN.finditer(pattern):
        sign = m.group()
        if sign == "(":
            group = group if depth else m.start()
            depth += 1
        elif sign == ")":
            depth -= 1
        elif sign == "|":
            if not depth:
                return ""
        elif cut is None and sign[0] == "{" and len(expand(sign, macros, where)) > _LONG:
            cut = group if depth else m.start()
    return expand(pattern[:cut], macros, where) if cut else ""


def parse(name: str, source: str, allowed: frozenset[str]) -> RuleTable:
    """Read the TOML text of a rule file; `allowed` names the fields beside the common ones."""
    try:
        data = tomli.loads(source)
    except tomli.TOMLDecodeError as error:
        raise RuleError(f"{name}: {error}") from error
    macros: dict[str, str] = dict(data.get("macro", {}))
    for key, words in data.get("alternatives", {}).items():
        macros[key] = "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))
    rules: list[Rule] = []
    seen: set[str] = set()
    for order, row in enumerate(data.get("rule", ())):
        where = f"{name}: rule {row.get('id', f'number {order + 1}')!r}"
        unknown = set(row) - _COMMON - allowed
        if unknown:
            raise RuleError(f"{where}: unknown key(s) {', '.join(sorted(unknown))}")
        if not row.get("id") or not row.get("pattern"):
            raise RuleError(f"{where}: needs an id and a pattern")
        if row["id"] in seen:
            raise RuleError(f"{where}: this id stands twice")
        if not row.get("examples"):
            raise RuleError(f"{where}: needs at least one example")
        seen.add(row["id"])
        written = expand(row["pattern"], macros, where)
        if _NESTED.search(written):
            raise RuleError(f"{where}: a repetition inside a repetition can take for ever")
        rules.append(
            Rule(
                row["id"],
                {k: v for k, v in row.items() if k in allowed},
                tuple(row["examples"]),
                tuple(row.get("counterexamples", ())),
                bool(row.get("blank", False)),
                order,
                written,
                where,
                opening(row["pattern"], macros, where),
            )
        )
    words = {k: v for k, v in data.items() if k not in ("rule", "macro")}
    return RuleTable(name, tuple(rules), words)


@cache
def load(name: str, *allowed: str) -> RuleTable:
    """The rule table `rules/<name>.toml` that ships with the package."""
    path = resources.files("extractor") / "rules" / f"{name}.toml"
    return parse(f"rules/{name}.toml", path.read_text(encoding="utf-8"), frozenset(allowed))
