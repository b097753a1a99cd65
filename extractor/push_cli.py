"""`nhiemvu push`: tasks of a run into an office's tracker."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tomli
import typer

from extractor.terminal import FAILED, check_output, put, say, stop

if TYPE_CHECKING:
    from extractor.push import Change, Settings
    from extractor.push.run import Done

_LABELS = {  # outcome -> what it is called; in the order in which they are told
    "create": "Tạo mới",
    "update": "Cập nhật",
    "kept": "Giữ bản người khác đã sửa",
    "conflict": "Xung đột, không ghi",
    "closed": "Đã đóng, không ghi",
    "gone": "Không còn thấy trong văn bản, để nguyên",
}


def push(
    tasks: Annotated[Path, typer.Argument(metavar="TASKS.jsonl", help="Kết quả của extract.")],
    to: Annotated[
        str, typer.Option("--to", metavar="ĐÍCH", help="redmine, caldav, hoặc đích cài thêm.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Chỉ nêu sẽ làm gì, không ghi.")
    ] = False,
    only_sure: Annotated[
        bool, typer.Option("--only-sure", help="Bỏ qua nhiệm vụ còn điểm cần xem lại.")
    ] = False,
    settings: Annotated[
        Path | None,
        typer.Option(
            "--settings",
            metavar="FILE.toml",
            help="Địa chỉ, tên, mật khẩu theo bảng [ĐÍCH]; biến môi trường NHIEMVU_ĐÍCH_... thắng.",
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", metavar="FILE.json", help="Ghi kết quả của từng nhiệm vụ vào đây."
        ),
    ] = None,
) -> None:
    """Đưa nhiệm vụ vào hệ thống theo dõi: lập kế hoạch trước, rồi chỉ làm đúng thế."""
    from extractor import push as pushing
    from extractor.jsonl import read_records
    from extractor.push.lock import alone
    from extractor.push.plan import plan
    from extractor.push.run import run
    from extractor.push.tasks import tasks as tasks_of

    if report is not None:
        check_output(report)
    if to not in pushing.names():
        stop(f"--to nhận {', '.join(pushing.names())}, không phải {to!r}")
    wanted, known = tasks_of(read_records(tasks), only_sure=only_sure)
    if not wanted:
        stop(f"{tasks}: không có nhiệm vụ nào để đưa đi", FAILED)
    told = _settings(to, settings)
    target = pushing.target(told)
    if getattr(getattr(target, "web", None), "in_clear", False):
        say("Chú ý: địa chỉ http:// không mã hóa, mật khẩu đi qua mạng đọc được; nên dùng https://")
    failed = 0
    with nullcontext() if dry_run else alone(f"{to} {told.get('url')}"):
        changes = plan(
            wanted,
            target.find([t.key for t in wanted], {t.notice for t in wanted}),
            known,
        )
        put("".join(f"{line}\n" for line in _table(changes)))
        done = [] if dry_run else list(run(target, changes))
        for one in done:
            if one.error:
                failed += 1
                say(f"Lỗi: {_name(one.change)}: {one.error}")
    if report is not None:
        _write_report(report, to, changes, done, dry_run=dry_run)
    counts = Counter(change.outcome for change in changes)
    say(
        f"{counts['create']} tạo mới, {counts['update']} cập nhật, {counts['unchanged']} không đổi, "
        f"{counts['kept']} giữ bản người khác sửa, {counts['conflict']} xung đột, "
        f"{counts['closed']} đã đóng, {counts['gone']} không còn thấy, {failed} lỗi"
        + (" (chưa ghi gì)" if dry_run else "")
    )
    if failed or counts["conflict"]:
        raise typer.Exit(FAILED)


def _table(changes: Sequence[Change]) -> Iterator[str]:
    """What is to happen, by outcome; what stays as it is needs no line."""
    for outcome, label in _LABELS.items():
        some = [change for change in changes if change.outcome == outcome]
        if some:
            yield f"{label} ({len(some)}):"
            yield from (f"  {line}" for change in some for line in _lines(change))


def _write_report(
    path: Path, to: str, changes: Sequence[Change], done: Sequence[Done], *, dry_run: bool
) -> None:
    """All of the plan and what came of it, a line for each task."""
    from extractor.batch import replaced

    settled = {one.change.key: one for one in done}
    lines = []
    for planned in changes:
        one = settled.get(planned.key)
        change = one.change if one else planned
        task, found = change.task, change.found
        shown = task or found
        fields = shown.fields if shown else {}
        entry = {
            "key": change.key,
            "outcome": change.outcome,
            "document": task.document if task else "",
            "place": task.place if task else "",
            "title": fields.get("title", ""),
            "due": fields.get("due", ""),
            "link": found.link if found else "",
            "why": change.why,
            "error": one.error if one else "",
        }
        lines.append(json.dumps(entry, ensure_ascii=False))
    head = f'{{"to": {json.dumps(to)}, "dry_run": {json.dumps(dry_run)}, "tasks": [\n'
    try:
        with replaced(path) as file:
            file.write((head + ",\n".join(lines) + "\n]}\n").encode("utf-8", "backslashreplace"))
    except OSError as error:
        stop(f"{path}: không ghi được ({error.strerror or error})", FAILED)


def _lines(change: Change) -> Iterator[str]:
    from extractor.identity import shortened
    from extractor.show import vietnamese_date

    one = change.task or change.found
    fields = one.fields if one else {}
    due = fields.get("due", "")
    when = f"hạn {vietnamese_date(due[:10])}" if due else "không có ngày"
    yield f"{_name(change)} | {when} | {shortened(fields.get('title', ''))}"
    if change.why:
        yield f"    {change.why}"


def _name(change: Change) -> str:
    task = change.task
    where = ", ".join(x for x in (task.document, task.place) if x) if task else ""
    return f"{change.key} | {where}" if where else change.key


def _settings(target: str, path: Path | None) -> Settings:
    """The target's table in the file, and over it what the environment says."""
    from extractor.push import PushError, Settings, variable

    values: dict[str, str] = {}
    if path is not None:
        try:
            with path.open("rb") as file:
                table = tomli.load(file).get(target, {})
        except OSError as error:
            raise PushError(f"{path}: không đọc được ({error.strerror or error})") from error
        except ValueError as error:  # its message may quote the line, and that a password
            raise PushError(f"{path}: không phải TOML hợp lệ") from error
        if not isinstance(table, dict):
            raise PushError(f"{path}: cần một bảng [{target}]")
        values = {name: str(value) for name, value in table.items()}
        if os.name == "posix" and path.stat().st_mode & 0o077:
            say(f"Chú ý: {path}: người khác trên máy đọc được; nên chmod 600")
    start = variable(target, "")
    values |= {
        k.removeprefix(start).lower(): v for k, v in os.environ.items() if k.startswith(start)
    }
    return Settings(target, values)
