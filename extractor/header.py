"""The header of a notice: its pieces out of columns run together, and the fields they give.

Pure functions used by layout.py (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.1-5): number, date and
place, letterhead, kind and subject, addressees, marks of urgency and secrecy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extractor.document import Meta, Span, Zone
from extractor.gazetteer import default
from extractor.letterhead import issuer_name
from extractor.parts import (
    DATE,
    NUMBER,
    SLASH_DATE,
    bare_of,
    kind_names,
    kind_of_symbol,
    pattern,
    title_kind,
    words,
)
from extractor.text import UPPER, Line, is_capitals

# openers that begin a body even where nothing else sets it off from the subject
_STRONG = re.compile(r"^(?:ngay \d|can cu|thuc hien|sau khi|trong thoi gian|thoi gian qua|de |nham |xet |kinh gui)")
_ITEM = re.compile(r"^(?:[ivx]+|\d+|[a-e])\s*[.)/-]\s|^dieu 1\b|^[-+•]\s")
_LEADING = re.compile(r"^\s*(?:[-+•]|\d+[.)])\s*")
_GAP = 3  # so many blanks of the source part two columns
_WORD = rf"(?:[{UPPER}](?=[\w']*[^\W\d_{UPPER}])[\w']*)"
_UNIT = r"(?:Thành phố|TP\.?|Tp\.?|Thị xã|Huyện|Quận|Xã|Phường|Đặc khu|Tỉnh|Thị trấn)"
_PLACE = re.compile(rf"(?:{_UNIT} ?)?{_WORD}(?:(?: - | |-){_WORD}){{0,4}}\s*,?\s*$")
_CAPS_PLACE = re.compile(rf"^[{UPPER}][{UPPER}' ]{{2,30}}\s*,\s*$")
_ABOUT = re.compile(r"^\W*(?:v/v|v/ v|ve viec)\b")


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell or a line of the header: text of `line` from `start` to `end` (folded offsets)."""

    index: int
    line: Line
    start: int
    end: int

    @property
    def text(self) -> str:
        """What stands there."""
        return self.line.text[self.start : self.end]

    @property
    def bare(self) -> str:
        """The same in lower case without marks."""
        return bare_of(self.text)

    def cut(self, start: int, end: int) -> Piece:
        """A part of the piece, without blanks and rules at its ends (offsets within the piece)."""
        a, b = self.start + start, self.start + end
        while a < b and self.line.text[a] in " -_":
            a += 1
        while b > a and self.line.text[b - 1] in " _":
            b -= 1
        return Piece(self.index, self.line, a, b)


def columns(line: Line) -> Iterator[tuple[int, int]]:
    """Folded ranges of a line's cells: parted by "|", or by a wide gap before a new beginning."""
    text = line.text
    start = 0
    for k, char in enumerate(text):
        if char == "|":
            yield start, k
            start = k + 1
        elif char == " " and line.ends[k] - line.at[k] >= _GAP and _parts_here(text, start, k):
            yield start, k
            start = k + 1
    yield start, len(text)


def _parts_here(text: str, start: int, k: int) -> bool:
    left, right = text[max(start, k - 8) : k].lower(), text[k + 1 : k + 2]
    return (right.isupper() or right in "-+(") and not left.endswith((":", "số", "ngày", "tháng", "năm", ",", "/"))


def place_start(text: str, end: int) -> int:
    """Where the place's name before a date begins in `text[:end]`; `end` where there is none."""
    before = text[:end]
    m = _PLACE.search(before[-60:]) or _CAPS_PLACE.search(before)
    if m is None:
        return end
    start = m.start() + (max(len(before) - 60, 0) if m.re is _PLACE else 0)
    name = before[start:].strip(" ,")
    parts = name.split(" ")
    for n in range(min(4, len(parts) - 1), 0, -1):  # "... tỉnh Bắc Kạn Bắc Kạn, ngày": its last words
        if not re.match(_UNIT, name) and default().province(" ".join(parts[-n:])) and not default().province(name):
            return before.rindex(" ".join(parts[-n:]))
    return start


