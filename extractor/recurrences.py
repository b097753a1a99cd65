"""Recurrences: words such as "trước ngày 25 hằng tháng" -> RRULE (RFC 5545).

A quarter is three months, half a year six; a list ("hằng quý, 6 tháng, năm") keeps its finest
member, which holds the others. The next occurrence is the first on or after the issue date.

>>> plain("quý")
'FREQ=MONTHLY;INTERVAL=3'
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import lru_cache

from extractor.periods import number
from extractor.ruletable import Match

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_FREQ = {"ngày": "DAILY", "tuần": "WEEKLY", "tháng": "MONTHLY", "quý": "MONTHLY", "năm": "YEARLY"}
_ISO_UNIT = {"HOURLY": "H", "DAILY": "D", "WEEKLY": "W", "MONTHLY": "M", "YEARLY": "Y"}
_WEEKDAYS = {"hai": "MO", "ba": "TU", "tư": "WE", "năm": "TH", "sáu": "FR", "bảy": "SA"}
_WEEKDAYS |= {"2": "MO", "3": "TU", "4": "WE", "5": "TH", "6": "FR", "7": "SA", "nhật": "SU"}


def match_group(match: Match, name: str) -> str | None:
    """The first group called `name` or `name_x`."""
    for key, words in match.groups.items():
        if key == name or key.startswith(name + "_"):
            return words
    return None


def plain(unit: str, interval: int = 1) -> str:
    """FREQ and INTERVAL of "quý", "6 tháng", "năm"."""
    if words := re.match(r"(\d+) ", unit):
        interval, unit = int(words[1]), unit[words.end() :]
    if unit == "giờ":
        hours = f";INTERVAL={interval}" if interval > 1 else ""
        return "FREQ=DAILY" if interval == 24 else f"FREQ=HOURLY{hours}"
    interval *= 3 if unit == "quý" else 1
    return f"FREQ={_FREQ[unit]}" + (f";INTERVAL={interval}" if interval > 1 else "")


def _finest(freqs: str) -> str:
    """The recurrence of a list such as "hằng quý, 6 tháng, năm": the finest holds the others."""
    days = {"ngày": 1, "tuần": 7, "tháng": 30, "quý": 91, "năm": 365}
    counts = r"(?:(\d{1,2}|một|hai|ba|sáu|chín) )?(ngày|tuần|tháng|quý|năm)"
    units = [(number(n) or 1, unit) for n, unit in re.findall(counts, freqs)]
    n, unit = min(units, key=lambda u: u[0] * days[u[1]])
    return plain(unit, n)


def recurrences(match: Match) -> tuple[list[str], bool]:
    """RRULEs of a recurring match, and whether they name days."""
    groups, every = match.groups, match.rule.fields.get("every", "")
    if mdays := match_group(match, "mdays"):
        days = ",".join(str(int(d)) for d in re.findall(r"\d+", mdays))
        days += ",-1" if "last" in groups else ""  # "các ngày 10, 20 và ngày cuối tháng"
        return [f"{every};BYMONTHDAY={days}"], True
    if "mday" in groups:
        months = "3,6,9,12" if groups["place"].startswith("cuối") else "1,4,7,10"
        return [f"{every};BYMONTH={months};BYMONTHDAY={int(groups['mday'])}"], True
    if "ydays" in groups:
        return _yearly(groups["ydays"] + " " + groups.get("ydays_b", ""), every), True
    if "ymonths" in groups:
        return [f"{every};BYMONTH={_months(groups['ymonths'])}"], True
    if "yquarters" in groups:
        found = re.findall(r"\b(?:iv|i{1,3}|[1-4])\b", groups["yquarters"])
        last = sorted({3 * (_ROMAN.get(q) or int(q)) for q in found})
        months = ",".join(str(n) for q in last for n in (q - 2, q - 1, q))
        return [f"{every};BYMONTH={months}"], True
    if times := match_group(match, "times"):
        return [plain("tháng", 12 // (number(times) or 1))], False
    if "weekday" in groups:
        named = [groups[k] for k in ("weekday", "weekday_b") if groups.get(k)]
        days = ",".join(_WEEKDAYS[day.split()[-1]] for day in named)
        return [f"{every};BYDAY={days}"], True
    if "edge" in groups:
        return [_edge(groups["edge"] == "đầu", groups["of"])], True
    if "place" in groups:
        freq = _FREQ[groups["of"]]
        nth = -1 if groups["place"].startswith("cuối") else 1
        return [f"FREQ={freq};BYDAY=MO,TU,WE,TH,FR;BYSETPOS={nth}"], True
    if freqs := match_group(match, "freqs"):
        return [_finest(freqs)], False
    if unit := match_group(match, "unit"):
        return [plain(unit, number(match_group(match, "n") or "1") or 1)], False
    return [every], False


def _months(words: str) -> str:
    """Months of a list: "tháng 6, tháng 12", "tháng 4 - 6" -> "6,12"."""
    names = [number(w) for w in re.findall(r"\d+|(?<=tháng )\w+(?: \w+)?", words)]
    return ",".join(str(n) for n in sorted({n for n in names if n}))


def _yearly(words: str, every: str) -> list[str]:
    """Days of the year, those of one day number together: 15/6, 15/12 -> BYMONTH=6,12."""
    by_day: dict[int, list[int]] = {}
    for d, m in re.findall(r"(\d{1,2}) ?(?:[/-]|tháng) ?(\d{1,2})", words):
        by_day.setdefault(int(d), []).append(int(m))
    listed = {d: ",".join(map(str, sorted(set(months)))) for d, months in by_day.items()}
    return [f"{every};BYMONTH={months};BYMONTHDAY={d}" for d, months in listed.items()]


def _edge(first: bool, of: str) -> str:
    """The first or last day of every month, quarter or year."""
    day = 1 if first else -1
    if of == "tuần":
        return f"FREQ=WEEKLY;BYDAY={'MO' if first else 'FR'}"
    if of == "tháng":
        return f"FREQ=MONTHLY;BYMONTHDAY={day}"
    months = {"quý": "1,4,7,10" if first else "3,6,9,12", "năm": "1" if first else "12"}[of]
    return f"FREQ=YEARLY;BYMONTH={months};BYMONTHDAY={day}"


def timex_value(rule: str) -> str:
    """TIMEX3 value of a recurrence's step: P1M, P3M, P1Y."""
    parts = dict(p.split("=", 1) for p in rule.split(";"))
    time_part = "T" if parts["FREQ"] == "HOURLY" else ""
    return f"P{time_part}{parts.get('INTERVAL', '1')}{_ISO_UNIT[parts['FREQ']]}"


@lru_cache(maxsize=256)  # dateutil is slow, and a notice repeats itself
def next_after(rule: str, floor: date | None) -> str | None:
    """The first occurrence on or after the issue date (standards.md 6.2: the same day counts)."""
    if floor is None:
        return None
    from dateutil.rrule import rrulestr  # type: ignore[import-untyped, unused-ignore]

    begin = datetime.combine(floor, time.min)
    try:
        found = rrulestr(rule, dtstart=begin).after(begin, inc=True)
    except ValueError:
        return None
    if found is None:
        return None
    stamp: str = found.strftime("%Y-%m-%dT%H:%M") if "BYHOUR" in rule else found.date().isoformat()
    return stamp
