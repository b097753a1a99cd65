"""Papers that a task is to yield: what is one, where its name ends, and what stands already."""

import pytest

from extractor import extract
from extractor.document import Span
from extractor.products import products

FOUND = [
    ("xây dựng kế hoạch nạo vét kênh mương, gửi về huyện", ["kế hoạch nạo vét kênh mương"]),
    ("lập phương án phân luồng trước ngày 12/5/2023", ["phương án phân luồng"]),
    ("ban hành quyết định trước ngày 30 tháng 6", ["quyết định"]),
    ("rà soát, ban hành kế hoạch chậm nhất ngày 12/4", ["kế hoạch"]),
    ("trình ubnd tỉnh đề án sắp xếp trạm y tế để kịp thẩm tra", ["đề án sắp xếp trạm y tế"]),
    ("tham mưu ubnd huyện ban hành quyết định thu hồi đất", ["quyết định thu hồi đất"]),
    ("lập phương án bảo vệ công trình và tổ chức diễn tập", ["phương án bảo vệ công trình"]),
    ("hoàn thiện đề án phòng, chống hạn mặn", ["đề án phòng, chống hạn mặn"]),
    ("lập phương án bồi thường, hỗ trợ, tái định cư; niêm yết",
     ["phương án bồi thường, hỗ trợ, tái định cư"]),
    ("hoàn thiện dự thảo nghị quyết về học phí", ["dự thảo nghị quyết về học phí"]),
    ("dự thảo quyết định giao chỉ tiêu biên chế", ["quyết định giao chỉ tiêu biên chế"]),
    ("xây dựng kế hoạch theo dõi dịch bệnh", ["kế hoạch theo dõi dịch bệnh"]),
    ("lập danh mục dự án; xây dựng quy chế phối hợp", ["danh mục dự án", "quy chế phối hợp"]),
    ("ban hành các quy định về quản lý chợ", ["quy định về quản lý chợ"]),
    ("xây dựng phương án bảo đảm nước tưới", ["phương án bảo đảm nước tưới"]),
]  # fmt: skip

NONE = {
    "giải quyết, tham mưu ubnd tỉnh theo đúng quy định": "what must be kept to",
    "tham mưu xử lý theo quy định của pháp luật": "what must be kept to",
    "trình ubnd tỉnh quyết định": "a verb",
    "trình ubnd tỉnh xem xét, quyết định trước ngày 5/4": "a verb",
    "tham mưu ubnd tỉnh hướng dẫn mua sắm tập trung": "a verb",
    "lập hồ sơ theo nghị định số 12/2030/nđ-cp": "what stands already",
    "trong 15 ngày kể từ ngày ban hành kế hoạch này": "from when a time runs",
    "đề xuất sửa đổi thông tư số 12/2030/tt-btc": "what stands already",
    "các xã chưa phê duyệt phương án": "how things stand",
    "phương án đã được phê duyệt tại quyết định số 15": "what stands already",
    "tham gia ý kiến đối với dự thảo nghị định và dự thảo tờ trình": "somebody else's paper",
    "tham mưu ubnd quận tổng kết kế hoạch trong tháng 11": "what stands already",
    "lập danh sách hộ nghèo": "no kind of paper that is known",
}


@pytest.mark.parametrize(("said", "papers"), FOUND, ids=[said for said, _ in FOUND])
def test_paper(said: str, papers: list[str]) -> None:
    assert [said[slice(*p)] for p in products(said, Span(0, len(said)))] == papers


@pytest.mark.parametrize("said", NONE)
def test_no_paper(said: str) -> None:
    """The table says beside each sentence what its words are instead."""
    assert not list(products(said, Span(0, len(said)))), NONE[said]


def test_no_paper_inside_a_name() -> None:
    record = extract(
        "Yêu cầu UBND các xã lập dự toán trình Phòng Tài chính - Kế hoạch thẩm định; "
        "Sở Xây dựng hướng dẫn các xã trước ngày 12/5/2023."
    )
    assert len(record.tasks) == 2
    assert not [p.text for t in record.tasks for p in t.products]


def test_papers_keep_their_spelling() -> None:
    text = "Giao Phòng Nội vụ xây dựng Kế hoạch tinh giản biên chế, trình UBND huyện."
    (task,) = extract(text).tasks
    (paper,) = task.products
    assert paper.text == "Kế hoạch tinh giản biên chế" == text[paper.start : paper.end]
