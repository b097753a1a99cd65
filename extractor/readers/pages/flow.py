"""Pages to one text: rows joined to paragraphs, also over page breaks; running headers out.

Vietnamese is never hyphenated: a hyphen at a line's end belongs to its word ("411/QĐ-" + "TTg").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import Literal

from extractor.document import Origin
from extractor.readers.pages.boxes import Page, Row, Word, rows_of
from extractor.readers.pages.columns import MARK, Block, blocks_of
from extractor.readers.pages.grid import Table, tables_of

_PAGE_NUMBER = re.compile(r"^(?:[Tt]rang\s*)?[-–—]?\s*\d{1,3}\s*(?:/\s*\d{1,3})?\s*[-–—]?$")
_MARGIN = 0.11  # of the page's height: where running headers and page numbers stand
_OPEN = re.compile(r"(?:\w-|\d/)$")  # a word that goes on in the next line
_NUMBER = re.compile(r"\d+\w?$")  # a number stamped before the rest of the symbol: "507" "/UBND"
_CLOSED = (".", ";", ":", "./", "?", "!")
_DASHES = ("-", "–", "—")
_BUCKET = 2  # points within which ends of rows are taken for one
_INDENT = 0.6  # in heights of a row
_NONE: Mapping[int, int] = {}
_NOTE_MARK = re.compile(r"^\[?\d{1,3}\]?[.)]?$")


@dataclass(slots=True)
class _Paragraph:
    """Rows that make one line of the text.

    right: where its column ends; column: it stands beside another one; lead: a gap is above it.
    """

    rows: list[Row]
    page: int
    right: float = 0.0
    column: bool = False
    gap: bool = False
    kind: Literal["text", "footnote"] = "text"
    turns: dict[int, int] = field(default_factory=dict)  # index of a row -> the page it begins


@dataclass(slots=True)
class _Grid:
    """A table's rows as cells, each with its page and words."""

    rows: list[list[tuple[int, list[Row]]]]
    edges: tuple[float, float]
    columns: int


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What the pages of one width have in common.

    right: where full lines end; indent: where paragraphs begin, None where they begin at the
    margin; pitch: from one line to the next; height: of a usual row.
    """

    right: float
    indent: float | None
    pitch: float
    height: float


def text_of(pages: Sequence[Page]) -> tuple[str, tuple[Origin, ...]]:
    """The text of the pages, a paragraph or a table row a line, and an origin for each word."""
    pages = _without_running(pages)
    sheets = _sheets(pages)
    parts: list[_Paragraph | _Grid] = []
    notes: list[_Paragraph] = []
    for page in pages:
        sheet = sheets[round(page.width)]
        body, foot = _footnotes(page, sheet)
        fresh = list(_parts(body, sheet))
        if parts and fresh:
            _join(parts, fresh, sheet)
        parts += fresh
        notes += foot
    return _written([*parts, *notes], {page.number: page for page in pages})


# -- what repeats on pages ------------------------------------------------------------------------


def _without_running(pages: Sequence[Page]) -> list[Page]:
    """The pages without page numbers and without lines that half of them repeat in a margin."""
    margins = [[(row, _masked(row)) for row in _margin_rows(page)] for page in pages]
    seen = Counter(key for rows in margins for key in {key for _, key in rows})
    often = max(2, (len(pages) + 1) // 2)
    cleaned = []
    for page, rows in zip(pages, margins, strict=True):
        gone = {
            word
            for row, key in rows
            if _is_page_number(row, page) or seen[key] >= often
            for word in row.words
        }
        cleaned.append(replace(page, words=tuple(w for w in page.words if w not in gone)))
    return cleaned


def _is_page_number(row: Row, page: Page) -> bool:
    """Whether a row is a number in the middle or at the right; at the left it is a list's."""
    return _PAGE_NUMBER.match(row.text) is not None and row.x0 > 0.4 * page.width


def _margin_rows(page: Page) -> list[Row]:
    top, bottom = _MARGIN * page.height, (1 - _MARGIN) * page.height
    return [r for r in rows_of(page.words) if r.y1 < top or r.y0 > bottom]


