"""`nhiemvu import`: what a clerk corrected comes home, is kept beside the notice, and nothing is lost."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from extractor import Record, extract, extract_file
from extractor.cli import main
from extractor.content import stored_at
from extractor.corrections import NOT_A_TASK, revised, stored, values
from extractor.jsonl import read_records
from extractor.schema import Task

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "notices"
NOTICE = """ỦY BAN NHÂN DÂN
TỈNH CÀ MAU

Số: 03/TB-UBND

Cà Mau, ngày 18 tháng 02 năm 2022

THÔNG BÁO
Kết luận của Phó Chủ tịch UBND tỉnh tại cuộc họp

1. Giao Sở Y tế chủ trì, phối hợp với Sở Tài chính, Sở Nội vụ xây dựng kế hoạch, trình UBND tỉnh trước ngày 28/02/2022.

2. Sở Nội vụ tổng hợp, báo cáo UBND tỉnh trước ngày 25 hằng tháng.

3. Công an tỉnh theo dõi, đôn đốc các đơn vị.

4. Sở Xây dựng báo cáo trong thời hạn 10 ngày kể từ ngày nhận được hồ sơ.

Ngành ngân hàng sẵn sàng nguồn vốn cho doanh nghiệp.
"""
LEAD, DUE, STATUS, NOTE = "Cơ quan chủ trì", "Thời hạn hoàn thành", "Tình trạng", "Ghi chú"
ID, QUOTE, DOCUMENT = "Mã nhiệm vụ", "Trích nguyên văn", "Văn bản giao"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a notice, its tasks and the sheet that a clerk was given."""
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(NOTICE, "utf-8")
    for args in (
        ["extract", "a.txt", "-q", "-o", "tasks.jsonl"],
        ["export", "tasks.jsonl", "-o", "sheet.xlsx"],
    ):
        assert main(args) == 0
    return tmp_path


class Sheet:
    """The sheet as a clerk edits it: cells by row (from 2) and heading."""

    def __init__(self, path: str = "sheet.xlsx") -> None:
        self.path, self.book = path, load_workbook(path)
        self.sheet = self.book["Nhiệm vụ"]
        self.columns = {c.value: c.column for c in self.sheet[1]}

    def put(self, row: int, **cells: Any) -> Sheet:
        for heading, value in cells.items():
            self.sheet.cell(row, self.columns[heading]).value = value
        return self

    def set(self, row: int, heading: str, value: Any) -> Sheet:
        self.sheet.cell(row, self.columns[heading]).value = value
        return self

    def get(self, row: int, heading: str) -> Any:
        return self.sheet.cell(row, self.columns[heading]).value

    def save(self) -> None:
        self.book.save(self.path)


def tasks(path: str = "tasks.jsonl") -> list[Task]:
    return [t for record in read_records(Path(path)) for t in record.tasks]


def bring(run: Run, file: str = "sheet.xlsx", *more: object) -> tuple[int, str]:
    status, _, told = run("import", file, "--into", "tasks.jsonl", *more)
    return status, told


# --- there and back -------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["xlsx", "json", "jsonl"])
def test_what_nobody_touched_changes_nothing(to: str, tmp_path: Path, run: Run) -> None:
    for path in sorted(SAMPLES.glob("*.txt"))[::4]:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert main(["extract", ".", "-q", "-o", "tasks.jsonl"]) == 0
    before = Path("tasks.jsonl").read_bytes()
    if to == "jsonl":
        Path("sheet.jsonl").write_bytes(before)
    else:
        assert main(["export", "tasks.jsonl", "-o", f"sheet.{to}"]) == 0
    assert bring(run, f"sheet.{to}") == (
        0,
        "0 nhiệm vụ sửa, 0 thêm, 0 bỏ, 0 không có trong tệp, 0 lỗi\n",
    )
    assert Path("tasks.jsonl").read_bytes() == before
    assert not list(tmp_path.glob("*.corrections.json"))


