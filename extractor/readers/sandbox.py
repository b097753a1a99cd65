"""A process beside ours in which the files of strangers are parsed, each within its limits.

`call` sends bytes to a function in a worker process and brings back what it returns. A worker
serves one call after another, so a batch does not pay for an interpreter per file; it is replaced
when a call breaks a limit, ends it, or leaves it large. Threads that call at once get one each.

What comes back is JSON and plain bytes, never pickle: a parser that was taken over cannot run
code here. The limits on memory, processor time and written files need Unix; those on wall time
and output hold everywhere.
"""

from __future__ import annotations

import atexit
import json
import math
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from shutil import rmtree
from tempfile import mkdtemp
from time import monotonic
from typing import Any

from extractor.errors import LimitError, ReadError
from extractor.readers.worker import BLOB, FOLDER, REPLY, read_frame, write_frame

Progress = Callable[[int, int], None]
"""Told (done, total) by a slow reader: the pages of a scan."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may use; a call that tells its progress has `cpu` and `wall` for each step.

    memory: bytes of address space; cpu, wall: seconds, of wall time a process that is new has START
    more; output: bytes that come back; file: bytes of any one file that the worker or a program
    that it starts may write.
    """

    memory: int = 2_000_000_000
    cpu: int = 30
    wall: float = 60
    output: int = 200_000_000
    file: int = 200_000_000


DEFAULT = Limits()
START = 20  # on a busy machine it takes that to load what a first call needs


@dataclass(frozen=True, slots=True)
class Answer:
    """What the function returned: a JSON value and bytes beside it."""

    value: Any
    blobs: tuple[bytes, ...] = ()


def call(
    function: str,
    argument: Any,
    data: bytes,
    *,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Run `function` ("module:name", called with argument and data) in a worker.

    limits: DEFAULT where none are given. argument: a JSON value. The function returns a JSON value and a sequence of bytes.
    LimitError where a limit was broken, ReadError for all else that went wrong there; what the
    two say does not name the file unless the function did.
    """
    worker = _take()
    _busy.add(worker)
    try:
        return worker.ask(function, argument, data, limits or DEFAULT, progress)
    finally:
        _busy.discard(worker)
        if worker.spent:
            worker.end()
        else:
            _idle.append(worker)


class _Worker:
    """The parent's end of one worker process. fresh: not asked yet; spent: it must not be asked again."""

    def __init__(self) -> None:
        # The worker finds modules where we do, but -P: a file `lxml.py` in the folder that someone
        # works in must not be imported. A session of its own: what it starts ends with it.
        self.folder = mkdtemp(prefix=FOLDER)  # what a killed worker leaves behind
        search = os.pathsep.join(os.path.abspath(p) for p in sys.path)  # noqa: PTH100
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", "from extractor.readers.worker import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": search, "TMPDIR": self.folder, "OMP_THREAD_LIMIT": "1"},
            start_new_session=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.into, self.out = self.process.stdin, self.process.stdout
        self.fresh, self.spent = True, False
        self.clock = _Clock(self.kill)

    def ask(
        self,
        function: str,
        argument: Any,
        data: bytes,
        limits: Limits,
        progress: Progress | None,
    ) -> Answer:
        """The function's answer; see `call`."""
        self.spent = True  # until it has answered
        request = {
            "function": function,
            "argument": argument,
            "memory": limits.memory,
            "cpu": limits.cpu,
            "file": limits.file,
        }
        self.clock.start(limits.wall + START * self.fresh)
        self.fresh = False
        try:
            with suppress(BrokenPipeError):  # it is gone: reading says how
                write_frame(self.into, REPLY, json.dumps(request).encode())
                write_frame(self.into, BLOB, data)
                self.into.flush()
            blobs: list[bytes] = []
            room = limits.output
            while True:
                try:
                    frame = read_frame(self.out, room)
                except OverflowError:
                    raise LimitError("output") from None
                if frame is None:
                    raise self.death()
                kind, body = frame
                room -= len(body)
                if kind == BLOB:
                    blobs.append(body)
                    continue
                reply = json.loads(body)
                if kind == REPLY:
                    break
                self.clock.start(limits.wall)
                if progress is not None:
                    progress(*reply)
        finally:
            self.clock.stop()
        self.spent = reply["last"] or self.clock.rang
        if "limit" in reply:
            raise LimitError(reply["limit"])
        if "error" in reply:
            raise ReadError(reply["error"])
        return Answer(reply["value"], tuple(blobs))

    def death(self) -> ReadError:
        """Why the worker is gone."""
        self.kill()
        status = self.process.wait()
        if self.clock.rang:
            return LimitError("wall")
        if sys.platform != "win32" and status == -signal.SIGXCPU:
            return LimitError("cpu")
        how = signal.Signals(-status).name if status < 0 else f"mã {status}"
        return ReadError(f"bộ đọc dừng đột ngột ({how})")

    def kill(self) -> None:
        """End the worker and all that it started, at once."""
        if sys.platform == "win32":
            self.process.kill()
        else:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def end(self) -> None:
        """End the worker and leave nothing behind."""
        self.clock.end()
        if self.process.returncode is None:
            self.kill()
        with suppress(BrokenPipeError):
            self.into.close()
        self.out.close()
        self.process.wait()
        rmtree(self.folder, ignore_errors=True)


class _Clock:
    """Calls `ring` where a call is not over in its time; one timer serves many calls.

    It is not set anew for each: when it goes off early it is wound up for what is left.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        self.ring, self.rang = ring, False
        self._until: float | None = None  # of the call under way
        self._timer: threading.Timer | None = None
        self._due = math.inf  # when the timer goes off
        self._lock = threading.Lock()

    def start(self, seconds: float) -> None:
        """A call begins, or its next step."""
        with self._lock:
            self._until = monotonic() + seconds
            if self._until < self._due:
                self._wind(seconds)

    def stop(self) -> None:
        """The call is over."""
        with self._lock:
            self._until = None

    def end(self) -> None:
        """No more calls come."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()

    def _wind(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._due = monotonic() + seconds
        self._timer = threading.Timer(seconds, self._off)
        self._timer.daemon = True
        self._timer.start()

    def _off(self) -> None:
        with self._lock:
            self._due = math.inf
            if self._until is None or self.rang:
                return
            if (left := self._until - monotonic()) > 0:
                self._wind(left)
                return
            self.rang = True
        self.ring()


_idle: list[_Worker] = []  # append and pop are atomic
_busy: set[_Worker] = set()


def _take() -> _Worker:
    while _idle:
        worker = _idle.pop()
        if worker.process.poll() is None:
            return worker
        worker.end()
    return _Worker()


def stop() -> None:
    """End the calls under way: each is a ReadError to its caller."""
    for worker in tuple(_busy):
        worker.kill()


@atexit.register
def close() -> None:
    """End the idle workers; later calls start new ones."""
    while _idle:
        _idle.pop().end()


_others: list[_Worker] = []  # a parent's, seen from a forked child: neither used nor ended here


def _forked() -> None:
    _others.extend(_idle)
    _idle.clear()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_forked)
