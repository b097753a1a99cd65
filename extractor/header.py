"""The header of a notice: number, date and place, issuer, kind, marks, and a portal's own fields.

Pure functions used by layout.py (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.1-5), on the pieces that
pieces.py cuts; subject.py reads subject and addressees, letterhead.py the issuer's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from extractor.document import Meta, Span, Zone
from extractor.letterhead import issuer_name
from extractor.parts import (
    LONE_NUMBER,
    NUMBER,
    SLASH_DATE,
    bare_of,
    find_date,
    finder,
    kind_names,
    kind_of_symbol,
    pattern,
    title_kind,
    words,
)
from extractor.pieces import ABOUT, Piece, columns, pieces, place_start
from extractor.registry import Tables
from extractor.subject import address_end, addressees, run_on, subject_of, titled_by
from extractor.text import UPPER, Line, is_capitals

_NO_NUMBER = re.compile(r"^so\s*[:.]")
_LONGEST_NUMBER = 30
_LONGEST_CELL = 120
_OTHER = re.compile(r"^\W*(?:v/v|ve viec|so\s*[:.]|kinh ?gui)")  # no part of a letterhead's name


def head_fields(head: Sequence[Piece], spans: dict[str, Span], known: Tables) -> Meta:
    """Number, date, place and issuer out of the pieces above title and addressees."""
    number = symbol = issued_on = place = None
    above: list[Piece] = []
    union = [p for p in head if pattern("union", "line").match(p.bare)]
    number_seen = about_seen = False
    before = ""
    for piece in head:
        bare, numbered = piece.bare, False
        about_seen = about_seen or bool(ABOUT.match(bare))
        # "quyết | số 09-NQ/TU ngày ...": a line in mid-sentence cites
        cites = piece.text[:1].islower() and not bare.startswith("so")
        # "TỔ CÔNG TÁC THEO QUYẾT ĐỊNH | SỐ 512/QĐ-UBND": set up by it
        cites = cites or before.endswith(("quyet dinh", "theo qd"))
        before = bare
        # a sentence of a copy without a letterhead: "Công văn số ... ngày ... của ..., yêu cầu ..."
        cites = cites or (len(bare) > _LONGEST_CELL and not bare.startswith("so"))
        m = None if number_seen else NUMBER.search(bare, 0, 80) or _lone_number(piece)
        if m and ((m.start() < 12 and not cites) or _glued(piece, m.start())):
            number_seen = numbered = True
            raw = re.sub(r"\s+", "", piece.text[m.start("symbol") : m.end("symbol")])
            symbol = (m["year"] + "/" if m["year"] else "") + raw
            digits = _digits(piece.text[m.start("digits") : m.end("digits")]) if m["digits"] else ""
            if digits:
                number = f"{digits}{m['sep']}{symbol}"
                start, end = piece.start + m.start("digits"), piece.start + m.end("symbol")
                spans["number"] = piece.line.source(Span(start, end))
            bare = " " * m.end() + bare[m.end() :]
        elif not number_seen and _NO_NUMBER.match(bare):
            number_seen = True
        m = find_date(bare) or SLASH_DATE.search(bare) if len(bare) < 90 else None
        if issued_on is None and m and not (about_seen and ABOUT.match(bare)):
            start = place_start(piece.text, m.start(), known)
            if m.re is SLASH_DATE and not numbered and "," not in piece.text[start : m.start()]:
                continue
            inside = (
                piece.start or ":" in piece.text[: m.start()]
            )  # "Thời gian: 13 giờ 30, ngày ..."
            if inside and start == m.start() and not number_seen:
                continue  # a date inside a sentence: a notice's own stands with its place
            issued_on = partial_date(m)
            place = re.sub(r"^\W+|\W+$", "", piece.text[start : m.start()]) or place
            spans["issued_on"] = piece.line.source(Span(piece.start + start, piece.start + m.end()))
        elif not number_seen and not _OTHER.match(bare) and _headlike(piece):
            above.append(piece)
    if union and len(above) > len(union):  # the line above all others is the superior's
        above = [p for k, p in enumerate(above) if k == 0 or p not in union]
    issuer = issuer_name([p.text for p in above], place, known, issued_on)
    if union and issuer == "Ban Chấp hành Trung ương":
        issuer += " Đoàn TNCS Hồ Chí Minh"
    if issuer and symbol is None and issued_on is None:
        # nothing but capitals: a page's own heading unless it begins like a body's name
        issuer = issuer if pattern("heads", "line").match(bare_of(issuer)) else None
    if above and issuer:
        spans["issuer"] = Span(
            above[0].line.at[above[0].start], above[-1].line.ends[above[-1].end - 1]
        )
    return Meta(
        number=number, symbol=symbol, issued_on=issued_on, place=_named(place), issuer=issuer
    )


def _glued(piece: Piece, at: int) -> bool:
    """Whether a copy glued a drawing's name to the number behind it ("straight connector 2Số: 15/...")."""
    return 0 < at < 40 and piece.text[at] == "S" and piece.text[at - 1].isalnum()


