"""What comes of each file of a run: in this process, or in several beside it.

`in_process` goes through the files one after another. `in_workers` asks the sandbox
(readers/sandbox.py), so a notice that hangs, or ends its process, costs only itself; outcomes then
come as they are ready. What either says of a file is the same, bytes and all. `gathered` does it
with any workers that can be sent files' content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from functools import cache, lru_cache, partial
from io import BytesIO
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from extractor import __version__
from extractor.batch import Failure, run
from extractor.content import Content
from extractor.errors import ExtractorError, LimitError, ReadError
from extractor.readers.plain import PlainReader

if TYPE_CHECKING:
    from extractor.api import Extractor
    from extractor.gazetteer import Gazetteer
    from extractor.schema import Record

TIMEOUT = 120.0  # seconds that a notice may take in a worker, or a page of a scan
_HANDFUL = 64_000  # bytes of plain text that a worker is asked for at a time
Progress = Callable[[Path, int, int], None]
"""Told a scan's path, the pages of it that are read, and how many it has."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked of every file of a run, in plain values that a worker can be told.

    gazetteer: folders with an office's own tables. as_of: an ISO date. previous: an earlier output.
    only: the natures of tasks that are kept, None for all. fingerprint: its `settings`, for workers
    that outlive a run and must know that a table has changed.
    """

    gazetteer: tuple[str, ...] = ()
    as_of: str | None = None
    previous: str | None = None
    only: tuple[str, ...] | None = None
    fingerprint: str | None = None

    def extractor(self, gazetteer: Gazetteer | None = None) -> Extractor:
        """What does the job; GazetteerError or ReadError from what it names. gazetteer: if loaded."""
        from extractor.api import Extractor
        from extractor.identity import Previous
        from extractor.jsonl import read_records

        previous = Previous(read_records(Path(self.previous))) if self.previous else None
        return Extractor(gazetteer=gazetteer or self.gazetteer, as_of=self.as_of, previous=previous)

    def settings(self) -> str:
        """SHA-256 over all that the output depends on beside the files: code, rules, tables, options.

        ReadError where a file of those cannot be read.
        """
        theirs = [f for d in self.gazetteer for f in sorted(Path(d).glob("*.csv"))]
        theirs += [Path(self.previous)] if self.previous else []
        options = (__version__, self.as_of, self.only and sorted(self.only))
        parts = (hashlib.sha256(repr(options).encode()).digest(), _ours(), *map(_sha256, theirs))
        return hashlib.sha256(b"".join(parts)).hexdigest()


@cache  # what a process has loaded does not change with the files
def _ours() -> bytes:
    """SHA-256 over code, rules and tables of this package; the same for a checkout and its wheel."""
    from extractor.registry import tables_dir

    package = Path(__file__).parent
    ours = sorted({*package.rglob("*.py"), *package.rglob("*.toml")})
    ours += sorted(tables_dir().glob("*.csv"))
    return hashlib.sha256(b"".join(map(_sha256, ours))).digest()


def _sha256(path: Path) -> bytes:
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError as error:
        raise ReadError(f"{path}: không đọc được ({error.strerror or error})") from error


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file.

    sha256: its `Content.digest`, None where it could not be read. records: its notices as JSON Lines.
    failures: what could not be read, each names the file. notes: what its reader had to repair.
    without_tasks: its notices in which no task was found, "path" or "path!/member".
    seconds: that it took. taken_over: from an earlier output, not read again.
    """

    path: str
    sha256: str | None = None
    records: bytes = b""
    notices: int = 0
    tasks: int = 0
    deadlines: int = 0
    doubts: int = 0
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    without_tasks: tuple[str, ...] = ()
    seconds: float = 0.0
    taken_over: bool = False

    def head(self) -> dict[str, Any]:
        """All but the records, as JSON values."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "records"}

    @classmethod
    def of(cls, head: dict[str, Any], records: bytes) -> Outcome:
        """The outcome whose `head` and records these are."""
        lists = {k: tuple(v) for k, v in head.items() if isinstance(v, list)}
        return cls(**(head | lists), records=records)


class File(NamedTuple):
    """A file's path, as it was named, and what stands there."""

    path: Path
    content: Content

    @classmethod
    def of(cls, path: Path) -> File:
        """The file at `path`; ReadError where it cannot be read."""
        return cls(path, Content.of(path))


