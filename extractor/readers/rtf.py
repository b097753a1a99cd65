"""Rich Text Format, as Word and LibreOffice write it.

Automatic numbers stand in the file as text. The fonts are kept in view, since old letters are told
by them; deleted and hidden text, field codes, headers and pictures are left out; tables keep their
cells. striprtf, the usual library, knows neither fonts nor cells, and no tracked changes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from extractor.errors import ReadError
from extractor.readers import legacy
from extractor.readers.symbols import symbol
from extractor.readers.text import TRACKED, Kind, ReadText, TextBuilder
from extractor.readers.word_tables import Cell, Line, Row, write_table

_TOKEN = re.compile(
    r"\\(?:([a-zA-Z]{1,32})(-?\d{1,10})? ?|'([0-9a-fA-F]{2})|([^a-zA-Z'\r\n])|[\r\n])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\'?"
)
_LEFT_OUT = frozenset(
    """colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr
    footerf fldinst nonshppict shprslt ftnsep ftnsepc ftncn annotation atnid atnauthor sn sv
    bkmkstart bkmkend listtable listoverridetable xe tc template private revtbl themedata""".split()
)
_KEPT = frozenset("shpinst shptxt listtext pntext footnote fldrslt ud".split())  # though marked \*
_CHARS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
    "~": "\xa0", "_": "-", "-": "\xad", "{": "{", "}": "}", "\\": "\\",
}  # fmt: skip
_CODEPAGES = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250",
}  # fmt: skip
_SYMBOLS = 2  # the character set of symbol fonts
_DEEPEST = 2000
_MARK = re.compile(r"^(\S+)\t")  # of a list


@dataclass(slots=True)
class _Font:
    name: str = ""
    charset: int = 0


@dataclass(frozen=True, slots=True)
class _State:
    """What holds in a group of the file. skip: how many characters stand for one in Unicode."""

    left_out: bool = False
    font: int = 0
    hidden: bool = False
    deleted: bool = False
    caps: bool = False
    skip: int = 1
    aside: str = ""  # "fonttbl", "footnote" or "shptxt": text that goes elsewhere
    table: bool = False


@dataclass
class _Rows:
    """A table being read: its cells by the right edges that the row's definition gives."""

    rows: list[list[tuple[Cell, int]]] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    edges: list[tuple[int, bool]] = field(default_factory=list)  # of this row; whether merged up
    merged: bool = False
    side: bool = False  # the border being defined is one between columns
    lines: int = 0  # how many such borders are drawn

    def end_row(self) -> None:
        """Close the row with the edges of its cells."""
        if self.cells:
            self.rows.append(
                [
                    (cell._replace(continued=up), edge)
                    for cell, (edge, up) in zip(self.cells, self.padded(), strict=False)
                ]
            )
        self.cells = []

    def padded(self) -> Iterator[tuple[int, bool]]:
        yield from self.edges
        last = self.edges[-1][0] if self.edges else 0
        while True:
            last += 1
            yield last, False

    def finished(self) -> list[Row]:
        """The rows, each cell as wide as the columns between its edges."""
        edges = sorted({edge for row in self.rows for _, edge in row})
        at = {edge: k for k, edge in enumerate(edges)}
        found: list[Row] = []
        for row in self.rows:
            before, cells = -1, []
            for cell, edge in row:
                cells.append(cell._replace(span=max(at[edge] - before, 1)))
                before = at[edge]
            found.append(cells)
        return found


class RtfReader:
    """Reads .rtf."""

    name = "rtf"
    suffixes: tuple[str, ...] = (".rtf",)
    media_types: tuple[str, ...] = ("application/rtf", "text/rtf")

    def sniff(self, data: bytes, path: Path) -> bool:  # noqa: ARG002 - the reader interface
        """Whether it begins as RTF does."""
        return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:5] == b"{\\rtf"

    def read(self, data: bytes, path: Path) -> ReadText:
        """The text as printed; ReadError where it is no RTF, nests without end or holds no text."""
        if not self.sniff(data, path):
            raise ReadError(f"{path}: không phải tệp RTF, hoặc đã hỏng")
        builder = TextBuilder()
        walk = _Walk(data.decode("latin-1"), path, builder)
        walk.read()
        text, origins = builder.built()
        if not text.strip():
            raise ReadError(f"{path}: tệp RTF không có chữ nào")
        return ReadText(text, self.media_types[0], self.name, origins, walk.notes())


