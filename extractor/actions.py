"""Stage 6: the pieces of every clause, with their words of assignment and the verbs of the work assigned.

Reads flow and clauses; adds pieces. `cues` gives every trigger ("giao", "yêu cầu", "đề nghị") and, at the
head of each piece, the verb that says what is to be done; the tables of rules/actions.toml come first,
words.py (underthesea) is asked by `verb_of` only where they know no verb at all.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import chain

from extractor.document import Action, Document, Span
from extractor.ruletable import load
from extractor.sentences import any_of, first_verb, pattern, pieces
from extractor.text import Flow


@cache
def _trigger() -> re.Pattern[str]:
    return re.compile(any_of(load("actions").words["triggers"]["words"], whole=True) + r"(?!\w)")


# "theo chức năng, nhiệm vụ được giao có trách nhiệm ...": on what grounds, before what is to be done
_POWERS = r"(?:chức năng|nhiệm vụ|thẩm quyền|quyền hạn|phạm vi quản lý|lĩnh vực quản lý)"
_GROUNDS = re.compile(
    rf",? ?(?:theo|căn cứ|trong phạm vi|trên cơ sở) {_POWERS}(?:,? (?:và )?{_POWERS})*"
    r"(?: (?:được (?:giao|phân công)|của mình|của đơn vị))?,? "
    r"|,? ?(?:theo|căn cứ|trên cơ sở|trong phạm vi|tùy theo)(?!\w)[^.;:]{3,160}? "
    r"(?=(?:có trách nhiệm|chịu trách nhiệm|phải|chủ động|tiếp tục|khẩn trương|tập trung|nghiêm túc|tích cực)(?!\w))"
)
# before what sounds like a verb and is a noun: "căn cứ quy định", "nội dung thông báo", "được giao"
_NOMINAL = re.compile(
    r"(?<!\w)(?:được|căn cứ|theo|nội dung|ý kiến|các|những|sự|việc|bản|văn bản) $"
)


def find_actions(doc: Document) -> Document:
    """Cut the clauses that may hold tasks into pieces."""
    assert doc.flow is not None
    text, low = doc.flow.text, doc.flow.low
    cut = (
        ()
        if c.zone == "addressee" or c.body.start >= c.body.end
        else tuple(pieces(text, low, c.body))
        for c in doc.clauses
    )
    return replace(doc, pieces=tuple(cut))


def cues(doc: Document, span: Span) -> list[Action]:
    """Triggers and leading verbs in a flow span, in the order of the text.

    Found when somebody asks, as `nhiemvu explain` does: tasks look at the places that matter to them.
    """
    assert doc.flow is not None
    low = doc.flow.low
    found = {
        Action(Span(*m.span()), "trigger." + m.group().replace(" ", "_"), "trigger")
        for m in _trigger().finditer(low, *span)
    }
    for piece in chain.from_iterable(doc.pieces):
        verb = first_verb(low, piece.span) if piece.span.meets(span) else None
        if verb is not None and span.holds(verb):
            found.add(Action(verb, "verb.table", "verb"))
    return sorted(found)


def verb_of(flow: Flow, span: Span) -> Span | None:
    """The verb of an action phrase: by the tables, else by underthesea's parts of speech."""
    span = flow.trim(span)
    grounds = _GROUNDS.match(flow.low, *span)
    if grounds and grounds.end() < span.end:
        span = Span(grounds.end(), span.end)
    purpose = pattern("purpose_clause").search(flow.low, *span)
    if purpose and purpose.start() > span.start + 4:
        span = Span(span.start, purpose.start())  # "gửi Sở A để tổng hợp, báo cáo UBND tỉnh"
    verb = first_verb(flow.low, span)
    if verb is not None and not _NOMINAL.search(flow.low, span.start, verb.start):
        return verb
    found = pattern("verb_found").finditer(flow.low, span.start, min(span.end, span.start + 160))
    first = None
    for m in found:
        first = first or m
        if not _NOMINAL.search(flow.low, max(m.start() - 12, span.start), m.start()):
            return Span(*m.span())
    if first is not None:
        return Span(*first.span())
    from extractor.words import verbs

    head = Span(span.start, min(span.end, span.start + 160))
    return next(
        (
            Span(head.start + v.start, head.start + v.end)
            for v in verbs(flow.text[head.start : head.end])
        ),
        None,
    )
