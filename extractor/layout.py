"""Stage 1: which line is header, addressees, body, closing or appendix, and what the header says.

Reads the lines; adds zones and meta (kind, number, date, issuer, subject, addressees, recipients,
signer, marks). Follows Nghị định 30/2020/NĐ-CP, Phụ lục I (state) and Hướng dẫn 36-HD/VPTW (party),
and what copies do to them: two columns flattened, a header left out, stamps, portals' own lines.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache

from extractor.document import Document, Doubt, Meta, Signer, Span, Zone
from extractor.gazetteer import default
from extractor.ruletable import RuleTable, load
from extractor.text import UPPER, Line, is_capitals, lower, toneless

_NUMBER = re.compile(
    r"\bso\s*[:.]?\s*(?P<digits>\d{1,5}[a-z]?)?\s*\.?\s*(?:/\s*(?P<year>(?:19|20)\d\d)\s*)?"
    r"(?P<sep>[/-])\s*(?P<symbol>[a-z]{1,10}\d{0,2}(?:\s?[-&/.,]\s?[a-z&]{1,12}\d{0,2}(?![a-z])){0,4})(?![a-z])"
)
_DATE = re.compile(
    r"(?:(?P<place>[^\s,|:;][^,|:;]{1,39}),\s*)?\bngay\b[\s.]*(?P<day>[\dlo]{1,2}(?!\d))?\S{0,3}\s*thang\b[\s.]*(?P<month>\d{1,2})?[\s.]*nam\b[\s.]*(?P<year>\d{4})"
)
_SLASH_DATE = re.compile(r"(?P<place>[^\s,|:;][^,|:;]{1,39}),\s*(?:ngay\s+)?(?P<day>\d{1,2})[/-](?P<month>\d{1,2})[/-](?P<year>\d{4})")
_CITED = re.compile(
    r"\b(?P<kind>[a-z][a-z ]{3,14}) so\s*:?\s*(?P<number>\d{1,5}[\w/&-]*[\w&])\s+ngay\s+(?P<day>\d{1,2})[/-](?P<month>\d{1,2})[/-](?P<year>\d{4})"
)
_LEVELS = r"tỉnh|thành phố|tp\.?|huyện|thị xã|quận|xã|phường|thị trấn|đặc khu"
_NAME = rf"[{UPPER}][\w']*(?:(?: - | )[{UPPER}][\w']*){{0,3}}"
# openers that begin a body even where nothing else sets it off from the subject
_STRONG = re.compile(r"^(?:ngay \d|can cu|thuc hien|sau khi|trong thoi gian|thoi gian qua|de |nham |xet |kinh gui)")
_COPY = re.compile(r"^(?:sao y|sao luc|trich sao|ban sao)\b")
_LEADING = re.compile(r"^\s*(?:[-+•]|\d+[.)])\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell or a line of the header: text of `line` from `start` to `end` (folded offsets)."""

    index: int
    line: Line
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.line.text[self.start : self.end]

    @property
    def bare(self) -> str:
        return toneless(lower(self.text)).strip()


@cache
def _table() -> RuleTable:
    return load("layout")


@cache
def _patterns(section: str, key: str = "lines") -> re.Pattern[str]:
    value = _table().words[section][key]
    return re.compile(value if isinstance(value, str) else "|".join(f"(?:{v})" for v in value))


@cache
def _kind_names() -> dict[str, str]:
    return {toneless(k.lower()): k for k in _table().words["kinds"]}


@cache
def kind_of_symbol(symbol: str) -> str | None:
    """The kind that a document symbol's abbreviation stands for ("TB-UBND" -> "Thông báo")."""
    first = re.split(r"[-/&]", symbol)[0]
    for kind, abbreviations in _table().words["kinds"].items():
        if first in abbreviations or toneless(first).casefold() in (toneless(a).casefold() for a in abbreviations if len(a) > 2):
            return str(kind)
    return None


