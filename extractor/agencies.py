"""Stage 4: mentions of bodies, written out in full and linked where that is certain.

Reads flow, citations and meta; adds agencies. A mention is a known name, a position that stands for
its body, a group ("các sở, ban, ngành"), a committee with its units ("UBND các huyện: A, B"), a list
with a shared head ("các Sở: Tài chính, Nội vụ") or a name built on a known head word. Names follow
GUIDELINES "Who": written out in full, groups stay groups. A false link is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from extractor.document import Agency, Document, Doubt, Span
from extractor.gazetteer import Entry, View, default
from extractor.gazetteer import key as name_key
from extractor.ruletable import load
from extractor.text import UPPER, toneless

_UNITS = ("tỉnh", "thành phố", "tp.", "tp", "huyện", "thị xã", "tx.", "quận", "xã", "phường", "thị trấn", "đặc khu")
_UNIT = r"(?:tỉnh|thành phố|tp\.|tp|huyện|thị xã|tx\.|quận|xã|phường|thị trấn|đặc khu)"
_UNIT_LIST = re.compile(rf"{_UNIT}(?:(?:, | và | hoặc |/){_UNIT})*(?!\w)")
_NAME = re.compile(rf"[{UPPER}][\w']*(?: (?:- )?[{UPPER}][\w']*){{0,3}}(?: \d{{1,2}}(?!\d|/))?")
_SEPARATOR = re.compile(r"(?: \([^()]{0,120}\))?(?:,? và |, |; |,? hoặc |, nhất là |, đặc biệt là |, trực tiếp là |, trong đó có |, bao gồm )")
_MANY = re.compile(r"(?:tất cả |toàn thể )?(?:các|những)(?: đồng chí)? ")
_COMMITTEE = re.compile(
    r"(?:ubnd|ủy ban nhân dân|hđnd và ubnd|hđnd, ubnd|hđnd|hội đồng nhân dân|thường trực hđnd|thường trực hội đồng nhân dân|công an|"
    r"đảng ủy|ban chấp hành đảng bộ|ban thường vụ đảng ủy|hội đồng nhân dân, ủy ban nhân dân|ban chỉ huy quân sự|mặt trận tổ quốc việt nam|"
    r"ủy ban mặt trận tổ quốc việt nam|ủy ban mttq việt nam|ủy ban mttq|ủy ban mặt trận tổ quốc|mttq|phòng giáo dục và đào tạo|phòng y tế|văn phòng hđnd và ubnd|văn phòng hđnd-ubnd)(?= )"
)
_OPEN_HEADS = ("hiệp hội", "hội ", "trung tâm", "công ty", "tổng công ty", "ban quản lý dự án", "viện ", "trường", "bệnh viện", "chi cục", "cục ", "quỹ", "phòng ", "đội ", "ban chỉ đạo", "ban quản lý", "tập đoàn", "liên minh", "nhà máy")
_HONOURED = re.compile(r"quý (?:cơ quan|đơn vị|ủy ban|sở|bộ|ban|ngành|vị|địa phương|cục|tập đoàn|công ty)(?:,? (?:và )?(?:cơ quan|đơn vị|địa phương|ban|ngành|bộ))*(?!\w)")
_DEFINED = re.compile(r' \((?:[^()]{0,40}?(?:viết tắt|gọi tắt|gọi chung|gọi) (?:là|chung là):? )["\']?(?P<short>[^()"\']{2,60})["\']?\)')
_INITIALS = re.compile(rf" \((?P<short>[{UPPER}][{UPPER}&]{{2,9}})\)")
_STOP = frozenset(
    "phải cần được đã đang sẽ thì là để theo tại trong trên dưới về với cho từ đến khi nếu do bởi nhằm cùng các những này nêu đó có không chưa "
    "của và hoặc như vì tiếp khẩn chủ thường kịp sớm ngay đồng trực căn bảo đảm bám chịu qua sau trước bằng việc hằng hàng mỗi cũng chỉ tự lại ra "
    "vào gồm đối trừ ngày tháng năm lần xem".split()
)


@dataclass(frozen=True, slots=True)
class _Words:
    """The word lists of agencies.toml and actions.toml, keyed by first syllable, longest first."""

    heads: dict[str, tuple[str, ...]]
    positions: dict[str, tuple[str, ...]]
    groups: dict[str, tuple[str, ...]]
    modifiers: dict[str, tuple[str, ...]]
    singular: dict[str, tuple[str, ...]]
    not_groups: dict[str, tuple[str, ...]]
    name_words: dict[str, tuple[str, ...]]
    verbs: dict[str, tuple[str, ...]]
    abbreviations: tuple[tuple[re.Pattern[str], str], ...]


def by_first(words: list[str]) -> dict[str, tuple[str, ...]]:
    """Phrases by their first syllable, the longest first, for lookups at a place in the text."""
    out: dict[str, list[str]] = {}
    for word in words:
        out.setdefault(re.split(r"[ ,]", word, maxsplit=1)[0], []).append(word)
    return {k: tuple(sorted(set(v), key=len, reverse=True)) for k, v in out.items()}


@cache
def _words() -> _Words:
    a, b = load("agencies").words, load("actions").words
    verbs = [w for section in ("verbs", "adverbs", "modals") for w in b[section]["words"]]
    return _Words(
        by_first(a["heads"]["words"]), by_first(a["positions"]["words"]), by_first(a["groups"]["words"]), by_first(a["groups"]["modifiers"]),
        by_first(a["groups"]["singular"]), by_first(a["groups"]["not_groups"]), by_first(a["heads"]["name_words"]), by_first(verbs),
        tuple((re.compile(rf"(?<!\w){re.escape(k)}(?!\w)", re.IGNORECASE), v) for k, v in sorted(a["abbreviations"].items(), key=lambda x: -len(x[0]))),
    )  # fmt: skip


def phrase_at(low: str, pos: int, table: dict[str, tuple[str, ...]]) -> int | None:
    """End of the longest phrase of `table` that stands at `pos` as whole words, or None."""
    end = pos
    while end < len(low) and (low[end].isalnum() or low[end] == "_"):
        end += 1
    for phrase in table.get(low[pos:end], ()):
        stop = pos + len(phrase)
        if low.startswith(phrase, pos) and not (stop < len(low) and low[stop].isalnum()):
            return stop
    return None


def write_out(text: str) -> str:
    """A name with its abbreviations written out and a capital first letter."""
    for pattern, full in _words().abbreviations:
        text = pattern.sub(full, text)
    text = re.sub(r"\s*&\s*", " và ", text).replace("Uỷ", "Ủy").strip(" ,;:.")
    text = re.sub(r"Ủy ban nhân dân Ủy ban nhân dân", "Ủy ban nhân dân", text)
    return text[:1].upper() + text[1:]


def find_agencies(doc: Document) -> Document:
    """Add every mention of a body, in order; mentions of one enumeration share a run number."""
    assert doc.flow is not None
    view = default().view(doc.meta.province, _full_date(doc.meta.issued_on))
    found = list(_narrowed(doc, list(_Finder(doc, view).run())))
    return replace(doc, agencies=tuple(sorted([*found, *_cell_names(doc, found)], key=lambda a: a.span)))


def _cell_names(doc: Document, found: list[Agency]) -> Iterator[Agency]:
    """What stands in a "chủ trì" or "phối hợp" cell is a body although nothing else says so."""
    assert doc.flow is not None
    for clause in doc.clauses:
        for role, cell in zip(clause.columns, clause.cells, strict=False):
            if role not in ("lead", "coordinating") or any(cell.meets(a.span) for a in found):
                continue
            for m in re.finditer(r"[^;,\n]{4,90}", doc.flow.text[slice(*cell)]):
                name = write_out(m.group())
                if name and not name[0].isdigit():
                    start = cell.start + m.start() + len(m.group()) - len(m.group().lstrip())
                    yield Agency(Span(start, start + len(m.group().strip())), name, "cell", None, 0.0)


_NARROWS = re.compile(r" (?:có|nơi|được|thuộc|đang|đã|chưa|trên địa bàn|tham gia|quản lý|làm|là chủ|khai thác|sử dụng|hoạt động|trực tiếp)(?: [^\W\d_]+){1,12}[ :.]*$")


def _narrowed(doc: Document, found: list[Agency]) -> Iterator[Agency]:
    """A heading's last name takes in the words that narrow it ("UBND các xã có cụm công nghiệp")."""
    assert doc.flow is not None
    ends = {c.body.end: c.body.start for c in doc.clauses if c.heading and c.body.end - c.body.start < 160}
    for agency in found:
        stop = doc.flow.low.find("\n", agency.span.end)
        tail = doc.flow.low[agency.span.end : stop]
        if stop in ends and agency.found_by == "group" and _NARROWS.fullmatch(tail):
            end = agency.span.end + len(tail.rstrip(" :."))
            extra = doc.flow.text[agency.span.end : end]
            agency = replace(agency, span=Span(agency.span.start, end), name=agency.name + extra)
        yield agency


