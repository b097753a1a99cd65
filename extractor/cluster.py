"""Workers on other machines, over a Dask cluster: files' content out, their outcomes back.

Only this command reads files and writes anything. A task is some files' bytes and the job, with the
fingerprint of rules and tables; Dask's workers hand it to their sandbox, as the command would to
its own. A task whose worker is lost goes to another one; a result that is lost is made again, the same.
"""

from __future__ import annotations

import logging
import re
import socket
import warnings
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.errors import ExtractorError
from extractor.outcomes import TIMEOUT, File, Job, LostError, Outcome, answered, gathered

if TYPE_CHECKING:
    from distributed import Client

_ADDRESS = re.compile(r"(tcp|tls)://[^\s/]+:\d+")  # Dask hangs over some others
_PATIENCE = 10  # seconds to wait for a scheduler, and for its first worker
_THREADS = 1000  # that wait for tasks under way: they cost next to nothing, and start when needed
_DASK = {
    "distributed.admin.large-graph-warning-threshold": "1GB",  # a scan is no mistake
    "distributed.admin.low-level-log-length": 0,  # would keep a thousand messages, files and all
    "distributed.diagnostics.computations.nframes": 0,  # our source is nobody's statistics
}


class EngineError(ExtractorError):
    """The cluster cannot do it, or not any more."""


@contextmanager
def connected(scheduler: str) -> Iterator[Client]:
    """A client of the scheduler at an address like tcp://host:8786; EngineError where none serves.

    Certificates for tls:// come from Dask's own configuration. Nothing else is connected to.
    """
    try:
        import dask
        from distributed import Client
    except ModuleNotFoundError as error:
        if error.name not in ("dask", "distributed"):
            raise
        raise EngineError(
            "--engine dask cần gói chưa được cài ở đây: pip install 'nhiemvu[dask]'"
        ) from None
    if not _ADDRESS.fullmatch(scheduler):
        raise EngineError(f"{scheduler}: địa chỉ phải có dạng tcp://host:8786 hoặc tls://host:8786")
    if scheduler.startswith("tls:") and not dask.config.get("distributed.comm.tls.ca-file"):
        raise EngineError(f"{scheduler}: chưa có chứng thư TLS trong cấu hình của Dask")
    for name in ("distributed", "distributed.client"):  # what matters is told in our words
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with dask.config.set(_DASK), warnings.catch_warnings(action="ignore"):
        try:
            client = Client(  # type: ignore[no-untyped-call]
                scheduler, timeout=_PATIENCE, set_as_default=False, direct_to_workers=False
            )
        except (OSError, RuntimeError) as error:
            raise EngineError(f"{scheduler}: không kết nối được ({error})") from error
        with client:
            try:
                client.wait_for_workers(1, _PATIENCE)
            except TimeoutError:
                raise EngineError(f"{scheduler}: chưa có máy nào nhận việc") from None
            yield client


def in_cluster(
    files: Iterable[Path], job: Job, client: Client, timeout: float = TIMEOUT
) -> Generator[Outcome]:
    """The outcomes as they are ready; under way are at most two requests for each of the workers' threads.

    The job's tables must stand on every worker where they stand here. timeout: seconds for a
    notice, or a page of a scan. EngineError where the scheduler is gone, or a worker is not as we are.
    """
    there = replace(
        job,
        gazetteer=tuple(str(Path(d).absolute()) for d in job.gazetteer),
        previous=job.previous and str(Path(job.previous).absolute()),
    )
    there = replace(there, fingerprint=there.settings())

    def call(files: Sequence[File]) -> list[Outcome]:
        with _in_our_words():
            return client.submit(answer, there, files, timeout, pure=False).result()

    def room() -> int:
        with _in_our_words():
            return 2 * sum(client.nthreads().values())  # type: ignore[no-untyped-call]

    yield from gathered(files, call, _THREADS, room)


_LOST = "mất liên lạc với cụm máy; chạy lại với --resume để làm tiếp"


@contextmanager
def _in_our_words() -> Iterator[None]:
    """What Dask raises as what it means for the run."""
    from distributed import KilledWorker
    from distributed.comm.core import CommClosedError

    try:
        yield
    except ExtractorError:
        raise
    except KilledWorker as error:
        times = error.allowed_failures + 1
        raise LostError(f"máy nhận việc dừng đột ngột, {times} lần") from None
    except (CancelledError, CommClosedError):
        raise EngineError(_LOST) from None
    except Exception as error:
        said = (str(error) or repr(error)).splitlines()[0]
        if isinstance(error, OSError) and "trying to connect" in said:
            # a slow machine: the client tried until its own patience ended
            raise EngineError(_LOST) from None
        raise EngineError(
            f"cụm máy không làm được ({said}); mọi máy phải có cùng một bản nhiemvu"
        ) from error


# --- on another machine -------------------------------------------------------------------------


def answer(job: Job, files: Sequence[File], timeout: float) -> list[Outcome]:
    """The outcomes of files, from this machine's sandbox; EngineError where we are not the same here."""
    if _settings(job) != job.fingerprint:
        raise EngineError(
            f"{socket.gethostname()}: phiên bản, quy tắc hoặc bảng ở máy này khác với nơi giao việc"
        )
    return answered(job, files, timeout=timeout)


@cache
def _settings(job: Job) -> str:
    return job.settings()
