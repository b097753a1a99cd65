"""Where a part of the text stood in its file, and how surely it was read there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from extractor.document import Doubt, Origin, Span

# Below these, half of the words that Tesseract reads are wrong (measured on noisy pages whose text
# is known); of the words above them one in a hundred is, of those with digits one in two hundred.
_SURE = 0.85
_SURE_DIGITS = 0.9


def where(origins: Sequence[Origin], span: Span) -> dict[str, Any]:
    """Page, box and place of a source span: of the first page that it stands on."""
    if not origins:
        return {}
    met: list[Origin] = []
    for origin in _under(origins, span):
        if met and origin.page != met[0].page:
            break
        met.append(origin)
    if not met:
        return {}
    boxes = [o.bbox for o in met if o.bbox is not None]
    bbox = None
    if boxes:
        left, top, right, bottom = zip(*boxes, strict=True)
        bbox = (min(left), min(top), max(right), max(bottom))
    return {"page": met[0].page, "bbox": bbox, "place": met[0].place}


def unclear(text: str, origins: Sequence[Origin], spans: Iterable[Span]) -> Iterator[Doubt]:
    """A doubt for each word within some source spans that was not surely recognised."""
    if not origins:
        return
    seen: set[Origin] = set()
    for span in spans:
        for origin in _under(origins, span):
            word = text[origin.start : origin.end]
            needed = _SURE_DIGITS if any(c.isdigit() for c in word) else _SURE
            if origin.confidence is None or origin.confidence >= needed or origin in seen:
                continue
            seen.add(origin)
            detail = f"Bản quét không rõ: “{word}” (tin cậy {origin.confidence:.0%})"
            yield Doubt("unclear_scan", detail, Span(origin.start, origin.end))


def _under(origins: Sequence[Origin], span: Span) -> Iterator[Origin]:
    """The origins that a span touches, in order."""
    first = bisect_right(origins, span.start, key=lambda o: o.start) - 1
    for k in range(max(first, 0), len(origins)):
        if origins[k].start >= span.end:
            return
        if origins[k].end > span.start:
            yield origins[k]
