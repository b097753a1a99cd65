"""Groups of bodies: "các sở, ban, ngành tỉnh", "các cơ quan, đơn vị liên quan", "chủ đầu tư".

A group is a chain of group nouns with what narrows it; a single noun needs its "các" or a title
before it ("lãnh đạo địa phương"). Words that only look like a group's noun are no mention.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from extractor.committees import COMMITTEE, of_owner
from extractor.gazetteer import levels_of
from extractor.names import HAMLETS, MANY, PROPER, UNIT, UNIT_LIST, Found, Scan
from extractor.placing import HAMLET
from extractor.text import UPPER
from extractor.vocabulary import phrase_at, phrases_of, word_lists, write_out

_UNITS = (
    "tỉnh",
    "thành phố",
    "tp.",
    "tp",
    "huyện",
    "thị xã",
    "tx.",
    "quận",
    "xã",
    "phường",
    "thị trấn",
    "đặc khu",
)
_DOING = (
    "doanh nghiệp",
    "công ty",
    "trang trại",
    "cơ sở",
    "hộ",
    "hợp tác xã",
    "tổ chức",
    "cá nhân",
)
_CLOSED = re.compile(
    r"(?:địa bàn|liên quan|hữu quan|hữu trách|chức năng|thẩm quyền|nêu trên|còn lại|khác)(?: (?:tỉnh|huyện|xã|phường))?$"
)
_GAP = re.compile(
    r", | và |,(?=\w)| (?=ngành(?:,| và|$| tỉnh| liên quan| có liên quan| hữu quan))"
    r"| (?=ban,? ngành(?!\w))|(?<=ban|.sở) (?=ngành(?! nghề)(?!\w))|(?<=ngành) (?=đoàn thể(?!\w))"
    r"| ?- ?(?=(?:ban|ngành|phòng|đoàn thể|địa phương|đơn vị)(?!\w))"
)
_DASH = re.compile(r"(?<=[^\W\d]) ?- ?(?=(?:ban|ngành|phòng|đoàn thể|địa phương|đơn vị)(?!\w))")
_AS_NOUN = re.compile(
    r"[,;.)]|\n|$| và | (?:có )?liên quan| hữu quan| cá nhân| kinh tế| trên địa bàn| đảng| hội"
)
_OWN = re.compile(
    r" (?:sở|bộ|ngành|cục|tổng cục|chi cục|viện|trường|tỉnh|huyện|thành phố|xã|phường|phòng|ban)(?=[ ,.;:(]|$)(?! (?:ủy|đoàn))"
)
# "các tỉnh ven biển từ Thanh Hóa đến Phú Yên"
_REACH = re.compile(
    rf" (?:ven biển |biên giới |miền núi |khu vực )?từ {PROPER}(?: trở (?:ra|vào))? (?:đến|tới) {PROPER}"
)
_REGION = rf"(?:Tây|Đông|Bắc|Nam|Trung|Đồng bằng|Trung du|[Dd]uyên hải|[Mm]iền|Tây duyên hải)(?: (?:[Mm]iền )?(?:[{UPPER}]\w+)(?: [{UPPER}]\w+)*)"
_AREA = re.compile(
    rf" (?:trong )?(?:khu vực|vùng) {PROPER}(?:(?:, | và |, và )(?:vùng |khu vực )?{_REGION})*"
)
_EACH_UNIT = re.compile(f" các (?:{UNIT_LIST.pattern}|{HAMLETS})")
_PLACED = re.compile(rf"(?:trên địa bàn )?{UNIT}")
_CAPITALS = re.compile(
    r"(?<!^)\b(?:Sở|Ban|Ngành|Bộ|Cơ quan|Đơn vị|Địa phương|Huyện|Xã|Phường|Đoàn thể)\b(?=,| |$)(?! [A-ZĐ])"
)
_WORD = re.compile(r"\w+")
_NOT_WORD = re.compile(r"\W")
_FIRST = re.compile(r"[^ ,]+")
_OF_CELLS = re.compile(r"(?<=cấp ủy) (?=các (?:chi|đảng) bộ|các chi, đảng bộ|các tổ chức đảng)")
_ALL = re.compile(r"^(?:tất cả|toàn thể|toàn bộ) ", re.IGNORECASE)
# "Chi bộ | thôn Ia Mút", "chi bộ | khu phố 3"
_CELL = re.compile(rf" (?:{HAMLET})(?: số)? (?:\d{{1,2}}(?!\d|/)|{PROPER})")
# who acts, at the head of a sentence: elsewhere "mỗi xã một mô hình"
_EACH = re.compile(r"(?:mỗi|từng|toàn thể|tất cả) ")
_AGAIN = re.compile(r"^([Cc]ác) các ")
# sorts of schools by their letters: common nouns in a group's name
_SORTS = {
    "mn": "mầm non",
    "mg": "mẫu giáo",
    "th": "tiểu học",
    "thcs": "trung học cơ sở",
    "thpt": "trung học phổ thông",
    "ptdt": "phổ thông dân tộc",
    "ptdtnt": "phổ thông dân tộc nội trú",
    "ptdtbt": "phổ thông dân tộc bán trú",
    "gdnn": "giáo dục nghề nghiệp",
    "gdtx": "giáo dục thường xuyên",
    "gdnn-gdtx": "giáo dục nghề nghiệp - giáo dục thường xuyên",
    "gdtx-hn": "giáo dục thường xuyên - hướng nghiệp",
}
_SCHOOL = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted(_SORTS, key=len, reverse=True))})(?!\w)", re.IGNORECASE
)
_BOARDS = re.compile(
    r"\b(?:(?<=sở) (?=ban,? ngành\b)|(?<=ban) (?=ngành\b)|(?<=sở) (?=ngành\b)|(?<=ngành) (?=đoàn thể\b))"
)


def group(scan: Scan, pos: int, titled: bool) -> Found | None:
    """The group at `pos`, or None; titled: a position stands before it."""
    low, text, words = scan.low, scan.text, scan.words
    each = scan.capital(pos) or low.startswith(("toàn thể ", "tất cả "), pos)
    many = MANY.match(low, pos) or (_EACH.match(low, pos) if each else None)
    if not many:
        end = phrase_at(low, pos, words.singular)
        if end is not None and phrase_at(low, pos, words.not_groups) is None:
            if low.startswith(" nào ", end):
                return None  # "Chủ đầu tư nào chậm thì ...": whichever does
            each = low[pos:end].endswith(("chính quyền", "chi bộ"))
            if each and (units := _EACH_UNIT.match(low, end)):
                end = units.end()  # "chính quyền các xã, phường", "chi bộ các khóm"
            of = group(scan, end + 1, False) if _OF_CELLS.match(low, end) else None
            if of is not None:  # "cấp ủy | các chi bộ, đảng bộ trực thuộc"
                name = f"{_name(text[pos:end])} {of.name[:1].lower()}{of.name[1:]}"
                return Found(pos, of.end, name, "group", low[pos:end])
            cell = _CELL.match(text, end) if low.endswith("chi bộ", pos, end) else None
            if cell is not None:
                return Found(pos, cell.end(), text[pos : cell.end()], "grammar", low[pos:end])
            stop = modified(scan, _consulting(scan, pos, end))
            if stop == end and (named := _contractor(scan, pos, end)) is not None:
                return named
            if forces := _FORCES.match(low, pos):
                stop = max(stop, forces.end())
            return Found(pos, stop, _name(text[pos:stop]), "group", low[pos:end])
    at = many.end() if many else pos
    if many and (hit := scan.view.at(low, at, text)) is not None:
        noun = phrase_at(low, at, words.groups)
        # "các phòng GDĐT": a known name in the plural, where the noun alone would end too soon
        if noun is not None and _SCHOOLS.match(low, at) and hit.end > noun and " " in hit.name:
            end = modified(scan, hit.end)
            after = hit.end - len(hit.tail.kind) if hit.tail.kind else end + 1
            units = UNIT_LIST.match(low, after + 4 if low.startswith("các ", after) else after)
            end = max(end, units.end()) if units else end
            name = f"{text[pos:at]}{hit.name[:1].lower()}{hit.name[1:]}{text[hit.end : end]}"
            return Found(pos, end, _name(name), "group", low[at:noun])
    if many and low.startswith("sở ", at) and scan.view.province is None:
        for end, entries in scan.names_at(at):  # "các Sở Y tế" in a ministry's notice
            name, levels = levels_of(entries)
            if levels and " " in name and scan.view.tail(text, low, end).stop == end:
                return Found(pos, end, _name(f"{text[pos:at]}{name}"), "group", "sở")
    nouns = 0
    end = sorted_from = at
    while True:
        noun = phrase_at(low, at, words.groups)
        if noun is None or phrase_at(low, at, words.not_groups) is not None:
            break
        if nouns and (low.startswith("chính quyền", at) or not _is_noun(low, at, noun)):
            break
        if low[at:noun] == "vụ" and not scan.capital(at):
            break  # "các vụ vi phạm"
        if low.endswith(" quản lý", at, noun):
            trade = phrase_at(low, noun - len("quản lý"), words.trades)
            if (trade is not None and trade > noun) or low.startswith(_WELL, noun):
                noun -= len(" quản lý")  # "các đơn vị | quản lý, vận hành hồ chứa"
        if low.endswith("công ty xây dựng", at, noun) and not _ends_or_acts(scan, noun):
            noun -= len(" xây dựng")  # "các tổng công ty | xây dựng kế hoạch"
        nouns += 1
        sorted_from, end = noun, modified(scan, noun)
        if low.startswith(", ", end) and phrase_at(low, noun + 1, words.trades) == end:
            if phrase_at(low, end + 2, words.trades) is not None:
                end = noun  # "các doanh nghiệp | kinh doanh, chế biến khoáng sản"
        gap = _GAP.match(low, end)
        if not gap or MANY.match(low, gap.end()) or _proper(scan, gap.end()):
            break
        if end > noun and scan.capital(gap.end()) and not scan.capital(at):
            break  # "các bệnh viện trực thuộc Bộ, | Bệnh viện các trường đại học"
        if end > noun and _NAMED_OWNER.match(text, noun, end):
            break  # "các đơn vị thuộc Bộ Y tế | và doanh nghiệp dược": no units of the ministry
        at = gap.end()
    if nouns == 0 and many and (end := _bodies(scan, at)) > at:
        return Found(pos, end, _name(text[pos:end]), "group", low[at:end])
    if nouns == 1 and not many and not titled and _must(scan, pos, end):
        return unnumbered(scan, pos)
    if nouns == 0 or (nouns == 1 and not many and not titled):
        return None
    if low[pos:end].endswith(("mỗi đồng chí", "từng đồng chí")):
        return None  # a title follows: "từng đồng chí | Giám đốc sở"
    proper = text[end : end + 1] == " " and scan.capital(end + 1)
    if nouns == 1 and not many and proper and _sorts(scan, sorted_from) == end > sorted_from:
        return None  # "Hiệu trưởng Trường Tiểu học | Tân Lập": one school, by its name
    if not many and low.startswith(_TEAMS, pos):
        return None
    if not many and not titled:
        first = _FIRST.match(low, pos, end)
        if (first and first.group() in _UNITS) or low.startswith("thị ", pos):
            return None
    if _CLOSED.search(low, pos, end):
        return Found(pos, end, _name(text[pos:end]), "group", low[at:end])
    if many and (nouns == 1 or low[pos:end].endswith(_DOING)):
        end = _complement(scan, end)
    return Found(pos, end, _name(text[pos:end]), "group", low[at:end])


# who is told at the end of a list of bodies, and never alone
PEOPLE = ("nhân", "bà", "người", "toàn", "các")  # how it begins
_PEOPLE = re.compile(
    r"(?:toàn thể |các tầng lớp |bà con )*(?:nhân dân|bà con(?! nhân dân)|người dân)(?!\w)"
)


def people(scan: Scan, pos: int, told: bool) -> Found | None:
    """The people behind the bodies that are told with them ("các cơ quan và | toàn thể nhân dân trên địa bàn | treo cờ").

    told: their enumeration heads a sentence or is asked; else "phải" must say that they are.
    """
    who = _PEOPLE.match(scan.low, pos)
    if who is None or not scan.low.endswith(" và ", 0, pos):
        return None
    end = modified(scan, who.end())
    if not scan.low.startswith((" ",) if told else (" phải ", " cần "), end):
        return None
    if not scan.is_verb(end + 1):
        return None
    return Found(pos, end, write_out(scan.text[pos:end]), "group", who.group())


_SERIES_LAST = re.compile(r" nhóm [\divx, và]+$")
_MUST = re.compile(r" (?:phải|có trách nhiệm|chịu trách nhiệm|có nghĩa vụ) ")


def _must(scan: Scan, pos: int, end: int) -> bool:
    """Whether a noun alone at the head of a clause is told what to do ("tổ chức tín dụng | phải báo cáo", "đơn vị nhóm 3 | lập")."""
    must = _MUST.match(scan.low, end)
    series = must is None and _SERIES_LAST.search(scan.low, pos, end) is not None
    if not (series and scan.is_verb(end + 1)) and not (must and scan.is_verb(must.end())):
        return False
    return pos == 0 or scan.low.endswith((", ", ". ", "; ", ": ", "\n"), 0, pos)


_ANYBODY = ("cơ quan", "đơn vị", "tổ chức", "cá nhân", "đồng chí", "gia đình", "khu dân cư")


def unnumbered(scan: Scan, pos: int) -> Found | None:
    """A group without "các" behind another body ("Sở Y tế và cơ sở giáo dục | rà soát"), where a verb or a stop follows."""
    noun = phrase_at(scan.low, pos, scan.words.groups)
    if noun is None or " " not in scan.low[pos:noun]:
        return None
    if (phrase_at(scan.low, pos, scan.words.verbs) or pos) >= noun:
        return None
    if phrase_at(scan.low, pos, scan.words.not_groups) or not _is_noun(scan.low, pos, noun):
        return None
    end = modified(scan, noun)
    if not _ends_or_acts(scan, end) or scan.capital(noun + 1):
        return None
    if end == noun and scan.low[pos:end] in _ANYBODY:
        return None
    return Found(pos, end, _name(scan.text[pos:end]), "group", scan.low[pos:noun])


def _consulting(scan: Scan, pos: int, end: int) -> int:
    """End of what a consultant is for ("đơn vị tư vấn | giám sát"), where a verb or a stop follows it."""
    low = scan.low
    trade = phrase_at(low, end + 1, scan.words.trades) if low.startswith(" ", end) else None
    if trade is None or not low.endswith("tư vấn", pos, end):
        return end
    return trade if _ends_or_acts(scan, trade) else end


_ENDS = re.compile(r"[,;.:)\n]|$| và ")


def _ends_or_acts(scan: Scan, end: int) -> bool:
    """Whether a stop or a verb stands behind a name that ends there."""
    verb = scan.low.startswith(" ", end) and scan.is_verb(end + 1)
    return verb or _ENDS.match(scan.low, end) is not None


def _contractor(scan: Scan, pos: int, end: int) -> Found | None:
    """ "Nhà thầu Công ty A", "liên danh nhà thầu B - C": the one that is meant, by its name."""
    low, text = scan.low, scan.text
    if not low.endswith(_CONTRACTORS, pos, end) or not low.startswith(" ", end):
        return None
    if not scan.capital(end + 1):
        return None
    body = scan.known(end + 1) or scan.built(end + 1)
    if body is not None:
        return body._replace(start=pos)
    name = _PROPER_NAMES.match(text, end)
    if name is None or scan.view.known_place(name.group().strip()):
        return None
    return Found(pos, name.end(), _name(text[pos : name.end()]), "grammar", low[pos:end])


_CONTRACTORS = ("nhà thầu", "nhà thầu thi công", "nhà thầu tư vấn", "tư vấn giám sát", "nhà đầu tư")
_PROPER_NAMES = re.compile(rf" {PROPER}(?: \d{{1,3}}(?!\w))?(?: - {PROPER}(?: \d{{1,3}}(?!\w))?)*")
_FORCE = (
    r"(?:công an|quân sự|quân đội|bộ đội(?: biên phòng)?|biên phòng|dân quân(?: tự vệ)?|kiểm lâm"
    r"|quản lý thị trường|hải quan|xung kích|cảnh sát giao thông|thanh tra giao thông)"
)
_FORCES = re.compile(
    rf"lực lượng {_FORCE}(?:(?:, | và |, và ){_FORCE}(?! (?:tỉnh|huyện|xã|phường|thành phố)))*"
)


def _bodies(scan: Scan, at: int) -> int:
    """End of a body's name in the plural ("các Đồn Biên phòng tuyến biển"), or `at`."""
    if not scan.capital(at):
        return at
    for end, entries in scan.names_at(at):
        if levels_of(entries)[1] and scan.view.tail(scan.text, scan.low, end).stop == end:
            return _complement(scan, end)
    return at


