"""The gazetteer's tables as written: rows with their line numbers, and what is wrong inside a row.

Nothing here raises on a table: what is wrong becomes a Problem that names file and line.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from extractor.registry import KINDS, SLOTS, tables_dir

COLUMNS: Mapping[str, tuple[str, ...]] = {
    table: tuple(header.split(","))
    for table, header in {
        "bodies": "id,name,kind,level,parent,valid_from,valid_to,successor,symbol,edoc,mark,source",
        "templates": "id,name,level,kind,where,valid_from,valid_to,successor,symbol,mark,source",
        "groups": "id,name,level,members,valid_from,valid_to,source",
        "aliases": "alias,target,kind,example",
        "provinces": "id,name,kind,valid_from,valid_to,successor,edoc,source",
        "places": "id,name,kind,level,parent,valid_from,valid_to,successor,source",
    }.items()
}
_IDS = {
    "bodies": re.compile(r"[A-Z][A-Z0-9]*(?:\.[A-Z0-9-]+)+"),
    "templates": re.compile(r"[A-Z][A-Z0-9-]*(?:\.[A-Z0-9-]+)*"),
    "groups": re.compile(r"G\.[A-Z0-9-]+"),
    "provinces": re.compile(r"P\d\d(?:-\d{4})?"),
    "places": re.compile(r"(?:D\d{3}|C\d{5})(?:-\d{4})?"),
}
_RECORD_KINDS = {
    "bodies": "bộ|cơ quan ngang bộ|cơ quan thuộc Chính phủ|tổng cục|cục|ủy ban|hội đồng|văn phòng|đảng|đoàn thể|tòa án|viện kiểm sát|ngân hàng|doanh nghiệp|position-body|khác",
    "templates": "sở|sở đặc thù|phòng|phòng đặc thù|phòng thuộc sở|chi cục|ngành dọc|ngành dọc đặc thù|ngành dọc cơ sở|ủy ban|hội đồng|văn phòng|đảng|đoàn thể|hội|công an|quân sự|tòa án|viện kiểm sát|ban|báo đài|đơn vị sự nghiệp|tổ chức phối hợp|ngân hàng|doanh nghiệp|khác",
    "aliases": "abbreviation|short|misspelling|position|former",
    "provinces": "tỉnh|thành phố",
}
_KNOWN = {table: frozenset(kinds.split("|")) for table, kinds in _RECORD_KINDS.items()}
_LEVELS = {
    "bodies": frozenset({"central"}),
    "templates": frozenset(KINDS),
    "groups": frozenset({"", "central", *KINDS}),
    "places": frozenset({"district", "commune"}),
}
_MARKS = frozenset({"confirmed", "memory"})
_SLOT = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong with a table, and where; said in Vietnamese."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return (
            f"{self.file}, dòng {self.line}: {self.text}"
            if self.line
            else f"{self.file}: {self.text}"
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the table that it is of, where it stands, its cells."""

    table: str
    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def many(self, column: str) -> tuple[str, ...]:
        """The values of a cell that may hold several."""
        return tuple(part.strip() for part in self[column].split("|") if part.strip())

    def problem(self, text: str) -> Problem:
        """A problem of this row."""
        return Problem(self.file, self.line, text)


def read_tables(directory: Path, order: bool = True) -> tuple[list[Row], list[Problem]]:
    """All rows of a directory's tables and what is wrong with each by itself (order: its place too)."""
    rows: list[Row] = []
    problems: list[Problem] = []
    shown = directory.name if directory == tables_dir() else directory.as_posix()
    if not directory.is_dir():
        return rows, [Problem(shown, 0, "không có thư mục này")]
    files = [*sorted(directory.glob("*.csv")), *sorted(directory.glob("places/*.csv"))]
    if not files:
        problems.append(Problem(shown, 0, "thư mục không có bảng nào (*.csv)"))
    for path in files:
        file = f"{shown}/{path.relative_to(directory).as_posix()}"
        table = "places" if path.parent != directory else path.stem
        if table not in COLUMNS or (table == "places" and not re.fullmatch(r"\d\d", path.stem)):
            known = ", ".join(f"{t}.csv" for t in COLUMNS if t != "places")
            problems.append(
                Problem(file, 0, f"không phải bảng của danh mục ({known}, places/<mã tỉnh>.csv)")
            )
            continue
        found, wrong = _read(path, file, table)
        rows += found
        problems += wrong
        problems += (p for row in found for p in _row_problems(row))
        if order:
            problems += _unsorted(found)
    return rows, problems


