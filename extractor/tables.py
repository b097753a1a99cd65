"""Task tables written as lines: who, what and when by the titles of their columns.

A header row names the columns (rules/tables.toml); the rows below it are parted in one of four ways:
by bars (markdown, and what readers of real tables write), by tabs (copied from a word processor), by
runs of spaces (a page's text with its layout), or one cell a line. A row whose cells go on in the next
lines is put together again; where the header stands between bars, a row goes on to its last bar. Used
by segment.py; rows.py makes tasks of rows.

Cells are `Line`s with their own way back to the source. Where columns stand side by side, a cell of
several lines encloses what stands between them in the source.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from extractor.document import Span, Zone
from extractor.ruletable import load
from extractor.text import Line, lower

_EMPTY = Line(Span(0, 0), "", array("l"), array("l"))
_FIRST = ("stt", "tt", "số tt", "số thứ tự")
_ROW_NUMBER = re.compile(r"^\(?(\d{1,3})[.)]?$")
_GROUP_NUMBER = re.compile(r"^([IVX]{1,5}|[A-H])[.)]?$")
_ANY_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})*|[IVXLC]{1,5}|[a-zđA-Z]")
_TITLE = 80  # no title is longer
_LONGEST = 40  # lines that one row may take
_TASK_ZONES = ("body", "appendix")

Cells = tuple[tuple[Line, ...], ...]
Splitter = Callable[[Line], list[Line]]


@dataclass(frozen=True, slots=True)
class Row:
    """A table row: the folded lines of each cell, its printed number, and the columns' roles.

    kind: row, heading (a row that only groups the next ones) or skip (header, column numbers).
    stop: index of the first line after the row; start: source offset of its first character.
    wrapped: the lines of a cell are parts of a line, not paragraphs.
    """

    kind: str
    cells: Cells
    number: str | None
    columns: tuple[str, ...]
    start: int
    stop: int
    wrapped: bool = False

    def paragraphs(self) -> Iterator[list[list[Line]]]:
        """Each cell's lines, those that go on with the one above put together."""
        for cell in self.cells:
            found: list[list[Line]] = []
            for line in cell:
                if found and (self.wrapped or line.text[:1].islower()):
                    found[-1].append(line)
                else:
                    found.append([line])
            yield found


@cache
def column_role(title: str) -> str:
    """What a column's title says its cells are; "" where it says nothing known."""
    text = lower(title).strip(" .:*")
    for rule in load("tables", "role").rules:
        if rule.pattern.search(text):
            return "" if rule.blank else str(rule.fields["role"])
    return ""


def is_ditto(text: str) -> bool:
    """Whether a cell only repeats the one above it."""
    bare = lower(text).strip(" -.()")
    return bool(bare) and bare in load("tables", "role").words["ditto"]


def _is_task_table(columns: Sequence[str]) -> bool:
    return "task" in columns and bool({"lead", "coordinating", "deadline"} & set(columns))


def read_rows(text: str, lines: Sequence[Line], zones: Sequence[Zone]) -> dict[int, Row]:
    """Rows by the index of their first line; lines of no task table are left alone."""
    rows: dict[int, Row] = {}
    i = 0
    while i < len(lines):
        found: dict[int, Row] = {}
        if zones[i] in _TASK_ZONES and lines[i].text:
            for mark, split in _separators(text, lines[i]):
                found = found or _parted(text, lines, zones, i, mark, split)
            found = found or _spaced(text, lines, zones, i)
            if not found and lower(lines[i].text).strip(" .") in _FIRST:
                found = _one_a_line(lines, zones, i)
        rows |= found
        i = max(row.stop for row in found.values()) if found else i + 1
    return rows


