"""Two readings of Tesseract put right by a look at the ink.

It takes III for II or IH, which is another quarter, and the stop after a list's number for a comma.
But strokes can be counted, and a comma hangs below its line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_ONES = re.compile(r"[IHLl|]{1,4}1?(?=\W|$)")
_NUMBER = re.compile(r"\d{1,2},")
_BANDS = ((0.25, 0.4), (0.45, 0.55), (0.6, 0.75))  # of a word's height, between its serifs
_FOOT = (0.85, 1.0)
_DARK = re.compile(rb"[\x00-\x7f]+")
# in heights of a word
_STRAIGHT = 0.07  # from band to band; "/" leans more, so does a bend
_THICK = 0.3
_HANGS = 0.1


def mended(text: str, ink: Image, below: float) -> str:
    """A word as its ink has it.

    ink: the word's box cut out of a grey page on white paper; below: how many dots of it are below
    the base line.
    """
    if _NUMBER.fullmatch(text):
        return text if below > _HANGS * ink.height else f"{text[:-1]}."
    ones = _ONES.match(text)
    if ones is None:
        return text
    rest = text[ones.end() :]
    strokes = _strokes(ink)
    if not rest and strokes and _has_stop(ink, strokes[-1][1]):
        rest = "."
    elif len(strokes) < 2:
        return text  # a letter as it says
    return "I" * len(strokes) + rest


def _strokes(ink: Image) -> list[tuple[int, int]]:
    """The upright strokes that a word begins with, by their ends."""
    found = []
    for upper, middle, lower in zip(*(_runs(ink, *band) for band in _BANDS), strict=False):
        ends = zip(upper, middle, lower, strict=True)
        bent = any(max(x) - min(x) > max(2, _STRAIGHT * ink.height) for x in ends)
        if bent or upper[1] - upper[0] > _THICK * ink.height:
            break
        found.append(upper)
    return found


def _has_stop(ink: Image, end: int) -> bool:
    """Whether all that follows a stroke is a dot at the foot of the line."""
    after = [run for run in _runs(ink, *_FOOT) if run[0] > end]
    return len(after) == 1 and not any(run[0] > end for run in _runs(ink, *_BANDS[0]))


def _runs(ink: Image, top: float, bottom: float) -> list[tuple[int, int]]:
    """Where a band across a word is dark, from left to right; top and bottom in heights of it."""
    from PIL import Image

    box = (0, top * ink.height, ink.width, bottom * ink.height)
    row = ink.resize((ink.width, 1), Image.Resampling.BOX, box).tobytes()
    return [m.span() for m in _DARK.finditer(row)]
