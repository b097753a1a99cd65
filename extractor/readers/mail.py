"""E-mail: the body and the attachments, of .eml (and web archives, .mht) and of Outlook's .msg.

A mail in a mail is opened like one in a file. Pictures that belong to the body (logos, signatures)
are left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.errors import ReadError
from extractor.readers.archive import clean
from extractor.readers.text import Member

if TYPE_CHECKING:
    from email.message import MIMEPart

    from olefile import OleFileIO

BODY = "nội dung thư"
_FIELD = re.compile(rb"^([A-Za-z][A-Za-z0-9-]*):[ \t]?.*$")
_KNOWN = frozenset(
    b"from to cc subject date message-id mime-version received return-path delivered-to reply-to"
    b" content-type content-transfer-encoding x-mailer dkim-signature arc-seal thread-topic"
    b" snapshot-content-location".split()
)


class EmlContainer:
    """Opens .eml and .mht."""

    name = "eml"
    suffixes: tuple[str, ...] = (".eml", ".mht", ".mhtml")
    media_types: tuple[str, ...] = ("message/rfc822", "multipart/related")

    def sniff(self, data: bytes, path: Path) -> bool:  # noqa: ARG002 - the format interface
        """Whether it begins with the fields of a mail's header."""
        found: set[bytes] = set()
        for line in data[:16384].lstrip(b"\r\n").splitlines():
            field = _FIELD.match(line)
            if field:
                found.add(field[1].lower())
            elif not line.startswith((b" ", b"\t")):
                break
        return len(found & _KNOWN) >= 2 and bool(found & {b"from", b"mime-version", b"received"})

    def members(self, data: bytes, path: Path) -> Iterator[Member]:
        """The body, then the attachments in their order."""
        from email import message_from_bytes, policy

        message = message_from_bytes(data, policy=policy.default)
        if not message.keys() or (message.is_multipart() and not message.get_payload()):
            raise ReadError(f"{path}: thư hỏng")
        body = message.get_body(("html", "plain"))
        if body is not None and (text := _text(body)).strip():
            page = body.get_content_type() == "text/html"
            yield Member(f"{BODY}.{'html' if page else 'txt'}", text.encode("utf-8", "replace"))
        yield from _attached(message, body)


def _text(part: MIMEPart) -> str:
    try:
        text = part.get_content()
    except (LookupError, KeyError, ValueError):  # a charset that nobody knows
        raw = part.get_payload(decode=True)
        text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
    return unicodedata.normalize("NFC", text) if isinstance(text, str) else ""


def _attached(message: MIMEPart, body: object) -> Iterator[Member]:
    for k, part in enumerate(_leaves(message), 1):
        if part is body:
            continue
        if part.get_content_type() == "message/rfc822":
            name = clean(part.get_filename() or "") or f"thư {k}"
            inner = part.get_content()
            yield Member(name if name.endswith(".eml") else f"{name}.eml", inner.as_bytes())
            continue
        file = part.get_filename()
        picture = part.get_content_maintype() == "image" and part.get("Content-ID")
        if file is None or picture:
            continue  # the body in another form, or what it shows
        raw = part.get_payload(decode=True)
        if isinstance(raw, bytes):
            yield Member(clean(file) or f"tệp {k}", raw)


def _leaves(message: MIMEPart) -> Iterator[MIMEPart]:
    """The parts that hold no others; a mail within is one of them."""
    if message.get_content_maintype() != "multipart":
        yield message
        return
    for part in message.iter_parts():
        yield from _leaves(part)


# --- Outlook ----------------------------------------------------------------------------------

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAM = "__substg1.0_{:04X}{:04X}"
_WIDE, _NARROW, _BINARY, _STORAGE = 0x001F, 0x001E, 0x0102, 0x000D
# property ids, [MS-OXPROPS]
_BODY, _HTML, _NAME, _SHORT_NAME, _CONTENT, _CONTENT_ID = 0x1000, 0x1013, 0x3707, 0x3704, 0x3701, 0x3712  # fmt: skip
_DEPTH = 3


class MsgContainer:
    """Opens .msg."""

    name = "msg"
    suffixes: tuple[str, ...] = (".msg",)
    media_types: tuple[str, ...] = ("application/vnd.ms-outlook",)

    def sniff(self, data: bytes, path: Path) -> bool:  # noqa: ARG002 - the format interface
        """Whether it is a compound file whose first directory entries are a message's."""
        if not data.startswith(_OLE) or len(data) < 512:
            return False
        size = 1 << min(int.from_bytes(data[30:32], "little"), 16)
        start = (int.from_bytes(data[48:52], "little") + 1) * size
        directory = data[start : start + size].decode("utf-16-le", "replace")
        return any(s in directory for s in ("__substg1.0_", "__nameid_ver", "__properties_ver"))

    def members(self, data: bytes, path: Path) -> Iterator[Member]:
        """The body, then the attachments in their order."""
        import olefile

        try:
            with olefile.OleFileIO(data) as file:
                yield from _message(file, [], "")
        except (OSError, ValueError, IndexError) as error:
            raise ReadError(f"{path}: thư Outlook hỏng ({error})") from error


def _message(file: OleFileIO, at: list[str], under: str) -> Iterator[Member]:
    """Body and attachments of the message in the storage `at`; `under` begins their names."""
    page = _bytes(file, at, _HTML, _BINARY) or _string(file, at, _HTML).encode()
    text = _string(file, at, _BODY)
    if page.strip():
        yield Member(f"{under}{BODY}.html", page)
    elif text.strip():
        yield Member(f"{under}{BODY}.txt", text.encode("utf-8", "replace"))
    storages = sorted(
        {e[len(at)] for e in file.listdir() if e[: len(at)] == at and len(e) > len(at)}
    )
    attachments = [s for s in storages if s.startswith("__attach_version1.0_")]
    for k, storage in enumerate(attachments, 1):
        here = [*at, storage]
        inner = [*here, _STREAM.format(_CONTENT, _STORAGE)]
        if file.exists("/".join(inner)) and under.count("/") < _DEPTH:
            yield from _message(file, inner, f"{under}thư {k}/")
            continue
        name = clean(_string(file, here, _NAME) or _string(file, here, _SHORT_NAME))
        picture = name.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".bmp"))
        if picture and _string(file, here, _CONTENT_ID):
            continue
        yield Member(under + (name or f"tệp {k}"), _bytes(file, here, _CONTENT, _BINARY))


def _bytes(file: OleFileIO, at: list[str], prop: int, kind: int) -> bytes:
    name = "/".join([*at, _STREAM.format(prop, kind)])
    if not file.exists(name) or file.get_type(name) != 2:  # 2: a stream
        return b""
    return bytes(file.openstream(name).read())


def _string(file: OleFileIO, at: list[str], prop: int) -> str:
    wide = _bytes(file, at, prop, _WIDE).decode("utf-16-le", "replace")
    if not wide and (narrow := _bytes(file, at, prop, _NARROW)):
        try:
            wide = narrow.decode("utf-8")
        except UnicodeDecodeError:
            wide = narrow.decode("cp1258", "replace")
    return unicodedata.normalize("NFC", wide.rstrip("\x00"))
