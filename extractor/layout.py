"""Stage 1: which line is header, addressees, body, closing or appendix, and what the header says.

Reads the lines; adds zones and meta (kind, number, date, issuer, subject, addressees, recipients,
signer, marks). Follows Nghị định 30/2020/NĐ-CP, Phụ lục I (state) and Hướng dẫn 36-HD/VPTW (party),
and what copies do to them: two columns flattened, a header left out, stamps, portals' own lines.
Made of header.py (with letterhead.py), copies.py and closing.py; the words stand in rules/layout.toml.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, pairwise

from extractor.closing import find_appendix, find_closing, find_inner_appendix, read_closing
from extractor.copies import named, speaker
from extractor.document import Document, Doubt, Meta, Zone
from extractor.gazetteer import default
from extractor.header import read_header
from extractor.letterhead import (
    complete_issuer,
    home_province,
    infer_issuer,
    issuer_name,
    lower_storey,
    mend_issuer,
    spell,
)
from extractor.metadata import told
from extractor.parts import (
    NUMBER,
    bare_of,
    finder,
    kind_of_symbol,
    pattern,
    position_at,
    title_kind,
    words,
)
from extractor.registry import Tables
from extractor.subject import run_on
from extractor.text import Line, cut, is_capitals, join, lower

__all__ = ["issuer_name", "kind_of_symbol", "lay_out", "spell"]

_TOP = 300  # a letterhead is looked for in so many lines: a portal may list its pages above it
_PAGE = re.compile(r"^(?:\d{1,3}|- ?\d+ ?-|trang \d+.{0,12}|\d+ ?/ ?\d+)$")


def lay_out(doc: Document) -> Document:
    """Zone every line and read the header and the closing; unsaid fields stay None."""
    if (whole := _title_in_one(doc.lines)) is not None:
        doc = replace(doc, lines=whole)
    bare = bare_of("\n".join([line.text for line in doc.lines])).split("\n")
    zones: list[Zone] = ["body"] * len(bare)
    _mark_noise(doc.lines, bare, zones)
    body, meta = read_header(doc.lines, bare, zones, doc.gazetteer or default())
    if meta.addressees and (parted := _parted(doc.lines, zones)):
        return lay_out(replace(doc, lines=parted))
    _mark_running(doc.lines, bare, zones, body)
    for i in range(body):
        if zones[i] == "body":
            zones[i] = "header"
    end = find_closing(doc.lines, bare, zones, body)
    if end == len(bare):
        start_appendix = find_inner_appendix(doc.lines, bare, zones, body)
        end = start_appendix
    else:
        start_appendix = find_appendix(doc.lines, bare, zones, end)
    for i in range(end, len(bare)):
        if zones[i] == "body":
            zones[i] = "closing" if i < start_appendix else "appendix"
    recipients, signer = read_closing(doc.lines, bare, zones)
    meta = replace(meta, recipients=recipients, signer=signer)
    meta, differing = told(doc, meta, doc.gazetteer or default())
    meta, inferred = _infer(doc, bare, zones, meta)
    doubts = (*doc.doubts, *differing, *inferred)
    return replace(doc, zones=tuple(zones), meta=meta, doubts=doubts)


def _title_in_one(lines: Sequence[Line]) -> tuple[Line, ...] | None:
    """The lines, "THÔNG" above "BÁO" joined; None where no title of two words is broken so."""
    for i, (above, below) in enumerate(pairwise(lines[:_TOP])):
        if len(above.text) < 8 and above.text.isupper() and below.text.isupper():
            if f"{above.text} {below.text}".lower() in {k.lower() for k in words("kinds")}:
                return (*lines[:i], join(above, below), *lines[i + 2 :])
    return None


def _parted(lines: Sequence[Line], zones: Sequence[Zone]) -> tuple[Line, ...] | None:
    """The lines, the one cut in two in which the addressees run into the body; None where none does."""
    for i, zone in enumerate(zones):
        if zone == "addressee" and (at := run_on(lines[i].text)):
            return (*lines[:i], *cut(lines[i], at), *lines[i + 1 :])
    return None


# -- noise ----------------------------------------------------------------------------------------


def _mark_noise(lines: Sequence[Line], bare: Sequence[str], zones: list[Zone]) -> None:
    noise, portal = finder("noise"), finder("portal")
    signed, stamp, number = finder("signature_stamp"), finder("stamp"), finder("stamp", "number")
    top = finder("portal", "top")
    first = _letterhead(lines, bare)
    # "Chia sẻ" stands above a letterhead too, and "chia sẻ thông tin." may be a wrapped sentence's end
    below = range(max(first + 1, _motto(bare) + 1, 4), len(bare))
    own = [i for i in below if portal(bare[i]) and not lines[i].text[:1].islower()]
    last = _last_own(bare) if own else 0
    portal_from = next((i for i in own if i > last), len(bare))
    for i, text in enumerate(bare):
        if text in _LONE_BULLETS and i > below.start and _carries(lines, i):
            continue
        if not text or not first <= i < portal_from or noise(text) or (i < 12 and top(text)):
            zones[i] = "noise"
        elif len(text) < 80 and signed(text) and not _inside(lines, i):
            zones[i] = "noise"
            _mark_back(lines, bare, zones, i)
        elif len(text) < 60 and stamp(text) and not lines[i].text[:1].islower():
            zones[i] = "noise"
            for j in range(max(i - 3, 0), min(i + 4, len(bare))):
                if number(bare[j]) and not NUMBER.search(bare[j]):
                    zones[j] = "noise"
                    if j > 4 and is_capitals(lines[j - 1].text) and not title_kind(lines[j - 1]):
                        zones[j - 1] = "noise"


def _last_own(bare: Sequence[str]) -> int:
    """The last line that is surely the notice's: it opens recipients or a signature, or, without these, is an item."""
    recipients, signature = finder("closing", "recipients"), finder("closing", "signature")
    closing = [i for i, text in enumerate(bare) if recipients(text) or signature(text)]
    return max(closing or (i for i, text in enumerate(bare) if _NUMBERED.match(text)), default=0)


