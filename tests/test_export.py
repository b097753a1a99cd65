"""`nhiemvu export`: sheets, calendar, JSON and page; nothing of a notice ever acts in any of them."""

# ruff: noqa: DTZ001 - cells of a sheet and times that float have no zone

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import icalendar
import pytest
from dateutil.rrule import rrulestr
from openpyxl import load_workbook

from extractor import Record, extract
from extractor.cli import main
from extractor.errors import ProfileError
from extractor.export import FORMATS, Options, dump
from extractor.export import profile as profiles
from extractor.export.fields import FIELDS, MAX_CELL, rows
from extractor.export.ics import todo
from extractor.jsonl import read_records

ROOT = Path(__file__).resolve().parent.parent
NOTICES = ROOT / "samples" / "notices"
HEAD = """ỦY BAN NHÂN DÂN
TỈNH CÀ MAU

Số: 03/TB-UBND

Cà Mau, ngày 18 tháng 02 năm 2022

THÔNG BÁO
Kết luận của Phó Chủ tịch UBND tỉnh tại cuộc họp

"""
NOTICE = (
    HEAD
    + """1. Giao Sở Y tế chủ trì, phối hợp với Sở Tài chính, Sở Nội vụ xây dựng kế hoạch, trình UBND tỉnh trước ngày 28/02/2022.

2. Sở Nội vụ tổng hợp, báo cáo UBND tỉnh trước 17 giờ 00 ngày 25 hằng tháng.

3. Công an tỉnh theo dõi, đôn đốc các đơn vị.

4. Sở Xây dựng báo cáo trong thời hạn 10 ngày kể từ ngày nhận được hồ sơ.
"""
)
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def record() -> Record:
    return extract(NOTICE, path="a.txt")


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The records of some samples, as `extract` writes them."""
    output = tmp_path_factory.mktemp("export") / "tasks.jsonl"
    files = sorted(NOTICES.glob("*.txt"))[::6]
    assert main(["extract", *map(str, files), "-q", "-o", str(output)]) == 0
    return output


def options(**more: Any) -> Options:
    return Options(profiles.load("theo-doi"), **more)


def with_words(record: Record, words: str) -> Record:
    """The record with those words where a file shows a notice's own."""
    task = record.tasks[0]
    agency = task.lead[0].model_copy(update={"name": words})
    action = task.action.model_copy(update={"text": words}) if task.action else None
    update = {"action": action, "lead": (agency,), "coordinating": (agency,), "text": words}
    notice = record.notice.model_copy(update={"number": words, "subject": words})
    return record.model_copy(
        update={"tasks": (task.model_copy(update=update), *record.tasks[1:]), "notice": notice}
    )


def sheet(content: bytes, name: str = "Nhiệm vụ") -> Any:
    return load_workbook(io.BytesIO(content))[name]


def table(content: bytes) -> list[dict[str, Any]]:
    head, *lines = sheet(content).iter_rows(values_only=True)
    return [dict(zip(head, line, strict=True)) for line in lines]


# --- all formats ----------------------------------------------------------------------------------


@pytest.mark.parametrize("to", FORMATS)
def test_same_bytes_whatever_the_hash_seed_and_the_hour(to: str, samples: Path) -> None:
    code = f"""
import hashlib, sys
from pathlib import Path
from extractor.export import Options, dump
from extractor.export.profile import load
from extractor.jsonl import read_records
sys.stdout.write(hashlib.sha256(dump({to!r}, list(read_records(Path({str(samples)!r}))), Options(load("theo-doi")))).hexdigest())
"""
    seen = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin", "TZ": zone},
        ).stdout
        for seed, zone in (("0", "UTC"), ("1", "Asia/Ho_Chi_Minh"))
    }  # fmt: skip
    here = dump(to, list(read_records(samples)), options())
    assert seen == {hashlib.sha256(here).hexdigest()}