def _is_noun(low: str, at: int, end: int) -> bool:
    """Whether "tổ chức" is the noun: a verb of that sound is followed by what is organised."""
    return low[at:end] != "tổ chức" or bool(_AS_NOUN.match(low, end))


def _proper(scan: Scan, pos: int) -> bool:
    """Whether a proper name, not a group's noun, stands at `pos`."""
    if not scan.capital(pos):
        return False
    if COMMITTEE.match(scan.low, pos):
        return True
    hit = scan.at(pos)
    if hit is not None and " " in hit.entry.phrase:
        return True
    noun = phrase_at(scan.low, pos, scan.words.groups)
    if noun is None or any(c.isupper() for c in scan.text[pos + 1 : noun]):
        return True  # "Viện Nghiên cứu ..."
    if (phrase_at(scan.low, pos, scan.words.heads) or noun) > noun:
        return True  # "Ủy ban | bầu cử"
    return scan.low[noun : noun + 1] == " " and scan.capital(noun + 1)


def modified(scan: Scan, end: int) -> int:
    """End of what narrows a group: "liên quan", "trên địa bàn tỉnh", "trực thuộc UBND tỉnh"."""
    low = scan.low
    for _ in range(4):
        if low[end : end + 1] not in (" ", ","):
            break
        owner = of_owner(scan, end, lambda at: at)
        if owner is not None:
            end = owner
            continue
        sort = _sorts(scan, end)
        if sort > end:
            end = sort
            continue
        if low[end : end + 1] != " ":
            break
        told = _lying(scan, end) or _having(scan, end) or _being(scan, end) or _in_charge(scan, end)
        if told is not None:
            return told
        if along := _along(scan, end):
            end = along
            continue
        if (
            reach := _REACH.match(scan.text, end)
            or _AREA.match(scan.text, end)
            or _SERIES.match(low, end)
            or _NEW.match(low, end)
        ):
            end = reach.end()
            continue
        own = _OWN.match(low, end) if low.startswith(("thuộc", "p vụ"), end - 5) else None
        stop = own.end() if own else phrase_at(low, end + 1, scan.words.modifiers)
        if stop is None or low.startswith((" ủy", " đoàn"), stop):
            break
        if low[end:stop] in _WITHIN and not _ends_or_acts(scan, stop):
            break  # "trong vùng | trũng"
        if _PLACED.fullmatch(low[end + 1 : stop]) and low[stop : stop + 1] == " ":
            place = scan.place_name(stop + 1)
            if place is not None and scan.view.known_place(scan.text[stop + 1 : place]):
                stop = place
        end = stop
    where = _WHERE.match(low, end) if low.endswith(_TASKED, 0, end) else None
    return where.end() if where else end


