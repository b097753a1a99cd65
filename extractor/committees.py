"""Committees with their units, and lists that share a head.

"UBND tỉnh", "UBND các huyện: A, B, thị xã C", "Công an các xã, phường", "Trạm Y tế các xã",
"các Sở: Tài chính, Nội vụ và Công an tỉnh", "các huyện: A, B". Groups stay groups; each listed
place or name is a body of its own (GUIDELINES, "Who").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from extractor.gazetteer import levels_of
from extractor.names import (
    BRANCHES,
    HAMLETS,
    MANY,
    OF_UNITS,
    PROPER,
    UNIT,
    UNIT_LIST,
    Found,
    Scan,
    full_unit,
    full_units,
)
from extractor.placing import PLAIN_HAMLET
from extractor.text import UPPER
from extractor.vocabulary import Openings, phrase_at, write_out

_HEADS = (
    "ubnd|ủy ban nhân dân|hđnd và ubnd|hđnd, ubnd|hđnd|hội đồng nhân dân|thường trực hđnd|thường trực hội đồng nhân dân|"
    "hội đồng nhân dân, ủy ban nhân dân|hội đồng nhân dân và ủy ban nhân dân|công an|đảng ủy|ban chấp hành đảng bộ|"
    "ban thường vụ đảng ủy|thường trực đảng ủy|ban chỉ huy quân sự|ban chqs|mặt trận tổ quốc việt nam|ủy ban mặt trận tổ quốc việt nam|"
    "ủy ban mttq việt nam|ubmttq việt nam|ủy ban mttq|ủy ban mặt trận tổ quốc|ubmttq|mttq việt nam|mttq|"
    "btt ubmttq việt nam|btt ubmttqvn|btt ubmttq|btt ubmt|ubmt|"
    "ubmttqvn|ub.mttqvn|ub.mttq việt nam|ub.mttq|ban thường trực ubmttqvn|ban thường trực ubmttq việt nam|ban thường trực ủy ban mttq việt nam|ban thường trực ủy ban mặt trận tổ quốc việt nam|"
    "ban chấp hành đoàn|bch đoàn|văn phòng hđnd và ubnd|văn phòng hđnd-ubnd"
)
COMMITTEE = re.compile(rf"(?:{_HEADS})(?= )")
_CHAIN = re.compile(
    rf"(?P<first>{_HEADS})(?:, | và )(?=(?:(?:{_HEADS})(?:, | và )){{0,3}}(?:{_HEADS}) (?P<units>(?:các|những) {UNIT}))"
)
_COUNTED = re.compile(r"(?:các|hai|ba|bốn|năm) ")
_PLURAL = re.compile(
    r"(?:các |những |cấp |tất cả các |(?:các )?(?:\d{1,3}|hai|ba|bốn|năm) (?=xã|phường|huyện|quận|thị trấn))"
)
_LEVELS = re.compile(
    r" (?:(?:các|hai|2|03|3) cấp|cấp (?:tỉnh|huyện|xã|dưới|trên)|các khu vực|các địa phương)(?!\w)"
)
_INITIALS = re.compile(
    rf" \([{UPPER}]{{2,9}}\)(?= (?:các|những|hai|cấp|tỉnh|thành phố|huyện|quận|thị xã|xã|phường) )"
)
_MANY_OF = (" các ", " hai ", " 2 ", " 03 ", " 3 ", " cấp ")
_GAP = re.compile(r"(?: \([^()]{0,60}\))?(?:,? và |, |; |,? cùng )")
_UNITS_OF = re.compile(rf" {UNIT}(?:, | và ){UNIT}(?! (?:đoàn|ủy|hội))")
_NO_DOER = tuple("đối với |tại |ở |địa bàn |thuộc |của |giữa |từ |qua |trong |cho ".split("|"))
_LABEL = re.compile(r"(?:^|[\n.;] ?)(?:riêng )?đối với $")
_AND_UNITS = re.compile(r",? và các (?=huyện|thị xã|thị trấn|xã|phường|quận|thành phố)")
_COLON = re.compile(
    r"(?: (?:giáp ranh|ven biển|miền núi|biên giới|trọng điểm|(?:phía|miền) (?:bắc|trung|nam|tây|đông)|"
    r"liên quan|có liên quan|hữu quan|sau đây|sau)){0,3} ?: ?"
)
_ONE_UNIT = re.compile(rf"{UNIT} (?=[^\W\d_])")
_LISTED_UNIT = re.compile(rf"(?:các )?(?P<unit>{UNIT})(?: ?:)?(?= [^\W\d_])")
_NEXT_PLACE = re.compile(rf"(?:,? và |, )(?:{UNIT} )?[{UPPER}]")
_NEXT_PROVINCE = re.compile(rf"(?:,? và |, )(?P<unit>(?i:tỉnh|thành phố)) (?=[{UPPER}])")
_UNIT_BEFORE = re.compile(rf"(?<!\w)({UNIT}) $")
_PLACE_GAP = re.compile(r"(?: \([^()]{0,60}\))?(?:,? và |, |; )")
_LIST_GOES_ON = re.compile(r"$|[,;.)\n]| và | \(| -")
_BEFORE_PLACES = re.compile(r" ?: ?| ")
_JOINT_GAP = re.compile(r",? và |, |; | - ")
_SYLLABLE = re.compile(r"[^\W_]+")
_OWNER = re.compile(r",? (?:trực thuộc|thuộc|của|giúp việc|tham mưu, giúp việc) ")
_TITLED = ("chủ tịch ", "giám đốc ", "bí thư ", "lãnh đạo ")
_SHARED_HEADS = (
    "sở|bộ|phòng|ban|cục|chi cục|hội|ngành|trường|tập đoàn|trung tâm|viện|công ty|tổng công ty|ngân hàng|đảng ủy|"
    "huyện ủy|thị ủy|thành ủy|chi bộ|công an|báo|đài|bệnh viện"
)
_SPOILED = {"s": "sở", "b": "bộ"}  # a scan lost the vowel of "các S, ngành: ..."
_SHARED = re.compile(
    rf"(?:(?:các|lãnh đạo|lãnh đạo các|liên) )?(?P<head>{_SHARED_HEADS}|[sb](?=, ngành ?:))"
    r"(?:,? (?:ban|ngành|và ban|và ngành|phòng|cơ quan|đơn vị|địa phương|đoàn thể|và địa phương)(?=[ :,])){0,4}"
    r"(?: tỉnh| huyện| thành phố| chuyên môn| liên quan| hữu quan| cấp tỉnh| trung ương)?(?: ?: ?| )"
)

# how the things below begin: nothing else is worth their patterns
COMMITTEES = Openings(_HEADS.split("|"))
SHARED = Openings([*_SHARED_HEADS.split("|"), *_SPOILED])
VILLAGES = Openings(PLAIN_HAMLET.split("|"))
UNITS = Openings("tỉnh|thành phố|tp|huyện|thị xã|tx|quận|xã|phường|thị trấn|đặc khu".split("|"))

_LISTED_WHERE = re.compile(
    rf"(?<!\w)(?:[Tt]ại|[Ởở]|[Đđ]ịa bàn|[Tt]rong|[Qq]ua) (?:{UNIT} {PROPER}(?: \([^()]{{0,60}}\))?(?:,? và |, )){{1,4}}$"
)

Modified = Callable[[int], int]
Name = tuple[str | None, int, int]


def _past_initials(scan: Scan, end: int) -> int:
    """The end of the initials that a bracket gives between a head and its units ("UBND" in "Ủy ban nhân dân (UBND) các huyện")."""
    m = _INITIALS.match(scan.text, end)
    return m.end() if m else end


def committee(scan: Scan, pos: int, modified: Modified) -> list[Found]:
    """A committee at `pos` with its unit, its listed places, or its group of units."""
    low, text = scan.low, scan.text
    many = MANY.match(low, pos)
    start = many.end() if many else pos
    m = COMMITTEE.match(low, start)
    if not m:
        return _chained(scan, pos, start, modified)
    head = write_out(text[m.start() : m.end()])
    at = _past_initials(scan, m.end()) + 1
    plural = _PLURAL.match(low, at)
    unit_at = plural.end() if plural else at
    units = UNIT_LIST.match(low, unit_at)
    if low.startswith("tp", at) and (tail := scan.view.tail(text, low, m.end())).name:
        # "UBND TPHCM": the city's initials are no unit and name
        return [Found(pos, tail.stop, head + tail.written, "grammar", head)]
    if not units:
        if low.startswith("cùng cấp", at):
            return [Found(pos, at + len("cùng cấp"), f"{head} cùng cấp", "group", head)]
        if plural and low.startswith("cấp", unit_at):
            return [Found(pos, unit_at + 3, f"{head} các cấp", "group", head)]
        if plural and low.startswith("địa phương", unit_at):
            end = modified(unit_at + len("địa phương"))
            return [Found(pos, end, f"{head} các {text[unit_at:end]}", "group", head)]
        place = scan.place_name(at)
        if place and head.startswith("Ủy ban nhân dân"):
            known = scan.view.place(text[at:place])
            if known is not None:
                name = f"{head} {known.kind} {text[at:place]}"
                return [Found(pos, place, name, "grammar", head)]
        return []
    titled = bool(many) or low[max(pos - 14, 0) : pos].endswith(_TITLED)
    found = of_units(scan, (pos, m.start(), m.end()), head, plural, units, modified, titled=titled)
    more = _AND_UNITS.match(low, found[-1].end) if found and plural is None else None
    rest = UNIT_LIST.match(low, more.end()) if more else None
    if rest:  # "UBND thành phố Cao Lãnh và các huyện": one head for both
        names = list(_places(scan, rest.end(), True, False))
        end = modified(rest.end())
        name = f"{head} các {full_units(rest.group())}{text[rest.end() : end]}"
        if not names:
            found.append(Found(more.end() - len("các "), end, name, "group", head))  # type: ignore[union-attr]
    return found


def _chained(scan: Scan, pos: int, start: int, modified: Modified) -> list[Found]:
    """Several heads of the same units ("Thường trực HĐND, UBND các huyện"): each has them."""
    m = _CHAIN.match(scan.low, start)
    rest = committee(scan, m.end(), modified) if m else []
    if not m or not rest or rest[-1].by != "group":
        return []
    tail = rest[-1].name[len(rest[-1].head) :]
    head = write_out(scan.text[start : m.end("first")])
    return [Found(pos, m.end("first"), head + tail, "group", head), *rest]


def of_units(
    scan: Scan,
    where: tuple[int, int, int],
    head: str,
    plural: re.Match[str] | None,
    units: re.Match[str],
    modified: Modified,
    *,
    titled: bool = False,
) -> list[Found]:
    """A head's units: listed places one by one, one unit, or the group of them."""
    pos, begin, _ = where
    end = units.end()
    single = re.fullmatch(UNIT, units.group()) is not None
    names = list(_places(scan, end, plural is not None, units.group() == "tỉnh" or titled))
    if names and (plural is None or plural.group() != "cấp "):
        return _each(scan, pos, head, units, names)
    unit = full_units(units.group())
    if plural is None and single:
        hit = scan.at(begin)
        known = hit if hit and hit.end == end else None
        return [Found(pos, end, f"{head} {unit}", "exact" if known else "grammar", head, known)]
    end = modified(end)
    tail = scan.text[units.end() : end]
    glue = plural.group().replace("tất cả ", "") if plural else ""
    return [Found(pos, end, f"{head} {glue}{unit}{tail}", "group", head)]


