"""Names of bodies in running text: word lists, names written out, known names and names built on a head.

`Scan` holds a notice's text with its view of the gazetteer and answers what stands at a place:
a known name with its unit and place, or a proper name that grows from a head word ("Công ty ...",
"Ban Chỉ đạo ...") until a verb, a stop word or another body ends it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from extractor import placing
from extractor.gazetteer import Hit, Names, View
from extractor.nameindex import FIRST_TWO
from extractor.placing import NUMBERED
from extractor.text import UPPER, toneless
from extractor.vocabulary import Words, phrase_at, write_out

UNIT = f"(?:{placing.UNIT})"
_NO_UNIT = r"(?! (?:đoàn|ủy|hội|lân|đội)(?!\w))"
# "các huyện, thị, thành phố", "các huyện, thành, thị": the two words cut short.
_CUT = (
    r"(?:thị(?=(?:,| và) (?:thành phố|tp)|, thành(?! ủy| đoàn))|(?<=thị, )thành(?! phố| lập)"
    r"|thành(?=, thị(?!\w| (?:ủy|đoàn|xã|trấn)))|(?<=thành, )thị)"
)
UNIT_LIST = re.compile(
    rf"{UNIT}(?:(?:, | và | hoặc |/| ?- ?)(?:(?:liên )?{UNIT}|{_CUT}){_NO_UNIT})*(?!\w){_NO_UNIT}"
)
HAMLETS = rf"(?:{placing.HAMLET})(?:(?:, | và )(?:{placing.HAMLET}))*(?!\w)(?! thi đua)"
_DASHED = re.compile(r" ?- ?|/")
_CUT_SHORT = re.compile(r"(?<!\w)(?:t[px]\.|t[px](?!\w))|(?<=, )(?:thị|thành)(?=,|$)")
_FULL_UNIT = placing.SHORT | {"thị": "thị xã", "thành": "thành phố"}
# "Trưởng | 17 ấp", "yêu cầu | 14 phường tổ chức ra quân"
COUNTED = re.compile(
    rf"\d{{1,3}} (?=(?:{placing.PLAIN_HAMLET}"
    r"|xã|phường|thị trấn|huyện|quận|trường|đơn vị|phòng|khoa|chi bộ|đảng bộ|cơ quan|sở|doanh nghiệp)(?!\w))"
)
MANY = re.compile(
    rf"(?:tất cả |toàn thể |toàn bộ )?(?:các|những)(?: các| đồng chí)? |{COUNTED.pattern}"
)
PROPER = rf"[{UPPER}][\w']*(?: (?:- )?[{UPPER}][\w']*){{0,3}}"
# "thị trấn Nông trường Việt Lâm": a place that grew from a state farm keeps its word
_PLACE = re.compile(rf"(?:(?:Nông|Lâm) trường )?{PROPER}(?:-{PROPER})?(?: \d{{1,2}}(?!\d|/))?")
_NUMBERED_UNITS = re.compile(r"(?:quận|phường)(?: \d{1,2}(?:,| và))* $")
_WORD = re.compile(r"(?:[\w&./-]|(?<=\w)'(?=\w))+")  # "M'Đrắk" is one word
_PERSONS = re.compile(r"(?:ông|bà|anh|chị|đồng chí|đ/c)(?!\w)")
_WHOSE = ("bộ", "sở")
_BOARDS = ("ban qlda", "bqlda", "ban quản lý dự án")
_BY_NUMBER = ("ban quản lý dự án", "hải đội", "hải đoàn")
_JOINT = re.compile(r",? và | - |-|, | & ")
_REGION = re.compile(
    rf"(?: (?:số )?(?:[IVX]+|\d{{1,3}})(?![\w/]))?(?:(?: -| [Cc]ửa khẩu(?: [Qq]uốc tế| [Cc]hính| [Pp]hụ| [Cc]ảng)?)? {PROPER}(?: - {PROPER})?)?"
)
_REGIONS = ("đồn biên phòng", "đội quản lý thị trường", "thuế cơ sở")  # told apart by a number
_ENDS_IN_UNIT = re.compile(rf" (?:{UNIT}|quốc gia|trung ương)(?: |$)")
_YEARS = ("19", "20")
_EACH_BASE = re.compile(r" (?:các cơ sở|cơ sở)(?!\w)")
_OF_BASES = ("bảo hiểm xã hội", "bhxh", "công đoàn", "đoàn thanh niên", "hội phụ nữ", "công an")
_REGIONAL = (
    "trung",
    "đài",
    "cục",
    "phòng",
    "chi",
    "đội",
    "trạm",
    "kho",
    "bảo",
    "thuế",
    "hạt",
    "viện",
    "tòa",
    "ban",
)
_GROWING = ("ban", "bqlda", "bql", "trung", "hội", "quỹ", "chi", "công", "đài", "trạm", "bcđ", "tổ")
_TO_UNIT = re.compile(
    r"(?:,? [^\W\dA-ZĐ_]+){1,8}?(?= (?:[Tt]ỉnh|[Hh]uyện|[Tt]hành phố|[Tt]hị xã|[Xx]ã|[Pp]hường)(?!\w))"
)
_VILLAGES = re.compile(f" các {HAMLETS}")
_EACH_UNIT = re.compile(
    rf" các (?:{UNIT}|quân khu|khu vực)(?:(?:, | và ){UNIT})*(?: trực thuộc trung ương)?(?!\w)(?! (?:đoàn|ủy))"
    r"| cấp (?:tỉnh|huyện|xã|cơ sở|quân khu)(?!\w)"
)
_LEVELS = re.compile(r" (?:các|hai|ba|0?[23]) cấp(?!\w)")
# of whom each has a board of its own: "Ban Chỉ huy ... các ngành, địa phương, đơn vị"
_BRANCH = "(?:sở|ban|bộ|ngành|cấp|địa phương|đơn vị|cơ quan)"
BRANCHES = re.compile(
    rf" các {_BRANCH}(?:(?:, | và |, và )(?:các )?{_BRANCH}(?!\w))*(?!\w)(?! {PROPER})"
)
_COUNTED_LEVELS = (" hai cấp", " ba cấp")
# "Ủy ban bầu cử ở tỉnh | , ở huyện, ở xã"
_AT_LEVEL = re.compile(rf" ở {UNIT}$")
_MORE_LEVELS = re.compile(rf"(?:(?:, | và |, và )ở {UNIT}(?=[ ,.;:)\n]|$))+")
# "Trung tâm Y tế dự phòng quận | , huyện": several, without their "các"
_LAST_UNIT = re.compile(rf" {UNIT}$")
_MORE_UNITS = re.compile(rf"(?:(?:, | và ){UNIT}{_NO_UNIT}(?=[,.;:)\n]|$| [^\W\d_{UPPER}]))+")
_LOCAL = (
    "trung tâm",
    "phòng",
    "trạm",
    "đội",
    "hạt kiểm lâm",
    "chi cục",
    "văn phòng",
    "hội",
    "hội đồng",
)
# inner units whose fields may be listed in lower case ("Cục Hộ tịch, quốc tịch, chứng thực")
_OF_FIELDS = frozenset(
    (
        "phòng",
        "cục",
        "vụ",
        "chi cục",
        "tiểu ban",
        "đội",
        "trung tâm",
        "ban",
        "tổ",
        "viện",
        "khoa",
        "trạm",
        "bộ phận",
    )
)
_PEOPLE = re.compile(
    r"(?:nhân dân|người|cán bộ|công chức|viên chức|chuyên viên|nhân viên|giáo viên|học sinh|hộ|gia đình|cá nhân|lãnh đạo|đại diện|thành viên|hội viên|đoàn viên|nhất là|đặc biệt|cụ thể|toàn thể|toàn dân|mọi|tất cả|từng|riêng|kể cả|kết hợp|lấy|tuyệt đối|thời gian|thời hạn)(?!\w)"
)
_COMMITTEES = re.compile(r"(?:ubnd|hđnd|ủy ban nhân dân|hội đồng nhân dân) các ")
_FIELD_JOINT = re.compile(r",? và |, ")
OF_UNITS = (
    "ban chỉ đạo",
    "bcđ",
    "ủy ban bầu cử",
    "ban bầu cử",
    "ban vận động",
    "ban chỉ huy",
    "hội đồng nghĩa vụ quân sự",
    "ban đại diện",
    "tổ công tác",
)
_MADE = re.compile(r"(?!văn |hàng |xã hội )(?:\w+ )hóa(?!\w)")  # "ngầm hóa", "bê tông hóa"
_NUMBERED = re.compile(r" \d{1,2}")
_SUM = re.compile(r" (?:liệu|lượng|tiền|dư|thu|chi|vốn)(?!\w)")  # behind "số"
_NUMBERED_ONE = re.compile(r" (?:\d|[ivx]+(?!\w))")
_AMOUNT = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+,\d+")
_PURPOSES = tuple(
    re.compile(rf"(?:,? {word}){{1,9}}? (?:{ends})(?= [^\W\d_]|[.,;:)\n]|$)")
    for word, ends in (
        (r"[^\W\d_]+", "tỉnh|huyện|thành phố|thị xã|xã|phường"),
        # "phòng, chống lụt, bão Trung ương", but "tổng hợp, báo cáo Trung ương"
        (r"(?!báo|trình|gửi|kiến|xin|tham)[^\W\d_]+", "trung ương|(?<!mục tiêu )quốc gia"),
    )
)
_ENDS = re.compile(rf"[,.;:)\n(]|$| \(| và | {UNIT}(?!\w)")
_TWO = re.compile(rf"[{UPPER}]\w+ [{UPPER}]\w+$")
_OWNED = re.compile(r"(?: (?:thuộc|của|trực thuộc)| -)? ")
_WORD_CHARS = re.compile(r"\w+")
_STREET = re.compile(
    rf" \d+\w?(?:[/-]\d+\w?)* (?:(?P<way>(?i:đường|phố|đại lộ|quốc lộ)) )?[{UPPER}]"
)
_LAST_WORD = re.compile(r"\w+(?:'\w+)*$")
_SPACED_WORD = re.compile(r" (\w+)")
_UNIT = re.compile(UNIT)
_ZONES = re.compile(r"các (?:khu|kcn|cụm|bãi|di tích|danh thắng|công trình|chợ|bến|cảng)(?!\w)")
_AND_CAPITAL = re.compile(rf"[{UPPER}][\w ]{{1,40}}? và [{UPPER}]")
_AND_MORE = re.compile(rf" và (?=[{UPPER}]\w)")
_DASH_CAPITAL = re.compile(rf" - [{UPPER}]")


# often in lower case before a name ("phòng Nghiệp vụ Dược", "khoa Nội tổng hợp", "tổ Toán - Tin")
LOWER_HEADS = ("phòng", "ngành", "công chức", "bộ phận", "khoa", "tổ", "đội")
# what a team does when told to, but is not named by
_NO_WORK = (
    "tổ chức ",
    "phối hợp ",
    "thực hiện ",
    "triển khai ",
    "chủ động ",
    "chủ trì ",
    "báo cáo ",
)
# of any unit, whether or not a table knows its place
_COMMITTEE = re.compile(r"(?:ubnd|hđnd|ủy ban nhân dân|hội đồng nhân dân)(?!\w)")


class Found(NamedTuple):
    """A body in the text (flow offsets): its name, how it was found, its head and what is known."""

    start: int
    end: int
    name: str
    by: str
    head: str
    hit: Hit | None = None


def full_unit(unit: str) -> str:
    """The unit's word written out."""
    return _FULL_UNIT.get(unit, unit)


