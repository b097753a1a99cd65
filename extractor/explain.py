"""Which rule or gazetteer step gave each field of the tasks of a clause, as text for a person.

Reads the stages' document, not the record: rules, runs of mentions and cues are only there. The part
that a body plays is read again from its sentence, as tasks.py read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain

from extractor.actions import cues
from extractor.confidence import confidences, reasons, whole
from extractor.document import Agency, Clause, Deadline, Document, Span, Task
from extractor.marks import table
from extractor.reading import Reading, read
from extractor.roles import Run
from extractor.schema import Record
from extractor.speakers import issuer_side

_BASIS = {"stated": "nêu tại chỗ", "inherited": "lấy từ trên", "addressee": "lấy theo nơi nhận"}
_ROLES = (("lead", "Chủ trì"), ("coordinating", "Phối hợp"), ("reports_to", "Báo cáo"))
_TRUSTED = (
    ("task", "là nhiệm vụ"),
    ("lead", "chủ trì"),
    ("coordinating", "phối hợp"),
    ("reports_to", "báo cáo"),
    ("deadlines", "thời hạn"),
)
_SLIGHT = -0.2  # log-odds: what weighs less is not told
_FIELDS = {
    "kind": "Loại văn bản",
    "number": "Số, ký hiệu",
    "issued_on": "Ngày ban hành",
    "issuer": "Cơ quan ban hành",
    "subject": "Trích yếu",
}


def explain_header(record: Record, text: str) -> Iterator[str]:
    """Where the header's fields were read."""
    notice = record.notice
    yield "Phần đầu"
    for name, label in _FIELDS.items():
        value = getattr(notice, name)
        value = getattr(value, "name", value)
        span = notice.spans.get(name)
        if value is None:
            yield f"  {label}: không nêu"
        elif span is None:
            yield f"  {label}: {value}, suy từ nội dung"
        else:
            words = _short(text[span.start : span.end])
            yield f"  {label}: {value}, đọc ở ký tự {span.start}–{span.end}: “{words}”"
    for doubt in record.doubts:
        yield f"  Cần xem ({doubt.kind}): {doubt.detail}"


def explain_clause(doc: Document, path: str) -> Iterator[str]:
    """The clause's marks, and for each of its tasks where every field comes from.

    Clauses that share a path (an item and the paragraphs below it) are told together.
    """
    view = _View(doc)
    yield f"Mục {path}" if path else "Các đoạn không đánh số"
    clauses = [i for i, c in enumerate(doc.clauses) if c.path == path]
    for i in clauses:
        yield from view.clause(i)


def clause_paths(doc: Document, *, with_tasks: bool = False) -> list[str]:
    """Paths of the clauses in the order of the text, each once."""
    kept = {t.clause for t in doc.tasks} if with_tasks else range(len(doc.clauses))
    return list(dict.fromkeys(c.path for i, c in enumerate(doc.clauses) if i in kept))


