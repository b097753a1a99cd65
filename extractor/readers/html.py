"""Web pages: a portal's page with its notice among menus and other news, or Word's "web page".

The notice's part of a page is chosen by where the running text stands, menus and lists of links put
aside; it is widened as long as that adds a letterhead or a closing. List numbers that only the
browser would print are written out, and task tables become rows with "|" between cells.

No extractor keeps the numbers of `<ol>`, by which a clause is cited; docs/readers.md says how the
choice compares with trafilatura.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.errors import ReadError
from extractor.readers import legacy
from extractor.readers.safe_xml import html_body
from extractor.readers.text import ReadText, TextBuilder
from extractor.readers.word_tables import Cell, Line, write_table

Element = Any  # lxml ships no types

_HEAD = 4096
_START = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAGS = re.compile(
    rb"<(?:html|head|body|meta|title|div|p|table|span|br|h[1-6]|ol|ul|font|center)\b[^>]*>",
    re.IGNORECASE,
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)

_NOT_TEXT = frozenset(
    "script style noscript template iframe object svg math head title nav aside footer button"
    " select option textarea input del dialog audio video canvas map".split()
)
_LINES = frozenset(
    "address article blockquote body caption center dd details div dl dt fieldset figcaption figure"
    " form h1 h2 h3 h4 h5 h6 header hr li main ol p pre section summary table tbody td tfoot th thead"
    " tr ul".split()
)
_HOLDERS = frozenset("article body center div form main section td".split())
# names that sites give to what stands around an article, as whole words of class or id
_AROUND = re.compile(
    r"(?:^|[\s_-])(?:(?:side|right|left|top|bottom)?-?(?:bar|menu)|nav\w*|breadcrumbs?|comments?|related|"
    r"share|social|banner|footer|copyright|adverts?|ads?|tags?|pagination|widget|popup|modal|cookies?|"
    r"sidebar|(?:tin)?-?lien-?quan|tin-?(?:khac|moi|doc-nhieu)|binh-?luan|quang-?cao|chia-?se)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_FRAME = re.compile(  # what only the head or the end of a notice says
    r"C[ỘO]NG H(?:ÒA|OÀ) XÃ HỘI CHỦ NGHĨA|ĐẢNG CỘNG SẢN VIỆT NAM|Độc lập\s*[-–]\s*Tự do|"
    r"^\s*Số\s*:?\s*\d|Kính gửi|Nơi nhận|^\s*(?:KT|TL|TM|TUQ)\.",
    re.MULTILINE,
)
_WORD = re.compile(r"Microsoft Word|Word\.Document|LibreOffice|OpenOffice", re.IGNORECASE)
_BLANK = re.compile(r"[ \t\r\n\f\v\xa0]+")


class HtmlReader:
    """Reads .html, .htm and .xhtml."""

    name = "html"
    suffixes: tuple[str, ...] = (".html", ".htm", ".xhtml")
    media_types: tuple[str, ...] = ("text/html", "application/xhtml+xml")

    def sniff(self, data: bytes, path: Path) -> bool:
        """Whether it begins as a page does; tags alone tell only under a page's name."""
        head = _head(data)
        if _START.match(head):
            return True
        return path.suffix.lower() in self.suffixes and bool(_TAGS.search(head))

    def read(self, data: bytes, path: Path) -> ReadText:
        """The notice in the page; ReadError where the page holds no text."""
        if not _TAGS.search(_head(data)):
            raise ReadError(f"{path}: không phải trang HTML")
        source, notes = decode(data)
        body = html_body(source, path)
        page = _Page() if _WORD.search(source[:_HEAD]) else _Page(_around(body))
        builder = TextBuilder()
        _Lines(page, builder).write(page.notice(body))
        text, origins = builder.built()
        if not text.strip():
            raise ReadError(f"{path}: trang HTML không có nội dung")
        return ReadText(text, "text/html", self.name, origins, notes)


def _head(data: bytes) -> bytes:
    head = data[: 2 * _HEAD].removeprefix(codecs.BOM_UTF8)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.replace(b"\x00", b"")[2:]
    return head


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The characters of a page, and a note where they are of before Unicode.

    By its mark, as UTF-8, by what it declares, else Windows-1258; pages of old fonts say any of them.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
    else:
        text = _decoded(data)
    text, encoding = legacy.repaired(unicodedata.normalize("NFC", text))
    if encoding is None:
        return text, ()
    return text, (f"Chữ mã {legacy.NAMES[encoding]} được đổi sang Unicode",)


def _decoded(data: bytes) -> str:
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError:
        declared = _CHARSET.search(data[:_HEAD])
    try:
        return data.decode(declared[1].decode("ascii", "replace") if declared else "", "replace")
    except LookupError:
        return data.decode("cp1258", "replace")


