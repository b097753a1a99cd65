"""Archives and mails: what is in them is read like files, and nothing goes to disk."""

from __future__ import annotations

import zipfile
from base64 import b64encode
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from compound import compound_file

from extractor import Extractor
from extractor.errors import ReadError
from extractor.readers import ReadFile, archive, read_files, reader_for
from extractor.readers.archive import clean
from extractor.readers.edxml import EdxmlContainer
from extractor.readers.text import MAX_BYTES
from extractor.schema import Record

NOTICE = (
    "ỦY BAN NHÂN DÂN\nTỈNH CÀ MAU\nSố: 12/TB-UBND\nCà Mau, ngày 05 tháng 02 năm 2022\n\nTHÔNG BÁO\n"
    "1. Sở Y tế báo cáo UBND tỉnh trước ngày 28/02/2022.\n2. Sở Nội vụ tổng hợp.\n\n"
    "Nơi nhận:\n- Như trên;\n- Lưu: VT.\nCHỦ TỊCH\n\n\nHuỳnh Văn Mẫu\n"
)
DATA = NOTICE.encode()
PAGE = f"<html><body>{''.join(f'<p>{line}</p>' for line in NOTICE.splitlines())}</body></html>"


def zipped(files: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", packing) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return out.getvalue()


def members(tmp_path: Path, name: str, data: bytes) -> dict[str | None, str]:
    """Member -> reader or the error's words."""
    path = tmp_path / name
    path.write_bytes(data)
    found: dict[str | None, str] = {}
    for k, read in enumerate(read_files(path)):
        if isinstance(read, ReadFile):
            found[read.member] = read.content.reader
        else:
            assert str(path) in str(read)
            found[f"lỗi {k}"] = str(read).removeprefix(str(path))
    assert sorted(p.name for p in tmp_path.iterdir()) == [name]
    return found


# --- zip --------------------------------------------------------------------------------------


def test_an_archives_files_folders_and_archives(tmp_path: Path) -> None:
    inner = zipped({"3.txt": DATA})
    data = zipped(
        {
            "thư mục/1.txt": DATA,
            "2.htm": PAGE.encode(),
            "goi.zip": inner,
            "4": DATA,
            "bảng.xlsx": b"PK\x03\x04",
            "__MACOSX/1.txt": DATA,
            ".DS_Store": b"x",
        }
    )
    assert members(tmp_path, "a.zip", data) == {
        "thư mục/1.txt": "plain",
        "2.htm": "html",
        "goi.zip!/3.txt": "plain",
        "4": "plain",
    }


def test_names_of_older_programs(tmp_path: Path) -> None:
    for raw in ("thông báo.txt".encode(), "thông báo.txt".encode("cp1258")):
        data = zipped({"x" * len(raw): DATA}).replace(b"x" * len(raw), raw)
        assert members(tmp_path, "a.zip", data) == {"thông báo.txt": "plain"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/1.txt", "etc/1.txt"),
        ("/etc/1.txt", "etc/1.txt"),
        ("C:\\Windows\\1.txt", "Windows/1.txt"),
        ("a/./b/../1.txt", "a/b/1.txt"),
        ("1\x1b[31m.txt", "1[31m.txt"),
        ("..", ""),
    ],
)
def test_names_are_labels(name: str, shown: str) -> None:
    assert clean(name) == shown


