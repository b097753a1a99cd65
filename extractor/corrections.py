"""What a person corrected: kept beside the notice, and applied whenever it is read again.

A correction is a task's id, the words that it was known by, and plain values by field. The words
find the task in a later extraction, in which rules or the text may have changed; its values win
there and it keeps its id. Nothing of the text is made up: a name or wording that the text does not
hold stands as an empty slice, or in `review.values` alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from extractor import schema as s
from extractor.confidence import whole
from extractor.content import stored_at
from extractor.errors import ReadError
from extractor.identity import Known, known, matched, shortened, with_ids
from extractor.records import nature, notice_key_of
from extractor.text import one_line

ROLES = ("lead", "coordinating", "reports_to")
LABELS: Mapping[str, str] = {  # the fields that a person may set, in Vietnamese
    "action": "nội dung",
    "lead": "chủ trì",
    "coordinating": "phối hợp",
    "reports_to": "nơi nhận báo cáo",
    "due": "thời hạn",
    "deadlines": "lời văn thời hạn",
    "products": "sản phẩm",
    "status": "tình trạng",
    "note": "ghi chú",
}
LISTS = frozenset({*ROLES, "deadlines", "products"})
NOT_A_TASK = "Không phải nhiệm vụ"  # the status by which a person takes a task out


class Correction(s.Model):
    """A task that a person corrected or added; clause, offsets and text as they were then."""

    id: str
    clause: str
    start: s.Offset
    end: s.Offset
    text: str
    values: s.Values
    added: bool = False


class NoticeCorrections(s.Model):
    """The corrections to one notice; member: its name in a mail or an archive."""

    member: str | None = None
    sha256: str
    tasks: tuple[Correction, ...] = ()


class Corrections(s.Model):
    """The corrections to the notices of one file, as they are stored."""

    schema_version: Literal["1.0"] = s.SCHEMA_VERSION
    notices: tuple[NoticeCorrections, ...] = ()

    def of(self, member: str | None) -> NoticeCorrections | None:
        """Those of the notice with that name in the file."""
        return next((n for n in self.notices if n.member == member), None)

    def with_notice(self, notice: NoticeCorrections) -> Corrections:
        """The same with a notice's corrections put in the place of those it had."""
        others = (n for n in self.notices if n.member != notice.member)
        ordered = sorted((*others, notice), key=lambda n: n.member or "")
        return self.model_copy(update={"notices": tuple(ordered)})

    def to_bytes(self) -> bytes:
        """The file's content: indented JSON in UTF-8."""
        return (self.model_dump_json(indent=1) + "\n").encode()


def parsed(data: bytes, path: Path) -> Corrections:
    """The corrections to a notice's file that these bytes hold; ReadError where they are broken."""
    try:
        return Corrections.model_validate_json(data)
    except ValueError as error:
        raise ReadError(f"{stored_at(path)}: không phải tệp sửa hợp lệ") from error


