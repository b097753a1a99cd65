"""`nhiemvu push` against real trackers: one scenario for all of them, and a connection that breaks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from push_servers import (
    HANGING,
    PASSWORD,
    Proxy,
    RedmineServer,
    Server,
    no_redmine,
    radicale,
    redmine,
)

from extractor import extract
from extractor.cli import main
from extractor.push import web
from extractor.schema import Record

NOTICE = """ỦY BAN NHÂN DÂN
TỈNH CÀ MAU

Số: 03/TB-UBND

Cà Mau, ngày 18 tháng 02 năm 2022

THÔNG BÁO
Kết luận của Phó Chủ tịch UBND tỉnh tại cuộc họp

1. Giao Sở Y tế chủ trì, phối hợp với Sở Tài chính, Sở Nội vụ; Sở Xây dựng lập kế hoạch, trình UBND tỉnh trước ngày 28/02/2022.

2. Sở Nội vụ tổng hợp, báo cáo UBND tỉnh trước 17 giờ 00 ngày 25 hằng tháng.

3. Công an tỉnh theo dõi, đôn đốc các đơn vị.

4. Sở Tư pháp rà soát văn bản, báo cáo UBND tỉnh trước ngày 15/03/2022.

5. Sở Công Thương kiểm tra các chợ, báo cáo UBND tỉnh trước ngày 20/03/2022.
"""
Push = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module", params=["caldav", "redmine"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "redmine" and (reason := no_redmine()):
        pytest.skip(reason)
    if request.param == "caldav":
        pytest.importorskip("radicale")
    with (radicale if request.param == "caldav" else redmine)(folder) as found:
        yield found


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    server.empty()
    made = Proxy(server.base)
    yield made
    made.stop()


@pytest.fixture
def push(
    server: Server,
    proxy: Proxy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Push:
    """Push records through the proxy; status, standard output, standard error."""
    for name, value in server.settings(proxy.base).items():
        monkeypatch.setenv(f"NHIEMVU_{server.name}_{name}".upper(), value)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def call(record: Record, *options: str) -> tuple[int, str, str]:
        path = tmp_path / "tasks.jsonl"
        path.write_text(record.to_json() + "\n", "utf-8")
        capfd.readouterr()
        proxy.seen.clear()
        status = main(["push", str(path), "--to", server.name, *options])
        out, err = capfd.readouterr()
        for secret in (PASSWORD, server.settings("").get("key", PASSWORD)):
            assert secret not in out + err
        assert "Traceback" not in err
        return status, out, err

    return call


@pytest.fixture(scope="module")
def record() -> Record:
    found = extract(NOTICE, path="a.txt")
    assert len(found.tasks) == 5
    return found


def changed(record: Record, **due: str) -> Record:
    """The record with other dates: t1="2022-03-01" for its first task."""
    tasks = [
        t.model_copy(update={"due": due.get(f"t{n}", t.due)}) for n, t in enumerate(record.tasks, 1)
    ]
    return record.model_copy(update={"tasks": tuple(tasks)})


def said(err: str) -> str:
    return err.strip().splitlines()[-1]


def summary(**counts: int) -> str:
    names = {
        "create": "tạo mới", "update": "cập nhật", "unchanged": "không đổi", "kept": "giữ bản người khác sửa",
        "conflict": "xung đột", "closed": "đã đóng", "gone": "không còn thấy", "failed": "lỗi",
    }  # fmt: skip
    return ", ".join(f"{counts.get(k, 0)} {label}" for k, label in names.items())


# --- the scenario --------------------------------------------------------------------------------


def test_the_whole_life_of_tasks(
    server: Server, proxy: Proxy, push: Push, record: Record, tmp_path: Path
) -> None:
    keys = [t.id for t in record.tasks]
    status, out, err = push(record, "--dry-run")
    assert (status, said(err)) == (0, summary(create=5) + " (chưa ghi gì)")
    assert not proxy.writes()
    assert not server.held()
    assert "hạn 28/02/2022" in out
    assert "TB-UBND" in out

    status, out, err = push(record)
    assert (status, said(err)) == (0, summary(create=5)), err
    assert server.held() == {t.id: [t.due or ""] for t in record.tasks}

    status, out, err = push(record)
    assert (status, said(err), out) == (0, summary(unchanged=5), "")
    assert not proxy.writes()

    moved = changed(record, t4="2022-04-01")
    status, out, err = push(moved)
    assert (status, said(err)) == (0, summary(update=1, unchanged=4))
    assert server.held()[keys[3]] == ["2022-04-01"]
    assert len(proxy.writes()) == 1

    server.edit(keys[0], "2022-12-31")
    server.close(keys[4])
    status, out, err = push(moved)
    assert (status, said(err)) == (0, summary(unchanged=3, kept=1, closed=1))
    assert not proxy.writes()

    more = changed(moved, t1="2022-05-05", t4="2022-05-05", t5="2022-05-05")
    told = tmp_path / "report.json"
    status, out, err = push(more, "--report", str(told))
    report = json.loads(told.read_text("utf-8"))
    assert (report["to"], report["dry_run"]) == (server.name, False)
    assert {t["key"]: t["outcome"] for t in report["tasks"]} == dict(
        zip(keys, ["conflict", "unchanged", "unchanged", "update", "closed"], strict=True)
    )
    assert all(t["link"].startswith(proxy.base) and not t["error"] for t in report["tasks"])
    assert "2022-12-31" in report["tasks"][0]["why"]
    assert report["tasks"][3]["due"] == "2022-05-05"
    assert (status, said(err)) == (1, summary(update=1, unchanged=2, conflict=1, closed=1))
    assert "2022-12-31" in out
    assert "2022-05-05" in out
    held = server.held()
    assert [held[k] for k in keys if k not in keys[1:3]] == [
        ["2022-12-31"],
        ["2022-05-05"],
        ["2022-03-20"],
    ]

    settled = changed(more, t1="2022-12-31")  # the clerk's date was brought home
    status, out, err = push(settled)
    assert (status, said(err)) == (0, summary(unchanged=4, closed=1))

    fewer = settled.model_copy(update={"tasks": settled.tasks[1:]})
    status, out, err = push(fewer)
    assert (status, said(err)) == (0, summary(unchanged=3, closed=1, gone=1))
    assert keys[0] in out
    assert not proxy.writes()


def test_words_come_back_as_they_were(push: Push, record: Record, proxy: Proxy) -> None:
    words = "A, B; C \\n \\ “Đ” = x: é\u0301 🐟 " + "dài " * 200
    action = record.tasks[0].action
    assert action is not None
    task = record.tasks[0].model_copy(update={"action": action.model_copy(update={"text": words})})
    odd = record.model_copy(update={"tasks": (task,)})
    status, _, err = push(odd)
    assert (status, said(err)) == (0, summary(create=1)), err
    status, _, err = push(odd)
    assert (status, said(err)) == (0, summary(unchanged=1))
    assert not proxy.writes()


# --- a connection that breaks --------------------------------------------------------------------


def once(method: set[str], what: str) -> Callable[[str, str], str]:
    left = [what]

    def fault(asked: str, _path: str) -> str:
        return left.pop() if left and asked in method else ""

    return fault


WRITES = {"PUT", "POST"}


@pytest.mark.parametrize("what", ["written", "hang"])
def test_an_answer_lost_after_the_server_wrote_doubles_nothing(
    what: str,
    server: Server,
    proxy: Proxy,
    push: Push,
    record: Record,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if what == "hang":
        monkeypatch.setattr(web, "TIMEOUT", HANGING - 0.5)
    proxy.fault = once(WRITES, what)
    status, _, err = push(record)
    assert (status, said(err)) == (0, summary(create=5)), err
    assert len(proxy.writes()) == 5
    moved = changed(record, t1="2022-03-01")
    proxy.fault = once(WRITES, "written")
    status, _, err = push(moved)
    assert (status, said(err)) == (0, summary(update=1, unchanged=4)), err
    assert server.held() == {t.id: [t.due or ""] for t in moved.tasks}


@pytest.mark.parametrize("what", ["500", "drop"])
def test_what_the_server_never_saw_comes_in_once(
    what: str, server: Server, proxy: Proxy, push: Push, record: Record
) -> None:
    proxy.fault = once(WRITES, what)
    status, _, err = push(record)
    proxy.fault = lambda _method, _path: ""
    if server.name == "caldav":  # its server refuses a second one, so it is sent again at once
        assert (status, said(err)) == (0, summary(create=5)), err
    else:
        assert (status, said(err)) == (1, summary(create=5, failed=1)), err
        assert record.tasks[0].id in err
        status, _, err = push(record)
        assert (status, said(err)) == (0, summary(create=1, unchanged=4))
    assert server.held() == {t.id: [t.due or ""] for t in record.tasks}


def test_every_answer_lost_then_run_again(
    server: Server, proxy: Proxy, push: Push, record: Record
) -> None:
    proxy.fault = lambda method, _path: "written" if method in WRITES else ""
    status, _, err = push(record)
    assert (status, said(err)) == (0, summary(create=5)), err
    proxy.fault = lambda _method, _path: ""
    status, _, err = push(record)
    assert (status, said(err)) == (0, summary(unchanged=5))
    assert all(len(x) == 1 for x in server.held().values())


def test_a_server_that_goes_away_ends_the_run(
    server: Server, proxy: Proxy, push: Push, record: Record
) -> None:
    def fault(_method: str, _path: str) -> str:
        return "drop" if len(proxy.writes()) > 2 else ""

    proxy.fault = fault
    status, _, err = push(record)
    assert (status, said(err)) == (1, summary(create=5, failed=5)), err
    assert err.count("chưa thử") == 2
    assert err.count("không đọc lại được") == 2
    proxy.fault = lambda _method, _path: ""
    status, _, err = push(record)
    assert (status, said(err)) == (0, summary(create=3, unchanged=2))
    assert all(len(x) == 1 for x in server.held().values())


def test_a_question_is_asked_again(proxy: Proxy, push: Push, record: Record) -> None:
    proxy.fault = once({"REPORT", "GET"}, "500")
    status, _, err = push(record)
    assert (status, said(err)) == (0, summary(create=5)), err


def test_wrong_password(
    server: Server, push: Push, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PASSWORD", "KEY"):
        monkeypatch.setenv(f"NHIEMVU_{server.name}_{name}".upper(), "khong-dung")
    status, _, err = push(record)
    assert status == 1
    assert status == 1
    assert "401" in err
    assert "khong-dung" not in err
    assert not server.held()


def test_edited_between_the_plan_and_the_write(
    server: Server, proxy: Proxy, push: Push, record: Record
) -> None:
    push(record)
    key = record.tasks[0].id
    done: list[Any] = []

    def fault(method: str, path: str) -> str:
        # CalDAV's condition is in the write itself, Redmine is looked at just before it
        last = method == "PUT" or (method == "GET" and "/issues/" in path)
        if last and not done:
            done.append(1)
            server.edit(key, "2022-12-31")
        return ""

    proxy.fault = fault
    status, _, err = push(changed(record, t1="2022-03-01"))
    assert status == 1
    assert "vừa sửa" in err
    assert server.held()[key] == ["2022-12-31"]


# --- Redmine's own -------------------------------------------------------------------------------


of_redmine = pytest.mark.parametrize("server", ["redmine"], indirect=True)


@of_redmine
def test_redmine_refuses_one_task(server: RedmineServer, push: Push, record: Record) -> None:
    action = record.tasks[1].action
    assert action is not None
    blank = action.model_copy(update={"text": "*"})  # a title that is empty
    task = record.tasks[1].model_copy(update={"action": blank})
    odd = record.model_copy(update={"tasks": (record.tasks[0], task, *record.tasks[2:])})
    status, _, err = push(odd)
    assert (status, said(err)) == (1, summary(create=5, failed=1)), err
    assert "422" in err
    assert len(server.held()) == 4


@of_redmine
def test_redmine_without_our_fields_on_the_tracker(
    server: RedmineServer, push: Push, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redmine creates the issue and drops the key: one is made and told, no second."""
    monkeypatch.setenv("NHIEMVU_REDMINE_TRACKER", server.seed["other"])
    status, _, err = push(record)
    assert (status, said(err)) == (1, summary(create=5, failed=5))
    assert "không giữ mã nhiệm vụ" in err
    assert len(server.issues()) == 1


