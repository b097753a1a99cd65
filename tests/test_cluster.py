"""`extract --engine dask` on a cluster of this machine: the same bytes, whatever dies on the way.

A scheduler and two workers of one thread, on loopback, serve all tests; a task is given up when a
second worker ends over it. A slow reader, installed beside, makes sure that there is a middle of a run.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from extractor import report
from extractor.content import stored_at
from extractor.outcomes import File, LostError, Outcome, gathered

pytest.importorskip("distributed", reason="pip install 'nhiemvu[dask]'")

from distributed import Client

from extractor import cluster
from extractor.cluster import EngineError, connected

ROOT = Path(__file__).resolve().parent.parent
NOTICE = "{0}. Giao Sở Y tế báo cáo UBND tỉnh Cà Mau về việc số {0} trước ngày 28/02/2022.\n"
MAIL = "Subject: hai\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc, signals")

SLOW = """
import os, time
from pathlib import Path
from extractor.readers.text import ReadText

def dask_worker():
    "The process that Dask's nanny has started, above the sandbox's."
    pid = os.getpid()
    while pid > 1 and b"multiprocessing" not in Path(f"/proc/{pid}/cmdline").read_bytes():
        pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    return pid

class SlowReader:
    name, suffixes, media_types = "slow", (".slow",), ("text/x-slow",)
    def sniff(self, data, path): return path.suffix == ".slow"
    def read(self, data, path):
        if b"poison" in data and (pid := dask_worker()) > 1:
            os.kill(pid, 9)
        time.sleep(600 if b"hang" in data else 0.1)
        if b"kill" in data:
            os.kill(os.getpid(), 9)
        return ReadText(data.decode("utf-8"), "text/x-slow", self.name)
"""


class Cluster(NamedTuple):
    """A scheduler and its workers; env: an environment with the slow reader."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: subprocess.Popen[bytes]
    env: dict[str, str]


def started(place: Path) -> Iterator[Cluster]:
    """A cluster that ends with the test."""
    meta = place / "site" / "slow-1.dist-info"
    meta.mkdir(parents=True)
    (place / "site" / "slow.py").write_text(SLOW)
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: slow\nVersion: 1\n")
    (meta / "entry_points.txt").write_text("[nhiemvu.readers]\nslow = slow:SlowReader\n")
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join((str(place / "site"), str(ROOT))),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
    }

    def dask(*args: object) -> subprocess.Popen[bytes]:
        with (place / "log.txt").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", *map(str, args)],
                env=env, stdout=log, stderr=log, cwd=place, start_new_session=True,
            )  # fmt: skip

    told = place / "scheduler.json"
    here = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", told)
    scheduler = dask("scheduler", *here, "--port", 0)
    workers = dask("worker", *here, "--nworkers", 2, "--nthreads", 1, "--local-directory", place)
    try:
        while not told.exists() or not told.read_text():
            assert scheduler.poll() is None
            time.sleep(0.05)
        address = json.loads(told.read_text())["address"]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, 60)
        yield Cluster(address, scheduler, workers, env)
    finally:
        for process in (scheduler, workers):
            os.killpg(process.pid, signal.SIGKILL)  # a worker that is asked to end takes seconds
            process.wait()


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    yield from started(tmp_path_factory.mktemp("cluster"))


@pytest.fixture
def client(ours: Cluster) -> Iterator[Client]:
    with Client(ours.address, set_as_default=False) as client:
        client.wait_for_workers(2, 60)  # a test before may have killed one
        yield client


def command(ours: Cluster, *args: object, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "extractor", "extract", *map(str, args)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        cwd=ROOT, env=ours.env | env,
    )  # fmt: skip


def extract(ours: Cluster, *args: object, **env: str) -> tuple[int, str, str]:
    """Status, standard output and standard error of `nhiemvu extract`."""
    with command(ours, *args, **env) as process:
        out, err = process.communicate()
    assert "Traceback" not in err
    return process.returncode, out, err


def on(ours: Cluster) -> tuple[str, ...]:
    return ("--engine", "dask", "--scheduler", ours.address)


def results(output: Path) -> tuple[bytes, bytes]:
    return output.read_bytes(), report.beside(output).read_bytes()


