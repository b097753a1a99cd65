"""Stage 2: numbered clauses as a tree, and the flow that later patterns run on.

Reads lines and zones; adds clauses and flow. Marks follow Nghị định 30/2020/NĐ-CP, Phụ lục I
(Phần, Chương, Mục, Điều, khoản, điểm; I. 1. a) -) and the party's "1-". Sequence decides, not shape:
"i)" after "h)" is a letter, "2021." in a wrapped line is no mark. Hard-wrapped lines are joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from extractor.document import Clause, Document, Span, Zone
from extractor.ruletable import Rule, load
from extractor.tables import Row, read_rows
from extractor.text import Flow, Line, is_capitals, lower

ALPHABET = "abcdđeghiklmnopqrstuvxy"
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ORDINALS = {"nhất": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6}
_TERMINAL = re.compile(r"[.;:!?…]\W{0,3}$")
_OPEN_END = re.compile(r"(?:^|\s)(?:và|với|của|cho|tại|theo|từ|đến|về|các|những|để|trong|trên|là|do|bởi|hoặc|như|số|ngày)$|,$")
_JUNK = re.compile(r"^[.,'`_~ ]{1,4}(?=\d{1,2}[.)] ?\S)")


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at a line's start: its kind and rank, its ordinal, and where the text begins."""

    kind: str
    rank: int
    marker: str
    value: int
    label: str
    rest: int


@dataclass
class _Block:
    """A clause under construction."""

    mark: Mark | None
    pieces: list[tuple[Line, int]]
    start: int
    zone: Zone
    path: str = ""
    parent: int | None = None
    kind: str = "paragraph"
    rows: Row | None = None
    gap: bool = False
    children: int = 0
    spans: list[tuple[int, int]] = field(default_factory=list)

    @property
    def last(self) -> str:
        return self.pieces[-1][0].text if self.pieces else ""

    @property
    def text(self) -> str:
        return " ".join(line.text[first:] for line, first in self.pieces)


@cache
def _marks() -> tuple[Rule, ...]:
    return load("clauses", "kind", "rank").rules


@cache
def _closing_words() -> re.Pattern[str]:
    return re.compile(load("clauses", "kind", "rank").words["closing"]["words"])


def roman(numeral: str) -> int:
    """Value of a Roman numeral of the letters I, V, X, L, C; 0 where it is none."""
    total = 0
    for a, b in zip(numeral, numeral[1:] + " ", strict=True):
        value = _ROMAN.get(a, 0)
        total += -value if _ROMAN.get(b, 0) > value else value
    return total if total > 0 and numeral == write_roman(total) else 0


def write_roman(number: int) -> str:
    """Roman numeral of a whole number from 1 to 199."""
    steps = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    out = ""
    for value, letters in steps:
        while number >= value:
            out, number = out + letters, number - value
    return out


def marks_at(text: str) -> Iterator[Mark]:
    """Every reading of the mark at the start of a folded line, most likely first."""
    junk = _JUNK.match(text)
    offset = junk.end() if junk else 0
    for rule in _marks():
        m = rule.pattern.match(text, offset) if not offset else rule.pattern.match(text[offset:])
        if not m:
            continue
        label = m["value"] if "value" in m.groupdict() else m["marker"]
        value = _value(rule.fields["kind"], label)
        if value is None:
            continue
        rest = offset + m.end()
        while rest < len(text) and text[rest] in " .":
            rest += 1
        yield Mark(rule.fields["kind"], rule.fields["rank"], m["marker"], value, label, rest)


def _value(kind: str, label: str) -> int | None:
    if kind in ("dash", "plus", "bullet"):
        return 0
    if kind == "point":
        return ALPHABET.find(label) + 1 or None
    if kind == "upper":
        return "ABCDĐEGHIKLMNOPQRSTUVXY".find(label) + 1 or None
    if kind == "small_roman":
        return roman(label.upper()) or None
    if kind == "subitem":
        return int(label.split(".")[-1])
    if label.isdigit():
        return int(label)
    if label.startswith(("thứ ", "THỨ ")):
        return _ORDINALS.get(lower(label)[4:])
    digits = re.match(r"\d+", label)
    return int(digits.group()) if digits else roman(label) or (ord(label) - 64 if len(label) == 1 else None)


