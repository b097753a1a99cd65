"""Would a learned component decide better than the rules? Two trials, written down in docs/learning.md.

usage: python bench/learning.py [--real DIR]

1. Is this clause a task: a linear model on its syllables against whether the rules give a task there.
2. Which mention leads: a linear model on the words around each body of a task against the rules' choice.

Trained on the dev samples' gold, asked on the test samples and on published notices (DIR/notices and DIR/gold).
Logistic models by Newton's method in few dimensions (words hashed), numpy only. The difference is tested by a
paired bootstrap over notices, as tasks of one notice are not independent.
"""

from __future__ import annotations

import argparse
import re
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from extractor.api import Extractor  # noqa: E402
from extractor.document import Document, Span  # noqa: E402
from extractor.evaluation import read_gold  # noqa: E402
from extractor.scoring import same_agency  # noqa: E402

WIDTH = 1024  # of the hashed words
PENALTY = 1.0
SURE = 2.2  # log-odds of nine to one
DRAWS = 10_000
Vector = NDArray[np.float64]


class Case(NamedTuple):
    """One question: its notice, its features, the gold answer and the rules' answer."""

    notice: str
    words: tuple[str, ...]
    gold: bool
    rules: bool


Ask = Callable[[Document, Any, str], Iterator[Case]]


def clause_is_task(doc: Document, gold: Any, name: str) -> Iterator[Case]:
    """For each clause of the body: does a task of the gold begin in it, and do the rules give one?"""
    assert doc.flow is not None
    given = {task.clause for task in doc.tasks}
    for i, clause in enumerate(doc.clauses):
        if clause.zone not in ("body", "appendix") or clause.body.start >= clause.body.end:
            continue
        start, end = doc.flow.source(clause.body)
        inside = [t for t in gold["tasks"] if start <= t["start"] < end]
        if inside and all(t.get("optional") for t in inside):
            continue
        low = doc.flow.low[slice(*clause.body)]
        above = (
            "" if clause.parent is None else doc.flow.low[slice(*doc.clauses[clause.parent].body)]
        )
        first = re.findall(r"\w+", low)[:12]
        words = [f"w:{w}" for w in first] + [f"b:{a} {b}" for a, b in pairwise(first)]
        words += [
            f"first:{first[0]}" if first else "none",
            f"kind:{clause.kind}",
            f"zone:{clause.zone}",
        ]
        words += [f"up:{w}" for w in re.findall(r"\w+", above)[:8]]
        words += ["colon"] * low.rstrip().endswith(":") + ["heading"] * clause.heading
        words += ["body"] * any(clause.body.holds(a.span) for a in doc.agencies)
        words += ["date"] * any(clause.body.holds(d.span) for d in doc.deadlines)
        words.append(f"of:{doc.meta.kind}")
        yield Case(name, tuple(words), bool(inside), i in given)


def mention_leads(doc: Document, gold: Any, name: str) -> Iterator[Case]:
    """For each body that a task of the gold names: does it lead, and do the rules say so?"""
    assert doc.flow is not None
    leads = {k for task in doc.tasks for k in task.lead}
    for task in gold["tasks"]:
        if task.get("optional") or task.get("lead_basis") != "stated":
            continue
        inside = [
            (k, a) for k, a in enumerate(doc.agencies)
            if task["start"] <= (at := doc.flow.source(a.span)).start and at.end <= task["end"]
        ]  # fmt: skip
        for place, (k, a) in enumerate(inside):
            span = Span(max(a.span.start - 60, 0), a.span.start)
            left = re.findall(r"\w+|[,;:.()]", doc.flow.low[slice(*span)].rsplit("\n", 1)[-1])[-4:]
            right = re.findall(
                r"\w+|[,;:.()]", doc.flow.low[a.span.end : a.span.end + 40].split("\n", 1)[0]
            )[:4]
            words = [f"l{i}:{w}" for i, w in enumerate(reversed(left))]
            words += [f"r{i}:{w}" for i, w in enumerate(right)]
            words += ["ll:" + " ".join(left[-2:]), "rr:" + " ".join(right[:2])]
            words += [
                f"place:{min(place, 4)}",
                f"by:{a.found_by}",
                f"head:{a.name.split()[0].lower()}",
            ]
            yield Case(
                name, tuple(words), any(same_agency(g, a.name) for g in task["lead"]), k in leads
            )


