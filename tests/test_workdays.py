"""Working days and counted periods against the oracles of standards.md, 5.3."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor import workdays
from extractor.errors import RuleError

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("start", "number", "unit", "raw", "end"),
    [
        ("2025-12-31", 3, "working_day", "2026-01-07", "2026-01-07"),
        ("2022-02-10", 5, "working_day", "2022-02-17", "2022-02-17"),
        ("2022-04-25", 10, "working_day", "2022-05-11", "2022-05-11"),
        ("2024-04-26", 5, "working_day", "2024-05-07", "2024-05-07"),
        ("2026-11-20", 5, "working_day", "2026-11-30", "2026-11-30"),
        ("2023-04-22", 7, "day", "2023-04-29", "2023-05-04"),
        ("2023-01-31", 1, "month", "2023-02-28", "2023-02-28"),
        ("2022-02-10", 45, "day", "2022-03-27", "2022-03-28"),
        ("2024-02-29", 1, "year", "2025-02-28", "2025-02-28"),
        ("2022-02-10", 2, "week", "2022-02-24", "2022-02-24"),
        ("2022-11-30", 1, "quarter", "2023-02-28", "2023-02-28"),
    ],
)
def test_counted_periods(start: str, number: int, unit: workdays.Unit, raw: str, end: str) -> None:
    counted = workdays.count(date.fromisoformat(start), number, unit)
    assert counted is not None
    assert (counted.raw.isoformat(), counted.end.isoformat()) == (raw, end)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-01-01", False),  # New Year
        ("2026-01-02", False),  # swapped, 12729/VPCP-KGVX
        ("2026-01-10", True),  # the Saturday worked for it
        ("2024-04-29", False),
        ("2024-05-04", True),
        ("2025-04-26", True),
        ("2025-05-02", False),
        ("2026-08-22", True),
        ("2026-08-31", False),
        ("2026-11-24", False),  # Ngày Văn hóa Việt Nam, new in 2026
        ("2025-11-24", True),
        ("2022-02-12", False),  # Saturday
        ("2022-02-10", True),
    ],
)
def test_days_off_and_days_worked(day: str, working: bool) -> None:
    assert workdays.is_working_day(date.fromisoformat(day)) is working


@pytest.mark.parametrize(
    "first",
    [
        "2020-01-25",
        "2021-02-12",
        "2022-02-01",
        "2023-01-22",
        "2024-02-10",
        "2025-01-29",
        "2026-02-17",
        "2027-02-06",
        "2028-01-26",
        "2029-02-13",
        "2030-02-02",
    ],
)
def test_first_day_of_tet(first: str) -> None:
    day = date.fromisoformat(first)
    assert workdays.tet(day.year) == day
    assert not workdays.is_working_day(day)


def test_the_copied_years_are_those_of_the_package() -> None:
    copied = workdays._copied()
    assert max(copied) == workdays.overrides().decided_until
    for year, days in copied.items():
        assert days == workdays._computed(year), year


def test_years_without_a_decision_are_estimates() -> None:
    assert not workdays.is_estimated(date(2026, 12, 31))
    assert workdays.is_estimated(date(2027, 1, 1))


@given(DAYS, st.integers(1, 60))
def test_working_days_count_back_to_the_start(day: date, number: int) -> None:
    start = workdays.next_working_day(day)
    end = workdays.add_working_days(start, number)
    assert workdays.is_working_day(end)
    assert workdays.add_working_days(end, -number) == start
    between = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    assert sum(map(workdays.is_working_day, between)) == number


@given(DAYS, st.integers(-36, 36))
def test_months_keep_the_day_or_take_the_last(day: date, months: int) -> None:
    later = workdays.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or later == workdays.last_day(later.year, later.month)


@given(DAYS)
def test_rolling_moves_forward_to_a_working_day(day: date) -> None:
    rolled = workdays.next_working_day(day)
    assert rolled >= day
    assert workdays.is_working_day(rolled)
    assert workdays.previous_working_day(day) < day


def test_a_period_beyond_the_calendar_has_no_end() -> None:
    assert workdays.count(date(9999, 12, 1), 90, "day") is None
    assert workdays.count(date(2022, 1, 1), 99999, "working_day") is None


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("decided_until = 'x'", "decided_until"),
        ("decided_until = 2026\n[[day]]\ndate = 2026-01-02\nworking = false", "decision"),
        ("decided_until = 2026\n[[day]]\ndate = 2026-01-02\ncolour = 1", "unknown key"),
        ("decided_until =", "t.toml"),
    ],
)
def test_a_wrong_override_names_file_and_fault(table: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        workdays.parse_overrides("t.toml", table)


def test_no_override_repeats_what_the_package_knows() -> None:
    """An override that the `holidays` package has caught up with is a row to delete."""
    import holidays

    known = holidays.country_holidays("VN", years=range(2020, 2031), language="en_US")
    own = workdays.overrides()
    assert not [day for day in own.off if day in known]
    assert not own.worked & known.weekend_workdays
