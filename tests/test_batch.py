"""Runs over many files: order, workers, time limits, what a kill leaves, what is not read again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from extractor import journal, report
from extractor.batch import find_files
from extractor.cli import main
from extractor.content import digest, stored_at
from extractor.delivery import Plan, deliver, in_order
from extractor.journal import JournalError
from extractor.outcomes import Job, Outcome, in_workers

ROOT = Path(__file__).resolve().parent.parent
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
NOTICE = "{0}. Giao Sở Y tế báo cáo UBND tỉnh Cà Mau về việc số {0} trước ngày 28/02/2022.\n"


def folder_of(path: Path, count: int) -> Path:
    """A folder with so many notices, one that is empty, and one in a folder below."""
    (path / "sâu").mkdir(parents=True)
    for k in range(1, count + 1):
        (path / f"{k}.txt").write_text(NOTICE.format(k) * (1 + k % 3), encoding="utf-8")
    (path / "rong.txt").write_bytes(b"")
    (path / "sâu" / "tcvn3.txt").write_bytes(
        "Giao Së Y tÕ b¸o c¸o UBND tØnh.\r\n".encode("latin-1")
    )
    return path


def command(*args: Any, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """The command as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "extractor", *map(str, args)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        cwd=ROOT, env={**os.environ, **(env or {})},
    )  # fmt: skip


