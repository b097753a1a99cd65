"""Rows of task tables: the columns say what is to be done, by whom, with whom and by when.

Pure function used by tasks.py. The header names the roles (tables.py), so a body leads although no
word says so; an empty "chủ trì" cell takes the one above it, as merged cells do (GUIDELINES "Tables").
"""

from __future__ import annotations

from extractor.actions import verb_of
from extractor.document import Basis, Span, Task
from extractor.reading import Reading, Scope
from extractor.roles import Part
from extractor.tables import is_ditto


def group_scope(reading: Reading, i: int, above: Scope) -> Scope:
    """What the heading of a group of rows ("II | Sở Y tế | |", "... trong quý II/2025") hands down."""
    body = reading.doc.clauses[i].body
    named = reading.within(i, body)
    # a body inside a title ("II | Chuyển đổi số ngành y tế") is told nothing
    says = sum(len(reading.text(reading.doc.agencies[k].span)) for k in named)
    leads = says > 0.6 * len(reading.text(body))
    return above._replace(
        lead=tuple(named) if leads else above.lead,
        deadlines=tuple(reading.due_within(i, body)) or above.deadlines,
    )


def row_task(reading: Reading, i: int, above: Task | None, scope: Scope) -> Task | None:
    """The task of a table row, or None where no cell says what to do; above: that of the row above."""
    clause = reading.doc.clauses[i]
    cells = dict(zip(clause.columns, clause.cells, strict=False))
    work = cells.get("task")
    if work is None or work.end <= work.start:
        return None
    last = max(
        (
            c.end
            for role, c in zip(clause.columns, clause.cells, strict=False)
            if c.end > c.start and role != "note"
        ),
        default=work.end,
    )

    def bodies(role: str) -> tuple[int, ...]:
        cell = cells.get(role)
        return tuple(reading.within(i, cell)) if cell is not None else ()

    def repeats(role: str) -> bool:
        return role in cells and is_ditto(reading.text(cells[role]))

    def empty(role: str) -> bool:
        return role not in cells or not reading.text(cells[role]).strip(" -./")

    lead = bodies("lead")
    basis: Basis | None = "stated" if lead else None
    helpers = _members(reading, i, cells.get("lead"), "coordinating")
    if set(helpers) < set(lead):  # "Sở A chủ trì, phối hợp với Sở B" in one cell
        lead = tuple(k for k in lead if k not in helpers)
    else:
        helpers = ()
    if not lead:
        inner = [r for r in reading.runs(i, work) if r.part in ("told", "subject")]
        if inner:
            lead, basis = inner[0].members, "stated"
        elif empty("lead") or repeats(
            "lead"
        ):  # words that name no known body name one all the same
            lead = (above.lead if above is not None and "lead" in cells else ()) or scope.lead
            basis = "inherited" if lead else None
    # a cell that says "thường xuyên" has the last word
    own = reading.due_within(i, work if empty("deadline") else cells["deadline"])
    deadlines: tuple[tuple[int, Basis], ...] = tuple((k, "stated") for k in own)
    if not own and repeats("deadline") and above is not None:
        deadlines = tuple((k, "inherited") for k, _ in above.deadlines)
    reports = bodies("reports_to") or _members(reading, i, work, "reports_to")
    with_cell = (*helpers, *bodies("coordinating")) or _members(reading, i, work, "coordinating")
    if above is not None:
        with_cell = above.coordinating if repeats("coordinating") else with_cell
        reports = above.reports_to if repeats("reports_to") else reports
    product = cells.get("products")
    verb = verb_of(reading.flow, work)
    return Task(
        clause=i,
        span=reading.flow.trim(Span(work.start, last)),
        action=reading.flow.trim(work),
        verb=reading.text(verb) if verb else None,
        lead=tuple(lead),
        lead_basis=basis,
        coordinating=tuple(k for k in with_cell if k not in lead),
        reports_to=reports,
        deadlines=deadlines or tuple((k, "inherited") for k in scope.deadlines),
        products=(reading.flow.trim(product),)
        if product is not None and product.end > product.start
        else (),
        rule="row",
    )


def _members(reading: Reading, i: int, span: Span | None, part: Part) -> tuple[int, ...]:
    """The bodies in a span that play a part there."""
    runs = reading.runs(i, span) if span is not None else ()
    return tuple(k for run in runs if run.part == part for k in run.members)
