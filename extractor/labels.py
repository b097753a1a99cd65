"""Lines that label a work: who leads it, who helps, by when ("- Cơ quan chủ trì: Sở A", "- Thời gian: quý II").

Pure functions used by tasks.py. Labels hang below their work, stand beside it, or end a list whose items they
all hold for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from extractor.cutting import Part, label_parts
from extractor.document import Span
from extractor.reading import Reading, Scope
from extractor.sentences import pattern


def records(reading: Reading) -> dict[int, list[int]]:
    """Works that stand by turns with their own label lines, which no mark hangs below them.

    "Kiểm tra hồ đập | Chủ trì: A | Thời gian: T | Nạo vét kênh | Chủ trì: B | Thời gian: U": each work with its labels.
    """
    clauses = reading.doc.clauses
    runs: list[list[int]] = []
    for i, clause in enumerate(clauses):
        if clause.kind not in _LABEL_KINDS or not _LABEL_COLON.match(
            reading.flow.low, *clause.body
        ):
            continue
        if pattern("label_line").match(reading.text(clause.body)):
            if runs and runs[-1][-1] == i - 1:
                runs[-1].append(i)
            else:
                runs.append([i])
    found: dict[int, list[int]] = {}
    for one, other in pairwise(runs):
        if other[0] - one[-1] != 2 or not one[0]:
            continue  # not one work between the labels of two
        works = one[0] - 1, other[0] - 1
        if clauses[works[0]].kind == clauses[works[1]].kind and not any(
            clauses[run[0]].parent == work for run, work in zip((one, other), works, strict=True)
        ):
            found.update(zip(works, (one, other), strict=True))
    return found


_LABEL_KINDS = ("paragraph", "dash", "plus", "bullet")
_LABEL_COLON = re.compile(r"[^:.;]{4,60}:")


def labels_of(reading: Reading, i: int) -> list[int]:
    """Clauses below that only label the work above ("- Cơ quan chủ trì: ...", "- Thời gian: ...")."""
    below = reading.children[i]
    if not below:
        return []
    labels = [
        k
        for k in below
        if pattern("label_line").match(reading.text(reading.doc.clauses[k].body))
        or _lists_roles(reading, k)
    ]
    if labels and not reading.children[below[0]] and _says_what(reading, below[0]):
        labels.insert(0, below[0])
    if not labels or len(labels) == len(below):
        return labels
    rest = labels == list(below[1:])
    return labels if rest and (len(labels) > 1 or _says_who(reading, labels[0])) else []


def _says_what(reading: Reading, k: int) -> bool:
    """Whether a line is labelled as what is to be done ("- Nội dung: Tập huấn cho giáo viên")."""
    return pattern("content_line").match(reading.text(reading.doc.clauses[k].body)) is not None


_WHO = re.compile(
    r"(?:cơ quan|đơn vị|phân công|tổ chức|các đơn vị)?[^:.;]{0,20}(?:chủ trì|thực hiện)[^:.;]{0,20}:"
)


def _says_who(reading: Reading, k: int) -> bool:
    """Whether a label line names who does the work ("Cơ quan thực hiện: Sở A; phối hợp: Sở B")."""
    body = reading.doc.clauses[k].body
    who = _WHO.match(reading.flow.low, *body)
    return who is not None and bool(reading.within(k, Span(who.end(), body.end)))


def _lists_roles(reading: Reading, k: int) -> bool:
    """Whether a heading says what part the bodies below it play ("Cơ quan chủ trì, phối hợp | - Sở A")."""
    return bool(reading.children[k]) and bool(
        pattern("role_heading").fullmatch(reading.text(reading.doc.clauses[k].body).strip(" .:;"))
    )


def descendants(reading: Reading, k: int) -> Iterator[int]:
    """All clauses below one, in order."""
    for d in reading.children[k]:
        yield d
        yield from descendants(reading, d)


def role_parts(reading: Reading, k: int) -> list[Part]:
    """A label line, or the bodies listed below a heading of roles, each with the part it plays."""
    if not _lists_roles(reading, k):
        return label_parts(reading, k)
    parts = []
    for d in descendants(reading, k):
        if not reading.children[d]:
            above = reading.doc.clauses[d].parent
            assert above is not None
            parts += label_parts(reading, d, reading.text(reading.doc.clauses[above].body))
    return parts


def ended(reading: Reading, i: int) -> bool:
    """Whether a clause's text ends as a sentence, and so is no title."""
    return reading.text(reading.doc.clauses[i].body).rstrip().endswith((".", ";"))


def trailing(reading: Reading, i: int) -> list[int]:
    """The label lines that end a clause's list, where one of them says who leads."""
    found: list[int] = []
    if ended(reading, i):
        return found
    for k in reversed(reading.children[i]):
        low = reading.text(reading.doc.clauses[k].body)
        if reading.children[k] or not pattern("label_line").match(low):
            break
        found.insert(0, k)
    return found if any(_says_who(reading, k) for k in found) else []


def label_scope(reading: Reading, labels: Sequence[int], above: Scope) -> Scope:
    """What label lines below several items say of all of them: who, with whom, by when."""
    parts = [p for k in labels for p in role_parts(reading, k)]
    leads = [p.lead.members for p in parts if p.lead is not None]
    listed = any(reading.children[k] for k in labels)
    lead = tuple(m for part in leads for m in part) if listed else next(iter(leads), ())
    return above._replace(
        zone="orders",
        lead=lead or above.lead,
        basis="inherited" if lead else above.basis,
        coordinating=tuple(
            k for p in parts for r in p.runs if r.part == "coordinating" for k in r.members
        ),
        deadlines=tuple(k for p in parts for k in p.due) or above.deadlines,
    )
