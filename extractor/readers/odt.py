"""OpenDocument text (.odt), read off its XML as the Word reader does.

Its lists count as Word's do, so the same counter prints their marks. odfpy and odfdo know no marks;
LibreOffice, the other way in, takes a second a file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from extractor.errors import ReadError
from extractor.readers import legacy
from extractor.readers.text import TRACKED, Kind, ReadText, TextBuilder
from extractor.readers.word_numbering import LEVELS, Counter, Level, List
from extractor.readers.word_tables import Cell, Line, Row, write_table
from extractor.readers.zipped import ZIP, Package, opened

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT, _STYLE, _TABLE, _DRAW, _OFFICE = (
    _NS % x for x in ("text", "style", "table", "drawing", "office")
)
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_PRINTED = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}num-list-format"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
_LEFT_OUT = frozenset(
    [f"{_TEXT}{x}" for x in ("tracked-changes", "sequence-decls", "number", "ruby-text", "note-citation")]
    + [f"{_OFFICE}{x}" for x in ("annotation", "forms", "binary-data")]
)  # fmt: skip
_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none"}  # fmt: skip
_BORDERS = ("border", "border-left", "border-right")


class OdtReader:
    """Reads .odt."""

    name = "odt"
    suffixes: tuple[str, ...] = (".odt", ".ott")
    media_types: tuple[str, ...] = (_MEDIA_TYPE,)

    def sniff(self, data: bytes, path: Path) -> bool:  # noqa: ARG002 - the reader interface
        """Whether it is a ZIP archive that says first that it is OpenDocument text."""
        return data.startswith(ZIP) and data[30:38] == b"mimetype" and _MEDIA_TYPE.encode() in data[38:200]  # fmt: skip

    def read(self, data: bytes, path: Path) -> ReadText:
        """The text as printed; ReadError where the file is damaged, encrypted or holds none."""
        builder = TextBuilder()
        with opened(data, path) as package:
            if b"encryption-data" in package.bytes("META-INF/manifest.xml"):
                raise ReadError(f"{path}: tệp có mật khẩu")
            walk = _Walk(package)
            walk.write(builder)
        text, origins = builder.built()
        if not text.strip():
            raise ReadError(f"{path}: tệp không có chữ nào")
        return ReadText(text, _MEDIA_TYPE, self.name, origins, walk.notes())


class _Styles:
    """What styles say of letters, lists and borders, those of content.xml first."""

    def __init__(self, roots: list[Any]) -> None:
        self.elements: dict[tuple[str, str], Any] = {}
        self.lists: dict[str, dict[int, Level]] = {}
        self.outline: dict[int, Level] = {}
        for root in roots:
            for style in root.iter(f"{_STYLE}style"):
                key = (style.get(f"{_STYLE}family", ""), style.get(f"{_STYLE}name", ""))
                self.elements.setdefault(key, style)
            for style in root.iter(f"{_TEXT}list-style"):
                self.lists.setdefault(style.get(f"{_STYLE}name", ""), dict(map(_level, style)))
            for style in root.iter(f"{_TEXT}outline-style"):
                self.outline = dict(map(_level, style))
        self.text = cache(self._text)

    def chain(self, family: str, name: str | None) -> Iterator[Any]:
        """A style and those above it."""
        seen: set[str] = set()
        while name and name not in seen and (family, name) in self.elements:
            seen.add(name)
            yield self.elements[family, name]
            name = self.elements[family, name].get(f"{_STYLE}parent-style-name")

    def _text(self, family: str, name: str | None) -> tuple[str | None, bool, bool]:
        """The font that a style gives (None: not said), whether all is capitals, or hidden."""
        font: str | None = None
        caps = hidden = False
        for style in self.chain(family, name):
            look = style.find(f"{_STYLE}text-properties")
            if look is not None:
                font = font or look.get(f"{_STYLE}font-name")
                caps = caps or look.get(f"{_FO}text-transform") == "uppercase"
                hidden = hidden or look.get(f"{_TEXT}display") == "none"
        return font, caps, hidden

    def list_style(self, name: str | None) -> str | None:
        """The list style that a paragraph style names."""
        found = (x.get(f"{_STYLE}list-style-name") for x in self.chain("paragraph", name))
        return next(filter(None, found), None)

    def bordered(self, name: str | None) -> bool:
        """Whether a cell has a line at a side."""
        for style in self.chain("table-cell", name):
            look = style.find(f"{_STYLE}table-cell-properties")
            if look is not None and any(
                (look.get(f"{_FO}{x}") or "none") != "none" for x in _BORDERS
            ):
                return True
        return False


class _Walk:
    """One pass over the document, in its order, since lists count."""

    def __init__(self, package: Package) -> None:
        content = package.root("content.xml")
        body = None if content is None else content.find(f"{_OFFICE}body/{_OFFICE}text")
        if body is None:
            raise ReadError(f"{package.path}: tệp không có phần văn bản")
        self.body = body
        styles = package.root("styles.xml")
        self.styles = _Styles([content] if styles is None else [content, styles])
        self.lists: dict[str, List] = {}
        self.counter = Counter(self.lists)
        self.of_style: dict[str, str] = {}  # the last list of each style
        self.of_id: dict[str, str] = {}
        self.notes_: list[Any] = []
        self.boxes: list[Any] = []
        self.encodings: set[str] = set()
        self.count = self.tables = 0
        self.changes = body.find(f"{_TEXT}tracked-changes") is not None

    def write(self, builder: TextBuilder) -> None:
        """Write the whole document."""
        for child in self.body:
            self.block(child, builder)
        for number, note in enumerate(self.notes_, 1):
            words = " ".join(line.text for line in self.lines(note)).strip()
            if words:
                builder.line(f"[{number}] {words}", None, f"chú thích {number}", "footnote")
        self.encodings |= builder.to_unicode()

    def block(self, element: Any, builder: TextBuilder) -> None:
        """Write a paragraph, a list or a table."""
        if element.tag == f"{_TABLE}table":
            self.tables += 1
            rows, lined = self.rows(element)
            write_table(rows, lined, f"bảng {self.tables}", builder)
        elif element.tag in (f"{_TEXT}p", f"{_TEXT}h", f"{_TEXT}list"):
            for line in self.line(element):
                builder.line(*line)
        elif isinstance(element.tag, str) and element.tag not in _LEFT_OUT:
            for child in element:
                self.block(child, builder)

    def lines(self, element: Any) -> Iterator[Line]:
        """All paragraphs below an element."""
        for child in element:
            yield from self.line(child)

    def line(self, element: Any) -> Iterator[Line]:
        """The lines of one block."""
        if element.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            mark = ""
            if element.tag == f"{_TEXT}h" and self.styles.outline:
                at = int(element.get(f"{_TEXT}outline-level") or 1) - 1
                self.lists.setdefault("", List("", self.styles.outline, {}))
                mark = self.counter.mark("", min(at, LEVELS - 1))
            yield from self.paragraph(element, mark)
        elif element.tag == f"{_TEXT}list":
            yield from self.items(element, 0, None)
        elif isinstance(element.tag, str) and element.tag not in _LEFT_OUT:
            yield from self.lines(element)

    def rows(self, table: Any) -> tuple[list[Row], bool]:
        """The rows of a table, and whether lines part its columns."""
        rows: list[Row] = []
        drawn = 0
        for row in _rows(table):
            cells: list[Cell] = []
            covered = 0  # columns that the cell before takes as well
            for cell in row:
                if cell.tag == f"{_TABLE}covered-table-cell":
                    if covered:
                        covered -= 1
                    else:
                        cells.append(Cell((), 1, True))
                elif cell.tag == f"{_TABLE}table-cell":
                    drawn += self.styles.bordered(cell.get(f"{_TABLE}style-name"))
                    span = _number(cell.get(f"{_TABLE}number-columns-spanned"))
                    covered = span - 1
                    cells.append(Cell(tuple(self.lines(cell)), span))
                    repeated = _number(cell.get(f"{_TABLE}number-columns-repeated"))
                    cells += [Cell(())] * min(repeated - 1, 50)
            rows.append(cells)
        return rows, drawn > len(rows)

    # -- lists -----------------------------------------------------------------------------------

    def items(self, element: Any, at: int, name: str | None) -> Iterator[Line]:
        """The paragraphs of a list at a level; name: the list that it is part of."""
        if name is None:
            name = self.begun(element)
        for item in element:
            numbered = item.tag == f"{_TEXT}list-item"
            if not numbered and item.tag != f"{_TEXT}list-header":
                continue
            start = item.get(f"{_TEXT}start-value")
            for child in item:
                if child.tag == f"{_TEXT}list":
                    yield from self.items(child, at + 1, name)
                elif child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
                    mark = ""
                    if numbered:
                        known = self.lists[name]
                        if start is not None:  # a list of its own that counts on the same counts
                            one = f"{name}+{len(self.lists)}"
                            self.lists[one] = List(
                                known.abstract, known.levels, {at: _number(start)}
                            )
                            name = one
                        mark = self.counter.mark(name, min(at, LEVELS - 1))
                        numbered, start = False, None
                    yield from self.paragraph(child, mark)
                else:
                    yield from self.line(child)

    def begun(self, element: Any) -> str:
        """The list that an element begins or goes on with."""
        style = element.get(f"{_TEXT}style-name") or ""
        if not style:
            first = next(element.iter(f"{_TEXT}p", f"{_TEXT}h"), None)
            named = None if first is None else first.get(f"{_TEXT}style-name")
            style = self.styles.list_style(named) or ""
        name = self.of_id.get(element.get(f"{_TEXT}continue-list", ""))
        if name is None and element.get(f"{_TEXT}continue-numbering") == "true":
            name = self.of_style.get(style)
        if name is None:
            name = f"{style}#{len(self.lists)}"
            self.lists[name] = List(name, self.styles.lists.get(style, {}), {})
        self.of_style[style] = name
        if identity := element.get(_XML_ID):
            self.of_id[identity] = name
        return name

    # -- paragraphs ------------------------------------------------------------------------------

    def paragraph(self, element: Any, mark: str) -> Iterator[Line]:
        """A paragraph's line, then those of its text boxes."""
        boxes, self.boxes = self.boxes, []
        parts: list[str] = []
        self.inline(
            element, self.styles.text("paragraph", element.get(f"{_TEXT}style-name")), parts
        )
        text = unicodedata.normalize("NFC", mark + "".join(parts).strip())
        found, self.boxes = self.boxes, boxes
        if text.strip():
            self.count += 1
            yield Line(text, None, f"đoạn {self.count}")
        else:
            yield Line("")
        kind: Kind = "textbox"
        for box in found:
            for line in self.lines(box):
                if line.text:
                    yield Line(line.text, None, f"hộp chữ ở đoạn {self.count}", kind)

    def inline(self, element: Any, look: tuple[str | None, bool, bool], parts: list[str]) -> None:
        """Read what stands within a paragraph, in the look that holds there."""
        self.put(element.text, look, parts)
        for child in element:
            tag = child.tag
            if tag == f"{_TEXT}span":
                font, caps, hidden = self.styles.text("text", child.get(f"{_TEXT}style-name"))
                self.inline(child, (font or look[0], caps or look[1], hidden or look[2]), parts)
            elif tag == f"{_TEXT}s":
                parts.append(" " * min(_number(child.get(f"{_TEXT}c")), 200))
            elif tag == f"{_TEXT}tab":
                parts.append("\t")
            elif tag == f"{_TEXT}line-break":
                parts.append("\n")
            elif tag == f"{_TEXT}note":
                body = child.find(f"{_TEXT}note-body")
                if body is not None:
                    self.notes_.append(body)
            elif tag == f"{_DRAW}text-box":
                self.boxes.append(child)
            elif isinstance(tag, str) and tag not in _LEFT_OUT:
                self.inline(child, look, parts)
            self.put(child.tail, look, parts)

    def put(self, text: str | None, look: tuple[str | None, bool, bool], parts: list[str]) -> None:
        """Add characters as they show."""
        font, caps, hidden = look
        if not text or hidden:
            return
        text = re.sub(r"[ \t\r\n]+", " ", text)
        encoding = legacy.of_font(font)
        if encoding and not legacy.is_unicode(text):
            self.encodings.add(encoding)
            text = legacy.decode(text, encoding, font or "")
        text = text.replace("\xad", "").replace("\u2011", "-")
        parts.append(text.upper() if caps else text)

    def notes(self) -> tuple[str, ...]:
        """What a person should know of the reading."""
        found = [legacy.note(name) for name in sorted(self.encodings)]
        if self.changes:
            found.append(TRACKED)
        return tuple(found)