def test_export_after_import_shows_what_the_clerk_wrote(run: Run) -> None:
    sheet = Sheet()
    sheet.set(2, LEAD, "Sở Nội vụ").set(2, DUE, date(2022, 3, 5)).set(2, NOTE, "đã họp").set(
        2, STATUS, "Hoàn thành"
    )
    sheet.set(3, "Nội dung nhiệm vụ", "Tổng hợp số liệu").set(
        3, "Cơ quan phối hợp", "Sở Lạ; Sở Y tế"
    )
    sheet.set(4, LEAD, None).set(5, "Sản phẩm, kết quả", "hồ sơ").save()
    assert bring(run)[0] == 0
    assert main(["export", "tasks.jsonl", "-o", "again.xlsx"]) == 0
    before, after = Sheet(), Sheet("again.xlsx")
    for row in range(1, before.sheet.max_row + 1):
        for heading in before.columns:
            given, found = before.get(row, heading), after.get(row, heading)
            same = given == found or (
                heading == DUE and given.strftime("%F") == found.strftime("%F")
            )
            assert same, (row, heading)


def test_a_later_extraction_has_the_corrections_and_the_ids(run: Run) -> None:
    ids = [t.id for t in tasks()]
    Sheet().set(2, LEAD, "Sở Nội vụ").set(3, DUE, "5/3/2022").set(4, STATUS, NOT_A_TASK).save()
    assert bring(run)[0] == 0
    assert run("extract", "a.txt", "-q", "-o", "again.jsonl")[0] == 0
    assert Path("again.jsonl").read_bytes() == Path("tasks.jsonl").read_bytes()
    first, second, fourth = tasks("again.jsonl")
    assert [first.id, second.id, fourth.id] == [ids[0], ids[1], ids[3]]
    assert [a.name for a in first.lead] == ["Sở Nội vụ"]
    assert first.lead_basis == "corrected"
    assert first.lead[0].found_by == "correction"
    assert first.lead[0].text == "Sở Nội vụ"  # where the task mentions it
    assert NOTICE[first.lead[0].start : first.lead[0].end] == "Sở Nội vụ"
    assert [n.detail for n in first.notes if n.kind == "corrected"] == [
        "Người dùng đã sửa: chủ trì"
    ]
    assert (first.confidences and first.confidences.lead) == 1.0
    assert second.due == "2022-03-05"


def test_a_name_that_the_text_has_not_points_at_nothing(run: Run) -> None:
    Sheet().set(4, LEAD, "Sở Giao thông vận tải").save()
    assert bring(run)[0] == 0
    (body,) = tasks()[2].lead
    assert (body.name, body.text, body.end - body.start) == ("Sở Giao thông vận tải", "", 0)
    assert run("show", "a.txt", "--html")[0] == 0
    assert run("export", "tasks.jsonl", "-o", "a.html")[0] == 0


def test_again_changes_nothing_more(run: Run) -> None:
    Sheet().set(2, LEAD, "Sở Nội vụ").set(4, STATUS, NOT_A_TASK).save()
    assert bring(run)[0] == 0
    once, kept = Path("tasks.jsonl").read_bytes(), stored_at(Path("a.txt")).read_bytes()
    assert bring(run) == (0, "0 nhiệm vụ sửa, 0 thêm, 0 bỏ, 0 không có trong tệp, 0 lỗi\n")
    assert Path("tasks.jsonl").read_bytes() == once
    assert stored_at(Path("a.txt")).read_bytes() == kept


def test_a_second_round_adds_to_the_first(run: Run) -> None:
    Sheet().set(2, LEAD, "Sở Nội vụ").save()
    assert bring(run)[0] == 0
    assert main(["export", "tasks.jsonl", "-o", "sheet.xlsx"]) == 0
    Sheet().set(2, DUE, "01/03/2022").set(3, LEAD, "Sở Y tế").save()
    assert bring(run)[0] == 0
    kept = stored(Path("a.txt"))
    assert kept is not None
    assert [c.values for c in kept.notices[0].tasks] == [
        {"lead": ("Sở Nội vụ",), "due": "2022-03-01"},
        {"lead": ("Sở Y tế",)},
    ]
    assert run("extract", "a.txt", "-q", "-o", "again.jsonl")[0] == 0
    assert [values(t) for t in tasks("again.jsonl")] == [values(t) for t in tasks()]


