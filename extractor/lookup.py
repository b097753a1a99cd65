"""Looking a name up for a person: what it links to on a date and in a place, what else is like it, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from extractor.expansion import members
from extractor.gazetteer import LEAST_MARGIN, LEAST_SCORE, Gazetteer, Hit, Link
from extractor.registry import Place, Record
from extractor.successors import Body, full_name, holders, parted
from extractor.text import lower
from extractor.vocabulary import phrase_at, word_lists

_SHOWN = 60  # members told in a terminal
_LEVELS = {"central": "trung ương", "province": "tỉnh", "district": "huyện", "commune": "xã"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body that a name may mean; id is that of a template where its place is not certain."""

    id: str
    name: str
    score: float
    valid_from: str
    valid_to: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a name links to: step says how (exact, alias, template, fuzzy, group, unresolved)."""

    query: str
    on: str | None
    province: str | None
    step: str
    why: str
    id: str | None
    name: str | None
    score: float
    valid_from: str
    valid_to: str
    in_force: bool
    successors: tuple[Body, ...]
    members: tuple[Body, ...]
    candidates: tuple[Candidate, ...]

    def to_json(self) -> str:
        """The same as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)


def look_up(
    gazetteer: Gazetteer,
    name: str,
    on: str | None = None,
    province: str | None = None,
    issuer: str | None = None,
) -> Found:
    """What a name means on an ISO date, seen from a province and perhaps from an issuer in it."""
    view = gazetteer.view(province, on, issuer)
    link = view.link(name)
    title = phrase_at(lower(name), 0, word_lists().positions)
    if link.record is None and title is not None:  # "Giám đốc Sở Y tế" stands for its body
        link = view.link(name[title:].strip())
    record = link.record
    place = _place(gazetteer, link.id)
    rows = [_candidate(gazetteer, hit, score) for hit, score in view.near(name)]
    if record is not None:
        own = _row(record, place, link.id or record.id, round(link.score, 1))
        rows = [own, *(r for r in rows if r.id != own.id)]
    step: str = link.step
    if step == "exact" and record is not None and record.template:
        step = "template"
    force = all(x.in_force(on) for x in (record, place) if x is not None) and record is not None
    return Found(
        name, on, view.province.name if view.province else None,
        step if link.id else "unresolved", _why(link, step, force),
        link.id, full_name(record, place) if record and link.id else None, round(link.score, 1),
        record.valid_from if record else "", _ends(record, place) if record else "", force,
        _heirs(gazetteer, record, place, link.id), members(view, record) if record else (),
        tuple(rows[:5]),
    )  # fmt: skip


def _place(gazetteer: Gazetteer, body_id: str | None) -> Place | None:
    found = parted(gazetteer, body_id) if body_id else None
    return found[1] if found else None


def _candidate(gazetteer: Gazetteer, hit: Hit, score: float) -> Candidate:
    record = hit.entry.record
    return _row(record, _place(gazetteer, hit.id), hit.id or record.id, score)


def _row(record: Record, place: Place | None, body_id: str, score: float) -> Candidate:
    return Candidate(
        body_id, full_name(record, place), score, record.valid_from, _ends(record, place)
    )


def _ends(record: Record, place: Place | None) -> str:
    """The last day of a body: that of its record or of its place, whichever comes first."""
    return min((x.valid_to for x in (record, place) if x is not None and x.valid_to), default="")


def _heirs(
    gazetteer: Gazetteer, record: Record | None, place: Place | None, body_id: str | None
) -> tuple[Body, ...]:
    """Those who took over on the day after the body's last."""
    last = _ends(record, place) if record is not None and body_id is not None else ""
    if not last or body_id is None or last == date.max.isoformat():
        return ()
    day = date.fromisoformat(last) + timedelta(days=1)
    return holders(gazetteer, body_id, day.isoformat())


def _why(link: Link, step: str, force: bool) -> str:
    record = link.record
    if record is not None and link.id is None:
        level = _LEVELS.get(record.level, record.level)
        return f"nhận ra “{full_name(record, None)}” (cấp {level}) nhưng không chắc của địa phương nào, hoặc trung ương hay địa phương"
    if record is None:
        if not link.candidates:
            return "không có tên nào gần giống"
        best = link.candidates[0][1]
        if best < LEAST_SCORE:
            return f"tên gần nhất giống {best:g}/100, cần ít nhất {LEAST_SCORE:g}"
        return f"giống {best:g}/100 nhưng có từ khác hẳn, hoặc không hơn tên thứ hai đủ {LEAST_MARGIN:g} điểm"
    why = {
        "exact": "trùng với tên chính thức",
        "template": f"tên theo mẫu “{record.name}”, địa phương đã rõ",
        "alias": f"là cách viết khác của “{record.name}”",
        "group": "là tên một nhóm cơ quan",
        "fuzzy": f"giống {link.score:.1f}/100, cùng từ đầu, không tên nào khác gần bằng",
    }[step]
    if not force:
        why += "; không còn (hoặc chưa có) vào ngày này"
    return why


def as_lines(found: Found) -> Iterator[str]:
    """The finding to read in a terminal."""
    where = f", tại {found.province}" if found.province else ""
    yield f"“{found.query}”" + (f" ngày {found.on}" if found.on else "") + where
    yield f"Kết luận:  {found.step} → {found.id or 'không gắn mã'}" + (
        f"  {found.name}" if found.name else ""
    )
    yield f"Vì sao:    {found.why}"
    if found.id:
        yield f"Hiệu lực:  {_span(found.valid_from, found.valid_to)}"
    if found.successors:
        yield (
            "Kế tục:    "
            + "; ".join(f"{b.id}  {b.name}" for b in found.successors[:6])
            + (f" và {len(found.successors) - 6} nơi khác" if len(found.successors) > 6 else "")
        )
    if found.step == "group":
        count = f" ({len(found.members)})" if found.members else "  không cố định"
        yield f"Thành viên:{count}"
        yield from (f"  {b.id:<16} {b.name}" for b in found.members[:_SHOWN])
        if len(found.members) > _SHOWN:
            yield f"  … và {len(found.members) - _SHOWN} nơi khác (--json ghi đủ)"
    yield "Ứng viên:" + ("" if found.candidates else "  không có")
    for row in found.candidates:
        yield f"  {row.score:5.1f}  {row.id:<16} {row.name}  ({_span(row.valid_from, row.valid_to)})"


def _span(start: str, end: str) -> str:
    return f"{start or '…'} – {end or 'nay'}"


__all__ = ["Candidate", "Found", "as_lines", "look_up"]
