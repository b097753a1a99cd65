"""The order in which a page is read: full lines from top to bottom, columns one after the other.

A notice's header and its sign-off stand in two columns beside each other, without a rule between
them. They are known by the white lane that several rows leave free at one place. Justified lines
leave wide gaps too, but never at one place, and never much wider than the others of their line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractor.readers.pages.boxes import Row, Word, rows_of

MARK = re.compile(
    r"^(?:\(?(?:\d{1,3}|[IVXivx]{1,5}|[A-Za-zĐđ])[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?|[-+•–*])$"
)
"""A word that numbers what follows it; the tab after it is no lane between columns."""

_LANE = 1.1  # narrowest lane, in heights of its row (about as many letter sizes)
_ALONE = 2.0  # narrowest lane that a single row may show
_WIDER = 2.0  # how much wider than the usual gap of its row
_MORE = 1.3  # ... in the rows below


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that are read one after the other; `column`: beside others, not the page's full width."""

    rows: tuple[Row, ...]
    column: bool = False


def blocks_of(words: Sequence[Word]) -> list[Block]:
    """The blocks of some words in reading order."""
    return _blocks(rows_of(words), column=False)


def _blocks(rows: Sequence[Row], *, column: bool) -> list[Block]:
    found: list[Block] = []
    plain: list[Row] = []
    i = 0
    while i < len(rows):
        lane = _widest_band(rows, i, least=2 if column else 1)
        if lane is None:
            plain.append(rows[i])
            i += 1
            continue
        stop, x = lane
        if plain:
            found.append(Block(tuple(plain), column))
            plain = []
        words = [w for row in rows[i:stop] for w in row.words]
        for side in (
            [w for w in words if w.x0 + w.x1 < 2 * x],
            [w for w in words if w.x0 + w.x1 >= 2 * x],
        ):
            found += _blocks(rows_of(side), column=True)
        i = stop
    if plain:
        found.append(Block(tuple(plain), column))
    return found


def _widest_band(rows: Sequence[Row], start: int, *, least: int) -> tuple[int, float] | None:
    """Where the columns that begin in row `start` end, and the middle of the lane between them.

    least: how many rows must stand on both sides; within a column a single one is a blank to be
    filled in ("Số:      /UBND").
    """
    best: tuple[int, int, float] | None = None
    for gap in _lanes(rows[start]):
        count, stop, (left, right) = _follow(rows, start, gap)
        narrow = right - left < _ALONE * rows[start].height
        if count < least or (count == 1 and narrow):
            continue
        if best is None or (count, right - left) > (best[0], best[2]):
            best = (count, stop, right - left)
            middle = (left + right) / 2
    return None if best is None else (best[1], middle)


def _lanes(row: Row) -> list[tuple[float, float]]:
    """The gaps of a row that may part two columns.

    What begins a right column is no small letter: there the line goes on after words that a scan
    has lost.
    """
    usual = _usual(row)
    first = 1 if MARK.match(row.words[0].text) else 0
    return [
        (left.x1, right.x0)
        for left, right in list(pairwise(row.words))[first:]
        if (gap := right.x0 - left.x1) >= _LANE * row.height
        and gap > _WIDER * usual
        and not right.text[0].islower()
    ]


def _usual(row: Row) -> float:
    """How wide the gaps between the words of a row are; 0 where it has too few to tell."""
    widths = sorted(b - a for a, b in row.gaps)
    return widths[(len(widths) - 1) // 2] if len(widths) > 2 else 0.0


def _follow(
    rows: Sequence[Row], start: int, lane: tuple[float, float]
) -> tuple[int, int, tuple[float, float]]:
    """How many rows stand on both sides of a lane, where it ends, and what is left of it."""
    left, right = lane
    count, stop = 1, start + 1
    for k in range(start + 1, len(rows)):
        row, above = rows[k], rows[k - 1]
        both = row.x0 < left and row.x1 > right
        if both:
            usual = _usual(row)
            open_to = next(
                (
                    (max(a, left), min(b, right))
                    for a, b in row.gaps
                    if min(b, right) - max(a, left) >= 0.6 * row.height and b - a > _MORE * usual
                ),
                None,
            )
            if open_to is None:
                break
            left, right = open_to
            count += 1
        elif row.x1 < right - 0.3 * row.height:
            # what follows far below on the left is the text that goes on, not the left column
            if row.y0 - above.y1 > 0.8 * row.height:
                break
            left = max(left, row.x1)
        elif row.x0 > left + 0.3 * row.height:
            right = min(right, row.x0)
        else:
            break
        stop = k + 1
    return count, stop, (left, right)