_SHARE = r"(?:dưới|trên|thấp hơn|chưa đạt) \d{1,3}(?:,\d+)? ?%"
_OF_PLAN = r"(?: (?:kế hoạch vốn|kế hoạch|dự toán|chỉ tiêu)(?: (?:được )?giao(?! ban))?(?!\w))?"
_SO_FAR = re.compile(
    r" có (?:tỷ lệ|kết quả|tiến độ|chỉ số)(?: [^\W\d_]+){1,6}? "
    rf"(?:thấp|cao|chậm|kém|yếu|(?:đạt )?{_SHARE})(?!\w){_OF_PLAN}"
    rf"| (?:đạt|giải ngân)(?: đạt)? {_SHARE}{_OF_PLAN}"
)
_BANK = "(?:sông|biển|đảo|hải đảo|suối|hồ|vịnh|đầm|kênh|rạch|biên|quốc lộ|đường)"
_ALONG = re.compile(
    rf" (?:ven|dọc|giáp) (?:{_BANK}(?!\w)(?: {PROPER})?|{PROPER})"
    rf"(?:(?:, | và )(?:(?:ven|dọc|giáp) )?{_BANK}(?!\w)(?: {PROPER})?)*"
)
_NAMED_LAST = re.compile(rf"{PROPER}$")
_WHERE_OR_HOW_FAR = re.compile(r" (?:có|đạt|giải) ")
_WITHIN = (" trong vùng", " trong khu vực")
_BESIDE = (" ven ", " dọc ", " giáp ")
# "đơn vị | nhóm 3, 4", "các dự án | nhóm B"
_SERIES = re.compile(r" nhóm (?:\d|[ivx]+)(?!\w)(?:(?:, | và )(?:nhóm )?(?:\d|[ivx]+)(?![\w/%]))*")

