"""The members of a group on a date: "các sở, ban, ngành" of a province, "UBND các xã" of a district.

Members stand in groups.csv as ids, as templates of a kind ("template:*kind=sở") or as places of a
level ("level:district"). A group of provinces ("các tỉnh, thành phố") is the same from everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from extractor.gazetteer import View
from extractor.registry import Place, Record
from extractor.successors import Body, full_name, stands

_OF_PROVINCES = re.compile(r"các tỉnh(?!\w)|(?<!\w)bộ(?!\w)")


def members(view: View, group: Record) -> tuple[Body, ...]:
    """The bodies or places that a group means for a view; none if the tables do not fix them."""
    everywhere = view.province is None or bool(_OF_PROVINCES.search(group.name.lower()))
    found: dict[str, Body] = {}
    for member in group.members:
        kind, _, value = member.partition(":")
        if kind == "level":
            for place in _places(view, value, everywhere):
                found[place.id] = Body(place.id, f"{place.kind} {place.name}")
            continue
        for record in _records(view, member, group.level):
            if not record.template:
                found[record.id] = Body(record.id, record.name)
                continue
            for place in _places(view, record.level, everywhere):
                if stands(record, place):
                    body = f"{place.id}.{record.id}"
                    found[body] = Body(body, full_name(record, place))
    return tuple(found.values())


def _records(view: View, member: str, level: str) -> Iterator[Record]:
    """The body, or the templates of a kind at the group's level, as far as they are in force."""
    records = view.gazetteer.records
    _, _, kind = member.partition("template:*kind=")
    same: Iterable[Record | None] = (
        (r for r in records.values() if r.template and r.kind == kind and level in ("", r.level))
        if kind
        else (records.get(member),)
    )
    return (r for r in same if r is not None and r.in_force(view.on))


def _places(view: View, level: str, everywhere: bool) -> list[Place]:
    """The places of a level for a view: its own, those of its district or province, or all."""
    tables, home = view.gazetteer, view.home
    places: Iterable[Place]
    if level == "province":
        places = tables.provinces if everywhere or view.province is None else [view.province]
    elif everywhere or view.province is None:
        places = tables.every_place.values()
    elif home is not None and home.level == level:
        places = [home]
    else:
        places = tables.places(view.province)
        if home is not None and home.level == "district":
            places = [p for p in places if p.parent == home.id.split("-")[0]]
    return [p for p in places if p.level == level and p.in_force(view.on)]


__all__ = ["members"]
