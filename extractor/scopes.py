"""What headings and introductions hand down to the clauses below them.

Pure functions used by tasks.py. "2. Giao Phòng Văn hóa và Thông tin", "Tham mưu UBND huyện:" and
"... yêu cầu các sở, ngành thực hiện các nhiệm vụ sau:" are no tasks: who, with whom and by when they
say holds for the items below (GUIDELINES "Task", "Who"). Nearest heading first, then the introduction.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Literal, NamedTuple

from extractor.document import Basis, Clause, Document, Piece, Span
from extractor.names import PROPER
from extractor.roles import Run, runs_of
from extractor.sentences import any_of, imperative, pattern
from extractor.text import UPPER, Flow, lower

Zone = Literal["open", "items", "orders", "findings", "purpose", "funds"]


# what stands before the first of the bodies that a sentence tells to act
# ... or "chủ trì, phối hợp với", which leaves the sentence without its verb until the list ends
_LEAD_IN = re.compile(
    r"^$|chủ trì,? (?:và )?phối hợp(?: chặt chẽ)?(?: với| cùng)?:? ?$|(?:giao(?: cho)?|yêu cầu|đề nghị|phân công|,|:) ?$"
)


_OBJECT = (" của ", " với ", " cho ", " tới ", " đến ")

# an order, and another to somebody else in the same sentence
_ORDERS = ("yêu cầu", "giao", "đề nghị")
_ASSIGNS = re.compile(rf"(?:{any_of(_ORDERS, whole=True)})(?= [^\W\d_])")
_AGAIN = re.compile(rf",? (?:và |đồng thời,? |và đồng thời )(?:kính )?(?P<word>{any_of(_ORDERS)}) ")


class Scope(NamedTuple):
    """What holds at a place of the tree: mention and deadline indices, and how orders read there."""

    zone: Zone = "open"
    lead: tuple[int, ...] = ()
    basis: Basis | None = None
    coordinating: tuple[int, ...] = ()
    reports_to: tuple[int, ...] = ()
    deadlines: tuple[int, ...] = ()
    agency_heading: bool = False


@dataclass(frozen=True)
class Reading:
    """A document with its mentions and deadlines by clause, ready to be read clause by clause."""

    doc: Document
    flow: Flow
    agencies: tuple[tuple[int, ...], ...]
    deadlines: tuple[tuple[int, ...], ...]
    children: tuple[tuple[int, ...], ...]
    issuer_side: Callable[[int], bool]
    starts: tuple[list[int], ...]  # of the mentions of each clause
    _pieces: dict[int, list[Piece]] = field(default_factory=dict)
    _runs: dict[tuple[int, Span], list[Run]] = field(default_factory=dict)

    @cached_property
    def punctuated(self) -> bool:
        """Whether clauses end in a stop as a rule, so that its lack says that one leads over."""
        ends = [
            self.flow.low[c.body.start : c.body.end].rstrip()[-1:]
            for c in self.doc.clauses
            if not c.heading and c.zone == "body"
        ]
        return 2 * sum(end in (".", ";") for end in ends) > len(ends)

    @property
    def unsigned(self) -> bool:
        """Whether no letterhead says who issued the notice."""
        return "issuer" not in self.doc.meta.spans

    def text(self, span: Span) -> str:
        """Folded lower-case text of a flow span."""
        return self.flow.low[span.start : span.end]

    def within(self, clause: int, span: Span) -> list[int]:
        """Mentions of a clause that lie in a flow span."""
        members, mentions = self.agencies[clause], self.doc.agencies
        if not members:
            return []
        starts, (start, end) = self.starts[clause], span
        first = bisect_left(starts, start)
        last = bisect_left(starts, end, first)
        return [k for k in members[first:last] if mentions[k].span.end <= end]

    def due_within(self, clause: int, span: Span) -> list[int]:
        """Deadlines of a clause that begin in a flow span."""
        members, (start, end) = self.deadlines[clause], span
        if not members:
            return []
        return [k for k in members if start <= self.doc.deadlines[k].span.start < end]

    def pieces(self, clause: int) -> list[Piece]:
        """Sentences and their pieces; a semicolon inside an enumeration of bodies parts nothing."""
        known = self._pieces.get(clause)
        if known is not None:
            return known
        found: list[Piece] = []
        for piece in self.doc.pieces[clause]:
            if found and not piece.hard and self._enumerates(clause, found[-1].span, piece.span):
                found[-1] = Piece(Span(found[-1].span.start, piece.span.end), found[-1].hard)
            else:
                found.append(piece)
        found = [part for piece in found for part in self._told_again(clause, piece)]
        found = [part for piece in found for part in self._spliced(clause, piece)]
        self._pieces[clause] = found
        return found

    def _told_again(self, clause: int, piece: Piece) -> list[Piece]:
        """ "... yêu cầu A rà soát và đề nghị B tổng hợp": an order to another body parts them."""
        first = _ASSIGNS.search(self.flow.low, *piece.span)
        again = first and _AGAIN.search(self.flow.low, first.end(), piece.span.end)
        if not again:
            return [piece]
        runs = self.runs(clause, piece.span)
        told = [r for r in runs if r.part == "told" and r.trigger is not None]
        for one, other in itertools.pairwise(told):
            named = self.doc.agencies[other.members[0]].found_by in ("exact", "alias")
            named = named or (one.rule, other.rule) == ("told.yêu cầu", "told.đề nghị")
            if one.span.end == again.start():
                continue  # "yêu cầu A và đề nghị B rà soát": one order to both
            if named and other.trigger and other.trigger.start == again.start("word"):
                cut = Span(piece.span.start, again.start())
                rest = Span(again.start("word"), piece.span.end)
                if one.members != other.members:
                    return [Piece(cut, piece.hard), Piece(rest, False)]
        return [piece]

    def _spliced(self, clause: int, piece: Piece) -> list[Piece]:
        """ "Sở A thông báo hạn mức, Sở B giải ngân": a comma where a semicolon should stand."""
        runs = self.runs(clause, piece.span) if len(self.agencies[clause]) > 1 else []
        if not runs:
            return [piece]
        opens = runs[0].part == "subject" and runs[0].span.start == piece.span.start
        timed = [self.doc.deadlines[k].span.end for k in self.due_within(clause, piece.span)]
        for run in runs[1:]:
            one = self.doc.agencies[run.members[0]]
            comma = run.span.start - 2
            if (
                run.rule in ("mention", "subject")
                and len(run.members) == 1
                and ((opens and one.found_by in ("exact", "alias")) or comma in timed)
                and self.flow.low.startswith(", ", comma)
                and pattern("verb_only").match(self.flow.low, run.span.end + 1, piece.span.end)
                and self.flow.low[run.span.end] == " "
                and run.members != runs[0].members
            ):
                cut = Span(piece.span.start, run.span.start - 1)
                rest = Piece(Span(run.span.start, piece.span.end), False)
                return [Piece(cut, piece.hard), *self._spliced(clause, rest)]
        return [piece]

    def _enumerates(self, clause: int, left: Span, right: Span) -> bool:
        before, after = self.within(clause, left), self.within(clause, right)
        if not before or not after:
            return False
        a, b = self.doc.agencies[before[-1]], self.doc.agencies[after[0]]
        if a.run != b.run or self.flow.text[b.span.start].islower():
            return a.run == b.run
        first = next(k for k in before if self.doc.agencies[k].run == a.run)
        lead_in = self.flow.low[left.start : self.doc.agencies[first].span.start]
        if _LEAD_IN.search(lead_in):
            return True
        if not lead_in.endswith(_OBJECT):
            return False  # "góp ý của các sở: A, B; Cục C, UBND các huyện để hoàn thiện"
        last = next(k for k in reversed(after) if self.doc.agencies[k].run == b.run)
        return not pattern("verb").match(self.flow.low, self.doc.agencies[last].span.end + 1)

    def runs(self, clause: int, span: Span) -> list[Run]:
        """Enumerations of bodies in a sentence of a clause, with their parts."""
        known = self._runs.get((clause, span))
        if known is None:
            inside = self.within(clause, span)
            known = runs_of(self.flow, self.doc.agencies, inside, span) if inside else []
            known = self._after_time(clause, span, known)
            self._runs[clause, span] = known
        return known

    def _after_time(self, clause: int, span: Span, runs: list[Run]) -> list[Run]:
        """ "Trước ngày 20/5 các huyện báo cáo ...": no comma parts the opening time from who acts."""
        due = self.due_within(clause, span) if runs else []
        time = self.doc.deadlines[due[0]].span if due else span
        if not due or time.start != span.start or not self.flow.low.startswith(" ", time.end):
            return runs
        return [
            r._replace(part="subject", rule="subject.after_opening")
            if r.part == "mention"
            and r.span.start == time.end + 1
            and pattern("verb").match(self.flow.low, r.span.end + 1, span.end)
            else r
            for r in runs
        ]


def read(doc: Document, issuer_side: Callable[[int], bool]) -> Reading:
    """Sort mentions and deadlines by the clause that they lie in."""
    assert doc.flow is not None
    bodies = [c.body for c in doc.clauses]
    order = sorted(range(len(bodies)), key=bodies.__getitem__)
    agencies: list[list[int]] = [[] for _ in doc.clauses]
    deadlines: list[list[int]] = [[] for _ in doc.clauses]
    for spans, bins in (
        ([a.span for a in doc.agencies], agencies),
        ([d.span for d in doc.deadlines], deadlines),
    ):
        k = 0
        for i, span in enumerate(spans):
            while k < len(order) - 1 and bodies[order[k]].end <= span.start:
                k += 1
            if bodies[order[k]].holds(span):
                bins[order[k]].append(i)
    children: list[list[int]] = [[] for _ in doc.clauses]
    for i, clause in enumerate(doc.clauses):
        if clause.parent is not None:
            children[clause.parent].append(i)
    return Reading(
        doc,
        doc.flow,
        _frozen(agencies),
        _frozen(deadlines),
        _frozen(children),
        issuer_side,
        tuple([doc.agencies[k].span.start for k in members] for members in agencies),
    )


def _frozen(bins: list[list[int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(map(tuple, bins))


def leads(reading: Reading, runs: Sequence[Run], scope: Scope, span: Span) -> Run | None:
    """The enumeration that must do it, of those in one piece of text; None where it is inherited.

    An assigner ("UBND tỉnh yêu cầu ...") is none. Below a heading that names a body, what that body
    tells others to do stays its own work.
    """
    if not runs:
        return None
    orders: list[Run] = []
    subject: Run | None = None
    for run in runs:
        if run.part == "lead":
            if run.rule == "role.doer" and _heads_another(reading, run, subject, scope, span):
                continue
            if scope.zone == "open" and _told_of(reading, run, span):
                continue
            if run.rule != "role.passed_on":
                return run
            if subject is None and scope.lead and scope.zone == "orders":
                continue  # those above the list pass it on
            if subject is None or reading.issuer_side(subject.members[0]):
                return run._replace(part="told")  # what the issuer passes on is for it to deal with
            continue
        if run.part == "told":
            orders.append(run)
        elif _directed(reading, run, subject or runs[0], scope, span):
            orders.append(run._replace(part="told"))
        elif run.part == "subject" and not _party_verb(reading, run, scope):
            # "Để ..., phối hợp cùng các ngành tạo chuyển biến, ngành A cần": the opening's own body gives way
            if subject is None or (
                subject.rule == "subject.after_opening"
                and run.rule == "subject"
                and reading.flow.low.startswith(("để ", "nhằm "), span.start)
            ):
                subject = run
    together = _told_together(reading, orders) if orders else None
    if scope.zone in ("open", "findings", "purpose"):
        orders = [r for r in orders if _issued(reading, r, runs, span)] or orders[:1]
    told = orders[0] if orders else None
    if told is not None and together is not None and together.trigger == told.trigger:
        told = together
    if subject is not None and subject.rule == "subject.loose" and told is not None:
        if _issued(reading, told, runs, span):
            subject = None  # "Báo A có bài ..., Phó Thủ tướng yêu cầu Bộ B kiểm tra"
    if subject is not None and (told is None or subject.span.start < told.span.start):
        after = [r for r in runs if r.part == "subject" and r.span.start > subject.span.end]
        above = _superior(reading, subject, told, scope) or (
            bool(told or after) and _SAYS_THAT.match(reading.flow.low, subject.span.end) is not None
        )
        if not (above or reading.issuer_side(subject.members[0])) or (
            told is None
            and not above
            and (not _speaks(reading, subject) or _deputed(reading, subject, scope))
        ):
            return subject
        subject = after[0] if after and told is None else None
    if told is None and subject is None and scope.zone not in ("open", "findings", "purpose"):
        return next((r for r in runs if r.rule.startswith("object.đồng ý")), None)
    if told is None:
        return subject
    if scope.agency_heading and not _formal(reading, told, runs, span, scope):
        return None
    if scope.lead and _within_an_order(reading, told, span):
        return None
    if scope.zone in ("open", "findings", "purpose") and not _issued(reading, told, runs, span):
        return None
    return told


def _told_of(reading: Reading, run: Run, span: Span) -> bool:
    """ "Thực hiện Chương trình A, trong đó Bộ B được giao chủ trì ...": what another paper gave somebody."""
    low = reading.flow.low
    return (
        _CARRIES.match(low, span.start) is not None
        and _CITED_ORDER.search(low, span.start, run.span.start) is not None
    )


_CARRIES = re.compile(r"(?:thực hiện|căn cứ|theo|triển khai)(?!\w)")
_SAYS_THAT = re.compile(r" (?:yêu cầu|đề nghị|chỉ đạo) ?: ")
_BESIDE = (" và ", ", ", "; ", ", và ", ", đồng thời ", " đồng thời ", " và kính ", ", kính ")


def _told_together(reading: Reading, orders: Sequence[Run]) -> Run:
    """ "yêu cầu các sở, UBND các huyện và đề nghị Mặt trận thực hiện ...": one order to both."""
    told = orders[0]
    for other in orders[1:]:
        if other.trigger is None or (
            reading.flow.low[told.span.end : other.trigger.start] not in _BESIDE
        ):
            break
        span = Span(told.span.start, other.span.end)
        told = told._replace(members=told.members + other.members, span=span)
    return told


_RELATIVE = re.compile(r"[^\W_] do $")


def _heads_another(
    reading: Reading, run: Run, subject: Run | None, scope: Scope, span: Span
) -> bool:
    """ "Thành lập đoàn kiểm tra do Sở A chủ trì": who heads the team, not who is to set it up."""
    low = reading.flow.low
    if not _RELATIVE.search(low, span.start, run.span.start):
        return False
    return subject is not None or (bool(scope.lead) and imperative(low, span))


_DIRECTING = ("object.chỉ đạo", "object.lưu ý", "object.ủy quyền")
_DIRECTS = re.compile(rf"(?: {PROPER})? (?:vừa |cũng )?(?:có ý kiến )?")


def _directed(reading: Reading, run: Run, speaker: Run, scope: Scope, span: Span) -> bool:
    """ "Phó Thủ tướng chỉ đạo Bộ A ...", "Lưu ý các địa phương ...": the issuer's own side directs."""
    if run.trigger is None or run.rule not in _DIRECTING:
        return False
    if speaker is run:
        alone = run.rule != "object.chỉ đạo" and run.trigger.start == span.start
        return alone and not scope.lead
    if _SAYS_THAT.match(reading.flow.low, speaker.span.end, run.span.start):
        return True  # "Thường trực Tỉnh ủy chỉ đạo: các huyện ủy ..."
    if _deputed(reading, speaker, scope):
        return False
    said = _DIRECTS.fullmatch(reading.flow.text, speaker.span.end, run.trigger.start) is not None
    return said and reading.issuer_side(speaker.members[0])


