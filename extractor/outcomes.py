"""What comes of each file of a run: in this process, or in several beside it.

`in_process` goes through the files one after another. `in_workers` asks the sandbox
(readers/sandbox.py), so a notice that hangs, or ends its process, costs only itself; outcomes then
come as they are ready. What either says of a file is the same, bytes and all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from functools import cache, partial
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from extractor import __version__
from extractor.batch import Failure, run
from extractor.errors import ExtractorError, LimitError, ReadError
from extractor.readers import MAX_BYTES
from extractor.readers.plain import PlainReader

if TYPE_CHECKING:
    from extractor.api import Extractor
    from extractor.gazetteer import Gazetteer
    from extractor.schema import Record

TIMEOUT = 120.0  # seconds that a notice may take in a worker, or a page of a scan
_HANDFUL = 32_000  # bytes of plain text that a worker is asked for at a time
_Handful = tuple[Path, ...]
Progress = Callable[[Path, int, int], None]
"""Told a scan's path, the pages of it that are read, and how many it has."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked of every file of a run, in plain values that a worker can be told.

    gazetteer: folders with an office's own tables. as_of: an ISO date. previous: an earlier output.
    only: the natures of tasks that are kept, None for all.
    """

    gazetteer: tuple[str, ...] = ()
    as_of: str | None = None
    previous: str | None = None
    only: tuple[str, ...] | None = None

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
        from extractor.registry import tables_dir

        package = Path(__file__).parent
        ours = {*package.rglob("*.py"), *package.rglob("*.toml"), *tables_dir().glob("*.csv")}
        theirs = [f for d in self.gazetteer for f in sorted(Path(d).glob("*.csv"))]
        options = (__version__, self.as_of, self.only and sorted(self.only))
        total = hashlib.sha256(repr(options).encode())
        for path in (*sorted(ours), *theirs, *([Path(self.previous)] if self.previous else ())):
            try:
                total.update(hashlib.sha256(path.read_bytes()).digest())
            except OSError as error:
                raise ReadError(f"{path}: không đọc được ({error.strerror or error})") from error
        return total.hexdigest()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file.

    sha256: its `digest`, None where it could not be read. records: its notices as JSON Lines.
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


def digest(path: Path) -> str | None:
    """SHA-256 of a file's bytes, "+" that of its corrections where it has any: what its notices hang on.

    None for what cannot be read, is no file, or is over the limit.
    """
    from extractor.corrections import stored_at

    found = [_sha256(path), _sha256(stored_at(path))]
    return "+".join(filter(None, found)) if found[0] else None


def _sha256(path: Path) -> str | None:
    with suppress(OSError, ValueError):
        if path.is_file() and path.stat().st_size <= MAX_BYTES:
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
    return None


def outcome(
    path: Path,
    extractor: Extractor,
    only: Collection[str] | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """What comes of a file; whatever goes wrong with it is told in the outcome."""
    start = perf_counter()
    sha256 = digest(path)  # before it is read: a file that changes meanwhile is read again later
    notices = tasks = deadlines = doubts = 0
    lines: list[bytes] = []
    failures: list[str] = []
    notes: dict[str, None] = {}
    without_tasks: list[str] = []
    for result in run([path], extractor, progress):
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
        sha256=sha256,
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
        yield outcome(path, extractor, only, progress)


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
    from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

    from extractor.readers import sandbox

    one = partial(_ask, asdict(job), timeout, progress)
    left = _handfuls(files)
    pool = ThreadPoolExecutor(workers)
    try:
        # one more each than can run, so that no worker waits for us
        waiting: set[Future[list[Outcome] | _Handful]] = set()
        while True:
            room = max(0, 2 * workers - len(waiting))
            waiting |= {pool.submit(one, handful) for handful in islice(left, room)}
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                found = future.result()
                if isinstance(found, tuple):  # one of them ended the worker: which?
                    waiting |= {pool.submit(one, (path,)) for path in found}
                else:
                    yield from found
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        sandbox.stop()


def _handfuls(files: Iterable[Path]) -> Iterator[_Handful]:
    """The files, a few small ones of plain text at a time: to ask for each costs a twentieth of its reading."""
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


def _ask(
    job: dict[str, Any], timeout: float, progress: Progress | None, paths: _Handful
) -> list[Outcome] | _Handful:
    """The outcomes; the files where they were several and one of them ended the worker."""
    from extractor.readers import sandbox

    limits = sandbox.Limits(cpu=int(2 * timeout) + 60, wall=timeout)  # cpu: of one left behind
    path = paths[0]
    try:
        answer = sandbox.call(
            f"{__name__}:work",
            {"job": job, "paths": [str(p) for p in paths]},
            b"",
            limits=limits,
            progress=partial(progress, path) if progress else None,
        )
    except ReadError as error:
        if len(paths) > 1:
            return paths
        late = isinstance(error, LimitError) and error.limit == "wall"
        said = f"quá {timeout:g} giây" if late else str(error)
        return [Outcome(path.as_posix(), digest(path), failures=(f"{path}: {said}",))]
    if isinstance(answer.value, str):
        raise ExtractorError(answer.value)
    return [Outcome.of(h, records) for h, records in zip(answer.value, answer.blobs, strict=True)]


# --- in the worker ----------------------------------------------------------------------------


def work(argument: Any, data: bytes) -> tuple[Any, tuple[bytes, ...]]:  # noqa: ARG001 - a sandbox call has both
    """What comes of files: their outcomes' heads, records beside them; or why none can be right."""
    from extractor.readers.worker import step

    told: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in argument["job"].items()
    }
    job = Job(**told)  # hashable again: JSON has made lists of its tuples
    found: list[Outcome] = []
    try:
        if not _prepared.cache_info().currsize:
            _prepared(job)
            step(0, 0)  # getting ready is not the file's time
        for path in argument["paths"]:
            if found:
                step(0, 0)  # each has its own
            found.append(
                outcome(Path(path), _prepared(job), job.only, lambda _, *said: step(*said))
            )
    except ExtractorError as error:
        return str(error), ()
    return [o.head() for o in found], tuple(o.records for o in found)


@cache
def _prepared(job: Job) -> Extractor:
    import gc

    gc.set_threshold(50_000)  # as in cli.main
    extractor = job.extractor()
    extractor.document("1. Giao Sở Y tế báo cáo UBND tỉnh.")  # loads tables and rules
    gc.freeze()  # they stay: looking through them is wasted
    return extractor
