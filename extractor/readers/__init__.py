"""Readers: one module a format, bytes in, the notice's text out.

A file is known by its content: the readers are asked in turn whether it looks like theirs, and a
suffix that says otherwise becomes a note. A container (mail, archive) holds several notices; its
members are read like files. Other packages add readers and containers under the entry-point group
`nhiemvu.readers` (an instance, or a callable that makes one). Whatever is wrong with a file is a
ReadError that names it. A reader imports what it needs when it reads: listing them costs nothing.
Readers of anything but plain text run in a process beside ours, within limits (sandbox.py).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from extractor.document import Metadata
from extractor.errors import LimitError, ReadError
from extractor.readers import crossing
from extractor.readers.crossing import MAX_MEMBERS
from extractor.readers.plain import PlainReader
from extractor.readers.text import MAX_BYTES, MAX_TEXT, Member, ReadText

if TYPE_CHECKING:
    from extractor.readers.sandbox import Progress

GROUP = "nhiemvu.readers"
MAX_DEPTH = 3  # containers within containers
MAX_LIMITS = 3  # members that may break a limit before their container is given up


@runtime_checkable
class Format(Protocol):
    """One kind of file."""

    @property
    def name(self) -> str:
        """Short name, as it stands in `notice.source.reader`."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Suffixes that it usually has, in lower case with the dot."""

    @property
    def media_types(self) -> tuple[str, ...]:
        """Media types that it knows."""

    def sniff(self, data: bytes, path: Path) -> bool:
        """Whether the content is of this kind, told by a look at the bytes."""


@runtime_checkable
class Reader(Format, Protocol):
    """Turns the bytes of one kind of file into text."""

    def read(self, data: bytes, path: Path) -> ReadText:
        """The text of the file; ReadError, naming `path`, where there is none."""


@runtime_checkable
class Container(Format, Protocol):
    """Holds other files: a mail its body and attachments, an archive its members."""

    def members(self, data: bytes, path: Path) -> Iterator[Member]:
        """The files within, in their order; ReadError, naming `path`, where it cannot be opened."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a notice's file holds, and the SHA-256 of its bytes; member: its name in a container."""

    content: ReadText
    sha256: str
    member: str | None = None


@cache
def builtin() -> tuple[Reader | Container, ...]:
    """The formats that this package brings, in the order in which they are asked; text is last."""
    from extractor.readers.archive import ZipContainer
    from extractor.readers.doc import DocReader
    from extractor.readers.docx import DocxReader
    from extractor.readers.edxml import EdxmlContainer
    from extractor.readers.html import HtmlReader
    from extractor.readers.image import ImageReader
    from extractor.readers.mail import EmlContainer, MsgContainer
    from extractor.readers.odt import OdtReader
    from extractor.readers.pdf import PdfReader
    from extractor.readers.rtf import RtfReader

    return (
        DocxReader(),
        DocReader(),
        OdtReader(),
        RtfReader(),
        PdfReader(),
        ZipContainer(),
        MsgContainer(),
        EdxmlContainer(),
        EmlContainer(),
        HtmlReader(),
        ImageReader(),
        PlainReader(),
    )


@cache
def plugged_in() -> tuple[Reader | Container, ...]:
    """The formats that other installed packages bring, by their entry points' names."""
    from importlib.metadata import entry_points

    found: list[Reader | Container] = []
    for point in sorted(entry_points(group=GROUP), key=lambda p: (p.name, p.value)):
        try:
            loaded = point.load()
            reader = loaded() if callable(loaded) else loaded
        except Exception as error:
            raise ReadError(
                f"không nạp được bộ đọc {point.name!r} ({point.value}): {error}"
            ) from error
        if not isinstance(reader, Reader | Container):
            raise ReadError(f"bộ đọc {point.name!r} ({point.value}) không theo giao diện Reader")
        found.append(reader)
    return tuple(found)


def known_suffixes() -> frozenset[str]:
    """All suffixes that some reader knows."""
    return frozenset(s for reader in (*builtin(), *plugged_in()) for s in reader.suffixes)


def reader_for(path: Path, data: bytes) -> Reader | Container:
    """What reads a file: the first that knows its content, else its suffix; ReadError for neither.

    A plug-in is asked first where it alone knows the suffix: its format may look like text.
    """
    suffix = path.suffix.lower()
    if suffix in PlainReader.suffixes and _is_only_text(data):
        return PlainReader()  # as the others would say: loading them takes a tenth of a cold start
    ours = builtin()
    named = [r for r in ours if suffix in r.suffixes]
    special = [] if named else [r for r in plugged_in() if suffix in r.suffixes]
    for reader in (*special, *ours):
        if reader.sniff(data, path):
            return reader
    if fallback := (*named, *special):
        return fallback[0]  # damaged: its own reader knows best what to say
    known = ", ".join(sorted(known_suffixes()))
    what = f"đuôi tệp {suffix!r} chưa đọc được" if suffix else "không rõ là loại tệp gì"
    raise ReadError(f"{path}: {what}; hiện đọc được: {known}")


# what every other format has in its first kilobyte, beside zeros: a tag, its name, a field of a header
_NOT_TEXT = re.compile(rb"<|%PDF-|\{\\rtf|\A[\w-]+:")