# "UBND các xã, phường | mới | khẩn trương kiện toàn": those of a reorganisation, where "mới" is not "only just"
_NEW = re.compile(
    r" mới(?=[,;:.]|$| (?:khẩn trương|chủ động|kịp thời|tiếp tục|tập trung|nhanh chóng|phải|chịu|có trách nhiệm)(?!\w))"
)


def _lying(scan: Scan, end: int) -> int | None:
    """End of how far those are that are meant ("| đạt dưới 30%")."""
    tail = _SO_FAR.match(scan.low, end) if _WHERE_OR_HOW_FAR.match(scan.low, end) else None
    return tail.end() if tail else None


def _along(scan: Scan, end: int) -> int | None:
    """End of what those lie by that are meant ("| ven sông Vệ", "| ven sông, ven biển").

    Behind a common noun a verb, a stop or a further modifier follows: not "ven hồ | chứa nước".
    """
    along = _ALONG.match(scan.text, end) if scan.low.startswith(_BESIDE, end) else None
    if along is None:
        return None
    stop = along.end()
    closed = _NAMED_LAST.search(scan.text, end, stop) or _ends_or_acts(scan, stop)
    further = closed or phrase_at(scan.low, stop + 1, scan.words.modifiers)
    return stop if further else None


_CHARGE = " phụ trách "


