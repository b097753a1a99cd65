"""What a run did with each file: `out.report.json` beside `out.jsonl`, written and read back.

One JSON object, a line for each file, so that it can be looked at and compared. Read back it says
what of an earlier output still holds: `--changed-only` takes those notices over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from extractor import __version__
from extractor.batch import Failure, Written
from extractor.outcomes import Outcome

_TOLD = ("notices", "tasks", "deadlines", "doubts", "failures", "notes", "without_tasks")
_DONE = ("ok", "taken over")


def beside(output: Path) -> Path:
    """Where an output's report stands."""
    return output.with_suffix(".report.json")


def write(
    file: BinaryIO,
    settings: str,
    output: Written | None,
    failures: Iterable[Failure],
    outcomes: Iterable[Outcome],
    *,
    times: bool = False,
) -> None:
    """Write a report; the same bytes for the same outcomes, unless it says the times that they took.

    output: None where none was written. failures: of folders. outcomes: in the output's order.
    """
    head = {"version": __version__, "settings": settings, "output": output and output._asdict()}
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
        "bytes": len(outcome.records),
        **{name: getattr(outcome, name) for name in _TOLD},
    }
    return told | {"seconds": round(outcome.seconds, 3)} if times else told


def _json(value: Any) -> bytes:
    # a file name of bytes that are no UTF-8 has halves of surrogate pairs: \udcxx is JSON too
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")


class Earlier:
    """An earlier output and its report: which files' notices may be taken over."""

    def __init__(self, output: Path, settings: str) -> None:
        """Read the report beside `output`; ValueError says why nothing can be taken over."""
        self.output = output
        self._known: dict[str, tuple[str, int, dict[str, Any]]] = {}
        try:
            report = json.loads(beside(output).read_bytes())
            with output.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            if report["output"] is None or report["output"]["sha256"] != sha256:
                raise ValueError("kết quả trước không phải của báo cáo bên cạnh")
            if report["settings"] != settings:
                raise ValueError("phiên bản, bảng hoặc tùy chọn đã khác lần trước")
            place = 0
            for entry in report["files"]:
                length = entry.get("bytes", 0)
                if entry["status"] in _DONE:
                    head = {name: entry[name] for name in _TOLD}
                    self._known[entry["path"]] = (entry["sha256"], place, head | {"bytes": length})
                place += length
        except FileNotFoundError as error:
            raise ValueError("không có kết quả trước cùng báo cáo của nó") from error
        except (OSError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"không đọc được báo cáo lần trước ({error})") from error

    def of(self, path: str, sha256: str | None) -> Outcome | None:
        """The earlier outcome of a file that still has these bytes; None where it must be read."""
        before, place, told = self._known.get(path, (None, 0, {}))
        if before is None or before != sha256:
            return None
        with self.output.open("rb") as file:
            file.seek(place)
            records = file.read(told["bytes"])
        head = {name: told[name] for name in _TOLD}
        return Outcome.of(head | {"path": path, "sha256": sha256, "taken_over": True}, records)