@of_redmine
@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TRACKER", "Không có", "loại việc"),
        ("FIELD_MARK", "Không có", "trường tùy biến"),
        ("FIELD_KEY", "999", "Dùng để lọc"),
        ("PROJECT", "khong-co", "404"),
    ],
)
def test_redmine_set_up_wrongly(
    name: str,
    value: str,
    told: str,
    server: RedmineServer,
    push: Push,
    record: Record,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    push(record)
    monkeypatch.setenv(f"NHIEMVU_REDMINE_{name}", value)
    status, _, err = push(record)
    assert status == 1
    assert told in err
    assert len(server.held()) == 5


@of_redmine
def test_redmine_with_an_issue_that_was_copied(
    server: RedmineServer, proxy: Proxy, push: Push, record: Record
) -> None:
    push(record)
    key = record.tasks[0].id
    (number,) = (n for n, k, _ in server.issues() if k == key)
    fields = server.ask("GET", f"issues/{number}.json")["issue"]["custom_fields"]
    twin = {
        "project_id": "theo-doi", "subject": "bản chép", "start_date": "",
        "tracker_id": server.ask("GET", f"issues/{number}.json")["issue"]["tracker"]["id"],
        "custom_fields": [{"id": f["id"], "value": f["value"]} for f in fields],
    }  # fmt: skip
    server.ask("POST", "issues.json", {"issue": twin})
    status, out, err = push(record)
    assert (status, said(err)) == (1, summary(unchanged=4, conflict=1))
    assert "2 lần" in out
    assert not proxy.writes()


def test_sixty_tasks_are_looked_up_in_batches(
    server: RedmineServer, proxy: Proxy, push: Push, record: Record
) -> None:
    many = [t.model_copy(update={"id": f"{n:04x}"}) for n, t in enumerate(record.tasks * 12)]
    more = record.model_copy(update={"tasks": tuple(many)})
    status, _, err = push(more)
    assert (status, said(err)) == (0, summary(create=60)), err
    proxy.seen.clear()
    status, _, err = push(more)
    assert (status, said(err)) == (0, summary(unchanged=60))
    assert len(proxy.seen) <= 6
