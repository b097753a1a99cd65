"""Fixtures: the sample notices, the shared evaluation set where it is there, and the invariants."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from extractor.api import Extractor
from extractor.cli import main
from extractor.document import Document, Span
from extractor.readers import read_file
from extractor.records import from_document
from extractor.schema import Record, Source
from extractor.text import fold

ROOT = Path(__file__).resolve().parent.parent
NOTICES = ROOT / "samples" / "notices"
GOLD = ROOT / "samples" / "gold"
BENCH = ROOT / "bench"
SHARED = ROOT.parent / "shared" / "evaluation"

Check = Callable[[str], Record]

# a shell starts what runs in the background with control-C ignored, and so would be what the tests start and stop
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module")
def bench() -> Iterator[Callable[[str], Any]]:
    """Loads a benchmark by its name: they are in no package."""
    path, known = list(sys.path), set(sys.modules)

    def load(name: str) -> Any:
        spec = spec_from_file_location(name, BENCH / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        sys.modules[name] = module  # its named tuples ask for it
        spec.loader.exec_module(module)
        return module

    yield load
    sys.path[:] = path
    for name in set(sys.modules) - known:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(BENCH)):
            del sys.modules[name]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command in this process: status, standard output, standard error."""

    def call(*args: object) -> tuple[int, str, str]:
        capfd.readouterr()
        status = main([str(a) for a in args])
        sys.stdout.flush()
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return call


@pytest.fixture(scope="session")
def samples() -> dict[str, str]:
    """Texts of the sample notices by stem, as read."""
    return {p.stem: read_file(p).content.text for p in sorted(NOTICES.glob("*.txt"))}


@pytest.fixture(scope="session")
def dev_samples(samples: dict[str, str]) -> dict[str, str]:
    """The samples whose text may be shown: those that rules are written on."""
    dev = {
        p.stem for p in GOLD.glob("*.json") if json.loads(p.read_text("utf-8"))["split"] == "dev"
    }
    return {k: v for k, v in samples.items() if k in dev}


@pytest.fixture(scope="session")
def shared() -> Path:
    """The project's shared evaluation set, beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("../shared/evaluation is not here")
    return SHARED


@pytest.fixture(scope="session")
def check() -> Check:
    """Extract a text and hold the result against every invariant; messages never quote the text."""
    extractor = Extractor()

    def run(text: str) -> Record:
        doc = extractor.document(text)
        record = from_document(doc, Source(sha256="0" * 64))
        broken = [*_broken_slices(record, text), *_broken_tree(doc), *_broken_mentions(doc)]
        broken += [*_broken_tasks(doc, record)]
        if Record.model_validate_json(record.to_json()) != record:
            broken.append("JSON: reading it back gives another record")
        if broken:
            raise AssertionError("; ".join(broken[:5]))
        return record

    return run


def _broken_slices(record: Record, text: str) -> Iterator[str]:
    named: list[tuple[str, object]] = [("citation", c) for c in record.notice.citations]
    for task in record.tasks:
        named += [("task", task), ("action", task.action)]
        named += [("product", p) for p in task.products]
        named += [("agency", a) for a in (*task.lead, *task.coordinating, *task.reports_to)]
        named += [("deadline", d) for d in task.deadlines]
    for label, part in named:
        if part is None:
            continue
        start, end, words = part.start, part.end, part.text  # type: ignore[attr-defined]
        if not 0 <= start < end <= len(text) or text[start:end] != words:
            yield f"{label} {start}-{end}: text is not its slice"
    spans = [(f"field {k}", v.start, v.end) for k, v in record.notice.spans.items()]
    spans += [(f"clause {c.path}", c.start, c.end) for c in record.clauses]
    doubts = (*record.doubts, *(d for t in record.tasks for d in t.doubts))
    spans += [
        (f"doubt {d.kind}", d.start, d.end)
        for d in doubts
        if d.start is not None and d.end is not None
    ]
    for label, start, end in spans:
        if not 0 <= start <= end <= len(text):
            yield f"{label} {start}-{end}: outside the text"


def _broken_tree(doc: Document) -> Iterator[str]:
    below: dict[int | None, list[Span]] = {}
    for i, clause in enumerate(doc.clauses):
        below.setdefault(clause.parent, []).append(clause.extent)
        if clause.parent is not None:
            if clause.parent >= i:
                yield f"clause {clause.path}: stands before its parent"
            elif not doc.clauses[clause.parent].extent.holds(clause.extent):
                yield f"clause {clause.path} {clause.extent}: outside its parent"
        if clause.marker and clause.kind != "row":
            start, end = clause.extent
            head = fold(doc.text[start:end].split("\n", 1)[0].split("\x0c", 1)[0], start).text
            if clause.marker not in head:
                yield f"clause {clause.path} {clause.extent}: marker {clause.marker!r} is not in it"
    for parent, spans in below.items():
        for a, b in pairwise(sorted(spans)):
            if a.end > b.start:
                yield f"children of {parent}: {a} and {b} overlap"


def _broken_mentions(doc: Document) -> Iterator[str]:
    labels: dict[str, Sequence[Span]] = {
        "agency": [a.span for a in doc.agencies],
        # one phrase may name two days of the year ("trước 10/6 và 05/12 hằng năm"): one span, two values
        "deadline": list(dict.fromkeys(d.span for d in doc.deadlines)),
        "citation": [c.span for c in doc.citations],
    }
    if len(set(doc.deadlines)) < len(doc.deadlines):
        yield "deadline: the same one twice"
    for label, spans in labels.items():
        if list(spans) != sorted(spans):
            yield f"{label}: not in the order of the text"
        for a, b in pairwise(sorted(spans)):
            if a.end > b.start:
                yield f"{label}: {a} and {b} overlap"


def _broken_tasks(doc: Document, record: Record) -> Iterator[str]:
    ids = [t.id for t in record.tasks]
    if len(set(ids)) != len(ids):
        yield "task ids are not unique"
    assert doc.flow is not None
    for inner, task in zip(doc.tasks, record.tasks, strict=True):
        if not doc.clauses[inner.clause].extent.holds(Span(task.start, task.end)):
            yield f"task {task.clause} {task.start}-{task.end}: outside its clause"
        if task.due is not None:
            date.fromisoformat(task.due)
        if bool(task.lead) != (task.lead_basis is not None):
            yield f"task {task.clause}: lead and its basis disagree"
