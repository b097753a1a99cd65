"""`nhiemvu extract`: files and folders in, JSON Lines out, and what is told on the way.

A run over a folder, or over several files, has a journal while it runs and a report when it is done
(delivery.py); a single file has neither.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.terminal import (
    FAILED,
    INTERRUPTED,
    GazetteerDirs,
    check_output,
    iso_day,
    put,
    stop,
    tables,
)

if TYPE_CHECKING:
    from extractor.batch import Failure
    from extractor.delivery import Extract
    from extractor.outcomes import Job
    from extractor.progress import Teller

_CHANGED = "{} tệp đọc lại vì {} đã được sửa ở đó sau lần chạy trước (import, hoặc sửa tay)."
_NOTHING = "Không ghi {}: không có văn bản nào đọc được."


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
    workers: Annotated[
        int, typer.Option("--workers", metavar="N", min=1, help="Số tiến trình cùng đọc.")
    ] = 1,
    timeout: Annotated[
        float | None,
        typer.Option(
            "--timeout",
            metavar="GIÂY",
            min=1,
            help="Thời gian cho một văn bản, hay một trang của bản quét; có --workers thì là 120.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Làm tiếp lần chạy bị dừng giữa chừng (cần -o).")
    ] = False,
    changed_only: Annotated[
        bool,
        typer.Option(
            "--changed-only",
            help="Tệp có nội dung không đổi thì lấy lại kết quả trước ở -o, không đọc lại.",
        ),
    ] = False,
    times: Annotated[
        bool, typer.Option("--times", help="Báo cáo ghi thêm số giây của mỗi tệp (cần -o).")
    ] = False,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Tiến độ là JSON, mỗi tệp một dòng ở đầu ra lỗi.")
    ] = False,
    engine: Annotated[
        str | None,
        typer.Option("--engine", metavar="dask", help="Nhiều máy cùng đọc, qua một cụm Dask."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler", metavar="ĐỊA_CHỈ", help="Nơi điều phối cụm máy, như tcp://host:8786."
        ),
    ] = None,
) -> None:
    """Rút nhiệm vụ từ các văn bản, mỗi văn bản một dòng JSON."""
    from extractor import batch
    from extractor.outcomes import TIMEOUT, Job

    if output is not None:
        check_output(output)
    elif resume or changed_only or times:
        stop("--resume, --changed-only và --times cần -o")
    if engine not in (None, "dask"):
        stop(f"--engine nhận dask, không phải {engine!r}")
    if (engine is None) != (scheduler is None):
        stop("--engine và --scheduler đi cùng nhau")
    if scheduler and workers > 1:
        stop("--workers là của máy này, không đi với --engine")
    job = Job(
        gazetteer=tuple(str(d) for d in gazetteer or ()),
        as_of=_day(as_of),
        previous=None if previous is None else str(previous),
        only=_natures(only),
    )
    files, failures = batch.find_files(paths)
    teller = _teller(len(files), output, job, quiet=quiet, log_json=log_json)
    if workers > 1 or scheduler:
        timeout = timeout or TIMEOUT
    journalled = output is not None and (output.is_file() or not output.exists())
    journalled &= len(paths) > 1 or paths[0].is_dir() or resume or changed_only or times
    with _extraction(job, gazetteer, teller, workers, timeout, scheduler) as extract, teller:
        for failure in failures:
            teller.folder(failure)
        if output is not None and journalled:
            _deliver(
                files,
                failures,
                output,
                job,
                extract,
                teller,
                resume=resume,
                changed_only=changed_only,
                times=times,
            )
        else:
            _pass_on(files, output, extract, teller, sort=timeout is not None)
    teller.end()
    if teller.failures or not teller.notices:
        raise typer.Exit(FAILED)


@contextmanager
def _extraction(
    job: Job,
    gazetteer: list[Path] | None,
    teller: Teller,
    workers: int,
    timeout: float | None,
    scheduler: str | None,
) -> Iterator[Extract]:
    """Who reads the files: this process, workers beside it, or, where there is a scheduler, a cluster's."""
    from extractor.outcomes import in_process, in_workers

    if timeout is None:
        ours = job.extractor(tables(gazetteer))
        yield partial(in_process, extractor=ours, only=job.only, progress=teller.page)
        return
    if gazetteer:
        tables(gazetteer)  # wrong tables are wrong usage
    if scheduler is None:
        yield partial(in_workers, job=job, workers=workers, timeout=timeout, progress=teller.page)
        return
    from extractor.cluster import connected, in_cluster

    with connected(scheduler) as client:
        yield partial(in_cluster, job=job, client=client, timeout=timeout)


