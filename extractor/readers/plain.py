"""Plain text and markdown in UTF-8, the way portals and editors save them.

A byte-order mark falls away; `\\r\\n` and `\\r` are read as `\\n`. Nothing is guessed: text in another
encoding is refused with the offset of the first byte that is wrong.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from extractor.errors import ReadError
from extractor.readers.text import ReadText

_OTHER_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
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
        """The decoded text; ReadError where it is not UTF-8, is binary or holds nothing."""
        for mark, encoding in _OTHER_MARKS:
            if data.startswith(mark):
                raise ReadError(
                    f"{path}: tệp mã hóa {encoding}, không phải UTF-8; hãy lưu lại ở dạng UTF-8"
                )
        if _looks_binary(data):
            raise ReadError(f"{path}: tệp nhị phân, không phải văn bản thuần")
        body = data.removeprefix(codecs.BOM_UTF8)
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError as error:
            offset = error.start + len(data) - len(body)
            raise ReadError(
                f"{path}: không phải UTF-8 (byte 0x{data[offset]:02x} ở vị trí {offset}); "
                "hãy lưu lại ở dạng UTF-8"
            ) from error
        if not text.strip("\ufeff\x00 \t\r\n\x0c\xa0"):
            raise ReadError(f"{path}: tệp rỗng")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        markdown = path.suffix.lower() in (".md", ".markdown")
        return ReadText(text, self.media_types[markdown], self.name)


def _looks_binary(data: bytes) -> bool:
    """Whether many of the first bytes are control characters; one stray NUL is still text."""
    head = data[:_HEAD]
    return sum(head.count(byte) for byte in _BINARY) > max(4, len(head) // 100)