def lay_out(doc: Document) -> Document:
    """Zone every line and read the header and the closing; unsaid fields stay None."""
    bare = [toneless(lower(line.text)) for line in doc.lines]
    zones: list[Zone] = ["body"] * len(bare)
    _mark_noise(doc.lines, bare, zones)
    body, kind_line, meta, doubts = _read_header(doc.lines, bare, zones)
    for i in range(body):
        if zones[i] == "body":
            zones[i] = "header"
    end = _find_closing(doc.lines, bare, zones, body)
    start_appendix = _find_appendix(doc.lines, bare, zones, end)
    for i in range(end, len(bare)):
        if zones[i] == "body":
            zones[i] = "closing" if i < start_appendix else "appendix"
    meta = _read_closing(doc.lines, bare, zones, meta)
    meta, inferred = _infer(doc, bare, zones, kind_line, meta)
    return replace(doc, zones=tuple(zones), meta=meta, doubts=(*doc.doubts, *doubts, *inferred))


# --- noise -----------------------------------------------------------------------------------


def _mark_noise(lines: tuple[Line, ...], bare: list[str], zones: list[Zone]) -> None:
    noise, portal = _patterns("noise"), _patterns("portal")
    signed, stamp = _patterns("signature_stamp"), _patterns("stamp")
    number = _patterns("stamp", "number")
    portal_from = next((i for i, b in enumerate(bare) if i > 3 and portal.search(b)), len(bare))
    for i, text in enumerate(bare):
        if not text or i >= portal_from or noise.search(text):
            zones[i] = "noise"
        elif signed.search(text):
            zones[i] = "noise"
            _mark_back(lines, bare, zones, i)
        elif stamp.search(text):
            zones[i] = "noise"
            for j in range(max(i - 3, 0), min(i + 4, len(bare))):
                if number.search(bare[j]) and not _NUMBER.search(bare[j]):
                    zones[j] = "noise"
                    if j and is_capitals(lines[j - 1].text) and not _kind_of_line(bare[j - 1]) and j > 4:
                        zones[j - 1] = "noise"


def _mark_back(lines: tuple[Line, ...], bare: list[str], zones: list[Zone], i: int) -> None:
    """The signing office's name stands in short capital lines above its address and time."""
    for j in range(i - 1, max(i - 6, -1), -1):
        text = lines[j].text
        if zones[j] == "noise":
            continue
        if is_capitals(text) and len(text) <= 40 and not re.match(r"^(?:tm|kt|tl|tuq)\b|phu luc", bare[j]):
            zones[j] = "noise"
        else:
            break


# --- header ----------------------------------------------------------------------------------


def _kind_of_line(bare: str) -> str | None:
    """The kind that a title line names, the line being nothing else ("THÔNG BÁO")."""
    text = bare.strip(" :.-")
    names = _kind_names()
    if text in names:
        return names[text]
    return next((k for n, k in names.items() if text.startswith(n + " ket luan")), None)


def _title_kind(line: Line, bare: str) -> str | None:
    kind = _kind_of_line(bare)
    if kind:
        return kind if is_capitals(line.text) or len(bare) < 16 else None
    if is_capitals(line.text):
        names = _kind_names()
        return next((k for n, k in names.items() if bare.startswith(n + " ") and k not in ("Thư", "Dự án")), None)
    head = re.match(rf"^([{UPPER}]{{2,}}(?: [{UPPER}]{{2,}}){{0,2}})\b", line.text)
    return _kind_names().get(toneless(head[1].lower())) if head else None


def _pieces(lines: tuple[Line, ...], zones: list[Zone], limit: int) -> list[Piece]:
    motto = re.compile("|".join(re.escape(m) for m in _table().words["motto"]["lines"]))
    found: list[Piece] = []
    for i in range(min(limit, len(lines))):
        if zones[i] == "noise":
            continue
        text = lines[i].text
        for cell in re.finditer(r"[^|]+", text):
            start = cell.start()
            bare = toneless(lower(cell.group()))
            for part in re.finditer(r".+?(?=(?:" + motto.pattern + r")|$)", motto.sub(lambda m: "\x00" * len(m.group()), bare)):
                for run in re.finditer(r"[^\x00]+", part.group()):
                    a, b = start + part.start() + run.start(), start + part.start() + run.end()
                    while a < b and text[a] in " -":
                        a += 1
                    while b > a and text[b - 1] == " ":
                        b -= 1
                    if a < b:
                        found.append(Piece(i, lines[i], a, b))
    return found


