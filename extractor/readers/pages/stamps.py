"""What a digital signature puts on a page: told apart from the notice's own words.

A signing tool prints the number and the day in their blanks, which belong to the notice, and who
signed and when in some corner, often across the header's columns, which does not.
"""

from __future__ import annotations

from collections.abc import Sequence

from extractor.parts import bare_of, finder
from extractor.readers.pages.boxes import Box, Word, rows_of


def without_stamps(
    words: Sequence[Word], boxes: Sequence[Box], *, printed: Sequence[Word]
) -> list[Word]:
    """The words without those that a signature has put into one of the boxes.

    printed: the words that stood there before. A box whose words do not speak of a signature (a
    number, a filled-in form, a remark) keeps them.
    """
    before = {_place(w) for w in printed}
    added = [w for w in words if _place(w) not in before]
    gone: set[Word] = set()
    for box in boxes:
        inside = [w for w in added if _within(w, box)]
        if any(finder("signature_stamp")(bare_of(row.text)) for row in rows_of(inside)):
            gone.update(inside)
    return [w for w in words if w not in gone]


def _place(word: Word) -> tuple[str, int, int]:
    return word.text, round(word.x0), round(word.y0)


def _within(word: Word, box: Box) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1
