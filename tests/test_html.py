"""Pages: which part is the notice, and what its lines are."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from extractor.errors import ReadError
from extractor.readers.html import HtmlReader

PATH = Path("trang.html")
AROUND = """<nav><ul><li><a href="/">Trang chủ</a></li></ul></nav>"""
NEWS = (
    "<h3>Tin mới</h3><p>Sở Y tế phải hoàn thành báo cáo trước ngày 01/01/2030 theo yêu cầu.</p>"
    "<ul><li><a href=1>Sở Nội vụ chủ trì rà soát trước ngày 05/5/2030</a></li>"
    "<li><a href=2>UBND tỉnh giao Sở Tài chính</a></li><li><a href=3>Kính gửi các sở</a></li></ul>"
)
FOOT = "<p>Sở Thông tin và Truyền thông chịu trách nhiệm xuất bản, theo dõi hằng ngày.</p>"
LAYOUTS = {
    "boxes": "<body class='has-sidebar'>{around}<div id=wrap><div class=col-8><h1>Bài</h1>"
    "<div class=content>{notice}</div></div><div class=col-4>{news}</div></div>"
    "<footer>{foot}</footer></body>",
    "article": "<body>{around}<article>{notice}</article><aside>{news}</aside><div class='site-footer'>"
    "{foot}</div></body>",
    "tables": "<body>{around}<table><tr><td width=200>{news}</td><td>{notice}</td></tr>"
    "<tr><td colspan=2>{foot}</td></tr></table></body>",
    "named": "<body><header>{around}</header><div class=sidebar-left>{news}</div><div>{notice}</div>"
    "<div id=footer>{foot}</div></body>",
    "parts": "<body>{around}<div class=main><div class=doc><div>{head}</div><div>{rest}</div></div>"
    "<div class='tin-lien-quan'>{news}</div></div><footer>{foot}</footer></body>",
}


def read(page: str) -> str:
    return HtmlReader().read(page.encode(), PATH).text


def lines_of(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_portals_page_gives_its_notice_and_nothing_else(
    dev_samples: dict[str, str], layout: str
) -> None:
    for name in sorted(dev_samples)[::6]:
        lines = [line for line in lines_of(dev_samples[name]) if not line.startswith("|")]
        written = [f"<p>{html.escape(line)}</p>" for line in lines]
        page = LAYOUTS[layout].format(
            around=AROUND,
            news=NEWS,
            foot=FOOT,
            notice="\n".join(written),
            head="\n".join(written[:6]),
            rest="\n".join(written[6:]),
        )
        found = lines_of(read(f"<!DOCTYPE html><html><head><title>x</title></head>{page}</html>"))
        assert [x for x in found if x not in lines and x != "Bài"] == [], name
        assert [x for x in lines if x not in found] == [], name


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("<ol><li>a<li>b</ol>", ["1. a", "2. b"]),
        ("<ol start=3><li>a<li>c<ol type=a><li>x<li>y</ol><li value=9>b</ol>", ["3. a", "4. c", "a. x", "b. y", "9. b"]),
        ("<ol type=I start=4><li>a<li>b</ol>", ["IV. a", "V. b"]),
        ("<ol style='list-style-type: lower-alpha'><li><p>a</p><p>b</p></ol>", ["a. a", "b"]),
        ("<ol reversed><li>a<li>b</ol>", ["2. a", "1. b"]),
        ("<ol style='list-style:none'><li>1. a</ol>", ["1. a"]),
        ("<ul><li>a<li>- b</ul>", ["- a", "- b"]),
        ("<p>một<br>hai</p>ba<div>bốn</div>", ["một", "hai", "ba", "bốn"]),
        ("<p>số\n 12/QĐ-<b>UBND</b>&nbsp;ngày</p>", ["số 12/QĐ-UBND ngày"]),
        ("<p>15/3/2022<sup><a href='#f1'>1</a></sup> km<sup>2</sup></p>", ["15/3/2022 km2"]),
        ("<p>hạn <del>15/3</del><ins>16/3</ins></p>", ["hạn 16/3"]),
        ("<p style='display: none'>ẩn</p><p hidden>ẩn</p><p>hiện</p>", ["hiện"]),
        ("<pre>a\nb</pre>", ["a", "b"]),
        ("<script>x</script><style>y</style><p>a</p><!-- z -->", ["a"]),
        ("<!--[if mso]><p>cũ</p><![endif]--><p><![if !supportLists]>1.&nbsp;<![endif]>a</p>", ["1. a"]),
    ],
)  # fmt: skip
def test_lines(page: str, lines: list[str]) -> None:
    assert read(f"<html><body>{page}</body></html>").splitlines() == lines


def test_a_task_table_is_rows_and_a_letterhead_is_not() -> None:
    letterhead = (
        "<table><tr><td><p>UBND TỈNH X</p></td><td><p>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</p></td></tr>"
        "<tr><td>Số: 12/TB-UBND</td><td>X, ngày 01 tháng 02 năm 2022</td></tr></table>"
    )
    table = (
        "<table><thead><tr><th>TT<th>Nội dung<th>Chủ trì<th>Hạn</tr></thead>"
        "<tr><td>1<td><p>Làm A</p><p>và B</p><td rowspan=2>Sở X<td>05/5</tr><tr><td>2<td>Làm C|D<td>06/6</tr>"
        "<tr><td colspan=4>Nhóm</tr></table>"
    )
    lines = read(f"<html><body>{letterhead}{table}</body></html>").splitlines()
    assert [line for line in lines if line] == [
        "UBND TỈNH X",
        "Số: 12/TB-UBND",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "X, ngày 01 tháng 02 năm 2022",
        "| TT | Nội dung | Chủ trì | Hạn |",
        "| 1 | Làm A",
        "và B | Sở X | 05/5 |",
        "| 2 | Làm C/D | 〃 | 06/6 |",
        "|  | Nhóm |  |  |",
    ]


def test_where_lines_stand() -> None:
    content = HtmlReader().read(b"<html><body><p>a</p><p>bc</p></body></html>", PATH)
    assert [(content.text[o.start : o.end], o.place) for o in content.origins] == [
        ("a", "đoạn 1"),
        ("bc", "đoạn 2"),
    ]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("", "utf-8"), ("", "utf-8-sig"), ("", "utf-16"), ("windows-1258", "cp1258"), ("", "cp1258"), ("khong-co", "cp1258")],
)  # fmt: skip
def test_encodings(declared: str, encoding: str) -> None:
    words = "Sở Y tế báo cáo"
    page = f"<html><head><meta charset='{declared}'></head><body><p>{words}</p></body></html>"
    if encoding == "cp1258":  # base letters and marks apart, as that code page has them
        page = page.replace("ở", "ơ\u0309").replace("ế", "ê\u0301")
    data = page.encode(encoding)
    assert HtmlReader().sniff(data, Path("a"))
    assert HtmlReader().read(data, PATH).text == f"{words}\n"


@pytest.mark.parametrize(
    "page", ["", "<html></html>", "<html><body><script>a</script></body></html>"]
)
def test_nothing_to_read(page: str) -> None:
    with pytest.raises(ReadError, match=r"trang\.html"):
        read(page)


@pytest.mark.parametrize(
    ("data", "name", "page"),
    [
        (b"<!DOCTYPE HTML PUBLIC '-'><html>", "a.txt", True),
        (b"\n<!-- x --> <HTML lang=vi>", "a", True),
        (b"<p>1. a</p>", "a.html", True),
        (b"<p>1. a</p>", "a.txt", False),
        ("1. Sở Y tế <html> x".encode(), "a.txt", False),
        (b"<?xml version='1.0'?><edXML>", "a.xml", False),
    ],
)
def test_sniff(data: bytes, name: str, page: bool) -> None:
    assert HtmlReader().sniff(data, Path(name)) is page