def _row(columns: tuple[str, ...], cells: Sequence[Sequence[Line]], start: int, stop: int) -> Row:
    """A row of these cells, by what is filled: a task, a group's heading or nothing to read."""
    full = tuple(tuple(c for c in cell if c.text) for cell in cells)
    number = _number(full, columns)
    filled = [c for c, role in zip(full, columns, strict=False) if c and role != "number"]
    words = " ".join(c.text for cell in filled for c in cell)
    if not filled or re.fullmatch(r"[\s()\d.,/:+=-]*", words):
        kind = "skip"  # a line under the header, the columns' numbers
    elif len(filled) == 1 and len(columns) > 2:
        kind = "heading"
    else:
        kind = "row"
    first = min((c.at[0] for cell in full for c in cell), default=start)
    return Row(kind, tuple(cell or (_EMPTY,) for cell in full), number, columns, first, stop)


def _number(cells: Cells, columns: tuple[str, ...]) -> str | None:
    if not cells or not cells[0] or columns[0] not in ("number", ""):
        return None
    text = cells[0][0].text.strip(" .)")
    return text if _ANY_NUMBER.fullmatch(text) else None


def _cut(line: Line, start: int, stop: int) -> Line:
    """The part of a line that stands in a source range, without blanks at either end."""
    a, b = bisect_left(line.at, start), bisect_left(line.at, stop)
    while a < b and line.text[a] == " ":
        a += 1
    while b > a and line.text[b - 1] == " ":
        b -= 1
    return Line(line.span, line.text[a:b], line.at[a:b], line.ends[a:b])


# -- cells parted by a sign ------------------------------------------------------------------------


def _separators(text: str, line: Line) -> Iterator[tuple[str, Splitter]]:
    """The signs that may part this line's cells, each with how it does."""
    if "|" in line.text:
        yield "|", lambda x: _cells(text, x, "|")
    if text.find("\t", *line.span) >= 0:
        yield "\t", lambda x: _cells(text, x, "\t")


def _cells(text: str, line: Line, mark: str, *, last: bool = False) -> list[Line]:
    """The cells of a line as lines of their own; bars around the row part nothing.

    last: it is the last line of a row between bars.
    """
    start, stop = line.span
    if mark == "|" and line.text.startswith("|") and not last:
        start = line.at[0] + 1
        last = len(line.text) > 1
    if mark == "|" and last and line.text.endswith("|"):
        stop = line.at[-1]
    bounds = [start - 1, *(k for k in range(start, stop) if text[k] == mark), stop]
    return [_cut(line, a + 1, b) for a, b in pairwise(bounds)]


def _parted(
    text: str, lines: Sequence[Line], zones: Sequence[Zone], i: int, mark: str, split: Splitter
) -> dict[int, Row]:
    """The header on line `i` and the rows below it; none where it is no task table's header."""
    columns, stop = _header(lines, i, split)
    if not columns:
        return {}
    rows = {i: Row("skip", (), None, columns, lines[i].at[0], stop)}
    barred = mark == "|" and lines[i].text.startswith("|") and lines[i].text.endswith("|")
    above: Row | None = None  # the row that the next line may go on with
    last, i = i, stop
    while i < len(lines):
        if zones[i] not in _TASK_ZONES or not lines[i].text:
            i += 1
            continue
        if text.find(mark, *lines[i].span) < 0:
            if not _goes_on(text, lines, i, mark):
                break
            above = None
            i += 1
            continue
        again, stop = _header(lines, i, split)
        if again:
            columns, row = again, Row("skip", (), None, again, lines[i].at[0], stop)
        else:
            end = _last_bar(lines, i) if barred else i
            row = (
                _between_bars(text, lines, i, end, columns)
                if end > i
                else _collect(lines, i, columns, split)
            )
            if above and above.kind == "row" and row.kind != "skip" and _continues(row):
                rows[last] = above = _joined(above, row)
                i = row.stop
                continue
        rows[i] = above = row
        last, i = i, row.stop
    return rows


