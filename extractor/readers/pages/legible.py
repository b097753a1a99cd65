"""Whether the words of a page are Vietnamese: text layers may hold anything.

Fonts may give letters codes of their own, and scanners add text layers without Vietnamese marks.
"""

from __future__ import annotations

import re

from extractor.readers.legacy import is_syllable
from extractor.readers.pages.boxes import Page

_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST = 20  # fewer words do not tell
# Of the words of a notice, abbreviations left out, 95 of 100 are syllables and 85 bear a mark.
_SYLLABLES = 0.8
_MARKED = 0.5


def is_legible(page: Page) -> bool:
    """Whether most words are Vietnamese syllables, and enough of them with marks."""
    found = _WORD.findall(" ".join(word.text for word in page.words))
    words = [w for w in found if not (w.isupper() and w.isascii())]
    if len(words) < _FEWEST:
        return len(page.words) < _FEWEST or len(found) * 4 > len(page.words)
    syllables = sum(map(is_syllable, words))
    marked = sum(not w.isascii() for w in words)
    return syllables >= _SYLLABLES * len(words) and marked >= _MARKED * len(words)
