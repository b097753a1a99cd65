"""Folded text and the way back to the source: the only place that turns one offset into another.

A source line folds into a `Line`: NFC, one kind of space and dash, one placement of tones
(Uỷ -> Ủy, hoà -> hòa, quí -> quý); markdown's stars, heading marks and backslashes and zero-width
characters out. Lines of one
clause join into one line of the `Flow`, so that patterns see sentences, not line breaks.

>>> line = fold("**Uỷ  ban** nhân dân", 0)
>>> line.text
'Ủy ban nhân dân'
>>> line.source(Span(0, 6))
Span(start=2, end=9)
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, compress, count
from operator import add
from typing import NamedTuple

from extractor.document import Span

_SPACES = "\t\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
_SPACES += "\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u2028\u2029"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_SOFT_HYPHEN = "\u00ad"
_GONE = "*\\\u200b\u200c\u200d\u2060\ufeff\x00"
_FOLD = dict.fromkeys(_SPACES, " ") | dict.fromkeys(_DASHES, "-")
_FOLD |= dict.fromkeys(_GONE + _SOFT_HYPHEN, "\x00")
_FOLD |= {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\xd0": "Đ", "\uf02d": "-"}
_FOLD |= {"\uff0c": ",", "\u2024": ".", "\uff0e": "."}
_FOLD |= dict.fromkeys("\uf0b7\u25cf\u25aa\uf0a7\u2219", "•")
# such characters are rare: finding them costs a sixth of translating the whole text
_FOLDED = re.compile("[" + re.escape("".join(_FOLD)) + "]")

UPPER = (
    "A-ZĐÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"  # for a regex class
)

_TONED = ("òa óa ỏa õa ọa", "òe óe ỏe õe ọe", "ùy úy ủy ũy ụy")
_LATE: dict[str, str] = {}
for _pair, _forms in zip(("o a", "o e", "u y"), _TONED, strict=True):
    _first, _second = _pair.split()
    for _form in _forms.split():
        _tone = unicodedata.normalize("NFD", _form[0])[1]
        _late = _first + unicodedata.normalize("NFC", _second + _tone)
        _LATE |= {
            _late: _form,
            _late.upper(): _form.upper(),
            _late.capitalize(): _form.capitalize(),
        }
_QUI = {"uí": "uý", "uÍ": "uÝ", "Uí": "Uý", "UÍ": "UÝ"}  # after a q
_TONES = re.compile("[oOuU][" + "".join(sorted({pair[1] for pair in (*_LATE, *_QUI)})) + r"](?!\w)")
_BULLET = re.compile(r"\s*\*(?=[ \t]+\S)")  # "* item" is a bullet, "**bold**" is not
_HEADING = re.compile(r"#{1,6}(?= )")
_WORD = re.compile(r"[^ \x00]+")
# "UBND TP.Phan Thiết": the dot parts the two words as a blank would (it comes first, for `re` leaps to a sign)
_CITY_DOT = re.compile(rf"\.(?<=[Tt][PXpx].)(?<!\w...)(?=[{UPPER}][^\W\d{UPPER}])")


def _retone(match: re.Match[str]) -> str:
    pair, before = match.group(), match.string[match.start() - 1 : match.start()]
    known = _QUI if before in ("q", "Q") else _LATE  # "quý": the u belongs to the consonant
    return known.get(pair, pair)


def _hyphen(match: re.Match[str]) -> str:
    """What a soft hyphen stands for: a PDF's text has it for every hyphen, and Vietnamese breaks no word."""
    before, after = match.string[match.start() - 1 : match.start()], match.string[match.end() :][:1]
    return _SOFT_HYPHEN if before.islower() and after.islower() else "-"


def lower(text: str) -> str:
    """Lower case of the very same length (a few foreign letters stay as they are)."""
    folded = text.lower()
    if len(folded) == len(text):
        return folded
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


# sixteen small letters are more than 15 of 100: most lines show it in their first words
_MANY_SMALL = re.compile("(?:[^a-z]*[a-z]){16}")


