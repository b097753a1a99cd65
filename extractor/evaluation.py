"""Gold files and a run's output, read from disk and scored; the figures as text or JSON.

A notice is paired with its gold by the stem of `notice.source.path`. scoring.py holds the metrics.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from extractor.errors import ReadError
from extractor.scoring import Json, Tally


def read_gold(folder: Path, split: str | None = None) -> dict[str, Json]:
    """Gold notices of a folder by stem; with `split` only those that say so ("dev", "test")."""
    if not folder.is_dir():
        raise ReadError(f"{folder}: không có thư mục đáp án này")
    found: dict[str, Json] = {}
    for path in sorted(folder.glob("*.json")):
        gold = _parsed(_text(path), f"{path}")
        if not isinstance(gold.get("notice"), Mapping) or not isinstance(gold.get("tasks"), list):
            raise ReadError(f"{path}: không phải tệp đáp án (thiếu notice hoặc tasks)")
        if split is None or gold.get("split") == split:
            found[path.stem] = gold
    if not found:
        which = f" thuộc phần {split!r}" if split else ""
        raise ReadError(f"{folder}: không có tệp đáp án *.json nào{which}")
    return found


def read_output(path: Path) -> dict[str, Json]:
    """Records of a JSON Lines file by the stem of their source's path; of equal ones the last."""
    found: dict[str, Json] = {}
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            continue
        row = _parsed(line, f"{path}, dòng {number}")
        source = ((row.get("notice") or {}).get("source") or {}).get("path")
        if source:
            found[Path(source).stem] = row
    return found


def report(tally: Tally, *, details: bool = False, as_json: bool = False) -> Iterator[str]:
    """Lines to print: differences notice by notice where asked for, then the figures."""
    if details:
        for name, lines in tally.details.items():
            if lines:
                yield from (name, *lines)
    result = tally.result()
    if as_json:
        yield json.dumps(result, ensure_ascii=False)
    else:
        yield from (f"{name:13} {value}" for name, value in result.items())


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ReadError(f"{path}: không đọc được ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise ReadError(f"{path}: không phải UTF-8 (vị trí {error.start})") from error


def _parsed(text: str, where: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ReadError(f"{where}: không phải JSON hợp lệ ({error})") from error
    if not isinstance(value, dict):
        raise ReadError(f"{where}: cần một đối tượng JSON")
    return value
