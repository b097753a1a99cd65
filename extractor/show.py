"""A record as a person reads it: the header, then each task with its doubts, as labels and values.

`show` makes plain text of them, wrapped at a given width; `strong` may mark what should stand out
(the terminal's bold). page.py makes a web page of the same.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from extractor.schema import Agency, Deadline, Doubt, Record, Task
from extractor.text import one_line

Strong = Callable[[str], str]
Field = tuple[str, str]  # a label and its value

DOUBT = "Cần xem"  # the label of a doubt
_LABEL = 12  # the widest label and its colon
_UNSURE = 0.8  # a field that is less sure is marked
_BASIS = {"inherited": "theo mục trên", "addressee": "theo nơi nhận", "corrected": "người dùng sửa"}
_BOUND = {"before": "trước ", "after": "sau ", "by": "chậm nhất "}


def _plain(text: str) -> str:
    return text


def show(record: Record, *, width: int = 80, shorten: int = 3, strong: Strong = _plain) -> str:
    """The record as text; a task's words are cut after `shorten` lines (0: not at all)."""
    lines = [strong(title(record)), *_wrapped(header_fields(record), width), ""]
    lines.append(strong(summary(record)))
    for number, task in enumerate(record.tasks, 1):
        lines += ["", strong(heading(task, number))]
        lines += textwrap.wrap(
            one_line(task.text),
            max(width, 20),
            initial_indent="   ",
            subsequent_indent="   ",
            max_lines=shorten or None,
            placeholder=" …",
        )
        lines += _wrapped(task_fields(task), width)
    return "\n".join(lines) + "\n"


def summary(record: Record) -> str:
    """How many tasks there are."""
    count = len(record.tasks)
    return f"{count} nhiệm vụ" if count else "Không thấy nhiệm vụ nào."


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


def title(record: Record) -> str:
    """Kind, number and date of the notice."""
    n = record.notice
    when = ""
    if n.issued_on:
        whole = len(n.issued_on) == len(date.min.isoformat())
        when = ("ngày " if whole else "") + vietnamese_date(n.issued_on)
    return " ".join(x for x in (n.kind or "Văn bản", n.number and f"số {n.number}", when) if x)


def header_fields(record: Record) -> Iterator[Field]:
    """What the header and closing say, and the doubts about the notice as a whole."""
    n = record.notice
    if n.issuer:
        yield "Ban hành", n.issuer.name
    if n.subject:
        yield "Trích yếu", n.subject
    if n.signer:
        name = " ".join(x for x in (n.signer.authority, n.signer.position) if x)
        yield "Người ký", ", ".join(x for x in (n.signer.name, name) if x)
    if n.urgency or n.confidentiality:
        yield "Mức độ", ", ".join(x for x in (n.urgency, n.confidentiality) if x)
    if n.addressees:
        yield "Kính gửi", "; ".join(n.addressees)
    if n.source.path:
        yield "Tệp", n.source.path
    yield from _doubts(record.doubts)


def heading(task: Task, number: int) -> str:
    """The task's number, its clause and the day it is due."""
    clause = f"mục {task.clause}" if task.clause else "không đánh số"
    due = f" · hạn {vietnamese_date(task.due)}" if task.due else ""
    return f"{number}. [{clause}]{due}"


def task_fields(task: Task) -> Iterator[Field]:
    """Who, with whom, to whom, by when, and what is to be checked; what is not sure says so."""
    basis = _BASIS.get(task.lead_basis or "")
    lead = _names(task.lead) or "chưa rõ"
    yield "Chủ trì", (f"{lead} ({basis})" if basis and task.lead else lead) + _unsure(task, "lead")
    for label, field in (("Phối hợp", "coordinating"), ("Báo cáo", "reports_to")):
        names, unsure = _names(getattr(task, field)), _unsure(task, field)
        if names or unsure:
            yield label, (names or "không thấy") + unsure
    unsure = _unsure(task, "deadlines")
    for deadline in task.deadlines:
        whom = f"{_names(deadline.binds)}: " if deadline.binds else ""
        yield "Thời hạn", whom + _deadline(deadline) + unsure
    if unsure and not task.deadlines:
        yield "Thời hạn", "không thấy" + unsure
    if task.products:
        yield "Sản phẩm", "; ".join(one_line(p.text) for p in task.products)
    if task.urgency:
        yield "Mức độ", task.urgency
    yield from _doubts(task.doubts)
    for note in task.notes:
        yield "Lưu ý", note.detail


def _unsure(task: Task, field: str) -> str:
    """How sure a field is, where that is little."""
    sure = getattr(task.confidences, field, 1.0)
    return f" [tin cậy {sure:.0%}]" if sure < _UNSURE else ""


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
    return f"“{one_line(deadline.text)}” → {value}{basis}"


def _doubts(doubts: Iterable[Doubt]) -> Iterator[Field]:
    for doubt in doubts:
        yield DOUBT, doubt.detail


def _wrapped(fields: Iterable[Field], width: int) -> Iterator[str]:
    for label, value in fields:
        head = f"   {label}:".ljust(_LABEL + 3)
        yield from textwrap.wrap(
            one_line(value), max(width, 40), initial_indent=head, subsequent_indent=" " * len(head)
        )