_CHARGED = re.compile(rf"(?:(?: [{UPPER}]\w*){{1,4}})?,? (?:trực tiếp |tiếp tục )?chỉ đạo(?!\w)")


def _deputed(reading: Reading, run: Run, scope: Scope) -> bool:
    """ "3. Đồng chí A, Phó Chủ tịch UBND tỉnh chỉ đạo Sở B ...": a deputy's task, where the head concludes."""
    return (
        scope.zone in ("items", "orders")
        and "phó " in reading.text(run.span)
        and _CHARGED.match(reading.flow.text, run.span.end) is not None
        and "phó " not in lower(reading.doc.meta.subject or "phó ")
    )


_APART = re.compile(r"[,;:.(]")


def _within_an_order(reading: Reading, told: Run, span: Span) -> bool:
    """ "Chỉ đạo Sở A yêu cầu các đơn vị lắp camera": what is to be asked of others is part of the order."""
    start = told.trigger.start if told.trigger else told.span.start
    before = Span(span.start, start)
    return (
        start - span.start > 5
        and not _APART.search(reading.flow.low, *before)
        and pattern("verb").match(reading.flow.low, *before) is not None
    )


_PARTY = re.compile(r"(?<!\w)(?:ủy|đảng|chi bộ|đảng bộ)(?!\w)(?! ban)")


