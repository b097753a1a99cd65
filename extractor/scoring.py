"""How much of a run's output a clerk could take over untouched: metrics on gold and predicted notices.

Pure functions over the JSON of both (contract.md for the output, the annotation guidelines for the
gold). A task is found when its span and a gold span overlap by half; figures are over all notices
together. Gold may mark a task `optional` (neutral) and a deadline `deadline_optional`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

Json = Mapping[str, Any]
T = TypeVar("T")

FIELDS = ("kind", "number", "issued_on", "issuer")
ROLES = ("lead", "coordinating", "reports_to")
LEAST_OVERLAP = 0.5

_WRITTEN_OUT = {
    "ubnd": "ủy ban nhân dân",
    "hđnd": "hội đồng nhân dân",
    "vpub": "văn phòng ủy ban nhân dân",
    "bcđ": "ban chỉ đạo",
    r"mttq(?:\s*vn)?": "mặt trận tổ quốc việt nam",
    "tt[&-]tt": "thông tin và truyền thông",
    "kh&đt": "kế hoạch và đầu tư",
    "tn&mt": "tài nguyên và môi trường",
    "nn&ptnt": "nông nghiệp và phát triển nông thôn",
    "gtvt": "giao thông vận tải",
    "gd&đt": "giáo dục và đào tạo",
    "lđtb&xh": "lao động - thương binh và xã hội",
    "vhtt&dl": "văn hóa, thể thao và du lịch",
    "kh&cn": "khoa học và công nghệ",
}
_SHORT = tuple((re.compile(rf"\b{short}\b"), full) for short, full in _WRITTEN_OUT.items())
_ONE_SPELLING = {
    "uỷ": "ủy",
    "oà": "òa",
    "hoá": "hóa",
    "oá": "óa",
    "thuỷ": "thủy",
    "quí": "quý",
    "–": "-",
}
_TITLE = re.compile(
    r"^(?:(?:các )?đồng chí )?(?:(?:phó )?giám đốc|(?:phó )?chủ tịch|thủ trưởng|người đứng đầu|lãnh đạo|"
    r"trưởng|chánh|thành viên|bộ trưởng(?: bộ)?)\s+(?=\S)"
)
_PLACE = re.compile(
    r"\s+(?:thuộc\s+)?(?:(?:cấp\s+)?(?:tỉnh|huyện|thành phố|thị xã|quận|xã|phường|trung ương|"
    r"trên địa bàn.*|(?:có )?liên quan))(?:\s+.*)?$"
)


@cache
def canonical(name: str) -> str:
    """A name as it is compared: one case and spelling, written out, no title, no list glue."""
    text = unicodedata.normalize("NFC", name).casefold().strip(" .;:,*")
    for variant, usual in _ONE_SPELLING.items():
        text = text.replace(variant, usual)
    for short, full in _SHORT:
        text = short.sub(full, text)
    text = re.sub(r"^(?:các|những)\s+", "", _TITLE.sub("", text))
    text = re.sub(r"\s*[-,;]\s*|\bvà\b", " ", text)
    return " ".join(text.split())


def same_agency(one: str, other: str) -> bool:
    """Whether two names are equal, or equal but for a place or "liên quan" that one leaves out."""
    a, b = canonical(one), canonical(other)
    if a == b:
        return True
    bare_a, bare_b = _PLACE.sub("", a), _PLACE.sub("", b)
    return bool(bare_a) and (bare_a == b or bare_b == a)


def count_pairs(gold: Iterable[T], found: Iterable[T], same: Callable[[T, T], bool]) -> int:
    """How many of `gold` find a partner of their own among `found`."""
    left = list(found)
    hits = 0
    for wanted in gold:
        partner = next((k for k, have in enumerate(left) if same(wanted, have)), None)
        if partner is not None:
            del left[partner]
            hits += 1
    return hits


def same_deadline(gold: Json, found: Json) -> bool:
    """Whether kind and every value that counts for the kind agree; an event is its kind alone."""
    if gold["kind"] != found["kind"]:
        return False
    want, have = gold["normalized"], found.get("normalized") or {}
    return all(read(want) == read(have) for read in _VALUES.get(gold["kind"], ()))


def _minute(name: str) -> Callable[[Json], Any]:
    return lambda value: str(value[name])[:16] if value.get(name) else value.get(name)


def _recurrence(value: Json) -> set[str]:
    rule = (value.get("recurrence") or "").upper().replace("RRULE:", "")
    return set(rule.split(";")) - {"INTERVAL=1", ""}


_VALUES: dict[str, tuple[Callable[[Json], Any], ...]] = {
    "due": (_minute("end"), lambda value: value.get("inclusive")),
    "from": (_minute("start"),),
    "recurring": (_recurrence,),
    "relative": (lambda v: v.get("duration"), lambda v: bool(v.get("working_days"))),
}


def intersection_over_union(a: Json, b: Json) -> float:
    """How far two spans are the same: 1 equal, 0 apart."""
    shared: int = min(a["end"], b["end"]) - max(a["start"], b["start"])
    whole: int = max(a["end"], b["end"]) - min(a["start"], b["start"])
    return max(shared, 0) / (whole or 1)


def overlap(a: Json, b: Json) -> float:
    """The same, but a span that holds nearly all of the other (a run-up before it) counts as half."""
    score = intersection_over_union(a, b)
    shared = min(a["end"], b["end"]) - max(a["start"], b["start"])
    shorter = min(a["end"] - a["start"], b["end"] - b["start"]) or 1
    return max(score, LEAST_OVERLAP) if score >= 0.3 and shared / shorter >= 0.95 else score


def match(gold: Sequence[Json], found: Sequence[Json]) -> dict[int, int]:
    """Gold index -> found index, one to one, the best overlaps first (of equal ones the later)."""
    scored = [(overlap(g, f), i, j) for i, g in enumerate(gold) for j, f in enumerate(found)]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted((s for s in scored if s[0] >= LEAST_OVERLAP), reverse=True):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


@dataclass
class Tally:
    """Counts by name, and what to tell of each notice."""

    counts: Counter[str] = field(default_factory=Counter)
    notices: int = 0
    shares: list[float] = field(default_factory=list)
    details: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, hit: int, gold: int, found: int) -> None:
        """Count true, wanted and given ones of a kind."""
        self.counts[f"{name}.hit"] += hit
        self.counts[f"{name}.gold"] += gold
        self.counts[f"{name}.found"] += found

    def rates(self, name: str) -> dict[str, float | int]:
        """Precision, recall and F1 of a kind, with the numbers behind them."""
        hit, gold, found = (self.counts[f"{name}.{k}"] for k in ("hit", "gold", "found"))
        precision = hit / found if found else float(gold == 0)
        recall = hit / gold if gold else 1.0
        both = precision + recall
        f1 = round(2 * precision * recall / both, 4) if both else 0.0
        return {
            "p": round(precision, 4),
            "r": round(recall, 4),
            "f1": f1,
            "gold": gold,
            "found": found,
        }

    def share(self, name: str, of: str) -> float:
        """One count as a share of another."""
        return round(self.counts[name] / (self.counts[of] or 1), 4)

    def result(self) -> dict[str, Any]:
        """The figures in the order in which they are printed."""
        roles = {
            r: {**self.rates(r), "exact": self.share(f"{r}.exact", "tasks.hit")} for r in ROLES
        }
        return {
            "notices": self.notices,
            "absent": self.counts["absent"],
            "tasks": self.rates("tasks"),
            "clause": self.share("clause.right", "tasks.hit"),
            **roles,
            "deadlines": self.rates("deadlines"),
            "fields": self.share("fields.right", "fields.all"),
            "untouched": self.share("untouched", "tasks.gold"),
            "by_notice": round(sum(self.shares) / (len(self.shares) or 1), 4),
            "spurious": self.share("spurious", "tasks.found"),
        }


def score(gold: Mapping[str, Json], found: Mapping[str, Json]) -> Tally:
    """Compare gold notices with a run's, both by name; a notice without output counts as missed."""
    tally = Tally()
    for name in sorted(gold):
        tally.notices += 1
        say = tally.details.setdefault(name, [])
        if name not in found:
            say.append("  no output for this notice")
            tally.counts["absent"] += 1
        before = Counter(tally.counts)
        score_notice(gold[name], found.get(name, {}), tally, say)
        wanted = tally.counts["tasks.gold"] - before["tasks.gold"]
        if wanted:
            tally.shares.append((tally.counts["untouched"] - before["untouched"]) / wanted)
    return tally


