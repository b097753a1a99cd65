"""Stage 5: deadlines -- what bounds the doing of a task, normalised to dates and RRULEs.

Reads doc.flow, doc.citations, doc.clauses (table columns) and the notice's dates; adds
doc.deadlines in flow offsets. Rules stand in rules/deadlines.toml; a look-alike ("tính đến ngày
...") is a rule too, which wins its place and gives nothing. Nothing reads the clock.

>>> deadlines_in("Báo cáo trước ngày 28/02", issued_on="2022-02-10")[0].end
'2022-02-28'
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from itertools import compress, filterfalse
from typing import NamedTuple

from extractor.deadline_values import FORMS, Anchor, Context, build, period_of
from extractor.document import Clause, Deadline, Document, Span
from extractor.errors import RuleError
from extractor.periods import Reference
from extractor.ruletable import Match, Rule, RuleTable, load, longest, match_of
from extractor.text import Syllables, lower, syllables

_FLAGS = ("fact", "future", "past", "again")
FIELDS: tuple[str, ...] = (
    "cue",
    "kind",
    "bound",
    "form",
    "where",
    "unless",
    "needs",
    "every",
    *_FLAGS,
)
_NEAR = (
    "expected",
    "gathering",
    "hurry",
    "late",
    "purpose",
    "weather",
)  # hold for the words since the last comma
_REACH = 140  # how far back in the sentence a guard word may stand
_SOON = timedelta(days=183)
_BREAK = re.compile(r"[.;!?](?= )|\n")
_STOPS = ("\n", ". ", "; ", "! ", "? ")
_AGAIN = re.compile("h[ằà]ng|mỗi|từng")
_CUE = re.compile(r"([^\s\[]+)(?:\[(\S+)\])?(?:\s+|$)")  # a word, and what may come next: "kết[t]"
_MARKER = re.compile(
    r"(?:[-+•▪]|\d+(?:\.\d+)*[.)]?|[a-zđ]\)|[ivx]+[.)])?[ (]*"
    r"(?:(?:và|riêng|đồng thời|trước mắt|ngoài ra|bên cạnh đó|cụ thể),? )?"
)
_TAIL = re.compile(r"[ .;,:)/]*(?:\n|\Z)")
_WHOLE = ("line", "cell", "timed")  # rules that hold for a whole line only
_TIME_COLUMN = re.compile("deadline|thời|hạn|tiến độ|hoàn thành|ngày|khi nào")


class _Tried(NamedTuple):
    """Rules to try: those for any place, and two sorts for some places only."""

    always: tuple[Rule, ...]
    whole: tuple[Rule, ...]  # only where a line begins
    again: tuple[Rule, ...]  # only where "hằng" stands soon after


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rule table, ready to run.

    starting: by the word that begins a rule ("#" for a number) and the next sign after it, the
    rules to try there; under "" those that any sign may follow.
    """

    table: RuleTable
    starting: Mapping[str, Mapping[str, _Tried | None]]
    guards: Mapping[str, re.Pattern[str]]
    harmless: re.Pattern[str]
    fact: re.Pattern[str]
    stop: re.Pattern[str]
    anchors: tuple[Anchor, ...]


def _words(words: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(words, key=len, reverse=True)
    # "giai đoạn 2011-2020 vào quý IV": the years say which period is meant, and the date stands for itself
    return re.compile(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)(?! ?\d{{4}} ?- ?\d{{4}})"
    )


@cache
def rules() -> _Rules:
    """The compiled rules; raises RuleError naming the rule that a table gets wrong."""
    table = load("deadlines", *FIELDS)
    guard = table.words["guard"]
    begun: dict[str, list[tuple[Rule, str]]] = {}
    for rule in table.rules:
        _check(table.name, rule, guard)
        for word, signs in _CUE.findall(rule.fields["cue"]):
            begun.setdefault(word, []).append((rule, signs.replace("#", "0123456789")))
    lists = {k: _words(v) for k, v in guard.items() if k not in ("harmless", "stop", "fact")}
    anchors = tuple(
        Anchor(a["event"], re.compile(a["pattern"]), a["date"]) for a in table.words["anchor"]
    )
    return _Rules(
        table,
        {word: _by_sign(rules_) for word, rules_ in begun.items()},
        lists,
        re.compile("|".join(guard["harmless"])),
        re.compile(rf"(?<!\w)(?:{'|'.join(guard['fact'])})(?!\w)"),
        re.compile(rf"(?<!được)(?<!bàn)(?<!chuyển) (?:{'|'.join(guard['stop'])})(?!\w)"),
        anchors,
    )