def is_capitals(text: str) -> bool:
    """Whether a line is printed in capitals (a scan may have lowered a few letters)."""
    head = text[:100]  # a heading shows itself early
    if _MANY_SMALL.match(head):
        return False
    letters = sum(map(str.isalpha, head))
    return letters > 1 and sum(map(str.isupper, filter(str.isalpha, head))) >= 0.85 * letters


def _bare_letters() -> dict[int, str]:
    """Every precomposed Latin letter with marks -> the letter alone, same length.

    Every other character up to U+20FF stands for itself: `translate` is twice as slow where it misses.
    """
    table = {code: chr(code) for code in range(0x2100)} | {ord("đ"): "d", ord("Đ"): "D"}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base != chr(code):
            table[code] = base
    return table


_BARE = _bare_letters()


def one_line(text: str) -> str:
    """A stretch of text for a person: NFC on one line, without markdown stars, control characters shown."""
    text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", text.replace("*", ""))).strip()
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def toneless(text: str) -> str:
    """Letters without Vietnamese marks, same length, for comparing what a scan may have mangled."""
    return text.translate(_BARE)


class Line(NamedTuple):
    """A folded source line; `text[i]` stands for the source range `at[i]` to `ends[i]`."""

    span: Span
    text: str
    at: Sequence[int]
    ends: Sequence[int]

    def source(self, span: Span) -> Span:
        """Source span of a non-empty range of this line's folded text."""
        return Span(self.at[span.start], self.ends[span.end - 1])


def join(first: Line, second: Line) -> Line:
    """Two lines that say something as one, a blank in the place of the break."""
    return Line(
        Span(first.span.start, second.span.end),
        f"{first.text} {second.text}",
        [*first.at, first.ends[-1], *second.at],
        [*first.ends, second.at[0], *second.ends],
    )


def cut(line: Line, at: int) -> tuple[Line, Line]:
    """The line's parts before and from a folded character on, without blanks between them."""
    before, rest = len(line.text[:at].rstrip()), line.text[at:].lstrip()
    after = len(line.text) - len(rest)
    (start, end), border = line.span, line.at[after]
    head = Line(Span(start, border), line.text[:before], line.at[:before], line.ends[:before])
    return head, Line(Span(border, end), rest, line.at[after:], line.ends[after:])


def _clusters(text: str) -> tuple[str, list[int]]:
    """NFC of `text`, cluster by cluster, with the offset of each character's cluster (and the end)."""
    out: list[str] = []
    at: list[int] = []
    i = 0
    while i < len(text):
        j = i + 1
        while j < len(text) and unicodedata.combining(text[j]):
            j += 1
        composed = unicodedata.normalize("NFC", text[i:j])
        out.append(composed)
        at.extend([i] * len(composed))
        i = j
    return "".join(out), [*at, len(text)]


def fold(source: str, start: int) -> Line:
    """Fold one source line that begins at offset `start` of the text."""
    if source.isascii() or unicodedata.is_normalized("NFC", source):
        return _line(_respell(source), source, start, range(len(source) + 1))
    text, origin = _clusters(source)
    return _line(_respell(text), text, start, origin)


# "Sở Giáo dục- Đào tạo", "Phòng GD& ĐT": a dash inside a name, with a blank on one side only
_HALF_DASH = re.compile(
    r"[-&](?= ?(?:Đào tạo|Thương binh|Xã hội|Truyền thông|Du lịch|Thể thao|Đầu tư|Môi trường|Công nghệ"
    r"|ĐT|TB|XH|TT|DL|MT|CN|PTNT)(?!\w))"
)


def _close_dashes(text: str) -> str:
    """The text with a NUL for the one blank beside a dash inside a name."""
    for m in _HALF_DASH.finditer(text):
        at = m.start()
        before, after = text[at - 1 : at] == " ", text[at + 1 : at + 2] == " "
        if before != after and text[max(at - 2, 0) : at].strip().isalpha():
            gone = at - 1 if before else at + 1
            text = f"{text[:gone]}\x00{text[gone + 1 :]}"
    return text


# "Sở Thông tin<br>và Truyền thông": a break in a cell of a markdown table, inside what it says
_CELL_BREAK = re.compile(r"<br ?/?>(?=[^\W\d" + UPPER + r"])|(?<=-)<br ?/?>")


