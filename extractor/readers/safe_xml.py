"""XML and HTML of strangers: parsed without network, entities or document types. The only door to lxml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from extractor.errors import ReadError


def xml_root(data: bytes, path: Path, *, huge: bool = False) -> Any:
    """The root of an XML part, parsed without network, entities or a document type.

    ReadError, naming `path`, where it is no XML or brings a document type (bombs, foreign files).
    huge: texts of more than 10 MB and deep nesting are allowed: a file within a message.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=huge,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:  # ValueError: a declared charset, unknown
        raise ReadError(f"{path}: XML bị hỏng ({getattr(error, 'msg', error)})") from error
    if root.getroottree().docinfo.doctype:
        raise ReadError(f"{path}: XML có khai báo DOCTYPE, không đọc vì an toàn")
    return root


def html_body(text: str, path: Path) -> Any:
    """The body of a page, repaired as browsers do, comments left out; ReadError where there is none."""
    from lxml import etree

    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.replace("\x00", "").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(f"{path}: trang HTML hỏng ({error})") from error
    body = None if root is None else root.find("body")
    if body is None:
        raise ReadError(f"{path}: trang HTML không có nội dung")
    return body
