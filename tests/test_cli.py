"""The command line: output, messages, exit status; every way in which a run can go wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from extractor import Extractor, __version__, batch, progress, readers
from extractor.errors import RuleError

ROOT = Path(__file__).resolve().parent.parent
NOTICES = ROOT / "samples" / "notices"
NOTICE = """ỦY BAN NHÂN DÂN
TỈNH CÀ MAU

Số: 03/TB-UBND

Cà Mau, ngày 18 tháng 02 năm 2022

THÔNG BÁO
Kết luận của Phó Chủ tịch UBND tỉnh tại cuộc họp

1. Giao Sở Y tế chủ trì, phối hợp với Sở Tài chính xây dựng kế hoạch, trình UBND tỉnh trước ngày 28/02/2022.

2. Sở Nội vụ:

a) Tổng hợp, báo cáo UBND tỉnh định kỳ trước ngày 25 hằng tháng.

b) Theo dõi, đôn đốc các đơn vị.
"""
EMPTY_OF_TASKS = "Chuyển đổi số là xu hướng tất yếu của thời đại.\n"


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "notice.txt"
    path.write_text(NOTICE, encoding="utf-8")
    return path


def command(*args: Any, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own."""
    environment = {**os.environ, **more.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-m", "extractor", *map(str, args)],
        capture_output=True, text=True, encoding="utf-8", check=False, cwd=ROOT, env=environment, **more,
    )  # fmt: skip


def names(tmp_path: Path) -> list[str]:
    return sorted(p.name for p in tmp_path.iterdir())


# --- extract ----------------------------------------------------------------------------------


def test_extract_to_standard_output(run: Any, notice: Path) -> None:
    status, out, err = run("extract", notice)
    assert status == 0
    record = json.loads(out)
    assert record["notice"]["source"]["path"] == notice.as_posix()
    assert [t["clause"] for t in record["tasks"]] == ["1", "2.a", "2.b"]
    assert err.startswith("1 văn bản, 3 nhiệm vụ, 2 thời hạn, ")
    assert err.rstrip().endswith("0 lỗi")


def test_extract_to_a_file(run: Any, notice: Path, tmp_path: Path) -> None:
    output = tmp_path / "tasks.jsonl"
    status, out, _ = run("extract", notice, "-o", output)
    assert (status, out) == (0, "")
    assert json.loads(output.read_bytes().decode("utf-8"))["schema_version"] == "1.0"
    assert names(tmp_path) == ["notice.txt", "tasks.jsonl"]


def test_quiet_says_nothing(run: Any, notice: Path) -> None:
    _, out, err = run("extract", "--quiet", notice)
    assert out
    assert err == ""


