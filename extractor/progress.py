"""What a run tells the person, or the program, that started it; all on standard error.

A `Teller` counts what it hears. This one tells failures and a line at the end; `Bar` draws a
progress bar and a table in a terminal; `Log` writes a line of JSON for each file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from extractor.batch import Failure
from extractor.outcomes import Outcome
from extractor.terminal import say

if TYPE_CHECKING:
    from extractor.readers.sandbox import Progress

_NAMED = 20  # notices without tasks that are named at the end; the report has all


@contextmanager
def pages(path: Path) -> Iterator[Progress | None]:
    """Who is told how far one scan is: a bar, made when there is something to tell, in a terminal only."""
    with ExitStack() as stack:
        bars: list[Bar] = []

        def told(done: int, total: int) -> None:
            if not bars:
                bars.append(stack.enter_context(Bar(1)))
            bars[0].page(path, done, total)

        yield told if sys.stderr.isatty() else None


class Teller:
    """Counts outcomes; failures are told at once. all_tasks: a notice without tasks has none at all."""

    def __init__(self, *, quiet: bool = False, all_tasks: bool = True) -> None:
        self.quiet, self.all_tasks = quiet, all_tasks
        self.files = self.taken_over = self.without_tasks = 0
        self.notices = self.tasks = self.deadlines = self.doubts = self.failures = 0
        self.named: list[str] = []
        self._start = monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def page(self, path: Path, done: int, total: int) -> None:
        """Hear how far a scan is."""

    def folder(self, failure: Failure) -> None:
        """Hear of a path that gave no files."""
        self.failures += 1
        self.fail(failure.message)

    def file(self, outcome: Outcome) -> None:
        """Hear what came of a file."""
        self.files += 1
        self.notices += outcome.notices
        self.tasks += outcome.tasks
        self.deadlines += outcome.deadlines
        self.doubts += outcome.doubts
        self.taken_over += outcome.taken_over
        self.failures += len(outcome.failures)
        self.without_tasks += len(outcome.without_tasks)
        self.named += outcome.without_tasks[: _NAMED - len(self.named)]
        for message in outcome.failures:
            self.fail(message)

    def fail(self, message: str) -> None:
        """Tell a failure."""
        say(f"Lỗi: {message}")

    def end(self) -> None:
        """Tell the sum."""
        if self.quiet:
            return
        self.sum()
        for path in self.named:
            say(f"Không thấy nhiệm vụ: {path}")
        if more := self.without_tasks - len(self.named):
            say(f"Không thấy nhiệm vụ: {more} văn bản khác")

    def sum(self) -> None:
        """Tell the counts."""
        say(
            f"{self.notices} văn bản, {self.tasks} nhiệm vụ, {self.deadlines} thời hạn, "
            f"{self.doubts} điểm cần xem lại, {self.failures} lỗi"
            + (f", {self.taken_over} tệp không đổi" if self.taken_over else "")
        )

    def note(self, message: str) -> None:
        """Tell something about the run itself."""
        say(message)

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return monotonic() - self._start


class Log(Teller):
    """One JSON object a line: `{"event": "file", ...}` for each file, at the end `"sum"`."""

    def file(self, outcome: Outcome) -> None:
        """Write what came of a file."""
        super().file(outcome)
        head = outcome.head()
        for name in ("sha256", "seconds"):
            del head[name]
        self._write("file", **head, done=self.files)

    def fail(self, message: str) -> None:
        """Write a folder's failure; a file's stand in its own line."""

    def folder(self, failure: Failure) -> None:
        """Write what was wrong with a folder."""
        super().folder(failure)
        self._write("folder", path=str(failure.path), failures=[failure.message])

    def end(self) -> None:
        """Write the counts."""
        counts = ("files", "notices", "tasks", "deadlines", "doubts", "failures", "taken_over")
        self._write("sum", **{name: getattr(self, name) for name in counts})

    def note(self, message: str) -> None:
        """Write something about the run itself."""
        self._write("note", message=message)

    def _write(self, event: str, **more: Any) -> None:
        # ASCII: a file name of bytes that are no UTF-8 must not stop the run
        say(json.dumps({"event": event, "seconds": round(self.seconds, 3)} | more))


class Bar(Teller):
    """A bar with rate, time left and what was found so far, one for the pages of a scan; then a table."""

    def __init__(self, total: int, *, all_tasks: bool = True) -> None:
        super().__init__(all_tasks=all_tasks)
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self.console = Console(stderr=True)
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[found]}"),
            console=self.console,
            transient=True,
        )
        self.whole = self.bar.add_task(
            "Đang đọc", total=total, visible=total > 1, rate="", found=""
        )
        self.scan = self.bar.add_task("", visible=False, rate="", found="")

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def page(self, path: Path, done: int, total: int) -> None:
        """Show how far a scan is."""
        self.bar.update(
            self.scan,
            description=f"{path.name}: nhận dạng chữ",
            completed=done,
            total=total,
            visible=done < total,
        )

    def file(self, outcome: Outcome) -> None:
        """Show how far the run is, and what was found."""
        super().file(outcome)
        speed = self.bar.tasks[self.whole].speed
        self.bar.update(
            self.whole,
            completed=self.files,
            rate=f"{speed:.1f} tệp/giây" if speed else "",
            found=f"{self.tasks} nhiệm vụ, {self.failures} lỗi",
        )

    def sum(self) -> None:
        """Show the counts as a table; of a single notice, as a line."""
        if self.files < 2:
            super().sum()
            return
        from rich.table import Table

        table = Table(show_header=False)
        table.add_column()
        table.add_column(justify="right")
        seconds = self.seconds
        for name, value in (
            ("Tệp", self.files),
            ("… không đổi, lấy lại từ lần trước", self.taken_over),
            ("Văn bản", self.notices),
            ("Nhiệm vụ", self.tasks),
            ("Thời hạn", self.deadlines),
            ("Điểm cần xem lại", self.doubts),
            ("Văn bản không thấy nhiệm vụ", self.without_tasks),
            ("Lỗi", self.failures),
        ):
            table.add_row(name, f"{value}")
        table.add_row("Thời gian", f"{seconds:.1f} giây")
        table.add_row("Tốc độ", f"{self.files / seconds:.1f} tệp/giây" if seconds else "")
        self.console.print(table)
