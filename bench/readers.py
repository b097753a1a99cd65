"""What each format gives back, and how fast: samples typeset in every format, read, compared.

usage: python bench/readers.py [--notices N] [--scans N] [--originals DIR] [--keep DIR] [--write]
       python bench/readers.py --speed

Columns: marks = share of list items that come back with their very mark; errors = character
distance to what was typeset, by its length; tasks = tasks found and fields right by gold, of what
the plain text gives (matched by text, not by offsets). The share of `tasks` of DIR/originals is
taken against DIR/notices and DIR/gold. --write puts the table into docs/readers.md.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import corpus  # noqa: E402
from evaluate import put  # noqa: E402
from rapidfuzz import fuzz  # noqa: E402
from rapidfuzz.distance import Levenshtein  # noqa: E402

from extractor import Extractor  # noqa: E402
from extractor.errors import ReadError  # noqa: E402
from extractor.readers import ReadFile, read_files, sandbox  # noqa: E402
from extractor.scoring import judge_task  # noqa: E402

PAGE = ROOT / "docs" / "readers.md"
SAMPLES = ROOT / "samples"
LEAST = 60  # percent that two tasks' texts are alike
FIELDS = ("lead", "coordinating", "reports_to", "deadlines")

Files = dict[str, Path]  # notice -> its file in one format


class Target(NamedTuple):
    """Least marks, most errors, least tasks; None: nothing is asked."""

    marks: float | None = None
    errors: float | None = None
    tasks: float | None = None


WORD, PDF = Target(marks=0.99, tasks=0.99), Target(errors=0.01, tasks=0.97)
TARGETS = {
    "docx, typed numbers": WORD,
    "docx, automatic numbers": WORD,
    "docx, tracked changes": WORD,
    "docx, TCVN3 font": WORD,
    "docx, VNI font": WORD,
    "doc, automatic numbers": Target(marks=0.97),
    "pdf, typed numbers": PDF,
    "pdf, automatic numbers": PDF,
    "scan, 200 dpi, noisy": Target(errors=0.03, tasks=0.85),
}


# --- making the files -------------------------------------------------------------------------


def make(texts: Mapping[str, str], scans: Sequence[str], folder: Path) -> dict[str, Files]:
    """Every notice in every format, by the format's name."""
    found: dict[str, Files] = {}

    def keep(form: str, suffix: str, write: Callable[[str], bytes], names: Sequence[str]) -> None:
        below = folder / form.replace(", ", "-").replace(" ", "-")
        below.mkdir(parents=True, exist_ok=True)
        found[form] = {}
        for name in names:
            found[form][name] = below / f"{name}.{suffix}"
            found[form][name].write_bytes(write(name))

    parts = {name: corpus.blocks(text) for name, text in texts.items()}
    every = list(texts)
    for form, how in (
        ("typed numbers", {}),
        ("automatic numbers", {"automatic": True}),
        ("tracked changes", {"tracked": True}),
        ("TCVN3 font", {"font": ".VnTime"}),
        ("VNI font", {"font": "VNI-Times"}),
    ):
        keep(f"docx, {form}", "docx", lambda n, how=how: corpus.docx(parts[n], **how), every)  # type: ignore[misc]
    for kind in ("doc", "rtf", "odt", "pdf"):
        for form in ("typed numbers", "automatic numbers"):
            source = list(found[f"docx, {form}"].values())
            out = folder / f"{kind}-{form.replace(' ', '-')}"
            if corpus.convert(source, kind, out):
                made = {n: out / f"{n}.{kind}" for n in every}
                found[f"{kind}, {form}"] = {n: p for n, p in made.items() if p.exists()}
    keep("html", "html", lambda n: corpus.html(parts[n]), every)
    word = {n: p.read_bytes() for n, p in found["docx, automatic numbers"].items()}
    for kind, wrap in (("eml", corpus.mail), ("zip", corpus.archive), ("edxml", corpus.edxml)):
        keep(kind, kind, lambda n, wrap=wrap: wrap(word[n]), every)  # type: ignore[misc]
    for encoding in corpus.texts(""):
        keep(f"txt, {encoding}", "txt", lambda n, e=encoding: corpus.texts(texts[n])[e], every)  # type: ignore[misc]
    pages = found.get("pdf, typed numbers", {})
    for dpi, noisy in ((200, False), (150, True), (200, True), (300, True)):
        form = f"scan, {dpi} dpi, {'noisy' if noisy else 'clean'}"
        names = [n for n in scans if n in pages]
        keep(form, "pdf", lambda n, d=dpi, x=noisy: corpus.scan(pages[n].read_bytes(), n, d, noisy=x), names)  # type: ignore[misc]  # fmt: skip
    return found