def segment(doc: Document) -> Document:
    """Join lines into clauses, number them, hang them in a tree, and build the flow."""
    body = _Builder(doc.lines, doc.zones).build()
    flow, spans = Flow.build(_flow_blocks(body))
    clauses: list[Clause] = []
    k = 0
    for block in body:
        cells: tuple[Span, ...] = ()
        if block.rows is not None:
            cells = tuple(spans[k : k + len(block.rows.cells)])
            k += len(block.rows.cells)
            filled = [c for c in cells if c.end > c.start] or [Span(cells[0].start, cells[0].start)]
            own = Span(filled[0].start, filled[-1].end)
        else:
            own = spans[k]
            k += 1
        end = flow.source(own).end if own.end > own.start else block.start
        clauses.append(
            Clause(
                path=block.path,
                kind=block.kind,
                marker=block.mark.marker if block.mark else (block.rows.number if block.rows else None),
                extent=Span(block.start, max(end, block.start)),
                body=own,
                parent=block.parent,
                zone=block.zone,
                cells=cells,
                columns=block.rows.columns if block.rows else (),
            )
        )
    return replace(doc, flow=flow, clauses=_extend(clauses))


def _flow_blocks(blocks: Sequence[_Block]) -> Iterator[Sequence[tuple[Line, int]]]:
    for block in blocks:
        if block.rows is None:
            yield block.pieces
        else:
            yield from ([(cell, 0) for cell in cell_lines] for cell_lines in block.rows.cells)


def _extend(clauses: list[Clause]) -> tuple[Clause, ...]:
    """Let each clause reach to the end of its last descendant, and mark headings."""
    ends = [c.extent.end for c in clauses]
    has_child = [False] * len(clauses)
    for i in range(len(clauses) - 1, -1, -1):
        parent = clauses[i].parent
        if parent is not None:
            ends[parent] = max(ends[parent], ends[i])
            has_child[parent] = True
    return tuple(
        replace(c, extent=Span(c.extent.start, ends[i]), heading=has_child[i])
        for i, c in enumerate(clauses)
    )