# --- what of a page is the notice -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Page:
    """around: the elements that stand around the notice."""

    around: frozenset[Any] = frozenset()

    def shows(self, element: Element) -> bool:
        """Whether a reader of the notice would see the element."""
        return (
            isinstance(element.tag, str)
            and element.tag not in _NOT_TEXT
            and element.get("hidden") is None
            and not _HIDDEN.search(element.get("style", ""))
            and element not in self.around
        )

    def notice(self, body: Element) -> Element:
        """The element that holds most of the running text, and the notice's head and end."""
        if not self.around and not body.xpath("boolean(.//nav|.//aside|.//footer)"):
            return body
        scores: dict[Element, float] = {}
        for element in self.visible(body):
            length = len(_own(element).strip())
            if length < 20:
                continue
            share = float(length)
            for holder in _holders(element):
                scores[holder] = scores.get(holder, 0) + share
                share /= 2
                if share < length / 4:
                    break
        if not scores:
            return body
        best = max(scores, key=lambda e: scores[e])
        inside = len(_FRAME.findall(self.text(best)))
        chosen = best
        while (best := best.getparent()) is not None and best.tag != "html":
            found = len(_FRAME.findall(self.text(best)))
            if found > inside:
                chosen, inside = best, found
        return chosen

    def visible(self, element: Element) -> Iterator[Element]:
        """The element and all that is shown within it, in order."""
        if self.shows(element):
            yield element
            for child in element:
                yield from self.visible(child)

    def text(self, element: Element) -> str:
        return "\n".join(_own(e) for e in self.visible(element))


def _own(element: Element) -> str:
    """Text that stands in the element itself or in parts of its line, links left out."""
    if element.tag not in _LINES:
        return ""
    found: list[str] = [element.text or ""]

    def inline(parent: Element) -> None:
        for child in parent:
            if isinstance(child.tag, str) and child.tag not in _LINES | _NOT_TEXT | {"a"}:
                found.append("\n" if child.tag == "br" else child.text or "")
                inline(child)
            found.append(child.tail or "")

    inline(element)
    return "".join(found)


def _holders(element: Element) -> Iterator[Element]:
    """The boxes around it, from within; lists and rows of a table are no boxes of their own."""
    parent = element.getparent()
    while parent is not None:
        if parent.tag in _HOLDERS:
            yield parent
        parent = parent.getparent()


def _around(body: Element) -> frozenset[Element]:
    """Elements named as what stands around an article, and lists of links; none with most text."""
    whole = _letters(body)
    found: set[Element] = set()
    for element in body.iter("div", "section", "ul", "table", "td", "header", "form", "ol", "p"):
        named = _AROUND.search(f"{element.get('class', '')} {element.get('id', '')}")
        site = element.tag == "header" and not any(
            a.tag in ("article", "main") for a in element.iterancestors()
        )
        if not named and not site:
            links = element.findall(".//a")
            if len(links) < 3:
                continue
            if sum(map(_letters, links)) < 0.6 * _letters(element):
                continue
        if _letters(element) < 0.4 * whole and not _FRAME.search("".join(element.itertext())):
            found.add(element)
    return frozenset(found)


def _letters(element: Element) -> int:
    return sum(len(t.strip()) for t in element.itertext() if t is not None)


# --- its lines --------------------------------------------------------------------------------


