"""Any text gives a record: arbitrary Unicode, mangled notices, notices glued together, large ones.

`check` (conftest) holds every result against the invariants; nothing here may raise. Text of the
samples is drawn by number, so that a failure prints a recipe and not the notice.
"""

from __future__ import annotations

import random
import time
import unicodedata
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extractor import Record, extract

Check = Callable[[str], Record]

# what officialese is made of, right and wrong
WORDS = (
    "1.", "2.", "1.1.", "I.", "II.", "A.", "a)", "b)", "đ)", "i)", "-", "+", "*", "•", "Điều 1.", "Khoản 2", "Phần thứ nhất", "Chương II", "Mục 3", "PHỤ LỤC",
    "Sở Y tế", "UBND tỉnh", "các sở, ban, ngành", "UBND các huyện: Bình Sơn, Sơn Tịnh", "các Sở: Tài chính, Nội vụ", "Giám đốc Sở Công Thương", "Trung tâm", "Ban Chỉ đạo", "(sau đây gọi tắt là Trung tâm)", "Văn phòng UBND tỉnh",
    "giao", "yêu cầu", "đề nghị", "chủ trì", "phối hợp với", "báo cáo", "trình", "gửi", "tham mưu", "hoàn thành", "rà soát", "khẩn trương",
    "trước ngày 28/02/2022", "trước ngày 31/02", "ngày 00/00/0000", "ngày 32/13/9999", "trước ngày 29/02/2023", "tháng 13/2022", "quý V năm 2022", "hằng tháng", "trước ngày 25 hằng tháng", "trong 05 ngày làm việc kể từ ngày ký",
    "trong 99999999999 ngày", "trong 1000000 năm", "năm 9999", "năm 0000", "từ ngày 31/12/9999", "24 giờ 99 phút ngày 15/3/2022", "đến hết ngày 30/6", "trong tháng 6", "sau khi có hướng dẫn", "²/³/٢٠٢٢", "ngày １５/３/2022",
    "Quyết định số 411/QĐ-TTg ngày 31/3/2022", "số 117/KH-UBND", "09-NQ/TU", "Kính gửi:", "Nơi nhận:", "THÔNG BÁO", "Số: 12/TB-UBND", "Quảng Ngãi, ngày   tháng 02 năm 2022", "V/v", "KT. CHỦ TỊCH", "(Đã ký)", "như sau:", "Căn cứ",
    "|", "TT | Nội dung nhiệm vụ | Cơ quan chủ trì | Thời hạn", "| 1 | Xây dựng kế hoạch | Sở Y tế | 30/6/2022 |", "|---|---|", "**", "(", ")", "\"", "“", "…", "./.", ":", ";", ",", ".", "&",
)  # fmt: skip
JOINS = (
    "\n",
    "\n\n",
    " ",
    "",
    "\t",
    "\r\n",
    ", ",
    "; ",
    ". ",
    ": ",
    "\x0c",
    "\u00a0",
    "\u200b",
    "\u2028",
    "\x00",
)

text = st.text(max_size=300)
officialese = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(JOINS)), max_size=60).map(
    lambda parts: "".join(word + join for word, join in parts)
)
mixed = st.lists(st.one_of(officialese, text), max_size=4).map("".join)
seeds = st.integers(0, 2**32)


@settings(max_examples=300, deadline=None)
@given(text)
@example("")
@example("\n")
@example("\x00")
@example("\u0301")
@example("I. n\nP\nYêu cầu các\nN")
@example("4. Rà soát.\nGhi chú\n1) Kiểm tra.")
@example("3. t\nT\nKèm theo\nTT|nhiệm vụ|Ghi chú\n|n")
@example("1. Sở Y tế:\nCơ quan phối hợp: Sở Tài chính.")
def test_arbitrary_unicode(check: Check, drawn: str) -> None:
    check(drawn)


@settings(max_examples=400, deadline=None)
@given(officialese)
def test_officialese_salad(check: Check, drawn: str) -> None:
    check(drawn)


@settings(max_examples=150, deadline=None)
@given(mixed)
def test_salad_among_arbitrary_text(check: Check, drawn: str) -> None:
    check(drawn)
    check(unicodedata.normalize("NFD", drawn))