class _Builder:
    """One pass over the lines; keeps the stack of open marks."""

    def __init__(self, lines: Sequence[Line], zones: Sequence[Zone]) -> None:
        self.lines, self.zones = lines, zones
        self.blocks: list[_Block] = []
        self.stack: list[int] = []
        kept = [i for i, z in enumerate(zones) if z in ("body", "appendix")]
        lengths = sorted(len(lines[i].text) for i in kept if lines[i].text)
        self.width = lengths[int(len(lengths) * 0.95)] if lengths else 0
        self.wrapped = self._is_wrapped(kept)
        self.gapped = self._is_gapped()

    def _is_wrapped(self, kept: Sequence[int]) -> bool:
        """Whether lines break at a page's width: long lines that end in mid-sentence are common."""
        if self.width > 140 or len(kept) < 4:
            return False
        long = [i for i in kept if len(self.lines[i].text) > 0.7 * self.width and "|" not in self.lines[i].text]
        broken = [i for i in long if not _TERMINAL.search(self.lines[i].text)]
        return len(broken) >= 3 and len(broken) > 0.4 * len(long)

    def _is_gapped(self) -> bool:
        """Whether blank lines part the paragraphs, so that their lack says "goes on"."""
        marked = [i for i, line in enumerate(self.lines) if i and self.zones[i] == "body" and next(marks_at(line.text), None)]
        return len(marked) > 3 and sum(not self.lines[i - 1].text for i in marked) > 0.7 * len(marked)

    def build(self) -> list[_Block]:
        rows = read_rows(self.lines, self.zones)
        gap = False
        i = 0
        previous_zone: Zone | None = None
        while i < len(self.lines):
            zone, line = self.zones[i], self.lines[i]
            if zone == "noise" or zone in ("header", "closing") or not line.text:
                gap = gap or not line.text
                i += 1
                continue
            if zone != previous_zone:
                self.stack = []
                previous_zone = zone
                gap = True
            if i in rows:
                row = rows[i]
                if row.kind != "skip":
                    self._add_row(row, zone)
                i = row.stop
                gap = False
                continue
            self._add_line(line, zone, gap)
            gap = False
            i += 1
        self._hang_paragraphs()
        return self.blocks

    # -- lines ------------------------------------------------------------------------------

    def _add_line(self, line: Line, zone: Zone, gap: bool) -> None:
        block = self.blocks[-1] if self.blocks and self.blocks[-1].zone == zone and self.blocks[-1].rows is None else None
        text = line.text
        if zone == "addressee":
            if block is not None and not re.match(r"^[-+•|]", text) and text[:1].islower():
                block.pieces.append((line, 0))
            else:
                self._start(None, line, zone, gap, _skip_bullet(text))
            return
        mark = self._accept(text, block, gap)
        if mark is None and block is not None and self._goes_on(block, text, gap):
            block.pieces.append((line, 0))
            return
        self._start(mark, line, zone, gap, mark.rest if mark else 0)

    def _start(self, mark: Mark | None, line: Line, zone: Zone, gap: bool, first: int) -> None:
        block = _Block(mark, [(line, first)] if first < len(line.text) else [], line.at[0], zone, gap=gap)
        if mark:
            self._place(block, mark)
        self.blocks.append(block)

    def _goes_on(self, block: _Block, text: str, gap: bool) -> bool:
        """Whether an unmarked line continues the paragraph above it."""
        last = block.last
        if not block.pieces:
            return True
        ended = bool(_TERMINAL.search(last))
        if text[:1].islower() or text[:1] in ",;)":
            return self.wrapped or not ended
        if is_capitals(text) != is_capitals(last) and len(text) > 3:
            return False
        if self.wrapped:
            # a line breaks at the page's edge where the next word had no room; widths of letters vary
            full = self.width * 0.92 - len(last) < len(text.split(" ", 1)[0]) + 1
            if not ended:
                return full or len(last) > 0.6 * self.width or bool(_OPEN_END.search(lower(last)))
            return not gap and not last.endswith("./.") and (self.gapped or (full and not last.endswith(":")))
        return not ended and len(block.text) > 120 and last[-1:] not in ")"

    # -- marks ------------------------------------------------------------------------------

    def _accept(self, text: str, block: _Block | None, gap: bool) -> Mark | None:
        """The reading of a line's mark that fits the sequence so far, or None."""
        flows = block is not None and bool(block.pieces) and not _TERMINAL.search(block.last)
        wrapped_on = flows and self.wrapped and block is not None and len(block.last) > 0.75 * self.width
        if flows and block is not None and block.last.endswith((",", " và", "-")):
            wrapped_on = True
        readings = [m for m in marks_at(text) if m.rest <= len(text)]
        if not readings:
            return None
        open_values = {self.blocks[k].mark.kind: self.blocks[k].mark for k in self.stack if self.blocks[k].mark}  # type: ignore[union-attr]
        for mark in readings:  # first choice: it continues an open sequence
            known = open_values.get(mark.kind)
            if known and mark.kind not in ("dash", "plus", "bullet", "subitem") and mark.value == known.value + 1:
                if mark.kind == "upper" and len(readings) > 1 and mark.label in "IVXLC" and "roman" in open_values:
                    continue
                return mark
        for mark in readings:
            known = open_values.get(mark.kind)
            if mark.kind in ("dash", "plus", "bullet"):
                return None if wrapped_on else mark
            if mark.kind in ("article", "part", "chapter", "section"):
                return mark
            if mark.kind == "subitem":
                prefix = mark.label.rsplit(".", 1)[0]
                item = open_values.get("item")
                fits = item is not None and item.label == prefix.split(".")[0]
                if fits or mark.value == 1 or (known and mark.value == known.value + 1) or not wrapped_on:
                    return mark
                continue
            if mark.kind == "upper" and mark.value != 1 and not known:
                continue
            if mark.kind in ("upper", "small_roman") and mark.value != 1 and known and mark.value != known.value + 1:
                continue
            if mark.kind == "roman" and known is None and mark.value != 1 and wrapped_on:
                continue
            if mark.value == 1:
                return mark
            if wrapped_on:
                continue
            if known is None:  # the first of its kind, although not number one: earlier ones were lost
                if mark.value <= 12 and not (mark.kind == "point" and flows):
                    return mark
                continue
            if known.value < mark.value <= known.value + 4 or mark.value == known.value:
                return mark
        return None

    def _place(self, block: _Block, mark: Mark) -> None:
        """Pop what this mark closes, then hang the clause under what stays open."""
        kinds = [self.blocks[k].mark.kind for k in self.stack]  # type: ignore[union-attr]
        if mark.kind in kinds:
            cut = kinds.index(mark.kind)
            if mark.value == 1 and mark.kind in ("item", "point", "bracketed") and self._nests(mark, cut):
                cut = len(kinds)
            self.stack = self.stack[:cut]
        else:
            while self.stack and self._rank(self.stack[-1]) > mark.rank:
                self.stack.pop()
        parent = self.stack[-1] if self.stack else None
        block.kind = mark.kind
        block.parent = parent
        base = self.blocks[parent].path if parent is not None else ("PL" if block.zone == "appendix" else "")
        label = mark.label
        if mark.kind in ("dash", "plus", "bullet"):
            count = sum(1 for b in self.blocks if b.parent == parent and b.kind == mark.kind and b.mark and b.zone == block.zone)
            if parent is None:
                count = self._count_loose(mark.kind)
            label = {"dash": "-", "plus": "+", "bullet": "*"}[mark.kind] + str(count + 1)
        elif mark.kind == "article":
            label = f"Điều {mark.label}"
        elif mark.kind in ("part", "chapter", "section"):
            label = f"{_WORDS[mark.kind]} {mark.label}"
        elif mark.kind == "subitem" and parent is not None:
            owner = self.blocks[parent]
            if owner.mark and owner.kind in ("item", "subitem") and mark.label.startswith(owner.mark.label + "."):
                base = owner.path[: -len(owner.mark.label)].rstrip(".")
        block.path = f"{base}.{label}" if base else label
        self.stack.append(len(self.blocks))

    def _nests(self, mark: Mark, cut: int) -> bool:
        """Whether a list that starts again at one stands inside the last item, not beside it."""
        top = self.blocks[self.stack[-1]]
        same = self.blocks[self.stack[cut]]
        return bool(top.mark and top.mark.rank > mark.rank and top.text.rstrip().endswith(":") and same.mark and same.mark.value >= 1)

    def _count_loose(self, kind: str) -> int:
        """Dashes at the top level are counted anew after every paragraph that introduces them."""
        count = 0
        for block in reversed(self.blocks):
            if block.kind == kind and block.parent is None:
                count += 1
            elif block.kind == "paragraph" or block.zone not in ("body", "appendix"):
                break
        return count

    def _rank(self, k: int) -> int:
        mark = self.blocks[k].mark
        return mark.rank if mark else 0

    # -- rows and paragraphs ----------------------------------------------------------------

    def _add_row(self, row: Row, zone: Zone) -> None:
        block = _Block(None, [], row.start, zone, rows=row, kind="row" if row.kind == "row" else "row_heading")
        self._hang_row(block, row, self.stack[-1] if self.stack else None)
        self.blocks.append(block)

    def _hang_row(self, block: _Block, row: Row, parent: int | None) -> None:
        base = self.blocks[parent].path if parent is not None else ("PL" if block.zone == "appendix" else "")
        block.parent = parent
        block.path = f"{base}.{row.number}" if base and row.number else (row.number or base)

    def _hang_paragraphs(self) -> None:
        """Give unmarked paragraphs their parent: the item they follow, or what that item hangs on."""
        words = _closing_words()
        open_item: int | None = None
        for i, block in enumerate(self.blocks):
            if block.mark:
                open_item = i
                continue
            if block.zone == "addressee":
                open_item = None
                continue
            if open_item is not None and self.blocks[open_item].zone != block.zone:
                open_item = None
            if block.rows is not None:
                if block.parent != open_item:  # a paragraph above it went further out
                    self._hang_row(block, block.rows, open_item)
                continue
            block.parent = self._owner(i, open_item, words)
            open_item = block.parent  # what follows a paragraph further out is no deeper than it
            if block.parent is not None:
                block.path = self.blocks[block.parent].path
                self.blocks[block.parent].children += 1
            elif block.zone == "appendix":
                block.path = "PL"

    def _owner(self, i: int, open_item: int | None, words: re.Pattern[str]) -> int | None:
        if open_item is None:
            return None
        block, item = self.blocks[i], self.blocks[open_item]
        following = next((b for b in self.blocks[i + 1 :] if b.zone == block.zone and b.mark), None)
        closes = bool(words.match(lower(block.text)))
        if _introduces(item) and not (closes and item.children and following is None):
            return open_item
        if following is None:
            return None
        # the list goes on below: the paragraph belongs to the member before the one that follows
        k: int | None = open_item
        while k is not None:
            owner = self.blocks[k]
            if owner.mark and following.mark and owner.kind == following.kind:
                return k if following.parent == owner.parent else owner.parent
            k = owner.parent
        return following.parent


_WORDS = {"part": "Phần", "chapter": "Chương", "section": "Mục"}


def _introduces(block: _Block) -> bool:
    """Whether a marked line says only what follows is about: a heading or a line ending in ":"."""
    text = block.text.rstrip()
    return not text or text.endswith(":") or not _TERMINAL.search(text) or is_capitals(text)


def _skip_bullet(text: str) -> int:
    m = re.match(r"^[\s|]*(?:[-+•]\s*)?", text)
    return m.end() if m else 0