def _party_verb(reading: Reading, run: Run, scope: Scope) -> bool:
    """ "Lãnh đạo UBND tỉnh tập trung ..." below a party committee: what it does, not who leads."""
    return (
        bool(scope.lead)
        and scope.agency_heading
        and reading.flow.low.startswith("lãnh đạo ", run.span.start)
        and any(_PARTY.search(reading.doc.agencies[k].name.lower()) for k in scope.lead)
    )


_STATE_HEADS = re.compile(
    r"(?:phó )?thủ tướng|chính phủ$|bộ chính trị|ban bí thư|quốc hội|ủy ban thường vụ quốc hội"
)
# who leads at every level, the first above the others: its party committee, its council, its people's committee
_LEADERS = tuple(
    re.compile(rf"(?:văn phòng )?{name}")
    for name in (
        r"(?:(?:ban thường vụ|ban chấp hành|thường trực) )?(?:(?:tỉnh|thành|huyện|thị|quận|đảng) ủy|đảng bộ)",
        r"(?:thường trực )?hội đồng nhân dân",
        r"ủy ban nhân dân",
    )
)
_LEVELS = "TPDC"  # what an id begins with: central, province, district, commune
_ASKS = re.compile(
    r" (?:đã |cũng |tiếp tục )?(?:yêu cầu|đề nghị|giao)(?! thông| ban| dịch| lưu)(?!\w)"
)


