"""A notice as a web page: its whole text, each task framed, who and when marked by displaCy.

One file that loads nothing from elsewhere: no script, no font, no picture. Nested spans are what
displaCy's entity view cannot show, so a frame holds a task and displaCy marks what stands inside.
export/web.py puts the same text beside a table of its tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from spacy import displacy

from extractor.schema import Record, Task
from extractor.show import DOUBT, Field, header_fields, heading, summary, task_fields, title

_LABELS = {
    "lead": "chủ trì",
    "coordinating": "phối hợp",
    "reports_to": "báo cáo",
    "deadline": "thời hạn",
}
_MARK_WIDTH = 8  # "1.2.3. ", "- ", "(iii) "
# the body's full name is shown on hovering
_MARK = '<mark class="{role}" title="{name}">{text}<small>{label}</small></mark>'
_STYLE = """body { margin: 2rem auto; max-width: 52rem; padding: 0 1rem; color: #1b1b1b; background: #fff;
  font: 16px/1.6 "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
h2 { font-size: 1rem; margin: 0 0 .3rem; }
dl { display: grid; grid-template-columns: 6rem 1fr; gap: .1rem .8rem; margin: .5rem 0 0; font-size: .9rem; }
dt { color: #555; }
dd { margin: 0; overflow-wrap: anywhere; }
.doubt { color: #8a2b00; font-weight: 600; }
section { border: 1px solid #b9c4d0; border-left: 5px solid #31587f; border-radius: 4px;
  background: #f7f9fb; margin: .6rem 0; padding: .6rem .9rem; break-inside: avoid; }
.entities { line-height: 1.9 !important; overflow-wrap: anywhere; }
mark { color: inherit; padding: .15em .3em; border-radius: 3px; -webkit-box-decoration-break: clone;
  box-decoration-break: clone; }
mark small { margin-left: .4em; font-weight: 600; white-space: nowrap; }
.lead { background: #c5dcf7; }
.coordinating { background: #cdebd3; }
.reports_to { background: #e4d5f5; }
.deadline { background: #ffdf9e; }"""
_PAGE = """<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def whole(name: str, body: str, style: str = "") -> str:
    """A page called `name` around its body, which is HTML; `style` comes after our own."""
    return _PAGE.format(title=safe(name), style=_STYLE + style, body=body)


def page(text: str, record: Record) -> str:
    """HTML of a notice: `text` as read, with the record that was made of it."""
    said = f"<p><strong>{safe(summary(record))}</strong> {legend()}</p>"
    parts = (fields(header_fields(record)), said, *framed(text, record, _section))
    return whole(title(record), "\n".join(parts))


def legend() -> str:
    """What the marks' colours mean."""
    return " ".join(f'<mark class="{role}">{label}</mark>' for role, label in _LABELS.items())


def framed(text: str, record: Record, frame: Callable[[Task, int, str], str]) -> Iterator[str]:
    """Parts of the page's body: the whole text, marked; each task as `frame` makes it.

    frame: is given the task, its number from 1, and its words as HTML.
    """
    text = _visible(text)
    everywhere = {k: v for task in reversed(record.tasks) for k, v in _marks(task).items()}
    at = 0
    for number, task in enumerate(record.tasks, 1):
        start = max(at, _line_start(text, task.start))  # a part of two tasks is shown in the first
        yield _marked(text, at, start, everywhere)
        at = max(start, task.end)
        words = _marked(text, start, at, everywhere | _marks(task))
        yield frame(task, number, words)
    yield _marked(text, at, len(text), everywhere)


def _section(task: Task, number: int, words: str) -> str:
    return f"<section><h2>{safe(heading(task, number))}</h2>{words}{fields(task_fields(task))}</section>"


def _line_start(text: str, start: int) -> int:
    """Where the line of a task begins if only the clause's mark stands before it, else `start`."""
    line = text.rfind("\n", 0, start) + 1
    return line if start - line <= _MARK_WIDTH else start


_Marks = dict[tuple[int, int], tuple[str, str]]


def _marks(task: Task) -> _Marks:
    """What a task's fields point at: role and full name by source offsets."""
    found: _Marks = {(d.start, d.end): ("deadline", "") for d in task.deadlines}
    for role in ("reports_to", "coordinating", "lead"):  # who leads has the last word
        found |= {(a.start, a.end): (role, a.name) for a in getattr(task, role)}
    return {span: mark for span, mark in found.items() if span[0] < span[1]}


def _marked(text: str, start: int, end: int, marks: _Marks) -> str:
    """A part of the text with the marks that lie in it whole; of two that overlap the earlier."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return ""
    entities: list[dict[str, Any]] = []
    free = start
    for (a, b), (role, name) in sorted(marks.items()):
        if free <= a and b <= end:
            params = {"role": role, "name": safe(name)}
            entities.append(
                {"start": a - start, "end": b - start, "label": _LABELS[role], "params": params}
            )
            free = b
    return displacy.render(
        {"text": text[start:end], "ents": entities},
        style="ent",
        manual=True,
        jupyter=False,
        options={"template": _MARK},
    )


def fields(found: Iterator[Field]) -> str:
    """Labels and values as a list, doubts set off."""
    rows = []
    for label, value in found:
        kind = ' class="doubt"' if label == DOUBT else ""
        rows.append(f"<dt>{safe(label)}</dt><dd{kind}>{safe(value)}</dd>")
    return f"<dl>{''.join(rows)}</dl>"


def safe(text: str) -> str:
    """A text as HTML that shows it and nothing else."""
    return escape(_visible(text))


def _visible(text: str) -> str:
    """The text, character for character, with a sign for each that a page cannot show."""
    return "".join(c if c.isprintable() or c in "\n\t\xa0" else "\ufffd" for c in text)
