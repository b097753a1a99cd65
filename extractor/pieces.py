"""What a header's lines say cell by cell: columns parted, the motto left out, dates by themselves.

Pure functions used by header.py, subject.py and closing.py. A copy runs the two columns of a header
together; a "|", a gap of several blanks, or a place with its date tells them apart. Another breaks a
narrow cell over lines ("Số:", "15/TB-UBND"): what a break cuts in two is put together first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.document import Zone
from extractor.parts import DATE, NUMBER, bare_of, find_date, pattern, words
from extractor.registry import Tables
from extractor.text import UPPER, Line, is_capitals, join, lower

ABOUT = re.compile(
    r"^\W*(?:(?:v/v|v/ v|ve viec)\b(?! nay\b| tren\b)|ve ?:)"
)  # opens the subject of an official letter; "Về việc này, ..." goes on with a story
_ABOUT_THERE = re.compile(r"\W*v/ ?v\b")
_BOUND = re.compile(r"[ |]")
_NARROW = 40  # characters that a line of a broken cell holds at most
_GAP = 3  # so many blanks of the source part two columns
_WORD = rf"(?:[{UPPER}](?=[\w']*[^\W\d_{UPPER}])[\w']*)"
_UNIT = r"(?:Thành phố|TP\.?|Tp\.?|Thị xã|Huyện|Quận|Xã|Phường|Đặc khu|Tỉnh|Thị trấn)"
_PLACE = re.compile(rf"(?:{_UNIT} ?)?{_WORD}(?:(?: - | |-){_WORD}){{0,4}}\s*[,.]?\s*$")
# "Phan Rang -" over "Tháp Chàm, ngày 03 tháng 4 năm 2014", "Sơn La," over "ngày 03 tháng 4 năm 2014"
_PLACE_BEGINS = re.compile(rf"{_WORD}(?: (?:- )?{_WORD}){{0,3}}(?: ?-|,)?")
_PLACE_ENDS = re.compile(rf"(?:{_WORD}(?: (?:- )?{_WORD}){{0,3}}, )?ngày +\d{{1,2}} tháng \d")
_CAPS_PLACE = re.compile(rf"^[{UPPER}][{UPPER}' ]{{2,30}}\s*,\s*$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell or a line of the header: text of `line` from `start` to `end` (folded offsets).

    bare: the text in lower case without marks.
    """

    index: int
    line: Line
    start: int
    end: int
    text: str
    bare: str

    def cut(self, start: int, end: int) -> Piece:
        """A part of the piece, without blanks and rules at its ends (offsets within the piece)."""
        text = self.text
        a, b = start, end
        while a < b and text[a] in " -_":
            a += 1
        while b > a and text[b - 1] in " _":
            b -= 1
        if a == 0 and b == len(text):
            return self
        first = self.start
        return Piece(self.index, self.line, first + a, first + b, text[a:b], self.bare[a:b])


def columns(line: Line) -> list[tuple[int, int]]:
    """Folded ranges of a line's cells: parted by "|", or by a wide gap before a new beginning."""
    text = line.text
    if "|" not in text and isinstance(line.at, range):  # a range: no character stands for several
        return [(0, len(text))]
    found: list[tuple[int, int]] = []
    start = 0
    for m in _BOUND.finditer(text):
        k = m.start()
        if text[k] == "|" or (line.ends[k] - line.at[k] >= _GAP and _parts_here(text, start, k)):
            found.append((start, k))
            start = k + 1
    found.append((start, len(text)))
    return found


def _parts_here(text: str, start: int, k: int) -> bool:
    left, right = text[max(start, k - 8) : k].lower(), text[k + 1 : k + 2]
    return (right.isupper() or right in "-+(") and not left.endswith(
        (":", "số", "ngày", "tháng", "năm", ",", "/")
    )


def place_start(text: str, end: int, known: Tables) -> int:
    """Where the place's name before a date begins in `text[:end]`; `end` where there is none."""
    before = text[:end]
    m = _PLACE.search(before[-60:]) or _CAPS_PLACE.search(before)
    if m is None:
        return end
    start = m.start() + (max(len(before) - 60, 0) if m.re is _PLACE else 0)
    name = before[start:].strip(" ,")
    parts = name.split(" ")
    for n in range(
        min(4, len(parts) - 1), 0, -1
    ):  # "... tỉnh Bắc Kạn Bắc Kạn, ngày": its last words
        if (
            not re.match(_UNIT, name)
            and known.province(" ".join(parts[-n:]))
            and not known.province(name)
        ):
            return before.rindex(" ".join(parts[-n:]))
    return start


