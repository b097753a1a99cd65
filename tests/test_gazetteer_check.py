"""The gazetteer's tables hold; broken ones are told with file and line; an office's own are laid over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from extractor import Extractor
from extractor.cli import main
from extractor.errors import GazetteerError
from extractor.gazetteer import Gazetteer, default
from extractor.gazetteer_check import load, table_problems
from extractor.gazetteer_links import check
from extractor.lookup import look_up
from extractor.registry import tables_dir
from extractor.successors import holders
from extractor.tablerows import COLUMNS

NOTICE = """ỦY BAN NHÂN DÂN
TỈNH QUẢNG NGÃI

Số: 12/TB-UBND

Quảng Ngãi, ngày 05 tháng 05 năm 2022

THÔNG BÁO
Kết luận của Chủ tịch UBND tỉnh

1. Giao Sở Thông tin và Truyền thông chủ trì, phối hợp với Ban Quản lý Làng nghề số tỉnh, Sở Lao động - Thương binh và Xã hội báo cáo UBND tỉnh trước ngày 28/05/2022.
"""
OWN = "BQLLNS,Ban Quản lý Làng nghề số {tinh},province,ban,P51,,,,BQLLNS,confirmed,bảng thử"


def write(folder: Path, table: str, *rows: str, header: str | None = None) -> Path:
    """A table in a folder; the folder."""
    path = folder / f"{table}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = COLUMNS["places" if table.startswith("places/") else table]
    path.write_text("\n".join([header or ",".join(columns), *rows]) + "\n", encoding="utf-8")
    return folder


def test_the_shipped_tables_hold() -> None:
    assert [str(p) for p in check()] == []


BODY = "TW.X{n},{name},cục,central,,{a},{b},{next},,,memory,thử"


def body(n: int, name: str = "", a: str = "", b: str = "", next: str = "") -> str:
    return BODY.format(n=n, name=name or f"Cục Thử nghiệm số {n}", a=a, b=b, next=next)


@pytest.mark.parametrize(
    ("table", "rows", "line", "said"),
    [
        ("bodies", ["TW.X1,Cục Thử"], 2, "có 2 cột, cần 12"),
        ("bodies", [body(1).replace("TW.X1", "tw x1")], 2, "không đúng dạng"),
        ("bodies", [body(1).replace(",cục,", ",cụcc,")], 2, "loại 'cụcc' không có"),
        ("bodies", [body(1).replace("central", "xã")], 2, "cấp 'xã' không có"),
        ("bodies", [body(1).replace("memory", "chắc")], 2, "mark 'chắc'"),
        ("bodies", [body(1).replace("thử", "")], 2, "thiếu nguồn"),
        ("bodies", [body(1, "Cục  Thử")], 2, "thừa khoảng trắng"),
        ("bodies", [body(1, "Cu\u0323c Thử")], 2, "NFC"),
        ("bodies", [body(1, a="2025-02-30")], 2, "không phải ngày"),
        ("bodies", [body(1, a="2025")], 2, "không phải ngày"),
        ("bodies", [body(1, a="2025-03-01", b="2025-02-01")], 2, "sau khi kết thúc"),
        ("bodies", [body(1), body(1)], 3, "đã có ở"),
        ("bodies", [body(2), body(1)], 3, "không đúng thứ tự"),
        ("bodies", [body(1, b="2025-02-28", next="TW.KHONG")], 2, "không có trong danh mục"),
        ("bodies", [body(1, next="TW.BNV")], 2, "không có ngày kết thúc"),
        ("bodies", [body(1, b="2025-02-28", next="P51")], 2, "bảng khác loại"),
        ("bodies", [body(1).replace("central,,", "central,TW.KHONG,")], 2, "cấp trên TW.KHONG"),
        ("bodies", [body(1, b="2025-02-28", next="TW.X2"), body(2, a="2025-03-02")], 2, "khoảng trống"),
        ("bodies", [body(1, b="2025-02-28", next="TW.X2"), body(2, b="2025-01-31")], 2, "đã kết thúc"),
        ("bodies", [body(1, b="2025-02-28", next="TW.X2"), body(2, b="2025-02-28", next="TW.X1")], 2, "quay vòng"),
        ("bodies", [body(1, "Cục Giống nhau"), body(2, "Cục Giống nhau")], 3, "cùng tên"),
        ("templates", [OWN.replace("{tinh}", "{xa}")], 2, "không hợp với cấp province"),
        ("templates", [OWN.replace("P51", "P00")], 2, "không có tỉnh hay loại"),
        ("groups", ["G.X,Các cục thử,,TW.KHONG,,,thử"], 2, "thành viên 'TW.KHONG'"),
        ("groups", ["G.X,Các cục thử,,template:*kind=phở,,,thử"], 2, "thành viên"),
        ("aliases", ["Sở TThử,KHONG,abbreviation,Giao Sở TThử."], 2, "không có cơ quan"),
        ("aliases", ["Sở TThử,STC,biệt danh,Giao Sở TThử."], 2, "loại 'biệt danh'"),
        ("aliases", ["Sở TThử,STC,abbreviation,Giao Sở khác."], 2, "câu ví dụ không có"),
        ("aliases", ["Sở Y tế,STC,short,Giao Sở Y tế."], 2, "là tên của SYT"),
        ("aliases", ["Sở TThử,STC,short,Giao Sở TThử.", "Sở TThử,SYT,short,Sở TThử."], 3, "đã chỉ STC"),
        ("aliases", ["Sở TThử {xa},STC,short,Giao Sở TThử xã."], 2, "{xa} không hợp"),
        ("places/51", ["C99999,Thử,xã,commune,D999,,,,thử"], 2, "cấp trên D999"),
        ("places/51", ["C99999,Thử,huyện,commune,P51,,,,thử"], 2, "loại 'huyện'"),
    ],
)  # fmt: skip
def test_a_broken_row_is_told_with_file_and_line(
    tmp_path: Path, table: str, rows: list[str], line: int, said: str
) -> None:
    problems = [str(p) for p in table_problems(tables_dir(), write(tmp_path, table, *rows))]
    where = f"{tmp_path.as_posix()}/{table}.csv, dòng {line}: "
    assert any(p.startswith(where) and said in p for p in problems), problems
    assert all(p.startswith(tmp_path.as_posix()) for p in problems)


def test_broken_files_are_told(tmp_path: Path) -> None:
    assert "không có thư mục" in str(table_problems(tmp_path / "none")[0])
    assert "không có bảng nào" in str(table_problems(tmp_path)[0])
    write(tmp_path, "bodies", header="id,name")
    assert "dòng 1: dòng tiêu đề" in str(table_problems(tmp_path)[0])
    (tmp_path / "bodies.csv").write_bytes("id,tên\n".encode("utf-16"))
    assert "không phải UTF-8" in str(table_problems(tmp_path)[0])
    (tmp_path / "bodies.csv").rename(tmp_path / "body.csv")
    assert "không phải bảng" in str(table_problems(tmp_path)[0])


def test_an_alias_that_its_example_does_not_reach_is_told(tmp_path: Path) -> None:
    write(tmp_path, "aliases", "Đội QLTTĐT thử {huyen},H.DQLTTDT,short,Gửi Đội QLTTĐT thử huyện.")
    (problem,) = check(tmp_path)
    assert "aliases.csv, dòng 2: câu ví dụ không dẫn đến H.DQLTTDT" in str(problem)


# --- an office's own tables -------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = write(tmp_path / "own", "templates", OWN)
    return write(folder, "aliases", "BQL LNS,BQLLNS,abbreviation,Giao BQL LNS theo dõi.")


def test_own_tables_are_laid_over_ours(own: Path) -> None:
    assert check(own) == []
    assert load([own]).view("Quảng Ngãi", "2022-05-01").link("BQL LNS").id == "P51.BQLLNS"
    assert default().view("Quảng Ngãi", "2022-05-01").link("BQL LNS").id is None
    ids = [a.id for t in Extractor(gazetteer=[own]).extract(NOTICE).tasks for a in t.coordinating]
    assert "P51.BQLLNS" in ids
    ours = [a.id for t in Extractor().extract(NOTICE).tasks for a in t.coordinating]
    assert "P51.BQLLNS" not in ours


def test_letterheads_are_read_with_own_tables(tmp_path: Path) -> None:
    head = "UBND SƠN THỬ\nTRUNG TÂM TIN HỌC VÀ SÁNG TẠO"
    notice = NOTICE.replace("ỦY BAN NHÂN DÂN\nTỈNH QUẢNG NGÃI", head)
    ours = Extractor().extract(notice).notice.issuer
    assert ours is not None
    assert (ours.name, ours.id) == ("Trung tâm Tin học và Sáng tạo", None)
    write(tmp_path, "provinces", "P99,Sơn Thử,tỉnh,,,,,bảng thử")
    row = "TTTHST,Trung tâm Tin học và sáng tạo,province,đơn vị sự nghiệp,P99,,,,TTTHST,confirmed,bảng thử"
    write(tmp_path, "templates", row)
    issuer = Extractor(gazetteer=[tmp_path]).extract(notice).notice.issuer
    assert issuer is not None
    assert issuer.name == "Trung tâm Tin học và sáng tạo tỉnh Sơn Thử"
    assert issuer.id == "P99.TTTHST"


def test_a_row_of_ours_is_replaced_by_its_id(tmp_path: Path) -> None:
    row = "SYT,Sở Sức khỏe,province,sở,,,,,SYT,confirmed,bảng thử"
    tables = load([write(tmp_path, "templates", row)])
    assert tables.view("Quảng Ngãi").link("Sở Sức khỏe").id == "P51.SYT"


def test_a_place_of_ours_is_replaced_by_its_id(tmp_path: Path) -> None:
    row = "D528,Sơn Thử,huyện,district,P51,,2025-06-30,,bảng thử"
    tables = load([write(tmp_path, "places/51", row)])
    province = tables.province("Quảng Ngãi")
    assert province is not None
    assert [p.name for p in tables.places(province) if p.id == "D528"] == ["Sơn Thử"]


def test_wrong_own_tables_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "templates", OWN.replace("P51,,", "P51,01/02/2025,"))
    with pytest.raises(GazetteerError, match=r"templates\.csv, dòng 2: valid_from"):
        Extractor(gazetteer=[tmp_path])


# --- successors -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body_id", "on", "heirs"),
    [
        ("P51.STTTT", "2022-05-01", ["P51.STTTT"]),
        ("P51.STTTT", "2025-03-01", ["P51.SKHCN"]),
        ("P62.SNV", "2026-01-01", ["P51.SNV"]),
        ("TW.BTTTT", "2026-01-01", ["TW.BKHCN"]),
        ("P51.KHONG", "2026-01-01", []),
        ("SNV", "2020-01-01", []),
    ],
)  # fmt: skip
def test_holders(body_id: str, on: str, heirs: list[str]) -> None:
    assert [b.id for b in holders(default(), body_id, on)] == heirs


def test_the_work_of_a_district_is_split() -> None:
    bodies = holders(default(), "D529.H.UBND", "2026-01-01")
    assert len(bodies) > 1
    assert all(b.id.endswith(".X.UBND") and "Ủy ban nhân dân xã" in b.name for b in bodies)


def test_as_of_adds_who_holds_the_work() -> None:
    record = Extractor(as_of="2026-01-01").extract(NOTICE)
    (lead,) = record.tasks[0].lead
    assert lead.now is not None
    assert lead.now.model_dump() == {
        "id": "P51.SKHCN",
        "name": "Sở Khoa học và Công nghệ tỉnh Quảng Ngãi",
    }
    assert Extractor().extract(NOTICE).tasks[0].lead[0].now is None
    with pytest.raises(ValueError, match="month"):
        Extractor(as_of="2026-13-01")


# --- find -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "step", "id"),
    [
        ("Sở TT&TT", "alias", "P51.STTTT"),
        ("Sở Nội vụ", "template", "P51.SNV"),
        ("Bộ Nội vụ", "exact", "TW.BNV"),
        ("Sở Tải chính", "fuzzy", "P51.STC"),
        ("các sở, ban, ngành", "group", "G.CAC-SO-BAN-NGANH"),
        ("Sở Phép thuật", "unresolved", None),
    ],
)  # fmt: skip
def test_look_up(name: str, step: str, id: str | None) -> None:
    found = look_up(default(), name, "2022-05-01", "Quảng Ngãi")
    assert (found.step, found.id) == (step, id)
    assert found.why


def test_a_body_ends_with_its_place() -> None:
    found = look_up(default(), "UBND huyện Sơn Hà", "2026-01-05", "Quảng Ngãi")
    assert (found.id, found.in_force, found.valid_to) == ("D529.H.UBND", False, "2025-06-30")
    assert len(found.successors) > 1
    assert all(b.id.endswith(".X.UBND") for b in found.successors)
    merged = look_up(default(), "Sở Nội vụ tỉnh Kon Tum", "2024-01-05", "Kon Tum")
    assert (merged.id, merged.in_force, merged.valid_to) == ("P62.SNV", True, "2025-06-30")
    assert [b.id for b in merged.successors] == ["P51.SNV"]


@pytest.mark.parametrize(
    ("group", "on", "issuer", "count", "some", "never"),
    [
        ("các sở, ban, ngành", "2022-05-01", None, 29, "P51.STTTT", "P51.SNNMT"),
        ("các sở, ban, ngành", "2026-05-01", None, 23, "P51.SNNMT", "P51.STTTT"),
        ("UBND các xã, phường, đặc khu", "2026-05-01", None, 96, "C21548-2025.X.UBND", "C21010.X.UBND"),
        ("UBND các huyện, thị xã, thành phố", "2022-05-01", None, 13, "D529.H.UBND", "P51.UBND"),
        ("UBND các xã, thị trấn", "2022-05-01", "Ủy ban nhân dân huyện Sơn Hà", 14, "C21289.X.UBND", "C21010.X.UBND"),
        ("các phòng, ban", "2022-05-01", "Ủy ban nhân dân huyện Sơn Hà", 11, "D529.H.PNV", "D530.H.PNV"),
        ("các huyện, thành phố", "2022-05-01", None, 13, "D529", "P51"),
        ("các bộ", "2022-05-01", None, 18, "TW.BTTTT", "TW.BNNMT"),
        ("các tỉnh, thành phố", "2022-05-01", None, 63, "P62", "P15-2025"),
        ("UBND các tỉnh, thành phố", "2026-05-01", None, 34, "P15-2025.UBND", "P62.UBND"),
        ("các đơn vị liên quan", "2026-05-01", None, 0, None, None),
    ],
)  # fmt: skip
def test_a_group_is_expanded_on_its_date(
    group: str, on: str, issuer: str | None, count: int, some: str | None, never: str | None
) -> None:
    found = look_up(default(), group, on, "Quảng Ngãi", issuer)
    ids = [b.id for b in found.members]
    assert found.step == "group"
    assert len(ids) == count
    assert some is None or (some in ids and never not in ids)


def test_find_shows_a_groups_members(capfd: pytest.CaptureFixture[str]) -> None:
    args = ("gazetteer", "find", "các sở, ban, ngành", "--on", "2022-05-01", "--in", "Quảng Ngãi")
    out = run(capfd, *args)[1]
    assert "Thành viên: (29)\n" in out
    assert "  P51.STTTT        Sở Thông tin và Truyền thông tỉnh Quảng Ngãi\n" in out
    assert "Thành viên" not in run(capfd, *args[:2], "Sở Y tế", *args[3:])[1]


def run(capfd: pytest.CaptureFixture[str], *args: Any) -> tuple[int, str, str]:
    capfd.readouterr()
    status = main([str(a) for a in args])
    out, err = capfd.readouterr()
    assert "Traceback" not in err
    return status, out, err


def test_find_tells_all(capfd: pytest.CaptureFixture[str]) -> None:
    args = ("gazetteer", "find", "Sở TT&TT", "--on", "2022-05-01", "--in", "Quảng Ngãi")
    status, out, _ = run(capfd, *args)
    assert status == 0
    assert "alias → P51.STTTT  Sở Thông tin và Truyền thông tỉnh Quảng Ngãi" in out
    assert "– 2025-02-28" in out
    assert "Kế tục:    P51.SKHCN" in out
    found = json.loads(run(capfd, *args, "--json")[1])
    assert found["successors"] == [
        {"id": "P51.SKHCN", "name": "Sở Khoa học và Công nghệ tỉnh Quảng Ngãi"}
    ]
    assert found["candidates"][0]["score"] == 100
    assert run(capfd, *args[:3], "--on", "2022")[0] == 2
    assert run(capfd, *args[:3], "--in", "Quảng Nga")[0] == 2


def test_check_tells_and_fails(
    capfd: pytest.CaptureFixture[str], own: Path, tmp_path: Path
) -> None:
    assert run(capfd, "gazetteer", "check")[0] == 0
    assert run(capfd, "gazetteer", "check", own)[0] == 0
    write(own, "bodies", body(1, a="hôm qua"))
    status, out, err = run(capfd, "gazetteer", "check", own)
    assert status == 1
    assert out.startswith(f"{own.as_posix()}/bodies.csv, dòng 2: valid_from")
    assert err == "1 chỗ sai\n"


@pytest.mark.parametrize("command", ["extract", "show", "explain"])
def test_every_command_takes_own_tables_and_refuses_wrong_ones(
    capfd: pytest.CaptureFixture[str], own: Path, tmp_path: Path, command: str
) -> None:
    path = tmp_path / "notice.txt"
    path.write_text(NOTICE, encoding="utf-8")
    assert run(capfd, command, path, "--gazetteer", own)[0] == 0
    write(own, "bodies", body(1, a="hôm qua"))
    status, out, err = run(capfd, command, path, "--gazetteer", own)
    assert (status, out) == (2, "")
    assert "bodies.csv, dòng 2: valid_from" in err
    assert run(capfd, "gazetteer", "find", "Sở Y tế", "--gazetteer", own)[0] == 2


def test_extract_as_of(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "notice.txt"
    path.write_text(NOTICE, encoding="utf-8")
    lead = json.loads(run(capfd, "extract", path, "--as-of", "2026-01-01")[1])["tasks"][0]["lead"][
        0
    ]
    assert lead["now"]["id"] == "P51.SKHCN"
    assert run(capfd, "extract", path, "--as-of", "today")[0] == 0
    status, _, err = run(capfd, "extract", path, "--as-of", "mai")
    assert status == 2
    assert "--as-of nhận ngày dạng YYYY-MM-DD" in err


def test_a_body_out_of_force_is_told_with_who_took_over() -> None:
    bodies = "UBND huyện Sơn Hà, Sở Nội vụ tỉnh Kon Tum, UBND xã Sơn Hà"
    notice = NOTICE.replace("2022", "2026").replace("Ban Quản lý Làng nghề số tỉnh", bodies)
    (task,) = Extractor().extract(notice).tasks
    told = [d.detail.partition("; ") for d in task.doubts if d.kind == "out_of_force"]
    assert [(name.split("”")[0], heirs) for name, _, heirs in told] == [
        ("“Sở Thông tin và Truyền thông", "nay là: Sở Khoa học và Công nghệ tỉnh Quảng Ngãi"),
        ("“Ủy ban nhân dân huyện Sơn Hà", "việc đã chia cho: Ủy ban nhân dân xã Sơn Hà, Ủy ban nhân dân xã Sơn Hạ, Ủy ban nhân dân xã Sơn Linh, Ủy ban nhân dân xã Sơn Thủy và 1 nơi khác"),
        ("“Sở Nội vụ tỉnh Kon Tum", "nay là: Sở Nội vụ tỉnh Quảng Ngãi"),
        ("“Sở Lao động - Thương binh và Xã hội", "nay là: Sở Nội vụ tỉnh Quảng Ngãi"),
    ]  # fmt: skip


def test_a_place_is_read_by_its_id_alone() -> None:
    tables = Gazetteer.read(tables_dir())
    place = tables.place("D529")
    assert place is not None
    assert (place.name, place.kind) == ("Sơn Hà", "huyện")
    assert tables.place("D000") is None
