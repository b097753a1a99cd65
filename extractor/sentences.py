"""Sentences and their pieces, and whether they order something.

Pure functions over folded text, used by the stages that decide who must do what. A sentence ends at
". " before a capital; a piece also at "; ". Brackets hold both together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from extractor.document import Span
from extractor.ruletable import load
from extractor.text import UPPER

_BOUND = re.compile(
    rf'(?P<hard>(?<=[.!?…])(?:["\')]*) (?=["\'(]?[{UPPER}\d+-]))|(?P<soft>; )|(?P<open>\()|(?P<close>\))'
)
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:tp|tx|tt|đ/c|gs|ts|ths|bs|ks|pgs|cn|nxb|v\.v|vv|st|p|q|h|kp)\.$"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text up to a full stop (`hard`) or a semicolon before it."""

    span: Span
    hard: bool


def pieces(text: str, low: str, span: Span) -> list[Piece]:
    """Cut a clause's flow span into pieces; `hard` says that a new sentence begins there."""
    found: list[Piece] = []
    start, hard, depth = span.start, True, 0
    for m in _BOUND.finditer(text, span.start, span.end):
        if m["open"]:
            depth += 1
        elif m["close"]:
            depth = max(depth - 1, 0)
        elif depth == 0 and m.start() > start:
            if m["hard"] and _ABBREVIATED.search(low[max(start, m.start() - 8) : m.start()]):
                continue
            found.append(Piece(Span(start, m.start() if m["hard"] else m.start() + 1), hard))
            start, hard = m.end(), bool(m["hard"])
        elif depth and m["hard"] and m.start() - start > 700:
            depth = 0  # a bracket that never closes
    if start < span.end:
        found.append(Piece(Span(start, span.end), hard))
    return found


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words = load("actions").words
    tasks = load("tasks").words

    def any_of(items: list[str]) -> str:
        return "|".join(re.escape(w) for w in sorted(set(items), key=len, reverse=True))

    verbs = any_of(
        words["verbs"]["words"]
        + words["adverbs"]["words"]
        + words["modals"]["words"]
        + words["triggers"]["words"]
    )
    return {
        "verb": re.compile(rf"(?:{verbs})(?!\w)(?! số:? ?\d)"),
        "verb_only": re.compile(rf"(?:{any_of(words['verbs']['words'])})(?!\w)"),
        "verb_found": re.compile(
            rf"(?<!\w)(?:{any_of(words['verbs']['words'])})(?!\w)(?! số:? ?\d)"
        ),
        "adverb": re.compile(
            rf"(?:(?:{any_of(words['adverbs']['words'] + words['modals']['words'])}),? )+"
        ),
        **{k: re.compile(v) for k, v in tasks["patterns"].items()},
    }


def pattern(name: str) -> re.Pattern[str]:
    """A pattern of tasks.toml or of the verb lists, compiled once."""
    return _patterns()[name]


def chunks(low: str, span: Span) -> Iterator[int]:
    """Where the sentence and each part after a comma or colon begins."""
    yield span.start
    for m in re.compile(r"[,:] ").finditer(low, span.start, span.end):
        yield m.end()


def imperative(low: str, span: Span) -> bool:
    """Whether the text begins like an order: a verb, an adverb of urgency or a modal.

    An opening phrase that ends in a comma or a colon may stand before it.
    """
    verb, opening = pattern("verb"), pattern("opening")
    label_ends = low.find(":", span.start, min(span.start + 90, span.end))
    for k, at in enumerate(chunks(low, span)):
        if k > 8:
            return False
        opens = opening.match(low, at)
        if verb.match(low, at) and (not opens or pattern("verb_only").match(low, at)):
            return True
        if opens and _WHEN.match(low, at) and _searched(low, at, span.end):
            return True
        if (
            not opening.match(low, at)
            and not (k and opening.match(low, span.start))
            and at > label_ends >= 0
        ):
            return False
        if not opening.match(low, span.start) and label_ends < 0:
            return False
        if k and pattern("past").search(low[at : at + 60]):
            return False
    return False


_WHEN = re.compile(
    r"(?:định kỳ|hằng|hàng|mỗi|trước|chậm nhất|muộn nhất|từ ngày|từ tháng|trong (?:ngày|tháng|quý|năm|tuần|thời hạn|vòng)|đến (?:ngày|hết|năm)|ngay|vào ngày|ngày \d{1,2} (?:hằng|hàng|mỗi))(?!\w)"
)


def _searched(low: str, at: int, stop: int) -> bool:
    """A verb soon after an opening of time that no comma ends ("Hằng tháng báo cáo ...")."""
    comma = low.find(", ", at, stop)
    return bool(
        pattern("verb_found").search(low, at, min(stop, at + 90, comma if comma >= 0 else stop))
    )


def first_verb(low: str, span: Span) -> Span | None:
    """The first known verb at the head of the text, adverbs and openings skipped."""
    for k, at in enumerate(chunks(low, span)):
        if k > 8:
            return None
        skip = pattern("adverb").match(low, at)
        m = pattern("verb_only").match(low, skip.end() if skip else at) or pattern(
            "verb_only"
        ).match(low, at)
        if m and m.end() <= span.end:
            return Span(*m.span())
    return None
