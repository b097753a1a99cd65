"""Stage 7: one task per run of text with one responsible party and one deadline.

Reads clauses, agencies, deadlines; adds tasks. A clause is cut where the one told to act changes or a
sentence has a deadline of its own; what is not said is inherited from the nearest heading, then the
introduction, then the addressees, and marked so. Findings, legal bases, attendance and the closing
formula give none (GUIDELINES "Task"; Quyết định 42/2014/QĐ-TTg on what is tracked).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from extractor.actions import verb_of
from extractor.cutting import (
    AGREES,
    CALL_OPENS,
    Part,
    Segment,
    names_of,
    parts_of,
    segments_of,
    shares_of,
    value_of,
)
from extractor.document import Basis, Deadline, Document, Doubt, Span, Task
from extractor.labels import (
    descendants,
    ended,
    label_scope,
    labels_of,
    records,
    role_parts,
    trailing,
)
from extractor.products import products
from extractor.reading import Reading, Scope, read
from extractor.roles import Run
from extractor.rows import group_scope, row_task
from extractor.scopes import (
    ADDRESS,
    bare_title,
    heading_scope,
    is_introduction,
    root_scope,
    ways_below,
)
from extractor.scopes import announce as announce_scope
from extractor.sentences import imperative, never_cues, pattern, stands, urgency_stems
from extractor.speakers import issuer_side
from extractor.spreading import (
    addressed,
    left_over,
    spread_closing,
    spread_common,
    spread_label,
)
from extractor.text import UPPER, is_capitals

_APPENDIX = -1  # the root of an appendix, which no introduction of the body reaches
_NO_TASKS = ("Báo cáo", "Tờ trình", "Biên bản", "Hợp đồng", "Giấy giới thiệu", "Thông cáo")


def find_tasks(doc: Document) -> Document:
    """Add the tasks, in the order of the text."""
    assert doc.flow is not None
    if doc.meta.kind in _NO_TASKS:
        return doc
    reading = read(doc, issuer_side(doc))
    introduced: dict[int, Scope] = {}
    found = list(_walk(reading, introduced))
    found += _introduced(reading, introduced, found)
    found = spread_closing(reading, found)
    found = spread_label(reading, found)
    found = spread_common(reading, found)
    found = addressed(reading, found)
    tasks = tuple(_finished(reading, t) for t in sorted(found, key=lambda t: t.span))
    return replace(doc, tasks=tasks, doubts=(*doc.doubts, *left_over(doc, tasks)))


def _walk(reading: Reading, introduced: dict[int, Scope]) -> Iterator[Task]:
    """Every clause once, in order, with the scope that headings and introductions hand down.

    introduced: filled with the introductions and the scope in which they stand.
    """
    doc = reading.doc
    title = next((reading.text(c.body) for c in doc.clauses if c.zone == "appendix"), "phụ lục")
    scopes: dict[int | None, Scope] = {
        None: root_scope(doc.meta.kind),
        _APPENDIX: root_scope(None, appendix_of=title or "phụ lục"),
    }
    absorbed: set[int] = set()
    works_beside = records(reading)
    recorded = {k for labels in works_beside.values() for k in labels}
    row_above: Task | None = None  # for merged cells
    group: Scope | None = None  # what the heading of a group of rows hands down
    title_line = _title_line(reading)
    labelled: Scope | None = None  # what "Sở A: Rà soát ..." hands down to bare paragraphs below it
    guests: str | None = (
        None  # the kind of the clauses that list who is invited; "" before the first
    )
    matters: tuple[str, ...] = ()  # the kinds of clauses that say what "quy định về:" is about
    for i, clause in enumerate(doc.clauses):
        if clause.zone == "addressee" or i in absorbed:
            continue
        if clause.marker is not None and clause.kind in matters and not _names_who(reading, i):
            continue
        matters = _matters_below(reading, i)
        if guests is not None and clause.kind != "paragraph" and guests in ("", clause.kind):
            guests = clause.kind
            continue
        guests = None
        root = None if clause.zone == "body" else _APPENDIX
        above = scopes.get(clause.parent if clause.parent is not None else root) or scopes[root]
        if clause.kind == "row_heading":
            group, row_above = group_scope(reading, i, above), None
            continue
        if clause.kind == "row":
            task = row_task(reading, i, row_above, group or above)
            if task is not None:
                row_above = task
                yield task
            continue
        group = row_above = None  # the table has ended
        if clause.kind != "paragraph" and above.zone == "open" and clause.parent is None:
            above = scopes[root] = above._replace(zone="items")
        if i in works_beside:
            absorbed.update(works_beside[i])
            scopes.update(dict.fromkeys((i, *works_beside[i]), above))
            for work in _clause_tasks(reading, i, above, works_beside[i]):
                own = Span(work.span.start, min(work.span.end, clause.body.end))
                yield work._replace(span=reading.flow.trim(own))  # its labels stand beside it
            continue
        labels = [] if recorded.intersection(reading.children[i]) else labels_of(reading, i)
        works = [k for k in reading.children[i] if k not in labels and k not in recorded]
        listed = labels and works and not ended(reading, i)
        if listed or (not labels and len(works) > 2):
            # "1. Về hạ tầng | - A | - B | - Chủ trì: X | - Thời gian: T": the labels hold for A and B
            tail = labels or trailing(reading, i)
            absorbed.update(d for k in tail for d in (k, *descendants(reading, k)))
            if tail:
                scopes[i] = label_scope(reading, tail, above)
                continue
        if labels:
            absorbed.update(d for k in labels for d in (k, *descendants(reading, k)))
            yield from _clause_tasks(reading, i, above, labels)
            scopes[i] = above
            continue
        ways = ways_below(reading, i)
        absorbed.update(ways)
        whole = bool(ways or matters)  # the order stands in the line, not below it
        if reading.children[i] and not whole and _heads(reading, i):
            scopes[i] = heading_scope(reading, i, above)
            if _reports_on(reading, i):
                scopes[i] = scopes[i]._replace(zone="findings", lead=())
            if _orders_itself(reading, i):
                yield from _clause_tasks(reading, i, above, cut=True)
        elif clause.kind == "paragraph" and _INVITES.search(reading.text(clause.body)):
            guests = ""
        elif clause.kind == "paragraph" and not whole and is_introduction(reading, i):
            introduced[i] = above
            below = announce_scope(reading, i, above)
            zone = bare_title(reading, i, above)
            titled = zone == "purpose" or (zone == "orders" and above.zone == "purpose")
            if titled and below.lead == above.lead:
                below = below._replace(zone=zone)
            elif below.zone != "orders" and _ANNOUNCED.search(reading.text(clause.body)):
                below = below._replace(zone="orders")
            if _orders_itself(reading, i):
                yield from _clause_tasks(reading, i, above, cut=True)
            scopes[clause.parent if clause.parent is not None else root] = below
        else:
            scopes[i] = above
            if clause.kind == "paragraph":
                label = _run_in_label(reading, i, above)
                if label is not None or (labelled is not None and _names_who(reading, i)):
                    labelled = label
                above = labelled or above
            else:
                labelled = None
                scopes[i] = _run_in_label(reading, i, above) or above
            if i == title_line or _captions(reading, i):
                continue
            ordered = list(_clause_tasks(reading, i, above))
            yield from ordered
            if clause.marker is not None and reading.children[i] and ordered:
                scopes[i] = _told_alone(ordered, scopes[i])
            if (
                clause.kind == "paragraph"
                and above.zone == "open"
                and (ordered or _tells_of_orders(reading, i))
            ):
                # the issuer has begun to give orders: what follows need not say so again
                scopes[clause.parent if clause.parent is not None else root] = above._replace(
                    zone="items"
                )


def _matters_below(reading: Reading, i: int) -> tuple[str, ...]:
    """ "... sửa đổi các quy định về: | - Thi hành Điều lệ; | - Bầu cử": what completes a sentence orders nothing."""
    clauses = reading.doc.clauses
    body = clauses[i].body
    if i + 1 < len(clauses) and reading.flow.low.endswith((" về:", " về :"), *body):
        return (clauses[i + 1].kind,)
    return ()


def _told_alone(ordered: Sequence[Task], scope: Scope) -> Scope:
    """ "1. UBND các huyện kiểm kê đất. | - Rà soát số liệu": the items below a whole order are for those it told."""
    leads = {task.lead for task in ordered}
    if len(leads) > 1 or any(t.lead_basis != "stated" for t in ordered) or leads == {()}:
        return scope
    return scope._replace(lead=ordered[0].lead, basis="inherited", zone="orders")


def _title_line(reading: Reading) -> int:
    """The first line of a copy without a letterhead, where it is a page's title and no sentence; -1: none."""
    doc, clauses = reading.doc, reading.doc.clauses
    bare = doc.meta.unsigned or "header" not in doc.zones  # it may name itself in a sentence
    if not bare or len(clauses) < 3 or clauses[0].marker is not None:
        return -1
    first = reading.text(clauses[0].body).rstrip()
    title = len(first) < 200 and not first.endswith((".", ";", ":", "/", ",", "!"))
    return 0 if title and not reading.deadlines[0] else -1


