"""Stage 4: mentions of bodies, written out in full and linked where that is certain.

Reads flow, citations and meta; adds agencies. A mention is a known name, a position that stands for
its body, a group ("các sở, ban, ngành"), a committee with its units ("UBND các huyện: A, B"), a list
with a shared head ("các Sở: Tài chính, Nội vụ") or a name built on a known head word. Names follow
GUIDELINES "Who": written out in full, groups stay groups. A false link is worse than none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, cached_property, lru_cache, partial
from itertools import compress, zip_longest
from operator import or_
from typing import NamedTuple

from extractor.committees import (
    COMMITTEE,
    COMMITTEES,
    SHARED,
    UNITS,
    VILLAGES,
    committee,
    many_of,
    named_many,
    of_hamlets,
    place_alone,
    placed_many,
    places,
    shared_head,
    sharing,
    villages,
)
from extractor.document import Agency, Document, Doubt, Span
from extractor.gazetteer import View, default
from extractor.groups import PEOPLE, group, modified, people, unnumbered, until_verb
from extractor.nameindex import Index
from extractor.names import (
    COUNTED,
    LOWER_HEADS,
    MANY,
    PROPER,
    UNIT,
    UNIT_LIST,
    Found,
    Scan,
    full_unit,
)
from extractor.registry import Record
from extractor.successors import taken_over
from extractor.tables import is_ditto
from extractor.text import UPPER, lower
from extractor.vocabulary import (
    Openings,
    by_first,
    phrase_at,
    phrases_of,
    word_lists,
    write_out,
)

_ASKS = re.compile(
    r"(?:giao|đề nghị|yêu cầu|phân công|phối hợp(?: chặt chẽ)?(?: cùng)? với)(?: cho)? (?=\w)"
)
_TELLING = ("giao ", "giao cho ", "đề nghị ", "yêu cầu ", "phân công ", "phối hợp với ", "cùng ")
_ASKING = frozenset(("giao", "đề", "yêu", "phân", "phối"))  # how it begins
_SEPARATOR = re.compile(
    r"(?: \([^()]{0,120}\))?(?:,? và |, |; | \+ |,? hoặc |, nhất là |, đặc biệt là |, trực tiếp là |, trong đó có |, bao gồm )"
)
_HONOURED = re.compile(
    r"(?:các )?quý (?:cơ quan|đơn vị|ủy ban|sở|bộ|ban|ngành|vị|địa phương|(?:tổng )?cục|tập đoàn|(?:tổng )?công ty"
    r"|vụ|viện|trường|tổ chức|hội|doanh nghiệp)"
    r"(?:,? (?:và )?(?:cơ quan|đơn vị|địa phương|tổ chức|doanh nghiệp|ban|ngành|bộ))*(?!\w)"
)
_DEFINED = re.compile(
    r' \((?:[^()]{0,40}?(?:viết tắt|gọi tắt|gọi chung|gọi) (?:là|chung là):? )["\']?(?P<short>[^()"\']{2,60})["\']?\)'
)
_INITIALS = re.compile(rf" \((?P<short>[{UPPER}][{UPPER}&]{{2,9}})\)")
_BRACKETED = re.compile(rf" \((?P<short>[{UPPER}][^\W\d_]+(?: [^\W\d_]+){{1,6}})\)")
# "(Cục QLXD&CLCTGT)": the head, and the others by their letters
_LETTERED = re.compile(
    rf" \((?P<short>(?P<head>[{UPPER}]\w+) (?P<letters>[{UPPER}][{UPPER}&]{{1,11}}))\)"
)
_EXCEPT = tuple(
    f"{word}{many} "
    for word in ("trừ", "không bao gồm", "không kể", "không tính")
    for many in ("", " các")
)
_JOINTS = (", ", " và ", ", và ")
_BOARD_ENDS = (" quốc gia", " trung ương")  # of those that a matter is named with
_LONGEST_JOINT = 5
# "1. | 05 đơn vị giải ngân dưới 30% gửi báo cáo": so many of them, at a sentence's head
_COUNTED_HEAD = re.compile(rf"(?:^|(?<=[.;] )){COUNTED.pattern}", re.MULTILINE)
_GLOSS = re.compile(r" \((?:qua |thông qua |là )?")
_OF = re.compile(
    r" (?:thuộc|trực thuộc|của) | - (?=bộ (?!đội|chỉ huy|tư lệnh|phận)|tập đoàn |tổng công ty )"
)
_ANNOUNCES = re.compile(r" ?(?:sau(?: đây)?)?: | ")
_SYLLABLE = re.compile(r"[^\W_]+")
_IN_CELL = re.compile(r"[^;,\n]{4,90}")
_PERSON = re.compile(rf"(?:,| -)? ?(?:đồng chí )?(?:{PROPER})(?:,| -) ")
_MEMBER = re.compile(r" (?:phó )?(?:ủy viên|bí thư(?! (?:các )?chi bộ)) [^,.;:]{4,70}, ")
_PILED = re.compile(r"(?:,| -| -|;| kiêm)? (?:và )?(?:của |các đồng chí |các )?")
_PARTY_BODY = re.compile(
    r"(?:ban thường vụ|thường trực|văn phòng|ủy ban kiểm tra|ban tổ chức|ban tuyên giáo(?: và dân vận)?|ban dân vận|ban nội chính)"
    r" (?=các (?:tỉnh|thành|huyện|quận|thị|đảng)(?:(?:, | và )(?:thành|huyện|quận|thị|đảng))* ủy)"
    r"|(?:ban tuyên giáo(?: và dân vận)?|ban dân vận|ban nội chính) (?=các (?:tỉnh|huyện|quận|thị xã|thành phố|đảng bộ)(?!\w))"
    r"|(?:ban thường vụ|ban chấp hành) (?=các (?:(?:tỉnh|thành|huyện|quận|thị)(?:, (?:thành|huyện|quận|thị))* (?:ủy|đoàn)"
    r"|(?:chi|đảng) (?:bộ|đoàn)|liên chi|(?:công |nghiệp )?đoàn|cđcs|(?:chi )?hội)(?!\w))"
    r"|(?:ban cán sự đảng|đảng đoàn|đảng ủy|chi ủy) (?=các (?:sở|bộ|ban|cơ quan|tổ chức|đơn vị|doanh nghiệp|tập đoàn|tổng công ty|trường)(?!\w))"
    r"|(?:công đoàn(?: cơ sở)?|cđcs) (?=các (?:đơn vị|cơ quan|trường|đại học|sở|ban|doanh nghiệp|tập đoàn|tổng công ty)(?!\w))"
    r"|văn phòng (?=các bộ(?!\w))|thanh tra (?=các (?:bộ|sở|ngành|tỉnh)(?!\w))"
)
_MORE_UNITS = re.compile(rf"(?:(?:, | và )(?:thành phố|thị xã|quận|huyện)(?!\w)(?! [{UPPER}\d]))+")
# inner units of the youth union: the word that makes their unit one stands behind it
_UNION_BODY = re.compile(
    r"(?:văn phòng|ban (?:tuyên giáo|tổ chức(?: - (?:kiểm tra|xây dựng đoàn))?|phong trào|kiểm tra|xây dựng đoàn|quốc tế"
    r"|công tác thiếu nhi|thanh thiếu nhi(?: - trường học)?|thanh niên(?: trường học| nông thôn| xung phong"
    r"| công nhân(?: và đô thị)?)?|đoàn kết tập hợp thanh niên|mặt trận thanh niên))"
    r" (?:tỉnh|thành|huyện|quận|thị|trung ương|tw) đoàn(?! (?:công tác|giám sát|kiểm tra|kết|thanh tra|viên))(?!\w)"
)
_PARTY_BODIES = Openings(
    "công đoàn|cđcs|đảng đoàn|đảng ủy|chi ủy|ban chấp hành|ban phong|ban kiểm|ban xây|ban quốc|ban công|ban thanh|ban đoàn|ban mặt|ban thường vụ|thường trực|văn phòng|ủy ban|ban tổ chức|ban tuyên giáo|ban dân vận|ban nội|ban cán sự|thanh tra".split(
        "|"
    )
)
_COMRADE = ("đồng chí", "đ/c")
_COMRADES = ("các đồng chí", "các đ/c")
_INNER = re.compile(r"các (?:phòng|khoa|ban|bộ phận|đội)(?!\w)")
_LINK = re.compile(r" (?:của |thuộc )?")
_STANDING = re.compile(r"(?:văn phòng|bộ phận|tổ) (?:thường trực|thư ký|giúp việc) (?:của )?")
_STANDING_COUNCIL = re.compile(r"thường trực (?:hội đồng nhân dân|hđnd)(?!\w)")
_STANDING_OFFICES = Openings("văn phòng|bộ phận|tổ thường|tổ thư|tổ giúp".split("|"))
_NARROWS = re.compile(
    r" (?:có|nơi|được|thuộc|đang|đã|chưa|trên địa bàn|tham gia|quản lý|làm|là chủ|khai thác|sử dụng|hoạt động|trực tiếp)(?: [^\W\d_]+){1,12}$"
)
_UNLISTED = re.compile(
    r"(?:đối với |đề nghị |yêu cầu |giao )?(?P<who>(?:các|những) (?P<noun>[^\W\d_]+)(?:,? [^\W\d_]+){1,12})[:;.]?"
)
_ADDRESSED = re.compile(r"(?: [^\W\d_]+){1,12}")  # the rest of a line that names who is written to
# syllables that may begin a name in lower case and alone
_EACH = frozenset(("mỗi", "từng"))  # of groups, where they head a sentence
_LOWER = frozenset(
    "các những quý sở bộ ban phòng ngành cục ubnd hđnd mttq huyện xã quận phường tỉnh công liên đặc trưởng cấp thôn ông bà".split()
)
_MEMBERS_OF = re.compile(r"(?:(?:các|những|mỗi) )?(?:(?:đồng chí|đ/c) )?ủy viên ")
_CHARGE = re.compile(
    r" (?:được (?:giao|phân công) )?(?:phụ trách|theo dõi)(?:, chỉ đạo)?(?!\w)"
    r"(?: (?:các )?(?:địa bàn|lĩnh vực|cơ sở|khối|cụm|ngành|địa phương|đơn vị)(?!\w))?"
)
_CHARGED = re.compile(r" (?:[^\W\d_]+|\d{1,2})(?!\w)")
_WEAK_HEADS = ("ban", "bộ", "khu", "cụm", "tổ", "đoàn", "hội", "cơ quan", "phòng", "thường trực")
_PRESS = ("báo", "đài", "tạp chí")
_PUBLISHED = re.compile(r" (?:đã |có )?(?:nêu|phản ánh|đăng|đưa|viết|thông tin)(?!\w)")
_OWN_HEAD = re.compile(rf"(?:Bộ|Sở|Cục|Chi cục|Tổng cục)(?!\w)(?! [{UPPER}])")
_BOARDS = ("Ban ", "Hội đồng ", "Tổ ", "Ủy ban ")  # what has a standing office
_MEMBERS = (" viên ", " viên,")
_PARTY_UNITS = ("ban tổ chức", "ban thường vụ", "văn phòng")


# who is reported to by his post alone
_HEADS_WORD = ("thứ trưởng", "chủ tịch", "chủ tịch thường trực", "bí thư", "bí thư thường trực")
# the heads of bodies by what these are called: who reports to the head reports to the body
_OWN_HEADS = {
    "thống đốc": ("Ngân hàng Nhà nước",),
    "tổng giám đốc": ("Tập đoàn", "Tổng công ty", "Công ty", "Ngân hàng", "Bảo hiểm xã hội"),
    "giám đốc": ("Sở", "Công ty", "Bệnh viện", "Trung tâm", "Ban Quản lý", "Kho bạc", "Bảo hiểm"),
    "tổng cục trưởng": ("Tổng cục",),
    "cục trưởng": ("Cục",),
    "viện trưởng": ("Viện",),
    "hiệu trưởng": ("Trường", "Đại học"),
}
# several who lead themselves, each his field, where no body of theirs is named
_DEPUTIES = frozenset(f"các {who}" for who in ("thứ trưởng", "phó chủ tịch", "phó giám đốc"))
_IN_CHARGE = re.compile(
    r",? (?:theo (?:các )?(?:lĩnh vực|sự phân công|nhiệm vụ|chức năng)|phụ trách|trực tiếp|chỉ đạo)(?!\w)"
)
_REPORTED = ("báo cáo ", "báo cáo cho ", "trình ", "xin ý kiến ", "tham mưu ", "tham mưu cho ")
_NAMED = re.compile(rf" {PROPER}")
_UNIT_ALONE = re.compile(
    rf"{UNIT}(?=[,.;:)(\n]|$| (?:trước|trong|để|xem|và|về|theo|cho|kết quả)(?!\w))"
)

# "Tỉnh", "Huyện" in the notice of somebody above it, and where its subject says which
_UNIT_WORD = re.compile(r"(?:tỉnh|thành phố|huyện|thị xã|quận|xã|phường|đặc khu)(?= \w)")
_PLACE_ABOUT = re.compile(rf"(?P<unit>(?i:{UNIT}))(?: ủy)? (?P<name>{PROPER})")
_OF_IT = ("của ", "thuộc ", "tại ", "ở ", "trong ", "từ ", "cho ", "qua ", "giữa ", "với các ")

# "Ban Chỉ đạo | phát triển du lịch tỉnh", "... | quốc gia 389": another than the one named before
_SAYS_WHICH = re.compile(rf".* (?:{UNIT}|\d+)$| (?:quốc gia|trung ương|liên ngành|các|cấp)(?!\w)")
_IN_BRACKETS = re.compile(
    r"\((?:là )?(?:(?:cơ quan|đơn vị) (?:thường trực|chủ trì|đầu mối|tư vấn)|chủ đầu tư|nhà thầu(?: thi công)?)\)"
)
_SCHOOLS = ("đại học", "học viện")
# nouns that a name follows, where a post stands before them
_NAMED_BY = re.compile(
    r"(?:(?P<school>Trường)|Công ty|Tổng [Cc]ông ty|Tập đoàn|Bệnh viện|Trung tâm|Nhà máy)(?!\w)"
)
# "Phó Tổng Giám đốc Tập đoàn | Huỳnh Văn A": the commonest surnames that begin no place's name
_SURNAMED = re.compile(
    r" (?:Nguyễn|Trần|Lê|Phạm|Huỳnh|Hoàng|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Đinh|Đoàn|Trịnh|Mai|Đào|Trương|Tạ|Tô"
    rf"|Lương|Lưu|Phùng|Vương|Tống|Nông|Triệu)(?: [{UPPER}]\w*){{1,3}}(?!\w| [^\W\d_{UPPER}]+ [{UPPER}])"
)
_WHOLE_OPENS = ("viện", "tòa")
_BLANK = re.compile(" ")
_PLACED = re.compile(rf" {UNIT}(?!\w)")
_BEGINNING = 3  # words of a long name that may stand for it later
_TOLD = 4  # bodies that a doubt names where work was split
_LOWER_UNITS = ("huyện", "thị xã", "thành phố", "quận", "xã", "phường", "thị trấn", "đặc khu")
_OF_UNIT = re.compile(rf"Ủy ban nhân dân (?P<unit>{'|'.join(_LOWER_UNITS)})(?P<name> .+)?")
_WHICHEVER = re.compile(
    r",? (?:nơi|có liên quan|liên quan|hữu quan|đó|được|thuộc|trên|trực thuộc|cấp)(?!\w)"
)


def find_agencies(doc: Document) -> Document:
    """Add every mention of a body, in order, and the issuer's id; one enumeration shares a run number."""
    assert doc.flow is not None
    gazetteer = doc.gazetteer or default()
    view = gazetteer.view(doc.meta.province, _full_date(doc.meta.issued_on), doc.meta.issuer)
    found = list(_narrowed(doc, list(_Finder(doc, view).run())))
    unlisted = (*_cell_names(doc, found), *_unlisted_groups(doc, found))
    agencies = sorted([*found, *unlisted], key=lambda a: a.span)
    issuer = view.whole(doc.meta.issuer) if doc.meta.issuer else None  # never by likeness
    known = issuer.id if issuer else None
    if issuer and not known and not issuer.entry.slotted and issuer.entry.record.level == "central":
        known = issuer.entry.record.id  # "NGÂN HÀNG NHÀ NƯỚC" without its "Việt Nam"
    meta = doc.meta
    if issuer and known:
        name = issuer.name if issuer.entry.step == "alias" else meta.issuer
        meta = replace(meta, issuer_id=known, issuer=name)
    return replace(doc, agencies=tuple(agencies), meta=meta)


