"""Stage 2: numbered clauses as a tree, and the flow that later patterns run on.

Reads lines and zones; adds clauses and flow. Marks follow Nghị định 30/2020/NĐ-CP, Phụ lục I
(Phần, Chương, Mục, Điều, khoản, điểm; I. 1. a) -) and the party's "1-". Sequence decides, not shape:
"i)" after "h)" is a letter, "2021." in a wrapped line is no mark. Hard-wrapped lines are joined.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise

from extractor.blocks import TERMINAL, Block, hang_paragraphs, hang_row, introduces
from extractor.document import Clause, Document, Span, Zone
from extractor.marks import (
    ALPHABET,
    BULLETS,
    Mark,
    Place,
    choose,
    marks_at,
    roman,
    settle_runs,
    split_run,
    write_roman,
)
from extractor.parts import bare_of, finder, title_kind
from extractor.sentences import pattern
from extractor.tables import Row, read_rows
from extractor.text import Flow, Line, cut_short, is_capitals, lower, splits_symbol

__all__ = ["ALPHABET", "marks_at", "roman", "segment", "write_roman"]

# a day whose number stands on the next line
# words that a number must follow: a line that ends with one goes on, whatever mark the number looks like
_HALF_DATE = re.compile(
    r"\b(?:ngày|tháng|năm|quý|(?<!đổi )(?<!tế )(?<!hội )(?<!quyền )(?<!năng )số|khoản|[Đđ]iều|[Mm]ục|điểm|[Pp]hần|[Cc]hương|đợt|giai đoạn|báo động)$"
)
_DATE_ENDS = re.compile(r"(?:\d/\d{1,2}| 20\d\d)$")
_DASHED_DATE = re.compile(r"[-–] ?(?:\d{1,2}/\d{1,2}|20\d\d)(?!\d)")
_NUMERAL = re.compile(r"\d|[IVX]{1,4}(?![^\W_])")
# what begins the closing paragraph, whatever the length of the line above it
_CLOSES = re.compile(
    r"Nhận được (?:[Cc]ông (?:văn|điện)|[Tt]hông báo|[Cc]hỉ thị|[Kk]ế hoạch|văn bản)|Trên đây là|Nay,? (?:xin )?thông báo"
)
# no sentence goes on with a capital behind an address, nor with "Ngày 5/3, ..." behind a blank line
_ADDRESS = re.compile(r"(?:@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)\S+)$")
_DAY = re.compile(r"(?:Sáng |Chiều )?[Nn]gày \d{1,2}[/-]\d")
# a line with a label of its own, whatever the line above it ends in ("Đơn vị chủ trì: Phòng Kinh tế")
_LABELLED = re.compile(
    r"(?:[-+*•] ?)?(?:(?:Cơ quan|Đơn vị|Các đơn vị|Tổ chức) (?:chủ trì|phối hợp|thực hiện|đầu mối)|Chủ trì|Phối hợp|Phân công"
    r"|Thời (?:gian|hạn)|Tiến độ|Hoàn thành|Sản phẩm|Nội dung|(?:Nhiệm vụ|Nội dung|Hoạt động) (?:số )?\d{1,2})(?: (?:thực hiện|hoàn thành|triển khai|công việc|đầu ra|cần đạt))? ?:"
)
# ... and a label, or the head of a list of bodies, that a full line ends with
_LABEL_ENDS = re.compile(
    r"(?:(?:cơ quan|đơn vị|tổ chức|người)(?: chủ trì| phối hợp| thực hiện| đầu mối)|chủ trì|phối hợp|thời (?:gian|hạn)(?: [^\W\d_]+){0,2}"
    r"|hoàn thành|sản phẩm|kinh phí|nội dung"
    r"|(?<!\w)các (?:sở|bộ|ban|cục|vụ|phòng|hội|huyện|xã|phường|tỉnh|thành phố|trường|công ty)(?:,? (?:và )?(?:ban|ngành|huyện|thị xã|thành phố|xã|phường|đặc khu)){0,3}):$"
)
# "QUYẾT ĐỊNH:" between the grounds and the articles
_DECIDES = re.compile(r"(?:QUYẾT ĐỊNH|QUYẾT NGHỊ|NGHỊ QUYẾT|CHỈ THỊ|THÔNG BÁO|KẾT LUẬN)\W*")
_OPEN_END = re.compile(
    r"(?:^|\s)(?:và|với|của|cho|tại|theo|từ|đến|về|các|những|để|trong|trên|là|do|bởi|hoặc|như|số|ngày|gửi|trình|giao|thuộc|cùng|bằng|được|phải|cần|không|mọi|mỗi)$|,$"
)


def segment(doc: Document) -> Document:
    """Join lines into clauses, number them, hang them in a tree, and build the flow."""
    body = _Builder(doc.text, doc.lines, doc.zones).build()
    flow, spans = Flow.build(_flow_blocks(body))
    following = iter(spans)
    own: list[tuple[Span, tuple[Span, ...]]] = []  # each clause's flow span, and its cells'
    cells: tuple[Span, ...]
    ends: list[int] = []
    for block in body:
        if block.rows is None:
            cells = ()
            span = next(following)
        else:
            cells = tuple(
                _filled(tuple(islice(following, len(paragraphs))))
                for paragraphs in block.rows.paragraphs()
            )
            span = _filled(cells)
        end = flow.source(span).end if span.end > span.start else block.stop
        own.append((span, cells))
        ends.append(max(end, block.start))
    # each clause reaches to the end of its last descendant; one that has any is a heading
    headings = [False] * len(body)
    for i in range(len(body) - 1, -1, -1):
        parent = body[i].parent
        if parent is not None:
            ends[parent] = max(ends[parent], ends[i])
            headings[parent] = True
    clauses = tuple(
        _clause(block, span, cells, end, heading)
        for block, (span, cells), end, heading in zip(body, own, ends, headings, strict=True)
    )
    return replace(doc, flow=flow, clauses=clauses)


def _filled(cells: Sequence[Span]) -> Span:
    """From the first of some cells or paragraphs with words to the last one."""
    filled = [c for c in cells if c.end > c.start] or [Span(cells[0].start, cells[0].start)]
    return Span(filled[0].start, filled[-1].end)


def _clause(block: Block, body: Span, cells: tuple[Span, ...], end: int, heading: bool) -> Clause:
    row = block.rows
    return Clause(
        path=block.path,
        kind=block.kind,
        marker=block.mark.marker if block.mark else (row.number if row else None),
        extent=Span(block.start, end),
        body=body,
        parent=block.parent,
        zone=block.zone,
        heading=heading,
        cells=cells,
        columns=row.columns if row else (),
    )


def _flow_blocks(blocks: Sequence[Block]) -> Iterator[Sequence[tuple[Line, int]]]:
    for block in blocks:
        if block.rows is None:
            yield block.pieces
        else:
            for paragraphs in block.rows.paragraphs():
                yield from ([(line, 0) for line in lines] for lines in paragraphs)


def _next_order(block: Block, mark: Mark, text: str) -> bool:
    """Whether an item of a list of dashes is followed by one that begins with an order ("- Kiểm tra ...")."""
    return (
        mark.kind in BULLETS
        and block.mark is not None
        and block.mark.kind == mark.kind
        and text[mark.rest : mark.rest + 1].isupper()
        and pattern("verb").match(lower(text), mark.rest) is not None
    )


def _cut_in_a_number(above: str, text: str) -> bool:
    """Whether a line goes on with a number: "quý | III", "dịp lễ 30/4 | - 01/5", "giai đoạn 2021 | - 2025"."""
    if _HALF_DATE.search(above) and _NUMERAL.match(text):
        return True
    return _DATE_ENDS.search(above) is not None and _DASHED_DATE.match(text) is not None


def _small_dash(text: str) -> bool:
    """Whether a line begins with a dash and a small letter."""
    return text.startswith("- ") and text[2:4].islower()


_LONG = 50  # letters of a line that a page's edge may have broken
_COUNTS = re.compile(r"\d{1,4} (?=[^\W\d_])[^A-ZĐ]")


class _Builder:
    """One pass over the lines; keeps the stack of open marks."""

    def __init__(self, text: str, lines: Sequence[Line], zones: Sequence[Zone]) -> None:
        self.text, self.lines, self.zones = text, lines, zones
        self.blocks: list[Block] = []
        self.stack: list[int] = []
        self.counts: Counter[tuple[int, str]] = Counter()
        self.loose: Counter[str] = Counter()  # dashes under no mark, since the last paragraph
        self.annex = ""
        kept = [i for i, z in enumerate(zones) if z in ("body", "appendix")]
        lengths = sorted(len(lines[i].text) for i in kept if lines[i].text)
        self.width = lengths[int(len(lengths) * 0.95)] if lengths else 0
        self.wrapped = self._is_wrapped(kept)
        self.ragged, self.indent = self._raggedness(kept) if self.wrapped else (0, 0)
        self.runs: dict[int, list[Line]] = {}
        self.readings: dict[int, list[Mark]] = {}
        for i in kept:
            parts = [lines[i]] if self.wrapped else split_run(lines[i])
            if len(parts) > 1:
                self.runs[i] = parts
            in_body = zones[i] == "body"  # an annex numbers the rows of its tables so
            if found := [m for m in marks_at(lines[i].text) if in_body or m.weak != "run"]:
                self.readings[i] = found
        settle_runs(self.readings)
        self.gapped = self._is_gapped()
        dashes = [lines[i].text for i in kept if lines[i].text.startswith("- ")]
        self.small_dashes = 3 * sum(map(_small_dash, dashes)) > len(dashes)
        self.next_item, self.next_number = self._look_ahead()

    def _look_ahead(self) -> tuple[dict[int, int], dict[int, int]]:
        """For marked lines: the value of the next item below, and the next line with a number."""
        item, number = 0, -1
        items: dict[int, int] = {}
        numbers: dict[int, int] = {}
        for i in sorted(self.readings, reverse=True):
            items[i], numbers[i] = item, number
            value = next(
                (m.value for m in self.readings[i] if m.kind == "item" and m.weak != "first"), 0
            )
            item = value or item
            if any(m.kind not in BULLETS for m in self.readings[i]):
                number = i
        return items, numbers

    def _is_wrapped(self, kept: Sequence[int]) -> bool:
        """Whether lines break at a page's width: long lines that end in mid-sentence are common."""
        if self.width > 140 or len(kept) < 4:
            return False
        long = [
            i
            for i in kept
            if len(self.lines[i].text) > 0.7 * self.width and "|" not in self.lines[i].text
        ]
        broken = [i for i in long if not TERMINAL.search(self.lines[i].text)]
        if len(broken) >= 3 and len(broken) > 0.4 * len(long):
            return True
        # few paragraphs are longer than a line: those that are break where the next word had no room
        edge = max(len(self.lines[i].text) for i in kept)
        if edge > 140:
            return False
        spare = [edge - self.width + room for room in self._rooms(kept)]
        full = sum(room <= 0 for room in spare)
        return full >= 2 and full > 3 * (len(spare) - full)

    def _room(self, above: str, text: str) -> int:
        """Letters that a line would leave free had it taken the next line's first word too."""
        return self.width - len(above) - 1 - len(text.split(" ", 1)[0])

    def _fills(self, block: Block, text: str) -> bool:
        """Whether a block's last line may have ended because the next one's first word had no room."""
        spare = self.ragged + (len(block.pieces) == 1) * self.indent
        return self._room(block.last, text) <= spare

    def _raggedness(self, kept: Sequence[int]) -> tuple[int, int]:
        """Most room that lines leave which surely go on, and how much more a first line may leave.

        A line that leaves more was ended by whoever wrote it. Where letters are all of one width, no
        line leaves room; in print they vary, and a paragraph's first line is set in.
        """
        rooms = self._rooms(kept)
        if len(rooms) > 7 and rooms[int(len(rooms) * 0.9)] <= 0:
            return 0, 0
        most = rooms[int(len(rooms) * 0.8)] if rooms else 0
        return min(max(most, self.width * 8 // 100), self.width * 3 // 10), self.width // 10

    def _rooms(self, kept: Sequence[int]) -> list[int]:
        """The room that each line leaves which surely goes on, the least first."""
        return sorted(
            self._room(above, below)
            for i, k in pairwise(kept)
            if (below := self.lines[k].text)[:1].islower()
            and (above := self.lines[i].text)
            and not TERMINAL.search(above)
        )

    def _is_gapped(self) -> bool:
        """Whether blank lines part the paragraphs, so that their lack says "goes on"."""
        marked = [i for i in self.readings if i and self.zones[i] == "body"]
        return len(marked) > 3 and sum(not self.lines[i - 1].text for i in marked) > 0.7 * len(
            marked
        )

    def build(self) -> list[Block]:
        rows = read_rows(self.text, self.lines, self.zones)
        gap = False
        i = 0
        previous_zone: Zone | None = None
        while i < len(self.lines):
            zone, line = self.zones[i], self.lines[i]
            if i in rows:
                row = rows[i]
                if row.kind != "skip":
                    self._add_row(row, zone if zone != "noise" else previous_zone or "body")
                i = row.stop
                gap = False
                continue
            if zone == "noise" or zone in ("header", "closing") or not line.text:
                gap = gap or not line.text
                i += 1
                continue
            fresh = self._begins_annex(line, zone, zone != previous_zone)
            if zone != previous_zone or fresh:
                self.stack = []
                previous_zone = zone
                gap = True
            for k, part in enumerate(self.runs.get(i, (line,))):
                self._add_line(i, part, zone, gap, first=k == 0)
                gap = False
            if fresh:
                self.blocks[-1].fresh = True
            i += 1
        hang_paragraphs(self.blocks, cut="closing" not in self.zones)
        return self.blocks

    def _begins_annex(self, line: Line, zone: Zone, enters: bool) -> bool:
        """Whether an appendix begins here; an attached plan counts from the top, a "Phụ lục" below PL."""
        if enters:
            self.loose.clear()
        if zone != "appendix":
            self.annex = ""
            return False
        if finder("appendix", "line")(bare_of(line.text)) and is_capitals(line.text[:7]):
            self.annex = "PL"
            return True
        if enters:
            self.annex = "" if title_kind(line) else "PL"
        return enters

    # -- lines ------------------------------------------------------------------------------

    def _add_line(self, i: int, line: Line, zone: Zone, gap: bool, *, first: bool) -> None:
        block = (
            self.blocks[-1]
            if self.blocks and self.blocks[-1].zone == zone and self.blocks[-1].rows is None
            else None
        )
        text = line.text
        if zone == "addressee":
            listed = text.startswith(("-", "+", "•", "|"))
            if (
                block is not None
                and not listed
                and (text[:1].islower() or (block.bulleted and cut_short(block.last, text)))
            ):
                block.pieces.append((line, 0))
            else:
                self._start(i, None, line, zone, gap, _skip_bullet(text))
            return
        readings = (
            self.readings.get(i, []) if first else [m for m in marks_at(text) if m.weak != "run"]
        )
        mark = self._accept(i, readings, block, gap)
        if mark is None and block is not None and self._goes_on(block, text, gap):
            block.pieces.append((line, 0))
            return
        self._start(i, mark, line, zone, gap, mark.rest if mark else 0)

    def _start(
        self, i: int, mark: Mark | None, line: Line, zone: Zone, gap: bool, first: int
    ) -> None:
        block = Block(
            mark, [(line, first)] if first < len(line.text) else [], line.at[0], zone, gap=gap
        )
        block.stop = line.ends[-1]
        block.base = self.annex
        if mark:
            self._close_list(i, block, mark)
            self._place(block, mark)
        else:
            self.loose.clear()
        self.blocks.append(block)

    def _goes_on(self, block: Block, text: str, gap: bool) -> bool:
        """Whether an unmarked line continues the paragraph above it."""
        last = block.last
        if not block.pieces:
            return True
        ended = bool(TERMINAL.search(last))
        if _LABELLED.match(text) or _DECIDES.fullmatch(text):
            return False
        if not gap and splits_symbol(last, text):
            return True
        if not ended and not gap and _cut_in_a_number(last, text):
            return True
        if _CLOSES.match(text) and (ended or not _OPEN_END.search(lower(last))):
            return False
        if _ADDRESS.search(last) and text[:1].isupper():
            return False
        if not (ended or gap) and len(last) > _LONG:
            if _COUNTS.match(text) or _OPEN_END.search(lower(last)):
                return True  # "... bố trí | 06 điểm giữ xe", "... phản ánh về | Sở Y tế"
        if text[:1].islower() or text[:1] in ",;)":
            return self.wrapped or not ended or (self.gapped and not gap)
        heading = " " in text and is_capitals(text) != is_capitals(last)
        if heading and not last.endswith(","):
            return False
        if gap and not ended and _DAY.match(text):
            return False
        if self.wrapped:
            full = self._fills(block, text)
            if not ended:
                return full or bool(_OPEN_END.search(lower(last)))
            if full and not gap and _LABEL_ENDS.search(lower(last)):
                return True
            return (
                not gap
                and not last.endswith("./.")
                and (self.gapped or (full and not last.endswith(":")))
            )
        if gap and any(pattern(p).match(lower(text)) for p in ("verb", "opening")):
            return False  # a blank line, and a sentence or an order begins below a long heading
        return not ended and len(block.head) > 120 and last[-1:] not in ")"

    # -- marks ------------------------------------------------------------------------------

    def _accept(
        self, i: int, readings: Sequence[Mark], block: Block | None, gap: bool
    ) -> Mark | None:
        """The reading of a line's mark that fits the sequence so far, or None."""
        if not readings:
            return None
        text = self.lines[i].text
        flows = block is not None and bool(block.pieces) and not TERMINAL.search(block.last)
        flows = flows and not (_LABELLED.match(text) or _LABELLED.match(block.head))  # type: ignore[union-attr]
        wide = (
            block is not None
            and self.wrapped
            and self._fills(block, text)
            and not _next_order(block, readings[0], text)
        )
        broken = block is not None and (
            block.last.endswith((",", " và", "-"))
            or _cut_in_a_number(block.last, text)
            # "... phát triển kinh tế | - xã hội": a dash before a small letter, behind a long line
            or (len(block.last) > 50 and not self.small_dashes and _small_dash(text))
        )
        open_marks = {m.key: m for k in self.stack if (m := self.blocks[k].mark)}
        wrapped = flows and not gap and (wide or broken)
        place = Place(flows, wrapped, self.next_item.get(i, 0))
        return choose(readings, open_marks, place)

    def _close_list(self, i: int, block: Block, mark: Mark) -> None:
        """Pop what a paragraph ended that leads over to a list of its own ("Các đơn vị ...:")."""
        above = self.blocks[-1] if self.blocks else None
        if mark.kind not in BULLETS or not self.stack or above is None or above.mark or above.rows:
            return
        if above.zone != block.zone or not above.opens or introduces(self.blocks[self.stack[-1]]):
            return
        following = self.readings.get(self.next_number.get(i, -1), [])
        for depth in range(len(self.stack), 0, -1):
            known = self.blocks[self.stack[depth - 1]].mark
            if known and any(m.key == known.key and m.value == known.value + 1 for m in following):
                self.stack = self.stack[:depth]
                return
        self.stack = []

    def _place(self, block: Block, mark: Mark) -> None:
        """Pop what this mark closes, then hang the clause under what stays open."""
        keys = [m.key if (m := self.blocks[k].mark) else "" for k in self.stack]
        if mark.key in keys:
            cut = keys.index(mark.key)
            if (
                mark.value == 1
                and mark.kind in ("item", "point", "bracketed")
                and self._nests(mark, cut)
            ):
                cut = len(keys)
            self.stack = self.stack[:cut]
        else:
            while self.stack and self._rank(self.stack[-1]) > mark.rank:
                top = self.blocks[self.stack[-1]]
                if mark.kind == "dash" and top.kind == "plus" and top.opens:
                    break  # dashes below pluses, the other way round
                self.stack.pop()
        parent = self.stack[-1] if self.stack else None
        block.kind = mark.kind
        block.parent = parent
        base = self.blocks[parent].path if parent is not None else block.base
        label = mark.label
        if mark.kind in BULLETS:
            if parent is None:
                self.loose[mark.kind] += 1
                count = self.loose[mark.kind]
            else:
                self.counts[parent, mark.kind] += 1
                count = self.counts[parent, mark.kind]
            label = {"dash": "-", "plus": "+", "bullet": "*"}[mark.kind] + str(count)
        elif mark.kind == "article":  # articles are counted through all chapters
            label, base = f"Điều {mark.label}", block.base
        elif mark.kind in ("part", "chapter", "section"):
            label = f"{_WORDS[mark.kind]} {mark.label}"
        elif mark.kind == "subitem" and parent is not None:
            owner = self.blocks[parent]
            if (
                owner.mark
                and owner.kind in ("item", "subitem")
                and mark.label.startswith(owner.mark.label + ".")
            ):
                base = owner.path[: -len(owner.mark.label)].rstrip(".")
        block.path = f"{base}.{label}" if base else label
        self.stack.append(len(self.blocks))

    def _nests(self, mark: Mark, cut: int) -> bool:
        """Whether a list that starts again at one stands inside the last item, not beside it."""
        top = self.blocks[self.stack[-1]]
        same = self.blocks[self.stack[cut]]
        return bool(
            top.mark
            and top.mark.rank > mark.rank
            and top.opens
            and same.mark
            and same.mark.value >= 1
        )

    def _rank(self, k: int) -> int:
        mark = self.blocks[k].mark
        return mark.rank if mark else 0

    def _add_row(self, row: Row, zone: Zone) -> None:
        kind = "row" if row.kind == "row" else "row_heading"
        block = Block(None, [], row.start, zone, rows=row, kind=kind, base=self.annex)
        hang_row(self.blocks, block, self.stack[-1] if self.stack else None)
        self.blocks.append(block)


_WORDS = {"part": "Phần", "chapter": "Chương", "section": "Mục"}


def _skip_bullet(text: str) -> int:
    m = re.match(r"^[\s|]*(?:[-+•]\s*)?", text)
    return m.end() if m else 0
