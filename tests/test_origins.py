"""Where fields stand, and what a scan left unclear in them."""

from __future__ import annotations

from extractor import Policy, schema
from extractor.document import Origin, Span
from extractor.origins import unclear, where
from extractor.pipeline import extract_document
from extractor.records import from_document

TEXT = "1. Sở Y tế báo cáo UBND tỉnh trước ngày 28/02/2024.\n2. Sở Nội vụ tổng hợp.\n"


def scanned(**confidence: float) -> list[Origin]:
    """An origin for each word, sure but for those that are named (by word, "_" for other signs)."""
    found, start = [], 0
    for word in TEXT.split():
        start = TEXT.index(word, start)
        sure = next((v for k, v in confidence.items() if k in word), 0.97)
        box = (float(start), 10.0, float(start + len(word)), 20.0)
        found.append(Origin(start, start + len(word), 1, box, None, "scan", sure))
        start += len(word)
    return found


def record(origins: list[Origin]) -> schema.Record:
    source = schema.Source(sha256="0" * 64)
    return from_document(extract_document(TEXT), source, policy=Policy(), origins=origins)


def doubts(origins: list[Origin]) -> list[list[str]]:
    return [
        [TEXT[x.start : x.end] for x in task.doubts if x.kind == "unclear_scan"]
        for task in record(origins).tasks
    ]


def test_a_clear_scan_leaves_no_doubt() -> None:
    assert doubts(scanned()) == [[], []]


def test_unclear_words_of_bodies_and_deadlines_are_told() -> None:
    origins = scanned(Y=0.4)
    assert doubts(origins) == [["Y"], []]
    assert doubts(scanned(**{"28": 0.88})) == [["28/02/2024."], []]  # digits are held to more
    assert doubts(scanned(Nội=0.88)) == [[], []]
    assert doubts(scanned(Nội=0.6)) == [[], ["Nội"]]


def test_unclear_words_elsewhere_are_not() -> None:
    assert doubts(scanned(tổng=0.1)) == [[], []]


def test_a_word_is_told_once() -> None:
    origins = scanned(Y=0.4)
    assert len(list(unclear(TEXT, origins, [Span(3, 10), Span(0, 20)]))) == 1


def test_where_is_the_box_around_its_words_on_its_first_page() -> None:
    origins = [
        Origin(0, 2, 1, (5, 5, 10, 10)),
        Origin(3, 6, 1, (12, 4, 20, 10)),
        Origin(7, 9, 2, (1, 1, 2, 2)),
    ]
    assert where(origins, Span(1, 9)) == {"page": 1, "bbox": (5, 4, 20, 10), "place": None}
    assert where(origins, Span(6, 7)) == {}
    assert where([], Span(0, 9)) == {}
