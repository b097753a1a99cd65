"""Errors that people can act on: each names the file, and where known the line and the rule.

Content never raises (malformed numbering, impossible dates and unknown bodies become doubts);
configuration raises when it is loaded; files raise when they are read.
"""

from __future__ import annotations

from typing import ClassVar


class ExtractorError(Exception):
    """Base of every error that this package raises on purpose."""


class RuleError(ExtractorError):
    """A rule table is wrong; the message names file and rule id."""


class GazetteerError(ExtractorError):
    """A gazetteer table is wrong; the message names file and line."""


class ProfileError(ExtractorError):
    """A profile of columns is wrong; the message names file and line."""


class ReadError(ExtractorError):
    """A notice cannot be read; the message names the file and the reason."""


class LimitError(ReadError):
    """Reading a file took more than it may; `limit` says what: memory, cpu, wall or output."""

    _SAID: ClassVar = {
        "memory": "cần quá nhiều bộ nhớ để đọc",
        "cpu": "đọc quá lâu (hết thời gian tính toán)",
        "wall": "đọc quá lâu (hết thời gian chờ)",
        "output": "nội dung quá lớn",
    }

    def __init__(self, limit: str, path: object = "") -> None:
        super().__init__(f"{path}: {self._SAID[limit]}" if path else self._SAID[limit])
        self.limit = limit
