"""XLSX as offices lay out "bảng theo dõi nhiệm vụ": a sheet to keep, to filter and to print.

XlsxWriter writes it, every text with `write_string`: whatever a notice says, no cell is a formula
or a link. Row heights are reckoned here: LibreOffice does not fit the rows of such a file itself.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from extractor.corrections import LABELS
from extractor.export import Options, made_on
from extractor.export.fields import DATES, Cell, Row, rows
from extractor.export.profile import DOUBTS, ORIGINAL, Column, Profile
from extractor.schema import Record
from extractor.show import title

_FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
_BORDER = {"border": 1, "border_color": "#A6A6A6"}
_HEADING = {**_FONT, **_BORDER, "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter",
            "font_color": "#FFFFFF", "bg_color": "#1F4E79"}  # fmt: skip
_DOUBTFUL = "#FFF2CC"  # the cell of a task that a person must check
_LATE = {"font_color": "#9C0006", "bg_color": "#FFC7CE"}
_DOUBT_WIDTHS = (8, 26, 14, 60, 70, 20)
_DONE = ("Hoàn thành", "Không phải nhiệm vụ")
_CENTRED = {"number", "due", "document_date", "deadline", "place", "status"}
_LETTERS = 1.1  # of Times New Roman 12 in a unit of width, with something to spare
_LINE = 15.75  # points that a line is high
_HIGHEST = 409  # points, Excel's limit for a row
_EARLIEST = date(1900, 3, 1)  # Excel counts a 29/2/1900 that never was


def dump(records: Sequence[Record], options: Options) -> bytes:
    """The workbook."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": made_on(records, options), "title": options.profile.sheet})
        book.set_calc_mode("auto")
        writer = _Writer(book, options.profile, records)
        writer.tasks()
        if options.profile.doubts:
            writer.doubts()
        writer.original()
    return file.getvalue()


