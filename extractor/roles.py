"""What part a mentioned body plays where it stands: told, subject, coordinating, reports_to or none.

Pure functions used by tasks.py, over the flow and its mentions. The words left of an enumeration
decide for all its members (rules/roles.toml); what follows it decides whether it is a subject.
Nghị định 30/2020/NĐ-CP, Điều 23.2: who leads, who co-ordinates, by when.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from extractor.document import Agency, Span
from extractor.ruletable import RuleTable, load
from extractor.sentences import any_of, imperative, pattern
from extractor.text import Flow

Part = Literal["told", "subject", "lead", "coordinating", "reports_to", "mention"]


class Run(NamedTuple):
    """An enumeration of bodies: indices of its mentions, their whole span, its part and why.

    trigger: span of the word of assignment before it.
    """

    members: tuple[int, ...]
    span: Span
    part: Part
    rule: str
    trigger: Span | None = None


@dataclass(frozen=True, slots=True)
class _RoleRule:
    """A rule of roles.toml: what must stand left of the body, and what it then is.

    after: the part of the body before it; before: what must follow; named: only for a body with a
    name of its own, not for a group of the public; office: nor for a place that stands for its authorities.
    """

    id: str
    part: Part
    left: re.Pattern[str]
    after: str | None
    before: re.Pattern[str] | None
    named: bool
    office: bool


@cache
def _table() -> RuleTable:
    return load("roles", "role", "after", "before", "named", "office", "ends")


@cache
def _rules() -> dict[str, tuple[_RoleRule, ...]]:
    """The rules that can match, by the last syllable left of the body."""
    found: dict[str, list[_RoleRule]] = {}
    for r in _table().rules:
        rule = _RoleRule(
            r.id,
            r.fields["role"],
            re.compile(rf"(?<!\w)(?:{r.written})$"),
            r.fields.get("after"),
            re.compile(rf" (?:{r.fields['before']})") if "before" in r.fields else None,
            bool(r.fields.get("named", False)),
            bool(r.fields.get("office", False)),
        )
        for syllable in r.fields["ends"].split():
            found.setdefault(syllable, []).append(rule)
    return {syllable: tuple(rules) for syllable, rules in found.items()}


class _Shapes(NamedTuple):
    """What may stand left of a body; trigger_ends: the last syllables of `trigger`."""

    free: re.Pattern[str]
    genitive: re.Pattern[str]
    trigger: re.Pattern[str]
    trigger_ends: frozenset[str]
    soft: frozenset[str]
    opening: re.Pattern[str]


@cache
def _shapes() -> _Shapes:
    subject = _table().words["subject"]
    triggers = load("actions").words["triggers"]
    every = [*triggers["words"], *triggers["papers"]]
    words = any_of(every, whole=True)
    return _Shapes(
        re.compile(subject["left"]),
        re.compile(rf"(?<!\w){subject['genitive']}"),
        re.compile(
            rf"(?P<trigger>{words})(?:,? (?:đồng chí|các đồng chí|cơ quan|cho|đến|:)|:|(?<=yêu cầu|đề nghị),)?(?: mỗi)? ?$"
        ),
        frozenset(w.rsplit(" ", 1)[-1] for w in every) | {"chí", "quan", "cho", "đến", "mỗi"},
        frozenset([*triggers["soft"], *triggers["papers"]]),
        re.compile(subject["opening"]),
    )


# "UBND tỉnh yêu cầu: từ ngày 30/4 đến hết ngày 03/5/2022, | các trường trực": by when stands first
_CALLED = re.compile(
    r"(?<=[ ,])(?P<trigger>yêu cầu|đề nghị)(?::|,) (?:từ|trong|trước|chậm nhất|đến)(?! (?:các|những))(?: (?=[^,.;:]*\d)[^,.;:]{2,70}), $"
)
_NO_TRIGGER = re.compile(
    r"(?:^|\W)(?:bàn|chuyển|bảo đảm|đảm bảo|đáp ứng|đã|được|do|về|việc|theo|nhiệm vụ|nội dung|khi|những|các|sự|lời|cơ quan|tiếp tục|không|văn bản|công văn|quyết định|chưa) $"
)
# "nhiệm vụ do Chủ tịch UBND tỉnh giao cho các đơn vị"
_GIVEN_BY = re.compile(
    r"(?<!\w)(?:do|được) (?:(?:phó )?(?:chủ tịch|giám đốc|bộ trưởng) )?"
    r"(?:ubnd|ủy ban nhân dân|hđnd|hội đồng nhân dân|bộ|sở|tỉnh ủy|huyện ủy|chính phủ|thủ tướng|lãnh đạo)(?: [^\W\d_]+){0,5} $"
)
_NARRATED = re.compile(r"(?<!\w)(?:đã|từng|trước đây)(?! nêu| được| giao)(?: [^,.;:]*)? $")
_LOOSE = re.compile(
    r"(?!,? (?:là|đã|còn|chưa|vẫn|mới|có ý kiến|và các đại biểu|cơ bản|đạt|được)(?!\w))"
)
_BETWEEN = re.compile(
    r"^(?: \([^()]*\))?,? (?:tùy |tuỳ )?(?:(?P<scope>theo (?:chức năng|lĩnh vực|nhiệm vụ|thẩm quyền|phạm vi|sự phân công)|căn cứ (?:chức năng|nhiệm vụ|tình hình|điều kiện)|trong phạm vi)|theo|căn cứ|trên cơ sở|trong quá trình|trong thời gian|bằng|với|ngoài|khi|trước|sau|định kỳ|hằng|hàng|là|được giao)(?<![ ])(?!\w)|^(?: \([^()]*\))?,? (?P<relative>có (?!ý kiến)|nơi |được |thuộc |đang |còn |chưa )"
)
# a word behind a body's name that joins it to nothing: some verb, though no table knows it
_SOME_VERB = re.compile(
    r" (?!(?:của|và|hoặc|trong|tại|về|với|theo|cho|để|do|ở|trên|dưới|từ|đến|khi|nếu|thì|mà|bị|nêu|này|đó|"
    r"như|qua|bằng|vì|nên|nhưng|song|ngày|số|gồm|gần|vừa|vẫn|sẽ|đang|chủ yếu|thuộc)(?!\w))[^\W\d_A-ZĐ]+ \w"
)
_TOPIC = re.compile(r"(?:về|đối với|liên quan|riêng|kinh phí|nội dung|đề xuất|kiến nghị)(?!\w)")
_TOGETHER = re.compile(r"^,? (?:cùng với|cùng|với sự tham gia|có sự phối hợp) ")
_FOLLOWS = re.compile(
    r"^(?: \([^()]{0,160}\))?(?:,? (?:tùy |tuỳ )?(?:theo|căn cứ|trên cơ sở|trong phạm vi|bằng|với) [^,;.]{3,120},)?,? ?:?"
)
_AUXILIARY = re.compile(r"(?:thì|cũng|cùng|sẽ|được giao|là|đều|vẫn) ")
# groups that a report is not sent to, though "cho", "đến" or "với" stands before them
_PUBLIC = re.compile(
    r"chính quyền$|chính quyền số|cá nhân|cán bộ|người lao động|hộ |doanh nghiệp|tổ chức(?! tín dụng)|các cơ quan$|các đơn vị$|các địa phương$|hội viên|trường|^(?:các )?chủ (?:tàu|phương tiện|hộ|rừng|trang trại|nuôi|cơ sở)|ngư dân|thuyền trưởng"
)
_COORDINATES = re.compile(
    r"(?: \([^()]{0,80}\))?,? (?:có trách nhiệm )?(?:chủ động |tích cực |có trách nhiệm )?(?:cùng tham gia(?: thực hiện)?(?=[.;]|$)|(?:phối hợp|cùng phối hợp|(?:là|làm) (?:cơ quan|đơn vị) phối hợp)(?! (?:chặt chẽ )?(?:với|cùng)))"
)
_JOINS = re.compile(r" (?:cùng )?tham gia(?!\w)")
_LAST = re.compile(r"\w+(?=[ ,:(]*$)")
# who leads stands behind the work, in brackets or after a dash
_BEHIND = ("(", " - ", "(giao ", " - giao ")
_BRACKET = (". (", "; (", ", (")  # "... xong trước ngày D. (Sở A)": a bracket of its own names who
_CLOSES = re.compile(r"\)[.;/ ]*")
# "... quy hoạch trung tâm xã (Sở Xây dựng; xong trước 31/5)": who and by when, in one bracket
_WHO_AND_WHEN = re.compile(
    r"(?:;|,| -|:) (?:dự kiến |phải |cần )?(?:xong|hoàn thành|trước|trong|chậm nhất|thời (?:gian|hạn)|tháng|quý|ngày|hạn)[^()\n]{2,60}\)[.;/ ]*(?=\n|\Z)"
)
_HEADS_WORK = re.compile(r" (?:chủ trì|là cơ quan chủ trì|làm đầu mối|là đầu mối|thực hiện[).;,])")
_ADDS = re.compile(r"(?:đặc biệt|đồng thời|ngoài ra|bên cạnh đó|trong đó|riêng), ")
_ORDERED = re.compile(r"(?<!\w)(?:giao|yêu cầu|đề nghị|phân công|chủ trì)(?!\w)")
_PREFACE = ("để ", "nhằm ", "sau khi ", "trên cơ sở ")
_MARKED = re.compile(r" \((?:là )?(?:cơ quan |đơn vị )?(?:chủ trì|đầu mối)(?: chính)?\)")
# "Đối với Sở A: ...", "Riêng huyện B: ...": the label names who must do it
_LABEL = re.compile(r"(?:(?:riêng|còn|đối với|về phía|phần|trách nhiệm của),? ){1,2}")
_KNOWN = (" biết", " được biết", " để biết")
_LOOKBACK = 420
_NEAR = 120
_NEXT = 30  # more than a short opening or the longest word of assignment takes


def runs_of(
    flow: Flow, agencies: Sequence[Agency], indices: Sequence[int], sentence: Span
) -> list[Run]:
    """The enumerations of a sentence with their parts, in the order of the text."""
    members: dict[int, list[int]] = {}  # a bracket may part those of one enumeration
    for k in indices:
        members.setdefault(agencies[k].run, []).append(k)
    found: list[Run] = []
    matter = _matter_ends(flow.low, sentence)
    for run in members.values():
        first, last = agencies[run[0]].span, agencies[run[-1]].span
        if matter and first.start >= matter:
            if _ordered_at(flow.low, matter, Span(first.start, last.end), sentence.end):
                found = [_off_the_matter(flow.low, r, sentence.start, matter) for r in found]
            matter = 0
        found.extend(_classified(flow, agencies, tuple(run), sentence, found))
    return found


# "Đường vào xã A hư hỏng: Sở B sửa chữa", "Trạm C thiếu thuốc: giao Sở D cấp": what stands before the
# colon tells how things are, and the bodies in it are told nothing
_INTRODUCES = re.compile(
    r"(?:cụ thể|như sau|sau đây|sau|gồm|trong đó|là|nội dung|nhiệm vụ|công việc|việc|thực hiện|phân công)(?: chính| chủ yếu)?$"
)
_HANDS_ON = re.compile(
    r"(?:(?:chủ tịch )?(?:ubnd|ủy ban nhân dân) \w+ )?(?:thống nhất |đồng ý |nhất trí )?(?:giao(?: cho)?|yêu cầu|đề nghị)(?: đồng chí)? $"
)
_MATTER = re.compile(
    r"(?:về|đối với|liên quan|việc|nội dung|tình trạng|vấn đề|kiến nghị|ý kiến|phản ánh)(?!\w)"
)
# right behind a name: what is said of the body, or what it asks for
_TOLD_OF = re.compile(
    r",? (?:chưa|còn|không|bị|gặp|chậm|thiếu|đã|đang|có (?:văn bản |tờ trình |công văn |báo cáo )?(?:đề nghị|kiến nghị)|đề nghị|kiến nghị|đề xuất|xin|phản ánh)(?!\w)"
)


def _matter_ends(low: str, sentence: Span) -> int:
    """Where a sentence goes on behind its first colon, unless that colon leads over to a list; 0: nowhere."""
    colon = low.find(": ", sentence.start + 12, min(sentence.end, sentence.start + 300))
    if colon < 0 or _INTRODUCES.search(low, max(colon - 30, sentence.start), colon):
        return 0
    return colon + 2


def _ordered_at(low: str, at: int, body: Span, stop: int) -> bool:
    """Whether an order to a body begins where the matter ends."""
    if body.start == at:
        return _predicated(low, body.end, stop)
    return body.start - at < 60 and _HANDS_ON.match(low, at, body.start) is not None


def _off_the_matter(low: str, run: Run, start: int, ends: int) -> Run:
    """A run that stands in the matter of an order, and so does not act itself."""
    if run.part != "subject" or run.span.end + 2 >= ends:  # "Đối với Sở A: ..." names who must act
        return run
    if (
        run.rule == "subject.loose"
        or _MATTER.match(low, start)
        or _TOLD_OF.match(low, run.span.end)
    ):
        return run._replace(part="mention", rule="mention.matter")
    return run


def _classified(
    flow: Flow,
    agencies: Sequence[Agency],
    members: tuple[int, ...],
    sentence: Span,
    before: Sequence[Run],
) -> list[Run]:
    span = Span(agencies[members[0]].span.start, agencies[members[-1]].span.end)
    run = _classify(flow, agencies, members, span, sentence, before)
    if len(members) < 2:
        return [run]
    if run.part in ("told", "subject", "lead"):
        return _marked(flow.low, agencies, run)
    return _parted(flow.low, agencies, run, sentence)


def _parted(low: str, agencies: Sequence[Agency], run: Run, sentence: Span) -> list[Run]:
    """ "Theo đề nghị của Sở A, UBND tỉnh yêu cầu ...": an opening's enumeration breaks at its last comma."""
    opening = low[sentence.start : run.span.start]
    opening = opening[m.end() :] if (m := _ADDS.match(opening)) else opening
    if not _shapes().opening.match(opening):
        return [run]
    if run.part == "mention":
        opens = _shapes().genitive.search(opening) is not None
    else:
        # "Để báo cáo HĐND tỉnh, Sở A tổng hợp"; but "Để ..., yêu cầu Sở A phối hợp với Sở B, Sở C"
        opens = opening.startswith(_PREFACE) and not _ORDERED.search(opening)
    if not opens or not _predicated(low, run.span.end, sentence.end):
        return [run]
    members = run.members
    for k in range(len(members) - 1, 0, -1):
        before, after = agencies[members[k - 1]].span, agencies[members[k]].span
        if low[before.end : after.start] == ", ":
            head = run._replace(members=members[:k], span=Span(run.span.start, before.end))
            tail = Span(after.start, run.span.end)
            return [head, Run(members[k:], tail, "subject", "subject.after_opening")]
    return [run]


