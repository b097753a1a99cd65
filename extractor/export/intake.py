"""Edits brought home: into the records, and into the corrections kept beside each notice.

Nothing is taken away silently: a task that the file does not have stays, a row that fits no task is
told and left for the person to mend; giving the file again changes nothing more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from extractor import corrections as c
from extractor.content import stored_at
from extractor.errors import ReadError
from extractor.export.edits import Edit, Edits
from extractor.schema import Record, Task, Values
from extractor.show import title, vietnamese_date


@dataclass
class Intake:
    """What an import does. told: one line a change; problems: what could not go in; counts by name."""

    records: list[Record]
    corrections: dict[Path, c.Corrections] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    changed: int = 0
    added: int = 0
    removed: int = 0
    missing: int = 0


def intake(
    records: Sequence[Record], edits: Edits, *, root: Path, text: Callable[[Record], str]
) -> Intake:
    """The records with the edits in them, and the corrections to store, by path.

    root: the folder in which the notices' paths are looked up. text: a notice's text; ReadError
    where it is not at hand. Nothing is written here. ReadError where stored corrections are broken.
    """
    found = Intake(list(records), problems=list(edits.problems))
    places: dict[str, list[int]] = {}
    for n, record in enumerate(records):
        for task in record.tasks:
            places.setdefault(task.id, []).append(n)
    met: set[tuple[int, str]] = set()
    new: dict[int, list[c.Correction]] = {}
    for edit in edits.found:
        if not edit.id:
            met |= _add(found, edit, text, new)
        elif edit.id not in places:
            # taken out by an earlier import, or gone and nobody had anything to say about it
            if edit.changes and edit.changes.get("status") != c.NOT_A_TASK:
                found.problems.append(
                    f"{edit.where}: không có nhiệm vụ mã {edit.id} (đã mất, hoặc rút lại không kèm --previous); "
                    "hàng này chưa được nhận"
                )
        else:
            n = next(n for n in places[edit.id] if (n, edit.id) not in met)
            met.add((n, edit.id))
            task = next(t for t in records[n].tasks if t.id == edit.id)
            if edit.changes:
                new.setdefault(n, []).append(c.correction(task, edit.changes))
                found.told.extend(_changes(records[n], task, edit.changes))
    touched = {n for n, _ in met}
    for n in sorted(touched):
        gone = [t for t in records[n].tasks if (n, t.id) not in met]
        found.missing += len(gone)
        found.told.extend(
            f"{_name(records[n], t)}: không có trong tệp sửa, giữ nguyên" for t in gone
        )
    for n, told in sorted(new.items()):
        _apply(found, n, told, root)
    return found


def _add(
    found: Intake, edit: Edit, text: Callable[[Record], str], new: dict[int, list[c.Correction]]
) -> set[tuple[int, str]]:
    """A task that a person found, placed where its words stand; the same given again is told apart."""
    fits = [n for n, r in enumerate(found.records) if edit.document in {title(r), r.notice.number}]
    if not edit.document and len(found.records) == 1:
        fits = [0]
    if len(fits) != 1:
        found.problems.append(
            f"{edit.where}: nhiệm vụ thêm cần ghi đúng văn bản giao (cột “Văn bản giao”)"
        )
        return set()
    record = found.records[fits[0]]
    try:
        correction = c.added(edit.words, edit.changes, record, text(record))
    except ReadError as error:
        found.problems.append(f"{edit.where}: {error}")
        return set()
    if correction is None:
        found.problems.append(
            f"{edit.where}: nhiệm vụ thêm cần trích nguyên văn đúng như trong văn bản"
        )
        return set()
    if _stands(correction, record.tasks):
        return {(fits[0], correction.id)}  # given a second time
    new.setdefault(fits[0], []).append(correction)
    found.told.append(f"{title(record)}: thêm nhiệm vụ ở mục {correction.clause or '–'}")
    return set()


def _stands(new: c.Correction, tasks: Sequence[Task]) -> bool:
    return any(t.id == new.id for t in tasks)


def _apply(found: Intake, n: int, told: list[c.Correction], root: Path) -> None:
    """Put the corrections into a record and beside its notice."""
    record = found.records[n]
    source = record.notice.source
    by_id = {x.id: x for x in told}
    tasks = [c.revised(t, by_id[t.id].values, record) if t.id in by_id else t for t in record.tasks]
    new = [c.added_task(x, record) for x in told if x.added and not _stands(x, record.tasks)]
    kept = [t for t in (*tasks, *new) if c.values(t)["status"] != c.NOT_A_TASK]
    found.records[n] = record.model_copy(update={"tasks": c.in_order(kept)})
    found.added += len(new)
    found.removed += len(tasks) + len(new) - len(kept)
    found.changed += len(told) - len(new)
    if source.path is None:
        found.problems.append(
            f"{title(record)}: không biết tệp văn bản nằm đâu, chỉ sửa trong kết quả"
        )
        return
    path = root / source.path
    if not path.parent.is_dir():
        found.problems.append(f"{path}: không còn thư mục này, chỉ sửa trong kết quả")
        return
    if source.member is None and path.is_file() and _hash(path) != source.sha256:
        found.told.append(
            f"{path}: văn bản đã thay đổi từ khi rút; chỗ sửa vẫn được lưu, lần rút sau tìm lại theo lời văn"
        )
    place = stored_at(path)
    before = found.corrections.get(place) or c.stored(path) or c.Corrections()
    ours = c.NoticeCorrections(member=source.member, sha256=source.sha256, tasks=tuple(told))
    found.corrections[place] = before.with_notice(c.merged(before.of(source.member), ours))


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _name(record: Record, task: Task) -> str:
    return f"{title(record)}, mục {task.clause or '–'} ({task.id})"


def _changes(record: Record, task: Task, changes: Values) -> Iterator[str]:
    before = c.values(task)
    for name, value in changes.items():
        yield f"{_name(record, task)}: {c.LABELS[name]}: {_said(name, before[name])} → {_said(name, value)}"


def _said(name: str, value: str | tuple[str, ...] | None) -> str:
    if not value:
        return "(trống)"
    if isinstance(value, tuple):
        return "; ".join(value)
    return vietnamese_date(value) if name == "due" else value