_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp")


def _captions(reading: Reading, i: int) -> bool:
    """Whether a paragraph stands below a picture's file name, as a page's caption does."""
    clauses = reading.doc.clauses
    if not i or clauses[i].kind != "paragraph":
        return False
    above = clauses[i - 1].body
    return reading.flow.low.endswith(
        _PICTURES, max(above.end - 5, above.start), above.end
    ) and " " not in reading.text(above)


_TELLS = re.compile(
    r" (?:vừa |đã |cũng )?(?:chỉ đạo|yêu cầu|đề nghị|ban hành (?:công văn|văn bản|công điện|thông báo)|có (?:công văn|văn bản|công điện|thông báo))(?!\w)"
)


def _tells_of_orders(reading: Reading, i: int) -> bool:
    """ "UBND tỉnh vừa có công văn chỉ đạo ...": how a copy without a letterhead begins to tell of orders."""
    if not reading.doc.meta.unsigned:
        return False
    body = reading.doc.clauses[i].body
    return any(
        r.part in ("subject", "mention")
        and reading.issuer_side(r.members[-1])
        and _TELLS.match(reading.flow.low, r.span.end) is not None
        for r in reading.runs(i, body)
    )


def _run_in_label(reading: Reading, i: int, above: Scope) -> Scope | None:
    """ "UBND các huyện: Tiếp tục rà soát ...": the paragraphs below, which name nobody, are for them too."""
    body, mentions = reading.doc.clauses[i].body, reading.agencies[i]
    if not mentions or reading.doc.agencies[mentions[0]].span.start != body.start:
        return None
    if reading.flow.low.find(":", body.start, min(body.start + 300, body.end)) < 0:
        return None
    runs = reading.runs(i, body)
    if not runs or runs[0].span.start != body.start:
        return None
    if not reading.flow.low.startswith((": ", " : "), runs[0].span.end):
        return None
    return above._replace(lead=runs[0].members, basis="inherited", zone="orders")