def _marked(low: str, agencies: Sequence[Agency], run: Run) -> list[Run]:
    """ "Giao Sở A (chủ trì), Sở B, Sở C": the brackets say who leads, the others co-ordinate."""
    leads = tuple(k for k in run.members if _MARKED.match(low, agencies[k].span.end))
    others = tuple(k for k in run.members if k not in leads)
    if not leads or not others:
        return [run]
    first, rest = (
        Span(agencies[part[0]].span.start, agencies[part[-1]].span.end) for part in (leads, others)
    )
    led = run._replace(members=leads, span=first)
    return sorted(
        [led, Run(others, rest, "coordinating", "coordinating.unmarked")], key=lambda r: r.span
    )


def _classify(
    flow: Flow,
    agencies: Sequence[Agency],
    members: tuple[int, ...],
    span: Span,
    sentence: Span,
    before: Sequence[Run],
) -> Run:
    low = flow.low
    left = low[max(sentence.start, span.start - _LOOKBACK) : span.start]
    shapes = _shapes()
    near = left[-_NEAR:]  # all but the far rules look at the words just before the name
    word = _LAST.search(left, max(len(left) - 15, 0)) if left else None
    last = word.group() if word else ""
    m = shapes.trigger.search(near) if last in shapes.trigger_ends else None
    if m is None and near.endswith(", ") and (" yêu cầu" in near or " đề nghị" in near):
        m = _CALLED.search(near)
    if m:
        at = Span(
            span.start - len(near) + m.start("trigger"), span.start - len(near) + m.end("trigger")
        )
        if m["trigger"] == "mời" and _JOINS.match(low, span.end):
            joins = _told_before(before)
            return Run(members, span, "coordinating" if joins else "told", "told.mời", at)
        if m["trigger"] in shapes.soft:
            return Run(members, span, "mention", "object." + m["trigger"], at)
        told_by = near[: m.start("trigger")]
        if not any(p.search(told_by) for p in (_NO_TRIGGER, _NARRATED, _GIVEN_BY)):
            return Run(members, span, "told", "told." + m["trigger"], at)
        if (
            m["trigger"] == "giao"
            and not _told_before(before)
            and _passive(low, left, span, sentence.end)
        ):
            return Run(
                members, span, "told", "told.passive", at
            )  # "Kiến nghị của xã A được giao Sở B trả lời"
        return Run(members, span, "mention", "told.narrated", at)
    right_end = min(sentence.end, span.end + _NEAR)
    for rule in _rules().get(last, ()):
        if rule.after and not (before and before[-1].part == rule.after):
            continue
        if rule.before and not rule.before.match(low, span.end, right_end):
            continue
        if rule.named and _is_public(agencies, members):
            continue
        if rule.office and all(agencies[k].found_by == "place" for k in members):
            continue
        words = left if rule.named else near
        if rule.id == "role.report.tells" and low.startswith(_KNOWN, span.end):
            continue  # "thông báo đến các cơ quan biết": told of, no more
        hit = rule.left.search(words)
        if not hit or (rule.named and _new_verb(left, hit.start())):
            continue
        if rule.part == "coordinating" and _others_coordinate(
            low, span.start - len(words) + hit.start(), before
        ):
            return Run(members, span, "mention", "coordinating.of_others")
        if rule.part == "reports_to" and _onward(low, before, span.start):
            return Run(members, span, "mention", "reports.onward")
        return Run(members, span, rule.part, rule.id)
    if left.endswith(_BEHIND) and _HEADS_WORK.match(low, span.end, sentence.end):
        return Run(members, span, "lead", "lead.behind")
    if (
        not before
        and (left == "(" or left.endswith(_BRACKET))
        and _CLOSES.fullmatch(low, span.end, sentence.end)
    ):
        return Run(members, span, "lead", "lead.bracket")
    if (
        left.endswith(" (")
        and not _told_before(before)
        and not (before and before[-1].span.end + 2 == span.start)  # a bracket said of that body
        and _WHO_AND_WHEN.match(low, span.end)
    ):
        return Run(members, span, "lead", "lead.bracket")
    if (
        _LABEL.fullmatch(left)
        and _labels_order(low, span.end, sentence.end)
        and not _is_public(agencies, members)
    ):
        return Run(members, span, "subject", "subject.label")
    if (
        left.endswith((", ", "; ", ", còn "))
        and coordinates(low, span.end, sentence.end)
        and _told_before(before)
    ):
        return Run(members, span, "coordinating", "subject.coordinates")
    if left.endswith(_BY) and not _told_before(before) and _passive(low, left, span, sentence.end):
        return Run(members, span, "lead", "lead.passive")
    opened = left.endswith((", ", ": ")) and (
        bool(shapes.opening.match(low, _opening_at(low, sentence.start, span.start)))
        or _labelled(left, before)
    )
    free = (
        not left
        or opened
        or shapes.free.search(left[-_NEXT:])
        or _OPENING.fullmatch(left, left.rfind(": ") + 2 if ": " in left else 0)
        or (not before and _OPENS_SHORT.fullmatch(left))
    )
    if free and _predicated(low, span.end, sentence.end, colon=not left or opened):
        if _COORDINATES.match(low, span.end, sentence.end) and any(
            r.part == "subject" for r in before
        ):
            return Run(members, span, "coordinating", "subject.coordinates")
        return Run(members, span, "subject", "subject")
    if left.endswith(", ") and not _told_before(before) and _OUGHT.match(low, span.end):
        return Run(members, span, "subject", "subject.ought")
    if (
        not left
        and _LOOSE.match(low, span.end)
        and not pattern("past").search(low, span.end, min(sentence.end, span.end + 80))
        and (
            pattern("verb_found").search(low, span.end, min(sentence.end, span.end + 140))
            or (_SOME_VERB.match(low, span.end) and not _is_group(agencies, members))
        )
    ):
        return Run(members, span, "subject", "subject.loose")
    return Run(members, span, "mention", "mention")


