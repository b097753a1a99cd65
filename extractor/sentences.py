"""Sentences and their pieces, and whether they order something.

Pure functions over folded text, used by the stages that decide who must do what. A sentence ends at
". " before a capital; a piece also at "; ". Brackets hold both together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any

from extractor.document import Piece, Span
from extractor.ruletable import load
from extractor.text import UPPER

# the sign first, then what must stand around it: `re` leaps to one of a set of characters
_BOUND = re.compile(rf'[.!?…;()](?:(?<=[.!?…])["\')]* (?=["\'(]?[{UPPER}\d+-])|(?<=;) |(?<=[()]))')
_LAST_BRACKET = re.compile(r"\([^()]{3,300}\)[./; ]*$")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:tp|tx|tt|vp|ct|pct|đ/c|gs|ts|ths|bs|ks|pgs|cn|nxb|v\.v|vv|st|p|q|h|kp)\.$"
)


def pieces(text: str, low: str, span: Span) -> list[Piece]:
    """Cut a clause's flow span into pieces; `hard` says that a new sentence begins there."""
    found: list[Piece] = []
    start, hard, depth = span.start, True, 0
    for m in _BOUND.finditer(text, span.start, span.end):
        at, after = m.span()
        sign = text[at]
        if sign == "(":
            depth += 1
        elif sign == ")":
            depth = max(depth - 1, 0)
        elif depth:
            if sign != ";" and at + 1 - start > 700:
                depth = 0  # a bracket that never closes
        elif sign == ";":
            if at > start:
                found.append(Piece(Span(start, at + 1), hard))
                start, hard = after, False
        elif text[after] == "(" and _LAST_BRACKET.match(text, after, span.end):
            depth = 0  # "... môi trường. (Giao UBND huyện; xong trước D)" belongs to its sentence
        elif not _ABBREVIATED.search(low[max(start, at - 7) : at + 1]):
            found.append(Piece(Span(start, at + 1), hard))
            start, hard = after, True
    if start < span.end:
        found.append(Piece(Span(start, span.end), hard))
    return list(_itemised(low, found)) if len(found) > 1 else found


# a list within a sentence: "...: (1) Sở A rà soát; (2) Sở B đề xuất", "i)", "a)"
_FIRST_ITEM = re.compile(r": \(?(?:1|i|a)\) ")
_ITEM = re.compile(r"\((?:\d{1,2}|[ivx]{1,4}|[a-eđ])\) |(?:[2-9]|ii|iii|iv|[b-eđ])\) ")


def _itemised(low: str, pieces: list[Piece]) -> Iterator[Piece]:
    """The pieces without the marks of a list within a sentence, whose first item is one, too."""
    marks = [_ITEM.match(low, *p.span) if not p.hard else None for p in pieces]
    for piece, mark, follows in zip(pieces, marks, [*marks[1:], None], strict=True):
        (start, end), hard = piece
        if mark:
            start = mark.end()
        elif follows and (first := _FIRST_ITEM.search(low, start, end)):
            yield Piece(Span(start, first.start() + 1), hard)
            start, hard = first.end(), False
        yield Piece(Span(start, end), hard)


def any_of(words: Iterable[str], *, whole: bool = False) -> str:
    """A pattern for the longest of the words; letters that words share are tried once.

    whole: none that begins inside a longer word. That test stands behind the second letter (every
    word has two), because `re` leaps to a first letter but not to a test.
    """
    trie: dict[str, Any] = {}
    for word in words:
        assert len(word) > 1 or not whole
        node = trie
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}

    def written(node: dict[str, Any], depth: int = 0) -> str:
        branches = [re.escape(c) + written(below, depth + 1) for c, below in node.items() if c]
        if "" in node:
            branches.append("")  # last: the longer word is tried first
        rest = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
        return r"(?<!\w..)" + rest if whole and depth == 2 else rest

    return written(trie)


