"""What a matched deadline rule means: intervals, counted periods, recurrences and events.

`build` turns one rule match into Deadlines (contract: kind, bound, ISO dates, RRULE, ISO 8601
duration, TIMEX3) and says what is doubtful. Periods are counted as in Bộ luật Dân sự 2015,
Điều 144-148: the first day is not counted, a last day that is a day off rolls forward.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from extractor.document import Bound, Deadline, Doubt
from extractor.periods import KINDS, Period, Reference, clock, number, read, vn
from extractor.recurrences import match_group, next_after, plain, recurrences, timex_value
from extractor.ruletable import Match
from extractor.workdays import Unit as CountUnit
from extractor.workdays import (
    count,
    is_estimated,
    is_working_day,
    previous_working_day,
    real_date,
    tet,
)

_DAY = timedelta(days=1)
_HISTORY = timedelta(days=730)  # a wrong year in a date is one off, seldom two
_UNITS: dict[str, tuple[CountUnit | None, str]] = {
    "ngày làm việc": ("working_day", "P{}D"),
    "ngày": ("day", "P{}D"),
    "tuần": ("week", "P{}W"),
    "tháng": ("month", "P{}M"),
    "quý": ("quarter", "P{}M"),
    "năm": ("year", "P{}Y"),
    "phút": (None, "PT{}M"),
    "giờ": (None, "PT{}H"),
    "h": (None, "PT{}H"),
    "giờ làm việc": (None, "PT{}H"),
}
_MODS = {"before": "BEFORE", "by": "ON_OR_BEFORE", "after": "ON_OR_AFTER"}
_BEFORE = re.compile(r"trước(?! (?:và|hết|khi (?:kết thúc|hết)))")
_FROM_NOW = re.compile("(?:kể )?từ nay")
_LATEST = re.compile("chậm nhất|muộn nhất|trễ nhất|không quá|(?<!kể )từ nay|đến|hết")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A phrase that a counted period starts from; date: issued, assumed (issue date), meeting."""

    event: str
    pattern: re.Pattern[str]
    date: str


@dataclass(frozen=True, slots=True)
class Context:
    """What `build` needs beside the match: cased text, dates, anchors, earlier deadlines."""

    text: str
    ref: Reference
    anchors: Sequence[Anchor]
    earlier: Sequence[Deadline] = ()


def build(match: Match, context: Context) -> list[Deadline]:
    """The deadlines that a match stands for: mostly one, two for two unlike recurrences."""
    form = match.rule.fields["form"]
    made = _FORMS[form](match, context)
    fact = bool(match.rule.fields.get("fact"))
    if fact and match.rule.fields["kind"] == "from":
        last, floor = period_of(match, context.ref).end, context.ref.floor
        if last and floor and last < floor:
            return []
    return [
        d
        for d in (made if isinstance(made, list) else [made])
        if not _is_history(d, context.ref, fact)
        and not (form == "range" and _is_covered(d, context.ref))
    ]


def _is_covered(deadline: Deadline, ref: Reference) -> bool:
    """Whether the most of a range had passed when the notice was written: what a report is about."""
    if not deadline.start or not deadline.end or ref.floor is None:
        return False
    start, end = (date.fromisoformat(day[:10]) for day in (deadline.start, deadline.end))
    return ref.floor - start > end - ref.floor + timedelta(days=30)


def _is_history(deadline: Deadline, ref: Reference, fact: bool) -> bool:
    """Whether it lies too far before the notice to be a slip of the pen: it tells a fact.

    fact: the words may tell a fact ("đến ngày ...", "trong tháng ..."): any day before will do.
    """
    if deadline.kind != "due" or deadline.end is None or ref.floor is None:
        return False
    end = date.fromisoformat(deadline.end[:10])
    whole_year = deadline.start is not None and deadline.start[5:] == "01-01" and end.month == 12
    return end < ref.floor - (_DAY if whole_year else timedelta() if fact else _HISTORY)


