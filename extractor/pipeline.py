"""The stages in their order, and the loop that runs them.

A notice's text goes in, a Document with clauses, mentions and tasks comes out; each stage is a pure
function that returns a copy. `extract_document` never raises on a text, whatever it holds.
"""

from __future__ import annotations

from collections.abc import Callable

from extractor.actions import find_actions
from extractor.agencies import find_agencies
from extractor.citations import find_citations
from extractor.deadlines import find_deadlines
from extractor.document import Document
from extractor.layout import lay_out
from extractor.segment import segment
from extractor.tasks import find_tasks
from extractor.text import split_lines

Stage = Callable[[Document], Document]

STAGES: tuple[Stage, ...] = (
    lay_out,
    segment,
    find_citations,
    find_agencies,
    find_deadlines,
    find_actions,
    find_tasks,
)


def extract_document(text: str) -> Document:
    """Run all stages over the text of one notice."""
    doc = Document(text, tuple(split_lines(text)))
    for stage in STAGES:
        doc = stage(doc)
    return doc
