"""Tasks put into an office's tracker: a plan first, then that and nothing else.

A tracker is a `Target`: it finds what it holds, and writes one change. It keeps with each task its
key and the mark of the fields as they were last written, so nothing is remembered here: fields that
no longer agree with their mark were changed by a person. Other packages add targets under the
entry-point group `nhiemvu.targets`: a callable that takes `Settings` (docs/prefill.md).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal, Protocol, runtime_checkable

from extractor.errors import ExtractorError

GROUP = "nhiemvu.targets"
BUILTIN = {
    "redmine": "extractor.push.redmine:Redmine",
    "caldav": "extractor.push.caldav:CalDav",
}
MAX_TITLE = 255  # characters, Redmine's limit
Fields = Mapping[str, str]  # title, due (ISO date), recurrence, lead, priority, description
Outcome = Literal["create", "update", "unchanged", "kept", "conflict", "closed", "gone"]


class PushError(ExtractorError):
    """The tracker cannot be worked with at all: its address, our rights, its set-up."""


class RefusedError(PushError):
    """The tracker has refused one task, and nothing of it was written; the others may go in."""


class UnsureError(PushError):
    """Whether a task was written is not known: the connection ended before the answer.

    again: the same write may be sent once more, for the tracker itself would refuse a second one.
    """

    def __init__(self, message: str, *, again: bool = False) -> None:
        super().__init__(message)
        self.again = again


@dataclass(frozen=True)
class Task:
    """A task as it should stand in the tracker.

    key: its id. notice: what tells its notice from others, 16 hex digits. fields: texts in NFC, lines
    parted by one line feed. done: the office's own sheet says that it is finished. document, place:
    where it comes from, for a message.
    """

    key: str
    notice: str
    fields: Fields
    done: bool = False
    document: str = ""
    place: str = ""

    def mark(self, names: Iterable[str]) -> str:
        """The mark of those of its fields."""
        return mark({name: self.fields[name] for name in names})


@dataclass(frozen=True)
class Found:
    """A task as the tracker holds it.

    fields: those of a Task's that this tracker keeps, as they stand there now. written: their mark
    when we last wrote them. handle: the target's own, for writing it again. link: its address, for a person.
    """

    key: str
    notice: str
    fields: Fields
    written: str
    closed: bool = False
    handle: Any = field(default=None, compare=False)
    link: str = field(default="", compare=False)


@dataclass(frozen=True)
class Change:
    """What is to happen to a task. task is None for one that is gone, found for one to create."""

    outcome: Outcome
    key: str
    task: Task | None = None
    found: Found | None = None
    why: str = ""


@runtime_checkable
class Target(Protocol):
    """A tracker."""

    def find(self, keys: Collection[str], notices: Collection[str]) -> Iterable[Found]:
        """All that has one of these keys or comes from one of these notices, closed ones included.

        A key that is there twice is given twice. PushError where the tracker cannot be asked.
        """

    def write(self, change: Change) -> None:
        """Create or update a task with its key, its notice, its fields and their mark.

        Only what `change.found` shows may be replaced. RefusedError where it is not written,
        UnsureError where that is not known, any other PushError where no task can be written.
        """


@dataclass(frozen=True)
class Settings:
    """What a target is told: its address, names, passwords, by name."""

    target: str
    values: Mapping[str, str]

    def get(self, name: str, default: str = "") -> str:
        """A setting, or the default where it is not given."""
        return self.values.get(name) or default

    def need(self, name: str) -> str:
        """A setting that must be there; PushError says how to give it."""
        if value := self.get(name):
            return value
        raise PushError(
            f"--to {self.target} cần {variable(self.target, name)} trong môi trường,"
            f" hoặc {name} ở bảng [{self.target}] của tệp --settings"
        )


def variable(target: str, name: str) -> str:
    """The environment variable of a setting.

    >>> variable("redmine", "url")
    'NHIEMVU_REDMINE_URL'
    """
    return f"NHIEMVU_{target}_{name}".upper().replace("-", "_")


def mark(fields: Fields) -> str:
    """16 hex digits by which fields are told from others."""
    text = json.dumps(dict(sorted(fields.items())), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def names() -> tuple[str, ...]:
    """The targets that are installed here."""
    return (*BUILTIN, *(name for name, _ in _plugged_in() if name not in BUILTIN))


def target(settings: Settings) -> Target:
    """The target of that name; PushError where there is none or its settings are wrong."""
    make: Callable[[Settings], Any] | None = None
    if path := BUILTIN.get(settings.target):
        module, _, name = path.partition(":")
        make = getattr(import_module(module), name)
    else:
        point = dict(_plugged_in()).get(settings.target)
        try:
            make = point and point.load()
        except Exception as error:
            raise PushError(f"không nạp được đích {settings.target!r}: {error}") from error
    if make is None:
        raise PushError(f"--to nhận {', '.join(names())}, không phải {settings.target!r}")
    made = make(settings)
    if not isinstance(made, Target):
        raise PushError(f"đích {settings.target!r} không theo giao diện Target")
    return made


def _plugged_in() -> Iterator[tuple[str, Any]]:
    from importlib.metadata import entry_points

    for point in sorted(entry_points(group=GROUP), key=lambda p: (p.name, p.value)):
        yield point.name, point