def _placed(scan: Scan, end: int) -> bool:
    """Whether a place's name follows the units."""
    stop = scan.place_name(end + 1) if scan.low[end : end + 1] == " " else None
    return stop is not None and bool(scan.view.known_place(scan.text[end + 1 : stop]))


_LOWER = ("quận", "huyện", "thị xã", "xã", "phường", "thị trấn")  # of these there are many
_ABBREVIATED = re.compile(rf"[{UPPER}]{{2}}")
_OF_HAMLETS = re.compile(rf"\w+(?: [^\W\d_]+){{1,4}}?(?P<units> các {HAMLETS})")


def many_of(scan: Scan, pos: int, modified: Modified) -> list[Found]:
    """A known body of each unit ("Trạm Y tế các xã, thị trấn", "Tòa án nhân dân hai cấp")."""
    for stop, entries in scan.names_at(pos):
        end = _past_initials(scan, stop)
        if not (scan.low.startswith(_MANY_OF, end) or _UNITS_OF.match(scan.low, end)):
            continue
        name, kinds = levels_of(entries)
        if not kinds:
            continue
        if scan.text[pos:stop].islower():
            return []
        levels = _LEVELS.match(scan.low, end)
        if levels is None and name.lower().startswith(OF_UNITS):
            levels = BRANCHES.match(scan.text, end)
        if levels:
            return [Found(pos, levels.end(), name + scan.text[end : levels.end()], "group", name)]
        plural = _PLURAL.match(scan.low, end + 1) if scan.low.startswith(" ", end) else None
        units = (
            UNIT_LIST.match(scan.low, plural.end()) if plural and plural.group() == "các " else None
        )
        if plural is None and scan.low.startswith(" ", end):
            units = UNIT_LIST.match(scan.low, end + 1)  # "Trạm Y tế xã, phường": the plural unsaid
            if units and (len(re.findall(UNIT, units.group())) < 2 or _placed(scan, units.end())):
                units = None
        if plural and units and not _ABBREVIATED.search(scan.text, pos, stop):
            name = write_out(scan.text[pos:stop])  # "Đài truyền thanh các xã" has no pictures
        own = units and ({full_unit(u) for u in re.findall(UNIT, units.group())} <= kinds)
        if units and (plural or own or units.group().startswith(_LOWER)):
            return of_units(scan, (pos, pos, end), name, plural, units, modified)
    return []


