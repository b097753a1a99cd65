"""Score the extraction against gold and write the figures into the project's pages.

usage: python bench/evaluate.py --date 2026-11-22 [--real DIR]
       python bench/evaluate.py --against COMMIT [--real DIR]

Writes docs/evaluation.md (every notice) and the table in README.md and README.vi.md, between the
comments that mark generated blocks. Sets: the samples by split and, where it is at hand, a folder
of published notices (DIR/notices, DIR/gold; default ../shared/evaluation), of which only figures
are written. A set that is not at hand keeps the figures that stand. The date is yours, not the clock's.

With --against nothing is written: every task that this tree reads better or worse than that commit
is listed (against.py); of `test` notices only the counts.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import against  # noqa: E402
import trust  # noqa: E402

from extractor import __version__, extract_file  # noqa: E402
from extractor.calibration import Judged, judged  # noqa: E402
from extractor.evaluation import read_gold  # noqa: E402
from extractor.scoring import Tally, score  # noqa: E402

PAGE = ROOT / "docs" / "evaluation.md"
FIGURE = ROOT / "docs" / "trust.svg"
COLUMNS = {
    "tasks": "tasks F1",
    "lead": "lead F1",
    "coordinating": "coordinating F1",
    "reports_to": "reports to F1",
    "deadlines": "deadlines F1",
    "fields": "fields",
    "untouched": "untouched",
    "spurious": "spurious",
}
VIETNAMESE = {
    "tasks": "nhiệm vụ (F1)",
    "lead": "cơ quan chủ trì (F1)",
    "coordinating": "cơ quan phối hợp (F1)",
    "reports_to": "nơi nhận báo cáo (F1)",
    "deadlines": "thời hạn (F1)",
    "fields": "số, ngày, loại, cơ quan ban hành",
    "untouched": "nhiệm vụ dùng được ngay",
    "spurious": "nhiệm vụ thừa",
}
TARGETS = {
    "tasks": 0.9,
    "lead": 0.88,
    "coordinating": 0.8,
    "deadlines": 0.92,
    "fields": 0.9,
    "untouched": 0.7,
    "spurious": 0.1,
}
SKELETON = """# Evaluation

Made by `python bench/evaluate.py --date YYYY-MM-DD`; do not edit the tables by hand. What the columns mean:

- **tasks, lead, coordinating, reports to, deadlines**: F1; a task is found when its span and a gold span overlap by half,
  the others are counted on the tasks found.
- **fields**: share of kind, number, date and issuer that are right.
- **untouched**: share of gold tasks found with lead, coordinating and deadlines all right: what a clerk takes over as it is.
- **spurious**: share of the tasks given that match no gold task (lower is better).
- A dash: nothing of the sort in gold or output.

Rules are written while looking at the `dev` samples and at the published notices; the `test` samples are looked at through their figures
only, so they are the fair estimate for a notice that nobody has looked at.

## At first sight
Each batch of samples was read once before any rule was written for it. Untouched then, batch by batch: 0.74, 0.78, 0.80, 0.85 (dev), 0.83 (the newest twelve of test), and 0.66 and
0.65 for two batches of ten on purpose from offices not met before (hospital, university, social insurance, tax, election, statistics ...). A new kind of office should
expect the lower end until its bodies stand in a table; [CONTRIBUTING.md](../CONTRIBUTING.md) says how they get there.

## Trust
`confidence` is the probability that a row is a task and that its lead and its deadlines are right; `confidences` holds one for each field. The weights are fitted by
`tools/fit_confidence.py` on dev samples, public pages and other written notices, as they were read at first sight and as they are read now; `test` has no part in it. A reader should expect, of a hundred rows of confidence 0.9,
ninety to be right: the *expected calibration error* is how far confidence and right share lie apart, over ten bins. On notices that the rules were written on (dev, real) the
rows are better than they promise.

<!-- begin trust -->
<!-- end trust -->

## Samples, dev
<!-- begin dev -->
<!-- end dev -->

## Samples, test
<!-- begin test -->
<!-- end test -->

## Published notices
Notices of ministries, provinces, districts and party bodies, 2012 to 2026, digital and scanned; their texts are not part of this repository.

<!-- begin real -->
<!-- end real -->
"""


class Set(NamedTuple):
    """One set of notices: its name in the pages, its folders, and which gold files belong to it."""

    name: str
    notices: Path
    gold: Path
    split: str | None


def extract_all(chosen: Set, names: Iterable[str]) -> dict[str, Any]:
    """The records of a set's notices, by name."""
    paths = {name: chosen.notices / f"{name}.txt" for name in names}
    return {name: json.loads(extract_file(path).to_json()) for name, path in paths.items()}


def evaluate(chosen: Set) -> tuple[dict[str, Tally], list[Judged]]:
    """Figures of each notice, and of all under ""; and how sure each task given was, and how right."""
    gold = read_gold(chosen.gold, chosen.split)
    found = extract_all(chosen, gold)
    tallies = {n: score({n: gold[n]}, {n: found[n]}) for n in gold}
    rows = [row for n in gold for row in judged(gold[n], found[n])]
    return {"": score(gold, found)} | tallies, rows