def _names_who(reading: Reading, i: int) -> bool:
    """Whether a clause says who is to act."""
    runs = reading.runs(i, reading.doc.clauses[i].body) if reading.agencies[i] else []
    return any(r.part in ("told", "subject", "lead") for r in runs)


_ANNOUNCED = re.compile(
    r"chỉ đạo|chỉ thị|yêu cầu|kết luận|nhiệm vụ|ý kiến|đề nghị|thực hiện|điện|quyết nghị|quyết định"
)
# who is asked to come, or who came: the list below is of guests
_INVITES = re.compile(
    r"(?<!\w)(?:kính|trân trọng) mời(?: \w+){0,6} ?:\W*$"
    r"|^\W*(?:thành phần|(?:cùng |tham |về )?dự(?: họp| hội nghị| buổi \w+ \w+)?(?= (?:có|gồm)))[^.;]{0,80}:\W*$"
)
_SENTENCE_END = re.compile(r"[.;]\W*$")


def _heads(reading: Reading, i: int) -> bool:
    """Whether a clause with clauses below it is their heading: it ends in a colon or says no sentence."""
    text = reading.text(reading.doc.clauses[i].body)[-60:].rstrip()
    if ADDRESS.search(text):
        return False
    if not _SENTENCE_END.search(text) or is_introduction(reading, i):
        return True
    return reading.doc.clauses[i].marker is not None and _only_names(reading, i)  # "1. Bộ Công an."


def _orders_itself(reading: Reading, i: int) -> bool:
    """Whether an introduction orders something beyond its list."""
    low = reading.text(reading.doc.clauses[i].body)
    if pattern("tail_order").search(low) or _reports_on(reading, i):
        return True
    parts = reading.pieces(i)
    return any(p.hard for p in parts[1:]) and any(
        imperative(reading.flow.low, p.span) or reading.within(i, p.span) for p in parts[:-1]
    )