def score_notice(gold: Json, found: Json, tally: Tally, say: list[str]) -> None:
    """Add one notice's counts to the tally, and to `say` a line for every difference."""
    _score_fields(gold["notice"], found.get("notice") or {}, tally, say)
    wanted: Sequence[Json] = gold["tasks"]
    tasks: Sequence[Json] = found.get("tasks") or []
    pairs = match(wanted, tasks)
    optional = [g for g in wanted if g.get("optional")]
    neutral = {j for i, j in pairs.items() if wanted[i].get("optional")}
    loose = set(range(len(tasks))) - set(pairs.values())
    touching = {
        j for j in loose if any(intersection_over_union(g, tasks[j]) > 0.2 for g in optional)
    }
    tally.counts["tasks.found"] += len(tasks) - len(neutral | touching)
    for j in sorted(loose - touching):
        tally.counts["spurious"] += 1
        # deadlines claimed on tasks that do not exist count against precision
        tally.counts["deadlines.found"] += len(tasks[j].get("deadlines") or [])
        say.append(f"  spurious {tasks[j].get('clause')}: {str(tasks[j].get('text', ''))[:80]!r}")
    for i, task in enumerate(wanted):
        if task.get("optional"):
            continue
        tally.counts["tasks.gold"] += 1
        if i in pairs:
            _score_task(task, tasks[pairs[i]], tally, say)
            continue
        say.append(f"  missed {task['clause']}: {task['text'][:80]!r}")
        if not task.get("deadline_optional"):
            tally.counts["deadlines.gold"] += len(task["deadlines"])