def test_gold_says_what_the_clerk_said(run: Run) -> None:
    Sheet().set(2, LEAD, "Sở Nội vụ").set(2, DUE, "05/03/2022").set(4, STATUS, NOT_A_TASK).save()
    assert bring(run)[0] == 0
    assert run("export", "tasks.jsonl", "--to", "gold", "-o", "gold")[0] == 0
    gold = json.loads(Path("gold/a.json").read_text("utf-8"))
    assert gold["notice"]["number"] == "03/TB-UBND"
    assert len(gold["tasks"]) == 3
    assert gold["tasks"][0]["lead"] == ["Sở Nội vụ"]
    assert gold["tasks"][0]["deadlines"][0]["normalized"] == {
        "end": "2022-03-05",
        "inclusive": True,
    }
    status, out, _ = run("evaluate", "gold", "tasks.jsonl", "--json")
    assert (status, json.loads(out)["untouched"]) == (0, 1.0)


# --- how a clerk leaves a sheet -------------------------------------------------------------------


def test_rows_sorted_columns_moved_title_above(run: Run) -> None:
    old = Sheet()
    names = list(reversed(old.columns))
    lines = [[old.get(r, h) for h in names] for r in range(old.sheet.max_row, 1, -1)]
    lines[-1][names.index(LEAD)] = "Sở Nội vụ"
    book = Workbook()
    book.active.append(["Bảng của phòng tổng hợp"])
    book.active.append([])
    for line in (names, *lines):
        book.active.append(line)
    book.save("sheet.xlsx")
    status, told = bring(run)
    assert (status, told.splitlines()[-1]) == (
        0,
        "1 nhiệm vụ sửa, 0 thêm, 0 bỏ, 0 không có trong tệp, 0 lỗi",
    )
    assert [a.name for a in tasks()[0].lead] == ["Sở Nội vụ"]


def test_a_row_that_is_gone_takes_nothing_away(run: Run) -> None:
    before = tasks()
    sheet = Sheet()
    sheet.sheet.delete_rows(3)
    sheet.save()
    status, told = bring(run)
    assert status == 0
    assert f"mục 2 ({before[1].id}): không có trong tệp sửa, giữ nguyên" in told
    assert tasks() == before


@pytest.mark.parametrize(
    ("heading", "value", "said"),
    [
        (DUE, "mai", "cột 'Thời hạn hoàn thành': thời hạn 'mai' không phải ngày"),
        (DUE, "31/02/2022", "không phải ngày"),
        (DUE, "5/3", "không phải ngày"),
        (STATUS, "Xong", "tình trạng 'Xong' không có"),
        ("Nội dung nhiệm vụ", None, "nội dung để trống"),
        (ID, "0123456789abcdef", "không có nhiệm vụ mã 0123456789abcdef"),
    ],
)
def test_a_row_that_cannot_go_in_is_told_and_the_others_go(
    heading: str, value: Any, said: str, run: Run
) -> None:
    before = tasks()
    Sheet().set(2, heading, value).set(2, NOTE, "x").set(3, LEAD, "Sở Y tế").save()
    status, told = bring(run)
    assert status == 1
    assert "sheet.xlsx: hàng 2" in told
    assert said in told
    after = tasks()
    assert after[0] == before[0]  # not half of it either
    assert [a.name for a in after[1].lead] == ["Sở Y tế"]


def test_one_id_twice_is_told(run: Run) -> None:
    sheet = Sheet()
    sheet.set(3, ID, sheet.get(2, ID)).save()
    status, told = bring(run)
    assert (status, "hàng 3: mã" in told) == (1, True)


