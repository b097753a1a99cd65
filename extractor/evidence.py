"""Stage 8: what speaks for and against the fields of a task, as named evidence, and the doubts in it.

Pure functions over the document. A piece is named for what it bears on: "lead.inherited" (a heading gave the
lead) on the lead alone, "task.long" and "notice.glued" on every field. confidence.py weighs them.
rules/confidence.toml says which are a doubt of their own, and which doubts of a deadline are mere notes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import NamedTuple

from extractor.deadlines import owned
from extractor.document import Agency, Clause, Deadline, Document, Doubt, Span, Task
from extractor.ruletable import load
from extractor.sentences import imperative, pattern, stands
from extractor.text import Flow, is_capitals

_REPORTING = frozenset({"Báo cáo", "Tờ trình", "Giấy mời"})
_GLUED = (
    0.19  # blanks of all characters; a syllable of Vietnamese and its blank take less than five
)
_TONELESS = (
    1.22  # bytes a character; of Vietnamese with its marks a letter in four takes more than one
)
_LONG, _SHORT = 400, 45  # characters of a task
_FAR = 60  # from the task's first letter to a lead that it names
_TAIL = 40  # what may follow a deadline and still belong to its words
_NEAR = 183  # days: a date without a year that comes within half a year leaves no question
# "các cơ quan, đơn vị | và nhà dân treo cờ": somebody more was told, whom no rule has read
_LISTED_ON = re.compile(
    r"(?: \([^()]{0,120}\))?(?:,|;| và|, và) (?!(?:căn cứ|theo|trong|trên|với|tùy|tuỳ|từ|khi|nếu|sau|trước|để|phải|cần|có|là"
    r"|định kỳ|hằng|hàng|ngay|vào|tại|ngoài|bằng|qua|chậm|đến)(?!\w))(?=[^\W\d_])"
)
# whom an order from above is for in particular ("Riêng huyện A chú trọng ..."), if no rule has read it
_ASIDE = ("riêng ", "đối với ", "trước mắt ")
_COORDINATION = ("phối hợp", "cùng ", "hiệp đồng", "tham gia")
_REPORTS = ("báo cáo", "trình ", "gửi ", "tham mưu", "báo ngay", "nộp ")
# words of time, and what makes a point or a rhythm of each where it stands
_NUMBERED = re.compile(r" (?:\d+(?:[/.-]\d+)*|[iv]+\b|này|tới|sau|cuối)")
_SPOKEN = re.compile(r" (?:nay|này|tới|sau|\d{4})")
# a year that only names what it stands behind: "kế hoạch năm 2022", "đến năm 2025, định hướng đến năm 2030"
_YEAR = re.compile(r"năm \d{4}")
_BOUNDED = re.compile(
    r"(?<!\w)(?:trong|từ|hết|cuối|đầu|giữa|trước|sau|vào|đến|tới|xong|thành|chậm nhất) $"
)
_OUTLOOK = ("tầm nhìn", "định hướng")
_FEAST = re.compile(r"(?<!\w)(?:lễ|chào mừng|kỷ niệm|ngày lễ|nghỉ) \d{1,2}$")
_TIMES_PER = re.compile(r"(?<!\w)(?:lần|buổi|cuộc|kỳ|đợt) ?$")
_OVER = re.compile(r"(?:quá|sau) $")
_EACH = re.compile(r" (?:\d+ )?(?:ngày|tuần|tháng|quý|năm)(?!\w)")
_SLASHED = re.compile(r"(?:ngày|tuần|tháng|quý|năm)(?!\w)|\d{1,2}(?:/\d{4})?(?![\w/.,%-])")
_ALONE = re.compile(r"(?!\w)")
_CLOCK = re.compile(r" \d{1,2} ?(?:giờ|g|h)\d{0,2}(?!\w)")
_TIMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    *((word, _NUMBERED) for word in ("ngày", "tháng", "quý", "mùng", "mồng")),
    ("trước", _CLOCK),
    *((word, _SPOKEN) for word in ("tuần", "trong năm", "năm")),
    *((word, _EACH) for word in ("hằng", "hàng", "mỗi", "cứ", "định kỳ")),
    *((word, _ALONE) for word in ("thời hạn", "kỳ hạn", "hạn chót", "hạn cuối")),
    ("/", _SLASHED),
)


class _Notice(NamedTuple):
    """What the tasks of a document share.

    starts: of its mentions; per_clause: tasks by clause; leads: the same by who leads; dated: clauses with a task that has a deadline.
    """

    doc: Document
    flow: Flow
    starts: Sequence[int]
    per_clause: Counter[int]
    leads: Counter[tuple[int, tuple[int, ...]]]
    dated: frozenset[int]


def find_evidence(doc: Document) -> Document:
    """Add the names of the evidence on each task, and part each task's doubts from its notes."""
    if doc.flow is None or not doc.tasks:
        return doc
    notice = _Notice(
        doc,
        doc.flow,
        [a.span.start for a in doc.agencies],
        Counter(t.clause for t in doc.tasks),
        Counter((t.clause, t.lead) for t in doc.tasks),
        frozenset(t.clause for t in doc.tasks if t.deadlines),
    )
    common = tuple(_of_notice(doc))
    weighed = [_weighed(notice, task, common) for task in doc.tasks]
    tasks, found = zip(*weighed, strict=True)
    return replace(doc, tasks=tasks, evidence=found)