def _reports_on(reading: Reading, i: int) -> bool:
    """Whether an introduction asks for a report, and its list but says what is to stand in it."""
    low = reading.text(reading.doc.clauses[i].body)
    if not pattern("matters").search(low, max(len(low) - 240, 0)):
        return False
    items = reading.children[i] or [
        k for k in range(i + 1, min(i + 3, len(reading.doc.clauses)))
        if reading.doc.clauses[k].kind != "paragraph"
    ][:1]  # fmt: skip
    said = [reading.doc.clauses[k].body for k in items]
    orders = [body for body in said if imperative(reading.flow.low, body)]
    return bool(said) and all(pattern("chapter").match(reading.text(body)) for body in orders)


# an order of its own, and not only "thực hiện các nội dung sau:"
_ITSELF = re.compile(
    r" (?!(?:nghiêm túc |tập trung |khẩn trương |tổ chức |triển khai |chỉ đạo |phối hợp )*(?:thực hiện|làm|triển khai)"
    r"(?: tốt| nghiêm| ngay| đồng bộ)*(?: các| một số| những)? (?:nội dung|nhiệm vụ|công việc|việc|giải pháp|biện pháp|công tác|quy định|yêu cầu))[^:;.]{20,400}:\W*$"
)


def _introduced(
    reading: Reading, introduced: dict[int, Scope], found: Sequence[Task]
) -> Iterator[Task]:
    """ "Đề nghị các trường tổ chức hội thi như sau:" above lines of time, place and rules: it is the order itself.

    So is "Báo cáo Sở A trước ngày D:" above the matters to be reported.
    """
    starts = sorted(t.span.start for t in found)
    clauses = reading.doc.clauses
    for i, above in introduced.items():
        clause = clauses[i]
        if clause.zone != "body":
            continue
        end, listed = 0, set[int]()  # the items right below it, with what hangs below them
        for k in range(i + 1, len(clauses)):
            other = clauses[k]
            item = other.marker is not None and other.parent == clause.parent
            if not item and other.parent not in listed:
                break
            listed.add(k)
            end = other.body.end
        at = bisect_left(starts, clause.body.start)
        if not end or (at < len(starts) and starts[at] < end):
            continue
        runs = [r for p in reading.pieces(i) for r in reading.runs(i, p.span) if r.part == "told"]
        if runs and _ITSELF.match(reading.flow.low, runs[-1].span.end, clause.body.end):
            yield from _clause_tasks(reading, i, root_scope(reading.doc.meta.kind))
        elif any(reading.doc.deadlines[k].kind == "due" for k in reading.deadlines[i]):
            yield from _clause_tasks(reading, i, above)


# --- one clause --------------------------------------------------------------------------------


def _clause_tasks(
    reading: Reading, i: int, scope: Scope, labels: Sequence[int] = (), *, cut: bool = False
) -> Iterator[Task]:
    clause = reading.doc.clauses[i]
    low = reading.text(clause.body)
    if (
        not low.strip()
        or (stands(never_cues(), low) and pattern("never_later").match(low))
        or is_capitals(reading.flow.text[slice(*clause.body)])
    ):
        return
    if _only_names(reading, i) or _exclaims(reading, i) or _is_person(reading, i):
        return
    if clause.kind == "paragraph" and low.count(" ") < 2 and low[-1].isalpha():
        return  # "Cấp học": a column's title
    parts = parts_of(reading, i, scope)
    if len(parts) > 1 and "chịu trách nhiệm" in low:
        parts = [p for p in parts if not pattern("force").match(reading.text(p.piece.span))]
    if pattern("never").match(low):
        parts = _besides(reading, parts)
    for k in labels:
        parts.extend(role_parts(reading, k))
    if cut and not pattern("tail_order").search(low) and not _reports_on(reading, i):
        parts = parts[:-1]  # the last sentence only announces the list
    if not labels and clause.kind == "paragraph" and _formula(parts, low):
        return
    if (
        clause.kind == "article"
        and pattern("operative").match(low)
        and not any(p.lead for p in parts)
    ):
        return
    if (
        clause.zone == "appendix"
        and clause.kind == "paragraph"
        and clause.parent is None
        and not any(p.lead for p in parts)
    ):
        return  # the title of an annex
    kept = _ordering(parts, scope, reading) if not labels else parts
    if not kept:
        return
    for segment in segments_of(reading, kept, scope.lead, labels=bool(labels)):
        if (
            all(p.finding and not _tells(p) for p in segment.parts)
            and not labels
            and not (scope.zone == "open" and any(_calls(reading, p) for p in segment.parts))
        ):
            continue
        yield _task(reading, i, segment, scope)


