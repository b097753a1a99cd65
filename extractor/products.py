"""Papers that a task is to yield: "xây dựng | kế hoạch giải ngân chi tiết |, trình UBND tỉnh"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from extractor.document import Span
from extractor.ruletable import load
from extractor.sentences import any_of

_LONGEST = 200  # characters of a paper's name


@cache
def _drafting() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """A verb of drafting; the paper behind it; words before the verb that take the order away."""
    words = {name: table["words"] for name, table in load("products").words.items()}
    ends, held, pairs = any_of(words["ends"]), words["held"], any_of(words["pairs"])
    whole = "|".join(f"{a} {b}" for a, b in (w.split() for w in held))
    between = rf"(?: (?!{any_of(words['apart'])}(?!\w))\w+){{0,8}}?"
    drafts = r"(?: (?:các|những|một số|bổ sung|sửa đổi|lại|mới|dự thảo))*"
    paper = (
        rf"(?:{between} (?P<a>(?:dự thảo )?{any_of(words['papers'])})"
        rf"|{drafts} (?P<b>{any_of(words['papers_or_verbs'])}))"
        rf"(?!\w)(?! {any_of(words['standing'])}(?!\w)| \d)"
        rf"(?:(?: (?:{whole}))(?!\w)|(?! {ends}(?!\w))[^,.;:()\n]|, (?={pairs}(?!\w)))*"
    )
    return (
        re.compile(any_of(words["verbs"], whole=True) + r"(?!\w)"),
        re.compile(paper),
        re.compile(rf"(?<!\w){any_of(words['untold'])} $"),
    )


def products(low: str, span: Span, names: Sequence[Span] = ()) -> Iterator[Span]:
    """The papers named in a span of folded lower-case text, as spans of it, in order.

    names: where bodies are named, whose words draft nothing ("Sở Xây dựng hướng dẫn các xã").
    A paper that stands already ("theo Quyết định số 12/QĐ-UBND", "kể từ ngày ban hành Kế hoạch
    này") is none, nor is a verb that reads like one ("trình UBND tỉnh quyết định").
    """
    verb, paper, untold = _drafting()
    at, end = span
    while found := verb.search(low, at, end):
        at = found.end()
        if _within(found.start(), names) or not (m := paper.match(low, at, end)):
            continue
        start = m.start("a") if m["a"] else m.start("b")
        at = m.end()
        stop = start + len(low[start:at].rstrip())
        stands = untold.search(low[max(span.start, found.start() - 12) : found.start()])
        if not stands and stop - start <= _LONGEST and not _within(start, names):
            yield Span(start, stop)


def _within(at: int, names: Sequence[Span]) -> bool:
    return any(name.start <= at < name.end for name in names)