_IN_A_LETTERHEAD = re.compile(
    r"so\s*[:.]|v/v\b|(?:uy ban nhan dan|ubnd|hoi dong nhan dan|van phong|tinh uy|thanh uy|huyen uy|dang uy"
    r"|dang bo|so|bo|tong cuc|cuc|chi cuc|tinh|thanh pho|huyen|quan|thi xa|xa|phuong) \w"
)
_LINES_ABOVE_MOTTO = 14
_NUMBERED = re.compile(r"(?:\d{1,2}|[ivx]{1,4})[.)] ")


def _motto(bare: Sequence[str]) -> int:
    """The first line with words of the motto; 0 where there is none."""
    search = pattern("motto").search
    return next((i for i, text in enumerate(bare[:_TOP]) if search(text)), 0)


def _letterhead(lines: Sequence[Line], bare: Sequence[str]) -> int:
    """The letterhead's first line, below a portal's menu or announcement; 0 where none is found.

    The motto tells where it is: the issuer's column may stand above it, nothing else does.
    """
    noise = finder("noise")
    at = _motto(bare)
    first, seen = at, 0
    for i in range(at - 1, -1, -1):
        text = bare[i]
        if not text or noise(text):
            continue
        seen += 1
        capitals = is_capitals(lines[i].text)
        belongs = capitals or _IN_A_LETTERHEAD.match(text.lstrip('"'))
        if seen > _LINES_ABOVE_MOTTO or (len(text) > 90 and not belongs):
            break
        first = i if belongs else first
    ordered = sum(_NUMBERED.match(text) is not None for text in bare[:first])
    return first if ordered < 2 else 0  # the letterhead of what is attached to the notice


_LONE_BULLETS = ("-", "+", "•")


def _carries(lines: Sequence[Line], i: int) -> bool:
    """Whether a bullet that stands alone on its line is that of the line below it, in a list."""
    below = lines[i + 1].text if i + 1 < len(lines) else ""
    return (
        below[:1].isupper() and not is_capitals(below) and lines[i - 1].text[-1:] in (*":;.,", "…")
    )


_ADDRESS = re.compile(r"(?:[Ee]mail ?:? ?)?\S+@\S+\.\w+")


def _inside(lines: Sequence[Line], i: int) -> bool:
    """Whether an address stands inside a wrapped sentence: the line above is open, more follows it."""
    text, above = lines[i].text, lines[i - 1].text if i else ""
    m = _ADDRESS.search(text)
    return (
        m is not None
        and len(above) > 45
        and not above.endswith((".", ";", ":"))
        and not is_capitals(above)
        and len(text) - len(m.group()) > 8
    )