def test_read_prints_the_text_and_tells_its_repairs(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Giao Së Y tÕ b¸o c¸o UBND tØnh.\r\n".encode("latin-1"))
    assert run("read", path) == (
        0,
        "Giao Sở Y tế báo cáo UBND tỉnh.\n",
        f"{path}: Chữ mã TCVN3 (ABC) đã chuyển sang Unicode\n",
    )
    status, out, err = run("read", tmp_path / "không.txt")
    assert (status, out) == (1, "")
    assert "không có tệp này" in err


def test_folders_and_files_sorted_each_once(run: Any, tmp_path: Path) -> None:
    inner = tmp_path / "b" / "sâu"
    inner.mkdir(parents=True)
    for path in (inner / "c.txt", tmp_path / "b" / "a.md", tmp_path / "z.txt", tmp_path / "A.TXT"):
        path.write_text(NOTICE, encoding="utf-8")
    for path in (tmp_path / ".hidden.txt", tmp_path / "b" / "x.xlsx"):
        path.write_text(NOTICE, encoding="utf-8")
    status, out, _ = run("extract", tmp_path, tmp_path / "z.txt", tmp_path / "b")
    read = [json.loads(line)["notice"]["source"]["path"] for line in out.splitlines()]
    assert status == 0
    assert read == sorted(read)
    assert [Path(p).relative_to(tmp_path).as_posix() for p in read] == [
        "A.TXT",
        "b/a.md",
        "b/sâu/c.txt",
        "z.txt",
    ]


def test_no_task_is_told(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(EMPTY_OF_TASKS, encoding="utf-8")
    status, out, err = run("extract", path)
    assert status == 0
    assert json.loads(out)["tasks"] == []
    assert f"Không thấy nhiệm vụ: {path}" in err


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("rong.txt", b"", "rỗng"),
        ("trang.txt", b"\n \n", "rỗng"),
        ("latin.txt", "Sở Y tế".encode("utf-16-le"), "nhị phân"),
        ("hong.txt", "Sở".encode() + b"\xff", "không phải UTF-8"),
        ("la.xlsx", b"PK\x03\x04", "chưa đọc được"),
        ("khong-co.txt", None, "không có tệp này"),
    ],
)
def test_a_bad_file_does_not_stop_the_rest(
    run: Any, notice: Path, tmp_path: Path, name: str, data: bytes | None, said: str
) -> None:
    bad, output = tmp_path / name, tmp_path / "out.jsonl"
    if data is not None:
        bad.write_bytes(data)
    status, _, err = run("extract", bad, notice, "-o", output)
    assert status == 1
    assert f"Lỗi: {bad}: " in err
    assert said in err
    assert "1 văn bản, " in err
    assert len(output.read_text(encoding="utf-8").splitlines()) == 1
    assert run("extract", "-q", bad, notice)[2].count("Lỗi") == 1


