"""Words for days, months, quarters, years and hours -> calendar intervals.

Each reader takes folded lower-case words that a rule has already recognised, and the notice's
reference dates, and gives a `Period`: first and last day, the TIMEX3 value, and what is doubtful.
A year left out is that of the next such day or period; without a reference it stays open.
Parts of months and years follow Bộ luật Dân sự 2015, Điều 146.

>>> read("quarter", "quý ii/2022", Reference()).end.isoformat()
'2022-06-30'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from extractor.document import Doubt
from extractor.workdays import last_day, real_date

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_WORDS = {"một": 1, "nhất": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7}
_WORDS |= {"tám": 8, "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "mười lăm": 15}
_WORDS |= {"hai mươi": 20, "ba mươi": 30, "giêng": 1, "chạp": 12}
_MONTH = re.compile(r"mười (?:một|hai)|mười|một|hai|ba|tư|bốn|năm(?= năm)|sáu|bảy|tám|chín|\d+")
_QUARTER = re.compile(r"\d+|\b(?:iv|i{1,3})\b|\b(?:một|hai|ba|tư)\b")
_NUMBER = re.compile(r"\d+")
_YEAR = re.compile(r"\d{4}")
_DAY = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"
)  # the plain form, and by far the commonest
_TODAY = re.compile(r"(?:ngày )?(hôm nay|nay|mai)")
_DAY_OF_WEEK = re.compile(r"(thứ \w+|chủ nhật) (?:của )?(tuần \w+)")
_DAY_OF_MONTH = re.compile(r"(\d+) (?:của )?tháng (này|sau|tới)")
_NEAR_MONTH = re.compile("(?:tháng|quý|năm) (này|nay|sau|tới)")
_NEAR_YEAR = re.compile("năm (nay|sau|tới)")
_OPEN_YEAR = re.compile("năm (nay|sau|tới)|năm$")
_GAP = re.compile(r"\d [/.-]|[/.-] \d")  # in a date: a scan has torn it
_CONFUSED = str.maketrans("oòóọôöliíìị|!sszb", "00000011111115528")
_DAYS = ("hai", "ba", "tư", "năm", "sáu", "bảy", "nhật")
_RECENT = timedelta(days=100)  # a year-less period that ended so lately is rather the past one
_RECENT_DAY = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Reference:
    """The dates that a notice gives: `floor` is the first day on which it may have been issued."""

    issued: date | None = None
    floor: date | None = None
    meeting: date | None = None

    @classmethod
    def of(cls, issued_on: str | None, meeting_on: str | None = None) -> Reference:
        """From ISO 8601 dates, the issue date perhaps partial ("2022-02")."""
        meeting = _iso(meeting_on)
        floor = _iso(issued_on)
        issued = floor if issued_on and len(issued_on) >= 10 else None
        return cls(issued, floor or meeting, meeting)


@dataclass(frozen=True, slots=True)
class Period:
    """An interval of whole days; start and end are None where the words name no real day."""

    start: date | None
    end: date | None
    unit: str
    timex: str | None = None
    doubts: tuple[Doubt, ...] = ()

    def doubting(self, kind: str, detail: str) -> Period:
        """The same period with one more doubt."""
        return replace(self, doubts=(*self.doubts, Doubt(kind, detail)))


def _iso(text: str | None) -> date | None:
    if not text:
        return None
    parts = [int(p) for p in text[:10].split("-") if p.isdigit()]
    return real_date(*[*parts, 1, 1][:3]) if parts else None


def vn(day: date) -> str:
    """The day as Vietnamese officials write it: 28/02/2022."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def number(words: str) -> int | None:
    """The number that "05", "năm (05)", "05 (năm)" or "mười lăm" names."""
    digits = _NUMBER.search(words)
    return int(digits[0]) if digits else _WORDS.get(words.strip())


def clock(words: str) -> str | None:
    """Hours and minutes as HH:MM ("16 giờ 30 phút", "10h sáng", "3 giờ chiều"), 24:00 as 23:59."""
    found = [int(n) for n in _NUMBER.findall(words)]
    hour, minute = [*found, 0][:2]
    if re.search("chiều|tối", words) and hour < 12:
        hour += 12
    if (hour, minute) == (24, 0):
        return "23:59"
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def one_day(day: date | None) -> Period:
    """A period of a single day."""
    return Period(day, day, "day", day.isoformat() if day else None)


def month_span(first: date, last: date, unit: str, timex: str | None) -> Period:
    """From the first day of one month to the last day of another."""
    return Period(first.replace(day=1), last_day(last.year, last.month), unit, timex)