def _level(element: Any) -> tuple[int, Level]:
    """A level of a list style, in Word's terms."""
    at = _number(element.get(f"{_TEXT}level")) - 1
    if element.tag == f"{_TEXT}list-level-style-bullet":
        look = element.find(f"{_STYLE}text-properties")
        font = (
            "" if look is None else look.get(f"{_FO}font-family") or look.get(f"{_STYLE}font-name")
        )
        return at, Level(format="bullet", text=element.get(f"{_TEXT}bullet-char") or "", font=(font or "").strip("'"))  # fmt: skip
    form = element.get(f"{_STYLE}num-format") or ""
    text = re.sub(r"%(\d)%", r"%\1", element.get(_PRINTED) or "")
    if not text and form:
        shown = _number(element.get(f"{_TEXT}display-levels"))
        text = ".".join(f"%{k}" for k in range(max(at + 2 - shown, 1), at + 2))
        text = f"{element.get(f'{_STYLE}num-prefix') or ''}{text}{element.get(f'{_STYLE}num-suffix') or ''}"  # fmt: skip
    return at, Level(
        start=_number(element.get(f"{_TEXT}start-value")),
        format=_FORMATS.get(form, "decimal"),
        text=text,
    )


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in (f"{_TABLE}table-header-rows", f"{_TABLE}table-rows", f"{_TABLE}table-row-group"):  # fmt: skip
            yield from _rows(child)


def _number(text: str | None) -> int:
    """A count; 1 where it is not written."""
    return min(int(text), 1_000_000) if text and text.isdecimal() and len(text) < 10 else 1