def _read_header(lines: tuple[Line, ...], bare: list[str], zones: list[Zone]) -> tuple[int, int | None, Meta, list[Doubt]]:
    """Where the body starts, the title line, and the header's fields."""
    limit = min(len(lines), 80)
    doubts: list[Doubt] = []
    opener = _patterns("addressee", "opener")
    kind_line = kind = None
    address = None
    for i in range(limit):
        if zones[i] == "noise":
            continue
        if kind_line is None and address is None and (found := _title_kind(lines[i], bare[i])):
            kind_line, kind = i, found
        elif address is None and len(bare[i]) < 400 and opener.search(bare[i]):
            address = i
        elif kind_line is not None and i > kind_line + 12:
            break
        elif len(bare[i]) > 300 and not opener.search(bare[i]):
            break
    if kind_line is not None and address is not None and address > kind_line + 14:
        address = None
    spans: dict[str, Span] = {}
    head_end = min(x for x in (kind_line, address, limit) if x is not None)
    pieces = _pieces(lines, zones, limit)
    head = [p for p in pieces if p.index < head_end] if head_end < limit else [p for p in pieces if p.index < 12]
    if kind == "Công điện" and kind_line is not None:  # its number and date follow the title
        head += [p for p in pieces if kind_line < p.index < min(kind_line + 6, address or limit)]
    fields = _head_fields(head, spans)
    subject, after = _subject(lines, bare, zones, kind_line, address, head, spans)
    body = after
    addressees: tuple[str, ...] = ()
    if address is not None:
        body = _address_block(lines, bare, zones, address)
        addressees = tuple(_address_lines(lines, zones, address, body))
        for i in range(address, body):
            if zones[i] != "noise":
                zones[i] = "addressee"
    if kind is None and fields.symbol:
        kind = kind_of_symbol(fields.symbol)
    if kind is None and (address is not None or "subject" in spans):
        kind = "Công văn"
    if kind_line is not None and kind:
        spans["kind"] = Span(lines[kind_line].at[0], lines[kind_line].ends[-1])
    meta = replace(fields, kind=kind, subject=subject, addressees=addressees, spans=spans)
    meta = replace(meta, urgency=_mark(lines, zones, "urgency", body), confidentiality=_mark(lines, zones, "confidentiality", body))
    return body, kind_line, meta, doubts


def _mark(lines: tuple[Line, ...], zones: list[Zone], section: str, limit: int) -> str | None:
    """An urgency or secrecy mark: a short header line of its own in capitals."""
    words = _table().words[section]
    for i in range(min(limit, len(lines))):
        for cell in lines[i].text.split("|"):
            text = cell.strip(" .:()[]")
            if zones[i] != "noise" and text.isupper() and text.lower() in words:
                return str(words[text.lower()])
    return None


def _head_fields(head: list[Piece], spans: dict[str, Span]) -> Meta:
    number = symbol = issued_on = place = None
    above: list[Piece] = []
    number_seen = False
    for piece in head:
        bare = toneless(lower(piece.text))
        if not number_seen and (m := _NUMBER.search(bare)) and m.start() < 12:
            number_seen = True
            raw = re.sub(r"\s+", "", piece.text[m.start("symbol") : m.end("symbol")])
            symbol = (m["year"] + "/" if m["year"] else "") + raw
            if m["digits"]:
                number = f"{piece.text[m.start('digits') : m.end('digits')]}{m['sep']}{symbol}"
                spans["number"] = piece.line.source(Span(piece.start + m.start("digits"), piece.start + m.end("symbol")))
            bare = bare[m.end() :].rjust(len(bare))
        elif not number_seen and re.match(r"^so\s*[:.]", bare):
            number_seen = True
        if issued_on is None and (m := _DATE.search(bare) or _SLASH_DATE.search(bare)):
            issued_on = _partial_date(m)
            if m["place"]:
                place = re.sub(r"^\W+|\W+$", "", piece.text[m.start("place") : m.end("place")]) or None
            spans["issued_on"] = piece.line.source(Span(piece.start + m.start(), piece.start + m.end()))
        elif not number_seen and not re.match(r"^(?:v/v|ve viec|so\s*[:.]|kinh gui)", bare.strip()) and _headlike(piece):
            above.append(piece)
    issuer = issuer_name([p.text for p in above])
    if above and issuer:
        spans["issuer"] = Span(above[0].line.at[above[0].start], above[-1].line.ends[above[-1].end - 1])
    return Meta(number=number, symbol=symbol, issued_on=issued_on, place=place, issuer=issuer)


