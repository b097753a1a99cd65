"""The worker's end of the sandbox: reads calls from standard input, answers on standard output.

A frame is one byte of kind, eight bytes of length and a body. A call is a request (JSON) and the
data; its answer is any number of steps and blobs and then the reply (JSON).
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO, Any

from extractor.errors import ReadError

FOLDER = "nhiemvu-"  # how the names of workers' own folders begin
REPLY, BLOB, STEP = b"R", b"B", b"S"
_LENGTH = 8
_LARGE = 400_000_000  # bytes: a worker that keeps more serves no longer
_tell: Callable[[int, int], None] | None = None


def write_frame(file: IO[bytes], kind: bytes, body: bytes) -> None:
    """One frame; the caller flushes."""
    file.write(kind + len(body).to_bytes(_LENGTH))
    file.write(body)


def read_frame(file: IO[bytes], room: float = math.inf) -> tuple[bytes, bytes] | None:
    """Kind and body; None where the other end is gone; OverflowError where it is over `room`."""
    head = file.read(1 + _LENGTH)
    if len(head) <= _LENGTH:
        return None
    length = int.from_bytes(head[1:])
    if length > room:
        raise OverflowError
    body = file.read(length)
    return (head[:1], body) if len(body) == length else None


def step(done: int, total: int) -> None:
    """Tell the parent how far a slow reader is; the next step has its own time."""
    if _tell is not None:
        _tell(done, total)


def serve() -> None:
    """Answer calls on standard input until it ends."""
    global _tell  # noqa: PLW0603 - one process, one parent
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb", 1 << 20)  # a wake of the parent an answer
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)  # what a library prints must not reach the parent as an answer
    _end_with_parent(requests)
    while (request := read_frame(requests)) is not None:
        data = read_frame(requests)
        if data is None:
            return
        asked = json.loads(request[1])
        _limit(asked["memory"], asked["file"])
        _limit_cpu(asked["cpu"])

        def tell(done: int, total: int, cpu: int = asked["cpu"]) -> None:
            _limit_cpu(cpu)
            write_frame(answers, STEP, json.dumps([done, total]).encode())
            answers.flush()

        _tell = tell
        blobs, reply = _answer(asked["function"], asked["argument"], data[1])
        for blob in blobs:
            write_frame(answers, BLOB, blob)
        reply["last"] = "limit" in reply or _held() > _LARGE
        write_frame(answers, REPLY, json.dumps(reply).encode())
        answers.flush()
    _clear()


def _clear() -> None:
    """Remove the folder that the parent gave us and, killed, cannot remove itself."""
    from shutil import rmtree

    folder = os.environ.get("TMPDIR", "")
    if os.path.basename(folder).startswith(FOLDER):  # noqa: PTH119
        rmtree(folder, ignore_errors=True)


def _answer(function: str, argument: Any, data: bytes) -> tuple[Sequence[bytes], dict[str, Any]]:
    from importlib import import_module

    try:
        module, name = function.split(":")
        value, blobs = getattr(import_module(module), name)(argument, data)
    except ReadError as error:
        return (), {"error": str(error)}
    except MemoryError:
        return (), {"limit": "memory"}
    except RecursionError:
        return (), {"error": "lồng quá sâu"}
    except Exception as error:  # noqa: BLE001 - a parser's failure is this file's, not the run's
        return (), {"error": f"bộ đọc gặp lỗi: {error!r:.200}"}
    return blobs, {"value": value}


if sys.platform == "win32":

    def _end_with_parent(requests: IO[bytes]) -> None: ...
    def _limit(memory: int, file: int) -> None: ...
    def _limit_cpu(seconds: int) -> None: ...
    def _held() -> int:
        return 0

else:
    import resource
    import select
    import threading

    def _end_with_parent(requests: IO[bytes]) -> None:
        """A parent that is killed ends no calls: one that hangs would stay for ever."""
        hangup = select.poll()
        hangup.register(requests, 0)

        def watch() -> None:
            hangup.poll()
            _clear()
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()

    def _limit(memory: int, file: int) -> None:
        for kind, value in (
            (resource.RLIMIT_AS, memory),
            (resource.RLIMIT_FSIZE, file),
            (resource.RLIMIT_CORE, 0),
        ):
            _, hard = resource.getrlimit(kind)
            soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
            with suppress(ValueError, OSError):  # macOS knows no limit of address space
                resource.setrlimit(kind, (soft, hard))

    def _limit_cpu(seconds: int) -> None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        soft = math.ceil(used.ru_utime + used.ru_stime) + seconds
        if hard != resource.RLIM_INFINITY:
            soft = min(soft, hard)
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))

    def _held() -> int:
        try:
            with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - no path to build
                return int(file.read().split()[1]) * resource.getpagesize()
        except OSError:  # no Linux: at least what it held at most, in bytes on macOS
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