def test_a_link_in_an_archive_is_left_out(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
        file.writestr("1.txt", DATA)
    assert members(tmp_path, "a.zip", out.getvalue()) == {"1.txt": "plain"}


def test_what_is_wrong_with_one_file_stays_with_it(tmp_path: Path) -> None:
    plain = zipped({"1.txt": DATA, "2.txt": DATA}, zipfile.ZIP_STORED)
    second = plain.rindex(DATA)
    damaged = plain[:second] + b"?" + plain[second + 1 :]
    found = members(tmp_path, "a.zip", damaged)
    assert found["1.txt"] == "plain"
    assert "2.txt: không giải nén được" in found["lỗi 1"]
    locked = zipped({"1.txt": DATA})
    locked = locked.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    assert "1.txt: có mật khẩu" in members(tmp_path, "a.zip", locked)["lỗi 0"]


def test_budgets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped({"1.txt": bytes(15_000_000), "2.txt": DATA})
    found = members(tmp_path, "a.zip", bomb)
    assert "tỉ lệ nén bất thường" in found["lỗi 0"]
    assert found["2.txt"] == "plain"
    large = zipped({"1.txt": bytes(MAX_BYTES + 1)})
    assert "quá lớn" in members(tmp_path, "a.zip", large)["lỗi 0"]
    many = zipped({f"{k}.txt": b"" for k in range(archive.MAX_ENTRIES + 1)}, zipfile.ZIP_STORED)
    assert "quá nhiều mục" in members(tmp_path, "a.zip", many)["lỗi 0"]
    deep = DATA
    for _ in range(8):
        deep = zipped({"x.zip" if deep != DATA else "1.txt": deep})
    assert "lồng quá" in members(tmp_path, "a.zip", deep)["lỗi 0"]
    monkeypatch.setattr("extractor.readers.MAX_MEMBERS", 2)
    few = members(tmp_path, "a.zip", zipped({f"{k}.txt": DATA for k in range(4)}))
    assert list(few) == ["0.txt", "1.txt", "lỗi 2"]


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04", b"PK\x05\x06" + bytes(18), zipped({"a.xlsx": b""})]
)
def test_nothing_in_an_archive(tmp_path: Path, data: bytes) -> None:
    assert list(members(tmp_path, "a.zip", data)) == ["lỗi 0"]


# --- mail -------------------------------------------------------------------------------------


