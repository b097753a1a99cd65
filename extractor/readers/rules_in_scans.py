"""The lines of tables in a picture: found, and painted over before the letters are read.

A picture made narrower by the mean of sixteen points keeps dark only what was dark all along:
rules stay, letters do not. On a slanting page a rule comes as a stair of short pieces.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.readers.pages.boxes import Box
from extractor.readers.paper import lightness

if TYPE_CHECKING:
    from PIL.Image import Image

_STEP = 16  # dots
_LEAST = 3  # steps: a quarter of an inch at 200 dots
_FEWEST = 3  # lines each way, the frame counted, that make a table
_SPREAD = 64  # dots: how far a line may stray on a slanting page
_LONG = 300  # dots, all rows of a line's thickness counted
_INK = 0.72  # of the paper's lightness: darker is ink, hair lines too
_DARK = re.compile(rb"[\xc8-\xff]{%d,}" % _LEAST)


def without_rules(image: Image) -> tuple[Image, list[Box]]:
    """A grey picture with its long straight lines painted white, and these in dots."""
    from PIL import Image, ImageDraw

    limit = _INK * lightness(image)
    ink = image.point([255 if v < limit else 0 for v in range(256)])
    across = list(_runs(ink))
    down = [(y0, x0, y1, x1) for x0, y0, x1, y1 in _runs(ink.transpose(Image.Transpose.TRANSPOSE))]
    if _lines(across) < _FEWEST or _lines(down, axis=0) < _FEWEST:
        return image, []  # underlined words, a seal, a stroke of a pen
    clean = image.copy()
    pen = ImageDraw.Draw(clean)
    for x0, y0, x1, y1 in (*across, *down):
        pen.rectangle((x0 - 1, y0 - 1, x1 + 1, y1 + 1), fill=255)
    return clean, [*across, *down]


def _lines(runs: list[Box], *, axis: int = 1) -> int:
    """About how many lines some runs make: places where enough of them lie together."""
    lengths: Counter[int] = Counter()
    for run in runs:
        lengths[int(run[axis] / _SPREAD)] += round(max(run[2] - run[0], run[3] - run[1]))
    return sum(length >= _LONG for length in lengths.values())


def _runs(ink: Image) -> Iterator[Box]:
    """Horizontal runs of ink, a row of dots each; their ends are sure to half a step."""
    from PIL import Image

    wide = ink.width // _STEP
    data = ink.resize((wide, ink.height), Image.Resampling.BOX).tobytes()
    for y in range(ink.height):
        for run in _DARK.finditer(data[y * wide : (y + 1) * wide]):
            yield (run.start() - 0.5) * _STEP, y, (run.end() + 0.5) * _STEP, y