def pieces(
    lines: Sequence[Line], bare: Sequence[str], zones: Sequence[Zone], limit: int, known: Tables
) -> list[Piece]:
    """What the first lines say, cell by cell, without the motto; a place with its date stands alone."""
    motto = pattern("motto")
    found: list[Piece] = []
    for i, line in _mended(lines, zones, min(limit, len(lines)), known):
        low = bare[i] if line is lines[i] else bare_of(line.text)
        for a, b in columns(line):
            cell = Piece(i, line, a, b, line.text[a:b], low[a:b])
            last = 0
            for m in motto.finditer(cell.bare):
                if not cell.bare[last : m.start()][-1:].isdigit():  # "Straight Connector 1Độc lập"
                    found += _dated(cell.cut(last, m.start()), known)
                last = m.end()
            found += _dated(cell.cut(last, b - a), known)
    return found


def _mended(
    lines: Sequence[Line], zones: Sequence[Zone], limit: int, known: Tables
) -> Iterator[tuple[int, Line]]:
    """The header's lines, each with its first index; those of one broken cell are joined."""
    i = 0
    while i < limit:
        first, line = i, lines[i]
        i += 1
        if zones[first] != "body":
            continue
        while i < limit and zones[i] == "body" and _broken(line.text, lines[i].text, known):
            line = join(line, lines[i])
            i += 1
        yield first, line


def _broken(above: str, below: str, known: Tables) -> bool:
    """Whether the break between two lines cuts the motto, a number, a date or a place in two."""
    if len(above) > _NARROW:
        return False
    low, whole = bare_of(above), bare_of(f"{above} {below}")
    for one_cell in (pattern("motto"), NUMBER, DATE):
        m = one_cell.search(whole)
        if m and m.start() < len(low) < m.end() and not one_cell.search(low):
            return True
    if low in ("v/v", "v/v:", "ve viec") or below.startswith(":"):
        return bool(ABOUT.match(whole))  # "V/v" over ": rà soát hồ sơ"
    if _PLACE_BEGINS.fullmatch(above) and _PLACE_ENDS.match(below):
        return above.endswith(",") != (below[:1].isupper())
    name, comma, _ = below.partition(",")
    return bool(comma and known.province(f"{above} {name}"))


def _dated(piece: Piece, known: Tables) -> list[Piece]:
    """A piece that holds the number or ends in place and date gives two, an empty one none."""
    bare = piece.bare
    if not bare:
        return []
    m = NUMBER.search(bare)
    if m and m.start() and is_capitals(piece.text[: m.start()]) and piece.text[m.start()] == "S":
        # "UBND TỈNH X Số: 15/TB-UBND": the letterhead's column in one line
        rest = piece.cut(m.start(), len(bare))
        return [piece.cut(0, m.start()), *_dated(rest, known)]
    if m and m.start() < 12 and _ABOUT_THERE.match(bare, m.end()):
        # "Số: 15/SNV-VP V/v rà soát hồ sơ": number and subject in one line
        return [piece.cut(0, m.end()), *_dated(piece.cut(m.end(), len(bare)), known)]
    if (second := _second_body(piece, known)) > 0:
        return [piece.cut(0, second), *_dated(piece.cut(second, len(bare)), known)]
    m = find_date(bare)
    if m is None or m.start() == 0:
        return [piece]
    if len(bare) - m.end() > 6:
        if not is_capitals(piece.text[m.end() :].lstrip()[:9]):
            return [piece]
        # a header in one line: "..., ngày 10 tháng 02 năm 2022 THÔNG BÁO Kết luận ..."
        return [*_dated(piece.cut(0, m.end()), known), piece.cut(m.end(), len(bare))]
    start = place_start(piece.text, m.start(), known)
    comma = piece.text[start : m.start()].rstrip().endswith(",")
    if start > 0 and (comma or start == m.start()) and (start < m.start() or not ABOUT.match(bare)):
        before = piece.cut(0, start)
        after = piece.cut(start, len(bare))
        return [before, after] if before.text else [after]
    return [piece]


_UNDER = re.compile(r" (?=(?:SỞ|BAN|CHI CỤC|VĂN PHÒNG|THANH TRA) )")
_COMMITTEE = re.compile(r"(?:UBND|ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN) (?:TỈNH|THÀNH PHỐ|TP\.?) ")


def _second_body(piece: Piece, known: Tables) -> int:
    """Where the issuer begins in "UBND TỈNH HÀ GIANG SỞ Y TẾ"; 0: only one body stands there."""
    if not (above := _COMMITTEE.match(piece.text)):
        return 0
    return next(
        (
            m.end()
            for m in _UNDER.finditer(piece.text, above.end())
            if known.province(piece.text[above.end() : m.start()])
        ),
        0,
    )


def is_mark(text: str) -> bool:
    """Whether a line is a mark of urgency or secrecy and nothing else."""
    low = text.strip(" .:()[]*|")
    return low.isupper() and lower(low) in {**words("urgency"), **words("confidentiality")}
