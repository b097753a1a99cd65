"""Clauses under construction, and where paragraphs and table rows without a mark hang in the tree.

Used by segment.py, which reads the lines into blocks one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.document import Zone
from extractor.marks import BULLETS, Mark, closing_words
from extractor.tables import Row
from extractor.text import Line, is_capitals, lower

TERMINAL = re.compile(r"[.;:!?…]\W{0,3}$")
_ABOUT = re.compile(r"^(?:về|đối với|công tác|lĩnh vực)\b")


@dataclass
class Block:
    """A clause under construction.

    stop: end of its first line, where a mark stands alone. base: what its path begins with in an
    annex; fresh: it begins one.
    """

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
    stop: int = 0
    base: str = ""
    fresh: bool = False

    @property
    def last(self) -> str:
        """Its last line."""
        return self.pieces[-1][0].text if self.pieces else ""

    @property
    def head(self) -> str:
        """Its first words, after the mark: up to three lines."""
        return " ".join(line.text[first:] for line, first in self.pieces[:3])

    @property
    def bulleted(self) -> bool:
        """Whether its first line begins with a dash or a dot, read as a mark or not."""
        return bool(self.pieces) and self.pieces[0][0].text.startswith(("-", "+", "•"))

    @property
    def opens(self) -> bool:
        """Whether its words lead over to what stands below."""
        return self.last.rstrip().endswith(":")


def introduces(block: Block) -> bool:
    """Whether a marked line says only what follows is about: a heading or a line ending in ":"."""
    last = block.last.rstrip()
    if not block.head or last.endswith(":"):
        return True
    if block.kind in BULLETS:
        return False
    if (
        len(block.pieces) == 1
        and len(last) < 70
        and _ABOUT.match(lower(last[block.pieces[0][1] :]))
    ):
        return True
    return not TERMINAL.search(last) or is_capitals(block.head)


def hang_row(blocks: Sequence[Block], block: Block, parent: int | None) -> None:
    """Give a table's row its parent, and its printed number as its path."""
    row = block.rows
    assert row is not None
    base = blocks[parent].path if parent is not None else block.base
    block.parent = parent
    block.path = f"{base}.{row.number}" if base and row.number else (row.number or base)


def hang_paragraphs(blocks: Sequence[Block], *, cut: bool) -> None:
    """Give unmarked paragraphs their parent: the item they follow, or what that item hangs on.

    cut: the text has no end (recipients, signature), so a list may have lost its other items.
    """
    words = closing_words()
    following = _marked_below(blocks)
    open_item: int | None = None
    for i, block in enumerate(blocks):
        if block.fresh:
            open_item = None
        if block.mark:
            open_item = i
            continue
        if block.zone == "addressee":
            open_item = None
            continue
        if open_item is not None and blocks[open_item].zone != block.zone:
            open_item = None
        if block.rows is not None:
            if block.parent != open_item:  # a paragraph above it went further out
                hang_row(blocks, block, open_item)
            continue
        block.parent = _owner(blocks, i, open_item, following[i], words, cut=cut)
        open_item = block.parent  # what follows a paragraph further out is no deeper than it
        if block.parent is not None:
            block.path = blocks[block.parent].path
            blocks[block.parent].children += 1
        else:
            block.path = block.base


def _marked_below(blocks: Sequence[Block]) -> list[int | None]:
    """For each block the next one of its zone and annex that has a mark."""
    found: list[int | None] = [None] * len(blocks)
    below: int | None = None
    for i in range(len(blocks) - 1, -1, -1):
        block = blocks[i]
        if i + 1 < len(blocks) and (blocks[i + 1].fresh or blocks[i + 1].zone != block.zone):
            below = None
        found[i] = below
        if block.mark:
            below = i
    return found


def _owner(
    blocks: Sequence[Block],
    i: int,
    open_item: int | None,
    below: int | None,
    words: re.Pattern[str],
    *,
    cut: bool,
) -> int | None:
    if open_item is None:
        return None
    block, item = blocks[i], blocks[open_item]
    following = blocks[below] if below is not None else None
    heads = block.opens or is_capitals(block.head)
    if (
        heads
        and below == i + 1
        and following
        and following.mark
        and following.mark.value <= 1
        and not introduces(item)
    ):
        return following.parent  # it leads over to a list of its own
    closes = bool(words.match(lower(block.head)))
    if introduces(item) and not (closes and item.children and following is None):
        return open_item
    if following is None:
        # nobody numbers a single item: such a copy ends inside it
        alone = item.mark is not None and item.mark.value == 1 and item.kind not in BULLETS
        return open_item if cut and alone and not closes else None
    # the list goes on below: the paragraph belongs to the member before the one that follows
    k: int | None = open_item
    while k is not None:
        owner = blocks[k]
        if following.parent == k:
            return k  # "1." below "4.": the list within goes on, and so does the item
        if owner.mark and following.mark and owner.kind == following.kind:
            return k if following.parent == owner.parent else owner.parent
        k = owner.parent
    return following.parent
