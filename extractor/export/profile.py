"""Column profiles: what columns a sheet has, read from a TOML table that an office can write.

Wrong tables raise ProfileError, which names file and line and says what would be right.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from importlib import resources
from pathlib import Path
from typing import Any

import tomli

from extractor.corrections import NOT_A_TASK
from extractor.errors import ProfileError
from extractor.export.fields import FIELDS, Cell, Row

STATUSES = ("Chưa thực hiện", "Đang thực hiện", "Hoàn thành", "Tạm dừng", NOT_A_TASK)
DOUBTS, ORIGINAL = "Cần xem lại", "Bản gốc"  # sheets beside the tasks' own
_SHEET_NAME = re.compile(r"[^\[\]:*?/\\']{1,31}")  # what Excel allows
_LIST_LENGTH = 255  # of a drop-down's words with the commas between them
_COLUMN = re.compile(r"\s*\[\[\s*column\s*\]\]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, what stands in it (field None: nothing, for people to fill in).

    width: in characters. time: "17:00" makes a date a date with that time, for systems that want one.
    print: whether it is on paper, too.
    """

    heading: str
    field: str | None = None
    width: float = 15
    time: str = ""
    print: bool = True


@dataclass(frozen=True, slots=True)
class Profile:
    """The columns of a sheet in their order, and what stands around them.

    title: lines above the heading; {document} is the notice where there is but one, and a line with
    it is left out where there are more. doubts: whether a second sheet lists what is to be checked.
    """

    name: str
    columns: tuple[Column, ...]
    sheet: str = "Nhiệm vụ"
    title: tuple[str, ...] = ()
    statuses: tuple[str, ...] = STATUSES
    doubts: bool = True

    def cell(self, column: Column, row: Row) -> Cell:
        """What stands in a column for a task; nobody has said a status yet: the first one."""
        if column.field is None:
            return None
        value = row.cell(column.field)
        if value is None and column.field == "status" and self.statuses:
            return self.statuses[0]
        return value


def built_in() -> tuple[str, ...]:
    """Names of the profiles that come with the package."""
    folder = resources.files("extractor") / "profiles"
    return tuple(
        sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml"))
    )


def load(name: str) -> Profile:
    """The profile of that name, or of that file; ProfileError says what is wrong with it."""
    if name in built_in():
        path = resources.files("extractor") / "profiles" / f"{name}.toml"
        return parse(name, path.read_text(encoding="utf-8"))
    try:
        return parse(name, Path(name).read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        known = ", ".join(built_in())
        raise ProfileError(f"{name}: không có tệp này; mẫu cột có sẵn: {known}") from error
    except (OSError, ValueError) as error:
        raise ProfileError(f"{name}: không đọc được tệp mẫu cột") from error


def parse(name: str, source: str) -> Profile:
    """The profile that a TOML text describes; `name` is for messages."""
    try:
        data = tomli.loads(source)
    except tomli.TOMLDecodeError as error:
        raise ProfileError(f"{name}: không phải TOML hợp lệ ({error})") from error
    lines = source.split("\n")
    rows = data.pop("column", ())
    _checked(f"{name}", data, Profile, skip={"name", "columns"})
    if not rows or not isinstance(rows, list):
        raise ProfileError(f"{name}: cần ít nhất một [[column]]")
    columns = tuple(_column(name, lines, n, row) for n, row in enumerate(rows))
    headings = [c.heading for c in columns]
    for n, heading in enumerate(headings):
        if heading in headings[:n]:
            raise ProfileError(f"{_where(name, lines, n, 'heading')}: cột {heading!r} có hai lần")
    more: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
    profile = Profile(name, columns, **more)
    if profile.sheet.casefold() in {DOUBTS.casefold(), ORIGINAL.casefold()}:
        raise ProfileError(f"{name}: tên trang {profile.sheet!r} đã dùng cho trang khác")
    if not _SHEET_NAME.fullmatch(profile.sheet):
        raise ProfileError(
            f"{name}: tên trang {profile.sheet!r} có ký tự không dùng được hoặc dài quá 31"
        )
    if len(",".join(profile.statuses)) > _LIST_LENGTH or any("," in x for x in profile.statuses):
        raise ProfileError(
            f"{name}: statuses không có dấu phẩy và cả danh sách không quá {_LIST_LENGTH} ký tự"
        )
    return profile


def _column(name: str, lines: list[str], n: int, row: Any) -> Column:
    where = _where(name, lines, n)
    if not isinstance(row, Mapping):
        raise ProfileError(f"{where}: mỗi cột là một bảng [[column]]")
    _checked(where, row, Column, at=lambda key: _where(name, lines, n, key))
    if not str(row.get("heading", "")).strip():
        raise ProfileError(f"{where}: cột thiếu heading")
    column = Column(**row)
    if column.field is not None and column.field not in FIELDS:
        raise ProfileError(
            f"{_where(name, lines, n, 'field')}: không có trường {column.field!r}; có: {', '.join(FIELDS)}"
        )
    if not 1 <= column.width <= 255:
        raise ProfileError(f"{_where(name, lines, n, 'width')}: width từ 1 đến 255")
    if column.time:
        try:
            time.fromisoformat(column.time)
        except ValueError as error:
            raise ProfileError(
                f"{_where(name, lines, n, 'time')}: time dạng HH:MM, không phải {column.time!r}"
            ) from error
    return column


_KINDS: Mapping[str, tuple[type, ...]] = {
    "str": (str,), "str | None": (str,), "float": (int, float), "bool": (bool,), "tuple[str, ...]": (list,),
}  # fmt: skip
_KIND_WORDS = {
    "str": "chữ",
    "str | None": "chữ",
    "float": "số",
    "bool": "true/false",
    "tuple[str, ...]": "danh sách chữ",
}


def _checked(
    where: str, row: Mapping[str, Any], kind: type, *, skip: Collection[str] = (), at: Any = None
) -> None:
    """Raise where a table has a key that its dataclass has not, or a value of another kind."""
    known = {k: str(v) for k, v in kind.__annotations__.items() if k not in skip}
    for key, value in row.items():
        place = at(key) if at else where
        if key not in known:
            raise ProfileError(f"{place}: không có khóa {key!r}; có: {', '.join(known)}")
        right = isinstance(value, _KINDS[known[key]])
        right &= isinstance(value, bool) == (known[key] == "bool")
        right &= not isinstance(value, list) or all(isinstance(x, str) for x in value)
        if not right:
            raise ProfileError(f"{place}: {key} phải là {_KIND_WORDS[known[key]]}")


def _where(name: str, lines: list[str], n: int, key: str = "") -> str:
    """File and line of the n-th column (from 0), or of a key of it."""
    starts = [i for i, line in enumerate(lines) if _COLUMN.match(line)]
    if n >= len(starts):  # written as an inline table
        return f"{name}, cột thứ {n + 1}"
    at, after = starts[n], [*starts, len(lines)][n + 1]
    found = next(_lines_of(lines, key, at + 1, after), at) if key else at
    return f"{name}, dòng {found + 1}"


def _lines_of(lines: list[str], key: str, start: int, end: int) -> Iterator[int]:
    pattern = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
    return (i for i in range(start, end) if pattern.match(lines[i]))
