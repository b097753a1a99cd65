"""The subject (trích yếu) and the addressees of a notice: where they begin and end.

Pure functions used by header.py (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.5 and II.9). A subject stands
below the title, or after "V/v" in an official letter; a body's first words end it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from extractor.document import Span, Zone
from extractor.parts import NUMBER, bare_of, find_date, finder, pattern, words
from extractor.pieces import ABOUT, Piece, is_mark
from extractor.text import UPPER, Line, cut_short, is_capitals, lower, toneless

_ITEM = re.compile(r"^(?:[ivx]+|\d+|[a-e])\s*[.)/-]\s|^dieu 1\b|^[-+•]\s")
_LEADING = re.compile(r"^\s*(?:[-+•]|\d+[.)])\s*")

# the body's first words where nothing sets it off: who says what follows, or an order
_SAYS = re.compile(rf"[{UPPER}].*(?::$|(?<!\w)ý kiến(?!\w))|(?:Giao|Yêu cầu|Đề nghị) [{UPPER}]")


def _about_what(piece: Piece) -> bool:
    return piece.text.startswith("Về ") and not is_capitals(piece.text)


def _about(head: Sequence[Piece], spans: dict[str, Span]) -> tuple[str | None, int] | None:
    """The subject after "V/v" below the number; the right column may stand between its lines."""
    first = next((k for k, p in enumerate(head) if ABOUT.match(p.bare)), None)
    if first is None:  # "Về thực hiện ..." below the number, without its "việc"
        below = range(1, len(head))
        first = next(
            (k for k in below if NUMBER.match(head[k - 1].bare) and _about_what(head[k])), None
        )
    if first is None:
        return None
    parts = [head[first]]
    skipped = False
    for piece in head[first + 1 :]:
        bare = piece.bare
        if find_date(bare) and len(bare) < 60:
            skipped = True
            continue
        if re.match(r"^so\s*[:.]", bare) or is_capitals(piece.text) or len(parts) > 9:
            break
        if (
            (skipped or len(parts[-1].text) > 90)
            and not piece.text[:1].islower()
            and not piece.text[:1].isdigit()
        ):
            break
        if len(piece.text) > 160 or _opens(piece.text, "strong") or _SAYS.match(piece.text):
            break
        parts.append(piece)
    spans["subject"] = Span(
        parts[0].line.at[parts[0].start], parts[-1].line.ends[parts[-1].end - 1]
    )
    text = " ".join(p.text for p in parts)
    text = re.sub(r"^\W*(?:[Vv]\s*/\s*[Vv]|[Vv]ề việc|[Vv]ề(?=[ :]))\s*:?\s*", "", text).strip()
    return text or None, parts[-1].index + 1


def _authority(lines: Sequence[Line], bare: Sequence[str], zones: Sequence[Zone], i: int) -> bool:
    """Whether a line in capitals names who decides, legal bases or the verdict being next."""
    if not is_capitals(lines[i].text) or not pattern("authority", "line").match(bare[i]):
        return False
    follow = [k for k in range(i + 1, min(i + 10, len(lines))) if zones[k] == "body"][:4]
    for k in follow:
        if lines[k].text.startswith("("):
            continue  # "(Từ ngày 08 đến ngày 10/12/2015)": when the session was
        broken = bare[k] if len(bare[k]) > 8 else " ".join(bare[k : k + 2])  # "Căn | cứ Luật ..."
        if pattern("authority", "bases").match(broken):
            return True
        if not is_capitals(lines[k].text):
            return False
    return False


def titled_by(
    lines: Sequence[Line], bare: Sequence[str], zones: Sequence[Zone], title: tuple[int, int]
) -> str | None:
    """Who decides, as a title in capitals says before "Về ...": "CHỈ THỊ CỦA THỦ TƯỚNG CHÍNH PHỦ"."""
    line, after = title
    below = [k for k in range(line + 1, min(line + 4, len(lines))) if zones[k] == "body"]
    own = after < len(lines[line].text)
    named = (line, after) if own else (below.pop(0) if below else line, 0)
    text = lines[named[0]].text[named[1] :]
    if not below or not bare_of(text).startswith("cua ") or not is_capitals(text):
        return None
    return text[4:].strip() if re.match(r"^(?:ve|v/v) ", bare[below[0]]) else None


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
        if is_mark(text):
            i += 1
            continue
        if _ITEM.match(low) or len(low) > 320 or pattern("authority", "verdict").match(low):
            break
        if text.count("|") > 1 or "\t" in text or finder("appendix", "line")(low):
            break  # a table, an annex
        if _authority(lines, bare, zones, i):
            i += 1
            if taken:
                return _joined(lines, taken, spans), _past(lines, bare, zones, i)
            continue
        dated = find_date(low) or re.match(r"^\(?so\s*[:.]?\s*\d*\s*[/-]", low)
        if dated and len(low) < 90 and not _opens(text) and not wrapped:
            i += 1
            continue
        touching = bool(taken) and i - taken[-1][0] == 1
        weak = touching and len(low) < 110 and not _opens(text, "strong")
        first = not taken and re.match(
            r"^(?:trien khai|thuc hien|ve|quan triet|tiep tuc|phat huy)", low
        )
        if (
            _opens(text)
            and not capitals
            and not wrapped
            and not weak
            and not (first and text[-1:] not in ".:;,")
        ):
            break
        if taken and not capitals and (text[-1:] in ".:;" or not (touching or wrapped)):
            break
        if taken and not capitals and text[:1].isupper() and _titled(lines, taken):
            break
        taken.append((i, 0))
        i += 1
    if not taken:
        return None, kind_line + 1
    return _joined(lines, taken, spans), taken[-1][0] + 1


def _titled(lines: Sequence[Line], taken: Sequence[tuple[int, int]]) -> bool:
    """Whether a subject in capitals stands already: one that says what it is about goes on in them."""
    parts = [lines[k].text[a:] for k, a in taken]
    return all(map(is_capitals, parts)) and bool(
        re.match(r"^(?:ve|ket luan|y kien)\b", bare_of(parts[0]))
    )


@cache
def _openers(key: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The openers' pattern, and the same for a scan that lost all marks."""
    listed = words("openers")[key]
    both = (listed, [toneless(w) for w in listed])
    found = [re.compile(r"^\W{0,2}(?:" + "|".join(map(re.escape, v)) + r")(?!\w)") for v in both]
    return found[0], found[1]