def pieces(lines: Sequence[Line], zones: Sequence[Zone], limit: int) -> list[Piece]:
    """What the first lines say, cell by cell, without the motto; a place with its date stands alone."""
    motto = pattern("motto")
    found: list[Piece] = []
    for i in range(min(limit, len(lines))):
        if zones[i] != "body":
            continue
        for a, b in columns(lines[i]):
            cell = Piece(i, lines[i], a, b)
            last = 0
            for m in [*motto.finditer(cell.bare), None]:
                part = cell.cut(last, m.start() if m else b - a)
                last = m.end() if m else b - a
                if part.start < part.end:
                    found.extend(_dated(part))
    return found


def _dated(piece: Piece) -> Iterator[Piece]:
    """A piece that ends in place and date gives two."""
    bare = piece.bare
    m = DATE.search(bare)
    if m is None or len(bare) - m.end() > 6 or m.start() == 0:
        yield piece
        return
    start = place_start(piece.text, m.start())
    comma = piece.text[start : m.start()].rstrip().endswith(",")
    if start > 0 and (comma or start == m.start()) and (start < m.start() or not _ABOUT.match(bare)):
        before = piece.cut(0, start)
        if before.start < before.end:
            yield before
        yield piece.cut(start, len(bare))
        return
    yield piece


def head_fields(head: Sequence[Piece], spans: dict[str, Span]) -> Meta:
    """Number, date, place and issuer out of the pieces above title and addressees."""
    number = symbol = issued_on = place = None
    above: list[Piece] = []
    number_seen = about_seen = False
    for piece in head:
        bare = piece.bare
        about_seen = about_seen or bool(_ABOUT.match(bare))
        if not number_seen and (m := NUMBER.search(bare)) and m.start() < 12:
            number_seen = True
            raw = re.sub(r"\s+", "", piece.text[m.start("symbol") : m.end("symbol")])
            symbol = (m["year"] + "/" if m["year"] else "") + raw
            digits = _digits(piece.text[m.start("digits") : m.end("digits")]) if m["digits"] else ""
            if digits:
                number = f"{digits}{m['sep']}{symbol}"
                start, end = piece.start + m.start("digits"), piece.start + m.end("symbol")
                spans["number"] = piece.line.source(Span(start, end))
            bare = " " * m.end() + bare[m.end() :]
        elif not number_seen and re.match(r"^so\s*[:.]", bare):
            number_seen = True
        m = DATE.search(bare) or SLASH_DATE.search(bare) if len(bare) < 90 else None
        if issued_on is None and m and not (about_seen and _ABOUT.match(bare)):
            start = place_start(piece.text, m.start())
            if m.re is SLASH_DATE and "," not in piece.text[start : m.start()]:
                continue
            issued_on = partial_date(m)
            place = re.sub(r"^\W+|\W+$", "", piece.text[start : m.start()]) or place
            spans["issued_on"] = piece.line.source(Span(piece.start + start, piece.start + m.end()))
        elif not number_seen and not re.match(r"^\W*(?:v/v|ve viec|so\s*[:.]|kinh gui)", bare) and _headlike(piece):
            above.append(piece)
    issuer = issuer_name([p.text for p in above], place)
    if above and issuer:
        spans["issuer"] = Span(above[0].line.at[above[0].start], above[-1].line.ends[above[-1].end - 1])
    return Meta(number=number, symbol=symbol, issued_on=issued_on, place=_named(place), issuer=issuer)


def _named(place: str | None) -> str | None:
    """A place in capitals as it is written in running text."""
    if place and is_capitals(place):
        return " ".join(w[:1] + w[1:].lower() for w in place.split())
    return place


def _digits(text: str) -> str:
    """A number with the letters that a scan took for digits put right; "" where it is none."""
    if not any(c.isdigit() for c in text):
        return ""
    return re.sub(r"[lIi](?=\d|$)|(?<=\d)[lI]", "1", re.sub(r"[oO](?=\d|$)|(?<=\d)[oO]", "0", text))