def _by_sign(rules_: Sequence[tuple[Rule, str]]) -> dict[str, _Tried | None]:
    out: dict[str, _Tried | None] = {}
    for sign in {"", *"".join(signs for _, signs in rules_)}:
        fit = [rule for rule, signs in rules_ if not signs or (sign and sign in signs)]
        out[sign] = _tried(fit) if fit else None
    return out


def _tried(rules_: Sequence[Rule]) -> _Tried:
    sorts: tuple[list[Rule], ...] = ([], [], [])
    for rule in rules_:
        whole = rule.fields.get("where") in _WHOLE
        sorts[1 if whole else 2 if rule.fields.get("again") else 0].append(rule)
    return _Tried(*map(tuple, sorts))


def _check(table: str, rule: Rule, guard: Mapping[str, object]) -> None:
    where = f"{table}: rule {rule.id!r}"
    if not rule.fields.get("cue"):
        raise RuleError(f"{where}: needs cue, the first words of its pattern")
    if not rule.blank and rule.fields.get("form") not in FORMS:
        raise RuleError(f"{where}: form must be one of {', '.join(sorted(FORMS))}")
    named = [*rule.fields.get("unless", ()), *filter(None, [rule.fields.get("needs")])]
    if missing := [name for name in named if name not in guard]:
        raise RuleError(f"{where}: no guard list named {', '.join(missing)}")


def find_deadlines(doc: Document) -> Document:
    """The document with its deadlines (flow spans, in the order of the text)."""
    if doc.flow is None:
        return doc
    titled = list(_titled(doc.clauses))
    found = _deadlines(
        doc.flow.text,
        doc.flow.low,
        doc.flow.syllables,
        issued_on=doc.meta.issued_on,
        meeting_on=doc.meta.meeting_on,
        blocked=[c.span for c in doc.citations],
        timeless=[cell for cell, of_time in titled if not of_time],
        timed=[cell for cell, of_time in titled if of_time],
    )
    return replace(doc, deadlines=found)


def _titled(clauses: Iterable[Clause]) -> Iterator[tuple[Span, bool]]:
    """Table cells under a heading, and whether it is about time.

    A heading is its role where segment.py knows it ("deadline", "task", "lead"), else its words.
    """
    for clause in clauses:
        for cell, title in zip(clause.cells, clause.columns, strict=False):
            if title:
                yield cell, _TIME_COLUMN.search(lower(title)) is not None


def deadlines_in(
    text: str,
    *,
    issued_on: str | None,
    meeting_on: str | None = None,
    blocked: Sequence[Span] = (),
    timeless: Sequence[Span] = (),
    timed: Sequence[Span] = (),
) -> tuple[Deadline, ...]:
    """All deadlines of folded text (text.py), one clause or table cell a line.

    issued_on, meeting_on: ISO 8601, the first perhaps partial. blocked: cited documents, whose
    dates are no deadlines. timeless: table cells that hold no time limit, whatever they say.
    timed: cells of a column about time, where a bare "2024" or "6/2024" is one.
    """
    low = lower(text)
    words = syllables(low)
    return _deadlines(text, low, words, issued_on, meeting_on, blocked, timeless, timed)


def _deadlines(
    text: str,
    low: str,
    words: Syllables,
    issued_on: str | None,
    meeting_on: str | None,
    blocked: Sequence[Span],
    timeless: Sequence[Span],
    timed: Sequence[Span],
) -> tuple[Deadline, ...]:
    ref = Reference.of(issued_on, meeting_on)
    barred, setting = sorted(blocked), _Setting(ref, sorted(timeless), sorted(timed))
    found = [m for m in _candidates(low, words, setting) if not _is_barred(m, barred)]
    out: list[Deadline] = []
    context = Context(text, ref, rules().anchors, out)  # "nêu trên" looks back at those found
    for match in longest(found):
        if not match.rule.blank:
            out.extend(build(match, context))
    return tuple(out)


