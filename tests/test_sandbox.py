"""The sandbox: what a call may do to its process, and what that does to ours."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extractor.errors import LimitError, ReadError
from extractor.readers import sandbox
from extractor.readers.sandbox import Limits

UNIX = pytest.mark.skipif(sys.platform == "win32", reason="limits of Unix")
LINUX = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux's /proc")
CALLS = """
import os, subprocess, sys, time
from extractor.readers.worker import step

def echo(argument, data): return argument, [data, b""]
def who(argument, data): return os.getpid(), ()
def noisy(argument, data): print("R"); os.write(1, b"junk"); return sys.stdin.read(), ()
def refuse(argument, data): raise sys.modules["extractor.errors"].ReadError("không đọc được")
def fail(argument, data): raise ValueError("sai")
def sink(argument, data): return sink(argument, data)
def hang(argument, data): time.sleep(600)
def start(argument, data):
    told = f"import os, time; open({argument!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    subprocess.run([sys.executable, "-c", told])
def spin(argument, data):
    while True: pass
def eat(argument, data): return len(bytearray(10**10)), ()
kept = []
def grow(argument, data): kept.append(b"x" * (5 * 10**8)); return len(kept), ()
def shout(argument, data): return 0, [bytes(10**6)] * 20
def write(argument, data):
    with open(argument, "wb") as file: file.write(bytes(10**7))
def leave_file(argument, data):
    import tempfile
    path = tempfile.mkdtemp()
    time.sleep(argument)
    return path, ()
def die(argument, data): os.abort()
def leave(argument, data): os._exit(3)
def slow(argument, data):
    for k in range(4): time.sleep(0.7); step(k + 1, 4)
    return "done", ()
