"""The values that stages read and add: frozen, and pointing at characters, never copying them.

Two coordinate systems, never mixed: *source* offsets count code points in the text as read;
*flow* offsets count characters of the folded text that patterns run on (see text.py). A field
says which one it is in; only `Flow.source` turns one into the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from extractor.gazetteer import Gazetteer
    from extractor.text import Flow, Line

Zone = Literal["header", "addressee", "body", "closing", "appendix", "noise"]
DeadlineKind = Literal["due", "from", "recurring", "relative", "event"]
Bound = Literal["before", "by", "on", "within", "every", "after"]
Basis = Literal["stated", "inherited", "addressee"]


class Span(NamedTuple):
    """Half-open range of offsets, `start` included, `end` not."""

    start: int
    end: int

    def holds(self, other: Span) -> bool:
        """Whether `other` lies within this span."""
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end


class Origin(NamedTuple):
    """Where a run of the text stood in its file (source offsets), as far as its reader knows.

    page: from 1. bbox: x0, y0, x1, y1 in points from the page's top left corner. place: in words
    for a person ("đoạn 12", "bảng 2, hàng 3, ô 1"). confidence: of recognised characters, 0 to 1.
    """

    start: int
    end: int
    page: int | None = None
    bbox: tuple[float, float, float, float] | None = None
    place: str | None = None
    kind: Literal["text", "cell", "footnote", "textbox", "scan"] = "text"
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something a person should check: `kind` is a stable code, `detail` says it in Vietnamese."""

    kind: str
    detail: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the file itself says of its notice, beside the text (edXML's header).

    Dates are ISO 8601. None or empty: it does not say. steering: whether the notice gives
    orders, in the regulation's words.
    """

    number: str | None = None
    issued_on: str | None = None
    issuer: str | None = None
    subject: str | None = None
    signer: str | None = None
    due: str | None = None
    recipients: tuple[str, ...] = ()
    steering: str | None = None


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed: name, position, and by what authority (KT., TL., TM., TUQ., Q.)."""

    name: str | None
    position: str | None
    authority: str | None


@dataclass(frozen=True, slots=True)
class Meta:
    """The notice's header and closing fields (Nghị định 30/2020/NĐ-CP, Phụ lục I); None = unsaid.

    issued_on is ISO 8601, partial where the notice is ("2022-02"). spans: field name -> source span.
    due and steering: as in Metadata; no text says them.
    """

    kind: str | None = None
    number: str | None = None
    symbol: str | None = None
    issued_on: str | None = None
    issuer: str | None = None
    issuer_id: str | None = None
    place: str | None = None
    province: str | None = None
    subject: str | None = None
    signer: Signer | None = None
    urgency: str | None = None
    confidentiality: str | None = None
    addressees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    meeting_on: str | None = None
    due: str | None = None
    steering: str | None = None
    spans: dict[str, Span] = field(default_factory=dict)

    @property
    def unsigned(self) -> bool:
        """Whether no letterhead says who issued the notice."""
        return "issuer" not in self.spans


class Clause(NamedTuple):
    """One unit of the notice: its marker, its own text and its place in the tree.

    path: marks from the top joined by dots ("II.1.-3"). extent: source span from the marker to
    the end of the last descendant. body: flow span of its own text, after the marker.
    cells: flow spans of a table row's cells. heading: it only introduces what stands below it.
    """

    path: str
    kind: str
    marker: str | None
    extent: Span
    body: Span
    parent: int | None = None
    zone: Zone = "body"
    cells: tuple[Span, ...] = ()
    columns: tuple[str, ...] = ()
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """A cited document, matched whole with its number and date (flow span)."""

    span: Span
    kind: str | None
    number: str | None
    issued_on: str | None
    rule: str


class Agency(NamedTuple):
    """A mention of a body (flow span), written out in full, linked where that is certain.

    run: mentions of one enumeration share this number. found_by: the step that named it
    (exact, alias, template, fuzzy, group, grammar, short). candidates: ids of the runners-up.
    """

    span: Span
    name: str
    found_by: str
    id: str | None = None
    score: float = 100.0
    candidates: tuple[str, ...] = ()
    run: int = 0
    head: str = ""
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline mention (flow span), normalised; dates are ISO 8601 strings.

    duration is ISO 8601 ("P5D"); recurrence an RRULE (RFC 5545) without the "RRULE:" prefix;
    next: first occurrence after the issue date; raw: the day before any roll to a working day.
    """

    span: Span
    rule: str
    kind: DeadlineKind
    bound: Bound
    start: str | None = None
    end: str | None = None
    inclusive: bool | None = None
    recurrence: str | None = None
    duration: str | None = None
    working_days: bool | None = None
    anchor: str | None = None
    next: str | None = None
    raw: str | None = None
    timex_type: str = "DATE"
    timex_value: str | None = None
    timex_mod: str | None = None
    doubts: tuple[Doubt, ...] = ()


class Piece(NamedTuple):
    """A run of a clause up to a full stop (`hard`) or a semicolon before it (flow span)."""

    span: Span
    hard: bool


class Action(NamedTuple):
    """A cue of assignment or action (flow span): trigger, role cue or verb, with its rule."""

    span: Span
    rule: str
    kind: str


class Task(NamedTuple):
    """One assignment: spans in flow, mentions by index into the document's tuples.

    shares: deadlines that bind some of the bodies only, each with those mentions. notes: what is
    worth knowing and puts nothing in question.
    """

    clause: int
    span: Span
    action: Span | None
    verb: str | None
    lead: tuple[int, ...]
    lead_basis: Basis | None
    coordinating: tuple[int, ...] = ()
    reports_to: tuple[int, ...] = ()
    deadlines: tuple[tuple[int, Basis], ...] = ()
    shares: tuple[tuple[int, tuple[int, ...]], ...] = ()
    products: tuple[Span, ...] = ()
    urgency: str | None = None
    rule: str = ""
    doubts: tuple[Doubt, ...] = ()
    notes: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """The state that stages pass on: each returns a copy with its own fields filled.

    metadata: what the file says of the notice beside its text.
    gazetteer: the tables that names are linked with; None: those that ship with the package.
    """

    text: str
    lines: tuple[Line, ...]
    zones: tuple[Zone, ...] = ()
    meta: Meta = field(default_factory=Meta)
    flow: Flow | None = None
    clauses: tuple[Clause, ...] = ()
    citations: tuple[Citation, ...] = ()
    agencies: tuple[Agency, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    pieces: tuple[tuple[Piece, ...], ...] = ()  # of each clause
    tasks: tuple[Task, ...] = ()
    evidence: tuple[tuple[str, ...], ...] = ()  # on each task, by name
    doubts: tuple[Doubt, ...] = ()
    metadata: Metadata | None = None
    gazetteer: Gazetteer | None = field(default=None, repr=False, compare=False)
