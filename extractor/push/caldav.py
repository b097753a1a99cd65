"""CalDAV (Nextcloud, Radicale, SOGo ...): one VTODO a task, in a collection of the office's.

The task's key is the resource's name and its UID, so the server itself refuses a second one
(If-None-Match) and a change over somebody else's (If-Match). A VTODO that is updated keeps all that
is not ours: status, alarms, categories, what other programs put there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from icalendar import Calendar, Todo, vRecur, vText

from extractor.errors import ReadError
from extractor.export.ics import DOMAIN
from extractor.push import Change, Found, PushError, RefusedError, Settings, Task, UnsureError
from extractor.push.web import Answer, Web, basic
from extractor.readers.safe_xml import xml_root

KEEPS = ("title", "due", "recurrence", "lead", "priority", "description")
_MARK, _NOTICE = "X-NHIEMVU-MARK", "X-NHIEMVU-NOTICE"
_QUERY = b"""<?xml version="1.0" encoding="utf-8"?>
<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">
<d:prop><d:getetag/><c:calendar-data/></d:prop>
<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VTODO"/></c:comp-filter></c:filter>
</c:calendar-query>"""
_XML = {"d": "DAV:", "c": "urn:ietf:params:xml:ns:caldav"}
_STAMP = datetime(1980, 1, 1, tzinfo=UTC)  # a VTODO must say when it was made; nobody reads it


@dataclass(frozen=True)
class _Resource:
    """Where a VTODO lies, its version, and the whole calendar object."""

    href: str
    etag: str
    calendar: Any


class CalDav:
    """A collection of tasks on a CalDAV server. Settings: url, user, password."""

    def __init__(self, settings: Settings) -> None:
        url = settings.need("url").rstrip("/") + "/"
        password = settings.need("password")
        header = basic(settings.need("user"), password)
        self.web = Web(url, {"Authorization": header}, (password, header.split()[1]))

    def find(self, keys: Collection[str], notices: Collection[str]) -> Iterator[Found]:
        """By one look through the collection: not every server can search for the marks of ours."""
        answer = self.web.ask(
            "REPORT", "", _QUERY, Depth="1", Content_Type="application/xml; charset=utf-8"
        )
        if answer.status != 207:
            raise PushError(self.web.told(answer))
        for href, etag, text in self._resources(answer):
            one = _found(href, etag, text)
            if one and (one.key in keys or one.notice in notices):
                yield replace(one, link=urljoin(self.web.url, href))

    def write(self, change: Change) -> None:
        """PUT, on the condition that nobody was there before."""
        task = change.task
        if task is None:
            raise RefusedError(f"{change.key}: không có nội dung để ghi")
        if change.found is None:
            path, calendar = f"{task.key}.ics", _new(task)
            condition = {"If_None_Match": "*"}
        else:
            resource: _Resource = change.found.handle
            path, calendar = resource.href, resource.calendar
            condition = {"If_Match": resource.etag}
            _fill(_own(calendar), task)
        answer = self.web.change(
            "PUT", path, bytes(calendar.to_ical()), again=True,
            Content_Type="text/calendar; charset=utf-8", **condition,
        )  # fmt: skip
        if answer.status == 412:
            # ours, if an answer was lost before; else somebody was faster
            raise UnsureError("có người vừa sửa ở hệ thống theo dõi; chạy lại để xem")
        if answer.status in {401, 403, 404, 405} or 300 <= answer.status < 400:
            raise PushError(self.web.told(answer))
        if answer.status not in {200, 201, 204}:
            raise RefusedError(self.web.told(answer))

    def _resources(self, answer: Answer) -> Iterator[tuple[str, str, str]]:
        try:
            root = xml_root(answer.body, Path(self.web.host), huge=True)
        except ReadError as error:
            raise PushError(f"{self.web.host}: không phải máy chủ CalDAV ({error})") from error
        for one in root.iterfind("d:response", _XML):
            href = one.findtext("d:href", "", _XML).strip()
            etag = one.findtext(".//d:getetag", "", _XML)
            text = one.findtext(".//c:calendar-data", "", _XML)
            if href and text:
                yield href, etag, text


def _found(href: str, etag: str, text: str) -> Found | None:
    """The task in a resource; None for one that is not ours."""
    try:
        calendar = Calendar.from_ical(text)
        todo = _own(calendar)
        if todo is None:
            return None
        uid = str(todo.get("UID", ""))
        key, _, domain = uid.partition("@")
        if domain != DOMAIN:
            return None
        status = str(todo.get("STATUS", "")).upper()
        done = status in {"COMPLETED", "CANCELLED"} or "COMPLETED" in todo
        return Found(
            key,
            str(todo.get(_NOTICE, "")),
            _fields(todo),
            str(todo.get(_MARK, "")),
            done,
            _Resource(href, etag, calendar),
        )
    except (
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
    ):  # another program's, that cannot be read: no matter of ours
        return None


def _own(calendar: Any) -> Any:
    """The VTODO of a resource, not one of the changed occurrences beside it."""
    return next((t for t in calendar.walk("VTODO") if "RECURRENCE-ID" not in t), None)


def _new(task: Task) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//nhiemvu//VN")
    calendar.add("version", "2.0")
    todo = Todo()
    todo.add("uid", f"{task.key}@{DOMAIN}")
    todo.add("dtstamp", _STAMP)
    todo.add("status", "NEEDS-ACTION")
    _fill(todo, task)
    calendar.add_component(todo)
    return calendar


def _fill(todo: Any, task: Task) -> None:
    """Put the task's fields in the place of those that were there."""
    fields = task.fields
    before = _fields(todo)

    def put(name: str, value: Any) -> None:
        todo.pop(name, None)
        if value not in (None, "", []):
            todo.add(name, value)

    put("summary", fields["title"])
    put("due", date.fromisoformat(fields["due"]) if fields["due"] else None)
    if fields["recurrence"] != before["recurrence"]:
        start, _, rule = fields["recurrence"].partition(" ")
        timed = "T" in start
        put("dtstart", (datetime if timed else date).fromisoformat(start) if start else None)
        put("rrule", vRecur.from_ical(rule) if rule else None)
    put("priority", int(fields["priority"] or 0) or None)
    todo.pop("contact", None)
    put("contact", fields["lead"])
    put("description", fields["description"])
    # VALUE=TEXT: without it the library escapes no comma of an X- property, and servers cut there
    for name, value in ((_NOTICE, task.notice), (_MARK, task.mark(KEEPS))):
        todo.pop(name, None)
        todo.add(name, vText(value), parameters={"VALUE": "TEXT"})


def _fields(todo: Any) -> dict[str, str]:
    """What stands in a VTODO, in the form of a Task's fields."""
    due = todo.get("DUE")
    rule, start = todo.get("RRULE"), todo.get("DTSTART")
    recurrence = ""
    if rule and start:
        recurrence = f"{start.dt.isoformat()} {rule.to_ical().decode()}"
    priority = int(todo.get("PRIORITY") or 0)
    return {
        "title": _text(todo.get("SUMMARY")),
        "due": due.dt.isoformat() if due else "",
        "recurrence": recurrence,
        "lead": _text(todo.get("CONTACT")),
        "priority": str(priority or ""),
        "description": _text(todo.get("DESCRIPTION")),
    }


def _text(value: Any) -> str:
    """A text as we compare it; several of one name stand side by side."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    lines = str(value or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return unicodedata.normalize("NFC", "\n".join(x.rstrip() for x in lines)).strip()