def test_a_workbook_says_nothing_about_when_it_was_written(record: Record) -> None:
    with zipfile.ZipFile(io.BytesIO(dump("xlsx", [record], options()))) as packed:
        assert {x.date_time for x in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = packed.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT", core)) == {"2022-02-18T"}


@pytest.mark.parametrize("to", FORMATS)
def test_a_notice_without_tasks(to: str) -> None:
    assert dump(to, [extract("Chuyển đổi số là xu hướng.\n")], options())
    assert dump(to, [], options())


# --- XLSX -----------------------------------------------------------------------------------------


def test_the_sheet_has_what_an_office_expects(record: Record) -> None:
    found = sheet(dump("xlsx", [record], options()))
    first = table(dump("xlsx", [record], options()))[0]
    assert list(first)[:6] == [
        "STT", "Nội dung nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời hạn hoàn thành", "Thời hạn (nguyên văn)",
    ]  # fmt: skip
    assert first["Thời hạn hoàn thành"] == datetime(2022, 2, 28)
    assert first["Cơ quan phối hợp"] == "Sở Tài chính; Sở Nội vụ"
    assert first["Vị trí trong văn bản"] == "mục 1"
    assert first["Trích nguyên văn"] == record.tasks[0].text
    assert first["Mã nhiệm vụ"] == record.tasks[0].id
    assert first["Tình trạng"] == "Chưa thực hiện"
    assert found["E2"].number_format == "dd/mm/yyyy"
    assert found["B2"].alignment.wrap_text
    assert found.freeze_panes == "A2"
    assert found.auto_filter.ref == "A1:M5"
    assert found.print_title_rows == "$1:$1"
    assert (found.page_setup.orientation, found.page_setup.paperSize) == ("landscape", 9)
    assert found.sheet_properties.pageSetUpPr.fitToPage  # one page wide, as many high as it takes
    assert (found.page_setup.fitToWidth or 1, found.page_setup.fitToHeight) == (1, 0)
    assert found.print_area == "'Nhiệm vụ'!$A$1:$K$5"  # quote and id are for the screen
    assert "03/TB-UBND" in found.oddHeader.left.text
    assert "&P" in found.oddFooter.right.text
    lists = [v for v in found.data_validations.dataValidation if v.type == "list"]
    assert [(str(v.sqref), "Hoàn thành" in v.formula1) for v in lists] == [("J2:J5", True)]


def test_a_second_sheet_lists_what_to_check(record: Record) -> None:
    doubts = [(t.id, d.detail) for t in record.tasks for d in t.doubts]
    assert doubts
    found = list(sheet(dump("xlsx", [record], options()), "Cần xem lại").iter_rows(min_row=2))
    assert [(row[5].value, row[3].value) for row in found] == doubts
    number = next(n for n, t in enumerate(record.tasks, 1) if t.id == doubts[0][0])
    assert found[0][0].hyperlink.location == f"'Nhiệm vụ'!A{number + 1}"


@pytest.mark.parametrize("start", [*DANGEROUS, "{=", "http://x.vn/", "internal:", "mailto:"])
def test_no_text_becomes_a_formula_or_a_link(record: Record, start: str) -> None:
    words = f"{start}cmd|' /C calc'!A0&HYPERLINK(\"x\")"
    content = dump("xlsx", [with_words(record, words)], options())
    for line in sheet(content).iter_rows():
        for cell in line:
            assert cell.data_type != "f"
            assert cell.hyperlink is None
    assert table(content)[0]["Cơ quan chủ trì"] == words.strip()


def test_control_characters_and_long_texts_are_kept_in_bounds(record: Record) -> None:
    row = table(dump("xlsx", [with_words(record, "a\x00\x0b\x1b b" + "x" * 40_000)], options()))[0]
    assert len(row["Nội dung nhiệm vụ"]) == MAX_CELL
    assert row["Nội dung nhiệm vụ"].startswith("a\ufffd")


def test_dates_that_excel_cannot_hold_are_texts(record: Record) -> None:
    old = record.tasks[0].model_copy(update={"due": "1899-12-31"})
    content = dump("xlsx", [record.model_copy(update={"tasks": (old,)})], options())
    assert table(content)[0]["Thời hạn hoàn thành"] == "31/12/1899"


def test_numbers_run_through_all_notices(samples: Path) -> None:
    records = list(read_records(samples))
    found = table(dump("xlsx", records, options()))
    assert [r["STT"] for r in found] == list(range(1, sum(len(r.tasks) for r in records) + 1))
    assert [r["Mã nhiệm vụ"] for r in found] == [t.id for r in records for t in r.tasks]


# --- profiles -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", profiles.built_in())
def test_the_profiles_that_come_along_hold(name: str, record: Record) -> None:
    assert dump("xlsx", [record], Options(profiles.load(name)))


def test_the_appendix_has_its_title_above(record: Record) -> None:
    content = dump("xlsx", [record], Options(profiles.load("phu-luc")))
    found = [line[0] for line in sheet(content, "Phụ lục").iter_rows(values_only=True, max_row=5)]
    assert found == [
        "PHỤ LỤC",
        "DANH MỤC NHIỆM VỤ",
        "(Kèm theo Thông báo số 03/TB-UBND ngày 18/02/2022)",
        None,
        "STT",
    ]
    many = dump("xlsx", [record, record], Options(profiles.load("phu-luc")))
    assert "Kèm theo" not in str([c.value for c in sheet(many, "Phụ lục")["A"]])


def test_an_office_writes_its_own(tmp_path: Path, record: Record) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'sheet = "Giao việc"\n[[column]]\nheading = "Tên nhiệm vụ"\nfield = "action"\n'
        '[[column]]\nheading = "Hạn"\nfield = "due"\ntime = "17:00"\n[[column]]\nheading = "Người thực hiện"\n',
        "utf-8",
    )
    content = dump("xlsx", [record], Options(profiles.load(str(own))))
    line = next(sheet(content, "Giao việc").iter_rows(min_row=2, values_only=True))
    assert line[1:] == (datetime(2022, 2, 28, 17), None)
    lines = dump("csv", [record], Options(profiles.load(str(own)))).decode("utf-8-sig").splitlines()
    assert lines[0] == "Tên nhiệm vụ,Hạn,Người thực hiện"
    assert lines[1].endswith(",28/02/2022 17:00,")