def figure(tally: Tally, name: str) -> str:
    """One figure with three digits; a dash where there is nothing to count."""
    value: Any = tally.result()[name]
    if isinstance(value, Mapping):
        return f"{value['f1']:.3f}" if value["gold"] or value["found"] else "–"
    empty = {"untouched": "tasks.gold", "spurious": "tasks.found", "fields": "fields.all"}[name]
    return f"{value:.3f}" if tally.counts[empty] else "–"


def table(tallies: Mapping[str, Tally], as_of: date) -> Iterator[str]:
    """The table of a set, notice by notice."""
    yield f"nhiemvu {__version__}, {as_of:%d %B %Y}\n"
    yield f"| notice | gold tasks | {' | '.join(COLUMNS.values())} |"
    yield "|---|" + "---:|" * (len(COLUMNS) + 1)
    for name, tally in tallies.items():
        cells = [figure(tally, column) for column in COLUMNS]
        gold = tally.counts["tasks.gold"]
        title = name or f"**all {tally.notices}**"
        yield f"| {title} | {gold} | {' | '.join(cells)} |"


def overview(
    sets: Mapping[str, Tally], as_of: date, names: Mapping[str, str], heads: Mapping[str, str]
) -> Iterator[str]:
    """The table of the READMEs: a row a figure, a column a set."""
    yield f"| | {' | '.join(f'{heads[s]} ({t.notices})' for s, t in sets.items())} | {heads['target']} |"
    yield "|---|" + "---:|" * (len(sets) + 1)
    for column, title in names.items():
        sign = "≤" if column == "spurious" else "≥"
        target = f"{sign} {TARGETS[column]:.2f}" if column in TARGETS else ""
        yield f"| {title} | {' | '.join(figure(t, column) for t in sets.values())} | {target} |"
    yield f"\nnhiemvu {__version__}, {as_of:%d/%m/%Y}"


def put(path: Path, block: str, lines: Iterator[str]) -> None:
    """Replace what stands between the comments of a generated block."""
    text = path.read_text("utf-8") if path.is_file() else SKELETON
    shape = re.compile(rf"(<!-- begin {block}\b[^>]*-->\n).*?(<!-- end {block} -->)", re.DOTALL)
    content = "\n".join(lines)
    text, count = shape.subn(lambda m: f"{m[1]}{content}\n{m[2]}", text)
    if count != 1:
        sys.exit(f"{path}: no block named {block}")
    path.write_text(text, encoding="utf-8")


def list_changes(commit: str, sets: Iterable[Set]) -> None:
    """Print, set by set, what this tree reads better or worse than a commit."""
    with against.checked_out(commit) as tree:
        for chosen in sets:
            if not chosen.notices.is_dir():
                print(f"{chosen.name}: no folder {chosen.notices}")
                continue
            gold = read_gold(chosen.gold, chosen.split)
            before = against.extract_with(tree, chosen.notices, gold)
            changes = against.changes(gold, before, extract_all(chosen, gold))
            print("\n".join(against.report(chosen.name, gold, changes)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "--date", type=date.fromisoformat, help="the day to write beside the figures"
    )
    parser.add_argument("--against", metavar="COMMIT", help="what got better or worse since then")
    parser.add_argument(
        "--real",
        type=Path,
        default=ROOT.parent / "shared" / "evaluation",
        help="folder with notices/ and gold/",
    )
    args = parser.parse_args()
    if (args.date is None) == (args.against is None):
        parser.error("give --date or --against")
    samples = ROOT / "samples"
    sets = [Set(split, samples / "notices", samples / "gold", split) for split in ("dev", "test")]
    sets.append(Set("real", args.real / "notices", args.real / "gold", None))
    if args.against:
        list_changes(args.against, sets)
        return
    sums: dict[str, Tally] = {}
    rows: dict[str, list[Judged]] = {}
    for chosen in sets:
        if not chosen.notices.is_dir():
            print(f"{chosen.name}: no folder {chosen.notices}; its figures stay as they are")
            continue
        tallies, rows[chosen.name] = evaluate(chosen)
        sums[chosen.name] = tallies[""]
        put(PAGE, chosen.name, table(tallies, args.date))
        print(f"{chosen.name:5}", *(f"{c} {figure(tallies[''], c)}" for c in COLUMNS))
    if len(sums) == len(sets):
        put(PAGE, "trust", trust.judge_lines(rows))
        FIGURE.write_text(trust.diagram(rows["test"]), encoding="utf-8")
        english = {
            "dev": "samples, dev",
            "test": "samples, test",
            "real": "published notices",
            "target": "target",
        }
        vietnamese = {
            "dev": "mẫu, dev",
            "test": "mẫu, test",
            "real": "văn bản thật",
            "target": "mục tiêu",
        }
        put(ROOT / "README.md", "figures", overview(sums, args.date, COLUMNS, english))
        put(ROOT / "README.vi.md", "figures", overview(sums, args.date, VIETNAMESE, vietnamese))


if __name__ == "__main__":
    main()
