"""The gazetteer: which body a name means, on a date, seen from a province.

Reads gazetteer/*.csv (places, bodies, templates times places, groups, aliases). A `View` holds the
names that one notice may use; it finds exact names in running text and links written names:
exact, alias, then likeness behind a gate (same head word, high ratio, a margin over the runner-up).
The only user of rapidfuzz. Nothing here raises on a name; bad tables raise GazetteerError.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal

from extractor.errors import GazetteerError
from extractor.policy import Policy
from extractor.text import fold, lower, toneless

Step = Literal["exact", "alias", "fuzzy", "group", "unresolved"]
TABLES = ("bodies", "templates", "groups", "aliases", "provinces")
_KINDS = {"province": ("tỉnh", "thành phố"), "district": ("huyện", "quận", "thị xã", "thành phố"), "commune": ("xã", "phường", "thị trấn", "đặc khu")}
_SLOT = {"province": "{tinh}", "district": "{huyen}", "commune": "{xa}"}
# names that say nothing without their place
_NEEDS_PLACE = re.compile(r"^(?:công an|thanh tra|báo|đài|thuế|hội đồng|thống kê|hải quan|văn phòng|kiểm lâm|biên phòng|quân sự|ban tổ chức|hội nông dân)$|nhân dân$|chính quyền")
_FIRST = re.compile(r"[^\W_]+")
_PLURAL = ("các ", "những ", "ubnd ", "ủy ban nhân dân ", "hđnd ")
_SHORT = (("ủy ban nhân dân", "ubnd"), ("hội đồng nhân dân", "hđnd"), ("mặt trận tổ quốc", "mttq"), ("thành phố", "tp"), ("thành phố", "tp."), (" và ", " & "), (" và ", "&"))


@dataclass(frozen=True, slots=True)
class Place:
    """A province, district or commune in a span of time (ISO dates, empty = open)."""

    id: str
    name: str
    kind: str
    level: str
    parent: str
    valid_from: str
    valid_to: str
    successor: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A body, a template of bodies or a group, as its table has it."""

    id: str
    name: str
    kind: str
    level: str
    valid_from: str
    valid_to: str
    successor: tuple[str, ...]
    where: tuple[str, ...] = ()
    template: bool = False

    def in_force(self, on: str | None) -> bool:
        """Whether the record is valid on an ISO date (a partial one stands for its first day)."""
        if not on:
            return True
        day = on + "-01-01"[len(on) - 4 :] if len(on) < 10 else on
        return (not self.valid_from or self.valid_from <= day) and (not self.valid_to or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase (folded, lower case) that names a record in a view; `name` is how it is written out."""

    phrase: str
    name: str
    record: Record
    step: Step


@dataclass(frozen=True, slots=True)
class Link:
    """What a written name resolves to: id and official name, or candidates and why not."""

    id: str | None
    name: str
    step: Step
    score: float = 100.0
    record: Record | None = None
    candidates: tuple[tuple[str, float], ...] = ()


def key(name: str) -> str:
    """The form in which names are compared: folded, lower case, one spelling of dash and ampersand."""
    text = lower(fold(name, 0).text)
    text = re.sub(r"\s*[–-]\s*", " - ", text)
    text = re.sub(r"\s*&\s*", " và ", text)
    return re.sub(r"\s+", " ", text).strip(" .,;:")


def group_key(name: str) -> str:
    """A group's name without "các", commas and "và", which writers place as they like."""
    text = re.sub(r"\b(?:các|những|và|có|toàn thể|tất cả)\b|[,;-]", " ", key(name))
    return " ".join(text.split())


def tables_dir() -> Path:
    """Where the tables lie: inside the wheel, or beside the package in a checkout."""
    inside = Path(str(resources.files("extractor"))) / "_gazetteer"
    return inside if inside.is_dir() else inside.parent.parent / "gazetteer"


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            if None in row or None in row.values():
                raise GazetteerError(f"{path.name}, dòng {reader.line_num}: số cột không khớp với dòng tiêu đề")
            yield reader.line_num, row


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


@dataclass(frozen=True)
class Gazetteer:
    """All tables but the places below the province, which are read when a view needs them."""

    records: Mapping[str, Record]
    aliases: tuple[tuple[str, str, str], ...]
    provinces: tuple[Place, ...]
    directories: tuple[Path, ...]

    @cached_property
    def index(self) -> Index:
        """The phrases of all tables, built once."""
        known = [(alias, self.records[target], kind) for alias, target, kind in self.aliases if target in self.records]
        return _build_index(self.records.values(), known)

    @classmethod
    def read(cls, *directories: Path) -> Gazetteer:
        """Read the tables of the directories, later ones laid over earlier ones by id."""
        records: dict[str, Record] = {}
        aliases: dict[str, tuple[str, str, str]] = {}
        provinces: dict[str, Place] = {}
        for directory in directories:
            for table in ("bodies", "templates", "groups"):
                for _, row in _rows(directory / f"{table}.csv"):
                    records[row["id"]] = Record(
                        row["id"], row["name"], row.get("kind") or ("nhóm" if table == "groups" else ""), row.get("level", ""),
                        row.get("valid_from", ""), row.get("valid_to", ""), _split(row.get("successor", "")),
                        _split(row.get("where", "")), table == "templates",
                    )  # fmt: skip
            for _, row in _rows(directory / "aliases.csv"):
                aliases[row["alias"]] = (row["alias"], row["target"], row["kind"])
            for _, row in _rows(directory / "provinces.csv"):
                provinces[row["id"]] = Place(row["id"], row["name"], row["kind"], "province", "", row["valid_from"], row["valid_to"], _split(row["successor"]))
        return cls(records, tuple(aliases.values()), tuple(provinces.values()), directories)

    def province(self, name: str | None, on: str | None = None) -> Place | None:
        """The province of that name; of several in time the one valid on the date, else the last."""
        if not name:
            return None
        wanted = key(re.sub(r"^(?:tỉnh|thành phố|tp\.?)\s+", "", lower(fold(name, 0).text)))
        found = [p for p in self.provinces if key(p.name) == wanted]
        valid = [p for p in found if _valid(p, on)]
        return (valid or found or [None])[-1]

    def places(self, province: Place) -> tuple[Place, ...]:
        """Districts and communes of a province, of every time."""
        return tuple(p for directory in self.directories for p in _read_places(directory / "places" / f"{province.id[1:3]}.csv"))

    def view(self, province: str | None = None, on: str | None = None) -> View:
        """The names that a notice of that province (None: a central one) and date may use."""
        return _view(self, province, on)


def _valid(place: Place, on: str | None) -> bool:
    return not on or ((not place.valid_from or place.valid_from <= on) and (not place.valid_to or on <= place.valid_to))


@lru_cache(maxsize=8)
def _read_places(path: Path) -> tuple[Place, ...]:
    return tuple(
        Place(r["id"], r["name"], r["kind"], r["level"], r["parent"], r["valid_from"], r["valid_to"], _split(r["successor"]))
        for _, r in _rows(path)
    )


@cache
def default() -> Gazetteer:
    """The gazetteer that ships with the package."""
    return Gazetteer.read(tables_dir())


def view(province: str | None = None, on: str | None = None) -> View:
    """The shipped gazetteer seen from a province and a date."""
    return default().view(province, on)


class View:
    """A gazetteer seen from one province on one date; cheap to make, the index is shared."""

    def __init__(self, gazetteer: Gazetteer, province: Place | None, on: str | None) -> None:
        self.gazetteer, self.province, self.on = gazetteer, province, on
        self._index = gazetteer.index

    def _choose(self, entries: tuple[Entry, ...]) -> Entry | None:
        """Of the records that share a name, the one that stands here and is in force."""
        here = [e for e in entries if self._stands(e.record)]
        return max(here, key=lambda e: (e.record.in_force(self.on), e.step == "exact"), default=None)

    def _stands(self, record: Record) -> bool:
        province = self.province
        if not record.where or province is None or record.level != "province":
            return True
        return any(w in (province.kind, province.id, province.id[:3], province.name) for w in record.where)

    def id_of(self, record: Record) -> str | None:
        """The body's id: a template's needs its place."""
        if not record.template:
            return record.id
        return with_place(record, self.province) if self.province is not None and record.level == "province" else None

    def at(self, low: str, pos: int) -> tuple[int, Entry] | None:
        """The longest known name that begins at `pos` of folded lower-case text, and its end."""
        word = _FIRST.match(low, pos)
        if not word:
            return None
        for phrase in self._index.starts.get(word.group(), ()):
            stop = pos + len(phrase)
            if low.startswith(phrase, pos) and not (stop < len(low) and low[stop].isalnum()):
                entry = self._choose(self._index.phrases[phrase])
                if entry is not None:
                    return stop, entry
        return None

    def first_words(self) -> Iterable[str]:
        """The first words of all known names."""
        return self._index.starts.keys()

    def entry(self, name: str) -> Entry | None:
        """The known name that is written exactly so, or None."""
        return self._choose(self._index.phrases.get(key(name), ()))

    def stem(self, head: str, low: str, pos: int) -> int | None:
        """End of the longest name at `pos` that `head` would complete ("Tài chính" after "các Sở:")."""
        stems = self._index.stems
        if head not in stems:
            start = head + " "
            found = {p[len(start) :] for p in self._index.starts.get(head.split(" ", 1)[0], ()) if p.startswith(start)}
            stems[head] = tuple(sorted(found, key=len, reverse=True))
        for stem in stems[head]:
            stop = pos + len(stem)
            if low.startswith(stem, pos) and not (stop < len(low) and low[stop].isalnum()):
                return stop
        return None

    def group(self, name: str) -> Record | None:
        """The group of that wording, commas and "và" aside."""
        return self._index.groups.get(group_key(name))

    def link(self, name: str, policy: Policy | None = None) -> Link:
        """Resolve a written name; without certainty the id stays None and the runners-up are told."""
        phrase = key(name)
        entry = self._choose(self._index.phrases.get(phrase, ()))
        if entry is not None:
            return Link(self.id_of(entry.record), entry.name, entry.step, 100.0, entry.record)
        group = self.group(name) if phrase.startswith(_PLURAL) else None
        if group is not None:
            return Link(group.id, group.name, "group", 100.0, group)
        return self._fuzzy(name, phrase, policy or Policy())

    def _fuzzy(self, name: str, phrase: str, policy: Policy) -> Link:
        from rapidfuzz import fuzz, process

        pool = self._index.by_head.get(toneless(phrase).split(" ", 1)[0], ())
        if not pool or len(phrase) < 8:
            return Link(None, name, "unresolved", 0.0)
        scored = process.extract(phrase, pool, scorer=fuzz.ratio, limit=8)
        ranked = [(e, p, s) for p, s, _ in scored if (e := self._choose(self._index.phrases[p])) is not None]
        if not ranked:
            return Link(None, name, "unresolved", 0.0)
        best, written, score = ranked[0]
        rival = next((s for e, _, s in ranked[1:] if e.record.id != best.record.id), 0.0)
        candidates = tuple((self.id_of(e.record) or e.record.id, round(s, 1)) for e, _, s in ranked[:3])
        # one letter or tone may be wrong, a word may not: as many words, each alike
        alike = len(phrase.split()) == len(written.split()) and all(
            fuzz.ratio(toneless(a), toneless(b)) >= 66 for a, b in zip(phrase.split(), written.split(), strict=True)
        )
        if score >= policy.fuzzy_score and score - rival >= policy.fuzzy_margin and alike:
            return Link(self.id_of(best.record), best.name, "fuzzy", score, best.record, candidates)
        return Link(None, name, "unresolved", score, None, candidates)

    @property
    def place_names(self) -> Mapping[str, Place]:
        """Known places by lower-case name with and without the kind word, nearest first."""
        return _place_names(self.gazetteer, self.province, self.on)


@dataclass(frozen=True)
class Index:
    """All phrases of the tables: by phrase, by first word (longest first), and exact ones by head."""

    phrases: Mapping[str, tuple[Entry, ...]]
    starts: Mapping[str, tuple[str, ...]]
    by_head: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, Record]
    stems: dict[str, tuple[str, ...]]


