"""Ruled tables: which words stand in which cell between drawn lines.

Word draws a border as many short strokes or thin boxes, one a cell; LibreOffice draws long lines.
Both come down to the same grid of lines once pieces on one line are put together.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from extractor.readers.pages.boxes import Box, Word

THIN = 3.0
"""Points: a rule is no thicker."""
_LONG = 8.0  # ... and no shorter
_NEAR = 3.0  # points within which two ends meet


class _Line(NamedTuple):
    """A line at `at` from `start` to `stop`, along the other axis."""

    at: float
    start: float
    stop: float

    def covers(self, point: float) -> bool:
        return self.start - _NEAR <= point <= self.stop + _NEAR


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's place (row and column from 0), how many of them it spans, its words and its box."""

    row: int
    column: int
    rows: int
    columns: int
    words: tuple[Word, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class Table:
    """A table's box, its number of rows and columns, and its cells in reading order."""

    box: Box
    rows: int
    columns: int
    cells: tuple[Cell, ...]


def tables_of(words: Sequence[Word], rules: Iterable[Box]) -> tuple[list[Table], list[Word]]:
    """The tables among drawn rules, from top to bottom, and the words that stand in none."""
    across, down = _lines(rules)
    found: list[Table] = []
    rest = list(words)
    for ys, xs in _grids(across, down):
        box = (xs[0].at, ys[0].at, xs[-1].at, ys[-1].at)
        inside = [w for w in rest if _in(w, box)]
        table = _fill(box, ys, xs, inside)
        if len(table.cells) > 2 and (table.rows > 1 < table.columns or table.columns > 2):
            found.append(table)
            taken = set(inside)
            rest = [w for w in rest if w not in taken]
    return sorted(found, key=lambda t: t.box[1]), rest


def ruled(rules: Iterable[Box]) -> list[Box]:
    """The rules that make cells with others, pieces put together, as boxes without thickness."""
    found: list[Box] = []
    for ys, xs in _grids(*_lines(rules)):
        found += ((y.start, y.at, y.stop, y.at) for y in ys)
        found += ((x.at, x.start, x.at, x.stop) for x in xs)
    return found


def _in(word: Word, box: Box) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return box[0] < x < box[2] and box[1] < y < box[3]


def _lines(rules: Iterable[Box]) -> tuple[list[_Line], list[_Line]]:
    """Horizontal and vertical lines, pieces put together; a drawn box gives its four sides."""
    across: list[_Line] = []
    down: list[_Line] = []
    for x0, y0, x1, y1 in rules:
        wide, high = x1 - x0, y1 - y0
        if high <= THIN:
            across.append(_Line((y0 + y1) / 2, x0, x1))
        elif wide <= THIN:
            down.append(_Line((x0 + x1) / 2, y0, y1))
        elif wide >= _LONG and high >= _LONG:
            across += (_Line(y0, x0, x1), _Line(y1, x0, x1))
            down += (_Line(x0, y0, y1), _Line(x1, y0, y1))
    return _merged(across), _merged(down)


def _merged(lines: list[_Line]) -> list[_Line]:
    """Pieces on one line that touch each other as one; what stays short is no rule."""
    found: list[_Line] = []
    for level in _levels(lines):
        start, stop = level[0].start, level[0].stop
        for piece in level[1:]:
            if piece.start > stop + _NEAR:
                found.append(_Line(level[0].at, start, stop))
                start = piece.start
                stop = piece.stop
            stop = max(stop, piece.stop)
        found.append(_Line(level[0].at, start, stop))
    return [x for x in found if x.stop - x.start >= _LONG]


def _levels(lines: list[_Line]) -> list[list[_Line]]:
    """Lines grouped by where they stand, each group sorted along its line."""
    groups: list[list[_Line]] = []
    for line in sorted(lines):
        if groups and line.at - groups[-1][0].at <= _NEAR:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [sorted(g, key=lambda x: x.start) for g in groups]


def _grids(across: list[_Line], down: list[_Line]) -> list[tuple[list[_Line], list[_Line]]]:
    """Lines that cross or touch each other, as pairs of horizontal and vertical ones."""
    left = set(range(len(across)))
    found = []
    while left:
        ys, xs = {left.pop()}, set[int]()
        grew = True
        while grew:
            new_x = {
                j
                for j, d in enumerate(down)
                if j not in xs
                and any(across[i].covers(d.at) and d.covers(across[i].at) for i in ys)
            }
            xs |= new_x
            new_y = {
                i
                for i in left
                if any(across[i].covers(down[j].at) and down[j].covers(across[i].at) for j in new_x)
            }
            ys |= new_y
            left -= new_y
            grew = bool(new_x)
        if len(ys) > 1 and len(xs) > 1 and len(ys) + len(xs) > 4:
            found.append((sorted(across[i] for i in ys), sorted(down[j] for j in xs)))
    return found


def _fill(box: Box, ys: list[_Line], xs: list[_Line], words: Sequence[Word]) -> Table:
    """The table of a grid: a cell reaches from one line that passes by it to the next."""
    tops, lefts = _places(ys), _places(xs)
    held: dict[tuple[int, int, int, int], list[Word]] = {}
    for row in range(len(tops) - 1):
        for column in range(len(lefts) - 1):
            held.setdefault(_cell_at(tops, lefts, ys, xs, row, column), [])
    for word in words:
        row = bisect_right(tops, (word.y0 + word.y1) / 2) - 1
        column = bisect_right(lefts, (word.x0 + word.x1) / 2) - 1
        row, column = min(max(row, 0), len(tops) - 2), min(max(column, 0), len(lefts) - 2)
        held[_cell_at(tops, lefts, ys, xs, row, column)].append(word)
    cells = tuple(
        Cell(
            r,
            c,
            rows,
            columns,
            tuple(inside),
            (lefts[c], tops[r], lefts[c + columns], tops[r + rows]),
        )
        for (r, c, rows, columns), inside in sorted(held.items())
    )
    return Table(box, len(tops) - 1, len(lefts) - 1, cells)


def _places(lines: list[_Line]) -> list[float]:
    return [level[0].at for level in _levels(lines)]


def _cell_at(
    tops: list[float], lefts: list[float], ys: list[_Line], xs: list[_Line], row: int, column: int
) -> tuple[int, int, int, int]:
    """Row, column and spans of the cell that covers a place of the grid."""
    x, y = (lefts[column] + lefts[column + 1]) / 2, (tops[row] + tops[row + 1]) / 2
    top, bottom = _reach(tops, ys, row, x)
    left, right = _reach(lefts, xs, column, y)
    return top, left, bottom - top, right - left


def _reach(places: list[float], lines: list[_Line], index: int, point: float) -> tuple[int, int]:
    """From which place to which a cell reaches: to the next line that passes by the point."""

    def ruled(k: int) -> bool:
        return any(
            abs(line.at - places[k]) <= _NEAR and line.start < point < line.stop for line in lines
        )

    first, last = index, index + 1
    while first > 0 and not ruled(first):
        first -= 1
    while last < len(places) - 1 and not ruled(last):
        last += 1
    return first, last
