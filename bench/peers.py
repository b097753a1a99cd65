"""What else reads such notices: the same gold, in one run, with quality and CPU time.

usage: python bench/peers.py [--date 2026-11-22] [--all] [--real DIR]

Each tool reads the whole notice. Then it is asked only about the gold tasks: which bodies have a part
in them, which day they are due; what it says of the rest of the notice (cited dates, places) is not
held against it. Figures are over all tasks of a set; a dash: the tool does not do that.

- nhiemvu: the bodies and days of its tasks.
- cue regex: what one writes in an afternoon: paragraphs with a word of assignment are tasks, a word
  such as "trước" and a date is a deadline, a head word and the capitals after it are a body.
- dateparser: `search_dates` in Vietnamese, day first, told the notice's date.
- underthesea: `ner` paragraph by paragraph, with the model in its package; it labels bodies LOC more often than
  ORG, so both count.

On the `test` samples, with --all on the others and on published notices too. With --date the table of
the `test` samples goes into README.md and README.vi.md.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "bench"))

from evaluate import put  # noqa: E402

from extractor import __version__, extract  # noqa: E402
from extractor.evaluation import read_gold  # noqa: E402
from extractor.scoring import Json, canonical, match, same_agency  # noqa: E402


class Found(NamedTuple):
    """What a tool says of a notice; None where it does not do that. Offsets are into its text.

    tasks: spans; deadlines: start and ISO day; agencies: start and name.
    """

    tasks: list[tuple[int, int]] | None = None
    deadlines: list[tuple[int, str]] | None = None
    agencies: list[tuple[int, str]] | None = None


Tool = Callable[[str, str | None], Found]  # a notice's text and the day it was issued
KINDS = ("tasks", "deadlines", "agencies")


# --- the tools --------------------------------------------------------------------------------------


def ours(text: str, _: str | None) -> Found:
    record = extract(text)
    return Found(
        [(t.start, t.end) for t in record.tasks],
        [
            (d.start, d.normalized.end[:10])
            for t in record.tasks
            for d in t.deadlines
            if d.kind == "due" and d.normalized.end
        ],
        [
            (a.start, a.name)
            for t in record.tasks
            for a in (*t.lead, *t.coordinating, *t.reports_to)
        ],
    )


# a paragraph goes on over line breaks up to a sign that ends it, or an empty line
PARAGRAPH = re.compile(r"\S.*?(?=[.;:]\s*\n|\n\s*\n|\Z)", re.DOTALL)
CUE = re.compile(
    r"\b(?:giao|yêu cầu|đề nghị|chủ trì|có trách nhiệm|khẩn trương|báo cáo)\b", re.IGNORECASE
)
LIMIT = re.compile(
    r"(?:trước|chậm nhất|đến hết|hạn chót|hoàn thành)[^.;\d\n]{0,25}?"
    r"(?P<day>\d{1,2})(?:/| tháng )(?P<month>\d{1,2})(?:(?:/| năm )(?P<year>\d{4}))?",
    re.IGNORECASE,
)
_AFTER = (  # what follows a name
    "chủ trì|phối hợp|tham mưu|báo cáo|tổng hợp|rà soát|xây dựng|thực hiện|trình|tổ chức|khẩn trương|có|phải|"
    "theo|để|chỉ đạo|tiếp tục|tăng cường|kiểm tra|hướng dẫn|triển khai|đôn đốc|phê duyệt|xem xét|trước|trong|"
    "và (?:các|sở|ubnd|ban|công an)|căn cứ|bố trí|lập|đề xuất|hoàn thành|chịu"
)
BODY = re.compile(
    r"\b(?:UBND|Ủy ban nhân dân|HĐND|Sở|Bộ|Ban|Công an|Phòng|Cục|Chi cục|Văn phòng|Thanh tra|Hội|"
    r"Trung tâm|Mặt trận Tổ quốc|Kho bạc|Ngân hàng|Công ty|Tỉnh ủy|Huyện ủy)\b"
    rf"(?:(?! (?i:{_AFTER})\b) [^\W\d]+){{0,9}}"
)


def cue_regex(text: str, issued_on: str | None) -> Found:
    tasks = [m.span() for m in PARAGRAPH.finditer(text) if CUE.search(m.group())]
    deadlines = []
    for m in LIMIT.finditer(text):
        year = m["year"] or (issued_on or "")[:4]
        if year:
            deadlines.append((m.start(), f"{year}-{int(m['month']):02}-{int(m['day']):02}"))
    unwrapped = text.replace("\n", " ")
    return Found(tasks, deadlines, [(m.start(), m.group()) for m in BODY.finditer(unwrapped)])


def by_dateparser(text: str, issued_on: str | None) -> Found:
    from dateparser.search import search_dates

    settings: dict[str, Any] = {"DATE_ORDER": "DMY", "PREFER_DATES_FROM": "future"}
    if issued_on and len(issued_on) == 10:
        settings["RELATIVE_BASE"] = datetime.fromisoformat(issued_on)
    days = []
    at = 0
    for words, day in search_dates(text, languages=["vi"], settings=settings) or ():
        start = max(text.find(words, at), at)
        at = start + len(words)
        days.append((start, day.date().isoformat()))
    return Found(deadlines=days)


def by_underthesea(text: str, _: str | None) -> Found:
    from underthesea import ner

    found: list[tuple[int, str]] = []
    for paragraph in PARAGRAPH.finditer(text):
        at = paragraph.start()
        label = "O"
        for word, _, _, tag in ner(paragraph.group().replace("\n", " ")):
            start = max(text.find(word.split()[0], at), at)
            at = start + len(word)
            if tag.startswith("I-") and tag[2:] == label:
                found[-1] = (found[-1][0], f"{found[-1][1]} {word}")
                continue
            label = tag[2:] if tag in ("B-ORG", "B-LOC") else "O"
            if label != "O":
                found.append((start, word))
    return Found(agencies=found)


TOOLS: dict[str, Tool] = {
    "nhiemvu": ours,
    "cue regex": cue_regex,
    "dateparser `search_dates`": by_dateparser,
    "underthesea `ner`": by_underthesea,
}


# --- quality ----------------------------------------------------------------------------------------


class Score(NamedTuple):
    """Right, given and wanted ones."""

    hit: int = 0
    found: int = 0
    gold: int = 0

    def __str__(self) -> str:
        p = self.hit / self.found if self.found else 0.0
        r = self.hit / self.gold if self.gold else 0.0
        f1 = 2 * p * r / (p + r) if p + r else 0.0
        return f"{p:.3f} / {r:.3f} / **{f1:.3f}**"


def judge(gold: Json, found: Found) -> dict[str, Score | None]:
    """Scores of one notice; deadlines and agencies only where its gold tasks stand."""
    wanted = [t for t in gold["tasks"] if not t.get("optional")]
    days, bodies = (Score() if x is not None else None for x in (found.deadlines, found.agencies))
    for task in wanted:
        inside = range(task["start"], task["end"])
        if days is not None:
            want = {
                d["normalized"]["end"][:10]
                for d in task["deadlines"]
                if d["kind"] == "due" and d["normalized"].get("end") and d["start"] in inside
            }
            have = {day for start, day in found.deadlines or () if start in inside}
            days = _plus(days, len(want & have), len(have), len(want))
        if bodies is not None:
            lead = task["lead"] if task.get("lead_basis") == "stated" else []
            names = {canonical(n): n for n in (*lead, *task["coordinating"], *task["reports_to"])}
            said = {canonical(n): n for start, n in found.agencies or () if start in inside}
            bodies = _plus(bodies, _same(names.values(), said.values()), len(said), len(names))
    tasks = None
    if found.tasks is not None:
        spans = [{"start": a, "end": b} for a, b in found.tasks]
        pairs = match(gold["tasks"], spans)
        neutral = sum(bool(gold["tasks"][k].get("optional")) for k in pairs)
        tasks = Score(len(pairs) - neutral, len(spans) - neutral, len(wanted))
    return {"tasks": tasks, "deadlines": days, "agencies": bodies}


def _plus(score: Score, *more: int) -> Score:
    return Score(*(a + b for a, b in zip(score, more, strict=True)))


def _same(gold: Any, found: Any) -> int:
    left = list(found)
    hits = 0
    for name in gold:
        partner = next((k for k in left if same_agency(name, k)), None)
        if partner is not None:
            left.remove(partner)
            hits += 1
    return hits


class Line(NamedTuple):
    """A row of the table."""

    tool: str
    cells: tuple[str, ...]


def compare(notices: Path, gold: Mapping[str, Json]) -> Iterator[Line]:
    """Every tool over all notices of a set: quality, and milliseconds of CPU for 1,000 characters."""
    texts = {name: (notices / f"{name}.txt").read_text("utf-8") for name in gold}
    size = sum(map(len, texts.values()))
    for name, tool in TOOLS.items():
        sums: dict[str, Score] = {}
        issued = {key: gold[key]["notice"].get("issued_on") for key in gold}
        for key, text in texts.items():  # and so models and tables are loaded before the clock runs
            for kind, score in judge(gold[key], tool(text, issued[key])).items():
                if score is not None:
                    sums[kind] = _plus(sums.get(kind, Score()), *score)
        begun = time.process_time()
        for key, text in texts.items():
            tool(text, issued[key])
        seconds = time.process_time() - begun
        quality = (str(sums[kind]) if kind in sums else "–" for kind in KINDS)
        yield Line(name, (*quality, f"{seconds / size * 1e6:.2f}"))


# --- the table --------------------------------------------------------------------------------------

ENGLISH = ("", "tasks", "deadlines", "agencies", "CPU, ms for 1,000 characters")
VIETNAMESE = ("", "nhiệm vụ", "thời hạn", "cơ quan", "CPU, ms cho 1.000 ký tự")


def table(lines: Iterator[Line] | list[Line], heads: tuple[str, ...], foot: str) -> Iterator[str]:
    """The table in Markdown; cells are precision / recall / F1."""
    yield f"| {' | '.join(heads)} |"
    yield "|---|" + "---:|" * (len(heads) - 1)
    for line in lines:
        yield f"| {line.tool} | {' | '.join(line.cells)} |"
    yield f"\n{foot}"


def footing(as_of: date) -> str:
    """What was run and when."""
    tools = ", ".join(f"{name} {version(name)}" for name in ("dateparser", "underthesea"))
    return f"nhiemvu {__version__}, {tools}, {as_of:%d/%m/%Y}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--date", type=date.fromisoformat, help="write the table, with this day")
    parser.add_argument("--all", action="store_true", help="not the test samples alone")
    parser.add_argument(
        "--real",
        type=Path,
        default=ROOT.parent / "shared" / "evaluation",
        help="folder with notices/ and gold/ of published notices",
    )
    args = parser.parse_args()
    warnings.simplefilter("ignore")  # dateparser's own
    samples = ROOT / "samples"
    sets = [("test", samples, "test"), ("dev", samples, "dev"), ("real", args.real, None)]
    for name, folder, split in sets if args.all else sets[:1]:
        if not folder.is_dir():
            print(f"{name}: no folder {folder}")
            continue
        gold = read_gold(folder / "gold", split)
        total = sum(len(g["tasks"]) for g in gold.values())
        print(f"{name}: {len(gold)} notices, {total} tasks; precision / recall / F1")
        lines = list(compare(folder / "notices", gold))
        print("\n".join(table(lines, ENGLISH, "")))
        if name == "test" and args.date:
            put(ROOT / "README.md", "peers", table(lines, ENGLISH, footing(args.date)))
            put(ROOT / "README.vi.md", "peers", table(lines, VIETNAMESE, footing(args.date)))


if __name__ == "__main__":
    main()
