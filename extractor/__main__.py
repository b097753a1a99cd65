"""`python -m extractor` is the command `nhiemvu`."""

from __future__ import annotations

import sys

from extractor.cli import main

if __name__ == "__main__":
    status = main()
    # An interrupt inside an exec of text, as dataclasses do at import, leaves a mark in CPython that
    # under -m wins over the status, though it was caught; the next such exec takes it away.
    exec("")  # noqa: S102
    sys.exit(status)