def _besides(reading: Reading, parts: list[Part]) -> list[Part]:
    """What a clause orders that opens with what is no order: "Kinh phí: 2 tỷ đồng. Sở A thẩm định ..."."""
    first = next((k for k, p in enumerate(parts) if k and p.piece.hard), len(parts))
    told = [
        k
        for k, p in enumerate(parts[:first])
        if p.lead is not None and (p.lead.part == "told" or _funds(reading, p, parts[0]))
    ]
    if told:
        return parts[told[0] :]
    later = next((k for k, p in enumerate(parts) if k >= first and p.lead is not None), None)
    return [] if later is None else parts[later:]


def _funds(reading: Reading, part: Part, first: Part) -> bool:
    """ "Kinh phí: Trung tâm A lập dự toán": who does what for the money, unless it is the issuer who gives it."""
    assert part.lead is not None
    return reading.text(first.piece.span).startswith(("kinh phí", "nguồn kinh phí")) and not any(
        reading.issuer_side(k) for k in part.lead.members
    )


_PERSON = re.compile(rf"(?:[{UPPER}][^\W\d_{UPPER}]+ ){{1,3}}[{UPPER}][^\W\d_{UPPER}]+")


def _is_person(reading: Reading, i: int) -> bool:
    """ "Thu Hà": who wrote the page."""
    body = reading.doc.clauses[i].body
    return body.end - body.start < 30 and _PERSON.fullmatch(reading.flow.text, *body) is not None


def _exclaims(reading: Reading, i: int) -> bool:
    """ "Toàn dân chung tay bảo vệ môi trường!", "Trân trọng!": a slogan or thanks, no order."""
    body = reading.doc.clauses[i].body
    last = reading.flow.low[max(body.end - 6, body.start) : body.end].rstrip('"/. ')
    return last.endswith("!") and not reading.due_within(i, body)


def _only_names(reading: Reading, i: int) -> bool:
    """Whether a clause is but a list of bodies: those invited, or addressees in the text."""
    body = reading.doc.clauses[i].body
    named = 0
    for k in reading.agencies[i]:
        start, end = reading.doc.agencies[k].span
        named += end - start
    if named <= 0.75 * (body.end - body.start) or imperative(reading.flow.low, body):
        return False
    return not any(r.part in ("told", "subject", "lead") for r in reading.runs(i, body))


def _formula(parts: Sequence[Part], low: str) -> bool:
    """The bare closing formula: it announces or calls to carry out, with no date and no report."""
    return (
        bool(pattern("closing_formula").match(low))
        and not any(p.due for p in parts)
        and not _REPORTS.search(low)
        and not _ORDERS.search(low[:200])
        and not _PASSES_ON.search(low)
    )


_REPORTS = re.compile(r"(?<!\w)(?:báo cáo|gửi) (?:về|kết quả|[^.;]{0,30}(?:ubnd|ủy ban|sở|bộ))")
_ORDERS = re.compile(r"(?<!\w)(?:yêu cầu|giao)(?!\w)")
# "đề nghị các trường thông báo đến học sinh được biết", "thông báo để các sở có trách nhiệm ..."
_PASSES_ON = re.compile(
    r"(?<!\w)đề nghị [^.;]{3,160} thông báo (?:kịp thời |rộng rãi )?(?:đến|tới|cho) |để [^.;]{3,120} có trách nhiệm "
)
_OBLIGED = re.compile(
    r"(?: \([^()]*\))?,? (?:[^,.;]{0,40} )?(?:phải|cần|có trách nhiệm|chịu trách nhiệm|khẩn trương|chủ trì)(?!\w)"
)


