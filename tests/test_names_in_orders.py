"""Every name of tests/names_in_orders.txt is read whole, whatever stands around it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extractor.pipeline import extract_document
from extractor.vocabulary import write_out

NAMES = [
    line
    for line in (Path(__file__).parent / "names_in_orders.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
HEAD = """ỦY BAN NHÂN DÂN
TỈNH KHÁNH HÒA
Số: 15/TB-UBND
Khánh Hòa, ngày 10 tháng 02 năm 2022

THÔNG BÁO
Kết luận của Chủ tịch UBND tỉnh tại cuộc họp giao ban

"""


def plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", write_out(name).lower()).strip()


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_read_whole(name: str) -> None:
    lines = (
        f"1. Giao {name} rà soát số liệu, báo cáo UBND tỉnh trước ngày 15/3/2022.",
        f"2. {name} tham mưu văn bản trình ban hành.",
        f"3. {name}: khẩn trương hoàn thiện hồ sơ.",
        f"4. Sở Y tế phối hợp với {name} tổ chức kiểm tra.",
    )
    doc = extract_document(HEAD + "\n".join(lines) + "\n")
    read = [task.lead for task in doc.tasks[:3]] + [task.coordinating for task in doc.tasks[3:]]
    assert [[plain(doc.agencies[k].name) for k in part] for part in read] == [[plain(name)]] * 4