@dataclass(frozen=True, slots=True)
class _Setting:
    """The notice's dates; table cells under a heading that is not about time, and that is."""

    ref: Reference
    timeless: Sequence[Span] = ()
    timed: Sequence[Span] = ()


# cues that run on: "31/12", "5giờ", "t10", "q1", "trước28/2"; and one without its blank
_RUN_ON = re.compile(r"\d+|trước(?=ngày|\d)|[tq](?=\d)")
_GLUED = {"trướcngày": "trước"}


def _cues(words: Iterable[str], starting: Iterable[str]) -> dict[str, str]:
    """By the words of a text that begin with a cue, that cue (a number stands for itself)."""
    distinct = set(words)
    cues = _GLUED | {word: word for word in distinct.intersection(starting)}
    for word in filterfalse(str.isalpha, distinct):
        if m := _RUN_ON.match(word):
            cues[word] = m.group()
    return cues


def _candidates(low: str, words: Syllables, setting: _Setting) -> Iterator[Match]:
    """Matches of all rules whose guards allow them; they may overlap."""
    starting = rules().starting
    numbers = starting["#"]
    cues = _cues(words.texts, starting)
    begins = map(cues.__contains__, words.texts)  # most words begin no rule
    for start, word in compress(zip(*words, strict=True), begins):
        cue = cues[word]
        end = start + len(cue)
        sign = low[end : end + 1]
        if sign == " ":
            sign = low[end + 1 : end + 2]
        by_sign = starting.get(cue, numbers)
        tried = by_sign.get(sign, by_sign[""])
        if tried is None:
            continue
        tries, whole, again = tried
        if whole and _begins_line(low, start):
            tries += whole
        if again and _AGAIN.search(low, start, start + 100):
            tries += again
        for rule in tries:
            if m := rule.match(low, start):
                match, fields = match_of(rule, m), rule.fields
                if rule.blank:
                    if not (fields.get("past") and _is_ahead(match, setting.ref)):
                        yield match
                elif _allowed(match, low, setting):
                    yield _balanced(_trimmed(match, low), low)
                elif fields["form"] == "range":  # or its second half would pass for "đến D"
                    yield match._replace(rule=replace(rule, blank=True))


def _trimmed(match: Match, low: str) -> Match:
    """The match without its verb ("hoàn thành") and without what follows an event's description."""
    if verb := match.spans.get("done"):
        match = match._replace(span=Span(verb.end, match.span.end))
    for name in ("anchor", "event", "event_b"):
        span = match.spans.get(name)
        if (
            span
            and span.end == match.span.end
            and (stop := rules().stop.search(low, span.start + 4, span.end))
        ):
            cut = Span(span.start, stop.start())
            return match._replace(
                span=Span(match.span.start, cut.end),
                groups={**match.groups, name: low[slice(*cut)]},
                spans={**match.spans, name: cut},
            )
    return match


def _balanced(match: Match, low: str) -> Match:
    """The match with the bracket that closes one of its own, and without one that does not."""
    start, end = match.span
    words = low[start:end]
    more = words.count("(") - words.count(")")
    if more > 0 and low[end : end + 1] == ")":
        end += 1
    elif more < 0 and words.endswith(")"):
        end -= 1
    return match if end == match.span.end else match._replace(span=Span(start, end))


def _is_barred(match: Match, barred: Sequence[Span]) -> bool:
    """Whether the match takes its date from a cited document."""
    if match.rule.fields.get("form") in ("count", "ahead", "event"):  # their anchor may cite one
        inner = Span(match.span.start, match.span.start + 1)
    else:
        inner = match.span
    at = bisect_right(barred, (inner.end,))
    return any(span.meets(inner) for span in barred[max(at - 3, 0) : at])