def _in_charge(scan: Scan, end: int) -> int | None:
    """End of what those are in charge of that are meant ("các sở | phụ trách tiêu chí môi trường | rà soát")."""
    if not scan.low.startswith(_CHARGE, end):
        return None
    at = end + len(_CHARGE) - 1
    return until_verb(scan, at) or _noun_phrase(scan, at)


_HAVING = re.compile(r" (?:nơi )?(?:có|đang có|còn)(?: nhiều| các| đông| thiếu)? ")


def _having(scan: Scan, end: int) -> int | None:
    """End of what those have that are meant ("UBND các xã | có rừng phòng hộ"); None: they do it."""
    m = _HAVING.match(scan.low, end)
    noun = phrase_at(scan.low, m.end(), scan.words.possessions) if m else None
    if noun is None:
        return None
    if state := _STATE_OF_IT.match(scan.low, noun):  # "có dự án | chậm nộp báo cáo"
        at = state.end()
        verb = phrase_at(scan.low, at + 1, scan.words.verbs) if state["not"] else at
        stop = until_verb(scan, verb or at, object_next=verb is not None)
        if stop is None and verb and _ENDS.match(scan.low, verb):
            return verb
        # how often is said behind a verb: one that no table has stands before it
        return None if stop and scan.low.startswith((" hằng ", " hàng "), stop) else stop
    stop = _noun_phrase(scan, noun) or until_verb(scan, noun)
    more = _LISTED_ON.match(scan.text, stop) if stop else None
    if more is None or any(
        _begins_other(scan, m.end()) for m in _COMMA.finditer(scan.low, *more.span())
    ):
        return stop
    return more.end()


