"""Pictures of pages: PNG, JPEG and TIFF (of several pages too), read by OCR."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.errors import ReadError
from extractor.readers import ocr
from extractor.readers.pages.flow import text_of
from extractor.readers.text import ReadText

if TYPE_CHECKING:
    from PIL.Image import Image

_STARTS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}
_A4 = (8.27, 11.69)  # inches
_DPI = (100, 1200)  # what a scanner says; a camera says 72
_MAX_POINTS = 100_000_000  # an A4 page at 1000 dots an inch
_MAX_PAGES = 300


class ImageReader:
    """Reads .png, .jpg and .tiff."""

    name = "image"
    suffixes: tuple[str, ...] = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
    media_types: tuple[str, ...] = ("image/png", "image/jpeg", "image/tiff")

    def sniff(self, data: bytes, path: Path) -> bool:  # noqa: ARG002 - the reader interface
        """Whether it begins as one of the three formats does."""
        return data.startswith(tuple(_STARTS))

    def read(self, data: bytes, path: Path) -> ReadText:
        """The text of all pages; ReadError where OCR is missing or the picture is damaged."""
        if not ocr.available():
            raise ReadError(f"{path}: là ảnh, {ocr.MISSING}")
        from PIL import Image, UnidentifiedImageError

        media_type = next((t for start, t in _STARTS.items() if data.startswith(start)), "image/*")
        try:
            with Image.open(io.BytesIO(data)) as picture:
                total = min(getattr(picture, "n_frames", 1), _MAX_PAGES)
                if picture.width * picture.height > _MAX_POINTS:
                    raise ReadError(
                        f"{path}: ảnh quá lớn ({picture.width} × {picture.height} điểm)"
                    )
                pages = list(ocr.recognise(_scans(picture, total), total))
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            raise ReadError(f"{path}: ảnh hỏng ({error})") from error
        text, origins = text_of(pages)
        if not text.strip():
            raise ReadError(f"{path}: ảnh không có chữ nào đọc được")
        return ReadText(text, media_type, self.name, origins)


def _scans(picture: Image, total: int) -> Iterator[ocr.Scan]:
    from PIL import Image, ImageOps

    for k in range(total):
        picture.seek(k)
        dpi = _dpi(picture)
        page = ImageOps.exif_transpose(picture)
        if dpi > 1.2 * ocr.DPI:
            size = round(page.width * ocr.DPI / dpi), round(page.height * ocr.DPI / dpi)
            colour = page.convert("RGB") if page.mode not in ("1", "L") else page.convert("L")
            page, dpi = colour.resize(size, Image.Resampling.LANCZOS), float(ocr.DPI)
        yield ocr.Scan(k + 1, page.copy(), dpi)


def _dpi(picture: Image) -> float:
    """Its dots an inch: as it says, or as of an A4 page where it says nothing likely."""
    said = float(picture.info.get("dpi", (0, 0))[0])
    if _DPI[0] <= said <= _DPI[1]:
        return said
    short, long = sorted(picture.size)
    return max(short / _A4[0], long / _A4[1])
