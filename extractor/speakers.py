"""Who speaks in a notice: its issuer under all names, the issuer's head, the office that issues for it.

Pure functions used by tasks.py and explain.py. In a copy without a letterhead it is the first body that asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from extractor.document import Document
from extractor.text import UPPER, lower

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


_BOARD_OF = re.compile(
    r"^(?:văn phòng |(?:ban (?:tuyên giáo|dân vận|tổ chức|nội chính|tuyên giáo và dân vận)|ủy ban kiểm tra) (?=đảng ủy))"
)
_LETTERS_LAST = re.compile(rf" [{UPPER}]{{2,5}}$")
_SCHOOLS = ("trường", "đại học", "học viện")
# a body that speaks for itself, and what it cannot be said of: "theo đề nghị của Sở A", "3. Sở A yêu cầu"
_SPEAKS_UP = re.compile(
    r" (?:xin |kính |trân trọng |rất |tiếp tục )*(?:yêu cầu|đề nghị|mong|xét thấy|nhận thấy|có ý kiến|chỉ (?:đạo|thị) ?:)(?!\w)"
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
    served = _BOARD_OF.sub("", core)  # for whom an office or a party board writes
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
    levels.update(re.findall("đảng ủy khối", led))
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
    if doc.meta.unsigned and (speaker := _speaker(doc)):
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
