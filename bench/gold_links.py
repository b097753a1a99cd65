"""Gold names of leading and coordinating bodies, checked against what they link to.

usage: python bench/gold_links.py DIR ...     (folders with notices/ and gold/)

A name is right when its record bears it, places and "liên quan" aside, and is in force on the notice's
date and in the notice's own place or one that the name says. All others must stand in the tables of
docs/linking.md, with the same outcome; the exit status is 1 when one does not. Samples for tests are not read.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from extractor import Extractor  # noqa: E402
from extractor.gazetteer import View, default  # noqa: E402
from extractor.scoring import canonical, same_agency  # noqa: E402
from extractor.successors import full_name, parted  # noqa: E402

PAGE = ROOT / "docs" / "linking.md"
_ROW = re.compile(r"^\| (?P<name>[^|`]+) \| (?:`(?P<id>[^`|]+)`|–) \|", re.MULTILINE)


class Outcome(NamedTuple):
    """A gold name and the record that it links to, without the place; empty for none."""

    name: str
    record: str


def told() -> set[Outcome]:
    """The rows of the page's tables."""
    return {Outcome(m["name"], m["id"] or "") for m in _ROW.finditer(PAGE.read_text("utf-8"))}


def odd(view: View, name: str, body_id: str | None) -> Outcome | None:
    """None for a name that is linked right beyond doubt."""
    found = parted(view.gazetteer, body_id) if body_id else None
    if found is None:
        return Outcome(name, "")
    record, place = found
    held = record.in_force(view.on) and (place is None or place.in_force(view.on))
    said = place is None or place in (view.province, view.home) or place.name in name
    forms = [record.bare, full_name(record, place)]
    forms += [f"{record.bare} {place.name}"] if place else []
    named = any(same_agency(name, own) for own in forms)
    return None if held and said and named else Outcome(name, record.id)


def outcomes(folder: Path) -> Iterator[Outcome | None]:
    """One for each mention of a leading or coordinating body in the gold of a folder."""
    extractor = Extractor()
    for path in sorted((folder / "gold").glob("*.json")):
        gold = json.loads(path.read_text("utf-8"))
        if gold.get("split") == "test":
            continue
        text = (folder / "notices" / f"{path.stem}.txt").read_text("utf-8")
        doc = extractor.document(text)
        view = default().view(doc.meta.province, doc.meta.issued_on, doc.meta.issuer)
        ids = {
            canonical(body.name): body.id
            for task in extractor.extract(text).tasks
            for body in (*task.lead, *task.coordinating)
        }
        for task in gold["tasks"]:
            for name in (*task["lead"], *task["coordinating"]):
                yield odd(view, name, ids.get(canonical(name)) or view.link(name).id)


def main() -> int:
    if len(sys.argv) < 2:
        sys.exit((__doc__ or "").split("\n")[2])
    known, missing = told(), 0
    for folder in map(Path, sys.argv[1:]):
        found = Counter(outcomes(folder))
        right = found.pop(None, 0)
        print(
            f"{folder}: {right + found.total()} mentions, {right} linked to the record of that name"
        )
        for outcome, count in sorted(found.items(), key=lambda x: (x[0] is None, x[0])):
            if outcome is None:
                continue
            new = outcome not in known
            missing += new
            print(
                f"{'new' if new else 'told':<5}{count:4}  {outcome.name} → {outcome.record or '–'}"
            )
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