def _header(lines: Sequence[Line], i: int, split: Splitter) -> tuple[tuple[str, ...], int]:
    """The columns' roles and the first line below; of a header that a long title broke, together."""
    cells = split(lines[i])
    k = i + 1
    if lower(cells[0].text).strip(" .") in _FIRST:
        known = len({column_role(c.text) for c in cells} - {""})
        while k < min(i + 4, len(lines)) and lines[k].text and not lines[k].text[0].isdigit():
            if known > 2 and not lines[k].text[0].islower():
                break
            more = split(lines[k])
            joined = Line(
                lines[i].span, f"{cells[-1].text} {more[0].text}", cells[-1].at, cells[-1].ends
            )
            cells = [*cells[:-1], joined, *more[1:]]
            k += 1
            if len(more) > 1:
                break
    if len(cells) < 3 or max(len(c.text) for c in cells) >= _TITLE:
        return (), i
    columns = tuple(column_role(c.text) for c in cells)
    if not _is_task_table(columns):
        return (), i
    divided = _divided(cells, split(lines[k])) if k < len(lines) else ()
    return (divided, k + 1) if divided else (columns, k)


def _divided(above: Sequence[Line], below: Sequence[Line]) -> tuple[str, ...]:
    """The roles where a second row divides titles over several columns ("Thời gian": "Bắt đầu", "Kết thúc")."""
    filled = [c.text for c in below if c.text]
    if len(below) != len(above) or below[0].text or len(filled) < 2:
        return ()
    if not any(map(column_role, filled)) or any(c.isdigit() for c in "".join(filled)):
        return ()
    titles: list[str] = []
    group = ""
    for title, part in zip(above, below, strict=True):
        group = title.text or group
        titles.append(f"{group} {part.text}" if part.text else title.text)
    columns = tuple(map(column_role, titles))
    return columns if _is_task_table(columns) else ()


def _goes_on(text: str, lines: Sequence[Line], i: int, mark: str) -> bool:
    """Whether the table goes on below a line that is none of its rows."""
    below = (k for k in range(i + 1, min(i + 3, len(lines))) if lines[k].text)
    k = next(below, None)
    return k is not None and text.find(mark, *lines[k].span) >= 0


def _last_bar(lines: Sequence[Line], i: int) -> int:
    """The line on which a row between bars ends that begins on line `i`; `i` where it is broken."""
    if lines[i].text.startswith("|") and not lines[i].text.endswith("|"):
        for k in range(i + 1, min(i + _LONGEST, len(lines))):
            if lines[k].text.startswith("|") and lines[k].text != "|":
                break
            if lines[k].text.endswith("|"):
                return k
    return i


def _between_bars(
    text: str, lines: Sequence[Line], i: int, end: int, columns: tuple[str, ...]
) -> Row:
    """The row from line `i` to line `end`; each line begins in the cell in which the last ended."""
    cells = [[c] for c in _cells(text, lines[i], "|")]
    for k in range(i + 1, end + 1):
        first, *others = _cells(text, lines[k], "|", last=True)
        cells[-1].append(first)
        cells.extend([c] for c in others)
    return _row(columns, cells, lines[i].span.start, end + 1)


def _collect(lines: Sequence[Line], i: int, columns: tuple[str, ...], split: Splitter) -> Row:
    """The row that begins on line `i`; a cell of several paragraphs breaks it over lines."""
    cells: list[list[Line]] = [[c] for c in split(lines[i])]
    k = i + 1
    while len(cells) < len(columns) and k < len(lines) and k < i + _LONGEST:
        if not lines[k].text:
            k += 1
            continue
        pieces = split(lines[k])
        if len(cells) + len(pieces) - 1 > len(columns):
            break
        cells[-1].append(pieces[0])
        cells.extend([p] for p in pieces[1:])
        k += 1
    return _row(columns, cells, lines[i].span.start, k)


def _continues(row: Row) -> bool:
    """Whether a row only goes on with the cells above: no number, and no work that begins anew."""
    if row.number or (row.columns[0] == "number" and row.cells[0][0].text):
        return False
    work = next(
        (c[0].text for c, r in zip(row.cells, row.columns, strict=False) if r == "task"), ""
    )
    return not work or work[0].islower()