def _lone_number(piece: Piece) -> re.Match[str] | None:
    """The number of a cell that is nothing but that ("15/BXD-QLN"), its "Số:" lost."""
    text = piece.text
    if len(text) > _LONGEST_NUMBER or not text[:1].isdigit() or not is_capitals(text):
        return None
    return LONE_NUMBER.fullmatch(piece.bare)


_AUTHORITY = re.compile(
    rf"(?:CHỦ TỊCH |THƯỜNG TRỰC )?(?P<body>[{UPPER} ]+? (?:TỈNH|THÀNH PHỐ|TP|HUYỆN|QUẬN|THỊ XÃ|XÃ|PHƯỜNG|THỊ TRẤN) .+)"
)


def _authority(below: Sequence[Line], meta: Meta, known: Tables) -> str | None:
    """The issuer by the line of authority under a title, for a letterhead that lost its second line."""
    for line in below:
        text = line.text.strip(" |")
        m = _AUTHORITY.fullmatch(text) if is_capitals(text) else None
        name = issuer_name([m["body"]], meta.place, known, meta.issued_on) if m else None
        if name and meta.issuer and name.startswith(meta.issuer + " "):
            return name
    return None


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


@cache
def _stamps() -> frozenset[str]:
    """Urgency and secrecy, without the marks that a scan loses."""
    return frozenset(map(bare_of, (*words("urgency"), *words("confidentiality"))))


def _headlike(piece: Piece) -> bool:
    text = piece.text.strip(" .:-_*()[]")
    low = text.lower()
    return (
        is_capitals(text)
        and len(text) <= 90
        and bare_of(text) not in _stamps()
        and not re.search(r"(?<!quận )(?<!phường )\d{2}", low)
    )


def partial_date(m: re.Match[str]) -> str | None:
    """ISO date of a match, as far as the notice says it ("2022-02")."""
    year, month, day = (_digits(m[k] or "") for k in ("year", "month", "day"))
    if not month or not 1 <= int(month) <= 12:
        return year or None
    if not day or not 1 <= int(day) <= 31 or "#" in m.group():
        return f"{year}-{int(month):02d}"
    return f"{year}-{int(month):02d}-{int(day):02d}"


# -- marks and labels -----------------------------------------------------------------------------


def mark(lines: Sequence[Line], zones: Sequence[Zone], section: str, limit: int) -> str | None:
    """An urgency or secrecy mark: a short header line of its own in capitals."""
    known = words(section)
    for i in range(min(limit, len(lines))):
        if zones[i] == "noise":
            continue
        for a, b in columns(lines[i]):
            text = lines[i].text[a:b].strip(" .:()[]*")
            if text.isupper() and (name := text.lower().partition(" hẹn giờ")[0]) in known:
                return str(known[name])
    return None


@cache
def _labels() -> re.Pattern[str]:
    """Any of the labels."""
    return re.compile("|".join(f"(?:{label})" for label in words("labels").values()))


def labelled(
    lines: Sequence[Line],
    bare: Sequence[str],
    zones: list[Zone],
    spans: dict[str, Span],
    known: Tables,
) -> Meta:
    """Fields that a portal lists by name above the text; its lines become header."""
    found: dict[str, tuple[int, int]] = {}
    labels = _labels()
    for i in range(min(30, len(lines))):
        if not labels.match(bare[i]):
            continue
        for key in words("labels"):
            m = pattern("labels", key).match(bare[i])
            if m and key not in found:
                found[key] = _value_at(bare, i, m.end())
    if "number" not in found:
        return Meta()
    if len(found) < 2:  # alone a number proves itself: "Số hiệu" may be that of a machine
        i, start = found["number"]
        if not LONE_NUMBER.fullmatch(bare[i][start:].strip(" |")):
            return Meta()
    values: dict[str, str] = {}
    for key, (i, start) in found.items():
        zones[i] = "header"
        if start == 0:
            zones[i - 1] = "header"  # its label
        values[key] = lines[i].text[start:].strip(" |")
        spans[key] = lines[i].source(Span(start, len(lines[i].text)))
    date = re.match(
        r"^(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})", values.get("issued_on", "")
    )
    m = NUMBER.match("so " + bare_of(values["number"]))
    number = re.sub(r"\s+", "", values["number"]) if m else None
    issuer = values.get("issuer")
    return Meta(
        number=number,
        symbol=re.split(r"[/-]", number, maxsplit=1)[1] if number else None,
        kind=kind_names().get(bare_of(values.get("kind", ""))),
        issued_on=partial_date(date) if date else None,
        issuer=issuer_name([_listed_issuer(issuer, number)], known=known) if issuer else None,
        subject=re.sub(r"^(?:[Vv]/v|[Vv]ề việc)\s+", "", values["subject"])
        if "subject" in values
        else None,
    )


