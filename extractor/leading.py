"""Which of the bodies in a sentence must do it, and which only assign, ask, or are spoken of.

Pure functions used by scopes.py and cutting.py. An assigner ("UBND tỉnh yêu cầu ...") leads nothing; whom another
paper told, or whom the issuer praises, is not told here (GUIDELINES "Who").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.document import Span
from extractor.names import PROPER
from extractor.reading import Reading, Scope
from extractor.roles import Run
from extractor.sentences import imperative, pattern
from extractor.text import UPPER, lower


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
_SAYS_THAT = re.compile(r" (?:yêu cầu|đề nghị|chỉ đạo|chỉ thị) ?: ")
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


_OF_ONE = ("object.chỉ đạo", "object.chỉ thị")  # only where somebody says it
_DIRECTING = (*_OF_ONE, "object.lưu ý", "object.ủy quyền")
_DIRECTS = re.compile(rf"(?: {PROPER})? (?:vừa |cũng )?(?:có ý kiến )?")


def _directed(reading: Reading, run: Run, speaker: Run, scope: Scope, span: Span) -> bool:
    """ "Phó Thủ tướng chỉ đạo Bộ A ...", "Lưu ý các địa phương ...": the issuer's own side directs."""
    if run.trigger is None or run.rule not in _DIRECTING:
        return False
    if speaker is run:
        alone = run.rule not in _OF_ONE and run.trigger.start == span.start
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
    if told.rule.endswith("đề nghị") and (scope.zone == "open" or reading.doc.meta.unsigned):
        return True  # whoever requests does not do it himself
    return (scope.zone == "open" and reading.doc.meta.unsigned) or _above(reading, subject)


SPEECH = re.compile(
    r"[^.;]{0,80}?(?:kết luận|yêu cầu|đề nghị|(?<!bàn )(?<!chuyển )(?<!phân )giao(?! thông| ban| dịch| lưu)|có ý kiến|thông báo|ghi nhận|đánh giá|biểu dương|phê bình|nhắc nhở|điện|nhận được|thống nhất|đồng ý|chỉ đạo|chỉ thị(?! số| này| của)|cho ý kiến|chủ trì (?:cuộc |buổi )?(?:họp|làm việc|giao ban|hội nghị|hội thảo|phiên|kiểm tra)|ban hành|nhận thấy|(?:trả lời|phúc đáp|hướng dẫn|triển khai)(?=[^.;]{0,80} sau(?: đây)? ?:))(?!\w)"
)


_WORKS = re.compile(
    r",? (?:phụ trách [^,.;]{3,40}? (?:theo dõi|chỉ đạo|đôn đốc|chịu)|theo (?:lĩnh vực|chức năng|nhiệm vụ)|trực tiếp|chịu trách nhiệm|chủ động|tiếp tục|thường xuyên|căn cứ|có trách nhiệm|(?:giúp [^,.;]{3,60} )?(?:theo dõi|đôn đốc|phối hợp|tham mưu|tổng hợp))(?!\w)"
)


def _speaks(reading: Reading, run: Run) -> bool:
    if reading.text(run.span).startswith("các phó") or _WORKS.match(reading.flow.low, run.span.end):
        return False
    return bool(SPEECH.match(reading.flow.low, run.span.end))


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
        if agency.span.end <= told.trigger.start and (
            reading.doc.meta.unsigned or reading.issuer_side(k)
        ):
            gap = reading.flow.low[agency.span.end : told.trigger.start]
            if not _OTHER_PAPER.search(gap) and _SAYS.fullmatch(gap):
                return True
            if _HANDS_OVER.fullmatch(gap):
                return True
    if _is_issuers_name(reading, before):
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


_LONG = 12  # letters that make a name the issuer's, not a word that begins like it
_UNIT = r"(?P<unit>tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|đặc khu)"
_OF_ITS_UNIT = re.compile(rf"(?: của)? {_UNIT}(?: .*)?$")
_OF_THE_UNIT = re.compile(rf"(?: của)? {_UNIT}$")
_OF_WHAT = re.compile(r"(?<!\w)(?:của|do|theo|với|cho|đến|tới|từ|và|các|cùng) $")


def _is_issuers_name(reading: Reading, before: str) -> bool:
    """ "Ban Chỉ huy chữa cháy rừng của tỉnh | yêu cầu": the issuer's name, though no table or grammar reads it."""
    issuer, said = lower(reading.doc.meta.issuer or ""), before.rstrip()
    core = _OF_ITS_UNIT.sub("", issuer)
    unit = _OF_THE_UNIT.search(said)
    if unit and unit["unit"] in issuer:
        said = said[: unit.start()]
    return (
        len(core) > _LONG and said.endswith(core) and not _OF_WHAT.search(said.removesuffix(core))
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
