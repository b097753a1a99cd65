"""From the stages' document to the record of the contract.

The only place that turns flow spans into source offsets for the output. Ids are hashes of the
notice's key and the clause, so that the same notice gives the same ids on every machine.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from extractor import document as d
from extractor import schema as s
from extractor.confidence import confidences, whole
from extractor.gazetteer import default
from extractor.origins import unclear, where
from extractor.policy import Policy
from extractor.successors import holders


def from_document(
    doc: d.Document,
    source: s.Source,
    *,
    policy: Policy | None = None,
    doubts: Iterable[d.Doubt] = (),
    as_of: str | None = None,
    origins: Sequence[d.Origin] = (),
) -> s.Record:
    """The record of a document; `doubts` are the reader's own, put first.

    origins: where the reader found the text's parts, in order.
    as_of: an ISO date; beside each agency stands who holds its work on that day.
    """
    writer = _Writer(doc, source, policy or Policy(), as_of, origins)
    header = [doc.meta.spans[k] for k in ("number", "issued_on", "issuer") if k in doc.meta.spans]
    return s.Record(
        notice=writer.notice(),
        clauses=writer.clauses(),
        tasks=writer.tasks(),
        doubts=tuple(
            writer.doubt(x, flow=False)
            for x in (*doubts, *unclear(doc.text, origins, header), *doc.doubts)
        ),
    )


def notice_key(text: str, meta: d.Meta) -> str:
    """What tells one notice from another: number, date and issuer, else a hash of its text."""
    named = _named(meta.number, meta.issued_on, meta.issuer)
    return named or hashlib.sha256(text.encode("utf-8")).hexdigest()


def notice_key_of(notice: s.Notice) -> str:
    """The same of a notice in a record; its file's hash stands for that of a text not at hand."""
    issuer = notice.issuer.name if notice.issuer else None
    return _named(notice.number, notice.issued_on, issuer) or notice.source.sha256


def _named(number: str | None, issued_on: str | None, issuer: str | None) -> str | None:
    if not number or not (issued_on or issuer):
        return None
    folded = (unicodedata.normalize("NFC", x or "").casefold() for x in (number, issued_on, issuer))
    return "|".join(re.sub(r"\s+", "", x) for x in folded)


def task_id(key: str, clause: str, counter: int) -> str:
    """Stable id of the `counter`-th task (from 1) of the clause with that path."""
    return hashlib.sha256(f"{key}\n{clause}\n{counter}".encode()).hexdigest()[:16]


def due_date(deadlines: Iterable[d.Deadline], policy: Policy) -> str | None:
    """The earliest resolvable end as an ISO date, read as the policy says; None without one."""
    days = [day for x in deadlines if (day := _last_day(x, policy)) is not None]
    return min(days).isoformat() if days else None


def _last_day(deadline: d.Deadline, policy: Policy) -> date | None:
    if not deadline.end:
        return None
    try:
        day = date.fromisoformat(deadline.end[:10])
        strict = (
            deadline.inclusive is False and len(deadline.end) == 10
        )  # "before 17:00" is that day
        return day - timedelta(days=strict and policy.before == "day_before")
    except (ValueError, OverflowError):
        return None


def nature(kinds: Iterable[str]) -> s.Nature:
    """How a tracker should take a task, by the kinds of its deadlines.

    dated: it is due once, by a day, a term or an event; recurring: it comes again and again, be it from a
    day on or until something happens; standing: no deadline at all, so that it is done as part of the body's
    regular duty, which Quyết định 23/2018/QĐ-TTg keeps out of tracking.

    >>> nature(["recurring", "due"]), nature(["from", "recurring"]), nature([])
    ('dated', 'recurring', 'standing')
    """
    found = set(kinds)
    if not found:
        return "standing"
    return "recurring" if "recurring" in found and not found & {"due", "relative"} else "dated"


def _signer(x: d.Signer | None) -> s.Signer | None:
    if x is None:
        return None
    return s.Signer(name=x.name, position=x.position, authority=x.authority)


