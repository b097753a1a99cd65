"""What a person changed in a sheet or in JSON, found by comparing it with what was written out.

A row belongs to a task by its id, whatever its place, order or neighbours; a row without an id is a
task that the person found. A row that cannot be understood is a problem with its place, and the
others stand.
"""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from extractor.corrections import LABELS, LISTS, values
from extractor.errors import ReadError
from extractor.export.fields import Row, parsed, rows
from extractor.export.profile import ORIGINAL, Profile
from extractor.jsonl import read_records
from extractor.readers.text import MAX_TOTAL
from extractor.schema import Record, Values
from extractor.text import one_line

_HEAD_ROWS = 30  # a title may stand above the headings


@dataclass(frozen=True)
class Edit:
    """A task as a person gave it back; `where` names its row.

    changes: the fields that differ from the task's own. document, words: of a task without an id,
    its notice as the sheet names it and its words in the notice's text.
    """

    where: str
    id: str
    changes: Values
    document: str = ""
    words: str = ""


@dataclass
class Edits:
    """All that a file says: its rows, and what could not be understood."""

    found: list[Edit] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class _Known:
    """The tasks by id; the same notice in two files gives two tasks of one id, met in their order."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._rows: dict[str, list[Row]] = {}
        self._met: dict[str, int] = {}
        for row in rows(records):
            self._rows.setdefault(row.task.id, []).append(row)

    def next(self, id_: str) -> tuple[Row | None, int]:
        """The next task of that id and how many of it were given before; ValueError after the last."""
        known = self._rows.get(id_)
        n = self._met.get(id_, 0)
        self._met[id_] = n + 1
        if known and n >= len(known):
            raise ValueError(f"mã {id_} có ở hàng khác; nhiệm vụ mới thì để trống mã")
        return (known[n] if known else None), n


def read(path: Path, records: Sequence[Record], profile: Profile) -> Edits:
    """The edits in an XLSX, JSON or JSON Lines file; ReadError where it is none of them."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return _of_sheet(path, records, profile)
    if suffix == ".jsonl":
        return _of_records(path, records)
    if suffix == ".json":
        return _of_json(path, records)
    raise ReadError(f"{path}: nhận .xlsx, .json hoặc .jsonl")


# --- a sheet -------------------------------------------------------------------------------------


_Cells = Mapping[str, Any]  # a row's cells by the field that they show


def _of_sheet(path: Path, records: Sequence[Record], profile: Profile) -> Edits:
    """The edits in a sheet, against the hidden one that holds what was written out.

    In a workbook without that sheet (a person copied the rows to another) the tasks stand for it.
    """
    given, hidden = _tables(path, profile.sheet)
    lines = _lines(given, profile, f"{path}: ", f"trang {profile.sheet!r}")
    written: dict[str, list[_Cells]] = {}
    for _, cells in _lines(hidden, profile, f"{path}: ", ORIGINAL) if hidden else ():
        written.setdefault(_words(cells.get("id")), []).append(cells)
    known, edits = _Known(records), Edits()
    for number, cells in lines:
        where, id_ = f"hàng {number}", _words(cells.get("id"))
        # a row that only carries a number or a status says nothing
        if not any(_words(v) for f, v in cells.items() if f not in {"number", "status"}):
            continue
        try:
            row, n = known.next(id_) if id_ else (None, 0)
        except ValueError as error:
            edits.problems.append(f"{where}: {error}")
            continue
        before = written.get(id_, [])[n : n + 1]
        try:
            changes = _changed(cells, before[0] if before else None, row, profile)
        except ValueError as error:
            edits.problems.append(f"{where}: {error}")
            if row is None:
                continue
            changes = {}  # half a row could say what nobody meant
        document = _words(cells.get("document"))
        words = _words(cells.get("quote") or cells.get("action"))
        edits.found.append(Edit(where, id_, changes, document, words))
    return edits


def _lines(
    table: Sequence[Sequence[Any]], profile: Profile, path: str, place: str
) -> list[tuple[int, _Cells]]:
    """Number and cells of the rows below the headings; ReadError where the ids' column is missing."""
    key = next((c.heading for c in profile.columns if c.field == "id"), None)
    if key is None:
        raise ReadError(f'{path}mẫu cột {profile.name!r} không có cột mã (field = "id")')
    top = next((n for n, row in enumerate(table[:_HEAD_ROWS]) if key in map(_words, row)), None)
    if top is None:
        raise ReadError(f"{path}không thấy cột {key!r} ở {place}")
    places = {_words(heading): k for k, heading in reversed(list(enumerate(table[top])))}
    columns = [(c.field, places[c.heading]) for c in profile.columns if c.heading in places]
    return [
        (n, {name: row[k] for name, k in columns if name and k < len(row)})
        for n, row in enumerate(table[top + 1 :], top + 2)
    ]