def of_hamlets(scan: Scan, pos: int, *, titled: bool) -> list[Found]:
    """A board of each hamlet ("Ban điều hành các khu phố", "Trưởng | ban Công tác Mặt trận các thôn").

    titled: a position stands before it.
    """
    head = phrase_at(scan.low, pos, scan.words.heads) if titled or scan.capital(pos) else None
    hamlets = _OF_HAMLETS.match(scan.low, pos)
    if head is None or hamlets is None or hamlets.start("units") < head:
        return []
    own = scan.text[head : hamlets.start("units")].split()
    if not all(word[0].isupper() for word in own):
        return []  # "Sở Y tế | và các thôn"
    name = write_out(scan.text[pos : hamlets.end()])
    return [Found(pos, hamlets.end(), name, "group", scan.low[pos:head])]


def placed_many(scan: Scan, pos: int) -> list[Found]:
    """A known body in each of the places listed behind it ("các Sở Y tế: Nghệ An, Hà Tĩnh")."""
    many = MANY.match(scan.low, pos)
    for end, entries in scan.names_at(many.end()) if many else ():
        name, kinds = levels_of(entries)
        gap = _BEFORE_PLACES.match(scan.low, end) if kinds else None
        found: list[Found] = []
        while gap:
            stop = scan.place_name(gap.end())
            if stop is None or not scan.view.known_place(scan.text[gap.end() : stop]):
                break
            start = gap.end() if found else pos
            written = f"{name} {scan.text[gap.end() : stop]}"
            found.append(Found(start, stop, written, "grammar", name.split(" ", maxsplit=1)[0]))
            gap = _PLACE_GAP.match(scan.low, stop)
        if len(found) > 1:
            return found
    return []


