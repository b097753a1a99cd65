"""Word files of 1997 to 2003 (.doc): turned into .docx in memory, then read as such.

msdoc2docx (extra `office`) keeps what matters here: automatic numbers, tracked changes, footnotes,
fonts. What it cannot read, older and damaged files above all, LibreOffice may.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from extractor.errors import ReadError
from extractor.readers import office
from extractor.readers.docx import DocxReader
from extractor.readers.text import ReadText

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# names of streams, as the directory of an OLE file writes them
_WORD = "WordDocument".encode("utf-16-le")
_MAIL = "__properties_version1.0".encode("utf-16-le")  # a mail may hold a Word file


class DocReader:
    """Reads Word files of before 2007."""

    name = "doc"
    suffixes: tuple[str, ...] = (".doc", ".dot")
    media_types: tuple[str, ...] = ("application/msword",)

    def sniff(self, data: bytes, path: Path) -> bool:  # noqa: ARG002 - the reader interface
        """Whether it is an OLE file with Word's main stream."""
        return data.startswith(_OLE) and _WORD in data and _MAIL not in data

    def read(self, data: bytes, path: Path) -> ReadText:
        """The text as printed; ReadError where the file is damaged, encrypted or holds none."""
        content = DocxReader().read(_as_docx(data, path), path)
        return replace(content, reader=self.name, media_type=self.media_types[0])


def _as_docx(data: bytes, path: Path) -> bytes:
    try:
        return _converted(data, path)
    except ReadError as error:
        if office.available() is None:
            raise
        try:
            return office.to_docx(data, ".doc", path)
        except ReadError:
            if isinstance(error.__cause__, ModuleNotFoundError):
                raise
            raise error from None  # the library says better what is wrong


def _converted(data: bytes, path: Path) -> bytes:
    try:
        from doc2docx import convert
        from doc2docx.errors import EncryptedDocumentError
    except ModuleNotFoundError as error:
        raise ReadError(
            f"{path}: cần nhiemvu[office] để đọc tệp .doc (pip install 'nhiemvu[office]'), "
            "hoặc LibreOffice"
        ) from error
    with tempfile.TemporaryDirectory(prefix="nhiemvu-") as name:
        source, made = Path(name, "a.doc"), Path(name, "a.docx")
        source.write_bytes(data)
        try:
            convert(source, made)
        except MemoryError:
            raise
        except EncryptedDocumentError as error:
            raise ReadError(f"{path}: tệp có mật khẩu") from error
        except Exception as error:  # whatever it trips over, LibreOffice may not
            raise ReadError(f"{path}: tệp .doc không đọc được ({error})") from error
        return made.read_bytes()
