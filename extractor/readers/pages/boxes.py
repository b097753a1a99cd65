"""Words with their boxes, and the rows that they stand in.

Coordinates are points from the top left corner of the upright page: x grows to the right, y down.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import NamedTuple

Box = tuple[float, float, float, float]


class Word(NamedTuple):
    """What stands between two spaces; confidence: of OCR, 0 to 1, None for a text layer."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float | None = None


@dataclass(frozen=True)
class Row:
    """Words on one line, from left to right."""

    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        """The words with one space between two."""
        return " ".join(w.text for w in self.words)

    @cached_property
    def x0(self) -> float:
        """Left end."""
        return min(w.x0 for w in self.words)

    @cached_property
    def x1(self) -> float:
        """Right end."""
        return max(w.x1 for w in self.words)

    @cached_property
    def y0(self) -> float:
        """Top of the words of usual height; a raised mark does not lift its row."""
        return median(w.y0 for w in self.words)

    @cached_property
    def y1(self) -> float:
        """Bottom, likewise."""
        return median(w.y1 for w in self.words)

    @property
    def height(self) -> float:
        """Of a usual word: a little more than the size of its letters."""
        return max(self.y1 - self.y0, 1.0)

    @cached_property
    def gaps(self) -> tuple[tuple[float, float], ...]:
        """The white between its words, as pairs of x."""
        return tuple((a.x1, b.x0) for a, b in pairwise(self.words))


@dataclass(frozen=True, slots=True)
class Page:
    """The words of an upright page, its ruled lines, and its size in points.

    slope: of a scan's lines, before the words were turned around the page's middle.
    """

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    rules: tuple[Box, ...] = ()
    slope: float = 0.0

    @property
    def scanned(self) -> bool:
        """Whether its words were recognised in a picture."""
        return bool(self.words) and self.words[0].confidence is not None

    def level(self, box: Sequence[float]) -> Box:
        """A box on the scanned paper as it lies when its lines are level."""
        x0, y0, x1, y1 = box
        right = self.slope * ((y0 + y1) / 2 - self.height / 2)
        down = -self.slope * ((x0 + x1) / 2 - self.width / 2)
        return x0 + right, y0 + down, x1 + right, y1 + down

    def on_paper(self, word: Word) -> Box:
        """Where a word stands on the page as it was scanned."""
        x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
        right, down = -self.slope * (y - self.height / 2), self.slope * (x - self.width / 2)
        return word.x0 + right, word.y0 + down, word.x1 + right, word.y1 + down


def rows_of(words: Iterable[Word]) -> list[Row]:
    """The rows that the words stand in, from top to bottom.

    A word belongs to a row when its middle is nearer to that of the row's first word than half
    the height of the smaller: lines of two columns that are set a little apart still meet.
    """
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.y0 + w.y1, w.x0)):
        if rows and _beside(rows[-1][0], word):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [Row(tuple(sorted(row, key=lambda w: (w.x0, w.x1)))) for row in rows]


def _beside(first: Word, word: Word) -> bool:
    apart = (word.y0 + word.y1 - first.y0 - first.y1) / 2
    return apart < 0.55 * min(first.y1 - first.y0, word.y1 - word.y0)


def whole_words(pieces: Iterable[Word]) -> list[Word]:
    """The pieces of a page with those that touch each other put together, row by row.

    Letters of another font, as one that lacks Vietnamese borrows them, come as pieces of their own.
    """
    found: list[Word] = []
    for row in rows_of(pieces):
        last: Word | None = None
        for piece in row.words:
            high = piece.y1 - piece.y0
            if last is not None and -0.3 * high < piece.x0 - last.x1 < 0.06 * high:
                last = Word(
                    unicodedata.normalize("NFC", last.text + piece.text),
                    last.x0,
                    min(last.y0, piece.y0),
                    max(last.x1, piece.x1),
                    max(last.y1, piece.y1),
                )
                found[-1] = last
            else:
                last = piece
                found.append(piece)
    return found


def upright(box: Box, frame: Box, turn: int) -> Box:
    """A box on our axes: from PDF's (y up), within the page's frame, turned as the page is shown.

    turn: clockwise, in degrees: 0, 90, 180 or 270.

    >>> upright((10, 20, 30, 40), (0, 0, 100, 200), 0)
    (10, 160, 30, 180)
    >>> upright((10, 20, 30, 40), (0, 0, 100, 200), 90)
    (20, 10, 40, 30)
    """
    left, bottom, right, top = frame
    x0, y0, x1, y1 = box[0] - left, top - box[3], box[2] - left, top - box[1]
    wide, high = right - left, top - bottom
    if turn == 90:
        return high - y1, x0, high - y0, x1
    if turn == 180:
        return wide - x1, high - y1, wide - x0, high - y0
    if turn == 270:
        return y0, wide - x1, y1, wide - x0
    return x0, y0, x1, y1
