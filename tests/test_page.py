"""`nhiemvu show --html`: one page with the whole text in it, escaped, nothing loaded from elsewhere."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from extractor import extract
from extractor.cli import main
from extractor.page import page

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "notices"
HOSTILE = """ỦY BAN NHÂN DÂN TỈNH CÀ MAU
Số: 03/TB-UBND
Cà Mau, ngày 18 tháng 02 năm 2022
THÔNG BÁO
Kết luận <script>alert(1)</script> & "họp" {0} {text}

1. Giao Sở Y tế </section><img src=x onerror=alert(1)> chủ trì, phối hợp với Sở Tài chính {x}, trình UBND tỉnh
trước ngày 28/02/2022.

a) Sở Nội vụ "onmouseover=x rà soát\x1b trước ngày 31/02/2022; Sở <b>Tư pháp</b> báo cáo.
"""
VOID = {"meta", "br"}


class Reader(HTMLParser):
    """The page's elements, and the words of the notice itself with each mark's role."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.marks: list[list[str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(f"{tag}.{dict(attrs).get('class') or ''}")
        if tag == "mark":
            self.marks.append([dict(attrs)["class"] or "", ""])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().partition(".")[0] == tag

    def handle_data(self, data: str) -> None:
        if "div.entities" in self.open and self.open[-1] != "small.":
            self.words += data
            if self.open[-1].startswith("mark."):
                self.marks[-1][1] += data


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize(
    "text",
    [HOSTILE, *(p.read_text("utf-8") for p in sorted(SAMPLES.glob("*.txt"))[::8])],
    ids=lambda t: str(len(t)),
)
def test_the_whole_text_is_there_once(text: str) -> None:
    read = Reader(page(text, extract(text)))
    assert read.open == []
    assert squeezed(read.words).replace("\ufffd", "") == squeezed(text).replace("\x1b", "")


def test_nothing_of_the_text_becomes_markup() -> None:
    html = page(HOSTILE, extract(HOSTILE))
    read = Reader(html)
    tags = {tag for tag, _ in read.elements}
    assert not tags & {"script", "img", "b", "link", "iframe", "a"}
    names = {name for _, attrs in read.elements for name in attrs}
    assert names <= {"lang", "charset", "name", "content", "http-equiv", "class", "style", "title"}
    assert "\x1b" not in html
    assert "default-src 'none'" in html


def test_fields_are_marked_where_they_stand() -> None:
    record = extract(HOSTILE)
    read = Reader(page(HOSTILE, record))
    assert sum(tag == "section" for tag, _ in read.elements) == len(record.tasks) == 3
    marks = [tuple(m) for m in read.marks]
    for wanted in (
        ("lead", "Sở Y tế"),
        ("coordinating", "Sở Tài chính"),
        ("reports_to", "UBND tỉnh"),
        ("deadline", "trước ngày 28/02/2022"),
    ):
        assert wanted in marks
    assert "Ngày không có trong lịch" in page(HOSTILE, record)


def test_a_notice_without_tasks() -> None:
    text = "Chuyển đổi số là xu hướng tất yếu.\n"
    html = page(text, extract(text))
    assert "Không thấy nhiệm vụ nào." in html
    assert "<section>" not in html


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "notice.txt"
    path.write_text(HOSTILE, encoding="utf-8")
    return path


def test_to_a_file_or_to_standard_output(
    notice: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", str(notice), "--html"]) == 0
    printed = capfd.readouterr().out
    assert main(["show", str(notice), "--html", "-o", str(tmp_path / "out.html")]) == 0
    assert capfd.readouterr().out == ""
    assert (tmp_path / "out.html").read_text("utf-8") == printed
    assert printed.startswith("<!DOCTYPE html>")


def test_an_output_without_html_is_wrong_usage(
    notice: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", str(notice), "-o", str(tmp_path / "out.html")]) == 2
    assert "--html" in capfd.readouterr().err


def test_without_spacy_the_message_says_so(
    notice: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "extractor.page")
    monkeypatch.setitem(sys.modules, "spacy", None)  # as if it were not installed
    assert main(["show", str(notice), "--html"]) == 1
    told = capfd.readouterr()
    assert told.out == ""
    assert "spaCy" in told.err
    assert main(["show", str(notice)]) == 0  # the terminal's view needs none