def mail(*, page: str = "", text: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Văn thư <vanthu@example.org>"
    message["Subject"] = "Thông báo kết luận"
    if text:
        message.set_content(text)
    if page and text:
        message.add_alternative(page, subtype="html")
    elif page:
        message.set_content(page, subtype="html")
    return message


def test_a_mails_body_and_attachments(tmp_path: Path) -> None:
    message = mail(text="Gửi kèm thông báo.", page="<p>Gửi kèm thông báo.</p>")
    message.add_attachment(
        DATA, maintype="application", subtype="octet-stream", filename="Thông báo 12.txt"
    )
    message.add_attachment(
        b"\x89PNG", maintype="image", subtype="png", cid="<logo>", filename="logo.png"
    )
    message.add_attachment(
        zipped({"2.txt": DATA}), maintype="application", subtype="zip", filename="a.zip"
    )
    inner = mail(text=NOTICE)
    message.add_attachment(inner)
    assert members(tmp_path, "a.eml", message.as_bytes()) == {
        "nội dung thư.html": "html",
        "Thông báo 12.txt": "plain",
        "a.zip!/2.txt": "plain",
        "thư 6.eml!/nội dung thư.txt": "plain",
    }


def test_a_mail_in_an_old_charset(tmp_path: Path) -> None:
    words = "1. Sơ\u0309 Y tê\u0301 báo cáo"
    head = b"From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=windows-1258\r\n\r\n"
    (tmp_path / "a.eml").write_bytes(head + words.encode("cp1258"))
    (read,) = read_files(tmp_path / "a.eml")
    assert isinstance(read, ReadFile)
    assert read.content.text.strip() == "1. Sở Y tế báo cáo"


def test_a_saved_page(tmp_path: Path) -> None:
    head = (
        "From: <Saved by Browser>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n--b\r\n'
        "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    data = f"{head}{PAGE}\r\n--b\r\nContent-Type: text/css\r\n\r\np {{}}\r\n--b--\r\n".encode()
    assert members(tmp_path, "a.mht", data) == {"nội dung thư.html": "html"}


@pytest.mark.parametrize(
    ("data", "is_mail"),
    [
        (b"From: a\r\nTo: b\r\n\r\nx", True),
        (b"Received: from x\r\n\tby y\r\nDate: z\r\n\r\n", True),
        (b"Subject: a\n\nb", False),
        ("Kính gửi: Sở Y tế\nDate: x".encode(), False),
    ],
)
def test_what_looks_like_a_mail(data: bytes, is_mail: bool) -> None:
    assert (reader_for(Path("a"), data).name == "eml") is is_mail


def outlook() -> bytes:
    def wide(text: str) -> bytes:
        return text.encode("utf-16-le")

    inner = {"__properties_version1.0": bytes(32), "__substg1.0_1000001E": DATA}
    return compound_file(
        {
            "__properties_version1.0": bytes(32),
            "__substg1.0_0037001F": wide("Thông báo"),
            "__substg1.0_1000001F": wide(NOTICE),
            "__attach_version1.0_#00000000": {
                "__substg1.0_3707001F": wide("Thông báo 12.html"),
                "__substg1.0_37010102": PAGE.encode(),
            },
            "__attach_version1.0_#00000001": {"__substg1.0_3701000D": inner},
            "__attach_version1.0_#00000002": {
                "__substg1.0_3704001F": wide("logo.png"),
                "__substg1.0_3712001F": wide("logo"),
                "__substg1.0_37010102": b"\x89PNG",
            },
        }
    )


def test_an_outlook_mail(tmp_path: Path) -> None:
    assert members(tmp_path, "a.msg", outlook()) == {
        "nội dung thư.txt": "plain",
        "Thông báo 12.html": "html",
        "thư 2/nội dung thư.txt": "plain",
    }


# --- edXML ------------------------------------------------------------------------------------

EDXML = """<?xml version="1.0" encoding="utf-8"?>
<edXML:edXML xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXML:edXMLEnvelope><edXML:edXMLHeader>
<edXML:MessageHeader>
<edXML:From><edXML:OrganId>H12</edXML:OrganId><edXML:OrganName>{issuer}</edXML:OrganName></edXML:From>
<edXML:To><edXML:OrganName>Sở Y tế</edXML:OrganName></edXML:To>
<edXML:Code><edXML:CodeNumber>{number}</edXML:CodeNumber><edXML:CodeNotation>TB-UBND</edXML:CodeNotation></edXML:Code>
<edXML:PromulgationInfo><edXML:Place>Cà Mau</edXML:Place><edXML:PromulgationDate>{day}</edXML:PromulgationDate></edXML:PromulgationInfo>
<edXML:Subject>Về nhân lực y tế</edXML:Subject><edXML:Content>{content}</edXML:Content>
<edXML:SignerInfo><edXML:FullName>{signer}</edXML:FullName></edXML:SignerInfo>
<edXML:DueDate>{due}</edXML:DueDate>
<edXML:ToPlaces><edXML:Place>Như trên</edXML:Place></edXML:ToPlaces>
<edXML:SteeringType>2</edXML:SteeringType>
</edXML:MessageHeader></edXML:edXMLHeader>
<edXML:edXMLBody><edXML:edXMLManifest><edXML:Reference><edXML:ContentId>cid:1</edXML:ContentId>
<edXML:AttachmentName>Thong bao.txt</edXML:AttachmentName></edXML:Reference></edXML:edXMLManifest></edXML:edXMLBody>
</edXML:edXMLEnvelope><edXML:AttachmentEncoded>{attachments}</edXML:AttachmentEncoded></edXML:edXML>"""
SAME = {
    "issuer": "UBND tỉnh Cà Mau", "number": "12", "day": "2022/02/05", "signer": "Huỳnh Văn Mẫu",
    "due": "2022/02/28", "content": "",
}  # fmt: skip


def attachment(data: bytes, content: str = "1", name: str = "") -> str:
    named = f"<edXML:AttachmentName>{name}</edXML:AttachmentName>" if name else ""
    return (
        f"<edXML:Attachment><edXML:ContentId>{content}</edXML:ContentId>{named}"
        "<edXML:ContentTransferEncoded>"
        f"{b64encode(data).decode()}</edXML:ContentTransferEncoded></edXML:Attachment>"
    )


def edxml(*attachments: str, **fields: str) -> bytes:
    return EDXML.format(attachments="".join(attachments), **{**SAME, **fields}).encode()


def first(tmp_path: Path, data: bytes) -> Record:
    path = tmp_path / "a.edxml"
    path.write_bytes(data)
    record = next(Extractor().extract_files(path))
    assert isinstance(record, Record)
    return record


def differing(record: Record) -> list[str]:
    return [d.detail for d in record.doubts if d.kind == "metadata_differs"]


def test_metadata_that_agree_raise_no_doubt(tmp_path: Path) -> None:
    record = first(tmp_path, edxml(attachment(DATA)))
    notice = record.notice
    assert (notice.source.member, notice.number, notice.issued_on) == (
        "Thong bao.txt",
        "12/TB-UBND",
        "2022-02-05",
    )
    assert (notice.due, notice.steering) == ("2022-02-28", "văn bản chỉ đạo")
    assert notice.subject == "Về nhân lực y tế"
    assert notice.issuer is not None
    assert notice.issuer.id == "P96.UBND"
    assert differing(record) == []
    assert record.tasks[0].due == "2022-02-28"


def test_metadata_win_and_a_difference_is_a_doubt(tmp_path: Path) -> None:
    fields = {
        "number": "13",
        "day": "2023/03/01",
        "issuer": "Sở Y tế tỉnh Cà Mau",
        "due": "2022/03/31",
    }
    record = first(tmp_path, edxml(attachment(DATA), signer="Lê Thị Mẫu", **fields))
    notice = record.notice
    assert (notice.number, notice.issued_on, notice.due) == (
        "13/TB-UBND",
        "2023-03-01",
        "2022-03-31",
    )
    assert notice.issuer is not None
    assert notice.issuer.name == "Sở Y tế tỉnh Cà Mau"
    assert notice.signer is not None
    assert notice.signer.name == "Lê Thị Mẫu"
    assert not {"number", "issued_on", "issuer"} & set(notice.spans)
    said = " ".join(differing(record))
    for words in (
        "“13/TB-UBND”",
        "“12/TB-UBND”",
        "01/03/2023",
        "Lê Thị Mẫu",
        "Hạn xử lý 31/03/2022",
    ):
        assert words in said
    number = next(d for d in record.doubts if "Số, ký hiệu" in d.detail)
    assert number.start is not None
    assert NOTICE[number.start : number.end] == "12/TB-UBND"


def test_metadata_of_a_text_that_says_nothing(tmp_path: Path) -> None:
    record = first(
        tmp_path, edxml(attachment(b"1. S\xe1\xbb\x9f Y t\xe1\xba\xbf b\xc3\xa1o c\xc3\xa1o.\n"))
    )
    assert record.notice.issued_on == "2022-02-05"
    assert record.notice.issuer is not None
    assert record.notice.issuer.id == "P96.UBND"
    assert record.tasks[0].lead[0].id == "P96.SYT"


def test_attachments(tmp_path: Path) -> None:
    both = edxml(attachment(zipped({"x.txt": DATA})), attachment(DATA, "2", "Phụ lục.txt"))
    assert members(tmp_path, "a.edxml", both) == {"Thong bao.txt": "plain", "Phụ lục.txt": "plain"}
    summary = edxml(content="1. Sở Y tế báo cáo trước ngày 28/02/2022.")
    assert members(tmp_path, "a.edxml", summary) == {"nội dung.txt": "plain"}
    broken = edxml(attachment(DATA).replace("</edXML:ContentTransfer", "*</edXML:ContentTransfer"))
    assert "base64" in members(tmp_path, "a.edxml", broken)["lỗi 0"]


def test_only_the_first_attachment_has_the_metadata(tmp_path: Path) -> None:
    first_, second = EdxmlContainer().members(
        edxml(attachment(DATA), attachment(DATA, "2", "2.txt")), Path("a.edxml")
    )
    assert first_.metadata is not None
    assert second.metadata is None


@pytest.mark.parametrize("prefix", ["edXML:", "edx:", ""])
def test_prefixes_and_namespaces(prefix: str) -> None:
    old = EDXML.replace("http://www.mic.gov.vn/TBT/QCVN_102_2016", "http://www.e-doc.vn/Schema/")
    text = old.format(attachments=attachment(DATA), **SAME).replace("edXML:", prefix)
    text = text.replace("xmlns:edXML", f"xmlns:{prefix[:-1]}" if prefix else "xmlns")
    data = text.encode("utf-16") if prefix == "edx:" else text.encode()
    data = data.replace("utf-8".encode("utf-16-le"), "utf-16".encode("utf-16-le"))
    assert EdxmlContainer().sniff(data, Path("a.xml"))
    (member,) = EdxmlContainer().members(data, Path("a.xml"))
    assert member.data == DATA


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><edXML>&a;</edXML>", "DOCTYPE"),
        (b"<edXML><a></edXML>", "hỏng"),
        (b"<edXML/>", "MessageHeader"),
    ],
)  # fmt: skip
def test_messages_that_are_refused(data: bytes, said: str) -> None:
    with pytest.raises(ReadError, match=said):
        list(EdxmlContainer().members(data, Path("a.edxml")))