GOOD = '[[column]]\nheading = "STT"\nfield = "number"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD + '[[column]]\nheading = "Lãnh đạo"\nwidth = 20\nfield = "leader"\n', r"dòng 7: không có trường 'leader'; có: number, action"),
        (GOOD + '[[column]]\nheading = "A"\ncolour = "red"\n', "dòng 6: không có khóa 'colour'"),
        (GOOD + '[[column]]\nfield = "lead"\n', "dòng 4: cột thiếu heading"),
        (GOOD + '\n[[column]]\nheading = "STT"\n', "dòng 6: cột 'STT' có hai lần"),
        (GOOD + 'width = "rộng"\n', "dòng 4: width phải là số"),
        (GOOD + "width = true\n", "dòng 4: width phải là số"),
        (GOOD + "width = 0\n", "dòng 4: width từ 1 đến 255"),
        (GOOD + 'time = "5 giờ"\n', "dòng 4: time dạng HH:MM"),
        ('sheet = "a/b"\n' + GOOD, "tên trang 'a/b'"),
        ('statuses = ["a,b"]\n' + GOOD, "dấu phẩy"),
        ("statuses = [1]\n" + GOOD, "statuses phải là danh sách chữ"),
        ('colour = "red"\n' + GOOD, "không có khóa 'colour'"),
        ("", r"cần ít nhất một \[\[column\]\]"),
        ("[[column]\n", "không phải TOML hợp lệ .*line 1"),
        ('column = [{field = "leader", heading = "x"}]', "cột thứ 1: không có trường"),
    ],
)  # fmt: skip
def test_a_wrong_profile_is_refused_with_file_and_line(
    tmp_path: Path, text: str, said: str, run: Callable[..., tuple[int, str, str]], samples: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text, "utf-8")
    with pytest.raises(ProfileError, match=said) as error:
        profiles.load(str(own))
    assert str(error.value).startswith(f"{own}")
    status, _, told = run("export", samples, "-o", tmp_path / "x.xlsx", "--profile", own)
    assert status == 1
    assert str(own) in told
    assert not (tmp_path / "x.xlsx").exists()


def test_an_unknown_profile_names_those_that_there_are() -> None:
    with pytest.raises(ProfileError, match="phu-luc, theo-doi"):
        profiles.load("bảng")


