"""A record as a person reads it in a terminal: the header, then each task with its doubts.

Plain text wrapped at a given width; `strong` may mark what should stand out (the terminal's bold).
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from extractor.schema import Agency, Deadline, Doubt, Record, Task

Strong = Callable[[str], str]

_LABEL = 12  # the widest label and its colon
_BASIS = {"inherited": "theo mục trên", "addressee": "theo nơi nhận"}
_BOUND = {"before": "trước ", "after": "sau ", "by": "chậm nhất "}


def _plain(text: str) -> str:
    return text


def show(record: Record, *, width: int = 80, shorten: int = 3, strong: Strong = _plain) -> str:
    """The record as text; a task's words are cut after `shorten` lines (0: not at all)."""
    lines = [*_header(record, width, strong), ""]
    count = len(record.tasks)
    lines.append(strong(f"{count} nhiệm vụ") if count else "Không thấy nhiệm vụ nào.")
    for number, task in enumerate(record.tasks, 1):
        lines += ["", *_task(task, number, width, shorten, strong)]
    return "\n".join(lines) + "\n"


def vietnamese_date(iso: str) -> str:
    """An ISO date, whole or partial, with a time or without, as officialese writes it.

    >>> vietnamese_date("2022-03-15T17:00"), vietnamese_date("2022-02"), vietnamese_date("2022")
    ('17:00 ngày 15/03/2022', 'tháng 02/2022', 'năm 2022')
    """
    day, _, time = iso.partition("T")
    parts = day.split("-")
    if len(parts) == 1:
        return f"năm {day}"
    if len(parts) == 2:
        return f"tháng {parts[1]}/{parts[0]}"
    written = "/".join(reversed(parts))
    return f"{time[:5]} ngày {written}" if time else written


def recurrence_words(rule: str) -> str:
    """An RRULE in words where it is of the common kinds, else as it is.

    >>> recurrence_words("FREQ=MONTHLY;BYMONTHDAY=25"), recurrence_words("FREQ=MONTHLY;INTERVAL=6")
    ('ngày 25 hằng tháng', '6 tháng một lần')
    >>> recurrence_words("FREQ=DAILY;BYHOUR=16;BYMINUTE=0"), recurrence_words("FREQ=WEEKLY;BYDAY=FR")
    ('16:00 hằng ngày', 'thứ Sáu hằng tuần')
    >>> recurrence_words("FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU")
    'FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU'
    """
    parts = dict(p.split("=", 1) for p in rule.split(";") if "=" in p)
    unit = _UNITS.get(parts.pop("FREQ", ""))
    interval = parts.pop("INTERVAL", "1")
    hour, minute = parts.pop("BYHOUR", None), parts.pop("BYMINUTE", "0")
    days = [_DAYS.get(d) for d in parts.pop("BYDAY", "").split(",") if d]
    month_days, months = parts.pop("BYMONTHDAY", ""), parts.pop("BYMONTH", "")
    if unit is None or parts or None in days or month_days.startswith("-1,"):
        return rule
    words = (
        [f"{int(hour)}:{int(minute):02d}"] if hour and hour.isdigit() and minute.isdigit() else []
    )
    words += [", ".join(d for d in days if d)] if days else []
    if month_days:
        words.append("ngày cuối" if month_days == "-1" else f"ngày {month_days.replace(',', ', ')}")
    words += [f"tháng {months.replace(',', ', ')}"] if months else []
    words.append(f"hằng {unit}" if interval == "1" else f"{interval} {unit} một lần")
    return " ".join(words)


_UNITS = {"DAILY": "ngày", "WEEKLY": "tuần", "MONTHLY": "tháng", "YEARLY": "năm"}
_DAYS = dict(
    zip(
        ("MO", "TU", "WE", "TH", "FR", "SA", "SU"),
        ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
        strict=True,
    )
)