class _Writer:
    """Writes one document's parts, turning flow spans into source offsets."""

    def __init__(
        self,
        doc: d.Document,
        source: s.Source,
        policy: Policy,
        as_of: str | None = None,
        origins: Sequence[d.Origin] = (),
    ) -> None:
        self.doc, self.source, self.policy, self.as_of = doc, source, policy, as_of
        self.origins = origins
        self.at: Callable[[d.Span], d.Span] = (
            doc.flow.source if doc.flow is not None else lambda x: x
        )
        self.agency = cache(self._agency)

    def slice(self, span: d.Span) -> dict[str, int | str]:
        start, end = self.at(span)
        return {"start": start, "end": end, "text": self.doc.text[start:end]}

    def located(self, span: d.Span) -> dict[str, Any]:
        """The slice with its place in the file."""
        start, end = at = self.at(span)
        return {
            "start": start,
            "end": end,
            "text": self.doc.text[start:end],
            **where(self.origins, at),
        }

    def doubt(self, doubt: d.Doubt, *, flow: bool = True) -> s.Doubt:
        """Tasks' doubts point into the flow, the notice's own into the source."""
        if doubt.span is None:
            return s.Doubt(kind=doubt.kind, detail=doubt.detail)
        start, end = self.at(doubt.span) if flow else doubt.span
        return s.Doubt(kind=doubt.kind, detail=doubt.detail, start=start, end=end)

    def notice(self) -> s.Notice:
        m = self.doc.meta
        return s.Notice(
            source=self.source,
            kind=m.kind,
            number=m.number,
            issued_on=m.issued_on,
            issuer=s.Issuer(name=m.issuer, id=m.issuer_id) if m.issuer else None,
            subject=m.subject,
            place=m.place,
            signer=_signer(m.signer),
            urgency=m.urgency,
            confidentiality=m.confidentiality,
            addressees=m.addressees,
            recipients=m.recipients,
            due=m.due,
            steering=m.steering,
            citations=tuple(
                s.Citation.model_validate(
                    {
                        **self.slice(c.span),
                        "kind": c.kind,
                        "number": c.number,
                        "issued_on": c.issued_on,
                    }
                )
                for c in self.doc.citations
            ),
            spans={k: s.Extent(start=v.start, end=v.end) for k, v in sorted(m.spans.items())},
        )

    def clauses(self) -> tuple[s.Clause, ...]:
        every = self.doc.clauses
        return tuple(
            s.Clause(
                path=c.path,
                kind=c.kind,
                marker=c.marker,
                start=c.extent.start,
                end=c.extent.end,
                parent=None if c.parent is None else every[c.parent].path,
                **where(self.origins, c.extent),
            )
            for c in every
            if c.zone != "addressee"
        )

    def tasks(self) -> tuple[s.Task, ...]:
        key = notice_key(self.doc.text, self.doc.meta)
        counts: dict[str, int] = {}
        found: list[s.Task] = []
        for task, evidence in zip(self.doc.tasks, self.doc.evidence, strict=True):
            path = self.doc.clauses[task.clause].path
            counts[path] = counts.get(path, 0) + 1
            id_ = task_id(key, path, counts[path])
            found.append(self.task(task, path, id_, evidence))
        return tuple(found)

    def task(self, task: d.Task, path: str, id_: str, evidence: Iterable[str]) -> s.Task:
        deadlines = [(self.doc.deadlines[k], basis) for k, basis in task.deadlines]
        shares = dict(task.shares)
        trust = confidences(evidence)
        return s.Task.model_validate(
            {
                **self.located(task.span),
                "id": id_,
                "clause": path,
                "action": {**self.slice(task.action), "verb": task.verb} if task.action else None,
                "products": [self.slice(p) for p in task.products],
                "lead": tuple(map(self.agency, task.lead)),
                "lead_basis": task.lead_basis,
                "coordinating": tuple(map(self.agency, task.coordinating)),
                "reports_to": tuple(map(self.agency, task.reports_to)),
                "deadlines": [
                    self.deadline(self.doc.deadlines[k], basis, shares.get(k, ()))
                    for k, basis in task.deadlines
                ],
                "due": due_date((x for x, _ in deadlines), self.policy),
                "urgency": task.urgency,
                "nature": nature(x.kind for x, _ in deadlines),
                "confidence": whole(trust),
                "confidences": trust,
                "doubts": (*map(self.doubt, task.doubts), *self.unclear(task)),
                "notes": tuple(map(self.doubt, task.notes)),
            }
        )

    def unclear(self, task: d.Task) -> Iterator[s.Doubt]:
        """What a scan left unclear in the task's bodies and deadlines."""
        bodies = (*task.lead, *task.coordinating, *task.reports_to)
        spans = [self.doc.agencies[k].span for k in bodies]
        spans += [self.doc.deadlines[k].span for k, _ in task.deadlines]
        for doubt in unclear(self.doc.text, self.origins, map(self.at, spans)):
            yield self.doubt(doubt, flow=False)

    def _agency(self, k: int) -> s.Agency:
        a = self.doc.agencies[k]
        return s.Agency.model_validate(
            {
                **self.located(a.span),
                "name": a.name,
                "id": a.id,
                "found_by": a.found_by,
                "score": a.score,
                "candidates": a.candidates,
                "now": self.now(a.id),
            }
        )

    def now(self, body: str | None) -> s.Body | s.Split | None:
        """Who holds a body's work on the day that was asked for."""
        if self.as_of is None or body is None:
            return None
        found = holders(self.doc.gazetteer or default(), body, self.as_of)
        bodies = tuple(s.Body(id=x.id, name=x.name) for x in found)
        if len(bodies) > 1:
            return s.Split(split=bodies)
        return bodies[0] if bodies else None

    def deadline(self, x: d.Deadline, basis: d.Basis, binds: Sequence[int] = ()) -> s.Deadline:
        normalized = {
            "start": x.start,
            "end": x.end,
            "inclusive": x.inclusive,
            "recurrence": x.recurrence,
            "duration": x.duration,
            "working_days": x.working_days,
            "anchor": x.anchor,
            "next": x.next,
            "raw": x.raw,
        }
        timex = {"type": x.timex_type, "value": x.timex_value, "mod": x.timex_mod}
        return s.Deadline.model_validate(
            {
                **self.located(x.span),
                "kind": x.kind,
                "bound": x.bound,
                "basis": basis,
                "normalized": normalized,
                "timex": timex,
                "rule": x.rule,
                "binds": tuple(map(self.agency, binds)),
            }
        )
