"""`--previous`: tasks keep their ids while text, clauses and the file change; none takes another's."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from extractor import Extractor, Record, extract
from extractor.cli import main
from extractor.errors import ReadError
from extractor.identity import Known, Previous, matched
from extractor.jsonl import read_records

HEAD = """ỦY BAN NHÂN DÂN
TỈNH CÀ MAU
Số: 03/TB-UBND
Cà Mau, ngày 18 tháng 02 năm 2022
THÔNG BÁO
Kết luận cuộc họp

"""
FIRST = "Giao Sở Y tế xây dựng kế hoạch tiêm chủng, trình UBND tỉnh trước ngày 28/02/2022."
SECOND = "Giao Sở Nội vụ theo dõi, đôn đốc việc thực hiện kết luận này."
THIRD = "Giao Sở Tài chính bố trí kinh phí mua sắm thiết bị, báo cáo trước ngày 15/03/2022."
FOURTH = "Giao Sở Xây dựng thẩm định hồ sơ thiết kế của trung tâm hành chính mới."


def notice(*clauses: str, head: str = HEAD) -> str:
    return head + "\n".join(f"{n}. {words}" for n, words in enumerate(clauses, 1)) + "\n"


def ids(record: Record) -> dict[str, str]:
    """Id by the body that leads."""
    found = {t.lead[0].name: t.id for t in record.tasks}
    assert len(found) == len(record.tasks)
    return found


OLD = notice(FIRST, SECOND, THIRD)


def after(text: str) -> Record:
    return Extractor(previous=Previous([extract(OLD)])).extract(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("BẢN SAO\n" + OLD, id="header line added"),
        pytest.param(OLD.replace(" ", "  "), id="spaces"),
        pytest.param(unicodedata.normalize("NFD", OLD), id="NFD"),
        pytest.param(OLD.replace("28/02", "05/03"), id="deadline corrected"),
        pytest.param(
            OLD.replace("kế hoạch tiêm chủng", "kê hoạch tiêm chùng"), id="misread letters"
        ),
        pytest.param(notice(THIRD, FIRST, SECOND), id="clauses moved"),
    ],
)
def test_the_same_tasks_keep_their_ids(text: str) -> None:
    record = after(text)
    assert ids(record) == ids(extract(OLD))
    assert not [d for d in record.doubts if d.kind == "task_gone"]


def test_a_clause_put_in_before_takes_no_id_of_another() -> None:
    old, new = ids(extract(OLD)), ids(after(notice(FOURTH, FIRST, SECOND, THIRD)))
    fourth = new.pop("Sở Xây dựng")
    assert new == old
    assert fourth not in old.values()
    assert fourth == ids(after(notice(FOURTH, FIRST, SECOND, THIRD)))["Sở Xây dựng"]  # stable


def test_a_task_that_is_gone_is_told_and_its_id_not_used_again() -> None:
    record = after(notice(FIRST, FOURTH, THIRD))
    old, new = ids(extract(OLD)), ids(record)
    assert old["Sở Nội vụ"] not in new.values()
    (doubt,) = [d for d in record.doubts if d.kind == "task_gone"]
    assert "theo dõi, đôn đốc" in doubt.detail
    assert old["Sở Nội vụ"] in doubt.detail


def test_another_notice_is_left_alone() -> None:
    other = OLD.replace("03/TB", "04/TB")
    assert after(other) == extract(other)


def test_a_notice_without_number_is_known_by_its_file() -> None:
    plain = notice(FIRST, SECOND, head="")
    old = extract(plain, path="a.txt")
    extractor = Extractor(previous=Previous([old]))
    assert ids(extractor.extract("\n" + plain, path="a.txt")) == ids(old)
    assert not set(ids(extractor.extract("\n" + plain, path="b.txt")).values()) & set(
        ids(old).values()
    )


def test_two_notices_of_one_number_are_told_apart_by_their_files() -> None:
    """A number may be read wrongly: each file then has its own tasks."""
    old = [extract(OLD, path="a.txt"), extract(notice(FOURTH), path="b.txt")]
    extractor = Extractor(previous=Previous(old))
    for before in old:
        text = OLD if before is old[0] else notice(FOURTH)
        assert extractor.extract(text, path=before.notice.source.path) == before
    assert ids(extractor.extract(OLD, path="moved.txt")) == ids(old[0])


def test_another_notice_under_the_same_file_name_is_left_alone() -> None:
    old = extract(OLD, path="a.txt")
    other = notice(FOURTH).replace("03/TB", "09/TB")
    assert Extractor(previous=Previous([old])).extract(other, path="a.txt") == extract(
        other, path="a.txt"
    )


def test_equal_sentences_stay_in_their_order() -> None:
    same = "Theo dõi, đôn đốc."
    old = [Known("a", "1", same), Known("b", "2", "Báo cáo kết quả."), Known("c", "3", same)]
    new = [Known("x", "1", "Báo cáo kết quả."), Known("y", "2", same)]
    assert matched(old, new) == {0: 1, 1: 2}


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def call(*args: object) -> tuple[int, str]:
        status = main([str(a) for a in args])
        return status, capfd.readouterr().err

    return call


def test_the_command(tmp_path: Path, run: Callable[..., tuple[int, str]]) -> None:
    file, old, new = tmp_path / "a.txt", tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    file.write_text(OLD, "utf-8")
    assert run("extract", file, "-o", old, "-q") == (0, "")
    file.write_text(notice(FOURTH, FIRST, SECOND, THIRD), "utf-8")
    assert run("extract", file, "-o", new, "-q", "--previous", old) == (0, "")
    (before,), (now,) = read_records(old), read_records(new)
    assert set(ids(before)) < set(ids(now))
    assert {k: v for k, v in ids(now).items() if k in ids(before)} == ids(before)


@pytest.mark.parametrize(
    ("content", "said"),
    [("{}\n", "dòng 1"), ('{"a": \n', "dòng 1"), ("\n[1]\n", "dòng 2"), (None, "không đọc được")],
)
def test_what_is_no_output_is_refused(
    tmp_path: Path, run: Callable[..., tuple[int, str]], content: str | None, said: str
) -> None:
    file, old = tmp_path / "a.txt", tmp_path / "old.jsonl"
    file.write_text(OLD, "utf-8")
    if content is not None:
        old.write_text(content, "utf-8")
        with pytest.raises(ReadError):
            list(read_records(old))
    status, told = run("extract", file, "--previous", old)
    assert status == 1
    assert said in told
    assert str(old) in told