def outcome(
    file: File,
    extractor: Extractor,
    only: Collection[str] | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """What comes of a file; whatever goes wrong with it is told in the outcome."""
    start = perf_counter()
    path, content = file
    notices = tasks = deadlines = doubts = 0
    lines: list[bytes] = []
    failures: list[str] = []
    notes: dict[str, None] = {}
    without_tasks: list[str] = []
    told = partial(progress, path) if progress else None
    for result in run(path, extractor, content, told):
        if progress and (lines or failures):
            progress(path, 0, 0)  # of many notices in a file, each has its own time
        if isinstance(result, Failure):
            failures.append(result.message)
            continue
        record = result.record if only is None else result.record.only(only)
        try:
            lines.append(record.to_json().encode("utf-8") + b"\n")
        except ValueError as error:  # a file name that no UTF-8 can hold
            failures.append(f"{path}: không ghi được thành JSON ({error})")
            continue
        notices += 1
        tasks += len(record.tasks)
        deadlines += sum(len(t.deadlines) for t in record.tasks)
        doubts += len(record.doubts) + sum(len(t.doubts) for t in record.tasks)
        notes |= {d.detail: None for d in record.doubts if d.kind == "reader"}
        if not record.tasks:
            without_tasks.append(_name(path, record))
    return Outcome(
        path=path.as_posix(),
        sha256=content.digest,
        records=b"".join(lines),
        notices=notices,
        tasks=tasks,
        deadlines=deadlines,
        doubts=doubts,
        failures=tuple(failures),
        notes=tuple(notes),
        without_tasks=tuple(without_tasks),
        seconds=perf_counter() - start,
    )


def _name(path: Path, record: Record) -> str:
    member = record.notice.source.member
    return f"{path}!/{member}" if member else str(path)


def in_process(
    files: Iterable[Path],
    extractor: Extractor,
    only: Collection[str] | None = None,
    progress: Progress | None = None,
) -> Generator[Outcome]:
    """The outcomes in the files' order."""
    for path in files:
        try:
            file = File.of(path)
        except ReadError as error:
            yield Outcome(path.as_posix(), failures=(str(error),))
        else:
            yield outcome(file, extractor, only, progress)


def in_workers(
    files: Iterable[Path],
    job: Job,
    workers: int,
    timeout: float = TIMEOUT,
    progress: Progress | None = None,
) -> Generator[Outcome]:
    """The outcomes as they are ready, from so many processes; few are under way at a time.

    timeout: seconds for a notice, or a page of a scan; then its process is ended. ExtractorError
    where no file can be right: a rule table is broken, or what `job` names.
    """
    from extractor.readers import sandbox

    call = partial(answered, job, timeout=timeout, progress=progress)
    try:
        # one more each than can run, so that no worker waits for us
        yield from gathered(files, call, workers, lambda: 2 * workers)
    finally:
        sandbox.stop()


class LostError(ReadError):
    """A worker ended that had other calls, too: it need not have been over this one."""


def gathered(
    files: Iterable[Path],
    call: Callable[[Sequence[File]], list[Outcome]],
    threads: int,
    room: Callable[[], int],
) -> Generator[Outcome]:
    """The outcomes as they are ready, from calls in so many threads; `room` says how many may be under way.

    call: ReadError where its worker ended over what it was sent, one file or some small ones of
    plain text, which have the time of one: each of those is then sent by itself. LostError: each is
    sent again when nothing else is under way.
    """
    from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

    left = _handfuls(files)
    pool = ThreadPoolExecutor(threads)
    try:
        waiting: dict[Future[list[Outcome]], tuple[Path, ...]] = {}
        suspects: list[Path] = []
        while True:
            for paths in islice(left, max(0, room() - len(waiting))):
                waiting[pool.submit(_asked, call, paths)] = paths
            if suspects and not waiting:
                paths = (suspects.pop(),)
                waiting[pool.submit(_asked, call, paths, alone=True)] = paths
            if not waiting:
                return
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                paths = waiting.pop(future)
                try:
                    found = future.result()
                except LostError:
                    suspects += paths
                    continue
                if found:
                    yield from found
                else:
                    waiting |= {pool.submit(_asked, call, (path,)): (path,) for path in paths}
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _handfuls(files: Iterable[Path]) -> Iterator[tuple[Path, ...]]:
    """The files, a few small ones of plain text at a time: a worker waits between two questions."""
    few: list[Path] = []
    size = 0
    for path in files:
        length = _HANDFUL
        if path.suffix.lower() in PlainReader.suffixes:
            with suppress(OSError, ValueError):
                length = path.stat().st_size
        if few and size + length > _HANDFUL:
            yield tuple(few)
            few, size = [], 0
        few.append(path)
        size += length
    if few:
        yield tuple(few)


def _asked(
    call: Callable[[Sequence[File]], list[Outcome]], paths: Sequence[Path], *, alone: bool = False
) -> list[Outcome]:
    """An outcome each; none where they are several and one of them cannot be read, or ended its worker."""
    path, sha256 = paths[0], None
    try:
        files = [File.of(p) for p in paths]
        sha256 = files[0].content.digest
        return call(files)
    except ReadError as error:
        if isinstance(error, LostError) and not alone:
            raise
        said = str(error) if sha256 is None else f"{path}: {error}"
        return [] if len(paths) > 1 else [Outcome(path.as_posix(), sha256, failures=(said,))]


def answered(
    job: Job, files: Sequence[File], *, timeout: float, progress: Progress | None = None
) -> list[Outcome]:
    """The outcomes of files, from a worker of the sandbox; ReadError says how it ended where it did."""
    from extractor.readers import sandbox

    path = files[0].path
    cpu = int(2 * timeout) + 60  # of one left behind
    contents = [f.content for f in files]
    parts = [p for c in contents for p in (c.data, c.corrections) if p is not None]
    sizes = [(len(c.data), None if c.corrections is None else len(c.corrections)) for c in contents]
    try:
        answer = sandbox.call(
            f"{__name__}:work",
            {"job": asdict(job), "paths": [str(f.path) for f in files], "sizes": sizes},
            b"".join(parts),
            limits=sandbox.Limits(cpu=cpu, wall=timeout),
            progress=partial(progress, path) if progress else None,
        )
    except LimitError as error:
        raise ReadError(f"quá {timeout:g} giây" if error.limit == "wall" else str(error)) from None
    if isinstance(answer.value, str):
        raise ExtractorError(answer.value)
    return [Outcome.of(h, records) for h, records in zip(answer.value, answer.blobs, strict=True)]


# --- in the worker ----------------------------------------------------------------------------


def work(argument: Any, data: bytes) -> tuple[Any, tuple[bytes, ...]]:
    """What comes of files: their outcomes' heads, records beside them; or why none can be right."""
    from extractor.readers.worker import step

    told: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in argument["job"].items()
    }
    job = Job(**told)  # hashable again: JSON has made lists of its tuples
    parts = BytesIO(data)
    found: list[Outcome] = []
    try:
        before = _prepared.cache_info().misses
        extractor = _prepared(job)
        if _prepared.cache_info().misses > before:
            step(0, 0)  # getting ready is not the file's time
        for path, (length, more) in zip(argument["paths"], argument["sizes"], strict=True):
            content = Content(parts.read(length), None if more is None else parts.read(more))
            file = File(Path(path), content)
            found.append(outcome(file, extractor, job.only, lambda _, *said: step(*said)))
    except ExtractorError as error:
        return str(error), ()
    return [o.head() for o in found], tuple(o.records for o in found)


@lru_cache(maxsize=1)  # a cluster's worker has many jobs in its life
def _prepared(job: Job) -> Extractor:
    import gc

    gc.set_threshold(50_000)  # as in cli.main
    extractor = job.extractor()
    extractor.document("1. Giao Sở Y tế báo cáo UBND tỉnh.")  # loads tables and rules
    gc.freeze()  # they stay: looking through them is wasted
    return extractor
