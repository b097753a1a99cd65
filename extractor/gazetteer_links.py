"""Whether the gazetteer's names are found with it: every alias, in its own example, links to its target."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from extractor.gazetteer import Gazetteer, Record, View
from extractor.gazetteer_check import table_problems
from extractor.registry import GROUP, bare_name, lowered, tables_dir
from extractor.tablerows import Problem, Row, read_tables
from extractor.text import fold

# days that stand for an open span: before the changes of 2025, between them, after them
_DAYS = ("2023-06-01", "2025-05-01", "2026-11-01")
# places that a name may be seen from: a province and a city, and one unit of every kind below them
_SEEN = {
    "central": ((None, None), ("Quảng Ngãi", None), ("Hà Nội", None)),
    "province": (("Quảng Ngãi", None), ("Hà Nội", None), ("Thành phố Hồ Chí Minh", None), (None, None)),
    "district": (
        ("Quảng Ngãi", "Ủy ban nhân dân huyện Sơn Hà"),
        ("Quảng Ngãi", "Ủy ban nhân dân thành phố Quảng Ngãi"),
        ("Quảng Ngãi", "Ủy ban nhân dân thị xã Đức Phổ"),
        ("Hà Nội", "Ủy ban nhân dân quận Ba Đình"),
    ),
    "commune": (
        ("Quảng Ngãi", "Ủy ban nhân dân xã Sơn Hà"),
        ("Quảng Ngãi", "Ủy ban nhân dân phường Cẩm Thành"),
        ("Quảng Ngãi", "Ủy ban nhân dân đặc khu Lý Sơn"),
        ("Quảng Ngãi", None),
    ),
}  # fmt: skip


def check(*directories: Path) -> list[Problem]:
    """Everything that is wrong with our tables and those laid over them; links once the tables hold."""
    every = (tables_dir(), *directories)
    problems = table_problems(*every)
    if problems:
        return problems
    gazetteer = Gazetteer.read(*every)
    rows = [row for d in every for row in read_tables(d)[0] if row.table == "aliases"]
    return sorted(set(link_problems(gazetteer, rows)))


def link_problems(gazetteer: Gazetteer, aliases: list[Row]) -> Iterator[Problem]:
    """Aliases whose example does not lead to their target on any day of it, from any place of it."""
    views: dict[tuple[str | None, str | None, str | None], View] = {}
    for row in aliases:
        record = gazetteer.records[row["target"]]
        found: set[str] = set()
        for seen in _views(gazetteer, record):
            if seen not in views:
                views[seen] = gazetteer.view(*seen)
            got = _target(views[seen], row, record)
            found.add(got)
            if got == record.id:
                break
        else:
            others = ", ".join(sorted(found - {""})) or "không gì cả"
            yield row.problem(
                f"câu ví dụ không dẫn đến {record.id} mà đến {others}: {row['example']!r}"
            )


def _views(
    gazetteer: Gazetteer, record: Record
) -> Iterator[tuple[str | None, str | None, str | None]]:
    days = [d for d in (record.valid_to, record.valid_from, *_DAYS) if d and record.in_force(d)]
    own = [p.name for w in record.where for p in gazetteer.provinces if p.id == w]
    for day in dict.fromkeys(days):
        for home in own:
            yield home, day, None
        for province, issuer in _SEEN.get(record.level, _SEEN["province"]):
            yield province, day, issuer


def _target(view: View, row: Row, record: Record) -> str:
    """Id of what the alias in its example names ("" for nothing)."""
    alias = row["alias"]
    if record.kind == GROUP:
        group = view.group(alias)
        return group.id if group else ""
    text = fold(row["example"], 0).text
    low = lowered(text)
    written = lowered(bare_name(alias)[0])
    at = low.find(written)
    while at >= 0:
        hit = view.at(low, at, text)
        if hit is not None and hit.end >= at + len(written):
            # a template's body has its place before its id; one without an id has no place that fits
            found = hit.entry.record
            return found.id if hit.id or not found.template else ""
        at = low.find(written, at + 1)
    return ""


__all__ = ["check", "link_problems"]