_STATE_OF_IT = re.compile(
    r" (?:(?P<not>(?:còn |hiện )?(?:chưa|đang|bị|chậm|quá hạn))(?! (?:phải|cần))(?= [^\W\d_])"
    r"|(?:biệt phái|tham gia|tham dự|vi phạm)(?!\w))"
)
# in a heading: "có nhà máy xi măng | , thép, giấy:"
_LISTED_ON = re.compile(rf"(?:, [^\W\d_{UPPER}]+(?: [^\W\d_{UPPER}]+){{0,3}}){{1,4}}(?= ?:)")
_COMMA = re.compile(", ")


def _begins_other(scan: Scan, pos: int) -> bool:
    """Whether a verb or another group stands at `pos`."""
    words = scan.words
    tables = (words.verbs, words.groups, words.singular, words.listed)
    return any(phrase_at(scan.low, pos, table) is not None for table in tables)


_STATE = re.compile(
    r" (?:còn |hiện )?(?:chưa|còn|đang|bị|đã bị|được(?! (?:giao|phân công|phép|biết)))(?! (?:phải|cần)) (?=[^\W\d_])"
)
# after these no verb begins what a group is told: "đang nợ thuế | nộp ...", but "phục vụ báo cáo", "và nộp"
_LEADS_ON = frozenset(
    "và hoặc của về cho để với trong do theo việc tác các những sự phục vụ là mà như từ đến nội".split()
)


# verbs of one syllable that are no second half of a noun, as "trình" is of "công trình"
_SHORT = frozenset("nộp gửi lắp cử giao phải cần đưa ký trực sớm ngay mua bán thu chi rà".split())
_HELPS = frozenset("có tự bị được cùng đều cũng".split())  # before a verb
# how one is to do it: no object of a verb before them
_MANNER = frozenset(
    (
        "chủ động",
        "tích cực",
        "kịp thời",
        "khẩn trương",
        "thường xuyên",
        "nghiêm túc",
        "kiên quyết",
        "quyết liệt",
    )
)
_PARTS = frozenset("thì mà nếu là".split())


