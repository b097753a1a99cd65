"""Task by task, what one state of the code reads better or worse than another; for bench/evaluate.py.

The other state is a commit's `extractor` and `gazetteer`, unpacked into a temporary folder and run in
a process of its own on the same notices. A change is what turned from right to wrong or back.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from extractor.scoring import (  # noqa: E402
    Json,
    field_of,
    judge_fields,
    judge_task,
    match,
)

WIDTH = 80
_RUN = """
import sys
from pathlib import Path
from extractor import extract_file
for path in map(Path, sys.argv[1:]):
    print(extract_file(path).to_json())
"""


class Change(NamedTuple):
    """What turned: better or worse, in which notice and clause, what (task, lead, ...), and a line on it."""

    better: bool
    notice: str
    clause: str
    what: str
    detail: str


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """A temporary folder with the package and the tables of a commit."""
    done = subprocess.run(
        ["git", "archive", "--format=tar", commit, "extractor", "gazetteer"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{commit}: {done.stderr.decode().strip()}")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder)


def extract_with(tree: Path, notices: Path, names: Iterable[str]) -> dict[str, Json]:
    """The records that the code in a folder makes of notices, by name."""
    names = list(names)
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *(str(notices / f"{name}.txt") for name in names)],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        sys.exit(f"the other commit's code failed:\n{done.stderr}")
    return dict(zip(names, map(json.loads, done.stdout.splitlines()), strict=True))


def changes(
    gold: Mapping[str, Json], before: Mapping[str, Json], after: Mapping[str, Json]
) -> list[Change]:
    """Everything that turned, notice by notice in the order of the text."""
    return [
        c for name in sorted(gold) for c in _notice(name, gold[name], before[name], after[name])
    ]


def _notice(name: str, gold: Json, before: Json, after: Json) -> Iterator[Change]:
    was, now = (judge_fields(gold["notice"], r["notice"]) for r in (before, after))
    for key in was:
        if was[key] != now[key]:
            values = (field_of(r["notice"], key) for r in (before, after))
            yield Change(now[key], name, "", key, _turned(*values, gold["notice"][key]))
    wanted = gold["tasks"]
    old, new = before["tasks"], after["tasks"]
    was_found, is_found = match(wanted, old), match(wanted, new)
    for k, task in enumerate(wanted):
        if task.get("optional"):
            continue
        if (k in was_found) != (k in is_found):
            yield Change(k in is_found, name, task["clause"], "task", _short(task["text"]))
        elif k in is_found:
            yield from _task(name, task, old[was_found[k]], new[is_found[k]])
    # tasks that answer to no gold one: those of both sides stay out
    loose = [t for j, t in enumerate(old) if j not in was_found.values()]
    extra = [t for j, t in enumerate(new) if j not in is_found.values()]
    same = match(loose, extra)
    for better, tasks, known in ((True, loose, same.keys()), (False, extra, same.values())):
        for j, task in enumerate(tasks):
            if j not in known:
                yield Change(better, name, task["clause"], "spurious", _short(task["text"]))


def _task(name: str, gold: Json, old: Json, new: Json) -> Iterator[Change]:
    was, now = judge_task(gold, old), judge_task(gold, new)
    for key in was:
        if was[key] != now[key]:
            detail = _turned(*(_value(t[key]) for t in (old, new, gold)))
            yield Change(now[key], name, gold["clause"], key, detail)


def _value(value: Any) -> Any:
    """A field as it is shown: names of bodies, words and values of deadlines."""
    if isinstance(value, str):
        return value
    return [x if isinstance(x, str) else x.get("name") or _deadline(x) for x in value]


def _deadline(deadline: Json) -> str:
    values = deadline.get("normalized") or {}
    shown = ("start", "end", "inclusive", "recurrence", "duration", "working_days")
    said = [f"{values[k]}" for k in shown if values.get(k) is not None]
    return f"{deadline.get('text')} = {' '.join((deadline['kind'], *said))}"


def _turned(old: Any, new: Any, gold: Any) -> str:
    return f"{old!r} -> {new!r}" + ("" if gold in (old, new) else f", gold {gold!r}")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def report(title: str, gold: Mapping[str, Json], found: Iterable[Change]) -> Iterator[str]:
    """Lines to print: changes by notice, those of `test` notices counted only, then the sums."""
    found = list(found)
    yield f"== {title}: {len(gold)} notices"
    last = ""
    for change in found:
        if gold[change.notice].get("split") == "test":
            continue  # their texts are not looked at
        if change.notice != last:
            yield change.notice
            last = change.notice
        sign = "+" if change.better else "-"
        yield f"  {sign} {change.what:12} {change.clause:10} {change.detail}"
    counts = Counter((c.what, c.better) for c in found)
    for what in dict.fromkeys(c.what for c in found):
        yield f"{what:14} better {counts[what, True]:4}   worse {counts[what, False]:4}"
    better = sum(c.better for c in found)
    yield f"{'all':14} better {better:4}   worse {len(found) - better:4}"