def _bound(match: Match, words: str) -> Bound:
    """The rule's bound, unless the words of the match say "trước" or "chậm nhất" themselves."""
    fixed: Bound = match.rule.fields["bound"]
    if fixed in ("before", "after", "within", "every") or match.rule.fields["form"] == "span":
        return fixed
    if _BEFORE.search(words):
        return "before"
    return "by" if _LATEST.search(words) else fixed


def period_of(match: Match, ref: Reference) -> Period:
    """The day or period that a match names (of a range the last day)."""
    for key, words in match.groups.items():
        if (kind := key.split("_")[0]) in KINDS:
            return read(kind, words, ref)
    return Period(None, None, "day")


def _base(match: Match, context: Context) -> dict[str, Any]:
    fields = match.rule.fields
    bound = _bound(match, context.text[slice(*match.span)].lower())
    return {"span": match.span, "rule": match.rule.id, "kind": fields["kind"], "bound": bound}


def _iso(day: date | None, hour: str | None = None) -> str | None:
    if day is None:
        return None
    return f"{day.isoformat()}T{hour}" if hour else day.isoformat()


def _checked(period: Period, ref: Reference) -> tuple[Doubt, ...]:
    """The period's doubts, with those of a last day that is past or a day off."""
    doubts = list(period.doubts)
    end = period.end
    if end and ref.floor and end < ref.floor:
        doubts.append(_too_early(end, ref.floor))
    elif end and period.unit == "day" and not is_working_day(end):
        doubts.append(Doubt("named_day_not_working", f"Ngày {vn(end)} không phải ngày làm việc"))
    return tuple(doubts)


def _too_early(end: date, floor: date) -> Doubt:
    later = (real_date(year, end.month, end.day) for year in range(floor.year, floor.year + 9))
    guess = next((day for day in later if day and day >= floor), None)
    hint = f"; có phải là {vn(guess)}?" if guess else ""
    return Doubt("before_issue_date", f"Thời hạn {vn(end)} trước ngày ban hành văn bản{hint}")


def _end(match: Match, context: Context) -> Deadline:
    """A last day: "trước ngày D", "chậm nhất ngày D", "đến hết tháng M", "trước quý Q"."""
    period = period_of(match, context.ref)
    base = _base(match, context)
    bound: Bound = base["bound"]
    hour, timex = None, period.timex
    if (words := match_group(match, "time")) and (hour := clock(words)) is None:
        period = period.doubting("impossible_date", f"Giờ không hợp lệ: “{words}”")
    inclusive: bool | None = bound != "before"
    if bound == "before" and period.unit != "day" and period.start:
        if period.start == period.end:  # "trước cuối tháng": the part itself is the limit
            inclusive = False
        else:
            before = period.start - _DAY  # the last day that still lies before the period
            period, inclusive = replace(period, start=before, end=before), True
    doubts = _checked(period, context.ref)
    kind = "TIME" if hour else "DATE"
    if hour and timex:
        timex = f"{timex}T{hour}+07:00"
    from_now = _FROM_NOW.match(context.text[slice(*match.span)].lower())
    return Deadline(
        **base,
        start=_iso(context.ref.issued) if from_now and period.end else None,
        end=_iso(period.end, hour),
        inclusive=inclusive if period.end else None,
        timex_type=kind,
        timex_value=timex,
        timex_mod=_mod(match, bound),
        doubts=doubts,
    )


def _each(match: Match, context: Context) -> list[Deadline]:
    """Days in a row, a deadline each: "trước ngày 15/6 và 15/12/2022"; the last one is complete."""
    last = _end(match, context)
    if last.end is None:
        return [last]
    end = date.fromisoformat(last.end)
    out = []
    for words in re.findall(r"\d+(?: ?(?:[/.-]|tháng) ?\d+)*", match.groups["firsts"]):
        given = [int(n) for n in re.findall(r"\d+", words)]
        d, m, y = (given + [end.month, end.year][len(given) - 1 :])[:3]
        day = real_date(y, m, d)
        out.append(replace(last, end=_iso(day), timex_value=_iso(day)) if day else last)
    return list({d.end: d for d in [*out, last]}.values())