class _Walk:
    """One pass over the tokens."""

    def __init__(self, source: str, path: Path, builder: TextBuilder) -> None:
        self.source, self.path, self.builder = source, path, builder
        self.state = _State()
        self.stack: list[_State] = []
        self.fonts: dict[int, _Font] = {}
        self.codepage = "cp1252"
        self.default_font = 0
        self.text: list[tuple[str, str]] = []  # pieces of the paragraph, each with its old encoding
        self.asides: list[tuple[str, list[tuple[str, str]]]] = []  # open footnotes and text boxes
        self.lines: list[Line] = []  # paragraphs of the open cell
        self.table = _Rows()
        self.late: list[Line] = []  # footnotes
        self.count = self.tables = 0
        self.skip = 0
        self.star = False
        self.encodings: set[str] = set()
        self.changes = False

    def read(self) -> None:
        """Write the whole file."""
        position, end = 0, len(self.source)
        while position < end:
            match = _TOKEN.match(self.source, position)
            if match is None:
                break
            position = match.end()
            word, number, code, sign, brace, plain = match.groups()
            if brace == "{":
                self.stack.append(self.state)
                self.skip = 0
                if len(self.stack) > _DEEPEST:
                    raise ReadError(f"{self.path}: RTF lồng quá sâu")
            elif brace:
                self.close()
            elif word == "bin":
                position += max(int(number or 0), 0)
            elif word:
                self.word(word, None if number is None else int(number))
            elif code:
                self.byte(int(code, 16))
            elif sign == "*":
                self.star = True
                continue
            elif sign:
                self.put(_CHARS.get(sign, ""))
            elif plain:
                self.plain(plain)
            if brace != "{":
                self.star = False
        if self.text or self.lines:
            self.paragraph()
        self.end_table()
        for line in self.late:
            self.builder.line(*line)
        self.encodings |= self.builder.to_unicode()

    def close(self) -> None:
        """End a group; a footnote or text box is then complete."""
        before = self.stack.pop() if self.stack else _State()
        if self.state.aside in ("footnote", "shptxt") and before.aside != self.state.aside:
            self.paragraph()
            kind, outer = self.asides.pop()
            if kind == "footnote" and self.lines:
                number = len(self.late) + 1
                words = " ".join(x.text for x in self.lines)
                self.late.append(
                    Line(f"[{number}] {words}", None, f"chú thích {number}", "footnote")
                )
                self.lines = []
            elif not before.table:
                self.flush("textbox")
            self.text = outer
        # whether a paragraph lies in a table is said of the paragraph, not of the group
        self.state = replace(before, table=self.state.table) if not before.left_out else before
        self.skip = 0

    def word(self, word: str, number: int | None) -> None:
        """Follow a control word."""
        if self.star and word not in _KEPT and word != "fonttbl":
            self.state = replace(self.state, left_out=True)
            return
        if word in _LEFT_OUT:
            self.state = replace(self.state, left_out=True)
        elif self.state.left_out:
            return
        elif word in _CHARS:
            self.put(_CHARS[word])
        elif word == "u":
            self.skip = 0
            self.put(chr((number or 0) % 65536))
            self.skip = self.state.skip
        elif word == "uc":
            self.state = replace(self.state, skip=max(number or 0, 0))
        elif word == "fonttbl":
            self.state = replace(self.state, aside="fonttbl")
        elif word == "f":
            self.state = replace(self.state, font=number or 0)
        elif word == "fcharset" and self.state.aside == "fonttbl":
            self.font().charset = number or 0
        elif word == "deff":
            self.default_font = number or 0
            self.state = replace(self.state, font=self.default_font)
        elif word == "ansicpg" and number:
            self.codepage = f"cp{number}"
        elif word == "plain":
            self.state = replace(self.state, font=self.default_font, hidden=False, deleted=False, caps=False)  # fmt: skip
        elif word == "v":
            self.state = replace(self.state, hidden=number != 0)
        elif word == "caps":
            self.state = replace(self.state, caps=number != 0)
        elif word == "deleted":
            self.state = replace(self.state, deleted=number != 0)
            self.changes = True
        elif word == "revised":
            self.changes = True
        elif word in ("footnote", "shptxt"):
            self.asides.append((word, self.text))
            self.text = []
            self.state = replace(self.state, aside=word)
        else:
            self.layout(word, number)

    def layout(self, word: str, number: int | None) -> None:
        """Follow a control word that ends paragraphs or makes tables."""
        table = self.table
        if word in ("par", "sect", "page", "column"):
            self.paragraph()
        elif word == "pard":
            self.state = replace(self.state, table=False)
        elif word == "intbl":
            self.state = replace(self.state, table=True)
        elif word in ("cell", "nestcell"):
            self.state = replace(self.state, table=True)
            self.paragraph(force=True)
            if word == "cell":
                table.cells.append(Cell(tuple(self.lines)))
                self.lines = []
        elif word == "row":
            table.end_row()
        elif word == "trowd":
            table.edges, table.merged, table.side = [], False, False
        elif word == "clvmrg":
            table.merged = True
        elif word in ("clbrdrl", "clbrdrr", "clbrdrt", "clbrdrb"):
            table.side = word in ("clbrdrl", "clbrdrr")
        elif word in ("brdrs", "brdrth", "brdrdb", "brdrhair") and table.side:
            table.lines += 1
            table.side = False
        elif word == "cellx":
            table.edges.append((number or 0, table.merged))
            table.merged = table.side = False

    def font(self) -> _Font:
        return self.fonts.setdefault(self.state.font, _Font())

    # -- characters ----------------------------------------------------------------------------

    def plain(self, text: str) -> None:
        """Characters as they stand."""
        if self.skip:
            cut = min(self.skip, len(text))
            self.skip -= cut
            text = text[cut:]
        if self.state.aside == "fonttbl":
            font = self.font()
            font.name = (font.name + text).split(";")[0]
        elif not text.isascii():  # bytes that another program left as they are
            for char in text:
                self.byte(ord(char))
        elif text:
            self.put(text)

    def byte(self, code: int) -> None:
        """A character by its code in the font's character set."""
        if self.skip:
            self.skip -= 1
            return
        font = self.fonts.get(self.state.font, _Font())
        if legacy.of_font(font.name):
            self.put(chr(code))
            return
        if font.charset == _SYMBOLS:
            self.put(symbol(chr(code), font.name or "Symbol"))
            return
        page = _CODEPAGES.get(font.charset, self.codepage) if font.charset else self.codepage
        try:
            self.put(bytes([code]).decode(page))
        except (UnicodeDecodeError, LookupError):
            self.put(bytes([code]).decode("latin-1"))

    def put(self, text: str) -> None:
        """Add text where the state says that it shows."""
        state = self.state
        if not text or self.skip:
            self.skip = max(self.skip - 1, 0)
            return
        if state.left_out or state.hidden or state.deleted or state.aside == "fonttbl":
            return
        name = self.fonts.get(state.font, _Font()).name
        encoding = legacy.of_font(name) or ""
        self.text.append((text.upper() if state.caps else text, encoding and name))

    # -- paragraphs ----------------------------------------------------------------------------

    def paragraph(self, *, force: bool = False) -> None:
        """End a paragraph; force: of a cell, whose last one may be empty."""
        words = ""
        for font, group in groupby(self.text, key=lambda piece: piece[1]):
            part = "".join(text for text, _ in group)
            encoding = legacy.of_font(font)
            if encoding and not part.isascii() and not legacy.is_unicode(part):
                self.encodings.add(encoding)
                part = legacy.decode(part, encoding, font)
            elif encoding and font.endswith("H"):
                part = part.upper()
            words += part.replace("\xad", "")
        self.text = []
        joined = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # halves of \u
        words = _MARK.sub(r"\1 ", unicodedata.normalize("NFC", joined).strip())
        if words or not (force or self.state.aside):
            self.lines.append(Line(words))
        if not self.state.table and not self.state.aside:
            self.end_table()
            self.flush("text")

    def flush(self, kind: Kind) -> None:
        """Write the paragraphs outside of tables."""
        for line in self.lines:
            self.count += bool(line.text)
            self.builder.line(line.text, None, f"đoạn {self.count}" if line.text else None, kind)
        self.lines = []

    def end_table(self) -> None:
        """Write the table that the last rows make."""
        table, self.table = self.table, _Rows()
        table.end_row()
        if table.rows:
            self.tables += 1
            lined = table.lines > len(table.rows)
            write_table(table.finished(), lined, f"bảng {self.tables}", self.builder)

    def notes(self) -> tuple[str, ...]:
        """What a person should know of the reading."""
        found = [legacy.note(name) for name in sorted(self.encodings)]
        if self.changes:
            found.append(TRACKED)
        return tuple(found)
