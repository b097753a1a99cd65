"""Readers and containers run in the sandbox: both ends of the crossing.

Parsers of other people's formats run there; plain text of a notice's size is decoded in place,
since nothing is parsed and a process would cost more than the work.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.document import Metadata, Origin
from extractor.errors import LimitError, ReadError
from extractor.readers.text import MAX_TOTAL, Member, ReadText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.readers import Container, Reader
    from extractor.readers.sandbox import Answer, Progress

MAX_MEMBERS = 1000
IN_PLACE = 250_000  # bytes of plain text: a hundred pages, whose letters are told in half a second


def read(reader: Reader, data: bytes, path: Path, progress: Progress | None = None) -> ReadText:
    """`reader.read` in the sandbox; ReadError or LimitError, naming `path`."""
    if reader.name == "plain" and len(data) <= IN_PLACE:
        return reader.read(data, path)
    value = _call("read_there", reader, data, path, progress).value
    return ReadText(
        text=value["text"],
        media_type=value["media_type"],
        reader=value["reader"],
        origins=tuple(
            Origin(start, end, page, tuple(bbox) if bbox else None, *rest)
            for start, end, page, bbox, *rest in value["origins"]
        ),
        notes=tuple(value["notes"]),
        metadata=_metadata(value["metadata"]),
    )


def members(container: Container, data: bytes, path: Path) -> Iterator[Member]:
    """`container.members` in the sandbox; ReadError or LimitError, naming `path`, maybe midway."""
    answer = _call("members_there", container, data, path)
    for (name, metadata, error), blob in zip(answer.value["members"], answer.blobs, strict=True):
        yield Member(name, blob, _metadata(metadata), error)
    if answer.value["error"]:
        raise ReadError(answer.value["error"])


def _call(
    function: str,
    reader: Reader | Container,
    data: bytes,
    path: Path,
    progress: Progress | None = None,
) -> Answer:
    from extractor.readers import sandbox

    argument = {"reader": reader.name, "path": str(path)}
    try:
        return sandbox.call(f"{__name__}:{function}", argument, data, progress=progress)
    except LimitError as error:
        raise LimitError(error.limit, path) from error
    except ReadError as error:
        said = str(error).removeprefix(f"{path}: ")
        raise ReadError(f"{path}: {_shown(said)}") from error


def _shown(said: str) -> str:
    """A message on one line: some libraries quote what a damaged file holds."""
    line = "".join(c if c.isprintable() else " " for c in said)
    return " ".join(line.split())[:300]


def _metadata(value: Any) -> Metadata | None:
    if value is None:
        return None
    return Metadata(**{**value, "recipients": tuple(value["recipients"])})


# --- in the worker ----------------------------------------------------------------------------


def read_there(argument: Any, data: bytes) -> tuple[Any, tuple[bytes, ...]]:
    """Read with the reader of that name."""
    from extractor.readers import Reader

    reader = _named(argument["reader"])
    assert isinstance(reader, Reader)
    content = reader.read(data, Path(argument["path"]))
    value = {
        "text": content.text,
        "media_type": content.media_type,
        "reader": content.reader,
        "origins": content.origins,
        "notes": content.notes,
        "metadata": content.metadata and asdict(content.metadata),
    }
    return value, ()


def members_there(argument: Any, data: bytes) -> tuple[Any, list[bytes]]:
    """Open with the container of that name: as many of its files as the budget allows."""
    from extractor.readers import Container

    container = _named(argument["reader"])
    assert isinstance(container, Container)
    path = Path(argument["path"])
    found: list[Member] = []
    room, error = MAX_TOTAL, None
    try:
        for member in container.members(data, path):
            room -= len(member.data)
            if room < 0 or len(found) == MAX_MEMBERS:
                raise ReadError(f"{path}: gói quá lớn; chỉ đọc {len(found)} tệp đầu")
            found.append(member)
    except ReadError as cut:
        error = str(cut)
    value = [(m.name, m.metadata and asdict(m.metadata), m.error) for m in found]
    return {"members": value, "error": error}, [m.data for m in found]


def _named(name: str) -> Reader | Container:
    from extractor.readers import builtin, plugged_in

    return next(r for r in (*builtin(), *plugged_in()) if r.name == name)
