"""What a copy without a letterhead says of itself: its kind, number, day and issuer, in a line or a sentence.

Pure functions used by layout.py. A portal writes "UBND tỉnh ban hành Công văn số ... ngày ..." above the
text, or "(Theo Thông báo số ...)" below it. A paper that is carried out or answered is somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from extractor.document import Doubt, Meta, Span, Zone
from extractor.header import partial_date
from extractor.letterhead import POST, in_running_text
from extractor.parts import bare_of, finder, kind_names, kind_of_symbol, pattern, words
from extractor.registry import Tables
from extractor.text import UPPER, Line, lower

_NUMBER_AND_DAY = (
    r"(?P<number>\d{1,5}[\w/&-]*[\w&])\s*,?\s+ngay\s+"
    r"(?P<day>\d{1,2})[/-](?P<month>\d{1,2})[/-](?P<year>\d{4})"
)
_CITED = re.compile(rf"\b(?P<kind>[a-z][a-z ]{{3,14}}) so\s*:?\s*{_NUMBER_AND_DAY}")
# a last line that says nothing but whence a portal's copy comes: "(Theo Công văn số ..., ngày ...)"
_SOURCE = re.compile(
    rf"\W*(?:(?:theo|nguon|trich)\W+)?(?P<kind>[a-z][a-z ]{{3,14}}) so\s*:?\s*{_NUMBER_AND_DAY}"
    r"(?: cua (?:chu tich )?(?:ubnd|uy ban nhan dan)[^,.;()]{0,40})?\W*"
)
# behind what a copy's first line says it is about: "Về việc ... (3585/VP-KTN, ngày 23/10/2017)"
_BRACKETED = re.compile(rf"\s*\((?P<kind>)(?:so\W+)?{_NUMBER_AND_DAY}\)\W*$")

_LINES = 4  # a copy names itself in so many lines, if at all
_FIRST = 700  # and in so many characters of one
_NUMBER = rf"(?P<number>\d{{1,6}} ?[/-] ?(?:(?:19|20)\d\d ?/ ?)?[{UPPER}][\w&]*(?: ?[-/.] ?[{UPPER}][\w&]*)*)"
_DAY = (
    r"(?:[Nn]gày )?(?P<{0}day>\d{{1,2}})(?: ?[/.-] ?| tháng )(?P<{0}month>\d{{1,2}})"
    r"(?:(?: ?[/.-] ?| năm )(?P<{0}year>\d{{4}}))?(?!\d)"
)
_WHO = rf"(?P<issuer>[{UPPER}][^.;:()\d]{{2,90}}?)"
_ISSUES = r"(?:(?:đã|vừa|mới|có) )*(?:(?:ký )?(?:ban hành|banh|phát hành|ra)|có)"
_TELLS = r"(?:về|v/v|do|truyền đạt|thông báo|chỉ đạo|yêu cầu|đề nghị|gửi|hướng dẫn|nêu|ngày)(?!\w)"
# "Văn bản này", "Công văn nêu rõ": the text beside it is what the paper says
_RETELLS = re.compile(
    r"(?<!\w)(?:công văn|văn bản|thông báo|công điện|chỉ thị|kế hoạch|kết luận)(?: này)? (?:nêu|ghi|yêu cầu|chỉ đạo|đề nghị)"
    r"|(?<!\w)theo đó(?!\w)|(?<!\w)truyền đạt(?!\w)|nội dung (?:(?:công văn|công điện|văn bản|thông báo) )?(?:như sau|cụ thể)"
)
# a paper of one's own that is told because it was not enough, or another's that is dealt with now
_NOT_ENOUGH = re.compile(
    r"(?<!\w)(?:tuy nhiên|hiện nay|song|để tiếp tục|tiếp tục thực hiện|qua theo dõi|đến nay)(?!\w)"
    r"|[.;] (?:(?:tính )?đến (?:ngày|thời điểm)|qua) "
)
_BASIS = re.compile(r"\W*(?:thực hiện|căn cứ|theo (?!đó)|tiếp theo|xét|sau khi|để|nhằm)(?!\w)")
_POLITE = r"(?:(?:đã|cũng|vừa|xin|kính|trân trọng|nay|có(?: văn bản| công văn)?|rất) )*"
_BODY = rf"(?P<body>[{UPPER}][^.;:()]{{2,80}}?)"
_ONLY_DAY = re.compile(r"\W*(?:ngay )?[\d/.: -]*\W*$")
_DAY_AT_END = re.compile(r"(?<![-–(] )(?<!\()" + _DAY.format("") + r"\W*$")
# "Thông báo treo cờ nhân dịp lễ 30/4": the day that is celebrated
_OF_NOTE = re.compile(r"(?<!\w)(?:lễ|tết|dịp|kỷ niệm|chào mừng|hưởng ứng|ngày [^\W\d_])")
_ELSEWHERE = "number_elsewhere"
_SPEAKER = re.compile(
    rf"(?:^|[.;:,] |(?<!\w)[Nn]ay,? ){_BODY} {_POLITE}"
    r"(?:đề nghị|yêu cầu|ý kiến|thông báo|hướng dẫn|triển khai|kêu gọi|phát động|mong|gửi (?:tới|đến)|chỉ đạo như sau"
    r"|tổ chức lấy ý kiến|kết luận|truyền đạt|xây dựng [Kk]ế hoạch)(?!\w)"
)
_ASKS_IN_A_LIST = re.compile(rf"^[-+] {_BODY} {_POLITE}(?:đề nghị|yêu cầu)(?!\w)")
_RECEIVES = re.compile(rf"(?:^|[.;:,] ){_BODY} (?:đã |vừa )?nhận được(?!\w)")
# who passes on what others said, in the end: "Văn phòng UBND tỉnh thông báo để các cơ quan thực hiện"
_PASSES_ON = re.compile(
    rf"(?:Vậy,? |Nay,? |){_BODY} {_POLITE}thông báo (?:để|đến|tới|và|các|nội dung|ý kiến)(?!\w)"
)
_NO_HEAD = re.compile(r"(?i:đối|trưởng|(?:bộ|cục|vụ|viện|tổ|đội) trưởng)(?!\w)")
_ASSIGNS = re.compile(rf"(?:^|[.;:,] ){_BODY} {_POLITE}giao (?:cho )?(?=[{UPPER}])")
# a list of those who help, not of those who speak: "phối hợp với Sở A, | UBND huyện B triển khai"
_HELPS = re.compile(r"(?<!\w)phối hợp (?:với|cùng)(?!\w)[^.;:]{0,120}$")
_NAMED = 2  # "UBND tỉnh": fewer words are no body's name
# several bodies, a person's post, or words between a body and the verb that are no part of its name
_NO_NAME = re.compile(
    r"^(?:đơn vị|cơ quan|nhà trường)(?!\w)|^ban giám \w+$|(?<!ban )chỉ đạo(?!\w)|(?<!ban )tổ chức$"
    r"|(?<!\w)(?:phối hợp|các|những|mọi|đang|xét|thấy|cần|giao|cho|lấy|tham mưu|được|tại|sẽ|phải|để|chủ trì|nhận|ban hành|khi|đã|đề nghị|yêu cầu|thông báo|đôn đốc)(?!\w)"
)
_LEADS_OVER = re.compile(r"(?:yêu cầu|đề nghị|chỉ đạo|ý kiến|như sau|sau đây|sau)\W*:$")
_ITEM = re.compile(r"(?:\d{1,2}|[IVX]{1,4}|[a-z])[.)] ")


@dataclass(frozen=True, slots=True)
class _Forms:
    """The sentences by which a copy names itself, in order of trust; and how it says but its kind."""

    sentences: tuple[re.Pattern[str], ...]
    line: re.Pattern[str]
    sent: re.Pattern[str]
    this: re.Pattern[str]


@cache
def _forms() -> _Forms:
    names = sorted((lower(k) for k in words("kinds")), key=len, reverse=True)
    kinds = f"(?P<kind>(?i:{'|'.join([*map(re.escape, names), 'văn bản'])}))"
    ref = rf"{kinds}(?: (?:hỏa tốc|khẩn))?(?: [Ss]ố)?\s*:?\s*{_NUMBER}(?:\s*,?\s*(?:{_DAY.format('')}))?"
    before = rf"(?:^|, |{_DAY.format('b')},? )"
    signed = (
        rf"{_DAY.format('')},? [^.;:()]{{4,120}} ký (?:ban hành )?{kinds}(?: [Kk]ết luận)? của {_WHO} về "
        rf"[^()]*\([^()]*? {_NUMBER}\)"
    )
    whose = rf"{ref},? của {_WHO}(?=,? {_TELLS}|[,.:;]|\W*$)"
    sentences = (
        rf"{before}{_WHO} {_ISSUES} {ref}",
        rf"^{whose}(?:,? {_DAY.format('b')})?",
        rf"(?<!\w)[Tt]oàn văn (?:của )?{whose}",
        rf"(?:^){_WHO} (?:truyền đạt|thông báo|yêu cầu|đề nghị|chỉ đạo|hướng dẫn) [^()]*\((?:[Tt]heo |[Tt]ại )?{ref}\)\W*$",
        rf"^{kinds}(?: số)?\s*(?P<number>\d{{1,6}}) của {_WHO},? {_DAY.format('')}",
        rf"(?:^|, )[Tt]ại {ref}, {_WHO} (?:đã |vừa |cũng )?(?:có|chỉ đạo|yêu cầu|đề nghị|giao)(?!\w)",
        signed,
    )
    own = "|".join(kind.capitalize() for kind in words("copies")["kinds"])
    return _Forms(
        tuple(map(re.compile, sentences)),
        re.compile(rf"(?P<kind>{own})(?= [^\W\d{UPPER}]| V/v| Về| Khẩn| Hỏa tốc)"),
        re.compile(rf"(?P<kind>{own})(?: (?:khẩn|hỏa tốc))? (?:gửi|đến) "),
        re.compile(rf"(?<!\w)(?P<kind>{own}) này(?!\w)"),
    )


@dataclass(frozen=True, slots=True)
class Named:
    """What a copy says of itself: a line, a match in it, and what the match means."""

    line: Line
    match: re.Match[str]
    kind: str | None
    issuer: str | None


def self_named(lines: Sequence[Line], zones: Sequence[Zone], known: Tables) -> Iterator[Named]:
    """Sentences of the opening that name the paper that the text retells, the surest first."""
    own = [i for i, z in enumerate(zones) if z in ("header", "body") and lines[i].text][:_LINES]
    opening = " ".join(lines[i].text for i in own)[: 2 * _FIRST]
    letter = "addressee" in zones  # the paper itself: only its first line speaks of it
    for form in _forms().sentences:
        if letter and not form.pattern.startswith("^"):
            continue
        for i in own[:1] if form.pattern.startswith("^") else own:
            text = lines[i].text[:_FIRST]
            for m in form.finditer(text):
                # behind "của" a list of bodies issued it together, before a verb a clause may end in a comma
                who = _body_in(
                    m["issuer"], whole=" của " in m.group()[: m.start("issuer") - m.start()]
                )
                if who is None or _cited(m, who, opening):
                    continue
                yield Named(
                    lines[i], m, _kind(m), in_running_text(_ruled_by(who, m["number"]), known)
                )


def _is_body(who: str) -> bool:
    who = POST.sub("", who)
    return pattern("heads", "line").match(bare_of(who)) is not None and not _NO_HEAD.match(who)


def _body_in(said: str, *, whole: bool = False) -> str | None:
    """The body at the end of what stands before a verb: behind its last comma, if it does not go on there.

    Of one person's two posts the first says the body ("Chủ tịch UBND xã, Trưởng Ban Chỉ đạo").
    """
    parts = said.strip().split(", ")
    ends = [", ".join(parts[k:]) for k in range(len(parts))]
    if whole:
        return next(filter(_is_body, ends), None)
    k = next((k for k in range(len(ends) - 1, -1, -1) if _is_body(ends[k])), None)
    if k is None:
        return None
    return parts[k - 1] if k and POST.match(parts[k]) and POST.match(parts[k - 1]) else ends[k]


def _cited(m: re.Match[str], who: str, opening: str) -> bool:
    """Whether the sentence tells of a paper beside its own: another body speaks, or it was not enough."""
    issues, *_, at, _ = _forms().sentences
    if m.re is at and not _is_symbol_of(m["number"], who):
        return True
    before = m.string[: m.end("issuer")].rstrip().removesuffix(who)
    after = opening[opening.find(m.group()) + len(m.group()) :]
    low = lower(after[:_FIRST])
    retold, short = _RETELLS.search(low), _NOT_ENOUGH.search(low)
    if retold and m.re is issues and short and short.start() > retold.start():
        short = None  # it is the paper itself that says "hiện nay"
    if m.re is issues and (". " in before or short):
        return True
    if retold:
        return False
    if m.re is issues and _BASIS.match(lower(before)):
        return True
    mine = _core(who)
    others = (_core(other) for s in _SPEAKER.finditer(after) if (other := _sole(s)))
    return any(mine not in other and other not in mine for other in others)


def _is_symbol_of(number: str, who: str) -> bool:
    """Whether a number's symbol has a body's initials ("5608/UBND-VX" of UBND thành phố)."""
    initials = "".join(w[0] for w in re.split(r"[\W_]+", _core(who)) if w and w != "va")
    parts = re.findall(r"[a-z]{2,}", bare_of(number))
    return any(_core(who).startswith(p) or initials.startswith(p) for p in parts)


def speaker(lines: Sequence[Line], zones: Sequence[Zone]) -> str | None:
    """The body that speaks in a copy: who passes it on, or who asks, orders or has received a letter."""
    body = [lines[i].text for i, z in enumerate(zones) if z in ("header", "body") and lines[i].text]
    for text in reversed(body[-_LINES:]):
        if (m := _PASSES_ON.match(text)) and (who := _sole(m)):
            return who
    opening: list[str] = []
    for text in body[: 2 * _LINES]:
        if opening and _ITEM.match(text):
            break
        opening.append(text[: 3 * _FIRST])
        if _LEADS_OVER.search(text):
            break
    for form in (_SPEAKER, _RECEIVES, _ASKS_IN_A_LIST, _ASSIGNS):
        found = (
            _sole(m)
            for text in opening
            for m in form.finditer(text)
            if not (m.group().startswith(",") and _HELPS.search(text, 0, m.start()))
        )
        if who := next(filter(None, found), None):
            return who
    return None


def _sole(m: re.Match[str]) -> str | None:
    """The body that a sentence makes its subject; none where it names several, or says but "Nhà trường"."""
    if m["body"].endswith(" và"):
        return None  # "... giao UBND xã, phường và | đề nghị Hội A": told, not speaking
    who = POST.sub("", _body_in(m["body"]) or "")
    if not who or _NO_NAME.search(lower(who)) or len(_core(who).split()) < _NAMED:
        return None
    return who


def _core(body: str) -> str:
    """A body's name for comparing: without the chair's post and in short form."""
    bare = re.sub(r"^(?:pho )?chu tich |^van phong |^thuong truc ", "", bare_of(body))
    return (
        bare.replace("uy ban nhan dan", "ubnd")
        .replace("thanh pho", "tp")
        .replace("trung uong", "tw")
    )


def _ruled_by(who: str, number: str) -> str:
    """The issuer: a committee's office where the number is the office's ("1468/VP-KGVX").

    Behind the committee's own letters it is but who drafted the paper ("288/UBND-VP").
    """
    office = re.search(r"(?<!UBND)[/-]VP(?:UB|UBND)?(?!\w)", number.replace(" ", ""))
    if office and re.match(r"(?:UBND|Ủy ban nhân dân)(?!\w)", who):
        return f"Văn phòng {who}"
    return who


def _kind(m: re.Match[str]) -> str | None:
    """The kind that the sentence says; by the number where it says but "văn bản"."""
    said = kind_names().get(bare_of(m["kind"]))
    symbol = re.split(r"[/-]", m["number"].replace(" ", ""), maxsplit=1)[-1]
    return said or kind_of_symbol(symbol) or ("Công văn" if "/" in m["number"] else None)


def with_named(meta: Meta, own: Named, lines: Sequence[Line]) -> Meta:
    """The header with what the copy says of itself."""
    m, line = own.match, own.line
    number = re.sub(r"\s", "", m["number"])
    spans = {**meta.spans, "number": line.source(Span(*m.span("number")))}
    spans["issuer"] = line.source(Span(*m.span("issuer")))
    day = next((d for p in ("", "b") if (d := _day(m, p, lines))), None)
    if day is not None:
        spans["issued_on"] = line.source(day[1])
    return replace(
        meta,
        number=number,
        symbol=re.split(r"[/-]", number, maxsplit=1)[1] if re.search("[/-]", number) else None,
        kind=own.kind or meta.kind,
        issued_on=day[0] if day else meta.issued_on,
        issuer=own.issuer,
        spans=spans,
    )


def _day(m: re.Match[str], group: str, lines: Sequence[Line]) -> tuple[str, Span] | None:
    """The day beside the number, or that with which the sentence begins; its year may stand elsewhere."""
    found = m.groupdict()
    if not found.get(f"{group}day"):
        return None
    if (
        group
        and m.string[: m.start()].strip()[-1:] not in ("", ".")
        and m.re is _forms().sentences[0]
    ):
        return None  # the day of a paper that the sentence begins with
    day, month, year = (found[group + k] for k in ("day", "month", "year"))
    if year is None:
        full = re.compile(rf"(?<!\d)0?{int(day)}[/-]0?{int(month)}[/-](\d{{4}})(?!\d)")
        same = next((k for line in lines if (k := full.search(line.text))), None)
        year = same[1] if same else None
    if year is None or not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    end = m.end(f"{group}year") if found[f"{group}year"] else m.end(f"{group}month")
    return f"{year}-{int(month):02d}-{int(day):02d}", Span(m.start(f"{group}day"), end)


def _named_outside(
    lines: Sequence[Line], bare: Sequence[str], zones: Sequence[Zone]
) -> tuple[int, re.Match[str]] | None:
    """The line of a copy without a letterhead that names it: the first's bracket, or a last line."""
    own = [i for i, zone in enumerate(zones) if zone != "noise" and bare[i].strip()]
    for i in own[:3]:
        if zones[i] == "header" and (m := _BRACKETED.search(bare[i])):
            return i, m
    for i in reversed(own[-3:]):
        if not lines[i].text[:1].islower() and (m := _SOURCE.fullmatch(bare[i])):
            return i, m
    return None