def _mark_back(lines: Sequence[Line], bare: Sequence[str], zones: list[Zone], i: int) -> None:
    """The signing office's name stands in short capital lines above its address and time."""
    signature = finder("closing", "signature")
    for j in range(i - 1, max(i - 6, -1), -1):
        if zones[j] == "noise":
            continue
        text = lines[j].text
        kept = signature(bare[j]) or position_at(bare[j]) or bare[j].startswith("phu luc")
        if not is_capitals(text) or len(text) > 40 or kept:
            break
        zones[j] = "noise"


def _mark_running(lines: Sequence[Line], bare: Sequence[str], zones: list[Zone], body: int) -> None:
    """Lines of the header that stand again beside a page number: a running header."""
    pages = [i for i in range(body, len(bare)) if _PAGE.match(bare[i])]
    if not pages:
        return
    heads = {bare[i] for i in range(body) if bare[i] and is_capitals(lines[i].text)}
    if not heads:
        return
    heads |= {
        " ".join(pair) for pair in zip(*([iter([b for b in bare[:body] if b])] * 2), strict=False)
    }
    short = {re.sub(r"^uy ban nhan dan\b", "ubnd", h) for h in heads}
    joined = " ".join(b for b in bare[:body] if b)
    for i in pages:
        for step in (-1, 1):
            j = i + step
            while body <= j < len(bare) and not bare[j]:
                j += step
            while body <= j < len(bare) and is_capitals(lines[j].text) and len(bare[j]) < 70:
                again = (
                    bare[j] in heads
                    or bare[j] in short
                    or re.sub(r"^ubnd\b", "uy ban nhan dan", bare[j]) in joined
                )
                if not again or zones[j] != "body":
                    break
                zones[j] = "noise"
                j += step


# -- what the header leaves unsaid ----------------------------------------------------------------


def _infer(
    doc: Document, bare: Sequence[str], zones: Sequence[Zone], meta: Meta
) -> tuple[Meta, list[Doubt]]:
    """Number, date, kind and issuer from elsewhere where a copy has no letterhead; with doubts."""
    known = doc.gazetteer or default()
    meta, doubts = named(doc.lines, bare, zones, meta, known)
    text = "\n".join(line.text for line in doc.lines)
    if meta.issuer is None:
        head, body = (
            " ".join(k.text for k, z in zip(doc.lines, zones, strict=True) if z == zone)
            for zone in ("header", "body")
        )
        who = speaker(doc.lines, zones)
        issuer = infer_issuer(head, body[: max(2500 - len(head), 0)], who, text, meta, known)
        if issuer:
            meta = replace(meta, issuer=issuer)
            doubts.append(
                Doubt(
                    "issuer_inferred",
                    "Không có tên cơ quan ban hành ở đầu văn bản; suy từ nội dung",
                )
            )
    elif mended := mend_issuer(meta, text, known):
        meta = replace(meta, issuer=mended)
        doubts.append(Doubt("issuer_scan", "Tên cơ quan ban hành bị lỗi quét; đọc theo địa danh"))
    elif completed := complete_issuer(meta) or _below(doc, zones, meta, known):
        meta = replace(meta, issuer=completed)
        doubts.append(
            Doubt(
                "issuer_completed", "Tên cơ quan ban hành thiếu dòng đầu; đọc theo ký hiệu văn bản"
            )
        )
    if meta.issued_on is None:
        doubts.append(Doubt("no_date", "Không thấy ngày ban hành"))
    return replace(
        meta, province=home_province(meta, text, known), meeting_on=_meeting(doc, zones)
    ), doubts


def _below(doc: Document, zones: Sequence[Zone], meta: Meta, known: Tables) -> str | None:
    """The body below the letterhead's ministry where a copy lost its line: it has the symbol, and speaks."""
    organ = lower_storey(meta, known)
    return organ if organ and lower(speaker(doc.lines, zones) or "") == lower(organ) else None


def _meeting(doc: Document, zones: Sequence[Zone]) -> str | None:
    """The day of the meeting that the opening names ("Ngày 14/02/2022, ... chủ trì cuộc họp")."""
    body = (line.text for line, z in zip(doc.lines, zones, strict=True) if z == "body")
    opening = list(islice(body, 6))
    m = re.match(
        r"^(?:(?:sáng|chiều|trong các)?\s*ngày)\s+(\d{1,2})(?:[/-]| tháng )(\d{1,2})(?:[/-]| năm )(\d{4})\b(.{0,600})",
        lower(" ".join(opening)),
    )
    if m and re.search(r"chủ trì|cuộc họp|hội nghị|làm việc|phiên họp|kiểm tra", m[4]):
        return f"{m[3]}-{int(m[2]):02d}-{int(m[1]):02d}"
    return None