def _being(scan: Scan, end: int) -> int | None:
    """End of how those are that are meant ("các xã | chưa nộp báo cáo quý III | gửi ..."); None: so they all are."""
    state = _STATE.match(scan.low, end)
    if state is None:
        return None
    verb = phrase_at(scan.low, state.end(), scan.words.verbs)
    first = _WORD.match(scan.low, state.end())
    at = verb or (first.end() if first else state.end())
    return until_verb(scan, at, object_next=verb is not None)


def until_verb(scan: Scan, at: int, *, object_next: bool = False, most: int = 1) -> int | None:
    """Where the next verb of a sentence begins, at most `most` commas before it; None: there is none.

    object_next: a verb stands before `at`, so that "báo cáo" may be its object.
    """
    low, commas, start = scan.low, 0, at
    for _ in range(16):
        if low.startswith(", ", at) and not scan.is_verb(at + 2) and commas < most:
            at, commas = at + 1, commas + 1  # "hồ chứa nước, thủy điện"
        if passing := _PASSING.match(low, at):
            at, object_next = passing.end(), False
            continue
        word = _WORD.match(low, at + 1) if low.startswith(" ", at) else None
        if word is None or (scan.capital(at + 1) and scan.new_body(at + 1)):
            return None
        if low.startswith(" và ", at) and _PEOPLE.match(low, at + len(" và ")):
            return at  # "các hộ kinh doanh ở chợ | và bà con nhân dân"
        if low.startswith(" được biết", at):
            return at  # "thông báo để các đơn vị lữ hành | được biết"
        fixed = phrase_at(low, at + 1, scan.words.name_words)
        if fixed is not None:
            at, object_next = fixed, False  # "thuốc bảo vệ thực vật"
            continue
        before = _NOT_WORD.split(low[max(at - 12, 0) : at])[-1]
        end = phrase_at(low, at + 1, scan.words.verbs) if before not in _LEADS_ON else None
        if end is not None and (end > word.end() or word.group() in _SHORT):
            if not object_next or low[at + 1 : end] in _MANNER:
                helped = at - len(before) - 1  # "các hộ buôn bán ven đường | tự tháo dỡ mái che"
                return helped if before in _HELPS and helped >= start else at
            at = end
        elif word.group() in _PARTS:
            return None
        else:
            at = word.end()
        object_next = False
    return None


def _noun_phrase(scan: Scan, at: int) -> int | None:
    """End of a noun's lower-case words from the end of its first on, where a verb or a stop follows."""
    low = scan.low
    for _ in range(7):
        follows = low[at : at + 1]
        if follows in ("", "\n", ",", ";", ":", ".", ")"):
            return at
        if follows != " " or not scan.text[at + 1 : at + 2].islower():
            return None
        passing = _PASSING.match(low, at)
        if passing:
            at = passing.end()
            continue
        if scan.breaks(_NOT_WORD.split(low[max(at - 12, 0) : at])[-1], at + 1):
            return at
        word = _WORD.match(low, at + 1)
        if word is None:
            return None
        if word.group() in scan.words.stop:
            return at if scan.is_verb(at + 1) or word.group() == "và" else None
        at = word.end()
    return None


_PASSING = re.compile(
    r" (?:đi qua|bị ảnh hưởng|bị thiệt hại|bị thu hồi|trên địa bàn"
    r"|(?:báo cáo|hồ sơ|giấy|phiếu|biên bản|thủ tục) (?:quyết toán|thanh toán|giám sát|đánh giá|thẩm định|nghiệm thu"
    r"|đăng ký|chứng nhận|xác nhận|kiểm định|cam kết)|phòng cháy(?:,| và) chữa cháy|phòng,? chống)(?!\w)"
)
_TASKED = ("được giao nhiệm vụ", "được phân công nhiệm vụ", "có tên")
_NUMBER = r"(?:\d+(?:\.\d+)*|[ivx]+)(?![\w/%])(?! (?:giờ|ngày|tháng|tuần|lần))"
_WHERE = re.compile(
    r" (?:tại|trong|theo) (?:điều|khoản|mục|phụ lục|danh sách|kế hoạch|thông báo|quyết định|công văn)"
    r"(?: (?:này|trên|số)| \d+| [ivx]+(?!\w))*"
    rf"(?:(?:, và | và |, )(?:(?:điều|khoản|mục|phụ lục) )?{_NUMBER})*(?: (?:điều|mục|phụ lục) {_NUMBER})?"
    r"(?: kèm theo(?: (?:quyết định|kế hoạch|công văn|thông báo|văn bản)(?: này)?)?(?!\w))?"
)
_SCHOOLS = re.compile(
    r"phòng (?:gd|giáo dục)|trung tâm (?:gdnn|gdtx|giáo dục|y tế|văn hóa)|trạm y tế"
)
_NAMED_OWNER = re.compile(rf" (?:trực )?thuộc [{UPPER}]\w* \w+ \w")
_TEAMS = (
    "tổ công tác",
    "tổ giúp việc",
    "đoàn công tác",
    "đoàn giám sát",
    "đoàn kiểm tra",
    "đoàn thanh tra",
)
_SORT_GAP = re.compile(r",? và |, | hoặc |,? trường | ")


