"""What is to happen to each task, told by comparing two lists; nothing here asks anybody."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from extractor.push import Change, Found, Task, mark


def plan(wanted: Sequence[Task], found: Iterable[Found], known: Collection[str]) -> list[Change]:
    """A change for each wanted task, in their order, then those that are gone.

    wanted: each key once. found: what the tracker holds of these tasks and of their notices.
    known: the keys of all tasks that were extracted, also of those not wanted now: what is among
    them is not gone.
    """
    there: dict[str, list[Found]] = {}
    for one in found:
        there.setdefault(one.key, []).append(one)
    changes = [_change(task, there.get(task.key, ())) for task in wanted]
    known = {*known, *(task.key for task in wanted)}
    for key in sorted(there.keys() - known):
        open_ones = [one for one in there[key] if not one.closed]
        changes += [Change("gone", key, found=one) for one in open_ones]
    return changes


def _change(task: Task, there: Sequence[Found]) -> Change:
    if not there:
        if task.done:
            return Change("closed", task.key, task, why="bảng theo dõi ghi đã xong")
        return Change("create", task.key, task)
    if len(there) > 1:
        why = f"mã này có {len(there)} lần ở hệ thống theo dõi; hãy bỏ bớt"
        return Change("conflict", task.key, task, there[0], why)
    (one,) = there
    if one.closed:
        return Change("closed", task.key, task, one)
    ours, theirs = task.mark(one.fields), mark(one.fields)
    if ours == theirs:  # whoever wrote it
        return Change("unchanged", task.key, task, one)
    if theirs == one.written:
        return Change("update", task.key, task, one)
    if ours == one.written:
        return Change("kept", task.key, task, one)
    return Change("conflict", task.key, task, one, "sửa ở cả hai nơi: " + _differing(task, one))


_NAMES = {
    "title": "nội dung",
    "due": "thời hạn",
    "recurrence": "chu kỳ",
    "lead": "chủ trì",
    "priority": "mức khẩn",
    "description": "mô tả",
}


def _differing(task: Task, found: Found) -> str:
    """The fields that differ, the shorter ones with both values."""
    told = []
    for name, theirs in found.fields.items():
        ours = task.fields[name]
        if ours != theirs:
            label = _NAMES.get(name, name)
            short = name in {"due", "lead"}
            told.append(f"{label} (ở đó “{theirs}”, ở đây “{ours}”)" if short else label)
    return ", ".join(told)