# --- comparing --------------------------------------------------------------------------------


class Row(NamedTuple):
    """Figures of one format over its notices; failed: what could not be read."""

    form: str
    notices: int
    marks: float
    errors: float
    tasks: float
    failed: dict[str, str]


def folded(lines: Sequence[str]) -> list[str]:
    """Lines without blanks' lengths, tables' bars and letters in parts."""
    bare = (" ".join(unicodedata.normalize("NFC", x).replace("|", " ").split()) for x in lines)
    return [line for line in bare if line]


def read_one(path: Path) -> ReadFile:
    """The one notice of a file."""
    found = [x for x in read_files(path) if isinstance(x, ReadFile)]
    if len(found) == 1:
        return found[0]
    raise ReadError(next((str(x) for x in read_files(path) if isinstance(x, ReadError)), "nothing"))


def marks_kept(parts: Sequence[corpus.Block], lines: Sequence[str]) -> tuple[int, int]:
    """List items that begin a line with their mark, and how many there are."""
    begun = {line[:30].lower() for line in lines}  # TCVN3 has no toned capitals
    wanted = [" ".join(f"{p.mark} {p.text}".split()) for p in parts if p.mark]
    return sum(w[:30].lower() in begun for w in wanted), len(wanted)


def right(gold: Any, found: Any) -> int:
    """Tasks of gold that are found, by their words, and their fields that are right."""
    pairs = sorted(
        (
            (fuzz.ratio(_words(g), _words(f)), i, j)
            for i, g in enumerate(gold["tasks"])
            for j, f in enumerate(found["tasks"])
        ),
        reverse=True,
    )
    count, used_gold, used_found = 0, set(), set()
    for alike, i, j in pairs:
        if alike < LEAST or i in used_gold or j in used_found:
            continue
        used_gold.add(i)
        used_found.add(j)
        judged = judge_task(gold["tasks"][i], found["tasks"][j])
        count += 1 + sum(judged[field] for field in FIELDS)
    return count


def _words(task: Any) -> str:
    return unicodedata.normalize("NFC", " ".join(str(task.get("text") or "").split()))


class Notices:
    """Texts, their gold and how much of it the plain text gives."""

    def __init__(self, texts: Mapping[str, str], gold: Mapping[str, Any]) -> None:
        self.extractor = Extractor()
        self.gold = {n: _with_texts(gold[n], text) for n, text in texts.items()}
        self.parts = {n: corpus.blocks(text) for n, text in texts.items()}
        self.plain = {n: self.right(n, text) for n, text in texts.items()}

    def right(self, name: str, text: str) -> int:
        """How much of a notice's gold a text gives."""
        return right(self.gold[name], self.extractor.extract(text).model_dump())

    def compare(self, form: str, files: Files) -> Row:
        """One format's figures."""
        kept = items = distance = length = tasks = plain = 0
        failed: dict[str, str] = {}
        for name, path in files.items():
            try:
                read = read_one(path)
            except ReadError as error:
                failed[name] = str(error)
                text = ""
            else:
                text = read.content.text
            lines = folded(text.split("\n"))
            parts = self.parts[name]
            a, b = marks_kept(parts, lines)
            kept, items = kept + a, items + b
            want, have = " ".join(corpus.expected(parts)), " ".join(lines)
            distance, length = distance + Levenshtein.distance(want, have), length + len(want)
            tasks += self.right(name, text)
            plain += self.plain[name]
        return Row(form, len(files), kept / (items or 1), distance / (length or 1), tasks / (plain or 1), failed)  # fmt: skip


def _with_texts(gold: Any, text: str) -> Any:
    tasks = [{**t, "text": text[t["start"] : t["end"]]} for t in gold["tasks"]]
    return {**gold, "tasks": tasks}


