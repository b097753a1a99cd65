"""One pusher at a time: two at once could both find a task missing and both create it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from extractor.push import PushError


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Hold the lock of that name while the block runs; PushError where another run holds it.

    It guards one user's runs on one machine, and goes with the process however that ends.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    path = Path(tempfile.gettempdir(), f"nhiemvu-push-{os.getuid()}-{digest}.lock")
    try:
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise PushError(f"{path}: không khóa được ({error.strerror})") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise PushError(
                "một lần push khác vào đó đang chạy; chờ nó xong rồi chạy lại"
            ) from error
        yield
    finally:
        os.close(handle)