VERB_PATTERNS = ("verb", "verb_only", "verb_found", "adverb", "urgency")


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A pattern of tasks.toml or of the verb lists, compiled when a text first asks for it."""
    tasks = load("tasks").words
    if name in tasks["patterns"]:
        return re.compile(tasks["patterns"][name])
    verbs, adverbs, modals, triggers = (
        load("actions").words[k]["words"] for k in ("verbs", "adverbs", "modals", "triggers")
    )
    match name:
        case "verb":
            written = rf"{any_of(verbs + adverbs + modals + triggers)}(?!\w)(?! số:? ?\d)"
        case "verb_only":
            written = rf"{any_of(verbs)}(?!\w)"
        case "verb_found":
            written = rf"{any_of(verbs, whole=True)}(?!\w)(?! số:? ?\d)"
        case "adverb":
            written = rf"(?:{any_of(adverbs + modals)},? )+"
        case "urgency":
            written = rf"{any_of(tasks['urgency']['words'], whole=True)}(?!\w)"
        case _:
            raise KeyError(name)
    return re.compile(written)


def stems(words: Iterable[str]) -> tuple[str, ...]:
    """The words that hold no other: where none of them stands, no word does (see `stands`)."""
    every = set(words)
    return tuple(sorted(w for w in every if not any(v in w for v in every - {w})))


def stands(any_word: Iterable[str], low: str) -> bool:
    """Whether one of the words stands in a text: a test much cheaper than a search by pattern."""
    for word in any_word:  # noqa: SIM110 - a generator would cost more than the test
        if word in low:
            return True
    return False


@cache
def urgency_stems() -> tuple[str, ...]:
    """Words without which the pattern "urgency" is not asked."""
    return stems(load("tasks").words["urgency"]["words"])


@cache
def never_cues() -> tuple[str, ...]:
    """Words without which the pattern "never_later" is not asked."""
    return tuple(load("tasks").words["never_cues"]["words"])


_CHUNK = re.compile(r"[,:] | thì ")
_CHUNKS = 9  # a verb after so many commas is no order at the head of the sentence


def chunks(low: str, span: Span) -> Iterator[int]:
    """Where the sentence and each of the first parts after a comma or colon begins."""
    yield span.start
    for m in islice(_CHUNK.finditer(low, span.start, span.end), _CHUNKS - 1):
        yield m.end()


def imperative(low: str, span: Span) -> bool:
    """Whether the text begins like an order: a verb, an adverb of urgency or a modal.

    An opening phrase that ends in a comma or a colon may stand before it.
    """
    verb, opening = pattern("verb"), pattern("opening")
    if (besides := _BESIDES.match(low, span.start, span.end)) and verb.match(low, besides.end()):
        return True
    opened = opening.match(low, span.start)
    label_ends = low.find(":", span.start, min(span.start + 90, span.end))
    some = low.find(" nào ", span.start, min(span.start + 45, span.end)) >= 0
    whichever = _WHICHEVER.match(low, *span) if some else None
    if whichever and verb.match(low, whichever.end()):
        return True
    for at in chunks(low, span):
        first = at == span.start
        opens = opened if first else opening.match(low, at)
        if verb.match(low, at) and (not opens or pattern("verb_only").match(low, at)):
            return True
        if (opens or opened) and _WHEN.match(low, at) and _searched(low, at, span.end):
            return True
        if not first and _BY_NOW.match(low, at):
            return False
        if not opens and (first or not opened) and at > label_ends >= 0:
            return False
        if not opened and label_ends < 0:
            return False
        if not first and pattern("past").search(low, at, at + 60):
            return False
    return False


_BESIDES = re.compile(r"(?:đồng thời|ngoài ra|bên cạnh đó),? ")
# "Đơn vị nào chưa có máy thì lập dự toán": whoever it is, is told
_WHICHEVER = re.compile(
    r"[^,.;:]{2,40} nào [^,.;:]{2,120}?(?: \([^()]{2,120}\))?,? (?:thì|đề nghị|phải|cần) "
)
_WHEN = re.compile(
    r"(?:định kỳ|hằng|hàng|mỗi|cứ|trước|chậm nhất|muộn nhất|từ ngày|từ tháng|trong (?:ngày|tháng|quý|năm|tuần|thời hạn|vòng)|đến (?:ngày|hết|năm)|ngay|vào ngày|ngày \d{1,2} (?:hằng|hàng|mỗi)|(?:tháng|quý|năm)(?= ?\())(?!\w)"
)


# what has come of it: no order stands behind
_BY_NOW = re.compile(r"(?:đến|tới) (?:nay|thời điểm này|thời điểm hiện tại)(?!\w)")


def _searched(low: str, at: int, stop: int) -> bool:
    """A verb soon after an opening of time that no comma ends ("Hằng tháng báo cáo ...")."""
    comma = low.find(", ", at, stop)
    return bool(
        pattern("verb_found").search(low, at, min(stop, at + 90, comma if comma >= 0 else stop))
    )


def first_verb(low: str, span: Span) -> Span | None:
    """The first known verb at the head of the text, adverbs and openings skipped."""
    adverb, verb = pattern("adverb"), pattern("verb_only")
    for at in chunks(low, span):
        skip = adverb.match(low, at)
        m = (skip and verb.match(low, skip.end())) or verb.match(low, at)
        if m and m.end() <= span.end:
            return Span(*m.span())
    return None
