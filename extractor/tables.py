"""Task tables written as lines: cells parted by "|", a header row that names the columns.

A cell that holds several paragraphs breaks its row over several lines; such lines are put together
until the row has as many cells as its header. Used by segment.py; roles of columns are read in tasks.py.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.document import Span, Zone
from extractor.text import Line, lower

_COLUMNS = (
    ("number", re.compile(r"^(?:stt|tt|số tt|số thứ tự)$")),
    ("coordinating", re.compile(r"phối hợp")),
    (
        "lead",
        re.compile(
            r"chủ trì|cơ quan thực hiện|đơn vị thực hiện|cơ quan, đơn vị|phân công|trách nhiệm|người thực hiện|đầu mối|đơn vị tham mưu"
        ),
    ),
    ("deadline", re.compile(r"thời gian|thời hạn|tiến độ|hoàn thành|lộ trình|hạn")),
    ("products", re.compile(r"sản phẩm|kết quả|đầu ra")),
    (
        "reports_to",
        re.compile(r"cấp trình|cơ quan trình|cấp phê duyệt|cấp ban hành|cấp quyết định"),
    ),
    ("note", re.compile(r"ghi chú")),
    ("task", re.compile(r"nội dung|nhiệm vụ|công việc|hoạt động|giải pháp|tên")),
)


_EMPTY = Line(Span(0, 0), "", array("l"), array("l"))


@dataclass(frozen=True, slots=True)
class Row:
    """A table row: the folded lines of each cell, its printed number, and the columns' roles.

    kind: row, heading (a row that only groups the next ones) or skip (header, column numbers).
    stop: index of the first line after the row; start: source offset of its first character.
    """

    kind: str
    cells: tuple[tuple[Line, ...], ...]
    number: str | None
    columns: tuple[str, ...]
    start: int
    stop: int


def column_role(title: str) -> str:
    """What a column's title says its cells are; "" where it says nothing known."""
    text = lower(title).strip(" .:*")
    return next((role for role, pattern in _COLUMNS if pattern.search(text)), "")


def _cells(line: Line) -> list[Line]:
    """The cells of a line as lines of their own."""
    found: list[Line] = []
    start = 1 if line.text.startswith("|") else 0  # bars around the row are no cells
    stop = (
        len(line.text) - 1
        if start and line.text.endswith("|") and len(line.text) > 1
        else len(line.text)
    )
    for bound in [
        *(m.start() for m in re.finditer(r"\|", line.text[:stop]) if m.start() >= start),
        stop,
    ]:
        a, b = start, bound
        while a < b and line.text[a] == " ":
            a += 1
        while b > a and line.text[b - 1] == " ":
            b -= 1
        found.append(Line(line.span, line.text[a:b], line.at[a:b], line.ends[a:b]))
        start = bound + 1
    return found


def read_rows(lines: Sequence[Line], zones: Sequence[Zone]) -> dict[int, Row]:
    """Rows by the index of their first line; lines of no task table are left alone."""
    rows: dict[int, Row] = {}
    columns: tuple[str, ...] = ()
    i = 0
    while i < len(lines):
        text = lines[i].text
        if zones[i] not in ("body", "appendix"):
            i += 1
            continue
        if "|" not in text:
            if columns and text and not _goes_on(lines, i):
                columns = ()
            i += 1
            if len(text) < 20 and lower(text).strip(" .") in _FIRST:
                flat = read_flat(lines, zones, i - 1)
                rows |= flat
                i = max((r.stop for r in flat.values()), default=i)
            continue
        cells, stop = _header_cells(lines, i)
        header = tuple(column_role(c.text) for c in cells)
        if (
            sum(1 for r in set(header) if r) >= 3
            and "task" in header
            and max(len(c.text) for c in cells) < 80
        ):
            columns = header
            rows[i] = Row("skip", (), None, columns, lines[i].at[0], stop)
            i = stop
            continue
        if not columns:
            i += 1
            continue
        row = _collect(lines, i, columns)
        rows[i] = row
        i = row.stop
    return rows


def _header_cells(lines: Sequence[Line], i: int) -> tuple[list[Line], int]:
    """The cells of a line; of a header that a long title broke, those of its lines together."""
    cells = _cells(lines[i])
    if (
        lower(cells[0].text).strip(" .") not in _FIRST
        or len({column_role(c.text) for c in cells} - {""}) > 2
    ):
        return cells, i + 1
    k = i + 1
    while k < min(i + 4, len(lines)) and lines[k].text and not lines[k].text[0].isdigit():
        more = _cells(lines[k])
        joined = Line(
            lines[i].span, f"{cells[-1].text} {more[0].text}", cells[-1].at, cells[-1].ends
        )
        cells = [*cells[:-1], joined, *more[1:]]
        k += 1
        if len(more) > 1:
            break
    return cells, k


# -- tables copied cell by cell -------------------------------------------------------------------