# "Việc cấp chữ ký số do | Văn phòng | tổng hợp", "Tài sản trên đất được | UBND xã | kiểm kê": who does it stands behind
_BY = (" do ", " được ", " được giao ", " trách nhiệm của ")
_THING = re.compile(
    r"(?:[^.;:]{3,80}: )?(?:đồng thời,? |riêng |trong đó,? )?(?:việc|(?:các )?(?:nội dung|công tác|kiến nghị|hồ sơ|tài liệu|tài sản|thủ tục|phần việc|nhiệm vụ này|hợp đồng)"
    r"|kinh phí|số liệu|danh sách)(?!\w)(?:(?! (?:đã|chưa|còn|theo|đang|vừa|là)(?!\w))[^.;:]){0,200} (?:do|(?:phải |cần )?được(?: giao)?|thuộc trách nhiệm của) "
)
# what is said of a thing that a body made, and no order to make it
_SAID_OF_IT = re.compile(
    r" (?:đã|chưa|còn|mới|đang|vẫn|là|đạt|chậm|phải|cần|được|có|gồm|theo|tại|ở|nêu|trước đây)(?!\w)"
)


def _passive(low: str, left: str, span: Span, stop: int) -> bool:
    """Whether a thing is to be done by the body at `span`, said in the passive."""
    if not _THING.fullmatch(left):
        return False
    right = low[span.end : stop]
    clause = right[: _stop(right)].split(",", 1)[0]
    if left.endswith("trách nhiệm của "):
        return not clause.strip()
    verb = pattern("verb_only").match(right, 1) or _TAKES_ON.match(right)
    return verb is not None and _SAID_OF_IT.search(clause, verb.end()) is None


