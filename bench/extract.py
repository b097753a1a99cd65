"""Time and memory of the whole extraction, beside what it is compared with; prints ratios.

usage: python bench/extract.py [--shared DIR] [--quick]

1. CPU time of extracting all notices / of `dateparser.search.search_dates(text, languages=["vi"])`
   on the same texts, in this process: each runs once to warm up, then the least of as many rounds.
   Target: at most 0.10.
2. Growth: a notice with eight times its body / the notice. Target: at most 10.
3. Cold start of `nhiemvu extract FILE`, wall time and peak memory, for a notice whose verbs the
   tables know (0.5 s, 120 MB) and for one where underthesea is asked (1.2 s).
Notices: samples/notices and, where present, DIR/notices (default ../shared/evaluation).
"""

from __future__ import annotations

import argparse
import gc
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from extractor import extract, words  # noqa: E402
from extractor.document import Document  # noqa: E402
from extractor.layout import lay_out  # noqa: E402
from extractor.text import split_lines  # noqa: E402


def cpu(work: Callable[[], object], rounds: int) -> float:
    """Least CPU seconds of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def read_notices(*folders: Path) -> dict[str, str]:
    """Texts by file name."""
    return {
        p.stem: p.read_text("utf-8") for folder in folders for p in sorted(folder.glob("*.txt"))
    }


def against_search_dates(texts: Mapping[str, str], rounds: int) -> None:
    """Ratio 1."""
    from dateparser.search import search_dates

    def ours() -> None:
        for text in texts.values():
            extract(text)

    def theirs() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for text in texts.values():
                search_dates(text, languages=["vi"])

    size = sum(map(len, texts.values()))
    ours()
    theirs()
    a, b = cpu(ours, rounds), cpu(theirs, rounds)
    print(f"{len(texts)} notices, {size:,} characters, CPU seconds")
    print(f"  whole extraction          {a:8.3f}   {a / size * 1e6:8.1f} µs a character")
    print(f"  search_dates alone        {b:8.3f}   {b / size * 1e6:8.1f} µs a character")
    print(f"  ratio                     {a / b:8.3f}   target 0.100 {verdict(a / b, 0.1)}")


def growth(texts: Mapping[str, str], rounds: int) -> None:
    """Ratio 2, for the shortest, a middling and the longest notice; its body stands there eight times."""
    ordered = sorted(texts, key=lambda name: len(texts[name]))
    gc.collect()
    gc.freeze()  # what dateparser left behind is no part of a notice's growth
    print("growth: eight times as long / once, CPU")
    for name in (ordered[0], ordered[len(ordered) // 2], ordered[-1]):
        one, eight = texts[name], stretched(texts[name], 8)
        a, b = (
            cpu(lambda text=one: extract(text), rounds * 3),
            cpu(lambda text=eight: extract(text), rounds),
        )
        print(
            f"  {name[:36]:36} {len(one):7,} -> {len(eight):7,} chars {a:7.3f} s -> {b:7.3f} s   {b / a:5.1f}   target 10.0 {verdict(b / a, 10)}"
        )


def stretched(text: str, times: int) -> str:
    """The notice with its body so many times over, between its own header and closing."""
    doc = lay_out(Document(text, tuple(split_lines(text))))
    body = [k for k, zone in enumerate(doc.zones) if zone in ("body", "appendix")]
    lines = text.split("\n")
    first, last = body[0], body[-1] + 1
    return "\n".join([*lines[:first], *(lines[first:last] * times), *lines[last:]])


def asks(texts: Mapping[str, str]) -> dict[str, int]:
    """How often each notice asks underthesea for a verb."""
    count = 0
    ask = words.verbs

    def counted(phrase: str) -> object:
        nonlocal count
        count += 1
        return ask(phrase)

    words.verbs = counted  # type: ignore[assignment]
    found = {}
    try:
        for name, text in texts.items():
            count = 0
            extract(text)
            found[name] = count
    finally:
        words.verbs = ask
    return found


# A small process of its own starts the command: a child's peak memory counts its parent's at the fork.
LAUNCH = """
import resource, subprocess, sys, time
start = time.perf_counter()
status = subprocess.call(sys.argv[1:])
print(status, time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def run_once(notice: Path, out: Path) -> tuple[float, float]:
    """Wall seconds and peak megabytes of one `nhiemvu extract` in a process of its own."""
    command = [sys.executable, "-m", "extractor", "extract", str(notice), "-o", str(out), "--quiet"]
    done = subprocess.run(
        [sys.executable, "-S", "-c", LAUNCH, *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    status, seconds, peak = done.stdout.split()
    if status != "0":
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return float(seconds), float(peak) / (1024 if sys.platform != "darwin" else 1024 * 1024)


def cold_start(texts: Mapping[str, str], runs: int) -> None:
    """Cold starts with and without underthesea."""
    asked = asks(texts)
    by_size = sorted(texts, key=lambda name: len(texts[name]))
    known = [n for n in by_size if not asked[n]]
    unknown = [n for n in by_size if asked[n]]
    print(
        f"cold start of `nhiemvu extract FILE`, median of {runs}; underthesea asked by {len(unknown)} of {len(texts)} notices"
    )
    with tempfile.TemporaryDirectory() as folder:
        for names, limit, what in (
            (known, 0.5, "verbs in the tables"),
            (unknown, 1.2, "underthesea asked"),
        ):
            if not names:
                print(f"  {what:20} no such notice")
                continue
            notice = Path(folder) / f"{names[len(names) // 2]}.txt"
            notice.write_text(texts[notice.stem], encoding="utf-8")
            run_once(notice, Path(folder) / "out.jsonl")
            found = [run_once(notice, Path(folder) / "out.jsonl") for _ in range(runs)]
            seconds, memory = statistics.median(s for s, _ in found), max(m for _, m in found)
            line = f"  {what:20} {seconds:6.2f} s   target {limit:.1f} s {verdict(seconds, limit)}   {memory:6.1f} MB"
            print(line + (f"   target 120 MB {verdict(memory, 120)}" if limit == 0.5 else ""))


def verdict(value: float, limit: float) -> str:
    return "ok" if value <= limit else "MISSED"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "--shared",
        type=Path,
        default=ROOT.parent / "shared" / "evaluation",
        help="folder with notices/ of real notices",
    )
    parser.add_argument("--quick", action="store_true", help="eight samples and fewer rounds")
    args = parser.parse_args()
    texts = read_notices(ROOT / "samples" / "notices", args.shared / "notices")
    if args.quick:
        texts = dict(list(texts.items())[:8])
    rounds = 1 if args.quick else 3
    against_search_dates(texts, rounds)
    growth(texts, rounds)
    cold_start(texts, 3 if args.quick else 7)


if __name__ == "__main__":
    main()
