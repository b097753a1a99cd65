"""A notice's text, read again from the file that its record names, if that file is still the same."""

from __future__ import annotations

from pathlib import Path

from extractor.errors import ReadError
from extractor.readers import ReadFile, read_files
from extractor.schema import Record


def text_of(record: Record, root: Path = Path()) -> str:
    """The text that the record's offsets count in; `root`: the folder in which its path is looked up.

    ReadError where the file is gone, cannot be read, or holds another text by now.
    """
    source = record.notice.source
    if source.path is None:
        raise ReadError("kết quả không ghi đường dẫn của văn bản")
    path = root / source.path
    for read in read_files(path):
        if isinstance(read, ReadFile) and read.member == source.member:
            if read.sha256 != source.sha256:
                raise ReadError(f"{path}: văn bản đã thay đổi từ khi rút nhiệm vụ; hãy rút lại")
            return read.content.text
        if isinstance(read, ReadError) and source.member is None:
            raise read
    raise ReadError(f"{path}: không còn {source.member or 'văn bản'} ở trong")
