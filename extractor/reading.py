"""A document ready to be read clause by clause: its pieces, bodies and deadlines, and what holds at a place.

Pure functions used by tasks.py and what stands below it. A comma where a semicolon should stand, and the same
order to somebody else, part a sentence here; a semicolon inside an enumeration of bodies parts nothing.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from extractor.document import Basis, Document, Piece, Span
from extractor.roles import Run, runs_of
from extractor.sentences import any_of, pattern
from extractor.text import Flow

Zone = Literal["open", "items", "orders", "findings", "purpose", "funds"]


_LEAD_IN = re.compile(
    r"^$|chủ trì,? (?:và )?phối hợp(?: chặt chẽ)?(?: với| cùng)?:? ?$|(?:giao(?: cho)?|yêu cầu|đề nghị|phân công|,|:) ?$"
)


_OBJECT = (" của ", " với ", " cho ", " tới ", " đến ")

# "yêu cầu: từ ngày A đến ngày B, các trường trực": nothing was told before the date
_CALLS = (": ", "yêu cầu ", "đề nghị ", "yêu cầu, ", "đề nghị, ")

# an order, and another to somebody else in the same sentence
_ORDERS = ("yêu cầu", "giao", "đề nghị")
_ASSIGNS = re.compile(rf"(?:{any_of(_ORDERS, whole=True)})(?= [^\W\d_])")
_AGAIN = re.compile(rf",? (?:và |đồng thời,? |và đồng thời )(?:kính )?(?P<word>{any_of(_ORDERS)}) ")


class Scope(NamedTuple):
    """What holds at a place of the tree: mention and deadline indices, and how orders read there."""

    zone: Zone = "open"
    lead: tuple[int, ...] = ()
    basis: Basis | None = None
    coordinating: tuple[int, ...] = ()
    reports_to: tuple[int, ...] = ()
    deadlines: tuple[int, ...] = ()
    agency_heading: bool = False


@dataclass(frozen=True)
class Reading:
    """A document with its mentions and deadlines by clause, ready to be read clause by clause."""

    doc: Document
    flow: Flow
    agencies: tuple[tuple[int, ...], ...]
    deadlines: tuple[tuple[int, ...], ...]
    children: tuple[tuple[int, ...], ...]
    issuer_side: Callable[[int], bool]
    starts: tuple[list[int], ...]  # of the mentions of each clause
    _pieces: dict[int, list[Piece]] = field(default_factory=dict)
    _runs: dict[tuple[int, Span], list[Run]] = field(default_factory=dict)

    @cached_property
    def punctuated(self) -> bool:
        """Whether clauses end in a stop as a rule, so that its lack says that one leads over."""
        ends = [
            self.flow.low[c.body.start : c.body.end].rstrip()[-1:]
            for c in self.doc.clauses
            if not c.heading and c.zone == "body"
        ]
        return 2 * sum(end in (".", ";") for end in ends) > len(ends)

    def text(self, span: Span) -> str:
        """Folded lower-case text of a flow span."""
        return self.flow.low[span.start : span.end]

    def within(self, clause: int, span: Span) -> list[int]:
        """Mentions of a clause that lie in a flow span."""
        members, mentions = self.agencies[clause], self.doc.agencies
        if not members:
            return []
        starts, (start, end) = self.starts[clause], span
        first = bisect_left(starts, start)
        last = bisect_left(starts, end, first)
        return [k for k in members[first:last] if mentions[k].span.end <= end]

    def due_within(self, clause: int, span: Span) -> list[int]:
        """Deadlines of a clause that begin in a flow span."""
        members, (start, end) = self.deadlines[clause], span
        if not members:
            return []
        return [k for k in members if start <= self.doc.deadlines[k].span.start < end]

    def pieces(self, clause: int) -> list[Piece]:
        """Sentences and their pieces; a semicolon inside an enumeration of bodies parts nothing."""
        known = self._pieces.get(clause)
        if known is not None:
            return known
        found: list[Piece] = []
        for piece in self.doc.pieces[clause]:
            if (
                found
                and not piece.hard
                and (
                    self._enumerates(clause, found[-1].span, piece.span)
                    or (len(found) == 1 and self._labels(clause, found[0].span, piece.span))
                )
            ):
                found[-1] = Piece(Span(found[-1].span.start, piece.span.end), found[-1].hard)
            else:
                found.append(piece)
        found = [part for piece in found for part in self._told_again(clause, piece)]
        found = [part for piece in found for part in self._spliced(clause, piece)]
        self._pieces[clause] = found
        return found

    def _told_again(self, clause: int, piece: Piece) -> list[Piece]:
        """ "... yêu cầu A rà soát và đề nghị B tổng hợp": an order to another body parts them."""
        first = _ASSIGNS.search(self.flow.low, *piece.span)
        again = first and _AGAIN.search(self.flow.low, first.end(), piece.span.end)
        if not again:
            return [piece]
        runs = self.runs(clause, piece.span)
        told = [r for r in runs if r.part == "told" and r.trigger is not None]
        for one, other in itertools.pairwise(told):
            named = self.doc.agencies[other.members[0]].found_by in ("exact", "alias")
            named = named or (one.rule, other.rule) == ("told.yêu cầu", "told.đề nghị")
            if one.span.end == again.start():
                continue  # "yêu cầu A và đề nghị B rà soát": one order to both
            if named and other.trigger and other.trigger.start == again.start("word"):
                cut = Span(piece.span.start, again.start())
                rest = Span(again.start("word"), piece.span.end)
                if one.members != other.members:
                    return [Piece(cut, piece.hard), Piece(rest, False)]
        return [piece]

    def _spliced(self, clause: int, piece: Piece) -> list[Piece]:
        """ "Sở A thông báo hạn mức, Sở B giải ngân": a comma where a semicolon should stand."""
        runs = self.runs(clause, piece.span) if len(self.agencies[clause]) > 1 else []
        if not runs:
            return [piece]
        head = runs[0]
        begins = head.trigger if head.part == "told" and head.trigger else head.span
        opens = head.part in ("subject", "told") and begins.start == piece.span.start
        due = (self.doc.deadlines[k].span for k in self.due_within(clause, piece.span))
        timed = [end for start, end in due if not self.flow.low.endswith(_CALLS, 0, start)]
        for run in runs[1:]:
            one = self.doc.agencies[run.members[0]]
            comma = run.span.start - 2
            if (
                run.rule in ("mention", "subject")
                and len(run.members) == 1
                and ((opens and one.found_by in ("exact", "alias")) or comma in timed)
                and self.flow.low.startswith(", ", comma)
                and pattern("verb_only").match(self.flow.low, run.span.end + 1, piece.span.end)
                and self.flow.low[run.span.end] == " "
                and run.members != runs[0].members
            ):
                cut = Span(piece.span.start, run.span.start - 1)
                rest = Piece(Span(run.span.start, piece.span.end), False)
                return [Piece(cut, piece.hard), *self._spliced(clause, rest)]
        return [piece]

    def _enumerates(self, clause: int, left: Span, right: Span) -> bool:
        before, after = self.within(clause, left), self.within(clause, right)
        if not before or not after:
            return False
        a, b = self.doc.agencies[before[-1]], self.doc.agencies[after[0]]
        if a.run != b.run or self.flow.text[b.span.start].islower():
            return a.run == b.run
        first = next(k for k in before if self.doc.agencies[k].run == a.run)
        lead_in = self.flow.low[left.start : self.doc.agencies[first].span.start]
        if _LEAD_IN.search(lead_in):
            return True
        if not lead_in.endswith(_OBJECT):
            return False  # "góp ý của các sở: A, B; Cục C, UBND các huyện để hoàn thiện"
        last = next(k for k in reversed(after) if self.doc.agencies[k].run == b.run)
        return not pattern("verb").match(self.flow.low, self.doc.agencies[last].span.end + 1)

    def _labels(self, clause: int, left: Span, right: Span) -> bool:
        """ "- UBND các xã; Kịp thời sơ tán dân": names alone, and a capital behind what should be a colon."""
        named = self.within(clause, left) if self.flow.text[right.start].isupper() else []
        if not named:
            return False
        first, last = self.doc.agencies[named[0]], self.doc.agencies[named[-1]]
        return (
            first.run == last.run
            and first.span.start == left.start
            and last.span.end + 1 == left.end
            and pattern("verb").match(self.flow.low, right.start) is not None
        )

    def runs(self, clause: int, span: Span) -> list[Run]:
        """Enumerations of bodies in a sentence of a clause, with their parts."""
        known = self._runs.get((clause, span))
        if known is None:
            inside = self.within(clause, span)
            known = runs_of(self.flow, self.doc.agencies, inside, span) if inside else []
            known = self._after_time(clause, span, known)
            self._runs[clause, span] = known
        return known

    def _after_time(self, clause: int, span: Span, runs: list[Run]) -> list[Run]:
        """ "Trước ngày 20/5 các huyện báo cáo ...": no comma parts the opening time from who acts."""
        due = self.due_within(clause, span) if runs else []
        time = self.doc.deadlines[due[0]].span if due else span
        if not due or time.start != span.start or not self.flow.low.startswith(" ", time.end):
            return runs
        return [
            r._replace(part="subject", rule="subject.after_opening")
            if r.part == "mention"
            and r.span.start == time.end + 1
            and pattern("verb").match(self.flow.low, r.span.end + 1, span.end)
            else r
            for r in runs
        ]


def read(doc: Document, issuer_side: Callable[[int], bool]) -> Reading:
    """Sort mentions and deadlines by the clause that they lie in."""
    assert doc.flow is not None
    bodies = [c.body for c in doc.clauses]
    order = sorted(range(len(bodies)), key=bodies.__getitem__)
    agencies: list[list[int]] = [[] for _ in doc.clauses]
    deadlines: list[list[int]] = [[] for _ in doc.clauses]
    for spans, bins in (
        ([a.span for a in doc.agencies], agencies),
        ([d.span for d in doc.deadlines], deadlines),
    ):
        k = 0
        for i, span in enumerate(spans):
            while k < len(order) - 1 and bodies[order[k]].end <= span.start:
                k += 1
            if bodies[order[k]].holds(span):
                bins[order[k]].append(i)
    children: list[list[int]] = [[] for _ in doc.clauses]
    for i, clause in enumerate(doc.clauses):
        if clause.parent is not None:
            children[clause.parent].append(i)
    return Reading(
        doc,
        doc.flow,
        _frozen(agencies),
        _frozen(deadlines),
        _frozen(children),
        issuer_side,
        tuple([doc.agencies[k].span.start for k in members] for members in agencies),
    )


def _frozen(bins: list[list[int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(map(tuple, bins))
