"""What a run has done so far, kept beside its output, so that a run that was killed can go on.

A file of entries, appended one at a time and never changed: eight bytes of length, four of CRC-32,
then the body. The first body holds the run's settings, each other one an outcome: a line of JSON,
then its records. Whatever a kill left of the last entry does not fit its length or checksum and is
dropped. Entries stand in the order in which files were done; `read` finds one by its file.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from extractor.errors import ExtractorError
from extractor.outcomes import Outcome

_LENGTH, _SUM = 8, 4


class JournalError(ExtractorError):
    """A journal cannot be used: another run holds it, or its run was another one."""


class Journal:
    """Outcomes by file; held are only the files' names and places."""

    def __init__(self, file: BinaryIO) -> None:
        """An empty journal in an empty file that can be read and written."""
        self.file = file
        self._places: dict[str, int] = {}

    def __contains__(self, path: str) -> bool:
        return path in self._places

    def __len__(self) -> int:
        return len(self._places)

    def append(self, outcome: Outcome) -> None:
        """Keep an outcome; of two for one file the later counts."""
        self._places[outcome.path] = self._append(
            json.dumps(outcome.head()).encode() + b"\n" + outcome.records
        )

    def read(self, path: str) -> Outcome:
        """The outcome of a file that is in the journal."""
        self.file.seek(self._places[path])
        body = _entry(self.file)
        if body is None:
            raise JournalError(f"tệp nhật ký bị hỏng ở {path}")
        return _outcome(body)

    def _append(self, body: bytes) -> int:
        place = self.file.seek(0, os.SEEK_END)
        self.file.write(_framed(body))
        self.file.flush()  # to the system, which outlives us
        return place

    def start(self, settings: str) -> None:
        """Begin anew, for a run with these settings."""
        self.file.seek(0)
        self.file.truncate()
        self._places.clear()
        self._append(settings.encode())

    def resume(self, settings: str) -> None:
        """Take up what is whole; JournalError where the settings were others."""
        self.file.seek(0)
        first = _entry(self.file)
        if first is None:  # killed before it had begun
            self.start(settings)
            return
        if first != settings.encode():
            raise JournalError(
                "lần chạy dở dùng phiên bản, bảng hoặc tùy chọn khác; bỏ --resume để làm lại từ đầu"
            )
        end = self.file.tell()
        while (body := _entry(self.file)) is not None:
            self._places[_outcome(body).path] = end
            end = self.file.tell()
        self.file.truncate(end)


def _framed(body: bytes) -> bytes:
    return len(body).to_bytes(_LENGTH) + zlib.crc32(body).to_bytes(_SUM) + body


def _entry(file: BinaryIO) -> bytes | None:
    """The body that begins here; None where no whole one does."""
    head = file.read(_LENGTH + _SUM)
    if len(head) < _LENGTH + _SUM:
        return None
    length, place = int.from_bytes(head[:_LENGTH]), file.tell()
    if length > file.seek(0, os.SEEK_END) - place:
        return None
    file.seek(place)
    body = file.read(length)
    return body if zlib.crc32(body) == int.from_bytes(head[_LENGTH:]) else None


def _outcome(body: bytes) -> Outcome:
    head, _, records = body.partition(b"\n")
    return Outcome.of(json.loads(head), records)


@contextmanager
def kept(path: Path, settings: str, *, resume: bool) -> Iterator[Journal]:
    """The journal at `path`, ours alone; it goes when the block ends well, and stays when not."""
    with path.open("a+b") as file:  # not emptied before it is ours
        _lock(file, path)
        journal = Journal(file)
        if resume:
            journal.resume(settings)
        else:
            journal.start(settings)
        yield journal
        if sys.platform == "win32":  # where an open file cannot go
            file.close()
        path.unlink()


if sys.platform == "win32":

    def _lock(file: BinaryIO, path: Path) -> None: ...

else:
    import fcntl

    def _lock(file: BinaryIO, path: Path) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise JournalError(f"{path}: một lần chạy khác đang ghi vào đây") from error