def _headlike(piece: Piece) -> bool:
    marks = {**words("urgency"), **words("confidentiality")}
    text = piece.text.strip(" .:-_*()[]")
    return is_capitals(text) and len(text) <= 90 and text.lower() not in marks and not re.search(r"\d{2}", text)


def partial_date(m: re.Match[str]) -> str | None:
    """ISO date of a match, as far as the notice says it ("2022-02")."""
    year, month, day = (_digits(m[k] or "") for k in ("year", "month", "day"))
    if not month or not 1 <= int(month) <= 12:
        return year or None
    if not day or not 1 <= int(day) <= 31 or "#" in m.group():
        return f"{year}-{int(month):02d}"
    return f"{year}-{int(month):02d}-{int(day):02d}"


# -- subject --------------------------------------------------------------------------------------


def _about(head: Sequence[Piece], spans: dict[str, Span]) -> tuple[str | None, int] | None:
    """The subject after "V/v" below the number; the right column may stand between its lines."""
    first = next((k for k, p in enumerate(head) if _ABOUT.match(p.bare)), None)
    if first is None:
        return None
    parts = [head[first]]
    skipped = False
    for piece in head[first + 1 :]:
        bare = piece.bare
        if DATE.search(bare) and len(bare) < 60:
            skipped = True
            continue
        if re.match(r"^so\s*[:.]", bare) or is_capitals(piece.text) or len(parts) > 9:
            break
        if (skipped or len(parts[-1].text) > 90) and not piece.text[:1].islower() and not piece.text[:1].isdigit():
            break
        if len(piece.text) > 160 or _STRONG.match(bare):
            break
        parts.append(piece)
    spans["subject"] = Span(parts[0].line.at[parts[0].start], parts[-1].line.ends[parts[-1].end - 1])
    text = " ".join(p.text for p in parts)
    text = re.sub(r"^\W*(?:[Vv]\s*/\s*[Vv]|[Vv]ề việc)\s*:?\s*", "", text).strip()
    return text or None, parts[-1].index + 1


def _authority(lines: Sequence[Line], bare: Sequence[str], zones: Sequence[Zone], i: int) -> bool:
    """Whether a line in capitals names who decides, legal bases or the verdict being next."""
    if not is_capitals(lines[i].text) or not pattern("authority", "line").match(bare[i]):
        return False
    follow = [k for k in range(i + 1, min(i + 10, len(lines))) if zones[k] == "body"][:3]
    for k in follow:
        if pattern("authority", "bases").match(bare[k]):
            return True
        if not is_capitals(lines[k].text):
            return False
    return False


def subject_of(
    lines: Sequence[Line],
    bare: Sequence[str],
    zones: Sequence[Zone],
    title: tuple[int, int] | None,
    address: int | None,
    head: Sequence[Piece],
    spans: dict[str, Span],
) -> tuple[str | None, int]:
    """The subject (trích yếu), after "V/v" or below the title, and the line after it.

    title: its line, and where on it the words after the kind begin.
    """
    about = _about(head, spans)
    if about is not None:
        return about
    if title is None:
        return None, 0 if address is None else address
    kind_line, after = title
    openers = re.compile(r"^(?:" + "|".join(map(re.escape, words("openers")["words"])) + r")\b")
    taken: list[tuple[int, int]] = []
    if after < len(lines[kind_line].text):
        taken.append((kind_line, after))
    i = kind_line + 1
    while i < len(lines) and i < kind_line + 16 and (address is None or i < address):
        if zones[i] != "body":
            i += 1
            continue
        text, low = lines[i].text, bare[i]
        wrapped = bool(taken) and text[:1].islower()
        capitals = is_capitals(text)
        if _ITEM.match(low) or len(low) > 320 or pattern("authority", "verdict").match(low):
            break
        if _authority(lines, bare, zones, i):
            i += 1
            if taken:
                return _joined(lines, taken, spans), _past(lines, bare, zones, i)
            continue
        dated = DATE.search(low) or re.match(r"^so\s*[:.]?\s*\d*\s*[/-]", low)
        if dated and len(low) < 90 and not openers.match(low.strip(" (")) and not wrapped:
            i += 1
            continue
        touching = bool(taken) and i - taken[-1][0] == 1
        weak = touching and len(low) < 110 and not _STRONG.match(low)
        first = not taken and re.match(r"^(?:trien khai|thuc hien|ve|quan triet|tiep tuc|phat huy)", low)
        if openers.match(low) and not capitals and not wrapped and not weak and not (first and text[-1:] not in ".:;,"):
            break
        if taken and not capitals and (text[-1:] in ".:;" or not (touching or wrapped)):
            break
        taken.append((i, 0))
        i += 1
    if not taken:
        return None, kind_line + 1
    return _joined(lines, taken, spans), taken[-1][0] + 1


