"""Places as a notice names them: its province, its own district or commune, units and names in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from extractor.registry import Place, Tables, key, undashed
from extractor.text import UPPER, lower, toneless

UNIT = "tỉnh|thành phố|tp\\.|tp|huyện|thị xã|tx\\.|tx(?!\\w)|quận|xã|phường|thị trấn|đặc khu"
# below the commune, by words that mean nothing else; a "làng nghề", a "khối thi đua" share theirs
PLAIN_HAMLET = "thôn|xóm|bản|ấp|buôn|khóm|khu phố|tổ dân phố|khu dân cư"
HAMLET = f"{PLAIN_HAMLET}|làng|khối"
# the unit after a name, perhaps as a branch; a scan may have lost the tone of "tỉnh", but "tính toán" is a verb
_VERB = "toán|lại|đúng|đủ|thử|gọn|giản|lọc"
_AFTER = re.compile(
    rf"(?:(?P<branch>(?: -|,)? ch[iỉ] nhánh(?: tại)?)| -)?"
    rf"(?: (?P<unit>{UNIT}|(?:tinh|tính)(?! (?:{_VERB})(?!\w))|huyên|thành ph))?(?=[ ,.;:)\n/]|$)"
)
# the one city that official texts name by its initials ("UBND TPHCM", "Công an TP.HCM")
_CITY = re.compile(r" tp(?:\. ?| )?hcm(?!\w)")
_CITY_NAME = "Hồ Chí Minh"
_WORDS = re.compile(r"[\w'-]+(?:(?: - | )[\w'-]+){0,4}")
# "Quận 12", "phường 5"; but "UBND phường 2 giờ/lần"
NUMBERED = re.compile(
    r"\d{1,2}(?![\w/.%]\d?)(?! (?:giờ|ngày|lần|tuần|tháng|quý|năm|người|hộ|đơn vị|lượt|ca|đợt|buổi)(?!\w))"
)
_CAPITAL = re.compile(f"[{UPPER}]")
SHORT = {"tp.": "thành phố", "tp": "thành phố", "tx.": "thị xã", "tx": "thị xã"}
WRITTEN = SHORT | {"tinh": "tỉnh", "tính": "tỉnh", "huyên": "huyện", "thành ph": "thành phố"}
# the unit that a body is of, or the party committee of one; "xã hội" and "tỉnh đoàn" are none
_HOME = re.compile(
    rf"(?<!\w)(?:(?P<unit>{UNIT})(?! (?:ủy|đoàn|hội|viên)(?!\w))|(?P<party>tỉnh|huyện|quận|thị|thành) ủy)"
    rf" (?P<name>[^,;()]+?)(?:,? (?:{UNIT}) .+)?$"
)
_PARTY = {"tỉnh": "tỉnh", "huyện": "huyện", "quận": "quận", "thị": "thị xã", "thành": "thành phố"}
# "tỉnh" with a letter lost, doubled or of another tone, at the end or before a place
_SLIP = re.compile(rf"(?<= )t{{1,2}}(?:[iìíĩịỉ]n{{0,2}}h|nh)(?= [{UPPER}]|$)")
PLACE = re.compile(rf" (?P<unit>(?i:{UNIT})) (?P<name>[{UPPER}][^,;()]*)$")
_PROVINCE = re.compile(rf" (?:tỉnh|thành phố) ([{UPPER}].*)$")
_NAMED = re.compile(
    rf"(?P<kind>(?i:huyện|quận|thị xã|thành phố)) (?P<name>[{UPPER}][\w']*(?: [{UPPER}][\w']*)*)"
)
_AGAIN = re.compile(r"\b(huyện|quận|thị xã|thành phố)(?:(?:, | và )\1\b)+")
_NO_UNIT_BEFORE = re.compile(r" (?:hội|lân|viên|đội|phố|ủy|đoàn)(?!\w)")


class Tail(NamedTuple):
    """What follows a name: its unit ("huyện"), its place ("Sơn Hà"), and where they end."""

    stop: int
    kind: str = ""
    name: str = ""
    written: str = ""
    branch: bool = False
    unsure: bool = False


def unit_of(issuer: str) -> tuple[str, str]:
    """Kind and name of the unit that a body is of ("huyện", "sơn hà"), lower case; empty if it names none."""
    m = _HOME.search(lower(issuer))
    if m is None:
        return "", ""
    return WRITTEN.get(m["unit"], m["unit"]) if m["unit"] else _PARTY[m["party"]], m["name"]


class Places:
    """The places that a notice of one province, date and issuer may name."""

    def __init__(
        self, gazetteer: Tables, province: str | None, on: str | None, issuer: str | None = None
    ) -> None:
        self.gazetteer, self.on, self._issuer = gazetteer, on, issuer
        self.province = gazetteer.province(province, on)
        self._kinds: dict[str, Mapping[str, str]] = {}

    @cached_property
    def home(self) -> Place | None:
        """The district or commune whose body issued the notice, else its province."""
        kind, name = unit_of(self._issuer or "")
        if kind in ("", "tỉnh") or (
            self.province and kind == self.province.kind and key(name) == key(self.province.name)
        ):
            return self.province
        return self.place(name, kind)

    @cached_property
    def place_names(self) -> Mapping[str, tuple[Place, ...]]:
        """Places by lower-case name, of the view's province and all provinces."""
        return self.gazetteer.named_places(self.province)

    def _called(self, name: str) -> tuple[Place, ...]:
        """The places of a name, whether or not the text has dashes in it ("Thừa Thiên - Huế")."""
        found = self.place_names.get(key(name), ())
        return found or (self.place_names.get(undashed(key(name)), ()) if "-" in name else ())

    def place(self, name: str, kind: str = "", level: str = "") -> Place | None:
        """The one place of that name (and kind or level) on the date, or None when there are more."""
        same = [
            p
            for p in self._called(name)
            if (not kind or p.kind == kind) and (not level or p.level == level)
        ]
        valid = self._valid(same)
        codes = {p.id.split("-")[0] for p in valid}
        return valid[-1] if len(codes) == 1 else None

    def levels(self, name: str, kind: str = "") -> set[str]:
        """The levels of the places of that name (and kind) on the date, or at any time if there are none."""
        same = self._called(name)
        return {p.level for p in self._valid([p for p in same if not kind or p.kind == kind])}

    def _valid(self, places: list[Place]) -> list[Place]:
        """Those in force on the date; all if none is."""
        return [p for p in places if p.in_force(self.on)] or places

    def known_place(self, name: str, kind: str = "") -> bool:
        """Whether a place (of that kind) bears the name, at whatever time."""
        same = self._called(name)
        return any(p.kind == kind for p in same) if kind else bool(same)

    def elsewhere(self, name: str, unit: str) -> bool:
        """Whether some province, though not the notice's own, has or had such a place."""
        return bool(self.gazetteer.homes(WRITTEN.get(unit, unit), name, None))

    def unnamed(self, group: str) -> str:
        """A group without the names of its units, where the names are all that the province has of their kind.

        ("các huyện, thị xã Đức Phổ và thành phố Quảng Ngãi"); else as it is.
        """
        named: dict[str, set[str]] = {}
        for m in _NAMED.finditer(group):
            named.setdefault(m["kind"].lower(), set()).add(key(m["name"]))
        own = self.gazetteer.places(self.province) if self.province and named else ()
        for kind, names in named.items():
            if names != {key(p.name) for p in own if p.kind == kind and p.in_force(self.on)}:
                return group
        return _AGAIN.sub(r"\1", _NAMED.sub(r"\g<kind>", group))

    def of_kind(self, kind: str) -> Mapping[str, str]:
        """The names of the province's places of a kind on the date, by kind and name in lower case."""
        if kind not in self._kinds:
            own = self.gazetteer.places(self.province) if self.province else ()
            names = (p.name for p in own if p.kind == kind and p.in_force(self.on))
            self._kinds[kind] = {f"{kind} {key(n)}": n for n in names}
        return self._kinds[kind]

    def tail(self, text: str, low: str, end: int) -> Tail:
        """The unit and place after a name that ends at `end`; an empty one if there are none."""
        if not low.startswith((" ", ", ch"), end):
            return Tail(end)  # as most names end
        if city := _CITY.match(low, end):
            kind = "thành phố"
            return Tail(city.end(), kind, _CITY_NAME, f" {kind} {_CITY_NAME}")
        m = _AFTER.match(low, end)
        if m is None:
            return Tail(end)
        stop, unit, branch = m.end(), m["unit"] or "", bool(m["branch"])
        kind = WRITTEN.get(unit, unit)
        name = self._name_at(text, low, stop + 1, kind) if low.startswith(" ", stop) else None
        if name is None and unit and _NO_UNIT_BEFORE.match(low, stop):
            return Tail(end)  # "Hội Nông dân xã hội", but "UBND phường Hội An"
        if name is None:
            # "huyện Xyz", which this view does not know: not the notice's own district
            unsure = kind != "tỉnh" and bool(_CAPITAL.match(text, stop + 1))
            if kind in ("quận", "phường") and (number := NUMBERED.match(low, stop + 1)):
                stop, unsure = number.end(), True  # "Phòng Y tế Quận 11": of a city not said
            written = _write(text[end:stop], unit)
            return Tail(stop, kind, "", written, branch, unsure) if unit else Tail(end)
        return Tail(name, kind, text[stop + 1 : name], _write(text[end:name], unit), branch)

    def mended(self, name: str) -> str:
        """A name with its "tỉnh" and its province's marks put right, as typing and scans spoil them."""
        text = _SLIP.sub("tỉnh", name)
        m = _PROVINCE.search(text)
        if m is None or self.known_place(m[1]):
            return text
        plain = toneless(key(m[1]))
        like = {p.name for p in self.gazetteer.provinces if toneless(key(p.name)) == plain}
        return text[: m.start(1)] + like.pop() if len(like) == 1 else text

    def _name_at(self, text: str, low: str, pos: int, kind: str) -> int | None:
        """End of the longest known place name in capitals at `pos`, of that kind if one is given."""
        numbered = NUMBERED.match(low, pos) if kind in ("quận", "phường") else None
        if not numbered and not _CAPITAL.match(text, pos) and text != low:
            return None
        m = _WORDS.match(low, pos)
        stop = m.end() if m else pos
        while stop > pos:
            places = self._called(low[pos:stop])
            if places and (not kind or any(p.kind == kind for p in places)):
                return stop
            stop = low.rfind(" ", pos, stop)
        return None


def _write(tail: str, unit: str) -> str:
    """The tail as it is written out: "TP." is "thành phố", a branch's tone is put right."""
    written = tail.replace("Chỉ nhánh", "Chi nhánh")
    full = WRITTEN.get(unit)
    if not full:
        return written
    return re.sub(rf" {re.escape(unit)}(?= |$)", f" {full}", written, count=1, flags=re.IGNORECASE)
