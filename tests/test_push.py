"""`nhiemvu push` without a server: the plan, the run, settings, and a target of another package."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import venv
from collections.abc import Collection, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor import extract
from extractor.cli import main
from extractor.push import (
    Change,
    Found,
    PushError,
    RefusedError,
    Settings,
    Target,
    Task,
    UnsureError,
    mark,
    names,
    target,
    web,
)
from extractor.push.lock import alone
from extractor.push.plan import plan
from extractor.push.run import run
from extractor.push.tasks import tasks
from extractor.schema import Record

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "nhiemvu-target-jsonfile"
KEEPS = ("title", "due")


def task(key: str = "a", title: str = "việc", due: str = "", *, done: bool = False) -> Task:
    return Task(key, "n1", {"title": title, "due": due, "lead": "Sở Y tế"}, done)


def held(
    now: Task, written: Task | None = None, *, closed: bool = False, notice: str = "n1"
) -> Found:
    """The tracker's copy: what it holds now, and what we wrote."""
    fields = {name: now.fields[name] for name in KEEPS}
    return Found(now.key, notice, fields, (written or now).mark(KEEPS), closed)


NEW, OLD, THEIRS = task(due="2022-03-01"), task(due="2022-02-01"), task(due="2022-12-31")


@pytest.mark.parametrize(
    ("wanted", "found", "outcome"),
    [
        (NEW, [], "create"),
        (NEW, [held(OLD)], "update"),
        (NEW, [held(NEW)], "unchanged"),
        (NEW, [held(NEW, OLD)], "unchanged"),  # a person did it already
        (OLD, [held(THEIRS, OLD)], "kept"),
        (NEW, [held(THEIRS, OLD)], "conflict"),
        (NEW, [held(NEW), held(NEW)], "conflict"),  # twice there
        (NEW, [held(OLD, closed=True)], "closed"),
        (NEW, [held(NEW, closed=True)], "closed"),
        (task(done=True), [], "closed"),
    ],
)
def test_outcomes(wanted: Task, found: list[Found], outcome: str) -> None:
    (change,) = plan([wanted], found, {"a"})
    assert (change.outcome, change.key, change.task) == (outcome, "a", wanted)


def test_gone_is_what_no_notice_has_any_more() -> None:
    lost, left_out, closed = held(task("b")), held(task("c")), held(task("d"), closed=True)
    changes = plan([NEW], [lost, left_out, closed, held(NEW)], {"a", "c"})
    assert [(c.outcome, c.key) for c in changes] == [("unchanged", "a"), ("gone", "b")]


def test_a_field_that_the_tracker_cannot_hold_changes_nothing() -> None:
    other = Task("a", "n1", {**NEW.fields, "lead": "Sở Nội vụ"})
    assert plan([other], [held(NEW)], ())[0].outcome == "unchanged"


class Memory:
    """A tracker in memory; `fault` is raised by the next writes, before or after they are done."""

    def __init__(self, *there: Found) -> None:
        self.there = {x.key: x for x in there}
        self.faults: list[tuple[str, PushError]] = []
        self.writes = 0

    def find(self, keys: Collection[str], notices: Collection[str]) -> Iterator[Found]:
        yield from (x for x in self.there.values() if x.key in keys or x.notice in notices)

    def write(self, change: Change) -> None:
        self.writes += 1
        when, error = self.faults.pop(0) if self.faults else ("", None)
        if error and when == "before":
            raise error
        assert change.task
        self.there[change.key] = held(change.task)
        if error:
            raise error


states = st.sampled_from([OLD, NEW, THEIRS])


@given(st.tuples(states, states, states), st.booleans())
def test_a_second_run_writes_nothing_and_no_persons_work_is_lost(
    given_: tuple[Task, Task, Task], closed: bool
) -> None:
    wanted, now, written = given_
    tracker = Memory(held(now, written, closed=closed))
    first = plan([wanted], tracker.find(["a"], ()), {"a"})
    assert not any(done.error for done in run(tracker, first))
    if now != written or closed:
        assert tracker.writes == 0
    before = tracker.writes
    again = plan([wanted], tracker.find(["a"], ()), {"a"})
    list(run(tracker, again))
    assert tracker.writes == before


@pytest.mark.parametrize(
    ("faults", "errors", "writes"),
    [
        ([("after", UnsureError("x"))], 0, 1),
        ([("before", UnsureError("x"))], 1, 1),
        ([("before", UnsureError("x", again=True))], 0, 2),
        ([("before", UnsureError("x", again=True))] * 2, 1, 2),
        ([("before", RefusedError("x"))], 1, 1),
    ],
)
def test_a_lost_answer_is_looked_up(
    faults: list[tuple[str, PushError]], errors: int, writes: int
) -> None:
    tracker = Memory()
    tracker.faults = list(faults)
    done = list(run(tracker, plan([NEW], (), ())))
    assert (sum(bool(x.error) for x in done), tracker.writes) == (errors, writes)
    assert len(done) == 1


