"""Other office formats turned into Word's by LibreOffice, where it is installed.

It runs without a window, with a profile of its own: two runs over one profile and the second does
nothing, silently. Its exit status says nothing either, so the file that should be there is looked for.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from extractor.errors import ReadError

SECONDS = 50


def available() -> str | None:
    """The program, None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def to_docx(data: bytes, suffix: str, path: Path) -> bytes:
    """A file of that kind as .docx; ReadError where LibreOffice is missing or cannot read it."""
    program = available()
    if program is None:
        raise ReadError(
            f"{path}: cần LibreOffice để đọc (apt install libreoffice-writer-nogui), "
            "hoặc hãy lưu lại ở dạng .docx"
        )
    with tempfile.TemporaryDirectory(prefix="nhiemvu-") as name:
        folder = Path(name)
        source, made = folder / f"a{suffix}", folder / "a.docx"
        source.write_bytes(data)
        command = [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            "docx:MS Word 2007 XML",
            "--outdir",
            str(folder),
            str(source),
        ]
        try:
            subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - a fixed program, a file name of ours
        except subprocess.TimeoutExpired as error:
            raise ReadError(f"{path}: LibreOffice đọc quá {SECONDS} giây") from error
        if not made.is_file():
            raise ReadError(f"{path}: LibreOffice không đọc được tệp này")
        return made.read_bytes()
