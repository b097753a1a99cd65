"""What headings and introductions hand down to the clauses below them.

Pure functions used by tasks.py. "2. Giao Phòng Văn hóa và Thông tin", "Tham mưu UBND huyện:" and
"... yêu cầu các sở, ngành thực hiện các nhiệm vụ sau:" are no tasks: who, with whom and by when they
say holds for the items below (GUIDELINES "Task", "Who"). Nearest heading first, then the introduction.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from extractor.document import Span
from extractor.leading import SPEECH, leads
from extractor.reading import Reading, Scope, Zone
from extractor.roles import Run
from extractor.sentences import imperative, pattern


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
    speaks = _speaks_at(reading, i)
    for piece in pieces:
        guests = (guests and not piece.hard) or bool(
            pattern("attendance").match(reading.text(piece.span))
        )
        if guests and piece is not pieces[-1]:
            continue  # who came is told nothing
        runs = [r for r in reading.runs(i, piece.span) if r.span.start >= speaks]
        only = _only(reading, runs, piece.span)
        if (
            only is not None
            and reading.issuer_side(only.members[0])
            and SPEECH.match(reading.flow.low, only.span.end, piece.span.end)
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
        default=speaks,
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


# an order that the introduction carries out, told in a bracket before the issuer speaks
_GROUNDS = re.compile(
    r"(?:tiếp tục )?(?:thực hiện|căn cứ|theo|triển khai|tiếp theo|xét|trên cơ sở)(?!\w)"
)


def _speaks_at(reading: Reading, i: int) -> int:
    """Where the issuer begins to speak in an introduction; what another paper told is before it."""
    low, agencies, at = reading.flow.low, reading.doc.agencies, reading.doc.clauses[i].body.start
    for piece in reading.pieces(i):
        if _GROUNDS.match(low, piece.span.start):
            speakers = [
                agencies[k].span.start
                for k in reading.within(i, piece.span)
                if reading.issuer_side(k)
                and SPEECH.match(low, agencies[k].span.end, piece.span.end)
            ]
            at = max([at, *speakers])
    return at


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


# how something is handed in, or where: by fax, by post, on paper
_WAY = re.compile(
    r"(?:(?:gửi|nộp|chuyển) )?(?:(?:báo cáo|hồ sơ|văn bản) )?(?:bằng|qua|thông qua|trực tiếp (?:tại|về|đến|cho|ở)|theo (?:đường|địa chỉ)|"
    r"(?:bản|file|tệp)(?: (?:văn bản|báo cáo))? (?:giấy|cứng|mềm|điện tử|word|excel|pdf|scan)|"
    r"(?:địa chỉ|hòm thư|hộp thư|thư điện tử|e-?mail|(?:số )?(?:fax|điện thoại)|đường (?:bưu điện|công văn))(?: [^.;:]{0,30})?:)(?!\w)"
)


def ways_below(reading: Reading, i: int) -> list[int]:
    """The items of "Báo cáo gửi về Bộ A trước ngày D: | - Bằng fax; | - Qua bưu điện": the line above them is the order."""
    clause, clauses = reading.doc.clauses[i], reading.doc.clauses
    if not reading.deadlines[i] or not reading.text(clause.body).rstrip().endswith(":"):
        return []
    below: list[int] = list(reading.children[i])
    if clause.kind == "paragraph" and not below:
        below = list(
            itertools.takewhile(
                lambda k: clauses[k].marker is not None and clauses[k].parent == clause.parent,
                range(i + 1, len(clauses)),
            )
        )
    said = all(_WAY.match(reading.text(clauses[k].body)) and not reading.children[k] for k in below)
    return below if said else []


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