def _next(make: Callable[[int], Period | None], ref: Reference, recent: timedelta) -> Period:
    """The first such period that does not lie before the notice; `make` builds that of a year."""
    if ref.floor is None:
        return Period(None, None, "day").doubting(
            "year_inferred", "Thời hạn không ghi năm và văn bản không rõ ngày ban hành"
        )
    this = make(ref.floor.year)
    if this and this.end and this.end < ref.floor and ref.floor - this.end <= recent:
        return Period(None, None, this.unit).doubting(
            "year_uncertain", f"Không ghi năm; ngày {vn(this.end)} vừa qua trước ngày ban hành"
        )
    # 29 February may be up to eight years away
    for year in range(ref.floor.year, ref.floor.year + 9):
        found = make(year)
        if found and found.end and found.end >= ref.floor:
            return found.doubting("year_inferred", f"Không ghi năm; hiểu là năm {found.end.year}")
    return Period(None, None, "day").doubting("impossible_date", "Ngày không có trong lịch")


def _short_year(year: str, month: int, day: int, ref: Reference) -> int | None:
    """The year that two digits stand for: the one nearest to the notice."""
    if len(year) == 4:
        return int(year)
    if ref.floor is None:
        return None
    near = ref.floor.year - ref.floor.year % 100 + int(year)
    return min((near - 100, near, near + 100), key=lambda y: abs(y - ref.floor.year))  # type: ignore[union-attr]