_TAKES_ON = re.compile(r" (?:lo|đảm nhận|đảm nhiệm|bảo đảm|chi trả|tự quyết định|quyết định)(?!\w)")
# "Tiến độ của Sở A mới đạt 12%, Sở A cần làm rõ ...": an order at the end of a finding
_OUGHT = re.compile(r" (?:cần|phải)(?! (?:thiết|được)) ")


def _told_before(before: Sequence[Run]) -> bool:
    """Whether somebody is told to act already."""
    return any(r.part in ("lead", "told", "subject") for r in before)


def _is_group(agencies: Sequence[Agency], members: Sequence[int]) -> bool:
    return all(agencies[k].found_by == "group" for k in members)


def _is_public(agencies: Sequence[Agency], members: Sequence[int]) -> bool:
    return all(
        agencies[k].found_by == "group" and _PUBLIC.search(agencies[k].name.lower())
        for k in members
    )


def coordinates(low: str, end: int, stop: int) -> bool:
    """Whether "phối hợp" is said of the body that ends at `end`."""
    return bool(_COORDINATES.match(low, end, stop))


# "có ý kiến trước ngày 03/5/2022 để tổng hợp trình UBND tỉnh": the one who asked hands it in
_GATHERED = re.compile(
    r"(?:\d{4} để (?:[^,.;\d]{0,30} )?tổng hợp,? (?:và )?(?:báo cáo|trình|tham mưu)(?: cho)?|để kịp (?:báo cáo|trình)"
    r"|để (?:bộ|sở|ban|văn phòng|phòng|(?:tổng )?cục|ubnd|ủy ban nhân dân)[^,.;]{0,50} tổng hợp,? (?:và )?(?:báo cáo|trình)) $"
)


