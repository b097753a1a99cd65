"""Scanned pages by Tesseract with Vietnamese: an image in, words with boxes and confidence out.

Needs the extra `nhiemvu[ocr]` and the file vie.traineddata, which no Python package brings.
Settings are those that read best in measurement: Sauvola's local threshold, 200 dots an inch, the
page made white and level before (`paper`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from extractor.readers.pages.boxes import Box, Page, Word, rows_of
from extractor.readers.pages.columns import blocks_of
from extractor.readers.pages.grid import tables_of
from extractor.readers.paper import levelled, washed, whitened
from extractor.readers.rules_in_scans import without_rules
from extractor.readers.strokes import mended
from extractor.readers.worker import step

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 200
MISSING = (
    "cần nhận dạng chữ (OCR): cài thêm pip install 'nhiemvu[ocr]' và bộ chữ Việt của Tesseract "
    "(Debian, Ubuntu: apt-get install tesseract-ocr-vie)"
)
_LANGUAGE = "vie"
_FOLDERS = (
    "/usr/share/tesseract-ocr/*/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
    "C:/Program Files/Tesseract-OCR/tessdata",
)
_KEPT = frozenset("-–+•/&%:()")  # words without letters or digits that a notice holds
_STOPS = frozenset(".,;!?'\"“”[]")
_POINTS = 72.0
_SETTINGS = (
    ("thresholding_method", "2"),  # Sauvola's: a shadow is no ink
    ("textord_noise_rejrows", "0"),  # short lines ("Kính gửi:") are no noise
    ("textord_noise_rejwords", "0"),
)
_ROOM = 5.0  # points around a column
_EDGE = 1.0  # points within a cell
_LESS = 0.02  # confidence that the second reading may lack: it makes fewer words up
_MAX_CORES = 8  # each has an engine of its own; all share the memory that one file may use
_UPRIGHT = 0.6  # sureness of a page that stands upright: 0.9; upside down or on its side: below 0.5
_GUESS = 0.6  # confidence: runs of words below it are what Tesseract makes of strokes


@dataclass(frozen=True, slots=True)
class Scan:
    """A page's image with the number of its page, from 1, and its dots an inch."""

    number: int
    image: Image
    dpi: float


def available() -> bool:
    """Whether all is installed that it needs."""
    try:
        import tesserocr  # noqa: F401
    except ImportError:
        return False
    return _folder() is not None


def recognise(scans: Iterator[Scan], total: int) -> Iterator[Page]:
    """The pages of some scans, in order, read on all cores; tells its progress page by page.

    scans: taken as they are needed, so that few images are in memory at once; asked for only where
    `available`.
    """
    cores = min(os.cpu_count() or 1, total, _MAX_CORES)
    with ThreadPoolExecutor(cores) as pool:
        done = 0
        while batch := [scan for _, scan in zip(range(cores), scans, strict=False)]:
            for page in pool.map(_read, batch):
                done += 1
                step(done, total)
                yield page


def _folder() -> str | None:
    """Where vie.traineddata lies."""
    named = os.environ.get("TESSDATA_PREFIX")
    folders = [Path(named), Path(named, "tessdata")] if named else []
    for pattern in _FOLDERS:
        root = Path(pattern.split("*")[0])
        folders += (
            sorted(root.glob(pattern[len(root.as_posix()) + 1 :])) if "*" in pattern else [root]
        )
    return next((str(f) for f in folders if (f / f"{_LANGUAGE}.traineddata").is_file()), None)


def _read(scan: Scan) -> Page:
    """The page, its columns and cells looked at once more one by one.

    Tesseract takes what stands side by side for one line. A page of which it makes next to nothing
    is tried the other ways up.
    """
    import tesserocr
    from PIL.Image import Transpose

    paper = whitened(washed(scan.image), scan.dpi)
    scale = _POINTS / scan.dpi
    with tesserocr.PyTessBaseAPI(
        path=_folder(), lang=_LANGUAGE, psm=tesserocr.PSM.SINGLE_BLOCK
    ) as engine:
        for name, value in _SETTINGS:
            engine.SetVariable(name, value)

        def look(image: Image) -> list[_Seen]:
            engine.Recognize()
            return list(_words(engine.GetIterator(), image))

        def show(image: Image) -> None:
            engine.SetImage(image)
            engine.SetSourceResolution(round(scan.dpi))

        def look_at(image: Image) -> _Sight:
            level, slope = levelled(image)
            clean, rules = without_rules(level, scan.dpi)
            show(clean)
            return _Sight(clean, rules, slope, look(clean))

        sight = look_at(paper)
        if _sureness(sight.words) < _UPRIGHT:
            ways = (Transpose.ROTATE_180, Transpose.ROTATE_90, Transpose.ROTATE_270)
            sights = [sight, *(look_at(paper.transpose(way)) for way in ways)]
            sight = max(sights, key=lambda s: sum(len(w.text) * w.confidence for w in s.words))
            show(sight.image)
        found = sight.words
        wide, high = sight.image.width * scale, sight.image.height * scale
        page = _ruled(_page(scan.number, wide, high, found, scale), sight.rules)
        for part in _parts(page):
            x0, y0, x1, y1 = (x / scale for x in part.box)
            room = part.room / scale
            left, top = max(int(x0 - room), 0), max(int(y0 - room), 0)
            right = min(int(x1 + room), sight.image.width)
            bottom = min(int(y1 + room), sight.image.height)
            engine.SetRectangle(left, top, right - left, bottom - top)
            before = [w for w in found if x0 < w.middle < x1 and y0 < w.base < y1]
            others = [w for w in found if w not in before]
            again = [w for w in look(sight.image) if not any(w.is_over(other) for other in others)]
            if again and _sureness(again) >= _sureness(before) - _LESS:
                found = others + again
    page = _ruled(_page(scan.number, wide, high, found, scale), sight.rules)
    return replace(page, words=tuple(_clear(page.words)), slope=page.slope + sight.slope)