def _joined(above: Row, below: Row) -> Row:
    """A row with the lines of the next one below its own, cell by cell."""
    width = max(len(above.cells), len(below.cells))
    pairs = zip(_padded(above.cells, width), _padded(below.cells, width), strict=True)
    joined = _row(above.columns, [(*a, *b) for a, b in pairs], above.start, below.stop)
    return replace(joined, wrapped=True)


def _padded(cells: Cells, width: int) -> Cells:
    return (*cells, *(((_EMPTY,),) * (width - len(cells))))


# -- columns set apart by spaces -------------------------------------------------------------------

_CHUNK = re.compile(r"\S+(?:[ \xa0]\S+)*")
_NUMBERED = re.compile(r"(?:\d{1,3}|[IVX]{1,5})[.)]? (?=\S)")


@dataclass(slots=True)
class _Column:
    """A column on the page: the range of positions that its title takes, and the title."""

    start: int
    stop: int
    title: str


def _chunks(text: str, line: Line) -> list[tuple[int, int]]:
    """Ranges of positions in a line that two spaces or more set apart."""
    return [m.span() for m in _CHUNK.finditer(text[slice(*line.span)])]


def _overlap(chunk: tuple[int, int], column: _Column) -> int:
    """How many positions they share; below zero the distance between them."""
    return min(chunk[1], column.stop) - max(chunk[0], column.start)


class _Placed(NamedTuple):
    """A line of a table: its parts by the column in which they stand, and whether a gap is above."""

    i: int
    parts: dict[int, Line]
    gap: bool


def _spaced(text: str, lines: Sequence[Line], zones: Sequence[Zone], i: int) -> dict[int, Row]:
    """A table whose header on line `i` is set apart by spaces, with its rows."""
    rows: dict[int, Row] = {}
    head = _spaced_header(text, lines, i)
    wanted = head and [column_role(c.title) for c in head[0]]
    while head is not None and [column_role(c.title) for c in head[0]] == wanted:
        columns, stop = head
        roles = tuple(column_role(c.title) for c in columns)
        rows[i] = Row("skip", (), None, roles, lines[i].at[0], stop)
        head, i, found = None, stop, []
        gap = False
        while i < len(lines) and zones[i] in (*_TASK_ZONES, "noise"):
            if zones[i] == "noise" or not lines[i].text:
                gap = gap or not lines[i].text
                i += 1
                continue
            if head := _spaced_header(text, lines, i):
                break
            parts = _placed(text, lines[i], columns, roles)
            if parts is None:
                break
            found.append(_Placed(i, parts, gap))
            gap = False
            i += 1
        for group in _grouped(found, roles):
            cells = [[p.parts[k] for p in group if k in p.parts] for k in range(len(columns))]
            first, last = group[0].i, group[-1].i
            row = _row(roles, cells, lines[first].at[0], last + 1)
            rows[first] = replace(row, wrapped=True)
    while rows and rows[max(rows)].kind == "heading":
        del rows[max(rows)]  # the heading of what stands below the table
    return rows if any(row.kind == "row" for row in rows.values()) else {}


def _grouped(found: Sequence[_Placed], roles: tuple[str, ...]) -> list[list[_Placed]]:
    """The lines of each row: between gaps, where each gap parts rows, else from what begins one."""
    blocks: list[list[_Placed]] = []
    for line in found:
        if line.gap or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    numbers = [sum(_begins(line.parts, roles) for line in block) for block in blocks]
    if len(blocks) > 1 and set(numbers) == {1}:
        return blocks  # the number may stand in the middle of its row
    groups: list[list[_Placed]] = []
    for line in found:
        if _begins(line.parts, roles) or not groups:
            groups.append([])
        groups[-1].append(line)
    return groups


