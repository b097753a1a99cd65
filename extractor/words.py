"""Word spans and parts of speech: the only user of underthesea, which returns no offsets.

underthesea splits by a model that ships in its package; nothing is fetched. It is asked about short
phrases only (7 ms per 1,000 characters) and loaded on first use (half a second).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from extractor.document import Span


class Word(NamedTuple):
    """A word's span in the text given, and its tag (V verb, N noun, ...; VLSP tag set)."""

    span: Span
    tag: str


def words(text: str) -> Iterator[Word]:
    """Words of `text` in order, with offsets into it; a word that cannot be found is left out."""
    from underthesea import pos_tag

    at = 0
    for form, tag in pos_tag(text):
        start = text.find(form, at)
        if start < 0:
            continue
        at = start + len(form)
        yield Word(Span(start, at), tag)


def verbs(text: str) -> Iterator[Span]:
    """Spans of the verbs of a phrase."""
    return (word.span for word in words(text) if word.tag.startswith("V"))
