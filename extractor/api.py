"""The verbs of the package: a text or a file in, a record out.

`Extractor` holds what stays the same over many notices; `extract` and `extract_file` are one-off
calls. Only reading a file may fail (ReadError); a text, whatever it holds, gives a record.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from extractor import schema
from extractor.content import Content
from extractor.corrections import applied, parsed
from extractor.document import Document, Doubt, Metadata, Origin
from extractor.errors import ReadError
from extractor.gazetteer import Gazetteer
from extractor.gazetteer_check import load
from extractor.identity import Previous
from extractor.pipeline import extract_document
from extractor.policy import Policy
from extractor.readers import ReadFile, read_file, read_files
from extractor.records import from_document

if TYPE_CHECKING:
    from extractor.readers.sandbox import Progress

_LONE = re.compile("[\ud800-\udfff]")


class Extractor:
    """Reads notices under one policy; may be used again and again, and from several threads.

    policy: what the law leaves open (None: the defaults of `Policy`).
    gazetteer: folders with an office's own tables, laid over ours by id in that order, or tables
        that are loaded already (None: ours); GazetteerError names file and line of a wrong one.
    as_of: an ISO date; each agency then says who holds its work on that day.
    previous: an earlier output; tasks that it has keep their ids.
    """

    def __init__(
        self,
        *,
        policy: Policy | None = None,
        gazetteer: Gazetteer | Iterable[str | PathLike[str]] | None = None,
        as_of: str | None = None,
        previous: Previous | None = None,
    ) -> None:
        self.policy = policy or Policy()
        self.previous = previous
        self.as_of = None if as_of is None else date.fromisoformat(as_of).isoformat()
        if gazetteer is None or isinstance(gazetteer, Gazetteer):
            self.gazetteer = gazetteer
        else:
            self.gazetteer = load([Path(folder) for folder in gazetteer])

    def extract(self, text: str, *, path: str | PathLike[str] | None = None) -> schema.Record:
        """The record of a notice's text; offsets count its code points. `path` is only noted."""
        text, doubts = _whole(text)
        source = schema.Source(
            path=None if path is None else Path(path).as_posix(),
            sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        )
        return self._record(self.document(text), source, doubts)

    def extract_file(self, path: str | PathLike[str]) -> schema.Record:
        """The record of a notice in a file, with the corrections stored beside it.

        ReadError names the file and the reason.
        """
        return self.examine(path)[1]

    def extract_files(
        self,
        path: str | PathLike[str],
        *,
        content: Content | None = None,
        progress: Progress | None = None,
    ) -> Iterator[schema.Record | ReadError]:
        """A record for each notice in a file: one, or those of a mail or an archive.

        What cannot be read is given as its error, and the rest go on. content: what stands at
        `path`, where it is at hand. progress: told (done, total) pages of a scan.
        """
        path = Path(path)
        try:
            content = content or Content.of(path)
        except ReadError as error:
            yield error
            return
        for read in read_files(path, content.data, progress=progress):
            try:
                yield (
                    read if isinstance(read, ReadError) else self._examined(path, read, content)[1]
                )
            except ReadError as error:  # the corrections beside it are broken
                yield error

    def examine(
        self, path: str | PathLike[str], *, progress: Progress | None = None
    ) -> tuple[Document, schema.Record]:
        """The stages' document beside the record, for views that explain how fields were found.

        progress: told (done, total) pages of a scan.
        """
        path = Path(path)
        content = Content.of(path)
        return self._examined(path, read_file(path, content.data, progress=progress), content)

    def _examined(
        self, path: Path, read: ReadFile, content: Content
    ) -> tuple[Document, schema.Record]:
        text = read.content
        source = schema.Source(
            path=path.as_posix(),
            member=read.member,
            media_type=text.media_type,
            sha256=read.sha256,
            reader=text.reader,
        )
        doc = self.document(text.text, text.metadata)
        doubts = tuple(Doubt("reader", note) for note in text.notes)
        record = self._record(doc, source, doubts, text.origins)
        told = None if content.corrections is None else parsed(content.corrections, path)
        ours = told.of(read.member) if told else None
        return doc, applied(record, ours, doc.text) if ours else record

    def document(self, text: str, metadata: Metadata | None = None) -> Document:
        """The document that the stages make of a text, and of what its file says beside it."""
        return extract_document(text, self.gazetteer, metadata)

    def _record(
        self,
        doc: Document,
        source: schema.Source,
        doubts: tuple[Doubt, ...],
        origins: tuple[Origin, ...] = (),
    ) -> schema.Record:
        record = from_document(
            doc, source, policy=self.policy, doubts=doubts, as_of=self.as_of, origins=origins
        )
        return self.previous.carried(record) if self.previous else record


def extract(
    text: str, *, path: str | PathLike[str] | None = None, policy: Policy | None = None
) -> schema.Record:
    """The record of a notice's text."""
    return Extractor(policy=policy).extract(text, path=path)


def extract_file(path: str | PathLike[str], *, policy: Policy | None = None) -> schema.Record:
    """The record of a notice in a file; ReadError where it cannot be read."""
    return Extractor(policy=policy).extract_file(path)


def _whole(text: str) -> tuple[str, tuple[Doubt, ...]]:
    """The text without halves of surrogate pairs, which no UTF-8 output can hold; same length."""
    whole, count = _LONE.subn("\ufffd", text)
    if not count:
        return text, ()
    return whole, (Doubt("broken_text", f"{count} ký tự hỏng được thay bằng “\ufffd”"),)
