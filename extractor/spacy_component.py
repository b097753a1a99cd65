"""spaCy's door: `nlp.add_pipe("vi_tasks")` puts the tasks of a notice on its Doc.

Registered through the entry-point group `spacy_factories`. spaCy loads that group with every
pipeline it makes, so nothing else of ours is imported before `add_pipe`.

doc.spans["tasks"], ["agencies"], ["deadlines"]: spans in the order of the text.
    label_   TASK; LEAD, COORDINATING or REPORTS_TO; DEADLINE
    id_      the exact offsets "start:end", the same as in the record
    kb_id_   the task's id; the body's gazetteer id; the deadline's ISO date or RRULE ("": none)
A span begins and ends with a token. Where a field does not (the tokenizer of "vi" without pyvi
leaves the full stop at "28/02."), the span is widened to the tokens that hold it: id_ stays exact.

doc._.notice: the record (`extractor.Record`), None without the component. It is kept as JSON in
doc.user_data, so `to_bytes`, pickle and n_process carry it; a DocBin does with store_user_data=True.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Doc, Span

if TYPE_CHECKING:
    from extractor.schema import Deadline, Record

_KEY = "vi_tasks"  # in Doc.user_data: the record's JSON


class ViTasks:
    """The component; gazetteer (folders), as_of and errors as for `extractor.Extractor`."""

    def __init__(self, gazetteer: Iterable[str] = (), as_of: str | None = None) -> None:
        from extractor.api import Extractor

        self.gazetteer = tuple(gazetteer)
        self.as_of = as_of
        self._extractor = Extractor(gazetteer=self.gazetteer or None, as_of=as_of)

    def __reduce__(self) -> tuple[type[ViTasks], tuple[tuple[str, ...], str | None]]:
        return ViTasks, (self.gazetteer, self.as_of)  # tables are loaded again, not carried

    def __call__(self, doc: Doc) -> Doc:
        """Set the record and the three groups of spans."""
        record = self._extractor.extract(doc.text)
        doc.user_data[_KEY] = record.to_json()
        tasks, agencies, deadlines = set(), set(), set()
        for task in record.tasks:
            tasks.add((task.start, task.end, "TASK", task.id))
            deadlines |= {(d.start, d.end, "DEADLINE", _value(d)) for d in task.deadlines}
            for role in ("lead", "coordinating", "reports_to"):
                agencies |= {
                    (a.start, a.end, role.upper(), a.id or "") for a in getattr(task, role)
                }
        doc.spans["tasks"] = _spans(doc, tasks)
        doc.spans["agencies"] = _spans(doc, agencies)
        doc.spans["deadlines"] = _spans(doc, deadlines)
        return doc


def _spans(doc: Doc, found: Iterable[tuple[int, int, str, str]]) -> list[Span]:
    spans = []
    for start, end, label, kb_id in sorted(found):
        span = doc.char_span(
            start, end, label, kb_id, alignment_mode="expand", span_id=f"{start}:{end}"
        )
        assert span is not None  # the offsets lie in the text, and every character in a token
        spans.append(span)
    return spans


def _value(deadline: Deadline) -> str:
    return deadline.normalized.recurrence or deadline.normalized.end or ""


@lru_cache(maxsize=16)  # records are frozen: every reading of one Doc may get the same
def _parsed(text: str) -> Record:
    from extractor.schema import Record

    return Record.model_validate_json(text)


def _notice(doc: Doc) -> Record | None:
    text = doc.user_data.get(_KEY)
    return None if text is None else _parsed(text)


Doc.set_extension("notice", getter=_notice, force=True)


@Language.factory(
    "vi_tasks",
    assigns=["doc.spans", "doc._.notice"],
    default_config={"gazetteer": [], "as_of": None},
)
def make_vi_tasks(nlp: Language, name: str, gazetteer: list[str], as_of: str | None) -> ViTasks:
    """The factory that `nlp.add_pipe` calls."""
    return ViTasks(gazetteer, as_of)
