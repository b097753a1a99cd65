"""Word files: what Word prints is what is read, nothing dropped and nothing twice."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from extractor import extract_file
from extractor.errors import ReadError
from extractor.readers import ReadText, read_file
from extractor.readers.docx import DocxReader

NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def part(name: str, inner: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} {NS}>{inner}</w:{name}>'


def docx(body: str, **parts: str) -> bytes:
    """A Word file with that body; further parts by name (styles, numbering, footnotes)."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", part("document", f"<w:body>{body}</w:body>"))
        for name, inner in parts.items():
            archive.writestr(f"word/{name}.xml", part(name, inner))
    return file.getvalue()


def r(text: str, properties: str = "") -> str:
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def p(inner: str, properties: str = "") -> str:
    content = inner if inner.startswith("<") or not inner else r(inner)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{content}</w:p>"


def read(body: str, **parts: str) -> ReadText:
    return DocxReader().read(docx(body, **parts), Path("a.docx"))


def lines(body: str, **parts: str) -> list[str]:
    return [x for x in read(body, **parts).text.split("\n") if x.strip()]


FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DATE </w:instrText></w:r>'
    '<w:r><w:t>mã</w:t></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{}'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (r("411/QĐ") + "<w:r><w:noBreakHyphen/></w:r>" + r("TTg"), "411/QĐ-TTg"),
        (r("kế") + "<w:r><w:softHyphen/></w:r>" + r("hoạch"), "kếhoạch"),
        (r("trước ngày ") + f'<w:del w:id="1">{r("20/5")}</w:del><w:ins w:id="2">{r("30/6")}</w:ins>', "trước ngày 30/6"),
        (f'<w:moveFrom w:id="1">{r("cũ")}</w:moveFrom><w:moveTo w:id="2">{r("mới")}</w:moveTo>', "mới"),
        (f"<w:smartTag>{r('Sở ')}<w:sdt><w:sdtPr><w:t>x</w:t></w:sdtPr><w:sdtContent>{r('Y tế')}</w:sdtContent></w:sdt></w:smartTag>", "Sở Y tế"),
        (f"<w:hyperlink>{r('cổng')}</w:hyperlink><w:fldSimple w:instr='PAGE'>{r(' 3')}</w:fldSimple>", "cổng 3"),
        (r("ngày ") + FIELD.format(r("15/7")), "ngày 15/7"),
        (r("ngày ") + FIELD.format(FIELD.format(r("15/7")) + r("/2024")), "ngày 15/7/2024"),
        (r("thấy") + r("ẩn", "<w:vanish/>") + r(" hiện", '<w:vanish w:val="0"/>'), "thấy hiện"),
        (r("ủy ban", "<w:caps/>"), "ỦY BAN"),
        ("<w:r><w:t>một</w:t><w:tab/><w:t>hai</w:t><w:br/><w:t>ba</w:t></w:r>", "một\thai\nba"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>' + r(" Đồng ý"), "□ Đồng ý"),
        ("<m:oMath><m:r><m:t>x = 2</m:t></m:r></m:oMath>", "x = 2"),
        ("<w:r><w:ruby><w:rt><w:r><w:t>chú</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>gốc</w:t></w:r></w:rubyBase></w:ruby></w:r>", "gốc"),
        (r("Sơ\u0309 Y t\u00ea\u0301"), "Sở Y tế"),
        (r("a") + "<w:r><w:commentReference w:id='1'/></w:r>" + r("b"), "ab"),
    ],
    ids=["no-break-hyphen", "soft-hyphen", "tracked", "moved", "tags-and-controls", "links", "field", "nested-field", "hidden", "caps", "tab-and-break", "symbol", "formula", "ruby", "nfd", "comment"],
)  # fmt: skip
def test_a_paragraph(inner: str, text: str) -> None:
    assert read(p(inner)).text == text + "\n"


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    gone = "<w:rPr><w:del w:id='1'/></w:rPr>"
    body = p(r("Sở Y tế ") + f"<w:del w:id='2'>{r('xóa')}</w:del>", gone) + p("báo cáo.")
    assert lines(body) == ["Sở Y tế báo cáo."]