def test_one_refused_task_costs_only_itself() -> None:
    tracker = Memory()
    tracker.faults = [("before", RefusedError("thiếu tiêu đề"))]
    done = list(run(tracker, plan([task("a"), task("b")], (), ())))
    assert {x.change.key: x.error for x in done} == {"a": "thiếu tiêu đề", "b": ""}


def test_a_tracker_that_takes_nothing_is_left_alone() -> None:
    tracker = Memory()
    tracker.faults = [("before", PushError("không có quyền"))]
    done = list(run(tracker, plan([task("a"), task("b")], (), ())))
    assert tracker.writes == 1
    assert [x.error for x in done] == ["không có quyền", "chưa thử, vì không có quyền"]


class Dropping(Memory):
    def write(self, change: Change) -> None:
        super().write(change)
        (one,) = self.find([change.key], ())
        self.there[change.key] = Found(one.key, one.notice, one.fields, "")


def test_a_server_that_drops_what_it_does_not_know_is_found_out() -> None:
    (done,) = run(Dropping(), plan([NEW], (), ()))
    assert "đọc lại thấy khác" in done.error


def test_mark_tells_fields_apart() -> None:
    assert mark({"a": "1", "b": ""}) == mark({"b": "", "a": "1"}) != mark({"a": "", "b": "1"})


# --- tasks out of records ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def record() -> Record:
    return extract(
        "Số: 03/TB-UBND\n\nCà Mau, ngày 18 tháng 02 năm 2022\n\n"
        "1. Giao Sở Y tế lập kế hoạch, báo cáo UBND tỉnh trước ngày 28/02/2022.\n\n"
        "2. Sở Nội vụ báo cáo UBND tỉnh trước ngày 25 hằng tháng.\n",
        path="a.txt",
    )


def test_fields_of_a_task(record: Record) -> None:
    wanted, known = tasks([record, record])  # the same notice from two files
    assert [x.key for x in wanted] == [t.id for t in record.tasks]
    assert known == {t.id for t in record.tasks}
    first, second = wanted
    assert (first.fields["due"], first.fields["lead"]) == ("2022-02-28", "Sở Y tế")
    assert second.fields["recurrence"] == "2022-02-25 FREQ=MONTHLY;BYMONTHDAY=25"
    assert first.notice == second.notice


def test_a_long_title_is_cut_and_whole_in_the_description(record: Record) -> None:
    words = "lập kế hoạch " * 40
    action = record.tasks[0].action
    assert action is not None
    long = record.tasks[0].model_copy(
        update={"action": action.model_copy(update={"text": words}), "text": words}
    )
    (one, *_), _ = tasks([record.model_copy(update={"tasks": (long,)})])
    assert len(one.fields["title"]) == 255
    assert one.fields["title"].endswith("…")
    assert words.strip() in one.fields["description"]


def test_only_sure_leaves_doubtful_tasks_out_but_knows_them(record: Record) -> None:
    doubtful = [t for t in record.tasks if t.doubts]
    wanted, known = tasks([record], only_sure=True)
    assert len(wanted) == len(record.tasks) - len(doubtful)
    assert len(known) == len(record.tasks)


# --- settings, lock, other targets ---------------------------------------------------------------


def test_missing_settings_are_named() -> None:
    with pytest.raises(PushError, match="NHIEMVU_CALDAV_URL"):
        target(Settings("caldav", {}))
    with pytest.raises(PushError, match="caldav"):
        target(Settings("khac", {}))


@pytest.mark.parametrize("url", ["ftp://a/", "a", "https://u:p@a/", "file:///etc/passwd"])
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(PushError) as error:
        web.Web(url, {}, ())
    assert "u:p" not in str(error.value)


def test_a_password_in_clear_is_noticed() -> None:
    clear = {
        u: web.Web(u, {}, ()).in_clear for u in ("http://noi-bo/", "https://a/", "http://[::1]/")
    }
    assert clear == {"http://noi-bo/": True, "https://a/": False, "http://[::1]/": False}


class Redirecting(BaseHTTPRequestHandler):
    seen: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.send_response(302)
        self.send_header("Location", "/elsewhere?key=bi-mat")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


