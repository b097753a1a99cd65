"""PDF with a text layer, by PDFium; pages without one go to the OCR.

PDFium gives characters with boxes; words, columns, tables and paragraphs are ours (`pages`).
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.errors import ReadError
from extractor.readers.pages.boxes import Box, Page, Word, upright
from extractor.readers.pages.flow import text_of
from extractor.readers.pages.grid import THIN
from extractor.readers.pages.stamps import without_stamps
from extractor.readers.text import ReadText

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

MAX_PAGES = 300
_HYPHEN = 2  # what PDFium gives for a hyphen at a line's end
_SPACES = frozenset(map(ord, " \t\r\n\x0b\x0c\u00a0\u2002\u2003\u2009\u200b\ufeff"))


class PdfReader:
    """Reads .pdf."""

    name = "pdf"
    suffixes: tuple[str, ...] = (".pdf",)
    media_types: tuple[str, ...] = ("application/pdf",)

    def sniff(self, data: bytes, path: Path) -> bool:  # noqa: ARG002 - the reader interface
        """Whether the file says that it is a PDF, within the first kilobyte as the standard allows."""
        return b"%PDF-" in data[:1024]

    def read(self, data: bytes, path: Path) -> ReadText:
        """The text of all pages; ReadError where PDFium cannot open it or nothing is on it."""
        import pypdfium2 as pdfium

        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            raise ReadError(f"{path}: {_reason(error)}") from error
        with document:
            pages = [_page(document, k) for k in range(min(len(document), MAX_PAGES))]
        text, origins = text_of(pages)
        if not text.strip():
            raise ReadError(f"{path}: không có chữ nào")
        return ReadText(text, self.media_types[0], self.name, origins)


def _reason(error: Exception) -> str:
    if "password" in str(error).lower():
        return "tệp PDF có mật khẩu, không mở được"
    return f"tệp PDF hỏng hoặc không đúng chuẩn ({error})"


def _page(document: PdfDocument, index: int) -> Page:
    """A page's words and rules, turned upright."""
    page = document[index]
    frame, turn = page.get_bbox(), page.get_rotation()

    def words(page: PdfPage) -> list[Word]:
        return [Word(text, *upright(box, frame, turn)) for text, box in _words(page.get_textpage())]

    found = words(page)
    stamps = [upright(box, frame, turn) for box in _flattened(page)]
    if stamps:
        page = document[index]  # as it is now
        found = without_stamps(words(page), stamps, printed=found)
    rules = tuple(upright(box, frame, turn) for box in _rules(page))
    wide, high = frame[2] - frame[0], frame[3] - frame[1]
    if turn in (90, 270):
        wide, high = high, wide
    return Page(index + 1, wide, high, tuple(found), rules)


def _flattened(page: PdfPage) -> list[Box]:
    """Makes what forms, notes and stamps show part of the page; their boxes, in PDF's axes.

    The number and the day of a notice are often such stamps, put on with the signature.
    """
    import pypdfium2.raw as c

    boxes = []
    for k in range(c.FPDFPage_GetAnnotCount(page)):
        annotation = c.FPDFPage_GetAnnot(page, k)
        box = c.FS_RECTF()
        if c.FPDFAnnot_GetRect(annotation, box):
            boxes.append((box.left, box.bottom, box.right, box.top))
        c.FPDFPage_CloseAnnot(annotation)
    if not boxes or c.FPDFPage_Flatten(page, c.FLAT_NORMALDISPLAY) != c.FLATTEN_SUCCESS:
        return []
    return boxes


def _words(textpage: PdfTextPage) -> Iterator[tuple[str, Box]]:
    """Runs between spaces with their boxes, which span the font's height, in PDF's axes."""
    import pypdfium2.raw as c

    raw = textpage.raw
    code_at, box_at = c.FPDFText_GetUnicode, c.FPDFText_GetLooseCharBox
    first, last = c.FS_RECTF(), c.FS_RECTF()
    at_first, at_last = ctypes.byref(first), ctypes.byref(last)
    total = textpage.count_chars()
    codes = [code_at(raw, k) for k in range(total)]
    start = 0
    for k in range(total + 1):
        ends = k == total or codes[k] in _SPACES
        if not ends and codes[k] != _HYPHEN:
            continue
        stop = k if ends else k + 1  # PDFium runs a word on over a hyphen and the line's end
        if stop > start and box_at(raw, start, at_first) and box_at(raw, stop - 1, at_last):
            text = "".join("-" if x == _HYPHEN else chr(x) for x in codes[start:stop] if x)
            if text:
                yield (
                    unicodedata.normalize("NFC", text),
                    (
                        min(first.left, last.left),
                        min(first.bottom, last.bottom),
                        max(first.right, last.right),
                        max(first.top, last.top),
                    ),
                )
        start = k + 1


def _rules(page: PdfPage) -> Iterator[Box]:
    """The boxes of lines and frames drawn on the page, in PDF's axes; shaded areas are none."""
    import pypdfium2.raw as c

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    fill, stroke = ctypes.c_int(), c.FPDF_BOOL()
    for k in range(c.FPDFPage_CountObjects(page)):
        drawn = c.FPDFPage_GetObject(page, k)
        if c.FPDFPageObj_GetType(drawn) != c.FPDF_PAGEOBJ_PATH:
            continue
        if not c.FPDFPageObj_GetBounds(drawn, left, bottom, right, top):
            continue
        box = left.value, bottom.value, right.value, top.value
        c.FPDFPath_GetDrawMode(drawn, fill, stroke)
        if stroke.value or min(box[2] - box[0], box[3] - box[1]) <= THIN:
            yield box