def _weighed(notice: _Notice, task: Task, common: tuple[str, ...]) -> tuple[Task, tuple[str, ...]]:
    """The task with its doubts and notes, and the evidence on it."""
    doc = notice.doc
    own = [doc.deadlines[k] for k, _ in task.deadlines]
    notes = tuple(dict.fromkeys(x for d in own for x in d.doubts if _is_note(doc, d, x)))
    found = (*common, *_of_task(notice, task, own, notes))
    if not notes and _doubts().keys().isdisjoint(found):
        return task, found
    doubts = [x for x in task.doubts if x not in notes]
    said = {x.kind for x in doubts}
    for name in found:
        kind = _doubts().get(name)
        if kind is not None and kind not in said:
            doubts.append(_doubt(notice, task, kind, name))
    return task._replace(doubts=tuple(doubts), notes=notes), found


@cache
def _doubts() -> dict[str, str]:
    """The kind of doubt that evidence raises, by its name."""
    return dict(load("confidence").words["doubts"])


@cache
def _notes() -> frozenset[str]:
    return frozenset(load("confidence").words["notes"]["kinds"])


def _is_note(doc: Document, deadline: Deadline, doubt: Doubt) -> bool:
    """Whether a deadline's doubt puts nothing in question: the calendar is so, or the notice says no more."""
    if doubt.kind in _notes():
        return True
    if (
        doubt.kind != "year_inferred"
        or not deadline.end
        or len(doc.meta.issued_on or "") != len("2022-02-28")
    ):
        return False
    left = date.fromisoformat(deadline.end[:10]) - date.fromisoformat(doc.meta.issued_on or "")
    return 0 <= left.days <= _NEAR


def _doubt(notice: _Notice, task: Task, kind: str, name: str) -> Doubt:
    """The doubt that evidence raises, with the words that it is about where it is not the whole task."""
    said: str = load("confidence").words["words"][name]
    span = None
    if name in ("deadlines.time_unread", "deadlines.time_left"):
        span = unread_time(notice.doc, task)
    elif name.startswith("lead.") and name != "lead.no_order":
        span = notice.doc.agencies[task.lead[0]].span
    if span is None:
        return Doubt(kind, said, task.span)
    return Doubt(kind, f"{said}: “{notice.flow.text[slice(*span)]}”", span)


def unread_time(doc: Document, task: Task) -> Span | None:
    """The first words of time in a task that are neither a deadline of it nor part of a cited document."""
    assert doc.flow is not None
    low, (start, end) = doc.flow.low, task.span
    taken = [doc.deadlines[k].span for k, _ in task.deadlines]
    taken += [c.span for c in doc.citations if task.span.meets(c.span)]
    for word, shape in _TIMES:
        at = low.find(word, start, end)
        while at >= 0:
            m = shape.match(low, at + len(word), end)
            if m and (word == "/" or not low[at - 1 : at].isalnum()):
                span = Span(at, m.end())
                if not any(span.meets(t) for t in taken) and not _binds_nothing(low, span):
                    return span
            at = low.find(word, at + len(word), end)
    return None