def _spaced_header(text: str, lines: Sequence[Line], i: int) -> tuple[list[_Column], int] | None:
    """The columns that the titles on line `i` and those below them head, and the first row's line."""
    span = lines[i].span
    if span.end - span.start - len(lines[i].text) < 2:
        return None
    columns: list[_Column] = []
    k = i
    while k < min(i + 4, len(lines)) and lines[k].text:
        chunks = _chunks(text, lines[k])
        source = text[slice(*lines[k].span)]
        if k > i and not all(
            source[a].islower() or lower(source[a:b]) in _FIRST for a, b in chunks
        ):
            break
        for a, b in chunks:
            title = lower(source[a:b])
            near = [c for c in columns if _overlap((a, b), c) > 0]
            if len(near) > 1 or b - a >= _TITLE:
                return None
            if near:
                near[0].start, near[0].stop = min(a, near[0].start), max(b, near[0].stop)
                near[0].title += f" {title}"
            else:
                columns.append(_Column(a, b, title))
        if len(columns) < 3:
            return None
        k += 1
    columns.sort(key=lambda c: c.start)
    return (columns, k) if _is_task_table([column_role(c.title) for c in columns]) else None


def _placed(
    text: str, line: Line, columns: Sequence[_Column], roles: tuple[str, ...]
) -> dict[int, Line] | None:
    """The line's parts by the column in which they stand; None for a line of no table."""
    source = text[slice(*line.span)]
    chunks = _chunks(text, line)
    m = _NUMBERED.match(source, chunks[0][0])
    if m and roles[0] == "number" and _overlap(m.span(), columns[0]) > 0:
        chunks[:1] = [(m.start(), m.end() - 1), (m.end(), chunks[0][1])]
        if sum(_overlap(chunks[1], c) > 0 for c in columns) > 1:
            return None  # a numbered paragraph
    found: dict[int, Line] = {}
    for a, b in chunks:
        k = max(range(len(columns)), key=lambda k: _overlap((a, b), columns[k]))
        crossed = sum(_overlap((a, b), c) > 0 for c in columns)
        if k in found or (crossed > 1 and 0 not in found):
            return None
        found[k] = _cut(line, line.span.start + a, line.span.start + b)
    return found


def _begins(placed: dict[int, Line], roles: tuple[str, ...]) -> bool:
    """Whether a line begins a row: it has a number or, in a table without, work and who or when."""
    if roles[0] == "number":
        return 0 in placed and bool(_ANY_NUMBER.fullmatch(placed[0].text.strip(" .)")))
    named = {roles[k] for k, cell in placed.items() if not cell.text[0].islower()}
    return "task" in named and bool({"lead", "deadline"} & named)


# -- one cell a line -------------------------------------------------------------------------------


_TIME = re.compile(
    r"(?:(?:trước|đến|hết|trong|chậm nhất|từ|xong|cuối|đầu) )*"
    r"(?:\d{1,2}/\d|ngày|tháng|quý|năm \d|hằng|hàng|thường xuyên|định kỳ)"
)


def _one_a_line(lines: Sequence[Line], zones: Sequence[Zone], start: int) -> dict[int, Row]:
    """Rows of a table whose cells stand one a line; none unless the rows' numbers leave no doubt.

    The header is "STT" and the titles below it, the rows 1, 2, 3 ... with a cell for every title
    (a note may be missing); a cell goes on in a line that begins in lower case. Where an empty cell
    was lost only the work and the time can be told: the columns of such a row say no more.
    """
    titles: list[list[int]] = [[start]]
    i = start + 1
    while (
        i < len(lines)
        and len(titles) < 12
        and not _ROW_NUMBER.match(lines[i].text)
        and not _GROUP_NUMBER.match(lines[i].text)
    ):
        text = lines[i].text
        if text and (zones[i] not in _TASK_ZONES or len(text) > 60):
            return {}
        if text and text[0].islower():
            titles[-1].append(i)
        elif text:
            titles.append([i])
        i += 1
    columns = tuple(column_role(" ".join(lines[k].text for k in t)) for t in titles)
    if not _is_task_table(columns) or len(columns) < 3:
        return {}
    header = [lines[k].text for k in range(start, i) if lines[k].text]
    rows = {start: Row("skip", (), None, columns, lines[start].at[0], i)}
    wanted, count = 1, 0
    while i < len(lines):
        if (again := _below_header(lines, zones, i, header)) > i:
            rows[i] = Row("skip", (), None, columns, lines[i].span.start, again)
            i = again
        found = _numbered_row(lines, i, wanted, columns, header) or _unnumbered_row(
            lines, i, wanted, columns
        )
        if found is None:
            break
        rows[i] = found
        count += found.kind == "row"
        wanted += found.kind == "row"
        i = found.stop
        if found.kind == "heading" and _ROW_NUMBER.match(lines[i].text)[1] == "1":  # type: ignore[index]
            wanted = 1  # each group may count its rows anew
    return rows if count > 1 else {}


