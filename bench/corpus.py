"""Typesets notices in every format that is read: a text in, files out, with what should come back.

The layout is that of Nghị định 30/2020/NĐ-CP: letterhead and closing in two columns, lists, task
tables. Word files are written here, part by part, so that automatic numbers, tracked changes and
old fonts are those of real ones; the other office formats and PDF are LibreOffice's, scans are made
of the PDF's pages. Nothing is random but by a seed that is the notice's name.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from email.message import EmailMessage
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from old_letters import as_cp1258, as_tcvn3, as_viqr, as_vni

_MARK = re.compile(r"(\d{1,2}\.\d{1,2}\.|\d{1,2}\.|[IVX]{1,5}\.|[a-zđ]\)|[-+])\s+(?=\S)")
_MOTTO = re.compile(r"^(?:CỘNG H(?:ÒA|OÀ) XÃ HỘI|ĐẢNG CỘNG SẢN)")
_DATE = re.compile(r"\bngày\b.*\btháng\b", re.IGNORECASE)
_GAP = re.compile(r"\s{3,}|\s*\t\s*|\s+\|\s+")
_RULE = re.compile(r"^[\s_*=–—-]+$")
_ANY_DATE = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")


class Block(NamedTuple):
    """A part of a notice: a paragraph (mark: of its list), two columns, or a table's rows."""

    text: str = ""
    mark: str = ""
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def lines(self) -> Iterator[str]:
        """What should be read, in reading order."""
        if self.rows:
            yield from (" ".join(row) for row in self.rows)
        elif self.left or self.right:
            yield from (*self.left, *self.right)
        else:
            yield f"{self.mark} {self.text}".strip()


def blocks(text: str) -> list[Block]:
    """The parts of a plain text: its letterhead and closing as columns, its lists and tables."""
    lines = [line.strip() for line in text.split("\n")]
    lines = _side_by_side([line for line in lines if line and not _RULE.match(line)])
    found: list[Block] = []
    at = _head(lines)
    if at:
        head = lines[:at]
        motto = next(k for k, line in enumerate(head) if _MOTTO.match(line))
        right = [head[motto], *(x for x in head[motto + 1 :] if not _number(x))]
        left = [x for k, x in enumerate(head) if k < motto or (k > motto and _number(x))]
        found.append(Block(left=tuple(left), right=tuple(right)))
    while at < len(lines):
        line = lines[at]
        if _is_row(line):
            barred = []
            while at < len(lines) and _is_row(lines[at]):
                cells = tuple(c.strip() for c in lines[at].strip("|").split("|"))
                if not all(re.fullmatch(r":?-+:?", c) for c in cells):
                    barred.append(cells)
                at += 1
            found.append(Block(rows=_even(barred)))
            continue
        if rows := _cells_of(lines, at):
            found.append(Block(rows=rows))
            at += sum(1 for row in rows for cell in row if cell)
            continue
        if line.startswith("Nơi nhận"):
            end = at + 1
            while end < len(lines) and lines[end].startswith(("-", "+")):
                end += 1
            stop = end
            while stop < len(lines) and stop < end + 6 and not _opens(lines[stop]):
                stop += 1
            found.append(Block(left=tuple(lines[at:end]), right=tuple(lines[end:stop])))
            at = stop
            continue
        mark = _MARK.match(line)
        found.append(Block(line[mark.end() :], mark[1]) if mark else Block(line))
        at += 1
    return found


def _side_by_side(lines: list[str]) -> list[str]:
    """The lines, a letterhead that a copy keeps in two columns column by column."""
    cut = [_GAP.split(line, maxsplit=1) for line in lines[:8]]
    last = max((k for k, parts in enumerate(cut) if len(parts) == 2), default=-1)
    if last < 0 or not any(len(parts) == 2 and _MOTTO.match(parts[1]) for parts in cut):
        return lines
    left = [parts[0] for parts in cut[: last + 1]]
    right = [parts[1] for parts in cut[: last + 1] if len(parts) == 2]
    return [x for x in (*left, *right) if not _RULE.match(x)] + lines[last + 1 :]


