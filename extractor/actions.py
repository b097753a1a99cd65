"""Stage 6: words of assignment and the verbs of the work assigned.

Reads flow and clauses; adds the pieces of every clause and actions: every trigger ("giao", "yêu cầu",
"đề nghị") and, at the head of each piece, the verb that says what is to be done. The tables of rules/actions.toml come first; words.py
(underthesea) is asked by `verb_of` only where they know no verb at all.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from extractor.document import Action, Document, Piece, Span
from extractor.ruletable import load
from extractor.sentences import any_of, first_verb, pattern, pieces, stands, stems
from extractor.text import Flow


@cache
def _trigger_stems() -> tuple[str, ...]:
    return stems(load("actions").words["triggers"]["words"])


@cache
def _trigger() -> re.Pattern[str]:
    return re.compile(any_of(load("actions").words["triggers"]["words"], whole=True) + r"(?!\w)")


def find_actions(doc: Document) -> Document:
    """Add triggers and leading verbs, in the order of the text."""
    assert doc.flow is not None
    text, low = doc.flow.text, doc.flow.low
    found: set[Action] = set()
    cut: list[tuple[Piece, ...]] = []
    for clause in doc.clauses:
        if clause.zone == "addressee" or clause.body.start >= clause.body.end:
            cut.append(())
            continue
        if stands(_trigger_stems(), low[clause.body.start : clause.body.end]):
            found.update(
                Action(Span(*m.span()), "trigger." + m.group().replace(" ", "_"), "trigger")
                for m in _trigger().finditer(low, *clause.body)
            )
        cut.append(tuple(pieces(text, low, clause.body)))
        for piece in cut[-1]:
            verb = first_verb(low, piece.span)
            if verb:
                found.add(Action(verb, "verb.table", "verb"))
    return replace(doc, pieces=tuple(cut), actions=tuple(sorted(found)))


def verb_of(flow: Flow, span: Span) -> Span | None:
    """The verb of an action phrase: by the tables, else by underthesea's parts of speech."""
    span = flow.trim(span)
    verb = first_verb(flow.low, span)
    if verb is None and (
        later := pattern("verb_found").search(flow.low, span.start, min(span.end, span.start + 160))
    ):
        verb = Span(*later.span())
    if verb is not None:
        return verb
    from extractor.words import verbs

    head = Span(span.start, min(span.end, span.start + 160))
    return next(
        (
            Span(head.start + v.start, head.start + v.end)
            for v in verbs(flow.text[head.start : head.end])
        ),
        None,
    )
