"""Which task is which: tasks keep their ids although the text was corrected or clauses moved.

A wrong id is worse than a new one, it would overwrite another task in a tracker. So an id passes on
only to a task of the same notice whose words are the same or nearly so; the others get an id that
no earlier task had, and what was found earlier and is not any more is told as a doubt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from rapidfuzz import fuzz

from extractor.records import notice_key_of
from extractor.schema import Doubt, Notice, Record, Task
from extractor.text import one_line

LEAST_LIKENESS = (
    80  # per cent of letters; keeps all ids with 1% of letters misread and dates corrected
)


class Known(NamedTuple):
    """What a task is known by: its id, its clause's path, its words."""

    id: str
    clause: str
    text: str


def known(task: Task) -> Known:
    """What a task of a record is known by."""
    return Known(task.id, task.clause, task.text)


def matched(old: Sequence[Known], new: Sequence[Known]) -> dict[int, int]:
    """Index of a new task -> index of the old task that it is; each old one is given once.

    First equal words in their order, so that the same sentence under two clauses stays apart; then
    the most alike of the rest, and of equally alike ones the same clause, then the nearest place.
    """
    before, after = [_folded(x) for x in old], [_folded(x) for x in new]
    found: dict[int, int] = {}
    for i, j, size in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        found |= {j + k: i + k for k in range(size)}
    taken = set(found.values())
    alike = [
        (-score, old[i].clause != new[j].clause, abs(i - j), i, j)
        for i in range(len(old))
        if i not in taken
        for j in range(len(new))
        if j not in found
        and (score := fuzz.ratio(before[i], after[j], score_cutoff=LEAST_LIKENESS))
    ]
    for *_, i, j in sorted(alike):
        if i not in taken and j not in found:
            found[j] = i
            taken.add(i)
    return found


def _folded(task: Known) -> str:
    return one_line(task.text).casefold()


def with_ids(
    tasks: Sequence[Task], given: Mapping[int, str], taken: Iterable[str]
) -> tuple[Task, ...]:
    """The tasks with the ids given by index; no other task may have one of those or of `taken`."""
    used = {*given.values(), *taken}
    found = []
    for k, task in enumerate(tasks):
        id_, n = given.get(k) or task.id, 1
        while k not in given and id_ in used:
            n += 1
            id_ = hashlib.sha256(f"{task.id}\n{n}".encode()).hexdigest()[:16]
        used.add(id_)
        found.append(task if id_ == task.id else task.model_copy(update={"id": id_}))
    return tuple(found)


class Previous:
    """An earlier output, whose ids the tasks of a new one take over.

    A notice is the same by number, date and issuer, first in the same file, then in any; else by its file.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self._found: dict[tuple[str | None, ...], tuple[Known, ...]] = {}
        for record in records:
            tasks = tuple(map(known, record.tasks))
            for name in _names(record.notice):
                self._found.setdefault(name, tasks)

    def carried(self, record: Record) -> Record:
        """The record with the ids that its tasks had, and a doubt for each earlier task that is gone."""
        names = _names(record.notice)
        old = next((self._found[name] for name in names if name in self._found), ())
        if not old:
            return record
        found = matched(old, [known(t) for t in record.tasks])
        if not found and (notice_key_of(record.notice),) not in self._found:
            return record  # another notice under the file's old name
        given = {j: old[i].id for j, i in found.items()}
        gone = [x for i, x in enumerate(old) if i not in set(found.values())]
        return record.model_copy(
            update={
                "tasks": with_ids(record.tasks, given, (x.id for x in old)),
                "doubts": (*record.doubts, *map(_gone, gone)),
            }
        )


def shortened(text: str, width: int = 80) -> str:
    """The beginning of a task's words, for a message."""
    words = one_line(text)
    return words if len(words) <= width else words[: width - 1] + "…"


def _names(notice: Notice) -> Iterator[tuple[str | None, ...]]:
    """What tells a notice from others, the surest first."""
    key, source = notice_key_of(notice), notice.source
    yield key, source.path, source.member
    yield (key,)
    if source.path:
        yield source.path, source.member


def _gone(task: Known) -> Doubt:
    where = f"mục {task.clause}, " if task.clause else ""
    return Doubt(
        kind="task_gone",
        detail=f"Lần trước có nhiệm vụ “{shortened(task.text)}” ({where}mã {task.id}), nay không thấy",
    )