def _rank(link: str | None, name: str) -> tuple[int, int] | None:
    """How high a body stands, the highest first: its level, and its place there; None if no table says."""
    level = _LEVELS.find(link[0]) if link else -1
    if level < 0:
        return None
    low = lower(name)
    place = next((k for k, leader in enumerate(_LEADERS) if leader.match(low)), len(_LEADERS))
    return level, place if level else 0


def _above(reading: Reading, subject: Run) -> bool:
    """Whether a body stands above the notice's issuer: it assigns, as the issuer itself would."""
    if _STATE_HEADS.match(reading.text(subject.span)):
        return True
    meta, body = reading.doc.meta, reading.doc.agencies[subject.members[0]]
    issuer, rank = _rank(meta.issuer_id, meta.issuer or ""), _rank(body.id, body.name)
    return issuer is not None and rank is not None and rank < issuer


def _superior(reading: Reading, subject: Run, told: Run | None, scope: Scope) -> bool:
    """ "Thủ tướng Chính phủ giao Bộ Y tế ...": those above the issuer assign, they do not do.

    So does whoever speaks in the opening of a copy that has lost its letterhead.
    """
    end = subject.span.end
    if told is None:
        return _ASKS.match(reading.flow.low, end) is not None and _above(reading, subject)
    start = told.trigger.start if told.trigger else told.span.start
    if not _SAYS.fullmatch(reading.flow.low[end:start]):
        return False
    if told.rule.endswith("đề nghị") and (scope.zone == "open" or reading.unsigned):
        return True  # whoever requests does not do it himself
    return (scope.zone == "open" and reading.unsigned) or _above(reading, subject)


_SPEECH = re.compile(
    r"[^.;]{0,80}?(?:kết luận|yêu cầu|đề nghị|(?<!bàn )(?<!chuyển )(?<!phân )giao(?! thông| ban| dịch| lưu)|có ý kiến|thông báo|ghi nhận|đánh giá|biểu dương|phê bình|nhắc nhở|điện|nhận được|thống nhất|đồng ý|chỉ đạo|cho ý kiến|chủ trì (?:cuộc |buổi )?(?:họp|làm việc|giao ban|hội nghị|hội thảo|phiên|kiểm tra)|ban hành|nhận thấy|(?:trả lời|phúc đáp|hướng dẫn|triển khai)(?=[^.;]{0,80} sau(?: đây)? ?:))(?!\w)"
)


_WORKS = re.compile(
    r",? (?:phụ trách [^,.;]{3,40}? (?:theo dõi|chỉ đạo|đôn đốc|chịu)|theo (?:lĩnh vực|chức năng|nhiệm vụ)|trực tiếp|chịu trách nhiệm|chủ động|tiếp tục|thường xuyên|căn cứ|có trách nhiệm|(?:giúp [^,.;]{3,60} )?(?:theo dõi|đôn đốc|phối hợp|tham mưu|tổng hợp))(?!\w)"
)


def _speaks(reading: Reading, run: Run) -> bool:
    if reading.text(run.span).startswith("các phó") or _WORKS.match(reading.flow.low, run.span.end):
        return False
    return bool(_SPEECH.match(reading.flow.low, run.span.end))


def _formal(reading: Reading, told: Run, runs: Sequence[Run], span: Span, scope: Scope) -> bool:
    """ "Giao X ..." at the head of an item, X being one named body: an order of the notice itself.

    Below "Các ban chuyên môn" any single body will do, for a group assigns nothing.
    """
    word = told.trigger is not None and reading.text(told.trigger).startswith(("giao", "đề nghị"))
    found_by = [reading.doc.agencies[k].found_by for k in told.members]
    named = all(by in ("exact", "alias") for by in found_by) or (
        "group" not in found_by
        and all(reading.doc.agencies[k].found_by == "group" for k in scope.lead)
    )
    if not word or not named or told.trigger is None:
        return False
    start = told.trigger.start
    return start == span.start or any(  # "Thường trực HĐND tỉnh | đề nghị UBND tỉnh ..."
        run.span.start == span.start
        and run.span.end + 1 == start
        and reading.issuer_side(run.members[0])
        for run in runs
    )