def _ordering(parts: list[Part], scope: Scope, reading: Reading) -> list[Part]:
    """The parts that order something; leading sentences that only say how things are fall away."""
    strict = scope.zone in ("open", "findings", "purpose")

    def counts(part: Part) -> bool:
        if part.finding and _recounts(reading, part):
            return False
        if strict:
            if part.lead is None:
                return scope.zone == "open" and (_calls(reading, part) or _asked_for(reading, part))
            return (
                part.lead.part == "told"
                or _obliged(reading, part)
                or _announced(reading, part)
                or (scope.zone == "open" and _dated(reading, part))
            )
        if part.finding:
            return _tells(part)
        if scope.zone == "funds" and not scope.lead and part.lead is None and not part.due:
            return False
        return part.orders or (
            (scope.agency_heading or (scope.zone == "orders" and bool(part.due)))
            and part is parts[0]
            and reading.doc.clauses[part.clause].marker is not None
        )

    first = next((k for k, p in enumerate(parts) if counts(p)), None)
    if first is None:
        return []
    while first > 0 and not parts[first].piece.hard and not parts[first - 1].finding and not strict:
        first -= 1
    rest = parts[first:]
    if strict or not any(p.lead is None and p.finding for p in rest):
        return rest
    return [
        p
        for k, p in enumerate(rest)
        if not (
            p.finding
            and p.piece.hard
            and k
            and pattern("closing_formula").match(reading.text(p.piece.span))
        )
    ]


def _tells(part: Part) -> bool:
    """Whether a finding ends in an order: somebody is told, or "ought to" act."""
    lead = part.lead
    return lead is not None and (lead.part in ("told", "lead") or lead.rule == "subject.ought")


def _obliged(reading: Reading, part: Part) -> bool:
    assert part.lead is not None
    return part.piece.hard and bool(
        _OBLIGED.match(reading.flow.low, part.lead.span.end, part.piece.span.end)
    )


def _dated(reading: Reading, part: Part) -> bool:
    """ "Phòng A, UBND các xã phun thuốc trước ngày D": whoever begins a letter and has a deadline is told."""
    assert part.lead is not None
    return (
        part.lead.rule == "subject"
        and part.lead.span.start == part.piece.span.start
        and bool(part.due)
        and not part.finding
        and not reading.issuer_side(part.lead.members[0])
    )


_RECOUNTS = re.compile(
    r"[^.;]{0,160}(?:ban hành|phát hành|ký|có) (?:văn bản|công văn|thông báo|quyết định|kế hoạch|công điện|chỉ thị)(?: số)?:? \d"
)


def _recounts(reading: Reading, part: Part) -> bool:
    """ "Ngày D, UBND tỉnh ban hành Công văn số N, giao Sở A ...": what an earlier paper ordered."""
    trigger = part.lead.trigger if part.lead else None
    return (
        trigger is not None
        and _RECOUNTS.match(reading.flow.low, part.piece.span.start, trigger.start) is not None
        and reading.flow.low.endswith((", ", "; "), 0, trigger.start)
    )


_CALLS = re.compile(r" (?:cũng |vừa )?(?:yêu cầu|đề nghị|chỉ đạo(?=:)|chỉ thị(?=:)):? ")


def _calls(reading: Reading, part: Part) -> bool:
    """ "UBND tỉnh yêu cầu tổ chức tốt ...": the issuer asks; whom, its addressees say."""
    low, (start, stop) = reading.flow.low, part.piece.span
    bodies = {
        reading.doc.agencies[k].span.start for k in reading.within(part.clause, part.piece.span)
    }

    def asks(at: int) -> bool:
        return at not in bodies and pattern("verb").match(low, at) is not None

    own = [r.span.end for r in part.runs if reading.issuer_side(r.members[-1])]
    if any((m := _CALLS.match(low, end, stop)) and asks(m.end()) for end in own):
        return True
    if any((m := AGREES.match(low, end, stop)) and m["asks"] and asks(m.end()) for end in own):
        return True
    opens = CALL_OPENS.match(low, start, stop)
    return opens is not None and asks(opens.end()) and (part.piece.hard or _agreed(reading, part))


def _asked_for(reading: Reading, part: Part) -> bool:
    """ "Ý kiến góp ý gửi về Sở A trước ngày D": a letter tells its addressees what to hand in."""
    return bool(part.due) and bool(pattern("product_closing").match(reading.text(part.piece.span)))


def _agreed(reading: Reading, part: Part) -> bool:
    """Whether the issuer agrees to something earlier in the sentence that a piece goes on with."""
    before = [p for p in reading.pieces(part.clause) if p.span.start < part.piece.span.start]
    for piece in reversed(before):
        for run in reading.runs(part.clause, piece.span):
            if reading.issuer_side(run.members[-1]) and AGREES.match(
                reading.flow.low, run.span.end, piece.span.end
            ):
                return True
        if piece.hard:
            break
    return False