def _mod(match: Match, bound: Bound) -> str | None:
    part = match.groups.get("part", "")
    named = {"đầu": "START", "giữa": "MID", "cuối": "END"}.get(part.split(" ")[0])
    return _MODS.get(bound) if bound == "before" else named or _MODS.get(bound)


def _span(match: Match, context: Context) -> Deadline:
    """A limit with a first and a last day: "trong quý III năm 2012"."""
    period = period_of(match, context.ref)
    return Deadline(
        **_base(match, context),
        start=_iso(period.start),
        end=_iso(period.end),
        inclusive=True if period.end else None,
        timex_value=period.timex,
        timex_mod=_mod(match, match.rule.fields["bound"]),
        doubts=_checked(period, context.ref),
    )


def _start(match: Match, context: Context) -> Deadline:
    """A first day, perhaps with its hour: "từ tháng 9/2022", "từ 0 giờ ngày 07/5/2021"."""
    period = period_of(match, context.ref)
    words = match_group(match, "time")
    hour = clock(words) if words else None
    if match.rule.id == "line.following":
        period = period.doubting("open_ended", "Không có ngày kết thúc")
    return Deadline(
        **_base(match, context),
        start=_iso(period.start, hour),
        timex_type="TIME" if hour else "DATE",
        timex_value=f"{period.timex}T{hour}+07:00" if hour and period.timex else period.timex,
        timex_mod="ON_OR_AFTER",
        doubts=period.doubts,
    )


def _range(match: Match, context: Context) -> Deadline:
    """From one day or month to another; the first takes what it leaves out from the second."""
    last = period_of(match, context.ref)
    start = None
    doubts = list(_checked(last, context.ref))
    if last.end and (words := match.groups.get("first_period")):
        own = re.search(r"\d{4}", words)
        quarter = words.startswith("quý")
        named = words if own else f"{words}/{last.end.year}"
        first = read("quarter" if quarter else "month", named, context.ref)
        start = first.start
    elif last.end and (words := match.groups.get("first")):
        given = [int(n) for n in re.findall(r"\d+", words)]
        d, m, y = (given + [last.end.month, last.end.year][len(given) - 1 :])[:3]
        start = real_date(y, m, d)
        if start and start > last.end and len(given) < 3:
            start = real_date(y - 1, m, d)
    if last.end and (start is None or start > last.end):
        doubts.append(Doubt("impossible_date", "Ngày bắt đầu sau ngày kết thúc hoặc không có"))
        start = None
    hour = clock(words) if (words := match.groups.get("time_to")) else None
    return Deadline(
        **_base(match, context),
        start=_iso(start),
        end=_iso(last.end, hour),
        inclusive=True if last.end else None,
        timex_value=f"{start}/{last.end}" if start and last.end else last.timex,
        doubts=tuple(doubts),
    )


def _anchor_day(words: str | None, context: Context) -> tuple[date | None, list[Doubt]]:
    """The day that a period is counted from, and what is assumed about it (standards.md 6.4)."""
    ref = context.ref
    if ref.issued is None:
        why = "Văn bản không ghi đủ ngày ban hành nên chưa tính được thời hạn"
        return None, [Doubt("assumed_anchor", why)]
    if words is None:
        return ref.issued, [Doubt("assumed_anchor", f"Không ghi mốc; tính từ {vn(ref.issued)}")]
    known = next((a for a in context.anchors if a.pattern.fullmatch(words)), None)
    if known is None:
        return None, [Doubt("event_anchor", f"Chưa rõ ngày của mốc “{words}”")]
    if known.date == "issued":
        return ref.issued, []
    if known.date == "meeting" and ref.meeting:
        return ref.meeting, []
    day = vn(ref.issued)
    return ref.issued, [Doubt("assumed_anchor", f"Mốc “{words}” tạm lấy là ngày ban hành {day}")]


