"""The gazetteer: which body a name means, on a date, seen from a province or the issuer's place.

A `View` finds known names in running text and links written names: exact, alias, then likeness
behind a gate (same head word, high ratio, a margin over the runner-up). A false link is worse than
none: a body whose place is unsaid or not unique has no id. The only user of rapidfuzz. Nothing here
raises on a name; bad tables raise GazetteerError.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from typing import NamedTuple
from unicodedata import normalize

from extractor.nameindex import FIRST_THREE, Entry, Index
from extractor.placing import PLACE, UNIT, WRITTEN, Places, Tail
from extractor.registry import (
    FILES,
    GROUP,
    KINDS,
    Place,
    Record,
    Step,
    Tables,
    group_key,
    key,
    lowered,
    tables_dir,
)
from extractor.text import UPPER, lower, toneless

_GROUPS = re.compile(
    r"(?:các|những|chính quyền|cơ quan|đơn vị|địa phương|cấp|chủ) |(?:ubnd|ủy ban nhân dân|hđnd) |[^,]{2,24}, |.+ (?:các|hai) cấp$|.+ cấp (?:tỉnh|huyện|xã)$"
)
_BRANCHING = ("ngân hàng", "doanh nghiệp", "tập đoàn")
LEAST_SCORE = 90.0  # rapidfuzz ratio (0-100) from which a name may be linked by likeness
LEAST_MARGIN = 5.0  # points by which the best candidate must stand above the second
Names = list[tuple[int, tuple[Entry, ...]]]


class Hit(NamedTuple):
    """A known name in a text: where it ends, what it is, its place and the id if that is certain."""

    end: int
    entry: Entry
    name: str
    tail: Tail
    id: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """What a written name resolves to: id and official name, or candidates and why not."""

    id: str | None
    name: str
    step: Step
    score: float = 100.0
    record: Record | None = None
    candidates: tuple[tuple[str, float], ...] = ()


class Gazetteer(Tables):
    """The tables with the index of their names and their views."""

    @cached_property
    def index(self) -> Index:
        """The names of all bodies."""
        return Index(self)

    def view(
        self, province: str | None = None, on: str | None = None, issuer: str | None = None
    ) -> View:
        """The names that a notice of that province (None: a central one), date and issuer may use."""
        return View(self, province, on, issuer)


@cache
def default() -> Gazetteer:
    """The gazetteer that ships with the package."""
    return Gazetteer.read(tables_dir())


def view(province: str | None = None, on: str | None = None, issuer: str | None = None) -> View:
    """The shipped gazetteer seen from a province, a date and an issuer."""
    return default().view(province, on, issuer)


class View(Places):
    """A gazetteer seen from one province on one date; cheap to make, the index is shared."""

    def __init__(
        self, gazetteer: Gazetteer, province: str | None, on: str | None, issuer: str | None = None
    ) -> None:
        super().__init__(gazetteer, province, on, issuer)
        self.index = gazetteer.index
        self._links: dict[str, Link] = {}

    # -- names -------------------------------------------------------------------------------

    def names_at(self, low: str, pos: int) -> Names:
        """The known names that begin at `pos` and where they end, the longest first."""
        m = FIRST_THREE.match(low, pos)
        bucket = self.index.bucket(m[1]) if m else None
        if m is None or bucket is None:
            return []
        found = []
        for length in bucket.lengths_at(m[2], m[3]):
            stop = pos + length
            entries = bucket.phrases.get(low[pos:stop])
            if entries and stop <= len(low) and not low[stop : stop + 1].isalnum():
                found.append((stop, entries))
        return found

    def at(self, low: str, pos: int, text: str | None = None) -> Hit | None:
        """The longest known name that begins at `pos` of folded lower-case text, with its place."""
        return self.choose(self.names_at(low, pos), low, text or low)

    def choose(self, names: Names, low: str, text: str) -> Hit | None:
        """Of the names that begin at one place the longest that its surroundings allow."""
        for stop, entries in names:
            hit = self._choose(entries, text, low, stop)
            if hit is not None:
                return hit
        return None

    def _choose(self, entries: tuple[Entry, ...], text: str, low: str, end: int) -> Hit | None:
        """Of the records that share a name, the one that its place, the view and the date allow."""
        tail = self.tail(text, low, end)
        fitting = [e for e in entries if self._fits(e, tail)]
        if not fitting and tail.stop > end:
            # a place of another level: the name goes on with it, but no table knows the body
            odd = [e for e in entries if e.free and e.record.level in KINDS]
            if odd:
                return Hit(tail.stop, odd[0], odd[0].name + tail.written, tail, None)
            tail = Tail(end)
            fitting = [e for e in entries if self._fits(e, tail)]
        if not fitting:
            return None
        home = self.home.level if self.home else "central"
        said = bool(tail.kind or tail.name)
        best = fitting[0]
        if len(fitting) > 1:
            best = max(
                fitting,
                key=lambda e: (
                    e.record.in_force(self.on),
                    e.slotted if said else e.record.level == home,
                    e.record.level == "province",
                    e.step == "exact",
                ),
            )
        sure = said or self._sure(best.record, entries, fitting, home)
        record_id = self.id_of(best.record, tail) if sure else None
        name = best.name + tail.written
        if said and best.step == "alias" and best.record.level not in KINDS:
            name = text[
                end - len(best.phrase) : tail.stop
            ]  # "BIDV Bình Định" is a branch, and so called
        return Hit(tail.stop, best, name, tail, record_id)

    def _sure(
        self, best: Record, entries: Sequence[Entry], fitting: Iterable[Entry], home: str
    ) -> bool:
        """Whether a name without its place can mean but one body here."""
        if len(entries) == 1:
            return True
        if home in ("district", "commune") and best.level != home:
            # a district's "Ban Quản lý dự án" is its own, which no table may know, or the province's
            return len({e.record.level for e in entries}) == 1
        # "Ngân hàng Nhà nước": the central body or its branch here
        return len({e.record.template for e in fitting if e.record.in_force(self.on)}) < 2

    def _fits(self, entry: Entry, tail: Tail) -> bool:
        record = entry.record
        kinds = KINDS.get(record.level)
        if kinds is None:
            said = tail.kind or tail.name
            return not said or tail.branch or record.kind in _BRANCHING
        if tail.kind and tail.kind not in kinds:
            return False
        if tail.name and record.level not in self.levels(tail.name, tail.kind):
            return False
        if not tail.kind and not tail.name and not entry.free:
            return False
        if record.level == "province" and tail.kind and not tail.name and self.province:
            if tail.kind == "thành phố" != self.province.kind:
                return False  # the district's, not the province's
        return self._stands(record, tail)

    def _place_of(self, record: Record, tail: Tail) -> Place | None:
        """The place of a body: the one it names, else the notice's own of that level."""
        if tail.unsure:
            return None
        if tail.name:
            return self.place(tail.name, tail.kind, record.level)
        place = self.province if record.level == "province" else self.home
        if place is None or place.level != record.level:
            return None
        if tail.kind and record.level != "province" and tail.kind != place.kind:
            return None
        return place

    def _stands(self, record: Record, tail: Tail) -> bool:
        """Whether the record's `where` allows the kind or the province of the place."""
        if not record.where:
            return True
        place = self._place_of(record, tail)
        wanted = set(record.where)
        if any(w[0].islower() for w in wanted):
            kind = tail.kind or (place.kind if place else "")
            return not kind or kind in wanted
        return place is None or bool({place.id, place.id[:3], place.name} & wanted)

    def id_of(self, record: Record, tail: Tail | None = None) -> str | None:
        """The body's id: a template's needs its place, and is None while that is not certain."""
        tail = tail or Tail(0)
        if not record.template:
            return None if tail.name or tail.kind else record.id
        place = self._place_of(record, tail)
        return with_place(record, place) if place is not None else None

    def entry(self, name: str) -> Entry | None:
        """The known name that is written exactly so, or None."""
        hit = self.whole(name)
        return hit.entry if hit is not None else None

    def whole(self, name: str) -> Hit | None:
        """The known name that is written exactly so, with its place, or None."""
        for phrase in dict.fromkeys((lowered(name).strip(" .,;:"), key(name))):
            hit = self.at(phrase, 0, name if len(name) == len(phrase) else phrase)
            if hit is not None and hit.end == len(phrase):
                return hit
        return None

    def stem(self, head: str, low: str, pos: int) -> int | None:
        """End of the longest name at `pos` that `head` would complete ("Tài chính" after "các Sở:")."""
        names, lengths = self.index.stems(head)
        for length in lengths:
            stop = pos + length
            if stop > len(low) or low[pos:stop] not in names or low[stop : stop + 1].isalnum():
                continue
            if self.whole(f"{head} {low[pos:stop]}") is not None:
                return stop
        return None

    def follows(self, before: str, word: str, *, marks: bool = True) -> bool:
        """Whether some official name has the two words side by side (marks: letter for letter)."""
        if marks:
            return (before, word) in self.index.pairs
        return (toneless(before), toneless(word)) in self.index.plain_pairs

    def group(self, name: str) -> Record | None:
        """The group of that wording, commas and "và" aside; of several in time the one in force."""
        groups = self.gazetteer.groups
        same = groups.get(group_key(name)) or groups.get(group_key(self.unnamed(name)), ())
        if len(same) < 2:
            return same[0] if same else None
        return max(same, key=lambda r: r.in_force(self.on))

    # -- links -------------------------------------------------------------------------------

    def link(self, name: str) -> Link:
        """Resolve a written name; without certainty the id stays None and the runners-up are told."""
        if name not in self._links:
            self._links[name] = self._link(name)
        return self._links[name]

    def _link(self, name: str) -> Link:
        hit = self.whole(name)
        if hit is not None:
            return Link(hit.id, hit.name, hit.entry.step, 100.0, hit.entry.record)
        phrase = key(name)
        group = self.group(name) if _GROUPS.match(phrase) else None
        if group is not None:
            return Link(group.id, group.name, "group", 100.0, group)
        link = self._fuzzy(name, phrase)
        mended = self._mend_place(self.mended(name)) if link.id is None else name
        if mended == name:
            return link
        hit = self.whole(mended)
        if hit is None or hit.id is None:
            again = self._fuzzy(mended, key(mended))
            return again if again.id is not None else link
        score = ratio(phrase, key(mended))
        return Link(
            hit.id, hit.name, "fuzzy", score, hit.entry.record, ((hit.id, round(score, 1)),)
        )

    def _mend_place(self, name: str) -> str:
        """A name with the district or commune at its end put right, where one here is like it and no other.

        A scan may have lost marks, or typing made a word that no place has; "Tịnh Ấn" is not "Tịnh An".
        Not where any place of the country, at any time, is called as it is written.
        """
        m = PLACE.search(name)
        kind = WRITTEN.get(lower(m["unit"]), lower(m["unit"])) if m else ""
        places = self.of_kind(kind)
        if m is None or not places or self.known_place(m["name"]):
            return name
        from rapidfuzz import fuzz, process

        written = f"{kind} {key(m['name'])}"
        (like, score, _), *others = process.extract(
            written, places.keys(), scorer=fuzz.ratio, limit=3
        )
        rival = others[0][1] if others else 0.0
        sure = score >= LEAST_SCORE and score - rival >= LEAST_MARGIN and _alike(written, like)
        plain = toneless(like)
        tones = _only_tones(written, like) and all(toneless(other) != plain for other, *_ in others)
        pairs = zip(written.split(), like.split(), strict=False)
        slips = (_lost_marks(a, b) or not self.gazetteer.in_a_name(a) for a, b in pairs if a != b)
        if not (sure or tones) or not all(slips) or self.gazetteer.homes(kind, m["name"], None):
            return name
        return name[: m.start("name")] + places[like]

    def near(self, name: str, limit: int = 5) -> tuple[tuple[Hit, float], ...]:
        """Bodies whose names are most like a written one, best first; for people, not for linking."""
        from rapidfuzz import fuzz, process

        phrase = key(name)
        text = name if len(name) == len(phrase) else phrase
        best: dict[str, tuple[Hit, float]] = {}
        pool = self.index.like(toneless(phrase).split(" ", 1)[0])
        for stem, written in self._parted(text, phrase):
            for like, score, _ in process.extract(stem, pool, scorer=fuzz.ratio, limit=4 * limit):
                low = like + lower(written)
                hit = self._choose(self.index.get(like), like + written, low, len(like))
                if hit is None or hit.end < len(low):
                    continue  # the place does not belong to this body
                same = hit.id or hit.entry.record.id
                if same not in best or best[same][1] < score:
                    best[same] = (hit, round(score, 1))
        ranked = sorted(best.items(), key=lambda x: (-x[1][1], x[0]))
        return tuple(found for _, found in ranked[:limit])

    def _fuzzy(self, name: str, phrase: str) -> Link:
        from rapidfuzz import fuzz, process

        pool = self.index.like(toneless(phrase).split(" ", 1)[0])
        if not pool or len(phrase) < 7:
            return Link(None, name, "unresolved", 0.0)
        text = name if len(name) == len(phrase) else phrase
        best: Link | None = None
        for stem, written in self._parted(text, phrase):
            low = lower(written)
            hits = (  # places are looked up for as many as are asked for
                (hit, p, score)
                for p, score, _ in process.extract(stem, pool, scorer=fuzz.ratio, limit=8)
                if (hit := self._choose(self.index.get(p), p + written, p + low, len(p)))
            )
            ranked = list(islice(hits, 3))
            if not ranked:
                continue
            top, like, score = ranked[0]
            candidates = tuple((h.id or h.entry.record.id, round(s, 1)) for h, _, s in ranked)
            if top.end < len(like) + len(written):
                continue  # the place does not belong to this body
            alike = len(stem) > 7 and score >= LEAST_SCORE and _alike(stem, like)
            tones = _only_tones(stem, like)
            if alike or tones:
                every = (*ranked, *hits)
                others = [(p, s) for h, p, s in every if h.entry.record.id != top.entry.record.id]
                alike = alike and score - next((s for _, s in others), 0.0) >= LEAST_MARGIN
                tones = tones and all(toneless(p) != toneless(like) for p, _ in others)
            if alike or tones:
                return Link(top.id, top.name, "fuzzy", score, top.entry.record, candidates)
            if best is None or score > best.score:
                best = Link(None, name, "unresolved", score, None, candidates)
        return best or Link(None, name, "unresolved", 0.0)

    def _parted(self, text: str, phrase: str) -> Iterable[tuple[str, str]]:
        """A name as it is, and parted from the unit and place at its end."""
        for m in re.finditer(rf" (?:(?:{UNIT})(?!\w)|[{UPPER}])", text):
            tail = self.tail(text, phrase, m.start())
            if tail.stop == len(phrase) and m.start() > 5:
                yield phrase[: m.start()], text[m.start() :]
        yield phrase, ""


