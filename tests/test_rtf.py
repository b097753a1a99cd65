"""RTF: characters by their fonts, tables with their cells, nothing of what does not show."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor import extract_file
from extractor.errors import ReadError
from extractor.readers import ReadText, read_file
from extractor.readers.rtf import RtfReader

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\froman Times New Roman;}{\f1\fcharset163 Times New Roman{\*\falt x};}"
    r"{\f2\fnil .VnTime;}{\f3\fnil .VnTimeH;}{\f4\fcharset2 Symbol;}{\f5\fnil VNI-Times;}}"
    r"{\colortbl;\red0;}{\stylesheet{\s1 Kieu;}}{\info{\title Khong}}"
)


def read(body: str) -> ReadText:
    return RtfReader().read(f"{HEAD}{body}}}".encode("latin-1"), Path("a.rtf"))


def u(text: str) -> str:
    return "".join(c if c.isascii() else rf"\u{ord(c)}?" for c in text)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"\pard " + u("Sở Y tế") + r"\par", "Sở Y tế"),
        (r"\uc2 S\u7903\'6f\'6fY\uc0 t\u7871", "SởYtế"),
        (r"{\f1 S\'f5\'d2 Y t\'ea\'ec}", "Sở Y tế"),
        (r"{\f2 S\'eb Y t\'d5 tr\'ad\'edc} {\f3 c\'e9ng} {\f5 Co\'e4ng}", "Sở Y tế trước CỘNG Cộng"),
        (r"{\f2 tr\-\'edc}", "trước"),
        (r"{\f2 " + u("Sở Y tế") + "}", "Sở Y tế"),
        (r"411/QD\_TTg\~a\line b\tab c\emdash d", "411/QD-TTg\xa0a\nb\tc—d"),
        (r"a{\v x}b{\deleted x}c{\revised d}{\caps e}", "abcdE"),
        (r"{\field{\*\fldinst DATE}{\fldrslt 15/7}}", "15/7"),
        (r"{\listtext\pard\plain\f4 \'b7\tab}{\f0 a}", "• a"),
        (r"{\listtext 1.\tab}M\'f4t", "1. Môt"),
        (r"{\header x}{\pict 0aff}{\*\unknown x}{\object{\*\objdata ff}}{\nonshppict x}y", "y"),
        (r"a\bin3 {}}b", "ab"),
        (r"\{a\}\\", "{a}\\"),
        (r"\u-10179?\u-8704?", "😀"),
        ("a\r\nb", "ab"),
    ],
    ids=["unicode", "skips", "cp1258", "old-fonts", "soft-hyphen", "unicode-in-old-font", "signs", "not-shown", "field", "bullet", "number", "left-out", "bin", "escapes", "surrogates", "line-breaks"],
)  # fmt: skip
def test_a_paragraph(body: str, text: str) -> None:
    assert read(body).text.strip() == text


CELLS = r"\trowd\clbrdrl\brdrs\clbrdrr\brdrs\cellx1000\clbrdrr\brdrs\cellx2000{}\cellx3000 "


def row(*cells: str, third: str = "") -> str:
    return (
        CELLS.replace("{}", third) + "".join(rf"\pard\intbl {u(x)}\cell " for x in cells) + r"\row "
    )


def test_tables() -> None:
    wide = r"\trowd\cellx3000\pard\intbl " + u("Nhóm I") + r"\cell\row "
    body = (
        r"\pard " + u("Trước") + r"\par "
        + row("STT", "Việc", "Ai") + wide + row("1", r"Làm\par - xem", "Sở Y tế")
        + row("2", "Gửi", "", third=r"\clvmrg") + r"\pard Sau\par"
    )  # fmt: skip
    content = read(body)
    assert content.text.splitlines() == [
        "Trước", "| STT | Việc | Ai |", "|  | Nhóm I |  |", "| 1 | Làm", "- xem | Sở Y tế |", "| 2 | Gửi | 〃 |", "Sau",
    ]  # fmt: skip
    cell = next(o for o in content.origins if content.text[o.start : o.end] == "Sở Y tế")
    assert (cell.kind, cell.place) == ("cell", "bảng 1, hàng 3, ô 3")


def test_a_letterhead() -> None:
    head = r"\trowd\cellx1000\cellx2000 "
    body = head + rf"\pard\intbl UBND\cell {u('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM')}\cell\row " + head + rf"\pard\intbl {u('Số: 1')}\cell {u('Hà Nam')}\cell\row\pard "  # fmt: skip
    found = [x for x in read(body).text.split("\n") if x]
    assert found == ["UBND", "Số: 1", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Hà Nam"]


def test_footnotes_and_text_boxes() -> None:
    body = r"\pard a{\super\chftn{\footnote\pard\chftn  ghi}} b\par{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt\pard khung\par}}}c\par"
    content = read(body)
    assert [x for x in content.text.split("\n") if x] == ["a b", "khung", "c", "[1] ghi"]
    assert [o.kind for o in content.origins] == ["text", "textbox", "text", "footnote"]


def test_old_letters_by_content_and_notes() -> None:
    content = read(r"Giao S\'eb Y t\'d5 b\'b8o c\'b8o{\deleted x}")
    assert content.text.strip() == "Giao Sở Y tế báo cáo"
    assert "TCVN3" in content.notes[0]
    assert "theo dõi" in content.notes[1]


def test_bytes_as_they_stand() -> None:
    data = (HEAD + r"{\f2 S" + "\xeb" + r" Y t" + "\xd5" + "}}").encode("latin-1")
    assert RtfReader().read(data, Path("a.rtf")).text.strip() == "Sở Y tế"


@pytest.mark.parametrize("body", ["", "{" * 3000, r"{\pict ff}"], ids=["empty", "deep", "picture"])
def test_refused(tmp_path: Path, body: str) -> None:
    path = tmp_path / "a.rtf"
    path.write_text(HEAD + body, encoding="latin-1")
    with pytest.raises(ReadError, match=r"a\.rtf"):
        read_file(path)


def test_a_cut_file_gives_what_is_there() -> None:
    assert RtfReader().read(rb"{\rtf1 Thu\'", Path("a.rtf")).text.strip() == "Thu"


def test_tasks_of_an_rtf_file(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_text(HEAD + r"\pard{\listtext 1.\tab}" + u("Sở Y tế báo cáo trước ngày 30/6/2024.") + r"\par}", encoding="latin-1")  # fmt: skip
    record = extract_file(path)
    assert [(t.clause, t.due) for t in record.tasks] == [("1", "2024-06-30")]
    assert record.notice.source.reader == "rtf"
    assert "'.doc'" in record.doubts[0].detail