def _value_at(bare: Sequence[str], i: int, end: int) -> tuple[int, int]:
    """The line of a label's value, and where on it the value begins: below the label if alone on its line."""
    below = end >= len(bare[i]) and i + 1 < len(bare) and not _labels().match(bare[i + 1])
    return (i + 1, 0) if below else (i, end)


def _listed_issuer(value: str, number: str | None) -> str:
    """A portal's "Nơi ban hành": the committee's short form, or but its place ("Tỉnh Lào Cai")."""
    if re.match(r"^(?:Tỉnh|Thành phố)\b", value) and "UBND" in (number or ""):
        return f"Ủy ban nhân dân {value[:1].lower()}{value[1:]}"
    return re.sub(r"^UBND\b", "Ủy ban nhân dân", value)


# -- all of it ------------------------------------------------------------------------------------


def _more(lines: Sequence[Line], title: tuple[int, int]) -> bool:
    """Whether the title's line goes on after the kind."""
    return title[1] < len(lines[title[0]].text)


def read_header(
    lines: Sequence[Line], bare: Sequence[str], zones: list[Zone], known: Tables
) -> tuple[int, Meta]:
    """Where the body starts, and what the header says, by these tables; addressees get their zone."""
    first = next((i for i, zone in enumerate(zones) if zone == "body"), 0)
    limit = min(len(lines), first + 80)
    spans: dict[str, Span] = {}
    listed = labelled(lines, bare, zones, spans, known)
    opener, wire = finder("addressee", "opener"), finder("addressee", "wire")
    title: tuple[int, int] | None = None
    kind: str | None = None
    address: int | None = None
    for i in range(limit):
        if zones[i] != "body":
            continue
        low = bare[i].lstrip(" |")
        opens = bool(
            (opener(low) or (kind in (None, "Công điện") and wire(low)))
            and (len(low) < 400 or run_on(lines[i].text))
        )
        if title is None and address is None and (found := title_kind(lines[i])):
            kind, title = found[0], (i, found[1])
        elif address is None and opens:
            address = i
        elif (title is not None and i > title[0] + 12) or (len(low) > 300 and not opens):
            break
    if title is not None and address is not None and address > title[0] + 14:
        address = None
    head_end = min(x for x in (title[0] if title else None, address, limit) if x is not None)
    head_stop = head_end if head_end < limit else first + 12
    found_pieces = pieces(
        lines, bare, zones, min(limit, max(head_stop, title[0] + 6 if title else 0)), known
    )
    head = [p for p in found_pieces if p.index < head_stop]
    if title is None:  # "(Công văn số ... ngày ... của ...)": what a copy's text speaks of
        head = [p for p in head if not (p.bare.startswith("(") and " cua " in p.bare)]
    if kind == "Công điện" and title is not None:  # its number and date may follow the title
        head += [
            p for p in found_pieces if title[0] < p.index < min(title[0] + 6, address or limit)
        ]
    meta = head_fields(head, spans, known)
    if meta.symbol is None and title is not None:  # so may those of a copy without a letterhead
        below = [
            p for p in found_pieces if title[0] < p.index < min(title[0] + 5, address or limit)
        ]
        start = next(
            (
                k
                for k, p in enumerate(below)
                if (m := NUMBER.match(p.bare.lstrip("("))) and len(p.bare) - m.end() < 50
            ),
            None,
        )
        if start is not None:
            meta = head_fields([*head, *below[start : start + 2]], spans, known)
    if title is not None and meta.issuer in ("Ủy ban nhân dân", "Hội đồng nhân dân"):
        said = _authority(lines[title[0] + 1 : title[0] + 16], meta, known)
        meta = replace(meta, issuer=said or meta.issuer)
    above = [p for p in head if title is None or p.index < title[0]]
    signed = kind_of_symbol(meta.symbol) if meta.symbol else None
    if kind == "Kết luận" and signed == "Thông báo" and title and _more(lines, title):
        kind, title = signed, (title[0], 0)  # "KẾT LUẬN CỦA ..." below a title that a copy lost
    subject, body = subject_of(lines, bare, zones, title, address, above, spans)
    authority = titled_by(lines, bare, zones, title) if title is not None else None
    if authority and meta.issuer is None:
        meta = replace(meta, issuer=issuer_name([authority], None, known))
    if address is not None:
        body = address_end(lines, address)
        meta = replace(meta, addressees=tuple(addressees(lines, address, body)))
        for i in range(address, body):
            if zones[i] != "noise":
                zones[i] = "addressee"
    elif listed.number and body == 0:
        body = max(i for i in range(limit) if zones[i] == "header") + 1
    elif body == 0 and meta.symbol and meta.issued_on:  # a letterhead, and the body right below it
        last = max(spans[k].end for k in ("number", "issued_on") if k in spans)
        body = next((i for i in range(first, limit) if lines[i].span.start >= last), 0)
    if kind is None and address is not None and "subject" in spans:
        kind = "Công văn"  # "V/v ..." and "Kính gửi": "CT" of its number may be the office's
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