def _respell(text: str) -> str:
    """One space, dash and quotation mark, one placement of tones; what is to go is NUL; same length."""
    if _SOFT_HYPHEN in text:
        text = re.sub(_SOFT_HYPHEN, _hyphen, text)
    if "<br" in text:
        text = _CELL_BREAK.sub(lambda m: " " * len(m[0]), text)
    text = _TONES.sub(_retone, _FOLDED.sub(lambda m: _FOLD[m[0]], text))
    return _close_dashes(_CITY_DOT.sub(" ", text))


def _line(text: str, composed: str, start: int, origin: Sequence[int]) -> Line:
    """The line without NULs and needless blanks.

    text: respelled from `composed`, whose characters stand at `origin` of the source line (and its end).
    """
    span = Span(start, start + origin[-1])
    if "\x00" in text and (bullet := _BULLET.match(composed)):
        text = text[: bullet.end() - 1] + "•" + text[bullet.end() :]
    if text.startswith("#") and (heading := _HEADING.match(text)):
        text = "\x00" * heading.end() + text[heading.end() :]
    simple = isinstance(origin, range)
    if simple and "\x00" not in text and "  " not in (bare := text.strip(" ")):
        first = start + len(text) - len(text.lstrip(" "))  # nothing to leave out but the margins
        after = first + len(bare)
        return Line(span, bare, range(first, after), range(first + 1, after + 1))
    parts: list[str] = []
    at, ends = array("l"), array("l")
    last = 0
    for word in _WORD.finditer(text):
        a, b = word.span()
        if parts and " " in text[last:a]:
            parts.append(" ")
            at.append(start + origin[last])
            ends.append(start + origin[a])
        parts.append(word.group())
        if simple:
            at.extend(range(start + a, start + b))
            ends.extend(range(start + a + 1, start + b + 1))
        else:
            at.extend([start + k for k in origin[a:b]])
            ends.extend([start + k for k in _ends(origin, a, b)])
        last = b
    return Line(span, "".join(parts), at, ends)


def _ends(origin: Sequence[int], a: int, b: int) -> Sequence[int]:
    # characters of one cluster share its start: each ends where the next cluster begins
    ends: list[int] = []
    for k in range(b - 1, a - 1, -1):
        after = origin[k + 1]
        ends.append(after if after > origin[k] else ends[-1] if ends else _cluster_end(origin, k))
    return ends[::-1]


def _cluster_end(origin: Sequence[int], k: int) -> int:
    return next(o for o in (*origin[k + 1 :], origin[-1]) if o > origin[k])


_WRITTEN_BREAK = "\\r\\n"  # what a portal's script wrote instead of breaking the line


_FULL_LINE = 50  # letters: a shorter line was ended by whoever wrote it


def cut_short(above: str, below: str) -> bool:
    """Whether a line of addressees ended in the middle of a name ("- UBND các xã: Trấn Yên, Đông | Cuông;")."""
    return len(above) > _FULL_LINE and above[-1].isalnum() and below[:1].isupper()


def split_lines(text: str) -> Iterator[Line]:
    """Fold every line of `text`; line breaks are `\\n` (form feeds count as breaks too)."""
    text = text.replace("\x0c", "\n")
    if _WRITTEN_BREAK in text:
        text = text.replace(_WRITTEN_BREAK, "   \n")  # as long as what it replaces
    pieces = text.split("\n")
    start = 0
    if not unicodedata.is_normalized("NFC", text):
        for piece in pieces:
            yield fold(piece, start)
            start += len(piece) + 1
        return
    # no pattern of the respelling crosses a line: one pass over the text does for all of them
    for piece, respelled in zip(pieces, _respell(text).split("\n"), strict=True):
        yield _line(respelled, piece, start, range(len(piece) + 1))
        start += len(piece) + 1


class Syllables(NamedTuple):
    """The syllables of a text (runs of letters and digits) in order: where each begins, and itself."""

    starts: list[int]
    texts: list[str]


# what mostly stands between syllables: replaced sign by sign it costs a third of one pattern for all
_BETWEEN = "\n,.;:/-()%\"'&+|@_…•"
_NO_SYLLABLE = re.compile(r"[\W_]")


