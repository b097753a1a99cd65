"""Fit the weights of confidence and write extractor/rules/weights.toml.

usage: python tools/fit_confidence.py            fit
       python tools/fit_confidence.py --record NAME...   keep what the rules made of new samples at first sight
       python tools/fit_confidence.py --record-folder DIR LABEL   the same of notices elsewhere (DIR/notices, DIR/gold)

Rules are written while looking at the dev samples, so that they err there less than elsewhere: weights fitted on
them alone promise too much. What counts most is therefore first_sight.csv: the evidence and the outcome of
samples that were written, with their gold, before the rules had seen them. It cannot be made again later, as the
rules have learned from those samples since; but what they learned holds elsewhere too, so that the same samples as
they are read now count as much: notices that nobody has seen lie between the two. The older dev samples, plain and
damaged on purpose (lost marks, lost blanks, hard wraps, letters as a scan gets them wrong), count less. Public
pages of portals, schools and unions ("public-...", their texts are not part of this repository) count half: small
offices stand in them more often than in the work of an authority; notices that others wrote as lifelike as they
could ("own-...", outside it too) count whole; "again" is how they are read now. The `test` samples have no part
in it. Needs numpy, which spaCy brings.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from extractor import __version__  # noqa: E402
from extractor.api import Extractor  # noqa: E402
from extractor.calibration import judged  # noqa: E402
from extractor.confidence import BASE, FIELDS, bears_on  # noqa: E402
from extractor.evaluation import read_gold  # noqa: E402
from extractor.records import from_document  # noqa: E402
from extractor.schema import Source  # noqa: E402
from extractor.text import toneless  # noqa: E402

NOTICES, GOLD = ROOT / "samples" / "notices", ROOT / "samples" / "gold"
FIRST_SIGHT = Path(__file__).with_name("first_sight.csv")
WEIGHTS = ROOT / "extractor" / "rules" / "weights.toml"

PUBLIC = 0.5  # what a task of a public page counts
PLAIN, DAMAGED = 0.2, 0.05  # what a task of the dev samples counts beside one at first sight
PENALTIES = (0.3, 0.5, 1.0, 2.0, 4.0)  # of the squared weights, to choose from
FOLDS = 10
SLIPS = {"l": "1", "o": "0", "e": "c", "n": "u", "b": "h", "ư": "u", "ơ": "o", "đ": "d", "i": "l"}

FIRST, AGAIN = (
    1.0,
    1.0,
)  # what a task at first sight counts, and one of the same samples as read now


class Row(NamedTuple):
    """A task: its notice, what it counts, the evidence on it, what was right, and whether at first sight."""

    notice: str
    count: float
    evidence: tuple[str, ...]
    right: Mapping[str, bool]
    first: bool = False


Vector = NDArray[np.float64]


class Damaged(NamedTuple):
    """A damaged text, and where each offset of the old one now is."""

    text: str
    at: Sequence[int]


def damaged(text: str, kind: str, chance: random.Random) -> Damaged:
    """The text with one kind of damage; digits and line ends stay, so that its gold does too."""
    out: list[str] = []
    at: list[int] = []
    length = column = 0
    for i, letter in enumerate(text):
        at.append(length)
        new = letter
        if kind == "blanks" and letter == " " and chance.random() < 0.04:
            new = "" if text[i - 1 : i].isalpha() and text[i + 1 : i + 2].isalpha() else letter
        elif kind == "marks" and chance.random() < 0.06:
            new = toneless(letter)
        elif kind == "scan" and chance.random() < 0.015:
            new = SLIPS.get(letter, letter)
        elif kind == "wraps" and letter == " " and column > 60:
            new = "\n"
        column = 0 if new == "\n" else column + 1
        out.append(new)
        length += len(new)
    return Damaged("".join(out), [*at, length])


def moved(gold: Mapping[str, Any], at: Sequence[int]) -> dict[str, Any]:
    """The gold with the offsets of a damaged text."""
    tasks = [{**t, "start": at[t["start"]], "end": at[t["end"]]} for t in gold["tasks"]]
    return {**gold, "tasks": tasks}


def tasks_of(
    extractor: Extractor, text: str, gold: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], Mapping[str, bool]]]:
    """The evidence on each task given for a notice, and what is right in it."""
    doc = extractor.document(text)
    found = json.loads(from_document(doc, Source(sha256="0" * 64)).to_json())
    evidence = {task["id"]: names for task, names in zip(found["tasks"], doc.evidence, strict=True)}
    for one in judged(gold, found):
        yield evidence[one.task["id"]], one.right


def text_of(name: str) -> str:
    """The text of a sample."""
    return (NOTICES / f"{name}.txt").read_text(encoding="utf-8")


def record(names: Sequence[str]) -> None:
    """Keep the outcomes of new samples in first_sight.csv."""
    gold = read_gold(GOLD, "dev")
    _keep((name, text_of(name), gold[name]) for name in names)


def record_folder(folder: Path, label: str) -> None:
    """Keep the outcomes of notices outside the repository, by a label and a number alone."""
    gold = sorted(read_gold(folder / "gold", None).items())
    texts = [(folder / "notices" / f"{name}.txt").read_text(encoding="utf-8") for name, _ in gold]
    _keep(
        (f"{label}{k:02}", text, one)
        for k, (text, (_, one)) in enumerate(zip(texts, gold, strict=True), 1)
    )


def _keep(notices: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
    extractor = Extractor()
    with FIRST_SIGHT.open("a", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        for name, text, gold in notices:
            for evidence, right in tasks_of(extractor, text, gold):
                table.writerow([name, " ".join(evidence), *(int(right[f]) for f in FIELDS)])


def rows() -> Iterator[Row]:
    """Everything that the weights are fitted on."""
    seen = set()
    with FIRST_SIGHT.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            seen.add(line["notice"])
            evidence = tuple(line["evidence"].split())
            outcome = {f: line[f] == "1" for f in FIELDS}
            count = PUBLIC if line["notice"].startswith("public-") else FIRST
            first = not line["notice"].endswith(" again")  # how a public page is read now
            yield Row(line["notice"], count, evidence, outcome, first=first)
    extractor = Extractor()
    for name, gold in read_gold(GOLD, "dev").items():
        text = text_of(name)
        for evidence, right in tasks_of(extractor, text, gold):
            yield Row(name, AGAIN if name in seen else PLAIN, evidence, right)
        if name in seen:
            continue
        for kind in ("blanks", "marks", "scan", "wraps"):
            worse = damaged(text, kind, random.Random(f"{name} {kind}"))
            for evidence, right in tasks_of(extractor, worse.text, moved(gold, worse.at)):
                yield Row(name, DAMAGED, evidence, right)


def fit(x: Vector, right: Vector, counts: Vector, strength: float) -> Vector:
    """Weights of a logistic model by Newton's method; the first column is the base, free of penalty."""
    weights = np.zeros(x.shape[1])
    penalty = np.eye(x.shape[1]) * strength
    penalty[0, 0] = 1e-6
    for _ in range(50):
        sure = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (counts * (right - sure)) - penalty @ weights
        bend = (x * (counts * sure * (1 - sure))[:, None]).T @ x + penalty
        step = np.linalg.solve(bend, slope)
        weights += step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def surprise(
    every: Sequence[Row], x: Vector, right: Vector, counts: Vector, strength: float
) -> float:
    """How badly a fit foretells first sight of notices that were left out of it (log loss)."""
    first = np.array([row.first for row in every])
    names = [row.notice for row in every]
    notices = sorted({row.notice for row in every if row.first})
    loss = 0.0
    for k in range(FOLDS):
        out = np.isin(names, notices[k::FOLDS])
        held = first & out
        sums = x[held] @ fit(x[~out], right[~out], counts[~out], strength)
        loss += float(np.log1p(np.exp(np.where(right[held] > 0, -sums, sums))).sum())
    return loss


