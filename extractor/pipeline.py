"""The stages in their order, and the loop that runs them.

A notice's text goes in, a Document with clauses, mentions and tasks comes out; each stage is a pure
function that returns a copy. `extract_document` never raises on a text, whatever it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from extractor.actions import find_actions
from extractor.agencies import find_agencies
from extractor.citations import find_citations
from extractor.deadlines import find_deadlines
from extractor.document import Document, Metadata
from extractor.evidence import find_evidence
from extractor.gazetteer import Gazetteer
from extractor.layout import lay_out
from extractor.mending import mended
from extractor.metadata import due_unmatched
from extractor.segment import segment
from extractor.spacing import respaced
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
    find_evidence,
)


def extract_document(
    text: str, gazetteer: Gazetteer | None = None, metadata: Metadata | None = None
) -> Document:
    """Run all stages over the text of one notice, linking names with that gazetteer (None: ours).

    metadata: what its file says of it beside the text; it wins over the text.
    """
    lines, spoiled = mended(respaced(split_lines(text)), text)
    doc = Document(text, lines, metadata=metadata, doubts=spoiled, gazetteer=gazetteer)
    for stage in STAGES:
        doc = stage(doc)
    return replace(doc, doubts=(*doc.doubts, *due_unmatched(doc))) if metadata else doc
