"""Files for people out of a run's records: one module a format, each with `dump`.

Same records, same options, same bytes: no module reads the clock. Packages that write a format are
imported by its module alone, and the module only when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from typing import cast

from extractor.export.profile import Profile
from extractor.schema import Record

FORMATS = {  # format -> its module here, also the suffix of its files
    "xlsx": "xlsx",
    "csv": "csv_file",
    "ics": "ics",
    "json": "json_file",
    "html": "web",
}


@dataclass(frozen=True)
class Options:
    """How to write.

    profile: the columns of sheets. text: gives a notice's whole text, None where it is not at hand.
    now: stands where a file must say when it was made and a notice has no date.
    """

    profile: Profile
    text: Callable[[Record], str | None] = lambda _: None
    now: datetime = datetime(1980, 1, 1)  # noqa: DTZ001 - the earliest that a ZIP may hold


def dump(to: str, records: Sequence[Record], options: Options) -> bytes:
    """The file of that format."""
    write = import_module(f"extractor.export.{FORMATS[to]}").dump
    return cast("Callable[[Sequence[Record], Options], bytes]", write)(records, options)


def made_on(records: Iterable[Record], options: Options) -> datetime:
    """The day of the latest notice, as the time when the file was made; without one, `now`."""
    days = []
    for record in records:
        try:
            days.append(date.fromisoformat(record.notice.issued_on or ""))
        except ValueError:
            continue
    return datetime(*max(days).timetuple()[:3]) if days else options.now  # noqa: DTZ001