def syllables(text: str) -> Syllables:
    """The syllables of a text, without what stands between them.

    >>> syllables("Sở Y tế, 5/2024")
    Syllables(starts=[0, 3, 5, 9, 11], texts=['Sở', 'Y', 'tế', '5', '2024'])
    """
    for sign in _BETWEEN:
        text = text.replace(sign, " ")
    if not text.replace(" ", "").isalnum():
        text = _NO_SYLLABLE.sub(" ", text)
    parts = text.split(" ")
    starts = map(add, accumulate(map(len, parts), initial=0), count())  # a blank before each
    return Syllables(list(compress(starts, parts)), list(filter(None, parts)))


_Run = tuple[Sequence[int], Sequence[int]]  # where the characters of a part begin and end


class Flow:
    """The folded text of all clauses, one line each, with the way back to the source.

    text: folded, cases kept; low: the same in lower case, same length. Lines of a block are
    joined by one space, or by nothing after a hyphen or slash that breaks a symbol.
    """

    __slots__ = ("_runs", "_starts", "_syllables", "low", "text")

    def __init__(self, parts: Sequence[str], runs: Sequence[_Run]) -> None:
        self.text = "".join(parts)
        self.low = lower(self.text)
        self._starts = [0, *accumulate(map(len, parts))]  # of each part, and the end
        self._runs = runs
        self._syllables: Syllables | None = None

    @property
    def syllables(self) -> Syllables:
        """The syllables of `low`; stages that look for words share them."""
        if self._syllables is None:
            self._syllables = syllables(self.low)
        return self._syllables

    @classmethod
    def build(cls, blocks: Iterable[Sequence[tuple[Line, int]]]) -> tuple[Flow, list[Span]]:
        """Join blocks of (line, first folded character) and return each block's flow span."""
        parts: list[str] = []
        runs: list[_Run] = []
        spans: list[Span] = []
        length = 0  # of the flow so far
        end = 0  # where its last character ends in the source
        for block in blocks:
            start = length
            for line, first in block:
                text = line.text[first:]
                if not text:
                    continue
                at, ends = line.at[first:], line.ends[first:]
                if length > start and not splits_symbol(parts[-1], text):
                    parts.append(" ")
                    runs.append(((end,), (at[0],)))
                    length += 1
                parts.append(text)
                runs.append((at, ends))
                length += len(text)
                end = ends[-1]
            spans.append(Span(start, length))
            parts.append("\n")
            runs.append(((end,), (end,)))
            length += 1
        return cls(parts, runs), spans

    def trim(self, span: Span) -> Span:
        """The span without blanks at either end."""
        start, end = span
        while start < end and self.text[start] in " \n":
            start += 1
        while end > start and self.text[end - 1] in " \n":
            end -= 1
        return span if (start, end) == span else Span(start, end)  # most are trimmed already

    def source(self, span: Span) -> Span:
        """Source span of a flow span; blanks at either end do not belong to it."""
        start, end = self.trim(span)
        if start >= end:
            k = bisect_right(self._starts, start) - 1
            point = self._runs[k][0][start - self._starts[k]] if start < len(self.text) else 0
            return Span(point, point)
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1, first) - 1
        stop = self._runs[last][1][end - 1 - self._starts[last]]
        if last > first:  # a table's last cell may end on a line above that of another
            stop = max(stop, *(self._runs[k][1][-1] for k in range(first, last)))
        return Span(self._runs[first][0][start - self._starts[first]], stop)


_OPEN_SYMBOL = re.compile(r"[\w]/$|\d/?[\w-]*[A-ZĐ]-$")
_OPEN_INITIALS = re.compile(r"(?<!\w)[A-ZĐ&]{2,}-$")
_MORE_INITIALS = re.compile(r"[A-ZĐ&]{2,}(?!\w)")


def splits_symbol(before: str, after: str) -> bool:
    """Whether a line break fell inside a symbol ("411/QĐ-" + "TTg", "LĐ-" + "TB&XH")."""
    if before[-1] not in "/-" or not after[0].isalnum():
        return False
    return bool(
        _OPEN_SYMBOL.search(before)
        or (_OPEN_INITIALS.search(before) and _MORE_INITIALS.match(after))
    )