def _masked(row: Row) -> str:
    return re.sub(r"\d+", "0", row.text)


def _sheets(pages: Sequence[Page]) -> dict[int, _Sheet]:
    """By the pages' width in points: the measures that most of their rows share."""
    found: dict[int, _Sheet] = {}
    for width in {round(p.width) for p in pages}:
        rows = [rows_of(p.words) for p in pages if round(p.width) == width]
        wide = [r for page in rows for r in page if r.x1 - r.x0 > 0.5 * width]
        ends = Counter(_BUCKET * round(r.x1 / _BUCKET) for r in wide)
        common, count = max(ends.items(), key=lambda x: (x[1], x[0]), default=(0, 0))
        right = float(common) if count > 2 else max((r.x1 for r in wide), default=0.9 * width)
        steps = sorted(
            b.y0 - a.y0
            for page in rows
            for a, b in pairwise(page)
            if b.y0 > a.y0 and a.x1 - a.x0 > 0.5 * width
        )
        heights = [r.height for r in wide] or [12.0]
        pitch = steps[len(steps) // 2] if steps else 1.2 * median(heights)
        indent = _indent(rows, right, median(heights))
        found[width] = _Sheet(right, indent, max(pitch, median(heights)), median(heights))
    return found


def _indent(pages: Iterable[Sequence[Row]], right: float, height: float) -> float | None:
    """Where paragraphs begin: full rows that go on in a row further left."""
    firsts = Counter(
        _BUCKET * round(row.x0 / _BUCKET)
        for rows in pages
        for row, below in pairwise(rows)
        if _INDENT * height < row.x0 - below.x0 < 6 * height
        and not _has_room(row, below, right)
        and not MARK.match(below.words[0].text)
    )
    common, count = max(firsts.items(), key=lambda x: (x[1], -x[0]), default=(0, 0))
    return float(common) if count > 1 else None


def _has_room(row: Row, below: Row, right: float) -> bool:
    """Whether the first word of the row below would have found room in a row: so it was ended."""
    first = below.words[0]
    return row.x1 + 0.25 * row.height + (first.x1 - first.x0) < right - 0.15 * row.height


def _footnotes(page: Page, sheet: _Sheet) -> tuple[Page, list[_Paragraph]]:
    """The page without the small numbered lines at its foot, and these; a table's rows are none."""
    tables, rest = tables_of(page.words, page.rules)
    rows = rows_of(rest)
    first = len(rows)
    while first and rows[first - 1].height < 0.88 * sheet.height:
        first -= 1
    while first < len(rows) and not _NOTE_MARK.match(rows[first].words[0].text):
        first += 1
    top = max((table.box[3] for table in tables), default=0.5 * page.height)
    if not 0 < first < len(rows) or rows[first].y0 < max(top, 0.5 * page.height):
        return page, []
    foot = rows[first:]
    gone = {w for row in foot for w in row.words}
    paragraphs: list[_Paragraph] = []
    for row in foot:
        if not paragraphs or _NOTE_MARK.match(row.words[0].text):
            paragraphs.append(_Paragraph([row], page.number, kind="footnote"))
        else:
            paragraphs[-1].rows.append(row)
    return replace(page, words=tuple(w for w in page.words if w not in gone)), paragraphs


# -- one page -------------------------------------------------------------------------------------


def _parts(page: Page, sheet: _Sheet) -> Iterator[_Paragraph | _Grid]:
    """The page's paragraphs and tables in reading order."""
    tables, rest = tables_of(page.words, page.rules)
    for table in tables:
        above = [w for w in rest if w.y0 + w.y1 < 2 * table.box[1]]
        yield from _read(above, page.number, sheet)
        yield _grid(table, page.number)
        taken = set(above)
        rest = [w for w in rest if w not in taken]
    yield from _read(rest, page.number, sheet)


def _read(words: Sequence[Word], page: int, sheet: _Sheet) -> Iterator[_Paragraph]:
    for block in blocks_of(words):
        yield from _paragraphs(block, page, sheet)


def _paragraphs(block: Block, page: int, sheet: _Sheet) -> list[_Paragraph]:
    right = max(r.x1 for r in block.rows) if block.column else sheet.right
    found: list[_Paragraph] = []
    for row in block.rows:
        last = found[-1] if found else None
        if last is not None and row.y0 - last.rows[-1].y0 <= 1.25 * sheet.pitch:
            if block.column:
                goes_on = _title_goes_on(last.rows[-1], row) or (
                    _listed(last.rows[0], row) and not _begins(last.rows, row, right, None)
                )
            else:
                goes_on = not _begins(last.rows, row, right, sheet.indent)
            if goes_on:
                last.rows.append(row)
                continue
        gap = last is None or row.y0 - last.rows[-1].y1 > 1.2 * row.height
        found.append(_Paragraph([row], page, right, block.column, gap))
    return found


def _title_goes_on(last: Row, row: Row) -> bool:
    """Whether a line of capitals is one word left over by the line above ("... VÀ MÔI", "TRƯỜNG")."""
    return len(row.words) == 1 and row.text.isupper() and last.text.isupper()


def _listed(first: Row, row: Row) -> bool:
    """Whether a row of a narrow column may be the rest of an item; its other lines stand alone."""
    return row.text[0].islower() or MARK.match(first.words[0].text) is not None


def _begins(rows: Sequence[Row], row: Row, right: float, indent: float | None) -> bool:
    """Whether a row begins a new paragraph after the rows of one."""
    last = rows[-1]
    if not 0.8 < row.height / last.height < 1.25:
        return True
    if _has_room(last, row, right):
        return True
    shift = (row.x0 - last.x0) / row.height
    indented = indent is not None and abs(row.x0 - indent) < 0.2 * row.height
    if _is_item(row) and last.text.endswith(_CLOSED):
        return True
    hang = row.x0 - last.words[1].x0 if _is_item(last) else row.height
    if shift > 0.1 and abs(hang) < (0.3 if indented else 0.6) * row.height:
        return False
    if shift > _INDENT or indented:
        return True
    return shift < -_INDENT and len(rows) > 1


def _grid(table: Table, page: int) -> _Grid:
    """The table row by row, as tables.py reads it.

    A cell over several rows stands in the first: those below it are empty and inherit. A heading
    over the whole width stands where the work stands; titles over titles become one row.
    """
    rows: list[list[list[Row]]] = [[[] for _ in range(table.columns)] for _ in range(table.rows)]
    for cell in table.cells:
        whole = cell.columns == table.columns > 1
        rows[cell.row][1 if whole else cell.column] = rows_of(cell.words)
    head = max((c.rows for c in table.cells if c.row == 0), default=1)
    if any(c.row == 0 and 1 < c.columns < table.columns for c in table.cells) and head < table.rows:
        titles: list[list[Row]] = [[] for _ in range(table.columns)]
        for cell in table.cells:
            if cell.row < head:
                for k in range(cell.column, cell.column + cell.columns):
                    titles[k] += rows_of(cell.words)
        rows = [titles, *rows[head:]]
    filled = [[(page, cell) for cell in row] for row in rows if any(row)]
    return _Grid(filled, (table.box[0], table.box[2]), table.columns)


# -- from page to page ----------------------------------------------------------------------------


def _join(parts: list[_Paragraph | _Grid], fresh: list[_Paragraph | _Grid], sheet: _Sheet) -> None:
    """Let the last paragraph or table go on with the first of the next page, where it does."""
    last, first = parts[-1], fresh[0]
    if isinstance(last, _Paragraph) and isinstance(first, _Paragraph):
        if (
            last.column
            or first.column
            or _begins(last.rows, first.rows[0], sheet.right, sheet.indent)
        ):
            return
        last.turns[len(last.rows)] = first.page
        last.rows += first.rows
        fresh.pop(0)
    elif isinstance(last, _Grid) and isinstance(first, _Grid):
        same = last.columns == first.columns and all(
            abs(a - b) < 6 for a, b in zip(last.edges, first.edges, strict=True)
        )
        if not same or not first.rows:
            return
        if _plain(first.rows[0]) == _plain(last.rows[0]):
            first.rows.pop(0)  # the header row, printed again
        if first.rows and _is_rest(first.rows[0]):
            for (_, cell), (_, rest) in zip(last.rows[-1], first.rows.pop(0), strict=True):
                cell.extend(rest)
        last.rows += first.rows
        fresh.pop(0)


def _is_rest(row: Sequence[tuple[int, list[Row]]]) -> bool:
    """Whether a table's row only goes on from the page before: no number, cells amid a sentence."""
    starts = [rows[0].text[0] for _, rows in row if rows]
    return not row[0][1] and any(c.islower() for c in starts)


def _plain(row: Iterable[tuple[int, list[Row]]]) -> list[str]:
    return [" ".join(r.text for r in rows) for _, rows in row]


# -- the text -------------------------------------------------------------------------------------


class _Text:
    """A text being written, with the origins of its words."""

    def __init__(self, pages: Mapping[int, Page]) -> None:
        self.pages = pages
        self.pieces: list[str] = []
        self.length = 0
        self.origins: list[Origin] = []

    def add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    def rows(
        self,
        rows: Sequence[Row],
        page: int,
        *,
        turns: Mapping[int, int] = _NONE,
        place: str | None = None,
        kind: Literal["text", "cell", "footnote"] = "text",
    ) -> None:
        before = ""
        for k, row in enumerate(rows):
            page = turns.get(k, page)
            if k and kind == "cell" and _is_item(row) and _may_begin(row, rows[k - 1], rows[0]):
                self.add("\n")
                before = ""
            for n, word in enumerate(row.words):
                if before and not _one_token(before, word.text, broken=n == 0):
                    self.add(" ")
                start = self.length
                self.add(word.text.replace("|", "/") if kind == "cell" else word.text)
                x0, y0, x1, y1 = self.pages[page].on_paper(word)
                box = (round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1))
                shown: Literal["text", "cell", "footnote", "scan"] = (
                    "scan" if word.confidence is not None else kind
                )
                self.origins.append(
                    Origin(start, self.length, page, box, place, shown, word.confidence)
                )
                before = word.text


