"""edXML: the message in which official documents are exchanged (QCVN 102:2016/BTTTT).

Its header says number, date, issuer, signer and due date, which a sender's office took care to fill
in; its attachments are the document. Elements are matched by their local names: the older namespace
(www.e-doc.vn) and several prefixes are in use.
"""

from __future__ import annotations

import binascii
import re
import zipfile
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from extractor.document import Metadata
from extractor.errors import ReadError
from extractor.readers.archive import ZipContainer, clean
from extractor.readers.safe_xml import xml_root
from extractor.readers.text import Member

Element = Any  # lxml ships no types

_ROOT = re.compile(rb"<(?:[\w.-]+:)?edxml(?:envelope)?[\s>]", re.IGNORECASE)
_HEAD = 1_000_000  # bytes in which the root begins, whatever is declared before it
_STEERING = {  # the regulation's codes
    "1": "không phải văn bản chỉ đạo",
    "2": "văn bản chỉ đạo",
    "3": "báo cáo kết quả thực hiện chỉ đạo",
}


class EdxmlContainer:
    """Opens .edxml."""

    name = "edxml"
    suffixes: tuple[str, ...] = (".edxml",)
    media_types: tuple[str, ...] = ("application/edxml+xml",)

    def sniff(self, data: bytes, path: Path) -> bool:  # noqa: ARG002 - the format interface
        """Whether its root is an edXML message's."""
        head = data[:_HEAD].replace(b"\x00", b"")  # UTF-16
        return b"<" in head[:8] and bool(_ROOT.search(head))

    def members(self, data: bytes, path: Path) -> Iterator[Member]:
        """The attached files, the first with the header's metadata; without any, the summary."""
        root = xml_root(data, path, huge=True)  # a file within is one long text
        header = next(_all(root, "MessageHeader"), None)
        if header is None:
            raise ReadError(f"{path}: edXML không có MessageHeader")
        metadata = _metadata(header)
        files = list(_files(root, path))
        summary = _said(header, "Content")
        if not files and summary:
            files = [Member("nội dung.txt", summary.encode("utf-8"))]
        for k, file in enumerate(files):
            yield file if k else replace(file, metadata=metadata)


def _all(element: Element, name: str) -> Iterator[Element]:
    found: Iterator[Element] = element.iter("{*}" + name)
    return found


def _said(element: Element | None, *names: str) -> str:
    """The text below the first element along these names, blanks folded; "" where it is not there."""
    for name in names:
        element = None if element is None else next(_all(element, name), None)
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _metadata(header: Element) -> Metadata:
    code, notation = _said(header, "Code", "CodeNumber"), _said(header, "Code", "CodeNotation")
    notation = notation.partition("#")[0].strip("/ ")  # some systems add their own key behind it
    places = next(_all(header, "ToPlaces"), None)
    return Metadata(
        number=f"{code}/{notation}" if code and notation else None,
        issued_on=_day(_said(header, "PromulgationInfo", "PromulgationDate")),
        issuer=_said(header, "From", "OrganName") or None,
        subject=_said(header, "Subject") or None,
        signer=_said(header, "SignerInfo", "FullName") or None,
        due=_day(_said(header, "DueDate")),
        recipients=()
        if places is None
        else tuple(filter(None, (_said(p) for p in _all(places, "Place")))),
        steering=_STEERING.get(_said(header, "SteeringType")),
    )


def _day(text: str) -> str | None:
    """An ISO date out of yyyy/MM/dd, as the regulation writes it, or dd/MM/yyyy, as some do."""
    if m := re.match(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?!\d)", text):
        year, month, day = m.groups()
    elif m := re.match(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?!\d)", text):
        day, month, year = m.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _files(root: Element, path: Path) -> Iterator[Member]:
    """The attached files, unpacked where the sender packed one file in an archive."""
    names = {
        _said(r, "ContentId").removeprefix("cid:"): _said(r, "AttachmentName")
        for r in _all(root, "Reference")
    }
    for k, attachment in enumerate(_all(root, "Attachment"), 1):
        content = _said(attachment, "ContentId").removeprefix("cid:")
        name = clean(_said(attachment, "AttachmentName") or names.get(content, "")) or f"tệp {k}"
        encoded = max((e.text or "" for e in attachment.iter()), key=len)
        try:
            data = b64decode("".join(encoded.split()), validate=True)
        except (binascii.Error, ValueError):
            yield Member(name, b"", error="phần đính kèm không phải base64")
            continue
        if ZipContainer().sniff(data, path) and not name.lower().endswith(".zip"):
            try:
                if len(zipfile.ZipFile(BytesIO(data)).namelist()) == 1:
                    (inner,) = ZipContainer().members(data, path)
                    yield replace(inner, name=name)
                    continue
            except (ReadError, zipfile.BadZipFile, ValueError):
                pass
        yield Member(name, data)