BOX = "<w:txbxContent>{}</w:txbxContent>"


def test_a_text_box_is_read_once() -> None:
    inner = r("Đoạn") + (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
        + BOX.format(p("HỎA TỐC"))
        + "</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
        + BOX.format(p("HỎA TỐC"))
        + "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    content = read(p(inner) + p("Sau"))
    assert content.text.split() == ["Đoạn", "HỎA", "TỐC", "Sau"]
    assert [o.kind for o in content.origins] == ["text", "textbox", "text"]
    assert lines(p(f"<w:r><w:pict><v:textbox>{BOX.format(p('Cũ'))}</v:textbox></w:pict></w:r>")) == ["Cũ"]  # fmt: skip


def test_footnotes_follow_the_text() -> None:
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = f'<w:footnote w:id="1">{p("khác")}</w:footnote><w:footnote w:id="2">{p("Theo báo cáo quý I.")}</w:footnote>'
    content = read(p(r("đạt 95%") + reference + r(" kế hoạch.")) + p("Hết."), footnotes=notes)
    assert content.text == "đạt 95% kế hoạch.\nHết.\n[1] Theo báo cáo quý I.\n"
    assert content.origins[-1].kind == "footnote"


# -- lists ---------------------------------------------------------------------------------------

NUMBERING = (
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Muc"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:pStyle w:val="Diem"/><w:lvlText w:val="%2)"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)  # fmt: skip
STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Thuong"/>'
    '<w:style w:type="paragraph" w:styleId="Muc"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Diem"><w:basedOn w:val="Muc"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="MucNho"><w:basedOn w:val="Diem"/><w:rPr><w:caps/></w:rPr></w:style>'
)  # fmt: skip


def item(text: str, level: int, num: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>')


def styled(text: str, style: str, more: str = "") -> str:
    return p(text, f'<w:pStyle w:val="{style}"/>{more}')


def test_marks_of_lists() -> None:
    body = item("Một", 0) + item("con", 1) + p("chen") + item("con nữa", 1) + item("Hai", 0)
    assert lines(body, numbering=NUMBERING) == ["1. Một", "a) con", "chen", "b) con nữa", "2. Hai"]


def test_marks_from_styles() -> None:
    body = styled("Một", "Muc") + styled("con", "Diem") + styled("con", "MucNho") + styled("Hai", "Muc")  # fmt: skip
    found = lines(body, numbering=NUMBERING, styles=STYLES)
    assert found == ["1. Một", "a) con", "b) CON", "2. Hai"]


def test_a_paragraph_leaves_the_list_of_its_style() -> None:
    no_list = '<w:numPr><w:numId w:val="0"/></w:numPr>'
    body = styled("Một", "Muc") + styled("không", "Muc", no_list) + styled("Hai", "Muc")
    assert lines(body, numbering=NUMBERING, styles=STYLES) == ["1. Một", "không", "2. Hai"]


def test_deleted_items_do_not_count() -> None:
    gone = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del w:id="1"/>'
        f"</w:rPr></w:pPr><w:del w:id='2'>{r('Cũ')}</w:del></w:p>"
    )
    assert lines(item("Một", 0) + gone + item("Hai", 0), numbering=NUMBERING) == [
        "1. Một",
        "2. Hai",
    ]


def test_numbers_of_a_tables_rows_count() -> None:
    row = "<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
    rows = [row.format(p("STT"), p("Việc"), p("Ai"))]
    rows += [row.format(item("", 0), p(x), p("Sở Y tế")) for x in ("Làm", "Xem")]
    assert lines(f"<w:tbl>{''.join(rows)}</w:tbl>", numbering=NUMBERING) == [
        "| STT | Việc | Ai |", "| 1. | Làm | Sở Y tế |", "| 2. | Xem | Sở Y tế |",
    ]  # fmt: skip


