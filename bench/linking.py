"""Linking of names, measured: right, wrong, unresolved; beside plain rapidfuzz; time and memory.

usage: python bench/linking.py [--misses]

1. The forms of bench/linking.csv, ours beside `rapidfuzz.process.extractOne(..., scorer=WRatio)` over
   the same names and aliases. Right is the expected id, or no id where none is expected. Targets: right
   >= 0.98, wrong <= 0.002. The baseline need not find the place, only the body: it has it easier.
2. Loading all places and bodies of one province's view, in a fresh process: 50 ms, 30 MB. The same,
   without reading the tables of bodies, where the province is first looked for by a district's name.
   Processor time, so that other work on the machine does not count.
3. Linking all mentions of a notice (samples/notices): 2 ms.
The forms were made up for this: names with slips of typing and scanning, out of force, ambiguous, unknown.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from extractor import Extractor  # noqa: E402
from extractor.gazetteer import default  # noqa: E402
from extractor.registry import GROUP, KINDS, bare_name  # noqa: E402

FORMS = Path(__file__).with_suffix(".csv")
NONE = "unresolved"


class Form(NamedTuple):
    """A written name, from where it is seen, and the id that it should get."""

    kind: str
    text: str
    on: str
    province: str
    issuer: str
    expected: str


def forms() -> list[Form]:
    """The table's rows."""
    with FORMS.open(encoding="utf-8", newline="") as file:
        return [Form(*row) for row in list(csv.reader(file))[1:]]


def ours(form: Form) -> str:
    """The id that we give."""
    view = default().view(form.province or None, form.on, form.issuer or None)
    return view.link(form.text).id or NONE


def plain() -> Callable[[Form], str]:
    """The id that the nearest of all names and aliases gives, without any gate."""
    from rapidfuzz import fuzz, process, utils

    gazetteer = default()
    named = [(r.name, r.id) for r in gazetteer.records.values() if r.kind != GROUP]
    named += [(a, t) for a, t, _ in gazetteer.aliases if gazetteer.records[t].kind != GROUP]
    ids: dict[str, str] = {}
    for name, target in named:
        level = gazetteer.records[target].level
        bare, slotted = bare_name(name)
        ids.setdefault(f"{bare} {KINDS[level][0]}" if slotted else bare, target)
    choices = list(ids)

    def link(form: Form) -> str:
        found = process.extractOne(
            form.text, choices, scorer=fuzz.WRatio, processor=utils.default_process
        )
        return ids[found[0]] if found else NONE

    return link


def outcome(got: str, expected: str) -> str:
    """Right, wrong or unresolved."""
    if got == expected:
        return "right"
    return NONE if got == NONE else "wrong"


def same_body(got: str, expected: str) -> str:
    """The expected id where only the body, not its place, had to be found."""
    return expected if expected.endswith("." + got) else got


def tally(link: Callable[[Form], str]) -> tuple[dict[str, Counter[str]], list[tuple[Form, str]]]:
    """Outcomes by class, and what missed."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    missed = []
    for form in forms():
        got = link(form)
        counts[form.kind][outcome(got, form.expected)] += 1
        if got != form.expected:
            missed.append((form, got))
    return counts, missed


def rows(counts: dict[str, Counter[str]]) -> Iterator[str]:
    for kind, count in [*counts.items(), ("all", sum(counts.values(), Counter()))]:
        shares = "".join(f"{count[k] / count.total():12.4f}" for k in ("right", "wrong", NONE))
        yield f"{kind:<14}{count.total():6}{shares}"


_LOAD = """
import gc, sys, time, tracemalloc
from extractor.gazetteer import Gazetteer, tables_dir
import extractor.text
gc.set_threshold(50_000)
if sys.argv[1] == "memory": tracemalloc.start()
start = time.process_time()
gazetteer = Gazetteer.read(tables_dir())
view = gazetteer.view("Quảng Ngãi", "2026-03-10")
if sys.argv[1] == "home":
    start = time.process_time()
    gazetteer.homes("huyện", "Sơn Hà", "2022-05-01")
view.place_names, gazetteer.groups, gazetteer.index
if sys.argv[1] == "memory":
    for syllable in gazetteer.index.syllables: gazetteer.index.bucket(syllable)
    print(tracemalloc.get_traced_memory()[0] / 1e6)
else:
    print((time.process_time() - start) * 1000)
"""


def loading(what: str) -> float:
    """Milliseconds or megabytes of a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, what], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def per_notice() -> list[float]:
    """Milliseconds for linking all mentions of each sample notice once more, indexes warm."""
    times = []
    extractor = Extractor()
    for path in sorted((ROOT / "samples" / "notices").glob("*.txt")):
        doc = extractor.document(path.read_text("utf-8"))
        meta = doc.meta
        names = [a.name for a in doc.agencies]
        best = 1e9
        for _ in range(3):
            start = time.perf_counter()
            view = default().view(meta.province, meta.issued_on, meta.issuer)
            for name in names:
                view.link(name)
            best = min(best, (time.perf_counter() - start) * 1000)
        times.append(best)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--misses", action="store_true", help="show every form that is not right")
    options = parser.parse_args()
    head = f"{'class':<14}{'forms':>6}{'right':>12}{'wrong':>12}{NONE:>12}"
    counts, missed = tally(ours)
    print("nhiemvu", head, *rows(counts), sep="\n")
    if options.misses:
        for form, got in missed:
            print(
                f"  {form.kind}: {form.text!r} ({form.on}, {form.province or 'central'}): {got}, not {form.expected}"
            )
    link = plain()
    print("\nextractOne, WRatio", head, sep="\n")
    print(*rows(tally(lambda form: same_body(link(form), form.expected))[0]), sep="\n")
    best = min(loading("time") for _ in range(5))
    print(f"\nloading one province's view: {best:.0f} ms (at most 50)")
    best = min(loading("home") for _ in range(5))
    print(f"finding the province of a district, and loading its view: {best:.0f} ms")
    print(f"memory, all names indexed: {loading('memory'):.1f} MB (at most 30)")
    times = per_notice()
    print(
        f"linking a notice's mentions: median {statistics.median(times):.2f} ms, most {max(times):.2f} ms (at most 2)"
    )


if __name__ == "__main__":
    main()