def test_a_found_task_is_added_where_its_words_stand(run: Run) -> None:
    sheet = Sheet()
    document = sheet.get(2, DOCUMENT)
    sheet.set(6, QUOTE, "Ngành ngân hàng sẵn sàng  nguồn vốn").set(6, DOCUMENT, document)
    sheet.set(6, LEAD, "Ngân hàng Nhà nước").set(6, DUE, "01/04/2022").save()
    status, told = bring(run)
    assert (status, "1 thêm" in told) == (0, True)
    new = tasks()[-1]
    assert new.review is not None
    assert new.review.added
    assert new.text == "Ngành ngân hàng sẵn sàng nguồn vốn" == NOTICE[new.start : new.end]
    assert (new.lead[0].name, new.due) == ("Ngân hàng Nhà nước", "2022-04-01")
    assert run("extract", "a.txt", "-q", "-o", "again.jsonl")[0] == 0
    assert Path("again.jsonl").read_bytes() == Path("tasks.jsonl").read_bytes()
    assert bring(run)[1].startswith("0 nhiệm vụ sửa, 0 thêm")
    Path("a.txt").write_text("BẢN SAO\n" + NOTICE, "utf-8")
    moved = extract_file("a.txt").tasks[-1]
    assert (moved.id, moved.text, moved.start) == (new.id, new.text, new.start + 8)


@pytest.mark.parametrize(
    ("quote", "document", "said"),
    [
        ("Không có trong đó", None, "cần trích nguyên văn"),
        ("Ngành ngân hàng", "Thông báo khác", "cần ghi đúng văn bản"),
    ],
)
def test_a_found_task_that_has_no_place_is_told(
    quote: str, document: str | None, said: str, run: Run
) -> None:
    sheet = Sheet()
    sheet.set(6, QUOTE, quote).set(6, DOCUMENT, document or sheet.get(2, DOCUMENT)).save()
    status, told = bring(run)
    assert status == 1
    assert f"hàng 6: nhiệm vụ thêm {said}" in told


def test_corrected_json(run: Run) -> None:
    assert main(["export", "tasks.jsonl", "-o", "sheet.json"]) == 0
    data = json.loads(Path("sheet.json").read_text("utf-8"))
    data[0] |= {"lead": ["Sở Nội vụ"], "due": None}
    data[1]["lead"] = "Sở Y tế"
    data[2]["due"] = 5
    Path("sheet.json").write_text(json.dumps([*data, 7]), "utf-8")
    status, told = bring(run, "sheet.json")
    assert status == 1
    assert "phần tử 2: lead phải là mảng chữ" in told
    assert "phần tử 3: due phải là chữ hoặc null" in told
    assert "phần tử 5: không phải một nhiệm vụ" in told
    assert ([a.name for a in tasks()[0].lead], tasks()[0].due) == (["Sở Nội vụ"], None)


def test_corrected_records(run: Run) -> None:
    record = json.loads(Path("tasks.jsonl").read_text("utf-8"))
    record["tasks"][0]["lead"][0]["name"] = "Sở Nội vụ"
    Path("sheet.jsonl").write_text(json.dumps(record) + "\n", "utf-8")
    assert bring(run, "sheet.jsonl")[0] == 0
    assert [a.name for a in tasks()[0].lead] == ["Sở Nội vụ"]


def test_an_older_sheet_undoes_nobody_elses_work(run: Run) -> None:
    Path("older.xlsx").write_bytes(Path("sheet.xlsx").read_bytes())
    Sheet().set(2, LEAD, "Sở Nội vụ").set(4, STATUS, NOT_A_TASK).set(5, NOTE, "khó").save()
    assert bring(run)[0] == 0
    older = Sheet("older.xlsx")
    older.set(2, DUE, "05/03/2022").set(3, LEAD, "Sở Y tế").set(5, NOTE, "dễ").save()
    status, told = bring(run, "older.xlsx")
    assert status == 1
    assert "hàng 5: cột 'Ghi chú': khi xuất bảng là “”, nay là “khó”" in told
    first, second, fourth = tasks()
    assert ([a.name for a in first.lead], first.due) == (["Sở Nội vụ"], "2022-03-05")
    assert [a.name for a in second.lead] == ["Sở Y tế"]
    assert values(fourth)["note"] == "khó"


