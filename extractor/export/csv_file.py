"""CSV for Excel and for imports: the profile's columns, UTF-8 with a byte-order mark.

A spreadsheet takes a cell that begins with = + - @, a tab or a line break for a formula. Such a cell
gets an apostrophe before it, here alone: other formats know texts from formulas.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from io import StringIO

from extractor.export import Options
from extractor.export.fields import Cell, rows
from extractor.export.profile import Column
from extractor.schema import Record

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def dump(records: Sequence[Record], options: Options) -> bytes:
    """The headings and a line for each task; dates as dd/mm/yyyy."""
    file = StringIO()
    writer = csv.writer(file)  # lines end with \r\n (RFC 4180)
    columns = options.profile.columns
    writer.writerow([_safe(c.heading) for c in columns])
    for row in rows(records):
        writer.writerow([_text(c, options.profile.cell(c, row)) for c in columns])
    return file.getvalue().encode("utf-8-sig")


def _text(column: Column, value: Cell) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y} {column.time}".rstrip()
    return _safe("" if value is None else str(value))


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