def _cell_names(doc: Document, found: list[Agency]) -> Iterator[Agency]:
    """What stands in a "chủ trì" or "phối hợp" cell is a body although nothing else says so."""
    assert doc.flow is not None
    starts = [a.span.start for a in found]  # mentions are disjoint and in order
    for clause in doc.clauses:
        for role, cell in zip(clause.columns, clause.cells, strict=False):
            if role not in ("lead", "coordinating"):
                continue
            before = bisect_left(starts, cell.end)
            if before and found[before - 1].span.end > cell.start:
                continue
            if is_ditto(doc.flow.text[slice(*cell)]):
                continue
            for m in _IN_CELL.finditer(doc.flow.text[slice(*cell)]):
                name = write_out(m.group())
                if name and not name[0].isdigit():
                    start = cell.start + m.start() + len(m.group()) - len(m.group().lstrip())
                    span = Span(start, start + len(m.group().strip()))
                    yield Agency(span, name, "cell", None, 0.0)


def _unlisted_groups(doc: Document, found: list[Agency]) -> Iterator[Agency]:
    """ "2. Các thương nhân đầu mối:" over orders, or as an addressee: they are told, whoever they are."""
    assert doc.flow is not None
    flow, starts = doc.flow, [a.span.start for a in found]
    for clause in doc.clauses:
        if not (clause.heading or clause.zone == "addressee"):
            continue
        span = flow.trim(clause.body)
        who = _UNLISTED.fullmatch(flow.low, *span) if span.end - span.start < 120 else None
        if who is None or phrase_at(flow.low, who.start("noun"), word_lists().things) is not None:
            continue
        if bisect_left(starts, span.start) == bisect_left(starts, span.end):
            at = Span(*who.span("who"))
            yield Agency(at, write_out(flow.text[slice(*at)]), "cell", None, 0.0)