def _shuffled(notices: list[str], rng: random.Random) -> str:
    lines = [line for notice in rng.sample(notices, 3) for line in notice.split("\n")]
    rng.shuffle(lines)
    return "\n".join(lines[: rng.randrange(1, 120)])


def _cut(notices: list[str], rng: random.Random) -> str:
    notice = rng.choice(notices)
    start = rng.randrange(len(notice))
    return notice[start : start + rng.randrange(4000)]


def _glued(notices: list[str], rng: random.Random) -> str:
    pieces = (
        n[rng.randrange(len(n)) // 2 : rng.randrange(len(n)) + 1] for n in rng.sample(notices, 3)
    )
    return rng.choice(("", "\n", "\n\n", " ")).join(pieces)


def _mangled(notices: list[str], rng: random.Random) -> str:
    letters = list(rng.choice(notices)[:6000])
    for _ in range(rng.randrange(1, 60)):
        at = rng.randrange(len(letters))
        letters[at] = rng.choice(
            ("", letters[at] * 2, "\n", " ", "|", "-", "*", "(", ")", "\x0c", "\u0301", "0", "9")
        )
    return "".join(letters)


def _jumbled(notices: list[str], rng: random.Random) -> str:
    words = " ".join(rng.sample(notices, 2)).split()
    words = rng.sample(words, min(len(words), 300))
    return "".join(
        word + rng.choice((" ", " ", " ", "\n", ", ", "; ", ". ", ": ")) for word in words
    )


@pytest.mark.parametrize(
    "way", [_shuffled, _cut, _glued, _mangled, _jumbled], ids=lambda f: f.__name__[1:]
)
@settings(max_examples=80, deadline=None)
@given(seed=seeds)
def test_notices_out_of_order(
    check: Check, samples: dict[str, str], way: Callable[[list[str], random.Random], str], seed: int
) -> None:
    rng = random.Random(seed)
    check(way(sorted(samples.values()), rng))


def test_every_pair_of_neighbours_glued(check: Check, samples: dict[str, str]) -> None:
    notices = sorted(samples.values())
    for one, other in pairwise(notices):
        record = check(one + "\n" + other)
        assert record.clauses


def test_the_same_twice(samples: dict[str, str]) -> None:
    for notice in samples.values():
        assert extract(notice).to_json() == extract(notice).to_json()


SIZE = 60_000
LONG = {
    name: unit * (SIZE // len(unit))
    for name, unit in {
        "letter": "a", "digit": "1", "slash": "/", "bracket": "(", "quote": '"', "pipe": "|", "star": "*", "dash": "-", "blank": " ", "line": "\n", "page": "\x0c",
        "tone": "e\u0302\u0323", "tones": "\u0301", "number": "1.1.1.1.", "name": "Ủy Ban ", "capital": "A ", "item": "1. \n", "point": "a)\n", "address": "a@",
        "mail": "a.", "agency": "Sở Y tế, ", "group": "các sở, ban, ngành và ", "committee": "UBND ", "order": "yêu cầu Sở Y tế báo cáo; ", "title": "Giám đốc ",
        "date": "trước ngày 01/01/2022, ", "month": "tháng 6 ", "cited": "Quyết định số 12/QĐ-UBND ngày 01/02/2020, ", "number-word": "số ", "row": "| 1 | Rà soát | Sở Y tế | 6/2022 |\n",
    }.items()
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_long_runs_take_no_longer_than_their_length(name: str) -> None:
    extract("ấm máy")
    begin = time.process_time()
    extract(LONG[name])
    # a second or two where the work grows with the length, minutes where it grows with its square
    assert time.process_time() - begin < 20


def test_five_megabytes(dev_samples: dict[str, str]) -> None:
    one = "\n".join(dev_samples.values())
    large = one * (5_000_000 // len(one.encode("utf-8")) + 1)
    begin = time.process_time()
    record = extract(large)
    assert len(record.tasks) > 1000
    assert len({t.id for t in record.tasks}) == len(record.tasks)
    assert time.process_time() - begin < 120