def sharing(scan: Scan, found: Found) -> list[Found]:
    """The body, and its equals in the places listed behind it ("Cục Hải quan Quảng Ninh, Lạng Sơn")."""
    gap = _NEXT_PLACE.match(scan.text, found.end)
    at = _own_place(scan, found) if gap and found.by != "group" else None
    if at is None:
        return [found]
    if unit := _UNIT_BEFORE.search(scan.low, found.start, at):
        return _of_provinces(scan, found, unit[1], at)
    head = found.name[: len(found.name) - (found.end - at)].rstrip()
    names, more = [found], _PLACE_GAP.match(scan.low, found.end)
    while more:
        stop = scan.place_name(more.end())
        if stop is None or not scan.view.known_place(scan.text[more.end() : stop]):
            break
        if not _LIST_GOES_ON.match(scan.low, stop) and not scan.is_verb(stop + 1):
            return [found]
        name = f"{head} {scan.text[more.end() : stop]}"
        hit = scan.view.whole(name)
        names.append(Found(more.end(), stop, name, "exact" if hit else "grammar", found.head, hit))
        more = _PLACE_GAP.match(scan.low, stop)
    return names if len({f.name for f in names}) == len(names) else [found]


def _of_provinces(scan: Scan, found: Found, unit: str, at: int) -> list[Found]:
    """The body, and its equals in the provinces behind it ("Ban Dân tộc tỉnh Nghệ An, thành phố Đà Nẵng").

    at: where its own place begins, behind `unit`. A district would stand for its own authorities.
    """
    place, kind = scan.text[at : found.end], full_unit(unit)
    own = f" {kind} {place}".lower()
    if "province" not in scan.view.levels(place, kind) or not found.name.lower().endswith(own):
        return [found]
    head, names = found.name[: -len(own)], [found]
    while more := _NEXT_PROVINCE.match(scan.text, names[-1].end):
        stop, kind = scan.place_name(more.end()), more["unit"].lower()
        if stop is None or "province" not in scan.view.levels(scan.text[more.end() : stop], kind):
            break
        name = f"{head} {more['unit']} {scan.text[more.end() : stop]}"
        hit = scan.view.whole(name)
        by = "exact" if hit else "grammar"
        names.append(Found(more.start("unit"), stop, name, by, found.head, hit))
    return names