def _narrowed(doc: Document, found: list[Agency]) -> Iterator[Agency]:
    """A group takes in the words that narrow it ("UBND các xã có cụm công nghiệp").

    They are told where a heading or an addressee's line ends with them; the same words behind the
    same group belong to it elsewhere too.
    """
    assert doc.flow is not None
    low, longest = doc.flow.low, 160
    ends = {
        c.body.end: _NARROWS if c.heading else _ADDRESSED
        for c in doc.clauses
        if (c.heading or c.zone == "addressee") and c.body.end - c.body.start < longest
    }
    known: dict[str, str] = {}  # group and the words that narrow it
    for agency, after in zip_longest(found, found[1:]):
        if agency.found_by != "group":
            yield agency
            continue
        start, end = agency.span
        stop = low.find("\n", end, end + longest)
        tail = known.get(agency.name, "")
        if (after is None or after.span.start >= stop) and stop in ends:
            own = low[end:stop].rstrip(" :.;,")
            if ends[stop].fullmatch(own):
                tail = known[agency.name] = own
        if tail and low.startswith(tail, end) and not low[end + len(tail) :][:1].isalnum():
            end += len(tail)
            name = agency.name + doc.flow.text[agency.span.end : end]
            yield agency._replace(span=Span(start, end), name=name, id=None)
        else:
            yield agency


def _shortens(short: str, name: str) -> bool:
    """Whether a bracket after a name holds some of its words, in order, the first among them."""
    words = iter(name.lower().split())
    some = short.lower().split()
    return (
        len(some) < len(name.split())
        and name.lower().startswith(some[0])
        and all(w in words for w in some)
    )


def _spells(head: str, letters: str, name: str) -> bool:
    """Whether a name begins with the head, and its words with the letters in order ("Cục QLXD&CLCTGT")."""
    first, *rest = name.split()
    words = iter(word.upper() for word in rest)
    return first == head and all(any(w.startswith(c) for w in words) for c in letters if c != "&")


def _full_date(day: str | None) -> str | None:
    return None if not day else (day + "-01-01"[len(day) - 4 :] if len(day) < 10 else day)


@lru_cache(maxsize=8)  # an index is large: only those in use are kept
def _openings(index: Index) -> tuple[frozenset[tuple[str, str]], frozenset[str], frozenset[str]]:
    """First two syllables of names, heads, titles and groups; those that stand alone; all the first."""
    words = word_lists()
    pairs = set(index.openings) | {("toàn", "thể"), ("tất", "cả"), ("thị", "xã"), ("thành", "phố")}
    tables = (words.heads, words.units, words.positions, words.singular, words.groups)
    pairs |= Openings(phrases_of(*tables)).pairs
    ones = frozenset(first for first, second in pairs if first and not second) | _LOWER | _EACH
    return (
        frozenset(pairs),
        ones,
        ones.union(words.listed, PEOPLE, (first for first, _ in pairs if first)),
    )


class _Tries(NamedTuple):
    """Which readings two syllables leave open, so that the others are not tried."""

    title: bool
    committee: bool
    shared: bool
    places: bool
    place: bool
    village: bool
    party: bool
    group: bool
    plural: int  # how far behind "các" a name in the plural would stand
    head: bool
    standing: bool
    whole: bool


_NOTHING = _Tries(*[False] * len(_Tries._fields))