def _count(match: Match, context: Context) -> Deadline:
    """A period counted from an event: "trong 05 ngày làm việc kể từ ngày ký"."""
    many = number(match_group(match, "n") or "")
    unit, shape = _UNITS[match_group(match, "unit") or "ngày"]
    words = match.groups.get("anchor")
    anchor_text = context.text[slice(*match.spans["anchor"])].strip() if words else None
    event = None if words else _event_before(match, context)
    if event is not None:
        anchor_text = event.anchor
        day, doubts = None, [Doubt("event_anchor", f"Chưa rõ ngày của mốc “{anchor_text}”")]
    elif match_group(match, "day"):  # "kể từ ngày 15/3/2022"
        since = period_of(match, context.ref)
        day, doubts = since.end, list(since.doubts)
    else:
        day, doubts = _anchor_day(words.strip() if words else None, context)
    counted = count(day, many, unit) if day and many and unit else None
    if unit is None and day:
        doubts = [d for d in doubts if d.kind != "assumed_anchor"]
        doubts.append(Doubt("event_anchor", "Thời hạn tính theo giờ mà mốc không ghi giờ"))
    if counted and counted.raw != counted.end:
        detail = f"{vn(counted.raw)} là ngày nghỉ; lùi đến {vn(counted.end)} (Điều 148 BLDS 2015)"
        doubts.append(Doubt("rolled", detail))
    if counted and is_estimated(counted.end):
        doubts.append(Doubt("calendar_estimated", f"Lịch nghỉ năm {counted.end.year} là dự tính"))
    size = many * 3 if many and shape == "P{}M" and unit == "quarter" else many
    duration = shape.format(size) if size else None
    return Deadline(
        **_base(match, context),
        end=_iso(counted.end) if counted else None,
        inclusive=True,
        duration=duration,
        working_days=unit == "working_day",
        anchor=anchor_text,
        raw=_iso(counted.raw) if counted and counted.raw != counted.end else None,
        timex_type="DURATION",
        timex_value=duration,
        timex_mod="EQUAL_OR_LESS",
        doubts=tuple(doubts),
    )


def _event_before(match: Match, context: Context) -> Deadline | None:
    """The event that opens the sentence and so starts the count ("Sau khi có ý kiến, ... trong 10 ngày")."""
    last = context.earlier[-1] if context.earlier else None
    if last is None or last.kind != "event" or last.bound != "after" or last.end is not None:
        return None
    between = context.text[last.span.end : match.span.start]
    return None if _PARTED.search(between) else last


_PARTED = re.compile(r"[.;](?= |\n|$)|\n")


def _ahead(match: Match, context: Context) -> Deadline:
    """A period before an event: "trước 01 ngày diễn ra phiên họp"; the event's day is not known."""
    words = context.text[slice(*match.spans["anchor"])].strip()
    many = number(match_group(match, "n") or "")
    unit, shape = _UNITS[match_group(match, "unit") or "ngày"]
    again = re.search(r"(?:hằng|hàng|mỗi) (tuần|tháng|quý|năm)", words.lower())
    base = _base(match, context)
    recurrence = None
    if again:
        base["kind"], recurrence = "recurring", plain(again[1])
    return Deadline(
        **base,
        inclusive=True,
        recurrence=recurrence,
        duration=shape.format(many) if many else None,
        working_days=unit == "working_day",
        anchor=words,
        timex_type="SET" if again else "DURATION",
        timex_value=shape.format(many) if many else None,
        timex_mod="BEFORE",
        doubts=(Doubt("event_anchor", f"Chưa rõ ngày của mốc “{words}”"),),
    )


def _every(match: Match, context: Context) -> list[Deadline]:
    """Recurrences; unlike days of one phrase ("15/6 và 20/12") become a deadline each."""
    base = _base(match, context)
    rules, dated = recurrences(match)
    hours = [h for k, w in match.groups.items() if k.split("_")[0] == "time" and (h := clock(w))]
    hour = bool(hours)
    if hours:
        shown = ",".join(str(int(h[:2])) for h in hours)
        rules = [f"{r};BYHOUR={shown};BYMINUTE={int(hours[0][3:])}" for r in rules]
    doubts: list[Doubt] = []
    if not dated and not (hour and rules[0].startswith("FREQ=DAILY")):
        doubts.append(Doubt("no_day_given", "Định kỳ nhưng không ghi ngày"))
    if match.rule.id == "every.half.day" and "ydays_b" not in match.groups:
        doubts.append(Doubt("approximate", "Hiểu là định kỳ theo loại báo cáo"))
    inclusive = None if not dated and not hour else base["bound"] != "before"
    return [
        Deadline(
            **base,
            inclusive=inclusive,
            recurrence=rule,
            next=next_after(rule, context.ref.floor) if dated or hour else None,
            timex_type="SET",
            timex_value=timex_value(rule),
            timex_mod=_MODS.get(base["bound"]),
            doubts=tuple(doubts),
        )
        for rule in rules
    ]


