"""Scanned pages by Tesseract with Vietnamese: an image in, words with boxes and confidence out.

Needs the extra `nhiemvu[ocr]` and the file vie.traineddata, which no Python package brings.
Settings are those that read best in measurement: coloured stamps and ink washed out by taking the
lightest of red, green and blue, Sauvola's local threshold, 200 dots an inch.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from extractor.readers.pages.boxes import Box, Page, Word, rows_of
from extractor.readers.pages.columns import blocks_of
from extractor.readers.pages.grid import tables_of
from extractor.readers.rules_in_scans import without_rules
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

    Tesseract takes what stands side by side for one line; where such lines are not level it loses
    the marks above capitals.
    """
    import tesserocr

    image, rules = without_rules(_washed(scan.image))
    scale = _POINTS / scan.dpi
    wide, high = image.width * scale, image.height * scale
    with tesserocr.PyTessBaseAPI(
        path=_folder(), lang=_LANGUAGE, psm=tesserocr.PSM.SINGLE_BLOCK
    ) as engine:
        for name, value in _SETTINGS:
            engine.SetVariable(name, value)
        engine.SetImage(image)
        engine.SetSourceResolution(round(scan.dpi))

        def look() -> list[_Seen]:
            engine.Recognize()
            return list(_words(engine.GetIterator()))

        found = look()
        page = _page(scan.number, wide, high, found, scale)
        for left, top, right, bottom in _parts(_ruled(page, rules, scale)):
            x0, y0 = max(int(left / scale), 0), max(int(top / scale), 0)
            x1, y1 = min(int(right / scale), image.width), min(int(bottom / scale), image.height)
            engine.SetRectangle(x0, y0, x1 - x0, y1 - y0)
            again = look()
            before = [w for w in found if x0 < w.middle < x1 and y0 < w.base < y1]
            if again and _sureness(again) >= _sureness(before) - _LESS:
                found = [w for w in found if w not in before] + again
    page = _ruled(_page(scan.number, wide, high, found, scale), rules, scale)
    return replace(page, words=tuple(_clear(page.words)))


def _ruled(page: Page, rules: Sequence[Box], scale: float) -> Page:
    """The page with its rules, given in dots as they lie on paper."""
    return replace(page, rules=tuple(page.level([x * scale for x in rule]) for rule in rules))


def _parts(page: Page) -> Iterator[Box]:
    """Boxes on paper of what is better read by itself: cells of tables, and columns."""
    tables, rest = tables_of(page.words, page.rules)
    for table in tables:
        for cell in table.cells:
            if cell.words:
                left, top, right, bottom = page.on_paper(Word("", *cell.box))
                yield left + _EDGE, top + _EDGE, right - _EDGE, bottom - _EDGE
    for block in blocks_of(rest):
        if block.column:
            words = [word for row in block.rows for word in row.words]
            boxes = [page.on_paper(word) for word in words]
            lefts, tops, rights, bottoms = zip(*boxes, strict=True)
            yield min(lefts) - _ROOM, min(tops) - _ROOM, max(rights) + _ROOM, max(bottoms) + _ROOM


def _sureness(words: Sequence[_Seen]) -> float:
    """How surely some words were read, the long ones counting more."""
    return sum(len(w.text) * w.confidence for w in words) / max(sum(len(w.text) for w in words), 1)


def _washed(image: Image) -> Image:
    """Grey, each point as light as the lightest of its colours: red stamps and blue ink fade."""
    from PIL import ImageChops

    if image.mode in ("1", "L"):
        return image.convert("L")
    red, green, blue = image.convert("RGB").split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


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


def _words(iterator: Any) -> Iterator[_Seen]:
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