def ratio(a: str, b: str) -> float:
    """How alike two names are, 0 to 100."""
    from rapidfuzz import fuzz

    return fuzz.ratio(a, b)


def levels_of(entries: Iterable[Entry]) -> tuple[str, frozenset[str]]:
    """The name of a body that many places have, and the kinds of those places; empty if of none."""
    many = [e for e in entries if e.record.template]
    kinds = frozenset(k for e in many for k in KINDS.get(e.record.level, ()))
    if not kinds:
        return "", kinds
    return many[0].name if many[0].step == "exact" else many[0].record.bare, kinds


def _alike(a: str, b: str) -> bool:
    """One letter or tone may be wrong, a word may not: as many words, each but a letter apart."""
    from rapidfuzz.distance import Levenshtein

    pairs = list(zip(a.split(), b.split(), strict=False))
    return len(a.split()) == len(b.split()) and all(
        Levenshtein.distance(toneless(x), toneless(y)) <= 1 for x, y in pairs
    )


def _only_tones(a: str, b: str) -> bool:
    """The same letters but for at most two marks, as a scan loses them."""
    return toneless(a) == toneless(b) and sum(x != y for x, y in zip(a, b, strict=False)) <= 2


def _lost_marks(a: str, b: str) -> bool:
    """The same letters, those of the first with fewer marks ("ô" for "ồ", "d" for "đ")."""
    return len(a) == len(b) and all(
        x == toneless(y) or set(normalize("NFD", x)) <= set(normalize("NFD", y))
        for x, y in zip(a, b, strict=True)
    )


def with_place(record: Record, place: Place) -> str:
    """Id of a template's body in a place ("P51.SNV")."""
    return f"{place.id}.{record.id}"


__all__ = [
    "FILES", "GROUP", "Entry", "Gazetteer", "Hit", "Link", "Place", "Record", "Tail", "View",
    "default", "group_key", "key", "levels_of", "view", "with_place",
]  # fmt: skip
