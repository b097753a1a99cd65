"""Whether confidence keeps its word: what was right in each task given, against how sure it said it was.

Pure functions over the JSON of gold and output. Expected calibration error as in Naeini, Cooper and
Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning" (AAAI 2015), bins of equal width.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from extractor.scoring import Json, intersection_over_union, judge_task, match

FIELDS = ("row", "task", "lead", "coordinating", "reports_to", "deadlines", "clause")
SURE = 0.9  # from here on, and without a doubt, a row is left alone
_BINS = 10


class Judged(NamedTuple):
    """A task given, what is right in it, and how sure each field was; "row" is `confidence`."""

    task: Json
    right: Mapping[str, bool]
    sure: Mapping[str, float]

    @property
    def alone(self) -> bool:
        """Whether a clerk is told that the row can be left alone."""
        return not self.task["doubts"] and self.sure["row"] >= SURE


class Bin(NamedTuple):
    """Those whose confidence lies in one tenth: how many, how sure on average, how often right."""

    tasks: int
    sure: float
    right: float


def judged(gold: Json, found: Json) -> Iterator[Judged]:
    """The tasks given for a notice, with what is right in each; those that gold leaves open are left out.

    A task that is none has no right field.
    """
    wanted: Sequence[Json] = gold["tasks"]
    tasks: Sequence[Json] = found.get("tasks") or []
    partner = {j: i for i, j in match(wanted, tasks).items()}
    optional = [g for g in wanted if g.get("optional")]
    for j, task in enumerate(tasks):
        sure = {"row": task["confidence"] or 0.0, **(task["confidences"] or {})}
        if j not in partner:
            if not any(intersection_over_union(g, task) > 0.2 for g in optional):
                yield Judged(task, dict.fromkeys(FIELDS, False), sure)
        elif not wanted[partner[j]].get("optional"):
            right = {"task": True, **judge_task(wanted[partner[j]], task)}
            yield Judged(task, {**right, "row": right["lead"] and right["deadlines"]}, sure)


def reliability(pairs: Iterable[tuple[float, bool]]) -> list[Bin]:
    """The tenths from 0 to 1, empty ones with no tasks."""
    tenths: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for sure, right in pairs:
        tenths[min(int(sure * _BINS), _BINS - 1)].append((sure, right))
    return [
        Bin(len(t), sum(s for s, _ in t) / (len(t) or 1), sum(r for _, r in t) / (len(t) or 1))
        for t in tenths
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: how far confidence and right share lie apart, on average."""
    total = sum(b.tasks for b in bins) or 1
    return sum(b.tasks * abs(b.sure - b.right) for b in bins) / total


def risk_coverage(pairs: Iterable[tuple[float, bool]]) -> list[tuple[float, float]]:
    """(coverage, risk) for each number of the surest: the share taken, and the share of it that is wrong.

    Of equal confidence all or none are taken.
    """
    ordered = sorted(pairs, key=lambda p: -p[0])
    curve: list[tuple[float, float]] = []
    wrong = 0
    for k, (sure, right) in enumerate(ordered, 1):
        wrong += not right
        if k == len(ordered) or ordered[k][0] < sure:
            curve.append((k / len(ordered), wrong / k))
    return curve