def _past(lines: Sequence[Line], bare: Sequence[str], zones: Sequence[Zone], i: int) -> int:
    """The line after those in capitals that go on with the name of who decides."""
    while i < len(lines) and (zones[i] != "body" or _authority(lines, bare, zones, i)):
        i += 1
    return i


def _joined(lines: Sequence[Line], taken: Sequence[tuple[int, int]], spans: dict[str, Span]) -> str:
    (first, start), (last, _) = taken[0], taken[-1]
    spans["subject"] = Span(lines[first].at[start], lines[last].ends[-1])
    return " ".join(lines[k].text[a:] for k, a in taken)


# -- addressees -----------------------------------------------------------------------------------


def address_end(lines: Sequence[Line], bare: Sequence[str], start: int) -> int:
    """The line after the addressees: "Kính gửi:" and its list of "- ...;" lines, the last ending ".".

    One addressee may stand on the line itself; a wrapped item goes on in lower case.
    """
    i = start + 1
    last = re.sub(r"^.*?(?:gửi|điện)\s*:?[\s|]*", "", lines[start].text, count=1, flags=re.IGNORECASE)
    begun, dashes = bool(last), last.startswith("-")
    while i < len(lines):
        text = re.sub(r"^[\s|]+", "", lines[i].text).rstrip(" |")
        if not text:
            i += 1
            continue
        item = bool(re.match(r"^[-+•]|^\d+[.)]\s", text))
        if last.endswith(".") and not item and begun:
            break
        if dashes and not item and text[:1].isupper() and (_STRONG.match(bare[i].strip(" |")) or len(text) > 120):
            break  # the list's last line lacks its stop
        goes_on = begun and ((last[-1:] in ",;" and len(text) < 200) or (text[:1].islower() and last[-1:] not in ".:"))
        if not (item or goes_on or (not begun and len(text) < 160)):
            break
        begun, dashes = True, dashes or item
        last = text
        i += 1
    return i


def addressees(lines: Sequence[Line], start: int, end: int) -> list[str]:
    """The addressees' names, one each."""
    found: list[str] = []
    last = ""
    for i in range(start, end):
        text = lines[i].text
        if i == start:
            text = re.sub(r"^.*?(?:gửi|điện)\s*:?", "", text, count=1, flags=re.IGNORECASE)
        for part in re.split(r"(?<=[;,.]) (?=- )|\|", text):
            one = part.strip(" |")
            if not one:
                continue
            if found and not re.match(r"^[-+•]", one) and one[:1].islower() and not last.endswith(";"):
                found[-1] += " " + one
            else:
                found.append(one)
            last = one
    return [name for t in found if (name := _LEADING.sub("", t).rstrip(" ;.,:"))]


# -- marks and labels -----------------------------------------------------------------------------


def mark(lines: Sequence[Line], zones: Sequence[Zone], section: str, limit: int) -> str | None:
    """An urgency or secrecy mark: a short header line of its own in capitals."""
    known = words(section)
    for i in range(min(limit, len(lines))):
        if zones[i] == "noise":
            continue
        for a, b in columns(lines[i]):
            text = re.sub(r" hẹn giờ.*$", "", lines[i].text[a:b].strip(" .:()[]*").lower())
            if text in known and lines[i].text[a:b].strip(" .:()[]*").isupper():
                return str(known[text])
    return None