def _is_item(row: Row) -> bool:
    return len(row.words) > 1 and MARK.match(row.words[0].text) is not None


def _may_begin(row: Row, above: Row, first: Row) -> bool:
    """Whether an item of a cell begins here: a dash may stand in a name ("Phòng Kế hoạch", "- Tài chính")."""
    if row.words[0].text not in _DASHES:
        return True
    return above.text.endswith((*_CLOSED, ",")) or first.words[0].text in _DASHES


def _one_token(before: str, after: str, *, broken: bool) -> bool:
    """Whether two words are one: cut by the line's end, or a number stamped into its blank."""
    if broken and _OPEN.search(before):
        return True
    return after[0] == "/" and len(after) > 1 and _NUMBER.match(before) is not None


def _written(
    parts: Sequence[_Paragraph | _Grid], pages: Mapping[int, Page]
) -> tuple[str, tuple[Origin, ...]]:
    out = _Text(pages)
    tables = 0
    for part in parts:
        if isinstance(part, _Grid):
            tables += 1
            out.add("\n" if out.length else "")
            for r, row in enumerate(part.rows, 1):
                for c, (page, rows) in enumerate(row, 1):
                    out.add("| ")
                    out.rows(rows, page, place=f"bảng {tables}, hàng {r}, ô {c}", kind="cell")
                    out.add(" ")
                out.add("|\n")
            out.add("\n")
            continue
        if part.gap and out.length:
            out.add("\n")
        out.rows(part.rows, part.page, turns=part.turns, kind=part.kind)
        out.add("\n")
    return "".join(out.pieces), tuple(out.origins)
