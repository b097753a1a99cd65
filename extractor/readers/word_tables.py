"""Tables of word processors as text: rows of a task table in bars, a layout's cells in reading order.

A table with lines or several columns keeps its rows, "| 1 | Rà soát ... | Sở Y tế |", which
tables.py reads; a paragraph within a cell stays a line of its own, "〃" stands where one goes on. A table that only lays out the
page (letterhead, "Kính gửi", signature) gives its cells' lines, the letterhead's column by column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from extractor.readers.text import Kind, TextBuilder

_LETTERHEAD = re.compile(r"cộng h(?:òa|oà) xã hội chủ nghĩa|đảng cộng sản việt nam", re.IGNORECASE)
_SIGN_OFF = re.compile(r"^\W*nơi nhận\b", re.IGNORECASE)
_NUMBER = re.compile(r"\W*(?:\d+(?:\.\d+)*|[IVX]+|[a-zđ])\W*")
DITTO = "〃"
_MAX_HEAD = 3
MAX_COLUMNS = 63  # as many as Word knows


class Line(NamedTuple):
    """A line with its place, as `Origin` has it."""

    text: str
    page: int | None = None
    place: str | None = None
    kind: Kind = "text"


class Cell(NamedTuple):
    """A cell: its lines, and how many columns it is wide.

    continued: it is the lower part of a cell that is several rows high.
    """

    lines: tuple[Line, ...]
    span: int = 1
    continued: bool = False

    @property
    def text(self) -> str:
        """Its words on one line."""
        return " ".join(" ".join(line.text for line in self.lines).split())


Row = Sequence[Cell]


def write_table(rows: Sequence[Row], lined: bool, place: str, builder: TextBuilder) -> None:
    """Write a table; `lined`: lines are drawn between its columns."""
    rows = [row for row in rows if row]
    width = max((sum(cell.span for cell in row) for row in rows), default=0)
    if width > MAX_COLUMNS or not _keeps_rows(rows, lined):
        for line in _laid_out(rows):
            builder.line(line.text, line.page, line.place, line.kind)
        return
    head = _head(rows)
    if head > 1:
        _write_row(_joined(rows[:head], width), f"{place}, hàng 1", builder)
    for number, row in enumerate(rows, 1):
        if number <= head and head > 1:
            continue
        cells = [x for cell in row for x in (cell, *[Cell(())] * (cell.span - 1))]
        cells += [Cell(())] * (width - len(cells))
        if len(row) == 1 and width > 1:  # a heading over all columns stands where the work stands
            cells = [Cell(()), row[0], *[Cell(())] * (width - 2)]
        _write_row(_dittoed(cells), f"{place}, hàng {number}", builder)


def _keeps_rows(rows: Sequence[Row], lined: bool) -> bool:
    """Whether the rows of a table say what belongs together."""
    words = [cell.text for row in rows for cell in row]
    if any(_LETTERHEAD.search(x) or _SIGN_OFF.match(x) for x in words):
        return False
    columns = {at for row in rows for at, cell in _columns(row) if cell.text}
    return len(rows) > 1 and len(columns) > (1 if lined else 2)


def _columns(row: Row) -> Iterator[tuple[int, Cell]]:
    at = 0
    for cell in row:
        yield at, cell
        at += cell.span


def _laid_out(rows: Sequence[Row]) -> Iterator[Line]:
    """The lines of a layout in reading order."""
    if any(_LETTERHEAD.search(cell.text) for row in rows for cell in row):
        cells = sorted(((at, i, c) for i, row in enumerate(rows) for at, c in _columns(row)), key=lambda x: x[:2])  # fmt: skip
        for _, column in groupby(cells, key=lambda x: x[0]):
            yield from (line for _, _, cell in column for line in cell.lines)
            yield Line("")
        return
    for row in rows:
        for cell in row:
            if cell.text:
                yield from cell.lines
    yield Line("")


def _head(rows: Sequence[Row]) -> int:
    """How many rows the header has: titles over several columns have theirs below them."""
    if not any(cell.span > 1 for cell in rows[0]) or len(rows[0]) == 1:
        return 1
    head = 1
    while head < min(len(rows) - 1, _MAX_HEAD) and any(c.continued for c in rows[head]):
        head += 1
    return head


def _dittoed(cells: list[Cell]) -> list[Cell]:
    """A row of its own with a ditto mark where a cell goes on from above: it holds for this row too.

    A row whose work goes on from above as well only has more lines of the row above.
    """
    if not cells[0].text:
        return cells
    first = 2 if _NUMBER.fullmatch(cells[0].text) else 1
    if len(cells) > 1 and cells[first - 1].continued:
        return cells
    return [
        Cell((Line(DITTO),)) if k >= first and cell.continued else cell
        for k, cell in enumerate(cells)
    ]


def _joined(head: Sequence[Row], width: int) -> list[Cell]:
    """The titles of a header of several rows, column by column."""
    titles: list[list[Line]] = [[] for _ in range(width)]
    for row in head:
        for at, cell in _columns(row):
            text = " ".join(cell.text.split())
            for k in range(at, min(at + cell.span, width)):
                if text:
                    titles[k].append(Line(text, None, None))
    return [Cell((Line(" ".join(x.text for x in title)),)) for title in titles]


def _write_row(cells: Sequence[Cell], place: str, builder: TextBuilder) -> None:
    for number, cell in enumerate(cells, 1):
        builder.add("| ")
        lines = [line for line in cell.lines if line.text.strip()]
        for k, line in enumerate(lines):
            builder.add("\n" if k else "")
            text = line.text.replace("|", "/").strip()  # the bar parts cells
            builder.add(text, line.page, f"{place}, ô {number}", "cell")
        builder.add(" ")
    builder.add("|\n")
