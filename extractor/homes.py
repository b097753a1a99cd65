"""The province of a notice whose issuer names only a district or commune.

A name that one place in the country bears on the notice's date is enough. Of several places the
notice's other names decide, or nothing does: bodies without an id are better than another province's.
"""

from __future__ import annotations

import re
from collections import defaultdict

from extractor.placing import UNIT, unit_of
from extractor.registry import Place, Tables, key
from extractor.text import UPPER

_NAME = rf"[{UPPER}][\w']*(?: - | [{UPPER}][\w']*)*"
# names behind their unit: "xã Ba Tơ", or several, "các xã: Ba Tơ, Ba Vì và Ba Dinh"
_LISTED = re.compile(rf"(?<!\w)(?:(?i:{UNIT})):? ({_NAME}(?:(?:, | và ){_NAME})*)")


def home_of(
    tables: Tables, issuer: str, on: str | None, text: str, signed_at: str | None = None
) -> tuple[Place | None, bool]:
    """The province of the district or commune that issued a notice on an ISO date, if that is certain.

    And whether the tables know such a place at all. signed_at: the place in the date line.
    """
    kind, name = unit_of(issuer)
    homes = tables.homes(kind, name, on) if kind else ()
    if len({province.id for province, _ in homes}) < 2:
        return (homes[0][0], True) if homes else (None, False)
    said = {key(n) for m in _LISTED.finditer(text) for n in re.split(", | và ", m[1])}
    said = (said | {key(signed_at or "")}) - {key(name)}
    above: dict[str, set[str]] = defaultdict(set)  # by the province's id: its name, the district's
    beside: dict[str, set[str]] = defaultdict(set)  # units below the place, and its neighbours
    for province, place in homes:
        above[province.id].add(key(province.name))
        for other in tables.places(province):
            if other.id == place.parent:
                above[province.id].add(key(other.name))
            elif other.parent in (place.id.split("-")[0], place.parent) and other.in_force(on):
                beside[province.id].add(key(other.name))
    proofs = {}
    for province, _ in homes:
        others = set[str]().union(*(beside[i] for i in above if i != province.id))
        # what stands above a place proves it, of its neighbours two that no other place has
        weight = 2 * len(above[province.id] & said) + len((beside[province.id] & said) - others)
        if weight:
            proofs[province] = weight
    if len(proofs) == 1 and max(proofs.values()) > 1:
        return proofs.popitem()[0], True
    return None, True