def full_units(units: str) -> str:
    """A list of units with the words cut short written out, dashes and strokes as commas."""
    return _CUT_SHORT.sub(lambda m: _FULL_UNIT[m.group()], _DASHED.sub(", ", units))


@dataclass(frozen=True, slots=True)
class Scan:
    """A notice's flow and the view it is read with."""

    text: str
    low: str
    view: View
    words: Words
    # known names by position: several questions are asked of the same place
    hits: dict[int, Hit | None] = field(default_factory=dict)
    names: dict[int, Names] = field(default_factory=dict)

    # -- small questions ---------------------------------------------------------------------

    def at(self, pos: int) -> Hit | None:
        """The longest known name that begins at `pos`, with its place."""
        if pos not in self.hits:
            names = self.names_at(pos)
            self.hits[pos] = self.view.choose(names, self.low, self.text) if names else None
        return self.hits[pos]

    def names_at(self, pos: int) -> Names:
        """All known names that begin at `pos`, the longest first."""
        names = self.names.get(pos)
        if names is None:
            names = self.names[pos] = self.view.names_at(self.low, pos)
        return names

    def syllables(self, pos: int) -> tuple[str, str]:
        """The two syllables that begin at `pos`, lower case; empty where there are none."""
        m = FIRST_TWO.match(self.low, pos)
        return (m[1], m[2] or "") if m else ("", "")

    def is_head(self, pos: int) -> bool:
        """Whether a head word of a proper name stands at `pos`."""
        return phrase_at(self.low, pos, self.words.heads) is not None

    def is_title(self, pos: int) -> bool:
        """Whether a position ("giám đốc") stands at `pos`."""
        return phrase_at(self.low, pos, self.words.positions) is not None

    def is_verb(self, pos: int) -> bool:
        """Whether a verb, a modal or an adverb of the lists stands at `pos`."""
        return phrase_at(self.low, pos, self.words.verbs) is not None

    def breaks(self, before: str, pos: int) -> bool:
        """Whether a verb at `pos` ends a name: one syllable may be the second half of a noun ("công trình")."""
        end = phrase_at(self.low, pos, self.words.verbs)
        if end is None:
            return bool(_MADE.match(self.low, pos))
        if self.low[pos:end] == "tổ chức" and not self.capital(pos):
            return True  # "Đồn Biên phòng | tổ chức kiểm tra"
        words = [before, *self.low[pos:end].split(" ")]
        if not all(self.view.follows(x, y) for x, y in pairwise(words)):
            return True
        # "Công nghệ thông tin tỉnh": official names have these words; what follows must not be an object
        return len(words) > 2 and not (
            _ENDS.match(self.low, end) or self.capital(end + 1) or self.is_verb(end + 1)
        )

    def capital(self, pos: int) -> bool:
        """Whether an upper-case letter stands at `pos`."""
        return self.text[pos : pos + 1].isupper()

    def new_body(self, pos: int) -> bool:
        """Whether another body begins at `pos`."""
        if _COMMITTEE.match(self.low, pos):
            return True
        head = self.is_head(pos) and phrase_at(self.low, pos, self.words.not_names) is None
        return head or self.is_title(pos) or self.at(pos) is not None

    def place_name(self, pos: int) -> int | None:
        """End of a place's name at `pos`: the longest known one, else a run of capitals."""
        m = _PLACE.match(self.text, pos)
        if not m:
            number = self.text[pos : pos + 1].isdigit() and NUMBERED.match(self.low, pos)
            if number and _NUMBERED_UNITS.search(self.low[max(pos - 40, 0) : pos]):
                known = self.view.province is None or self.view.known_place(number.group())
                return number.end() if known else None
            return None
        stop = m.end()
        while stop > pos:
            if self.view.known_place(self.text[pos:stop]):
                return stop
            stop = self.text.rfind(" ", pos, stop)
        more = _SPACED_WORD.match(self.low, m.end())  # a slip of the pen: "huyện Đông sơn"
        slip = self.text[pos : more.end()] if more else ""
        if more and self.view.known_place(slip) and not self.new_body(pos):
            return more.end()
        return m.end() if " " in m.group() or not self.is_head(pos) else None

    # -- known names -------------------------------------------------------------------------

    def known(self, pos: int) -> Found | None:
        """The name at `pos` that the gazetteer holds, with its unit, its place and its owner."""
        hit = self.at(pos)
        if hit is None:
            return None
        end, phrase = hit.end, hit.entry.phrase
        lower_case = self.text[pos : pos + len(phrase)].islower()
        if lower_case and (
            " " not in phrase
            or hit.entry.step == "alias"
            or phrase in self.words.verbs.get(phrase.split(" ")[0], ())
        ):
            return None  # a common noun or a verb, not a name
        if phrase_at(self.low, pos, self.words.not_names) is not None:
            return None
        name = write_out(hit.name)
        if phrase.endswith(" khu vực") or phrase in _REGIONS:
            m = _REGION.match(self.text, end)
            if m and m.end() > end:
                stop = self.view.tail(self.text, self.low, m.end()).stop
                return Found(pos, stop, name + self.text[end:stop], "grammar", name.split(" ")[0])
        if self.view.province is None and phrase in _BOARDS and hit.tail.name and not hit.tail.kind:
            return self.built(pos)  # a ministry's own, no province's: "Ban QLDA Hồ Chí Minh"
        tables = (self.words.units, self.words.heads)  # may hold a longer beginning
        listed = max(phrase_at(self.low, pos, table) or 0 for table in tables)
        if self._goes_on(end, phrase) or listed > pos + len(phrase):
            built = self.built(pos)
            if built is not None and built.end > end:
                return built
        if self.low.startswith(" khu vực", end) and phrase.split(" ")[0] in _REGIONAL:
            m = _REGION.match(self.text, end + len(" khu vực"))
            stop = m.end() if m else end + len(" khu vực")
            if (
                stop > end + len(" khu vực")
                or not self.low.startswith(" ", stop)
                or self.is_verb(stop + 1)
            ):
                whole = name + self.text[end:stop]
                return Found(pos, stop, whole, "grammar", name.split(" ")[0])
        found = Found(pos, end, name, hit.entry.step, name.split(" ")[0], hit)
        return self.owned(found)

    def owned(self, found: Found) -> Found:
        """An inner unit with the body it belongs to ("Thanh tra Sở Xây dựng", "Phòng Nội chính Văn phòng ...")."""
        end = phrase_at(self.low, found.start, self.words.heads)
        head = self.low[found.start : end] if end is not None else ""
        company = head in self.words.companies
        if not company and head not in self.words.owners:
            return found
        if found.hit is not None and found.hit.tail.stop > found.start + len(
            found.hit.entry.phrase
        ):
            return found  # it has said its place
        m = _OWNED.match(self.low, found.end)
        if not m or not self.capital(m.end()):
            return found
        owner = self.at(m.end())
        if owner is None or " " not in owner.entry.phrase:
            return found
        glue = self.text[found.end : m.end()]
        if company and glue != " - ":
            return found
        return found._replace(
            end=owner.end,
            name=found.name + glue + write_out(owner.name),
            by="grammar",
            hit=None,
        )

    def of_bases(self, found: Found) -> Found:
        """ "BHXH các cơ sở": a vertical body's lower offices."""
        of_bases = self.low[found.start : found.end] in _OF_BASES
        each = _EACH_BASE.match(self.low, found.end) if of_bases else None
        if each is None:
            return found
        name = found.name + self.text[found.end : each.end()]
        return found._replace(end=each.end(), name=name, by="group", hit=None)

    def of_fields(self, found: Found) -> Found:
        """An inner unit with fields in lower case, up to its verb ("Cục Hộ tịch, quốc tịch, chứng thực chủ trì").

        Behind the name and before the verb no other part of a sentence has its place, so that words
        which are no verb, no body, no people and no function word belong to the name.
        """
        if found.head.lower() not in _OF_FIELDS or found.by == "group":
            return found
        joint = _FIELD_JOINT.match(self.low, found.end)
        if joint is None or self.capital(joint.end()):
            return found
        at, count, before = joint.end(), 0, ""
        while count < 14:
            fixed = phrase_at(self.low, at, self.words.name_words)
            word = _WORD_CHARS.match(self.low, at)
            if word is None or self.capital(at):
                return found
            if fixed is None:
                if self.breaks(before, at) if before else self.is_verb(at):
                    break
                bad = word.group() in self.words.stop or word.group().isdigit()
                bad = bad or self.new_body(at)  # but "môi | trường"
                bad = bad and not (before and self.view.follows(before, word.group()))
                if bad or _PEOPLE.match(self.low, at):
                    return found
                if not before and phrase_at(self.low, at, self.words.groups) is not None:
                    return found
            stop = fixed or word.end()
            count += 1 + self.low.count(" ", at, stop)
            before = self.low[at:stop].rsplit(" ", 1)[-1]
            joint = _FIELD_JOINT.match(self.low, stop)
            if joint is not None:
                at, before = joint.end(), ""
            elif self.low[stop : stop + 1] == " ":
                at = stop + 1
            elif self.low[stop : stop + 1] in ("\n", ":", ""):
                at = stop + 1  # a heading, a cell
                break
            else:
                return found
        if count < 2 or count >= 14 or not before:
            return found
        name = found.name + self.text[found.end : at - 1]
        return found._replace(end=at - 1, name=write_out(name), by="grammar", hit=None)

    def _goes_on(self, end: int, phrase: str) -> bool:
        """Whether a known name is but the beginning of a longer one that no table holds."""
        if (
            self.low[end : end + 1] not in (" ", ",")
            or phrase_at(phrase, 0, self.words.heads) is None
        ):
            return False
        if _DASH_CAPITAL.match(self.text, end):
            return True
        if phrase.startswith(("ban quản lý", "ban ql")) and self.low.startswith(
            (" và các khu", " và các kcn"), end
        ):
            return True  # "... Khu kinh tế Nghi Sơn | và các khu công nghiệp"
        and_more = _AND_MORE.match(self.text, end)
        if and_more and phrase.split(" ", maxsplit=1)[0] in _GROWING:
            return not self.new_body(and_more.end())  # "Trung tâm Khuyến nông | và Dịch vụ ..."
        after = end + 1
        if self.low[end] != " ":
            return False
        if phrase in _BY_NUMBER and NUMBERED.match(self.low, after):
            return True  # "Ban Quản lý dự án | 3 thuộc Sở A"
        if self.capital(after):
            return phrase[:3] not in ("sở ", "bộ ") and not (
                phrase.split(" ", maxsplit=1)[0] in self.words.owners and self.new_body(after)
            )
        if phrase_at(self.low, after, self.words.name_words) is not None:
            return True
        # "Ban Quản lý dự án đầu tư xây dựng | công trình nông nghiệp tỉnh": lower case, up to its unit
        if (
            phrase_at(phrase, 0, self.words.heads)
            and self._anchored(end)
            and not self.is_verb(after)
        ):
            return True
        m = _TO_UNIT.match(self.text, end) if phrase.split(" ", maxsplit=1)[0] in _GROWING else None
        before = phrase.rsplit(" ", 1)[-1]
        for word in _WORD_CHARS.finditer(m.group()) if m else ():
            at = end + word.start()
            noun = word.group() == "và" or word.group() not in self.words.stop
            if not noun or self.breaks(before, at) or self.new_body(at):
                return False
            before = word.group()
        return m is not None

    # -- names built on a head ---------------------------------------------------------------

    def built(self, pos: int) -> Found | None:
        """A proper name that no table holds: a capital head word and what belongs to it."""
        listed = phrase_at(self.low, pos, self.words.units)
        end = phrase_at(self.low, pos, self.words.heads)
        if listed is not None and end is None:
            end = self.low.index(" ", pos)
        if end is None or phrase_at(self.low, pos, self.words.not_names) is not None:
            return None
        head = self.low[pos:end]
        if not self.capital(pos) and not (
            head in LOWER_HEADS
            and self.capital(end + 1)
            and not (head == "công chức" and self.at(end + 1) is not None)
        ):
            return None
        at = self._purpose(end) if head in self.words.purposes else end
        at = max(at, listed or 0)
        while not self.low.startswith(_COUNTED_LEVELS, at) and (
            nxt := self.next_word(at, pos, head, end)
        ):
            at = nxt
        tail = self.view.tail(self.text, self.low, at)
        if (
            not self.low[pos:at].endswith(("tỉnh", "huyện", "xã", "phường", "thành phố"))
            or tail.name
        ):
            at = tail.stop
        levels = _LEVELS.match(self.low, at)
        if levels:  # "Ủy ban bầu cử các cấp", "Công đoàn hai cấp": any body has its levels
            name = write_out(self.text[pos : levels.end()])
            return Found(pos, levels.end(), name, "group", head)
        if at == end and listed is None and head not in OF_UNITS:
            return None
        villages = _VILLAGES.match(self.low, at)
        if villages:
            name = write_out(self.text[pos : villages.end()])
            return Found(pos, villages.end(), name, "group", head)
        units = _EACH_UNIT.match(self.low, at)
        if units is None and head in OF_UNITS:
            units = BRANCHES.match(self.text, at)
        if units and ((head in _LOCAL and self.capital(end + 1)) or head in OF_UNITS):
            name = write_out(self.text[pos : units.end()])
            return Found(pos, units.end(), name, "group", head)
        if units is None and self.capital(end + 1) and (more := _MORE_UNITS.match(self.text, at)):
            if head in _LOCAL and _LAST_UNIT.search(self.low, end, at) and not tail.name:
                name = write_out(self.text[pos : more.end()])
                return Found(pos, more.end(), name, "group", head)
        if at == end and listed is None:
            return None
        if _AT_LEVEL.search(self.low, end, at) and (more := _MORE_LEVELS.match(self.low, at)):
            name = write_out(self.text[pos : more.end()])
            return Found(pos, more.end(), name, "group", head)
        if self.text[pos:at].isupper() and " " in self.text[pos:at]:
            return None  # a heading in capitals
        rest = self.text[end:at]
        named = listed is not None or any(
            c.isupper() or (c.isdigit() and head not in self.words.common) for c in rest
        )
        if _NUMBERED.fullmatch(rest) and self.capital(pos):  # "Phòng 3 chủ trì", "Phòng 1, Phòng 2"
            named = named or self.low[at : at + 1] in (",", ":") or self.is_verb(at + 1)
        if not named and (
            head in self.words.common
            or (self.opens(pos) and not _ENDS_IN_UNIT.search(self.low[end:at]))
        ):
            return None  # a sentence's first noun, not a name
        return self.owned(Found(pos, at, write_out(self.text[pos:at]), "grammar", head))

    def unknown(self, pos: int) -> Found | None:
        """Who is asked by name though no head word tells what it is ("Giao Lữ đoàn 572 hỗ trợ").

        `pos` stands behind a word of assignment. The name has two capitals or more, a number, or a
        unit at its end; it is followed by a verb, and holds neither another body nor a function word.
        """
        if self.is_verb(pos) or _PERSONS.match(self.low, pos):
            return None
        at, last, capitals = pos, "", 0
        for _ in range(9):
            word = _WORD.match(self.low, at)
            if word is None:
                return None
            if last and self.breaks(last, at):
                break
            token = word.group()
            if (
                token in self.words.stop
                or "/" in token
                or (last and self.capital(at) and self.new_body(at))
            ):
                return None
            cased = self.text[at : word.end()]
            capitals += 2 if cased.isupper() or cased.isdigit() else cased[0].isupper()
            last, at = token, word.end() + 1
            if self.low[word.end() : at] != " ":
                return None
        else:
            return None
        name = self.text[pos : at - 1]
        if (capitals < 2 and last not in ("tỉnh", "huyện")) or self.view.known_place(name):
            return None
        return Found(pos, at - 1, write_out(name), "grammar", self.low[pos : at - 1].split(" ")[0])

    def listed(self, pos: int) -> Found | None:
        """A team or board named by what it does, in a list or asked ("công an xã, | tổ thu gom rác | và ...").

        Its first word may be a verb, for the work is the name; a verb, a stop or a further body follows.
        """
        end = phrase_at(self.low, pos, self.words.listed)
        if end is None or phrase_at(self.low, pos, self.words.not_names) is not None:
            return None
        at, last = end, ""
        for _ in range(7):
            word = _SPACED_WORD.match(self.low, at)
            if word is None or (last and self.capital(at + 1)) or word[1].isdigit():
                break
            fixed = phrase_at(self.low, at + 1, self.words.name_words)
            if fixed is not None:
                at, last = fixed, self.low[fixed - 3 : fixed]
                continue
            work = phrase_at(self.low, at + 1, self.words.verbs) if at == end else None
            if work is not None:
                acts = self.is_verb(work + 1) and not self._no_object(work + 1)
                if acts or self.low.startswith(_NO_WORK, at + 1):
                    return None  # "đội | tổ chức ra quân", "tổ | phối hợp kiểm tra"
                at, last = work, ""
                continue
            verb = last and self.breaks(last, at + 1)
            if word[1] in self.words.stop or (verb and not self._no_object(at + 1)):
                break
            at, last = word.end(), word[1]
        if not last or self.low[at : at + 1] not in (" ", ","):
            return None
        if units := _EACH_UNIT.match(self.low, at):
            at = units.end()  # "đội xung kích các xã"
        found = Found(pos, at, write_out(self.text[pos:at]), "grammar", self.low[pos:end])
        if (fields := self.of_fields(found)).end > at or self.is_verb(at + 1):
            return fields
        joint = _FIELD_JOINT.match(self.low, at)
        if joint is None:
            return None
        after = joint.end()
        more = MANY.match(self.low, after) or phrase_at(self.low, after, self.words.listed)
        return found if more or self.new_body(after) else None

    def _no_object(self, pos: int) -> bool:
        """Whether the verb at `pos` ends a member of a list: "tổ quản lý trật tự xây dựng, công an xã"."""
        end = phrase_at(self.low, pos, self.words.verbs) or pos
        joint = _FIELD_JOINT.match(self.low, end)
        return joint is not None and not self.is_verb(joint.end())

    def _purpose(self, end: int) -> int:
        """End of what a steering body is for, if it leads to a unit or the centre and a verb or a stop follows."""
        for m in filter(None, (ends.match(self.low, end) for ends in _PURPOSES)):
            if any(
                w.group() in self.words.stop - {"và", "chủ", "bảo", "đảm", "trừ"}
                or self.new_body(end + w.start())
                for w in _WORD_CHARS.finditer(m.group())
            ):
                continue
            if not self.low.startswith(" ", m.end()) or self.is_verb(m.end() + 1):
                return m.end()
            if m.re is _PURPOSES[-1] and self.low.startswith(" và ", m.end()):
                return m.end()
        return end

    def opens(self, pos: int) -> bool:
        """Whether a sentence begins at `pos`, so that its capital says nothing."""
        return (
            pos == 0
            or self.text[pos - 1] == "\n"
            or self.text[max(pos - 2, 0) : pos] in (". ", "; ", ": ")
        )

    def next_word(self, at: int, pos: int, head: str = "", end: int = 0) -> int | None:
        """End of the next word of the name that began at `pos`, or None where the name ends."""
        if at - pos > 140:
            return None
        low, text = self.low, self.text
        spaced = low[at : at + 1] == " "
        fixed = phrase_at(low, at + 1, self.words.name_words) if spaced else None
        verb = phrase_at(low, at + 1, self.words.verbs) if fixed else None
        if fixed is not None and low[at + 1 : fixed] not in low[pos:at] and (verb or 0) <= fixed:
            return fixed if not low.startswith(" số", at) or self._numbers(at, head) else None
        before = _LAST_WORD.search(low, pos, at)
        last = before.group() if before else ""
        proper = bool(before) and self.capital(before.start())  # type: ignore[union-attr]
        joint = _JOINT.match(low, at)
        if joint:
            return self._joined(joint, pos, last if proper else "")
        if not spaced:
            return None
        word = _WORD.match(low, at + 1)
        if not word:
            return None
        if (
            last in ("tỉnh", "huyện")
            and at > end
            and not self.capital(at + 1)
            and low[at + 1 : at + 3] not in ("ủy", "lỵ")
        ):
            return None  # "Nhà hát Cải lương tỉnh | dàn dựng": a unit closes a name
        stop = word.end()
        while low[stop - 1] in "./-&":
            stop -= 1
        token = low[at + 1 : stop]
        if not token or _AMOUNT.fullmatch(token):
            return None
        if self.capital(at + 1) or token.isdigit():
            if len(token) > 3 and token.strip("./-").replace("/", "").isdigit():
                # "Ban Chỉ đạo quốc gia 1237": the number of the decision that set it up, no year
                by_number = last in ("đạo", "gia") and token.isdigit() and token[:2] not in _YEARS
                return stop if by_number else None
            if token.isdigit() and _UNIT.fullmatch(last) and not NUMBERED.match(low, at + 1):
                return None  # "UBND phường | 2 giờ/lần"
            if at > end and self.capital(at + 1) and self._another(at + 1):
                return None
            if _UNIT.fullmatch(last) and not self.view.known_place(token) and self.is_verb(at + 1):
                return None  # a line's end without its stop: "... tỉnh Nêu cao ..."
            return stop
        if last in _WHOSE and proper and self.is_verb(at + 1):
            return None  # "Văn phòng Bộ | thông báo", though "Bộ Thông tin" follows too
        if proper and self.view.follows(last, token, marks=head not in ("sở", "bộ")):
            return stop  # "Kiểm soát", "Phát triển": a verb's second syllable inside a name
        if token in self.words.stop or (self.breaks(last, at + 1) and not self._and_more(at + 1)):
            return None
        if last.isdigit() and not _UNIT.match(token):
            return None
        two = _TWO.search(text, pos, at)
        if two and self.view.known_place(two.group()) and not _UNIT.match(token):
            return None  # a place ends a name: "Viện Nông nghiệp Thanh Hóa lai tạo giống"
        if head in self.words.companies and any(c.isupper() for c in text[end:at]):
            goes_on = (
                self.view.follows(last, token)
                or self._anchored(at)
                # "Công ty Thủy | nông", "Trường Tiểu | học số 1"
                or (
                    at - len(last) == end + 1
                    and (self.is_verb(stop + 1) or low.startswith(" số ", stop))
                )
            )
            return stop if goes_on else None
        return stop

    def _and_more(self, pos: int) -> bool:
        """Whether the verb at `pos` has a name's capital for its object ("Quản lý | xây dựng và Chất lượng công trình")."""
        verb = phrase_at(self.low, pos, self.words.verbs)
        more = _AND_MORE.match(self.text, verb) if verb else None
        return more is not None and not self.new_body(more.end())

    def _numbers(self, at: int, head: str) -> bool:
        """Whether "số" at `at` belongs to a name: a school's number, "công nghệ số"; not a sum or a house's number."""
        fixed = at + len(" số")
        if _NUMBERED_ONE.match(self.low, fixed):
            return not self._address(fixed, head)
        before = _LAST_WORD.search(self.low, max(at - 12, 0), at)
        if before is None or _SUM.match(self.low, fixed):
            return False
        return self.view.follows(before.group(), "số")

    def _address(self, at: int, head: str) -> bool:
        """Whether the number behind "số" is a house's ("Sở Tư pháp | số 12 Lê Lợi"), no school's or company's."""
        street = _STREET.match(self.text, at)
        return street is not None and (head in ("sở", "bộ") or bool(street["way"]))

    def _joined(self, joint: re.Match[str], pos: int, last: str) -> int | None:
        """What follows a comma, a dash or "và" inside a name."""
        low, after = self.low, joint.end()
        word = _WORD_CHARS.match(low, after)
        if not word:
            return None
        if _COMMITTEES.match(low, after):
            return None  # "Ban Quản lý Khu kinh tế tỉnh | và UBND các xã"
        if not self.capital(after) or self.new_body(after):
            zones = _ZONES.match(low, after)
            if (
                joint.group() == " và "
                and zones
                and toneless(low[pos : pos + 11]).startswith(("ban quan ly", "ban ql", "bql"))
            ):
                return zones.end()
            same = joint.group() == ", " and not self.capital(after)
            if same and last and self.view.follows(last, word.group()):
                return word.end()  # "Phòng, chống ..."
            to_unit = (
                _TO_UNIT.match(self.text, joint.end() - 1) if joint.group() == " và " else None
            )
            if to_unit and not self.is_verb(after) and not self.new_body(after):
                many = MANY.match(low, after)
                if many is None or phrase_at(low, many.end(), self.words.groups) is None:
                    return word.end()  # not "... Việt Nam | và các đoàn thể huyện"
            return None
        if joint.group() == ", ":  # a comma inside a name is followed by "... và ..." soon
            ahead = _AND_CAPITAL.match(self.text, after)
            return word.end() if ahead else None
        fixed = phrase_at(low, after, self.words.name_words)
        return fixed or word.end()

    def _another(self, pos: int) -> bool:
        """Whether a capital word opens another body: a known name of several words, "Sở GD&ĐT"."""
        hit = self.at(pos)
        if hit is None or hit.entry.record.level == "central":
            return False
        words = hit.entry.phrase.count(" ") + 1
        return words > 2 or (words == 2 and hit.entry.phrase.startswith("sở "))

    def _anchored(self, at: int) -> bool:
        """Whether at most two lower-case words lead on to a capital, so that they belong to the name."""
        for n in range(3):
            word = _SPACED_WORD.match(self.low, at)
            if not word:
                return False
            if self.capital(at + 1):
                return n > 0 and not self.new_body(at + 1)
            if word[1] in self.words.stop or self.is_verb(at + 1):
                return False
            at = word.end()
        return False
