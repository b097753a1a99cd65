"""Errors that people can act on: each names the file, and where known the line and the rule.

Content never raises (malformed numbering, impossible dates and unknown bodies become doubts);
configuration raises when it is loaded; files raise when they are read.
"""

from __future__ import annotations


class ExtractorError(Exception):
    """Base of every error that this package raises on purpose."""


class RuleError(ExtractorError):
    """A rule table is wrong; the message names file and rule id."""


class GazetteerError(ExtractorError):
    """A gazetteer table is wrong; the message names file and line."""


class ReadError(ExtractorError):
    """A notice cannot be read; the message names the file and the reason."""
