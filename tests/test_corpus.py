"""bench/corpus.py: what a plain text is typeset as."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).resolve().parent.parent / "bench"

pytestmark = pytest.mark.skipif(not BENCH.is_dir(), reason="no benchmarks beside the tests")

TITLES = ("STT", "Nhiệm vụ", "Chủ trì", "Thời hạn")
ROWS = (("1", "Rà soát", "Sở Y tế", "Quý I"), ("2", "Tổng hợp", "Sở Nội vụ", "Quý II"))
GROUP = ("I", "CÔNG TÁC CÁN BỘ")


@pytest.fixture(scope="module")
def corpus(bench: Callable[[str], Any]) -> Any:
    return bench("corpus")


def test_a_table_kept_one_cell_a_line_is_typeset_as_a_table(corpus: Any) -> None:
    lines = ["PHỤ LỤC", *TITLES, *GROUP, *ROWS[0], *ROWS[1], "Ghi chú ở cuối."]
    before, table, after = corpus.blocks("\n".join(lines))
    assert table.rows == (TITLES, (*GROUP, "", ""), *ROWS)
    assert (before.text, after.text) == ("PHỤ LỤC", "Ghi chú ở cuối.")


@pytest.mark.parametrize(
    "lines",
    [
        [*TITLES, *ROWS[0]],  # one row: nothing says that it is one
        [*TITLES, *ROWS[0], *ROWS[1][:3]],
        [*TITLES, *ROWS[0][:3], *ROWS[1]],
        ["Nhiệm vụ", *TITLES[2:], *ROWS[0][1:], *ROWS[1][1:]],
    ],
)
def test_anything_less_regular_stays_lines(corpus: Any, lines: list[str]) -> None:
    assert [x for part in corpus.blocks("\n".join(lines)) for x in part.lines()] == lines


def test_every_sample_can_be_written_in_the_old_letters(corpus: Any) -> None:
    """Letters that they lack ("Krŭ", "★") are lost, as they were on paper; nothing else stops."""
    samples = sorted((Path(__file__).parents[1] / "samples" / "notices").glob("*.txt"))
    written = [corpus.texts(sample.read_text(encoding="utf-8")) for sample in samples]
    assert len(written) == len(samples) > 200
    assert corpus.texts("Bưôn Krŭ ★")["cp1258"].count(b"?") == 2
