"""What one paragraph says of tasks elsewhere in the notice: a date for all of them, to whom they report, who is told.

Pure functions used by tasks.py, over the tasks found clause by clause. What nobody above a task says falls to
the addressees, then to those the paragraph before or the closing names.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from extractor.document import Document, Doubt, Task
from extractor.reading import Reading
from extractor.scopes import is_introduction
from extractor.sentences import pattern


def spread_closing(reading: Reading, found: list[Task]) -> list[Task]:
    """ "Báo cáo gửi về UBND tỉnh trước ngày D" at the end holds for all that was asked for above."""
    doc = reading.doc
    closing = [
        t for t in found
        if t.deadlines and pattern("product_closing").match(reading.text(t.span))
    ]  # fmt: skip
    if not closing:
        return found
    last = closing[-1]
    first = min((t.clause for t in found), default=0)
    opening = [
        i
        for i, c in enumerate(doc.clauses[: first + 1])
        if c.parent is None and c.kind == "paragraph" and is_introduction(reading, i)
    ]
    asked = bool(opening) and bool(
        pattern("report_request").search(reading.text(doc.clauses[opening[-1]].body)[-160:])
    )
    if not asked:
        return found
    return [
        t._replace(deadlines=t.deadlines or tuple((k, "inherited") for k, _ in last.deadlines), reports_to=t.reports_to or last.reports_to)
        if t.span < last.span and doc.clauses[t.clause].zone == doc.clauses[last.clause].zone else t
        for t in found
    ]  # fmt: skip


# the last sentence of a clause that only says by when
_BY_WHEN = re.compile(
    r"(?:tất cả |toàn bộ )?(?:thời gian|thời hạn|tiến độ)(?: [^\W\d_]+){0,3} (?=trước|trong|chậm|xong|đến|là|ngày|tháng|quý)|(?:thời gian|thời hạn|tiến độ)[^.;:]{0,30}: ?"
)


def spread_label(reading: Reading, found: list[Task]) -> list[Task]:
    """ "Sở A lập hồ sơ; Sở B thẩm định. Thời gian hoàn thành trước ngày D": it holds for both of a clause."""
    per_clause: dict[int, list[int]] = {}
    for at, task in enumerate(found):
        per_clause.setdefault(task.clause, []).append(at)
    out = list(found)
    for clause, places in per_clause.items():
        last = found[places[-1]]
        if len(places) < 2 or not last.deadlines:
            continue
        said = [p.span.start for p in reading.pieces(clause) if p.hard and last.span.holds(p.span)]
        if (
            not said
            or said[-1] == last.span.start
            or not _BY_WHEN.match(reading.flow.low, said[-1])
        ):
            continue
        due = [k for k, _ in last.deadlines if reading.doc.deadlines[k].span.start >= said[-1]]
        for at in places[:-1]:
            if due and not out[at].deadlines:
                out[at] = out[at]._replace(deadlines=tuple((k, "inherited") for k in due))
    return out


def spread_common(reading: Reading, found: list[Task]) -> list[Task]:
    """ "Các nhiệm vụ nêu trên hoàn thành trước ngày D" names no body: it holds for the tasks above.

    Those that have no deadline take its own; where it stands in a section, those of the section.
    """
    doc, led = reading.doc, {t.clause for t in found if t.lead}
    common: dict[int | None, list[int]] = {}  # clauses by the one above them, in order
    for i, due in enumerate(reading.deadlines):
        clause = doc.clauses[i]
        if due and i not in led and clause.kind == "paragraph" and clause.zone != "addressee":
            if pattern("said_of_all").match(reading.text(clause.body)):
                common.setdefault(clause.parent, []).append(i)
    if not common:
        return found
    said_of_all = {i for below in common.values() for i in below}

    def taken(task: Task) -> Task:
        above: int | None = task.clause
        while above is not None and not task.deadlines:
            above = doc.clauses[above].parent
            below = common.get(above, [])
            said = next(iter(below[bisect_right(below, task.clause) :]), None)
            if said is not None and doc.clauses[said].zone == doc.clauses[task.clause].zone:
                due = reading.deadlines[said]
                task = task._replace(deadlines=tuple((k, "inherited") for k in due))
        return task

    return [taken(t) for t in found if t.clause not in said_of_all]


def left_over(doc: Document, tasks: Sequence[Task]) -> Iterator[Doubt]:
    """A deadline among the tasks that none of them took: a person should see where it belongs."""
    if not tasks or doc.flow is None:
        return
    used = {k for t in tasks for k, _ in t.deadlines}
    first = tasks[0].span.start
    for k, deadline in enumerate(doc.deadlines):
        if k in used or deadline.kind not in ("due", "recurring", "relative"):
            continue
        if deadline.span.start > first:
            said = doc.flow.text[slice(*deadline.span)]
            yield Doubt(
                "deadline_unassigned",
                f"Thời hạn chưa gắn với nhiệm vụ nào: “{said}”",
                doc.flow.source(deadline.span),
            )


def addressed(reading: Reading, found: list[Task]) -> list[Task]:
    """Tasks that nobody above is named for fall to the addressees, else to those the closing names."""
    doc = reading.doc
    members = tuple(
        k for i, c in enumerate(doc.clauses) if c.zone == "addressee" for k in reading.agencies[i]
    )
    members = tuple(k for k in members if not reading.issuer_side(k)) or members
    if not members:
        found = _as_before(reading, found)
        members = _closing_addressees(reading)
    if not members:
        return found
    return [
        t._replace(lead=members, lead_basis="addressee")
        if all(doc.agencies[k].found_by == "addressee" for k in t.lead)
        else t
        for t in found
    ]


def _as_before(reading: Reading, found: Sequence[Task]) -> list[Task]:
    """ "Bộ A đề nghị các Sở B góp ý." | "Văn bản gửi về Bộ A trước ngày D": the paragraph before says who."""
    out: list[Task] = []
    told: Task | None = None
    for task in found:
        clause = reading.doc.clauses[task.clause]
        bare = clause.kind == "paragraph" and clause.zone == "body"
        if not bare:
            told = None
        elif task.lead and task.lead_basis == "stated":
            told = task
        elif not task.lead and told is not None and task.clause - told.clause < 3:
            out.append(task._replace(lead=told.lead, lead_basis="inherited"))
            continue
        out.append(task)
    return out


def _closing_addressees(reading: Reading) -> tuple[int, ...]:
    """ "... để các sở, ngành triển khai thực hiện", "yêu cầu các sở, ngành nghiêm túc thực hiện"."""
    clauses = [
        i for i, c in enumerate(reading.doc.clauses) if c.zone == "body" and c.kind == "paragraph"
    ]
    for i in reversed(clauses[-4:]):
        span = reading.doc.clauses[i].body
        low = reading.text(span)
        if "triển khai" not in low and "thực hiện" not in low:
            continue
        for run in reading.runs(i, span):
            before = reading.flow.low[span.start : run.span.start]
            if run.part == "told" or before.endswith(("để ", "đến ", "tới ", "đề ")):
                if not all(reading.issuer_side(k) for k in run.members):
                    return run.members
    return ()