def test_no_redirect_is_followed_and_no_password_told() -> None:
    server = HTTPServer(("127.0.0.1", 0), Redirecting)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        asked = web.Web(f"http://127.0.0.1:{server.server_port}/", {"X-Key": "bi-mat"}, ("bi-mat",))
        answer = asked.ask("GET", "issues.json")
        with pytest.raises(PushError, match="chỉ sang"):
            asked.ask("GET", "http://example.invalid/")
    finally:
        server.shutdown()
        server.server_close()
    assert Redirecting.seen == ["/issues.json"]
    assert asked.told(answer).endswith("(chuyển hướng tới /elsewhere?key=***; hãy ghi địa chỉ ấy)")


def test_one_pusher_at_a_time() -> None:
    with alone("x"):
        with pytest.raises(PushError, match="đang chạy"), alone("x"):
            pass
        with alone("y"):
            pass
    with alone("x"):
        pass


def test_a_broken_settings_file_is_told_without_its_lines(
    tmp_path: Path, record: Record, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tasks.jsonl").write_text(record.to_json() + "\n", "utf-8")
    (tmp_path / "s.toml").write_text('[caldav]\npassword = "bi-mat\n', "utf-8")
    args = ["push", tmp_path / "tasks.jsonl", "--to", "caldav", "--settings", tmp_path / "s.toml"]
    assert main([str(x) for x in args]) == 1
    said = capfd.readouterr().err
    assert "s.toml" in said
    assert "bi-mat" not in said


def test_an_unknown_target_is_wrong_usage(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["push", str(tmp_path / "x"), "--to", "trello"]) == 2
    assert ", ".join(names()) in capfd.readouterr().err


def test_a_report_tells_what_came_of_each_task(
    tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    def call(*args: object) -> int:
        return main([str(a) for a in args])

    (tmp_path / "tasks.jsonl").write_text(record.to_json() + "\n", "utf-8")
    tracker, report = Memory(), tmp_path / "report.json"
    tracker.faults = [("before", RefusedError("thiếu quyền"))]
    monkeypatch.setattr("extractor.push.target", lambda _: tracker)
    args = ("push", tmp_path / "tasks.jsonl", "--to", "redmine", "--report", report)
    assert call(*args, "--dry-run") == 0
    planned = json.loads(report.read_text("utf-8"))
    assert planned["dry_run"]
    assert [t["error"] for t in planned["tasks"]] == ["", ""]
    assert call(*args) == 1
    told = json.loads(report.read_text("utf-8"))["tasks"]
    assert [t["key"] for t in told] == [t.id for t in record.tasks]
    assert [(t["outcome"], t["error"]) for t in told] == [("create", "thiếu quyền"), ("create", "")]
    assert (told[0]["place"], told[0]["due"]) == ("mục 1", "2022-02-28")
    report.unlink()
    assert call("push", tmp_path, "--to", "redmine", "--report", tmp_path) == 2


def test_memory_follows_the_interface() -> None:
    assert isinstance(Memory(), Target)
    assert not isinstance(object(), Target)


@pytest.mark.skipif(not EXAMPLE.is_dir(), reason="no source tree")
def test_the_example_package_installed(tmp_path: Path, record: Record) -> None:
    """It is found through its entry point, fills its file, and leaves what a person did there."""
    home = tmp_path / "venv"
    venv.create(home, symlinks=True)
    (packages,) = home.glob("lib/python*/site-packages")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path)]
    subprocess.run([*build, str(EXAMPLE)], check=True, capture_output=True, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target"]
    subprocess.run([*pip, str(packages), str(wheel)], check=True, capture_output=True)
    lent = [p for p in sys.path if p.endswith("site-packages")]
    (packages / "lent.pth").write_text("\n".join([str(ROOT), *lent]), "utf-8")

    (tmp_path / "tasks.jsonl").write_text(record.to_json() + "\n", "utf-8")
    store = tmp_path / "held.json"

    def push() -> str:
        done = subprocess.run(
            [home / "bin/python", "-m", "extractor", "push", "tasks.jsonl", "--to", "jsonfile"],
            env={"NHIEMVU_JSONFILE_PATH": str(store)}, cwd=tmp_path, check=False,
            capture_output=True, encoding="utf-8",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stderr.strip()

    assert push().startswith("2 tạo mới, 0 cập nhật, 0 không đổi")
    assert push().startswith("0 tạo mới, 0 cập nhật, 2 không đổi")
    all_ = json.loads(store.read_text("utf-8"))
    all_[record.tasks[0].id]["fields"]["due"] = "2022-12-31"
    store.write_text(json.dumps(all_), "utf-8")
    assert "1 giữ bản người khác sửa" in push()
    assert "2022-12-31" in store.read_text("utf-8")