class _Writer:
    """Writes one workbook; rows and columns count from 0."""

    def __init__(self, book: Any, profile: Profile, records: Sequence[Record]) -> None:
        self.book, self.profile, self.records = book, profile, records
        self.rows = list(rows(records))
        self.top = 0  # the row of the headings
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        """A cell's format; the same one for the same properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(properties)
        return self._formats[key]

    def tasks(self) -> None:
        """The sheet of tasks."""
        columns = self.profile.columns
        sheet = self.sheet(self.profile.sheet, [c.width for c in columns])
        lines = list(self.title())
        for n, line in enumerate(lines):
            style = self.format(**_FONT | {"bold": n < 2, "italic": n >= 2, "align": "center"})
            if len(columns) > 1:
                sheet.merge_range(n, 0, n, len(columns) - 1, "", style)
            sheet.write_string(n, 0, line, style)
        self.top = len(lines) + bool(lines)
        self.table(sheet, self.top, [c.heading for c in columns])
        for n, row in enumerate(self.rows, self.top + 1):
            for k, column in enumerate(columns):
                self.put(sheet, n, k, column, row)
            texts = [self.profile.cell(c, row) for c in columns]
            sheet.set_row(n, _height(texts, [c.width for c in columns]))
        self.helps(sheet)
        shown = [k for k, c in enumerate(columns) if c.print] or list(range(len(columns)))
        sheet.print_area(0, min(shown), self.top + len(self.rows), max(shown))

    def title(self) -> Iterator[str]:
        one = title(self.records[0]) if len(self.records) == 1 else ""
        for line in self.profile.title:
            if one or "{document}" not in line:
                yield line.replace("{document}", one)

    def put(self, sheet: Any, n: int, k: int, column: Column, row: Row) -> None:
        """A cell; an empty one is written too, for its frame."""
        style = {**_FONT, **_BORDER, "text_wrap": True}
        if column.field in _CENTRED:
            style["align"] = "center"
        if self.profile.doubts and row.task.doubts and k == 0:
            style["bg_color"] = _DOUBTFUL
        value = self.profile.cell(column, row)
        if column.field in DATES:
            style["num_format"] = "dd/mm/yyyy hh:mm" if column.time else "dd/mm/yyyy"
        if isinstance(value, date) and value >= _EARLIEST:
            at = time.fromisoformat(column.time) if column.time else time()
            sheet.write_datetime(n, k, datetime.combine(value, at), self.format(**style))
        elif isinstance(value, int):
            sheet.write_number(n, k, value, self.format(**style))
        elif value:
            text = value.strftime("%d/%m/%Y") if isinstance(value, date) else value
            sheet.write_string(n, k, text, self.format(**style))
        else:
            sheet.write_blank(n, k, None, self.format(**style))

    def helps(self, sheet: Any) -> None:
        """The status list, dates that must be dates, and late tasks in red: computed, not stored."""
        first, last = self.top + 1, max(self.top + len(self.rows), self.top + 1)
        place = {c.field: k for k, c in enumerate(self.profile.columns) if c.field}
        status, due = place.get("status"), place.get("due")
        if status is not None and self.profile.statuses:
            sheet.data_validation(
                first, status, last, status,
                {"validate": "list", "source": list(self.profile.statuses), "error_title": "Tình trạng",
                 "error_message": "Chọn một tình trạng trong danh sách."},
            )  # fmt: skip
        if due is None:
            return
        sheet.data_validation(
            first, due, last, due,
            {"validate": "date", "criteria": ">=", "value": _EARLIEST, "error_title": "Thời hạn",
             "error_message": "Ghi ngày dạng ngày/tháng/năm, như 28/02/2022."},
        )  # fmt: skip
        if status is not None:
            day, state = (f"${xl_col_to_name(k)}{first + 1}" for k in (due, status))
            done = "".join(f',{state}<>"{x}"' for x in _DONE)
            late = f"=AND(ISNUMBER({day}),{day}<TODAY(){done})"
            sheet.conditional_format(
                first, due, last, due,
                {"type": "formula", "criteria": late, "format": self.book.add_format(_LATE)},
            )  # fmt: skip

    def original(self) -> None:
        """A hidden sheet: what people may change as it is written now, by which `import` tells what they did."""
        columns = [c for c in self.profile.columns if c.field == "id" or c.field in LABELS]
        if not any(c.field == "id" for c in columns):
            return
        sheet = self.book.add_worksheet(ORIGINAL)
        sheet.very_hidden()
        for k, column in enumerate(columns):
            sheet.write_string(0, k, column.heading)
            for n, row in enumerate(self.rows, 1):
                value = self.profile.cell(column, row)
                text = f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value or "")
                sheet.write_string(n, k, text)

    def doubts(self) -> None:
        """The sheet of what a person must check: of the notices, then task by task, with a link to it."""
        sheet = self.sheet(DOUBTS, _DOUBT_WIDTHS)
        headings = (
            "STT",
            "Văn bản",
            "Vị trí",
            "Điểm cần xem lại",
            "Nội dung nhiệm vụ",
            "Mã nhiệm vụ",
        )
        self.table(sheet, 0, headings)
        cell = self.format(**_FONT, **_BORDER, text_wrap=True)
        link = self.format(**_FONT, **_BORDER, font_color="#0563C1", underline=1, align="center")
        n = 0
        for record in self.records:
            for doubt in record.doubts:
                n += 1
                self.line(sheet, n, ("", title(record), "", doubt.detail, "", ""), cell)
        for row in self.rows:
            for doubt in row.task.doubts:
                n += 1
                place = str(row.cell("place") or "")
                words = str(row.cell("action") or "")
                self.line(
                    sheet, n, ("", title(row.record), place, doubt.detail, words, row.task.id), cell
                )
                target = xl_rowcol_to_cell(self.top + row.number, 0)
                sheet.write_url(
                    n, 0, f"internal:'{self.profile.sheet}'!{target}", link, str(row.number)
                )
        sheet.print_area(0, 0, n, len(headings) - 2)

    def sheet(self, name: str, widths: Sequence[float]) -> Any:
        """A sheet that prints on A4 across, as many pages high as it takes."""
        sheet = self.book.add_worksheet(name)
        for k, width in enumerate(widths):
            sheet.set_column(k, k, width)
        sheet.set_landscape()
        sheet.center_horizontally()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        head = title(self.records[0]) if len(self.records) == 1 else ""
        sheet.set_header(
            f'&L&"Times New Roman,Italic"&10{head.replace("&", "&&")[:100]}', {"margin": 0.3}
        )
        sheet.set_footer('&R&"Times New Roman,Regular"&10Trang &P/&N', {"margin": 0.3})
        return sheet

    def table(self, sheet: Any, top: int, headings: Sequence[str]) -> None:
        """The headings in a row: they stay in view, filter, and stand on each page."""
        for k, heading in enumerate(headings):
            sheet.write_string(top, k, heading, self.format(**_HEADING))
        sheet.set_row(top, 36)
        sheet.freeze_panes(top + 1, 0)
        sheet.repeat_rows(top)
        count = len(self.rows)
        if sheet.get_name() == DOUBTS:
            count = sum(len(r.doubts) + sum(len(t.doubts) for t in r.tasks) for r in self.records)
        sheet.autofilter(top, 0, top + count, len(headings) - 1)

    def line(self, sheet: Any, n: int, texts: Sequence[str], style: Any) -> None:
        """A row of texts."""
        for k, text in enumerate(texts):
            sheet.write_string(n, k, text, style) if text else sheet.write_blank(n, k, None, style)
        sheet.set_row(n, _height(texts, _DOUBT_WIDTHS))


def _height(texts: Sequence[Cell], widths: Sequence[float]) -> float:
    """Points that a row needs for its longest cell, wrapped at words."""
    lines = [
        len(textwrap.wrap(text, max(1, int(width * _LETTERS))))
        for text, width in zip(texts, widths, strict=True)
        if isinstance(text, str)
    ]
    return min(max([1, *lines]) * _LINE + 3, _HIGHEST)
