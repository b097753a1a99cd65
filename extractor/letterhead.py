"""Who issued a notice: the letterhead's lines as one name, spelled as in running text.

Pure functions used by layout.py. "UBND TỈNH X" over "SỞ Y" is "Sở Y tỉnh X"; a line that begins no
body's name goes on with the line above. Capitals follow Nghị định 30/2020/NĐ-CP, Phụ lục II.

>>> issuer_name(["UBND TỈNH LÀO CAI", "SỞ XÂY DỰNG"])
'Sở Xây dựng tỉnh Lào Cai'
"""

from __future__ import annotations

import re
from collections import Counter

from extractor.document import Meta
from extractor.gazetteer import default
from extractor.homes import home_of
from extractor.parts import bare_of, kind_of_symbol, pattern, words
from extractor.registry import Tables
from extractor.text import UPPER, is_capitals, lower, toneless

LEVELS = r"tỉnh|thành phố|tp\.?|huyện|thị xã|quận|xã|phường|thị trấn|đặc khu"
_NAME = rf"[{UPPER}][\w']*(?:(?: - | )[{UPPER}][\w']*){{0,3}}"
_PARTY = r"tỉnh ủy|thành ủy|huyện ủy|thị ủy|quận ủy|đảng ủy"
# a unit with its name; "xã hội" and "tỉnh đoàn" are none
_PLACE = re.compile(
    rf"\b(?:{_PARTY}|đảng bộ(?= (?!{LEVELS}))|{LEVELS})\s+(?P<name>(?!ủy\b|đoàn\b|hội\b)[^,;()]+)$"
)
_UNIT_PLACE = re.compile(rf"\b(?:{LEVELS})\s+(?!ủy\b|đoàn\b|hội\b)\S.*$")
_UNIT_NAMED = re.compile(rf"\b((?i:{LEVELS})) ([{UPPER}].*)$")
_BARE_UNIT = re.compile(r"\s(?:tỉnh|thành phố|huyện|thị xã|quận|xã|phường|thị trấn|đặc khu)$")
_IS_PARTY = re.compile(rf"^(?:{_PARTY})\b", re.IGNORECASE)
_BELOW = re.compile(
    r"\b(?:(?:[Hh]uyện|[Qq]uận|[Tt]hị|Thành) ủy|huyện|quận|thị xã|thành phố|xã|phường|thị trấn|đặc khu)\b"
)
# "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH X": a head's letterhead names the body
_HEAD_OF = re.compile(r"^chủ tịch (?=ủy ban|ubnd)", re.IGNORECASE)
_DASH_AT_END = re.compile(r"\w +[-–] *$")
_SMALL = ("-", "và", "của")
# a school's own name: "TRƯỜNG TIỂU HỌC KIM ĐỒNG"; "TRƯỜNG CAO ĐẲNG SƯ PHẠM" says what it teaches
_SCHOOL = re.compile(
    r"trường (?P<level>(?:(?: và |-| - )?(?:mầm non|mẫu giáo|tiểu học|trung học cơ sở|trung học phổ thông|th|thcs|thpt)"
    r"(?= |-|$))+)"
)
# "BCH" is a committee's of the party, of unions and of youth, a command's elsewhere ("BCH PCTT")
_COMMITTEE_OF_MEMBERS = re.compile(
    r"\bbch (?=đoàn|đảng|hội |công đoàn|cđ |(?:liên )?chi (?:đoàn|hội|bộ)|lcđ |trung ương đoàn)",
    re.IGNORECASE,
)
_TRADE_UNION = re.compile(r"(?:^|(?<=ban chấp hành )|(?<=ban thường vụ ))cđ(?= )")
# a union in a house has its place by the house: "Ban Chấp hành Đoàn Trường Đại học Vinh"
_IN_A_HOUSE = re.compile(
    r"(?:ban (?P<board>chấp hành|thường vụ) )?(?P<union>đoàn|công đoàn|liên đội|liên chi đoàn|chi đoàn) "
    r"(?=trường|học viện|đại học|viện|khoa|bệnh viện|công ty|cơ quan|sở|bộ )"
)
_YOUTH = re.compile(r"(?:(?:tinh|thanh|huyen|quan|thi|xa|phuong) )?doan\b|lien chi doan\b")
_PIONEERS = re.compile(r"doi (?:tntp|thieu nien)\b")
_NAMED_AFTER = re.compile(
    r"\b(?:tncs|tntp|(?:thanh niên|thiếu niên)(?: cộng sản| tiền phong)?) hồ chí minh\b",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(
    r"(?<![\w'])[bcdđghklmnpqrstvx]{2,}(?![\w'])", re.IGNORECASE
)  # no syllable lacks a vowel


def _title(text: str) -> str:
    """A place's name with its capitals."""
    return " ".join(w if w in _SMALL else w[:1].upper() + w[1:] for w in text.split(" "))


def _written_out(low: str) -> str:
    short = {**words("short"), **words("short_in_capitals")}
    low = _TRADE_UNION.sub("công đoàn", _COMMITTEE_OF_MEMBERS.sub("ban chấp hành ", low))
    low = re.sub(r"\b(?:tp|tx)\.(?=\w)", lambda m: m[0] + " ", low)  # "TP.HỒ CHÍ MINH"
    parts = (p for w in low.split() for p in ([w] if w in short else re.split(r"(&)", w)) if p)
    return " ".join(str(short.get(p, p)) for p in parts)


def _cased(low: str, place: str | None, known: Tables) -> str:
    """A body's name with its capitals: as the gazetteer has it, else by the decree's rule."""
    parts = low.split(" ")
    for n in range(len(parts), 1, -1):
        official = known.official.get(" ".join(parts[:n]))
        if official:
            rest = _rest(parts[n:], place, known)
            return f"{official} {rest}" if rest else official
    if (m := _SCHOOL.match(low)) and m.end() < len(low):
        return f"Trường {_cased(m['level'], None, known)} {_title(low[m.end() :].strip())}"
    if m := _IN_A_HOUSE.match(low):
        board = f"Ban {m['board'].capitalize()} " if m["board"] else ""
        return f"{board}{m['union'].capitalize()} {_cased(low[m.end() :], place, known)}"
    m = pattern("heads", "types").match(low)
    head, tail = (low[: m.end()].strip(), low[m.end() :]) if m else ("", low)
    tail = known.official.get(tail) or _rest(tail.split(" "), place, known)
    tail = re.sub(r"(?:(?<=\bvà )|(?<= - ))\w", lambda k: k[0].upper(), tail[:1].upper() + tail[1:])
    if not head:
        return tail
    head = re.sub(
        r"^(ban|bộ|trường) (quản|chỉ|chấp|đại|cao|trung)",
        lambda k: f"{k[1]} {k[2].capitalize()}",
        head,
    )
    return f"{head[:1].upper()}{head[1:]} {tail}"


def _rest(parts: list[str], place: str | None, known: Tables) -> str:
    """What follows a known name: a second body, or a place at its end with its capitals."""
    if parts[:1] == ["và"] and len(parts) > 1:
        return "và " + _cased(" ".join(parts[1:]), place, known)
    if "của" in parts[:-1]:  # "TỔ GIÚP VIỆC CỦA THỦ TƯỚNG CHÍNH PHỦ": the body that it belongs to
        of = parts.index("của") + 1
        return f"{' '.join(parts[:of])} {_cased(' '.join(parts[of:]), place, known)}"
    for n in range(min(4, len(parts)), 0, -1):
        end = " ".join(parts[-n:])
        if known.province(end) or (place and lower(place) == end):
            return " ".join([*parts[:-n], _title(end)])
    return " ".join(parts)


def spell(text: str, place: str | None = None, known: Tables | None = None) -> str:
    """A name printed in capitals as it is written in running text; the place keeps its capitals."""
    if not is_capitals(text):
        return text
    known = known or default()
    low = _written_out(_mend(lower(text), known))
    found = None
    for m in re.finditer(rf"\b(?:{_PARTY}|đảng bộ|{LEVELS})\s", low):
        if k := _PLACE.match(low, m.start()):
            found = k
            break
    if found:
        body = low[: found.start()].rstrip()
        of = found["name"]  # a party committee's is a body: "ĐẢNG ỦY VĂN PHÒNG UBND TỈNH"
        within = found.group().startswith("đảng") and pattern("heads", "line").match(bare_of(of))
        tail = low[found.start() : found.start("name")]
        tail += _cased(of, place, known) if within else _title(of)
    else:
        body, tail = low, ""
    name = " ".join(p for p in (_cased(body, place, known) if body else "", tail) if p)
    name = re.sub(r"\b(tỉnh|thành|huyện|quận|thị|đảng) ủy\b", lambda k: k[0].capitalize(), name)
    name = re.sub(r"(?<=\w )đảng bộ\b", "Đảng bộ", name).replace(" trung ương", " Trung ương")
    name = name.replace(" việt nam", " Việt Nam")
    name = name[:1].upper() + name[1:]
    return _ABBREVIATION.sub(lambda k: k[0].upper(), name)


def _mend(low: str, known: Tables) -> str:
    """A committee's or a council's name of which a scan lost the tones."""
    bare = toneless(low)
    if bare.startswith("y ban nhan dan"):
        low, bare = f"u{low}", f"u{bare}"  # a copy that lost the first letter
    for head in ("ủy ban nhân dân", "hội đồng nhân dân", "văn phòng", "ban quản lý"):
        if re.match(rf"^{toneless(head)}\b", bare):
            low = head + low[len(head) :]
    m = re.match(
        r"^(.*\bnhân dân |ubnd |)(tinh|huyen|thi xa|thanh pho|quan|phuong|dac khu)\b(?= \w)", low
    )
    if m and m[1]:
        level = next(k for k in LEVELS.replace(r"tp\.?|", "").split("|") if toneless(k) == m[2])
        low = low[: m.start(2)] + level + low[m.end(2) :]
    m = re.match(r"^(.*\btỉnh )([a-z ]+)$", low)
    if m:
        same = next((p.name for p in known.provinces if toneless(lower(p.name)) == m[2]), None)
        low = m[1] + lower(same) if same else low
    return low


def _parts(rows: list[str], known: Tables) -> list[str]:
    """The bodies of a letterhead, one string each, wrapped lines put together."""
    parts: list[str] = []
    heads = pattern("heads", "line")
    for row in rows:
        text = re.sub(r"[*_]+", " ", row)
        wrapped = _DASH_AT_END.search(text)  # "BỘ LAO ĐỘNG -" over "THƯƠNG BINH VÀ XÃ HỘI"
        text = re.sub(r"\s+", " ", text.strip(" -.:*_")) + (" -" if wrapped else "")
        if not text:
            continue
        text = _HEAD_OF.sub("", text)
        bare = bare_of(text)
        place = re.match(rf"^(?:{toneless(LEVELS)})\b", bare) and not re.match(
            r"^(?:tinh|thanh|huyen|thi|quan) (?:uy|doan)\b", bare
        )
        above = bare_of(parts[-1]) if parts else ""
        joined = (
            bare.startswith("chi nhanh")
            or (above.endswith("ban chap hanh") and bare.startswith(("dang bo", "cong doan")))
            or (above in _OF_A_HOUSE and bare.startswith(("truong", "hoc vien", "khoa", "vien")))
            # "THỦ TƯỚNG" over "CHÍNH PHỦ": one name, broken by a narrow column
            or bool(parts and lower(f"{parts[-1]} {text}") in known.official)
        )
        goes_on = re.match(r"^(?:va|ve|cua|cac|khu|truc thuoc)\b", bare) or (
            above == "uy" or above.endswith((" va", " cua", " thuoc", "-", ","))
        )
        if parts and (place or joined or goes_on or not heads.match(bare)):
            parts[-1] += " " + text
        else:
            parts.append(text)
    return parts


# "CÔNG ĐOÀN" over "TRƯỜNG ĐẠI HỌC VINH" is one name
_OF_A_HOUSE = (
    "cong doan",
    "doan",
    "doan thanh nien",
    "dang bo",
    "dang uy",
    "bch cong doan",
    "bch doan",
    "ban chap hanh doan",
)


def _in_union(above: str, own: str) -> str:
    """A youth body's own line with what the line above it says: "ĐỘI TNTP ..." over "HỘI ĐỒNG TỈNH X"."""
    superior = bare_of(above)
    if _YOUTH.match(superior):
        return re.sub(r"(?i)^(?:bch|ban chấp hành) (?=trường |khoa )", "BCH ĐOÀN ", own)
    if _PIONEERS.match(superior):
        own = re.sub(r"(?i)^hội đồng (?!đội)", "HỘI ĐỒNG ĐỘI ", own)
        return re.sub(r"(?i)^(?=trường )", "LIÊN ĐỘI ", own)
    return own


def _place_of(body: str, known: Tables) -> str | None:
    """The unit and name of the place that a body's name says ("Sở Y tế Nghệ An" -> "tỉnh Nghệ An")."""
    body = _NAMED_AFTER.sub("", body).rstrip()
    m = _UNIT_PLACE.search(body)
    if m:
        return m.group()
    parts = body.split()
    for n in range(min(4, len(parts) - 1), 1, -1):
        found = known.province(" ".join(parts[-n:]))
        if found:
            return f"{found.kind} {found.name}"
    return None


_COMMITTEE_OF = re.compile(
    r"(?P<head>Ủy ban nhân dân|Hội đồng nhân dân) (?P<place>(?!tỉnh|thành phố).+)"
)


def issuer_name(
    rows: list[str], place: str | None = None, known: Tables | None = None, on: str | None = None
) -> str | None:
    """The issuing body out of the letterhead's lines: the superior above, the body itself below.

    place: where the notice was signed, for a name that leaves its place unsaid; known: the tables of
    names and provinces, ours where none are given; on: the day, for a province's kind and name.
    """
    known = known or default()
    parts = _parts(rows, known)
    if not parts:
        return None
    if len(parts) > 1:
        parts[-1] = _in_union(parts[-2], parts[-1])
    name = spell(parts[-1], place, known)
    above = spell(parts[-2], place, known) if len(parts) > 1 else ""
    home = _place_of(above, known) if above else None
    if not home and place and (found := known.province(place, on)) and name.startswith("Sở "):
        home = f"{found.kind} {found.name}"
    if above and pattern("heads", "organ").match(bare_of(name)):
        return f"{name} {above}"
    if re.match(r"^(?:Hội đồng nhân dân|Ủy ban Mặt trận)", above) and re.match(
        r"^(?:Ban|Tổ đại biểu)\b", name
    ):
        return f"{name} {above}"
    if _IS_PARTY.match(above) and not re.match(rf"^(?:{_PARTY}|đảng bộ)", lower(name)):
        return f"{name} {above}"
    if above.startswith("Đảng bộ") or _IN_A_HOUSE.match(lower(name)):
        return name
    if name in ("Ủy ban nhân dân", "Hội đồng nhân dân") and place:
        if found := known.province(place, on):  # a copy that lost the line below
            return f"{name} {found.kind} {found.name}"
    if (m := _COMMITTEE_OF.match(name)) and (found := known.province(m["place"], on)):
        return f"{m['head']} {found.kind} {found.name}"  # "ỦY BAN NHÂN DÂN" over a bare "LÀO CAI"
    if m := _BARE_UNIT.search(name):  # "Thanh tra tỉnh" below "UBND TỈNH X"
        unit = m.group().strip()
        if home and lower(home).startswith(unit):
            return name[: m.start()] + " " + home
        return f"{name} {place}" if place and unit == "tỉnh" else name
    if (
        home
        and not _place_of(name, known)
        and not re.match(r"^(?:Bộ|Tổng|Tập đoàn|Ngân hàng|Chính phủ|Thủ tướng)\b(?! Chỉ huy)", name)
    ):
        return f"{name} {home}"
    return name


# a head stands for the body: "Bộ trưởng Bộ Công an", "Phó Chủ tịch UBND tỉnh", "Chánh Văn phòng ..."
POST = re.compile(
    r"^(?:(?i:quyền |phó )?(?i:chủ tịch|bộ trưởng|thứ trưởng|tổng cục trưởng|chi cục trưởng|cục trưởng|vụ trưởng|viện trưởng"
    r"|tổng giám đốc|giám đốc|hiệu trưởng|chánh|trưởng|tổng) )(?=Ủy ban|UBND|Hội đồng nhân dân|HĐND|Bộ |Tổng cục|Cục|Chi cục|Vụ"
    r"|Viện|Sở|Văn phòng|Thanh tra|Ban |Phòng|Trường|Công ty|Trung tâm)"
)


def in_running_text(said: str, known: Tables) -> str:
    """A body as a sentence names it, written out: "UBND TP Hà Nội" is "Ủy ban nhân dân thành phố Hà Nội"."""
    short = words("short")
    body = POST.sub("", said)
    body_written = _COMMITTEE_OF_MEMBERS.sub("Ban Chấp hành ", body)
    name = " ".join(str(short.get(w.lower(), w)) for w in body_written.split())
    if body != said:
        name = _without_person(name, known)
    parts = lower(name).split(" ")
    for n in range(len(parts), 1, -1):
        if official := known.official.get(" ".join(parts[:n])):
            return " ".join([official, *name.split(" ")[n:]])
    return name[:1].upper() + name[1:]


def _without_person(name: str, known: Tables) -> str:
    """A body's name without that of its head: no place is called so ("UBND phường | Lê Văn An")."""
    m = _UNIT_NAMED.search(name)
    if m is None or _is_place(known, lower(m[1]), m[2]):
        return name
    return name[: m.end(1)]


def _is_place(known: Tables, level: str, name: str) -> bool:
    """Whether a place is called so, in the tables at any time."""
    return bool(known.province(f"{level} {name}") or known.homes(level, lower(name), None))


# whose paper or word is carried out: "thực hiện Chỉ thị số 11-CT/TU ngày ... của | Ban Thường vụ Tỉnh ủy"
_CARRIED_OUT = re.compile(
    r"(?:thực hiện|triển khai|căn cứ|theo|tại|quán triệt) (?:các |sự )?(?:chỉ thị|nghị quyết|quyết định|chương trình"
    r"|kế hoạch|công văn|đề án|quy định|kết luận|thông báo|văn bản|chỉ đạo|ý kiến)(?!\w)[^.;]{0,200}(?<!\w)của $"
    r"|được (?:sự )?(?:phép|cho phép|đồng ý|nhất trí|thống nhất|chấp thuận|chỉ đạo|ủy quyền) của $"
)
# a committee that is told, asked or named beside another body speaks no more than that
_TOLD = r"(?<!\w)(?:gửi|về|đến|tham mưu|báo cáo|trình|cho|với|giao|yêu cầu|đề nghị|văn phòng|và|trong{})\s*$|[,;&]\s*$"
_NOT_SPEAKING = (
    re.compile(_TOLD.format("")),
    re.compile(_TOLD.format("|của(?: (?:phó )?chủ tịch)?")),
)
_COMMITTEE = re.compile(rf"\b(?:ubnd|ủy ban nhân dân)\s+({LEVELS})\b")
_OF_PARTY = {
    "tỉnh ủy": "tỉnh", "thành ủy": "thành phố", "huyện ủy": "huyện", "thị ủy": "thị xã", "quận ủy": "quận",
}  # fmt: skip


def infer_issuer(
    head: str, body: str, speaker: str | None, text: str, meta: Meta, known: Tables
) -> str | None:
    """The body that speaks in the opening of a copy without a letterhead.

    head, body: its lines above the body's first, and the body's beginning; speaker: who asks or orders there.
    """
    opening = f"{head} {body}"
    low = lower(opening)
    party = next(
        (
            m
            for m in re.finditer(
                rf"(ban thường vụ|ban chấp hành|thường trực)\s+({_PARTY})", low[:600]
            )
            if not _CARRIED_OUT.search(low, 0, m.start())
        ),
        None,
    )
    if party and (meta.symbol is None or "UBND" not in meta.symbol):
        level = _OF_PARTY.get(party[2])
        place = common_place(text, level, known) if level else None
        name = f"{party[1].capitalize()} {party[2].capitalize()}"
        return f"{name} {place}" if place else name
    if organ := _organ(meta, known):
        return organ
    if speaker and not _COMMITTEE.match(lower(POST.sub("", speaker))):
        return placed(in_running_text(speaker, known), text, meta, known)
    committees = list(_COMMITTEE.finditer(low))
    told = (_NOT_SPEAKING[m.start() > len(head)].search(low, 0, m.start()) for m in committees)
    m = next((m for m, silent in zip(committees, told, strict=True) if not silent), None)
    if speaker:
        m = _COMMITTEE.match(lower(POST.sub("", speaker)))
    if not m:
        return None
    level = "thành phố" if m[1].startswith("tp") else m[1]
    name = f"Ủy ban nhân dân {level}"
    said = placed(name, text, meta, known)
    if said == name:  # capitals of a title
        k = re.search(rf"\b(?:ubnd|ủy ban nhân dân)\s+{level}\s+([^\n,.;:-]+)", low)
        line = opening[k.start() : k.end()] if k else ""
        said = f"{name} {_title(k[1].strip())}" if k and is_capitals(line) else name
    return said


def placed(name: str, text: str, meta: Meta, known: Tables) -> str:
    """A body's name that ends in its unit ("... tỉnh"), with the place that the notice names."""
    unit = _BARE_UNIT.search(lower(name))
    if unit is None:
        return name
    level = unit.group().strip()
    if level == "tỉnh" and meta.place and known.province(meta.place):
        return f"{name} {meta.place}"
    place = common_place(text, level, known)
    place = place or (meta.place if level in ("tỉnh", "thành phố") else None)
    return f"{name} {place}" if place else name


def _organ(meta: Meta, known: Tables) -> str | None:
    """The central body whose abbreviation the symbol has ("7735/VPCP-KSTT"), if but one has it."""
    if meta.symbol is None:
        return None
    parts = re.split(r"[-/]", meta.symbol)
    own = parts[1] if kind_of_symbol(meta.symbol) and len(parts) > 1 else parts[0]
    targets = {known.records.get(target) for alias, target, _ in known.aliases if alias == own}
    found = {r.name for r in targets if r and r.level == "central" and r.in_force(meta.issued_on)}
    return found.pop() if len(found) == 1 else None


_CHAIR = re.compile(r"[Cc]hủ tịch (?:UBND|HĐND|Ủy ban nhân dân|Hội đồng nhân dân)\s+$")


def common_place(text: str, level: str, known: Tables) -> str | None:
    """The name that stands most often after a unit's word; of provinces only known ones.

    Behind "Chủ tịch UBND huyện" the name may be the person's: it counts where no other is there and a
    place is called so.
    """
    found_at = list(re.finditer(rf"\b{level} ({_NAME})", text))
    plain = [m for m in found_at if not _CHAIR.search(text, max(m.start() - 40, 0), m.start())]
    names = Counter(m[1] for m in plain or found_at if plain or _is_place(known, level, m[1]))
    if level == "tỉnh":  # a person's name may follow "Chủ tịch UBND tỉnh": provinces are known
        counts = Counter[str]()
        for name, count in names.items():
            found = next(
                (
                    p
                    for n in range(len(name.split()), 0, -1)
                    if (p := known.province(" ".join(name.split()[:n])))
                ),
                None,
            )
            if found:
                counts[found.name] += count
        names = counts
    best = names.most_common(1)
    return best[0][0] if best else None


def home_province(meta: Meta, text: str, known: Tables) -> str | None:
    """The province whose bodies the notice speaks of; None for a central issuer, or where it is unsure."""
    issuer = meta.issuer or ""
    m = re.search(r"\b(?:tỉnh|thành phố|Tỉnh ủy|Thành ủy) (.+)$", issuer)
    day = meta.issued_on if len(meta.issued_on or "") == len("YYYY-MM-DD") else None
    if m and (said := known.province(m[1], day)):
        return said.name
    if _BELOW.search(issuer):
        home, held = home_of(known, issuer, day, text, meta.place)
        return home.name if home else None if held else common_place(text, "tỉnh", known)
    if re.match(r"^(?:Sở|Chi cục|Ban Quản lý|Công an tỉnh|Thanh tra tỉnh)\b", issuer):
        return meta.place
    if not issuer and meta.place not in (None, "Hà Nội"):  # where ministries sign, too
        signed = known.province(meta.place or "", day)
        return signed.name if signed else None
    return None


_UNIT_ALONE = re.compile(rf"(?:{LEVELS}) [^,]+", re.IGNORECASE)
_OF_A_UNIT = {"UBND": "Ủy ban nhân dân", "HĐND": "Hội đồng nhân dân"}


def complete_issuer(meta: Meta) -> str | None:
    """Of a letterhead that lost its first line, the organ by the initials in the number (Nghị định 30/2020)."""
    issuer = meta.issuer or ""
    organ = re.search(r"[/-](UBND|HĐND)(?!\w)", meta.number or "")
    if organ is None or not _UNIT_ALONE.fullmatch(issuer):
        return None
    return f"{_OF_A_UNIT[organ[1]]} {issuer[:1].lower()}{issuer[1:]}"


_FEW = 3  # words of a name that may well have no marks


def lower_storey(meta: Meta, known: Tables) -> str | None:
    """The body whose line below a ministry's a copy may have lost, by the symbol ("41/TCHQ-GSQL")."""
    organ = _organ(meta, known) if (meta.issuer or "").startswith("Bộ ") else None
    return organ if organ != meta.issuer else None


def mend_issuer(meta: Meta, text: str, known: Tables) -> str | None:
    """A name that a scan mangled: as the text has it with its marks, a committee's by its place."""
    head = "Ủy ban nhân dân "
    issuer = meta.issuer or ""
    parts = issuer.split(" ")
    if len(parts) > _FEW and 2 * sum(toneless(w) == w for w in parts) > len(parts):
        at = bare_of(text).find(
            bare_of(issuer), meta.spans["issuer"].end if "issuer" in meta.spans else 0
        )
        said = text[at : at + len(issuer)]
        if at >= 0 and said[:1].isupper() and toneless(said) != said and said != issuer:
            return said
    if not meta.place or not issuer.startswith(head):
        return None
    m = re.match(r"^tinh (.+)$", toneless(lower(issuer[len(head) :])))
    if m and known.province(meta.place) and not known.province(issuer[len(head) + 5 :]):
        return f"{head}tỉnh {meta.place}"
    return None
