"""Stage 7: one task per run of text with one responsible party and one deadline.

Reads clauses, agencies, deadlines; adds tasks. A clause is cut where the one told to act changes or a
sentence has a deadline of its own; what is not said is inherited from the nearest heading, then the
introduction, then the addressees, and marked so. Findings, legal bases, attendance and the closing
formula give none (GUIDELINES "Task"; Quyết định 42/2014/QĐ-TTg on what is tracked).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from extractor.actions import verb_of
from extractor.document import Basis, Deadline, Document, Doubt, Span, Task
from extractor.roles import Run
from extractor.rows import row_task
from extractor.scopes import Reading, Scope, heading_scope, is_introduction, issuer_side, leads, read, root_scope
from extractor.scopes import announce as announce_scope
from extractor.sentences import Piece, imperative, pattern
from extractor.text import is_capitals

_APPENDIX = -1  # the root of an appendix, which no introduction of the body reaches
_NO_TASKS = ("Báo cáo", "Tờ trình", "Biên bản", "Hợp đồng", "Giấy giới thiệu", "Thông cáo")


@dataclass
class _Part:
    """A piece of a clause with what it says: who leads, by when, and whether it orders."""

    piece: Piece
    clause: int
    runs: list[Run]
    lead: Run | None
    due: list[int]
    orders: bool
    finding: bool


@dataclass
class _Segment:
    """A task under construction: the parts that share a responsible party and a deadline."""

    parts: list[_Part]
    lead: tuple[int, ...] = ()
    stated: bool = False
    due: list[int] = field(default_factory=list)


def find_tasks(doc: Document) -> Document:
    """Add the tasks, in the order of the text."""
    assert doc.flow is not None
    if doc.meta.kind in _NO_TASKS:
        return doc
    reading = read(doc, issuer_side(doc))
    found = list(_walk(reading))
    found = _spread_closing(reading, found)
    found = _addressed(reading, found)
    return replace(doc, tasks=tuple(_finished(reading, t) for t in sorted(found, key=lambda t: t.span)))


def _walk(reading: Reading) -> Iterator[Task]:
    """Every clause once, in order, with the scope that headings and introductions hand down."""
    doc = reading.doc
    title = next((reading.text(c.body) for c in doc.clauses if c.zone == "appendix"), "phụ lục")
    scopes: dict[int | None, Scope] = {None: root_scope(doc.meta.kind), _APPENDIX: root_scope(None, appendix_of=title or "phụ lục")}
    absorbed: set[int] = set()
    row_lead: tuple[int, ...] = ()
    for i, clause in enumerate(doc.clauses):
        if clause.zone == "addressee" or i in absorbed or clause.kind == "row_heading":
            continue
        root = None if clause.zone == "body" else _APPENDIX
        above = scopes.get(clause.parent if clause.parent is not None else root) or scopes[root]
        if clause.kind == "row":
            task = row_task(reading, i, row_lead, above)
            if task is not None:
                row_lead = task.lead or row_lead
                yield task
            continue
        if clause.kind != "paragraph" and above.zone == "open" and clause.parent is None:
            above = scopes[root] = replace(above, zone="items")
        labels = _labels(reading, i)
        if labels:
            absorbed.update(labels)
            yield from _clause_tasks(reading, i, above, labels)
            scopes[i] = above
            continue
        if reading.children[i] and _heads(reading, i):
            scopes[i] = heading_scope(reading, i, above)
            if _orders_itself(reading, i):
                yield from _clause_tasks(reading, i, above, cut=True)
        elif clause.kind == "paragraph" and is_introduction(reading, i):
            below = announce_scope(reading, i, clause.body, above)
            if below.zone not in ("orders",):
                below = replace(below, zone="orders" if re.search(r"chỉ đạo|yêu cầu|kết luận|nhiệm vụ|ý kiến|đề nghị|thực hiện|điện|quyết nghị|quyết định", reading.text(clause.body)) else below.zone)
            if _orders_itself(reading, i):
                yield from _clause_tasks(reading, i, above, cut=True)
            scopes[clause.parent if clause.parent is not None else root] = below
        else:
            yield from _clause_tasks(reading, i, above)
            scopes[i] = replace(above)


def _heads(reading: Reading, i: int) -> bool:
    """Whether a clause with clauses below it is their heading: it ends in a colon or says no sentence."""
    text = reading.text(reading.doc.clauses[i].body).rstrip()
    return not re.search(r"[.;]\W*$", text) or is_introduction(reading, i)


def _labels(reading: Reading, i: int) -> list[int]:
    """Clauses below that only label the work above ("- Cơ quan chủ trì: ...", "- Thời gian: ...")."""
    below = reading.children[i]
    labels = [k for k in below if pattern("label_line").match(reading.text(reading.doc.clauses[k].body))]
    return labels if labels and len(labels) >= len(below) - 1 and labels == list(below[-len(labels) :]) and len(labels) >= 2 or (len(labels) == len(below) and labels) else []


def _orders_itself(reading: Reading, i: int) -> bool:
    """Whether an introduction orders something beyond its list."""
    low = reading.text(reading.doc.clauses[i].body)
    if pattern("tail_order").search(low):
        return True
    parts = reading.pieces(i, reading.doc.clauses[i].body)
    return any(p.hard for p in parts[1:]) and any(imperative(reading.flow.low, p.span) or reading.within(i, p.span) for p in parts[:-1])


# --- one clause --------------------------------------------------------------------------------


def _clause_tasks(reading: Reading, i: int, scope: Scope, labels: Sequence[int] = (), *, cut: bool = False) -> Iterator[Task]:
    clause = reading.doc.clauses[i]
    low = reading.text(clause.body)
    if not low.strip() or pattern("never").match(low) or is_capitals(reading.flow.text[slice(*clause.body)]):
        return
    if _only_names(reading, i):
        return
    parts = _parts(reading, i, scope)
    for k in labels:
        parts.extend(_label_parts(reading, k, scope))
    if cut and not pattern("tail_order").search(low):
        parts = parts[:-1]  # the last sentence only announces the list
    if not labels and clause.kind == "paragraph" and _formula(parts, low):
        return
    if clause.kind == "article" and pattern("operative").match(low) and not any(p.lead for p in parts):
        return
    if clause.zone == "appendix" and clause.kind == "paragraph" and clause.parent is None and not any(p.lead for p in parts):
        return  # the title of an annex
    kept = _ordering(parts, scope, reading) if not labels else parts
    if not kept:
        return
    for segment in _segments(reading, kept, scope, labels=bool(labels)):
        if all(p.finding and (p.lead is None or p.lead.part == "subject") for p in segment.parts) and not labels:
            continue
        yield _task(reading, i, segment, scope)


def _only_names(reading: Reading, i: int) -> bool:
    """Whether a clause is but a list of bodies: those invited, or addressees in the text."""
    body = reading.doc.clauses[i].body
    named = sum(a.end - a.start for a in (reading.doc.agencies[k].span for k in reading.agencies[i]))
    return named > 0.75 * (body.end - body.start)


def _parts(reading: Reading, i: int, scope: Scope) -> list[_Part]:
    found: list[_Part] = []
    for piece in reading.pieces(i, reading.doc.clauses[i].body):
        runs = reading.runs(i, piece.span)
        low = reading.text(piece.span)
        lead = leads(reading, runs, scope, piece.span)
        ordered = imperative(reading.flow.low, piece.span)
        finding = bool(pattern("finding_sentence").match(low) or (lead is None and not ordered and pattern("past").search(low[:160])))
        if found and not piece.hard and found[-1].finding and (lead is None or lead.part == "subject"):
            finding = True
        orders = ordered or lead is not None or bool(pattern("product_closing").match(low)) or bool(re.search(r"(?<!\w)(?:phải|cần)(?! được)(?!\w)", low))
        found.append(_Part(piece, i, runs, lead, _due(reading, i, piece.span, lead), orders, finding))
    return found


_CITES = re.compile(r"(?:thực hiện|căn cứ|theo|xét|triển khai|tiếp theo|phúc đáp)(?!\w)")


def _due(reading: Reading, i: int, span: Span, lead: Run | None) -> list[int]:
    """Deadlines of a piece; those of an opening that tells what another document said are not its own."""
    due = reading.due_within(i, span)
    if lead is None or lead.trigger is None or not _CITES.match(reading.flow.low, span.start):
        return due
    return [k for k in due if reading.doc.deadlines[k].span.start > lead.trigger.start]


def _label_parts(reading: Reading, k: int, scope: Scope) -> list[_Part]:
    """A label line: its bodies take the part that the label names."""
    body = reading.doc.clauses[k].body
    low = reading.text(body)
    label = low.split(":", 1)[0]
    runs = []
    for run in reading.runs(k, body):
        before = low[: run.span.start - body.start]
        named = [m.group() for m in re.finditer(r"phối hợp|chủ trì|thực hiện|đầu mối|phân công|trình", before)]
        part = {"phối hợp": "coordinating", "trình": "reports_to"}.get(named[-1] if named else "", "lead")
        if not re.search(r"chủ trì|thực hiện|đầu mối|phân công|phối hợp|trình", label):
            part = run.part
        if re.search(r"thời gian|thời hạn|tiến độ|sản phẩm|kết quả|kinh phí", label) and "chủ trì" not in before:
            part = "mention"
        runs.append(replace(run, part=part, rule="label." + part))  # type: ignore[arg-type]
    lead = next((r for r in runs if r.part == "lead"), None)
    return [_Part(Piece(body, False), k, runs, lead, reading.due_within(k, body), True, False)]


def _formula(parts: Sequence[_Part], low: str) -> bool:
    """The bare closing formula: it announces or calls to carry out, with no date and no report."""
    if any(p.due for p in parts) or re.search(r"(?<!\w)(?:báo cáo|gửi) (?:về|kết quả|[^.;]{0,30}(?:ubnd|ủy ban|sở|bộ))", low):
        return False
    return bool(pattern("closing_formula").match(low)) and not re.search(r"(?<!\w)(?:yêu cầu|giao)(?!\w)", low[:200])


def _ordering(parts: list[_Part], scope: Scope, reading: Reading) -> list[_Part]:
    """The parts that order something; leading sentences that only say how things are fall away."""
    strict = scope.zone in ("open", "findings", "purpose")

    def counts(part: _Part) -> bool:
        if strict:
            return part.lead is not None and (part.lead.part == "told" or _obliged(reading, part))
        if part.finding:
            return part.lead is not None and part.lead.part in ("told", "lead")
        return part.orders or (scope.agency_heading and part is parts[0] and reading.doc.clauses[part.clause].marker is not None)

    first = next((k for k, p in enumerate(parts) if counts(p)), None)
    if first is None:
        return []
    while first > 0 and not parts[first].piece.hard and not parts[first - 1].finding and not strict:
        first -= 1
    rest = parts[first:]
    if strict or not any(p.lead is None and p.finding for p in rest):
        return rest
    return [p for k, p in enumerate(rest) if not (p.finding and p.piece.hard and k and pattern("closing_formula").match(reading.text(p.piece.span)))]


def _obliged(reading: Reading, part: _Part) -> bool:
    assert part.lead is not None
    after = reading.flow.low[part.lead.span.end : part.piece.span.end]
    return bool(re.match(r"(?: \([^()]*\))?,? (?:[^,.;]{0,40} )?(?:phải|cần|có trách nhiệm|chịu trách nhiệm|khẩn trương|chủ trì)(?!\w)", after)) and part.piece.hard


# --- cutting -----------------------------------------------------------------------------------


def _names(reading: Reading, members: Sequence[int]) -> frozenset[str]:
    return frozenset(reading.doc.agencies[k].name.casefold() for k in members)


def _segments(reading: Reading, parts: Sequence[_Part], scope: Scope, *, labels: bool) -> list[_Segment]:
    """Cut where the responsible party changes, then where a sentence has a deadline of its own."""
    groups: list[_Segment] = []
    for part in parts:
        lead = part.lead
        changes = lead is not None and groups and _names(reading, lead.members) != _names(reading, groups[-1].lead)
        if changes and not groups[-1].stated and not part.piece.hard and not any(p.orders for p in groups[-1].parts):
            changes = False  # what stands before was only the opening of this sentence
        if groups and (labels or (lead is not None and lead.part == "lead" and not groups[-1].stated)):
            changes = False  # "...; cơ quan chủ trì: X" says who does what stands before it
        if not groups or changes:
            groups.append(_Segment([part]))
            if lead is not None:
                groups[-1].lead, groups[-1].stated = lead.members, True
        else:
            groups[-1].parts.append(part)
            if lead is not None and (not groups[-1].lead or not groups[-1].stated):
                groups[-1].lead, groups[-1].stated = lead.members, True
    return [segment for group in groups for segment in _by_deadline(reading, group)] if not labels else groups


def _by_deadline(reading: Reading, group: _Segment) -> list[_Segment]:
    sentences: list[list[_Part]] = []
    for part in group.parts:
        if not sentences or part.piece.hard or _own_date(reading, sentences[-1], part):
            sentences.append([part])
        else:
            sentences[-1].append(part)
    out: list[list[_Part]] = []
    for sentence in sentences:
        low = reading.text(sentence[0].piece.span)
        has = any(p.due for p in sentence)
        had = bool(out) and any(p.due for p in out[-1])
        if not out:
            out.append(sentence)
        elif has and not had:
            joins = pattern("closes_order").match(low) and not _fresh(reading, sentence[0])
            out[-1:] = [out[-1] + sentence] if joins else [out[-1], sentence]
        elif has and had:
            out.append(sentence)
        elif had:
            joins = pattern("goes_on").match(low) or not sentence[0].orders
            out[-1:] = [out[-1] + sentence] if joins else [out[-1], sentence]
        else:
            out[-1] = out[-1] + sentence
    return [_Segment(parts, group.lead, group.stated) for parts in out]


def _fresh(reading: Reading, part: _Part) -> bool:
    """A recurring duty at the head of a sentence is work of its own ("Hằng tháng, tổng hợp ...")."""
    return any(
        reading.doc.deadlines[k].kind == "recurring" and reading.doc.deadlines[k].span.start - part.piece.span.start < 4
        for k in part.due
    )


def _own_date(reading: Reading, before: Sequence[_Part], part: _Part) -> bool:
    """Whether a piece after a semicolon is bound by another deadline than what stands before it."""
    deadlines = reading.doc.deadlines
    low = reading.text(part.piece.span)
    dated = [k for p in before for k in p.due if deadlines[k].kind in ("due", "relative")]
    mine = [k for k in part.due if deadlines[k].kind in ("due", "relative")]
    repeats = [k for k in part.due if deadlines[k].kind == "recurring"]
    if repeats and not mine:
        earlier = {_value(deadlines[k]) for p in before for k in p.due}
        return part.orders and not earlier & {_value(deadlines[k]) for k in repeats}
    if not part.orders:
        return False
    repeated = any(deadlines[k].kind == "recurring" for p in before for k in p.due)
    if repeated and mine:
        return True
    if dated and not part.due:
        return not pattern("after_date").match(low)
    if dated and mine:
        return {_value(deadlines[k]) for k in mine} != {_value(deadlines[k]) for k in dated}
    if pattern("soft_continues").match(low):
        return False
    if mine and not any(p.due for p in before) and pattern("fresh_order").match(low):
        return deadlines[mine[0]].span.start - part.piece.span.start > 25  # it names work of its own
    if mine and not any(p.due for p in before):
        # "A; B trước D": B is work of its own unless the date only closes the whole ("..., báo cáo trước D")
        return not pattern("closer").search(reading.flow.low[part.piece.span.start : deadlines[mine[0]].span.start + 12])
    return False


def _value(deadline: Deadline) -> tuple[object, ...]:
    return deadline.kind, deadline.start, deadline.end, deadline.duration, deadline.recurrence


# --- one task ----------------------------------------------------------------------------------


def _task(reading: Reading, i: int, segment: _Segment, scope: Scope) -> Task:
    parts = segment.parts
    start = parts[0].piece.span.start
    end = max(p.piece.span.end for p in parts)
    lead, basis = segment.lead, ("stated" if segment.stated else None)
    if not lead and scope.lead:
        lead, basis = scope.lead, scope.basis or "inherited"
    coordinating: list[int] = []
    reports: list[int] = []
    for run in (r for p in parts for r in p.runs):
        if run.part == "coordinating":
            coordinating += run.members
        elif run.part == "reports_to":
            reports += run.members
    own = [k for p in parts for k in p.due]
    due: list[tuple[int, Basis]] = [(k, "stated") for k in own] or [(k, "inherited") for k in scope.deadlines]
    taken = _names(reading, lead)
    inner = next((p.lead for p in parts if p.lead is not None), None)
    body = Span(inner.span.end if inner is not None and inner.part != "lead" else start, end)
    verb = verb_of(reading.flow, body)
    cut = min((reading.doc.deadlines[k].span.start for k in own if verb and reading.doc.deadlines[k].span.start > verb.end), default=end)
    action = reading.flow.trim(Span(verb.start, cut)) if verb else None
    low = reading.text(Span(start, end))
    urgent = pattern("urgency").search(low)
    return Task(
        clause=i,
        span=reading.flow.trim(Span(start, end)),
        action=action,
        verb=reading.text(verb) if verb else None,
        lead=lead,
        lead_basis=basis,  # type: ignore[arg-type]
        coordinating=_unique(reading, [*coordinating, *scope.coordinating], taken),
        reports_to=_unique(reading, [*reports, *scope.reports_to], frozenset()),
        deadlines=_distinct(reading, due),
        products=tuple(_products(reading, Span(start, end))),
        urgency=urgent.group() if urgent else None,
        rule=(inner.rule if inner is not None else f"lead.{basis}" if basis else "lead.none"),
    )


def _unique(reading: Reading, members: Sequence[int], taken: frozenset[str]) -> tuple[int, ...]:
    seen = set(taken)
    kept = []
    for k in members:
        name = reading.doc.agencies[k].name.casefold()
        if name not in seen:
            seen.add(name)
            kept.append(k)
    return tuple(kept)


def _distinct(reading: Reading, due: Sequence[tuple[int, Basis]]) -> tuple[tuple[int, Basis], ...]:
    seen: set[tuple[object, ...]] = set()
    kept = []
    for k, basis in due:
        value = _value(reading.doc.deadlines[k])
        if value not in seen or reading.doc.deadlines[k].kind == "event":
            seen.add(value)
            kept.append((k, basis))
    return tuple(kept)


_PRODUCT = re.compile(
    r"(?<!\w)(?:xây dựng|ban hành|lập|trình|hoàn thiện|hoàn chỉnh|tham mưu|dự thảo|soạn thảo|phê duyệt|đề xuất)(?: \w+){0,8}? "
    r"(?P<product>(?:dự thảo )?(?:kế hoạch|đề án|phương án|quyết định|quy chế|chương trình|nghị quyết|tờ trình|danh mục|bộ chỉ số|quy định|nghị định|thông tư|hướng dẫn)(?: [^,.;:()\n]+?)?)(?= (?:để|trình|báo cáo|trước|trong|gửi|theo)|[,.;:()]|$)"
)


def _products(reading: Reading, span: Span) -> Iterator[Span]:
    """Papers that the work is to yield: a named kind of document after a verb of drafting."""
    for m in _PRODUCT.finditer(reading.flow.low, *span):
        if m.end("product") - m.start("product") <= 200:
            yield Span(*m.span("product"))


# --- the whole notice --------------------------------------------------------------------------


def _spread_closing(reading: Reading, found: list[Task]) -> list[Task]:
    """"Báo cáo gửi về UBND tỉnh trước ngày D" at the end holds for all that was asked for above."""
    doc = reading.doc
    closing = [
        t for t in found
        if t.deadlines and pattern("product_closing").match(reading.text(t.span))
    ]  # fmt: skip
    if not closing:
        return found
    last = closing[-1]
    first = min((t.clause for t in found), default=0)
    opening = [i for i, c in enumerate(doc.clauses[: first + 1]) if c.parent is None and c.kind == "paragraph" and is_introduction(reading, i)]
    asked = bool(opening) and bool(pattern("report_request").search(reading.text(doc.clauses[opening[-1]].body)[-160:]))
    if not asked:
        return found
    return [
        replace(t, deadlines=t.deadlines or tuple((k, "inherited") for k, _ in last.deadlines), reports_to=t.reports_to or last.reports_to)
        if t.span < last.span and doc.clauses[t.clause].zone == doc.clauses[last.clause].zone else t
        for t in found
    ]  # fmt: skip


def _addressed(reading: Reading, found: list[Task]) -> list[Task]:
    """Tasks that nobody above is named for fall to the addressees, else to those the closing names."""
    doc = reading.doc
    members = tuple(k for i, c in enumerate(doc.clauses) if c.zone == "addressee" for k in reading.agencies[i])
    if not members:
        members = _closing_addressees(reading)
    if not members:
        return found
    found = [
        replace(t, lead=()) if t.lead and all(doc.agencies[k].found_by == "addressee" for k in t.lead) else t for t in found
    ]
    return [replace(t, lead=members, lead_basis="addressee") if not t.lead else t for t in found]


def _closing_addressees(reading: Reading) -> tuple[int, ...]:
    """"... để các sở, ngành triển khai thực hiện", "yêu cầu các sở, ngành nghiêm túc thực hiện"."""
    clauses = [i for i, c in enumerate(reading.doc.clauses) if c.zone == "body" and c.kind == "paragraph"]
    for i in reversed(clauses[-4:]):
        span = reading.doc.clauses[i].body
        low = reading.text(span)
        if not re.search(r"triển khai|thực hiện", low):
            continue
        for run in reading.runs(i, span):
            before = reading.flow.low[span.start : run.span.start]
            if run.part == "told" or re.search(r"(?:để|đến|tới|đề) $", before):
                if not all(reading.issuer_side(k) for k in run.members):
                    return run.members
    return ()


def _finished(reading: Reading, task: Task) -> Task:
    """The task with its doubts: of its deadlines and bodies, and of what nobody says."""
    doc = reading.doc
    doubts: list[Doubt] = []
    if not task.lead:
        doubts.append(Doubt("no_lead", "Không rõ cơ quan chủ trì", task.span))
    if task.lead_basis == "addressee":
        doubts.append(Doubt("lead_from_addressees", "Cơ quan chủ trì lấy theo nơi nhận hoặc câu kết, không nêu trong mục này", task.span))
    for k in (*task.lead, *task.coordinating):
        agency = doc.agencies[k]
        doubts.extend(agency.doubts)
        if agency.found_by == "fuzzy":
            doubts.append(Doubt("fuzzy_name", f"Tên cơ quan đọc gần đúng: “{agency.name}”", agency.span))
    for k, basis in task.deadlines:
        doubts.extend(doc.deadlines[k].doubts)
        if basis == "inherited":
            doubts.append(Doubt("deadline_inherited", "Thời hạn lấy từ đoạn dẫn hoặc câu chung", doc.deadlines[k].span))
    return replace(task, doubts=tuple(dict.fromkeys(doubts)))