def named_many(scan: Scan, found: Found) -> list[Found]:
    """A body of each name behind a plural ("Các Công ty Cao su: Đồng Nai, Phước Hòa lập ...")."""
    at = found.end + 2
    if found.by != "group" or scan.low[found.end : at] != ": ":
        return []
    many = MANY.match(scan.low, found.start)
    if many is None or not scan.capital(many.end()):
        return []
    head, names = write_out(scan.text[many.end() : found.end]), list[Found]()
    while not scan.is_verb(at) and (stop := scan.place_name(at)) is not None:
        known = scan.view.known_place(scan.text[at:stop])
        if not known and (scan.is_head(at) or scan.at(at) is not None):
            return []  # a body of its own
        start = at if names else found.start
        names.append(Found(start, stop, f"{head} {scan.text[at:stop]}", "grammar", found.head))
        gap = _PLACE_GAP.match(scan.low, stop)
        if gap is None:
            ends = _LIST_GOES_ON.match(scan.low, stop) or scan.is_verb(stop + 1)
            return names if len(names) > 1 and ends else []
        at = gap.end()
    return []


def _own_place(scan: Scan, found: Found) -> int | None:
    """Where the known place begins that ends a body's name."""
    at = found.end
    for _ in range(4):
        at = scan.text.rfind(" ", found.start, at)
        if at < 0 or not scan.capital(at + 1):
            return None
        if scan.view.known_place(scan.text[at + 1 : found.end]):
            return at + 1
    return None


def _places(scan: Scan, at: int, plural: bool, known_only: bool) -> Iterator[Name]:
    """Places listed after the units: (their own unit word or None, start, end).

    known_only: after "Chủ tịch UBND tỉnh" a person's name may follow, which is no place.
    """
    low, text = scan.low, scan.text
    colon = _COLON.match(low, at) if plural else None
    pos = colon.end() if colon else at + 1
    if not colon and low[at : at + 1] != " ":
        return
    first = True
    while pos < len(low):
        unit = _LISTED_UNIT.match(low, pos)
        start = unit.end() + 1 if unit else pos
        end = scan.place_name(start)
        if end is None or COMMITTEE.match(low, start):
            return
        known = scan.view.known_place(text[start:end])
        if not known and known_only and first:
            kind = _UNIT_BEFORE.search(low, max(start - 12, 0), start)
            known = kind is not None and scan.view.elsewhere(text[start:end], kind[1])
        if not known and scan.is_verb(start):
            return
        if unit is None and not known and scan.at(start):
            return
        if not known and colon and first and not _LIST_GOES_ON.match(low, end):
            return  # "UBND các xã: Đạt tỷ lệ ...": what they are to do, no list
        if not known and (known_only or (not first and not colon and not plural and unit is None)):
            return
        yield unit["unit"] if unit else None, start, end
        first = False
        if not colon and not plural and not _NEXT_PLACE.match(text, end):
            return
        gap = _PLACE_GAP.match(low, end)
        if not gap:
            return
        pos = gap.end()


def _each(scan: Scan, pos: int, head: str, units: re.Match[str], names: list[Name]) -> list[Found]:
    found: list[Found] = []
    kinds = re.split(r", | và |/| hoặc ", units.group())
    unit = kinds[0]
    if len(kinds) > 1 and scan.low[units.end()] == " " and names[0][0] is None:
        # "các huyện và thành phố Cà Mau": the name belongs to the last unit, the others stay a group
        unit = kinds[-1]
        stop = units.end() - len(unit)
        first = re.sub(r"(?:,| và| hoặc)$", "", scan.text[pos:stop].rstrip())
        found.append(
            Found(
                pos,
                pos + len(first),
                f"{head} các {', '.join(map(full_unit, kinds[:-1]))}".strip(),
                "group",
                head,
            )
        )
        kinds, pos = [unit], stop
    for i, (own, start, end) in enumerate(names):
        name = scan.text[start:end]
        unit = own or unit
        if own is None and len(kinds) > 1:
            unit = next((k for k in kinds if scan.view.known_place(name, full_unit(k))), kinds[0])
        city = own is None and unit == "tỉnh" and not scan.view.known_place(name, "tỉnh")
        written = (
            "thành phố" if city and scan.view.known_place(name, "thành phố") else full_unit(unit)
        )
        begin = (
            pos
            if i == 0
            else start
            - (len(own) + 1 if own and scan.low.startswith(own, start - len(own) - 1) else 0)
        )
        found.append(Found(begin, end, f"{head} {written} {name}".strip(), "grammar", head))
    return found


