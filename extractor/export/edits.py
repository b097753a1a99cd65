"""What a person changed in a sheet or in JSON, found by comparing it with what was written out.

A row belongs to a task by its id, whatever its place, order or neighbours; a row without an id is a
task that the person found. A row that cannot be understood is a problem with its place, and the
others stand.
"""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from extractor.corrections import LABELS, LISTS, values
from extractor.errors import ReadError
from extractor.export.fields import Row, parsed, rows
from extractor.export.profile import Column, Profile
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

    def next(self, id_: str) -> Row | None:
        """The task of that id, for the first time; ValueError where it was given already."""
        known = self._rows.get(id_)
        if not known:
            return None
        n = self._met[id_] = self._met.get(id_, -1) + 1
        if n >= len(known):
            raise ValueError(f"mã {id_} có ở hàng khác; nhiệm vụ mới thì để trống mã")
        return known[n]


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


def _of_sheet(path: Path, records: Sequence[Record], profile: Profile) -> Edits:
    table = list(_cells(path, profile.sheet))
    keys = [c.heading for c in profile.columns if c.field == "id"]
    if not keys:
        raise ReadError(f'{path}: mẫu cột {profile.name!r} không có cột mã (field = "id")')
    key = keys[0]
    top = next((n for n, row in enumerate(table[:_HEAD_ROWS]) if key in map(_words, row)), None)
    if top is None:
        raise ReadError(f"{path}: không thấy cột {key!r} ở trang {profile.sheet!r}")
    places = {_words(heading): k for k, heading in reversed(list(enumerate(table[top])))}
    columns = [(c, places[c.heading]) for c in profile.columns if c.heading in places and c.field]
    known, edits = _Known(records), Edits()
    for n, row in enumerate(table[top + 1 :], top + 2):
        cells = {c.field: row[k] for c, k in columns if c.field and k < len(row)}
        # a row that only carries a number or a status list has nothing to say
        if not any(_words(v) for f, v in cells.items() if f not in {"number", "status"}):
            continue
        _add(edits, f"hàng {n}", cells, known, profile, [c for c, _ in columns])
    return edits


def _add(
    edits: Edits,
    where: str,
    cells: Mapping[str, Any],
    known: _Known,
    profile: Profile,
    columns: Sequence[Column],
) -> None:
    id_ = _words(cells.get("id"))
    try:
        row = known.next(id_) if id_ else None
    except ValueError as error:
        edits.problems.append(f"{where}: {error}")
        return
    try:
        changes = _sheet_changes(cells, row, profile, columns) if row or not id_ else {}
    except ValueError as error:
        edits.problems.append(f"{where}{error}")
        if row is None:
            return
        changes = {}  # half a row could say what nobody meant
    if id_ and row is None and (status := _words(cells.get("status"))):
        changes = {"status": status}  # tells a task that was taken out from one that is lost
    document = _words(cells.get("document"))
    words = _words(cells.get("quote") or cells.get("action"))
    edits.found.append(Edit(where, id_, changes, document, words))


def _sheet_changes(
    cells: Mapping[str, Any], row: Row | None, profile: Profile, columns: Sequence[Column]
) -> Values:
    """The cells that differ from what was written out; of a new task all that say something."""
    changes: Values = {}
    for column in columns:
        name = column.field or ""
        cell = _words(cells.get(name))
        untouched = cell == _words(profile.cell(column, row)) if row else not cell
        if name not in LABELS or untouched:
            continue
        try:
            value = parsed(name, cells[name], profile.statuses)
        except ValueError as error:
            raise ValueError(f", cột {column.heading!r}: {error}") from error
        first = not row and name == "status" and cell == (profile.statuses or ("",))[0]
        if not first and (row is None or value != row.values[name]):
            changes[name] = value
    return changes


def _cells(path: Path, sheet: str) -> Iterator[tuple[Any, ...]]:
    """The values of a sheet's rows; of a workbook without that sheet the first one's."""
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(x.file_size for x in packed.infolist()) > MAX_TOTAL:
                raise ReadError(f"{path}: giải nén ra quá {MAX_TOTAL // 1_000_000} MB, không đọc")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the sheet has beside its cells is not needed
            book = load_workbook(path, read_only=True, data_only=True)
            table = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
            table.reset_dimensions()  # some programs write them wrongly
            yield from table.iter_rows(values_only=True)
            book.close()
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
        row = known.next(id_) if id_ else None
    except ValueError as error:
        edits.problems.append(f"{where}: {error}")
        return
    if row is not None:
        changes = {k: v for k, v in given.items() if v != row.values[k]}
    else:
        changes = {k: v for k, v in given.items() if v}
    edits.found.append(Edit(where, id_, changes, document, words))