def test_a_folder_without_notices(run: Any, notice: Path, tmp_path: Path) -> None:
    folder = tmp_path / "trống"
    folder.mkdir()
    status, out, err = run("extract", folder)
    assert (status, out) == (1, "")
    assert f"{folder}: thư mục không có văn bản nào" in err
    assert run("extract", folder, notice)[0] == 1  # told even when the rest went well


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read anything"
)
def test_an_unreadable_folder(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "khóa"
    folder.mkdir()
    folder.chmod(0)
    status, _, err = run("extract", folder)
    folder.chmod(0o700)
    assert status == 1
    assert f"{folder}: không mở được thư mục" in err


def test_too_large(run: Any, notice: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MAX_BYTES", 100)
    status, _, err = run("extract", notice)
    assert status == 1
    assert f"{notice}: tệp quá lớn" in err


def test_a_fault_of_ours_stays_with_its_file(
    run: Any, notice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("bom", encoding="utf-8")
    real = Extractor.document

    def document(self: Any, text: str, metadata: Any = None) -> Any:
        if text == "bom":
            raise IndexError("list index out of range")
        return real(self, text)

    monkeypatch.setattr(Extractor, "document", document)
    status, out, err = run("extract", tmp_path)
    assert status == 1
    assert len(out.splitlines()) == 1
    assert f"{other}: lỗi của chương trình (IndexError" in err


def test_a_broken_table_stops_the_run(
    run: Any, notice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def document(self: Any, text: str, metadata: Any = None) -> Any:
        raise RuleError("rules/layout.toml: rule 'x': wrong")

    monkeypatch.setattr(Extractor, "document", document)
    status, out, err = run("extract", notice)
    assert (status, out) == (1, "")
    assert "rules/layout.toml: rule 'x'" in err


def test_nothing_read_leaves_the_old_output(run: Any, tmp_path: Path) -> None:
    output, bad = tmp_path / "out.jsonl", tmp_path / "bad.txt"
    output.write_text("cũ", encoding="utf-8")
    bad.write_bytes(b"")
    status, _, err = run("extract", bad, "-o", output)
    assert status == 1
    assert f"Không ghi {output}" in err
    assert output.read_text(encoding="utf-8") == "cũ"
    assert names(tmp_path) == ["bad.txt", "out.jsonl"]


def test_an_interrupted_run_leaves_no_trace(notice: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    with pytest.raises(KeyboardInterrupt), batch.replaced(output) as file:  # noqa: PT012
        file.write(b"half")
        assert names(tmp_path) != ["notice.txt"]
        raise KeyboardInterrupt
    assert names(tmp_path) == ["notice.txt"]


def test_output_may_be_a_link_or_a_device(run: Any, notice: Path, tmp_path: Path) -> None:
    target, link = tmp_path / "target.jsonl", tmp_path / "link.jsonl"
    target.write_text("", encoding="utf-8")
    link.symlink_to(target)
    assert run("extract", notice, "-o", link)[0] == 0
    assert link.is_symlink()
    assert target.stat().st_size > 0
    assert run("extract", notice, "-o", os.devnull)[0] == 0
    assert not Path(os.devnull).is_file()


def test_broken_pipe_is_quiet() -> None:
    script = f"'{sys.executable}' -m extractor extract -q samples samples/notices | head -c 10; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", script],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1].endswith("141")


def test_any_locale_writes_utf8(notice: Path) -> None:
    done = command(
        "extract", notice, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    )
    assert done.returncode == 0
    assert "Sở Y tế" in done.stdout
    assert "nhiệm vụ" in done.stderr


def test_same_bytes_on_every_hash_seed(tmp_path: Path) -> None:
    outputs = set()
    for seed in ("0", "1", "4242"):
        done = command("extract", "-q", "samples/notices", env={"PYTHONHASHSEED": seed})
        assert done.returncode == 0
        outputs.add(done.stdout)
    assert len(outputs) == 1


# --- usage ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["extract"], "thiếu PATH..."),
        (["extract", "x", "--nope"], "không có tùy chọn --nope"),
        (["extract", "x", "-o"], "-o"),
        (["extract", "x", "-o", "/không/có/out.jsonl"], "không có thư mục /không/có"),
        (["extract", "x", "-o", str(ROOT)], "là thư mục"),
        (["show"], "thiếu FILE"),
        (["show", "a", "b"], "(b)"),
        (["show", "a", "--width", "3"], "--width"),
        (["evaluate", "x"], "thiếu OUT.jsonl"),
        (["evaluate", "/không/có", "x"], "không có thư mục đáp án"),
        (["evaluate", str(ROOT / "samples" / "gold"), "/không/có"], "không có tệp kết quả"),
        (["evaluate", str(ROOT / "samples" / "gold"), __file__, "--split", "x"], "--split"),
        (["nope"], "nope"),
        ([], "extract"),
    ],
)
def test_wrong_usage(run: Any, args: list[str], said: str) -> None:
    status, out, err = run(*args)
    assert (status, out) == (2, "")
    assert said in err


def test_version_and_help(run: Any) -> None:
    assert run("--version") == (0, f"nhiemvu {__version__}\n", "")
    for args in (
        ["--help"],
        *([c, "-h"] for c in ("extract", "show", "explain", "schema", "evaluate")),
    ):
        status, out, _ = run(*args)
        assert status == 0
        assert "Hiện hướng dẫn" in out


# --- show, explain, schema --------------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 80, 120])
def test_show(run: Any, notice: Path, width: int) -> None:
    status, out, err = run("show", notice, "--width", width)
    assert (status, err) == (0, "")
    assert "\x1b" not in out
    paths = [line for line in out.splitlines() if str(notice.name) not in line]
    assert max(len(line) for line in paths) <= width
    for said in (
        "Thông báo số 03/TB-UBND ngày 18/02/2022",
        "3 nhiệm vụ",
        "1. [mục 1] · hạn 28/02/2022",
        "Phối hợp:",
        "Sở Tài chính",
        "(theo mục trên)",
    ):
        assert said in " ".join(out.split())


def test_show_shortens(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        f"1. Giao Sở Y tế rà soát {'các cơ sở khám chữa bệnh ' * 40}.\n", encoding="utf-8"
    )
    assert " …" in run("show", path)[1]
    full = run("show", path, "--full")[1]
    assert " …" not in full
    assert full.count("khám") == 40


def test_show_has_no_control_characters(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "1. Giao Sở Y tế báo cáo \x1b[31mUBND tỉnh\x07 trước ngày 28/02/2022.\n", encoding="utf-8"
    )
    out = run("show", path)[1] + run("explain", path)[1]
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", out)


@pytest.mark.parametrize("name", ["show", "explain"])
def test_a_file_that_cannot_be_shown(run: Any, tmp_path: Path, name: str) -> None:
    status, out, err = run(name, tmp_path / "nope.txt")
    assert (status, out) == (1, "")
    assert "nope.txt: không có tệp này" in err


def test_explain_a_clause(run: Any, notice: Path) -> None:
    status, out, _ = run("explain", notice, "--clause", "1")
    assert status == 0
    for said in (
        "mark.item",
        "exact → ",
        "role.with",
        "quy tắc told.giao",
        "quy tắc date.before",
        "due/before",
        "end 2022-02-28",
    ):
        assert said in out
    inherited = run("explain", notice, "--clause", "2.b")[1]
    for said in ("mark.point", "lấy từ trên", "từ mục 2", "Sở Nội vụ"):
        assert said in inherited
    assert "không có nhiệm vụ" in run("explain", notice, "--clause", "2")[1]


def test_explain_everything(run: Any) -> None:
    for path in sorted(NOTICES.glob("*.txt")):
        status, out, _ = run("explain", path)
        assert status == 0
        assert out.startswith("Phần đầu\n")


def test_explain_an_unknown_clause(run: Any, notice: Path) -> None:
    status, _, err = run("explain", notice, "--clause", "9")
    assert status == 2
    assert "không có mục '9'; có: 1, 2, 2.a, 2.b" in err


def test_schema(run: Any) -> None:
    assert run("schema")[1] == (ROOT / "schema" / "notice.schema.json").read_text(encoding="utf-8")


# --- evaluate ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "said", "wanted"),
    [
        ("{not json\n", "out.jsonl, dòng 1: không phải JSON", 1),
        ("\n[]\n", "out.jsonl, dòng 2: cần một đối tượng", 1),
        ("", "không có kết quả của văn bản nào", 1),
    ],
)
def test_evaluate_what_is_no_output(
    run: Any, tmp_path: Path, output: str, said: str, wanted: int
) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text(output, encoding="utf-8")
    status, _, err = run("evaluate", ROOT / "samples" / "gold", path)
    assert status == wanted
    assert said in err