def _build_index(records: Iterable[Record], aliases: Iterable[tuple[str, Record, str]]) -> Index:
    phrases: dict[str, list[Entry]] = {}
    groups: dict[str, Record] = {}

    def add(written: str, record: Record, step: Step, official: str) -> None:
        for phrase in _spellings(written.lower()):
            phrases.setdefault(phrase, []).append(Entry(phrase, official, record, step))

    for record in records:
        if record.kind == "nhóm":
            groups.setdefault(group_key(record.name), record)
            continue
        for name in _filled(record.name, record):
            add(name, record, "exact", name)
    for alias, target, kind in aliases:
        if target.kind == "nhóm":
            groups.setdefault(group_key(alias), target)
            continue
        names = _filled(target.name, target)
        for k, name in enumerate(_filled(alias, target)):
            # a short or former form keeps its own words; an abbreviation or a misspelling is written out
            official = names[min(k, len(names) - 1)] if kind in ("abbreviation", "misspelling") else name
            add(name, target, "alias", official)
    starts: dict[str, list[str]] = {}
    heads: dict[str, list[str]] = {}
    for phrase, entries in phrases.items():
        word = _FIRST.match(phrase)
        if word:
            starts.setdefault(word.group(), []).append(phrase)
        if any(e.step == "exact" for e in entries):
            heads.setdefault(toneless(phrase).split(" ", 1)[0], []).append(phrase)
    return Index(
        {k: tuple(v) for k, v in phrases.items()},
        {k: tuple(sorted(v, key=len, reverse=True)) for k, v in starts.items()},
        {k: tuple(v) for k, v in heads.items()},
        groups,
        {},
    )