def _without_bracket(meta: Meta, line: Line, m: re.Match[str]) -> Meta:
    """A subject without the bracket behind it that names the notice."""
    tail = line.text[m.start() :]
    if m.re is not _BRACKETED or not meta.subject or not meta.subject.endswith(tail):
        return meta
    span = Span(meta.spans["subject"].start, line.ends[m.start() - 1])
    return replace(meta, subject=meta.subject[: -len(tail)], spans={**meta.spans, "subject": span})


def _headline(lines: Sequence[Line], bare: Sequence[str], zones: Sequence[Zone]) -> int | None:
    """A first line that names the document ("Thông báo số 15/TB-UBND ngày 10/02/2022 của ...")."""
    own = (
        i for i, z in enumerate(zones) if z in ("header", "body") and not _ONLY_DAY.match(bare[i])
    )
    first = next(own, None)
    if first is None or len(bare[first]) > 300 or bare[first].endswith((".", ":", ";", ",")):
        return None
    return first if _headline_kind(lines[first].text) else None


def _headline_kind(text: str) -> str | None:
    """The kind with which a first line begins: one that only papers have, or one with its number or matter."""
    if m := _forms().line.match(text):
        return str(m["kind"])
    bare = bare_of(text)
    kinds = {n: k for n, k in kind_names().items() if k not in ("Thư", "Báo cáo", "Tờ trình")}
    return next(
        (k for n, k in kinds.items() if re.match(rf"{n} (?:so|ket luan|y kien|ve)\b", bare)), None
    )


