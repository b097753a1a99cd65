"""A notice says the same at whatever width its lines are broken, as a PDF's text or a mail breaks them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from extractor import Record, extract

SAMPLES = Path(__file__).parents[1] / "samples"
LEAST = 0.97  # where a line ends with its sentence, whether a paragraph ends there too is open


def broken(text: str, width: int) -> str:
    """The text with a line break for a space wherever the next word has no room; rows stay."""
    lines = []
    for paragraph in text.split("\n"):
        rest = paragraph
        row = "\t" in paragraph or "|" in paragraph
        while not row and len(rest) > width and " " in rest[: width + 1].strip():
            cut = rest.rindex(" ", 0, width + 1)
            lines.append(rest[:cut])
            rest = rest[cut + 1 :]
        lines.append(rest)
    return "\n".join(lines)


def told(record: Record) -> Counter[str]:
    """What the tasks say, wherever they stand."""
    return Counter(
        json.dumps(
            [
                task.clause,
                [a.name for a in task.lead],
                [a.name for a in task.coordinating],
                [d.normalized.model_dump(mode="json", exclude={"anchor"}) for d in task.deadlines],
            ]
        )
        for task in record.tasks
    )


@pytest.mark.parametrize("width", [72, 95])
def test_width_does_not_matter(width: int) -> None:
    same = every = 0
    for path in sorted((SAMPLES / "gold").glob("*.json")):
        gold = json.loads(path.read_text("utf-8"))
        text = (SAMPLES / "notices" / gold["text_file"]).read_text("utf-8-sig")
        if gold["split"] == "test" or sum(len(line) > 150 for line in text.split("\n")) < 5:
            continue  # already broken, or too short
        whole, parts = told(extract(text)), told(extract(broken(text, width)))
        same += (whole & parts).total()
        every += max(whole.total(), parts.total())
    assert every > 200
    assert same / every >= LEAST, same / every