def _onward(low: str, before: Sequence[Run], start: int) -> bool:
    """ "báo cáo A để A báo cáo B", "gửi A tổng hợp, tham mưu B": what A then does is not the task."""
    report = next((r for r in reversed(before) if r.part == "reports_to"), None)
    if report is None:
        return _GATHERED.search(low, max(start - 100, 0), start) is not None
    between = low[report.span.end : start]
    if between.startswith(" ký") and "," not in between:
        return True  # "trình UBND huyện ký gửi Sở A"
    if not between:
        return False
    if between.rstrip().endswith(("gửi", "gửi về")):
        return " để gửi" in between  # "gửi Sở A để gửi cơ quan có thẩm quyền"
    if between.startswith((" thẩm định trình", " thẩm tra trình")):
        return True  # with a comma between, the one told to act hands it in himself
    return " để " in between or between.startswith(" tổng hợp")


# a short opening without a comma before the subject ("Định kỳ hằng quý Sở A tổng hợp ...")
_OPENING = re.compile(
    r"(?:định kỳ )?(?:hằng|hàng|mỗi) (?:tuần|tháng|quý|năm),? (?:(?:vào|trước|chậm nhất) [^.;]{3,40}, )?|"
    r"(?:(?:trước |vào )?\d{1,2} (?:giờ|h)(?: \d{1,2})? )?(?:(?:sáng|chiều) )?(?:ngày )?(?:thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật) (?:hằng|hàng|mỗi) tuần,? |"
    r"(?:trong quá trình [^.;]{0,80},? )?(?:nếu|khi|trường hợp|có)(?!\w)[^.;]{0,50}(?:vướng mắc|khó khăn|phát sinh|nảy sinh|bất cập) |"
    r"(?:đồng thời|ngoài ra|bên cạnh đó|riêng|đề nghị|yêu cầu|giao) "
)


