"""Letters of before Unicode: read by content, and never where the text is good as it stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from old_letters import as_cp1258, as_tcvn3, as_viqr, as_vni

from extractor.readers import legacy, read_file
from extractor.text import UPPER

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "notices"
TEXT = """ỦY BAN NHÂN DÂN TỈNH
Số: 12/KH-UBND
1. Giao Sở Y tế chủ trì, phối hợp với các sở, ngành rà soát những cơ sở xuống cấp, xử lý kịp thời.
2. Đề nghị các hội, quỹ kể cả ở những xã đặc biệt khó khăn chịu trách nhiệm, gửi kết quả trước ngày 30/6.
"""


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (as_cp1258(TEXT), "Windows-1258"),
        (as_tcvn3(TEXT).encode("latin-1"), "TCVN3"),
        (as_tcvn3(TEXT).encode("utf-8"), "TCVN3"),
        (as_vni(TEXT).encode("cp1252"), "VNI"),
        (as_vni(TEXT).encode("utf-8"), "VNI"),
        (as_viqr(TEXT).encode("ascii"), "VIQR"),
    ],
    ids=["cp1258", "tcvn3", "tcvn3-in-utf8", "vni", "vni-in-utf8", "viqr"],
)
def test_a_file_in_old_letters(tmp_path: Path, data: bytes, name: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    content = read_file(path).content
    assert content.text == TEXT
    assert name in content.notes[0]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples beside the package")
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_good_text_is_left_alone(form: str) -> None:
    for path in sorted(SAMPLES.glob("*.txt")):
        text = unicodedata.normalize(form, path.read_text("utf-8"))
        for line in text.split("\n"):
            assert legacy.repaired(line) == (line, None)
        assert legacy.from_viqr(text) is None


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples beside the package")
@pytest.mark.parametrize(
    "write",
    [as_cp1258, lambda t: as_tcvn3(t).encode("latin-1"), lambda t: as_vni(t).encode("cp1252")],
    ids=["cp1258", "tcvn3", "vni"],
)
def test_all_samples_in_old_letters(write: Callable[[str], bytes]) -> None:
    for path in sorted(SAMPLES.glob("*.txt")):
        text = "".join(c for c in unicodedata.normalize("NFC", path.read_text("utf-8")) if c.isascii() or c.upper() in UPPER)  # fmt: skip
        found = legacy.from_bytes(write(text))
        assert found is not None, path.name
        assert found[0].casefold() == text.casefold(), path.name


@pytest.mark.parametrize(
    "text",
    ["Café Zürich", "naïve São Paulo", "Müller & Söhne", "Hà Nội", "báo cáo", "HÀ NAM", "5 m² – 3 °C", "à la carte"],
)  # fmt: skip
def test_other_words_stay(text: str) -> None:
    assert legacy.repaired(text) == (text, None)


def test_short_pieces_and_capitals() -> None:
    assert legacy.repaired("KÕ ho¹ch") == ("Kế hoạch", "tcvn3")
    assert legacy.repaired("uû ban nh©n d©n") == ("uỷ ban nhân dân", "tcvn3")
    assert legacy.repaired("CéNG HßA") == ("CỘNG HÒA", "tcvn3")
    assert legacy.decode("NHIÖM Vô Vµ GI¶I PH¸P", "tcvn3") == "NHIỆM VỤ VÀ GIẢI PHÁP"
    assert legacy.decode("céng hßa x· héi", "tcvn3", ".VnTimeH") == "CỘNG HÒA XÃ HỘI"
    assert legacy.decode("tr­íc ngµy", "tcvn3", ".VnTime") == "trước ngày"


def test_lines_that_tell_nothing_go_with_the_others() -> None:
    lines = [
        "Sè: 12/KH-UBND",
        "Giao Së Y tÕ chñ tr×, phèi hîp rµ so¸t",
        "göi kÕt qu¶ tr­íc ngµy 30/6",
    ]
    found, encoding = legacy.repaired_lines(lines)
    assert encoding == "tcvn3"
    assert found == [
        "Số: 12/KH-UBND",
        "Giao Sở Y tế chủ trì, phối hợp rà soát",
        "gửi kết quả trước ngày 30/6",
    ]
    mixed = ["Sè lượng", "Sở Y tế", "Sở Nội vụ", "Sè", "Giao Së Y tÕ chñ tr×"]
    assert legacy.repaired_lines(mixed)[0] == [*mixed[:4], "Giao Sở Y tế chủ trì"]


def test_stops_and_tones_in_viqr() -> None:
    text = "Ba'o ca'o ddu+o+.c gu+?i ve^` Ta?nh. Thu+.c hie^.n nghie^m tu'c. Ai la`m?"
    assert legacy.from_viqr(text) == "Báo cáo được gửi về Tảnh. Thực hiện nghiêm túc. Ai làm?"
    assert (
        legacy.from_viqr("Giao So+? Y te^', Bo^. Y te^' va` U?Y BAN NHA^N DA^N TI?NH.")
        == "Giao Sở Y tế, Bộ Y tế và ỦY BAN NHÂN DÂN TỈNH."
    )
    assert (
        legacy.from_viqr(
            "I. NHIE^.M VU.\na. DDe^` nghi. Vu. To^?ng ho+.p, Ha. Long (va` dde^` nghi.) ca. xa~."
        )
        == "I. NHIỆM VỤ\na. Đề nghị Vụ Tổng hợp, Hạ Long (và đề nghị) cạ xã."
    )
    assert (
        legacy.from_viqr(
            "So+? GDDDT gu+?i ba'o ca'o ve^` so.tttt@caobang.gov.vn ca'c ddo+n vi. na`y./."
        )
        == "Sở GDĐT gửi báo cáo về so.tttt@caobang.gov.vn các đơn vị này./."
    )
    assert legacy.from_viqr("Dear Sir, it's a test (really). What? a^2 + b^2.") is None


@pytest.mark.parametrize(
    ("font", "encoding"),
    [(".VnTime", "tcvn3"), (".VNARIALH", "tcvn3"), ("VNI-Times", "vni"), ("Times New Roman", None), (None, None)],
)  # fmt: skip
def test_fonts(font: str | None, encoding: str | None) -> None:
    assert legacy.of_font(font) == encoding


@pytest.mark.parametrize(
    ("word", "is_one"),
    [("nghiêng", True), ("quyết", True), ("giặt", True), ("Đắk", True), ("thuở", True), ("UỶ", True), ("uyể", False), ("bàá", False), ("ViÖt", False), ("ủY", False), ("xyz", False)],
)  # fmt: skip
def test_syllables(word: str, is_one: bool) -> None:
    assert legacy.is_syllable(word) is is_one
