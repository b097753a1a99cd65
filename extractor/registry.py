"""The gazetteer's tables: places, bodies, templates, groups and aliases, read from gazetteer/*.csv.

Places below the province are read when they are asked for. Bad tables raise GazetteerError.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal, Self

from extractor.errors import GazetteerError
from extractor.text import fold, lower

Step = Literal["exact", "alias", "fuzzy", "group", "unresolved"]
FILES = ("bodies", "templates", "groups", "aliases", "provinces")
GROUP = "nhóm"
KINDS = {
    "province": ("tỉnh", "thành phố"),
    "district": ("huyện", "quận", "thị xã", "thành phố"),
    "commune": ("xã", "phường", "thị trấn", "đặc khu"),
}
SLOTS = {"province": "{tinh}", "district": "{huyen}", "commune": "{xa}"}


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

    def in_force(self, on: str | None) -> bool:
        """Whether the place is valid on an ISO date."""
        return in_force(self.valid_from, self.valid_to, on)


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
    members: tuple[str, ...] = ()

    def in_force(self, on: str | None) -> bool:
        """Whether the record is valid on an ISO date (a partial one stands for its first day)."""
        return in_force(self.valid_from, self.valid_to, on)

    @property
    def bare(self) -> str:
        """The name without the slot of its place."""
        return bare_name(self.name)[0]


def bare_name(name: str) -> tuple[str, bool]:
    """A name without the slot of its place, and whether it had one."""
    if name.endswith("}"):
        return name[: name.rindex("{")].rstrip(" "), True
    return name, False


def in_force(valid_from: str, valid_to: str, on: str | None) -> bool:
    """Whether a span of ISO dates holds a day; a partial day stands for its first."""
    if not on:
        return True
    day = on + "-01-01"[len(on) - 4 :] if len(on) < 10 else on
    return (not valid_from or valid_from <= day) and (not valid_to or day <= valid_to)


# what folding would change, beside letters that are not composed
_FOLDS = re.compile(
    r"o[àáảãạ](?!\w)|o[èéẻẽẹ](?!\w)|(?<!q)u[ỳýỷỹỵ](?!\w)|quí(?!\w)|[\x00-\x1f\u0300-\u036f\u2000-\u206f\u2212\xa0\xad*]|  "
)
_TIDY = re.compile(r"[-&]|^[ .,;:]|[ .,;:]$")


def lowered(name: str) -> str:
    """A name folded and lower case; the folding only where there is something to fold."""
    low = lower(name)
    return lower(fold(name, 0).text) if _FOLDS.search(low) else low


def _one_mark(low: str) -> str:
    """ "Đắk" and "Đăk", "Lắk" and "Lăk" as one: the Central Highlands write both."""
    return low.replace("đắk", "đăk").replace("lắk", "lăk")


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """The form in which names are compared: folded, lower case, one spelling of dash and ampersand."""
    text = _one_mark(lowered(name))
    if not _TIDY.search(text):
        return text
    text = re.sub(r"\s*-\s*", " - ", text)
    text = re.sub(r"\s*&\s*", " và ", text)
    return re.sub(r"\s+", " ", text).strip(" .,;:")


def undashed(name: str) -> str:
    """A key without its dashes: "bà rịa vũng tàu"."""
    return name.replace(" - ", " ")


_COUNCILS = {"ubnd": "ủy ban nhân dân", "hđnd": "hội đồng nhân dân"}
_GLUE = re.compile(r"\b(?:các|những|và|có|toàn thể|tất cả)\b|[,;-]")


@lru_cache(maxsize=4096)
def group_key(name: str) -> str:
    """A group's name written out, without "các", commas and "và", which writers place as they like."""
    words = _GLUE.sub(" ", key(name).replace("hữu quan", "liên quan")).split()
    return " ".join(_COUNCILS.get(w, w) for w in words)