def stored(path: Path) -> Corrections | None:
    """The corrections to a notice's file, None where there are none; ReadError where they are broken."""
    place = stored_at(path)
    try:
        return parsed(place.read_bytes(), path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ReadError(f"{place}: không đọc được ({error.strerror or error})") from error
    except ValueError:  # a path with a NUL: the notice itself says so
        return None


# --- a task's fields as plain values -------------------------------------------------------------


def values(task: s.Task) -> s.Values:
    """The fields that a person may correct, as a sheet shows them; what a person set comes first."""
    read: s.Values = {
        "action": one_line(task.action.text if task.action else task.text),
        **{role: tuple(a.name for a in getattr(task, role)) for role in ROLES},
        "due": task.due,
        "deadlines": tuple(dict.fromkeys(one_line(d.text) for d in task.deadlines)),
        "products": tuple(one_line(p.text) for p in task.products),
        "status": None,
        "note": None,
    }
    return read | (task.review.values if task.review else {})


def revised(task: s.Task, changes: s.Values, record: s.Record) -> s.Task:
    """The task with those values, each pointing at the text as far as the text has it.

    values(revised(task, changes, record)) | changes is itself again.
    """
    if not changes:
        return task
    update: dict[str, object] = {}
    for role in ROLES:
        if role in changes:
            update[role] = tuple(_agency(n, task, record) for n in _many(changes[role]))
    if "lead" in changes:
        update["lead_basis"] = "corrected" if changes["lead"] else None
    if words := changes.get("action"):
        if found := _found(str(words), task):
            update["action"] = s.Action(**found.model_dump())
    if "products" in changes:
        products = (_found(p, task) for p in _many(changes["products"]))
        update["products"] = tuple(p for p in products if p)
    deadlines = task.deadlines
    if "deadlines" in changes:
        deadlines = tuple(_deadlines(_many(changes["deadlines"]), task))
    if "due" in changes:
        due = changes["due"]
        update["due"] = due
        deadlines = tuple(_dated(deadlines, None if due is None else str(due)))
    if deadlines != task.deadlines:
        update["deadlines"] = deadlines
        update["nature"] = nature(d.kind for d in deadlines)
    if update.get("due"):
        update["nature"] = "dated"
    earlier = task.review or s.Review()
    told = earlier.values | changes
    update["review"] = s.Review(values=told, added=earlier.added)
    update["notes"] = (*(n for n in task.notes if n.kind != "corrected"), *_note(told))
    return _trusted(task.model_copy(update=update), changes)


def _many(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value or ()


def _note(told: s.Values) -> Iterator[s.Doubt]:
    fields = [label for field, label in LABELS.items() if field in told]
    if set(told) - {"status", "note"}:
        yield s.Doubt(kind="corrected", detail=f"Người dùng đã sửa: {', '.join(fields)}")


def _agency(name: str, task: s.Task, record: s.Record) -> s.Agency:
    """The body of that name where the task, then the notice, mentions it; else without a place."""
    wanted = one_line(name).casefold()
    for mention in _mentions(task, record):
        if one_line(mention.name).casefold() == wanted:
            update = {"found_by": "correction", "score": 100.0, "candidates": ()}
            return mention.model_copy(update=update)
    found = _found(name, task) or s.Slice(text="", start=task.start, end=task.start)
    return s.Agency(name=name, found_by="correction", score=100, **found.model_dump())


def _mentions(task: s.Task, record: s.Record) -> Iterator[s.Agency]:
    for one in (task, *record.tasks):
        for role in ROLES:
            yield from getattr(one, role)


def _found(words: str, task: s.Task) -> s.Slice | None:
    """Where the words stand in the task's text, however its spaces and lines run."""
    match = _pattern(words).search(task.text)
    if match is None:
        return None
    start = task.start + match.start()
    return s.Slice(text=match[0], start=start, end=task.start + match.end())


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(r"[\s*]+".join(map(re.escape, words.split())) or r"(?!)", re.IGNORECASE)


def _deadlines(texts: Sequence[str], task: s.Task) -> Iterator[s.Deadline]:
    for words in texts:
        same = [d for d in task.deadlines if one_line(d.text) == one_line(words)]
        if same:
            yield from same
        elif found := _found(words, task):
            yield s.Deadline(
                **found.model_dump(),
                kind="due",
                bound="by",
                basis="corrected",
                normalized=_normalized(None),
                timex=s.Timex(type="DATE"),
                rule="correction",
            )


def _dated(deadlines: Sequence[s.Deadline], due: str | None) -> Iterator[s.Deadline]:
    """The deadlines with the day put into the one that gives the task's; None empties all that do."""
    ends = [d.normalized.end for d in deadlines if d.normalized.end]
    once = [d for d in deadlines if d.kind != "recurring"]
    giver = next((d for d in deadlines if ends and d.normalized.end == min(ends)), None)
    giver = giver or (once[0] if once else None)
    for deadline in deadlines:
        if deadline is giver if due else deadline.normalized.end:
            yield deadline.model_copy(
                update={
                    "bound": "by",
                    "basis": "corrected",
                    "normalized": _normalized(due),
                    "timex": s.Timex(type="DATE", value=due),
                    "rule": "correction",
                }
            )
        else:
            yield deadline


def _normalized(end: str | None) -> s.Normalized:
    return s.Normalized.model_validate({"end": end, "inclusive": True if end else None})


def _trusted(task: s.Task, changes: Iterable[str]) -> s.Task:
    """The task with what a person set taken as certain."""
    sure = {{"due": "deadlines"}.get(field, field) for field in changes}
    sure &= {*ROLES, "deadlines"}
    if task.confidences is None or not sure:
        return task
    trust = task.confidences.model_copy(update=dict.fromkeys({*sure, "task"}, 1.0))
    return task.model_copy(update={"confidences": trust, "confidence": whole(trust.model_dump())})


# --- corrections to a notice ---------------------------------------------------------------------


def correction(task: s.Task, changes: s.Values) -> Correction:
    """A correction to a task of a record."""
    return Correction(
        id=task.id,
        clause=task.clause,
        start=task.start,
        end=task.end,
        text=task.text,
        values=changes,
        added=bool(task.review and task.review.added),
    )


def added(words: str, changes: s.Values, record: s.Record, text: str) -> Correction | None:
    """A task that the words of the notice's text give and the record has not; None where they are not in it."""
    match = _pattern(words).search(text)
    if match is None:
        return None
    key = f"{notice_key_of(record.notice)}\nadded\n{one_line(match[0]).casefold()}"
    return Correction(
        id=hashlib.sha256(key.encode()).hexdigest()[:16],
        clause=_clause(record, match.start()),
        start=match.start(),
        end=match.end(),
        text=match[0],
        values=changes,
        added=True,
    )


def added_task(new: Correction, record: s.Record) -> s.Task:
    """The task of a correction that adds one."""
    task = s.Task.model_validate(
        {
            **new.model_dump(include={"id", "clause", "start", "end", "text"}),
            "nature": "standing",
            "confidence": 1.0,
            "review": s.Review(added=True),
        }
    )
    return revised(task, new.values, record)


def in_order(tasks: Iterable[s.Task]) -> tuple[s.Task, ...]:
    """The tasks in the order of the text."""
    return tuple(sorted(tasks, key=lambda t: t.start))


def merged(old: NoticeCorrections | None, new: NoticeCorrections) -> NoticeCorrections:
    """Corrections laid over earlier ones, field by field."""
    tasks = {c.id: c for c in (old.tasks if old else ())}
    for c in new.tasks:
        earlier = tasks.get(c.id)
        told = earlier.values | c.values if earlier else c.values
        tasks[c.id] = c.model_copy(update={"values": told})
    ordered = sorted(tasks.values(), key=lambda c: (c.start, c.end, c.id))
    return new.model_copy(update={"tasks": tuple(ordered)})


def applied(record: s.Record, corrections: NoticeCorrections, text: str) -> s.Record:
    """The record with the corrections in it; what does not fit any more becomes a doubt of the notice."""
    doubts = list(record.doubts)
    if corrections.sha256 != record.notice.source.sha256:
        detail = "Văn bản đã thay đổi từ khi được sửa; cần xem lại những chỗ người dùng đã sửa"
        doubts.append(s.Doubt(kind="corrected_elsewhere", detail=detail))
    places = _places(corrections.tasks, record.tasks)
    tasks = list(with_ids(record.tasks, {j: c.id for j, c in places.items()}, ()))
    record = record.model_copy(update={"tasks": tuple(tasks)})
    for j, c in places.items():
        tasks[j] = revised(tasks[j], c.values, record)
    met = {c.id for c in places.values()}
    for c in corrections.tasks:
        if c.id in met:
            continue
        again = added(c.text, c.values, record, text) if c.added else None
        if again is not None:
            again = again.model_copy(update={"id": c.id})
            tasks.append(added_task(again, record))
        elif c.values.get("status") != NOT_A_TASK:
            doubts.append(_lost(c))
    kept = (t for t in tasks if values(t)["status"] != NOT_A_TASK)
    return record.model_copy(update={"tasks": in_order(kept), "doubts": tuple(doubts)})


def _places(corrections: Sequence[Correction], tasks: Sequence[s.Task]) -> dict[int, Correction]:
    """Index of a task -> the correction to it: by id and words, else by words."""
    by_id = {c.id: c for c in corrections}
    found = {
        j: by_id[t.id] for j, t in enumerate(tasks) if t.id in by_id and t.text == by_id[t.id].text
    }
    met = {c.id for c in found.values()}
    rest = [c for c in corrections if c.id not in met]
    free = [j for j in range(len(tasks)) if j not in found]
    pairs = matched([Known(c.id, c.clause, c.text) for c in rest], [known(tasks[j]) for j in free])
    return found | {free[j]: rest[i] for j, i in pairs.items()}


def _clause(record: s.Record, start: int) -> str:
    """Path of the innermost clause at an offset."""
    paths = [c.path for c in record.clauses if c.start <= start < c.end]
    return paths[-1] if paths else ""


def _lost(c: Correction) -> s.Doubt:
    where = f"mục {c.clause}, " if c.clause else ""
    detail = (
        f"Nhiệm vụ đã được người dùng sửa không còn thấy: “{shortened(c.text)}” ({where}mã {c.id})"
    )
    return s.Doubt(kind="correction_lost", detail=detail)
