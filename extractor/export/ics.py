"""iCalendar: one VTODO a task, for calendars and CalDAV servers.

UIDs are the tasks' ids, so that a calendar that imports the file again updates what it has. Days
are dates, never midnights: those would show as the day before elsewhere. Times float: they are
local ones, as the notice means them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from icalendar import Calendar, Todo, vRecur

from extractor.export import Options, made_on
from extractor.export.fields import Row, day, rows
from extractor.schema import Deadline, Record

DOMAIN = "nhiemvu"
_STATUS = {
    "Đang thực hiện": "IN-PROCESS",
    "Hoàn thành": "COMPLETED",
    "Không phải nhiệm vụ": "CANCELLED",
}
PRIORITY = {"hỏa tốc": 1, "thượng khẩn": 2, "khẩn": 3}
_TOLD = {  # field -> what it is called in the description
    "lead": "Chủ trì",
    "coordinating": "Phối hợp",
    "reports_to": "Báo cáo",
    "deadlines": "Thời hạn",
    "products": "Sản phẩm",
    "document": "Văn bản giao",
    "place": "Vị trí",
    "note": "Ghi chú",
    "doubts": "Cần xem lại",
    "quote": "Trích",
}


def dump(records: Sequence[Record], options: Options) -> bytes:
    """The calendar."""
    calendar = Calendar()
    calendar.add("prodid", "-//nhiemvu//VN")
    calendar.add("version", "2.0")
    for row in rows(records):
        calendar.add_component(todo(row, made_on([row.record], options)))
    return bytes(calendar.to_ical())


def todo(row: Row, stamp: datetime) -> Todo:
    """The VTODO of a task, as of a time (taken for UTC)."""
    found = Todo()
    found.add("uid", f"{row.task.id}@{DOMAIN}")
    found.add("dtstamp", stamp.replace(tzinfo=UTC))
    found.add("summary", row.cell("action") or "")
    if due := day(row.values["due"]):  # type: ignore[arg-type]
        found.add("due", due)
    elif recurring := next(_recurring(row), None):
        rule, start = recurring
        found.add("dtstart", start)
        found.add("rrule", rule)
    found.add("status", _STATUS.get(str(row.values["status"]), "NEEDS-ACTION"))
    if priority := PRIORITY.get(str(row.cell("urgency")).casefold()):
        found.add("priority", priority)
    for name in row.values["lead"] or ():
        found.add("contact", name)
    found.add("description", told(row))
    return found


def told(row: Row) -> str:
    """What else there is to say about a task, a line for each field."""
    lines = ((label, row.cell(field)) for field, label in _TOLD.items())
    return "\n".join(f"{label}: {value}" for label, value in lines if value)


def recurrence(row: Row) -> str:
    """Its first day or time and its rule, "2022-02-25 FREQ=MONTHLY;BYMONTHDAY=25"; "" without one."""
    for rule, start in _recurring(row):
        return f"{start.isoformat()} {str(rule.to_ical(), 'ascii')}"  # type: ignore[no-untyped-call]
    return ""


def _recurring(row: Row) -> Iterator[tuple[vRecur, date]]:
    """The rule of each deadline that recurs, with its first day; a rule needs one (RFC 5545, 3.8.5.3)."""
    for deadline in row.task.deadlines:
        start = _start(deadline) or day(row.record.notice.issued_on)
        if deadline.normalized.recurrence and start:
            rule = vRecur.from_ical(deadline.normalized.recurrence)
            timed = "HOURLY" in rule.get("FREQ", ()) or "BYHOUR" in rule
            if timed and not isinstance(start, datetime):
                start = datetime(*start.timetuple()[:3])  # noqa: DTZ001 - hours count from a time
            yield rule, start


def _start(deadline: Deadline) -> date | None:
    """The first occurrence: a date, or a datetime where the deadline has a time."""
    iso = deadline.normalized.next or deadline.normalized.start
    try:
        return (datetime if iso and "T" in iso else date).fromisoformat(iso or "")
    except ValueError:
        return None