def tables_dir() -> Path:
    """Where the tables lie: inside the wheel, or beside the package in a checkout."""
    inside = Path(str(resources.files("extractor"))) / "_gazetteer"
    return inside if inside.is_dir() else inside.parent.parent / "gazetteer"


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    if not path.is_file():
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        for row in reader:
            if not row:
                continue
            if len(row) != len(header):
                raise GazetteerError(
                    f"{path.name}, dòng {reader.line_num}: số cột không khớp với dòng tiêu đề"
                )
            yield reader.line_num, dict(zip(header, row, strict=True))


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip()) if cell else ()


def _place(row: dict[str, str]) -> Place:
    level, parent = row.get("level", "province"), row.get("parent", "")
    span = (row["valid_from"], row["valid_to"])
    return Place(
        row["id"], row["name"], row["kind"], level, parent, *span, _split(row["successor"])
    )


@dataclass(frozen=True)
class Tables:
    """All tables but the places below the province, which are read when a view needs them."""

    records: Mapping[str, Record]
    aliases: tuple[tuple[str, str, str], ...]
    provinces: tuple[Place, ...]
    directories: tuple[Path, ...]

    @classmethod
    def read(cls, *directories: Path) -> Self:
        """Read the tables of the directories, later ones laid over earlier ones by id."""
        records: dict[str, Record] = {}
        aliases: dict[tuple[str, str], tuple[str, str, str]] = {}
        provinces: dict[str, Place] = {}
        for directory in directories:
            for table in ("bodies", "templates", "groups"):
                kind = GROUP if table == "groups" else ""
                for _, row in _rows(directory / f"{table}.csv"):
                    records[row["id"]] = Record(
                        row["id"], row["name"], row.get("kind") or kind, row.get("level", ""),
                        row.get("valid_from", ""), row.get("valid_to", ""),
                        _split(row.get("successor", "")), _split(row.get("where", "")),
                        table == "templates", _split(row.get("members", "")),
                    )  # fmt: skip
            for _, row in _rows(directory / "aliases.csv"):
                alias, target = row["alias"], row["target"]
                aliases[alias, target] = (alias, target, row["kind"])
            for _, row in _rows(directory / "provinces.csv"):
                provinces[row["id"]] = _place(row)
        return cls(records, tuple(aliases.values()), tuple(provinces.values()), directories)

    @cached_property
    def groups(self) -> Mapping[str, tuple[Record, ...]]:
        """Groups by their wording without commas and "và"."""
        found: dict[str, list[Record]] = {}
        named = [(r.name, r) for r in self.records.values() if r.kind == GROUP]
        for alias, target, _ in self.aliases:
            record = self.records.get(target)
            if record is not None and record.kind == GROUP:
                named.append((alias, record))
        for name, record in named:
            same = found.setdefault(group_key(name), [])
            if record not in same:
                same.append(record)
        return {k: tuple(v) for k, v in found.items()}

    @cached_property
    def official(self) -> Mapping[str, str]:
        """Bodies' names, without the place that a template asks for, by their lower case."""
        names = (r.bare for r in self.records.values() if r.kind != GROUP)
        return {lower(n): n for n in names if n}

    @cached_property
    def _provinces(self) -> Mapping[str, tuple[Place, ...]]:
        found: dict[str, list[Place]] = {}
        for place in self.provinces:
            for name in {key(place.name), undashed(key(place.name))}:
                found.setdefault(name, []).append(place)
        return {k: tuple(v) for k, v in found.items()}

    def province(self, name: str | None, on: str | None = None) -> Place | None:
        """The province of that name; of several in time the one valid on the date, else the last."""
        if not name:
            return None
        wanted = re.sub(r"^(?:tỉnh|thành phố|tp\.?)\s+", "", lowered(name))
        found = self._provinces.get(key(wanted)) or self._provinces.get(undashed(key(wanted)), ())
        valid = [p for p in found if p.in_force(on)] or list(found)
        return valid[-1] if valid else None

    def places(self, province: Place) -> tuple[Place, ...]:
        """Districts and communes of a province, of every time."""
        code = province.id[1:3]
        if code not in self._below:
            files = (d / "places" / f"{code}.csv" for d in self.directories)
            self._below[code] = {p.id: p for file in files for p in _read_places(file)}
        return tuple(self._below[code].values())

    @cached_property
    def _below(self) -> dict[str, dict[str, Place]]:
        return {}

    @cached_property
    def _province_ids(self) -> Mapping[str, Place]:
        return {p.id: p for p in self.provinces}

    def place(self, place_id: str) -> Place | None:
        """The place of an id, or None; only the table that has it is read."""
        for known in (self._province_ids, *self._below.values()):
            if place_id in known:
                return known[place_id]
        row = f"\n{place_id.lower()},"
        for province in {p.id[1:3]: p for p in self.provinces}.values():
            code = province.id[1:3]
            if any(row in _text(d / "places" / f"{code}.csv") for d in self.directories):
                return next((p for p in self.places(province) if p.id == place_id), None)
        return None

    def homes(self, kind: str, name: str, on: str | None) -> tuple[tuple[Place, Place], ...]:
        """Districts and communes of a kind and name on a date, in all provinces, each behind its province.

        Searched for in the tables' text, so that only the provinces that have such a place are read.
        """
        wanted = key(name)
        row = f",{wanted},{kind},"
        found: list[tuple[Place, Place]] = []
        for code, text in self._place_texts.items():
            ids = {before.rsplit("\n", 1)[-1] for before in text.split(row)[:-1]}
            if not ids:
                continue
            times = [p for p in self.provinces if p.id[1:3] == code]
            province = ([p for p in times if p.in_force(on)] or times)[-1]
            same = (p for p in self.places(province) if p.kind == kind and p.id.lower() in ids)
            found += ((province, p) for p in same if key(p.name) == wanted and p.in_force(on))
        return tuple(found)

    def in_a_name(self, word: str) -> bool:
        """Whether some place of the country has the lower-case word in its name."""
        codes = dict.fromkeys(p.id[1:3] for p in self.provinces)
        forms = [f"{a}{word}{b}" for a in ", " for b in ", "]
        texts = (_text(d / "places" / f"{code}.csv") for d in self.directories for code in codes)
        return any(form in text for text in texts for form in forms)

    @cached_property
    def _place_texts(self) -> Mapping[str, str]:
        """The tables of places as text, by the province's code."""
        codes = dict.fromkeys(p.id[1:3] for p in self.provinces)
        return {
            code: "".join(_text(d / "places" / f"{code}.csv") for d in self.directories)
            for code in codes
        }

    @cached_property
    def every_place(self) -> Mapping[str, Place]:
        """All places of all provinces by id; reads every table, so only for those who ask."""
        codes = {p.id[1:3]: p for p in self.provinces}
        below = (p for province in codes.values() for p in self.places(province))
        return {p.id: p for p in (*self.provinces, *below)}

    @cached_property
    def _named(self) -> dict[str, Mapping[str, tuple[Place, ...]]]:
        return {}

    def named_places(self, province: Place | None) -> Mapping[str, tuple[Place, ...]]:
        """All provinces, and the districts and communes of one, by their lower-case names."""
        code = province.id if province else ""
        if code not in self._named:
            names: dict[str, list[Place]] = {}
            for place in (*(self.places(province) if province else ()), *self.provinces):
                for name in {key(place.name), undashed(key(place.name))}:
                    names.setdefault(name, []).append(place)
            self._named[code] = {k: tuple(v) for k, v in names.items()}
        return self._named[code]


def _text(path: Path) -> str:
    """A table of places in the form of `key` (as far as names of places need it); empty if there is none."""
    text = path.read_text("utf-8-sig") if path.is_file() else ""
    return _one_mark(text.lower().replace("quí,", "quý,"))


@lru_cache(maxsize=256)
def _read_places(path: Path) -> tuple[Place, ...]:
    return tuple(_place(row) for _, row in _rows(path))


__all__ = [
    "FILES",
    "GROUP",
    "KINDS",
    "SLOTS",
    "Place",
    "Record",
    "Step",
    "Tables",
    "bare_name",
    "group_key",
    "in_force",
    "key",
    "lowered",
    "tables_dir",
    "undashed",
]