def _head(lines: Sequence[str]) -> int:
    """How many lines the letterhead has; 0 where it is none of two columns."""
    motto = next((k for k, line in enumerate(lines[:8]) if _MOTTO.match(line)), None)
    date = next(
        (k for k, line in enumerate(lines[:12]) if _DATE.search(line) and len(line) < 60), None
    )
    return 0 if motto is None or date is None or date < motto else date + 1


def _number(line: str) -> bool:
    return line.startswith(("Số", "V/v"))


def _is_row(line: str) -> bool:
    """A table's row, bars around its cells or only between them."""
    return line.startswith("|") or line.count("|") > 1


def _even(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    width = max(map(len, rows))
    return tuple((*row, *[""] * (width - len(row))) for row in rows)


def _cells_of(lines: Sequence[str], at: int) -> tuple[tuple[str, ...], ...]:
    """The rows of a table that a copy keeps one cell a line: its document has it between rules.

    Titles from "STT" on, then rows that begin with their number, each with a cell for every title,
    or with a group's numeral and heading. Nothing where it is less regular than that.
    """
    first = next((k for k in range(at, len(lines)) if lines[k] in ("1", "I")), at)
    width = first - at
    if lines[at] not in ("STT", "TT") or not 3 <= width < 12:
        return ()
    rows = [tuple(lines[at:first])]
    number, group, at = 1, 1, first
    while at < len(lines):
        if lines[at] == str(number):
            number, cells = number + 1, width
        elif re.fullmatch("[IVX]+", lines[at]) and _roman(lines[at]) == group:
            group, cells = group + 1, 2
        else:
            break
        rows.append(tuple(lines[at : at + cells]))
        at += cells
    return _even(rows) if number > 2 and at <= len(lines) else ()


def _opens(line: str) -> bool:
    return line.startswith(("PHỤ LỤC", "Phụ lục", "|", "(Kèm theo")) or len(line) > 80


def expected(parts: Iterable[Block]) -> list[str]:
    """The lines that a reader should give."""
    return [" ".join(line.split()) for part in parts for line in part.lines()]


# --- Word -------------------------------------------------------------------------------------

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_LEVELS = ("upperRoman:%1.", "decimal:%2.", "lowerLetter:%3)")
_BULLETS = {"-": 1, "+": 2}  # lists of their own, as people make them
_FIRST = 3  # the list of all numbers
_TYPES = """<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/></Types>"""
_ROOT_LINKS = """<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"""
_LINKS = """<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering" Target="numbering.xml"/></Relationships>"""


class _Word:
    """Writes one Word file. automatic: numbers by Word; tracked: dates were changed; font: an old one."""

    def __init__(self, *, automatic: bool = False, tracked: bool = False, font: str = "") -> None:
        self.automatic, self.tracked, self.font = automatic, tracked, font
        self.letters: Callable[[str], str] = {"VNI-Times": as_vni, ".VnTime": as_tcvn3}.get(
            font, str
        )
        self.size = 28  # half points
        self.counts: list[int] = [0] * len(_LEVELS)
        self.restarts: list[tuple[int, int]] = []  # level and number of each list after the first

    def run(self, text: str, wrap: str = "t") -> str:
        font = self.font or "Noto Serif"  # LibreOffice's stand-in for Times lacks letters
        if font == ".VnTime":  # typists take capitals that it lacks from the font of capitals
            groups = groupby(
                text, key=lambda c: c.isupper() and not c.isascii() and c not in "ĂÂÊÔƠƯĐ"
            )
            return "".join(
                self.one("".join(g), font + "H" * capital, wrap) for capital, g in groups
            )
        return self.one(text, font, wrap)

    def one(self, text: str, font: str, wrap: str) -> str:
        look = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:cs="{font}"/>'
        words = escape(self.letters(text))
        return f'<w:r><w:rPr>{look}<w:sz w:val="{self.size}"/></w:rPr><w:{wrap} xml:space="preserve">{words}</w:{wrap}></w:r>'

    def runs(self, text: str) -> str:
        date = _ANY_DATE.search(text) if self.tracked else None
        if date is None:
            return self.run(text)
        by = 'w:id="1" w:author="a" w:date="2022-01-01T00:00:00Z"'
        return (
            self.run(text[: date.start()])
            + f"<w:del {by}>{self.run('01/01/2001', 'delText')}</w:del>"
            + f"<w:ins {by}>{self.run(date[0])}</w:ins>"
            + self.run(text[date.end() :])
        )

    def paragraph(self, part: Block) -> str:
        number = self.number(part.mark) if self.automatic and part.mark else None
        if number is None:
            text = f"{part.mark} {part.text}".strip()
            place = '<w:ind w:firstLine="567"/><w:jc w:val="both"/>'
            if not part.mark and text.isupper() and len(text) < 60:
                place = '<w:jc w:val="center"/>'
            return f'<w:p><w:pPr><w:spacing w:before="60"/>{place}</w:pPr>{self.runs(text)}</w:p>'
        level, list_ = number
        numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_}"/></w:numPr>'
        return f'<w:p><w:pPr>{numbered}<w:jc w:val="both"/></w:pPr>{self.runs(part.text)}</w:p>'

    def number(self, mark: str) -> tuple[int, int] | None:
        """Level and list that print the mark; a new list where the count goes another way."""
        body = mark[:-1]
        if mark in _BULLETS:
            return 0, _BULLETS[mark]
        if body.isdigit():
            level, value = 1, int(body)
        elif re.fullmatch("[IVX]+", body):
            level, value = 0, _roman(body)
        elif re.fullmatch("[a-z]", body):
            level, value = 2, ord(body) - 96
        else:  # "đ)" and "1.1." are typed: Word has no letter đ
            return None
        for upper in range(level):  # a level passed over counts as if it had been there
            self.counts[upper] = self.counts[upper] or 1
        if value != self.counts[level] + 1:
            self.restarts.append((level, value))
        self.counts[level] = value
        for deeper in range(level + 1, len(_LEVELS)):
            self.counts[deeper] = 0
        return level, _FIRST + len(self.restarts)

    def cell(self, lines: Iterable[str], width: int, lined: bool) -> str:
        side = '<w:{} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        sides = "".join(side.format(x) for x in ("top", "left", "bottom", "right")) if lined else ""
        place = "left" if lined else "center"
        inner = "".join(
            f'<w:p><w:pPr><w:jc w:val="{place}"/></w:pPr>{self.runs(x)}</w:p>' for x in lines
        )
        return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:tcBorders>{sides}</w:tcBorders></w:tcPr>{inner or "<w:p/>"}</w:tc>'

    def table(self, rows: Sequence[Sequence[Iterable[str]]], lined: bool) -> str:
        columns = len(rows[0])
        widths = [9300 // columns] * columns if lined else [3900, 5400]
        if columns > 2 and max(len(" ".join(row[0])) for row in rows) < 6:  # of numbers
            widths = [800, *[8500 // (columns - 1)] * (columns - 1)]
        self.size = 24
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        inner = "".join(
            f"<w:tr>{''.join(self.cell(c, w, lined) for c, w in zip(row, widths, strict=True))}</w:tr>"
            for row in rows
        )
        self.size = 28
        return f'<w:tbl><w:tblPr><w:tblW w:w="9300" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{inner}</w:tbl><w:p/>'

    def file(self, parts: Sequence[Block]) -> bytes:
        body = ""
        for part in parts:
            if part.rows:
                body += self.table([[(c,) for c in row] for row in part.rows], lined=True)
            elif part.left or part.right:
                body += self.table([[part.left, part.right]], lined=False)
            else:
                body += self.paragraph(part)
        page = '<w:sectPr><w:pgSz w:w="11907" w:h="16840"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1701" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in (
                ("[Content_Types].xml", _TYPES),
                ("_rels/.rels", _ROOT_LINKS),
                ("word/_rels/document.xml.rels", _LINKS),
                ("word/document.xml", f'<?xml version="1.0" encoding="UTF-8"?><w:document {_W}><w:body>{body}{page}</w:body></w:document>'),
                ("word/numbering.xml", self.numbering()),
            ):  # fmt: skip
                archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def numbering(self) -> str:
        lists, numbers = "", ""
        for mark, k in _BULLETS.items():
            lists += _list(k, [f"bullet:{mark}"])
            numbers += f'<w:num w:numId="{k}"><w:abstractNumId w:val="{k}"/></w:num>'
        lists += _list(_FIRST, _LEVELS)
        numbers += f'<w:num w:numId="{_FIRST}"><w:abstractNumId w:val="{_FIRST}"/></w:num>'
        for k, (level, value) in enumerate(self.restarts, _FIRST + 1):
            numbers += f'<w:num w:numId="{k}"><w:abstractNumId w:val="{_FIRST}"/><w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{value}"/></w:lvlOverride></w:num>'
        return f'<?xml version="1.0" encoding="UTF-8"?><w:numbering {_W}>{lists}{numbers}</w:numbering>'


def _list(number: int, levels: Sequence[str]) -> str:
    found = ""
    for k, level in enumerate(levels):
        form, _, text = level.partition(":")
        found += f'<w:lvl w:ilvl="{k}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/><w:pPr><w:ind w:left="{k * 200}" w:firstLine="567"/></w:pPr></w:lvl>'
    return f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>{found}</w:abstractNum>'


def _roman(letters: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10}[x] for x in letters]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))


