"""A run's records as tasks for a tracker: plain texts, the same for every target."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable

from extractor.export.fields import Row, rows
from extractor.export.ics import PRIORITY, recurrence, told
from extractor.push import MAX_TITLE, Task
from extractor.records import notice_key_of
from extractor.schema import Record

_DONE = "Hoàn thành"


def tasks(records: Iterable[Record], *, only_sure: bool = False) -> tuple[list[Task], set[str]]:
    """The tasks to put into a tracker, each key once, and the keys of all tasks.

    only_sure: leave out tasks in which a person should check something. The same notice read from
    two files gives its tasks twice, under the same keys: the first ones count.
    """
    wanted: dict[str, Task] = {}
    known = set()
    for row in rows(records):
        known.add(row.task.id)
        if row.task.id not in wanted and not (only_sure and row.task.doubts):
            wanted[row.task.id] = _task(row)
    return list(wanted.values()), known


def _task(row: Row) -> Task:
    notice = hashlib.sha256(notice_key_of(row.record.notice).encode()).hexdigest()[:16]
    title = _text(row, "action")
    if len(title) > MAX_TITLE:  # the description has the whole of it
        title = title[: MAX_TITLE - 1] + "…"
    due = row.cell("due")
    fields = {
        "title": title,
        "due": "" if due is None else str(due),
        "recurrence": "" if due else recurrence(row),
        "lead": _text(row, "lead"),
        "priority": str(PRIORITY.get(_text(row, "urgency").casefold(), "")),
        "description": told(row),
    }
    return Task(
        row.task.id,
        notice,
        {name: unicodedata.normalize("NFC", value) for name, value in fields.items()},
        done=row.values["status"] == _DONE,
        document=_text(row, "document"),
        place=_text(row, "place"),
    )


def _text(row: Row, field: str) -> str:
    return str(row.cell(field) or "")
