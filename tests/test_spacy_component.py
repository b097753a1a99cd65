"""`vi_tasks` in spaCy pipelines: offsets agree with the record, and survive every way to store a Doc."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.tokens import Doc, DocBin

import extractor.spacy_component  # noqa: F401 - registered, also where no entry point is installed
from extractor import GazetteerError, extract
from extractor.schema import Record

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "notices"
TEXT = """Nam Định, ngày 10 tháng 02 năm 2022
1. Giao Sở Y tế (chủ trì), Sở Tài chính rà soát nhân lực, báo cáo UBND tỉnh trước ngày 28/02.
2. Định kỳ ngày 25 hằng tháng, UBND các huyện gửi số liệu về Sở Y tế; Công an tỉnh theo dõi."""
LANGUAGES: dict[str, Callable[[], spacy.Language]] = {
    "xx": lambda: spacy.blank("xx"),
    # the tokenizer of "vi" asks for pyvi unless told not to: then tokens are parted by spaces
    "vi": lambda: spacy.blank("vi", config={"nlp": {"tokenizer": {"use_pyvi": False}}}),
}


@pytest.fixture(params=LANGUAGES)
def nlp(request: pytest.FixtureRequest) -> spacy.Language:
    made = LANGUAGES[request.param]()
    made.add_pipe("vi_tasks")
    return made


def groups(doc: Doc) -> dict[str, list[tuple[Any, ...]]]:
    return {
        key: [(s.start_char, s.end_char, s.label_, s.id_, s.kb_id_) for s in doc.spans[key]]
        for key in ("tasks", "agencies", "deadlines")
    }


def exact(doc: Doc, key: str) -> list[tuple[int, int]]:
    return [tuple(map(int, s.id_.split(":"))) for s in doc.spans[key]]  # type: ignore[misc]


def fields(record: Record) -> dict[str, set[tuple[int, int]]]:
    """Offsets of the record's fields by group of spans."""
    roles = [(*t.lead, *t.coordinating, *t.reports_to) for t in record.tasks]
    return {
        "tasks": {(t.start, t.end) for t in record.tasks},
        "agencies": {(a.start, a.end) for mentions in roles for a in mentions},
        "deadlines": {(d.start, d.end) for t in record.tasks for d in t.deadlines},
    }


def test_the_record_is_the_extractors(nlp: spacy.Language) -> None:
    doc = nlp(TEXT)
    assert doc.text == TEXT
    assert doc._.notice == extract(TEXT)
    assert len(doc._.notice.tasks) >= 2


@pytest.mark.parametrize(
    "path", [None, *sorted(SAMPLES.glob("*.txt"))[::8]], ids=lambda p: p.stem if p else "short"
)
def test_offsets_agree(nlp: spacy.Language, path: Path | None) -> None:
    """id_ holds the record's offsets; the span itself is the least run of tokens around them."""
    doc = nlp(path.read_text("utf-8") if path else TEXT)
    for key, offsets in fields(doc._.notice).items():
        assert set(exact(doc, key)) == offsets
        for span, (start, end) in zip(doc.spans[key], exact(doc, key), strict=True):
            assert span[0].idx <= start < span[0].idx + len(span[0])
            assert span[-1].idx < end <= span[-1].idx + len(span[-1])


def test_spans_say_what_they_are(nlp: spacy.Language) -> None:
    doc = nlp(TEXT)
    task = doc._.notice.tasks[0]
    assert {s.label_ for s in doc.spans["tasks"]} == {"TASK"}
    assert doc.spans["tasks"][0].kb_id_ == task.id
    leads = [s for s in doc.spans["agencies"] if s.label_ == "LEAD"]
    assert leads[0].kb_id_ == task.lead[0].id
    assert [s.kb_id_ for s in doc.spans["deadlines"]] == [
        "2022-02-28",
        "FREQ=MONTHLY;BYMONTHDAY=25",
    ]