def _headlike(piece: Piece) -> bool:
    marks = {**_table().words["urgency"], **_table().words["confidentiality"]}
    text = piece.text.strip(" .:-_*")
    return is_capitals(text) and len(text) <= 90 and text.lower() not in marks and not re.search(r"\d{2}", text)


def _partial_date(m: re.Match[str]) -> str | None:
    year, month, day = m["year"], m["month"], m["day"]
    if not month or not 1 <= int(month) <= 12:
        return year
    day = (day or "").replace("l", "1").replace("o", "0")
    if not day or not day.isdigit() or not 1 <= int(day) <= 31 or "#" in m.group():
        return f"{year}-{int(month):02d}"
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _subject(
    lines: tuple[Line, ...], bare: list[str], zones: list[Zone], kind_line: int | None, address: int | None, head: list[Piece], spans: dict[str, Span]
) -> tuple[str | None, int]:
    """The trích yếu: below the title, or after "V/v" in an official letter; and the line after it."""
    for k, piece in enumerate(head):
        if re.match(r"^v/v\b", piece.bare):
            parts = [piece]
            for follow in head[k + 1 :]:
                low = follow.bare
                if re.match(r"^so\s*[:.]", low) or (_DATE.search(low) and len(low) < 60) or is_capitals(follow.text) or len(parts) > 9:
                    break
                parts.append(follow)
            text = " ".join(p.text for p in parts)
            spans["subject"] = Span(parts[0].line.at[parts[0].start], parts[-1].line.ends[parts[-1].end - 1])
            return re.sub(r"^[Vv]\s*/\s*[Vv]:?\s*", "", text).strip() or None, parts[-1].index + 1
    if kind_line is None:
        return None, 0 if address is None else address
    openers = re.compile(r"^(?:" + "|".join(map(re.escape, _table().words["openers"]["words"])) + r")\b")
    taken: list[int] = []
    i = kind_line + 1
    while i < len(lines) and i < kind_line + 16 and (address is None or i < address):
        if zones[i] == "noise":
            i += 1
            continue
        text, low = lines[i].text, bare[i]
        wrapped = bool(taken) and text[:1].islower()
        if re.match(r"^(?:[ivx]+|\d+|[a-e])\s*[.)/-]\s|^dieu 1\b|^[-+•]\s", low) or (len(low) > 320):
            break
        dated = _DATE.search(low) or re.match(r"^so\s*[:.]?\s*\d*\s*[/-]", low)
        if dated and len(low) < 90:
            i += 1
            continue
        weak = taken and i - taken[-1] == 1 and len(low) < 110 and not _STRONG.match(low)
        if openers.match(low) and not is_capitals(text) and not wrapped and not weak and not (not taken and re.match(r"^(?:trien khai|thuc hien|ve|quan triet|tiep tuc|phat huy)", low) and text[-1:] not in ".:;,"):
            break
        if taken and text[-1:] in ".:;" and not is_capitals(text):
            break
        taken.append(i)
        i += 1
    if not taken:
        return None, kind_line + 1
    spans["subject"] = Span(lines[taken[0]].at[0], lines[taken[-1]].ends[-1])
    return " ".join(lines[k].text for k in taken), taken[-1] + 1


def _address_block(lines: tuple[Line, ...], bare: list[str], zones: list[Zone], start: int) -> int:
    """The line after the addressees: "Kính gửi:" and its list of "- ...;" lines, the last ending ".".

    One addressee may stand on the line itself; a wrapped item goes on in lower case.
    """
    i = start + 1
    rest = re.sub(r"^.*?(?:gửi|điện)\s*:?[\s|]*", "", lines[start].text, count=1, flags=re.IGNORECASE)
    listed = not rest
    last = rest
    while i < len(lines):
        text = re.sub(r"^[\s|]+", "", lines[i].text)
        if zones[i] == "noise" and not bare[i]:
            i += 1
            continue
        if not text:
            i += 1
            continue
        item = bool(re.match(r"^[-+•]|^\d+[.)]\s", text))
        if last.endswith(".") and not item and (listed or rest):
            break
        if item or (last and last[-1] in ",;" and len(text) < 200) or (last and text[:1].islower() and last[-1:] not in ".:"):
            listed = True
        elif listed and not last and len(text) < 160:
            listed = True  # the first addressee below a bare "Kính gửi:", without a dash
        else:
            break
        last = text
        i += 1
    return i