def test_every_field_has_a_cell(record: Record) -> None:
    for row in rows([record]):
        for field in FIELDS:
            assert isinstance(row.cell(field), str | int | date | None)


# --- CSV ------------------------------------------------------------------------------------------


def test_csv_opens_in_excel(record: Record) -> None:
    content = dump("csv", [record], options())
    assert content.startswith(b"\xef\xbb\xbfSTT,")
    assert content.endswith(b"\r\n")
    lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [x["Mã nhiệm vụ"] for x in lines] == [t.id for t in record.tasks]
    assert lines[0]["Thời hạn hoàn thành"] == "28/02/2022"


@pytest.mark.parametrize("start", DANGEROUS)
def test_no_cell_of_csv_begins_like_a_formula(record: Record, start: str) -> None:
    content = dump("csv", [with_words(record, start + "1+1")], options()).decode("utf-8-sig")
    for line in csv.reader(io.StringIO(content, newline="")):
        assert not [c for c in line if c.startswith(DANGEROUS)]


# --- ICS ------------------------------------------------------------------------------------------


def todos(*records: Record) -> list[Any]:
    content = dump("ics", list(records), options())
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    return list(icalendar.Calendar.from_ical(content).walk("VTODO"))


def test_one_todo_a_task(record: Record) -> None:
    found = todos(record)
    assert [str(x["uid"]) for x in found] == [f"{t.id}@nhiemvu" for t in record.tasks]
    first = found[0]
    assert first["due"].dt == date(2022, 2, 28)  # a day, not a midnight
    assert first["due"].params["VALUE"] == "DATE"
    assert first["dtstamp"].dt.isoformat() == "2022-02-18T00:00:00+00:00"
    assert "Phối hợp: Sở Tài chính; Sở Nội vụ" in first["description"]
    assert str(first["contact"]) == "Sở Y tế"
    assert "due" not in found[2]


def test_recurrences_are_rules_that_start(record: Record) -> None:
    second = todos(record)[1]
    rule = second["rrule"].to_ical().decode()
    assert set(rule.split(";")) == {"FREQ=MONTHLY", "BYMONTHDAY=25", "BYHOUR=17", "BYMINUTE=0"}
    start = second["dtstart"].dt
    assert start == datetime(2022, 2, 25, 17)
    assert rrulestr(rule, dtstart=start)[1] == datetime(2022, 3, 25, 17)


def test_every_rule_of_the_samples_has_a_start_of_its_kind() -> None:
    records = [extract(p.read_text("utf-8")) for p in sorted(NOTICES.glob("*.txt"))[::5]]
    found = [x for x in todos(*records) if "rrule" in x]
    assert len(found) > 5
    for x in found:
        rule = x["rrule"].to_ical().decode()
        timed = "BYHOUR" in rule or "HOURLY" in rule
        assert isinstance(x["dtstart"].dt, datetime) or not timed
        assert next(iter(rrulestr(rule, dtstart=x["dtstart"].dt)))


def test_texts_come_through_whole(record: Record) -> None:
    words = "Sở Nội vụ; Sở A, Sở B\\n\nEND:VTODO\r\nX:1"
    first = todos(with_words(record, words))[0]
    assert str(first["summary"]) == "Sở Nội vụ; Sở A, Sở B\\n END:VTODO X:1"
    assert "x" not in first


def test_without_a_date_now_stands_in() -> None:
    plain = extract("1. Sở Y tế báo cáo UBND tỉnh.\n")
    given = options(now=datetime(2026, 1, 2))
    assert b"DTSTAMP:20260102T000000Z" in dump("ics", [plain], given)
    assert todo(next(rows([plain])), datetime(2026, 1, 2))["status"] == "NEEDS-ACTION"


# --- JSON -----------------------------------------------------------------------------------------


def test_json_is_one_array_of_tasks(record: Record) -> None:
    found = json.loads(dump("json", [record], options()))
    assert [x["id"] for x in found] == [t.id for t in record.tasks]
    assert found[0]["coordinating"] == ["Sở Tài chính", "Sở Nội vụ"]
    assert found[0]["due"] == "2022-02-28"
    assert found[0]["document_date"] == "2022-02-18"