_VILLAGE = re.compile(rf"{PROPER}(?: \d{{1,2}}(?!\d))?")
_VILLAGES = re.compile(
    rf"[Cc]ác (?P<kind>{PLAIN_HAMLET})(?: ?:)? "
    rf"(?P<names>{_VILLAGE.pattern}(?:(?:, | và ){_VILLAGE.pattern})+)"
)


# "Thôn", "thôn", but not the "BẢN" of a heading
_KINDS = "|".join(f"(?i:{kind[0]}){kind[1:]}" for kind in PLAIN_HAMLET.split("|"))
_ONE_VILLAGE = re.compile(
    rf"(?P<kind>{_KINDS}) (?P<name>{_VILLAGE.pattern}|(?:số )?\d{{1,2}}(?![\w/.%]))"
)
_AND_VILLAGE = re.compile(r",? và |, ")
_TELLS = ("giao ", "yêu cầu ", "đề nghị ")


def villages(scan: Scan, pos: int, *, titled: bool) -> list[Found]:
    """Villages told by their names ("Thôn Đông, thôn Đoài họp dân", "Trưởng thôn Đông"): a place elsewhere.

    titled: a position stands before it.
    """
    low, found = scan.low, list[Found]()
    opens = pos == 0 or low[pos - 1] == "\n" or low[max(pos - 2, 0) : pos] in (". ", "; ")
    if not (titled or low.endswith(_TELLS, 0, pos) or (opens and scan.capital(pos))):
        return []
    at: int | None = pos
    while at is not None and (m := _ONE_VILLAGE.match(scan.text, at)):
        kind = m["kind"].lower()
        found.append(Found(at, m.end(), f"{kind.capitalize()} {m['name']}", "grammar", kind))
        gap = _AND_VILLAGE.match(low, m.end())
        at = gap.end() if gap else None
    return found


def places(scan: Scan, pos: int) -> list[Found]:
    """Places that stand for themselves: "các huyện: A, B và thành phố C"."""
    villages = _VILLAGES.match(scan.text, pos)
    if villages and not scan.low.endswith(_NO_DOER, 0, pos):
        kind, at = villages["kind"], villages.start("names")
        listed = [(at + n.start(), at + n.end()) for n in _VILLAGE.finditer(villages["names"])]
        starts = [pos, *(start for start, _ in listed[1:])]
        return [
            Found(begin, end, f"{kind.capitalize()} {scan.text[start:end]}", "grammar", kind)
            for begin, (start, end) in zip(starts, listed, strict=True)
        ]
    many = _COUNTED.match(scan.low, pos)  # "các phường A, B", "ba phường A, B và C"
    units = UNIT_LIST.match(scan.low, many.end()) if many else None
    if not units or ", " in units.group() or " và " in units.group():
        return []
    names = list(_places(scan, units.end(), True, False))
    if not names or _acts_elsewhere(scan, pos, names[-1][2]):
        return []
    kind = full_unit(units.group())
    if len(names) < 2 or not any(scan.view.known_place(scan.text[a:b], kind) for _, a, b in names):
        return []
    each = _each(scan, pos, "", units, names)
    return [f._replace(name=f.name[:1].upper() + f.name[1:]) for f in each]