def _natures(only: str | None) -> tuple[str, ...] | None:
    """The natures that --only asks for."""
    from typing import get_args

    from extractor.schema import Nature

    if only is None:
        return None
    known = get_args(Nature)
    asked = tuple(x.strip() for x in only.split(","))
    if not set(asked) <= set(known):
        stop(f"--only nhận {', '.join(known)}, không phải {only!r}")
    return asked


def _day(as_of: str | None) -> str | None:
    """The day of --as-of as an ISO date; the only place that asks the clock."""
    from datetime import datetime

    if as_of is None:
        return None
    if as_of == "today":
        return datetime.now().astimezone().date().isoformat()
    return iso_day(as_of, "--as-of")


def _teller(total: int, output: Path | None, job: Job, *, quiet: bool, log_json: bool) -> Teller:
    """Who tells how it goes: a bar where a person looks and it does not stand between the results."""
    from extractor.progress import Bar, Log, Teller

    all_tasks = job.only is None
    if log_json:
        return Log(all_tasks=all_tasks)
    if not quiet and sys.stderr.isatty() and (output or not sys.stdout.isatty()):
        return Bar(total, all_tasks=all_tasks)
    return Teller(quiet=quiet, all_tasks=all_tasks)


def _deliver(
    files: list[Path],
    failures: list[Failure],
    output: Path,
    job: Job,
    extract: Extract,
    teller: Teller,
    *,
    resume: bool,
    changed_only: bool,
    times: bool,
) -> None:
    """Write output and report, by way of the journal."""
    from extractor.delivery import Plan, deliver
    from extractor.journal import JournalError
    from extractor.report import Earlier

    plan = Plan(output, job.settings(), resume=resume, times=times)
    if changed_only:
        try:
            earlier = Earlier(output, plan.settings)
        except ValueError as error:
            teller.note(f"Đọc lại tất cả: {error}")
        else:
            plan = replace(plan, earlier=earlier)
            if earlier.changed:
                teller.note(_CHANGED.format(len(earlier.changed), output))
    try:
        if not deliver(files, failures, plan, extract, teller.file):
            teller.note(_NOTHING.format(output))
    except JournalError as error:
        stop(str(error))
    except KeyboardInterrupt:
        teller.note(
            f"Đã dừng: {teller.files} trên {len(files)} tệp đã xong, giữ trong {plan.journal}. "
            "Chạy lại lệnh này với --resume để làm tiếp."
        )
        raise typer.Exit(INTERRUPTED) from None
    except OSError as error:
        stop(f"{error.filename or output}: không ghi được ({error.strerror or error})", FAILED)


def _pass_on(
    files: list[Path], output: Path | None, extract: Extract, teller: Teller, *, sort: bool
) -> None:
    """Print the records, or write them to the file or device."""
    from extractor.batch import write_whole

    outcomes = extract(iter(files))
    if sort:
        from extractor.delivery import in_order

        outcomes = in_order(files, outcomes)

    def records() -> Iterator[bytes]:
        for outcome in outcomes:
            teller.file(outcome)
            yield outcome.records

    try:
        with closing(outcomes):
            if output is None:
                for lines in records():
                    put(lines.decode("utf-8"))
            elif not write_whole(output, records()):
                teller.note(_NOTHING.format(output))
    except KeyboardInterrupt:
        teller.note("Đã dừng.")
        raise typer.Exit(INTERRUPTED) from None
    except OSError as error:
        stop(f"{output}: không ghi được ({error.strerror or error})", FAILED)
