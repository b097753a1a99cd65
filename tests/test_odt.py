"""OpenDocument text: lists, tables, notes and old letters, as from Word."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from extractor import extract_file
from extractor.errors import ReadError
from extractor.readers import ReadText, read_file
from extractor.readers.odt import OdtReader

NAMES = {"office": "office", "text": "text", "style": "style", "table": "table", "draw": "drawing"}
NS = " ".join(
    f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{v}:1.0"' for k, v in NAMES.items()
)
NS += ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
NS += ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
STYLES = """
<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="I" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="1" loext:num-list-format="%2%." text:start-value="2"/>
<text:list-level-style-number text:level="3" style:num-format="1" text:display-levels="2" style:num-suffix=")"/></text:list-style>
<text:list-style style:name="B"><text:list-level-style-bullet text:level="1" text:bullet-char="&#61607;"><style:text-properties fo:font-family="Wingdings"/></text:list-level-style-bullet></text:list-style>
<style:style style:name="Muc" style:family="paragraph" style:list-style-name="L"/><style:style style:name="P1" style:family="paragraph" style:parent-style-name="Muc"/>
<style:style style:name="an" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="hoa" style:family="text"><style:text-properties fo:text-transform="uppercase"/></style:style>
<style:style style:name="vn" style:family="text"><style:text-properties style:font-name=".VnTime"/></style:style>
<style:style style:name="vien" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000"/></style:style>
"""


def odt(body: str, manifest: str = "<m/>") -> bytes:
    content = f"<office:document-content {NS}><office:automatic-styles>{STYLES}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"  # fmt: skip
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return file.getvalue()


def read(body: str) -> ReadText:
    return OdtReader().read(odt(body), Path("a.odt"))


def lines(body: str) -> list[str]:
    return [x for x in read(body).text.split("\n") if x]


def p(inner: str, style: str = "P") -> str:
    return f'<text:p text:style-name="{style}">{inner}</text:p>'


def items(*inner: str, attributes: str = 'text:style-name="L"') -> str:
    return f"<text:list {attributes}>{''.join(f'<text:list-item>{x}</text:list-item>' for x in inner)}</text:list>"


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("Sở Y tế\n  báo cáo", "Sở Y tế báo cáo"),
        ('a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d', "a   b\tc\nd"),
        ('thấy<text:span text:style-name="an">ẩn</text:span> hiện', "thấy hiện"),
        ('<text:span text:style-name="hoa">ủy ban</text:span>', "ỦY BAN"),
        ('<text:span text:style-name="vn">Së Y tÕ tr\xad\xedc</text:span> sau', "Sở Y tế trước sau"),
        ("411/QĐ\u2011TTg \xadx", "411/QĐ-TTg x"),
        ("<text:a>cổng</text:a><office:annotation><text:p>ghi</text:p></office:annotation><text:date> 15/7</text:date>", "cổng 15/7"),
        ("So\u031b\u0309", "Sở"),
    ],
    ids=["blanks", "signs", "hidden", "caps", "old-font", "hyphens", "links-and-fields", "nfd"],
)  # fmt: skip
def test_a_paragraph(inner: str, text: str) -> None:
    assert read(p(inner)).text == text + "\n"


def test_marks_of_lists() -> None:
    body = items(
        p("Một")
        + items(p("con") + items(p("cháu"), p("cháu"), attributes=""), p("con"), attributes=""),
        p("Hai") + p("thêm"),
    )
    assert lines(body) == [
        "I. Một",
        "2. con",
        "2.1) cháu",
        "2.2) cháu",
        "3. con",
        "II. Hai",
        "thêm",
    ]
    assert lines(items(p("a"), attributes='text:style-name="B"')) == ["▪ a"]


def test_lists_go_on_or_begin_anew() -> None:
    again = 'text:style-name="L" text:continue-numbering="true"'
    assert lines(items(p("a")) + p("x") + items(p("b"), attributes=again)) == ["I. a", "x", "II. b"]
    assert lines(items(p("a")) + p("x") + items(p("b"))) == ["I. a", "x", "I. b"]
    named = items(p("a"), attributes='text:style-name="L" xml:id="l1"')
    assert lines(named + items(p("b")) + items(p("c"), attributes='text:style-name="L" text:continue-list="l1"')) == ["I. a", "I. b", "II. c"]  # fmt: skip
    jump = items(p("a"), p("b"), p("c")).replace("<text:list-item>", '<text:list-item text:start-value="5">', 2).replace('<text:list-item text:start-value="5">', "<text:list-item>", 1)  # fmt: skip
    assert lines(jump) == ["I. a", "V. b", "VI. c"]
    assert lines(items(p("a", "P1"), attributes="")) == ["I. a"]
    header = items(p("a")).replace("list-item", "list-header")
    assert lines(header) == ["a"]


def test_tables() -> None:
    cell = '<table:table-cell table:style-name="vien">{}</table:table-cell>'
    rows = (
        [cell.format(p(x)) for x in ("STT", "Việc", "Ai")],
        [f'<table:table-cell table:number-columns-spanned="3">{p("Nhóm")}</table:table-cell><table:covered-table-cell/><table:covered-table-cell/>'],
        [cell.format(p("1")), cell.format(p("Làm") + p("- xem")), f'<table:table-cell table:number-rows-spanned="2">{p("Sở Y tế")}</table:table-cell>'],
        [cell.format(p("2")), cell.format(p("Gửi")), "<table:covered-table-cell/>"],
    )  # fmt: skip
    made = [f"<table:table-row>{''.join(x)}</table:table-row>" for x in rows]
    body = f"<table:table><table:table-column/><table:table-header-rows>{made[0]}</table:table-header-rows>{''.join(made[1:])}</table:table>"
    assert lines(body) == ["| STT | Việc | Ai |", "|  | Nhóm |  |", "| 1 | Làm", "- xem | Sở Y tế |", "| 2 | Gửi | 〃 |"]  # fmt: skip


def test_notes_boxes_and_changes() -> None:
    note = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>ghi</text:p></text:note-body></text:note>"  # fmt: skip
    box = "<draw:frame><draw:text-box><text:p>khung</text:p></draw:text-box></draw:frame>"
    gone = "<text:tracked-changes><text:changed-region><text:deletion><text:p>xóa</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    content = read(gone + p(f"a{note} b{box}") + "<text:section>" + p("c") + "</text:section>")
    assert [x for x in content.text.split("\n") if x] == ["a b", "khung", "c", "[1] ghi"]
    assert [o.kind for o in content.origins] == ["text", "textbox", "text", "footnote"]
    assert "theo dõi" in content.notes[0]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (odt(p("a"))[:-40], "bị hỏng"),
        (odt(p("")), "không có chữ nào"),
        (odt(p("a"), "<encryption-data/>"), "có mật khẩu"),
        (odt(p("a")).replace(b"content.xml", b"sontent.xml"), "không có phần văn bản"),
    ],
    ids=["cut", "empty", "encrypted", "no-text"],
)
def test_refused(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "a.odt"
    path.write_bytes(data)
    with pytest.raises(ReadError, match=rf"a\.odt: .*(?:{said})"):
        read_file(path)


def test_tasks_of_an_odt_file(tmp_path: Path) -> None:
    path = tmp_path / "a.odt"
    path.write_bytes(odt(items(p("Sở Y tế báo cáo trước ngày 30/6/2024."), attributes='text:style-name="L"')))  # fmt: skip
    record = extract_file(path)
    assert [(t.clause, t.due, t.place) for t in record.tasks] == [("I", "2024-06-30", "đoạn 1")]
    assert record.notice.source.reader == "odt"