def _sorts(scan: Scan, end: int) -> int:
    """End of the sorts that a group is of ("các trường | mầm non, tiểu học và THCS"), or `end`."""
    at = end
    while (gap := _SORT_GAP.match(scan.low, at)) and (at > end or gap.group() == " "):
        stop = phrase_at(scan.low, gap.end(), scan.words.sorts)
        if stop is None or (
            scan.low.startswith("thường xuyên", gap.end()) and "," not in gap.group()
        ):
            break
        at = stop
    return at


_WELL = (" chặt chẽ", " tốt", " nghiêm", " hiệu quả")
_GOODS = 3  # commas between what a group trades in or gives off
_ACTS = re.compile(r" (?!theo (?!dõi)|thông tin(?!\w))")


@cache
def _trade_before() -> re.Pattern[str]:
    return re.compile(rf" (?:{'|'.join(phrases_of(word_lists().trades))})$")


def _ends_in_trade(scan: Scan, end: int) -> bool:
    """Whether the words before `end` are what a group does for a living."""
    return _trade_before().search(scan.low[max(end - 40, 0) : end]) is not None


def _complement(scan: Scan, end: int) -> int:
    """Lower-case words that still belong to a group of one noun ("chủ đầu tư hạ tầng cụm ...")."""
    low, text = scan.low, scan.text
    at = end
    trade = phrase_at(low, end + 1, scan.words.trades) if low.startswith(" ", end) else None
    if trade is None and _ends_in_trade(scan, end):
        trade = end  # "các cơ sở chăn nuôi | , giết mổ", "các doanh nghiệp kinh doanh | xăng dầu, dược phẩm"
    if trade is not None and low.startswith((*_WELL, " việc "), trade):
        return end  # "các đơn vị | quản lý chặt chẽ tàu cá"
    while trade is not None and low.startswith(", ", trade):
        more = phrase_at(low, trade + 2, scan.words.trades)
        if (
            more is None
        ):  # "các đơn vị quản lý, sử dụng xe công | rà soát", "các đơn vị | quản lý, theo dõi hồ sơ"
            other = phrase_at(low, trade + 2, scan.words.verbs)
            # "các doanh nghiệp kinh doanh xăng dầu, dược phẩm | đăng ký"
            several = until_verb(scan, other or trade, object_next=other is not None)
            return several or end
        trade = more
    if trade is not None:
        narrowed = modified(scan, trade)
        if _ACTS.match(low, narrowed) and scan.is_verb(narrowed + 1):
            return narrowed
        working = until_verb(scan, trade, object_next=True, most=_GOODS)
        if working is not None:
            return working
    for _ in range(6):
        if low[at : at + 1] != " " or not text[at + 1 : at + 2].islower():
            break
        if scan.breaks(_NOT_WORD.split(low[max(at - 12, 0) : at])[-1], at + 1):
            break
        word = _WORD.match(low, at + 1)
        if not word or word.group() in scan.words.stop:
            break
        at = word.end()
    follows = low[at : at + 1]
    verb = follows == " " and scan.is_verb(at + 1)
    if trade is not None and follows == "," and scan.is_verb(at + 2):
        return end  # "các đơn vị | quản lý hồ sơ, thực hiện ...": the first of what they do
    return modified(scan, at) if verb or follows in (",", ";", ".", "", "\n", ":") else end


@lru_cache(maxsize=2048)
def _name(text: str) -> str:
    bare = _AGAIN.sub(r"\1 ", _DASH.sub(", ", _ALL.sub("", text)))
    if "trường " in bare or "trung tâm " in bare:
        bare = _SCHOOL.sub(lambda m: _SORTS[m[0].lower()], bare)
    low = _CAPITALS.sub(lambda m: m[0].lower(), write_out(bare))
    return _BOARDS.sub(", ", low)
