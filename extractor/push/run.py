"""Carrying a plan out: task by task, each settled before the next, and read back at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extractor.push import Change, Found, PushError, RefusedError, Target, UnsureError, mark


@dataclass(frozen=True)
class Done:
    """A change that was carried out; or why it was not, in words for a person."""

    change: Change
    error: str = ""


def run(target: Target, changes: Sequence[Change]) -> Iterator[Done]:
    """Write what is to be created or updated; nothing else is touched.

    A refused task costs only itself. Where no task can be written, those left are told untried.
    """
    stopped = ""
    written = []
    for change in changes:
        if change.outcome not in {"create", "update"}:
            continue
        if stopped:
            yield Done(change, f"chưa thử, vì {stopped}")
            continue
        try:
            _settled(target, change)
        except RefusedError as error:
            yield Done(change, str(error))
        except PushError as error:
            stopped = str(error)
            yield Done(change, stopped)
        else:
            written.append(change)
    yield from _read_back(target, written)


def _settled(target: Target, change: Change) -> None:
    """Write a change; after a lost answer look whether it is there, for a second one may double it."""
    for again in (True, False):
        try:
            target.write(change)
        except UnsureError as lost:
            try:
                there = list(target.find([change.key], ()))
            except PushError as error:
                raise PushError(f"{lost}; không hỏi lại được: {error}") from lost
            if _stands(change, there):
                return
            if not (again and lost.again):
                raise RefusedError(str(lost)) from lost
        else:
            return


def _stands(change: Change, there: Sequence[Found]) -> bool:
    """Whether the tracker holds the task once, as it was to be written."""
    if change.task is None or len(there) != 1:
        return False
    (one,) = there
    return change.task.mark(one.fields) == one.written == mark(one.fields)


def _read_back(target: Target, changes: Sequence[Change]) -> Iterator[Done]:
    """What was written, looked up again in one go: servers drop what they do not know, silently."""
    there: dict[str, list[Found]] = {}
    if not changes:
        return
    try:
        for one in target.find([change.key for change in changes], ()):
            there.setdefault(one.key, []).append(one)
    except PushError as error:
        for change in changes:
            yield Done(change, f"đã ghi, nhưng không đọc lại được: {error}")
        return
    for change in changes:
        found = there.get(change.key, [])
        if _stands(change, found):
            yield Done(replace(change, found=found[0]))
        elif len(found) > 1:
            yield Done(change, f"mã này nay có {len(found)} lần ở hệ thống theo dõi; hãy bỏ bớt")
        else:
            yield Done(
                change, "đã ghi, nhưng đọc lại thấy khác: ai vừa sửa, hoặc máy chủ đổi nội dung"
            )