def judge_fields(gold: Json, found: Json) -> dict[str, bool]:
    """Which fields of a notice's header are right, of those that its gold has."""
    right: dict[str, bool] = {}
    for key in FIELDS:
        if key in gold:
            want = gold[key]
            options = want if isinstance(want, list) else [want]  # any of a list is as right
            right[key] = any(_same_field(key, o, field_of(found, key)) for o in options)
    return right


def field_of(notice: Json, key: str) -> Any:
    """A header's field in the gold's form: of a body its name."""
    value = notice.get(key)
    return value.get("name") if isinstance(value, Mapping) else value


def judge_task(gold: Json, found: Json) -> dict[str, bool]:
    """What is right in the task that was found for a gold one."""
    tally = Tally()
    _score_task(gold, found, tally, [])
    counts = tally.counts
    hit, want, have = (counts[f"deadlines.{k}"] for k in ("hit", "gold", "found"))
    return {
        "clause": bool(counts["clause.right"]),
        **{role: bool(counts[f"{role}.exact"]) for role in ROLES},
        "deadlines": hit == want == have,
    }


def _score_fields(gold: Json, found: Json, tally: Tally, say: list[str]) -> None:
    for key, right in judge_fields(gold, found).items():
        tally.counts["fields.all"] += 1
        tally.counts["fields.right"] += right
        if not right:
            say.append(f"  field {key}: gold {gold[key]!r}, found {field_of(found, key)!r}")


def _same_field(key: str, want: Any, have: Any) -> bool:
    if want is None:
        return have in (None, "")
    if not have:
        return False
    if key == "issuer":
        return same_agency(want, have)
    return str(have).casefold() == str(want).casefold()


def _score_task(gold: Json, found: Json, tally: Tally, say: list[str]) -> None:
    tally.counts["tasks.hit"] += 1
    tally.counts["clause.right"] += str(found.get("clause")) == gold["clause"]
    exact: dict[str, bool] = {}
    for role in ROLES:
        have = list(_names(found.get(role)))
        options = [gold[role]]
        if role == "lead":
            options += gold.get("lead_alternatives") or []
        want = max(options, key=lambda o: _fit(o, have))
        hit = count_pairs(want, have, same_agency)
        tally.add(role, hit, len(want), len(have))
        exact[role] = hit == len(want) == len(have)
        tally.counts[f"{role}.exact"] += exact[role]
        if not exact[role] and role != "reports_to":
            say.append(f"  {role} {gold['clause']}: gold {want}, found {have}")
    right = _score_deadlines(gold, found.get("deadlines") or [], tally, say)
    tally.counts["untouched"] += exact["lead"] and exact["coordinating"] and right


def _fit(option: Sequence[str], have: Sequence[str]) -> float:
    return count_pairs(option, have, same_agency) - abs(len(option) - len(have)) * 0.01


def _score_deadlines(gold: Json, have: Sequence[Json], tally: Tally, say: list[str]) -> bool:
    if gold.get("deadline_optional") and not have:
        return True
    want = gold["deadlines"]
    hit = count_pairs(want, have, same_deadline)
    tally.add("deadlines", hit, len(want), len(have))
    if hit == len(want) == len(have):
        return True
    told = [(d.get("text"), d.get("kind"), d.get("normalized")) for d in have]
    say.append(f"  deadline {gold['clause']}: gold {[d['text'] for d in want]}, found {told}")
    return False


def _names(agencies: Iterable[Any] | None) -> Iterator[str]:
    for agency in agencies or ():
        yield agency["name"] if isinstance(agency, Mapping) else agency
