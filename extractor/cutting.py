"""The pieces of a clause, what each says, and where one task ends and the next begins.

Pure functions used by tasks.py. A clause is cut where the one told to act changes, where a sentence has
a deadline of its own, and after a semicolon where a dated order follows another (GUIDELINES "Task": one
task per longest run of text with the same responsible party and the same deadline).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.document import Deadline, Piece, Span
from extractor.leading import leads
from extractor.reading import Reading, Scope
from extractor.roles import HAVING_DONE, Run, coordinates
from extractor.sentences import any_of, imperative, pattern


@dataclass(slots=True)
class Part:
    """A piece of a clause with what it says: who leads, by when, and whether it orders."""

    piece: Piece
    clause: int
    runs: list[Run]
    lead: Run | None
    due: list[int]
    orders: bool
    finding: bool


@dataclass(slots=True)
class Segment:
    """A task under construction: the parts that share a responsible party and a deadline."""

    parts: list[Part]
    lead: tuple[int, ...] = ()
    stated: bool = False


# a sentence of its own that says no more than who helps
_HELPS = re.compile(
    r",? (?:có trách nhiệm )?(?:chủ động |tích cực )?(?:cùng )?phối hợp(?! với| cùng)"
    r"(?: chặt chẽ)?(?: (?:tổ chức |triển khai )?thực hiện)?(?:,? (?:khi|theo|trong quá trình) [^.;,]{3,50})?[.;/ ]*"
)
_MUST = re.compile(
    any_of(("phải", "cần"), whole=True) + r"(?! (?:được|thơ|giờ|giuộc|đước)(?!\w))(?!\w)"
)
# with a date: what must be done by then, though nobody is named who does it
_MUST_BE = re.compile(
    r"(?<!\w)(?:phải|cần) được (?:hoàn thành|hoàn tất|thực hiện|triển khai|giải quyết|xử lý|khắc phục|bàn giao|gửi|nộp)(?!\w)"
)

# "Thời hạn gửi báo cáo trước ngày D.": an order of its own where no task stands beside it
_TIME_FOR = re.compile(
    r"thời (?:hạn|gian) (?:gửi|nộp|hoàn thành|báo cáo|cung cấp|trả lời)(?!\w)[^:]*$"
)

_SHARE = re.compile(
    r"(?:[\s,;.:()]|(?:trong đó|riêng|đối với|và|hoàn thành|xong|thực hiện|gửi|báo cáo|là)(?!\w))*"
)
_SHARE_GAP = re.compile(r"(?: ?[:,])? ?(?:(?:hoàn thành|xong|thực hiện|gửi|báo cáo|là) )?")
_SHARE_OPENS = re.compile(r"(?:^|đối với|[(;,:]|[-+•])\s*(?:các |riêng )?$")


def shares_of(reading: Reading, clause: int, span: Span) -> dict[int, tuple[int, ...]]:
    """Deadlines of a flow span, each said of its own bodies ("các sở trước D1, UBND xã trước D2").

    Gives the bodies (mentions) of each; empty where fewer than two deadlines are divided so.
    """
    due = reading.due_within(clause, span)
    if len(due) < 2:
        return {}
    found: dict[int, tuple[int, ...]] = {}
    runs = reading.runs(clause, span)
    for k in due:
        start = reading.doc.deadlines[k].span.start
        before = next((r for r in reversed(runs) if r.span.end <= start), None)
        if (
            before is not None
            and before.part not in ("reports_to", "coordinating")
            and _SHARE_GAP.fullmatch(reading.flow.low, before.span.end, start)
            and _SHARE_OPENS.search(
                reading.flow.low[max(before.span.start - 12, span.start) : before.span.start]
            )
        ):
            found[k] = before.members
    return found if len(found) > 1 else {}


def _only_shares(reading: Reading, runs: Sequence[Run], due: Sequence[int], span: Span) -> bool:
    """Whether a piece says nothing but who has which deadline, of an order that stands before it."""
    if not runs or not due or any(r.part in ("reports_to", "coordinating") for r in runs):
        return False
    if len(due) == 1 and runs[0].part == "subject":
        return False  # "Sở A rà soát. Sở B báo cáo trước D": an order of its own
    deadlines = reading.doc.deadlines
    pos = span.start
    for inner in sorted([*(r.span for r in runs), *(deadlines[k].span for k in due)]):
        if not _SHARE.fullmatch(reading.flow.low, pos, max(inner.start, pos)):
            return False
        pos = max(pos, inner.end)
    return bool(_SHARE.fullmatch(reading.flow.low, pos, span.end))


def parts_of(reading: Reading, i: int, scope: Scope) -> list[Part]:
    """The sentences of a clause with what each says of who and when, in order."""
    found: list[Part] = []
    agreed = announced = petitioned = False
    finding_sentence, finding_later = pattern("finding_sentence"), pattern("finding_later")
    several = len(reading.pieces(i)) > 1
    for piece in reading.pieces(i):
        runs = reading.runs(i, piece.span)
        low = reading.text(piece.span)
        lead = leads(reading, runs, scope, piece.span)
        if (
            lead is not None
            and lead.part == "subject"
            and found
            and (
                found[-1].orders
                and _HELPS.fullmatch(reading.flow.low, lead.span.end, piece.span.end)
                if piece.hard
                else found[-1].lead is not None
                and coordinates(reading.flow.low, lead.span.end, piece.span.end)
            )
        ):  # "A chủ trì; B phối hợp thực hiện", "A rà soát. B phối hợp."
            runs = [r._replace(part="coordinating") if r is lead else r for r in runs]
            lead = None
        if lead is None and found and not piece.hard and CALL_OPENS.match(low):
            lead = _blamed(reading, found[-1])
        ordered = imperative(reading.flow.low, piece.span) or _joined(reading, runs, piece.span)
        told_above = bool(scope.lead) or any(p.lead is not None for p in found)
        if lead is not None and told_above and reading.text(lead.span) == "người đứng đầu":
            lead, ordered = None, True  # the head of those told above
        due = _due(reading, i, piece.span, lead)
        if (
            found
            and found[-1].orders
            and (lead is None or lead.part != "lead")
            and not _does_it(reading, lead, piece.span)
            and _only_shares(reading, runs, due, piece.span)
        ):
            lead, ordered = None, False  # "...; đối với các sở trước D1, UBND các huyện trước D2"
            runs = [r._replace(part="mention") for r in runs]
        will = (" sẽ " in low and finding_later.match(low) is not None) or _promises(
            reading, lead, piece.span
        )
        opens_due = bool(due) and reading.doc.deadlines[due[0]].span.start - piece.span.start < 4
        if opens_due and not ordered:  # "chiều thứ Năm hằng tuần | gửi kết quả"
            behind = reading.doc.deadlines[due[0]].span.end + 1
            ordered = (
                pattern("verb_only").match(reading.flow.low, behind, piece.span.end) is not None
            )
        finding = (
            bool(  # "Trong quý II, Sở A ban hành ...": a deadline, not what was in the quarter
                (
                    finding_sentence.match(low)
                    and not opens_due
                    and not _having_done(reading, lead, piece.span)
                    and not _grounded(reading, lead, piece.span, scope)
                )
                or will
                or pattern("aside").match(low)
                or (
                    (" có thể " in low or ", số " in low)
                    and not due
                    and pattern("aside_later").match(low) is not None
                )
                or ((lead is None or lead.part == "subject") and _gone_by(reading, low))
                or (lead is None and not ordered and pattern("past").search(low, 0, 160))
                or (lead is None and not ordered and _issuer_agrees(reading, runs, piece.span))
            )
        )
        if (
            found
            and not piece.hard
            and found[-1].finding
            and not (announced and lead is not None)  # "Ban Chỉ đạo sẽ họp ngày D; Sở A chuẩn bị"
            and (found[-1].lead is None or found[-1].lead.part != "told")
            and (lead is None or (lead.part == "subject" and not agreed and not due))
            and not (lead is not None and _urged(reading, lead, piece.span, scope))
            and not (agreed and CALL_OPENS.match(low))
        ):
            finding = True
        announced = will
        petitioned = bool(
            pattern("petition").match(low)
            or (petitioned and not piece.hard and pattern("petition_goes_on").match(low))
        )
        if petitioned:  # "Công dân đề nghị UBND huyện ...": asked for before the issuer spoke
            lead, ordered, finding = None, False, True
        if several:
            agrees = pattern("agreement").match(low) or _issuer_agrees(reading, runs, piece.span)
            agreed = bool(agrees) or (agreed and not piece.hard)
        orders = (
            ordered
            or lead is not None
            or bool(pattern("product_closing").match(low))
            or (bool(_MUST.search(low)) and not low.endswith(":"))
            or (bool(due) and bool(_MUST_BE.search(low) or _TIME_FOR.match(low)))
        )
        if found and not piece.hard and _speaks_first(reading, runs, lead, piece.span):
            opening = found[-1]
            if opening.lead is None and _FOR_WHAT.match(reading.text(opening.piece.span)):
                opening.orders = False
        found.append(Part(piece, i, runs, lead, due, orders, finding))
    return found


# "Theo đó, để việc giải ngân kịp thời, thuận lợi; Chủ tịch UBND tỉnh yêu cầu ...": no sentence ends there
_FOR_WHAT = re.compile(r"(?:(?:theo đó|do đó|vì vậy),? )?(?:để|nhằm) ")


def _speaks_first(reading: Reading, runs: Sequence[Run], lead: Run | None, span: Span) -> bool:
    """Whether a piece begins with the issuer, which tells somebody to act."""
    return (
        lead is not None
        and lead.part == "told"
        and bool(runs)
        and runs[0].span.start == span.start
        and reading.issuer_side(runs[0].members[-1])
    )


_TOGETHER = re.compile(r"(?:(?:và|đồng thời),? )?cùng(?: với)? ")


def _joined(reading: Reading, runs: Sequence[Run], span: Span) -> bool:
    """ "...; cùng với UBND các huyện chuẩn bị nhân lực": those who help open the order."""
    if not runs or runs[0].part != "coordinating":
        return False
    low, first = reading.flow.low, runs[0].span
    return (
        _TOGETHER.fullmatch(low, span.start, first.start) is not None
        and low.startswith(" ", first.end)
        and pattern("verb").match(low, first.end + 1, span.end) is not None
    )


# behind the issuer's name; it may go on to ask ("... đồng ý chủ trương mua máy thở, đề nghị hoàn thiện hồ sơ")
AGREES = re.compile(
    r" (?:cơ bản )?(?:thống nhất|đồng ý|nhất trí|chấp thuận|phê bình|nhắc nhở|ghi nhận|biểu dương|hoan nghênh|đánh giá cao)(?!\w)(?:(?P<all>[^,:]*$)|[^.;]*[,;] (?:đồng thời,? |và )?(?P<asks>(?:yêu cầu|đề nghị) ))?"
)
CALL_OPENS = re.compile(r"(?:đồng thời,? |kính |trân trọng )?(?:yêu cầu|đề nghị) ")


_BLAMES = ("phê bình ", "phê bình nghiêm khắc ", "nhắc nhở ", "phê bình, nhắc nhở ")


def _blamed(reading: Reading, before: Part) -> Run | None:
    """ "UBND tỉnh phê bình Sở A chậm trễ; yêu cầu hoàn thành ...": who is blamed is told to mend it."""
    for run in before.runs:
        if reading.flow.low.endswith(_BLAMES, before.piece.span.start, run.span.start):
            return run._replace(part="told", rule="told.blamed")
    return None


def _issuer_agrees(reading: Reading, runs: Sequence[Run], span: Span) -> bool:
    """ "Chủ tịch UBND tỉnh thống nhất dự toán; ...": what the issuer agrees to, no more."""
    if not runs or runs[0].span.start != span.start or not reading.issuer_side(runs[0].members[-1]):
        return False
    m = AGREES.match(reading.flow.low, runs[0].span.end, span.end)
    return m is not None and m["all"] is not None


_YEAR = re.compile(
    r"(?:(?:đến|tính đến|đến hết|trong|riêng|kết thúc|cuối) )?(?:(?:\d{1,2}|sáu|chín) tháng(?: đầu| cuối)? )?"
    r"năm (?P<year>20\d\d)(?=,| \()"
)


def _gone_by(reading: Reading, low: str) -> bool:
    """ "Năm 2021, với sự chỉ đạo của ...": a sentence about a year gone by tells what was."""
    m = _YEAR.match(low)
    return m is not None and m["year"] < (reading.doc.meta.issued_on or "")[:4]


_GROUNDS = re.compile(r"(?:căn cứ|trên cơ sở|xét)(?!\w)")


def _grounded(reading: Reading, lead: Run | None, span: Span, scope: Scope) -> bool:
    """ "Căn cứ Thông tư số 12, Sở A hướng dẫn ...": among orders, a sentence with grounds and a doer."""
    low = reading.flow.low
    return (
        lead is not None
        and lead.part == "subject"
        and scope.zone not in ("open", "findings", "purpose")
        and _GROUNDS.match(low, span.start) is not None
        and not pattern("past").search(low, lead.span.end, lead.span.end + 60)
    )


_ITS_OWN = re.compile(
    r" (?:sẽ|(?:xin |kính |trân trọng )?gửi kèm|chấp thuận|cho phép|vừa (?:có|ban hành|ký) (?:văn bản|công văn|công điện|thông báo|kế hoạch))(?!\w)"
)


def _promises(reading: Reading, lead: Run | None, span: Span) -> bool:
    """ "Liên đoàn Lao động tỉnh sẽ chuyển số tiền ...", "Bộ A gửi kèm mẫu": what the issuer does itself."""
    return (
        lead is not None
        and lead.part == "subject"
        and lead.span.start == span.start
        and reading.issuer_side(lead.members[0])
        and _ITS_OWN.match(reading.flow.low, lead.span.end) is not None
    )


_URGED = re.compile(
    r"(?: \([^()]*\))?,? (?:cần|phải|khẩn trương|sớm|tự|nghiêm túc|có trách nhiệm|tiếp tục|"
    r"căn cứ|thực hiện (?:theo|đúng|nghiêm))(?!\w)"
)


def _having_done(reading: Reading, lead: Run | None, span: Span) -> bool:
    """ "Các xã đã đạt chuẩn tiếp tục nâng cao ...": what was done says who is told."""
    return (
        lead is not None
        and lead.span.start - span.start < 4
        and HAVING_DONE.match(reading.flow.low, lead.span.end, span.end) is not None
    )


def _urged(reading: Reading, lead: Run, span: Span, scope: Scope) -> bool:
    """ "Sở A đã có văn bản trả lời; UBND huyện khẩn trương thực hiện": an order behind what was."""
    return (
        scope.zone not in ("open", "findings", "purpose")
        and _URGED.match(reading.flow.low, lead.span.end, span.end) is not None
    )


_CITES = re.compile(r"(?:thực hiện|căn cứ|theo|xét|triển khai|tiếp theo|phúc đáp)(?!\w)")
# "Nếu đến ngày D chưa nộp, giao Sở A ...": by when the other side had time
_IF = re.compile(r"(?:(?:tuy nhiên|riêng|trong),? )?(?:trường hợp|nếu)(?!\w)")
# "..., gửi Sở A trước D1 để Sở tổng hợp, báo cáo UBND tỉnh trước D2": what is done with it then
_FOR = re.compile(
    r" để (?:(?:các|những|sở|ubnd|ủy ban|văn phòng|phòng|đơn vị)(?!\w)|[^.;]{0,60}(?:tổng hợp|báo cáo|trình|tham mưu)(?!\w))"
)


def _due(reading: Reading, i: int, span: Span, lead: Run | None) -> list[int]:
    """Deadlines of a piece: not those of what another paper said, of a condition, of what comes of the work."""
    due = reading.due_within(i, span)
    if not due:
        return due
    low, deadlines = reading.flow.low, reading.doc.deadlines
    if len(due) > 1:
        first = deadlines[due[0]].span.end
        due = [k for k in due if not _FOR.search(low, first, max(deadlines[k].span.start, first))]
    if lead is None:
        return due
    if lead.trigger is not None and _CITES.match(low, span.start):
        return [k for k in due if deadlines[k].span.start > lead.trigger.start]
    if lead.trigger is not None and low.startswith(("để ", "nhằm "), span.start):
        # "Để trình Thủ tướng trong tháng 6/2022, Bộ A đề nghị ...": by when it goes on from there
        comma = low.find(", ", span.start, lead.trigger.start)
        due = [k for k in due if comma < 0 or deadlines[k].span.start > comma]
    if _IF.match(low, span.start):
        return [k for k in due if deadlines[k].span.start > lead.span.start]
    return due


_LABEL_ROLES = re.compile(r"phối hợp|chủ trì|thực hiện|đầu mối|phân công|trình")
_LABEL_ASIDE = re.compile(r"thời gian|thời hạn|tiến độ|sản phẩm|kết quả|kinh phí")


def label_parts(reading: Reading, k: int, heading: str = "") -> list[Part]:
    """A label line: its bodies take the part that the label, or the heading above it, names."""
    body = reading.doc.clauses[k].body
    low = reading.text(body)
    label = heading or low.split(":", 1)[0]
    due = reading.due_within(k, body)
    if not heading and pattern("content_line").match(low):  # what is to be done: roles as they read
        runs = list(reading.runs(k, body))
        lead = next((r for r in runs if r.part in ("told", "lead")), None)
        return [Part(Piece(body, False), k, runs, lead, due, True, False)]
    runs = []
    for run in reading.runs(k, body):
        before = heading or low[: run.span.start - body.start]
        named = [m.group() for m in _LABEL_ROLES.finditer(before)]
        part = {"phối hợp": "coordinating", "trình": "reports_to"}.get(
            named[-1] if named else "", "lead"
        )
        if not _LABEL_ROLES.search(label):
            part = run.part
        if _LABEL_ASIDE.search(label) and "chủ trì" not in before:
            part = "mention"
        elif not heading and coordinates(reading.flow.low, run.span.end, body.end):
            part = "coordinating"  # "Phân công: Phòng A chủ trì, Phòng B phối hợp"
        runs.append(run._replace(part=part, rule="label." + part))  # type: ignore[arg-type]
    lead = next((r for r in runs if r.part == "lead"), None)
    return [Part(Piece(body, False), k, runs, lead, due, True, False)]


def names_of(reading: Reading, members: Sequence[int]) -> frozenset[str]:
    """The names of mentions, for comparing who is meant."""
    return frozenset(reading.doc.agencies[k].name.casefold() for k in members)


def segments_of(
    reading: Reading, parts: Sequence[Part], above: Sequence[int], *, labels: bool
) -> list[Segment]:
    """Cut where the responsible party changes, then where a sentence has a deadline of its own.

    above: the party that holds where none is named; naming it again changes nothing.
    """
    groups: list[Segment] = []
    for part in parts:
        lead = part.lead
        changes: bool = (
            lead is not None
            and bool(groups)
            and names_of(reading, lead.members) != names_of(reading, groups[-1].lead or above)
        )
        if (
            changes
            and not groups[-1].stated
            and not part.piece.hard
            and not any(p.orders for p in groups[-1].parts)
        ):
            changes = False  # what stands before was only the opening of this sentence
        if groups and (
            labels
            or (lead is not None and lead.part == "lead" and not groups[-1].stated)
            or (not groups[-1].lead and _does_it(reading, lead, part.piece.span))
        ):
            changes = False  # "...; cơ quan chủ trì: X" says who does what stands before it
        if not groups or changes:
            groups.append(Segment([part]))
            if lead is not None:
                groups[-1].lead, groups[-1].stated = lead.members, True
        elif not labels and lead is None and part.piece.hard and _was_aside(reading, groups):
            groups.append(Segment([part], groups[-2].lead, groups[-2].stated))
        else:
            groups[-1].parts.append(part)
            if lead is not None and (not groups[-1].lead or not groups[-1].stated):
                groups[-1].lead, groups[-1].stated = lead.members, True
    if labels:
        return groups
    return [segment for group in groups for segment in _by_deadline(reading, group)]


_ASIDE = ("trong đó ", "trong đó, ", "riêng ")


def _was_aside(reading: Reading, groups: Sequence[Segment]) -> bool:
    """ "Các huyện ủy rà soát; trong đó Huyện ủy A xong trong năm. | Đưa kết quả ...": it goes back to them all."""
    if len(groups) < 2 or not groups[-1].stated or not groups[-2].stated:
        return False
    return reading.flow.low.startswith(_ASIDE, groups[-1].parts[0].piece.span.start)


_DOES_IT = re.compile(
    r",? (?:chủ trì,? )?(?:tổ chức |triển khai )?thực hiện(?=[.,;]|$| (?:trong|trước|từ|xong|chậm)(?!\w))"
)


_GIVEN = re.compile(
    r",? (?:chủ trì|làm đầu mối|(?:tổ chức |triển khai )?thực hiện)(?:,? (?:và )?phối hợp (?:với|cùng) [^.;]{2,160}?)?"
    r"(?:,? (?:tổ chức |triển khai )?thực hiện)?[.; ]*$"
)


def _does_it(reading: Reading, lead: Run | None, span: Span) -> bool:
    """Whether a sentence only says who does it: "Sở A thực hiện trong quý II", "Giao Sở A chủ trì"."""
    if lead is None:
        return False
    low, opening = reading.flow.low, lead.span.start - span.start
    if lead.part == "told":
        return opening < 12 and _GIVEN.match(low, lead.span.end, span.end) is not None
    return (
        lead.part == "subject"
        and opening < 4
        and _DOES_IT.match(low, lead.span.end, span.end) is not None
    )


def _by_deadline(reading: Reading, group: Segment) -> list[Segment]:
    if len(group.parts) == 1:
        return [group]
    sentences: list[list[Part]] = []
    for part in group.parts:
        if not sentences or part.piece.hard or _own_date(reading, sentences[-1], part):
            sentences.append([part])
        else:
            sentences[-1].append(part)
    out: list[list[Part]] = []
    for sentence in sentences:
        low = reading.text(sentence[0].piece.span)
        has = any(p.due for p in sentence)
        had = bool(out) and any(p.due for p in out[-1])
        if not out:
            out.append(sentence)
        elif pattern("label_line").match(low) or (
            out[-1][-1].lead is None and _does_it(reading, sentence[0].lead, sentence[0].piece.span)
        ):
            out[-1] = out[-1] + sentence
        elif has and not had:
            closes = pattern("closes_order").match(low) or pattern("product_closing").match(low)
            joins = closes is not None and not _fresh(reading, sentence[0])
            out[-1:] = [out[-1] + sentence] if joins else [out[-1], sentence]
        elif has and had:
            out.append(sentence)
        elif had:
            joins = bool(pattern("goes_on").match(low)) or not sentence[0].orders
            out[-1:] = [out[-1] + sentence] if joins else [out[-1], sentence]
        else:
            out[-1] = out[-1] + sentence
    return [Segment(parts, group.lead, group.stated) for parts in out]


def _fresh(reading: Reading, part: Part) -> bool:
    """A recurring duty is work of its own where it heads a piece ("hằng tháng, tổng hợp ...") or is a sentence."""
    if reading.flow.low.startswith("phấn đấu ", part.piece.span.start):
        return False  # how much of it a year is to bring
    return any(
        reading.doc.deadlines[k].kind == "recurring"
        and (part.piece.hard or reading.doc.deadlines[k].span.start - part.piece.span.start < 4)
        for k in part.due
    )


def _labels_all(reading: Reading, first: Part) -> bool:
    """ "Tháng 9/2022: thông báo kế hoạch; phát động phong trào": a date before a colon holds for all behind it."""
    return any(
        span.start - first.piece.span.start < 4
        and reading.flow.low.startswith((":", " :"), span.end)
        for span in (reading.doc.deadlines[k].span for k in first.due)
    )


_OF_SOME = ("riêng ", "trường hợp ", "nếu ")


def _own_date(reading: Reading, before: Sequence[Part], part: Part) -> bool:
    """Whether a piece after a semicolon is bound by another deadline than what stands before it."""
    deadlines = reading.doc.deadlines
    low = reading.text(part.piece.span)
    dated = [k for p in before for k in p.due if deadlines[k].kind in ("due", "relative")]
    mine = [k for k in part.due if deadlines[k].kind in ("due", "relative")]
    repeats = [k for k in part.due if deadlines[k].kind == "recurring"]
    if repeats and not mine:
        earlier = {value_of(deadlines[k]) for p in before for k in p.due}
        return part.orders and not earlier & {value_of(deadlines[k]) for k in repeats}
    if not part.orders:
        return False
    repeated = any(deadlines[k].kind == "recurring" for p in before for k in p.due)
    if repeated and mine:
        return True
    if dated and not mine and part.due:
        return True  # "... trong tháng 8; báo cáo HĐND tỉnh tại kỳ họp giữa năm 2024"
    bound = dated or repeated or any(deadlines[k].kind == "event" for p in before for k in p.due)
    if bound and not part.due:
        return not (pattern("after_date").match(low) or _labels_all(reading, before[0]))
    if dated and mine:
        return {value_of(deadlines[k]) for k in mine} != {value_of(deadlines[k]) for k in dated}
    if pattern("soft_continues").match(low):
        return False
    if mine and low.startswith(_OF_SOME):
        return True  # "A; riêng 12 hộ ở thôn B phải xong trước D": the date binds but some of it
    if mine and not any(p.due for p in before) and pattern("fresh_order").match(low):
        return (
            deadlines[mine[0]].span.start - part.piece.span.start > 25
        )  # it names work of its own
    if mine and not any(p.due for p in before):
        # "A; B trước D": B is work of its own unless the date only closes the whole ("..., báo cáo trước D")
        return not pattern("closer").search(
            reading.flow.low[part.piece.span.start : deadlines[mine[0]].span.start + 12]
        )
    return False


def value_of(deadline: Deadline) -> tuple[object, ...]:
    """What a deadline says, wherever it stands."""
    return deadline.kind, deadline.start, deadline.end, deadline.duration, deadline.recurrence