# whatever stands before the first comma, if it names nobody: "Mặt khác, Sở A ...", "Phát huy kết quả, ..."
_OPENS_SHORT = re.compile(r"[^,.;:()]{3,70}, ")
# the notice's own word, or its head's: "Về phía các ngân hàng, Phó Thống đốc yêu cầu công khai ..."
_ASKED = re.compile(
    r"(?: \([^()]{0,80}\))?(?:,(?= )|(?= (?:đề nghị|yêu cầu))) (?:(?:(?:phó )?(?:thủ tướng|chủ tịch|thống đốc|bộ trưởng|giám đốc|bí thư|tổng giám đốc)|thứ trưởng|ubnd|ủy ban)[^.,;:]{0,40} )?(?:đề nghị|yêu cầu|cần|phải) "
)
_COLON = re.compile(r"(?: \([^()]{0,80}\))? ?: ")


def _labels_order(low: str, end: int, stop: int) -> bool:
    """Whether a colon follows the name, and an order the colon, perhaps after "ngoài các nội dung trên,"."""
    m = _COLON.match(low, end, stop)
    if m is None:  # "Đối với huyện A, đề nghị giải trình ..."
        m = _ASKED.match(low, end, stop)
        return m is not None and pattern("verb").match(low, m.end(), stop) is not None
    return imperative(low, Span(m.end(), stop))


