"""What a reader gives back: the text of a notice and where its characters came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from extractor.document import Span


class SourceMap(Protocol):
    """The way from the text back to the file: page and box, paragraph, table cell."""

    def locate(self, span: Span) -> str:
        """Where a span of the text stands in the file, in words for a person."""


@dataclass(frozen=True, slots=True)
class ReadText:
    """text: as the stages read it; notes: what a person should know of the reading."""

    text: str
    media_type: str
    reader: str
    source_map: SourceMap | None = None
    notes: tuple[str, ...] = ()