def test_a_span_widens_to_whole_tokens() -> None:
    """With tokens parted by spaces only "28/02." is one: the span takes the stop, id_ does not."""
    spans = {}
    for name, make in LANGUAGES.items():
        nlp = make()
        nlp.add_pipe("vi_tasks")
        doc = nlp(TEXT)
        spans[name] = (doc.spans["deadlines"][0].text, doc.text[slice(*exact(doc, "deadlines")[0])])
    assert spans == {
        "xx": ("trước ngày 28/02", "trước ngày 28/02"),
        "vi": ("trước ngày 28/02.", "trước ngày 28/02"),
    }


@pytest.mark.parametrize("text", ["", " \n\t ", "Không có gì.\n"])
def test_a_text_without_tasks_has_empty_groups(nlp: spacy.Language, text: str) -> None:
    doc = nlp(text)
    assert groups(doc) == {"tasks": [], "agencies": [], "deadlines": []}
    assert doc._.notice.tasks == ()


def test_a_doc_that_the_component_has_not_seen() -> None:
    assert spacy.blank("xx")(TEXT)._.notice is None


# --- storing ------------------------------------------------------------------------------------


def bytes_of(doc: Doc) -> Doc:
    return Doc(spacy.blank("xx").vocab).from_bytes(doc.to_bytes())


def doc_bin(doc: Doc) -> Doc:
    stored = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    return next(iter(DocBin().from_bytes(stored).get_docs(spacy.blank("xx").vocab)))


def pickled(doc: Doc) -> Doc:
    return pickle.loads(pickle.dumps(doc))  # noqa: S301 - our own bytes


@pytest.mark.parametrize("stored", [bytes_of, doc_bin, pickled], ids=lambda f: f.__name__)
def test_a_stored_doc_is_the_same(nlp: spacy.Language, stored: Callable[[Doc], Doc]) -> None:
    doc = nlp(TEXT)
    again = stored(doc)
    assert groups(again) == groups(doc)
    assert again._.notice == doc._.notice


def test_a_doc_bin_without_user_data_keeps_the_spans(nlp: spacy.Language) -> None:
    doc = nlp(TEXT)
    again = next(iter(DocBin(docs=[doc]).get_docs(nlp.vocab)))
    assert groups(again) == groups(doc)
    assert again._.notice is None


def test_several_processes(nlp: spacy.Language) -> None:
    texts = [TEXT, TEXT.replace("2022", "2023"), ""]
    found = list(nlp.pipe(texts, n_process=2, batch_size=1))
    assert [doc._.notice for doc in found] == [extract(text) for text in texts]
    assert [groups(doc) for doc in found] == [groups(nlp(text)) for text in texts]


# --- configuration ------------------------------------------------------------------------------


def test_settings_travel_with_the_pipeline(tmp_path: Path) -> None:
    nlp = spacy.blank("xx")
    nlp.add_pipe("vi_tasks", config={"as_of": "2025-08-01"})
    wanted = nlp(TEXT)
    now = [a.now for t in wanted._.notice.tasks for a in t.lead]
    assert any(now)
    nlp.to_disk(tmp_path / "model")
    for again in (spacy.load(tmp_path / "model"), pickle.loads(pickle.dumps(nlp))):  # noqa: S301
        assert again.pipe_names == ["vi_tasks"]
        assert again(TEXT)._.notice == wanted._.notice


def test_wrong_settings_are_told_when_the_component_is_added(tmp_path: Path) -> None:
    (tmp_path / "bodies.csv").write_text("no,such,columns\n1,2,3\n", encoding="utf-8")
    with pytest.raises(GazetteerError, match=r"bodies\.csv"):
        spacy.blank("xx").add_pipe("vi_tasks", config={"gazetteer": [str(tmp_path)]})
    with pytest.raises(ValueError, match="month"):
        spacy.blank("xx").add_pipe("vi_tasks", config={"as_of": "2025-13-01"})