def figures(row: Row) -> Iterator[str]:
    """The row's cells, a missed target in bold."""
    target = TARGETS.get(row.form, Target())
    for value, limit, over in (
        (row.marks, target.marks, False),
        (row.errors, target.errors, True),
        (row.tasks, target.tasks, False),
    ):
        shown = f"{value:.3f}"
        if limit is None:
            yield shown
            continue
        missed = value > limit if over else value < limit
        yield f"{f'**{shown}**' if missed else shown} ({'≤' if over else '≥'} {limit})"


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The page's table."""
    yield "| format | notices | marks | errors | tasks and fields |"
    yield "|---|---:|---:|---:|---:|"
    for row in rows:
        count = (
            f"{row.notices - len(row.failed)} of {row.notices}" if row.failed else str(row.notices)
        )
        yield f"| {row.form} | {count} | {' | '.join(figures(row))} |"


# --- published notices ------------------------------------------------------------------------


def originals(folder: Path) -> Iterator[tuple[str, float]]:
    """For each original what it gives of what its text in notices/ gives."""
    for path in sorted((folder / "originals").iterdir()):
        text = (folder / "notices" / f"{path.stem}.txt").read_text("utf-8")
        gold = json.loads((folder / "gold" / f"{path.stem}.json").read_text("utf-8"))
        notices = Notices({path.stem: text}, {path.stem: gold})
        got = notices.right(path.stem, read_one(path).content.text)
        yield path.name, got / (notices.plain[path.stem] or 1)


# --- speed ------------------------------------------------------------------------------------


def cpu() -> float:
    """Seconds that this process and its ended workers have computed."""
    sandbox.close()
    own, children = (
        resource.getrusage(x) for x in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def speed(found: Mapping[str, Files]) -> Iterator[str]:
    """Files a second on one core, reading alone, worker processes and their start counted."""
    targets = {"docx, automatic numbers": 30, "pdf, typed numbers": 15}
    yield "| format | files a second of processor time |"
    yield "|---|---:|"
    for form, files in found.items():
        paths = list(files.values()) * (1 if form.startswith("scan") else 3)
        begun = cpu()
        for path in paths:
            list(read_files(path))
        rate = len(paths) / (cpu() - begun)
        asked = targets.get(form)
        said = f"{rate:.1f}" if rate < 10 else f"{rate:.0f}"
        if asked:
            said = f"{said if rate >= asked else f'**{said}**'} (≥ {asked})"
        yield f"| {form} | {said} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--notices", type=int, default=36, help="samples to typeset")
    parser.add_argument("--scans", type=int, default=6, help="of them, how many to scan")
    parser.add_argument("--forms", default="", help="only formats that begin so")
    parser.add_argument("--originals", type=Path, help="folder with originals/, notices/ and gold/")
    parser.add_argument("--keep", type=Path, help="folder for the files that are made")
    parser.add_argument("--speed", action="store_true", help="how fast, in place of how well")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/readers.md")
    args = parser.parse_args()
    if args.originals and not args.notices:
        found_shares = list(originals(args.originals))
        for name, share in found_shares:
            print(f"{share:6.3f}  {name}")
        print(f"{min(s for _, s in found_shares):6.3f}  least, {statistics.mean(s for _, s in found_shares):.3f} mean")  # fmt: skip
        return
    names = sorted(p.stem for p in (SAMPLES / "notices").glob("*.txt"))
    names = names[:: max(1, len(names) // args.notices)][: args.notices]
    texts = {n: (SAMPLES / "notices" / f"{n}.txt").read_text("utf-8") for n in names}
    gold = {n: json.loads((SAMPLES / "gold" / f"{n}.json").read_text("utf-8")) for n in names}
    with tempfile.TemporaryDirectory() as made:
        folder = args.keep or Path(made)
        step = max(1, len(names) // max(args.scans, 1))
        found = make(texts, names[::step][: args.scans], folder)
        found = {form: files for form, files in found.items() if form.startswith(args.forms)}
        if args.speed:
            lines = list(speed(found))
        else:
            notices = Notices(texts, gold)
            rows = []
            for form, files in found.items():
                rows.append(notices.compare(form, files))
                print(
                    f"{form:26}",
                    *figures(rows[-1]),
                    *list(rows[-1].failed.values())[:1],
                    flush=True,
                )
            lines = list(table(rows))
    print("\n".join(lines))
    if args.write:
        put(PAGE, "speed" if args.speed else "figures", iter(lines))


if __name__ == "__main__":
    main()
