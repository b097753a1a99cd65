"""PDFs with a text layer: reading order, paragraphs, tables, stamps, where things stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from pdf_maker import LEFT, RIGHT, STEP, Pdf, width

from extractor import extract_file
from extractor.errors import ReadError
from extractor.readers import read_file
from extractor.readers.pages.boxes import Page, Word, whole_words
from extractor.readers.pages.flow import text_of

LONG = (
    "Giao Sở Y tế chủ trì, phối hợp với Sở Tài chính và Ủy ban nhân dân các huyện rà soát nhân lực "
    "y tế cơ sở theo Quyết định số 411/QĐ-TTg, tham mưu Ủy ban nhân dân tỉnh phương án bố trí kinh "
    "phí, báo cáo Ủy ban nhân dân tỉnh trước ngày 28/02/2024 để xem xét, chỉ đạo theo quy định."
)


def read(pdf: Pdf, tmp_path: Path) -> str:
    path = tmp_path / "notice.pdf"
    path.write_bytes(pdf.made())
    return read_file(path).content.text


def lines(pdf: Pdf, tmp_path: Path) -> list[str]:
    return [line for line in read(pdf, tmp_path).split("\n") if line]


def header(pdf: Pdf) -> None:
    pdf.side_by_side(
        ["ỦY BAN NHÂN DÂN", "TỈNH LẠC SƠN", "Số:      /TB-UBND"],
        [
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            "Lạc Sơn, ngày     tháng 3 năm 2024",
        ],
    )


def test_columns_one_after_the_other(tmp_path: Path) -> None:
    pdf = Pdf()
    header(pdf)
    pdf.centred("THÔNG BÁO")
    pdf.paragraph(f"1. {LONG}")
    top = pdf.y = pdf.y + STEP
    for text in ("Nơi nhận:", "- Như trên;", "- Lưu: VT, KGVX."):
        pdf.text(LEFT, pdf.y, text)
        pdf.y += STEP
    pdf.y = top
    pdf.centred("TM. ỦY BAN NHÂN DÂN", 320, RIGHT)
    pdf.centred("CHỦ TỊCH", 320, RIGHT)
    assert lines(pdf, tmp_path) == [
        "ỦY BAN NHÂN DÂN",
        "TỈNH LẠC SƠN",
        "Số: /TB-UBND",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Lạc Sơn, ngày tháng 3 năm 2024",
        "THÔNG BÁO",
        f"1. {LONG}",
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT, KGVX.",
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
    ]


@pytest.mark.parametrize("indent", [28, 0])
def test_paragraphs_over_pages_without_numbers(tmp_path: Path, indent: float) -> None:
    pdf = Pdf()
    words = LONG.rstrip(".").split()
    written = [f"{k}. {' '.join(words[k:] + words[:k])}." for k in range(1, 31)]
    for text in written:
        pdf.paragraph(text, indent=indent)
    for number in range(1, len(pdf.pages) + 1):
        pdf.text(310, 40, str(number), page=number - 1)
        pdf.text(LEFT, 815, f"Văn bản mẫu trang {number}", page=number - 1)
    assert len(pdf.pages) > 2
    assert lines(pdf, tmp_path) == written


def test_hanging_items_and_short_lines(tmp_path: Path) -> None:
    pdf = Pdf()
    written = [f"- {LONG}", f"- {LONG}", "Trên đây là kết luận.", "Đề nghị các đơn vị thực hiện."]
    for text in written[:2]:
        pdf.paragraph(text, indent=0, hang=12)
    for text in written[2:]:
        pdf.paragraph(text, indent=0)
    assert lines(pdf, tmp_path) == written


def test_hyphen_at_the_end_of_a_line_stays(tmp_path: Path) -> None:
    pdf = Pdf()
    pdf.text(LEFT, 100, "Thực hiện chỉ đạo của Thủ tướng Chính phủ tại Quyết định số 411/QĐ-")
    pdf.text(LEFT, 116, "TTg ngày 31/3/2022 của Thủ tướng Chính phủ và Kế hoạch công tác số 12/")
    pdf.text(LEFT, 132, "KH-UBND.")
    (text,) = lines(pdf, tmp_path)
    assert "411/QĐ-TTg ngày" in text
    assert text.endswith("số 12/KH-UBND.")


def test_ruled_table_over_two_pages(tmp_path: Path) -> None:
    pdf = Pdf()
    edges = [LEFT, 120, 330, 430, RIGHT]
    head = ["TT", "Nhiệm vụ", "Chủ trì", "Thời hạn"]
    pdf.y = 700
    pdf.table([head, ["1", "Rà soát quy hoạch sử dụng đất cấp huyện", "Sở Xây dựng", "Quý I"]], edges=edges)  # fmt: skip
    pdf.new_page()
    pdf.table([head, ["2", "Lập kế hoạch", "Sở Tài chính", "30/6/2024"]], edges=edges)
    assert lines(pdf, tmp_path) == [
        "| TT | Nhiệm vụ | Chủ trì | Thời hạn |",
        "| 1 | Rà soát quy hoạch sử dụng đất cấp huyện | Sở Xây dựng | Quý I |",
        "| 2 | Lập kế hoạch | Sở Tài chính | 30/6/2024 |",
    ]


def test_row_cut_by_the_page_is_one_row(tmp_path: Path) -> None:
    pdf = Pdf()
    edges = [LEFT, 120, 330, 430, RIGHT]
    pdf.y = 700
    pdf.table([["TT", "Nhiệm vụ", "Chủ trì", "Thời hạn"], ["1", "Chi trả trợ cấp qua tài", "Sở Lao động", "Quý I"]], edges=edges)  # fmt: skip
    pdf.new_page()
    pdf.table([["", "khoản", "", ""], ["2", "Lập kế hoạch", "Sở Tài chính", "Quý II"]], edges=edges)
    assert lines(pdf, tmp_path)[1:] == [
        "| 1 | Chi trả trợ cấp qua tài khoản | Sở Lao động | Quý I |",
        "| 2 | Lập kế hoạch | Sở Tài chính | Quý II |",
    ]


def test_a_single_row_on_the_next_page_goes_on_with_the_table(tmp_path: Path) -> None:
    pdf = Pdf()
    edges = [LEFT, 120, 330, 430, RIGHT]
    pdf.y = 700
    pdf.table([["TT", "Nhiệm vụ", "Chủ trì", "Thời hạn"], ["1", "Rà soát", "Sở Y tế", "Quý I"]], edges=edges)  # fmt: skip
    pdf.new_page()
    pdf.table([["2", "Lập kế hoạch", "Sở Tài chính", "Quý II"]], edges=edges)
    assert lines(pdf, tmp_path)[2:] == ["| 2 | Lập kế hoạch | Sở Tài chính | Quý II |"]


def test_numbered_rows_in_small_letters_at_the_foot_are_no_footnotes(tmp_path: Path) -> None:
    pdf = Pdf()
    edges = [LEFT, 120, 330, 430, RIGHT]
    for k in range(12):
        pdf.text(LEFT, 60 + 30 * k, "Kết luận của Chủ tịch Ủy ban nhân dân tỉnh tại cuộc họp", 16)
    pdf.y = 700
    pdf.table([["TT", "Nhiệm vụ", "Chủ trì", "Thời hạn"], ["1", "Rà soát", "Sở Y tế", "Quý I"]], edges=edges)  # fmt: skip
    assert "| 1 | Rà soát | Sở Y tế | Quý I |" in lines(pdf, tmp_path)


@pytest.mark.parametrize(
    ("cell", "read_as"),
    [
        (["Phòng Kế hoạch", "- Tài chính"], ["Phòng Kế hoạch - Tài chính"]),
        (["Các cơ quan:", "- Sở Y tế"], ["Các cơ quan:", "- Sở Y tế"]),
        (["- Sở Nội vụ", "- Sở Y tế"], ["- Sở Nội vụ", "- Sở Y tế"]),
    ],
)
def test_a_dash_within_a_cell_is_an_item_or_part_of_a_name(
    cell: list[str], read_as: list[str]
) -> None:
    words = [
        Word(w, 110 + 40 * i, 20 + 15 * k, 145 + 40 * i, 32 + 15 * k)
        for k, line in enumerate(cell)
        for i, w in enumerate(line.split())
    ]
    ruled = [(0, y, 500, y) for y in (0, 60, 80)] + [(x, 0, x, 80) for x in (0, 100, 500)]
    text, _ = text_of([Page(1, 595, 842, tuple(words), tuple(ruled))])
    assert [x.strip("| ") for x in text.strip().split("\n")] == read_as


def test_a_blank_to_fill_in_above_a_justified_line_parts_no_columns(tmp_path: Path) -> None:
    pdf = Pdf()
    pdf.text(LEFT, 100, "Thông báo kết luận")
    pdf.text(LEFT + 128, 100, "Ngày 10 tháng 3")  # a gap of 20 points, from 108 to 128
    x = LEFT
    for word in ["Sáng", "nay,", "Phó", "Chủ", "tịch", "Ủy", "ban", "nhân", "dân"]:
        pdf.text(x, 116, word)
        x += width(word) + 10  # one of these gaps is from 116 to 126
    assert any("Sáng nay, Phó Chủ tịch" in line for line in lines(pdf, tmp_path))


def test_number_at_the_left_of_a_page_is_no_page_number(tmp_path: Path) -> None:
    """A table without rules, a cell a line, goes on with its third row."""
    pdf = Pdf()
    pdf.text(LEFT, 60, "3")
    pdf.text(LEFT, 80, "Rà soát quy hoạch")
    assert lines(pdf, tmp_path) == ["3", "Rà soát quy hoạch"]


def test_shaded_words_are_no_table(tmp_path: Path) -> None:
    pdf = Pdf()
    for k in range(3):
        pdf.shade(LEFT + 20 * k, 100 + 16 * k, RIGHT, 116 + 16 * k)
        pdf.text(LEFT + 20 * k, 112 + 16 * k, "Kết luận của Chủ tịch Ủy ban nhân dân")
    assert "|" not in read(pdf, tmp_path)


def test_signature_stamps(tmp_path: Path) -> None:
    pdf = Pdf()
    header(pdf)
    pdf.sign(150, 92, ["128"], size=12)
    pdf.sign(378, 92, ["05"], size=12)
    pdf.sign(350, 40, ["Ký bởi: Ủy ban nhân dân tỉnh", "Thời gian ký: 05/03/2024 08:15:24"])
    pdf.paragraph(LONG)
    text = read(pdf, tmp_path)
    assert "Số: 128/TB-UBND" in text
    assert "ngày 05 tháng 3 năm 2024" in text
    assert "Ký bởi" not in text


def test_where_fields_stand(tmp_path: Path) -> None:
    pdf = Pdf()
    header(pdf)
    pdf.new_page()
    pdf.paragraph("1. Sở Y tế báo cáo UBND tỉnh trước ngày 28/02/2024.")
    path = tmp_path / "notice.pdf"
    path.write_bytes(pdf.made())
    (task,) = extract_file(path).tasks
    assert task.page == 2
    assert task.bbox is not None
    assert task.lead[0].bbox is not None
    left, top, right, bottom = task.lead[0].bbox
    assert LEFT + 28 < left < right < RIGHT
    assert top < 60 < bottom  # the line that it stands on
    assert task.deadlines[0].bbox is not None
    assert right < task.deadlines[0].bbox[0]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_pages_are_read_as_shown(tmp_path: Path, turn: int) -> None:
    pdf = Pdf(rotate=turn)
    pdf.centred("THÔNG BÁO")
    task = f"1. {LONG.replace(' để', ',')}"
    pdf.paragraph(task, bottom=500)
    assert lines(pdf, tmp_path) == ["THÔNG BÁO", task]


def test_letters_in_any_order_are_put_together() -> None:
    """Letters that a font lacks are set last, in another one, where the others left them room."""
    words = "Sở Kế hoạch và Đầu tư báo cáo Ủy ban nhân dân tỉnh."
    letters = [
        Word(letter, LEFT + width(words[:k]), 100, LEFT + width(words[: k + 1]), 112)
        for k, letter in enumerate(words)
        if letter != " "
    ]
    letters.sort(key=lambda w: w.text > "\u1e00")
    assert " ".join(w.text for w in whole_words(letters)) == words


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"%PDF-1.7\n", "hỏng"), (Pdf().made()[:300], "hỏng")],
    ids=["empty", "cut"],
)
def test_refused(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    with pytest.raises(ReadError, match=said):
        read_file(path)
