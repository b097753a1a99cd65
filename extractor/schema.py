"""The output contract: what one extracted notice looks like as JSON, versioned.

Pydantic models, frozen; the JSON Schema in schema/ is generated from them. Offsets count Unicode
code points of the notice's text as read, and `text` beside them is always that very slice. Later
versions may add fields, so unknown ones are kept; none changes its meaning under one version.
`from_document` in records.py makes a record out of what the stages found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from extractor.document import Basis as Read
from extractor.document import Bound, DeadlineKind

SCHEMA_VERSION: Literal["1.0"] = "1.0"
SCHEMA_ID = "urn:nhiemvu:notice:1.0"
# U+0085, U+2028 and U+2029 end a line for many programs: as they stand they would cut a JSON Line
_LINE_ENDS = re.compile("[\x85\u2028\u2029]")


Offset = Annotated[int, Field(ge=0)]
Probability = Annotated[float, Field(ge=0, le=1)]
Nature = Literal["dated", "recurring", "standing"]
Basis = Read | Literal["corrected"]  # how the text says it, or that a person did


class Model(BaseModel):
    """Frozen; keeps fields that a later version adds."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Sparse(Model):
    """Leaves the fields named in `when_known` out of the JSON where they are None."""

    when_known: ClassVar[tuple[str, ...]] = ()

    @model_serializer(mode="wrap")
    def _written(self, handler: SerializerFunctionWrapHandler):  # type: ignore[no-untyped-def] # noqa: ANN202 - a return type would stand in the JSON Schema instead of the fields
        written = handler(self)
        for name in self.when_known:
            if written[name] is None:
                del written[name]
        return written


class Located(Sparse):
    """Something that stands on a page: where its first page shows it, as far as the file tells."""

    when_known: ClassVar[tuple[str, ...]] = ("page", "bbox", "place")

    page: int | None = Field(None, description="From 1; left out where the file has no pages")
    bbox: tuple[float, float, float, float] | None = Field(
        None, description="x0, y0, x1, y1 on that page, in points from its top left corner"
    )
    place: str | None = Field(None, description="Paragraph or table cell, in words for a person")


class Extent(Model):
    """A half-open range of code points of the notice's text."""

    start: Offset
    end: Offset


class Slice(Model):
    """A range and the very text that stands there."""

    text: str
    start: Offset
    end: Offset


class Doubt(Model):
    """Something that a person should check: `kind` is a stable code, `detail` is in Vietnamese."""

    kind: str
    detail: str
    start: Offset | None = None
    end: Offset | None = None


class Source(Sparse):
    """Where the notice was read from."""

    when_known = ("member",)

    path: str | None = None
    member: str | None = Field(
        default=None, description='The file within path, a mail or an archive ("2022/128.docx")'
    )
    media_type: str = "text/plain"
    sha256: str = Field(
        description="Of the bytes of the file, or of its member; of the UTF-8 text where there is no file"
    )
    reader: str | None = None


class Issuer(Model):
    """The body that issued the notice."""

    name: str
    id: str | None = None


class Signer(Model):
    """Who signed, in what position and by what authority (KT., TL., TM., TUQ., Q.)."""

    name: str | None = None
    position: str | None = None
    authority: str | None = None


class Citation(Model):
    """A cited document."""

    text: str
    kind: str | None = None
    number: str | None = None
    issued_on: str | None = None
    start: Offset
    end: Offset


class Notice(Sparse):
    """The header and closing of the notice; null = the notice does not say."""

    when_known = ("due", "steering")

    source: Source
    kind: str | None = None
    number: str | None = None
    issued_on: str | None = Field(None, description="ISO 8601, partial where the notice is")
    issuer: Issuer | None = None
    subject: str | None = None
    place: str | None = None
    signer: Signer | None = None
    urgency: str | None = None
    confidentiality: str | None = None
    addressees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    due: str | None = Field(
        None, description="Date by which its sender wants it dealt with (edXML)"
    )
    steering: str | None = Field(
        None, description="Whether its sender says that it gives orders, or reports on some (edXML)"
    )
    spans: dict[str, Extent] = Field({}, description="Where the header's fields stand, by name")


class Clause(Located):
    """A numbered, lettered or bulleted unit, or an unnumbered paragraph, with what is below it."""

    path: str
    kind: str
    marker: str | None = None
    start: Offset
    end: Offset
    parent: str | None = Field(None, description="Path of the clause that it hangs on")


