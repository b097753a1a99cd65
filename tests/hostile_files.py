"""Files that are damaged or mean harm, made out of good ones: name -> bytes, the same on every run."""

from __future__ import annotations

import random
import struct
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from io import BytesIO

from compound import compound_file
from pdf_maker import Pdf

LINES = (
    "ỦY BAN NHÂN DÂN TỈNH CÀ MAU",
    "Số: 12/TB-UBND",
    "Cà Mau, ngày 05 tháng 02 năm 2022",
    "THÔNG BÁO",
    "1. Giao Sở Y tế chủ trì, phối hợp với Sở Tài chính rà soát, báo cáo trước ngày 28/02/2022.",
    "2. Sở Nội vụ tổng hợp, báo cáo UBND tỉnh trong tháng 3/2022.",
)
TEXT = "\n".join(LINES) + "\n"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MB = 1_000_000


# --- good ones --------------------------------------------------------------------------------


def zipped(files: dict[str, bytes | str], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, packing)
    return out.getvalue()


def docx(body: str = "", *, head: str = "", more: dict[str, bytes | str] | None = None) -> bytes:
    body = body or "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in LINES)
    document = f"<?xml version='1.0'?>{head}<w:document {W}><w:body>{body}</w:body></w:document>"
    return zipped(
        {"[Content_Types].xml": "<Types/>", "word/document.xml": document, **(more or {})}
    )