class _Lines:
    """Writes an element as lines and tables. mark: the list mark that the next line begins with."""

    def __init__(self, page: _Page, builder: TextBuilder) -> None:
        self.page, self.builder = page, builder
        self.mark = ""
        self.said: list[str] = []  # of the line
        self.lines: list[Line] | None = None  # where a cell's go
        self.count = self.tables = 0

    def write(self, element: Element) -> None:
        """All of the element."""
        self.walk(element)
        self.end()

    def walk(self, element: Element, *, pre: bool = False) -> None:
        """The element's text and what is within it."""
        tag = element.tag
        if not self.page.shows(element) or (tag == "sup" and _footnote_mark(element)):
            return
        block = tag in _LINES
        pre = pre or tag == "pre" or "white-space:pre" in element.get("style", "").replace(" ", "")
        if block or tag == "br":
            self.end()
        if tag == "table" and self.lines is None:
            self.tables += 1
            rows = list(self.rows(element))
            write_table(rows, _lined(element), f"bảng {self.tables}", self.builder)
            return
        numbers = _numbers(element)
        self.say(element.text, pre=pre)
        for child in element:
            if child.tag == "li":
                self.end()
                self.mark = next(numbers)
            self.walk(child, pre=pre)
            if child.tag == "li":
                self.mark = ""
            self.say(child.tail, pre=pre)
        if block:
            self.end()

    def say(self, text: str | None, *, pre: bool) -> None:
        """Words of the line; line ends count in what is set as typed."""
        if text and pre:
            first, *others = text.split("\n")
            self.said.append(first)
            for other in others:
                self.end()
                self.said.append(other)
        elif text:
            self.said.append(text)

    def end(self) -> None:
        """Ends the line, if there is one."""
        text = _BLANK.sub(" ", "".join(self.said)).strip(" ")
        self.said.clear()
        if not text:
            return
        mark = "" if self.mark == "-" and text[0] in "-–+•*" else self.mark
        self.mark = ""
        self.count += 1
        line = Line(f"{mark} {text}" if mark else text, None, f"đoạn {self.count}")
        if self.lines is None:
            self.builder.line(*line)
        else:
            self.lines.append(line)

    def rows(self, table: Element) -> Iterator[list[Cell]]:
        """The rows of a table, a cell that is several rows high in each of them."""
        below: dict[int, int] = {}  # column -> rows that the cell above still covers
        for row in table.iter("tr"):
            if next(row.iterancestors("table")) is not table or not self.page.shows(row):
                continue
            cells: list[Cell] = []
            at = 0
            for element in (*row, None):
                if element is not None and (
                    element.tag not in ("td", "th") or not self.page.shows(element)
                ):
                    continue
                while below.get(at, 0) > 0:
                    below[at] -= 1
                    cells.append(Cell((), continued=True))
                    at += 1
                if element is None:
                    break
                span = _span(element, "colspan")
                cells.append(Cell(tuple(self.cell(element)), span))
                for k in range(at, at + span):
                    below[k] = _span(element, "rowspan") - 1
                at += span
            yield cells

    def cell(self, element: Element) -> list[Line]:
        """The lines of a cell, those of tables in it too."""
        lines: list[Line] = []
        self.lines = lines
        self.write(element)
        self.lines = None
        return lines


def _lined(table: Element) -> bool:
    """Whether lines are drawn between its columns."""
    if table.get("border", "0").strip() not in ("", "0") or table.find(".//th") is not None:
        return True
    cells = [*table.iter("td")][:8]
    styles = [e.get("style", "").replace(" ", "").lower() for e in (table, *cells)]
    drawn = sum(bool(re.search(r"border(?:-\w+)*:(?!none|0|medium)", style)) for style in styles)
    return drawn > len(styles) / 2


def _span(cell: Element, name: str) -> int:
    value = cell.get(name, "1").strip()
    return max(1, min(int(value), 100)) if value.isdecimal() else 1


def _footnote_mark(sup: Element) -> bool:
    """Whether it only points at a footnote: a number behind a date would change it."""
    links = [*sup.iter("a"), *sup.iterancestors("a")]
    return any(a.get("href", "").startswith("#") for a in links)


def _numbers(element: Element) -> Iterator[str]:
    """The marks of a list's items as a browser prints them."""
    if element.tag != "ol":
        style = element.get("style", "").replace(" ", "").lower()
        mark = (
            "" if element.tag != "ul" or "list-style:none" in style or "type:none" in style else "-"
        )
        while True:
            yield mark
    kind = element.get("type") or _style_kind(element.get("style", ""))
    items = element.findall("li")
    down = element.get("reversed") is not None
    number = _integer(element.get("start"), len(items) if down else 1)
    for item in items:
        number = _integer(item.get("value"), number)
        yield "" if kind == "none" else f"{_written(number, kind)}."
        number += -1 if down else 1


def _integer(value: str | None, default: int) -> int:
    try:
        return default if value is None or len(value) > 9 else int(value)
    except ValueError:
        return default


def _style_kind(style: str) -> str:
    found = re.search(r"list-style(?:-type)?\s*:\s*([\w-]+)", style, re.IGNORECASE)
    kinds = {"lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
             "lower-roman": "i", "upper-roman": "I", "none": "none"}  # fmt: skip
    return kinds.get(found[1].lower(), "1") if found else "1"


def _written(number: int, kind: str) -> str:
    if kind in ("i", "I") and 0 < number < 4000:
        roman = ""
        for value, letters in zip(_VALUES, _ROMAN, strict=True):
            roman += letters * (number // value)
            number %= value
        return roman if kind == "I" else roman.lower()
    if kind in ("a", "A") and number > 0:
        word = ""
        while number:
            number, letter = divmod(number - 1, 26)
            word = chr(ord(kind) + letter) + word
        return word
    return str(number)


_VALUES = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
_ROMAN = "M CM D CD C XC L XL X IX V IV I".split()