def failed(output: Path) -> dict[str, list[str]]:
    told = json.loads(report.beside(output).read_bytes())["files"]
    return {Path(e["path"]).name: e["failures"] for e in told if e["failures"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small texts, slow files, a mail, an empty file, corrections, a file that no one may read."""
    folder = tmp_path_factory.mktemp("in")
    for k in range(20):
        (folder / f"{k:02}.slow").write_text(NOTICE.format(k + 1), "utf-8")
        (folder / f"{k:02}.txt").write_text(NOTICE.format(k + 1) * 3, "utf-8")
    (folder / "mail.eml").write_text(MAIL + NOTICE.format(7), "utf-8")
    (folder / "rong.txt").write_bytes(b"")
    (folder / "kill.slow").write_text("kill", "utf-8")
    (folder / "lớn.txt").write_bytes(b"a" * 20_000_001)
    stored_at(folder / "03.txt").write_text("{", "utf-8")
    return folder


@pytest.fixture(scope="module")
def whole(ours: Cluster, folder: Path) -> tuple[bytes, bytes]:
    """Output and report of a run by this machine's own workers, that nothing disturbed."""
    output = folder.with_name("whole.jsonl")
    assert extract(ours, folder, "-o", output, "--workers", 2, "-q")[0] == 1
    assert list(failed(output)) == ["03.txt", "kill.slow", "lớn.txt", "rong.txt"]
    return results(output)


def under_way(process: subprocess.Popen[str], output: Path, entries: int) -> None:
    """Wait until so many files are done, and see that not all are."""
    journal = output.with_name(f"{output.name}.journal")
    while not journal.exists() or journal.read_bytes().count(b'"path"') < entries:
        assert process.poll() is None
        time.sleep(0.02)
    assert journal.read_bytes().count(b'"path"') < 44


def test_the_same_bytes_as_without(
    ours: Cluster, folder: Path, whole: tuple[bytes, bytes], tmp_path: Path
) -> None:
    output = tmp_path / "out.jsonl"
    status, _, err = extract(ours, folder, "-o", output, *on(ours), "--log-json")
    assert status == 1
    assert results(output) == whole
    events = [json.loads(line)["event"] for line in err.splitlines()]
    assert events == ["file"] * 44 + ["sum"]
    printed = extract(ours, folder / "01.txt", folder / "01.slow", *on(ours), "-q")[1]
    assert printed.encode() in whole[0]


def test_a_worker_is_killed(
    ours: Cluster, client: Client, folder: Path, whole: tuple[bytes, bytes], tmp_path: Path
) -> None:
    """Every notice is there once: what was on the way is done elsewhere, what was done is not doubled."""
    output = tmp_path / "out.jsonl"
    pids = client.run(os.getpid)
    with command(ours, folder, "-o", output, *on(ours), "-q") as process:
        for done in (4, 16):
            under_way(process, output, done)
            while not (
                busy := [w for w, todo in client.processing().items() if todo and w in pids]
            ):
                assert process.poll() is None
            os.kill(pids.pop(busy[0]), signal.SIGKILL)
        _, err = process.communicate()
    assert not pids
    assert "Traceback" not in err
    assert results(output) == whole
    sources = [json.loads(line)["notice"]["source"] for line in output.read_bytes().splitlines()]
    assert len({n["path"] for n in sources}) == len(sources) == 40


@pytest.mark.parametrize(("how", "said"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_the_command_is_stopped(
    ours: Cluster, folder: Path, whole: tuple[bytes, bytes], tmp_path: Path, how: int, said: int
) -> None:
    """A run may be taken up with the cluster or without."""
    output = tmp_path / "out.jsonl"
    with command(ours, folder, "-o", output, *on(ours), "-q") as process:
        under_way(process, output, 5)
        process.send_signal(how)
        _, err = process.communicate()
    assert process.returncode == said
    assert "Traceback" not in err
    assert not output.exists()
    way = on(ours) if how == signal.SIGKILL else ("--workers", "2")
    _, _, err = extract(ours, folder, "-o", output, *way, "--resume", "--log-json")
    assert results(output) == whole
    taken_up = [json.loads(line)["path"] for line in err.splitlines()[:5]]
    assert len(set(taken_up)) == 5


def test_what_kills_or_holds_up_its_worker_costs_only_itself(ours: Cluster, tmp_path: Path) -> None:
    folder, output, wanted = tmp_path / "in", tmp_path / "out.jsonl", tmp_path / "wanted.jsonl"
    folder.mkdir()
    for k in range(8):
        (folder / f"{k}.slow").write_text(NOTICE.format(k + 1), "utf-8")
        (folder / f"{k}.txt").write_text(NOTICE.format(k + 1), "utf-8")
    extract(ours, folder, "-o", wanted, "-q")
    (folder / "0-poison.slow").write_text("poison", "utf-8")
    (folder / "1-hang.slow").write_text("hang", "utf-8")
    status, _, err = extract(ours, folder, "-o", output, *on(ours), "-q", "--timeout", 5)
    assert status == 1
    assert output.read_bytes() == wanted.read_bytes()
    assert failed(output) == {
        "0-poison.slow": [f"{folder}/0-poison.slow: máy nhận việc dừng đột ngột, 2 lần"],
        "1-hang.slow": [f"{folder}/1-hang.slow: quá 5 giây"],
    }
    assert f"{folder}/0-poison.slow: máy nhận việc" in err


def test_the_scheduler_goes(
    folder: Path,
    whole: tuple[bytes, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "cluster").mkdir()
    clusters = started(tmp_path / "cluster")
    theirs = next(clusters)
    output = tmp_path / "out.jsonl"
    with command(theirs, folder, "-o", output, *on(theirs), "-q") as process:
        under_way(process, output, 3)
        theirs.scheduler.kill()
        _, err = process.communicate()
    assert process.returncode == 1
    assert err.splitlines()[-1].startswith("Lỗi: mất liên lạc với cụm máy")
    assert "Traceback" not in err
    assert not output.exists()
    monkeypatch.setattr(cluster, "_PATIENCE", 0.2)
    with pytest.raises(EngineError, match="không kết nối được"), connected(theirs.address):
        pass
    extract(theirs, folder, "-o", output, "--resume", "-q", "--workers", 2)
    assert results(output) == whole
    clusters.close()


def test_a_scheduler_that_does_not_come_back() -> None:
    said = "Timed out trying to connect to tcp://127.0.0.1:1 after 10 s"
    with pytest.raises(EngineError, match="mất liên lạc"), cluster._in_our_words():
        raise OSError(said)
    with pytest.raises(EngineError, match="không làm được"), cluster._in_our_words():
        raise OSError("No space left on device")


def test_a_worker_that_is_not_as_we_are(ours: Cluster, folder: Path, tmp_path: Path) -> None:
    """Code, rules and tables must be the same; an office's own tables stand at the same place."""
    site = tmp_path / "other"
    site.mkdir()
    (site / "sitecustomize.py").write_text("import extractor; extractor.__version__ = '0'")
    path = os.pathsep.join((str(site), ours.env["PYTHONPATH"]))
    status, _, err = extract(ours, folder, "-q", *on(ours), PYTHONPATH=path)
    assert status == 1
    assert "phiên bản, quy tắc hoặc bảng ở máy này khác" in err
    tables = tmp_path / "bảng"
    shutil.copytree(ROOT / "gazetteer", tables)
    args = (folder / "01.txt", "--gazetteer", os.path.relpath(tables, ROOT), "-q")
    first = extract(ours, *args, *on(ours))
    table = tables / "templates.csv"  # workers outlive a run: they must not go on with the old one
    table.write_text(table.read_text("utf-8").replace("Sở Y tế", "Sở Y tế và Dân số"), "utf-8")
    assert first != extract(ours, *args, *on(ours)) == extract(ours, *args)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--engine", "spark", "--scheduler", "tcp://127.0.0.1:1"], "--engine nhận dask"),
        (["--engine", "dask"], "--scheduler"),
        (["--scheduler", "tcp://127.0.0.1:1"], "--engine"),
        (["--engine", "dask", "--scheduler", "tcp://127.0.0.1:1", "--workers", "2"], "--workers"),
    ],
)
def test_wrong_usage(run: Any, args: list[str], said: str) -> None:
    status, out, err = run("extract", "samples", *args)
    assert (status, out) == (2, "")
    assert said in err


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("127.0.0.1:8786", "phải có dạng"),
        ("inproc://a:1", "phải có dạng"),
        ("tls://127.0.0.1:1", "chưa có chứng thư"),
    ],
)
def test_addresses_that_cannot_be(address: str, said: str) -> None:
    with pytest.raises(EngineError, match=said), connected(address):
        pass


def test_without_dask(ours: Cluster, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['dask'] = None")
    path = os.pathsep.join((str(tmp_path), ours.env["PYTHONPATH"]))
    output = tmp_path / "out.jsonl"
    status, _, err = extract(ours, folder, "-o", output, *on(ours), PYTHONPATH=path)
    assert status == 1
    assert "pip install 'nhiemvu[dask]'" in err
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["sitecustomize.py"]


def test_who_ended_a_worker_is_asked_alone(tmp_path: Path) -> None:
    """Of files that were under way together, those that may be to blame are sent one by one."""
    paths = [tmp_path / f"{k}.slow" for k in range(6)]
    for path in paths:
        path.write_text("x")
    now: set[str] = set()
    met: dict[str, list[int]] = {}

    def call(files: Sequence[File]) -> list[Outcome]:
        (file,) = files
        name = file.path.name
        now.add(name)
        time.sleep(0.05)
        met.setdefault(name, []).append(len(now))
        now.discard(name)
        if name == "3.slow" or (name in {"2.slow", "4.slow"} and len(met[name]) == 1):
            raise LostError("đã dừng")
        return [Outcome(file.path.as_posix())]

    found = {o.path: o.failures for o in gathered(paths, call, 9, lambda: 4)}
    assert found == {p.as_posix(): (f"{p}: đã dừng",) if p.name == "3.slow" else () for p in paths}
    assert {name: len(times) for name, times in met.items()} == {
        f"{k}.slow": 2 if k in {2, 3, 4} else 1 for k in range(6)
    }
    assert {met[f"{k}.slow"][1] for k in (2, 3, 4)} == {1}