# the persons who speak for an issuer, by its kind
_HEADS = {
    "ubnd": re.compile(r"^(?:phó )?chủ tịch|^lãnh đạo (?:ubnd|ủy ban)|^thường trực ubnd"),
    "cp": re.compile(r"^(?:phó )?thủ tướng|^thường trực chính phủ"),
    "bộ": re.compile(r"^(?:bộ|thứ) trưởng|^lãnh đạo bộ"),
    "sở": re.compile(r"^(?:phó )?giám đốc|^lãnh đạo sở"),
    "đảng": re.compile(
        r"^(?:phó )?bí thư|^thường trực (?:tỉnh|huyện|thành|thị|quận|đảng) ủy|^ban thường vụ"
    ),
    "ngành": re.compile(
        r"^(?:phó )?(?:thống đốc|tổng giám đốc|giám đốc|tổng cục trưởng|cục trưởng|chi cục trưởng|"
        r"viện trưởng|chánh án|tổng kiểm toán|tổng thanh tra|chủ nhiệm|chỉ huy trưởng|tư lệnh)"
    ),
}
# bodies of a sector, whose heads have titles of their own
_SECTOR = re.compile(
    r"ngân hàng|kho bạc|bảo hiểm xã hội|cục |viện kiểm sát|tòa án|kiểm toán|thanh tra chính phủ|"
    r"ủy ban dân tộc|công an tỉnh|bộ chỉ huy|bộ tư lệnh|quân khu"
)


def _level(reading: Reading) -> str:
    issuer = lower(reading.doc.meta.issuer or "")
    if _SECTOR.match(issuer):
        return "ngành"
    for word, level in (
        ("ủy ban nhân dân", "ubnd"),
        ("chính phủ", "cp"),
        ("thủ tướng", "cp"),
        (" ủy", "đảng"),
        ("bộ ", "bộ"),
        ("sở ", "sở"),
    ):
        if word in issuer:
            return level
    return "ubnd"


def _issued(reading: Reading, told: Run, runs: Sequence[Run], span: Span) -> bool:
    """Whether the notice itself gives the order: the trigger opens the text, or its issuer says it."""
    if told.trigger is None:
        return False
    before = reading.flow.low[span.start : told.trigger.start]
    if not before.strip() or (_LABELLED.fullmatch(before) and told.rule == "told.giao"):
        return True  # ... or stands behind a label: "Nội dung 1: Giao Sở A ..."
    if _CITED_ORDER.search(before):
        return False  # what a cited document told somebody
    for k in (m for r in runs for m in r.members):
        agency = reading.doc.agencies[k]
        if agency.span.end <= told.trigger.start and (reading.unsigned or reading.issuer_side(k)):
            gap = reading.flow.low[agency.span.end : told.trigger.start]
            if not _OTHER_PAPER.search(gap) and _SAYS.fullmatch(gap):
                return True
            if _HANDS_OVER.fullmatch(gap):
                return True
    speaker = _SPEAKER.search(before)
    if speaker and _HEADS[_level(reading)].search(speaker["who"]):
        return True
    if _HENCE.search(before) or (_CONCERNS.fullmatch(before) and not _ELSEWHERE.search(before)):
        return True
    after = [r for r in runs if r.span.start > told.span.end]
    return _CARRIES_OUT.fullmatch(before) is not None and not any(
        reading.issuer_side(r.members[0]) and _ASKS.match(reading.flow.low, r.span.end)
        for r in after
    )


# "Đối với các công trình sai phạm, giao Sở A ...": what the order is about, before it
_CONCERNS = re.compile(
    r"(?:đồng thời,? )?(?:đối với|với|về|riêng|liên quan|trước mắt|ngoài|bên cạnh|cùng với|việc|(?:các|những) nội dung khác)(?!\w)[^.;:]{0,220}[,:] "
)
# "Thực hiện Thông báo số 12/TB-UBND ngày D, yêu cầu các sở ...": the issuer goes unnamed, unless it
# speaks later in the sentence
_CARRIES_OUT = re.compile(
    r"(?:tiếp tục |để )?(?:thực hiện|căn cứ|theo|triển khai|tiếp theo|phúc đáp)(?!\w)[^.;:]{3,400}, (?:kính )?"
)
_ELSEWHERE = re.compile(r"(?:văn bản|công văn|quyết định|thông báo|chỉ thị|kế hoạch) số|(?<!\w)đã ")
_LABELLED = re.compile(r"(?:nội dung|nhiệm vụ|việc) (?:thứ )?\d[^.;:]{0,30}: ")
_CITED_ORDER = re.compile(r"(?:trong đó|(?<=, )theo đó)[^,]*$")
_OTHER_PAPER = re.compile(r"văn bản|công văn|thông báo số|quyết định|tại |đã ")
_SAYS = re.compile(
    r"(?: [^,.;:]{0,60})?,?(?: có ý kiến(?: chỉ đạo)?(?: như sau)?:?)? ?(?:đã |cũng |tiếp tục |nghiêm túc |kính |trân trọng |, )*"
)
# "Bộ A xin gửi dự thảo Thông tư ..., đề nghị các cơ quan góp ý"
_HANDS_OVER = re.compile(
    r" (?:xin |kính |trân trọng )?(?:sao )?(?:gửi|chuyển|thông báo|ban hành|phát hành)(?!\w)[^.;]*, (?:và )?(?:kính |trân trọng )?"
)
_SPEAKER = re.compile(r"(?:^|[,.:] |đồng chí )(?P<who>[^,.:]{0,90}) $")
_HENCE = re.compile(
    r"(?:có ý kiến (?:chỉ đạo )?như sau|như sau|kết luận|chỉ đạo)[:,] ?$|^(?:sau khi )?nhận được [^.;]{3,60} (?:này|trên), (?:kính )?$|^(?:vì vậy|do đó|theo đó|để [^,]{3,200}|nhằm [^,]{3,200}|trước (?:tình hình|thực trạng)[^,]{0,120}),? $"
)