def _header(record: Record, width: int, strong: Strong) -> Iterator[str]:
    n = record.notice
    when = ""
    if n.issued_on:
        whole = len(n.issued_on) == len(date.min.isoformat())
        when = ("ngày " if whole else "") + vietnamese_date(n.issued_on)
    title = " ".join(x for x in (n.kind or "Văn bản", n.number and f"số {n.number}", when) if x)
    yield strong(title)
    if n.issuer:
        yield from _field("Ban hành", n.issuer.name, width)
    if n.subject:
        yield from _field("Trích yếu", n.subject, width)
    if n.signer:
        name = " ".join(x for x in (n.signer.authority, n.signer.position) if x)
        yield from _field("Người ký", ", ".join(x for x in (n.signer.name, name) if x), width)
    if n.urgency or n.confidentiality:
        yield from _field(
            "Mức độ", ", ".join(x for x in (n.urgency, n.confidentiality) if x), width
        )
    if n.addressees:
        yield from _field("Kính gửi", "; ".join(n.addressees), width)
    if n.source.path:
        yield from _field("Tệp", n.source.path, width)
    yield from _doubts(record.doubts, width)


def _task(task: Task, number: int, width: int, shorten: int, strong: Strong) -> Iterator[str]:
    clause = f"mục {task.clause}" if task.clause else "không đánh số"
    due = f" · hạn {vietnamese_date(task.due)}" if task.due else ""
    yield strong(f"{number}. [{clause}]{due}")
    text = _folded(task.text)
    yield from textwrap.wrap(
        text,
        max(width, 20),
        initial_indent="   ",
        subsequent_indent="   ",
        max_lines=shorten or None,
        placeholder=" …",
    )
    basis = _BASIS.get(task.lead_basis or "")
    lead = _names(task.lead) or "chưa rõ"
    yield from _field("Chủ trì", f"{lead} ({basis})" if basis and task.lead else lead, width)
    for label, agencies in (("Phối hợp", task.coordinating), ("Báo cáo", task.reports_to)):
        if agencies:
            yield from _field(label, _names(agencies), width)
    for deadline in task.deadlines:
        whom = f"{_names(deadline.binds)}: " if deadline.binds else ""
        yield from _field("Thời hạn", whom + _deadline(deadline), width)
    if task.products:
        yield from _field("Sản phẩm", "; ".join(_folded(p.text) for p in task.products), width)
    if task.urgency:
        yield from _field("Mức độ", task.urgency, width)
    yield from _doubts(task.doubts, width)


def _names(agencies: Iterable[Agency]) -> str:
    return "; ".join(a.name for a in agencies)


def _deadline(deadline: Deadline) -> str:
    n = deadline.normalized
    if n.recurrence:
        value = recurrence_words(n.recurrence)
        value = (_BOUND.get(deadline.bound, "") if n.inclusive is False else "") + value
        value += f", lần tới {vietnamese_date(n.next)}" if n.next else ""
    elif n.end:
        bound = _BOUND.get(deadline.bound, "") if n.inclusive is not True else ""
        value = bound + vietnamese_date(n.end)
    elif n.start:
        value = "từ " + vietnamese_date(n.start)
    elif n.duration:
        value = n.duration + (" làm việc" if n.working_days else "")
        value += f" kể từ {n.anchor}" if n.anchor else ""
    else:
        value = "chưa rõ ngày"
    basis = ", " + _BASIS[deadline.basis] if deadline.basis in _BASIS else ""
    return f"“{_folded(deadline.text)}” → {value}{basis}"


def _doubts(doubts: Iterable[Doubt], width: int) -> Iterator[str]:
    for doubt in doubts:
        yield from _field("Cần xem", doubt.detail, width)


def _field(label: str, value: str, width: int) -> Iterator[str]:
    head = f"   {label}:".ljust(_LABEL + 3)
    yield from textwrap.wrap(
        _folded(value), max(width, 40), initial_indent=head, subsequent_indent=" " * len(head)
    )


def _folded(text: str) -> str:
    """One line, without markdown stars and what a terminal would act on."""
    text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", text.replace("*", ""))).strip()
    return "".join(c if c.isprintable() else "�" for c in text)