def _read_day(words: str, ref: Reference) -> Period:
    if plain := _DAY.fullmatch(words):
        d, m, y = plain.groups()
        day = real_date(int(y), int(m), int(d))
        return one_day(day) if day else _impossible(words)
    near = _TODAY.match(words)
    if near:
        day = ref.issued and ref.issued + timedelta(days=int(near[1] == "mai"))
        return one_day(day) if day else _unknown("day")
    if of_week := _DAY_OF_WEEK.match(words):
        week = _read_week(of_week[2], ref)
        index = _DAYS.index(of_week[1].split()[-1])
        return one_day(week.start + timedelta(days=index)) if week.start else week
    relative = _DAY_OF_MONTH.match(words)
    if relative:
        if ref.floor is None:
            return _unknown("day")
        month = ref.floor.month - 1 + (relative[2] != "này")
        named = real_date(ref.floor.year + month // 12, month % 12 + 1, int(relative[1]))
        return one_day(named) if named else _impossible(words)
    year_word = _NEAR_YEAR.search(words)
    parts = _NUMBER.findall(words)
    torn = len(parts) == 4  # a scan may tear the year apart: "30/9/20 23"
    if torn:
        parts[2:] = [parts[2] + parts[3]]
    if len(parts) < 2 or (len(parts) == 2 and len(parts[1]) == 4):  # a month written as a word
        names = [m for m in _MONTH.findall(re.sub(r"^\d+ ?tháng ?", "", words)) if m in _WORDS]
        if not parts or not names:
            return _unknown("day")
        parts.insert(1, str(_WORDS[names[0]]))
    d, m = int(parts[0]), int(parts[1])
    if year_word and ref.floor:
        parts.append(str(ref.floor.year + (year_word[1] != "nay")).zfill(4))
    if len(parts) == 2:
        if not real_date(2000, m, d):  # a leap year: no such day in any year
            return _impossible(words)
        return _next(lambda y: _maybe_day(real_date(y, m, d)), ref, _RECENT_DAY)
    year = _short_year(parts[2], m, d, ref)
    if year is None:
        return _unknown("day").doubting("year_inferred", "Năm chỉ ghi hai chữ số")
    day = real_date(year, m, d)
    found = one_day(day) if day else _impossible(words)
    if len(parts[2]) == 2:
        found = found.doubting("year_inferred", f"Năm ghi hai chữ số; hiểu là {year}")
    if torn or _GAP.search(words):
        found = found.doubting("ocr", f"Ngày có khoảng trắng thừa: “{words}”")
    return found


def _maybe_day(day: date | None) -> Period | None:
    return one_day(day) if day else None


def _unknown(unit: str) -> Period:
    return Period(None, None, unit)


def _impossible(words: str) -> Period:
    return _unknown("day").doubting("impossible_date", f"Ngày không có trong lịch: “{words}”")


def _read_scanned(words: str, ref: Reference) -> Period:
    digits = re.sub(r"[^\s/.-]+", lambda m: m[0].translate(_CONFUSED), words)
    return _read_day(digits, ref).doubting("ocr", f"Chữ số có thể bị quét sai: “{words}”")


def _read_scanned_month(words: str, ref: Reference) -> Period:
    digits = re.sub(r"\s", "", words).translate(_CONFUSED)
    return _read_month(f"tháng {digits}", ref).doubting(
        "ocr", f"Chữ số có thể bị quét sai: “{words}”"
    )


def _read_spelled(words: str, ref: Reference) -> Period:
    import dateparser  # type: ignore[import-untyped, unused-ignore]

    strict = {"STRICT_PARSING": True, "DATE_ORDER": "DMY", "PARSERS": ["absolute-time"]}
    found = dateparser.parse(words, languages=["en"], settings=strict)
    return one_day(found.date()) if found else _impossible(words)


def _years(tokens: list[int]) -> list[tuple[int, int | None]]:
    """Months or quarters with the year to the right of each: [11, 12, 2025] -> both of 2025."""
    out: list[tuple[int, int | None]] = []
    year: int | None = None
    for token in reversed(tokens):
        if token >= 1000:
            year = token
        else:
            out.append((token, year))
    return out[::-1]


def _read_months(words: str, ref: Reference, size: int, tokens: list[int]) -> Period:
    """Months (size 1) or quarters (size 3), one or a list."""
    unit = "month" if size == 1 else "quarter"
    near = _NEAR_MONTH.search(words)
    if near and not tokens:
        if ref.floor is None:
            return _unknown(unit)
        index = (ref.floor.year * 12 + ref.floor.month - 1) // size + (near[1] in ("sau", "tới"))
        tokens = [index % (12 // size) + 1, index * size // 12]
    elif near and ref.floor:
        tokens = [*tokens, ref.floor.year + (near[1] in ("sau", "tới"))]
    named = _years(tokens)
    if not named or any(not 1 <= n <= 12 // size for n, _ in named):
        return _impossible(words)
    (first, first_year), (last, last_year) = named[0], named[-1]

    def make(year: int) -> Period | None:
        begin = real_date(first_year or (year if first <= last else year - 1), first * size, 1)
        end = real_date(last_year or year, last * size, 1)
        if begin is None or end is None:
            return None
        begin = begin.replace(month=(first - 1) * size + 1)
        mark = f"{last:02d}" if size == 1 else f"Q{last}"
        timex = f"{end.year:04d}-{mark}" if begin.month == end.month - size + 1 else None
        return month_span(begin, end, unit, timex)

    if last_year is not None:
        return make(last_year) or _impossible(words)
    return _next(make, ref, _RECENT)


def _read_month(words: str, ref: Reference) -> Period:
    tokens = [int(t) if t.isdigit() else _WORDS[t] for t in _MONTH.findall(words)]
    return _read_months(words, ref, 1, tokens)


def _read_quarter(words: str, ref: Reference) -> Period:
    found = _QUARTER.findall(re.sub(r"^q\.? ?", "", words).replace("l", "i"))
    tokens = [int(t) if t.isdigit() else _ROMAN.get(t) or _WORDS[t] for t in found]
    return _read_months(words, ref, 3, tokens)


def _read_year(words: str, ref: Reference) -> Period:
    years = [int(y) for y in _YEAR.findall(words)]
    near = _OPEN_YEAR.search(words)
    if not years and near and ref.floor:
        years = [ref.floor.year + (near[1] in ("sau", "tới"))]
    first, last = (
        (real_date(years[0], 1, 1), real_date(years[-1], 12, 1)) if years else (None, None)
    )
    if first is None or last is None:
        return _unknown("year")
    return month_span(first, last, "year", f"{last.year:04d}" if len(years) == 1 else None)


def _read_school(words: str, ref: Reference) -> Period:
    years = _YEAR.findall(words)
    first, last = real_date(int(years[0]), 9, 1), real_date(int(years[-1]), 5, 1)
    if first is None or last is None:
        return _unknown("year")
    return month_span(first, last, "year", None).doubting(
        "approximate", "Năm học lấy theo lệ thường từ 01/9 đến 31/5"
    )


def _read_half(words: str, ref: Reference) -> Period:
    """6, 9 or 3 months at the beginning or the end of a year."""
    months = 6 if words.startswith("nửa") else number(re.split("tháng", words)[0]) or 6
    early = "đầu" in words
    first, last = (1, months) if early else (13 - months, 12)
    mark = f"-H{1 if early else 2}" if months == 6 else None

    def make(year: int) -> Period | None:
        begin, end = real_date(year, first, 1), real_date(year, last, 1)
        if begin is None or end is None:
            return None
        return month_span(begin, end, "half", f"{year:04d}{mark}" if mark else None)

    years = _YEAR.findall(words)
    if years:
        return make(int(years[0])) or _unknown("half")
    return _next(make, ref, _RECENT)


def _read_part(words: str, ref: Reference) -> Period:
    """Beginning, middle or end of a month, quarter or year (Điều 146.2, 146.3)."""
    which, rest = words.split(" ", 1)
    whole = _whole(rest, ref)
    if whole.start is None or whole.end is None:
        return whole
    middle = whole.start.replace(day=15) if whole.unit == "month" else None
    if whole.unit == "year":
        middle = date(whole.start.year, 6, 30)
    elif whole.unit == "quarter":
        middle = date(whole.start.year, whole.start.month + 1, 15)
    day = {"đầu": whole.start, "giữa": middle, "cuối": whole.end}[which]
    found = Period(day, day, whole.unit, whole.timex, whole.doubts)
    return found.doubting("approximate", f"“{words}” được hiểu theo Điều 146 Bộ luật Dân sự 2015")


def _whole(words: str, ref: Reference) -> Period:
    if words == "tuần":
        return _read_week("tuần này", ref)
    if words in ("tháng", "quý"):
        words += " này"
    kind = {"t": "month", "q": "quarter", "n": "year"}[words[0]]
    return read(kind, words, ref)


_WEEK_NUMBER = re.compile(r"tuần (?:thứ )?(\d{1,2})(?:/(\d{4}))?")


def _iso_week(year: int, week: int) -> Period | None:
    """Monday to Friday of a numbered week (ISO 8601); None where the year has none of that number."""
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return Period(monday, monday + timedelta(days=4), "week", f"{year:04d}-W{week:02d}")


def _read_week(words: str, ref: Reference) -> Period:
    """A week of the calendar (Monday to Friday), the n-th seven or ten days or a half of a month."""
    if near := re.search("tuần (này|tới|sau)", words):
        if ref.issued is None:
            return _unknown("week")
        monday = ref.issued - timedelta(days=ref.issued.weekday())
        monday += timedelta(days=0 if near[1] == "này" else 7)
        year, week, _ = monday.isocalendar()
        return Period(monday, monday + timedelta(days=4), "week", f"{year:04d}-W{week:02d}")
    if numbered := _WEEK_NUMBER.fullmatch(words):
        week = int(numbered[1])
        if numbered[2]:
            return _iso_week(int(numbered[2]), week) or _unknown("week")
        return _next(lambda year: _iso_week(year, week), ref, timedelta(0))
    at = words.index("tháng")
    whole = _read_month(words[at:], ref)
    if whole.start is None or whole.end is None:
        return whole
    if words.startswith("nửa"):
        if "đầu" in words[:at]:
            return replace(whole, end=whole.start.replace(day=15), unit="week")
        return replace(whole, start=whole.start.replace(day=16), unit="week")
    ten = "ngày" in words[:at] or re.search("thượng|trung|hạ", words[:at])
    size, pieces = (10, 3) if ten else (7, 4)
    index = 0
    if re.search("cuối|hạ", words[:at]):
        index = -1
    elif re.search("giữa|trung", words[:at]):
        index = 1
    elif nth := re.search(r"tuần (?:thứ )?(\S+)", words[:at]):
        index = (number(nth[1]) or 1) - 1
    start = whole.start + timedelta(days=index * size)
    end = start + timedelta(days=size - 1)
    if index < 0:
        end = whole.end
        start = end - timedelta(days=6) if not ten else whole.start.replace(day=21)
    elif index >= pieces:
        end = whole.end
    found = Period(start, min(end, whole.end), "week", whole.timex, whole.doubts)
    return found.doubting("approximate", f"“{words}” được hiểu theo quy ước")


_READERS: dict[str, Callable[[str, Reference], Period]] = {
    "day": _read_day,
    "scanned": _read_scanned,
    "scannedmonth": _read_scanned_month,
    "spelled": _read_spelled,
    "month": _read_month,
    "quarter": _read_quarter,
    "half": _read_half,
    "part": _read_part,
    "week": _read_week,
    "school": _read_school,
    "year": _read_year,
}
KINDS = tuple(_READERS)


def read(kind: str, words: str, ref: Reference) -> Period:
    """The interval that `words` (folded, lower case) name; `kind` is one of KINDS."""
    return _READERS[kind](words, ref)
