"""What a reader gives back: the text of a notice and where its characters came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from extractor.document import Origin


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the file itself says of its notice, beside the text (edXML's header).

    Dates are ISO 8601. None or empty: it does not say. steering: what the sender expects of the
    receiver, in the words of the file.
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
class ReadText:
    """text: as the stages read it: a paragraph a line, a table row a line with "|" between cells.

    origins: where its parts stood in the file, in order, none overlapping; may leave gaps.
    notes: repairs and losses that a person should know of, in Vietnamese.
    """

    text: str
    media_type: str
    reader: str
    origins: tuple[Origin, ...] = ()
    notes: tuple[str, ...] = ()
    metadata: Metadata | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A file within a container; the name is the container's word for it, folders with "/".

    metadata: what the container says of the notice in the file.
    """

    name: str
    data: bytes
    metadata: Metadata | None = None


class TextBuilder:
    """Puts a text together, noting where its parts came from."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._origins: list[Origin] = []
        self._length = 0

    def add(
        self,
        text: str,
        page: int | None = None,
        place: str | None = None,
        kind: Literal["text", "cell", "footnote", "textbox", "scan"] = "text",
    ) -> None:
        """Add a piece; what has neither page nor place is only text between pieces."""
        if text and (page is not None or place is not None):
            end = self._length + len(text)
            self._origins.append(Origin(self._length, end, page, None, place, kind))
        self._parts.append(text)
        self._length += len(text)

    def line(
        self,
        text: str,
        page: int | None = None,
        place: str | None = None,
        kind: Literal["text", "cell", "footnote", "textbox", "scan"] = "text",
    ) -> None:
        """Add a piece and end the line."""
        self.add(text, page, place, kind)
        self.add("\n")

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._parts)

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Where its pieces came from, in order."""
        return tuple(self._origins)