def _changed(cells: _Cells, before: _Cells | None, row: Row | None, profile: Profile) -> Values:
    """The fields that a person changed in a row; of a task without an id all that say something.

    ValueError, in Vietnamese, where a cell says nothing that can be understood, or where the task
    is not what it was when the sheet was written: nobody's correction is undone by an older sheet.
    """
    changes: Values = {}
    for column in profile.columns:
        name = column.field or ""
        if name not in LABELS or name not in cells:
            continue
        now = _words(profile.cell(column, row)) if row else ""
        if row is None and before is None and name == "status" and profile.statuses:
            now = profile.statuses[0]  # what a new row begins with
        was = now if before is None else _words(before.get(name))
        cell = _words(cells[name])
        if cell in {was, now}:
            continue
        try:
            value = parsed(name, cells[name], profile.statuses)
        except ValueError as error:
            raise ValueError(f"cột {column.heading!r}: {error}") from error
        if row and now != was:
            raise ValueError(
                f"cột {column.heading!r}: khi xuất bảng là “{was}”, nay là “{now}”; hãy xuất lại bảng rồi sửa"
            )
        if row is None or value != row.values[name]:
            changes[name] = value
    return changes


def _tables(path: Path, sheet: str) -> tuple[list[Sequence[Any]], list[Sequence[Any]]]:
    """The cells of a sheet, of a workbook without it the first one's; and of the hidden sheet."""
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(x.file_size for x in packed.infolist()) > MAX_TOTAL:
                raise ReadError(f"{path}: giải nén ra quá {MAX_TOTAL // 1_000_000} MB, không đọc")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a sheet has beside its cells is not needed
            book = load_workbook(path, read_only=True, data_only=True)
            names = [sheet if sheet in book.sheetnames else book.sheetnames[0], ORIGINAL]
            found: list[list[Sequence[Any]]] = [[], []]
            for k, name in enumerate(names):
                if name in book.sheetnames:
                    book[name].reset_dimensions()  # some programs write them wrongly
                    found[k] = list(book[name].iter_rows(values_only=True))
            book.close()
            return found[0], found[1]
    except FileNotFoundError as error:
        raise ReadError(f"{path}: không có tệp này") from error
    except ReadError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken file leads to
        raise ReadError(f"{path}: không phải tệp XLSX đọc được ({type(error).__name__})") from error


def _words(cell: object) -> str:
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return "" if cell is None else one_line(str(cell))


# --- JSON ----------------------------------------------------------------------------------------


def _of_records(path: Path, records: Sequence[Record]) -> Edits:
    """Records as `extract` writes them, corrected."""
    from extractor.show import title

    known, edits = _Known(records), Edits()
    for record in read_records(path):
        for n, task in enumerate(record.tasks, 1):
            where = f"{record.notice.source.path or title(record)}, nhiệm vụ {n}"
            _compare(edits, where, task.id, dict(values(task)), known, title(record), task.text)
    return edits


def _of_json(path: Path, records: Sequence[Record]) -> Edits:
    """The array that `export --to json` writes, corrected."""
    try:
        data = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise ReadError(f"{path}: không đọc được ({error.strerror or error})") from error
    except ValueError as error:
        raise ReadError(f"{path}: không phải JSON hợp lệ ({error})") from error
    if not isinstance(data, list):
        raise ReadError(f"{path}: cần một mảng nhiệm vụ, như nhiemvu export --to json ghi ra")
    known, edits = _Known(records), Edits()
    for n, item in enumerate(data, 1):
        where = f"phần tử {n}"
        if not isinstance(item, dict):
            edits.problems.append(f"{where}: không phải một nhiệm vụ")
            continue
        try:
            given = {name: _json_value(name, item[name]) for name in LABELS if name in item}
        except ValueError as error:
            edits.problems.append(f"{where}: {error}")
            continue
        words = str(item.get("quote") or item.get("action") or "")
        _compare(
            edits,
            where,
            str(item.get("id") or ""),
            given,
            known,
            str(item.get("document") or ""),
            words,
        )
    return edits


def _json_value(name: str, value: Any) -> str | tuple[str, ...] | None:
    if name in LISTS:
        if not isinstance(value, list) or not all(isinstance(x, str) for x in value):
            raise ValueError(f"{name} phải là mảng chữ")
        return tuple(filter(None, map(one_line, value)))
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} phải là chữ hoặc null")
    return parsed(name, value)


def _compare(
    edits: Edits, where: str, id_: str, given: Values, known: _Known, document: str, words: str
) -> None:
    try:
        row = known.next(id_)[0] if id_ else None
    except ValueError as error:
        edits.problems.append(f"{where}: {error}")
        return
    if row is not None:
        changes = {k: v for k, v in given.items() if v != row.values[k]}
    else:
        changes = {k: v for k, v in given.items() if v}
    edits.found.append(Edit(where, id_, changes, document, words))
