"""Deadlines: marked-up sentences, the shared cases, rule examples, round trips, speed."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped, unused-ignore]
from hypothesis import given
from hypothesis import strategies as st

from extractor import deadlines
from extractor.citations import find_citations
from extractor.deadlines import deadlines_in, find_deadlines, rules
from extractor.document import Clause, Deadline, Document, Meta, Span
from extractor.errors import RuleError
from extractor.periods import Reference
from extractor.ruletable import Rule, longest
from extractor.text import Flow, fold, lower, split_lines, syllables

SENTENCES = Path(__file__).with_name("deadline_sentences.txt")
CASES = Path(__file__).parents[2] / "shared" / "seed-data" / "deadline_cases.json"
MARK = re.compile(r"\[([^\]]+)\]\(((?:[^()]|\([^)]*\))*)\)")


class Sentence(NamedTuple):
    """One line of deadline_sentences.txt: text, dates of its notice, expected deadlines.

    timed: the whole text, where it is a table cell in a column about time.
    """

    line: int
    text: str
    issued_on: str | None
    meeting_on: str | None
    marks: list[tuple[Span, dict[str, str]]]
    timed: list[Span]


def sentences(source: str) -> Iterator[Sentence]:
    issued: str | None = None
    meeting: str | None = None
    for number, line in enumerate(source.splitlines(), 1):
        if line.startswith("@"):
            dates = line[1:].split()
            issued = None if dates[0] == "-" else dates[0]
            meeting = dates[1] if len(dates) > 1 else None
        elif line and not line.startswith("#"):
            cell, marked = line.startswith("|"), line.removeprefix("|")
            text, marks, last = "", [], 0
            for m in MARK.finditer(marked):
                text += marked[last : m.start()]
                pairs = (pair.split("=", 1) for pair in re.split(r" (?=\w+=)", m[2]) if pair)
                marks.append((Span(len(text), len(text) + len(m[1])), dict(pairs)))
                text += m[1]
                last = m.end()
            text += marked[last:]
            timed = [Span(0, len(text))] if cell else []
            yield Sentence(number, text, issued, meeting, marks, timed)


ALL = list(sentences(SENTENCES.read_text(encoding="utf-8")))


def shown(deadline: Deadline, key: str) -> str:
    """A field as the sentence file writes it."""
    name = {"rrule": "recurrence", "working": "working_days"}.get(key, key)
    value = getattr(deadline, name)
    return {None: "none", True: "true", False: "false"}.get(value, str(value))


@pytest.mark.parametrize("case", ALL, ids=lambda c: f"line{c.line}")
def test_marked_sentence(case: Sentence) -> None:
    assert fold(case.text, 0).text == case.text, "write sentences as folded text"
    found = deadlines_in(
        case.text, issued_on=case.issued_on, meeting_on=case.meeting_on, timed=case.timed
    )
    assert [d.span for d in found] == [span for span, _ in case.marks]
    for deadline, (_, want) in zip(found, case.marks, strict=True):
        doubts = {d.kind for d in deadline.doubts}
        assert "doubt" not in want or want["doubt"] in doubts
        fields = {"kind": "due"} | {k: v for k, v in want.items() if k != "doubt"}
        assert {k: shown(deadline, k) for k in fields} == fields


def test_there_are_enough_sentences() -> None:
    assert len(ALL) >= 400
    assert sum(not case.marks for case in ALL) >= 100


# ------------------------------------------------------------- the shared cases

FLAGS = {
    "rolled_to_next_working_day": "rolled",
    "event_anchor_unresolved": "event_anchor",
    "convention": "approximate",
    "last_working_day_before_holiday": "approximate",
    "recurrence_inferred_from_report_kind": "approximate",
    "ocr_spacing": "ocr",
    "ocr_confusable": "ocr",
}
KINDS = {"recurring_unspecified": "recurring", "from": "from", "event": "event"}
KINDS |= {"relative": "relative", "recurring": "recurring"}
NOTHING = {"continuous", "asap", "unspecified", "none"}
CORRECTED = {  # docs/deadlines.md gives the reason of each
    "d015": "no year is inferred: 'ngày mai' counts from the issue date",
    "d046": "open-ended: kind `from`",
    "d070": "no anchor stands in the text: assumed_anchor",
    "d079": "the anchor is named, not assumed: event_anchor alone",
    "d096": "quarterly is FREQ=MONTHLY;INTERVAL=3 in the contract",
    "d097": "every 6 months is FREQ=MONTHLY;INTERVAL=6 in the contract",
}
SIZES = {"working_day": "P{}D", "day": "P{}D", "week": "P{}W", "month": "P{}M", "hour": "PT{}H"}
BOUNDS = {"on_or_before": "by"}


def differences(case: dict[str, Any]) -> list[str]:
    """How our deadlines of a shared case differ from what it expects (its own vocabulary)."""
    want = case["expect"]
    found = deadlines_in(case["text"], issued_on=case["issue_date"])
    if want["kind"] in NOTHING:
        return [f"found {d}" for d in found]
    if want["kind"] == "by_reference":
        return [f"end {d.end}" for d in found if d.end]
    if want["kind"] == "multi":
        ends = [item["due"] for item in want["items"]]
        return [] if [d.end for d in found] == ends else [f"ends {[d.end for d in found]}"]
    if len(found) != 1:
        return [f"{len(found)} found"]
    got = found[0]
    doubts = {d.kind for d in got.doubts}
    checks = [("kind", got.kind, KINDS.get(want["kind"], "due"))]
    checks += _date_checks(got, want) + _period_checks(got, want)
    bad = [f"{name}: {have!r} for {need!r}" for name, have, need in checks if have != need]
    flags = [*want.get("flags", ()), *(["approximate"] if want.get("approximate") else [])]
    bad += [f"no doubt {f}" for f in flags if FLAGS.get(f, f) not in doubts]
    if suggested := want.get("suggest"):
        written = "/".join(reversed(suggested.split("-")))
        bad += [] if any(written in d.detail for d in got.doubts) else ["no suggestion"]
    return bad


def _date_checks(got: Deadline, want: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    checks: list[tuple[str, Any, Any]] = []
    clock = want.get("due_time")
    if want["kind"] == "recurring":
        parts = (got.recurrence or "").split(";")
        days = {p for p in parts if not p.startswith(("BYHOUR", "BYMINUTE"))}
        checks += [("rrule", days, set(want["rrule"].split(";")))]
        checks += [("next", (got.next or "")[:10] or None, want["next"])]
        checks += [("time", (got.next or "")[11:], clock)] if clock else []
    elif "due" in want:
        due = want["due"]
        checks += [("due", got.end, f"{due}T{clock}" if clock else due)]
    if "start" in want:
        checks += [("start", got.start, want["start"])]
    if (bound := want.get("bound")) and want["kind"] not in ("event", "invalid"):
        checks += [("bound", got.bound, BOUNDS.get(bound, bound))]
        if "precision" not in want:  # "trước tháng 6": `end` is the last day that lies before it
            checks += [("inclusive", got.inclusive, bound != "before")]
    return checks


def _period_checks(got: Deadline, want: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    checks: list[tuple[str, Any, Any]] = []
    if offset := want.get("offset"):
        checks += [("duration", got.duration, SIZES[offset["unit"]].format(abs(offset["n"])))]
        checks += [("working", bool(got.working_days), offset["unit"] == "working_day")]
    if "due_raw" in want:
        checks += [("raw", got.raw or got.end, want["due_raw"])]
    if "assumed" in want.get("anchor", {}):
        assumed = "assumed_anchor" in {d.kind for d in got.doubts}
        checks += [("assumed", assumed, want["anchor"]["assumed"])]
    return checks


@pytest.mark.skipif(not CASES.exists(), reason="the shared cases are not at hand")
def test_shared_cases() -> None:
    cases = json.loads(CASES.read_text(encoding="utf-8"))
    assert len(cases) == 132
    wrong = {case["id"]: bad for case in cases if (bad := differences(case))}
    assert set(wrong) == set(CORRECTED), wrong


# ------------------------------------------------------------- the rule table

RULES = rules().table.rules


def winners(text: str, timed: list[Span]) -> list[str]:
    """Ids of the rules that win a place in `text`, blank ones too."""
    setting = deadlines._Setting(Reference.of("2022-02-10"), timed=timed)
    low = lower(text)
    return [m.rule.id for m in longest(deadlines._candidates(low, syllables(low), setting))]


def value(deadline: Deadline) -> str | None:
    if deadline.recurrence or deadline.duration:
        return deadline.recurrence or deadline.duration
    if deadline.start and deadline.end:
        same = deadline.start == deadline.end
        return deadline.end if same else f"{deadline.start}/{deadline.end}"
    return deadline.end or deadline.start or deadline.anchor


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_examples(rule: Rule) -> None:
    for example in rule.examples:
        text, want = (example, None) if isinstance(example, str) else example
        timed = [Span(0, len(text))] if rule.fields.get("where") == "timed" else []
        assert rule.id in winners(text, timed), text
        found = deadlines_in(text, issued_on="2022-02-10", timed=timed)
        found = tuple(d for d in found if d.rule == rule.id)
        assert bool(found) is not rule.blank
        if want:
            assert want in (value(found[0]), found[0].anchor), text
    for text in rule.counterexamples:
        fired = [d.rule for d in deadlines_in(text, issued_on="2022-02-10")]
        assert rule.id not in fired, text


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_cue_names_the_first_words(rule: Rule) -> None:
    """Every place where the pattern matches an example begins with a word of `cue`.

    What follows the word stands in its brackets, if it has any.
    """
    cues = dict(deadlines._CUE.findall(rule.fields["cue"]))
    for example in rule.examples:
        text = lower(example if isinstance(example, str) else example[0])
        m = rule.pattern.search(text)
        assert m, text
        word = re.match(r"([^\W\d]+|\d+) ?(.?)", m[0])
        assert word, m[0]
        name = "#" if word[1].isdigit() else word[1]
        sign = "#" if word[2].isdigit() else word[2]
        assert name in cues, m[0]
        assert not cues[name] or sign in cues[name], m[0]


def test_a_daily_hour_needs_no_day() -> None:
    for text in ("báo cáo trước 16 giờ 00 hằng ngày", "hằng ngày, trước 16h00"):
        (found,) = deadlines_in(text, issued_on="2022-02-10")
        assert not found.doubts
    (found,) = deadlines_in("định kỳ hằng ngày báo cáo", issued_on="2022-02-10")
    assert [d.kind for d in found.doubts] == ["no_day_given"]


def test_every_recurrence_parses() -> None:
    found = [d for case in ALL for d in deadlines_in(case.text, issued_on=case.issued_on)]
    recurrences = {d.recurrence for d in found if d.recurrence}
    assert len(recurrences) > 25
    begin = datetime.fromisoformat("2022-02-10")
    for rule in recurrences:
        assert rrulestr(rule, dtstart=begin).after(begin), rule


def test_a_rule_without_cue_is_refused() -> None:
    bad = Rule("x", {"form": "end"}, ("x",), (), blank=False, order=0, written="x")
    with pytest.raises(RuleError, match="needs cue"):
        deadlines._check("deadlines", bad, {})


# ------------------------------------------------------------- round trips

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
DATES = [
    "{d:02d}/{m:02d}/{y}",
    "{d}/{m}/{y}",
    "{d:02d}-{m:02d}-{y}",
    "{d:02d}.{m:02d}.{y}",
    "{d:02d} tháng {m:02d} năm {y}",
    "{d} tháng {m} năm {y}",
    "{d:02d}/{m}/{y}",
]
CARRIERS = [
    ("Sở Nội vụ tham mưu, trình UBND tỉnh trước ngày {}.", False),
    ("Hoàn thành chậm nhất ngày {}; báo cáo kết quả.", True),
    ("Gửi báo cáo về Sở Tài chính đến hết ngày {} để tổng hợp", True),
    ("Thời hạn hoàn thành: {}", True),
    ("Gửi Văn phòng UBND tỉnh muộn nhất là {}, không để chậm trễ.", True),
    ("(xong trước ngày {})", False),
]


@given(DAYS, st.sampled_from(DATES), st.sampled_from(CARRIERS))
def test_any_date_in_any_form_comes_back(day: date, form: str, carrier: tuple[str, bool]) -> None:
    text = carrier[0].format(form.format(d=day.day, m=day.month, y=day.year))
    (found,) = deadlines_in(text, issued_on=f"{day.year}-01-01")
    assert (found.end, found.inclusive) == (day.isoformat(), carrier[1])


@given(DAYS, DAYS)
def test_a_date_without_year_is_the_next_one(day: date, issued: date) -> None:
    text = f"Báo cáo trước ngày {day.day:02d}/{day.month:02d}."
    (found,) = deadlines_in(text, issued_on=issued.isoformat())
    if found.end is None:
        assert {"year_uncertain"} == {d.kind for d in found.doubts}
    else:
        end = date.fromisoformat(found.end)
        assert (end.day, end.month) == (day.day, day.month)
        assert end >= issued
        assert "year_inferred" in {d.kind for d in found.doubts}


@given(st.integers(1990, 2060), st.integers(1, 12), st.sampled_from(["/", "-", " năm "]))
def test_months_stay_intervals(year: int, month: int, mark: str) -> None:
    text = f"Trình UBND tỉnh trong tháng {month:02d}{mark}{year}."
    (found,) = deadlines_in(text, issued_on=f"{year}-{month:02d}-01")
    assert found.start == f"{year}-{month:02d}-01"
    assert (found.end or "").startswith(f"{year}-{month:02d}-")
    assert found.timex_value == f"{year}-{month:02d}"


@given(st.integers(1990, 2060), st.sampled_from(["I", "II", "III", "IV", "1", "2", "3", "4"]))
def test_quarters(year: int, quarter: str) -> None:
    (found,) = deadlines_in(f"xong trong quý {quarter}/{year}", issued_on=f"{year}-01-01")
    number = {"I": 1, "II": 2, "III": 3, "IV": 4}.get(quarter) or int(quarter)
    assert found.start == f"{year}-{number * 3 - 2:02d}-01"
    assert found.timex_value == f"{year}-Q{number}"


@given(st.text(alphabet="0123456789/.- \ntrướcngàyđếthángquýnămkểừhằg,;()", max_size=200))
def test_nothing_raises_and_spans_lie_in_the_text(text: str) -> None:
    for deadline in deadlines_in(text, issued_on="2022-02-10"):
        assert 0 <= deadline.span.start < deadline.span.end <= len(text)
        assert "\n" not in text[slice(*deadline.span)]


# ------------------------------------------------------------- the stage


def document(*blocks: str, **meta: Any) -> Document:
    flow, _ = Flow.build([[(line, 0)] for block in blocks for line in split_lines(block)])
    text = "\n".join(blocks)
    return Document(text, tuple(split_lines(text)), meta=Meta(**meta), flow=flow)


def test_the_stage_leaves_cited_dates_alone() -> None:
    doc = document(
        "Thực hiện trước ngày 15/5/2022 theo Công văn số 12/UBND-KT ngày 05/4/2022.",
        issued_on="2022-04-10",
    )
    found = find_deadlines(find_citations(doc)).deadlines
    assert [d.end for d in found] == ["2022-05-15"]
    cited = Span(10, 29)
    assert not deadlines_in("Thực hiện trước ngày 15/5/2022", issued_on=None, blocked=[cited])


def test_the_stage_is_pure_and_sorted() -> None:
    doc = document("Báo cáo trước ngày 15/5", "Hằng năm, gửi báo cáo trước 01/12", issued_on="2022")
    once = find_deadlines(doc)
    assert doc.deadlines == ()
    assert find_deadlines(once) == once
    assert [d.span for d in once.deadlines] == sorted(d.span for d in once.deadlines)
    assert find_deadlines(Document("", ())).deadlines == ()


def test_cells_of_other_columns_hold_no_bare_period() -> None:
    text = "Quý II/2026\nQuý II/2026"
    assert len(deadlines_in(text, issued_on="2026-01-05", timeless=[Span(0, 11)])) == 1
    doc = document("Quý I/2026", "Quý II/2026", issued_on="2026-01-05")
    cells = (Span(0, 10), Span(11, 22))
    row = Clause(
        "1", "row", "1", Span(0, 22), Span(0, 22), cells=cells, columns=("task", "deadline")
    )
    (found,) = find_deadlines(replace(doc, clauses=(row,))).deadlines
    assert (found.start, found.end) == ("2026-04-01", "2026-06-30")


@pytest.mark.parametrize("spelled", ["28-Feb-2022", "28 February 2022", "28 Feb 2022"])
def test_foreign_month_names(spelled: str) -> None:
    (found,) = deadlines_in(f"Gửi trước ngày {spelled}.", issued_on="2022-01-01")
    assert found.end == "2022-02-28"


def test_it_is_linear_and_fast() -> None:
    real = "\n".join(case.text for case in ALL)
    texts = [real, "trước ngày 1/2 " * 300, "kể từ ngày " * 300, "hằng năm, " * 300, "1/2/" * 800]
    for text in texts:
        long = (text * (50_000 // len(text) + 1))[:50_000]
        deadlines_in(long, issued_on="2022-02-10")  # loads the calendars
        begun = time.perf_counter()
        deadlines_in(long, issued_on="2022-02-10")
        assert time.perf_counter() - begun < 2.0  # bench/deadlines.py measures; this bounds
