"""What a column may hold: each field of a task as a text, a number or a date for people.

Fields that a person may correct (corrections.LABELS) can be read back: `parsed` is the way home.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from extractor.corrections import LABELS, LISTS, values
from extractor.schema import Record, Task, Values
from extractor.show import recurrence_words, title, vietnamese_date
from extractor.text import one_line

Cell = str | int | date | None
MORE = "; "  # parts several bodies in one cell
MAX_CELL = 32_767  # characters, Excel's limit
_DAY = re.compile(
    r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"
)


@dataclass(frozen=True)
class Row:
    """A task in its notice; number: from 1, through all notices."""

    number: int
    record: Record
    task: Task

    @cached_property
    def values(self) -> Values:
        """The fields that a person may correct."""
        return values(self.task)

    def cell(self, field: str) -> Cell:
        """What stands in a column of that field: one line, never longer than a cell may be."""
        value = FIELDS[field](self)
        if isinstance(value, str):
            value = one_line(value)
            return value if len(value) <= MAX_CELL else value[: MAX_CELL - 1] + "…"
        return value


def rows(records: Iterable[Record]) -> Iterator[Row]:
    """The tasks of all notices, numbered through."""
    number = 0
    for record in records:
        for task in record.tasks:
            number += 1
            yield Row(number, record, task)


def _value(field: str) -> Callable[[Row], Cell]:
    """A field that may be corrected, as it is shown."""

    def shown(row: Row) -> Cell:
        value = row.values[field]
        return MORE.join(value) if isinstance(value, tuple) else value

    return shown


def day(iso: str | None) -> date | None:
    """A whole ISO date, else None."""
    try:
        return date.fromisoformat(iso) if iso else None
    except ValueError:
        return None


def _deadline(row: Row) -> str:
    """The day and, where there is none, the words."""
    due = row.values["due"]
    return vietnamese_date(str(due)) if due else MORE.join(row.values["deadlines"] or ())


def _place(row: Row) -> str:
    task = row.task
    clause = f"mục {task.clause}" if task.clause else ""
    return ", ".join(x for x in (clause, task.page and f"trang {task.page}", task.place) if x)


def _recurrence(row: Row) -> str:
    rules = (d.normalized.recurrence for d in row.task.deadlines)
    return MORE.join(recurrence_words(r) for r in rules if r)


_NATURES = {"dated": "có thời hạn", "recurring": "định kỳ", "standing": "thường xuyên"}

FIELDS: Mapping[str, Callable[[Row], Cell]] = {
    "number": lambda row: row.number,
    **{field: _value(field) for field in LABELS},
    "due": lambda row: day(row.values["due"]),  # type: ignore[arg-type]
    "deadline": _deadline,
    "recurrence": _recurrence,
    "document": lambda row: title(row.record),
    "document_number": lambda row: row.record.notice.number,
    "document_date": lambda row: day(row.record.notice.issued_on),
    "issuer": lambda row: row.record.notice.issuer.name if row.record.notice.issuer else None,
    "subject": lambda row: row.record.notice.subject,
    "path": lambda row: row.record.notice.source.path,
    "place": _place,
    "clause": lambda row: row.task.clause,
    "quote": lambda row: row.task.text,
    "urgency": lambda row: row.task.urgency or row.record.notice.urgency,
    "nature": lambda row: _NATURES.get(row.task.nature or ""),
    "doubts": lambda row: MORE.join(d.detail for d in row.task.doubts),
    "lead_id": lambda row: MORE.join(a.id for a in row.task.lead if a.id),
    "id": lambda row: row.task.id,
}
DATES = frozenset({"due", "document_date"})


def parsed(field: str, cell: object, statuses: Sequence[str] = ()) -> str | tuple[str, ...] | None:
    """The value of a cell that a person changed; ValueError, in Vietnamese, where it is none.

    >>> parsed("lead", "Sở Y tế;  Sở Nội vụ"), parsed("due", "5/3/2022"), parsed("note", " ")
    (('Sở Y tế', 'Sở Nội vụ'), '2022-03-05', None)
    """
    if isinstance(cell, date):  # a datetime is one
        cell = cell.isoformat()[:10] if field == "due" else cell.strftime("%d/%m/%Y")
    words = one_line("" if cell is None else str(cell))
    if field == "due":
        return _day(words)
    if field in LISTS:
        return tuple(filter(None, (x.strip() for x in words.split(";"))))
    if field == "action" and not words:
        raise ValueError("nội dung để trống; bỏ nhiệm vụ thì chọn tình trạng “Không phải nhiệm vụ”")
    if field == "status" and words and statuses and words not in statuses:
        raise ValueError(f"tình trạng {words!r} không có; có: {', '.join(statuses)}")
    return words or None


def _day(words: str) -> str | None:
    if not words:
        return None
    match = _DAY.fullmatch(words)
    try:
        if match is None:
            return date.fromisoformat(words[:10]).isoformat()
        return date(*(int(x) for x in reversed(match.groups()))).isoformat()
    except ValueError:
        raise ValueError(f"thời hạn {words!r} không phải ngày dạng dd/mm/yyyy") from None