class Body(Model):
    """A body by its gazetteer id and its full name, with its place."""

    id: str
    name: str


class Split(Model):
    """The bodies among which a body's work was divided."""

    split: tuple[Body, ...]


class Agency(Located):
    """A mention of a body; `name` is written out in full, as of the notice's date."""

    name: str
    id: str | None = Field(None, description="Gazetteer id; null for a body that it does not hold")
    text: str
    start: Offset
    end: Offset
    found_by: str = Field(description="The step that named it: exact, alias, fuzzy, group ...")
    score: float = Field(ge=0, le=100)
    candidates: tuple[str, ...] = Field((), description="Ids of the runners-up")
    now: Body | Split | None = Field(
        None,
        description="Who holds its work on the day of --as-of; null where not asked or unknown",
    )


class Normalized(Model):
    """A deadline's calendar values: ISO 8601 dates and durations, RFC 5545 recurrence."""

    start: str | None = None
    end: str | None = None
    inclusive: bool | None = None
    recurrence: str | None = None
    duration: str | None = None
    working_days: bool | None = None
    anchor: str | None = None
    next: str | None = Field(None, description="First occurrence after the issue date")
    raw: str | None = Field(None, description="The end before it moved to a working day")


class Timex(Model):
    """The same in TIMEX3's terms."""

    type: str
    value: str | None = None
    mod: str | None = None


class Deadline(Located):
    """A deadline as written and as a value; `rule` names the table row that read it."""

    text: str
    start: Offset
    end: Offset
    kind: DeadlineKind
    bound: Bound
    basis: Basis
    normalized: Normalized
    timex: Timex
    rule: str
    binds: tuple[Agency, ...] = Field(
        (),
        description="The bodies that it binds where the text divides them; empty: all of the task",
    )


class Action(Model):
    """What is to be done, from its verb on."""

    text: str
    start: Offset
    end: Offset
    verb: str | None = None


class Confidences(Model):
    """The probability that a field is right, empty ones included; `task`: that it is a task at all."""

    task: Probability
    clause: Probability
    lead: Probability
    coordinating: Probability
    reports_to: Probability
    deadlines: Probability


Values = dict[str, str | tuple[str, ...] | None]


class Review(Model):
    """What a person has said about a task (corrections.py)."""

    values: Values = Field(
        default={},
        description="Fields that a person set, as plain values; they win over what was read",
    )
    added: bool = Field(
        default=False, description="A task that a person found and the program did not"
    )


class Task(Located):
    """One row of a tracking sheet: somebody is told to do something."""

    when_known = (*Located.when_known, "review")

    id: str
    clause: str
    start: Offset
    end: Offset
    text: str
    action: Action | None = None
    products: tuple[Slice, ...] = ()
    lead: tuple[Agency, ...] = ()
    lead_basis: Basis | None = None
    coordinating: tuple[Agency, ...] = ()
    reports_to: tuple[Agency, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    due: str | None = Field(None, description="The one date that a tracker shows")
    urgency: str | None = None
    nature: Nature | None = Field(
        None, description="Whether it has a date, comes again and again, or is a regular duty"
    )
    confidence: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Probability that it is a task and that its lead and its deadlines are right",
    )
    confidences: Confidences | None = None
    doubts: tuple[Doubt, ...] = ()
    notes: tuple[Doubt, ...] = Field(
        (), description="Worth knowing, but nothing that a person must check"
    )
    review: Review | None = Field(None, description="Left out where no person said anything")


class Record(Model):
    """One extracted notice: a line of the output."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    notice: Notice
    clauses: tuple[Clause, ...] = ()
    tasks: tuple[Task, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    def only(self, natures: Container[str]) -> Record:
        """The record with those tasks alone whose nature is among these."""
        return self.model_copy(
            update={"tasks": tuple(t for t in self.tasks if t.nature in natures)}
        )

    def to_json(self, *, indent: int | None = None) -> str:
        """The record as JSON, on one line without `indent`; the same bytes for the same record."""
        text = self.model_dump_json(indent=indent)
        return _LINE_ENDS.sub(lambda m: f"\\u{ord(m.group()):04x}", text)


def json_schema() -> dict[str, JsonValue]:
    """The JSON Schema (draft 2020-12) of a record."""
    schema: dict[str, Any] = Record.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **schema,
    }


def schema_text() -> str:
    """The JSON Schema as it is committed: indented, ending in a newline."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