def _unnumbered_row(
    lines: Sequence[Line], i: int, wanted: int, columns: tuple[str, ...]
) -> Row | None:
    """A row whose number a scan lost: a cell for every other title, and then the number after the next."""
    cells: list[list[Line]] = [[]]
    k = i
    while k < len(lines) and k < i + _LONGEST and len(cells) <= len(columns):
        text = lines[k].text
        follows = _ROW_NUMBER.match(text)
        if follows or _GROUP_NUMBER.match(text):
            sure = follows and int(follows[1]) == wanted + 1 and len(cells) == len(columns)
            row = (
                _row(columns, cells, lines[i].at[0], k) if sure and columns[0] == "number" else None
            )
            return replace(row, number=str(wanted)) if row and row.kind == "row" else None
        if text and text[0].islower() and len(cells) > 1:
            cells[-1].append(lines[k])
        elif text:
            cells.append([lines[k]])
        k += 1
    return None


def _below_header(
    lines: Sequence[Line], zones: Sequence[Zone], i: int, header: Sequence[str]
) -> int:
    """The next line with words, or where the header stands again there the one below it."""
    k = i = _filled_line(lines, i)
    while k < len(lines) and (not lines[k].text or zones[k] == "noise"):
        k += 1
    for title in header:
        if k >= len(lines) or lines[k].text != title:
            return i
        k = _filled_line(lines, k + 1)
    return k


def _filled_line(lines: Sequence[Line], i: int) -> int:
    while i < len(lines) and not lines[i].text:
        i += 1
    return i


def _numbered_row(
    lines: Sequence[Line], i: int, wanted: int, columns: tuple[str, ...], header: Sequence[str]
) -> Row | None:
    """The row that begins with its number on line `i`, or None where it is not sure to be one."""
    if i >= len(lines):
        return None
    number, group = _ROW_NUMBER.match(lines[i].text), _GROUP_NUMBER.match(lines[i].text)
    if not group and not (number and int(number[1]) == wanted):
        return None
    cells: list[list[Line]] = [[lines[i]]]
    ended = False  # by the next number or the header
    k = i + 1
    while k < len(lines) and k < i + 60:
        text = lines[k].text
        follows = _ROW_NUMBER.match(text)
        ends = (
            (follows and int(follows[1]) in ((wanted, 1) if group else (wanted + 1,)))
            or _GROUP_NUMBER.match(text)
            or text == header[0]
        )
        if ends and len(cells) > 1:
            ended = True
            break
        if text and text[0].islower() and len(cells) > 1:
            cells[-1].append(lines[k])
        elif text and len(cells) == (2 if group else len(columns)):
            break
        elif text:
            cells.append([lines[k]])
        k += 1
    if group:
        f = _ROW_NUMBER.match(lines[k].text) if k < len(lines) else None
        heading = f is not None and int(f[1]) in (wanted, 1)
        return _row(columns, cells, lines[i].at[0], k) if heading and len(cells) == 2 else None
    if len(cells) == len(columns) - 1 and columns[-1] == "note":
        cells.append([])
    if 2 < len(cells) < len(columns) and ended and columns[1] == "task":
        timely = ("deadline" if _TIME.match(lower(c[0].text)) else "" for c in cells[2:])
        columns = ("number", "task", *timely)
    return _row(columns, cells, lines[i].at[0], k) if len(cells) == len(columns) else None