def _labelled(left: str, before: Sequence[Run]) -> bool:
    """A matter and a colon before the subject ("Về kinh phí: Sở Tài chính ...", "Cầu bị cuốn trôi: Sở ...")."""
    return (
        left.endswith(": ")
        and "; " not in left
        and (len(left) < 60 or bool(_TOPIC.match(left)) or _is_matter(left, before))
        and len(left) < 300
    )


def _is_matter(left: str, before: Sequence[Run]) -> bool:
    """Whether a long opening that ends in a colon only tells of something, no body acting in it."""
    return (
        left.index(": ") == len(left) - 2
        and all(r.part == "mention" for r in before)
        and _INTRODUCES.search(left[:-2], max(len(left) - 32, 0)) is None
    )


def _opening_at(low: str, start: int, stop: int) -> int:
    """Where a sentence opens: behind the short label or the "đặc biệt, " that it may begin with."""
    if adds := _ADDS.match(low, start, stop):
        return adds.end()
    colon = low.find(": ", start, min(start + 60, stop))
    return colon + 2 if colon >= 0 and colon + 2 < stop else start


def _predicated(low: str, end: int, stop: int, *, colon: bool = False) -> bool:
    """Whether a verb or a modal follows the name, perhaps after "theo chức năng, nhiệm vụ, ..."."""
    right = low[end : min(stop, end + 300)]
    if not right.strip(" .;,"):
        return False
    if colon and right.startswith("; "):  # in a label's place
        return pattern("verb").match(right, 2) is not None
    m = _FOLLOWS.match(right)
    at = m.end() if m else 0
    if colon and right[:at].rstrip().endswith(":"):
        return True
    aux = _AUXILIARY.match(right, at)
    verb = pattern("verb").match(right, at)
    if verb and verb.group() == "trước ngày":  # "... về xã A, xã B trước ngày D.": no one acts
        return bool(pattern("verb_only").search(right[: _stop(right)], verb.end()))
    if verb or (aux and pattern("verb").match(right, aux.end())) or _TOGETHER.match(right):
        return True
    if HAVING_DONE.match(right):
        return True
    if _WHEN.match(right) and any(
        pattern("verb").match(right, m.end()) for m in _TIME_ENDS.finditer(right[:80])
    ):
        return True
    between = _BETWEEN.match(right)
    if between and (between["scope"] or between["relative"]):
        sentence = right[: _stop(right)]
        if between["relative"] == "được " and not _BOUND.search(sentence, between.end()):
            return False  # "Doanh nghiệp được áp dụng mức giá mới": leave, no order
        return bool(pattern("verb_only").search(sentence, between.end()))
    if between:
        return any(pattern("verb").match(right, c.end()) for c in _COMMA.finditer(right))
    return False