def _address_lines(lines: tuple[Line, ...], zones: list[Zone], start: int, end: int) -> list[str]:
    found: list[str] = []
    for i in range(start, end):
        text = lines[i].text
        if i == start:
            text = re.sub(r"^.*?(?:gửi|điện)\s*:?", "", text, count=1, flags=re.IGNORECASE)
        text = text.strip(" |")
        if not text:
            continue
        if found and not re.match(r"^[-+•]", text) and text[:1].islower():
            found[-1] += " " + text
        else:
            found.append(text)
    return [_LEADING.sub("", t).rstrip(" ;.,") for t in found if _LEADING.sub("", t).rstrip(" ;.,")]


# --- closing ---------------------------------------------------------------------------------


def _find_closing(lines: tuple[Line, ...], bare: list[str], zones: list[Zone], body: int) -> int:
    recipients, signature = _patterns("closing", "recipients"), _patterns("closing", "signature")
    full, positions = _patterns("closing", "full_text"), set(_table().words["closing"]["positions"])
    for i in range(body, len(lines)):
        if zones[i] == "noise":
            continue
        text = bare[i].strip(" |")
        if recipients.search(text) or (full.search(text) and len(text) < 160):
            return i
        if signature.search(text) and is_capitals(lines[i].text):
            return i
        if text in positions and is_capitals(lines[i].text) and i > body:
            return i
    return len(lines)


def _find_appendix(lines: tuple[Line, ...], bare: list[str], zones: list[Zone], end: int) -> int:
    line, attached = _patterns("appendix", "line"), _patterns("appendix", "attached")
    for i in range(end + 1, len(lines)):
        if zones[i] == "noise":
            continue
        if line.search(bare[i]) and len(bare[i]) < 120:
            return i
        if attached.search(bare[i]) and i > end + 3:
            j = i - 1
            while j > end and (zones[j] == "noise" or is_capitals(lines[j].text) or not _title_kind(lines[j], bare[j])):
                if _title_kind(lines[j], bare[j]):
                    break
                j -= 1
            return j if j > end else i
    return len(lines)


def _read_closing(lines: tuple[Line, ...], bare: list[str], zones: list[Zone], meta: Meta) -> Meta:
    """Recipients below "Nơi nhận", and the signer: authority, post, name (Phụ lục I, II.7)."""
    recipients: list[str] = []
    authorities: list[str] = []
    position = name = None
    listing = False
    signature = _patterns("closing", "signature")
    positions = _table().words["closing"]["positions"]
    for i, zone in enumerate(zones):
        if zone != "closing":
            continue
        text = lines[i].text.strip(" |")
        if _COPY.search(bare[i]):
            break  # what follows is the copying office's, not the issuer's
        if _patterns("closing", "recipients").search(bare[i]):
            listing = True
            text = re.sub(r"^.*?:", "", text).strip()
            if not text:
                continue
        if signature.search(bare[i]) and is_capitals(text):
            mark = re.split(r"[.\s]", text, maxsplit=1)[0].replace("/", "").upper()
            authorities.append(mark + ".")
            position = re.sub(r"^\S+?[./]?\s+", "", text)
        elif any(bare[i].startswith(p) for p in positions) and is_capitals(text):
            position = text
        elif listing and re.match(r"^[-+•]", text):
            recipients.append(re.sub(r"^[-+•]\s*", "", text).rstrip(" ;.,"))
        elif listing and recipients and text[:1].islower():
            recipients[-1] += " " + text.rstrip(" ;.,")
        elif m := re.match(rf"^(?:Đã ký: ?|\(Đã ký\) ?)?((?:[{UPPER}][\w']* ?){{2,5}})$", text):
            if name is None and (not is_capitals(text) or position):
                name = m[1].strip()
    signer = Signer(name, position.capitalize() if position else None, " ".join(authorities) or None) if position or name else None
    return replace(meta, recipients=tuple(recipients), signer=signer)


# --- issuer ----------------------------------------------------------------------------------