def hashed(cases: Sequence[Case]) -> Vector:
    """Features as 0 or 1 in a table of fixed width; column 0 is the base."""
    x = np.zeros((len(cases), WIDTH + 1))
    x[:, 0] = 1
    for row, case in zip(x, cases, strict=True):
        for word in case.words:
            row[1 + zlib.crc32(word.encode()) % WIDTH] = 1
    return x


def fitted(x: Vector, y: Vector) -> Vector:
    """Weights of a logistic model with a penalty on their squares."""
    weights = np.zeros(x.shape[1])
    for _ in range(12):
        sure = 1 / (1 + np.exp(-x @ weights))
        bend = (x * (sure * (1 - sure) + 1e-9)[:, None]).T @ x + np.eye(x.shape[1]) * PENALTY
        weights += np.linalg.solve(bend, x.T @ (y - sure) - PENALTY * weights)
    return weights


def f1(gold: Vector, given: Vector) -> float:
    """F1 of the yes answers."""
    hit = float((gold * given).sum())
    return 2 * hit / (float(gold.sum() + given.sum()) or 1)


def bootstrap(cases: Sequence[Case], learned: Vector) -> tuple[float, float, float]:
    """F1 of the rules, F1 of the learned answers, and the share of draws in which these are no better."""
    names = sorted({c.notice for c in cases})
    of = np.array([names.index(c.notice) for c in cases])
    gold = np.array([float(c.gold) for c in cases])
    rules = np.array([float(c.rules) for c in cases])
    counts = np.array(
        [[(v * (of == k)).sum() for k in range(len(names))]
         for v in (gold, rules, learned, gold * rules, gold * learned)]
    )  # fmt: skip
    draws = np.random.default_rng(20261122).integers(0, len(names), (DRAWS, len(names)))
    g, r, m, gr, gm = (c[draws].sum(axis=1) for c in counts)
    difference = 2 * gm / (g + m) - 2 * gr / (g + r)
    return f1(gold, rules), f1(gold, learned), float((difference <= 0).mean())


def main() -> None:
    """Train, ask, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--real", type=Path, default=ROOT.parent / "shared" / "evaluation")
    args = parser.parse_args()
    samples, extractor = ROOT / "samples", Extractor()
    sets = {"dev": (samples, "dev"), "test": (samples, "test"), "published": (args.real, None)}
    docs: dict[str, list[tuple[str, Document, Any]]] = {}
    for name, (folder, split) in sets.items():
        if not folder.is_dir():
            print(f"{name}: no folder {folder}")
            continue
        docs[name] = [
            (n, extractor.document((folder / "notices" / f"{n}.txt").read_text("utf-8-sig")), gold)
            for n, gold in read_gold(folder / "gold", split).items()
        ]
    print(
        "| question | set | cases | rules F1 | learned F1 | either F1 | p (learned no better) | p (either no better) |"
    )
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for title, ask in (
        ("is this clause a task", clause_is_task),
        ("does this mention lead", mention_leads),
    ):
        train = [c for n, doc, gold in docs["dev"] for c in ask(doc, gold, n)]
        weights = fitted(hashed(train), np.array([float(c.gold) for c in train]))
        for name in ("test", "published"):
            cases = [c for n, doc, gold in docs.get(name, ()) for c in ask(doc, gold, n)]
            if not cases:
                continue
            sums = hashed(cases) @ weights
            learned = (sums > 0).astype(float)
            rules = np.array([float(c.rules) for c in cases])
            # where the model is sure it overrules the rules
            either = np.where(np.abs(sums) > SURE, learned, rules)
            a, b, p = bootstrap(cases, learned)
            _, e, q = bootstrap(cases, either)
            print(
                f"| {title} | {name} | {len(cases)} | {a:.3f} | {b:.3f} | {e:.3f} | {p:.3f} | {q:.3f} |"
            )


if __name__ == "__main__":
    main()