def _filled(name: str, record: Record) -> list[str]:
    """The name for each kind of place that its slot may take, and without the slot where that is clear."""
    slot = _SLOT.get(record.level, "")
    if not slot or slot not in name:
        return [name]
    names = [name.replace(slot, kind) for kind in _KINDS[record.level]]
    bare = name.replace(" " + slot, "")
    if slot not in bare and " " in bare and not _NEEDS_PLACE.search(bare.lower()):
        names.append(bare)
    return names


def _spellings(phrase: str) -> Iterable[str]:
    """The phrase and its mechanical abbreviations, in running text's folding."""
    forms = [phrase]
    for long, short in _SHORT:
        if long in phrase:
            forms += [f.replace(long, short) for f in forms if long in f]
    if " - " in phrase:
        forms += [f.replace(" - ", "-") for f in list(forms)]
        forms.append(phrase.replace(" - ", " "))
    return dict.fromkeys(forms)


@lru_cache(maxsize=16)
def _place_cache(directories: tuple[Path, ...], provinces: tuple[Place, ...], province: Place | None, on: str | None) -> dict[str, Place]:
    names: dict[str, Place] = {}
    gazetteer = Gazetteer({}, (), provinces, directories)
    inner = gazetteer.places(province) if province is not None else ()
    for place in [*(p for p in inner if _valid(p, on)), *(p for p in inner if not _valid(p, on)), *(p for p in provinces if _valid(p, on)), *provinces]:
        names.setdefault(f"{place.kind} {key(place.name)}", place)
        names.setdefault(key(place.name), place)
    return names


def _place_names(gazetteer: Gazetteer, province: Place | None, on: str | None) -> dict[str, Place]:
    return _place_cache(gazetteer.directories, gazetteer.provinces, province, on)


def _view(gazetteer: Gazetteer, province: str | None, on: str | None) -> View:
    return View(gazetteer, gazetteer.province(province, on), on)


def with_place(record: Record, place: Place) -> str:
    """Id of a template's body in a place ("P51.SNV")."""
    return f"{place.id}.{record.id}"


__all__ = ["TABLES", "Entry", "Gazetteer", "Link", "Place", "Record", "View", "default", "group_key", "key", "view", "with_place"]