def spell(text: str) -> str:
    """A name printed in capitals as it is written in running text; the place keeps its capitals."""
    if not is_capitals(text):
        return text
    low = lower(text)
    low = re.sub(r"\bubnd\b", "ủy ban nhân dân", low)
    low = re.sub(r"\bhđnd\b", "hội đồng nhân dân", low)
    m = re.search(rf"\b(?:tỉnh ủy|thành ủy|huyện ủy|thị ủy|quận ủy|đảng ủy|đảng bộ|{_LEVELS})\s+(?P<name>[^,;()]+)$", low)
    if m and not m["name"].startswith(("ủy", "đoàn")):
        place = " ".join(w if w in ("-", "và") else w[:1].upper() + w[1:] for w in re.split(r" ", m["name"]))
        low = low[: m.start("name")] + place
    low = re.sub(r"\b(tỉnh|thành|huyện|quận|thị|đảng) ủy\b", lambda k: k[0].capitalize(), low)
    body = low if m is None else low[: m.start()].rstrip()
    known = default().view().entry(body) if body else None
    if known is not None:
        low = known.name + low[len(body) :]
    return low[:1].upper() + low[1:]


def issuer_name(rows: list[str]) -> str | None:
    """The issuing body out of the letterhead's lines: the superior above, the body itself below.

    "UBND TỈNH X" over "SỞ Y" is "Sở Y tỉnh X"; "ỦY BAN NHÂN DÂN" over "TỈNH X" is one name.
    """
    parts: list[str] = []
    for row in rows:
        text = re.sub(r"[*_]+", " ", row).strip(" -.:*_")
        if not text:
            continue
        bare = toneless(lower(text))
        place_only = re.match(rf"^(?:{toneless(_LEVELS)})\b", bare) and not re.match(r"^(?:tinh|thanh|huyen|thi|quan) (?:uy|doan)\b", bare)
        goes_on = re.match(r"^(?:va|ve|cua|cac|khu|truc thuoc)\b", bare)
        if parts and (place_only or goes_on):
            parts[-1] += " " + text
        else:
            parts.append(text)
    if not parts:
        return None
    if len(parts) > 3:
        parts = parts[-2:]
    name = spell(parts[-1])
    if len(parts) == 1:
        return name
    above = spell(parts[-2])
    place = re.search(rf"\b(?:{_LEVELS})\s+\S.*$", above)
    if lower(name) == "văn phòng":
        return f"{name} {above}"
    if re.match(r"^(?:Tỉnh|Thành|Huyện|Quận|Thị|Đảng) ủy", above) and not re.match(r"^(?:Tỉnh|Thành|Huyện|Quận|Thị|Đảng) ủy|^Đảng bộ", name):
        return f"{name} {above}"
    if above.startswith("Đảng bộ"):
        return name
    if place and above.startswith(("Ủy ban nhân dân", "Hội đồng nhân dân")) and place.group().lower() not in name.lower():
        return f"{name} {place.group()}"
    return name


def _infer(doc: Document, bare: list[str], zones: list[Zone], kind_line: int | None, meta: Meta) -> tuple[Meta, list[Doubt]]:
    """Number, date, kind and issuer from elsewhere where a copy has no letterhead; with doubts."""
    doubts: list[Doubt] = []
    for i, zone in enumerate(zones):
        if zone == "closing" and meta.number is None and _patterns("closing", "full_text").search(bare[i]):
            m = _CITED.search(bare[i])
            if m:
                kind = next((k for n, k in _kind_names().items() if m["kind"].strip().endswith(n)), None)
                line = doc.lines[i]
                number = line.text[m.start("number") : m.end("number")]
                spans = {**meta.spans, "number": line.source(Span(*m.span("number"))), "issued_on": line.source(Span(m.start("day"), m.end("year")))}
                symbol = number.split("/", 1)[-1] if "/" in number else None
                meta = replace(meta, number=number, symbol=symbol, kind=meta.kind or kind, issued_on=meta.issued_on or _partial_date(m), spans=spans)
                doubts.append(Doubt("number_elsewhere", "Số và ngày lấy ở dòng cuối trang, không ở phần đầu văn bản"))
    if meta.issuer is None:
        issuer = _infer_issuer(doc, bare, zones, meta)
        if issuer:
            meta = replace(meta, issuer=issuer)
            doubts.append(Doubt("issuer_inferred", "Không có tên cơ quan ban hành ở đầu văn bản; suy từ nội dung"))
    elif meta.place and (m := re.match(r"^(Ủy ban nhân dân) tinh (.+)$", toneless_tail(meta.issuer))) and default().province(meta.place) and not default().province(m[2]):
        meta = replace(meta, issuer=f"Ủy ban nhân dân tỉnh {meta.place}")
        doubts.append(Doubt("issuer_scan", "Tên cơ quan ban hành bị lỗi quét; đọc theo địa danh"))
    if meta.issued_on is None:
        doubts.append(Doubt("no_date", "Không thấy ngày ban hành"))
    return replace(meta, province=_province(doc, meta), meeting_on=_meeting(doc, zones)), doubts


