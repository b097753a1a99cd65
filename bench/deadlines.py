"""How many deadlines are found and right: this package, dateparser's search_dates, Duckling.

usage: python bench/deadlines.py

On tests/deadline_sentences.txt. Two figures each: *found* -- a mention overlaps a marked one;
*right* -- it also names the marked day (last day of a limit, first day of a "from"). A mention
on a sentence or place without a mark counts against precision. Duckling runs when
`pyduckling-native-phihos` is installed. Ends with the time for 50,000 characters.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests"))

from test_deadlines import ALL, Sentence  # type: ignore[import-not-found, unused-ignore] # noqa: E402

from extractor.deadlines import deadlines_in  # noqa: E402
from extractor.document import Span  # noqa: E402

Mentions = list[tuple[Span, str | None]]


class Score(NamedTuple):
    """True positives, found and marked."""

    hit: int
    found: int
    marked: int

    def __str__(self) -> str:
        p = self.hit / self.found if self.found else 0.0
        r = self.hit / self.marked if self.marked else 0.0
        f1 = 2 * p * r / (p + r) if p + r else 0.0
        return f"P {p:.3f}  R {r:.3f}  F1 {f1:.3f}"


def ours(case: Sentence) -> Mentions:
    found = deadlines_in(
        case.text, issued_on=case.issued_on, meeting_on=case.meeting_on, timed=case.timed
    )
    return [(d.span, (d.end or d.start or "")[:10] or None) for d in found]


def by_dateparser(case: Sentence) -> Mentions:
    from dateparser.search import search_dates

    settings: dict[str, Any] = {"DATE_ORDER": "DMY", "PREFER_DATES_FROM": "future"}
    if case.issued_on and len(case.issued_on) == 10:
        settings["RELATIVE_BASE"] = datetime.fromisoformat(case.issued_on)
    out: Mentions = []
    at = 0
    for words, day in search_dates(case.text, languages=["vi"], settings=settings) or ():
        start = max(case.text.find(words, at), 0)
        at = start + len(words)
        out.append((Span(start, at), day.date().isoformat()))
    return out


def by_duckling() -> Callable[[Sentence], Mentions] | None:
    try:
        import duckling  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    zones = duckling.load_time_zones("/usr/share/zoneinfo")
    language = duckling.parse_lang("VI")
    locale = duckling.parse_locale("VI_VN", duckling.default_locale_lang(language))
    kinds = duckling.parse_dimensions(["time"])

    def run(case: Sentence) -> Mentions:
        day = case.issued_on if case.issued_on and len(case.issued_on) == 10 else "2022-02-10"
        noon = int(datetime.fromisoformat(day + "T05:00+00:00").timestamp())
        reference = duckling.parse_ref_time(zones, "Asia/Ho_Chi_Minh", noon)
        context = duckling.Context(reference, locale)
        out: Mentions = []
        for item in duckling.parse(case.text, context, kinds, False):
            value = item["value"]
            stamp = value.get("value") or (value.get("to") or value.get("from") or {}).get("value")
            out.append((Span(item["start"], item["end"]), stamp[:10] if stamp else None))
        return out

    return run


def score(run: Callable[[Sentence], Mentions], cases: Iterable[Sentence]) -> tuple[Score, Score]:
    """Scores of mentions found and of days right (marks that name a day only)."""
    hit = right = found = marked = dated = 0
    for case in cases:
        mentions = run(case)
        found += len(mentions)
        marked += len(case.marks)
        for span, want in case.marks:
            day = want.get("end", want.get("start", "none"))[:10]
            over = [m for m in mentions if m[0].meets(span)]
            hit += bool(over)
            if day != "none":
                dated += 1
                right += any(d == day for _, d in over)
    undated = marked - dated  # recurrences and events: no tool is charged for a day there
    return Score(hit, found, marked), Score(right, max(found - undated, right), dated)


def main() -> None:
    """Print the table and the time of a long notice."""
    warnings.simplefilter("ignore")
    tools: dict[str, Callable[[Sentence], Mentions] | None] = {
        "nhiemvu": ours,
        "dateparser": by_dateparser,
        "Duckling": by_duckling(),
    }
    result: dict[str, Any] = {}
    print(f"{len(ALL)} sentences, {sum(len(c.marks) for c in ALL)} marked deadlines")
    for name, run in tools.items():
        if run is None:
            print(f"{name:11} not installed")
            continue
        begun = time.perf_counter()
        mentions, days = score(run, ALL)
        seconds = time.perf_counter() - begun
        print(f"{name:11} found: {mentions}   right: {days}   {seconds:.2f} s")
        result[name] = {"found": mentions, "right": days, "seconds": round(seconds, 3)}
    long = ("\n".join(c.text for c in ALL) * 3)[:50_000]
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        deadlines_in(long, issued_on="2022-02-10")
        times.append(time.perf_counter() - begun)
    print(f"50,000 characters, every line about dates: {min(times) * 1000:.0f} ms")
    result["ms_50k"] = round(min(times) * 1000, 1)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
