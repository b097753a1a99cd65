"""The end of a notice: where it begins, who gets copies, who signed, and what is attached.

Pure functions used by layout.py (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.7-9). "Nơi nhận" and the
signature stand in two columns, which a copy may have run together line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from extractor.document import Signer, Zone
from extractor.parts import bare_of, finder, pattern, position_at, title_kind
from extractor.pieces import columns
from extractor.text import UPPER, Line, is_capitals

_COPY = re.compile(r"^(?:sao y|sao luc|trich sao|ban sao)\b")
_PERSON = re.compile(rf"^(?:Đã ký: ?|\(Đã ký\) ?)?((?:[{UPPER}][\w']*(?: ?- ?| ?)){{2,6}})$")
_TABLE = re.compile(r"^\|? ?(?:stt|tt) ?\|")
_ITEM = re.compile(r"^[-+•]\s*")
# the right column's words behind an item of the left one
_TAIL = re.compile(
    rf"^(?P<item>[-+•].*?[;.,)\]]) (?P<tail>(?:T/?M|K/?T|T/?L|TUQ|Q)?[./]? ?[{UPPER}][{UPPER} ,.-]{{6,}})$"
)
# a post and the name below it, the break between lost: "PHÓ GIÁM ĐỐCLê Thị Bình"
_NAMED = re.compile(
    rf"^(?P<item>[{UPPER}][{UPPER} ,./-]*[{UPPER}]{{2}}) ?(?P<tail>[{UPPER}][^\W\d_{UPPER}]+(?: [{UPPER}][\w']*){{1,4}})$"
)
_KEPT = re.compile(
    rf"^(?P<item>[-+•] ?Lưu\b.*?[;.,)\]\w]) (?P<tail>(?:[{UPPER}](?=[\w']*[^\W\d_{UPPER}])[\w']* ?){{3,5}})$"
)


def find_closing(
    lines: Sequence[Line], bare: Sequence[str], zones: Sequence[Zone], body: int
) -> int:
    """The first line of recipients or signature, or the number of lines."""
    recipients, signature = finder("closing", "recipients"), finder("closing", "signature")
    full, post = finder("closing", "full_text"), finder("closing", "post")
    for i in range(body, len(lines)):
        if zones[i] == "noise":
            continue
        text = bare[i].strip(" |")
        if recipients(text) or (len(text) < 160 and full(text) and lines[i].text[:1].isupper()):
            return i
        if (signature(text) or (i > body and post(text))) and is_capitals(lines[i].text):
            return i
    return len(lines)


def find_appendix(
    lines: Sequence[Line], bare: Sequence[str], zones: Sequence[Zone], end: int
) -> int:
    """The first line of what is attached below the signature, or the number of lines."""
    line, titled, attached = (finder("appendix", k) for k in ("line", "titled", "attached"))
    for i in range(end + 1, len(lines)):
        if zones[i] == "noise":
            continue
        if len(bare[i]) < 120 and (
            line(bare[i]) or (titled(bare[i]) and is_capitals(lines[i].text))
        ):
            return i
        if _TABLE.match(bare[i]) and bare[i].count("|") > 1:
            return i
        if i > end + 3 and attached(bare[i]):
            j = i - 1
            while j > end and not title_kind(lines[j]):
                j -= 1
            return j if j > end else i
    return len(lines)


def find_inner_appendix(
    lines: Sequence[Line], bare: Sequence[str], zones: Sequence[Zone], body: int
) -> int:
    """An appendix in a copy that has no closing: "PHỤ LỤC" with "(Kèm theo ...)" below it."""
    begins, attached = finder("appendix", "line"), finder("appendix", "attached")
    for i in range(body + 1, len(lines)):
        if zones[i] == "body" and begins(bare[i]) and is_capitals(lines[i].text):
            if any(attached(b) for b in bare[i + 1 : i + 7]):
                return i
    return len(lines)


def _cells(line: Line) -> Iterator[str]:
    """A closing line's cells; words of the signature behind an item are a cell of their own."""
    for a, b in columns(line):
        text = line.text[a:b].strip()
        m = _TAIL.match(text) or _KEPT.match(text) or _NAMED.match(text)
        if m and (m.re is _KEPT or _signs(m["item" if m.re is _NAMED else "tail"])):
            yield m["item"]
            yield m["tail"].strip()
        elif text:
            yield text


def _signs(text: str) -> bool:
    bare = bare_of(text)
    return is_capitals(text) and (position_at(bare) or bool(finder("closing", "signature")(bare)))


@dataclass
class _Reader:
    """What the closing has said so far."""

    recipients: list[str] = field(default_factory=list)
    authorities: list[str] = field(default_factory=list)
    position: str | None = None
    named_post: bool = False
    name: str | None = None
    listing: bool = False
    last: str = ""

    def cell(self, text: str) -> None:
        """Read one cell."""
        bare = bare_of(text)
        if m := finder("closing", "recipients")(bare):
            self.listing = True
            for part in re.split(r"(?<=[;,.]) (?=- )", text[m.end() :].strip(" :")):
                if part and not finder("closing", "recipients")(bare_of(part)):
                    self.cell(part)
        elif (m := finder("closing", "signature")(bare)) and is_capitals(text):
            mark = re.sub(r"[\W_]", "", text[: m.end()]).upper()
            self.authorities.append(mark + ".")
            self.position, self.named_post = text[m.end() :], False
        elif (
            position_at(bare) and is_capitals(text) and not (self.named_post and self.name is None)
        ):
            self.position, self.named_post = text, True
        elif self.listing and _ITEM.match(text):
            self.recipients.append(_ITEM.sub("", text).rstrip(" ;.,"))
            self.last = text
        elif (
            self.listing
            and self.recipients
            and not is_capitals(text)
            and (text[:1].islower() or self.last.endswith(","))
        ):
            self.recipients[-1] += " " + text.rstrip(" ;.,")
            self.last = text
        elif self.name is None:
            self.name = self._person(text)

    def _person(self, text: str) -> str | None:
        rank = pattern("closing", "rank").match(bare_of(text))
        m = _PERSON.match(text[rank.end() :] if rank else text)
        if m is None or re.match(r"^\(?(?:da ky|ky ten)", bare_of(text)):
            return None
        name = m[1].strip()
        if is_capitals(name):
            if not self.position or len(name.split()) < 2 or position_at(bare_of(name)):
                return None
            return " ".join(w[:1] + w[1:].lower() for w in name.split())
        return name


def read_closing(
    lines: Sequence[Line], bare: Sequence[str], zones: Sequence[Zone]
) -> tuple[tuple[str, ...], Signer | None]:
    """Recipients below "Nơi nhận", and the signer: authority, post, name."""
    reader = _Reader()
    for i, zone in enumerate(zones):
        if zone != "closing":
            continue
        if _COPY.search(bare[i]):
            break  # what follows is the copying office's, not the issuer's
        for cell in _cells(lines[i]):
            reader.cell(cell)
    if not reader.position and not reader.name:
        return tuple(reader.recipients), None
    position = reader.position.capitalize() if reader.position else None
    signer = Signer(reader.name, position, " ".join(reader.authorities) or None)
    return tuple(reader.recipients), signer