_FIRST = ("stt", "tt", "số tt", "số thứ tự")
_ROW_NUMBER = re.compile(r"^\(?(\d{1,3})[.)]?$")
_GROUP_NUMBER = re.compile(r"^([IVX]{1,5})[.)]?$")


def read_flat(lines: Sequence[Line], zones: Sequence[Zone], start: int) -> dict[int, Row]:
    """Rows of a table whose cells stand one a line; none unless the rows' numbers leave no doubt.

    The header is "STT" and the titles below it, the rows 1, 2, 3 ... with a cell for every title
    (a note may be missing); a cell goes on in a line that begins in lower case.
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
        if text and (zones[i] not in ("body", "appendix") or len(text) > 60):
            return {}
        if text and text[0].islower():
            titles[-1].append(i)
        elif text:
            titles.append([i])
        i += 1
    columns = tuple(column_role(" ".join(lines[k].text for k in t)) for t in titles)
    if "task" not in columns or len(set(columns) - {"", "number"}) < 2 or len(columns) < 3:
        return {}
    rows = {start: Row("skip", (), None, columns, lines[start].at[0], i)}
    wanted, count = 1, 0
    while i < len(lines):
        found = _flat_row(lines, i, wanted, columns)
        if found is None:
            break
        rows[i] = found
        count += found.kind == "row"
        wanted += found.kind == "row"
        i = found.stop
        while i < len(lines) and not lines[i].text:
            i += 1
    return rows if count > 1 else {}


def _flat_row(lines: Sequence[Line], i: int, wanted: int, columns: tuple[str, ...]) -> Row | None:
    """The row that begins with its number on line `i`, or None where it is not sure to be one."""
    number, group = _ROW_NUMBER.match(lines[i].text), _GROUP_NUMBER.match(lines[i].text)
    if not group and not (number and int(number[1]) == wanted):
        return None
    cells: list[list[Line]] = [[lines[i]]]
    k = i + 1
    while k < len(lines) and k < i + 60:
        text = lines[k].text
        follows = _ROW_NUMBER.match(text)
        ends = (follows and int(follows[1]) == wanted + (0 if group else 1)) or _GROUP_NUMBER.match(
            text
        )
        if ends and len(cells) > 1:
            break
        if text and text[0].islower() and len(cells) > 1:
            cells[-1].append(lines[k])
        elif text and len(cells) == (2 if group else len(columns)):
            break
        elif text:
            cells.append([lines[k]])
        k += 1
    if group:
        heading = k < len(lines) and (f := _ROW_NUMBER.match(lines[k].text)) and int(f[1]) == wanted
        return _row("heading", cells, group[1], columns, k) if heading and len(cells) == 2 else None
    if len(cells) == len(columns) - 1 and columns[-1] == "note":
        cells.append([])
    return _row("row", cells, str(wanted), columns, k) if len(cells) == len(columns) else None


def _row(
    kind: str,
    cells: Sequence[Sequence[Line]],
    number: str | None,
    columns: tuple[str, ...],
    stop: int,
) -> Row:
    kept = tuple(tuple(c) if c else (_EMPTY,) for c in cells)
    return Row(kind, kept, number, columns, cells[0][0].at[0], stop)


def _goes_on(lines: Sequence[Line], i: int) -> bool:
    following = next(
        (lines[k].text for k in range(i + 1, min(i + 3, len(lines))) if lines[k].text), ""
    )
    return "|" in following


def _collect(lines: Sequence[Line], i: int, columns: tuple[str, ...]) -> Row:
    cells: list[list[Line]] = [[c] for c in _cells(lines[i])]
    k = i + 1
    while len(cells) < len(columns) and k < len(lines) and k < i + 40:
        if not lines[k].text:
            k += 1
            continue
        pieces = _cells(lines[k])
        if len(cells) + len(pieces) - 1 > len(columns):
            break
        cells[-1].append(pieces[0])
        cells.extend([p] for p in pieces[1:])
        k += 1
    full = tuple(tuple(c for c in cell if c.text) for cell in cells)
    number = _number(full, columns)
    filled = [c for c, role in zip(full, columns, strict=False) if c and role != "number"]
    words = " ".join(c.text for cell in filled for c in cell)
    if not filled or re.fullmatch(r"[\s()\d.,/:-]*", words):
        kind = "skip"
    elif len(filled) == 1 and len(columns) > 2:
        kind = "heading"
    else:
        kind = "row"
    kept = tuple(cell or (_EMPTY,) for cell in full)
    first = next((c for cell in full for c in cell), lines[i])
    return Row(kind, kept, number, columns, first.at[0] if first.text else lines[i].span.start, k)


def _number(cells: tuple[tuple[Line, ...], ...], columns: tuple[str, ...]) -> str | None:
    if not cells or not cells[0]:
        return None
    text = cells[0][0].text.strip(" .)")
    if (
        columns
        and columns[0] in ("number", "")
        and re.fullmatch(r"\d{1,3}(?:\.\d{1,2})*|[IVXLC]{1,5}|[a-zđA-Z]", text)
    ):
        return text
    return None