def heading_scope(reading: Reading, i: int, above: Scope) -> Scope:
    """The scope below a clause that has clauses under it."""
    clause = reading.doc.clauses[i]
    zone = _topic(reading.text(clause.body).strip(" :."), above, reading.doc.meta.kind)
    handed = announce(reading, i, above if zone == above.zone else above._replace(zone=zone))
    if handed.lead and handed.lead != above.lead:
        return handed._replace(agency_heading=True, zone="orders")
    return handed


_WORK = re.compile(r"nhiệm vụ|giải pháp|tổ chức thực hiện")
_AS_FOLLOWS = re.compile(r"như sau\W*$")
_NOTIFIES = re.compile(r" (?:trân trọng |xin |kính )?(?:thông báo|thông tin)(?!\w)")
_THUS = re.compile(r"[^.;:]{0,60} (?:như|(?:các|một số|những) nội dung) sau\W*$")
_HEARD = re.compile(
    r"(?<!\w)nghe (?!ý kiến)[^.;]{3,200} báo cáo, ?"
)  # "nghe Sở A báo cáo, UBND tỉnh ..."
_CLOSE_BY = re.compile(r"^[^.;]{0,40}(?:sau đây|như sau|sau|cụ thể)?\W*$")
_PLANS = ("Kế hoạch", "Đề án", "Chương trình", "Phương án", "Quyết định", "Dự án")
_NORMATIVE = ("Quy chế", "Quy định", "Thông tư", "Nghị định")


def root_scope(kind: str | None, *, appendix_of: str = "") -> Scope:
    """Where a notice begins: rules bind everyone for ever, so they order only under "Tổ chức thực hiện"."""
    if appendix_of:
        return Scope("purpose" if re.search(r"quy chế|quy định", appendix_of) else "items")
    return Scope("purpose" if kind in _NORMATIVE else "open")


def bare_title(reading: Reading, i: int, above: Scope) -> Zone:
    """What a short line without a mark is about ("MỤC ĐÍCH:"), as for a heading."""
    low = reading.text(reading.doc.clauses[i].body).strip(" :.")
    return _topic(low, above, reading.doc.meta.kind) if len(low) < 60 else above.zone


def _topic(low: str, above: Scope, kind: str | None) -> Zone:
    if low == "yêu cầu" and above.zone != "purpose" and kind not in _PLANS:
        return "orders"  # "II. YÊU CẦU" of a conclusion orders; that of a plan says what it is for
    if pattern("findings").match(low) and not pattern("orders").search(low):
        return "findings"
    if pattern("purpose").match(low) and not _WORK.search(low):
        return "purpose"
    if pattern("funds").match(low) and not _WORK.search(low):
        return "funds"
    if pattern("orders").search(low):
        return "orders"
    return "items" if above.zone == "open" else above.zone


def announce(reading: Reading, i: int, above: Scope) -> Scope:
    """What a heading or an introduction says of the items below: who, with whom, to whom, by when."""
    span = reading.doc.clauses[i].body
    low = reading.text(span)
    scope = above
    names_only = notifies = guests = False
    pieces = reading.pieces(i)
    for piece in pieces:
        guests = (guests and not piece.hard) or bool(
            pattern("attendance").match(reading.text(piece.span))
        )
        if guests and piece is not pieces[-1]:
            continue  # who came is told nothing
        runs = reading.runs(i, piece.span)
        only = _only(reading, runs, piece.span)
        if (
            only is not None
            and reading.issuer_side(only.members[0])
            and _SPEECH.match(reading.flow.low, only.span.end, piece.span.end)
        ):
            only = None  # "Chủ tịch UBND tỉnh có ý kiến như sau:"
        run = _guided(reading, runs, i) or leads(reading, runs, above, piece.span) or only
        notifies = (
            run is not None
            and run.part == "subject"
            and above.zone == "open"
            and _NOTIFIES.match(reading.flow.low, run.span.end) is not None
        )
        if notifies:
            run = None  # "Nhà trường thông báo lịch nghỉ như sau:"
        if (
            only is not None
            and ", đề nghị " in low
            and set(only.members) > set(run.members if run else ())
            and not any(reading.issuer_side(k) for k in only.members)
        ):
            run = only  # "3. Sở A và Báo B, đề nghị Hội C:"
        if run is not None:
            # "2. UBND các huyện; Ban Quản lý các khu rừng": names parted by a semicolon all lead
            earlier = scope.lead if names_only and only and not piece.hard else ()
            names_only = only is not None
            scope = scope._replace(
                lead=earlier + run.members,
                basis="inherited",
                coordinating=(),
                reports_to=(),
                zone="orders",
            )
        told = run is not None and not (
            run.part == "subject" and reading.issuer_side(run.members[0])
        )
        if not told and (
            reading.flow.low.startswith(("để ", "nhằm "), piece.span.start)
            or not imperative(reading.flow.low, piece.span)
        ):
            continue  # what the issuer needs it for, or did ("UBND tỉnh có Công văn gửi các huyện")
        for r in runs:
            if run is not None and r.span.start < run.span.start:
                continue  # what the issuer itself does with others is not handed down
            if r.part == "coordinating" and r is not run:
                scope = scope._replace(coordinating=scope.coordinating + r.members)
            elif (
                r.part == "reports_to"
                and not _AS_FOLLOWS.search(low)
                and not _HEARD.search(reading.flow.low, piece.span.start, r.span.start)
            ):
                scope = scope._replace(reports_to=scope.reports_to + r.members)
    # a date before the ones told to act belongs to what the introduction cites
    after = max(
        (
            reading.doc.agencies[k].span.end
            for k in scope.lead
            if span.holds(reading.doc.agencies[k].span)
        ),
        default=span.start,
    )
    due = tuple(reading.due_within(i, Span(after, span.end)))
    due = tuple(k for k in due if reading.doc.deadlines[k].kind in ("due", "recurring", "relative"))
    if (
        reading.doc.clauses[i].kind == "paragraph"
    ):  # of all it tells, only what it sets for the list below
        due = tuple(
            k
            for k in due
            if _CLOSE_BY.search(reading.flow.low[reading.doc.deadlines[k].span.end : span.end])
        )
    if due and not notifies:
        scope = scope._replace(deadlines=due)
    return scope


