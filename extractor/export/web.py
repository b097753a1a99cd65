"""HTML: one page that loads nothing, each notice's text with its tasks framed beside their table.

Frames and marks are those of `show --html` (page.py). A notice whose file is not at hand, or is not
the one that was read, is shown by its tasks' words alone, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from extractor.export import Options
from extractor.export.fields import Row, rows
from extractor.page import fields, framed, legend, safe, whole
from extractor.schema import Record, Task
from extractor.show import header_fields, summary, title

_COLUMNS = {
    "action": "Nội dung nhiệm vụ",
    "lead": "Chủ trì",
    "coordinating": "Phối hợp",
    "deadline": "Thời hạn",
    "doubts": "Cần xem lại",
}
_NO_TEXT = "Không có toàn văn: tệp của văn bản không còn ở chỗ cũ hoặc đã thay đổi. Dưới đây là lời văn các nhiệm vụ."
_STYLE = """
body { max-width: 110rem; }
article { margin-bottom: 3rem; }
.sides { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1.5rem; align-items: start; }
.sides > * { max-height: 92vh; overflow: auto; }
section { scroll-margin-top: 2rem; }
section > a { float: left; margin-right: .6rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; line-height: 1.4; }
th, td { border: 1px solid #b9c4d0; padding: .3rem .45rem; text-align: left; vertical-align: top; overflow-wrap: break-word; }
th { background: #1f4e79; color: #fff; position: sticky; top: 0; }
:target, tr:target td { background: #fff6d6; }
@media (max-width: 60rem) { .sides { grid-template-columns: minmax(0, 1fr); } }
@media print { .sides { display: block; } .sides > * { max-height: none; overflow: visible; } }"""


def dump(records: Sequence[Record], options: Options) -> bytes:
    """The page."""
    numbered = rows(records)
    articles = []
    for number, record in enumerate(records, 1):
        mine = list(islice(numbered, len(record.tasks)))
        text = options.text(record)
        articles.append("".join(_article(number, record, mine, text, many=len(records) > 1)))
    head = (
        title(records[0])
        if len(records) == 1
        else f"Bảng theo dõi nhiệm vụ: {len(records)} văn bản"
    )
    return whole(head, "\n".join((f"<p>{legend()}</p>", *articles)), _STYLE).encode()


def _article(
    number: int, record: Record, mine: Sequence[Row], text: str | None, *, many: bool
) -> Iterator[str]:
    def frame(_task: Task, n: int, words: str) -> str:
        return f'<section id="v{number}-{n}"><a href="#n{number}-{n}">{mine[n - 1].number}</a>{words}</section>'

    yield f"<article><h2>{safe(title(record))}</h2>" if many else "<article>"
    yield fields(header_fields(record))
    yield f'<p><strong>{safe(summary(record))}</strong></p><div class="sides"><div>'
    if text is None:
        yield f'<p class="doubt">{_NO_TEXT}</p>'
        yield from (frame(t, n, f"<p>{safe(t.text)}</p>") for n, t in enumerate(record.tasks, 1))
    else:
        yield from framed(text, record, frame)
    yield "</div><div><table><thead><tr><th>STT</th>"
    yield from (f"<th>{heading}</th>" for heading in _COLUMNS.values())
    yield "</tr></thead><tbody>"
    for n, row in enumerate(mine, 1):
        yield f'<tr id="n{number}-{n}"><td><a href="#v{number}-{n}">{row.number}</a></td>'
        for field in _COLUMNS:
            kind = ' class="doubt"' if field == "doubts" else ""
            yield f"<td{kind}>{safe(str(row.cell(field) or ''))}</td>"
        yield "</tr>"
    yield "</tbody></table></div></div></article>"
