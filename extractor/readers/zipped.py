"""Documents that are ZIP archives of XML parts (Word's and OpenDocument's), unpacked within limits."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from extractor.errors import ReadError
from extractor.readers.safe_xml import xml_root

MAX_PART = 64_000_000  # bytes of one part, unpacked
ZIP = b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # Word wraps a file with a password in OLE


class Package:
    """The parts of one document."""

    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        self.archive, self.path = archive, path
        self.names = frozenset(archive.namelist())

    def bytes(self, name: str) -> bytes:
        """A part's bytes; empty where there is none; ReadError where it is damaged or too large."""
        if name not in self.names:
            return b""
        try:
            with self.archive.open(name) as part:
                data = part.read(MAX_PART + 1)
        except (
            RuntimeError,
            zipfile.BadZipFile,
            zlib.error,
        ) as error:  # RuntimeError: it wants a password
            raise ReadError(f"{self.path}: không mở được {name} ({error})") from error
        if len(data) > MAX_PART:
            raise ReadError(f"{self.path}: {name} quá lớn (trên {MAX_PART // 1_000_000} MB)")
        return data

    def root(self, name: str) -> Any:
        """The root of an XML part; None where there is none."""
        data = self.bytes(name)
        return xml_root(data, self.path) if data else None


@contextmanager
def opened(data: bytes, path: Path) -> Iterator[Package]:
    """The package in these bytes; ReadError, naming `path`, where it is damaged or encrypted."""
    if not data.startswith(ZIP) and _ENCRYPTED in data:
        raise ReadError(f"{path}: tệp có mật khẩu")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            yield Package(archive, path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise ReadError(f"{path}: tệp bị hỏng ({error})") from error
