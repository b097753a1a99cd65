"""Scans: what is done with what Tesseract sees, and, where it is installed, a page read by it."""

from __future__ import annotations

import io
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from pdf_maker import Pdf
from test_pdf import LONG

from extractor import extract_file
from extractor.errors import ReadError
from extractor.readers import ReadFile, ocr, read_file, read_files
from extractor.readers.image import ImageReader
from extractor.readers.pages.boxes import Page, Word
from extractor.readers.pages.flow import text_of
from extractor.readers.pages.grid import tables_of
from extractor.readers.pages.legible import is_legible
from extractor.readers.paper import levelled, whitened
from extractor.readers.rules_in_scans import without_rules
from extractor.readers.strokes import mended

if TYPE_CHECKING:
    from PIL.Image import Image

FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/noto/NotoSerif-Regular.ttf",
    "/Library/Fonts/Times New Roman.ttf",
    "C:/Windows/Fonts/times.ttf",
)
FONT = next((f for f in FONTS if Path(f).is_file()), None)
needs_ocr = pytest.mark.skipif(
    not ocr.available() or FONT is None, reason="no Tesseract with Vietnamese, or no font"
)
TASK = "1. Sở Y tế chủ trì, phối hợp với Sở Tài chính rà soát nhân lực y tế cơ sở,"
DUE = "báo cáo Ủy ban nhân dân tỉnh trước ngày 28/02/2024."