# --- what went on meanwhile -----------------------------------------------------------------------


def test_a_notice_that_changed_keeps_what_still_fits_and_tells_the_rest(run: Run) -> None:
    Sheet().set(2, LEAD, "Sở Nội vụ").set(4, NOTE, "khó").save()
    text = NOTICE.replace("1. Giao Sở Y tế", "1. Sở Văn hóa rà soát di tích.\n\n2. Giao Sở Y tế")
    text = text.replace("3. Công an tỉnh theo dõi, đôn đốc các đơn vị.\n", "")
    Path("a.txt").write_text(text, "utf-8")
    status, told = bring(run)
    assert (status, "a.txt: văn bản đã thay đổi từ khi rút" in told) == (0, True)
    ids = [t.id for t in tasks()]
    again = extract_file("a.txt")
    kept = next(t for t in again.tasks if t.id == ids[0])
    assert [a.name for a in kept.lead] == ["Sở Nội vụ"]
    assert kept.clause == "2"
    assert len({t.id for t in again.tasks}) == len(again.tasks)
    assert {d.kind for d in again.doubts} == {"corrected_elsewhere", "correction_lost"}
    assert any("theo dõi, đôn đốc các đơn vị" in d.detail for d in again.doubts)
    assert "khó" in stored_at(Path("a.txt")).read_text("utf-8")  # not lost


def test_corrections_that_are_broken_stop_that_notice_only(run: Run) -> None:
    Path("b.txt").write_text(NOTICE.replace("03/TB", "04/TB"), "utf-8")
    stored_at(Path("a.txt")).write_text("{", "utf-8")
    status, _, told = run("extract", ".", "-o", "again.jsonl")
    assert (status, "a.txt.corrections.json: không phải tệp sửa hợp lệ" in told) == (1, True)
    assert [r.notice.number for r in read_records(Path("again.jsonl"))] == ["04/TB-UBND"]


def test_a_dry_run_writes_nothing(run: Run, office: Path) -> None:
    Sheet().set(2, LEAD, "Sở Nội vụ").save()
    before = {p.name: p.read_bytes() for p in office.iterdir()}
    status, told = bring(run, "sheet.xlsx", "--dry-run")
    assert (status, "chủ trì: Sở Y tế → Sở Nội vụ" in told, "chưa ghi gì" in told) == (
        0,
        True,
        True,
    )
    assert {p.name: p.read_bytes() for p in office.iterdir()} == before


def test_to_another_file(run: Run) -> None:
    before = Path("tasks.jsonl").read_bytes()
    Sheet().set(2, LEAD, "Sở Nội vụ").save()
    assert bring(run, "sheet.xlsx", "-o", "new.jsonl")[0] == 0
    assert Path("tasks.jsonl").read_bytes() == before
    assert [a.name for a in tasks("new.jsonl")[0].lead] == ["Sở Nội vụ"]


def test_notices_in_an_archive(run: Run) -> None:
    with zipfile.ZipFile("box.zip", "w") as box:
        box.writestr("one.txt", NOTICE)
        box.writestr("two.txt", NOTICE.replace("03/TB", "04/TB"))
    assert main(["extract", "box.zip", "-q", "-o", "tasks.jsonl"]) == 0
    assert main(["export", "tasks.jsonl", "-o", "sheet.xlsx"]) == 0
    Sheet().set(2, LEAD, "Sở Nội vụ").set(6, LEAD, "Sở Tài chính").save()
    assert bring(run)[0] == 0
    assert run("extract", "box.zip", "-q", "-o", "again.jsonl")[0] == 0
    assert Path("again.jsonl").read_bytes() == Path("tasks.jsonl").read_bytes()
    assert [[a.name for a in r.tasks[0].lead] for r in read_records(Path("again.jsonl"))] == [
        ["Sở Nội vụ"],
        ["Sở Tài chính"],
    ]