def labelled(lines: Sequence[Line], bare: Sequence[str], zones: list[Zone], spans: dict[str, Span]) -> Meta:
    """Fields that a portal lists by name above the text; its lines become header."""
    found: dict[str, tuple[int, int]] = {}
    for i in range(min(30, len(lines))):
        for key in words("labels"):
            m = pattern("labels", key).match(bare[i])
            if m and key not in found and m.end() < len(bare[i]):
                found[key] = (i, m.end())
    if len(found) < 2 or "number" not in found:
        return Meta()
    values: dict[str, str] = {}
    for key, (i, start) in found.items():
        zones[i] = "header"
        values[key] = lines[i].text[start:].strip(" |")
        spans[key] = lines[i].source(Span(start, len(lines[i].text)))
    date = re.match(r"^(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})", values.get("issued_on", ""))
    m = NUMBER.match("so " + bare_of(values["number"]))
    number = re.sub(r"\s+", "", values["number"]) if m else None
    issuer = values.get("issuer")
    return Meta(
        number=number,
        symbol=re.split(r"[/-]", number, maxsplit=1)[1] if number else None,
        kind=kind_names().get(bare_of(values.get("kind", ""))),
        issued_on=partial_date(date) if date else None,
        issuer=issuer_name([re.sub(r"^UBND\b", "Ủy ban nhân dân", issuer)]) if issuer else None,
        subject=re.sub(r"^(?:[Vv]/v|[Vv]ề việc)\s+", "", values["subject"]) if "subject" in values else None,
    )


# -- all of it ------------------------------------------------------------------------------------


def read_header(lines: Sequence[Line], bare: Sequence[str], zones: list[Zone]) -> tuple[int, Meta]:
    """Where the body starts, and what the header says; addressees get their zone."""
    limit = min(len(lines), 80)
    spans: dict[str, Span] = {}
    listed = labelled(lines, bare, zones, spans)
    opener, wire = pattern("addressee", "opener"), pattern("addressee", "wire")
    title: tuple[int, int] | None = None
    kind: str | None = None
    address: int | None = None
    for i in range(limit):
        if zones[i] != "body":
            continue
        low = bare[i].lstrip(" |")
        opens = len(low) < 400 and (opener.search(low) or (kind in (None, "Công điện") and wire.search(low)))
        if title is None and address is None and (found := title_kind(lines[i])):
            kind, title = found[0], (i, found[1])
        elif address is None and opens:
            address = i
        elif (title is not None and i > title[0] + 12) or (len(low) > 300 and not opens):
            break
    if title is not None and address is not None and address > title[0] + 14:
        address = None
    head_end = min(x for x in (title[0] if title else None, address, limit) if x is not None)
    found_pieces = pieces(lines, zones, limit)
    head = [p for p in found_pieces if p.index < (head_end if head_end < limit else 12)]
    if kind == "Công điện" and title is not None:  # its number and date may follow the title
        head += [p for p in found_pieces if title[0] < p.index < min(title[0] + 6, address or limit)]
    meta = head_fields(head, spans)
    above = [p for p in head if title is None or p.index < title[0]]
    subject, body = subject_of(lines, bare, zones, title, address, above, spans)
    if address is not None:
        body = address_end(lines, bare, address)
        meta = replace(meta, addressees=tuple(addressees(lines, address, body)))
        for i in range(address, body):
            if zones[i] != "noise":
                zones[i] = "addressee"
    elif listed.number and body == 0:
        body = max(i for i in range(limit) if zones[i] == "header") + 1
    kind = kind or (kind_of_symbol(meta.symbol) if meta.symbol else None) or listed.kind
    if kind is None and (address is not None or "subject" in spans):
        kind = "Công văn"
    if title is not None and kind:
        spans["kind"] = Span(lines[title[0]].at[0], lines[title[0]].ends[-1])
    meta = replace(
        meta,
        kind=kind,
        subject=subject or listed.subject,
        number=meta.number or listed.number,
        symbol=meta.symbol or listed.symbol,
        issued_on=meta.issued_on or listed.issued_on,
        issuer=meta.issuer or listed.issuer,
        urgency=mark(lines, zones, "urgency", body),
        confidentiality=mark(lines, zones, "confidentiality", body),
        spans=spans,
    )
    return body, meta
