"""Many notices: find the files, extract one after another, write the output in one go.

A file that fails is told and the rest go on. Files stand in the order of their paths, the same on
every run; the output file appears whole or not at all. What a run adds: outcomes.py, delivery.py.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from extractor.errors import ExtractorError, ReadError
from extractor.readers import known_suffixes

if TYPE_CHECKING:  # the command itself, beside its workers, needs neither
    from extractor.api import Extractor
    from extractor.content import Content
    from extractor.schema import Record


@dataclass(frozen=True, slots=True)
class Failure:
    """A file or folder that gave no record; the message names it."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class Success:
    """A file and the record of a notice in it."""

    path: Path
    record: Record


def find_files(paths: Iterable[Path]) -> tuple[list[Path], list[Failure]]:
    """The files that the paths stand for, sorted, each once; and what was wrong on the way.

    A folder gives the files below it whose suffix a reader knows, hidden ones left out; a file that
    is named itself is always taken (an unknown suffix then fails for that file when it is read).
    """
    files: dict[str, Path] = {}
    failures: list[Failure] = []
    for path in paths:
        if not path.is_dir():
            files[path.as_posix()] = path
            continue
        below = list(_below(path, failures))
        files |= {p.as_posix(): p for p in below}
        if not below and not any(path == f.path or path in f.path.parents for f in failures):
            kinds = ", ".join(sorted(known_suffixes()))
            failures.append(Failure(path, f"{path}: thư mục không có văn bản nào ({kinds})"))
    return [files[name] for name in sorted(files)], failures


def _below(folder: Path, failures: list[Failure]) -> Iterator[Path]:
    known = known_suffixes()

    def unreadable(error: OSError) -> None:
        where = Path(error.filename or folder)
        failures.append(Failure(where, f"{where}: không mở được thư mục ({error.strerror})"))

    for root, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() in known:
                yield Path(root, name)


def run(
    path: Path,
    extractor: Extractor,
    content: Content | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Success | Failure]:
    """A result for each notice of a file, in order; whatever goes wrong with it stays with it.

    content: what stands at `path`, where it is at hand. progress: told (done, total) pages of a scan.
    """
    try:
        for result in extractor.extract_files(path, content=content, progress=progress):
            if isinstance(result, ReadError):
                yield Failure(path, str(result))
            else:
                yield Success(path, result)
    except ExtractorError:
        raise  # a rule table or a gazetteer is broken: no file can be right
    except RecursionError:
        yield Failure(path, f"{path}: văn bản lồng quá sâu")
    except Exception as error:  # noqa: BLE001 - a fault of ours: told with its file, the rest go on
        yield Failure(path, f"{path}: lỗi của chương trình ({type(error).__name__}: {error})")


@contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """A file that takes `path`'s place when the block ends well, and leaves no trace when not.

    Written beside its target, flushed to disk, then moved; a device or pipe is written directly.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as direct:
            yield direct
        return
    target = path.resolve()  # a symbolic link stays one
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with draft.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


class _NothingToWrite(Exception):
    """Not a byte came: an earlier output stays as it is."""


def write_whole(path: Path, chunks: Iterable[bytes]) -> bool:
    """Put a file together in `path`'s place; False where there are no bytes, and the old one stays."""
    with suppress(_NothingToWrite):
        with replaced(path) as file:
            if not sum(map(file.write, chunks)):
                raise _NothingToWrite
        return True
    return False
