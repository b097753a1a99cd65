"""The rules of tables in a picture: found, and painted over before the letters are read.

A picture made narrower by the mean of some points keeps dark only what was dark all along: rules
stay, letters do not. Where a page slants a rule comes as a stair of short pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from extractor.readers.pages.boxes import Box
from extractor.readers.pages.grid import ruled
from extractor.readers.paper import lightness

if TYPE_CHECKING:
    from PIL.Image import Image

_LONG = {
    1: 96,
    0: 56,
}  # dots, across and down: a column's width, a row's height; words have shorter strokes
_PIECE = 40  # ... of a rule that is broken or slants
_SCRAP = 24  # ... that is painted over
_STEP = 8  # dots
_INK = 0.72  # of the paper's lightness: darker is ink, hair lines too
_DARK = 200  # of 255: how dark a step must be
_NEAR = 2.0  # points from a rule within which a piece belongs to it
_POINTS = 72.0


def without_rules(image: Image, dpi: float) -> tuple[Image, list[Box]]:
    """A grey picture with the rules of its tables painted white, and these in points.

    Only rules that cross: underlined words, bars of capitals, seals and strokes of a pen stay.
    """
    from PIL import Image, ImageDraw

    limit = _INK * lightness(image)
    ink = image.point([255 if v < limit else 0 for v in range(256)])
    across = list(_runs(ink))
    turned = _runs(ink.transpose(Image.Transpose.TRANSPOSE))
    down = [(y0, x0, y1, x1) for x0, y0, x1, y1 in turned]
    scale = _POINTS / dpi
    pieces = (*_pieces(across, 1), *_pieces(down, 0))
    rules = ruled((x0 * scale, y0 * scale, x1 * scale, y1 * scale) for x0, y0, x1, y1 in pieces)
    if not rules:
        return image, []
    clean = image.copy()
    pen = ImageDraw.Draw(clean)
    for x0, y0, x1, y1 in (*across, *down):
        piece = x0 * scale, y0 * scale, x1 * scale, y1 * scale
        if any(_within(piece, rule) for rule in rules):
            pen.rectangle((x0 - 1, y0 - 1, x1 + 1, y1 + 1), fill=255)
    return clean, rules


def _pieces(runs: Sequence[Box], axis: int) -> Iterator[Box]:
    """The runs that are long, or pieces in line with one that is; axis: of what they share."""
    lines = {round(run[axis]) for run in runs if _length(run) >= _LONG[axis]}
    near = {at + k for at in lines for k in (-3, -2, -1, 0, 1, 2, 3)}
    return (run for run in runs if _length(run) >= _PIECE and round(run[axis]) in near)


def _length(run: Box) -> float:
    return run[2] - run[0] + run[3] - run[1]


def _within(piece: Box, rule: Box) -> bool:
    return (
        rule[0] - _NEAR <= piece[0]
        and rule[1] - _NEAR <= piece[1]
        and piece[2] <= rule[2] + _NEAR
        and piece[3] <= rule[3] + _NEAR
    )


def _runs(ink: Image) -> Iterator[Box]:
    """Horizontal runs of ink, a row of dots each, and a step more at either end, where a seal may cross it."""
    from PIL import Image

    wide = ink.width // _STEP
    data = ink.resize((wide, ink.height), Image.Resampling.BOX).tobytes()
    long = re.compile(rb"[%c-\xff]{%d,}" % (_DARK, _SCRAP // _STEP))
    for y in range(ink.height):
        for run in long.finditer(data, y * wide, (y + 1) * wide):
            start, stop = run.start() - y * wide, run.end() - y * wide
            yield (start - 1) * _STEP, y, (stop + 1) * _STEP, y