# -- tables --------------------------------------------------------------------------------------


def table(*rows: list[str], lined: bool = False) -> str:
    borders = '<w:tblPr><w:tblBorders><w:insideV w:val="single"/></w:tblBorders></w:tblPr>'
    cells = ("".join(x if x.startswith("<w:tc>") else f"<w:tc>{x if x.startswith('<') else p(x)}</w:tc>" for x in row) for row in rows)  # fmt: skip
    return f"<w:tbl>{borders * lined}{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def wide(text: str, span: int = 1, merge: str = "") -> str:
    merged = {"start": '<w:vMerge w:val="restart"/>', "on": "<w:vMerge/>", "": ""}[merge]
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{merged}</w:tcPr>{p(text)}</w:tc>'


def test_a_letterhead_is_read_column_by_column() -> None:
    body = table(
        ["UBND TỈNH HÀ NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["SỞ Y TẾ", "Độc lập - Tự do - Hạnh phúc"],
        ["Số: 12/SYT-KH", "Hà Nam, ngày 05 tháng 3 năm 2024"],
    )
    assert lines(body) == [
        "UBND TỈNH HÀ NAM", "SỞ Y TẾ", "Số: 12/SYT-KH", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc", "Hà Nam, ngày 05 tháng 3 năm 2024",
    ]  # fmt: skip


def test_tables_that_lay_out_the_page() -> None:
    assert lines(table(["Kính gửi:", p("- Sở Y tế;") + p("- Sở Nội vụ.")])) == ["Kính gửi:", "- Sở Y tế;", "- Sở Nội vụ."]  # fmt: skip
    assert lines(table(["Nơi nhận:", "", "CHỦ TỊCH"], ["- Như trên;", "", "Đã ký"])) == ["Nơi nhận:", "CHỦ TỊCH", "- Như trên;", "Đã ký"]  # fmt: skip
    assert lines(table(["Thời gian:", "8 giờ"], ["Địa điểm:", "Phòng họp"])) == ["Thời gian:", "8 giờ", "Địa điểm:", "Phòng họp"]  # fmt: skip
    assert lines(table(["Trong khung"], lined=True)) == ["Trong khung"]


def test_a_task_table_keeps_its_rows_and_cells() -> None:
    content = read(
        p("Trước")
        + table(
            ["STT", "Nhiệm vụ", "Chủ trì", "Thời hạn"],
            [wide("Nhóm I", 4)],
            ["1", p("Rà soát") + p("- báo cáo | gửi"), wide("Sở Y tế", 1, "start"), "Quý I"],
            ["2", "Tổng hợp", wide("", 1, "on"), "Quý II"],
        )
    )
    assert content.text.splitlines() == [
        "Trước",
        "| STT | Nhiệm vụ | Chủ trì | Thời hạn |",
        "|  | Nhóm I |  |  |",
        "| 1 | Rà soát",
        "- báo cáo / gửi | Sở Y tế | Quý I |",
        "| 2 | Tổng hợp | 〃 | Quý II |",
    ]
    start = content.text.index("Sở Y tế")
    (cell,) = [o for o in content.origins if o.start == start]
    assert (cell.kind, cell.place) == ("cell", "bảng 1, hàng 3, ô 3")


def test_a_header_of_two_rows_becomes_one() -> None:
    body = table(
        [wide("TT", 1, "start"), wide("Nội dung", 1, "start"), wide("Cơ quan", 2)],
        [wide("", 1, "on"), wide("", 1, "on"), "chủ trì", "phối hợp"],
        ["1", "Rà soát", "Sở Y tế", "Sở Nội vụ"],
    )
    assert lines(body)[0] == "| TT | Nội dung | Cơ quan chủ trì | Cơ quan phối hợp |"
    assert lines(body)[1] == "| 1 | Rà soát | Sở Y tế | Sở Nội vụ |"


def test_a_cell_over_several_rows_holds_for_each(tmp_path: Path) -> None:
    body = p("Yêu cầu thực hiện:") + table(
        ["STT", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời hạn"],
        ["1", "Rà soát mỏ đá", wide("Sở Công Thương", 1, "start"), "Sở Nội vụ", wide("Trước ngày 30/6/2024", 1, "start")],
        ["2", "Kiểm tra mỏ cát", wide("", 1, "on"), "", wide("", 1, "on")],
        [wide("3", 1, "start"), wide("Tập huấn", 1, "start"), "Sở Y tế", "", wide("Quý III/2024", 1, "start")],
        [wide("", 1, "on"), wide("", 1, "on"), "Sở Tài chính", "", wide("", 1, "on")],
    )  # fmt: skip
    path = tmp_path / "a.docx"
    path.write_bytes(docx(body))
    first, second, third = extract_file(path).tasks
    assert [a.name for a in second.lead] == [a.name for a in first.lead] == ["Sở Công Thương"]
    assert second.due == first.due == "2024-06-30"
    assert (second.lead_basis, second.deadlines[0].basis) == ("inherited", "inherited")
    assert [a.name for a in third.lead] == ["Sở Y tế", "Sở Tài chính"]
    assert second.coordinating == ()


def test_two_columns_are_a_table_where_lines_part_them() -> None:
    rows = (["Việc", "Ai"], ["Rà soát", "Sở Y tế"])
    assert lines(table(*rows, lined=True)) == ["| Việc | Ai |", "| Rà soát | Sở Y tế |"]
    assert lines(table(*rows)) == ["Việc", "Ai", "Rà soát", "Sở Y tế"]
    grid = '<w:style w:type="table" w:styleId="Luoi"><w:tblPr><w:tblBorders><w:insideV w:val="single"/></w:tblBorders></w:tblPr></w:style>'
    by_style = table(*rows).replace("<w:tbl>", '<w:tbl><w:tblPr><w:tblStyle w:val="Luoi"/></w:tblPr>')  # fmt: skip
    assert lines(by_style, styles=grid)[0] == "| Việc | Ai |"


def test_deleted_rows_and_inner_tables() -> None:
    gone = f"<w:tr><w:trPr><w:del w:id='1'/></w:trPr><w:tc>{p('xóa')}</w:tc></w:tr>"
    inner = table(["trong", "bảng"])
    body = table(["A", "B", "C"], ["1", f"{inner}<w:p/>", "3"]).replace("</w:tbl><w:p/>", "</w:tbl><w:p/>")  # fmt: skip
    assert lines(body.replace("<w:tbl>", "<w:tbl>" + gone, 1)) == ["| A | B | C |", "| 1 | trong", "bảng | 3 |"]  # fmt: skip


def test_senseless_numbers_do_no_harm() -> None:
    huge = table(["A", "B", "C"], [wide("a", 999_999_999), "b", "c"])
    assert lines(huge) == ["A", "B", "C", "a", "b", "c"]
    many = NUMBERING.replace('<w:start w:val="1"/><w:numFmt w:val="lowerLetter"/>', '<w:start w:val="999999999"/><w:numFmt w:val="lowerLetter"/>')  # fmt: skip
    assert lines(item("a", 1) + item("b", 99) + item("c", 1, 7), numbering=many) == ["999999999) a", "b", "c"]  # fmt: skip


# -- old letters ---------------------------------------------------------------------------------


def font(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}"/>'


def test_fonts_of_old_letters() -> None:
    body = p(r("céng hßa ", font(".VnTimeH")) + r("Së Y tÕ", font(".VnTime")) + r(" giữ nguyên"))
    content = read(body)
    assert content.text == "CỘNG HÒA Sở Y tế giữ nguyên\n"
    assert "TCVN3" in content.notes[0]
    assert read(p(r("Coäng hoøa", font("VNI-Times")))).text == "Cộng hòa\n"
    soft = p(r("tr", font(".VnTime")) + f"<w:r><w:rPr>{font('.VnTime')}</w:rPr><w:softHyphen/></w:r>" + r("íc", font(".VnTime")))  # fmt: skip
    assert read(soft).text == "trước\n"


def test_unicode_text_under_an_old_font_stays() -> None:
    content = read(p(r("Sở Y tế báo cáo", font(".VnTime"))))
    assert (content.text, content.notes) == ("Sở Y tế báo cáo\n", ())


def test_old_letters_under_another_font_are_told_by_content() -> None:
    assert read(p("Uû ban nh©n d©n tØnh b¸o c¸o")).text == "Uỷ ban nhân dân tỉnh báo cáo\n"


# -- the file ------------------------------------------------------------------------------------


def test_pages_and_places() -> None:
    brk = "<w:r><w:lastRenderedPageBreak/></w:r>"
    content = read(p("Một") + p("") + p(brk + r("Hai")))
    assert [(o.page, o.place) for o in content.origins] == [(1, "đoạn 1"), (2, "đoạn 2")]
    assert read(p("Một")).origins[0].page is None


def test_notes() -> None:
    assert "theo dõi" in read(p(f'<w:ins w:id="1">{r("mới")}</w:ins>')).notes[0]
    assert "altChunk" in read(p("a") + "<w:altChunk/>").notes[0]
    file = BytesIO(docx(p("a")))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    assert "macro" in DocxReader().read(file.getvalue(), Path("a.docm")).notes[0]


def test_the_strict_form_of_the_standard() -> None:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        body = part("document", f"<w:body>{p('Sở Y tế')}</w:body>")
        strict = body.replace("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main")  # fmt: skip
        archive.writestr("word/document.xml", strict)
    assert DocxReader().read(data.getvalue(), Path("a.docx")).text == "Sở Y tế\n"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("<w:document", "XML bị hỏng"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><w:document/>', "DOCTYPE|hỏng"),
        (part("document", ""), "không có phần văn bản"),
        (part("document", "<w:body/>"), "không có chữ nào"),
        (part("document", "<w:body>" + "<w:sdt>" * 20_000 + "</w:sdt>" * 20_000 + "</w:body>"), "hỏng"),
    ],
    ids=["cut", "doctype", "no-body", "empty", "deep"],
)  # fmt: skip
def test_refused(tmp_path: Path, document: str, said: str) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", document)
    with pytest.raises(ReadError, match=said) as error:
        read_file(path)
    assert "a.docx" in str(error.value)


def test_a_part_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.readers.zipped.MAX_PART", 100)
    with pytest.raises(ReadError, match=r"a\.docx: .*quá lớn"):
        read(p("a" * 200))


def test_a_cut_file_and_a_wrong_suffix(tmp_path: Path) -> None:
    cut = tmp_path / "a.docx"
    cut.write_bytes(docx(p("Sở Y tế"))[:-30])
    with pytest.raises(ReadError, match=r"a\.docx: tệp bị hỏng"):
        read_file(cut)
    named = tmp_path / "b.txt"
    named.write_bytes(docx(p("1. Sở Y tế báo cáo trước ngày 30/6/2024.")))
    content = read_file(named).content
    assert content.reader == "docx"
    assert "'.txt'" in content.notes[0]


def test_tasks_of_a_word_file(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    body = p("Yêu cầu các đơn vị:") + item("Sở Y tế rà soát, báo cáo trước ngày 30/6/2024.", 0) + item("Sở Nội vụ tổng hợp.", 0)  # fmt: skip
    path.write_bytes(docx(body, numbering=NUMBERING))
    record = extract_file(path)
    assert [(t.clause, t.place) for t in record.tasks] == [("1", "đoạn 2"), ("2", "đoạn 3")]
    assert record.notice.source.reader == "docx"
