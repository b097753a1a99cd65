"""A run's output read back: records of a JSON Lines file, checked against the contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from extractor.errors import ReadError
from extractor.schema import Record


def read_records(path: Path) -> Iterator[Record]:
    """The records of a file in their order; ReadError names file and line of what is none."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _record(line, f"{path}, dòng {number}")
    except OSError as error:
        raise ReadError(f"{path}: không đọc được ({error.strerror or error})") from error


def _record(line: bytes, where: str) -> Record:
    try:
        return Record.model_validate_json(line)
    except ValueError as error:
        raise ReadError(
            f"{where}: không phải kết quả của nhiemvu extract ({_first(error)})"
        ) from error


def _first(error: ValueError) -> str:
    """The first thing that is wrong and its place in the JSON, without quoting the file."""
    problems = getattr(error, "errors", None)
    if problems is None:
        return type(error).__name__
    first = problems(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(map(str, first["loc"]))
    return f"{place}: {first['msg']}" if place else str(first["msg"])
