"""The command `nhiemvu`: extract, read, show, explain, schema, evaluate.

Exit status: 0 all went well; 1 a file failed, or no notice was found at all; 2 wrong usage. Results
go to standard output, messages to standard error. Everything heavy is imported where it is used.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from extractor import __version__, export_cli, gazetteer_cli
from extractor.errors import ExtractorError
from extractor.terminal import (
    BROKEN_PIPE,
    FAILED,
    USAGE,
    Command,
    GazetteerDirs,
    Group,
    PipeClosedError,
    check_output,
    iso_day,
    put,
    say,
    stop,
    tables,
)

if TYPE_CHECKING:
    from extractor.api import Extractor
    from extractor.batch import Failure, Success


app = typer.Typer(
    name="nhiemvu",
    cls=Group,
    help="Nhiệm vụ, cơ quan và thời hạn từ văn bản hành chính tiếng Việt.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"nhiemvu {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Hiện phiên bản rồi thoát."
        ),
    ] = False,
) -> None:
    pass


# --- extract ----------------------------------------------------------------------------------


@app.command(cls=Command)
def extract(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Tệp hoặc thư mục văn bản.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Tệp JSON Lines; không có thì in ra."),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Chỉ báo lỗi, không tóm tắt, không tiến độ.")
    ] = False,
    gazetteer: GazetteerDirs = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="NGÀY|today",
            help="Thêm bên mỗi cơ quan nơi giữ việc của nó vào ngày này (YYYY-MM-DD hoặc today).",
        ),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous",
            metavar="OLD.jsonl",
            help="Kết quả lần trước: nhiệm vụ đã có giữ mã cũ, dù lời văn được sửa hay mục đổi chỗ.",
        ),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(
            "--only",
            metavar="LOẠI,...",
            help="Chỉ lấy nhiệm vụ loại này: dated (có hạn), recurring (định kỳ), standing (thường xuyên).",
        ),
    ] = None,
) -> None:
    """Rút nhiệm vụ từ các văn bản, mỗi văn bản một dòng JSON."""
    from extractor import batch
    from extractor.api import Extractor

    if output is not None:
        check_output(output)
    natures = _natures(only)
    extractor = Extractor(
        gazetteer=tables(gazetteer), as_of=_day(as_of), previous=_previous(previous)
    )
    files, failures = batch.find_files(paths)
    summary = _Summary(all_tasks=natures is None)
    shown = not quiet and sys.stderr.isatty() and (output or not sys.stdout.isatty())
    results = _progress(files, extractor) if shown else batch.run(files, extractor)
    if natures is not None:
        results = (
            batch.Success(r.path, r.record.only(natures)) if isinstance(r, batch.Success) else r
            for r in results
        )
    for failure in failures:
        summary.add(failure)
    if output is None:
        for result in results:
            summary.add(result)
            if isinstance(result, batch.Success):
                put(result.record.to_json() + "\n")
    else:
        _write_file(output, results, summary)
    if not quiet:
        summary.say()
    if summary.failures or not summary.notices:
        raise typer.Exit(FAILED)


def _natures(only: str | None) -> frozenset[str] | None:
    """The natures that --only asks for."""
    from typing import get_args

    from extractor.schema import Nature

    if only is None:
        return None
    known = get_args(Nature)
    asked = frozenset(x.strip() for x in only.split(","))
    if not asked <= set(known):
        stop(f"--only nhận {', '.join(known)}, không phải {only!r}")
    return asked


def _previous(path: Path | None) -> Any:
    from extractor.identity import Previous
    from extractor.jsonl import read_records

    return None if path is None else Previous(read_records(path))


def _day(as_of: str | None) -> str | None:
    """The day of --as-of as an ISO date; the only place that asks the clock."""
    from datetime import datetime

    if as_of is None:
        return None
    if as_of == "today":
        return datetime.now().astimezone().date().isoformat()
    return iso_day(as_of, "--as-of")


class _NothingToWrite(Exception):
    """No file gave a record: an earlier output stays as it is."""


def _write_file(output: Path, results: Any, summary: _Summary) -> None:
    from extractor import batch

    try:
        with batch.replaced(output) as file:
            for result in results:
                summary.add(result)
                if isinstance(result, batch.Success):
                    file.write(result.record.to_json().encode("utf-8") + b"\n")
            if not summary.notices:
                raise _NothingToWrite
    except _NothingToWrite:
        say(f"Không ghi {output}: không có văn bản nào đọc được.")
    except OSError as error:
        stop(f"{output}: không ghi được ({error.strerror or error})", FAILED)


class _Summary:
    """Counts what was found; failures are told at once.

    all_tasks: whether a notice without tasks has none at all, and is named.
    """

    def __init__(self, *, all_tasks: bool = True) -> None:
        self.all_tasks = all_tasks
        self.notices = self.tasks = self.deadlines = self.doubts = self.failures = 0
        self.without_tasks: list[str] = []

    def add(self, result: Success | Failure) -> None:
        from extractor.batch import Failure

        if isinstance(result, Failure):
            self.failures += 1
            say(f"Lỗi: {result.message}")
            return
        record = result.record
        self.notices += 1
        self.tasks += len(record.tasks)
        self.deadlines += sum(len(t.deadlines) for t in record.tasks)
        self.doubts += len(record.doubts) + sum(len(t.doubts) for t in record.tasks)
        if not record.tasks:
            member = record.notice.source.member
            self.without_tasks.append(f"{result.path}!/{member}" if member else str(result.path))

    def say(self) -> None:
        say(
            f"{self.notices} văn bản, {self.tasks} nhiệm vụ, {self.deadlines} thời hạn, "
            f"{self.doubts} điểm cần xem lại, {self.failures} lỗi"
        )
        for path in self.without_tasks:
            say(f"Không thấy nhiệm vụ: {path}")


def _progress(files: Sequence[Path], extractor: Extractor) -> Iterator[Success | Failure]:
    """The results, with a bar for the files and one for the pages of a scan, which take seconds."""
    from rich.console import Console
    from rich.progress import Progress

    from extractor import batch

    with Progress(console=Console(stderr=True), transient=True) as bar:
        whole = bar.add_task("Đang đọc", total=len(files), visible=len(files) > 1)
        scan = bar.add_task("", visible=False)

        def page(path: Path, done: int, total: int) -> None:
            bar.update(
                scan,
                description=f"{path.name}: nhận dạng chữ",
                completed=done,
                total=total,
                visible=done < total,
            )

        before = {path: k for k, path in enumerate(files)}
        for result in batch.run(files, extractor, page):
            bar.update(whole, completed=before[result.path])
            yield result


# --- read -------------------------------------------------------------------------------------


@app.command(cls=Command)
def read(file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp văn bản.")]) -> None:
    """In văn bản như chương trình đọc được; những chỗ đã sửa báo ở dòng lỗi chuẩn."""
    from extractor.readers import ReadFile, read_files

    found = list(read_files(file))
    for one in found:
        if not isinstance(one, ReadFile):
            say(f"Lỗi: {one}")
            continue
        name = f"{file}!/{one.member}" if one.member else str(file)
        if len(found) > 1:
            put(f"=== {name}\n")
        for note in one.content.notes:
            say(f"{name}: {note}")
        put(one.content.text.rstrip("\n") + "\n")
    if not all(isinstance(x, ReadFile) for x in found):
        raise typer.Exit(FAILED)


# --- show, explain ----------------------------------------------------------------------------

_Notice = Annotated[Path, typer.Argument(metavar="FILE", help="Tệp văn bản.")]
_Width = Annotated[
    int | None, typer.Option("--width", min=40, help="Số cột; mặc định theo cửa sổ, không thì 80.")
]


def _columns(width: int | None) -> int:
    from shutil import get_terminal_size

    return width or min(get_terminal_size((80, 24)).columns, 120)


@app.command(cls=Command)
def show(
    file: _Notice,
    width: _Width = None,
    full: Annotated[bool, typer.Option("--full", help="Không rút ngắn lời văn.")] = False,
    gazetteer: GazetteerDirs = None,
    html: Annotated[
        bool, typer.Option("--html", help="Trang HTML: toàn văn, nhiệm vụ đóng khung, tô màu.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Tệp HTML; không có thì in ra."),
    ] = None,
) -> None:
    """Xem một văn bản: phần đầu, rồi từng nhiệm vụ với những điểm cần xem lại."""
    from extractor.api import Extractor
    from extractor.show import show as render

    if output is not None:
        if not html:
            stop("-o đi cùng --html")
        check_output(output)
    doc, record = Extractor(gazetteer=tables(gazetteer)).examine(file)
    if html:
        _put_page(doc.text, record, output)
        return
    bold = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    strong = (lambda text: typer.style(text, bold=True)) if bold else str
    put(render(record, width=_columns(width), shorten=0 if full else 3, strong=strong))


def _put_page(text: str, record: Any, output: Path | None) -> None:
    from extractor import batch

    try:
        from extractor.page import page
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "spacy":
            raise
        stop("--html cần spaCy, chưa được cài ở đây: pip install spacy", FAILED)
    made = page(text, record)
    if output is None:
        put(made)
        return
    try:
        with batch.replaced(output) as file:
            file.write(made.encode("utf-8"))
    except OSError as error:
        stop(f"{output}: không ghi được ({error.strerror or error})", FAILED)


@app.command(cls=Command)
def explain(
    file: _Notice,
    clause: Annotated[
        str | None,
        typer.Option(
            "--clause", metavar="PATH", help="Mục cần giải thích, như 2.b; không có thì tất cả."
        ),
    ] = None,
    gazetteer: GazetteerDirs = None,
) -> None:
    """Quy tắc nào, bước tra cứu nào cho ra từng trường của nhiệm vụ."""
    from extractor.api import Extractor
    from extractor.explain import clause_paths, explain_clause, explain_header

    doc, record = Extractor(gazetteer=tables(gazetteer)).examine(file)
    if clause is None:
        paths = clause_paths(doc, with_tasks=True)
        blocks = [explain_header(record, doc.text), *(explain_clause(doc, p) for p in paths)]
    else:
        known = clause_paths(doc)
        wanted = clause.strip().rstrip(".)")
        if wanted not in known:
            stop(f"{file}: không có mục {clause!r}; có: {', '.join(p for p in known if p)}")
        blocks = [explain_clause(doc, wanted)]
    put("\n\n".join("\n".join(lines) for lines in blocks) + "\n")


app.add_typer(gazetteer_cli.app, name="gazetteer")
app.command("export", cls=Command)(export_cli.export)
app.command("import", cls=Command)(export_cli.import_)


# --- schema, evaluate -------------------------------------------------------------------------


@app.command(cls=Command)
def schema() -> None:
    """In JSON Schema của kết quả."""
    from extractor.schema import schema_text

    put(schema_text())


@app.command(cls=Command)
def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD_DIR", help="Thư mục đáp án (*.json).")],
    output: Annotated[Path, typer.Argument(metavar="OUT.jsonl", help="Kết quả của extract.")],
    details: Annotated[
        bool, typer.Option("--details", help="Nêu từng chỗ khác với đáp án.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In các số đo ở dạng JSON.")] = False,
    split: Annotated[
        str | None, typer.Option("--split", metavar="dev|test", help="Chỉ chấm phần này.")
    ] = None,
) -> None:
    """So kết quả với đáp án và in các số đo."""
    from extractor.evaluation import read_gold, read_output, report
    from extractor.scoring import score

    if not gold.is_dir():
        stop(f"{gold}: không có thư mục đáp án này")
    if not output.is_file():
        stop(f"{output}: không có tệp kết quả này")
    if split not in (None, "dev", "test"):
        stop(f"--split nhận dev hoặc test, không phải {split!r}")
    tally = score(read_gold(gold, split), read_output(output))
    for line in report(tally, details=details, as_json=as_json):
        put(line + "\n")
    if tally.counts["absent"] == tally.notices:
        stop(f"{output}: không có kết quả của văn bản nào trong {gold}", FAILED)


# --- running it -------------------------------------------------------------------------------


# the base of wrong usage, in typer's own copy of click or in click itself
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def _usage(error: Any) -> str:
    """What was wrong with the command line, in Vietnamese."""
    option = getattr(error, "option_name", None)
    param = getattr(error, "param", None)
    name = (param.metavar or param.opts[-1]) if param is not None else option or ""
    return {
        "MissingParameter": f"thiếu {name}",
        "NoSuchOption": f"không có tùy chọn {option}",
        "BadOptionUsage": f"tùy chọn {option} dùng chưa đúng (thiếu hoặc thừa giá trị)",
        "BadParameter": f"giá trị không hợp lệ cho {name}: {getattr(error, 'message', '')}",
    }.get(type(error).__name__, f"lệnh không đúng: {error.format_message()}")


def main(args: Sequence[str] | None = None) -> int:
    """Run the command; its exit status. Errors become one line in Vietnamese, no traceback."""
    gc.set_threshold(50_000)  # the tables live as long as the run: looking through them is wasted
    for stream in (sys.stdout, sys.stderr):
        if (stream.encoding or "").lower().replace("-", "") != "utf8":
            stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        arguments = sys.argv[1:] if args is None else list(args)
        status = app(args=arguments, prog_name="nhiemvu", standalone_mode=False)
        sys.stdout.flush()
    except (PipeClosedError, BrokenPipeError):
        # the interpreter must not trip over the flush at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except ExtractorError as error:
        say(f"Lỗi: {error}")
        return FAILED
    except _UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            say(str(error))
            return USAGE
        ctx = getattr(error, "ctx", None)
        say(f"Lỗi: {_usage(error)}")
        say(f"Xem hướng dẫn: {ctx.command_path if ctx else 'nhiemvu'} --help")
        return USAGE
    return status if isinstance(status, int) else 0
