"""Corrected records as gold, in the form of samples/gold: one JSON file a notice, for `nhiemvu evaluate`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from extractor.corrections import ROLES, values
from extractor.schema import Deadline, Record, Task


def files(records: Iterable[Record]) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file; `evaluate` pairs it with a notice by its stem.

    Of notices with one stem only the first is given: the second name would take its place.
    """
    seen = set()
    for record in records:
        source = record.notice.source
        name = PurePosixPath(source.path or source.sha256).name
        stem = PurePosixPath(name).stem
        if stem not in seen:
            seen.add(stem)
            text = json.dumps(_notice(record, name), ensure_ascii=False, indent=1)
            yield f"{stem}.json", (text + "\n").encode()


def _notice(record: Record, name: str) -> dict[str, Any]:
    n = record.notice
    return {
        "text_file": name,
        "split": "dev",
        "notice": {
            "kind": n.kind,
            "number": n.number,
            "issued_on": n.issued_on,
            "issuer": n.issuer.name if n.issuer else None,
        },
        "tasks": [_task(t) for t in record.tasks],
    }


def _task(task: Task) -> dict[str, Any]:
    told = values(task)
    basis = "stated" if task.lead_basis == "corrected" else task.lead_basis
    return {
        "clause": task.clause,
        "start": task.start,
        "end": task.end,
        "text": task.text,
        "lead": told["lead"],
        "lead_basis": basis,
        **{role: told[role] for role in ROLES[1:]},
        "deadlines": [_deadline(d) for d in task.deadlines],
    }


def _deadline(deadline: Deadline) -> dict[str, Any]:
    return {
        "start": deadline.start,
        "end": deadline.end,
        "text": deadline.text,
        "kind": deadline.kind,
        "normalized": deadline.normalized.model_dump(
            include={
                "start",
                "end",
                "inclusive",
                "recurrence",
                "duration",
                "working_days",
                "anchor",
            },
            exclude_none=True,
        ),
    }