def test_evaluate_what_is_no_gold(run: Any, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")
    output = tmp_path / "out.jsonl"
    output.write_text("", encoding="utf-8")
    status, _, err = run("evaluate", tmp_path, output)
    assert status == 1
    assert "a.json: không phải tệp đáp án" in err
    (tmp_path / "a.json").unlink()
    assert run("evaluate", tmp_path, output)[0] == 1


@pytest.mark.parametrize("command", ["read", "show", "explain"])
@pytest.mark.parametrize("seen", [True, False])
def test_pages_of_a_scan_are_told_where_a_person_looks(
    run: Any, notice: Path, monkeypatch: pytest.MonkeyPatch, command: str, *, seen: bool
) -> None:
    told: list[tuple[int, int]] = []
    real = readers.crossing.read

    def slow(reader: Any, data: bytes, path: Path, tell: Any = None) -> Any:
        if tell is not None:
            tell(1, 2)
            tell(2, 2)
        return real(reader, data, path)

    monkeypatch.setattr(readers.crossing, "read", slow)
    monkeypatch.setattr(progress.Bar, "page", lambda _, __, *pages: told.append(pages))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: seen)
    status, out, _ = run(command, notice)
    assert status == 0
    assert out
    assert told == ([(1, 2), (2, 2)] if seen else [])
