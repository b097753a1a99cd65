"""What a run did with each file: `out.report.json` beside `out.jsonl`, written and read back.

One JSON object, a line for each file, so that it can be looked at and compared. Read back it says
what of an earlier output still holds: `--changed-only` takes those notices over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from extractor import __version__
from extractor.batch import Failure
from extractor.outcomes import Outcome

_TOLD = ("notices", "tasks", "deadlines", "doubts", "failures", "notes", "without_tasks")
_DONE = ("ok", "taken over")
_OTHER = "kết quả trước không phải của báo cáo bên cạnh"


def beside(output: Path) -> Path:
    """Where an output's report stands."""
    return output.with_suffix(".report.json")


def write(
    file: BinaryIO,
    settings: str,
    failures: Iterable[Failure],
    outcomes: Iterable[Outcome],
    *,
    times: bool = False,
) -> None:
    """Write a report; the same bytes for the same outcomes, unless it says the times that they took.

    failures: of folders. outcomes: in the output's order.
    """
    head = {"version": __version__, "settings": settings}
    file.write(_json(head)[:-1] + b', "files": [')
    before = b"\n"
    for failure in failures:
        entry = {"path": str(failure.path), "status": "failed", "failures": [failure.message]}
        file.write(before + _json(entry))
        before = b",\n"
    for outcome in outcomes:
        file.write(before + _json(_told(outcome, times=times)))
        before = b",\n"
    file.write(b"\n]}\n")


def _told(outcome: Outcome, *, times: bool) -> dict[str, Any]:
    if not outcome.failures:
        status = "taken over" if outcome.taken_over else "ok"
    else:
        status = "partly" if outcome.notices else "failed"
    told = {
        "path": outcome.path,
        "status": status,
        "sha256": outcome.sha256,
        "records_sha256": _sha256(outcome.records),
        **{name: getattr(outcome, name) for name in _TOLD},
    }
    return told | {"seconds": round(outcome.seconds, 3)} if times else told


def _json(value: Any) -> bytes:
    # a file name of bytes that are no UTF-8 has halves of surrogate pairs: \udcxx is JSON too
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _sha256(records: bytes) -> str:
    return hashlib.sha256(records).hexdigest()


class Earlier:
    """An earlier output and its report: which files' notices may be taken over.

    changed: files whose notices in the output are no longer those of the report: an import or an
    editor changed them. They are read again; corrections, kept beside the notice, win there.
    """

    def __init__(self, output: Path, settings: str) -> None:
        """Read the report beside `output`; ValueError says why nothing can be taken over."""
        self.output = output
        self.changed: list[str] = []
        self._known: dict[str, tuple[dict[str, Any], int, int]] = {}  # entry, place, length
        try:
            report = json.loads(beside(output).read_bytes())
            if report["settings"] != settings:
                raise ValueError("phiên bản, bảng hoặc tùy chọn đã khác lần trước")
            with output.open("rb") as file:
                for entry in report["files"]:
                    self._look(file, entry)
                if file.read(1):
                    raise ValueError(_OTHER)
        except FileNotFoundError as error:
            raise ValueError("không có kết quả trước cùng báo cáo của nó") from error
        except (OSError, KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
            raise ValueError(f"không đọc được báo cáo lần trước ({error})") from error

    def _look(self, file: BinaryIO, entry: dict[str, Any]) -> None:
        """Look at a file's notices, the next lines of the output."""
        count = entry.get("notices", 0)  # none of a folder
        place = file.tell()
        lines = list(islice(file, count))
        if len(lines) < count:
            raise ValueError(_OTHER)
        if entry["status"] not in _DONE:
            return
        records = b"".join(lines)
        if _sha256(records) == entry["records_sha256"]:
            self._known[entry["path"]] = (entry, place, len(records))
        else:
            self.changed.append(entry["path"])

    def of(self, path: str, sha256: str | None) -> Outcome | None:
        """The earlier outcome of a file that still has these bytes; None where it must be read."""
        entry, place, length = self._known.get(path, ({"sha256": None}, 0, 0))
        if sha256 is None or entry["sha256"] != sha256:
            return None
        with self.output.open("rb") as file:
            file.seek(place)
            records = file.read(length)
        head = {name: entry[name] for name in _TOLD}
        return Outcome.of(head | {"path": path, "sha256": sha256, "taken_over": True}, records)
