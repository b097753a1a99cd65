"""How far a task and its fields can be trusted: probabilities out of named evidence.

A small logistic model a field, whose weights stand in rules/weights.toml; rules/confidence.toml says every
piece of evidence in Vietnamese. tools/fit_confidence.py fits the weights on notices with gold, and
docs/evaluation.md shows how far they keep their word on notices that nobody has looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from math import exp
from typing import NamedTuple

from extractor.ruletable import load

FIELDS = ("task", "lead", "coordinating", "reports_to", "deadlines", "clause")
BASE = "base"  # the weight that every task has


class Reason(NamedTuple):
    """Evidence that lowers a field: its name, its words, and its weight in log-odds (below 0)."""

    name: str
    words: str
    weight: float


def confidences(evidence: Iterable[str]) -> dict[str, float]:
    """The probability that each of `FIELDS` is right, to three digits.

    "task": that the notice gives this task at all. Every other field is right only in a task that is one.
    """
    weights = _weights()
    rows = [weights[name] for name in evidence if name in weights]
    sums = map(sum, zip(weights[BASE], *rows, strict=True))
    return {field: round(1 / (1 + exp(-x)), 3) for field, x in zip(FIELDS, sums, strict=True)}


def whole(fields: dict[str, float]) -> float:
    """The probability that the task is one and that its lead and its deadlines are right.

    Given that it is a task, the two are taken as independent.
    """
    both = fields["lead"] * fields["deadlines"] / fields["task"]
    return round(min(both, fields["lead"], fields["deadlines"]), 3)


def reasons(evidence: Sequence[str], field: str) -> list[Reason]:
    """What lowers a field, the heaviest first."""
    weights, k = _weights(), FIELDS.index(field)
    found = [Reason(n, words(n), weights[n][k]) for n in evidence if n in weights]
    return sorted((r for r in found if r.weight < 0), key=lambda r: r.weight)


def words(name: str) -> str:
    """A piece of evidence in Vietnamese; a doubt about a deadline stands for itself."""
    said: str = load("confidence").words["words"].get(name, name)
    return said


def bears_on(name: str, field: str) -> bool:
    """Whether a piece of evidence says something of a field: by its first part, see evidence.py."""
    about = name.partition(".")[0]
    return about in ("notice", "task", field) or (field in ("task", "clause") and about == "lead")


@cache
def _weights() -> dict[str, tuple[float, ...]]:
    """Weights by evidence, one for each of `FIELDS`."""
    tables = load("weights").words["weights"]
    names = {name for table in tables.values() for name in table}
    return {name: tuple(tables[f].get(name, 0.0) for f in FIELDS) for name in sorted(names)}
