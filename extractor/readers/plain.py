"""Plain text and markdown, the way portals and editors save them: UTF-8, UTF-16, or letters of before.

A byte-order mark falls away; `\\r\\n` and `\\r` are read as `\\n`. Text in Windows-1258, TCVN3, VNI or
VIQR is told by its words and turned into Unicode, which is noted. What is none of these is refused
with the offset of the first byte that is no UTF-8.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from extractor.errors import ReadError
from extractor.readers import legacy
from extractor.readers.text import ReadText

_OTHER_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_ONE_BREAK = re.compile("\r\n?")
# control characters that no text holds; form feeds part pages, escapes and others do turn up singly
_BINARY = frozenset(range(0x09)) | frozenset(range(0x0E, 0x1B)) | {0x7F}
_HEAD = 65536
# how files of other kinds begin: one too damaged for its own reader is no text all the same
_OTHER_KINDS = (
    b"PK\x03\x04",
    b"%PDF-",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"II*\x00",
    b"MM\x00*",
)


class PlainReader:
    """Reads .txt and .md."""

    name = "plain"
    suffixes: tuple[str, ...] = (".txt", ".md", ".markdown")
    media_types: tuple[str, ...] = ("text/plain", "text/markdown")

    def sniff(self, data: bytes, path: Path) -> bool:  # noqa: ARG002 - the reader interface
        """Whether the head of the file is text: asked last, since most formats are some text."""
        return not _looks_binary(data) and not data.startswith(_OTHER_KINDS)

    def read(self, data: bytes, path: Path) -> ReadText:
        """The decoded text; ReadError where it is in no known encoding, binary or holds nothing."""
        for mark, name in _OTHER_MARKS:
            if data.startswith(mark):
                try:
                    data = data.decode(name).encode("utf-8")
                except UnicodeError as error:
                    raise ReadError(f"{path}: mã {name} bị hỏng ({error})") from error
                break
        if _looks_binary(data):
            raise ReadError(f"{path}: tệp nhị phân, không phải văn bản thuần")
        body = data.removeprefix(codecs.BOM_UTF8)
        try:
            text, old = _repaired(body.decode("utf-8"))
        except UnicodeDecodeError as error:
            found = legacy.from_bytes(body)
            if found is None:
                offset = error.start + len(data) - len(body)
                raise ReadError(
                    f"{path}: không phải UTF-8 (byte 0x{data[offset]:02x} ở vị trí {offset}); "
                    "hãy lưu lại ở dạng UTF-8"
                ) from error
            text, old = found
        if not text.strip("\ufeff\x00 \t\r\n\x0c\xa0"):
            raise ReadError(f"{path}: tệp rỗng")
        text = _ONE_BREAK.sub("\n", text)
        markdown = path.suffix.lower() in (".md", ".markdown")
        notes = (legacy.note(old),) if old else ()
        return ReadText(text, self.media_types[markdown], self.name, notes=notes)


def _repaired(text: str) -> tuple[str, str | None]:
    """The text, its lines in old letters turned into Unicode, and their encoding."""
    if (found := legacy.from_viqr(text)) is not None:
        return found, "viqr"
    lines, encoding = legacy.repaired_lines(text.split("\n"))
    return "\n".join(lines), encoding


def _looks_binary(data: bytes) -> bool:
    """Whether many of the first bytes are control characters; one stray NUL is still text."""
    head = data[:_HEAD]
    return sum(head.count(byte) for byte in _BINARY) > max(4, len(head) // 100)
