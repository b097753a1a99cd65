"""XML from strangers: parsed without network, entities or document types. The only door to lxml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from extractor.errors import ReadError


def xml_root(data: bytes, path: Path) -> Any:
    """The root of an XML part, parsed without network, entities or a document type.

    ReadError, naming `path`, where it is no XML or brings a document type (bombs, foreign files).
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(f"{path}: XML bị hỏng ({error.msg})") from error
    if root.getroottree().docinfo.doctype:
        raise ReadError(f"{path}: XML có khai báo DOCTYPE, không đọc vì an toàn")
    return root
