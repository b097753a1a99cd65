"""Spaces that a copy lost between syllables ("chủtrì", "trướcngày", "SởTài chính"), put back.

A Vietnamese syllable has one group of vowels and at most one tone, so a word that has two was written
together; so were letters in lower case and capitals. Such a word is parted where every part is a
syllable by the rules of spelling; of several ways the fewest syllables win, then the one whose
neighbours stand side by side in our tables. What stays open, and what has no letter with a mark
(foreign words, addresses), is left alone. Used by pipeline.py, before the first stage.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import accumulate, pairwise

from extractor.gazetteer import default
from extractor.ruletable import load
from extractor.text import UPPER, Line, lower

_VOWELS = "aăâeêioôơuưy"
_ANY_VOWEL = "".join(
    unicodedata.normalize("NFC", vowel + tone)
    for letter in _VOWELS
    for vowel in (letter, letter.upper())
    for tone in ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
)
_NO_VOWEL = rf"[^\W\d_{_ANY_VOWEL}]"
# two groups of vowels, or a capital behind a small letter
_WRITTEN_TOGETHER = re.compile(
    rf"[{_ANY_VOWEL}]{_NO_VOWEL}{{1,4}}[{_ANY_VOWEL}]|[{UPPER}](?<=[^\W\d_{UPPER}].)"
)
_AFTER_SIGN = re.compile(r"[,;:](?=[^\W\d_])(?<=[^\W\d_].)")  # "nhiệm vụ,quyền hạn"
# "trước ngày 15/3/2010để tổng hợp", "năm 2015phải xong": a year and the word behind it
_BEHIND_YEAR = re.compile(
    r"(?:/|năm )(?:19|20)\d\d(?=(?:để|của|về|và|theo|tại|cho|trên|do|với|trong|đến|gửi|phải|là|được|hoặc)(?!\w))"
)
_WORD = re.compile(r"[^\W\d_]+")
# where capitals begin or end inside a word: "Sở|Tài", "UBND|tỉnh", "trường|THPT"
_CASES = re.compile(
    rf"(?<=[^\W\d_{UPPER}])(?=[{UPPER}])|(?<=[{UPPER}][{UPPER}])(?=[^\W\d_{UPPER}]{{2}})"
)
_RHYMES = """
    a ai ao au ay ac ach am an ang anh ap at ăc ăm ăn ăng ăp ăt âu ây âc âm ân âng âp ât
    e eo ec em en eng ep et ê êu êch êm ên êng ênh êp êt i ia iu ich im in inh ip it
    iêc iêm iên iêng iêp iêt iêu o oi oc om on ong op ot oa oai oao oay oac oach oam oan oang oanh oat
    oăc oăm oăn oăng oăt oe oen oeo oet ô ôi ôc ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua ui uc um un ung up ut uân uâng uât uây uê uêch uênh uôc uôi uôm uôn uông uôt uơ
    uy uya uyên uyêt uych uynh uyt uyu ư ưa ưi ưu ưc ưng ưt ươc ươi ươm ươn ương ươp ươt ươu
    y yêm yên yêng yêt yêu