def fitted(every: Sequence[Row]) -> Iterator[tuple[str, dict[str, float]]]:
    """Each field with its weights by evidence, rounded so that every machine writes the same."""
    counts = np.array([row.count for row in every])
    known = sorted({name for row in every for name in row.evidence})
    for field in FIELDS:
        names = [name for name in known if bears_on(name, field)]
        x = np.array([[1.0, *(float(n in row.evidence) for n in names)] for row in every])
        right = np.array([float(row.right[field]) for row in every])
        best = min(PENALTIES, key=lambda s: surprise(every, x, right, counts, s))
        weights = [round(float(w), 2) + 0.0 for w in fit(x, right, counts, best)]
        print(f"{field}: penalty {best}")
        yield field, {n: w for n, w in zip([BASE, *names], weights, strict=True) if w or n == BASE}


def main() -> None:
    """Fit, or record."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--record", nargs="+", metavar="NAME", help="samples to keep as first seen")
    parser.add_argument(
        "--record-folder", nargs=2, metavar=("DIR", "LABEL"), help="notices elsewhere"
    )
    args = parser.parse_args()
    if args.record:
        record(args.record)
        return
    if args.record_folder:
        record_folder(Path(args.record_folder[0]), args.record_folder[1])
        return
    every = list(rows())
    lines = ["# Written by tools/fit_confidence.py: weights in log-odds, by field and evidence."]
    for field, weights in fitted(every):
        lines += ["", f"[weights.{field}]", *(f'"{name}" = {w}' for name, w in weights.items())]
    WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"nhiemvu {__version__}: {len(every)} tasks, {len(lines)} lines in {WEIGHTS.name}")


if __name__ == "__main__":
    main()
