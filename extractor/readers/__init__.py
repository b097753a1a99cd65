"""Readers: one module a format, bytes in, the notice's text out.

A reader is found by the file's suffix; of several the one that recognises the content. Other
packages add theirs under the entry-point group `nhiemvu.readers` (a Reader instance, or a callable
that makes one). Whatever is wrong with a file is a ReadError that names it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol, runtime_checkable

from extractor.errors import ReadError
from extractor.readers.plain import PlainReader
from extractor.readers.text import ReadText

GROUP = "nhiemvu.readers"
MAX_BYTES = 20_000_000


@runtime_checkable
class Reader(Protocol):
    """Turns the bytes of one kind of file into text."""

    @property
    def name(self) -> str:
        """Short name, as it stands in `notice.source.reader`."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Suffixes that it knows, in lower case with the dot."""

    @property
    def media_types(self) -> tuple[str, ...]:
        """Media types that it knows."""

    def sniff(self, data: bytes, path: Path) -> bool:
        """Whether the content looks like its own, told by a look at the bytes."""

    def read(self, data: bytes, path: Path) -> ReadText:
        """The text of the file; ReadError, naming `path`, where there is none."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file holds, and the SHA-256 of its bytes."""

    content: ReadText
    sha256: str


@cache
def builtin() -> tuple[Reader, ...]:
    """The readers that this package brings."""
    return (PlainReader(),)


@cache
def plugged_in() -> tuple[Reader, ...]:
    """The readers that other installed packages bring, by their entry points' names."""
    from importlib.metadata import entry_points

    found: list[Reader] = []
    for point in sorted(entry_points(group=GROUP), key=lambda p: (p.name, p.value)):
        try:
            loaded = point.load()
            reader = loaded() if callable(loaded) else loaded
        except Exception as error:
            raise ReadError(
                f"không nạp được bộ đọc {point.name!r} ({point.value}): {error}"
            ) from error
        if not isinstance(reader, Reader):
            raise ReadError(f"bộ đọc {point.name!r} ({point.value}) không theo giao diện Reader")
        found.append(reader)
    return tuple(found)


def known_suffixes() -> frozenset[str]:
    """All suffixes that some reader knows."""
    return frozenset(s for reader in (*builtin(), *plugged_in()) for s in reader.suffixes)


def reader_for(path: Path, data: bytes) -> Reader:
    """The reader of a file: by suffix, then by content; ReadError where none knows the suffix."""
    suffix = path.suffix.lower()
    fitting = [r for r in builtin() if suffix in r.suffixes]
    fitting = fitting or [r for r in plugged_in() if suffix in r.suffixes]
    if not fitting:
        known = ", ".join(sorted(known_suffixes()))
        what = f"đuôi tệp {suffix!r} chưa đọc được" if suffix else "tệp không có đuôi"
        raise ReadError(f"{path}: {what}; hiện đọc được: {known}")
    return next((r for r in fitting if r.sniff(data, path)), fitting[0])


def read_file(path: Path) -> ReadFile:
    """Read a notice; ReadError names the file and says what is wrong with it."""
    try:
        if path.is_dir():
            raise ReadError(f"{path}: là thư mục, không phải tệp")
        size = path.stat().st_size
        if size > MAX_BYTES:
            limit = MAX_BYTES // 1_000_000
            raise ReadError(f"{path}: tệp quá lớn ({size / 1e6:.1f} MB, giới hạn {limit} MB)")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ReadError(f"{path}: không có tệp này") from error
    except PermissionError as error:
        raise ReadError(f"{path}: không có quyền đọc") from error
    except OSError as error:
        raise ReadError(f"{path}: không đọc được ({error.strerror or error})") from error
    except ValueError as error:  # a NUL in the path
        raise ReadError(f"{path}: đường dẫn không hợp lệ ({error})") from error
    reader = reader_for(path, data)
    try:
        content = reader.read(data, path)
    except ReadError:
        raise
    except Exception as error:  # a plug-in's own failure is this file's, not the run's
        raise ReadError(f"{path}: bộ đọc {reader.name} gặp lỗi: {error!r}") from error
    return ReadFile(content, hashlib.sha256(data).hexdigest())


__all__ = [
    "GROUP",
    "MAX_BYTES",
    "ReadFile",
    "ReadText",
    "Reader",
    "builtin",
    "known_suffixes",
    "plugged_in",
    "read_file",
    "reader_for",
]