"""
_FRONT = "eêi"  # k, gh and ngh stand before these, c, g and ng do not
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0309\u0303\u0323"))
_MOTTO = ("cộng hòa xã hội chủ nghĩa việt nam", "độc lập", "tự do", "hạnh phúc")
_ALONE = ("y", "ý", "ở")  # syllables of one letter; no other is looked for inside a word
_MOST = 8  # syllables of one word written together: "CỘNGHÒAXÃHỘICHỦNGHĨAVIỆTNAM"


@cache
def _rhymes() -> dict[str, frozenset[str]]:
    """The rhymes that each initial may stand before."""
    every = _RHYMES.split()
    found: dict[str, frozenset[str]] = {}
    for initial in "b ch d đ h kh l m n nh p ph r s t th tr v x".split():
        found[initial] = frozenset(every)
    for initial in ("k", "gh", "ngh"):
        found[initial] = frozenset(r for r in every if r[0] in _FRONT + "y")
    for initial in ("c", "ng"):
        found[initial] = frozenset(r for r in every if r[0] not in _FRONT + "y")
    found["g"] = found["c"] | {"i", "in"}
    found["gi"] = frozenset(r for r in every if r[0] not in "iy")
    found["qu"] = frozenset(r for r in every if r[0] not in "iuư") | {"i", "it", "inh"}
    found[""] = frozenset(r for r in every if not r.startswith(("i", "y")) or len(r) > 2) | {
        "y",
        "in",
    }
    return found


_INITIAL = re.compile(r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?")


@lru_cache(maxsize=4096)
def is_syllable(word: str) -> bool:
    """Whether a lower-case word is spelled like one Vietnamese syllable.

    >>> is_syllable("trước"), is_syllable("trướcng"), is_syllable("phốih")
    (True, False, False)
    """
    parts = unicodedata.normalize("NFD", word)
    tones = [c for c in parts if ord(c) in _TONES]
    plain = unicodedata.normalize("NFC", parts.translate(_TONES))
    if len(tones) > 1:
        return False
    if plain.endswith(("c", "ch", "p", "t")) and (not tones or tones[0] not in "\u0301\u0323"):
        return False  # a syllable that ends in a stop is sharp or heavy
    m = _INITIAL.match(plain)
    initial = m.group() if m else ""
    if plain[len(initial) :] in _rhymes()[initial]:
        return True
    return initial == "gi" and "i" + plain[2:] in _rhymes()["g"]


def parted(word: str) -> tuple[str, ...]:
    """The syllables that a word in one case was written together from; itself where that is open.

    >>> parted("phốihợp"), parted("thựchiện"), parted("việc"), parted("email")
    (('phối', 'hợp'), ('thực', 'hiện'), ('việc',), ('email',))
    """
    low = lower(word)
    if word.isascii() or is_syllable(low):
        return (word,)
    ways = list(_ways(low, _MOST))
    if not ways:
        return (word,)
    fewest = min(map(len, ways))
    ways = [way for way in ways if len(way) == fewest]
    if len(ways) > 1:
        known = [sum(pair in _pairs() for pair in pairwise(way)) for way in ways]
        ways = [way for way, count in zip(ways, known, strict=True) if count == max(known)]
    if len(ways) > 1:
        return (word,)
    found, at = [], 0
    for part in ways[0]:
        found.append(word[at : at + len(part)])
        at += len(part)
    return tuple(found)


def _is_part(low: str) -> bool:
    return is_syllable(low) and (len(low) > 1 or low in _ALONE)


def _ways(low: str, most: int) -> Iterator[tuple[str, ...]]:
    if _is_part(low):
        yield (low,)
    if most > 1:
        for k in range(1, min(len(low), 8)):
            if _is_part(low[:k]):
                for rest in _ways(low[k:], most - 1):
                    yield (low[:k], *rest)


@cache
def _pairs() -> frozenset[tuple[str, str]]:
    """Syllables that stand side by side in names of bodies, in our lists of words and in the motto."""
    lists = (words for name in ("actions", "agencies") for words in load(name).words.values())
    phrases = (p for words in lists for v in words.values() if isinstance(v, list) for p in v)
    named = default().index.pairs
    return frozenset(named).union(*(pairwise(phrase.split(" ")) for phrase in [*phrases, *_MOTTO]))


def _cuts(text: str) -> list[int]:
    """Where spaces are missing in folded lines, in order."""
    found = {m.end() for m in _AFTER_SIGN.finditer(text)}
    found.update(m.end() for m in _BEHIND_YEAR.finditer(text))
    done = 0
    for together in _WRITTEN_TOGETHER.finditer(text):
        start = together.start()
        while start > done and text[start - 1].isalpha():
            start -= 1
        word = _WORD.match(text, start)
        if start >= done and word:
            found.update(start + cut for cut in _inside(word.group()))
            done = word.end()
    return sorted(found)


@lru_cache(maxsize=4096)
def _inside(word: str) -> tuple[int, ...]:
    """Where one word is parted: at a change of case, and between the syllables of each of its parts."""
    if word.isascii():
        return ()
    cuts: list[int] = []
    at = 0
    pieces = _CASES.split(word)
    for k, piece in enumerate(pieces):
        if k and (is_syllable(lower(piece)) or is_syllable(lower(pieces[k - 1]))):
            cuts.append(at)
        for part in parted(piece)[:-1]:
            at += len(part)
            cuts.append(at)
        at = sum(map(len, pieces[: k + 1]))
    return tuple(cuts)


def respaced(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines with the lost spaces; one put in stands for no character of the source."""
    found = list(lines)
    starts = [0, *accumulate(len(line.text) + 1 for line in found)]
    cuts: dict[int, list[int]] = {}  # by line; no word crosses one, so one pass does for all
    for cut in _cuts("\n".join([line.text for line in found])):
        k = bisect_right(starts, cut) - 1
        cuts.setdefault(k, []).append(cut - starts[k])
    for k, own in cuts.items():
        found[k] = _with_spaces(found[k], own)
    return tuple(found)


def _with_spaces(line: Line, cuts: list[int]) -> Line:
    at, ends = array("l"), array("l")
    parts: list[str] = []
    for start, stop in pairwise([0, *cuts, len(line.text)]):
        if start:
            parts.append(" ")
            at.append(line.at[start])
            ends.append(line.at[start])
        parts.append(line.text[start:stop])
        at.extend(line.at[start:stop])
        ends.extend(line.ends[start:stop])
    return Line(line.span, "".join(parts), at, ends)
