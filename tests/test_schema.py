"""The contract: the committed schema, the record's shape, ids, due dates and confidence."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pydantic
import pytest

import extractor
from extractor import Policy, Record, extract
from extractor.document import Deadline, Meta, Span
from extractor.records import due_date, notice_key, task_id
from extractor.schema import Doubt, Model, schema_text

ROOT = Path(__file__).resolve().parent.parent
NOTICE = """ỦY BAN NHÂN DÂN
TỈNH CÀ MAU

Số: 03/TB-UBND

Cà Mau, ngày 18 tháng 02 năm 2022

THÔNG BÁO
Kết luận của Phó Chủ tịch UBND tỉnh tại cuộc họp

1. Giao Sở Y tế chủ trì, phối hợp với Sở Tài chính rà soát, xây dựng kế hoạch, trình UBND tỉnh trước ngày 28/02/2022.

2. Sở Nội vụ tổng hợp, báo cáo UBND tỉnh.
"""

# every field that contract.md names, by its place in the record
CONTRACT = {
    "": "schema_version notice clauses tasks doubts",
    "notice": "source kind number issued_on issuer subject place signer urgency confidentiality addressees recipients citations",
    "notice.source": "path media_type sha256 reader",
    "notice.issuer": "name id",
    "notice.signer": "name position authority",
    "notice.citations.0": "text kind number issued_on start end",
    "clauses.0": "path kind marker start end parent",
    "tasks.0": "id clause start end text action products lead lead_basis coordinating reports_to deadlines due urgency confidence doubts",
    "tasks.0.action": "text start end verb",
    "tasks.0.products.0": "text start end",
    "tasks.0.lead.0": "name id text start end found_by score",
    "tasks.0.deadlines.0": "text start end kind bound basis normalized timex rule",
    "tasks.0.deadlines.0.normalized": "start end inclusive recurrence duration working_days anchor",
    "tasks.0.deadlines.0.timex": "type value mod",
}


def at(value: Any, place: str) -> Any:
    for step in filter(None, place.split(".")):
        value = value[int(step)] if step.isdigit() else value[step]
    return value


def test_committed_schema_is_the_models() -> None:
    committed = (ROOT / "schema" / "notice.schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(), "run: nhiemvu schema > schema/notice.schema.json"


@pytest.mark.parametrize("place", CONTRACT)
def test_contract_fields(place: str) -> None:
    text = NOTICE.replace("2. Sở", "2. Căn cứ Quyết định số 411/QĐ-TTg ngày 31/3/2022, Sở")
    text += "\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\nNguyễn Văn An\n"
    record = json.loads(extract(text, path="a.txt").to_json())
    have = list(at(record, place))
    wanted = CONTRACT[place].split()
    assert [f for f in have if f in wanted] == wanted  # all there, in the contract's order


def test_record_of_a_notice() -> None:
    record = extract(NOTICE, path="notices/a.txt")
    notice = record.notice
    assert notice.source.path == "notices/a.txt"
    assert (notice.kind, notice.number, notice.issued_on) == (
        "Thông báo",
        "03/TB-UBND",
        "2022-02-18",
    )
    assert notice.issuer is not None
    assert notice.issuer.name == "Ủy ban nhân dân tỉnh Cà Mau"
    first, second = record.tasks
    assert [a.name for a in first.lead] == ["Sở Y tế"]
    assert [a.name for a in first.coordinating] == ["Sở Tài chính"]
    assert (first.clause, first.lead_basis, first.due) == ("1", "stated", "2022-02-28")
    assert first.deadlines[0].basis == "stated"
    assert (second.clause, second.due) == ("2", None)
    assert first.confidence is not None
    assert 0 < first.confidence <= 1
    number = notice.spans["number"]
    assert NOTICE[number.start : number.end] == "03/TB-UBND"


@pytest.mark.parametrize(("year", "id_"), [("2022", "P10.UBND"), ("2026", "P15-2025.UBND")])
def test_issuer_has_its_gazetteer_id(year: str, id_: str) -> None:
    """One name, another body since the provinces merged on 1 July 2025."""
    text = NOTICE.replace("2022", year).replace("CÀ MAU", "LÀO CAI").replace("Cà Mau", "Lào Cai")
    issuer = extract(text).notice.issuer
    assert issuer is not None
    assert issuer.id == id_


def test_models_are_frozen_and_keep_later_fields() -> None:
    doubt = Doubt.model_validate({"kind": "a", "detail": "b", "later": 1})
    assert json.loads(doubt.model_dump_json())["later"] == 1
    with pytest.raises(pydantic.ValidationError):
        doubt.kind = "c"  # type: ignore[misc]
    record = extract(NOTICE)
    assert Record.model_validate_json(record.to_json()) == record


def test_every_model_and_field_is_described_by_its_model() -> None:
    def models(base: type[Model]) -> list[type[Model]]:
        return [m for sub in base.__subclasses__() for m in (sub, *models(sub))]

    for model in models(Model):
        assert model.__doc__, model.__name__


def test_json_line_is_one_line() -> None:
    text = "1. Sở Y tế báo cáo\u2028UBND tỉnh\x85trước ngày 28/02/2022\u2029."
    line = extract(text).to_json()
    assert len(line.splitlines()) == 1
    assert json.loads(line)["tasks"][0]["text"] in text


def test_lone_surrogates_keep_their_place() -> None:
    record = extract("\ud800\n1. Sở Y tế báo cáo UBND tỉnh \udfff trước ngày 28/02/2022.")
    assert record.doubts[0].kind == "broken_text"
    assert record.tasks[0].lead[0].start == 5
    assert "\ufffd" in record.tasks[0].text
    record.to_json().encode("utf-8")


def test_ids_follow_the_notices_key() -> None:
    ids = [t.id for t in extract(NOTICE).tasks]
    corrected = NOTICE.replace("rà soát", "rà  soát lại")
    assert [t.id for t in extract(corrected).tasks] == ids  # same number, date and issuer
    assert [t.id for t in extract(NOTICE, path="elsewhere.txt").tasks] == ids
    other = NOTICE.replace("03/TB-UBND", "04/TB-UBND")
    assert not set(ids) & {t.id for t in extract(other).tasks}


def test_key_without_a_number_is_the_text() -> None:
    assert notice_key("a", Meta()) != notice_key("b", Meta())
    assert notice_key("a", Meta(number="1/TB")) != notice_key("b", Meta(number="1/TB"))
    dated = Meta(number="1/TB-UBND", issued_on="2022-02-01")
    assert notice_key("a", dated) == notice_key("b", replace(dated, number="1 / TB-ubnd"))


def test_ids_are_the_same_everywhere() -> None:
    # a change here gives every tracker new rows: it needs a new schema_version
    assert task_id("03/tb-ubnd|2022-02-18|x", "2.b", 1) == "440728d1946f1c3e"


@pytest.mark.parametrize(
    ("ends", "before", "due"),
    [
        ([("2022-03-01", True), ("2022-02-28", True)], "named", "2022-02-28"),
        ([("2022-02-28", False)], "named", "2022-02-28"),
        ([("2022-02-28", False)], "day_before", "2022-02-27"),
        ([("2022-02-28", True)], "day_before", "2022-02-28"),
        ([("2022-03-15T17:00", False)], "day_before", "2022-03-15"),
        ([("2022-03-15T17:00", False)], "named", "2022-03-15"),
        ([(None, None)], "named", None),
        ([("2022-02", True), ("gibberish", True)], "named", None),
        ([("0001-01-01", False)], "day_before", None),
        ([], "named", None),
    ],
)
def test_due(ends: list[tuple[str | None, bool | None]], before: Any, due: str | None) -> None:
    deadlines = [Deadline(Span(0, 1), "r", "due", "by", end=e, inclusive=i) for e, i in ends]
    assert due_date(deadlines, Policy(before=before)) == due


def test_policy_reaches_due() -> None:
    assert extract(NOTICE, policy=Policy(before="day_before")).tasks[0].due == "2022-02-27"


def test_confidence_falls_with_the_evidence() -> None:
    stated = extract("1. Giao Sở Y tế rà soát, báo cáo UBND tỉnh trước ngày 28/02/2022.").tasks[0]
    inherited = extract("1. Sở Y tế:\na) Rà soát các cơ sở khám bệnh, chữa bệnh.").tasks[0]
    assert stated.confidence is not None
    assert inherited.confidence is not None
    assert inherited.confidence < stated.confidence < 1


def test_confidence_is_no_higher_than_that_of_lead_and_deadlines() -> None:
    task = extract(NOTICE).tasks[0]
    assert task.confidence is not None
    assert task.confidences is not None
    assert task.confidence <= min(task.confidences.lead, task.confidences.deadlines)


def test_only_some_natures() -> None:
    record = extract(NOTICE)
    assert [t.nature for t in record.tasks] == ["dated", "standing"]
    assert [t.clause for t in record.only({"standing"}).tasks] == ["2"]


def test_import_loads_nothing_heavy() -> None:
    heavy = (
        "spacy",
        "underthesea",
        "dateparser",
        "pydantic",
        "rapidfuzz",
        "rich",
        "typer",
        "extractor.pipeline",
    )
    code = f"import sys, extractor; print([m for m in {heavy!r} if m in sys.modules])"
    run = [sys.executable, "-X", "importtime", "-c", code]
    done = subprocess.run(run, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_extracting_known_verbs_loads_no_language_model() -> None:
    code = (
        "import sys, extractor; extractor.extract('1. Giao Sở Y tế báo cáo UBND tỉnh trước ngày 28/02/2022.');"
        "print([m for m in ('spacy', 'underthesea', 'dateparser', 'rich') if m in sys.modules])"
    )
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_public_names() -> None:
    for name in extractor.__all__:
        assert getattr(extractor, name) is not None
    assert set(extractor.__all__) <= set(dir(extractor))
    with pytest.raises(AttributeError):
        extractor.nothing  # noqa: B018