def docx(parts: Sequence[Block], **how: Any) -> bytes:
    """A Word file; see _Word."""
    return _Word(**how).file(parts)


# --- pages, mails, messages, text -------------------------------------------------------------

_NEWS = (
    "<div class=col-4><h3>Tin mới</h3><p>Sở Y tế phải hoàn thành báo cáo trước ngày 01/01/2030.</p><ul>"
    + "<li><a href=x>Sở Nội vụ chủ trì rà soát trước ngày 05/5/2030</a>" * 4
    + "</ul></div>"
)


def html(parts: Sequence[Block]) -> bytes:
    """A portal's page, with other news beside the notice."""
    body = ""
    for part in parts:
        if part.rows:
            rows = ("".join(f"<td>{escape(c)}</td>" for c in row) for row in part.rows)
            body += f"<table border=1>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
        elif part.left or part.right:
            cells = (
                "".join(f"<p>{escape(x)}</p>" for x in side) for side in (part.left, part.right)
            )
            body += f"<table><tr>{''.join(f'<td>{c}</td>' for c in cells)}</tr></table>"
        else:
            body += f"<p>{escape(' '.join(part.lines()))}</p>"
    return (
        "<!DOCTYPE html><html><head><meta charset=utf-8><title>Cổng thông tin</title></head><body>"
        "<nav><a href=/>Trang chủ</a></nav><div class=wrap><div class=col-8><div class=content>"
        f"{body}</div></div>{_NEWS}</div><footer><p>Bản quyền của Văn phòng.</p></footer></body></html>"
    ).encode()