def test_one_notice_in_two_files(run: Run) -> None:
    Path("b.txt").write_text(NOTICE, "utf-8")
    assert main(["extract", "a.txt", "b.txt", "-q", "-o", "tasks.jsonl"]) == 0
    assert main(["export", "tasks.jsonl", "-o", "sheet.xlsx"]) == 0
    Sheet().set(6, LEAD, "Sở Nội vụ").save()
    assert bring(run)[0] == 0
    assert [[a.name for a in r.tasks[0].lead] for r in read_records(Path("tasks.jsonl"))] == [
        ["Sở Y tế"],
        ["Sở Nội vụ"],
    ]
    assert stored(Path("a.txt")) is None


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.xlsx", b"no zip", "không phải tệp XLSX"),
        ("x.xlsx", None, "không có tệp này"),
        ("x.json", b"{}", "cần một mảng nhiệm vụ"),
        ("x.json", b"[", "không phải JSON hợp lệ"),
        ("x.jsonl", b"{}\n", "dòng 1"),
        ("x.ods", b"", "nhận .xlsx, .json hoặc .jsonl"),
    ],
)
def test_what_is_no_such_file_is_refused(
    name: str, content: bytes | None, said: str, run: Run
) -> None:
    before = Path("tasks.jsonl").read_bytes()
    if content is not None:
        Path(name).write_bytes(content)
    status, told = bring(run, name)
    assert (status, said in told, name in told) == (1, True, True)
    assert Path("tasks.jsonl").read_bytes() == before


def test_a_profile_without_ids_cannot_come_back(run: Run) -> None:
    assert main(["export", "tasks.jsonl", "-o", "sheet.xlsx", "--profile", "phu-luc"]) == 0
    status, told = bring(run)
    assert (status, "không thấy cột 'Mã nhiệm vụ'" in told) == (1, True)
    status, told = bring(run, "sheet.xlsx", "--profile", "phu-luc")
    assert (status, "không có cột mã" in told) == (1, True)


# --- any values -----------------------------------------------------------------------------------

RECORD: Record = extract(NOTICE)
NAMES = st.lists(st.sampled_from(["Sở Y tế", "Sở Nội vụ", "UBND tỉnh", "Sở Lạ"]), unique=True).map(
    tuple
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "action": st.sampled_from(["xây dựng kế hoạch", "việc khác"]),
        "lead": NAMES,
        "coordinating": NAMES,
        "reports_to": NAMES,
        "due": st.none() | st.dates(date(2000, 1, 1)).map(date.isoformat),
        "deadlines": st.lists(
            st.sampled_from(["trước ngày 28/02/2022", "hằng tháng", "mai"]), unique=True
        ).map(tuple),
        "products": st.lists(st.sampled_from(["kế hoạch", "báo cáo khác"]), unique=True).map(tuple),
        "status": st.sampled_from(["Hoàn thành", None]),
        "note": st.none() | st.just("x"),
    },
)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(k=st.integers(0, len(RECORD.tasks) - 1), changes=CHANGES)
def test_a_correction_is_what_is_shown_and_points_at_the_text(
    k: int, changes: dict[str, Any]
) -> None:
    task = RECORD.tasks[k]
    after = revised(task, changes, RECORD)
    assert values(after) == values(task) | changes
    assert revised(after, changes, RECORD) == after
    assert Task.model_validate_json(after.model_dump_json()) == after
    bodies = (*after.lead, *after.coordinating, *after.reports_to)
    parts = [*bodies, *after.deadlines, *after.products, *([after.action] if after.action else [])]
    assert all(NOTICE[p.start : p.end] == p.text for p in parts)
    assert bool(after.lead) == (after.lead_basis is not None)
