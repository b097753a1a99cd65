"""`nhiemvu export` and `nhiemvu import`: files for people out of a run's output, and back in."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.terminal import FAILED, check_output, iso_day, put, say, stop

if TYPE_CHECKING:
    from extractor.schema import Record

_Tasks = Annotated[Path, typer.Argument(metavar="TASKS.jsonl", help="Kết quả của extract.")]
_Profile = Annotated[
    str,
    typer.Option(
        "--profile",
        metavar="TÊN|FILE",
        help="Mẫu cột: theo-doi, phu-luc, hoặc tệp TOML của cơ quan.",
    ),
]
_Notices = Annotated[
    Path,
    typer.Option(
        "--notices", metavar="DIR", help="Thư mục mà đường dẫn văn bản trong kết quả tính từ đó."
    ),
]


def export(
    tasks: _Tasks,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="DẠNG",
            help="xlsx, csv, ics, json, html, gold; không có thì theo đuôi của -o.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Tệp kết quả (gold: thư mục); không có thì in ra.",
        ),
    ] = None,
    profile: _Profile = "theo-doi",
    notices: _Notices = Path(),
    now: Annotated[
        str | None,
        typer.Option(
            "--now", metavar="NGÀY|today", help="Ngày lập tệp, dùng khi văn bản không ghi ngày."
        ),
    ] = None,
) -> None:
    """Xuất nhiệm vụ ra bảng theo dõi, lịch hoặc trang web."""
    from extractor.export import FORMATS, Options, dump
    from extractor.export.profile import load
    from extractor.jsonl import read_records

    to = to or (output.suffix.removeprefix(".").lower() if output else "")
    if to not in {*FORMATS, "gold"}:
        stop(f"--to nhận {', '.join(FORMATS)}, gold, không phải {to!r}")
    layout = load(profile)
    records = list(read_records(tasks))
    if to == "gold":
        _gold(records, output)
        return
    if output is not None:
        check_output(output)
    elif to == "xlsx":
        stop("xlsx cần -o FILE")
    texts = _Texts(notices)
    options = (
        Options(layout, text=texts.get) if now is None else Options(layout, texts.get, _now(now))
    )
    _write(output, dump(to, records, options))
    if texts.failed:
        raise typer.Exit(FAILED)


class _Texts:
    """Texts of notices; what is not at hand is told."""

    def __init__(self, root: Path) -> None:
        self.root, self.failed = root, False

    def get(self, record: Record) -> str | None:
        from extractor.errors import ReadError
        from extractor.export.texts import text_of

        try:
            return text_of(record, self.root)
        except ReadError as error:
            self.failed = True
            say(f"Không có toàn văn: {error}")
            return None


def _now(text: str) -> datetime:
    """The day of --now; only the command line asks the clock."""
    from datetime import date

    today = datetime.now().astimezone().date() if text == "today" else None
    return datetime.combine(today or date.fromisoformat(iso_day(text, "--now")), time())


def _write(output: Path | None, content: bytes) -> None:
    from extractor import batch

    if output is None:
        sys.stdout.flush()
        put(content.decode("utf-8"))
        return
    try:
        with batch.replaced(output) as file:
            file.write(content)
    except OSError as error:
        stop(f"{output}: không ghi được ({error.strerror or error})", FAILED)


def _gold(records: Sequence[Record], output: Path | None) -> None:
    from extractor.export import gold

    if output is None:
        stop("gold cần -o THƯ_MỤC")
    if output.exists() and not output.is_dir():
        stop(f"{output}: không phải thư mục")
    output.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, content in gold.files(records):
        _write(output / name, content)
        count += 1
    say(f"{count} tệp đáp án trong {output}")
    if count < len(records):
        say(f"{len(records) - count} văn bản trùng tên tệp, không ghi")
        raise typer.Exit(FAILED)


def import_(
    corrected: Annotated[
        Path, typer.Argument(metavar="FILE", help="Bảng hoặc JSON đã sửa (.xlsx, .json, .jsonl).")
    ],
    into: Annotated[
        Path,
        typer.Option("--into", metavar="TASKS.jsonl", help="Kết quả mà bảng được xuất ra từ đó."),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Kết quả đã sửa; không có thì thay tệp --into."
        ),
    ] = None,
    profile: _Profile = "theo-doi",
    notices: _Notices = Path(),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Chỉ nêu sẽ sửa gì, không ghi.")
    ] = False,
) -> None:
    """Nhận lại bảng đã sửa: sửa kết quả, và lưu chỗ sửa bên cạnh từng văn bản."""
    from extractor.export import edits
    from extractor.export.intake import intake
    from extractor.export.profile import load
    from extractor.export.texts import text_of
    from extractor.jsonl import read_records

    output = output or into
    check_output(output)
    records = list(read_records(into))
    read = edits.read(corrected, records, load(profile))
    done = intake(records, read, root=notices, text=lambda record: text_of(record, notices))
    for line in done.told:
        say(line)
    for line in done.problems:
        say(f"Lỗi: {corrected}: {line}")
    if not dry_run:
        # corrections first: they are what cannot be made again
        for path, stored in sorted(done.corrections.items()):
            _write(path, stored.to_bytes())
        _write(output, b"".join(r.to_json().encode() + b"\n" for r in done.records))
    say(
        f"{done.changed} nhiệm vụ sửa, {done.added} thêm, {done.removed} bỏ, "
        f"{done.missing} không có trong tệp, {len(done.problems)} lỗi"
        + (" (chưa ghi gì)" if dry_run else "")
    )
    if done.problems:
        raise typer.Exit(FAILED)