def mail(attached: bytes) -> bytes:
    """A mail with the notice as a Word file."""
    message = EmailMessage()
    message["From"], message["Subject"] = "vanthu@example.org", "Thông báo"
    message.add_attachment(
        attached, maintype="application", subtype="octet-stream", filename="Thông báo.docx"
    )
    return message.as_bytes()


def archive(attached: bytes) -> bytes:
    """An archive with the notice as a Word file in a folder."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(zipfile.ZipInfo("thư mục/Thông báo.docx"), attached)
    return out.getvalue()


def edxml(attached: bytes) -> bytes:
    """An exchange message whose header says nothing that the notice does not."""
    return (
        "<?xml version='1.0' encoding='utf-8'?><edXML:edXML xmlns:edXML='http://www.mic.gov.vn/TBT/QCVN_102_2016'>"
        "<edXML:edXMLEnvelope><edXML:edXMLHeader><edXML:MessageHeader><edXML:SteeringType>2</edXML:SteeringType>"
        "</edXML:MessageHeader></edXML:edXMLHeader></edXML:edXMLEnvelope><edXML:AttachmentEncoded>"
        "<edXML:Attachment><edXML:AttachmentName>Thông báo.docx</edXML:AttachmentName>"
        f"<edXML:ContentTransferEncoded>{b64encode(attached).decode()}</edXML:ContentTransferEncoded>"
        "</edXML:Attachment></edXML:AttachmentEncoded></edXML:edXML>"
    ).encode()


def texts(text: str) -> dict[str, bytes]:
    """The plain text in the encodings that are read."""
    latin = {
        "tcvn3": (as_tcvn3, "latin-1"),
        "vni": (as_vni, "cp1252"),
        "viqr": (as_viqr, "ascii"),
    }
    found = {
        "utf8": text.encode(),
        "nfd": unicodedata.normalize("NFD", text).encode(),
        "utf16": text.encode("utf-16"),
    }
    plain = text.translate({0x2013: "-", 0x2014: "-", 0x201C: '"', 0x201D: '"', 0x2026: "..."})
    found["cp1258"] = as_cp1258(plain, "replace")  # "Krŭ", "★": the old letters lack some
    return found | {k: write(plain).encode(codec, "replace") for k, (write, codec) in latin.items()}


# --- by LibreOffice ---------------------------------------------------------------------------


def convert(files: Sequence[Path], kind: str, out: Path) -> bool:
    """Convert files to a kind ("pdf", "odt") into a folder; False where LibreOffice is not there."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return False
    out.mkdir(exist_ok=True)
    forms = {"doc": "doc:MS Word 97", "rtf": "rtf:Rich Text Format"}
    command = [office, f"-env:UserInstallation=file://{out.resolve()}/profile", "--headless"]
    command += ["--convert-to", forms.get(kind, kind), "--outdir", str(out), *map(str, files)]
    subprocess.run(command, capture_output=True, timeout=600, check=False)
    shutil.rmtree(out / "profile", ignore_errors=True)
    return True