def toneless_tail(name: str) -> str:
    """The committee's name with what follows it without marks, for a scan that lost them."""
    head = "Ủy ban nhân dân "
    return head + toneless(name[len(head) :]) if name.startswith(head) else name


def _infer_issuer(doc: Document, bare: list[str], zones: list[Zone], meta: Meta) -> str | None:
    opening = " ".join(line.text for line, z in zip(doc.lines, zones, strict=True) if z in ("header", "body"))[:2500]
    text = "\n".join(line.text for line in doc.lines)
    party = re.search(r"(ban thường vụ|ban chấp hành|thường trực)\s+(tỉnh ủy|thành ủy|huyện ủy|thị ủy|quận ủy|đảng ủy)", lower(opening[:600]))
    if party and (meta.symbol is None or "UBND" not in meta.symbol):
        level = {"tỉnh ủy": "tỉnh", "thành ủy": "thành phố", "huyện ủy": "huyện", "thị ủy": "thị xã", "quận ủy": "quận"}.get(party[2])
        place = _common_place(text, level) if level else None
        name = f"{party[1].capitalize()} {party[2].capitalize()}"
        return f"{name} {place}" if place else name
    m = re.search(rf"\b(?:ubnd|ủy ban nhân dân)\s+({_LEVELS})\b", lower(opening))
    if not m:
        return None
    level = "thành phố" if m[1].startswith("tp") else m[1]
    if level == "tỉnh" and meta.place and default().province(meta.place):
        return f"Ủy ban nhân dân tỉnh {meta.place}"
    place = _common_place(text, level) or (meta.place if level in ("tỉnh", "thành phố") else None)
    return f"Ủy ban nhân dân {level} {place}" if place else f"Ủy ban nhân dân {level}"


def _common_place(text: str, level: str) -> str | None:
    names = Counter(m[1] for m in re.finditer(rf"\b{level}\s+({_NAME})", text))
    if level == "tỉnh":  # a person's name may follow "Chủ tịch UBND tỉnh": provinces are known
        known = Counter[str]()
        for name, count in names.items():
            found = next((p for n in range(len(name.split()), 0, -1) if (p := default().province(" ".join(name.split()[:n])))), None)
            if found:
                known[found.name] += count
        names = known
    best = names.most_common(1)
    return best[0][0] if best else None


def _province(doc: Document, meta: Meta) -> str | None:
    """The province whose bodies the notice speaks of; None for a central issuer."""
    for source in (meta.issuer or "",):
        m = re.search(r"\b(?:tỉnh|thành phố)\s+(.+)$", source)
        if m:
            return m[1]
        m = re.search(r"\b(?:Tỉnh ủy|Thành ủy)\s+(.+)$", source)
        if m:
            return m[1]
    if meta.issuer and re.search(r"\b(?:huyện|quận|thị xã|xã|phường|đặc khu|Huyện ủy|thị trấn)\b", meta.issuer):
        text = "\n".join(line.text for line in doc.lines)
        return _common_place(text, "tỉnh")
    if meta.issuer and re.match(r"^(?:Sở|Chi cục|Ban Quản lý|Công an tỉnh|Thanh tra tỉnh)\b", meta.issuer):
        return meta.place
    return None


def _meeting(doc: Document, zones: list[Zone]) -> str | None:
    """The day of the meeting that the opening names ("Ngày 14/02/2022, ... chủ trì cuộc họp")."""
    opening = [line.text for line, z in zip(doc.lines, zones, strict=True) if z == "body"][:6]
    m = re.match(r"^(?:(?:sáng|chiều|trong các)?\s*ngày)\s+(\d{1,2})(?:[/-]| tháng )(\d{1,2})(?:[/-]| năm )(\d{4})\b(.{0,600})", lower(" ".join(opening)))
    if m and re.search(r"chủ trì|cuộc họp|hội nghị|làm việc|phiên họp|kiểm tra", m[4]):
        return f"{m[3]}-{int(m[2]):02d}-{int(m[1]):02d}"
    return None
