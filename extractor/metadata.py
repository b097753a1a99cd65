"""What a file says of its notice beside the text (edXML's header): it wins, a difference is a doubt.

Used by layout.py before a province is settled and, for the due date, by pipeline.py at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from extractor.document import Document, Doubt, Meta, Signer
from extractor.letterhead import issuer_name
from extractor.parts import bare_of
from extractor.registry import Tables

_KIND = "metadata_differs"
_SAID = {
    "number": "Số, ký hiệu",
    "issued_on": "Ngày ban hành",
    "issuer": "Cơ quan ban hành",
    "subject": "Trích yếu",
}


def told(doc: Document, meta: Meta, known: Tables) -> tuple[Meta, list[Doubt]]:
    """The header and closing with what `doc.metadata` says in place of what the text says."""
    given = doc.metadata
    if given is None:
        return meta, []
    doubts: list[Doubt] = []
    values: dict[str, Any] = {}
    for name, label in _SAID.items():
        value, read = getattr(given, name), getattr(meta, name)
        if value is None:
            continue
        if name == "issuer":
            value = re.sub(r"\bUBND\b", "Ủy ban nhân dân", value)
            value = issuer_name([value], meta.place, known) or value
        if read is not None and _same(name, value, read):
            continue  # the notice's own spelling
        values[name] = value
        if read is not None:
            doubts.append(_differs(label, value, read, meta, name))
    if "number" in values:
        values["symbol"] = re.split(r"[/-]", values["number"], maxsplit=1)[-1]
    signer, read_signer = given.signer, meta.signer.name if meta.signer else None
    if signer and (read_signer is None or bare_of(signer) != bare_of(read_signer)):
        if read_signer is not None:
            doubts.append(_differs("Người ký", signer, read_signer, meta, "signer"))
            meta = replace(meta, signer=Signer(signer, None, None))
        else:
            meta = replace(
                meta, signer=replace(meta.signer or Signer(None, None, None), name=signer)
            )
    places = given.recipients
    if places and not meta.recipients:
        meta = replace(meta, recipients=places)
    elif missing := [p for p in places if not any(_within(p, r) for r in meta.recipients)]:
        doubts.append(
            Doubt(_KIND, f"Nơi nhận: siêu dữ liệu có, văn bản không: {'; '.join(missing)}")
        )
        meta = replace(meta, recipients=places)
    spans = {k: v for k, v in meta.spans.items() if k not in values}
    return replace(meta, **values, due=given.due, steering=given.steering, spans=spans), doubts


def due_unmatched(doc: Document) -> Iterator[Doubt]:
    """A doubt where no deadline of the text falls on the due date that the file states."""
    due = doc.meta.due
    if due is not None and not any((d.end or "")[:10] == due for d in doc.deadlines):
        yield Doubt(_KIND, f"Hạn xử lý {_vn(due)} trong siêu dữ liệu không có trong văn bản")


def _same(name: str, value: str, read: str) -> bool:
    if name == "issued_on":
        return value == read
    if name == "number":  # "07/TB-UBND" and "7 /TB-UBND"
        value, read = (re.sub(r"\s+", "", x).lstrip("0") for x in (value, read))
    return bare_of(" ".join(value.split())) == bare_of(" ".join(read.split()))


def _within(place: str, read: str) -> bool:
    a, b = bare_of(place).strip(" .;-"), bare_of(read).strip(" .;-")
    return a in b or b in a


def _differs(label: str, value: str, read: str, meta: Meta, name: str) -> Doubt:
    if name == "issued_on":
        value, read = _vn(value), _vn(read)
    return Doubt(
        _KIND, f"{label}: siêu dữ liệu ghi “{value}”, văn bản ghi “{read}”", meta.spans.get(name)
    )


def _vn(day: str) -> str:
    return "/".join(reversed(day.split("-")))
