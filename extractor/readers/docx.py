"""Word files (.docx, .docm, .dotx) as Word would print them.

Read off the XML, since the usual libraries lose what deadlines hang on: automatic numbers, tracked
insertions, no-break hyphens ("QĐ-UBND"). A paragraph is a line; tables of tasks keep their cells,
tables that only lay out the page are read cell by cell; text boxes follow their paragraph and
footnotes the text. Deleted and hidden text and field codes are left out. Macros are never run.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.errors import ReadError
from extractor.readers import legacy
from extractor.readers.archive import directory
from extractor.readers.safe_xml import xml_root
from extractor.readers.symbols import symbol
from extractor.readers.text import TRACKED, ReadText, TextBuilder
from extractor.readers.word_tables import MAX_COLUMNS, Cell, Line, Row, write_table
from extractor.readers.zipped import Package, opened

if TYPE_CHECKING:
    from extractor.readers.word_numbering import Counter

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
# the strict form of the standard differs in the names of its namespaces only
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_LEFT_OUT = frozenset(
    W + x
    for x in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "delInstrText", "rt",
              "sdtPr", "tblPr", "trPr", "tcPr", "sectPr", "commentReference", "annotationRef")
)  # fmt: skip
_PLAIN = {
    f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-", f"{W}softHyphen": "\xad",
}  # fmt: skip
_OFF = ("0", "false", "off", "none")


class DocxReader:
    """Reads Word files of 2007 and later."""

    name = "docx"
    suffixes: tuple[str, ...] = (".docx", ".docm", ".dotx", ".dotm")
    media_types: tuple[str, ...] = (_MEDIA_TYPE,)

    def sniff(self, data: bytes, path: Path) -> bool:  # noqa: ARG002 - the reader interface
        """Whether it is a ZIP archive with Word's main part."""
        return b"word/document.xml" in directory(data)

    def read(self, data: bytes, path: Path) -> ReadText:
        """The text as printed; ReadError where the file is damaged, encrypted or holds none."""
        builder = TextBuilder()
        with opened(data, path) as package:
            walk = _Walk(package)
            walk.write(builder)
        text, origins = builder.built()
        if not text.strip():
            raise ReadError(f"{path}: tệp Word không có chữ nào")
        return ReadText(text, _MEDIA_TYPE, self.name, origins, walk.notes())


@dataclass(frozen=True, slots=True)
class _Look:
    """What of a run's looks decides how it reads; None: as the style above says."""

    font: str | None = None
    caps: bool | None = None
    hidden: bool | None = None

    def over(self, below: _Look) -> _Look:
        """This look, with what it leaves open taken from `below`."""
        return _Look(
            below.font if self.font is None else self.font,
            below.caps if self.caps is None else self.caps,
            below.hidden if self.hidden is None else self.hidden,
        )


_NO_LOOK = _Look()


def _look(properties: Any) -> _Look:
    """The look that an rPr gives."""
    if properties is None or not len(properties):
        return _NO_LOOK
    font: str | None = None
    caps: bool | None = None
    hidden: bool | None = None
    for child in properties:
        if child.tag == f"{W}rFonts":
            font = child.get(f"{W}ascii") or child.get(f"{W}hAnsi")
            if child.get(f"{W}asciiTheme"):
                font = ""
        elif child.tag == f"{W}caps":
            caps = child.get(f"{W}val") not in _OFF
        elif child.tag == f"{W}vanish":
            hidden = child.get(f"{W}val") not in _OFF
    return _Look(font, caps, hidden)


