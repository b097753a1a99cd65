"""Offsets on real shapes of text: every sample as it is, decomposed, with other line ends, wrapped."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from extractor import Record, extract, extract_file

NOTICES = sorted((Path(__file__).resolve().parent.parent / "samples" / "notices").glob("*.txt"))
VARIANTS: dict[str, Callable[[str], str]] = {
    "as-is": str,
    "nfd": lambda t: unicodedata.normalize("NFD", t),
    "crlf": lambda t: t.replace("\n", "\r\n"),
    "one-line": lambda t: t.replace("\n", " "),
    "spaced": lambda t: t.replace(" ", "\u00a0 "),
    "bold": lambda t: "\n".join(f"**{line}**" if line.strip() else line for line in t.split("\n")),
    "form-feeds": lambda t: t.replace("\n\n", "\n\x0c\n"),
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("path", NOTICES, ids=lambda p: p.stem)
def test_invariants(path: Path, variant: str, check: Callable[[str], Record]) -> None:
    check(VARIANTS[variant](path.read_text(encoding="utf-8")))


def test_shared_notices(shared: Path, check: Callable[[str], Record]) -> None:
    for path in sorted((shared / "notices").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        check(text)
        check(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize("path", NOTICES, ids=lambda p: p.stem)
def test_decomposed_text_reads_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    usual, decomposed = extract(text), extract(unicodedata.normalize("NFD", text))
    assert _told(usual) == _told(decomposed)
    for a, b in zip(usual.tasks, decomposed.tasks, strict=True):
        assert unicodedata.normalize("NFC", b.text) == unicodedata.normalize("NFC", a.text)


def test_line_ends_of_a_file_do_not_count(tmp_path: Path) -> None:
    text = NOTICES[0].read_text(encoding="utf-8")
    unix, dos = tmp_path / "unix.txt", tmp_path / "dos.txt"
    unix.write_bytes(text.encode("utf-8"))
    dos.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode("utf-8"))
    a, b = extract_file(unix), extract_file(dos)
    assert a.tasks == b.tasks
    assert a.clauses == b.clauses


def _told(record: Record) -> list[tuple[object, ...]]:
    return [
        (t.clause, t.due, t.lead_basis, [a.name for a in t.lead], [a.name for a in t.coordinating], [d.rule for d in t.deadlines])
        for t in record.tasks
    ]  # fmt: skip
