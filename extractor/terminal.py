"""What all commands share: help in Vietnamese, output, messages, the way to stop, common options."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

FAILED, USAGE, INTERRUPTED, BROKEN_PIPE = 1, 2, 130, 141
_HELP = "Hiện hướng dẫn này rồi thoát."


class Command(TyperCommand):
    """A command whose --help is described in Vietnamese."""

    def get_help_option(self, ctx: Any) -> Any:
        """The option with our words."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option


class Group(TyperGroup):
    """The same for the command as a whole."""

    def get_help_option(self, ctx: Any) -> Any:
        """The option with our words."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option


class PipeClosedError(Exception):
    """Whoever reads our output has seen enough. No OSError: typer would exit on that itself."""


def put(text: str) -> None:
    """Write to standard output."""
    try:
        sys.stdout.write(text)
    except BrokenPipeError as error:
        raise PipeClosedError from error


def say(message: str) -> None:
    """Tell on standard error."""
    typer.echo(message, err=True)


def stop(message: str, status: int = USAGE) -> NoReturn:
    """End the run with a message."""
    say(f"Lỗi: {message}")
    raise typer.Exit(status)


def check_output(output: Path) -> None:
    """End the run where a file cannot be written there."""
    if output.is_dir():
        stop(f"{output}: là thư mục, cần tên tệp cho -o")
    if not output.parent.is_dir():
        stop(f"{output}: không có thư mục {output.parent}")
    if not os.access(output if output.exists() else output.parent, os.W_OK):
        stop(f"{output}: không có quyền ghi")


GazetteerDirs = Annotated[
    list[Path] | None,
    typer.Option(
        "--gazetteer",
        metavar="DIR",
        help="Thư mục bảng riêng của cơ quan, đặt lên danh mục có sẵn theo mã; dùng được nhiều lần.",
    ),
]


def tables(directories: list[Path] | None) -> Any:
    """The gazetteer with the directories laid over it; wrong tables end the run as wrong usage."""
    from extractor.errors import GazetteerError
    from extractor.gazetteer_check import load

    try:
        return load(directories or ())
    except GazetteerError as error:
        stop(str(error))


def iso_day(text: str, option: str) -> str:
    """A full ISO date that a person has written; anything else is wrong usage."""
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        stop(f"{option} nhận ngày dạng YYYY-MM-DD, không phải {text!r}")
