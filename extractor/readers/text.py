"""What a reader gives back: the text of a notice and where its characters came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from extractor.document import Metadata, Origin
from extractor.readers import legacy

MAX_BYTES = (
    100_000_000  # of a file, or of one within a container: a hundred pages scanned in colour
)
MAX_TOTAL = 100_000_000  # of all that a container holds, unpacked
MAX_TEXT = 2_000_000  # characters of a notice: a thousand pages
TRACKED = "Có sửa đổi theo dõi chưa duyệt: lấy phần thêm, bỏ phần xóa"  # a reader's note
Kind = Literal["text", "cell", "footnote", "textbox", "scan"]


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

    metadata: what the container says of the notice in the file. error: why it could not be unpacked.
    """

    name: str
    data: bytes
    metadata: Metadata | None = None
    error: str | None = None


class TextBuilder:
    """Puts a text together, noting where its parts came from."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str, int | None, str | None, Kind]] = []

    def add(
        self,
        text: str,
        page: int | None = None,
        place: str | None = None,
        kind: Kind = "text",
    ) -> None:
        """Add a piece; what has neither page nor place is only text between pieces."""
        self._pieces.append((text, page, place, kind))

    def line(
        self,
        text: str,
        page: int | None = None,
        place: str | None = None,
        kind: Kind = "text",
    ) -> None:
        """Add a piece and end the line."""
        self.add(text, page, place, kind)
        self.add("\n")

    def to_unicode(self) -> set[str]:
        """Turn what is in old letters into Unicode, by its words; the encodings that it was in."""
        words, encoding = legacy.repaired_lines([piece[0] for piece in self._pieces])
        self._pieces = [(text, *piece[1:]) for text, piece in zip(words, self._pieces, strict=True)]
        return {encoding} if encoding else set()

    def built(self) -> tuple[str, tuple[Origin, ...]]:
        """The text, and where its pieces came from, in order."""
        origins: list[Origin] = []
        end = 0
        for text, page, place, kind in self._pieces:
            start, end = end, end + len(text)
            if text and (page is not None or place is not None):
                origins.append(Origin(start, end, page, None, place, kind))
        return "".join(piece[0] for piece in self._pieces), tuple(origins)