def _said_kind(lines: Sequence[Line], zones: Sequence[Zone]) -> str | None:
    """The kind that a sentence of the copy gives it: "Công điện gửi ...", "Nhận được Công văn này"."""
    own = [i for i, z in enumerate(zones) if z in ("header", "body") and lines[i].text]
    sent = (_forms().sent.match(lines[i].text) for i in own[:_LINES])
    if first := next((m for m in sent if m), None):
        return str(first["kind"])
    said = {m["kind"] for i in own for m in _forms().this.finditer(lines[i].text)}
    return str(said.pop()) if len(said) == 1 else None


def named(
    lines: Sequence[Line], bare: Sequence[str], zones: Sequence[Zone], meta: Meta, known: Tables
) -> tuple[Meta, list[Doubt]]:
    """The header with number, day, kind and issuer that a copy without a letterhead says elsewhere; doubts."""
    full_text = finder("closing", "full_text")
    doubts: list[Doubt] = []
    for i, zone in enumerate(zones):
        if zone == "closing" and meta.number is None and full_text(bare[i]):
            if m := _CITED.search(bare[i]):
                meta = _from_end(lines[i], m, meta)
                doubts.append(
                    Doubt(_ELSEWHERE, "Số và ngày lấy ở dòng cuối trang, không ở phần đầu văn bản")
                )
    unsigned = meta.symbol is None and meta.unsigned
    if unsigned and meta.number is None:
        if (own := next(self_named(lines, zones, known), None)) is not None:
            meta = with_named(meta, own, lines)
            doubts.append(Doubt(_ELSEWHERE, "Số và ngày lấy ở câu giới thiệu văn bản"))
            return meta, doubts
    if meta.number is None and (headline := _headline(lines, bare, zones)) is not None:
        if m := _CITED.match(bare[headline]):
            meta = _from_end(lines[headline], m, meta)
        elif (
            meta.issued_on is None
            and (m := _DAY_AT_END.search(lines[headline].text))
            and not _OF_NOTE.search(lower(lines[headline].text))
        ):
            if day := _day(m, "", lines):
                spans = {**meta.spans, "issued_on": lines[headline].source(day[1])}
                meta = replace(meta, issued_on=day[0], spans=spans)
        if "kind" not in meta.spans and not (meta.symbol and kind_of_symbol(meta.symbol)):
            meta = replace(meta, kind=_headline_kind(lines[headline].text))
    if unsigned and (found := _named_outside(lines, bare, zones)) is not None:
        i, m = found
        meta = _without_bracket(_from_end(lines[i], m, meta), lines[i], m)
        doubts.append(Doubt(_ELSEWHERE, "Số và ngày không nằm ở phần đầu văn bản"))
    if meta.kind is None:
        meta = replace(meta, kind=_said_kind(lines, zones))
    return meta, doubts


def _from_end(line: Line, m: re.Match[str], meta: Meta) -> Meta:
    """Number, date and kind out of "Toàn văn Thông báo số ... ngày ..." below a portal's copy."""
    kind = next((k for n, k in kind_names().items() if m["kind"].strip().endswith(n)), None)
    number = line.text[m.start("number") : m.end("number")]
    spans = {
        **meta.spans,
        "number": line.source(Span(*m.span("number"))),
        "issued_on": line.source(Span(m.start("day"), m.end("year"))),
    }
    symbol = number.split("/", 1)[-1] if "/" in number else None
    return replace(
        meta,
        number=number,
        symbol=symbol,
        kind=meta.kind or kind,
        issued_on=meta.issued_on or partial_date(m),
        spans=spans,
    )
