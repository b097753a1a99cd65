"""JSON: one array of tasks, each with its notice, for programs that want no more than a table.

`nhiemvu import` reads it back, corrected. The whole record with all offsets is what `extract` writes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from extractor.corrections import LABELS
from extractor.export import Options
from extractor.export.fields import FIELDS, rows
from extractor.schema import Record

# what a person may correct stands as in the corrections: lists, not joined texts
_CONTEXT = tuple(f for f in FIELDS if f not in {*LABELS, "id", "number", "lead_id", "deadline"})


def dump(records: Sequence[Record], options: Options) -> bytes:  # noqa: ARG001 - as all formats
    """The array, indented, in UTF-8."""
    found = []
    for row in rows(records):
        context = {field: row.cell(field) for field in _CONTEXT}
        found.append({"id": row.task.id, **row.values, **context})
    text = json.dumps(found, ensure_ascii=False, indent=1, default=date.isoformat)
    return (text + "\n").encode()
