"""From many files to one output: what is done already is not done again, nothing is lost or doubled.

Outcomes go to a journal beside the output as they come. When all are there, the output is put
together in the files' order and takes its place whole, then the report; then the journal goes. A
run that is killed anywhere on this way leaves the journal, and one that takes it up ends with the
same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from extractor import report
from extractor.batch import Failure, replaced, write_whole
from extractor.content import digest
from extractor.journal import Journal, kept
from extractor.outcomes import Outcome

Extract = Callable[[Iterator[Path]], Generator[Outcome]]
"""Outcomes of files in any order (`outcomes.in_process`, `in_workers`); asks for files as it can."""
Tell = Callable[[Outcome], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a run writes, and what it may take from before.

    settings: `Job.settings`. earlier: what is taken over unread. resume: go on with the journal of
    a run that was ended. times: the report says how long each file took.
    """

    output: Path
    settings: str
    earlier: report.Earlier | None = None
    resume: bool = False
    times: bool = False

    @property
    def journal(self) -> Path:
        """Where the journal stands."""
        return self.output.with_name(f"{self.output.name}.journal")


def deliver(
    files: Sequence[Path], failures: Iterable[Failure], plan: Plan, extract: Extract, tell: Tell
) -> bool:
    """Write output and report; whether there was anything to write, an old output stays otherwise.

    files: sorted, each once. failures: of folders, for the report. tell: hears each outcome once, in the
    order in which they are ready. JournalError where the journal is another run's; OSError where
    something cannot be written. Whatever ends it early leaves the journal.
    """
    with kept(plan.journal, plan.settings, resume=plan.resume) as journal:
        _remove_drafts(plan.output.resolve(), report.beside(plan.output).resolve())
        left = _left(files, plan, journal, tell)
        with closing(extract(left)) as outcomes:
            for outcome in outcomes:
                journal.append(outcome)
                tell(outcome)
        written = write_whole(plan.output, (journal.read(p.as_posix()).records for p in files))
        with replaced(report.beside(plan.output)) as file:
            told = (journal.read(p.as_posix()) for p in files)
            report.write(file, plan.settings, failures, told, times=plan.times)
    return written


def _left(files: Iterable[Path], plan: Plan, journal: Journal, tell: Tell) -> Iterator[Path]:
    """The files that must be read; what is known of the others is told, and in the journal."""
    for path in files:
        name = path.as_posix()
        if name in journal or plan.earlier is not None:
            sha256 = digest(path)
            if name in journal:
                before = journal.read(name)
                if sha256 is not None and before.sha256 == sha256:
                    tell(before)
                    continue
            if plan.earlier is not None and (known := plan.earlier.of(name, sha256)):
                journal.append(known)
                tell(known)
                continue
        yield path


def _remove_drafts(*targets: Path) -> None:
    """Remove what a killed run was writing: the journal is ours, so nobody writes it now."""
    for target in targets:
        for path in target.parent.iterdir():
            if path.name.startswith(f".{target.name}.") and path.suffix == ".tmp":
                path.unlink()


def in_order(files: Iterable[Path], outcomes: Generator[Outcome]) -> Generator[Outcome]:
    """The outcomes in the files' order, each as soon as its turn has come; the others wait on disk."""
    turn = iter([p.as_posix() for p in files])
    name = next(turn, None)
    with TemporaryFile() as file, closing(outcomes):
        waiting = Journal(file)
        for outcome in outcomes:
            waiting.append(outcome)
            while name is not None and name in waiting:
                yield waiting.read(name)
                name = next(turn, None)
