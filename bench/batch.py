"""A folder of copies of the samples: two workers against one, and memory against the folder's size.

usage: python bench/batch.py [--copies 32] [--rounds 3] [--scheduler tcp://HOST:PORT]

1. Notices a second of `nhiemvu extract FOLDER -o out.jsonl` with --workers 1 and 2, in turns, and
   the median of the rounds' ratios. Target: at least 1.8 on two free cores. On a busy machine two
   workers do not get two: each round tells the load and how much of the processors each run had,
   and the processor time of both gives the ratio that two free ones cannot exceed.
2. Peak memory of the command itself, its workers aside, with one copy and with all of them (Linux).
The outputs are compared too: every run must write the same bytes. --scheduler: the same over a Dask
cluster (two workers of one thread each on this machine compare with --workers 2), whose workers'
processor time is not counted.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples" / "notices"

# A small process of its own starts the command: a child's peak memory counts its parent's at the fork.
# The peak that wait4 gives would be that of a worker: the kernel tells the command's own while it runs.
LAUNCH = """
import os, sys, time
start = time.perf_counter()
pid = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
peak = 0
while not (ended := os.wait4(pid, os.WNOHANG))[0]:
    time.sleep(0.05)
    try:
        with open(f"/proc/{pid}/status") as file:
            peak = next((int(x.split()[1]) for x in file if x.startswith("VmHWM")), peak)
    except OSError:
        pass
_, status, used = ended
print(os.waitstatus_to_exitcode(status), time.perf_counter() - start, used.ru_utime + used.ru_stime, peak)
"""


class Run(NamedTuple):
    """Wall and CPU seconds (workers that were waited for included), peak memory of the command in MB."""

    wall: float
    cpu: float
    memory: float


def run(folder: Path, output: Path, way: list[str]) -> Run:
    """Extract a folder once; way: the options that say who reads."""
    command = [sys.executable, "-m", "extractor", "extract", folder, "-o", output, "-q"]
    done = subprocess.run(
        [sys.executable, "-S", "-c", LAUNCH, *map(str, command), *way],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    status, wall, cpu, memory = done.stdout.split()
    if status != "0":
        sys.exit(f"extract failed:\n{done.stderr}")
    return Run(float(wall), float(cpu), float(memory) / 1024)


def copies(folder: Path, times: int) -> int:
    """Fill a folder; how many notices it has."""
    samples = sorted(SAMPLES.glob("*.txt"))
    for k in range(times):
        (folder / f"{k:04}").mkdir(parents=True)
        for path in samples:
            shutil.copyfile(path, folder / f"{k:04}" / path.name)
    return times * len(samples)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--copies", type=int, default=32, help="copies of the samples")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scheduler", help="address of a Dask cluster's scheduler")
    args = parser.parse_args()
    ways = {f"--workers {n}": ["--workers", f"{n}"] for n in (1, 2)}
    if args.scheduler:
        ways["cluster"] = ["--engine", "dask", "--scheduler", args.scheduler]
    one, two = list(ways)[:2]
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        few = copies(place / "few", 1)
        many = copies(place / "many", args.copies)
        outputs = {w: place / f"{w}.jsonl" for w in ways}
        print(f"{many} notices, {os.cpu_count()} processors")
        ratios, bounds = [], []
        peaks = {}
        for k in range(args.rounds):
            load = os.getloadavg()[0]
            runs = {w: run(place / "many", outputs[w], way) for w, way in ways.items()}
            ratios.append(runs[one].wall / runs[two].wall)
            peaks = {w: max(peaks.get(w, 0), r.memory) for w, r in runs.items()}
            bounds.append(2 * runs[one].cpu / runs[two].cpu)
            said = "   ".join(
                f"{w} {many / r.wall:6.1f}/s, {r.cpu / r.wall:4.2f} processors"
                for w, r in runs.items()
            )
            print(
                f"  round {k + 1}, load {load:4.1f}   {said}   ratio {ratios[-1]:.2f}", flush=True
            )
            if len({output.read_bytes() for output in outputs.values()}) > 1:
                sys.exit("the outputs differ")
            time.sleep(1)
        ratio, bound = statistics.median(ratios), statistics.median(bounds)
        print(
            f"  median ratio {ratio:.2f}, by processor time {bound:.2f}   target 1.80 {'ok' if ratio >= 1.8 else 'MISSED'}"
        )
        print("memory of the command itself, MB")
        for w, way in ways.items():
            least = run(place / "few", place / "few.jsonl", way).memory
            print(f"  {w:<11}   {few} notices {least:6.1f}   {many} notices {peaks[w]:6.1f}")


if __name__ == "__main__":
    main()
