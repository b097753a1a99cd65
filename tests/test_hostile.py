"""Damaged and hostile files: each ends within its limit, is named in the report, the batch goes on."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple

import pytest
from hostile_files import GOOD, TEXT, all_files

from extractor import Extractor, batch
from extractor.readers import sandbox
from extractor.readers.sandbox import Limits

LIMITS = Limits(memory=1_000_000_000, cpu=2, wall=30, output=50_000_000)
FIRST_USER = "root:x:"  # what /etc/passwd would say
# seconds of processor time spent here, beside the sandbox: half a million lines take 5 to 7, a quadratic step hours
OWN = 20
BUSY = 30  # seconds that a busy machine may add to the limit


class Read(NamedTuple):
    """What a batch said of a file; the seconds that it took, and those of our own processor time."""

    said: list[object]
    wall: float
    own: float


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Read]:
    """What came of each file in a batch over all."""
    folder = tmp_path_factory.mktemp("hostile")
    files = all_files() | {f"z-good.{kind}": make() for kind, make in GOOD.items()}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    extractor = Extractor()
    found: dict[str, Read] = {}
    sandbox.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "DEFAULT", LIMITS)
        for name in sorted(files):
            wall, own = time.monotonic(), time.process_time()
            said: list[object] = list(batch.run(folder / name, extractor))
            found[name] = Read(said, time.monotonic() - wall, time.process_time() - own)
    sandbox.close()
    assert sorted(p.name for p in folder.iterdir()) == sorted(files)
    return found


def test_there_are_enough(results: dict[str, Read]) -> None:
    assert sum(not name.startswith("z-good") for name in results) >= 150


def test_each_ends_within_its_limit(results: dict[str, Read]) -> None:
    # a container may have three members that break a limit
    limit = {k: (LIMITS.wall + BUSY) * (3 if "zip" in k else 1) for k in results}
    assert {k: r.wall for k, r in results.items() if r.wall > limit[k]} == {}
    assert {k: r.own for k, r in results.items() if r.own > OWN} == {}


def test_each_is_named_in_the_report(results: dict[str, Read]) -> None:
    for name, (said, *_) in results.items():
        assert said, name
        for result in said:
            assert isinstance(result, batch.Success | batch.Failure)
            if isinstance(result, batch.Failure):
                assert name in result.message
                assert len(result.message) < 800
                assert "lỗi của chương trình" not in result.message


def test_nothing_of_this_machine_gets_out(results: dict[str, Read]) -> None:
    for said, *_ in results.values():
        for result in said:
            text = result.record.to_json() if isinstance(result, batch.Success) else str(result)
            assert FIRST_USER not in text
    assert not list(Path("/tmp").glob("nhiemvu-*.txt"))  # noqa: S108 - where traversal.zip points


def test_what_must_not_be_read_is_not(results: dict[str, Read]) -> None:
    refused = (
        "xxe",
        "laughs",
        "blowup",
        "password",
        "large-part",
        "bomb.",
        "noise",
        "empty",
        "pixels",
    )
    read = [
        name
        for name, (said, *_) in results.items()
        if name.startswith(refused) and any(isinstance(r, batch.Success) for r in said)
    ]
    assert [n for n in read if not n.endswith((".html", ".txt"))] == []


def test_the_batch_goes_on(results: dict[str, Read]) -> None:
    from extractor.readers import known_suffixes

    for kind in GOOD:
        if f".{kind}" not in known_suffixes():
            continue
        for result in results[f"z-good.{kind}"].said:
            assert isinstance(result, batch.Success), kind
            assert len(result.record.tasks) == 2, kind
    (kept,) = [r for r in results["hostile-members.zip"].said if isinstance(r, batch.Success)]
    assert kept.record.notice.source.member == "3.txt"
    assert TEXT.startswith("ỦY BAN")