def _ruled(page: Page, rules: Sequence[Box]) -> Page:
    """The page with its rules, given as they lie on paper."""
    return replace(page, rules=tuple(map(page.level, rules)))


class _Part(NamedTuple):
    """A box on paper of what is better read by itself, and how much around it may be looked at."""

    box: Box
    room: float


def _parts(page: Page) -> Iterator[_Part]:
    """The cells of tables, and columns."""
    tables, rest = tables_of(page.words, page.rules)
    for table in tables:
        for cell in table.cells:
            if cell.words:
                left, top, right, bottom = page.on_paper(Word("", *cell.box))
                yield _Part((left + _EDGE, top + _EDGE, right - _EDGE, bottom - _EDGE), 0)
    for block in blocks_of(rest):
        if block.column:
            boxes = [page.on_paper(word) for row in block.rows for word in row.words]
            lefts, tops, rights, bottoms = zip(*boxes, strict=True)
            yield _Part((min(lefts), min(tops), max(rights), max(bottoms)), _ROOM)


def _sureness(words: Sequence[_Seen]) -> float:
    """How surely some words were read, the long ones counting more."""
    return sum(len(w.text) * w.confidence for w in words) / max(sum(len(w.text) for w in words), 1)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A word as Tesseract saw it, in dots: its ends, its line's slope, base and height."""

    text: str
    x0: float
    x1: float
    base: float
    slope: float
    height: float
    confidence: float

    @property
    def middle(self) -> float:
        """Between its ends."""
        return (self.x0 + self.x1) / 2

    def is_over(self, other: _Seen) -> bool:
        """Whether it is read from the place of another word."""
        near = abs(self.base - other.base) < other.height / 2
        return near and other.x0 < self.middle < other.x1


class _Sight(NamedTuple):
    """A page's image as it was read, its rules in points, its slope before, and its words."""

    image: Image
    rules: list[Box]
    slope: float
    words: list[_Seen]


def _words(iterator: Any, image: Image) -> Iterator[_Seen]:
    import tesserocr

    level = tesserocr.RIL
    for word in tesserocr.iterate_level(iterator, level.WORD):
        if word.Empty(level.WORD):
            continue
        text = word.GetUTF8Text(level.WORD).strip()
        box = word.BoundingBox(level.WORD)
        line = word.Baseline(level.TEXTLINE)
        sure = word.Confidence(level.WORD) / 100
        if not text or box is None or line is None or not _is_word(text, sure):
            continue
        (ax, ay), (bx, by) = line
        slope = (by - ay) / (bx - ax) if bx != ax else 0.0
        base = ay + slope * ((box[0] + box[2]) / 2 - ax)
        text = mended(text, image.crop(box), box[3] - base)
        yield _Seen(text, box[0], box[2], base, slope, word.RowAttributes()["row_height"], sure)


def _is_word(text: str, sure: float) -> bool:
    """Not the specks and strokes that a scan is full of."""
    if any(c.isalnum() for c in text):
        strange = sum(not (c.isalnum() or c in _KEPT or c in _STOPS) for c in text)
        return 3 * strange < len(text)
    return sure > 0.5 and all(c in _KEPT or c in _STOPS for c in text)


def _page(number: int, wide: float, high: float, found: Sequence[_Seen], scale: float) -> Page:
    """The page in points, turned until its lines lie level, its words as high as the usual line."""
    if not found:
        return Page(number, wide, high, ())
    slope = median(w.slope for w in found)
    height = median(w.height for w in found) * scale
    words = []
    for w in found:
        x, y = w.middle * scale, w.base * scale
        half = (w.x1 - w.x0) / 2 * scale
        x, y = x + slope * (y - high / 2), y - slope * (x - wide / 2)
        top, bottom = y - 0.8 * height, y + 0.2 * height
        words.append(Word(w.text, x - half, top, x + half, bottom, round(w.confidence, 2)))
    return Page(number, wide, high, tuple(words), slope=slope)


def _clear(words: Sequence[Word]) -> Iterator[Word]:
    """The words without runs that are mostly guesses: seals, signatures, notes written by hand."""
    for row in rows_of(words):
        runs: list[list[Word]] = []
        for word in row.words:
            if runs and word.x0 - runs[-1][-1].x1 <= row.height:
                runs[-1].append(word)
            else:
                runs.append([word])
        for run in runs:
            if median(w.confidence or 0 for w in run) >= _GUESS:
                yield from run