class _Styles:
    """word/styles.xml: what paragraphs and runs take from their styles."""

    def __init__(self, root: Any) -> None:
        self.elements: dict[str, Any] = {}
        self.default: str | None = None
        self.base = _NO_LOOK
        self._looks: dict[str, _Look] = {}
        self._lists: dict[str, tuple[str, int | None, str] | None] = {}
        if root is None:
            return
        self.base = _look(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
        for style in root.iterfind(f"{W}style"):
            name = style.get(f"{W}styleId", "")
            self.elements[name] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true"):
                self.default = name

    def chain(self, name: str | None) -> Iterator[tuple[str, Any]]:
        """A style and those that it is based on."""
        seen: set[str] = set()
        while name and name not in seen and name in self.elements:
            seen.add(name)
            yield name, self.elements[name]
            name = _value(self.elements[name], "basedOn")

    def look(self, name: str | None) -> _Look:
        """The look that a style gives."""
        if name is None:
            return _NO_LOOK
        if name not in self._looks:
            found = _NO_LOOK
            for _, style in self.chain(name):
                found = found.over(_look(style.find(f"{W}rPr")))
            self._looks[name] = found
        return self._looks[name]

    def list_of(self, name: str | None) -> tuple[str, int | None, str] | None:
        """The list that a paragraph style brings: numId, level as written, the style that says so."""
        if name is None:
            return None
        if name not in self._lists:
            self._lists[name] = None
            for style, element in self.chain(name):
                numbered = element.find(f"{W}pPr/{W}numPr")
                if numbered is not None and (num := _value(numbered, "numId")) is not None:
                    level = _value(numbered, "ilvl")
                    self._lists[name] = (
                        num,
                        int(level) if level and level.isdecimal() else None,
                        style,
                    )
                    break
        return self._lists[name]

    def lists_of_styles(self) -> dict[str, str]:
        """The numId of each list style."""
        found = {
            name: _value(style.find(f"{W}pPr/{W}numPr"), "numId")
            for name, style in self.elements.items()
            if style.get(f"{W}type") == "numbering"
        }
        return {name: num for name, num in found.items() if num}

    def bordered(self, name: str | None) -> bool:
        """Whether a table style draws lines between cells."""
        for _, style in self.chain(name):
            borders = style.find(f"{W}tblPr/{W}tblBorders")
            if borders is not None:
                return draws_lines(borders)
        return False


def draws_lines(borders: Any) -> bool:
    """Whether borders part the columns by a line."""
    inner = borders.find(f"{W}insideV")
    return inner is not None and inner.get(f"{W}val") not in ("nil", "none", None)


@dataclass
class _Paragraph:
    """A paragraph being read: its text so far, and the text boxes anchored in it."""

    parts: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    look: _Look = _NO_LOOK
    page: int | None = None


class _Walk:
    """One pass over a document's XML, in its order, since lists count and fields nest."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.styles = _Styles(self.part("styles"))
        data, root = package.bytes("word/document.xml"), self.part("document")
        if root is None or (body := root.find(f"{W}body")) is None:
            raise ReadError(f"{package.path}: tệp Word không có phần văn bản")
        self.body = body
        self.fields: list[bool] = []  # open fields: whether still in the code
        self.changes = b"<w:ins " in data or b"<w:del " in data
        self.paged = next(iter(root.iter(f"{W}lastRenderedPageBreak")), None) is not None
        self.page = 1
        self.footnotes: list[tuple[str, str]] = []  # kind, id
        self.carried = ""  # text of a paragraph whose end was deleted: the next one goes on with it
        self.count = self.tables = 0
        self.encodings: set[str] = set()  # old ones that were turned into Unicode
        self.skipped: set[str] = set()

    def part(self, name: str) -> Any:
        """The root of one of Word's parts; None where there is none."""
        data = self.package.bytes(f"word/{name}.xml")
        return (
            xml_root(data.replace(_STRICT, W[1:-1].encode()), self.package.path) if data else None
        )

    @cached_property
    def counter(self) -> Counter:
        """The lists' counter."""
        from extractor.readers.word_numbering import Counter, definitions

        root = self.part("numbering")
        return Counter({} if root is None else definitions(root, self.styles.lists_of_styles()))

    @cached_property
    def converts(self) -> frozenset[str]:
        """The old encodings that fonts of this file stand for.

        A font of old letters may stand over Unicode text as well: then nothing is to be converted.
        """
        seen: dict[str, list[str]] = {}
        for run in self.body.iter(f"{W}r"):
            if encoding := legacy.of_font(self.look_of(run).font):
                seen.setdefault(encoding, []).extend(x.text or "" for x in run.iter(f"{W}t"))
        return frozenset(k for k, texts in seen.items() if not legacy.is_unicode("".join(texts)))

    def look_of(self, run: Any) -> _Look:
        """The look of a run whose paragraph is its nearest one above."""
        above = next(run.iterancestors(f"{W}p"), None)
        properties = None if above is None else above.find(f"{W}pPr")
        style = None if properties is None else _value(properties, "pStyle")
        return self.run_look(run, self.styles.look(style or self.styles.default))

    def run_look(self, run: Any, paragraph: _Look) -> _Look:
        """The look of a run in a paragraph of that look."""
        properties = run.find(f"{W}rPr")
        look = _look(properties)
        if properties is not None and (style := _value(properties, "rStyle")) is not None:
            look = look.over(self.styles.look(style))
        return look.over(paragraph).over(self.styles.base)

    # -- what holds blocks ---------------------------------------------------------------------

    def write(self, builder: TextBuilder) -> None:
        """Write the whole document."""
        self.blocks(self.body, builder)
        for kind, name in self.footnotes:
            self.footnote(kind, name, builder)
        self.encodings |= builder.to_unicode()

    def blocks(self, element: Any, builder: TextBuilder) -> None:
        """Write the paragraphs and tables below an element."""
        for child in element:
            tag = child.tag
            if tag == f"{W}p":
                for line in self.paragraph(child):
                    builder.line(line.text, line.page, line.place, line.kind)
            elif tag == f"{W}tbl":
                self.tables += 1
                place = f"bảng {self.tables}"
                write_table(self.rows(child), self.lined(child), place, builder)
            elif tag == f"{W}altChunk":
                self.skipped.add("phần nhúng (altChunk)")
            elif tag == f"{_MC}AlternateContent":
                self.blocks(_choice(child), builder)
            elif isinstance(tag, str) and tag not in _LEFT_OUT:
                self.blocks(child, builder)

    def lined(self, table: Any) -> bool:
        """Whether lines part the columns of a table."""
        borders = table.find(f"{W}tblPr/{W}tblBorders")
        if borders is not None and borders.find(f"{W}insideV") is not None:
            return draws_lines(borders)
        if self.styles.bordered(_value(table.find(f"{W}tblPr"), "tblStyle")):
            return True
        sides = table.iterfind(f"{W}tr/{W}tc/{W}tcPr/{W}tcBorders/*")
        drawn = sum(
            x.tag in (f"{W}left", f"{W}right", f"{W}start", f"{W}end")
            and x.get(f"{W}val") not in ("nil", "none", None)
            for x in sides
        )
        return drawn > len(table.findall(f"{W}tr"))

    def rows(self, table: Any) -> list[Row]:
        """The rows of a table, deleted ones left out."""
        return [
            [self.cell(cell) for cell in _below(row, f"{W}tc")]
            for row in _below(table, f"{W}tr")
            if row.find(f"{W}trPr/{W}del") is None
        ]

    def cell(self, cell: Any) -> Cell:
        """A cell, its inner tables as lines."""
        properties = cell.find(f"{W}tcPr")
        merge = None if properties is None else properties.find(f"{W}vMerge")
        span = _value(properties, "gridSpan")
        return Cell(
            tuple(self.lines(cell)),
            min(int(span), MAX_COLUMNS) if span and span.isdecimal() else 1,
            merge is not None and merge.get(f"{W}val") != "restart",
        )

    def lines(self, element: Any) -> Iterator[Line]:
        """The paragraphs below an element, those of tables too."""
        for child in element:
            tag = child.tag
            if tag == f"{W}p":
                yield from self.paragraph(child)
            elif tag == f"{_MC}AlternateContent":
                yield from self.lines(_choice(child))
            elif isinstance(tag, str) and tag not in _LEFT_OUT:
                yield from self.lines(child)

    def footnote(self, kind: str, name: str, builder: TextBuilder) -> None:
        """Write a footnote or endnote below the text."""
        root = self.part(f"{kind}s")
        notes = () if root is None else root.iterfind(f"{W}{kind}")
        note = next((x for x in notes if x.get(f"{W}id") == name), None)
        if note is None:
            return
        text = " ".join(line.text for line in self.lines(note)).strip()
        if text:
            number = 1 + self.footnotes.index((kind, name))
            builder.line(f"[{number}] {text}", None, f"chú thích {number}", "footnote")

    # -- paragraphs ----------------------------------------------------------------------------

    def paragraph(self, element: Any) -> list[Line]:
        """The lines of a paragraph with its mark, then those of its text boxes."""
        properties = element.find(f"{W}pPr")
        style = (
            None if properties is None else _value(properties, "pStyle")
        ) or self.styles.default
        read = _Paragraph(look=self.styles.look(style))
        self.inline(element, read)
        text = "".join(read.parts)
        ends = None if properties is None else properties.find(f"{W}rPr")
        if ends is not None and ends.find(f"{W}del") is not None:
            self.carried += text
            return []
        text, self.carried = self.carried + text, ""
        if not text and ends is not None and _look(ends).hidden:
            return []
        mark = self.mark(properties, style)
        text = unicodedata.normalize("NFC", mark + text.strip())
        lines: list[Line] = []
        if text.strip():
            self.count += 1
            page = (read.page or self.page) if self.paged else None
            lines.append(Line(text, page, f"đoạn {self.count}"))
        else:
            lines.append(Line(""))
        for box in read.boxes:
            lines.extend(
                Line(line.text, line.page, f"hộp chữ ở đoạn {self.count}", "textbox")
                for line in self.lines(box)
                if line.text.strip()
            )
        return lines

    def mark(self, properties: Any, style: str | None) -> str:
        """The automatic mark of a paragraph, "" for none."""
        numbered = None if properties is None else properties.find(f"{W}numPr")
        num = None if numbered is None else _value(numbered, "numId")
        written = None if numbered is None else _value(numbered, "ilvl")
        level = int(written) if written and written.isdecimal() else None
        inherited = self.styles.list_of(style) if num is None else None
        if inherited is not None:
            num, own, named = inherited
            known = self.counter.lists.get(num)
            tied = known.level_of(named) if known else None
            level = next((x for x in (level, tied, own) if x is not None), 0)
        if num is None or num == "0":
            return ""
        if level is None:
            known = self.counter.lists.get(num)
            level = (known.level_of(style) if known and style else None) or 0
        return self.counter.mark(num, level)

    def inline(self, element: Any, read: _Paragraph) -> None:
        """Read what stands within a paragraph."""
        for child in element:
            tag = child.tag
            if tag == f"{W}r":
                self.run(child, read)
            elif tag == f"{_MC}AlternateContent":
                self.inline(_choice(child), read)
            elif tag == f"{_MATH}t":
                read.parts.append(child.text or "")
            elif isinstance(tag, str) and tag not in _LEFT_OUT:
                self.inline(child, read)

    def run(self, run: Any, read: _Paragraph) -> None:
        """Read a run: text of one look."""
        look = self.run_look(run, read.look)
        if look.hidden:
            return
        parts: list[str] = []
        self.pieces(run, parts, read, look)
        if not parts:
            return
        text = "".join(parts)
        read.page = read.page or (self.page if text.strip() else None)
        encoding = legacy.of_font(look.font)
        if encoding and encoding in self.converts:
            text = legacy.decode(text, encoding, look.font or "")
            self.encodings.add(encoding)
        else:
            text = text.replace("\xad", "")  # a place where a word may break: none of its letters
        read.parts.append(text.upper() if look.caps else text)

    def pieces(self, element: Any, parts: list[str], read: _Paragraph, look: _Look) -> None:
        """Read the pieces of a run."""
        for child in element:
            tag = child.tag
            if tag == f"{W}t":
                if not (self.fields and True in self.fields):
                    parts.append((child.text or "").replace("\n", " "))
            elif tag in _PLAIN:
                if not (self.fields and True in self.fields):
                    parts.append(_PLAIN[tag])
            elif tag == f"{W}fldChar":
                self.field(child.get(f"{W}fldCharType"))
            elif tag == f"{W}sym":
                code = child.get(f"{W}char", "")
                if re.fullmatch("[0-9A-Fa-f]{1,4}", code):
                    parts.append(symbol(chr(int(code, 16)), child.get(f"{W}font", "Symbol")))
            elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
                kind = "footnote" if tag == f"{W}footnoteReference" else "endnote"
                self.footnotes.append((kind, child.get(f"{W}id", "")))
            elif tag == f"{W}lastRenderedPageBreak":
                self.page += 1
            elif tag == f"{W}txbxContent":
                read.boxes.append(child)
            elif tag == f"{_MC}AlternateContent":
                self.pieces(_choice(child), parts, read, look)
            elif isinstance(tag, str) and tag not in _LEFT_OUT:
                self.pieces(child, parts, read, look)  # drawings, objects, ruby

    def field(self, kind: str | None) -> None:
        """Enter a field's code, pass to its result, leave it."""
        if kind == "begin":
            self.fields.append(True)
        elif kind == "separate" and self.fields:
            self.fields[-1] = False
        elif kind == "end" and self.fields:
            self.fields.pop()

    def notes(self) -> tuple[str, ...]:
        """What a person should know of the reading."""
        found = [legacy.note(name) for name in sorted(self.encodings)]
        if self.changes:
            found.append(TRACKED)
        if any(name.endswith("vbaProject.bin") for name in self.package.names):
            found.append("Tệp có macro; không chạy")
        return (*found, *(f"Không đọc {x}" for x in sorted(self.skipped)))


def _below(element: Any, wanted: str) -> Iterator[Any]:
    """The rows of a table or cells of a row, also those within content controls."""
    for child in element:
        if child.tag == wanted:
            yield child
        elif child.tag == f"{_MC}AlternateContent":
            yield from _below(_choice(child), wanted)
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT and child.tag != f"{W}tc":
            yield from _below(child, wanted)


def _choice(element: Any) -> Sequence[Any]:
    """What stands for all of an AlternateContent: its first choice, else its fallback."""
    for name in ("Choice", "Fallback"):
        found = element.find(f"{_MC}{name}")
        if found is not None:
            return list(found)
    return ()


def _value(element: Any, name: str) -> str | None:
    found = None if element is None else element.find(f"{W}{name}")
    value: str | None = None if found is None else found.get(f"{W}val")
    return value