@cache
def _tables() -> tuple[Openings, Openings, Openings]:
    """How titles, groups and heads begin."""
    words = word_lists()
    groups = Openings(phrases_of(words.groups, words.singular))
    return (
        Openings(phrases_of(words.positions)),
        groups,
        Openings(phrases_of(words.heads, words.units)),
    )


@lru_cache(maxsize=8192)
def _tries(first: str, second: str) -> _Tries:
    """What may begin with two syllables."""
    titles, groups, heads = _tables()
    return _Tries(
        title=titles.begin(first, second) or titles.after_many(first, second),
        committee=COMMITTEES.begin(first, second) or COMMITTEES.after_many(first, second),
        shared=SHARED.begin(first, second)
        or (first in ("các", "liên") and second in SHARED.firsts)
        or (first, second) == ("lãnh", "đạo"),
        places=first in ("các", "hai", "ba", "bốn", "năm")
        and (second in UNITS.firsts or second in VILLAGES.firsts),
        place=UNITS.begin(first, second),
        village=first in VILLAGES.firsts,
        party=_PARTY_BODIES.begin(first, second),
        group=groups.begin(first, second) or groups.after_many(first, second) or first.isdigit(),
        plural=len(f"{first} ") if first in ("các", "những") else 0,
        head=heads.begin(first, second),
        standing=_STANDING_OFFICES.begin(first, second),
        whole=first in _WHOLE_OPENS,
    )


class _Outer(NamedTuple):
    """An enumeration that a bracket interrupts: its last end, where the bracket closes, its number."""

    end: int
    close: int
    number: int


_UNIT_WORDS = re.compile(
    rf"(?<!\w)(?:{'|'.join(_LOWER_UNITS)}|thành(?= ủy| đoàn)|thị(?= ủy| đoàn))(?!\w)(?! hội)"
)


def _own_units(issuer: str | None) -> frozenset[str]:
    """Units of which an issuer may say "UBND huyện" and mean its own; all of them where nobody signs."""
    if not issuer:
        return frozenset(_LOWER_UNITS)
    return frozenset(full_unit(m.group()) for m in _UNIT_WORDS.finditer(lower(issuer)))