def _event(match: Match, context: Context) -> Deadline:
    """An event as the limit; Tết and the school year's opening have a day, others none."""
    base = _base(match, context)
    key = next(k for k in ("tet", "school_event", "event", "event_b") if k in match.groups)
    anchor = context.text[slice(*match.spans[key])].strip()
    end, doubts = None, [Doubt("event_anchor", f"Chưa rõ ngày của mốc “{anchor}”")]
    year = re.search(r"\d{4}", match.groups[key])
    if key == "tet":
        end, doubts = _before_tet(int(year[0]) if year else None, context.ref)
    elif key == "school_event":
        end, doubts = _before_school(int(year[0]) if year else None, context.ref)
    return Deadline(
        **base,
        end=_iso(end),
        inclusive=(key == "tet") if end else None,
        anchor=anchor,
        timex_value=_iso(end),
        timex_mod=_MODS.get(base["bound"]),
        doubts=tuple(doubts),
    )


def _before_tet(year: int | None, ref: Reference) -> tuple[date | None, list[Doubt]]:
    """The last working day before the Tết holidays."""
    doubts = []
    if year is None and ref.floor:
        year = ref.floor.year
        this = tet(year)
        year += bool(this and this < ref.floor)
        doubts.append(Doubt("year_inferred", f"Không ghi năm; hiểu là Tết năm {year}"))
    first = tet(year) if year else None
    if first is None:
        return None, [*doubts, Doubt("event_anchor", "Chưa rõ Tết năm nào")]
    end = previous_working_day(first)
    doubts.append(Doubt("approximate", f"Ngày làm việc cuối cùng trước Tết: {vn(end)}"))
    if is_estimated(end):
        doubts.append(Doubt("calendar_estimated", f"Lịch nghỉ năm {end.year} là dự tính"))
    return end, doubts


def _before_school(year: int | None, ref: Reference) -> tuple[date | None, list[Doubt]]:
    """5 September, the usual day on which the school year opens."""
    if year is None and ref.floor:
        year = ref.floor.year + (ref.floor > date(ref.floor.year, 9, 5))
    day = real_date(year, 9, 5) if year else None
    return day, [Doubt("approximate", "Khai giảng lấy theo lệ thường là 05/9")]


def _same(match: Match, context: Context) -> Deadline:
    """ "Trong thời hạn nêu trên": the deadline stated before it, or a doubt when there is none."""
    base = _base(match, context)
    key = next(k for k in match.groups if k.startswith("reference"))
    words = context.text[slice(*match.spans[key])]
    earlier = next((d for d in reversed(context.earlier) if d.end or d.recurrence), None)
    if earlier is None:
        doubt = Doubt("by_reference", f"“{words}”: không thấy thời hạn nào ở trên")
        return Deadline(**base, anchor=words, timex_value=None, doubts=(doubt,))
    stated = context.text[slice(*earlier.span)]
    doubt = Doubt("by_reference", f"“{words}” được hiểu là “{stated}”")
    return replace(earlier, span=match.span, rule=match.rule.id, doubts=(*earlier.doubts, doubt))


_FORMS: Mapping[str, Callable[[Match, Context], Deadline | list[Deadline]]] = {
    "end": _end,
    "each": _each,
    "span": _span,
    "start": _start,
    "range": _range,
    "count": _count,
    "ahead": _ahead,
    "every": _every,
    "event": _event,
    "same": _same,
}
FORMS = frozenset(_FORMS)