"""
TIGHT = Limits(memory=1_000_000_000, cpu=20, wall=60, output=10**7, file=10**6)
SHORT = replace(TIGHT, wall=1)  # for what hangs: a busy machine needs that for much less


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "calls.py").write_text(CALLS)
    monkeypatch.syspath_prepend(tmp_path)
    sandbox.close()
    yield
    sandbox.close()


def value(function: str, argument: Any = None, limits: Limits = TIGHT) -> Any:
    return sandbox.call(f"calls:{function}", argument, b"x", limits=limits).value


def test_what_a_call_brings_back(calls: None) -> None:
    data = bytes(range(256)) * 4000
    answer = sandbox.call("calls:echo", {"tệp": [1, None, "\ud800"]}, data)
    assert answer.value == {"tệp": [1, None, "\ud800"]}
    assert answer.blobs == (data, b"")
    assert value("noisy") == ""


def test_one_worker_serves_many_calls(calls: None) -> None:
    first = value("who")
    for refused in ("refuse", "fail", "sink"):
        with pytest.raises(ReadError):
            value(refused)
    assert value("who") == first != os.getpid()


@pytest.mark.parametrize(
    ("function", "limit", "limits"),
    [
        ("hang", "wall", SHORT),
        pytest.param("spin", "cpu", replace(TIGHT, cpu=1), marks=UNIX),
        pytest.param("eat", "memory", TIGHT, marks=UNIX),
        ("shout", "output", TIGHT),
    ],
)
def test_limits(calls: None, function: str, limit: str, limits: Limits) -> None:
    before = value("who")
    with pytest.raises(LimitError) as error:
        value(function, limits=limits)
    assert error.value.limit == limit
    assert value("who") != before


def test_a_new_process_has_time_to_start(calls: None) -> None:
    assert value("echo", 1, replace(TIGHT, wall=0.001)) == 1
    start = time.monotonic()
    with pytest.raises(LimitError):  # the next call has not
        value("hang", limits=SHORT)
    assert time.monotonic() - start < sandbox.START


@UNIX
def test_limit_of_written_files(calls: None, tmp_path: Path) -> None:
    with pytest.raises(ReadError):
        value("write", str(tmp_path / "out"))
    assert (tmp_path / "out").stat().st_size <= TIGHT.file


def test_files_that_a_killed_call_left_are_removed(calls: None) -> None:
    here = Path(value("leave_file", 0)).parent
    assert here.is_dir()
    with pytest.raises(LimitError):
        value("leave_file", 600, SHORT)
    assert not here.exists()


@UNIX
@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning"
)  # later Pythons warn of forks beside threads
def test_a_forked_child_leaves_its_parents_worker_alone(calls: None) -> None:
    before = value("who")
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if value("who") != before else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert value("who") == before


@LINUX
def test_what_a_call_started_ends_with_it(calls: None, tmp_path: Path) -> None:
    told = tmp_path / "pid"
    with stopped_when(lambda: told.exists() and told.read_text()), pytest.raises(ReadError):
        value("start", str(told))
    wait_until(lambda: not alive(int(told.read_text())))


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("refuse", "^không đọc được$"),
        ("fail", "ValueError.*sai"),
        ("sink", "lồng quá sâu"),
        pytest.param("die", "SIGABRT", marks=UNIX),
        ("leave", "mã 3"),
        ("nothing", "AttributeError"),
    ],
)
def test_failures(calls: None, function: str, said: str) -> None:
    with pytest.raises(ReadError, match=said):
        value(function)
    assert value("echo", 1) == 1


def test_progress_gives_each_step_its_own_time(calls: None) -> None:
    value("who")
    told: list[tuple[int, int]] = []
    answer = sandbox.call(
        "calls:slow",
        None,
        b"",
        limits=replace(TIGHT, wall=2.5),
        progress=lambda *step: told.append(step),
    )
    assert answer.value == "done"
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


@UNIX
def test_a_worker_that_has_grown_is_replaced(calls: None) -> None:
    before = value("who")
    assert value("grow") == 1
    assert value("who") != before


def test_a_dead_idle_worker_is_replaced(calls: None) -> None:
    before = value("who")
    sandbox._idle[0].process.kill()
    sandbox._idle[0].process.wait()
    assert value("who") != before


def test_modules_of_the_working_folder_are_not_imported(
    calls: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "downloads"
    elsewhere.mkdir()
    (elsewhere / "resource.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(elsewhere)
    assert value("echo", 1) == 1


@LINUX
def test_a_call_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    """Also one that hangs: nobody is left to end it."""
    (tmp_path / "calls.py").write_text(
        CALLS + "def hang_told(argument, data):\n"
        "    open(argument, 'w').write(f'{os.getpid()} ' + os.environ['TMPDIR']); hang(0, b'')"
    )
    told = tmp_path / "pid"
    script = "import sys; from extractor.readers import sandbox; sandbox.call('calls:hang_told', sys.argv[1], b'')"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(told)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), *sys.path))},
    ) as parent:
        wait_until(lambda: parent.poll() is not None or (told.exists() and told.read_text()))
        assert parent.poll() is None
        pid, _, folder = told.read_text().partition(" ")
        worker = int(pid)
        assert Path(folder).is_dir()
        parent.kill()
    wait_until(lambda: not alive(worker))
    assert not Path(folder).exists()


def alive(pid: int) -> bool:
    """Whether a process is there and runs; one that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(happened: Callable[[], object]) -> None:
    """Return as soon as it has; a minute is a failure."""
    until = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.02)


@contextmanager
def stopped_when(happened: Callable[[], object]) -> Iterator[None]:
    """The calls under way are stopped as soon as it has happened."""

    def stop() -> None:
        wait_until(happened)
        sandbox.stop()

    stopper = threading.Thread(target=stop)
    stopper.start()
    yield
    stopper.join()


@UNIX
def test_calls_under_way_can_be_stopped(calls: None) -> None:
    with stopped_when(lambda: sandbox._busy), pytest.raises(ReadError, match="SIGKILL"):
        value("hang")