# --- HTML -----------------------------------------------------------------------------------------


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("with_text", [True, False], ids=["text", "no text"])
def test_the_page_has_text_and_table_side_by_side(record: Record, with_text: bool) -> None:
    html = dump(
        "html", [record, record], options(text=lambda _: NOTICE if with_text else None)
    ).decode()
    found = Page(html)
    assert found.open == []
    ids = [a["id"] for _, a in found.elements if "id" in a]
    links = [a["href"] for tag, a in found.elements if tag == "a"]
    assert len(set(ids)) == len(ids) == 2 * 2 * len(record.tasks)
    assert {f"#{x}" for x in ids} == set(links)
    assert ("Cà Mau, ngày 18 tháng 02" in html) is with_text
    assert ("Không có toàn văn" in html) is not with_text
    assert ('<mark class="lead"' in html.partition("<article>")[2]) is with_text


@pytest.mark.parametrize("with_text", [True, False], ids=["text", "no text"])
def test_nothing_of_a_notice_becomes_markup(record: Record, with_text: bool) -> None:
    bad = "</td><script>alert(1)</script><img src=x onerror=y>\"'&{0}\x1b"
    text = NOTICE.replace("Kết luận", bad)
    given = with_words(extract(text), bad)
    html = dump("html", [given], options(text=lambda _: text if with_text else None)).decode()
    found = Page(html)
    assert found.open == []
    assert not {tag for tag, _ in found.elements} & {"script", "img", "link", "iframe"}
    assert not [n for _, attrs in found.elements for n in attrs if n.startswith("on")]
    assert all(a["href"].startswith("#") for tag, a in found.elements if tag == "a")  # type: ignore[union-attr]
    assert "\x1b" not in html
    assert "default-src 'none'" in html


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(NOTICE, "utf-8")
    assert main(["extract", "a.txt", "-q", "-o", "tasks.jsonl"]) == 0
    return Path("tasks.jsonl")


@pytest.mark.parametrize("to", FORMATS)
def test_a_file_of_each_format(
    to: str, tasks: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    assert run("export", tasks, "-o", f"out.{to}") == (0, "", "")
    content = Path(f"out.{to}").read_bytes()
    if to != "xlsx":
        status, out, _ = run("export", tasks, "--to", to)
        assert status == 0
        assert out.encode() == content.replace(b"\r\r\n", b"\r\n")


def test_wrong_usage(tasks: Path, run: Callable[..., tuple[int, str, str]]) -> None:
    assert run("export", tasks)[0] == 2
    assert run("export", tasks, "-o", "out.doc")[0] == 2
    status, _, told = run("export", tasks, "--to", "xlsx")
    assert (status, "-o" in told) == (2, True)
    assert run("export", tasks, "--to", "gold")[0] == 2
    assert run("export", tasks, "--to", "csv", "--now", "hôm qua")[0] == 2
    assert run("export", "none.jsonl", "--to", "csv")[0] == 1


def test_a_page_without_its_notice_is_written_and_told(
    tasks: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    Path("a.txt").write_text(NOTICE + "\n", "utf-8")
    status, _, told = run("export", tasks, "-o", "out.html")
    assert (status, "a.txt: văn bản đã thay đổi" in told) == (1, True)
    Path("a.txt").unlink()
    status, _, told = run("export", tasks, "-o", "out.html")
    assert (status, "a.txt: không có tệp này" in told) == (1, True)
    assert "Không có toàn văn" in Path("out.html").read_text("utf-8")


def test_gold_scores_its_own_records_as_right(
    samples: Path, tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    assert run("export", samples, "--to", "gold", "-o", tmp_path / "gold")[0] == 0
    status, out, _ = run("evaluate", tmp_path / "gold", samples, "--json")
    figures = json.loads(out)
    assert status == 0
    assert figures["tasks"]["gold"] == figures["tasks"]["found"] > 100
    assert {k: v["f1"] for k, v in figures.items() if isinstance(v, dict) and v["f1"] != 1} == {}
    assert (figures["fields"], figures["untouched"], figures["spurious"]) == (1.0, 1.0, 0.0)