def odt(body: str = "") -> bytes:
    body = body or "".join(f"<text:p>{line}</text:p>" for line in LINES)
    content = (
        "<?xml version='1.0'?><office:document-content"
        " xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'"
        " xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'><office:body><office:text>"
        f"{body}</office:text></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.text"
    return zipped({"mimetype": kind, "content.xml": content}, zipfile.ZIP_STORED)


def pdf() -> bytes:
    made = Pdf()
    for line in LINES:
        made.paragraph(line)
    return made.made()


def page(body: str = "") -> bytes:
    body = body or "".join(f"<p>{line}</p>" for line in LINES)
    return f"<!DOCTYPE html><html><body>{body}</body></html>".encode()


def mail() -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.org", "Thông báo"
    message.set_content(TEXT)
    message.add_attachment(
        docx(), maintype="application", subtype="octet-stream", filename="1.docx"
    )
    return message.as_bytes()


def outlook() -> bytes:
    attached = {
        "__substg1.0_3707001F": "1.docx".encode("utf-16-le"),
        "__substg1.0_37010102": docx(),
    }
    return compound_file(
        {
            "__properties_version1.0": bytes(32),
            "__substg1.0_1000001F": TEXT.encode("utf-16-le"),
            "__attach_version1.0_#00000000": attached,
        }
    )


def edxml(data: bytes | None = None, head: str = "", before: str = "") -> bytes:
    encoded = b64encode(TEXT.encode() if data is None else data).decode()
    return (
        f"<?xml version='1.0'?>{head}<edXML><MessageHeader><Code><CodeNumber>12</CodeNumber><CodeNotation>"
        f"TB-UBND</CodeNotation></Code>{before}</MessageHeader><Attachment><AttachmentName>1.txt"
        f"</AttachmentName><Data>{encoded}</Data></Attachment></edXML>"
    ).encode()


def rtf() -> bytes:
    def written(line: str) -> str:
        return "".join(c if c.isascii() else f"\\u{ord(c)}?" for c in line)

    return ("{\\rtf1\\ansi " + "".join(f"{written(x)}\\par\n" for x in LINES) + "}").encode()


def png(width: int = 40, height: int = 40, rows: int | None = None) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    pixels = zlib.compress(b"\x00" + b"\xff" * ((width + 7) // 8), 9) if rows == 1 else zlib.compress(
        (b"\x00" + b"\xff" * ((width + 7) // 8)) * (height if rows is None else rows), 9
    )  # fmt: skip
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


GOOD: dict[str, Callable[[], bytes]] = {
    "docx": docx, "odt": odt, "pdf": pdf, "html": page, "eml": mail, "msg": outlook,
    "edxml": edxml, "rtf": rtf, "txt": TEXT.encode, "zip": lambda: zipped({"1.docx": docx(), "2.txt": TEXT}),
}  # fmt: skip


# --- damaged ones -----------------------------------------------------------------------------


def damaged(kind: str, good: bytes) -> Iterator[tuple[str, bytes]]:
    """What goes wrong on disks and lines: cut, flipped, blanked, doubled, with something before it."""
    for share in (5, 50, 90):
        yield f"cut-{share}.{kind}", good[: len(good) * share // 100]
    yield f"cut-1.{kind}", good[:-1]
    for seed in range(5):
        chance = random.Random(f"{kind}{seed}")
        bad = bytearray(good)
        for _ in range(1 + 3 * seed):
            bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        yield f"flip-{seed}.{kind}", bytes(bad)
    third = len(good) // 3
    yield f"blank.{kind}", good[:third] + bytes(third) + good[2 * third :]
    yield f"swap.{kind}", good[2 * third :] + good[third : 2 * third] + good[:third]
    yield f"noise.{kind}", random.Random(kind).randbytes(5000)
    yield f"empty.{kind}", b""


# --- hostile ones -----------------------------------------------------------------------------

XXE = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{k} '{f'&a{k - 1};' * 10}'>" for k in range(1, 12))
)
BLOWUP = f"<!DOCTYPE x [<!ENTITY a '{'x' * 100_000}'>]>"


def flated(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return data


def raw_pdf(objects: dict[int, str | bytes], trailer: str = "") -> bytes:
    out = b"%PDF-1.5\n"
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + (body if isinstance(body, bytes) else body.encode())
        out += b"\nendobj\n"
    start, size = len(out), max(objects) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n".encode()
    for k in range(1, size):
        out += f"{places.get(k, 0):010} 00000 n \n".encode()
    return (
        out
        + f"trailer\n<< /Size {size} /Root 1 0 R {trailer}>>\nstartxref\n{start}\n%%EOF".encode()
    )


def paged_pdf(kids: str, count: int, more: dict[int, str | bytes], trailer: str = "") -> bytes:
    return raw_pdf(
        {
            1: "<< /Type /Catalog /Pages 2 0 R >>",
            2: f"<< /Type /Pages /Kids [{kids}] /Count {count} /MediaBox [0 0 595 842] >>",
            **more,
        },
        trailer,
    )


def nested_zip(depth: int) -> bytes:
    data = zipped({"1.txt": TEXT})
    for _ in range(depth):
        data = zipped({"x.zip": data})
    return data


def overlapping_zip(count: int) -> bytes:
    """Many names for the same packed bytes."""
    good = zipped({"0.txt": bytes(18 * MB)})
    end = good.rindex(b"PK\x05\x06")
    at = good.index(b"PK\x01\x02")
    entry = good[at:end]
    names = b"".join(entry.replace(b"0.txt", f"{k % 10}.txt".encode()) for k in range(count))
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(names), at, 0)
    return good[:at] + names + tail


def encrypted_zip() -> bytes:
    data = bytearray(zipped({"1.txt": TEXT}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def link_zip() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("1.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def nested_mail(depth: int) -> bytes:
    """A mail in a mail in a mail, by hand: the library would not write it."""
    head = "From: a@example.org\r\nMIME-Version: 1.0\r\n"
    text = f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{TEXT}"
    for _ in range(depth):
        text = f"{head}Content-Type: message/rfc822\r\n\r\n{text}"
    return text.encode()


def nested_parts(depth: int) -> bytes:
    text = "From: a@example.org\r\nMIME-Version: 1.0\r\n"
    for k in range(depth):
        text += f'Content-Type: multipart/mixed; boundary="b{k}"\r\n\r\n--b{k}\r\n'
    return (text + "Content-Type: text/plain\r\n\r\nx").encode()


def looped_msg() -> bytes:
    """Its table of sectors says of each that it is followed by itself."""
    good = bytearray(outlook())
    fat = int.from_bytes(good[76:80], "little")
    at = (fat + 1) * 512
    for k in range(128):
        good[at + 4 * k : at + 4 * k + 4] = k.to_bytes(4, "little")
    return bytes(good)


def encrypted_office() -> bytes:
    """How Word keeps a file with a password: a compound file with the package in a stream."""
    return compound_file({"EncryptionInfo": bytes(300), "EncryptedPackage": bytes(9000)})


def hostile() -> Iterator[tuple[str, bytes]]:
    """What somebody may have made on purpose."""
    plain = "<w:p><w:r><w:t>&a;</w:t></w:r></w:p>"
    yield "xxe.docx", docx(plain, head=XXE)
    yield "laughs.docx", docx(plain.replace("&a;", "&a11;"), head=LAUGHS)
    yield "blowup.docx", docx(plain.replace("&a;", "&a;" * 50_000), head=BLOWUP)
    yield "deep.docx", docx("<w:sdt><w:sdtContent>" * 20_000)
    yield (
        "deep-but-whole.docx",
        docx("<w:tbl><w:tr><w:tc>" * 80 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 80),
    )
    yield "large-part.docx", docx(more={"word/styles.xml": bytes(100 * MB)})
    yield "large-text.docx", docx(f"<w:p><w:r><w:t>{'a ' * 12 * MB}</w:t></w:r></w:p>")
    yield "paragraphs.docx", docx("<w:p/>" * 400_000)
    yield (
        "span.docx",
        docx(
            "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='999999999'/></w:tcPr><w:p/></w:tc></w:tr>"
            * 3
        ),
    )
    yield "macros.docm", docx(more={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(4000)})
    yield "password.docx", encrypted_office()
    yield "password.doc", encrypted_office()
    yield "no-document.docx", zipped({"[Content_Types].xml": "<Types/>"})
    yield "picture.docx", png()
    yield "page.docx", page()
    yield (
        "xxe.odt",
        zipped(
            {
                "mimetype": "application/vnd.oasis.opendocument.text",
                "content.xml": XXE + "<a>&a;</a>",
            }
        ),
    )
    yield "deep.odt", odt("<text:list><text:list-item>" * 20_000)
    yield (
        "spaces.odt",
        odt(
            "<text:p>a<text:s xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' text:c='999999999'/></text:p>"
        ),
    )
    bomb = flated(bytes(100 * MB), 2)
    stream = (
        f"<< /Length {len(bomb)} /Filter [/FlateDecode /FlateDecode] >>\nstream\n".encode()
        + bomb
        + b"\nendstream"
    )
    one = "<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>"
    yield "bomb.pdf", paged_pdf("3 0 R", 1, {3: one, 4: stream})
    yield (
        "pages.pdf",
        paged_pdf("3 0 R " * 100_000, 100_000, {3: "<< /Type /Page /Parent 2 0 R >>"}),
    )
    yield "count.pdf", paged_pdf("3 0 R", 2_000_000_000, {3: "<< /Type /Page /Parent 2 0 R >>"})
    yield "loop.pdf", paged_pdf("2 0 R", 5, {})
    yield "form-loop.pdf", paged_pdf("3 0 R", 1, {
        3: "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>",
        4: "<< /Length 5 >>\nstream\n/X Do\nendstream",
        5: "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >> /Length 11 >>\nstream\n/X Do /X Do\nendstream",
    })  # fmt: skip
    yield "box.pdf", pdf().replace(b"595", b"9e9")
    yield "filter.pdf", pdf().replace(b"/Length", b"/Filter /JBIG2Decode /Length")
    yield "password.pdf", paged_pdf("3 0 R", 1, {
        3: "<< /Type /Page /Parent 2 0 R >>",
        4: f"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >>",
    }, "/Encrypt 4 0 R /ID [<00> <00>] ")  # fmt: skip
    yield "script.pdf", paged_pdf("3 0 R", 1, {
        3: "<< /Type /Page /Parent 2 0 R /AA << /O << /S /JavaScript /JS (while(true){}) >> >> >>",
    })  # fmt: skip
    yield "head.pdf", b"%PDF-1.7\n"
    yield "numbers.pdf", b"%PDF-1.7\n" + b"9" * (5 * MB)
    yield "brackets.pdf", b"%PDF-1.7\n1 0 obj\n" + b"[" * MB
    yield "deep.html", page("<div>" * 50_000 + TEXT)
    yield "tags.html", page("<p>a" * 500_000)
    yield "attributes.html", page(f"<p {' '.join(f'a{k}=1' for k in range(100_000))}>a")
    yield (
        "spans.html",
        page("<table><tr>" + "<td colspan=99999 rowspan=99999>a" * 300 + "<tr><td>b" * 300),
    )
    yield "lists.html", page("<ol start=-99999999999999><li value=999999999999999999999>a" * 200)
    yield "entities.html", page("&#x110000; &#0; &#xd800; &bogus; " * 20_000)
    yield "laughs.html", (LAUGHS + "<html><body>&a11;</body></html>").encode()
    yield "line.html", page("Sở Y tế " * 2 * MB)
    yield "links.html", page("<ul><li><a href=1>a</a>" * 3000)
    yield "comments.html", page("<!--" * 500_000)
    yield "utf16.html", page().decode().encode("utf-16")[:-1]
    yield "xxe.edxml", edxml(head=XXE, before="&a;")
    yield "laughs.edxml", edxml(head=LAUGHS, before="&a11;")
    yield "blowup.edxml", edxml(head=BLOWUP, before="&a;" * 50_000)
    yield "outside.edxml", edxml(head="<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>")
    yield "deep.edxml", edxml(before="<a>" * 100_000)
    yield "deep-but-whole.edxml", edxml(before="<a>" * 50_000 + "</a>" * 50_000)
    yield "bomb.edxml", edxml(zipped({"1.txt": bytes(100 * MB)}))
    yield "itself.edxml", edxml(b"<edXML/>").replace(b"1.txt", b"1.edxml")
    yield (
        "dates.edxml",
        edxml(
            before="<PromulgationInfo><PromulgationDate>9999/99/99</PromulgationDate></PromulgationInfo><DueDate>0000/00/00</DueDate>"
        ),
    )
    yield "charset.edxml", edxml().replace(b"version='1.0'", b"version='1.0' encoding='x-none'")
    yield "mails.eml", nested_mail(300)
    yield "parts.eml", nested_parts(2000)
    yield "many.eml", mail().replace(b"--=", b"\r\n--=" * 2000, 1)
    yield (
        "header.eml",
        b"From: a\r\nSubject: " + b"=?utf-8?q?a?=\r\n " * 50_000 + b"\r\nDate: b\r\n\r\nx",
    )
    yield "names.eml", b"From: a\r\nDate: b\r\nTo: " + b"<" * 100_000 + b"\r\n\r\nx"
    yield (
        "charset.eml",
        b"From: a\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=x-none\r\n\r\n\xff\xfe1. a",
    )
    yield (
        "no-boundary.eml",
        b"From: a\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed\r\n\r\nx",
    )
    yield (
        "base64.eml",
        b"From: a\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
    )
    yield "loop.msg", looped_msg()
    yield (
        "huge-stream.msg",
        outlook().replace((4096).to_bytes(8, "little"), (2**40).to_bytes(8, "little")),
    )
    yield (
        "many.msg",
        compound_file(
            {
                "__properties_version1.0": b"x",
                **{f"__attach_version1.0_#{k:08X}": {"a": b""} for k in range(60)},
            }
        ),
    )
    yield "bomb.zip", zipped({"1.txt": bytes(100 * MB)})
    yield "bombs.zip", zipped({f"{k}.txt": bytes(15 * MB) for k in range(12)})
    yield "overlap.zip", overlapping_zip(2000)
    yield "nested.zip", nested_zip(8)
    yield "many.zip", zipped({f"{k}.txt": "" for k in range(20_000)}, zipfile.ZIP_STORED)
    yield (
        "traversal.zip",
        zipped(
            {"../../../../tmp/nhiemvu-1.txt": TEXT, "/etc/nhiemvu-2.txt": TEXT, "C:\\3.txt": TEXT}
        ),
    )
    yield "link.zip", link_zip()
    yield "password.zip", encrypted_zip()
    yield (
        "lie.zip",
        zipped({"1.txt": TEXT}).replace(
            len(TEXT.encode()).to_bytes(4, "little"), b"\xff\xff\xff\x7f"
        ),
    )
    yield (
        "hostile-members.zip",
        zipped({"1.docx": docx(plain, head=XXE), "2.pdf": b"%PDF-1.7", "3.txt": TEXT}),
    )
    yield "lzma.zip", zipped({"1.txt": bytes(60 * MB)}, zipfile.ZIP_LZMA)
    yield "groups.rtf", b"{\\rtf1 " + b"{" * 300_000
    yield "bin.rtf", b"{\\rtf1 \\bin99999999999 a}"
    yield "numbers.rtf", b"{\\rtf1 \\u" + b"9" * 100_000 + b"? a}"
    yield "pixels.png", png(60_000, 60_000, rows=1)
    yield "cut.png", png()[:60]
    yield "cut.jpg", b"\xff\xd8\xff\xe0" + bytes(30)
    yield "loop.tiff", b"II*\x00\x08\x00\x00\x00\x01\x00" + bytes(12) + b"\x08\x00\x00\x00"
    yield "nul.txt", bytes(10_000)
    yield "long.txt", ("a" * 5 * MB).encode()
    yield "marks.txt", ("a" + "\u0301" * 200_000).encode()
    yield "bars.txt", ("|" * 30_000).encode()
    yield "lines.txt", b"1.\n" * 8_000
    yield "letters.txt", bytes(random.Random("letters").choices(range(160, 256), k=3 * MB))
    yield "half.txt", TEXT.encode("utf-16")[:-1]


def all_files() -> dict[str, bytes]:
    """Every damaged and hostile file by its name."""
    found = dict(hostile())
    for kind, make in GOOD.items():
        good = make()
        found |= dict(damaged(kind, good))
        other = "pdf" if kind != "pdf" else "docx"
        found[f"{kind}-named.{other}"] = good[: len(good) // 2]
    return found
