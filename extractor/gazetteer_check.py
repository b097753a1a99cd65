"""What must hold between the rows of the gazetteer's tables: ids, parents, successions, aliases, groups.

`table_problems` needs the tables alone; gazetteer_links.py asks whether names are found with them.
`load` refuses an office's own tables that are wrong.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from extractor.errors import GazetteerError
from extractor.gazetteer import Gazetteer, default
from extractor.registry import KINDS, SLOTS, bare_name, key, tables_dir
from extractor.tablerows import Problem, Row, is_day, read_tables

_MEMBER = re.compile(r"level:(?P<level>\w+)|template:\*kind=(?P<kind>.+)")


def load(directories: Sequence[Path]) -> Gazetteer:
    """Our tables with those of the directories over them; GazetteerError on the first that is wrong."""
    if not directories:
        return default()
    problems = table_problems(tables_dir(), *directories, order=False)
    if problems:
        more = f" (và {len(problems) - 1} chỗ khác)" if len(problems) > 1 else ""
        raise GazetteerError(f"{problems[0]}{more}")
    return Gazetteer.read(tables_dir(), *directories)


def table_problems(*directories: Path, order: bool = True) -> list[Problem]:
    """What is wrong with the tables of the directories, later ones laid over earlier ones by id."""
    problems: list[Problem] = []
    laid: dict[tuple[str, ...], Row] = {}
    for directory in directories:
        rows, wrong = read_tables(directory, order)
        problems += wrong
        problems += _twice(rows)
        laid |= {_identity(row): row for row in rows}
    rows = list(laid.values())
    by_id = {row["id"]: row for row in rows if row.table != "aliases"}
    problems += _shared_ids(rows, by_id)
    problems += (p for row in by_id.values() for p in _references(row, by_id))
    problems += _cycles(by_id)
    problems += _same_names(rows)
    problems += _members(rows, by_id)
    problems += _aliases(rows, by_id)
    return sorted(set(problems))


def _identity(row: Row) -> tuple[str, ...]:
    if row.table == "aliases":
        return (row.table, row["alias"], row["target"])
    return (row.table, row["id"])


def _twice(rows: Sequence[Row]) -> Iterator[Problem]:
    """Rows of one directory that stand for the same thing."""
    seen: dict[tuple[str, ...], Row] = {}
    for row in rows:
        first = seen.setdefault(_identity(row), row)
        if first is not row:
            yield row.problem(
                f"{' → '.join(_identity(row)[1:])} đã có ở {first.file}, dòng {first.line}"
            )


def _shared_ids(rows: Sequence[Row], by_id: Mapping[str, Row]) -> Iterator[Problem]:
    """An id that two tables use."""
    for row in rows:
        other = by_id.get(row["id"]) if row.table != "aliases" else None
        if other is not None and other.table != row.table:
            yield row.problem(f"mã {row['id']} cũng có ở {other.file}, dòng {other.line}")


def _references(row: Row, by_id: Mapping[str, Row]) -> Iterator[Problem]:
    parent = by_id.get(row["parent"])
    if row["parent"] and parent is None:
        yield row.problem(f"cấp trên {row['parent']} không có trong danh mục")
    elif row.table == "places" and parent is None:
        yield row.problem("thiếu cấp trên (parent)")
    elif parent is not None and parent.table not in (
        ("provinces", "places") if row.table == "places" else (row.table,)
    ):
        yield row.problem(f"cấp trên {row['parent']} thuộc bảng khác ({parent.file})")
    for where in row.many("where"):
        place = by_id.get(where)
        if where not in KINDS.get(row["level"], ()) and (
            place is None or place.table != "provinces"
        ):
            yield row.problem(f"where: không có tỉnh hay loại địa danh {where!r}")
    if row["successor"] and not row["valid_to"]:
        yield row.problem("có cơ quan kế tục mà không có ngày kết thúc (valid_to)")
    for successor in row.many("successor"):
        heir = by_id.get(successor)
        if heir is None:
            yield row.problem(f"kế tục {successor} không có trong danh mục")
        elif (row.table in ("places", "provinces")) != (heir.table in ("places", "provinces")):
            yield row.problem(f"kế tục {successor} thuộc bảng khác loại ({heir.file})")
        elif is_day(row["valid_to"]):
            yield from _gap(row, heir)


def _gap(row: Row, heir: Row) -> Iterator[Problem]:
    """A day on which nobody holds the work: the heir begins later, or has ended before."""
    if row["valid_to"] == date.max.isoformat():
        return
    day = (date.fromisoformat(row["valid_to"]) + timedelta(days=1)).isoformat()
    if heir["valid_from"] > day:
        yield row.problem(
            f"kế tục {heir['id']} chỉ bắt đầu {heir['valid_from']}, sau {row['valid_to']}: có khoảng trống"
        )
    if heir["valid_to"] and heir["valid_to"] < day:
        yield row.problem(f"kế tục {heir['id']} đã kết thúc {heir['valid_to']}")


def _cycles(by_id: Mapping[str, Row]) -> Iterator[Problem]:
    """Successions and parents that lead back to themselves, told once each."""
    for column, what in (("successor", "kế tục"), ("parent", "cấp trên")):
        done: set[str] = set()
        for start in by_id:
            path: list[str] = []
            stack = [(start, 0)]
            while stack:
                at, depth = stack.pop()
                del path[depth:]
                if at in path:
                    ring = " → ".join([*path[path.index(at) :], at])
                    yield by_id[at].problem(f"{what} quay vòng: {ring}")
                    continue
                if at in done or at not in by_id:
                    continue
                done.add(at)
                path.append(at)
                stack += [(n, depth + 1) for n in by_id[at].many(column)]


def _overlap(a: Row, b: Row) -> bool:
    return (a["valid_from"] or "0") <= (b["valid_to"] or "9") and (b["valid_from"] or "0") <= (
        a["valid_to"] or "9"
    )


def _named(rows: Sequence[Row]) -> Mapping[tuple[str, str], list[Row]]:
    """Bodies and templates by level and name, groups by their wording."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.table in ("bodies", "templates"):
            found[row["level"], key(row["name"])].append(row)
        elif row.table == "groups":
            found["", key(row["name"])].append(row)
    return found