_AS_FOLLOWS = re.compile(r"(?:như sau|sau đây|chỉ đạo|kết luận|ý kiến): $")


def _announced(reading: Reading, part: Part) -> bool:
    """ "UBND tỉnh có ý kiến như sau: Sở A rà soát ...": the order stands in the opening's own sentence."""
    assert part.lead is not None
    before = reading.flow.low[part.piece.span.start : part.lead.span.start]
    return bool(_AS_FOLLOWS.search(before))


# --- one task ----------------------------------------------------------------------------------


def _task(reading: Reading, i: int, segment: Segment, scope: Scope) -> Task:
    parts = segment.parts
    start = parts[0].piece.span.start
    end = max(p.piece.span.end for p in parts)
    lead, basis = segment.lead, ("stated" if segment.stated else None)
    if not lead and scope.lead:
        lead, basis = scope.lead, scope.basis or "inherited"
    coordinating: list[int] = []
    reports: list[int] = []
    own: list[int] = []
    for part in parts:
        own += part.due
        for run in part.runs:
            if run.part == "coordinating":
                coordinating += run.members
            elif run.part == "reports_to" and not _of_the_asker(reading, part, run):
                reports += run.members
            elif run.rule == "role.passed_on" and part.lead and run.span != part.lead.span:
                reports += run.members  # "Sở A tiếp nhận, chuyển hồ sơ đến Sở B để xem xét"
    coordinating.sort()  # a bracket may part an enumeration: mentions in the order of the text
    reports.sort()
    due: list[tuple[int, Basis]] = [(k, "stated") for k in own] or [
        (k, "inherited") for k in scope.deadlines
    ]
    taken = names_of(reading, lead)
    inner = next((p.lead for p in parts if p.lead is not None), None)
    body = Span(inner.span.end if inner is not None and inner.part != "lead" else start, end)
    verb = verb_of(reading.flow, body)
    action = None
    if verb:
        stops = [reading.doc.deadlines[k].span.start for k in own]
        stops.append(_works_end(reading, i, parts, end))
        cut = min((stop for stop in stops if stop > verb.end), default=end)
        denied = _denied(reading.flow.low, body.start, verb.start)
        action = reading.flow.trim(Span(denied, cut))
    whole = Span(start, end)
    low = reading.text(whole)
    urgent = pattern("urgency").search(low) if stands(urgency_stems(), low) else None
    return Task(
        clause=i,
        span=reading.flow.trim(whole),
        action=action,
        verb=reading.text(verb) if verb else None,
        lead=lead,
        lead_basis=basis,  # type: ignore[arg-type]
        coordinating=_unique(reading, [*coordinating, *scope.coordinating], taken),
        reports_to=_unique(reading, [*reports, *scope.reports_to], frozenset()),
        deadlines=_distinct(reading, due),
        shares=tuple(shares_of(reading, i, whole).items()) if len(own) > 1 else (),
        products=tuple(products(reading.flow.low, whole, _named(reading, parts))),
        urgency=urgent.group() if urgent else None,
        rule=(inner.rule if inner is not None else f"lead.{basis}" if basis else "lead.none"),
    )


def _named(reading: Reading, parts: Sequence[Part]) -> list[Span]:
    """Where the clauses of a task name bodies."""
    members = (reading.agencies[clause] for clause in {part.clause for part in parts})
    return [reading.doc.agencies[k].span for ks in members for k in ks]


def _works_end(reading: Reading, i: int, parts: Sequence[Part], end: int) -> int:
    """Where the label lines below a clause begin, that say no more of what is to be done."""
    for before, part in pairwise(parts):
        if part.clause != i and pattern("label_line").match(reading.text(part.piece.span)):
            return before.piece.span.end
    return end


# what is forbidden, or alone allowed, is not done: "tuyệt đối không | tổ chức", "chỉ | giải quyết"
_NO = ("không", "chỉ", "chưa")
_DENIED = re.compile(
    rf"(?<!\w)(?:(?:tuyệt đối|kiên quyết|cương quyết) )?(?:{'|'.join(_NO)})"
    r"(?: (?:được|tự|tự ý|trực tiếp|tiếp tục|bố trí))* "
)


