"""`nhiemvu gazetteer`: check the tables, look a name up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractor.terminal import (
    FAILED,
    Command,
    GazetteerDirs,
    Group,
    iso_day,
    put,
    say,
    stop,
    tables,
)

app = typer.Typer(
    cls=Group,
    help="Danh mục cơ quan và địa danh: kiểm tra bảng, tra một tên.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command(cls=Command)
def check(
    directories: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[DIR...]", help="Thư mục bảng riêng, đặt lên danh mục có sẵn."),
    ] = None,
    gazetteer: GazetteerDirs = None,
) -> None:
    """Kiểm tra mọi bảng: cột, mã, ngày, cấp trên, kế tục, tên khác và câu ví dụ của nó."""
    from extractor.gazetteer_links import check as problems_of

    problems = problems_of(*(gazetteer or ()), *(directories or ()))
    for problem in problems:
        put(f"{problem}\n")
    if problems:
        say(f"{len(problems)} chỗ sai")
        raise typer.Exit(FAILED)
    say("Danh mục không có chỗ sai.")


@app.command(cls=Command)
def find(
    name: Annotated[str, typer.Argument(metavar="TÊN", help="Tên như văn bản viết.")],
    on: Annotated[
        str | None, typer.Option("--on", metavar="NGÀY", help="Ngày của văn bản (YYYY-MM-DD).")
    ] = None,
    province: Annotated[
        str | None, typer.Option("--in", metavar="TỈNH", help="Tỉnh, thành phố của văn bản.")
    ] = None,
    issuer: Annotated[
        str | None,
        typer.Option("--issuer", metavar="TÊN", help="Cơ quan ban hành, khi là huyện hoặc xã."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="In ở dạng JSON.")] = False,
    gazetteer: GazetteerDirs = None,
) -> None:
    """Tra một tên: dẫn đến cơ quan nào, vì sao, hiệu lực, kế tục và những tên gần giống."""
    from extractor.lookup import as_lines, look_up

    day = iso_day(on, "--on") if on is not None else None
    known = tables(gazetteer)
    if province is not None and known.province(province, day) is None:
        stop(f"không có tỉnh, thành phố nào tên {province!r}")
    found = look_up(known, name, day, province, issuer)
    put(found.to_json() + "\n" if as_json else "".join(f"{line}\n" for line in as_lines(found)))