# whom an introduction informs: "... thông báo đến các cơ quan biết và thực hiện các nội dung sau:"
_INFORMS = re.compile(r"(?<!\w)thông báo (?:để |đến |tới |cho )$")
_TO_DO = re.compile(r" (?:được )?biết(?:,| và)[^.;:]{0,20}(?:thực hiện|triển khai|phối hợp)(?!\w)")


def _guided(reading: Reading, runs: Sequence[Run], i: int) -> Run | None:
    """Whom an introduction guides: "Vụ A hướng dẫn Sở B các tỉnh một số nhiệm vụ như sau:"."""
    body = reading.doc.clauses[i].body
    if not is_introduction(reading, i):
        return None
    for run in runs:
        before = reading.flow.low[max(body.start, run.span.start - 200) : run.span.start]
        if run.rule == "told.narrated" and not reading.text(Span(run.span.end, body.end)).strip(
            " :"
        ):
            return run._replace(part="told", rule="heading.told")  # "đã có Công văn ... yêu cầu A:"
        if run.part == "mention" and before.endswith(("hướng dẫn ", "hướng dẫn cụ thể ")):
            return run._replace(part="told", rule="heading.guided")
        if _INFORMS.search(before) and (
            _TO_DO.match(reading.flow.low, run.span.end, body.end)
            or _THUS.match(reading.flow.low, run.span.end, body.end)
        ):
            return run._replace(part="told", rule="heading.informed")
    return None


_GLUE = re.compile(
    r"\([^()]*\)|\b(?:và|của|đối với|trách nhiệm|nhiệm vụ|chung|cụ thể|giao|đề nghị|yêu cầu|về phía|các|cho|phân công|có|trên địa bàn|liên quan)\b|[\W_]"
)
# who they are, before their names in brackets; a topic before a bracket names who told of it
_BRACKETED = re.compile(
    r"(?:(?:đối với|về phía|trách nhiệm của) )?(?:các |những )?(?:cơ quan|đơn vị|chủ đầu tư|chủ dự án|nhà thầu|nhà đầu tư|thành viên|ngành|địa phương)(?: [^\W\d_]+){0,8} \(\W*"
)
_NO_WORD = re.compile(r"\([^()]*\)|[\W_]")


def _only(reading: Reading, runs: Sequence[Run], span: Span) -> Run | None:
    """A heading that is nothing but names ("1. Sở Công Thương", "2. Các Ban Quản lý dự án")."""
    if not runs or runs[0].part not in ("mention", "subject", "told", "coordinating"):
        return None
    rest = reading.flow.low[span.start : runs[0].span.start]
    if _BRACKETED.fullmatch(rest):
        rest = ""  # "Đối với cơ quan chủ chương trình (Sở A, Sở B):"
    names = [r for r in runs if r.part != "reports_to"]
    between = "".join(
        reading.flow.low[a.span.end : b.span.start] for a, b in itertools.pairwise(names)
    )
    tail = reading.flow.low[names[-1].span.end : span.end]
    glue = _GLUE.sub("", rest + between)
    after = _NO_WORD.sub(" ", tail).split()
    if glue or (
        after and (len(after) > 9 or imperative(tail, Span(0, len(tail))) or not _relative(after))
    ):
        return None
    members = tuple(m for r in names for m in r.members)
    return Run(members, Span(names[0].span.start, names[-1].span.end), "told", "heading.names")


def _relative(words: Sequence[str]) -> bool:
    """ "... có cụm công nghiệp", "... được giao làm chủ đầu tư": a clause that narrows the name."""
    return words[0] in (
        "có",
        "được",
        "nơi",
        "thuộc",
        "là",
        "trên",
        "liên",
        "quản",
        "tỉnh",
        "huyện",
        "xã",
        "đóng",
        "trong",
        "ở",
        "nêu",
        "tham",
        "chủ",
        "chịu",
        "sử",
        "khai",
        "hoạt",
    )


# "... gửi về Sở A trước ngày D theo địa chỉ:": what follows is no list of orders
ADDRESS = re.compile(r"(?:địa chỉ|hòm thư|thư điện tử|e-?mail)(?: sau)? ?:\W*$")


def is_introduction(reading: Reading, i: int) -> bool:
    """Whether a paragraph announces what follows ("... các nhiệm vụ sau:")."""
    clause = reading.doc.clauses[i]
    low = reading.text(clause.body)
    at_end = max(len(low) - 60, 0)
    if low.rstrip().endswith(":") or pattern("announces").search(low, at_end):
        return not ADDRESS.search(low, at_end)
    # a colon was lost: no sentence ends before the list
    following = reading.doc.clauses[i + 1] if i + 1 < len(reading.doc.clauses) else None
    return (
        reading.punctuated
        and following is not None
        and following.marker is not None
        and following.zone == clause.zone
        and low.rstrip()[-1:].isalpha()
    )


_IN_UNITS = r" (?:tỉnh|thành phố|huyện|quận|thị xã|xã(?! hội)|phường|thị trấn|đặc khu)"
_OF_A_PLACE = re.compile(rf"{_IN_UNITS} .*$")  # "... huyện Sơn Hà"
_OF_A_UNIT = re.compile(rf"{_IN_UNITS}(?: .*)?$")  # ... or only "... huyện"


