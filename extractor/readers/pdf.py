"""PDF with a text layer, by PDFium; pages without one go to the OCR.

PDFium gives characters with boxes; words, columns, tables and paragraphs are ours (`pages`).
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.errors import ReadError
from extractor.readers import legacy, ocr
from extractor.readers.pages.boxes import Box, Page, Word, rows_of, upright, whole_words
from extractor.readers.pages.flow import text_of
from extractor.readers.pages.grid import THIN
from extractor.readers.pages.legible import is_legible
from extractor.readers.pages.stamps import without_stamps
from extractor.readers.text import ReadText

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

MAX_PAGES = 300
_FEW = 40  # letters: a page with fewer is no page of text
_MANY = 200  # drawn shapes: letters that were turned into outlines
# in sizes of a letter
_ABOVE, _BELOW = 0.9, 0.2  # how far a word reaches from its base line
_BACK = 0.1  # how far the next letter may stand to the left: a mark over its letter
_OTHER_LINE = 0.45  # from where on it is no raised or lowered mark
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
            pages, notes = _read(document)
        text, origins = text_of(pages)
        if not text.strip():
            raise ReadError(f"{path}: {notes[0] if notes else 'không có chữ nào'}")
        return ReadText(text, self.media_types[0], self.name, origins, tuple(notes))


def _read(document: PdfDocument) -> tuple[list[Page], list[str]]:
    """The pages in order, scans and broken text layers by OCR; what a person should know of it."""
    count = min(len(document), MAX_PAGES)
    pages: dict[int, Page] = {}
    blind: list[int] = []
    broken: list[int] = []
    encodings: set[str] = set()
    for index in range(count):
        if _is_scan(document[index]):
            blind.append(index + 1)
            continue
        page, encoding = _in_unicode(_page(document, index))
        encodings |= {encoding} if encoding else set()
        pages[page.number] = page
        if not is_legible(page):
            broken.append(page.number)
    notes = [legacy.note(encoding) for encoding in sorted(encodings)]
    if len(document) > count:
        notes.append(f"Tệp có {len(document)} trang; chỉ đọc {count} trang đầu")
    unread = sorted(blind + broken)
    if unread and ocr.available():
        for page in ocr.recognise((_scan(document, k) for k in unread), len(unread)):
            if page.number in blind or is_legible(page):
                pages[page.number] = page
        mended = [k for k in broken if pages[k].scanned]
        if mended:
            notes.append(f"{_named(mended)}: lớp chữ hỏng, đã đọc lại từ hình trang")
        broken = [k for k in broken if k not in mended]
    elif blind:
        notes.insert(0, f"{_named(blind)} là ảnh quét, chưa đọc: {ocr.MISSING}")
    if broken:
        notes.append(f"{_named(broken)}: lớp chữ hỏng hoặc không phải tiếng Việt")
    return [pages[k] for k in sorted(pages)], notes


def _named(numbers: Sequence[int]) -> str:
    """Pages by their numbers, for a person."""
    return f"Trang {', '.join(map(str, numbers))}"


def _in_unicode(page: Page) -> tuple[Page, str | None]:
    """The page with its old letters repaired, and the encoding that they were in."""
    rows = rows_of(page.words)
    lines, encoding = legacy.repaired_lines([row.text for row in rows])
    if encoding is None:
        return page, None
    words = [
        word._replace(text=text)
        for row, line in zip(rows, lines, strict=True)
        for word, text in zip(row.words, line.split(" "), strict=True)
    ]
    return replace(page, words=tuple(words)), encoding


def _is_scan(page: PdfPage) -> bool:
    """Whether a page shows next to no text, but a picture or drawn letters."""
    import pypdfium2.raw as c

    text = page.get_textpage()
    if (
        sum(not chr(code).isspace() for code, _ in zip(_codes(text), range(4 * _FEW), strict=False))
        >= _FEW
    ):
        return False
    whole = page.get_width() * page.get_height()
    drawn = 0
    for item in page.get_objects(max_depth=3):
        if item.type == c.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            if (right - left) * (top - bottom) > whole / 4:
                return True
        drawn += item.type == c.FPDF_PAGEOBJ_PATH
    return drawn > _MANY


def _scan(document: PdfDocument, number: int) -> ocr.Scan:
    page = document[number - 1]
    image = page.render(scale=ocr.DPI / 72, draw_annots=False, may_draw_forms=False).to_pil()
    return ocr.Scan(number, image, ocr.DPI)


def _reason(error: Exception) -> str:
    if "password" in str(error).lower():
        return "tệp PDF có mật khẩu, không mở được"
    return f"tệp PDF hỏng hoặc không đúng chuẩn ({error})"


def _page(document: PdfDocument, index: int) -> Page:
    """A page's words and rules, turned upright."""
    page = document[index]
    frame, turn = page.get_bbox(), page.get_rotation()

    found = _words(page.get_textpage(), frame, turn)
    stamps = [upright(box, frame, turn) for box in _flattened(page)]
    if stamps:
        page = document[index]  # as it is now
        found = without_stamps(_words(page.get_textpage(), frame, turn), stamps, printed=found)
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


def _codes(textpage: PdfTextPage) -> Iterator[int]:
    """The code points of a page's characters, spaces and ends of lines that PDFium adds too."""
    import pypdfium2.raw as c

    raw, code_at = textpage.raw, c.FPDFText_GetUnicode
    return (code_at(raw, k) for k in range(textpage.count_chars()))


def _words(textpage: PdfTextPage, frame: Box, turn: int) -> list[Word]:
    """The words of an upright page.

    Their pieces are runs between spaces; a run ends too where the next letter stands further left
    or on another line, since PDFium follows the file, which may set letters in any order. Heights
    are those of the letters' size on their base line: boxes of fonts that tell none are too low.
    """
    import pypdfium2.raw as c

    raw, box_of, origin_of = textpage.raw, c.FPDFText_GetLooseCharBox, c.FPDFText_GetCharOrigin
    box, x, y, matrix = c.FS_RECTF(), ctypes.c_double(), ctypes.c_double(), c.FS_MATRIX()
    at_box, at_x, at_y = ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
    pieces: list[Word] = []
    text = ""
    left = right = base = last = size = 0.0

    def end() -> None:
        shown = unicodedata.normalize("NFC", text)
        pieces.append(Word(shown, left, base - _ABOVE * size, right, base + _BELOW * size))

    for k, code in enumerate(_codes(textpage)):
        if code in _SPACES:
            if text:
                end()
                text = ""
            continue
        if not code or not box_of(raw, k, at_box) or not origin_of(raw, k, at_x, at_y):
            continue
        x0, _, x1, _ = upright((box.left, box.bottom, box.right, box.top), frame, turn)
        _, at, _, _ = upright((x.value, y.value, x.value, y.value), frame, turn)
        if text and (x0 < last - _BACK * size or abs(at - base) > _OTHER_LINE * size):
            end()
            text = ""
        if not text:
            c.FPDFText_GetMatrix(raw, k, matrix)
            size = c.FPDFText_GetFontSize(raw, k) * math.hypot(matrix.c, matrix.d) or 1.0
            left, right, base = x0, x1, at
        text += "-" if code == _HYPHEN else chr(code)
        left, right, last = min(left, x0), max(right, x1), x0
    if text:
        end()
    return whole_words(pieces)


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