def _binds_nothing(low: str, span: Span) -> bool:
    """Whether words of time bound no work.

    They are the name of a plan, a budget or an outlook ("kế hoạch năm 2022", "ngân sách hằng năm"), a
    watch around the clock ("24/24 giờ"), a day of note, a rate, or look back ("quá thời hạn trên").
    """
    word = low[slice(*span)]
    if word[1:].isalpha() and word[0] == "/":
        return _TIMES_PER.search(low, max(span.start - 8, 0), span.start) is None
    if word[0] == "/":
        return low.startswith("24/24", span.start - 2) or bool(
            _FEAST.search(low, max(span.start - 20, 0), span.start)
        )
    if word == "thời hạn":
        return _OVER.search(low, max(span.start - 5, 0), span.start) is not None
    if word.startswith(("hằng", "hàng")):
        return owned(low[max(span.start - 40, 0) : span.start], "owned", "standing")
    if word.startswith("ngày") and low.startswith(" lần", span.end):
        return True
    if not _YEAR.fullmatch(word):
        return False
    before = low[max(span.start - 20, 0) : span.start]
    return (
        not _BOUNDED.search(before)
        or before.endswith(tuple(f"{word} đến " for word in _OUTLOOK))
        or low.startswith(tuple(f", {word}" for word in _OUTLOOK), span.end)
    )


def _of_notice(doc: Document) -> Iterator[str]:
    meta, text = doc.meta, doc.text
    if meta.kind in _REPORTING:
        yield "notice.reporting"
    if meta.issued_on is None or meta.issuer is None:
        yield "notice.header"
    if meta.unsigned:
        yield "notice.unsigned"
    if meta.issuer_id is None:
        yield "notice.issuer_unlisted"
    if text.count(" ") + text.count("\n") < _GLUED * len(text):
        yield "notice.glued"
    if len(text.encode()) < _TONELESS * len(text):
        yield "notice.toneless"
    if any(a.found_by == "fuzzy" for a in doc.agencies):
        yield "notice.slips"


def _of_task(
    notice: _Notice, task: Task, own: Sequence[Deadline], notes: Sequence[Doubt]
) -> Iterator[str]:
    low = notice.flow.low[task.span.start : task.span.end]
    yield from _of_shape(notice, task)
    yield from _of_idle(notice, task)
    yield from _of_lead(notice, task, low)
    yield from _of_others(notice, task, low)
    yield from _of_deadlines(notice, task, own, notes)


def _of_shape(notice: _Notice, task: Task) -> Iterator[str]:
    doc, (start, end) = notice.doc, task.span
    clause = doc.clauses[task.clause]
    if clause.kind == "row":
        yield "task.row"
    elif clause.marker is None:
        yield "task.unmarked"
    if clause.zone == "appendix":
        yield "task.appendix"
    if end - start > _LONG:
        yield "task.long"
    elif end - start < _SHORT:
        yield "task.short"
    if task.verb is None:
        yield "task.no_verb"
    if start - clause.body.start > 2:
        yield "task.starts_late"
    if notice.per_clause[task.clause] > 1:
        yield "task.shares_clause"
        if notice.leads[task.clause, task.lead] > 1:
            yield "task.cut_by_date"


def _of_idle(notice: _Notice, task: Task) -> Iterator[str]:
    """Bodies that the task names and that play no part in it."""
    first = bisect_left(notice.starts, task.span.start)
    last = bisect_left(notice.starts, task.span.end, first)
    idle = set(range(first, last)).difference(task.lead, task.coordinating, task.reports_to)
    if idle:
        yield "task.idle"
        if any(_acts(notice, notice.doc.agencies[k]) for k in idle):
            yield "task.idle_acts"


def _acts(notice: _Notice, body: Agency) -> bool:
    """Whether a verb follows a body: perhaps it is the one told to act."""
    low, end = notice.flow.low, body.span.end
    at = end + 2 if low.startswith(": ", end) else end + 1
    return pattern("verb").match(low, at) is not None


def _of_lead(notice: _Notice, task: Task, low: str) -> Iterator[str]:
    if not task.lead:
        yield "lead.none"
        return
    bodies = [notice.doc.agencies[k] for k in task.lead]
    yield from _of_names(notice, "lead", bodies)
    if len(bodies) > 3:
        yield "lead.many"
    meta = notice.doc.meta
    clause = notice.doc.clauses[task.clause]
    own = any(b.id == meta.issuer_id if b.id else b.name == meta.issuer for b in bodies)
    if own and not _meant(notice, clause, bodies[0]):
        yield "lead.issuer"
    if task.lead_basis == "stated":
        if task.rule == "subject.loose":
            yield "lead.loose"
        if bodies[0].span.start - task.span.start > _FAR:
            yield "lead.far"
        end = max(b.span.end for b in bodies)
        more = _LISTED_ON.match(notice.flow.low, end, task.span.end)
        if more and not pattern("verb").match(notice.flow.low, more.end()):
            yield "lead.listed_on"
        return
    yield f"lead.{task.lead_basis}"
    if low.startswith(_ASIDE):
        yield "lead.aside_unread"
    yield from _of_heading(notice, task, bodies)
    if clause.kind != "row":
        if not imperative(notice.flow.low, task.span):
            yield "lead.no_order"
        if "chủ trì" in low:
            yield "lead.leads_unread"


