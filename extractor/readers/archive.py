"""ZIP archives, opened in memory: nothing is written to disk, so a member's name is only a label.

The bytes that really come out are counted, whatever the archive says of itself.
"""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from extractor.errors import ReadError
from extractor.readers.text import MAX_BYTES, MAX_TOTAL, Member

MAX_ENTRIES = 10_000
MAX_RATIO = 200  # unpacked to packed, above a size that does no harm; documents pack to a tenth
_HARMLESS = 1_000_000
_TAIL = 66_000  # bytes at the end where the directory's own end may stand


class ZipContainer:
    """Opens .zip."""

    name = "zip"
    suffixes: tuple[str, ...] = (".zip",)
    media_types: tuple[str, ...] = ("application/zip",)

    def sniff(self, data: bytes, path: Path) -> bool:  # noqa: ARG002 - the format interface
        """Whether it is an archive of files, not a document that is packed like one."""
        names = directory(data)
        return bool(names) and b"[Content_Types].xml" not in names and data[30:38] != b"mimetype"

    def members(self, data: bytes, path: Path) -> Iterator[Member]:
        """The files within, hidden ones and links left out; each that fails says why."""
        try:
            archive = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
            raise ReadError(f"{path}: tệp nén hỏng ({error})") from error
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise ReadError(f"{path}: tệp nén có quá nhiều mục ({len(entries)})")
        room = MAX_TOTAL
        for entry in entries:
            name = clean(_decoded(entry))
            hidden = any(p.startswith((".", "__MACOSX")) for p in name.split("/"))
            if entry.is_dir() or not name or hidden or stat.S_ISLNK(entry.external_attr >> 16):
                continue
            if room < 0:
                raise ReadError(
                    f"{path}: giải nén ra quá {MAX_TOTAL // 1_000_000} MB, không đọc tiếp"
                )
            member, size = _unpacked(archive, entry, name)
            room -= size
            yield member


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> tuple[Member, int]:
    """The file, or why it is none, and how many bytes came out."""
    if entry.flag_bits & 0x1:
        return Member(name, b"", error="có mật khẩu"), 0
    try:
        with archive.open(entry) as file:
            data = file.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        return Member(name, b"", error=f"không giải nén được ({error})"), 0
    size, said = len(data), None
    if size > MAX_BYTES:
        said = f"tệp quá lớn (giới hạn {MAX_BYTES // 1_000_000} MB)"
    elif size > max(_HARMLESS, MAX_RATIO * entry.compress_size):
        said = "tỉ lệ nén bất thường, không đọc"
    return Member(name, b"" if said else data, error=said), size


def _decoded(entry: zipfile.ZipInfo) -> str:
    """The name; older programs write it in the code page of their machine and do not say which."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return unicodedata.normalize("NFC", raw.decode("cp1258", "replace"))


def directory(data: bytes) -> bytes:
    """The bytes that name an archive's files: a look that costs nothing, whatever it holds."""
    end = data.rfind(b"PK\x05\x06", -_TAIL)
    if not data.startswith(b"PK") or end < 0:
        return b""
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    return data[max(0, end - size) : end + 4]


def clean(name: str) -> str:
    """A name to show: folders with "/", no way up or to a drive, nothing that a terminal obeys."""
    parts = re.split(r"[/\\]", "".join(c for c in name if c.isprintable()))
    return "/".join(
        p for p in parts if p not in ("", ".", "..") and not re.fullmatch("[A-Za-z]:", p)
    )
