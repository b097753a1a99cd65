"""Who holds a body's work on a later day: its successors, and those of its place, followed to that day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from extractor.registry import SLOTS, Place, Record, Tables, bare_name

_Row = TypeVar("_Row", Place, Record)


@dataclass(frozen=True, slots=True)
class Body:
    """A body by its id and full name, with its place."""

    id: str
    name: str


def parted(tables: Tables, body_id: str) -> tuple[Record, Place | None] | None:
    """The record and the place that an id names ("P51.SNV"), or None where the tables hold no such."""
    record = tables.records.get(body_id)
    if record is not None:
        return record, None
    place_id, _, template = body_id.partition(".")
    record, place = tables.records.get(template), tables.place(place_id)
    return (record, place) if record is not None and place is not None else None


def full_name(record: Record, place: Place | None) -> str:
    """The name with its place ("Sở Nội vụ tỉnh Quảng Ngãi")."""
    bare, _ = bare_name(record.name)
    for slot in SLOTS.values():
        bare = bare.replace(slot, place.kind if place else "").strip()
    return f"{bare} {place.kind} {place.name}" if place else bare


def holders(tables: Tables, body_id: str, on: str) -> tuple[Body, ...]:
    """The bodies that hold the work of a body on an ISO date; several when it was split, none if unknown."""
    found = parted(tables, body_id)
    if found is None:
        return ()
    record, place = found
    places = () if place is None else _followed(place, tables.place, on)
    bodies: dict[str, Body] = {}
    for heir in _followed(record, tables.records.get, on):
        if not heir.template:
            bodies[heir.id] = Body(heir.id, full_name(heir, None))
            continue
        for where in places:
            above = _at_level(tables, where, heir.level)
            for home in _followed(above, tables.place, on) if above else ():
                if stands(heir, home) or heir.id == record.id:
                    body_at = f"{home.id}.{heir.id}"
                    bodies[body_at] = Body(body_at, full_name(heir, home))
    return tuple(bodies[k] for k in sorted(bodies))


def taken_over(tables: Tables, body_id: str, on: str | None) -> tuple[Body, ...] | None:
    """Who holds on an ISO date the work of a body that is not in force then; None for one that is."""
    found = parted(tables, body_id)
    if not on or found is None or all(row.in_force(on) for row in found if row is not None):
        return None
    return holders(tables, body_id, on)


def stands(record: Record, place: Place) -> bool:
    """Whether the record's `where` allows the place."""
    return not record.where or bool({place.id, place.id[:3], place.kind} & set(record.where))


def _at_level(tables: Tables, place: Place | None, level: str) -> Place | None:
    """The place itself, or the one above it that is of the level."""
    seen = 0
    while place is not None and place.level != level and seen < 4:
        place, seen = tables.place(place.parent), seen + 1
    return place


def _followed(start: _Row, get: Callable[[str], _Row | None], on: str) -> Iterable[_Row]:
    """The row itself or the successors of its successors that are in force on the day, each once."""
    found: dict[str, _Row] = {}
    seen: set[str] = set()
    open_rows = [start]
    while open_rows:
        row = open_rows.pop()
        if row.id in seen:
            continue
        seen.add(row.id)
        if row.in_force(on):
            found[row.id] = row
        elif row.valid_to and row.valid_to < on:
            open_rows += [heir for s in row.successor if (heir := get(s)) is not None]
    return tuple(found[k] for k in sorted(found))


__all__ = ["Body", "full_name", "holders", "parted", "stands", "taken_over"]
