"""The word lists that names of bodies are built with, and names written out.

agencies.toml holds heads, positions, group nouns and abbreviations, actions.toml the verbs that end a
name. Lists are keyed by their first syllable, the longest phrase first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from extractor.ruletable import load

Table = dict[str, tuple[str, ...]]

# "Ban Tổ chức TƯ", by its capitals: "tư" is a syllable of "đầu tư", "tư pháp"
_CENTRAL = re.compile(r"(?<=\w )TƯ(?!\w)")
_SYLLABLE = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Words:
    """The word lists of agencies.toml and actions.toml, keyed by first syllable, longest first."""

    heads: Table
    units: Table
    positions: Table
    groups: Table
    modifiers: Table
    sorts: Table
    trades: Table
    possessions: Table
    singular: Table
    not_groups: Table
    not_names: Table
    listed: Table
    name_words: Table
    verbs: Table
    things: Table
    stop: frozenset[str]
    companies: frozenset[str]
    common: frozenset[str]
    owners: frozenset[str]
    purposes: frozenset[str]
    teams: frozenset[str]
    whole: frozenset[str]
    abbreviations: tuple[re.Pattern[str], dict[str, str]]


def by_first(words: Iterable[str]) -> Table:
    """Phrases by their first syllable, the longest first, for lookups at a place in the text."""
    out: dict[str, list[str]] = {}
    for word in words:
        out.setdefault(re.split(r"\W", word, maxsplit=1)[0], []).append(word)
    return {k: tuple(sorted(set(v), key=len, reverse=True)) for k, v in out.items()}


@cache
def word_lists() -> Words:
    """The lists as the rule tables have them."""
    a, b = load("agencies").words, load("actions").words
    heads, groups = a["heads"], a["groups"]
    verbs = [w for section in ("verbs", "adverbs", "modals") for w in b[section]["words"]]
    short = "|".join(re.escape(k) for k in sorted(a["abbreviations"], key=len, reverse=True))
    return Words(
        heads=by_first(heads["words"]),
        units=by_first(a["units"]["words"]),
        positions=by_first(a["positions"]["words"]),
        groups=by_first(groups["words"]),
        modifiers=by_first(groups["modifiers"]),
        sorts=by_first(groups["sorts"]),
        trades=by_first(groups["trades"]),
        possessions=by_first(groups["possessions"]),
        singular=by_first(groups["singular"]),
        not_groups=by_first(groups["not_groups"]),
        not_names=by_first(heads["not_names"]),
        listed=by_first(heads["listed"]),
        name_words=by_first(heads["name_words"]),
        verbs=by_first(verbs),
        things=by_first(groups["things"]),
        stop=frozenset(heads["stop"]),
        companies=frozenset(heads["companies"]),
        common=frozenset(heads["common"]),
        owners=frozenset(heads["owners"]),
        purposes=frozenset(heads["purposes"]),
        teams=frozenset(heads["teams"]),
        whole=frozenset(heads["whole"]),
        abbreviations=(re.compile(rf"(?<!\w)(?:{short})(?!\w)", re.IGNORECASE), a["abbreviations"]),
    )


def phrase_at(low: str, pos: int, table: Table) -> int | None:
    """End of the longest phrase of `table` that stands at `pos` as whole words, or None."""
    m = _SYLLABLE.match(low, pos)
    phrases = table.get(m.group()) if m else None
    if phrases is None or not low.startswith(phrases, pos):
        return None
    for phrase in phrases:
        if low.startswith(phrase, pos):
            stop = pos + len(phrase)
            if not low[stop : stop + 1].isalnum():
                return stop
    return None


class Openings:
    """The first two syllables of phrases: a cheap test before a pattern or a list is tried."""

    def __init__(self, phrases: Iterable[str]) -> None:
        pairs = [(*re.findall(r"[^\W_]+", phrase)[:2], "")[:2] for phrase in phrases]
        self.pairs = frozenset(pairs)
        self.firsts = frozenset(first for first, _ in pairs)

    def begin(self, first: str, second: str) -> bool:
        """Whether one of the phrases may begin with the two syllables."""
        return (first, second) in self.pairs or (first, "") in self.pairs

    def after_many(self, first: str, second: str) -> bool:
        """Whether one may follow "các", "tất cả các", "các đồng chí", of which these are the first two."""
        return (
            first in ("các", "những", "mỗi", "từng") and (second in self.firsts or second == "đồng")
        ) or ((first, second) in (("tất", "cả"), ("toàn", "thể")))


def phrases_of(*tables: Table) -> Iterable[str]:
    """All phrases of the tables."""
    return (phrase for table in tables for phrases in table.values() for phrase in phrases)


@lru_cache(maxsize=4096)
def write_out(text: str) -> str:
    """A name with its abbreviations written out and a capital first letter."""
    pattern, full = word_lists().abbreviations
    text = pattern.sub(lambda m: full[m.group().lower()], text)
    text = text.replace("Uỷ", "Ủy").strip(" ,;:.")
    if "TƯ" in text and not text.isupper():
        text = _CENTRAL.sub("Trung ương", text)
    if "&" in text:
        text = re.sub(r"\s*&\s*", " và ", text)
    text = text.replace("Ủy ban nhân dân Ủy ban nhân dân", "Ủy ban nhân dân")
    return text[:1].upper() + text[1:]
