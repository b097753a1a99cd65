"""Working days, public holidays and the counting of periods (Bộ luật Dân sự 2015, Điều 144-148).

A working day is no Saturday, Sunday, public holiday (Bộ luật Lao động 2019, Điều 112) or day off
in lieu; a Saturday worked for a swapped day off is one. Holidays come from the `holidays` package
(of the decided years from rules/calendar.toml, its copy, which loads at once) and from
rules/holidays.toml, which names the deciding document. Nothing here knows today's date.

>>> count(date(2025, 12, 31), 3, "working_day").end.isoformat()
'2026-01-07'
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Literal

import tomli

from extractor.errors import RuleError

Unit = Literal["working_day", "day", "week", "month", "quarter", "year"]
_DAY = timedelta(days=1)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_COLUMNS = {"date", "working", "decision", "decided_on", "note"}


@dataclass(frozen=True, slots=True)
class Overrides:
    """rules/holidays.toml: days off and days worked by decision; later years are estimates."""

    off: frozenset[date]
    worked: frozenset[date]
    decided_until: int


@dataclass(frozen=True, slots=True)
class Count:
    """A counted period's last day: `raw` as counted, `end` after rolling off a day off."""

    raw: date
    end: date


def parse_overrides(name: str, source: str) -> Overrides:
    """Read the override table; raises RuleError naming the file and the entry."""
    try:
        data = tomli.loads(source)
    except tomli.TOMLDecodeError as error:
        raise RuleError(f"{name}: {error}") from error
    until = data.get("decided_until")
    if not isinstance(until, int):
        raise RuleError(f"{name}: decided_until must be a year")
    off: set[date] = set()
    worked: set[date] = set()
    for row in data.get("day", ()):
        day, working = row.get("date"), row.get("working")
        where = f"{name}: day {day}"
        if set(row) - _COLUMNS:
            raise RuleError(f"{where}: unknown key(s) {', '.join(sorted(set(row) - _COLUMNS))}")
        if not isinstance(day, date) or not isinstance(working, bool) or not row.get("decision"):
            raise RuleError(f"{where}: needs a date, working = true/false and a decision")
        if day in off or day in worked:
            raise RuleError(f"{where}: this day stands twice")
        (worked if working else off).add(day)
    return Overrides(frozenset(off), frozenset(worked), until)


@cache
def overrides() -> Overrides:
    """The override table that ships with the package."""
    return parse_overrides("rules/holidays.toml", _table("holidays"))


def _table(name: str) -> str:
    path = resources.files("extractor") / "rules" / f"{name}.toml"
    return path.read_text(encoding="utf-8")


_Days = tuple[frozenset[date], frozenset[date], date | None]  # off, worked, first day of Tết


@cache
def _copied() -> dict[int, _Days]:
    """The years of rules/calendar.toml."""
    years = tomli.loads(_table("calendar"))
    return {
        int(year): (frozenset(row["off"]), frozenset(row["worked"]), row["tet"])
        for year, row in years.items()
    }


def _computed(year: int) -> _Days:
    """What the holidays package says of a year."""
    import holidays  # slow to load: 300 modules

    table = holidays.country_holidays("VN", years=year, language="en_US")
    tet = next((d for d, name in table.items() if name.split(";")[0] == "Lunar New Year"), None)
    worked = {d for d in table.weekend_workdays if d.year == year}
    return frozenset(d for d in table if d.year == year), frozenset(worked), tet


@cache
def _year(year: int) -> _Days:
    """Holidays, worked days off and the first day of Tết of one year, by the package and by us."""
    off, worked, tet = _copied().get(year) or _computed(year)
    own = overrides()
    off = (off | {d for d in own.off if d.year == year}) - own.worked
    worked = (worked | {d for d in own.worked if d.year == year}) - own.off
    return off, worked, tet


def is_working_day(day: date) -> bool:
    """Whether offices work on `day` (five-day week, Quyết định 188/1999/QĐ-TTg)."""
    off, worked, _ = _year(day.year)
    return day in worked or (day.weekday() < 5 and day not in off)


def is_estimated(day: date) -> bool:
    """Whether the holidays of that year are still computed from the law alone."""
    return day.year > overrides().decided_until


def tet(year: int) -> date | None:
    """First day of the lunar new year that falls in `year` (Mùng 1 Tết)."""
    return _year(year)[2]


def next_working_day(day: date) -> date:
    """The day itself when offices work on it, else the next one that they do (Điều 148.5)."""
    while not is_working_day(day) and day < date.max:
        day += _DAY
    return day


def previous_working_day(day: date) -> date:
    """The last working day before `day`."""
    day -= _DAY
    while not is_working_day(day):
        day -= _DAY
    return day


def last_day(year: int, month: int) -> date:
    """Last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def add_months(day: date, months: int) -> date:
    """The corresponding day `months` later, or that month's last day (Điều 148.3)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_working_days(day: date, number: int) -> date:
    """The `number`-th working day after `day`, or before it when negative."""
    step = _DAY if number >= 0 else -_DAY
    for _ in range(abs(number)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def count(anchor: date, number: int, unit: Unit) -> Count | None:
    """The last day of `number` units from `anchor`, whose own day is not counted (Điều 147).

    Calendar periods that end on a day off roll to the next working day (Điều 148.5). None when the
    calendar does not reach that far.
    """
    try:
        if unit == "working_day":
            if abs(number) > 2000:
                return None
            end = add_working_days(anchor, number)
            return Count(end, end)
        if unit in _MONTHS:
            raw = add_months(anchor, number * _MONTHS[unit])
        else:
            raw = anchor + timedelta(days=number * (7 if unit == "week" else 1))
        return Count(raw, next_working_day(raw))
    except (OverflowError, ValueError):
        return None


def real_date(year: int, month: int, day: int) -> date | None:
    """The date of these numbers, or None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None