class _Finder:
    """Scans the flow once, left to right."""

    def __init__(self, doc: Document, view: View) -> None:
        assert doc.flow is not None
        self.doc, self.view, self.words = doc, view, word_lists()
        self.text, self.low = doc.flow.text, doc.flow.low
        self.syllables = doc.flow.syllables
        self.scan = Scan(self.text, self.low, view, self.words)
        self.short: dict[str, Found] = {}
        self.latest: dict[str, Found] = {}
        self.several: set[str] = set()  # heads of whole names that more than one body has
        self.whole: dict[str, str] = {}  # names by what they begin with, three words or more
        self.short_opens: set[str] = set()
        # committees by unit and name, and the units whose committee is the issuer's own
        self.named: dict[str, dict[str, Found]] = {}
        self.own_units = _own_units(doc.meta.issuer)
        self.pairs, self.ones, firsts = _openings(view.index)
        # first syllables of whatever a mention may begin with; a notice adds its short forms
        self.opens = set(firsts)
        # the same bodies and groups are named again and again
        self.group = cache(view.group)
        self.taken_over = cache(partial(taken_over, view.gazetteer, on=view.on))

    def run(self) -> Iterator[Agency]:
        """All mentions, in order."""
        cited = [c.span for c in self.doc.citations]
        k = number = count = pos = 0
        previous_end = except_end = -1
        opened = 0  # where the enumeration of the name before began
        previous = ""  # the name before: what is named twice is no enumeration
        outer: _Outer | None = None
        pairs, ones = self.pairs, self.ones
        starts, words = self.syllables
        asked = self._asked()
        # `opens` grows while the text is read: what a mention may begin with is asked lazily
        may_begin = map(self.opens.__contains__, words)
        is_asked = map(asked.__contains__, starts)
        places_ = zip(starts, words, [*words[1:], ""], strict=False)
        for start, word, after in compress(places_, map(or_, may_begin, is_asked)):
            if start < pos:
                continue
            # in lower case one syllable alone begins no name, but for a few
            begins = (
                (after != "" and (word, after) in pairs)
                or (word in ones and (word in _LOWER or self.text[start].isupper()))
                or (word in LOWER_HEADS and self.scan.capital(start + len(word) + 1))
            )
            joins = previous_end >= 0 and start - previous_end <= _LONGEST_JOINT
            member = joins and word in self.words.listed
            crowd = joins and word in PEOPLE
            if not (begins or member or crowd or word in self.short_opens or start in asked):
                continue
            while k < len(cited) and cited[k].end <= start:
                k += 1
            if k < len(cited) and cited[k].start <= start:
                continue
            found = self._item(start, word, after) if begins else []
            hit = self._short_at(start) if word in self.short_opens else None
            if hit and (not found or (len(found) == 1 and hit.end >= found[0].end)):
                found = [hit]
            if not found and joins and self.low[previous_end:start] in _JOINTS:
                of = unnumbered(self.scan, start)
                if of is None and (member or crowd):
                    told = self._told(opened)
                    of = self.scan.listed(start) if told and member else None
                    of = of or people(self.scan, start, told)
                found = [of] if of else []
            if not found and start in asked:
                unknown = self._asked_at(start)
                found = [unknown] if unknown else []
            if len(found) == 1 and found[0].by == "group":
                found = self._spelled_out(found[0]) or found
            if not found:
                continue
            found[-1] = self._to_owner(found[-1])
            if self.low.startswith(" về ", found[-1].end):
                found[-1] = self._for_a_purpose(found[-1], opened if joins else start)
            if self.low.startswith(")", found[-1].end) and _IN_BRACKETS.match(
                self.low, self.low.rfind("(", max(start - 12, 0), start)
            ):
                continue  # "Sở A (cơ quan thường trực) và Sở B": says what Sở A is
            if outer is not None and start > outer.close:
                previous_end, number, outer = outer.end, outer.number, None
            elif outer is None and previous_end >= 0:
                outer = self._gloss(previous_end, start, number)
            joined = previous_end >= 0 and self._separates(previous_end, start)
            listed = except_end >= 0 and self._separates(except_end, start)
            if self.low.endswith(_EXCEPT, 0, start) or (listed and self._bracketed(start)):
                pos = except_end = found[-1].end  # "(trừ Công an tỉnh, Bộ CHQS tỉnh)"
                continue
            if not joined or found[0].name == previous:
                count += 1
                number, opened = count, start
            pos, previous = found[-1].end, found[-1].name
            previous_end = pos
            for item in map(self._which, found):
                pos = max(pos, self._remember(item))
                yield self._mention(item, number)

    def _told(self, pos: int) -> bool:
        """Whether an enumeration that begins at `pos` is told or told with: a sentence's head, behind "giao"."""
        return self.scan.opens(pos) or self.low.endswith(_TELLING, 0, pos)

    def _asked(self) -> set[int]:
        """Where a capital or a team stands after "giao", "đề nghị": whoever is asked there is a body."""
        starts, words = self.syllables
        asking = compress(starts, map(_ASKING.__contains__, words))
        ends = (m.end() for start in asking if (m := _ASKS.match(self.low, start)))
        asked = {end for end in ends if self.scan.capital(end) or self._team(end)}
        return asked.union(m.start() for m in _COUNTED_HEAD.finditer(self.low))

    def _asked_at(self, pos: int) -> Found | None:
        """Whoever is asked or worked with at `pos`, though no table knows him."""
        if COUNTED.match(self.low, pos):
            return group(self.scan, pos, True)
        return self.scan.unknown(pos) or self.scan.listed(pos) or unnumbered(self.scan, pos)

    def _team(self, pos: int) -> bool:
        """Whether a team or a number of units stands behind a word of assignment; "giao ban" is a meeting."""
        if COUNTED.match(self.low, pos):
            return True
        team = phrase_at(self.low, pos, self.words.listed) is not None
        return team and not self.low.startswith("ban ", pos)

    def _spelled_out(self, of: Found) -> list[Found]:
        """The first of the bodies that a group's words announce ("các đơn vị: Sở A, Sở B", "các đơn vị Sở A, Sở B")."""
        gap = _ANNOUNCES.match(self.low, of.end)
        if gap is None or COMMITTEE.match(self.low, of.start + len("các ")):
            return []
        first = self._item(gap.end(), *self.scan.syllables(gap.end()))
        if not first or first[0].by == "group":
            return []
        more = _SEPARATOR.match(self.low, first[-1].end)
        listed = more and self._item(more.end(), *self.scan.syllables(more.end()))
        if not listed or (listed[0].by == "group" and gap.group() == " "):
            return []
        return [first[0]._replace(start=of.start), *first[1:]]

    def _gloss(self, end: int, start: int, number: int) -> _Outer | None:
        """The enumeration that goes on behind a bracket with bodies ("Sở A (Phòng B), Sở C")."""
        if not _GLOSS.fullmatch(self.low, end, start):
            return None
        close = self.low.find(")", start, start + 120)
        return _Outer(end, close, number) if close >= 0 else None

    def _to_owner(self, found: Found) -> Found:
        """A named body up to the end of the one it is of ("Cục A | - Bộ B", "Ban C | thuộc Sở D")."""
        gap = _OF.match(self.low, found.end)
        if gap is None or found.by == "group" or not self.scan.capital(gap.end()):
            return found
        owner = self._body(gap.end())
        if len(owner) != 1 or owner[0].by == "group":
            return found
        return found._replace(end=owner[0].end)

    def _for_a_purpose(self, found: Found, opened: int) -> Found:
        """A board with what it is for, where a verb follows ("Văn phòng Quốc gia | về giảm nghèo tổng hợp").

        opened: where its enumeration begins; who is not told may be the one that something is told about.
        """
        if found.by == "group" or not found.name.lower().endswith(_BOARD_ENDS):
            return found
        at = found.end + len(" về")
        end = until_verb(self.scan, at) if self._told(opened) else None
        if end is None or end == at:
            return found
        name = write_out(self.text[found.start : end])
        return found._replace(end=end, name=name, by="grammar", hit=None)

    def _separates(self, end: int, start: int) -> bool:
        """Whether nothing but an enumeration's separator stands between two places."""
        return _SEPARATOR.fullmatch(self.low, end, start) is not None

    def _bracketed(self, pos: int) -> bool:
        """Whether an open bracket stands before `pos` in its sentence."""
        opened = self.low.rfind("(", max(pos - 240, 0), pos)
        return opened >= 0 and self.low.find(")", opened, pos) < 0

    # -- what a place in the text may be -----------------------------------------------------

    def _modified(self, end: int) -> int:
        return modified(self.scan, end)

    def _item(self, pos: int, word: str, after: str) -> list[Found]:
        honoured = _HONOURED.match(self.low, pos) if "quý" in (word, after) else None
        if honoured:  # "Quý cơ quan": whoever the letter is addressed to
            name = self.text[pos : honoured.end()]
            return [Found(pos, honoured.end(), name, "addressee", "quý")]
        if word == "các" and after in ("đồng", "đ") and (stop := self._comrades(pos)):
            return [Found(pos, stop, self.text[pos:stop], "addressee", "quý")]
        tries = _tries(word, after)
        if tries == _NOTHING and not self.scan.names_at(pos):
            return []
        title = phrase_at(self.low, pos, self.words.positions) if tries.title else None
        if title is not None:
            # "Tổng Thanh tra Chính phủ", "Thường trực HĐND tỉnh": the title belongs to a name
            hit = self.scan.at(pos)
            plural = hit is not None and self.low.startswith(" các ", hit.end)
            if (
                hit is not None
                and hit.end > title
                and not plural
                and not self.text[pos : hit.end].islower()
            ):
                return [Found(pos, hit.end, write_out(hit.name), hit.entry.step, "", hit)]
            stop = pos + len("thường trực đảng ủy")
            if self.low.startswith("thường trực đảng ủy", pos) and not (
                UNIT_LIST.match(self.low, stop + 1) or self.low.startswith(" các ", stop)
            ):
                return [Found(pos, stop, "Thường trực Đảng ủy", "grammar", "thường trực")]
            if self.low.startswith("thường trực ", pos) and (
                own := committee(self.scan, pos, self._modified)
            ):
                return own
            council = _STANDING_COUNCIL.match(self.low, pos)
            if council is not None:  # of whose units nothing is said: not the council itself
                name = write_out(self.text[pos : council.end()])
                return [Found(pos, council.end(), name, "grammar", "thường trực")]
        body = self._positioned(pos, title) if tries.title else None
        return body if body is not None else self._body(pos, tries)

    def _comrades(self, pos: int) -> int:
        """Where "các đồng chí" ends that an order asks and no post follows: the addressees; 0 if it is none."""
        if not self.low.endswith(("đề nghị ", "yêu cầu ", "mong "), 0, pos):
            return 0
        stop = next((pos + len(c) for c in _COMRADES if self.low.startswith(c, pos)), 0)
        asked = stop and self.low.startswith(" ", stop) and not self.scan.is_title(stop + 1)
        acts = asked and (
            self.scan.is_verb(stop + 1) or self.low.startswith(("từ nay ", "trước "), stop + 1)
        )
        return stop if acts else 0

    def _with_person(self, found: Found) -> Found:
        """A head of government who is told or reported to, with the name that stands behind the post."""
        if not found.name.startswith("Phó Thủ tướng"):
            return found
        named = _NAMED.match(self.text, found.end)
        if named is None:
            return found
        if not self.low.endswith((*_REPORTED, "giao ", "đề nghị "), 0, found.start):
            return found
        name = self.text[found.start : named.end()]
        return found._replace(end=named.end(), name=name, by="grammar", hit=None)

    def _positioned(self, pos: int, end: int | None) -> list[Found] | None:
        """ "Giám đốc Sở X", "Thủ trưởng các sở": the body behind the title, the title in the span."""
        positions = self.words.positions
        if end is None:
            many = MANY.match(self.low, pos)
            end = phrase_at(self.low, many.end(), positions) if many else None
        if end is None or (self.low.startswith("quyền ", pos) and self.low.endswith("ủy ", 0, pos)):
            return None  # "Ủy | quyền | Giám đốc Sở X": no acting head
        if (some := self._members_of(pos)) is not None:
            return [some]
        title = self.low[pos:end]
        at = end
        member = _MEMBER.match(self.low, at)  # "đồng chí Ủy viên Ban Thường vụ, Giám đốc Sở ..."
        if member and self.scan.is_title(member.end()):
            at = member.end() - 2
        person = _PERSON.match(self.text, at) if title.endswith(_COMRADE) else None
        if person:
            at = person.end() - 1
            member = _MEMBER.match(self.low, at)
            if member and self.scan.is_title(member.end()):
                at = member.end() - 1
                end = phrase_at(self.low, member.end(), positions) or end
                at, title = end, self.low[member.end() : end]
        for _ in range(
            3
        ):  # titles pile up: "Bí thư, Chủ tịch UBND", "Phó Chủ tịch Thường trực UBND"
            more = _PILED.match(self.low, at)
            nxt = phrase_at(self.low, more.end(), positions) if more else None
            if nxt is None or more is None:
                break
            minister = self.low.endswith("bộ trưởng", pos, at) and more.group() == ", "
            if minister and not self.low.startswith("chủ nhiệm", more.end()):
                break
            at = nxt
        link = _LINK.match(self.low, at)
        of_board = self.low.endswith("trưởng ban", pos, at)
        if of_board and not self.low.startswith("ban ", at + 1):
            known = self.scan.known(at - len("ban"))  # "đồng chí Trưởng | Ban Tổ chức Tỉnh ủy"
            if known is not None:
                return [known._replace(start=pos)]
        body = self._body(link.end(), titled=True) if link else []
        if of_board and (not body or self.low.startswith("tổ chức", link.end() if link else at)):
            body = self._body(at - len("ban"), titled=True)  # "Trưởng | Ban Chỉ đạo"
            if body and body[0].name == "Ban":  # "Trưởng Ban Tổ chức, Dân vận Huyện ủy"
                return None
        if body and self.low.endswith("trưởng phòng", pos, body[0].end):
            return None  # "Phó Trưởng phòng": of the one that the heading names
        if body and self.low.startswith(" viên", body[-1].end):
            stop = body[-1].end + len(" viên")  # "các đồng chí Tỉnh ủy viên": persons, no body
            return [Found(pos, stop, write_out(self.text[pos:stop]), "group", title)]
        if body and body[0].name == "Sở" and self.low.startswith("các ", pos):
            return [Found(pos, body[0].end, "Các sở", "group", "sở")]  # "các đồng chí Giám đốc Sở"
        if (
            body
            and self.low.endswith("tổ trưởng", pos, at)
            and body[0].name.startswith("Công đoàn")
        ):
            return [body[0]._replace(start=pos, name=f"Tổ {body[0].name}", by="grammar", hit=None)]
        if body:
            return [body[0]._replace(start=pos), *body[1:]]
        unit = _UNIT_ALONE.match(self.low, link.end()) if link else None
        if unit and self.low.endswith("chủ tịch", pos, at):
            name = f"Ủy ban nhân dân {unit.group()}"
            return [Found(pos, unit.end(), name, "grammar", "Ủy ban nhân dân")]
        if self.low.endswith("bộ trưởng", pos, at):
            own = self.doc.meta.issuer or ""
            alone = own.startswith("Bộ ") and not self.low.startswith("các ", pos)
            if alone and not self.low.startswith((", thủ trưởng", ", chủ nhiệm"), at):
                return [Found(pos, at, own, "short", "bộ")]
            return [Found(pos, at, "Các bộ", "group", "bộ")]
        if self.low[pos:at] in _DEPUTIES and _IN_CHARGE.match(self.low, at):
            return [Found(pos, at, write_out(self.text[pos:at]), "group", title)]
        if title in _OWN_HEADS and self.low.endswith(_REPORTED, 0, pos):
            own = self.doc.meta.issuer or ""
            if own.startswith(_OWN_HEADS[title]) and not _NAMED.match(self.text, end):
                return [Found(pos, end, own, "short", title)]  # "trình Thống đốc"
        if self.low.endswith(_HEADS_WORD, pos, at) and self.low.endswith(_REPORTED, 0, pos):
            # "báo cáo Phó Chủ tịch Trần Văn A": no body is named, the person stays
            start = pos + len("đồng chí ") if self.low.startswith("đồng chí ", pos) else pos
            named = _NAMED.match(self.text, at)
            stop = named.end() if named else at
            return [Found(pos, stop, self.text[start:stop], "grammar", title)]
        return None

    def _members_of(self, pos: int) -> Found | None:
        """ "Các đồng chí Ủy viên Ban Thường vụ Tỉnh ủy phụ trách địa bàn": persons, with their charge."""
        members = _MEMBERS_OF.match(self.low, pos)
        if members is None or not (of := self._body(members.end())) or of[0].by == "group":
            return None
        charge = _CHARGE.search(self.low, members.end(), of[-1].end + 1)
        charge = _CHARGE.match(self.low, charge.start() if charge else of[-1].end)
        if charge is None:
            return None
        stop = charge.end()
        for _ in range(6):
            word = _CHARGED.match(self.text, stop)
            if word is None or self.scan.is_verb(word.start() + 1):
                break
            stop = word.end()
        return Found(pos, stop, write_out(self.text[pos:stop]), "group", "ủy viên")

    def _body(self, pos: int, tries: _Tries | None = None, titled: bool = False) -> list[Found]:
        tries = tries or _tries(*self.scan.syllables(pos))
        standing = _STANDING.match(self.low, pos) if tries.standing else None
        if standing and self.scan.capital(pos) and self.scan.capital(standing.end()):
            team = self._body(standing.end())
            if team and team[0].by != "group":
                name = f"{self.text[pos : standing.end()].removesuffix('của ')}{team[0].name}"
                return [Found(pos, team[0].end, name, "grammar", "văn phòng")]
        names = self.scan.names_at(pos)
        listed = (
            (tries.committee and committee(self.scan, pos, self._modified))
            or (tries.shared and shared_head(self.scan, pos))
            or (names and many_of(self.scan, pos, self._modified))
            or (tries.plural and placed_many(self.scan, pos))
            or (tries.places and places(self.scan, pos))
            or (tries.place and (place_alone(self.scan, pos) or self._unit_alone(pos)))
            or (tries.head and of_hamlets(self.scan, pos, titled=titled))
            or (tries.village and villages(self.scan, pos, titled=titled))
        )
        if listed:
            return listed
        party = _PARTY_BODY.match(self.low, pos) if tries.party else None
        if party and not self.low.startswith("văn phòng các sở", pos):
            of = group(self.scan, party.end(), True)
            if of is not None and of.end > party.end():
                name = f"{write_out(self.text[pos : party.end() - 1])} {of.name[:1].lower()}{of.name[1:]}"
                return [Found(pos, of.end, name, "group", of.head)]
        if tries.party and (union := _UNION_BODY.match(self.low, pos)):
            name = write_out(self.text[pos : union.end()])
            return [Found(pos, union.end(), name, "grammar", "ban")]
        found = self.scan.known(pos) if names else None
        if found is None and titled:
            found = self._issuer_head(pos)
        if found is None and (
            tries.group or (tries.plural and self.scan.capital(pos + tries.plural))
        ):
            found = group(self.scan, pos, titled)
            found = found and self._with_owner(self._plural_name(pos, found))
            found = found and self._of_all_units(found)
            if found is not None and titled and self._may_be_named(found):
                found = self.scan.built(pos) or found  # "thành viên | Ban Chỉ đạo Chăm sóc ..."
            elif found is not None and titled and self._narrows_members(found):
                found = self._head_alone(pos) or found
        if found is not None and titled and self.text[pos : found.end] in ("Sở", "Cục", "Chi cục"):
            found = self._head_alone(pos) or found  # "Giám đốc Sở"
        if found is None and tries.head:
            found = self.scan.built(pos) or self._head_alone(pos)
        if found is not None and found.head in self.words.teams and found.head in self.latest:
            rest = self.text[pos + len(found.head) : found.end]
            if rest.islower() and found.by == "grammar" and not _SAYS_WHICH.match(rest):
                found = self._head_alone(pos) or found  # "tham mưu Ban Chỉ đạo | kịch bản ..."
        if found is not None and tries.whole:
            whole = phrase_at(self.low, pos, self.words.heads)
            if whole is not None and whole > found.end:
                found = self._head_alone(pos) or found  # "Viện kiểm sát | nhân dân"
        if found is not None and not titled and self.low.startswith(_MEMBERS, found.end):
            return []  # "cấp ủy viên", "Tỉnh ủy viên": a member, not the body
        if found is None:
            return []
        found = self._with_person(self.scan.of_bases(self._of_body(self.scan.of_fields(found))))
        return named_many(self.scan, found) or sharing(self.scan, found)

    def _may_be_named(self, found: Found) -> bool:
        """Whether a noun behind a post opens a name: a team's, a school's, a company's ("Công ty | Cao su Dầu Tiếng").

        Or it is but the beginning of a head ("thành viên | Ban Chỉ huy ...").

        Else the one who holds the post may be named there ("Tổng Giám đốc Tập đoàn | Lê An").
        """
        if found.head in _SCHOOLS:
            return self.scan.capital(found.end + 1)
        noun = _NAMED_BY.match(self.text, found.start)
        if noun and found.end == phrase_at(self.low, found.start, self.words.groups):
            person = not noun["school"] and _SURNAMED.match(self.text, found.end)
            if self.scan.capital(found.end + 1) and not person:
                return True
        if (phrase_at(self.low, found.start, self.words.heads) or 0) > found.end:
            return True
        form = phrase_at(self.low, found.end + 1, self.words.name_words)
        return found.head in self.words.teams or (
            form is not None and found.head in self.words.companies
        )

    def _narrows_members(self, found: Found) -> bool:
        """Whether what narrows a team is said of its members ("thành viên Ban Chỉ đạo | phụ trách địa bàn")."""
        end = phrase_at(self.low, found.start, self.words.heads)
        if end is None or self.low[found.start : end] not in self.words.teams:
            return False
        rest = self.text[end : found.end]
        return rest.islower() and not _SAYS_WHICH.match(rest)

    def _unit_alone(self, pos: int) -> list[Found]:
        """ "Tỉnh cần rà soát", "giao Huyện lập hồ sơ": the place that the notice is about."""
        unit = _UNIT_WORD.match(self.low, pos)
        place = self.about.get(unit.group()) if unit else None
        if unit is None or place is None or not self.scan.is_verb(unit.end() + 1):
            return []
        opens = not self.low[:pos] or self.low.endswith(("\n", ", ", ". ", ": ", "; "), 0, pos)
        if not (self.scan.capital(pos) or opens) or self.low.endswith(_OF_IT, 0, pos):
            return []
        name = f"{unit.group().capitalize()} {place}"
        return [Found(pos, unit.end(), name, "place", unit.group())]

    @cached_property
    def about(self) -> dict[str, str]:
        """The one place of each kind that the subject names, if it is not the issuer's own."""
        found: dict[str, set[str]] = {}
        for m in _PLACE_ABOUT.finditer(self.doc.meta.subject or ""):
            if self.view.known_place(m["name"], full_unit(m["unit"].lower())):
                found.setdefault(full_unit(m["unit"].lower()), set()).add(m["name"])
        issuer = self.doc.meta.issuer or ""
        return {
            unit: name
            for unit, names in found.items()
            if len(names) == 1 and (name := next(iter(names))) not in issuer
        }

    def _with_owner(self, found: Found) -> Found:
        """ "Các phòng chức năng Sở Y tế": inner units with the body that they are of."""
        if not _INNER.match(self.low, found.start) or not self.scan.capital(found.end + 1):
            return found
        owner = self.scan.known(found.end + 1) if self.low[found.end] == " " else None
        if owner is None or owner.head.lower() not in ("sở", "bộ", "cục", "công", "bệnh", "văn"):
            return found
        return found._replace(end=owner.end, name=f"{found.name} {owner.name}")

    def _plural_name(self, pos: int, found: Found) -> Found:
        """ "Các Viện Vệ sinh dịch tễ": a proper name in the plural, where the noun alone ends too soon."""
        many = MANY.match(self.low, pos)
        if not many or not self.scan.capital(many.end()) or not self.scan.capital(found.end + 1):
            return found
        one = self.scan.built(many.end())
        if (
            one is None
            or one.end <= found.end
            or self.view.known_place(self.text[found.end + 1 : one.end])
        ):
            return found
        name = f"{write_out(self.text[pos : many.end()]).strip()} {one.name}"
        return found._replace(end=one.end, name=name)

    def _of_body(self, found: Found) -> Found:
        """A team with the body it is of ("Tổ công tác của UBND tỉnh", "Cơ quan Thường trực Ban Chỉ đạo")."""
        if self.low[found.start : found.end] == "cơ quan thường trực" and self.scan.capital(
            found.end + 1
        ):
            team = self._body(found.end + 1)
            if team and team[0].by != "group" and team[0].name.startswith(_BOARDS):
                return found._replace(
                    end=team[0].end,
                    name=f"Cơ quan Thường trực {team[0].name}",
                    by="grammar",
                    hit=None,
                )
        if found.head.lower() not in self.words.teams or not self.low.startswith(
            " của ", found.end
        ):
            return found
        at = found.end + len(" của ")
        owners = committee(self.scan, at, self._modified)
        owner = owners[-1] if owners else self.scan.known(at)
        if owner is None or owner.by == "group":
            return found
        return found._replace(
            end=owner.end, name=f"{found.name} của {owner.name}", by="grammar", hit=None
        )

    def _of_all_units(self, found: Found) -> Found:
        """ "Các Sở Nội vụ tỉnh | , thành phố": the units that go on behind the first one."""
        more = _MORE_UNITS.match(self.text, found.end)
        if more is None or not self.low.startswith("các ", found.start):
            return found
        if not self.low.endswith((" tỉnh", " huyện"), found.start, found.end):
            return found
        return found._replace(end=more.end(), name=found.name + more.group())

    def _issuer_head(self, pos: int) -> Found | None:
        """ "Lãnh đạo Bộ", "Giám đốc Sở" in a notice of that ministry or department."""
        m = _OWN_HEAD.match(self.text, pos)
        issuer = self.doc.meta.issuer or ""
        if m is None or not issuer.startswith(m.group() + " "):
            return None
        name = re.sub(r" (?:tỉnh|thành phố) .*$", "", issuer)
        return Found(pos, m.end(), name, "short", m.group().lower())

    def _head_alone(self, pos: int) -> Found | None:
        """ "Trung tâm", "Công ty", "Ban Chỉ đạo": the last body of that head, or the issuer."""
        if not self.scan.capital(pos):
            return None
        end = phrase_at(self.low, pos, self.words.heads)
        if end is None or phrase_at(self.low, pos, self.words.not_names):
            return None
        if self.low.startswith((" nào", " khu vực"), end):
            return None  # "Sở nào chậm ...": whichever does; "Viện khu vực": the one of each area
        head = self.low[pos:end]
        if head in _PRESS and _PUBLISHED.match(self.low, end):
            return None  # "nội dung Báo nêu": where it stood, nobody who is told
        own = self._issuer_head(pos)
        if own is not None:
            return own
        latest = self.latest.get(head) if head not in self.several else None
        if latest is not None and (
            head not in _WEAK_HEADS or self.text[max(pos - 2, 0) : pos] != ""
        ):
            return latest._replace(start=pos, end=end, by="short", head=head)
        issuer = (self.doc.meta.issuer or "").lower()
        if head in self.words.companies and issuer.startswith(f"{head} "):
            return Found(pos, end, self.doc.meta.issuer or "", "short", head)  # "báo cáo Tập đoàn"
        party = head in _PARTY_UNITS and re.search(r"(?:^| )[^ ]+ ủy(?: |$)", issuer)
        if (
            head in self.words.teams
            or head in self.words.whole
            or party
            # the notice's own office
            or (
                head in ("văn phòng", "ban tổ chức")
                and (self.low.startswith(":", end) or self.scan.is_verb(end + 1))
            )
            or head.startswith(("mặt trận", "đoàn thanh niên"))
        ):
            return Found(pos, end, write_out(self.text[pos:end]), "grammar", head)
        return None

    # -- short forms and results -------------------------------------------------------------

    def _short_at(self, pos: int) -> Found | None:
        for short, full in self.short.items():
            end = pos + len(short)
            if self.text.startswith(short, pos) and not self.text[end : end + 1].isalnum():
                return full._replace(start=pos, end=end, by="short")
        return None

    def _remember(self, item: Found) -> int:
        """Keep a short form that a bracket after the name defines; the end of the bracket."""
        end = item.end
        bracket = self.text.startswith(" (", item.end)
        for pattern in (_DEFINED, _INITIALS, _BRACKETED, _LETTERED) if bracket else ():
            m = pattern.match(self.text, item.end)
            short = m["short"].strip() if m else ""
            if m and pattern is _BRACKETED and not _shortens(write_out(short), item.name):
                continue
            if m and pattern is _LETTERED and not _spells(m["head"], m["letters"], item.name):
                continue
            if m:
                end = m.end()
                if short.lower().startswith("các "):
                    continue  # "(gọi chung là các đơn vị)": all that were named, a group
                self.short[short] = item
                opens = _SYLLABLE.match(lower(short))
                if opens:
                    self.short_opens.add(opens.group())
                    self.opens.add(opens.group())
        if item.by == "group" and self.latest:
            many = phrase_at(self.low, item.start, self.words.heads)
            if many is not None and self.low[item.start : many] in self.latest:
                # "Công đoàn các trường": the word alone means no one union then
                self.latest[self.low[item.start : many]] = item
        if item.by in ("grammar", "exact", "alias") and item.name.count(" ") > 1:
            head = phrase_at(self.low, item.start, self.words.heads)
            name, own = item.name.lower(), item.head.lower()
            heads = [own, self.low[item.start : head]] if head else [own]
            if not name.startswith("hội đồng nhân dân"):
                # "Hội đồng" after "Hội đồng nghiệm thu Nhà nước ..."
                long = heads[-1]
                begins = (long[: m.start()] for m in _BLANK.finditer(long))
                heads += [team for team in begins if team in self.words.teams]
            for low in heads:
                if low and low != name:
                    if low in self.words.whole and self.latest.get(low, item).name != item.name:
                        self.several.add(low)
                    self.latest[low] = item
            if item.by == "grammar" and item.name.count(" ") > _BEGINNING:
                for at in [m.start() for m in _BLANK.finditer(name)][_BEGINNING - 1 :]:
                    if (
                        not _PLACED.match(name, at)
                        and not phrase_at(name, at + 1, self.words.heads)
                        and not self.view.known_place(item.name[at + 1 :])
                    ):  # "Trung tâm Y tế khu vực | Bàu Bàng" is one of many
                        self.whole[name[:at]] = item.name  # what it is of, it can do without
        return end

    def _which(self, item: Found) -> Found:
        """ "UBND huyện" in a province's notice is the one that the clause, or else the notice, has named."""
        m = _OF_UNIT.fullmatch(item.name) if item.by != "group" else None
        if m is None or m["unit"] in self.own_units:
            return item
        if m["name"]:
            self.named.setdefault(m["unit"], {})[item.name] = item
            return item
        named = self.named.get(m["unit"], {}).values()
        clause = self.low.rfind("\n", 0, item.start)
        some = [one for one in named if one.start > clause] or list(named)
        if len(some) != 1 or _WHICHEVER.match(self.low, item.end):
            return item
        if some[0].start < clause and self._many_of(m["unit"]):
            return item
        return some[0]._replace(start=item.start, end=item.end)

    def _many_of(self, unit: str) -> bool:
        """Whether the notice speaks of all units of a sort ("UBND các xã"), so that one alone may be any."""
        return f"ubnd các {unit}" in self.low or f"ủy ban nhân dân các {unit}" in self.low

    def _mention(self, item: Found, number: int) -> Agency:
        name, by, record_id, score = item.name, item.by, None, 100.0
        candidates: tuple[str, ...] = ()
        record = item.hit.entry.record if item.hit else None
        if item.hit is not None:
            record_id = item.hit.id
        elif by == "group":
            of_name = self.group(name)
            record_id = of_name.id if of_name else None
        elif by == "grammar":
            link = self.view.link(name)
            if link.record is None and (whole := self.whole.get(name.lower())):
                name, by = whole, "short"  # "Ban Quản lý Vườn" after "Ban Quản lý Vườn quốc gia X"
                link = self.view.link(name)
            if link.record is not None and link.step in ("exact", "alias", "fuzzy"):
                record, record_id, by, score = link.record, link.id, link.step, link.score
                name = link.name if link.step == "fuzzy" else name
            candidates = tuple(c for c, _ in link.candidates)
        doubts: tuple[Doubt, ...] = ()
        heirs = self._heirs(record, record_id) if record is not None else None
        if heirs is not None:
            said = f"“{name}” không còn (hoặc chưa có) vào ngày ban hành"
            more = f" và {len(heirs) - _TOLD} nơi khác" if len(heirs) > _TOLD else ""
            what = "nay là" if len(heirs) == 1 else "việc đã chia cho"
            successor = f"; {what}: {', '.join(heirs[:_TOLD])}{more}" if heirs else ""
            doubts = (Doubt("out_of_force", said + successor, Span(item.start, item.end)),)
        span = Span(item.start, item.end)
        return Agency(
            span, name, by, record_id, round(score, 1), candidates, number, item.head, doubts
        )

    def _heirs(self, record: Record, body_id: str | None) -> list[str] | None:
        """The names of those who took over from a body out of force; None for one in force."""
        if body_id is not None:
            bodies = self.taken_over(body_id)
            return None if bodies is None else [b.name for b in bodies]
        if record.in_force(self.view.on):
            return None
        records = self.view.gazetteer.records
        return [r.bare for s in record.successor if (r := records.get(s)) is not None]


__all__ = ["by_first", "find_agencies", "phrase_at", "write_out"]
