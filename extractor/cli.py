"""The command `nhiemvu`: read, show, explain, schema, evaluate here; the others from their modules.

Exit status: 0 all went well; 1 a file failed, or no notice was found at all; 2 wrong usage. Results
go to standard output, messages to standard error. Everything heavy is imported where it is used.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from extractor import __version__, export_cli, extract_cli, gazetteer_cli, push_cli
from extractor.errors import ExtractorError
from extractor.terminal import (
    BROKEN_PIPE,
    FAILED,
    INTERRUPTED,
    USAGE,
    Command,
    GazetteerDirs,
    Group,
    PipeClosedError,
    check_output,
    put,
    say,
    stop,
    tables,
)

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


app.command(cls=Command)(extract_cli.extract)


# --- read -------------------------------------------------------------------------------------


@app.command(cls=Command)
def read(file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp văn bản.")]) -> None:
    """In văn bản như chương trình đọc được; những chỗ đã sửa báo ở dòng lỗi chuẩn."""
    from extractor.progress import pages
    from extractor.readers import ReadFile, read_files

    with pages(file) as progress:
        found = list(read_files(file, progress=progress))
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
    from extractor.progress import pages
    from extractor.show import show as render

    if output is not None:
        if not html:
            stop("-o đi cùng --html")
        check_output(output)
    with pages(file) as progress:
        doc, record = Extractor(gazetteer=tables(gazetteer)).examine(file, progress=progress)
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
    from extractor.progress import pages

    with pages(file) as progress:
        doc, record = Extractor(gazetteer=tables(gazetteer)).examine(file, progress=progress)
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
app.command("push", cls=Command)(push_cli.push)


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
    name = option or ""
    if param is not None:
        name = param.opts[-1] if param.opts[-1].startswith("-") else param.metavar or param.name
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
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
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
