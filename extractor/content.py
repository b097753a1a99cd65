"""A notice's file as it stands: its bytes, and those of the corrections that are kept beside it.

All that a record hangs on, beside rules and tables: whoever has a `Content` needs no file, so a
notice can be read in another process or on another machine as it would be here.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from extractor.errors import ReadError
from extractor.readers import file_bytes

SUFFIX = ".corrections.json"


def stored_at(path: Path) -> Path:
    """Where the corrections to a notice's file are kept."""
    return path.with_name(path.name + SUFFIX)


@dataclass(frozen=True, slots=True)
class Content:
    """A file's bytes, and those of its corrections where it has any; neither is shown in logs."""

    data: bytes = field(repr=False)
    corrections: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(cls, path: Path) -> Content:
        """What stands at `path`; ReadError names the file that cannot be read."""
        data, place = file_bytes(path), stored_at(path)
        try:
            return cls(data, place.read_bytes())
        except FileNotFoundError:
            return cls(data)
        except OSError as error:
            raise ReadError(f"{place}: không đọc được ({error.strerror or error})") from error

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, "+" that of the corrections where there are any."""
        parts = (p for p in (self.data, self.corrections) if p is not None)
        return "+".join(hashlib.sha256(part).hexdigest() for part in parts)


def digest(path: Path) -> str | None:
    """The `Content.digest` of a file; None for what cannot be read or is no file."""
    with suppress(ReadError):
        if path.is_file():
            return Content.of(path).digest
    return None