def picture(lines: list[str], *, turn: float = 0) -> bytes:
    """A page of 200 dots an inch as a PNG; turn: degrees, counter-clockwise."""
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("RGB", (1654, 2339), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.truetype(FONT or "", 38)
    pen.ellipse(
        (600, 250, 900, 550), outline=(220, 40, 50), width=6
    )  # a seal: letters show through
    for k, line in enumerate(lines):
        pen.text((200, 300 + 60 * k), line, fill="black", font=font)
    page = page.rotate(turn, fillcolor="white", expand=turn % 90 == 0)
    out = io.BytesIO()
    page.save(out, "PNG", dpi=(200, 200))
    return out.getvalue()


@needs_ocr
@pytest.mark.parametrize("turn", [0, 1.2, -3, 90, 180, 270])
def test_a_picture(tmp_path: Path, turn: float) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(picture([TASK, DUE], turn=turn))
    (task,) = extract_file(path).tasks
    assert [a.name for a in task.lead] == ["Sở Y tế"]
    assert task.due == "2024-02-28"
    assert task.page == 1
    assert task.deadlines[0].bbox is not None
    left, top, right, bottom = task.deadlines[0].bbox
    assert 200 < left < right < 595
    assert 110 < (top + bottom) / 2 < 150  # the second line, 372 dots down


@needs_ocr
def test_pages_of_a_tiff_are_told(tmp_path: Path) -> None:
    from PIL import Image

    first = Image.open(io.BytesIO(picture([TASK])))
    second = Image.open(io.BytesIO(picture([DUE])))
    path = tmp_path / "a.tif"
    first.save(
        path, save_all=True, append_images=[second], dpi=(200, 200), compression="tiff_deflate"
    )
    told: list[tuple[int, int]] = []
    (read,) = read_files(path, progress=lambda done, total: told.append((done, total)))
    assert isinstance(read, ReadFile)
    assert told == [(1, 2), (2, 2)]
    found = read.content
    assert {o.page for o in found.origins} == {1, 2}
    assert "phối hợp với Sở Tài chính" in found.text
    assert "28/02/2024" in found.text


@needs_ocr
def test_a_scan_of_over_twenty_megabytes_is_read(tmp_path: Path) -> None:
    """Its picture as it comes out of a scanner that saves nothing on paper's grain."""
    from PIL import Image, ImageChops

    page = Image.open(io.BytesIO(picture([TASK, DUE]))).getchannel("R").resize((4962, 7017))
    grain = Image.frombytes("L", page.size, Random(0).randbytes(page.width * page.height))
    page = ImageChops.subtract(page, grain.point([v // 6 for v in range(256)]))
    path = tmp_path / "a.pdf"
    page.save(path, "PDF", resolution=600, quality=98)
    assert path.stat().st_size > 20_000_000
    (task,) = extract_file(path).tasks
    assert task.due == "2024-02-28"


@needs_ocr
def test_a_text_layer_without_meaning_is_read_from_the_page(tmp_path: Path) -> None:
    """The layer says what no one can read: the font gives its letters codes of its own."""
    pdf = Pdf()
    for k in range(12):
        pdf.text(85, 100 + 16 * k, "Qfk hdzx plmq wrtv bncx kjhg")
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf.made())
    notes = read_file(path).content.notes
    assert any("lớp chữ hỏng" in note for note in notes)


def test_without_ocr_a_scan_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    with pytest.raises(ReadError, match=r"nhiemvu\[ocr\].*tesseract-ocr-vie"):
        ImageReader().read(b"\x89PNG\r\n\x1a\n", tmp_path / "a.png")


@pytest.mark.parametrize(
    ("text", "sure", "kept"),
    [("Sở", 0.1, True), ("28/02/2024", 0.9, True), ("-", 0.9, True), ("-", 0.2, False),
     ("~|", 0.9, False), ("⁄4©", 0.4, False), ("|", 0.95, False)],
)  # fmt: skip
def test_specks_are_no_words(text: str, sure: float, *, kept: bool) -> None:
    assert ocr._is_word(text, sure) is kept


def test_slanting_lines_are_laid_level() -> None:
    """Two lines that fall by 2 in 100, longer than the way from one to the next."""
    seen = [
        ocr._Seen(f"w{line}{k}", 100 * k, 100 * k + 60, 100 + 30 * line + 2 * k, 0.02, 20, 0.9)
        for line in range(2)
        for k in range(10)
    ]
    page = ocr._page(1, 1000, 1400, seen, 1.0)
    text, origins = text_of([page])
    assert text.split() == [w.text for w in seen]
    back = origins[9].bbox
    assert back is not None
    assert back[0] == pytest.approx(900, abs=1)
    assert back[3] == pytest.approx(118 + 4, abs=1)  # a little below the base line


def test_runs_of_guesses_are_left_out() -> None:
    sure = [Word(f"từ{k}", 50 * k, 0, 50 * k + 40, 20, 0.95) for k in range(4)]
    guessed = [Word(f"NXL{k}", 400 + 50 * k, 0, 440 + 50 * k, 20, 0.1) for k in range(2)]
    assert list(ocr._clear([*sure, *guessed])) == sure


@pytest.mark.parametrize(
    ("text", "legible"),
    [
        (LONG, True),
        (LONG.upper(), True),
        ("UBND TTr KH 12/2024", True),  # too few words to tell
        ("Giao So Y te chu tri phoi hop voi So Tai chinh va Uy ban nhan dan cac huyen ra soat nhan luc y te", False),
        ("Qfk hdzx plmq wrtv bncx kjhg " * 5, False),
        ("Gi\x01o S\x02 Y t\x03 ch\x04 tr\x05 ph\x06i h\x07p " * 5, False),
    ],
)  # fmt: skip
def test_legible(text: str, *, legible: bool) -> None:
    words = tuple(Word(w, 0, 0, 1, 1) for w in text.split())
    assert is_legible(Page(1, 595, 842, words)) is legible


def lined(slope: float) -> Image:
    """A page with twelve lines of strokes that fall by `slope` dots for one across."""
    image = pytest.importorskip("PIL.Image")
    draw = pytest.importorskip("PIL.ImageDraw")
    page = image.new("L", (1000, 1400), 230)
    pen = draw.Draw(page)
    for y in range(150, 750, 50):
        for x in range(120, 800, 14):
            pen.rectangle((x, y + slope * x, x + 5, y + slope * x + 20), fill=30)
    return page


@pytest.mark.parametrize("slope", [0, 0.004, -0.021, 0.06])
def test_a_page_is_turned_until_its_lines_are_level(slope: float) -> None:
    page, found = levelled(lined(slope))
    assert found == pytest.approx(slope, abs=0.002)  # two dots on the page
    assert levelled(page)[1] == pytest.approx(0, abs=0.002)


def test_an_empty_page_is_let_be() -> None:
    image = pytest.importorskip("PIL.Image")
    for size in ((1000, 1400), (2000, 40)):
        page = image.new("L", size, 230)
        assert levelled(page) == (page, 0.0)


def test_grain_and_seals_are_no_ink_but_letters_are() -> None:
    image = pytest.importorskip("PIL.Image")
    grain = bytes(Random(0).randrange(170, 230) for _ in range(200 * 200))
    page = image.frombytes("L", (200, 200), grain)
    page.paste(165, (20, 20, 60, 60))  # what is left of a seal
    page.paste(60, (100, 100, 104, 140))  # a stroke
    clean = whitened(page, 200)
    assert clean.crop((0, 0, 80, 200)).getextrema() > (200, 254)
    assert clean.getpixel((102, 120)) < 60


def inked(strokes: int, then: str = "") -> Image:
    """A word 30 dots high: so many Roman ones with their serifs, and a bar, a foot, a stop or a slash."""
    image = pytest.importorskip("PIL.Image")
    draw = pytest.importorskip("PIL.ImageDraw")
    page = image.new("L", (14 * strokes + 16, 30), 255)
    pen = draw.Draw(page)
    end = 14 * strokes
    for x in range(5, end, 14):
        pen.rectangle((x, 0, x + 3, 29), fill=20)
        pen.rectangle((x - 4, 0, x + 7, 2), fill=20)
        pen.rectangle((x - 4, 27, x + 7, 29), fill=20)
    if "bar" in then:
        pen.rectangle((5, 13, end - 9, 16), fill=20)
    if "foot" in then:
        pen.rectangle((5, 26, end + 8, 29), fill=20)
    if "stop" in then:
        pen.rectangle((end + 3, 25, end + 7, 29), fill=20)
    if "slash" in then:
        pen.line((end + 1, 29, end + 13, 0), fill=20, width=4)
    return page


@pytest.mark.parametrize(
    ("read", "ink", "meant"),
    [
        ("II.", (3, "stop"), "III."),
        ("II", (2, "stop"), "II."),
        ("IL", (2, "stop"), "II."),
        ("L", (1, "stop"), "I."),
        ("IH/2026,", (3, "slash"), "III/2026,"),
        ("II1/2023.", (3, "slash"), "III/2023."),
        ("II", (2,), "II"),
        ("H", (2,), "II"),
        ("H", (2, "bar"), "H"),
        ("L", (1, "foot"), "L"),
        ("11/2025", (2, "slash"), "11/2025"),
        ("1I/2025", (2, "slash"), "1I/2025"),
        ("IV.", (1, "slash"), "IV."),
    ],
)
def test_roman_ones_are_counted_by_their_strokes(
    read: str, ink: tuple[int, str], meant: str
) -> None:
    assert mended(read, inked(*ink), 0) == meant


@pytest.mark.parametrize(("below", "meant"), [(0.5, "5."), (5, "5,")])
def test_a_comma_hangs_below_its_line(below: float, meant: str) -> None:
    assert mended("5,", inked(1), below) == meant


def test_a_second_look_at_a_column_leaves_the_line_above() -> None:
    above = ocr._Seen("Thành ủy,", 90, 200, 100, 0, 20, 0.97)
    cut = ocr._Seen("Thành", 95, 150, 101, 0, 20, 0.9)
    below = ocr._Seen("Nơi", 90, 120, 128, 0, 20, 0.97)
    assert cut.is_over(above)
    assert not below.is_over(above)


def test_rules_of_a_table_are_found_and_painted_over() -> None:
    image = pytest.importorskip("PIL.Image")
    draw = pytest.importorskip("PIL.ImageDraw")
    page = image.new("L", (800, 600), 230)
    pen = draw.Draw(page)
    for y in (100, 200, 300):
        pen.line((100, y, 700, y), fill=60, width=3)
    for x in (100, 400, 700):
        pen.line((x, 100, x, 300), fill=60, width=3)
    pen.rectangle((150, 130, 180, 150), fill=40)  # as large as letters are
    pen.rectangle((310, 99, 320, 302), fill=230)  # a seal's ring, washed off with what it crossed
    pen.rectangle((104, 240, 164, 243), fill=40)  # the bars of capitals in a narrow column
    clean, rules = without_rules(page, 200)
    words = [Word("một", 54, 47, 65, 54), Word("hai", 162, 83, 173, 90)]
    (table,), rest = tables_of(words, rules)
    assert (table.rows, table.columns, rest) == (2, 2, [])
    assert [[w.text for w in cell.words] for cell in table.cells] == [["một"], [], [], ["hai"]]
    assert clean.getpixel((300, 200)) > 200
    assert clean.getpixel((160, 140)) == 40
    assert clean.getpixel((130, 241)) == 40


def test_underlined_words_are_no_table() -> None:
    image = pytest.importorskip("PIL.Image")
    draw = pytest.importorskip("PIL.ImageDraw")
    page = image.new("L", (800, 600), 255)
    draw.Draw(page).line((100, 100, 700, 100), fill=0)
    clean, rules = without_rules(page, 200)
    assert rules == []
    assert clean is page
