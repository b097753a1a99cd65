"""Cue phrases that a scan spoiled ("phôi hợp", "hằng tuân", "UBND tinh"), read as what they stand for.

A scan loses marks first, and with them the words that say who leads and by when. A text that shows
such damage has those phrases of rules/scans.toml put right that differ only in their marks; a phrase
of the table that is spelled well stays. Letters stand for letters, so offsets do not move, and what
the record quotes is the source as it is. Used by pipeline.py, before the first stage.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from extractor.document import Doubt
from extractor.ruletable import load
from extractor.sentences import any_of
from extractor.text import Line, lower, toneless


class _Phrases(NamedTuple):
    """known: what is spelled well; meant: phrases by their letters without marks, the first listed.

    signs: finds a spelling that only a scan makes.
    """

    signs: re.Pattern[str]
    known: frozenset[str]
    meant: dict[str, str]
    pattern: re.Pattern[str]


@cache
def _phrases() -> _Phrases:
    table = load("scans").words
    known = tuple(table["phrases"]["words"])
    meant = {toneless(phrase): phrase for phrase in reversed(known)}
    longest_first = sorted(meant, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    kept = frozenset(known).union(table["kept"]["words"])
    return _Phrases(re.compile(any_of(table["signs"]["words"])), kept, meant, pattern)


def is_damaged(text: str) -> bool:
    """Whether a text holds a spelling that only a scan makes."""
    return _phrases().signs.search(unicodedata.normalize("NFC", text).lower()) is not None


# a slip of the keys in any text: "nghị" stands behind "để" only as the first half of such a word
_TYPED = re.compile(
    r"(?<!\w)([Đđ])ể (?=nghị(?! (?:quyết|định|trường|sự|viện|lực|án|luận|hội)(?!\w)))"
)


def mended(lines: Iterable[Line], text: str) -> tuple[tuple[Line, ...], tuple[Doubt, ...]]:
    """The folded lines with spoiled cue phrases put right, and a doubt that names some of them."""
    lines = tuple(
        line._replace(text=_TYPED.sub(r"\1ề ", line.text)) if "ể nghị" in line.text else line
        for line in lines
    )
    if not is_damaged(text):
        return lines, ()
    changed: dict[str, str] = {}
    found = tuple(line._replace(text=_mended(line.text, changed)) for line in lines)
    return found, tuple(_doubts(changed))


def _mended(text: str, changed: dict[str, str]) -> str:
    table = _phrases()
    low = lower(text)
    parts: list[str] = []
    done = 0
    for m in table.pattern.finditer(toneless(low)):
        written, phrase = low[m.start() : m.end()], table.meant[m.group()]
        if written in table.known:
            continue
        changed[text[m.start() : m.end()]] = phrase
        parts += (text[done : m.start()], _cased(phrase, text[m.start() : m.end()]))
        done = m.end()
    return "".join((*parts, text[done:])) if parts else text


def _cased(phrase: str, like: str) -> str:
    return "".join(
        c.upper() if model.isupper() else c for c, model in zip(phrase, like, strict=True)
    )


def _doubts(changed: dict[str, str]) -> Sequence[Doubt]:
    if not changed:
        return ()
    some = ", ".join(f"“{written}” là “{phrase}”" for written, phrase in list(changed.items())[:3])
    more = "…" if len(changed) > 3 else ""
    return (Doubt("scan_words", f"Bản quét có chữ mất dấu, đọc lại: {some}{more}"),)