# who speaks for a union, an association or a company, and what begins their names
_BOARD = re.compile(
    r"(?:thường trực )?(?:đoàn chủ tịch|ban thường vụ|ban chấp hành|ban thường trực|"
    r"hội đồng thành viên|hội đồng quản trị|ban giám đốc)(?: (?P<of>.+))?"
)
_WITH_BOARDS = (
    "đoàn ",
    "ban chấp hành ",
    "ban thường vụ ",
    "tổng liên đoàn",
    "liên đoàn",
    "hội ",
    "công đoàn",
    "liên hiệp",
    "tập đoàn",
    "tổng công ty",
    "công ty",
)


_LETTERS_LAST = re.compile(rf" [{UPPER}]{{2,5}}$")
_SCHOOLS = ("trường", "đại học", "học viện")
# a body that speaks for itself, and what it cannot be said of: "theo đề nghị của Sở A", "3. Sở A yêu cầu"
_SPEAKS_UP = re.compile(
    r" (?:xin |kính |trân trọng |rất |tiếp tục )*(?:yêu cầu|đề nghị|mong|xét thấy|nhận thấy|có ý kiến|chỉ đạo ?:)(?!\w)"
)
_OF_OTHERS = re.compile(r"(?<!\w)(?:của|do|theo|tại|về|với|cho|đến|từ|và|các|cùng|được) $")


def _speaker(doc: Document) -> str | None:
    """Who speaks in a copy without a letterhead: the first body that asks in a paragraph of its own."""
    if doc.flow is None:
        return None
    low = doc.flow.low
    homes = [c for c in doc.clauses if c.zone == "body"]
    for agency in doc.agencies:
        start, end = agency.span
        if low.startswith(("các ", "quý "), start) or not (said := _SPEAKS_UP.match(low, end)):
            continue  # "Quý cơ quan có ý kiến trước ngày D": those who are asked
        home = next((c for c in homes if c.body.holds(agency.span)), None)
        if home is None or _OF_OTHERS.search(low, home.body.start, start):
            continue
        # an item's body may be told to demand something of others, not to request it
        if home.marker is None or said.group().endswith("đề nghị"):
            return lower(agency.name)
    return None


def issuer_side(doc: Document) -> Callable[[int], bool]:
    """A test whether a mention is the notice's issuer, its head, or the office that issues for it."""
    issuer = lower(doc.meta.issuer or "")
    core = _OF_A_PLACE.sub("", issuer)
    served = re.sub(r"^văn phòng ", "", core)  # for whom an office writes
    names = {core, served, issuer}
    if bare := _LETTERS_LAST.sub("", doc.meta.issuer or ""):
        names.add(lower(bare))  # "Sở Tài chính HN"
    if "văn phòng chính phủ" in issuer or "thủ tướng" in issuer or issuer == "chính phủ":
        names |= {
            "thủ tướng chính phủ",
            "phó thủ tướng chính phủ",
            "chính phủ",
            "văn phòng chính phủ",
            "thủ tướng",
            "phó thủ tướng",
        }
    # "Đoàn huyện Lạc Sơn" is the "Huyện đoàn", "Đảng bộ tỉnh" has the "Tỉnh ủy".
    led = re.sub(r"(?<!công )(?<!liên )\bđoàn (tỉnh|thành|huyện|thị|quận)\b", r"\1 đoàn", issuer)
    led = re.sub(r"\bđảng bộ (tỉnh|thành|huyện|thị|quận)\b", r"\1 ủy", led)
    levels = set(re.findall(r"(?:tỉnh|thành|huyện|thị|quận) (?:ủy|đoàn)|đảng ủy", led))
    party = bool(levels) or "đảng bộ" in issuer or "trung ương" in issuer
    if party:
        names |= {"ban thường vụ", "thường trực"} | levels
    if issuer == "ban chấp hành trung ương":
        names |= {"bộ chính trị", "ban bí thư", "thường trực ban bí thư"}
    if core == "hội đồng nhân dân":  # its standing committee speaks on its letterhead
        names |= {"thường trực hội đồng nhân dân"}
    if served.startswith(_SCHOOLS):
        names |= {"nhà trường", "trường", "ban giám hiệu"}
    if not issuer:
        names = {"ủy ban nhân dân"}
    if "issuer" not in doc.meta.spans and (speaker := _speaker(doc)):
        names.add(speaker)
    names.discard("")

    def test(k: int) -> bool:
        if doc.meta.issuer_id is not None and doc.agencies[k].id == doc.meta.issuer_id:
            return True  # under another of its names
        name = lower(doc.agencies[k].name)
        bare = _OF_A_UNIT.sub("", name)
        if name.startswith("ủy ban nhân dân các") or (
            name.startswith("ủy ban nhân dân ")
            and served.startswith("ủy ban nhân dân")
            and not _same_level(name, issuer)
        ):
            return False
        if party and name.startswith(("ban thường vụ", "ban chấp hành", "thường trực")):
            of = re.search(r"(?:tỉnh|thành|huyện|thị|quận|đảng) ủy|\w+ đoàn", name)
            return " các " not in name and (of is None or of.group() in levels)
        if board := _BOARD.fullmatch(name):
            of_issuer = board["of"] in issuer if board["of"] else issuer.startswith(_WITH_BOARDS)
            return of_issuer and not served.startswith("ủy ban nhân dân")
        return (
            name in names
            or bare in names
            or any(name.startswith(n + " ") and len(n) > 12 and "tỉnh ủy" in name for n in names)
        )

    return cache(test)


def _same_level(name: str, issuer: str) -> bool:
    level = re.search(r"ủy ban nhân dân (\w+(?: phố| xã| trấn| khu)?)", name)
    return level is None or level[1] in issuer


__all__ = [
    "ADDRESS",
    "Clause",
    "Reading",
    "Scope",
    "announce",
    "bare_title",
    "heading_scope",
    "is_introduction",
    "issuer_side",
    "leads",
    "read",
    "root_scope",
]
