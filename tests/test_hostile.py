"""Damaged and hostile files: each ends within its limit, is named in the report, the batch goes on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hostile_files import GOOD, TEXT, all_files

from extractor import Extractor, batch
from extractor.readers import sandbox
from extractor.readers.sandbox import Limits

LIMITS = Limits(memory=1_000_000_000, cpu=2, wall=2, output=50_000_000)
FIRST_USER = "root:x:"  # what /etc/passwd would say
SLACK = 6  # seconds beside the limit, for what is done here: a busy machine is no failure


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[float, list[object]]]:
    """What a batch over all files said of each, and the seconds that it took."""
    folder = tmp_path_factory.mktemp("hostile")
    files = all_files() | {f"z-good.{kind}": make() for kind, make in GOOD.items()}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    extractor = Extractor()
    found: dict[str, tuple[float, list[object]]] = {}
    sandbox.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "DEFAULT", LIMITS)
        for name in sorted(files):
            start = time.monotonic()
            said: list[object] = list(batch.run(folder / name, extractor))
            found[name] = (time.monotonic() - start, said)
    sandbox.close()
    assert sorted(p.name for p in folder.iterdir()) == sorted(files)
    return found


def test_there_are_enough(results: dict[str, tuple[float, list[object]]]) -> None:
    assert sum(not name.startswith("z-good") for name in results) >= 150


def test_each_ends_within_its_limit(results: dict[str, tuple[float, list[object]]]) -> None:
    # a container may have three members that break a limit
    late = {
        k: s
        for k, (s, _) in results.items()
        if s > (LIMITS.wall + SLACK) * (3 if "zip" in k else 1)
    }
    assert late == {}


def test_each_is_named_in_the_report(results: dict[str, tuple[float, list[object]]]) -> None:
    for name, (_, said) in results.items():
        assert said, name
        for result in said:
            assert isinstance(result, batch.Success | batch.Failure)
            if isinstance(result, batch.Failure):
                assert name in result.message
                assert len(result.message) < 800
                assert "lỗi của chương trình" not in result.message


def test_nothing_of_this_machine_gets_out(results: dict[str, tuple[float, list[object]]]) -> None:
    for _, said in results.values():
        for result in said:
            text = result.record.to_json() if isinstance(result, batch.Success) else str(result)
            assert FIRST_USER not in text
    assert not list(Path("/tmp").glob("nhiemvu-*.txt"))  # noqa: S108 - where traversal.zip points


def test_what_must_not_be_read_is_not(results: dict[str, tuple[float, list[object]]]) -> None:
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
        for name, (_, said) in results.items()
        if name.startswith(refused) and any(isinstance(r, batch.Success) for r in said)
    ]
    assert [n for n in read if not n.endswith((".html", ".txt"))] == []


def test_the_batch_goes_on(results: dict[str, tuple[float, list[object]]]) -> None:
    from extractor.readers import known_suffixes

    for kind in GOOD:
        if f".{kind}" not in known_suffixes():
            continue
        _, said = results[f"z-good.{kind}"]
        for result in said:
            assert isinstance(result, batch.Success), kind
            assert len(result.record.tasks) == 2, kind
    (kept,) = [r for r in results["hostile-members.zip"][1] if isinstance(r, batch.Success)]
    assert kept.record.notice.source.member == "3.txt"
    assert TEXT.startswith("ỦY BAN")