def _denied(low: str, start: int, verb: int) -> int:
    """Where the words begin that deny a verb, or the verb itself."""
    start = max(verb - 40, start)
    if not stands(_NO, low[start:verb]):
        return verb
    return next((m.start() for m in _DENIED.finditer(low, start, verb) if m.end() == verb), verb)


_WILL = re.compile(r"(?<!\w)sẽ (?:tổng hợp,? )?(?:báo cáo|trình|tham mưu|đề xuất) $")


def _of_the_asker(reading: Reading, part: Part, run: Run) -> bool:
    """ "Để tham mưu UBND tỉnh, Sở A đề nghị ...", "..., Sở sẽ báo cáo UBND tỉnh": its own report."""
    low, start = reading.flow.low, part.piece.span.start
    own = part.lead is not None and low.startswith(" sẽ ", part.lead.span.end)
    if not own and _WILL.search(low[max(start, run.span.start - 40) : run.span.start]):
        return True
    if part.lead is None or run.span.start > part.lead.span.start:
        return False
    told = part.lead.trigger is not None and run.span.end <= part.lead.trigger.start
    return told or low.startswith(("để ", "nhằm "), start)


def _unique(reading: Reading, members: Sequence[int], taken: frozenset[str]) -> tuple[int, ...]:
    if not members:
        return ()
    seen = set(taken)
    kept = []
    for k in members:
        name = reading.doc.agencies[k].name.casefold()
        if name not in seen:
            seen.add(name)
            kept.append(k)
    return tuple(kept)


def _distinct(reading: Reading, due: Sequence[tuple[int, Basis]]) -> tuple[tuple[int, Basis], ...]:
    if len(due) < 2:
        return tuple(due)
    seen: set[tuple[object, ...]] = set()
    kept = []
    for k, basis in due:
        value = value_of(reading.doc.deadlines[k])
        if value not in seen or reading.doc.deadlines[k].kind == "event":
            seen.add(value)
            kept.append((k, basis))
    said = [reading.doc.deadlines[k] for k, _ in kept]
    return tuple(
        due for due, one in zip(kept, said, strict=True) if not any(_sharper(x, one) for x in said)
    )


def _sharper(other: Deadline, one: Deadline) -> bool:
    """Whether another deadline of the task leaves one with nothing to say.

    "Hằng năm ..., trước ngày 30/11": the day says the year too; "... trước 17 giờ mỗi ngày cho đến
    khi khắc phục xong": how long a duty lasts is no time to do it in.
    """
    if one.rule == "event.until":
        return other.kind != "event"
    return bool(one.recurrence) and (other.recurrence or "").startswith(f"{one.recurrence};BY")


def _finished(reading: Reading, task: Task) -> Task:
    """The task with its doubts: of its deadlines and bodies, and of what nobody says."""
    doc = reading.doc
    doubts: list[Doubt] = []
    if not task.lead:
        doubts.append(Doubt("no_lead", "Không rõ cơ quan chủ trì", task.span))
    if task.lead_basis == "addressee":
        doubts.append(
            Doubt(
                "lead_from_addressees",
                "Cơ quan chủ trì lấy theo nơi nhận hoặc câu kết, không nêu trong mục này",
                task.span,
            )
        )
    for k in (*task.lead, *task.coordinating):
        agency = doc.agencies[k]
        doubts.extend(agency.doubts)
        if agency.found_by == "fuzzy":
            doubts.append(
                Doubt("fuzzy_name", f"Tên cơ quan đọc gần đúng: “{agency.name}”", agency.span)
            )
    shared = dict(task.shares)
    if len(
        {doc.deadlines[k].end for k, _ in task.deadlines if doc.deadlines[k].kind == "due"}
    ) > 1 and not all(k in shared for k, _ in task.deadlines):
        doubts.append(
            Doubt(
                "several_deadlines",
                "Có nhiều thời hạn trong một nhiệm vụ: kiểm tra thời hạn nào cho việc nào",
                task.span,
            )
        )
    for k, basis in task.deadlines:
        doubts.extend(doc.deadlines[k].doubts)
        if basis == "inherited":
            doubts.append(
                Doubt(
                    "deadline_inherited",
                    "Thời hạn lấy từ đoạn dẫn hoặc câu chung",
                    doc.deadlines[k].span,
                )
            )
    return task._replace(doubts=tuple(dict.fromkeys(doubts))) if doubts else task