# "Các xã đã đạt chuẩn | tiếp tục nâng cao ...": which of them are meant, then what they must do
HAVING_DONE = re.compile(
    r"(?: \([^()]*\))? (?:đã|vừa|mới) (?!(?:và đang|tiếp tục|cơ bản|tích cực|chủ động|nghiêm túc|cố gắng|nỗ lực)(?!\w))[^,.;:]{3,80}?(?<! và)(?<! đang)(?<! được)(?<! nhưng) (?:tiếp tục|phải|có trách nhiệm)(?!\w)"
    r"|(?: \([^()]*\))?,? (?:đến nay |hiện )?(?:còn )?chưa (?:có|gửi|nộp|báo cáo|hoàn thành|ban hành|thực hiện)[^.;:]{0,160}, (?:khẩn trương|phải|đề nghị)(?!\w)"
)
_COMMA = re.compile(", ")
# "UBND các xã | trước 15 giờ hằng ngày | báo cáo", "Các thành viên | mỗi tuần | kiểm tra": by when stands first
_WHEN = re.compile(
    r"(?: \([^()]{0,80}\))?,? (?:trước|chậm nhất|muộn nhất|định kỳ|hằng|hàng|mỗi|vào|trong|đến)(?= [^.,;:]{0,40}(?:\d|ngày|tuần|tháng|quý|năm))"
)
_TIME_ENDS = re.compile(
    r"(?:(?<=\d)|(?<=ngày)|(?<=tuần)|(?<=tháng)|(?<=quý)|(?<=năm)) (?=[^\W\d_])"
)
_BOUND = re.compile(
    r"(?<!\w)(?:phải|cần|có trách nhiệm|chịu trách nhiệm|khẩn trương|chủ trì|chủ động)(?!\w)|, "
)
_SENTENCE_END = re.compile("[.;]")
_OWN_VERB = re.compile(r"; |(?:hướng dẫn|chỉ đạo|bàn giao|giao|phối hợp) [^,]{0,80}$")
# "tham mưu UBND tỉnh phối hợp với Bộ A": the one advised does; but "thực hiện chỉ đạo của Tỉnh ủy, phối hợp với Sở A"
_ADVISED = re.compile(r"(?:tham mưu(?: cho)?|đề xuất|kiến nghị(?: với)?) $")
_WORD_OF = re.compile(
    r"(?<!\w)(?:chỉ đạo|hướng dẫn|lãnh đạo|quy định|yêu cầu|kết luận|kế hoạch|ý kiến|phân công|chỉ thị|nghị quyết"
    r"|công văn|công điện|thông báo|quyết định|chương trình)(?: [^,.;:]{1,40})? của $"
)
_URGES = re.compile(
    r"(?<!\w)(?:đôn đốc|chỉ đạo|hướng dẫn|yêu cầu|giao|đề nghị|vận động|huy động)(?!\w)"
)
_URGED = re.compile(
    r"(?: \([^()]*\))?,? ?(?:(?:chủ động|tích cực|khẩn trương|thường xuyên|có trách nhiệm|và|để|tăng cường|nghiêm túc|cùng) ?)*"
)


# those are the leader's own hands: who works with them works with him
_OWN_UNITS = re.compile(r"chỉ đạo (?:các )?(?:đơn vị|lực lượng)(?! (?:thi công|tư vấn))")


def _stop(right: str) -> int:
    cut = _SENTENCE_END.search(right)
    return cut.start() if cut else len(right)


def _new_verb(left: str, start: int) -> bool:
    """A report far to the left is cut off by a clause break with a verb of its own."""
    return bool(_OWN_VERB.search(left, start))


def _others_coordinate(low: str, cue: int, before: Sequence[Run]) -> bool:
    """ "đôn đốc các chủ đầu tư phối hợp với X": those who are urged co-ordinate, not the one who urges."""
    if not before:
        return False
    last = before[-1]
    if low[last.span.end : cue] == " " and _ADVISED.search(low, 0, last.span.start):
        return True
    if _WORD_OF.search(low, max(last.span.start - 60, 0), last.span.start):
        return False
    clause = low[max(last.span.start - 80, 0) : last.span.start].rsplit(", ", 1)[-1]
    if clause.endswith(" của ") and not _URGES.search(clause):
        return False  # "thẩm định dự toán của các đơn vị, cùng với Sở A trình"
    if _OWN_UNITS.match(low, max(last.span.start - len("chỉ đạo "), 0)):
        return False
    return (
        last.part in ("mention", "reports_to", "coordinating")
        and last.rule not in ("role.report", "role.report.tells")
        and bool(_URGED.fullmatch(low, last.span.end, max(cue, last.span.end)))
    )