def _meant(notice: _Notice, clause: Clause, body: Agency) -> bool:
    """Whether the issuer's own office is meant in so many words: told, by a deputy's post, by a heading."""
    low, (start, end) = notice.flow.low, body.span
    above = notice.doc.clauses[clause.parent].body if clause.parent is not None else None
    return (
        low.endswith("giao ", 0, start)
        or "phó " in low[start:end]
        or (above is not None and above.holds(body.span))
    )


def _of_heading(notice: _Notice, task: Task, bodies: Sequence[Agency]) -> Iterator[str]:
    """Whether a lead was taken from further away although the heading above may name another."""
    doc, parent = notice.doc, notice.doc.clauses[task.clause].parent
    if parent is None:
        return
    above = doc.clauses[parent].body
    if any(above.holds(b.span) for b in bodies):
        return
    if imperative(notice.flow.low, above):
        return  # "Phối hợp với Sở B:" over items: what the one above it is to do
    first = bisect_left(notice.starts, above.start)
    if first < len(notice.starts) and notice.starts[first] < above.end:
        yield "lead.other_heading"
    elif not is_capitals(notice.flow.text[slice(*above)]):
        yield "lead.heading_unread"


def _of_names(notice: _Notice, field: str, bodies: Sequence[Agency]) -> Iterator[str]:
    """How the names of a field's bodies were found, and whether they end where they seem to."""
    text, low = notice.flow.text, notice.flow.low
    found = set()
    for body in bodies:
        end = body.span.end
        if body.found_by in ("fuzzy", "short", "group"):
            found.add(body.found_by)
        if body.id is None:
            found.add("unlisted" if body.found_by in ("grammar", "cell") else "unlinked")
            if (
                body.found_by != "short"
                and text[end : end + 1] == " "
                and not pattern("verb").match(low, end + 1)
            ):
                found.add("open_end")
        if body.candidates:
            found.add("rivals")
        if text[end : end + 1] == " " and text[end + 1 : end + 2].isupper():
            found.add("capital_follows")
    for what in sorted(found):
        yield f"{field}.{what}"


def _of_others(notice: _Notice, task: Task, low: str) -> Iterator[str]:
    for field, cues in (("coordinating", _COORDINATION), ("reports_to", _REPORTS)):
        members: tuple[int, ...] = getattr(task, field)
        if members:
            yield f"{field}.some"
            if len(members) > 1:
                yield f"{field}.several"
            yield from _of_names(notice, field, [notice.doc.agencies[k] for k in members])
        elif stands(cues, low):
            yield f"{field}.unread"


def _of_deadlines(
    notice: _Notice, task: Task, own: Sequence[Deadline], notes: Sequence[Doubt]
) -> Iterator[str]:
    doc = notice.doc
    near = {x for x in notes if x.kind == "year_inferred"}
    kinds = {"year_near" if x in near else x.kind for d in own for x in d.doubts}
    for what in sorted({d.kind for d in own} | kinds):
        yield f"deadlines.{what}"
    if len(own) > 1:
        yield "deadlines.several"
    if any(basis != "stated" for _, basis in task.deadlines):
        yield "deadlines.inherited"
    elif own:
        yield from _of_place(notice, task, [d.span for d in own])
    elif notice.per_clause[task.clause] > 1 and task.clause in notice.dated:
        ends = notice.flow.low[task.span.end - 1]
        yield "deadlines.beside" if ends == "." else "deadlines.beside_piece"
    if unread_time(doc, task) is not None:
        yield "deadlines.time_left" if own else "deadlines.time_unread"
    elif not own:
        yield "deadlines.no_time"


def _of_place(notice: _Notice, task: Task, own: Sequence[Span]) -> Iterator[str]:
    """Where in the task its deadline stands: which of its sentences does it bound?"""
    (start, end), first, last = task.span, own[0], own[-1]
    pieces = [p for p in notice.doc.pieces[task.clause] if start <= p.span.start < end]
    sentences = [p for k, p in enumerate(pieces) if p.hard or not k]
    for unit, units in (("sentence", sentences), ("piece", pieces)):
        if len(units) > 1 and first.start >= units[1].span.start:
            yield f"deadlines.later_{unit}"
            return
        if len(units) > 1 and last.end <= units[-1].span.start:
            yield f"deadlines.{unit}_follows"
            return
    if end - last.end > _TAIL:
        yield "deadlines.words_follow"
    if first.start == start:
        yield "deadlines.opens"