def _same_names(rows: Sequence[Row]) -> Iterator[Problem]:
    for same in _named(rows).values():
        for i, row in enumerate(same):
            for other in same[:i]:
                apart = (
                    set(row.many("where"))
                    and set(other.many("where"))
                    and not (set(row.many("where")) & set(other.many("where")))
                )
                if _overlap(row, other) and not apart and row["level"] == other["level"]:
                    yield row.problem(
                        f"cùng tên, cùng thời gian với {other['id']} ({other.file}, dòng {other.line})"
                    )


def _members(rows: Sequence[Row], by_id: Mapping[str, Row]) -> Iterator[Problem]:
    kinds = {row["kind"] for row in rows if row.table == "templates"}
    for row in rows:
        for member in row.many("members") if row.table == "groups" else ():
            m = _MEMBER.fullmatch(member)
            known = (m["level"] in KINDS or m["kind"] in kinds) if m else member in by_id
            if not known:
                yield row.problem(f"thành viên {member!r} không có trong danh mục")


def _aliases(rows: Sequence[Row], by_id: Mapping[str, Row]) -> Iterator[Problem]:
    named = _named(rows)
    same: dict[str, list[tuple[Row, Row]]] = defaultdict(list)
    for row in rows:
        if row.table != "aliases":
            continue
        target = by_id.get(row["target"])
        if target is None or target.table in ("places", "provinces"):
            yield row.problem(f"không có cơ quan hay nhóm {row['target']!r}")
            continue
        slots = set(re.findall(r"\{[^{}]*\}", row["alias"])) - {SLOTS.get(target["level"], "")}
        if slots:
            yield row.problem(f"{', '.join(sorted(slots))} không hợp với {target['id']}")
        name = (target["level"], key(row["alias"]))
        for other in named.get(name, ()):
            if other is target:
                if row["alias"].lower() == target["name"].lower():
                    yield row.problem(f"trùng với tên chính thức của {target['id']}")
            elif _overlap(other, target):
                yield row.problem(f"{row['alias']!r} là tên của {other['id']} cùng thời gian")
        if key(bare_name(row["alias"])[0]) not in key(row["example"]):
            yield row.problem(f"câu ví dụ không có {row['alias']!r}")
        same[key(row["alias"])].append((row, target))
    for uses in same.values():
        for i, (row, target) in enumerate(uses):
            for first, other in uses[:i]:
                if target is other and row["alias"].lower() != first["alias"].lower():
                    continue  # "&" and "và" of one body
                level = target["level"] == other["level"] or not (
                    target["level"] and other["level"]
                )
                if level and _overlap(target, other):
                    yield row.problem(
                        f"{row['alias']!r} đã chỉ {other['id']} cùng cấp, cùng thời gian ({first.file}, dòng {first.line})"
                    )