# --- scans ------------------------------------------------------------------------------------


_GRAIN = 80  # most that a dot of white paper is darker than white, of 255; evenly spread below


def scan(pdf: bytes, name: str, dpi: int, *, noisy: bool = True) -> bytes:
    """The pages of a PDF as a scanner would give them: grey, askew, noisy, with a red stamp."""
    import pypdfium2
    from PIL import Image, ImageChops, ImageDraw, ImageFilter

    chance = random.Random(f"{name}{dpi}")  # noqa: S311 - no secret
    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for k in range(len(document)):
        image = document[k].render(scale=dpi / 72).to_pil().convert("RGB")
        if noisy:
            draw = ImageDraw.Draw(image)
            x, y, r = (
                int(v * dpi) for v in (5.4 + chance.random(), 8.6 - 3 * chance.random(), 0.65)
            )
            for ring in (r, int(r * 0.88), int(r * 0.5)):
                draw.ellipse(
                    (x - ring, y - ring, x + ring, y + ring),
                    outline=(214, 60, 70),
                    width=max(2, dpi // 60),
                )
            image = image.rotate(
                chance.uniform(-1.2, 1.2), Image.Resampling.BICUBIC, fillcolor="white"
            )
            image = image.filter(ImageFilter.GaussianBlur(dpi / 450))
            grain = Image.frombytes("L", image.size, chance.randbytes(image.width * image.height))
            grain = grain.point([v * _GRAIN // 255 for v in range(256)]).convert("RGB")
            image = ImageChops.subtract(image, grain)  # grey paper, every dot its own
        pages.append(image)
    out = BytesIO()
    first, *others = pages
    first.save(out, "PDF", save_all=True, append_images=others, resolution=dpi, quality=50)
    return out.getvalue()