def _full_date(day: str | None) -> str | None:
    return None if not day else (day + "-01-01"[len(day) - 4 :] if len(day) < 10 else day)


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    name: str
    by: str
    head: str
    entry: Entry | None = None
    place: str | None = None


class _Finder:
    """Scans the flow once, left to right."""

    def __init__(self, doc: Document, view: View) -> None:
        assert doc.flow is not None
        self.doc, self.view, self.words = doc, view, _words()
        self.text, self.low = doc.flow.text, doc.flow.low
        self.short: dict[str, _Found] = {}
        self.latest: dict[str, _Found] = {}
        self.begin = {w.split(" ")[0] for t in (self.words.heads, self.words.positions, self.words.singular, self.words.groups) for w in t}
        self.begin |= set(view.first_words()) | {"các", "những", "toàn", "tất", "ubnd", "hđnd", "ủy", "quý"}

    def run(self) -> Iterator[Agency]:
        cited = [c.span for c in self.doc.citations]
        k = 0
        number = 0
        previous_end = -1
        pos = 0
        for word in re.finditer(r"[^\W_]+", self.low):
            start = word.start()
            if start < pos:
                continue
            while k < len(cited) and cited[k].end <= start:
                k += 1
            if k < len(cited) and cited[k].start <= start:
                continue
            found: list[_Found] = []
            if word.group() in self.begin:
                found = self._item(start)
            if self.short and (hit := self._short_at(start)) and (not found or found[-1].end < hit.end or found[0].by == "short"):
                found = [hit]
            if not found:
                continue
            if previous_end < 0 or not _SEPARATOR.fullmatch(self.low[previous_end:start]):
                number += 1
            for item in found:
                self._remember(item)
                yield self._mention(item, number)
            pos = previous_end = found[-1].end

    # -- what a place in the text may be -----------------------------------------------------

    def _item(self, pos: int) -> list[_Found]:
        honoured = _HONOURED.match(self.low, pos)
        if honoured:  # "Quý cơ quan": whoever the letter is addressed to
            return [_Found(pos, honoured.end(), self.text[pos : honoured.end()], "addressee", "quý")]
        body = self._positioned(pos)
        if body is not None:
            return body
        return self._body(pos)

    def _positioned(self, pos: int) -> list[_Found] | None:
        """"Giám đốc Sở X", "Thủ trưởng các sở": the body behind the title, the title in the span."""
        end = phrase_at(self.low, pos, self.words.positions)
        many = None
        if end is None:
            many = _MANY.match(self.low, pos)
            end = phrase_at(self.low, many.end(), self.words.positions) if many else None
        if end is None:
            return None
        title = self.low[pos:end]
        at = end
        person = re.compile(rf"(?:,| -)? ?(?:đồng chí )?(?:{_NAME.pattern})(?:,| -) ").match(self.text, at) if "đồng chí" in title else None
        if person:
            at = person.end() - 1
        for _ in range(3):  # titles pile up: "Bí thư, Chủ tịch UBND", "Phó Chủ tịch Thường trực UBND"
            more = re.compile(r"(?:,| -| -|;| kiêm)? (?:của |các đồng chí )?").match(self.low, at)
            nxt = phrase_at(self.low, more.end(), self.words.positions) if more else None
            if nxt is None or more is None or (title.endswith("bộ trưởng") and at == end and more.group() == ", "):
                break
            at = nxt
        link = re.compile(r" (?:của |thuộc )?").match(self.low, at)
        if not link:
            return self._office(pos, end, title)
        body = self._body(link.end(), titled=True)
        if not body:
            return self._office(pos, end, title)
        return [replace(body[0], start=pos), *body[1:]]

    def _office(self, pos: int, end: int, title: str) -> list[_Found] | None:
        """A title with no body behind it: "các Bộ trưởng" are the ministries; others say nothing."""
        if title == "bộ trưởng" or title.endswith(" bộ trưởng"):
            return [_Found(pos, end, "Các bộ", "group", "bộ")]
        if title in ("chủ đầu tư",):
            return None
        return None if phrase_at(self.low, pos, self.words.heads) is None else None

    def _body(self, pos: int, titled: bool = False) -> list[_Found]:
        committee = self._committee(pos)
        if committee:
            return committee
        shared = self._shared_head(pos)
        if shared:
            return shared
        known = self._known(pos)
        if known is not None:
            return [known]
        group = self._group(pos, titled)
        if group is not None:
            return [group]
        built = self._built(pos)
        return [built] if built is not None else []

    # -- committees --------------------------------------------------------------------------

    def _committee(self, pos: int) -> list[_Found]:
        """"UBND tỉnh", "UBND các huyện, thị xã", "UBND huyện A, B", "UBND các xã: A, B"."""
        many = _MANY.match(self.low, pos)
        m = _COMMITTEE.match(self.low, many.end() if many else pos)
        if not m:
            return []
        head = write_out(self.text[m.start() : m.end()])
        at = m.end() + 1
        plural = re.compile(r"(?:các |những |cấp |tất cả các )").match(self.low, at)
        unit_at = plural.end() if plural else at
        units = _UNIT_LIST.match(self.low, unit_at)
        if not units:
            if plural and self.low.startswith("cấp", unit_at):
                return [_Found(pos, unit_at + 3, f"{head} các cấp", "group", head)]
            place = self._place_name(at)
            if place and head.startswith("Ủy ban nhân dân"):
                kind = self.view.place_names.get(name_key(self.text[at:place]))
                if kind is not None:
                    return [_Found(pos, place, f"{head} {kind.kind} {self.text[at:place]}", "grammar", head, place=self.text[at:place])]
            return []
        end = units.end()
        single = ", " not in units.group() and " và " not in units.group()
        titled = bool(many) or self.low[max(pos - 14, 0) : pos].endswith(("chủ tịch ", "giám đốc ", "bí thư ", "lãnh đạo "))
        names = list(self._names(end, plural is not None, units.group() == "tỉnh" or titled))
        if names and (plural is None or plural.group().startswith(("các", "tất"))):
            return self._each(pos, head, Span(*units.span()), names)
        unit = units.group().replace("tp.", "thành phố").replace("tx.", "thị xã")
        if plural is None and single:
            entry = self.view.at(self.low, m.start())
            found = entry[1] if entry and entry[0] == end else None
            return [_Found(pos, end, f"{head} {unit}", "exact" if found else "grammar", head, found)]
        end = self._modified(end)
        tail = self.text[units.end() : end]
        glue = plural.group().replace("tất cả ", "") if plural else "các "
        return [_Found(pos, end, f"{head} {glue}{unit}{tail}", "group", head)]

    def _names(self, at: int, plural: bool, known_only: bool) -> Iterator[tuple[str | None, int, int]]:
        """Places listed after the units: (their own unit word or None, start, end).

        known_only: after "Chủ tịch UBND tỉnh" a person's name may follow, which is no place.
        """
        colon = re.compile(r" ?: ?").match(self.low, at) if plural else None
        pos = colon.end() if colon else at + 1
        if not colon and self.low[at : at + 1] != " ":
            return
        first = True
        while pos < len(self.low):
            unit = re.compile(rf"{_UNIT}(?= [^\W\d_])").match(self.low, pos)
            start = unit.end() + 1 if unit else pos
            end = self._place_name(start)
            if end is None or _COMMITTEE.match(self.low, start) or phrase_at(self.low, start, self.words.verbs) is not None or (unit is None and self.view.at(self.low, start)):
                return
            if known_only and name_key(self.text[start:end]) not in self.view.place_names:
                return
            if (not first and not colon and not plural and unit is None and name_key(self.text[start:end]) not in self.view.place_names):
                return
            yield unit.group() if unit else None, start, end
            first = False
            if not colon and not plural and not re.compile(rf"(?:,? và |, )(?:{_UNIT} )?[{UPPER}]").match(self.text, end):
                return
            gap = re.compile(r"(?:,? và |, |; )").match(self.low, end)
            if not gap:
                return
            pos = gap.end()

    def _each(self, pos: int, head: str, units: Span, names: list[tuple[str | None, int, int]]) -> list[_Found]:
        found: list[_Found] = []
        kinds = re.split(r", | và |/| hoặc ", self.low[slice(*units)])
        unit = kinds[0]
        if len(kinds) > 1 and self.low[units.end] == " " and names[0][0] is None:
            # "các huyện và thành phố Cà Mau": the name belongs to the last unit, the others stay a group
            unit = kinds[-1]
            stop = units.end - len(unit)
            first = re.sub(r"(?:,| và| hoặc)$", "", self.text[pos:stop].rstrip())
            found.append(_Found(pos, pos + len(first), f"{head} các {', '.join(kinds[:-1])}", "group", head))
            kinds, pos = [unit], stop
        for i, (own, start, end) in enumerate(names):
            name = self.text[start:end]
            unit = own or unit
            place = self.view.place_names
            if own is None and len(kinds) > 1:
                unit = next((k for k in kinds if f"{k} {name_key(name)}" in place), kinds[0])
            written = unit.replace("tp.", "thành phố").replace("tx.", "thị xã")
            written = "thành phố" if written == "tp" else written
            begin = pos if i == 0 else start - (len(own) + 1 if own else 0)
            found.append(_Found(begin, end, f"{head} {written} {name}", "grammar", head, place=f"{written} {name}"))
        return found

    def _place_name(self, pos: int) -> int | None:
        """End of a place's name at `pos`: the longest known one, else a run of capitals."""
        m = _NAME.match(self.text, pos)
        if not m:
            return None
        words = m.group().split(" ")
        known = self.view.place_names
        for n in range(len(words), 0, -1):
            name = " ".join(words[:n])
            if name_key(name) in known:
                return pos + len(name)
        return m.end() if phrase_at(self.low, pos, self.words.heads) is None or len(words) > 1 else None

    # -- lists with a shared head ------------------------------------------------------------

    def _shared_head(self, pos: int) -> list[_Found]:
        """"các Sở: Tài chính, Nội vụ" and "các Bộ Công an, Tài chính": one head, many names."""
        m = re.compile(r"(?:(?:các|lãnh đạo|lãnh đạo các) )?(sở|bộ|phòng|ban|cục|chi cục|hội|ngành|trường|tập đoàn|trung tâm|viện|công ty|tổng công ty|ngân hàng|đảng ủy|huyện ủy|thị ủy|thành ủy|chi bộ)(?:,? (?:ban|ngành|và ban|và ngành|phòng|cơ quan|đơn vị|địa phương|đoàn thể)(?=[ :,])){0,4}(?: tỉnh| huyện| thành phố| chuyên môn| liên quan| cấp tỉnh)?(?: ?: ?| )").match(self.low, pos)
        if not m or not (m.group().startswith("các ") or ":" in m.group()):
            return []
        head = m[1]
        colon = ":" in m.group()
        at = m.end()
        found: list[_Found] = []
        while at < len(self.low):
            end = self._stem(head, at, loose=colon)
            if end is None:
                own = self._known(at) if colon and found else None
                if own is None:
                    break
                found.append(replace(own, start=at if found else pos))
                end = own.end
            else:
                name = f"{head.capitalize()} {self.text[at:end]}"
                hit = self.view.entry(name)
                found.append(_Found(pos if not found else at, end, hit.name if hit else write_out(name), "exact" if hit else "grammar", head.capitalize(), hit))
            gap = re.compile(r"(?:,? và |, |; )").match(self.low, end)
            if not gap or (not colon and self.text[gap.end() : gap.end() + 1].islower()):
                break
            at = gap.end()
        return found if found and (colon or found[0].entry is not None) and (len(found) > 1 or colon) else []

    def _stem(self, head: str, pos: int, loose: bool) -> int | None:
        end = self.view.stem(head, self.low, pos)
        if end is not None:
            return end
        if not loose or not self.text[pos : pos + 1].isupper() or phrase_at(self.low, pos, self.words.positions) is not None or _COMMITTEE.match(self.low, pos) or phrase_at(self.low, pos, self.words.heads) is not None or self.view.at(self.low, pos):
            return None
        m = re.compile(r"[^\W_]+").match(self.text, pos)
        end = m.end() if m else pos
        while end - pos < 60 and (nxt := self._next_word(end, pos)) is not None:
            end = nxt
        return end if end > pos else None

    # -- known names -------------------------------------------------------------------------

    def _known(self, pos: int) -> _Found | None:
        hit = self.view.at(self.low, pos)
        if hit is None:
            return None
        end, entry = hit
        if self.text[pos:end].islower() and (" " not in entry.phrase or entry.step == "alias"):
            return None  # a common noun, not a name
        stop = self._placed(end, entry.phrase)
        name = entry.name
        place = self.text[end:stop].strip() or None
        built = self._built(pos) if self._goes_on(stop, entry) else None
        if built is not None and built.end > stop:
            return built
        return _Found(pos, stop, name + self.text[end:stop].replace("Chỉ nhánh", "Chi nhánh"), entry.step, entry.name.split(" ")[0], entry, place)

    def _goes_on(self, end: int, entry: Entry) -> bool:
        """Whether a known name is but the beginning of a longer one that no table holds."""
        if not entry.phrase.startswith(_OPEN_HEADS) or self.low[end : end + 1] not in " ,":
            return False
        if re.match(rf" - [{UPPER}]", self.text[end : end + 4]):
            return True
        after = end + 1
        return self.low[end] == " " and (self.text[after : after + 1].isupper() or phrase_at(self.low, after, self.words.name_words) is not None)

    def _placed(self, end: int, phrase: str) -> int:
        """End of the place that follows a name: "tỉnh", "tỉnh Lào Cai", "Quảng Ngãi"."""
        m = re.compile(rf"(?: -)? (?:ch[iỉ] nhánh (?:tại )?)?(?:{_UNIT})(?= |$|[,.;:)])").match(self.low, end)
        ends_in_unit = phrase.endswith(_UNITS)
        if m and not ends_in_unit:
            nxt = m.end()
            name = self._place_name(nxt + 1) if self.low[nxt : nxt + 1] == " " else None
            if m.group().strip() in ("xã", "phường", "huyện", "thành phố", "thị xã", "quận", "tỉnh") and name is None and re.match(r" (?:và|,|hội|lân)", self.low[nxt : nxt + 4]):
                return nxt
            return name or nxt
        if self.low[end : end + 1] == " " and self.text[end + 1 : end + 2].isupper():
            name = self._place_name(end + 1)
            if name is not None and (ends_in_unit or name_key(self.text[end + 1 : name]) in self.view.place_names):
                return name
        return end

    # -- groups ------------------------------------------------------------------------------

    def _group(self, pos: int, titled: bool) -> _Found | None:
        """"các sở, ban, ngành tỉnh", "các cơ quan, đơn vị liên quan"; one noun needs its "các"."""
        many = _MANY.match(self.low, pos)
        if not many:
            end = phrase_at(self.low, pos, self.words.singular)
            if end is not None:
                stop = self._modified(end)
                return _Found(pos, stop, self._group_name(self.text[pos:stop], False), "group", self.low[pos:end])
        at = many.end() if many else pos
        nouns = 0
        end = at
        while True:
            noun = phrase_at(self.low, at, self.words.groups)
            if noun is None or phrase_at(self.low, at, self.words.not_groups) is not None:
                break
            if nouns and (self.low.startswith("chính quyền", at) or not self._noun(at, noun)):
                break
            nouns += 1
            end = self._modified(noun)
            gap = re.compile(r"(?:, | và |,(?=\w)| (?=ngành(?:,| và|$| tỉnh| liên quan| có liên quan)))").match(self.low, end)
            if not gap or _MANY.match(self.low, gap.end()) or self._proper(gap.end()):
                break
            at = gap.end()
        if nouns == 0 or (nouns == 1 and not many and not titled):
            return None
        if not many and not titled and (self.low[pos:end].split(" ")[0].strip(",") in _UNITS or self.low.startswith("thị ", pos)):
            return None
        if many and nouns == 1:
            end = self._complement(end)
        return _Found(pos, end, self._group_name(self.text[pos:end], bool(many)), "group", self.low[at:end])

    def _noun(self, at: int, end: int) -> bool:
        """Whether "tổ chức" is the noun: a verb of that sound is followed by what is organised."""
        if self.low[at:end] != "tổ chức":
            return True
        return bool(re.match(r"[,;.)]|\n|$| và | (?:có )?liên quan| cá nhân| kinh tế| trên địa bàn", self.low[end : end + 16]))

    def _proper(self, pos: int) -> bool:
        """Whether a proper name, not a group's noun, stands at `pos`."""
        if not self.text[pos : pos + 1].isupper():
            return False
        hit = self.view.at(self.low, pos)
        if hit is not None and " " in hit[1].phrase:
            return True
        noun = phrase_at(self.low, pos, self.words.groups)
        return noun is None or (self.low[noun : noun + 1] == " " and self.text[noun + 1 : noun + 2].isupper())

    def _modified(self, end: int) -> int:
        for _ in range(4):
            if self.low[end : end + 1] != " ":
                break
            stop = phrase_at(self.low, end + 1, self.words.modifiers)
            if stop is None:
                break
            word = self.low[end + 1 : stop]
            if word in ("tỉnh", "huyện", "thành phố", "trên địa bàn tỉnh", "trên địa bàn huyện", "trên địa bàn", "thị xã", "trên địa bàn thành phố", "xã", "phường", "trên địa bàn xã", "trên địa bàn phường") and self.low[stop : stop + 1] == " ":
                place = self._place_name(stop + 1)
                stop = place if place is not None and (name_key(self.text[stop + 1 : place]) in self.view.place_names) else stop
            end = stop
        return end

    def _complement(self, end: int) -> int:
        """Lower-case words that still belong to a group of one noun ("chủ đầu tư hạ tầng cụm ...")."""
        at = end
        for _ in range(6):
            if self.low[at : at + 1] != " " or not self.text[at + 1 : at + 2].islower():
                break
            if phrase_at(self.low, at + 1, self.words.verbs) is not None:
                break
            word = re.compile(r"\w+").match(self.low, at + 1)
            if not word or word.group() in _STOP:
                break
            at = word.end()
        follows = self.low[at : at + 1]
        verb = follows == " " and phrase_at(self.low, at + 1, self.words.verbs) is not None
        return self._modified(at) if verb or follows in (",", ";", ".", "", "\n", ":") else end

    def _group_name(self, text: str, many: bool) -> str:
        bare = re.sub(r"^(?:tất cả|toàn thể) ", "", text, flags=re.IGNORECASE)
        words = write_out(bare)
        low = re.sub(r"(?<!^)\b(Sở|Ban|Ngành|Bộ|Cơ quan|Đơn vị|Địa phương|Huyện|Xã|Phường|Đoàn thể)\b(?=,| |$)(?! [A-ZĐ])", lambda m: m[0].lower(), words)
        return re.sub(r"\bban ngành\b", "ban, ngành", low)

    # -- names built on a head ---------------------------------------------------------------

    def _built(self, pos: int) -> _Found | None:
        """A proper name that no table holds: a capital head word and what belongs to it."""
        end = phrase_at(self.low, pos, self.words.heads)
        if end is None or not self.text[pos : pos + 1].isupper():
            return None
        head = self.low[pos:end]
        at = end
        while True:
            nxt = self._next_word(at, pos)
            if nxt is None:
                break
            at = nxt
        at = self._placed(at, self.low[pos:at])
        if at == end or self.low[pos:at] == head:
            return self._head_alone(pos, end, head)
        if self.text[pos:at].isupper() and " " in self.text[pos:at]:
            return None  # a heading in capitals
        if not any(c.isupper() for c in self.text[end:at]) and head in ("ban", "hội", "đoàn", "tổ", "khu", "cụm", "vụ", "báo", "bộ", "phòng", "viện", "trường", "doanh nghiệp", "cơ quan"):
            return None
        return _Found(pos, at, write_out(self.text[pos:at]), "grammar", head)

    def _next_word(self, at: int, pos: int) -> int | None:
        if at - pos > 140:
            return None
        fixed = phrase_at(self.low, at + 1, self.words.name_words) if self.low[at : at + 1] == " " else None
        if fixed is not None:
            return fixed
        joint = re.compile(r"(?:,? và | - |-|, | & )").match(self.low, at)
        if joint and joint.group() != " ":
            after = joint.end()
            if not self.text[after : after + 1].isupper() or self._new_body(after):
                if joint.group() == " và " and re.compile(r"các (?:khu|cụm)").match(self.low, after) and toneless(self.low[pos : pos + 11]).startswith(("ban quan ly", "bql")):
                    return after + len("các khu")
                return None
            if joint.group() == ", ":  # a comma inside a name is followed by "... và ..." soon
                ahead = re.compile(rf"[{UPPER}][\w ]{{1,40}}? và [{UPPER}]").match(self.text, after)
                return re.compile(r"\w+").match(self.low, after).end() if ahead and not self._new_body(after) else None  # type: ignore[union-attr]
            word = re.compile(r"\w+").match(self.low, after)
            return word.end() if word else None
        if self.low[at : at + 1] != " ":
            return None
        word = re.compile(r"[\w&./-]+").match(self.low, at + 1)
        if not word:
            return None
        if self.text[at + 1].isupper() or word.group().isdigit():
            if len(word.group()) > 3 and word.group().strip("./-").replace("/", "").isdigit():
                return None
            end = word.end()
            while self.low[end - 1] in "./-":
                end -= 1
            return end
        if word.group() in _STOP or phrase_at(self.low, at + 1, self.words.verbs) is not None:
            return None
        return word.end()

    def _new_body(self, pos: int) -> bool:
        return phrase_at(self.low, pos, self.words.heads) is not None or phrase_at(self.low, pos, self.words.positions) is not None or self.view.at(self.low, pos) is not None

    def _head_alone(self, pos: int, end: int, head: str) -> _Found | None:
        """"Trung tâm", "Công ty", "Ban Chỉ đạo": the last body of that head, or the issuer."""
        latest = self.latest.get(head)
        if latest is not None and (head not in ("ban", "bộ", "khu", "cụm", "tổ", "đoàn", "hội", "cơ quan", "phòng", "thường trực") or self.text[pos - 2 : pos] != ""):
            return _Found(pos, end, latest.name, "short", head, latest.entry, latest.place)
        issuer = self.doc.meta.issuer or ""
        if head in ("sở", "cục", "chi cục") and issuer.lower().startswith(head):
            return _Found(pos, end, re.sub(r" (?:tỉnh|thành phố) .*$", "", issuer), "short", head)
        if head in ("ban chỉ đạo", "bcđ", "hội đồng", "tổ công tác", "tổ giúp việc"):
            return _Found(pos, end, write_out(self.text[pos:end]), "grammar", head)
        return None

    # -- short forms and results -------------------------------------------------------------

    def _short_at(self, pos: int) -> _Found | None:
        for short, full in self.short.items():
            if self.text.startswith(short, pos) and not self.text[pos + len(short) : pos + len(short) + 1].isalnum():
                return _Found(pos, pos + len(short), full.name, "short", full.head, full.entry, full.place)
        return None

    def _remember(self, item: _Found) -> None:
        for pattern in (_DEFINED, _INITIALS):
            m = pattern.match(self.text, item.end)
            if m:
                self.short[m["short"].strip()] = item
        if item.by in ("grammar", "exact", "alias") and len(item.name.split()) > 2:
            head = phrase_at(self.low, item.start, self.words.heads)
            for low in {item.head.lower(), self.low[item.start : head] if head else item.head.lower()}:
                if low != item.name.lower():
                    self.latest[low] = item

    def _mention(self, item: _Found, number: int) -> Agency:
        name, by, record_id, score, candidates = item.name, item.by, None, 100.0, ()
        doubts: list[Doubt] = []
        entry = item.entry
        if entry is not None:
            record_id = self.view.id_of(entry.record) if not self._elsewhere(item.place) else None
            if not entry.record.in_force(self.view.on):
                doubts.append(Doubt("out_of_force", f"“{entry.name}” không còn (hoặc chưa có) vào ngày ban hành" + self._successor(entry), Span(item.start, item.end)))
        elif by == "group":
            record = self.view.group(name)
            record_id = record.id if record else None
        elif by == "grammar":
            link = self.view.link(name)
            if link.id or (link.record is not None and link.step in ("exact", "alias", "fuzzy")):
                record_id, by, score = link.id, link.step, link.score
                name = link.name if link.step == "fuzzy" else name
            candidates = tuple(c for c, _ in link.candidates)
        return Agency(Span(item.start, item.end), name, by, record_id, round(score, 1), candidates, number, item.head, tuple(doubts))

    def _elsewhere(self, place: str | None) -> bool:
        """Whether the name's place is another province than the view's, so that its id would lie."""
        if place is None or self.view.province is None:
            return False
        named = self.view.gazetteer.province(re.sub(rf"^(?:- )?(?:chi nhánh )?{_UNIT} ", "", place.lower()))
        return named is not None and named.id[:3] != self.view.province.id[:3]

    def _successor(self, entry: Entry) -> str:
        names = [r.name.replace(" {tinh}", "") for s in entry.record.successor if (r := self.view.gazetteer.records.get(s))]
        return f"; nay là: {', '.join(names)}" if names else ""
