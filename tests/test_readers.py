"""Files in: what is read, how, and what is said of a file that cannot be."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from extractor import Extractor, batch, extract, extract_file, readers
from extractor.document import Origin
from extractor.errors import ReadError
from extractor.readers import Member, Reader, ReadFile, ReadText, read_file
from extractor.readers.plain import PlainReader
from extractor.readers.sandbox import Answer

NOTICE = "1. Sở Y tế báo cáo UBND tỉnh trước ngày 28/02/2022.\n2. Sở Nội vụ tổng hợp.\n"


def write(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (NOTICE.encode(), NOTICE),
        (b"\xef\xbb\xbf" + NOTICE.encode(), NOTICE),
        (NOTICE.replace("\n", "\r\n").encode(), NOTICE),
        (NOTICE.replace("\n", "\r").encode(), NOTICE),
        (b"a\r\n\rb\n", "a\n\nb\n"),
        (b"a\x00b", "a\x00b"),
        (b"trang 1\x0ctrang 2", "trang 1\x0ctrang 2"),
        (NOTICE.encode("utf-16"), NOTICE),
        (NOTICE.encode("utf-32"), NOTICE),
    ],
    ids=["plain", "bom", "crlf", "cr", "mixed", "stray-nul", "form-feed", "utf16", "utf32"],
)
def test_text_as_read(tmp_path: Path, data: bytes, text: str) -> None:
    assert read_file(write(tmp_path / "a.txt", data)).content.text == text


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.txt", "text/plain"), ("a.md", "text/markdown"), ("A.TXT", "text/plain")],
)
def test_source(tmp_path: Path, name: str, media_type: str) -> None:
    record = extract_file(write(tmp_path / name, NOTICE))
    source = record.notice.source
    assert source.path == (tmp_path / name).as_posix()
    assert (source.media_type, source.reader) == (media_type, "plain")
    assert len(source.sha256) == 64
    assert len(record.tasks) == 2


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"", "rỗng"),
        ("a.txt", b" \r\n\t\xc2\xa0\n", "rỗng"),
        ("a.txt", b"\xef\xbb\xbf", "rỗng"),
        ("a.txt", "Sở ".encode() + b"\xff y", "vị trí 5"),
        ("a.txt", b"\xef\xbb\xbfab\xe1\xbb", "vị trí 5"),
        ("a.txt", "Ђурђевдан је празник".encode("cp1251"), "không phải UTF-8"),
        ("a.txt", NOTICE.encode("utf-16")[:-1], "mã UTF-16 bị hỏng"),
        ("a.txt", NOTICE.encode("utf-16-le"), "nhị phân"),
        ("a.txt", NOTICE.encode("utf-32")[:-1], "mã UTF-32 bị hỏng"),
        ("a.txt", bytes(range(256)) * 20, "nhị phân"),
        ("a.xlsx", b"PK\x03\x04", "'.xlsx' chưa đọc được"),
        ("a", b"PK\x03\x04", "không rõ là loại tệp gì"),
    ],
    ids=["empty", "blank", "bom-only", "not-utf8", "cut-utf8", "cp1251", "utf16", "utf16-no-bom", "utf32", "binary", "unknown-suffix", "no-suffix"],
)  # fmt: skip
def test_refused(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    path = write(tmp_path / name, data)
    with pytest.raises(ReadError, match=said) as error:
        read_file(path)
    assert str(path) in str(error.value)


def test_no_such_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="không có tệp này"):
        read_file(tmp_path / "nope.txt")
    with pytest.raises(ReadError, match="là thư mục"):
        read_file(tmp_path)
    with pytest.raises(ReadError, match="không hợp lệ"):
        read_file(Path("a\x00.txt"))


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read anything"
)
def test_no_right_to_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", NOTICE)
    path.chmod(0)
    with pytest.raises(ReadError, match="không có quyền đọc"):
        read_file(path)


@pytest.mark.parametrize(
    ("error", "said"),
    [(PermissionError(13, "no"), "không có quyền đọc"), (OSError(5, "I/O"), "không đọc được")],
)
def test_what_the_system_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, said: str
) -> None:
    def refuse(self: Path) -> bytes:
        raise error

    path = write(tmp_path / "a.txt", NOTICE)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ReadError, match=said):
        read_file(path)


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MAX_BYTES", 10)
    with pytest.raises(ReadError, match="quá lớn"):
        read_file(write(tmp_path / "a.txt", NOTICE))


def test_plain_reader_is_a_reader() -> None:
    assert isinstance(PlainReader(), Reader)
    assert PlainReader().sniff(NOTICE.encode(), Path("a.txt"))
    assert not PlainReader().sniff(bytes(100), Path("a.txt"))


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body>x</body></html>", b"  \n<!doctype html><p>x", b"%PDF-1.4 x", b"{\\rtf1 x}",
        b"From: a\r\nMIME-Version: 1.0\r\n\r\nx", b"\r\nSubject: a\nFrom: b\n\nc", b"PK\x03\x04" + bytes(30), "đ".encode("utf-16"), b"\xd0\xcf\x11\xe0",
    ],
)  # fmt: skip
def test_what_is_more_than_text_is_shown_to_every_reader(data: bytes) -> None:
    assert not readers._is_only_text(data)


def test_a_notice_is_only_text() -> None:
    assert readers._is_only_text(NOTICE.encode())
    assert readers._is_only_text(("\ufeff" + NOTICE).encode())


def test_content_tells_the_kind_and_a_wrong_suffix_is_a_note(tmp_path: Path) -> None:
    assert not read_file(write(tmp_path / "a", NOTICE)).content.notes
    content = read_file(write(tmp_path / "a.log", NOTICE)).content
    assert (content.reader, content.text) == ("plain", NOTICE)
    assert "'.log'" in content.notes[0]


class UpperReader:
    """A reader as another package would bring it."""

    name = "upper"
    suffixes = (".upper",)
    media_types = ("text/x-upper",)

    def sniff(self, data: bytes, path: Path) -> bool:  # noqa: ARG002
        return True

    def read(self, data: bytes, path: Path) -> ReadText:  # noqa: ARG002
        if data == b"bad":
            raise ValueError("bad")
        return ReadText(data.decode("utf-8"), "text/x-upper", self.name, notes=("ghi chú",))


class PartsContainer:
    """A container: parts after their names, each ended by a slash on a line of its own."""

    name = "parts"
    suffixes = (".parts",)
    media_types = ("application/x-parts",)

    def sniff(self, data: bytes, path: Path) -> bool:  # noqa: ARG002
        return data.startswith(b"parts:")

    def members(self, data: bytes, path: Path) -> Iterator[Member]:
        for part in data.removeprefix(b"parts:").split(b"/\n"):
            name, _, body = part.partition(b"\n")
            if name == b"cut":
                raise ReadError(f"{path}: bị cắt")
            yield Member(name.decode(), body)


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> Any:
    def plug(target: Any) -> None:
        class Point(EntryPoint):
            def load(self) -> Any:
                return target

        # a process beside ours knows installed packages only: these run here, JSON and all
        def here(function: str, argument: Any, data: bytes, **_: Any) -> Answer:
            module, name = function.split(":")
            value, blobs = getattr(import_module(module), name)(argument, data)
            return Answer(json.loads(json.dumps(value)), tuple(blobs))

        monkeypatch.setattr("extractor.readers.sandbox.call", here)
        points = [Point("upper", "elsewhere:UpperReader", readers.GROUP)]
        monkeypatch.setattr(
            "importlib.metadata.entry_points",
            lambda group: points if group == readers.GROUP else [],
        )
        readers.plugged_in.cache_clear()

    yield plug
    readers.plugged_in.cache_clear()


@pytest.mark.parametrize("target", [UpperReader, UpperReader()], ids=["class", "instance"])
def test_another_packages_reader(tmp_path: Path, plugged: Any, target: Any) -> None:
    plugged(target)
    record = extract_file(write(tmp_path / "a.upper", NOTICE))
    assert (record.notice.source.reader, record.notice.source.media_type) == (
        "upper",
        "text/x-upper",
    )
    assert (record.doubts[0].kind, record.doubts[0].detail) == ("reader", "ghi chú")
    assert ".upper" in readers.known_suffixes()
    with pytest.raises(ReadError, match="bộ đọc upper gặp lỗi"):
        extract_file(write(tmp_path / "b.upper", "bad"))


def test_a_container_gives_its_members(tmp_path: Path, plugged: Any) -> None:
    plugged(PartsContainer)
    path = write(
        tmp_path / "a.parts",
        f"parts:2022/1.txt\n{NOTICE}/\n2.xlsx\nPK\x03\x04/\n3.txt\n{chr(1) * 20}/\ncut\n",
    )
    first, damaged, cut = readers.read_files(path)
    assert isinstance(first, ReadFile)
    assert (first.member, first.content.text) == ("2022/1.txt", NOTICE)
    assert "a.parts!/3.txt" in str(damaged)
    assert "bị cắt" in str(cut)
    assert read_file(write(tmp_path / "b.parts", f"parts:1.txt\n{NOTICE}")).member == "1.txt"
    with pytest.raises(ReadError, match="có 2 văn bản"):
        read_file(write(tmp_path / "c.parts", f"parts:1.txt\n{NOTICE}/\n2.txt\n{NOTICE}"))
    nested = "parts:" + "x.parts\nparts:" * 5
    (error,) = readers.read_files(write(tmp_path / "d.parts", nested))
    assert "lồng quá" in str(error)


def test_members_of_a_container_in_the_output(tmp_path: Path, plugged: Any) -> None:
    plugged(PartsContainer)
    path = write(tmp_path / "a.parts", f"parts:2022/1.txt\n{NOTICE}/\n2.txt\n{chr(1) * 20}")
    done, failed = batch.run(path, Extractor())
    assert isinstance(done, batch.Success)
    assert isinstance(failed, batch.Failure)
    assert done.record.notice.source.member == "2022/1.txt"
    assert '"member":"2022/1.txt"' in done.record.to_json()
    assert '"member"' not in extract(NOTICE).to_json()


def test_the_output_says_where_things_stand(tmp_path: Path, plugged: Any) -> None:
    class PagesReader(UpperReader):
        def read(self, data: bytes, path: Path) -> ReadText:  # noqa: ARG002
            text = data.decode("utf-8")
            first, second, _ = text.split("\n")
            cut = first.index(" trước")
            after = len(first) + 1
            origins = (
                Origin(0, cut, page=1, bbox=(50.0, 60.0, 300.0, 70.0), place="đoạn 1"),
                Origin(cut, after, page=1, bbox=(40.0, 75.0, 100.0, 85.0), place="đoạn 1"),
                Origin(after, after + len(second), page=2, place="đoạn 2"),
            )
            return ReadText(text, "text/x-upper", self.name, origins)

    plugged(PagesReader)
    record = extract_file(write(tmp_path / "a.upper", NOTICE))
    task, later = record.tasks
    assert (task.page, task.bbox, task.place) == (1, (40.0, 60.0, 300.0, 85.0), "đoạn 1")
    assert task.deadlines[0].bbox == (40.0, 75.0, 100.0, 85.0)
    assert task.lead[0].bbox == (50.0, 60.0, 300.0, 70.0)
    assert (later.page, later.bbox, later.clause) == (2, None, "2")
    assert [c.page for c in record.clauses] == [1, 2]
    assert '"bbox"' not in later.model_dump_json()
    assert '"page"' not in extract(NOTICE).to_json()


def test_a_broken_plug_in_is_named(tmp_path: Path, plugged: Any) -> None:
    plugged(object())
    with pytest.raises(ReadError, match="'upper'"):
        extract_file(write(tmp_path / "a.upper", NOTICE))