def place_alone(scan: Scan, pos: int) -> list[Found]:
    """A known place that stands for its authorities ("giao huyện Mai Châu", "thành phố Long Xuyên")."""
    m = _ONE_UNIT.match(scan.low, pos)
    if not m:
        return []
    unit, end = full_unit(m.group().strip()), scan.place_name(m.end())
    if end is None or _acts_elsewhere(scan, pos, end):
        return []
    if not scan.view.known_place(scan.text[m.end() : end], unit):
        return []
    if _LISTED_WHERE.search(scan.text, max(pos - 160, 0), pos):
        return []  # "các bến ở xã A, | xã B": where, though not the first of the list
    title = f"{unit[:1].upper()}{unit[1:]}"
    found = [Found(pos, end, f"{title} {scan.text[m.end() : end]}", "place", unit)]
    gap = _PLACE_GAP.match(scan.low, end)
    while gap:  # "Riêng huyện A, B và C | chú trọng ..."
        start, stop = gap.end(), scan.place_name(gap.end())
        if stop is None or not scan.view.known_place(scan.text[start:stop], unit):
            break
        found.append(Found(start, stop, f"{title} {scan.text[start:stop]}", "place", unit))
        if scan.is_verb(stop + 1) or scan.low.startswith(":", stop):
            return found
        gap = _PLACE_GAP.match(scan.low, stop)
    return found[:1]


def _acts_elsewhere(scan: Scan, pos: int, end: int) -> bool:
    """Whether a place only says where: not in a label that names who acts ("Đối với huyện A: ...")."""
    if not scan.low.endswith(_NO_DOER, 0, pos):
        return False
    label = _LABEL.search(scan.low, max(pos - 16, 0), pos)
    return label is None or not scan.low.startswith((":", " :"), end)


def shared_head(scan: Scan, pos: int) -> list[Found]:
    """ "các Sở: Tài chính, Nội vụ" and "các Bộ Công an, Tài chính": one head, many names."""
    low, text = scan.low, scan.text
    m = _SHARED.match(low, pos)
    if not m:
        return []
    joint, colon = low.startswith("liên ", pos), ":" in m.group()
    if not (joint or colon or low.startswith("các ", pos)):
        return []
    head = _SPOILED.get(m["head"], m["head"])
    at = m.end()
    found: list[Found] = []
    gaps = _JOINT_GAP if joint else _GAP
    while at < len(low):
        end = _stem(scan, head, at, loose=colon or head == "ngành")
        if end is None:
            own = scan.known(at) if found and (colon or scan.capital(at)) else None
            if own is None or not colon:
                break
            found.append(own._replace(start=at))
            end = own.end
        else:
            name = f"{head.capitalize()} {text[at:end]}"
            hit = scan.view.whole(name)
            start = pos if not found else at
            written = write_out(hit.name) if hit else write_out(name)
            stop = end
            tail = scan.view.tail(text, low, end) if hit else None
            if (
                hit
                and tail
                and tail.stop > end
                and (placed := scan.view.whole(name + text[end : tail.stop]))
            ):
                hit, written, stop = placed, write_out(placed.name), tail.stop
            found.append(
                Found(start, stop, written, "exact" if hit else "grammar", head.capitalize(), hit)
            )
            end = stop
        gap = gaps.match(low, end)
        if not gap or (not colon and text[gap.end() : gap.end() + 1].islower()):
            break
        at = gap.end()
    enough = len(found) > 1 or colon
    sure = colon or head == "ngành" or bool(found and found[0].hit is not None)
    return found if found and enough and sure else []


def _stem(scan: Scan, head: str, pos: int, loose: bool) -> int | None:
    for known in ("sở", "bộ") if head == "ngành" else (head,):  # "các ngành Y tế, Giáo dục"
        end = scan.view.stem(known, scan.low, pos)
        if end is not None and (head != "ngành" or scan.capital(pos)):
            return end
    if not loose or not scan.capital(pos) or COMMITTEE.match(scan.low, pos) or scan.new_body(pos):
        return None
    m = _SYLLABLE.match(scan.text, pos)
    end = m.end() if m else pos
    while end - pos < 60 and (nxt := scan.next_word(end, pos)) is not None:
        end = nxt
    return end if end > pos else None


def of_owner(scan: Scan, end: int, modified: Modified) -> int | None:
    """End of the body that a group belongs to ("... trực thuộc UBND tỉnh", "... thuộc Sở Y tế")."""
    m = _OWNER.match(scan.low, end)
    at = m.end() if m else end + 1
    if not m and not (
        scan.low.endswith(("giúp việc", "thuộc"), 0, end) and scan.low.startswith(" ", end)
    ):
        return None
    owner = committee(scan, at, modified)
    if owner:
        return owner[-1].end if len(owner) == 1 else None
    known = scan.known(at)
    return known.end if known is not None else None


__all__ = [
    "COMMITTEE",
    "committee",
    "many_of",
    "named_many",
    "of_owner",
    "placed_many",
    "places",
    "shared_head",
    "sharing",
]