def _is_only_text(data: bytes) -> bool:
    """Whether nothing but plain text can hold these bytes: UTF-8 without a sign of another format."""
    if b"\x00" in data or _NOT_TEXT.search(data.lstrip()[:1024]):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def read_file(
    path: Path, data: bytes | None = None, *, progress: Progress | None = None
) -> ReadFile:
    """Read the one notice of a file; ReadError names the file and says what is wrong with it.

    data: its bytes, where they are at hand. progress: as for `read_files`.
    """
    found = list(read_files(path, data, progress=progress))
    whole = [x for x in found if isinstance(x, ReadFile)]
    if len(whole) == 1:
        return whole[0]
    for error in found:
        if isinstance(error, ReadError):
            raise error
    if not whole:
        raise ReadError(f"{path}: không có văn bản nào bên trong")
    raise ReadError(f"{path}: có {len(whole)} văn bản bên trong, ở đây chỉ nhận một")


def read_files(
    path: Path, data: bytes | None = None, *, progress: Progress | None = None
) -> Iterator[ReadFile | ReadError]:
    """Read all notices of a file; what cannot be read is given as its error, the rest go on.

    data: the file's bytes, where they are at hand. progress: told (done, total) pages by a reader that takes seconds over one.
    """
    try:
        data = file_bytes(path) if data is None else data
    except ReadError as error:
        yield error
        return
    yield from _Run(path, progress).read(data)


class _Run:
    """Reading one file with all that is in it, under a budget for the whole."""

    def __init__(self, path: Path, progress: Progress | None) -> None:
        self.path, self.progress = path, progress
        self.members_left = MAX_MEMBERS
        self.limits_left = MAX_LIMITS

    def read(
        self, data: bytes, member: str | None = None, metadata: Metadata | None = None
    ) -> Iterator[ReadFile | ReadError]:
        where = self.path if member is None else Path(f"{self.path}!/{member}")
        try:
            reader = reader_for(where, data)
        except ReadError as error:
            yield error
            return
        try:
            if isinstance(reader, Container):
                yield from self.open(reader, data, member, where)
                return
            content = _noted(crossing.read(reader, data, where, self.progress), reader, where)
            if len(content.text) > MAX_TEXT:
                raise ReadError(f"{where}: văn bản quá dài ({len(content.text):,} ký tự)")
        except ReadError as error:
            self.limits_left -= isinstance(error, LimitError)
            yield error
        except Exception as error:  # noqa: BLE001 - a reader's failure is this file's, not the run's
            yield ReadError(f"{where}: bộ đọc {reader.name} gặp lỗi: {error!r}")
        else:
            content = replace(content, metadata=metadata) if metadata else content
            yield ReadFile(content, hashlib.sha256(data).hexdigest(), member)

    def open(
        self, container: Container, data: bytes, member: str | None, where: Path
    ) -> Iterator[ReadFile | ReadError]:
        """The notices within; a file whose suffix no reader knows is left out, as in a folder."""
        if member is not None and member.count("!/") + 1 >= MAX_DEPTH:
            raise ReadError(f"{where}: gói lồng quá {MAX_DEPTH} lớp")
        known = known_suffixes()
        empty = True
        for inner in crossing.members(container, data, where):
            suffix = PurePosixPath(inner.name).suffix.lower()
            if suffix and suffix not in known:
                continue
            if not self.members_left:
                raise ReadError(f"{where}: quá {MAX_MEMBERS} tệp bên trong; không đọc tiếp")
            if not self.limits_left:
                raise ReadError(f"{where}: {MAX_LIMITS} tệp vượt giới hạn; không đọc tiếp")
            self.members_left -= 1
            empty = False
            name = inner.name if member is None else f"{member}!/{inner.name}"
            if inner.error:
                yield ReadError(f"{self.path}!/{name}: {inner.error}")
                continue
            yield from self.read(inner.data, name, inner.metadata)
        if empty:
            raise ReadError(f"{where}: không có văn bản nào bên trong")


def _noted(content: ReadText, reader: Reader, path: Path) -> ReadText:
    """The content, with a note where the file's suffix says that it is something else."""
    suffix = PurePosixPath(path.name).suffix.lower()
    if suffix in reader.suffixes or not suffix:
        return content
    note = f"Đuôi tệp {suffix!r} không đúng với nội dung; đọc như {reader.suffixes[0]}"
    return replace(content, notes=(note, *content.notes))


def file_bytes(path: Path) -> bytes:
    """What a file holds; ReadError, naming it, where it cannot be read or is over the limit."""
    try:
        if path.is_dir():
            raise ReadError(f"{path}: là thư mục, không phải tệp")
        size = path.stat().st_size
        if size > MAX_BYTES:
            limit = MAX_BYTES // 1_000_000
            raise ReadError(f"{path}: tệp quá lớn ({size / 1e6:.1f} MB, giới hạn {limit} MB)")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ReadError(f"{path}: không có tệp này") from error
    except PermissionError as error:
        raise ReadError(f"{path}: không có quyền đọc") from error
    except OSError as error:
        raise ReadError(f"{path}: không đọc được ({error.strerror or error})") from error
    except ValueError as error:  # a NUL in the path
        raise ReadError(f"{path}: đường dẫn không hợp lệ ({error})") from error


__all__ = [
    "GROUP",
    "MAX_BYTES",
    "Container",
    "Member",
    "Metadata",
    "ReadFile",
    "ReadText",
    "Reader",
    "builtin",
    "file_bytes",
    "known_suffixes",
    "plugged_in",
    "read_file",
    "read_files",
    "reader_for",
]