def extract(*args: Any, env: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Status, standard output and standard error of `nhiemvu extract`."""
    with command("extract", *args, env=env) as process:
        out, err = process.communicate()
    assert "Traceback" not in err
    return process.returncode, out, err


def entries(output: Path) -> dict[str, Any]:
    """What the report beside an output says, by file name."""
    told = json.loads(report.beside(output).read_bytes())
    return {Path(entry["path"]).name: entry for entry in told["files"]}


def left_in(path: Path) -> list[str]:
    return sorted(p.name for p in path.iterdir() if p.is_file())


# --- order, report, exit status -----------------------------------------------------------------


def test_any_number_of_workers_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "vào", 12)
    for workers in (1, 2):
        output = tmp_path / f"{workers}.jsonl"
        status, _, err = extract(folder, "-o", output, "--workers", workers)
        assert status == 1  # one file is empty
        assert "13 văn bản" in err
        printed = extract(folder, "-q", "--workers", workers)[1]
        assert printed == output.read_text(encoding="utf-8")
    for suffix in (".jsonl", ".report.json"):
        same = {(tmp_path / f"{w}{suffix}").read_bytes() for w in (1, 2)}
        assert len(same) == 1
    paths = [
        json.loads(line)["notice"]["source"]["path"]
        for line in (tmp_path / "2.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert paths == sorted(paths)
    assert len(paths) == 13
    assert left_in(tmp_path) == sorted(
        f"{w}{s}" for w in (1, 2) for s in (".jsonl", ".report.json")
    )


def test_the_report_tells_what_came_of_each_file(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "vào", 2)
    (tmp_path / "trống").mkdir()
    output = tmp_path / "out.jsonl"
    assert main(["extract", str(folder), str(tmp_path / "trống"), "-o", str(output), "-q"]) == 1
    told = entries(output)
    assert list(told) == ["trống", "1.txt", "2.txt", "rong.txt", "tcvn3.txt"]
    assert [told[n]["status"] for n in told] == ["failed", "ok", "ok", "failed", "ok"]
    assert "rỗng" in told["rong.txt"]["failures"][0]
    assert "TCVN3" in told["tcvn3.txt"]["notes"][0]
    assert (told["1.txt"]["notices"], told["1.txt"]["tasks"]) == (1, 2)
    assert "seconds" not in told["1.txt"]
    hashes = [hashlib.sha256(x).hexdigest() for x in output.read_bytes().splitlines(keepends=True)]
    assert [told[n]["records_sha256"] for n in ("1.txt", "2.txt", "tcvn3.txt")] == hashes
    main(["extract", str(folder), "-o", str(output), "-q", "--times"])
    assert entries(output)["1.txt"]["seconds"] >= 0


def test_nothing_read_is_no_success(tmp_path: Path) -> None:
    folder = tmp_path / "vào"
    folder.mkdir()
    (folder / "rong.txt").write_bytes(b"")
    output = tmp_path / "out.jsonl"
    output.write_text("cũ", encoding="utf-8")
    status, _, err = extract(folder, "-o", output, "--workers", 2)
    assert status == 1
    assert f"Không ghi {output}" in err
    assert output.read_text(encoding="utf-8") == "cũ"
    assert entries(output)["rong.txt"]["notices"] == 0
    assert left_in(tmp_path) == ["out.jsonl", "out.report.json"]


def test_a_single_file_has_neither_report_nor_journal(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(NOTICE.format(1), encoding="utf-8")
    assert main(["extract", str(path), "-o", str(tmp_path / "out.jsonl"), "-q"]) == 0
    assert left_in(tmp_path) == ["a.txt", "out.jsonl"]


@pytest.mark.parametrize(
    "args", [["--resume"], ["--changed-only"], ["--times"], ["--workers", "0"], ["--timeout", "0"]]
)
def test_wrong_usage(args: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", "samples", *args]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert args[0] in err


def test_log_json(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "vào", 2)
    _, _, err = extract(folder, "-o", tmp_path / "out.jsonl", "--log-json", "--workers", 2)
    events = [json.loads(line) for line in err.splitlines()]
    assert [e["event"] for e in events] == ["file"] * 4 + ["sum"]
    assert sorted(Path(e["path"]).name for e in events[:4]) == sorted(
        entries(tmp_path / "out.jsonl")
    )
    assert sum(len(e["failures"]) for e in events[:4]) == events[-1]["failures"] == 1
    assert [e["done"] for e in events[:4]] == [1, 2, 3, 4]


@UNIX
def test_a_terminal_gets_a_bar_and_a_table(tmp_path: Path) -> None:
    import pty

    folder = folder_of(tmp_path / "vào", 3)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "extractor", "extract", folder, "-o", tmp_path / "out.jsonl"],
        stderr=theirs, cwd=ROOT, env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:  # its end is closed
        pass
    os.close(ours)
    assert process.wait() == 1
    text = shown.decode("utf-8")
    for said in ("Đang đọc", "nhiệm vụ, 1 lỗi", "Tốc độ", "Điểm cần xem lại", "rỗng"):
        assert said in text


# --- one file's trouble is its own --------------------------------------------------------------

SLOW = """
import os, time
from extractor.readers.text import ReadText

if "STOPPED" in os.environ:
    exec("raise KeyboardInterrupt")

class SlowReader:
    name, suffixes, media_types = "slow", (".slow",), ("text/x-slow",)
    def sniff(self, data, path): return path.suffix == ".slow"
    def read(self, data, path):
        if b"hang" in data:
            time.sleep(600)
        if b"kill" in data:
            os.kill(os.getpid(), 9)
        return ReadText(data.decode("utf-8"), "text/x-slow", self.name)
"""


HANGS = """
import sys, time
if sys.argv[0] == "-c":  # a worker
    from extractor import api
    real = api.extract_document
    def extract_document(text, *more):
        if text == "hang":
            time.sleep(600)
        return real(text, *more)
    api.extract_document = extract_document
"""


@pytest.fixture
def slow(tmp_path: Path) -> dict[str, str]:
    """An environment in which a package with a slow reader is installed."""
    site = tmp_path / "site"
    meta = site / "slow-1.dist-info"
    meta.mkdir(parents=True)
    (site / "slow.py").write_text(SLOW)
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: slow\nVersion: 1\n")
    (meta / "entry_points.txt").write_text("[nhiemvu.readers]\nslow = slow:SlowReader\n")
    return {"PYTHONPATH": os.pathsep.join((str(site), str(ROOT)))}


def test_a_file_that_hangs_costs_only_itself(tmp_path: Path, slow: dict[str, str]) -> None:
    folder = folder_of(tmp_path / "vào", 6)
    for name in ("hang", "kill", "good"):
        (folder / f"0-{name}.slow").write_text(f"{NOTICE.format(1)}{name}\n", encoding="utf-8")
    output = tmp_path / "out.jsonl"
    start = time.monotonic()
    status, _, err = extract(folder, "-o", output, "--workers", 2, "--timeout", 5, env=slow)
    assert status == 1
    assert time.monotonic() - start < 300  # it would take 600
    told = entries(output)
    assert [n for n in told if told[n]["status"] == "failed"] == [
        "0-hang.slow",
        "0-kill.slow",
        "rong.txt",
    ]
    assert told["0-hang.slow"]["failures"] == [f"{folder}/0-hang.slow: quá 5 giây"]
    assert told["0-hang.slow"]["sha256"]
    assert told["0-hang.slow"]["failures"][0] in err
    assert "SIGKILL" in told["0-kill.slow"]["failures"][0]
    assert told["0-good.slow"]["tasks"] == 1


def test_one_of_a_handful_that_hangs_costs_only_itself(tmp_path: Path) -> None:
    """Small text files are asked for together: our own code must not cost the others either."""
    folder = folder_of(tmp_path / "vào", 6)
    (folder / "3.txt").write_text("hang", encoding="utf-8")
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(HANGS)
    env = {"PYTHONPATH": os.pathsep.join((str(site), str(ROOT)))}
    output = tmp_path / "out.jsonl"
    extract(folder, "-o", output, "--workers", 2, "--timeout", 5, env=env)
    told = entries(output)
    assert [n for n in told if told[n]["status"] == "failed"] == ["3.txt", "rong.txt"]
    assert told["3.txt"]["failures"] == [f"{folder}/3.txt: quá 5 giây"]
    assert len(output.read_bytes().splitlines()) == 6


def test_broken_settings_stop_all_workers(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "vào", 6)
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{}\n")
    status, out, err = extract(folder, "--workers", 2, "--previous", bad)
    assert (status, out) == (1, "")
    assert "bad.jsonl, dòng 1" in err


def test_few_files_are_asked_for_ahead(tmp_path: Path) -> None:
    asked = 0

    def files() -> Iterator[Path]:
        nonlocal asked
        for path in find_files([folder])[0]:
            asked += 1
            yield path

    folder = tmp_path / "vào"
    folder.mkdir()
    for k in range(30):
        (folder / f"{k}.txt").write_text(NOTICE.format(10 + k) * 160, encoding="utf-8")
    results = in_workers(files(), Job(), 2)
    next(results)
    assert asked == 17  # a worker is asked for four of them, four times that is under way
    results.close()


# --- killed, and taken up again -----------------------------------------------------------------

KILLS = """
import os, signal, sys
from pathlib import Path
from extractor import batch, delivery, journal, report
from extractor.content import digest
from extractor.outcomes import Outcome

target, step = Path(sys.argv[1]), int(sys.argv[2])
folder = target / "in"
files = sorted(folder.iterdir())
writers = {m.__file__ for m in (batch, delivery, journal, report)}

def extract(left):
    for path in left:
        read = path.read_bytes()
        yield Outcome(path.as_posix(), digest(path), read * 50, notices=1, tasks=len(read))

def run(output, resume, at=None):
    lines = 0
    def count(frame, event, arg):
        nonlocal lines
        if frame.f_code.co_filename not in writers:
            return None
        lines += event == "line"
        if lines == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return count
    plan = delivery.Plan(output, "s", resume=resume)
    if at is not None:
        sys.settrace(count)
    assert delivery.deliver(files, (), plan, extract, lambda outcome: None)

def result(output):
    return output.read_bytes(), report.beside(output).read_bytes()

run(target / "whole.jsonl", False)
wanted = result(target / "whole.jsonl")
output = target / "out.jsonl"
kills = 0
while True:
    for path in (output, report.beside(output)):
        path.unlink(missing_ok=True)
    status = 9
    for again in (1, 2):  # killed, taken up and killed again a little later
        pid = os.fork()
        if not pid:
            run(output, again == 2, 1 + step * kills * again)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if output.exists():
            assert output.read_bytes() == wanted[0], kills  # whole or not at all
        if not status:
            break
    run(output, True)
    assert result(output) == wanted, kills
    names = sorted(p.name for p in target.iterdir())
    assert names == ["in", "out.jsonl", "out.report.json", "whole.jsonl", "whole.report.json"], names
    if again == 1 and not status:
        break
    kills += 1
print(kills)
"""


@UNIX
def test_killed_at_any_line_and_taken_up(tmp_path: Path) -> None:
    """Nothing is lost or doubled wherever the writing of output, report and journal is cut."""
    (tmp_path / "in").mkdir()
    for k in range(4):
        (tmp_path / "in" / f"{k}.txt").write_text(f"{k}\n" * (k + 1))
    done = subprocess.run(
        [sys.executable, "-c", KILLS, str(tmp_path), "5"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 40


@UNIX
def test_the_command_killed_again_and_again(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "vào", 40)
    whole, output = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    args = (folder, "--workers", 2, "-q", "--resume", "-o")
    start = time.monotonic()
    extract(*args, whole)
    length = time.monotonic() - start
    for share in (0.4, 0.6, 0.75, 0.9):
        with command("extract", *args, output) as process:
            time.sleep(share * length)
            process.kill()
    status, _, _ = extract(*args, output)
    assert status == 1
    assert output.read_bytes() == whole.read_bytes()
    assert report.beside(output).read_bytes() == report.beside(whole).read_bytes()
    assert left_in(tmp_path) == ["out.jsonl", "out.report.json", "whole.jsonl", "whole.report.json"]


@UNIX
@pytest.mark.parametrize("workers", [1, 2])
def test_control_c_leaves_what_can_be_taken_up(
    tmp_path: Path, slow: dict[str, str], workers: int
) -> None:
    folder = folder_of(tmp_path / "vào", 4)
    stuck = folder / "9.slow"
    stuck.write_text("hang", encoding="utf-8")
    output = tmp_path / "out.jsonl"
    kept = tmp_path / "out.jsonl.journal"
    with command("extract", folder, "-o", output, "--workers", workers, env=slow) as process:
        while not kept.exists() or kept.read_bytes().count(b'"path"') < 4:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Đã dừng: " in err
    assert "--resume" in err
    assert "Traceback" not in err
    assert not output.exists()
    stuck.write_text(NOTICE.format(9), encoding="utf-8")
    assert extract(folder, "-o", output, "--resume", env=slow)[0] == 1
    assert entries(output)["9.slow"]["status"] == "ok"
    assert len(output.read_bytes().splitlines()) == 6


def test_control_c_amid_an_import_has_the_same_status(tmp_path: Path, slow: dict[str, str]) -> None:
    """A class that is being made runs text, and CPython marks an interrupt there for the whole run."""
    path = tmp_path / "a.slow"
    path.write_text(NOTICE.format(1), encoding="utf-8")
    env = slow | {"STOPPED": "amid an import"}
    status, _, err = extract(path, "-o", tmp_path / "out.jsonl", env=env)
    assert (status, err) == (130, "Đã dừng.\n")


def outcome_of(path: Path) -> Outcome:
    data = path.read_bytes()
    return Outcome(path.as_posix(), digest(path), data, notices=1)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    (tmp_path / "in").mkdir()
    found = [tmp_path / "in" / f"{k}.txt" for k in range(3)]
    for path in found:
        path.write_text(f"{path.name}\n")
    return found


class Reads:
    """An extraction that notes which files it read."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, left: Iterator[Path]) -> Generator[Outcome]:
        for path in left:
            self.names.append(path.name)
            yield outcome_of(path)


def run(files: list[Path], plan: Plan) -> list[str]:
    """The names of the files that were read."""
    reads = Reads()
    heard: list[Outcome] = []
    assert deliver(files, (), plan, reads, heard.append)
    assert sorted(o.path for o in heard) == [p.as_posix() for p in files]
    return reads.names


def test_a_journal_torn_at_any_byte(tmp_path: Path, files: list[Path]) -> None:
    plan = Plan(tmp_path / "out.jsonl", "s", resume=True)
    assert run(files, plan) == ["0.txt", "1.txt", "2.txt"]
    wanted = plan.output.read_bytes()
    with journal.kept(plan.journal, "s", resume=False) as made:
        for path in files:
            made.append(outcome_of(path))
        whole = plan.journal.read_bytes()
    read: list[int] = []
    for end in range(0, len(whole) + 1, 7):
        plan.journal.write_bytes(whole[:end])
        read.append(len(run(files, plan)))
        assert plan.output.read_bytes() == wanted
    assert read == sorted(read, reverse=True)
    assert {1, 2, 3} <= {*read}
    for place in (20, len(whole) // 2, len(whole) - 1):  # a byte that is not what was written
        damaged = bytearray(whole)
        damaged[place] ^= 1
        plan.journal.write_bytes(damaged)
        try:
            run(files, plan)
        except JournalError:
            assert place < 80  # in the settings: they are others now
        else:
            assert plan.output.read_bytes() == wanted


def test_a_file_that_changed_meanwhile_is_read_again(tmp_path: Path, files: list[Path]) -> None:
    plan = Plan(tmp_path / "out.jsonl", "s", resume=True)
    with pytest.raises(ZeroDivisionError), journal.kept(plan.journal, "s", resume=True) as made:  # noqa: PT012
        for path in files:
            made.append(outcome_of(path))
        raise ZeroDivisionError
    files[1].write_text("new\n")
    files[2].unlink()
    files[2:] = [tmp_path / "in" / "3.txt"]
    files[2].write_text("3\n")
    assert run(files, plan) == ["1.txt", "3.txt"]
    assert plan.output.read_text() == "0.txt\nnew\n3\n"


def test_another_runs_journal(tmp_path: Path, files: list[Path]) -> None:
    plan = Plan(tmp_path / "out.jsonl", "s")
    with pytest.raises(ZeroDivisionError), journal.kept(plan.journal, "other", resume=False):
        raise ZeroDivisionError
    with pytest.raises(JournalError, match="--resume"):
        run(files, Plan(plan.output, "s", resume=True))
    assert len(run(files, plan)) == 3  # without --resume from the beginning


@UNIX
def test_two_runs_do_not_write_one_output(tmp_path: Path, files: list[Path]) -> None:
    plan = Plan(tmp_path / "out.jsonl", "s")
    with (
        journal.kept(plan.journal, "s", resume=False),
        pytest.raises(JournalError, match="một lần chạy khác"),
    ):
        run(files, plan)
    assert len(run(files, plan)) == 3


def test_outcomes_wait_for_their_turn(files: list[Path]) -> None:
    asked: list[str] = []

    def mixed() -> Generator[Outcome]:
        for path in (files[1], files[0], files[2]):
            asked.append(path.name)
            yield outcome_of(path)

    ready = in_order(files, mixed())
    assert next(ready).path == files[0].as_posix()
    assert asked == ["1.txt", "0.txt"]  # as soon as it can be told
    assert [o.records for o in ready] == [b"1.txt\n", b"2.txt\n"]


# --- what did not change ------------------------------------------------------------------------


def test_only_what_changed_is_read(tmp_path: Path, files: list[Path]) -> None:
    output = tmp_path / "out.jsonl"

    def again(settings: str = "s") -> list[str]:
        return run(files, Plan(output, settings, report.Earlier(output, settings)))

    run(files, Plan(output, "s"))
    assert again() == []
    assert {e["status"] for e in entries(output).values()} == {"taken over"}
    files[1].write_text("new\n")
    assert again() == ["1.txt"]
    assert output.read_text() == "0.txt\nnew\n2.txt\n"
    assert again() == []
    corrected = stored_at(files[2])  # a person's corrections beside a notice are part of it
    corrected.write_text("{}")
    assert again() == ["2.txt"]
    corrected.write_text("[]")
    assert again() == ["2.txt"]
    assert again() == []
    with pytest.raises(ValueError, match="tùy chọn đã khác"):
        again("other")
    whole = output.read_text()
    output.write_text(whole.replace("new", "old"))  # edited: that file is read, the others not
    assert report.Earlier(output, "s").changed == [files[1].as_posix()]
    assert again() == ["1.txt"]
    assert output.read_text() == whole
    for other in ("", whole[len("0.txt\n") :], whole + "\n"):
        output.write_text(other)
        with pytest.raises(ValueError, match="không phải của báo cáo"):
            again()
    report.beside(output).write_text("[]")
    with pytest.raises(ValueError, match="không đọc được báo cáo"):
        again()
    report.beside(output).unlink()
    with pytest.raises(ValueError, match="không có kết quả trước"):
        again()


def test_the_command_reads_only_what_changed(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "vào", 3)
    output, fresh = tmp_path / "out.jsonl", tmp_path / "fresh.jsonl"
    args = (folder, "--changed-only", "-o", output)
    assert "Đọc lại tất cả: không có kết quả trước" in extract(*args)[2]
    (folder / "2.txt").write_text(NOTICE.format(22), encoding="utf-8")
    (folder / "4.txt").write_text(NOTICE.format(4), encoding="utf-8")
    (folder / "1.txt").unlink()
    _, _, err = extract(*args, "--workers", 2)
    assert "2 tệp không đổi" in err
    status = {name: e["status"] for name, e in entries(output).items()}
    assert status == {
        "2.txt": "ok",
        "3.txt": "taken over",
        "4.txt": "ok",
        "rong.txt": "failed",
        "tcvn3.txt": "taken over",
    }
    extract(folder, "-o", fresh)
    assert output.read_bytes() == fresh.read_bytes()
    assert "Đọc lại tất cả" in extract(*args, "--only", "dated")[2]


def test_after_an_import_only_what_was_corrected_is_read(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "vào", 4)
    output, fresh = tmp_path / "out.jsonl", tmp_path / "fresh.jsonl"
    args = (folder, "--changed-only", "-o", output)
    extract(*args)
    corrected = tmp_path / "corrected.jsonl"
    records = [json.loads(line) for line in output.read_bytes().splitlines()]
    records[1]["tasks"][0]["due"] = "2030-01-02"
    corrected.write_text("".join(f"{json.dumps(r)}\n" for r in records), encoding="utf-8")
    assert main(["import", str(corrected), "--into", str(output)]) == 0
    imported = output.read_bytes()
    assert b"2030-01-02" in imported
    _, _, err = extract(*args)
    assert f"1 tệp đọc lại vì {output}" in err
    assert "4 tệp không đổi" in err
    assert output.read_bytes() == imported
    assert entries(output)["2.txt"]["status"] == "ok"
    extract(folder, "-o", fresh)
    assert fresh.read_bytes() == imported
    # without its correction a notice is what the text says
    stored_at(folder / "2.txt").unlink()
    assert "4 tệp không đổi" in extract(*args)[2]
    assert b"2030-01-02" not in output.read_bytes()


def test_what_an_editor_wrote_is_not_taken_over(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "vào", 3)
    output = tmp_path / "out.jsonl"
    args = (folder, "--changed-only", "-o", output)
    extract(*args)
    whole = output.read_bytes()
    output.write_bytes(whole.replace("việc số 3".encode(), "việc số 7".encode()))
    _, _, err = extract(*args)
    assert "1 tệp đọc lại" in err
    assert "3 tệp không đổi" in err
    assert output.read_bytes() == whole


def test_settings_follow_tables_and_options(tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(ROOT / "gazetteer", own)
    first = Job(gazetteer=(str(own),)).settings()
    assert first == Job(gazetteer=(str(own),)).settings()
    with (own / "aliases.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    earlier = tmp_path / "earlier.jsonl"
    earlier.write_text("")
    others = {
        Job(gazetteer=(str(own),)).settings(),
        Job().settings(),
        Job(as_of="2026-01-01").settings(),
        Job(only=("dated",)).settings(),
        Job(previous=str(earlier)).settings(),
    }
    assert len(others | {first}) == 6
