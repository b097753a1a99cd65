"""Word files of before 2007. files/word97.doc was written by LibreOffice and holds what is easily lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.errors import ReadError
from extractor.readers import office, read_file
from extractor.readers.doc import DocReader

FILE = Path(__file__).parent / "files" / "word97.doc"
TEXT = """UBND TỈNH HÀ NAM
Số: 411/QĐ-UBND
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Hà Nam, ngày 05 tháng 3 năm 2024
QUYẾT ĐỊNH
411/QĐ-TTg
1. Một
a) con
b) con hai
2. Hai
trước ngày 30/6
thấy hiện
CỘNG HÒA Sở Y tế trước giữ nguyên
có chú thích ở giữa.
| STT | Nhiệm vụ | Chủ trì | Thời hạn |
|  | Nhóm I |  |  |
| 1 | Rà soát
- báo cáo | Sở Y tế | Quý I |
| 2 | Tổng hợp | 〃 | Quý II |
Hết.
[1] Theo báo cáo quý I.
"""


def words(text: str) -> str:
    return "".join(f"{line}\n" for line in text.split("\n") if line)


def test_lists_tables_changes_notes_and_fonts() -> None:
    pytest.importorskip("doc2docx")
    content = read_file(FILE).content
    assert words(content.text) == TEXT
    assert (content.reader, content.media_type) == ("doc", "application/msword")
    assert "TCVN3" in content.notes[0]
    assert "theo dõi" in content.notes[1]


def test_it_is_told_from_other_ole_files() -> None:
    data, path = FILE.read_bytes(), Path("a.doc")
    assert DocReader().sniff(data, path)
    assert not DocReader().sniff(data + "__properties_version1.0".encode("utf-16-le"), path)
    assert not DocReader().sniff(data[:512], path)
    assert not DocReader().sniff(b"PK\x03\x04", path)


@pytest.mark.parametrize("cut", [512, 4000, 13000])
def test_damaged_files_are_named(monkeypatch: pytest.MonkeyPatch, cut: int) -> None:
    pytest.importorskip("doc2docx")
    monkeypatch.setattr(office, "available", lambda: None)
    with pytest.raises(ReadError, match=r"^a\.doc: tệp \.doc không đọc được"):
        DocReader().read(FILE.read_bytes()[:cut], Path("a.doc"))


def test_a_file_with_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    doc2docx = pytest.importorskip("doc2docx")
    encrypted = doc2docx.errors.EncryptedDocumentError("needs a password")

    def convert(source: Path, made: Path) -> None:
        raise encrypted

    monkeypatch.setattr(doc2docx, "convert", convert)
    monkeypatch.setattr(office, "available", lambda: None)
    with pytest.raises(ReadError, match=r"^a\.doc: tệp có mật khẩu"):
        DocReader().read(FILE.read_bytes(), Path("a.doc"))


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "doc2docx", None)
    monkeypatch.setattr(office, "available", lambda: None)
    with pytest.raises(ReadError, match=r"pip install 'nhiemvu\[office\]'"):
        DocReader().read(FILE.read_bytes(), Path("a.doc"))
    with pytest.raises(ReadError, match="cần LibreOffice"):
        office.to_docx(b"", ".doc", Path("a.doc"))


@pytest.mark.skipif(office.available() is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_what_the_library_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "doc2docx", None)
    content = DocReader().read(FILE.read_bytes(), Path("a.doc"))
    assert words(content.text) == TEXT
    with pytest.raises(ReadError, match=r"^a\.doc: LibreOffice không đọc được"):
        DocReader().read(FILE.read_bytes()[:4000], Path("a.doc"))