class _View:
    """A document with its mentions by clause and the parts that they play."""

    def __init__(self, doc: Document) -> None:
        assert doc.flow is not None
        self.doc, self.flow = doc, doc.flow
        self.reading: Reading = read(doc, issuer_side(doc))
        self.clause_of = {k: i for i, ks in enumerate(self.reading.agencies) for k in ks}
        self.due_clause = {k: i for i, ks in enumerate(self.reading.deadlines) for k in ks}

    def at(self, span: Span) -> str:
        """A flow span as source offsets and its words."""
        start, end = self.flow.source(span)
        return f"“{_short(self.doc.text[start:end])}” ký tự {start}–{end}"

    def clause(self, i: int) -> Iterator[str]:
        clause = self.doc.clauses[i]
        start, end = clause.extent
        parent = (
            "" if clause.parent is None else f", thuộc mục {_path(self.doc.clauses[clause.parent])}"
        )
        mark = (
            f"dấu “{clause.marker}” ({_mark_rule(clause)})"
            if clause.marker
            else _UNMARKED[clause.kind == "paragraph"]
        )
        yield f"  {mark}, ký tự {start}–{end}{parent}"
        tasks = [k for k, t in enumerate(self.doc.tasks) if t.clause == i]
        for k in tasks:
            yield from self.task(self.doc.tasks[k], self.doc.evidence[k])
        if not tasks:
            yield "    không có nhiệm vụ" + (": chỉ dẫn vào các mục dưới" if clause.heading else "")
            yield from self.mentions(i)

    def task(self, task: Task, evidence: Sequence[str]) -> Iterator[str]:
        yield f"    Nhiệm vụ: {self.at(task.span)}"
        found = cues(self.doc, task.span)
        for action in found[:6]:
            yield f"      dấu hiệu: {self.at(action.span)} ({action.rule})"
        if task.verb and not any(a.kind == "verb" for a in found):
            yield f"      động từ: “{task.verb}” (underthesea)"
        basis = _BASIS.get(task.lead_basis or "", "không rõ")
        for role, label in _ROLES:
            members: Sequence[int] = getattr(task, role)
            if role == "lead":
                yield (
                    f"      {label}: {basis}, quy tắc {task.rule}"
                    if members
                    else f"      {label}: không rõ"
                )
            elif members:
                yield f"      {label}:"
            for k in members:
                yield f"        {self.agency(k, task)}"
        for k, how in task.deadlines:
            deadline = self.doc.deadlines[k]
            yield f"      Thời hạn: {_BASIS[how]}{self._from(self.due_clause.get(k), task.clause)}"
            yield f"        {self.deadline(deadline)}"
        for product in task.products:
            yield f"      Sản phẩm: {self.at(product)}"
        yield from self.trust(evidence)
        for doubt in task.doubts:
            yield f"      Cần xem ({doubt.kind}): {doubt.detail}"
        for note in task.notes:
            yield f"      Lưu ý ({note.kind}): {note.detail}"

    def trust(self, evidence: Sequence[str]) -> Iterator[str]:
        """How sure each field is, and what made it less so, the heaviest first."""
        sure = confidences(evidence)
        yield f"      Độ tin cậy: {whole(sure):.0%}"
        for field, label in _TRUSTED:
            why = [r for r in reasons(evidence, field) if r.weight <= _SLIGHT]
            said = "; ".join(f"{r.words} ({r.name}, {r.weight:+.1f})" for r in why[:3])
            yield f"        {label} {sure[field]:.0%}{f': {said}' if said else ''}"

    def mentions(self, i: int) -> Iterator[str]:
        """What a clause without tasks names all the same."""
        for k in self.reading.agencies[i]:
            yield f"      cơ quan: {self.agency(k, None)}"
        for k in self.reading.deadlines[i]:
            yield f"      thời hạn: {self.deadline(self.doc.deadlines[k])}"

    def agency(self, k: int, task: Task | None) -> str:
        """Name, step, id, part and place of a mention."""
        agency = self.doc.agencies[k]
        i = self.clause_of.get(k)
        run = self.run(k)
        part = f", vai {run.part} ({run.rule})" if run is not None and run.part != "mention" else ""
        where = self._from(i, task.clause) if task is not None else ""
        return f"{agency.name} ← {self.at(agency.span)}{where}: {_step(agency)}{part}"

    def run(self, k: int) -> Run | None:
        """The enumeration that a mention stands in, with the part that its sentence gives it."""
        i = self.clause_of.get(k)
        if i is None:
            return None
        runs = chain.from_iterable(self.reading.runs(i, p.span) for p in self.reading.pieces(i))
        return next((r for r in runs if k in r.members), None)

    def deadline(self, x: Deadline) -> str:
        """Words, rule and value of a deadline."""
        fields = (
            "start",
            "end",
            "inclusive",
            "recurrence",
            "duration",
            "working_days",
            "anchor",
            "next",
            "raw",
        )
        value = ", ".join(f"{f} {v}" for f in fields if (v := getattr(x, f)) is not None)
        return (
            f"{self.at(x.span)}: quy tắc {x.rule}, {x.kind}/{x.bound}; {value or 'không có ngày'}"
        )

    def _from(self, i: int | None, here: int) -> str:
        if i is None or i == here:
            return ""
        if self.doc.clauses[i].zone == "addressee":
            return ", từ Kính gửi"
        return f", từ mục {_path(self.doc.clauses[i])}"


_UNMARKED = ("dòng của bảng", "đoạn không đánh số")


def _step(agency: Agency) -> str:
    found = f"{agency.found_by} → {agency.id or 'không gắn mã'}"
    score = f", giống {agency.score:g}/100" if agency.found_by == "fuzzy" else ""
    rivals = f", gần giống: {', '.join(agency.candidates)}" if agency.candidates else ""
    return found + score + rivals


@cache
def _rule_ids() -> dict[str, str]:
    found: dict[str, str] = {}
    for rule in table().rules:
        found.setdefault(rule.fields["kind"], rule.id)
    return found


def _mark_rule(clause: Clause) -> str:
    return _rule_ids().get(clause.kind, clause.kind)


def _path(clause: Clause) -> str:
    return clause.path or "(không đánh số)"


def _short(text: str, limit: int = 90) -> str:
    """One line of the text, its middle left out where it is long."""
    line = "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(line.split())
    half = limit // 2
    return line if len(line) <= limit else f"{line[:half].rstrip()} … {line[-half:].lstrip()}"