def _read(path: Path, file: str, table: str) -> tuple[list[Row], list[Problem]]:
    wanted = COLUMNS[table]
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines, strict=True)
            header = tuple(next(reader, ()))
            if header != wanted:
                return rows, [Problem(file, 1, f"dòng tiêu đề phải là {','.join(wanted)}")]
            before = reader.line_num
            for cells in reader:
                line, before = before + 1, reader.line_num
                if not cells:
                    continue
                if len(cells) != len(wanted):
                    text = f"có {len(cells)} cột, cần {len(wanted)}"
                    problems.append(Problem(file, line, text))
                    continue
                rows.append(Row(table, file, line, dict(zip(wanted, cells, strict=True))))
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        line = rows[-1].line + 1 if rows else 1
        why = "không phải UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        problems.append(Problem(file, line, f"không đọc được: {why}"))
    return rows, problems


def _row_problems(row: Row) -> Iterator[Problem]:
    for column, cell in row.cells.items():
        if cell != cell.strip() or "  " in cell or "\xa0" in cell or "\n" in cell:
            yield row.problem(f"{column}: thừa khoảng trắng trong {cell!r}")
        if not unicodedata.is_normalized("NFC", cell):
            yield row.problem(f"{column}: chưa ở dạng NFC")
    if row.table == "aliases":
        for column in ("alias", "target", "example"):
            if not row[column]:
                yield row.problem(f"thiếu {column}")
    else:
        if not _IDS[row.table].fullmatch(row["id"]):
            yield row.problem(f"mã {row['id']!r} không đúng dạng")
        if not row["name"]:
            yield row.problem("thiếu tên")
        yield from _span_problems(row)
    levels = _LEVELS.get(row.table)
    if levels is not None and row["level"] not in levels:
        yield row.problem(f"cấp {row['level']!r} không có; có: {', '.join(sorted(levels - {''}))}")
    kinds = _KNOWN.get(row.table) or frozenset(KINDS.get(row["level"], ()))
    if kinds and row.table != "groups" and row["kind"] not in kinds:
        yield row.problem(f"loại {row['kind']!r} không có; có: {', '.join(sorted(kinds))}")
    if row.table in ("bodies", "templates") and row["mark"] not in _MARKS:
        yield row.problem(f"mark {row['mark']!r} phải là confirmed hoặc memory")
    if row.table != "aliases" and not row["source"]:
        yield row.problem("thiếu nguồn (source)")
    if row.table == "templates":
        slots = set(_SLOT.findall(row["name"])) - {SLOTS.get(row["level"], "")}
        if slots:
            yield row.problem(f"{', '.join(sorted(slots))} không hợp với cấp {row['level']}")


def _span_problems(row: Row) -> Iterator[Problem]:
    good = True
    for column in ("valid_from", "valid_to"):
        if row[column] and not is_day(row[column]):
            good = False
            yield row.problem(f"{column}: {row[column]!r} không phải ngày dạng YYYY-MM-DD")
    if good and row["valid_from"] and row["valid_to"] and row["valid_from"] > row["valid_to"]:
        yield row.problem(f"bắt đầu {row['valid_from']} sau khi kết thúc {row['valid_to']}")


def is_day(text: str) -> bool:
    """Whether a text is an ISO date with all its parts."""
    try:
        return len(text) == 10 and date.fromisoformat(text) is not None
    except ValueError:
        return False


def _unsorted(rows: list[Row]) -> Iterator[Problem]:
    before = ""
    for row in rows:
        place = row["target" if row.table == "aliases" else "id"]
        if place < before:
            yield row.problem(f"không đúng thứ tự: {place} đứng sau {before}")
        before = place