def _allowed(match: Match, low: str, setting: _Setting) -> bool:
    fields, start = match.rule.fields, match.span.start
    before = _sentence_before(low, start)
    where = fields.get("where", "any")
    head = _is_head(before)
    if where == "head" and not head:
        return False
    if where in _WHOLE and not _is_line(match, low):
        return False
    if where == "cell" and _in(start, setting.timeless):
        return False
    if where == "timed" and not _in(start, setting.timed):
        return False
    guards = rules().guards
    after = ""
    if fields.get("fact") or fields.get("needs"):
        after = _BREAK.split(low[match.span.end : match.span.end + 90], maxsplit=1)[0]
    if fields.get("fact") and _tells(after if head else after[:18], guards["order"]):
        return False
    reasons = []
    if (needs := fields.get("needs")) and not _is_line(match, low):
        word = guards[needs]
        if not (
            word.search(before)
            or word.search(low[slice(*match.span)])
            or (head and word.search(after))
        ):
            reasons.append("needs")
    if needs == "start" and _OF_ITS_OWN.search(before):
        return True
    for name in fields.get("unless", ()):
        if name == "owned":
            blocked = owned(before, name)
        elif name in _NEAR:
            blocked = guards[name].search(before, before.rfind(",") + 1) is not None
        else:
            blocked = _blocks(guards[name], before, guards["order"])
        if blocked:
            reasons.append(name)
    if not reasons:
        return True
    lifted = fields.get("future", ())
    return all(name in lifted for name in reasons) and _is_ahead(match, setting.ref)


# "tăng mức khoán từ ngân sách tỉnh, áp dụng | từ ngày D": what stands before the comma is no guard
_OF_ITS_OWN = re.compile(r"[,;] (?:áp dụng|thực hiện|triển khai) $")


def owned(before: str, *guards: str) -> bool:
    """Whether a time belongs to the noun right before it, of these guard lists ("ngân sách | hằng năm")."""
    found = (m for name in guards for m in rules().guards[name].finditer(before))
    return any(before.count(" ", m.end()) <= 2 for m in found)


def _is_ahead(match: Match, ref: Reference) -> bool:
    """Whether the day or period begins after the notice (of a range: ends after it)."""
    period = period_of(match, ref)
    first = period.end if match.rule.fields.get("form") == "range" else period.start
    if first is None or ref.floor is None or first <= ref.floor:
        return False
    # a day without a year that comes only in half a year has rather gone by
    return first - ref.floor < _SOON or not any(d.kind == "year_inferred" for d in period.doubts)


def _in(offset: int, spans: Sequence[Span]) -> bool:
    at = bisect_right(spans, (offset, offset + 1)) - 1
    return any(s.start <= offset < s.end for s in spans[max(at, 0) : at + 2])


def _sentence_before(low: str, start: int) -> str:
    """The words before `start` in its sentence or item, not too many."""
    near = max(start - _REACH, 0)
    for stop in _STOPS:  # each leaves the next one less to look through
        near = max(near, low.rfind(stop, near, start) + 1)
    return low[near:start].lstrip(" ")


def _is_head(before: str) -> bool:
    tail = before.rsplit(": ", 1)[-1]
    return _MARKER.fullmatch(tail) is not None


def _is_line(match: Match, low: str) -> bool:
    return bool(_TAIL.match(low, match.span.end)) and _begins_line(low, match.span.start)


def _begins_line(low: str, start: int) -> bool:
    """Whether `start` is the first word of a line, after its mark."""
    near = start - 13 if start > 13 else 0
    begin = low.rfind("\n", near, start) + 1 or near
    return start - begin <= 12 and _MARKER.fullmatch(low, begin, start) is not None


def _tells(after: str, order: re.Pattern[str]) -> bool:
    """Whether the words after a period tell what was: a fact, with no order verb before it."""
    fact = rules().fact.search(after)
    return fact is not None and not order.search(after, 0, fact.start())


def _blocks(guard: re.Pattern[str], before: str, order: re.Pattern[str]) -> bool:
    """Whether a guard word stands before with no order verb after it."""
    if not guard.search(before):
        return False
    plain = rules().harmless.sub("báo cáo ", before)
    ends = [m.end() for m in guard.finditer(plain)]
    return bool(ends) and not order.search(plain, ends[-1])