def _opens(text: str, key: str = "words") -> bool:
    """Whether a line begins as a body's first paragraph does ("Trong ...", not "Trồng ...")."""
    low = lower(text)
    if re.match(r"^ng[aà]y \d|^năm (?:học )?\d{4}[^,]{0,12}, ", low):
        return True
    toned, bare = _openers(key)
    return bool(bare.match(low) if toneless(low) == low else toned.match(low))


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


# what leads over to orders; a nested list of addressees ("- Bộ trưởng các Bộ:") says nothing of the kind
_LEADS_OVER = re.compile(
    r"(?<!\w)(?:yêu cầu|đề nghị|chỉ đạo|ý kiến|như sau|sau đây|nội dung sau|các nhiệm vụ)(?!\w)[^.;]{0,60}:$"
)
_RUNS_ON = re.compile(rf"(?<=[^\W\d_])[.;/]{{1,3}} ?(?=[{UPPER}])")
_NUMBERED_ONE = re.compile(r"^(?:1|I)[.)]\s")


def run_on(text: str) -> int:
    """Where the body begins in a line of addressees, a copy having lost the break; 0 where it does not.

    >>> run_on("- Cục Thuế.Thực hiện Luật Quản lý thuế, Bộ Tài chính đề nghị:")
    11
    """
    for m in _RUNS_ON.finditer(text):
        if _opens(text[m.end() :], "strong"):
            return m.end()
    return 0


def address_end(lines: Sequence[Line], start: int) -> int:
    """The line after the addressees: "Kính gửi:" and its list of "- ...;" lines, the last ending ".".

    One addressee may stand on the line itself; a wrapped item goes on in lower case. A sentence that
    opens the body or leads over to its orders ends the list, whatever is missing before it.
    """
    i = start + 1
    last = re.sub(
        r"^.*?(?:g[ửở]i|điện)\s*:?[\s|]*", "", lines[start].text, count=1, flags=re.IGNORECASE
    )
    begun, dashes = bool(last), last.startswith("-")
    bullets = dashes
    while i < len(lines):
        text = re.sub(r"^[\s|]+", "", lines[i].text).rstrip(" |")
        if not text or text in "-+•":  # a dash whose words stand in the next cell
            dashes = dashes or bool(text)
            i += 1
            continue
        item = bool(re.match(r"^[-+•]|^\d+[.)]\s", text))
        first = _NUMBERED_ONE.match(text)
        if last.endswith(".") and begun and (not item or first):
            break  # "1. ..." behind the list's stop: the first item of the body
        if first and bullets and not last.endswith(":"):
            break  # so it is behind items with dashes
        if text[:1].isupper() and (_opens(text, "strong") or (dashes and len(text) > 120)):
            break  # the list's last line lacks its stop
        if _LEADS_OVER.search(lower(text[-90:])) and not run_on(text):
            break
        goes_on = begun and (
            (last[-1:] in ",;" and len(text) < 200)
            or (text[:1].islower() and last[-1:] not in ".:")
            or (bullets and not item and text[-1] in ";.," and cut_short(last, text))
        )
        if not (item or goes_on or (not begun and len(text) < 160)):
            break
        begun, dashes, bullets = True, dashes or item, bullets or text[0] in "-+•"
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
            text = re.sub(r"^.*?(?:g[ửở]i|điện)\s*:?", "", text, count=1, flags=re.IGNORECASE)
        for part in re.split(r"(?<=[;,.]) (?=- )|\|", text):
            one = part.strip(" |")
            if not one:
                continue
            goes_on = one[:1].islower() and not last.endswith(";")
            if found and not re.match(r"^[-+•]", one) and (goes_on or cut_short(last, one)):
                found[-1] += " " + one
            else:
                found.append(one)
            last = one
    return [name for t in found if (name := _LEADING.sub("", t).rstrip(" ;.,:"))]
