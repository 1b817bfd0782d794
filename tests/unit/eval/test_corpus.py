"""Documents of a set in an index: names that come back, and nothing done twice."""

import pytest

from eval.corpus import chunked, id_of, source_of, store_corpus
from eval.datasets import CorpusDocument
from index.analyzer import WhitespaceAnalyzer
from index.embedder.hashing import HashingEmbedder
from index.memory import InMemoryIndex
from ingest.chunking import ChunkSizes

SIZES = ChunkSizes()
LEAVE = CorpusDocument("휴가/1", "휴가 규정", "연차 휴가는 매년 15일입니다.")
TRAVEL = CorpusDocument("travel %2F", "", "Flights are booked by the office.")
BLANK = CorpusDocument("blank", "", " \n")


@pytest.fixture
def index() -> InMemoryIndex:
    return InMemoryIndex(HashingEmbedder(), WhitespaceAnalyzer())


def store(index: InMemoryIndex, *documents: CorpusDocument) -> list[int]:
    done: list[int] = []
    store_corpus(index, documents, SIZES, done.append)
    return done


@pytest.mark.parametrize(
    "identifier", ["휴가/1", "a%2Fb", "두 낱말", "..", "나".encode().hex(), "\udc80"]
)
def test_an_id_comes_back_from_its_source(identifier: str) -> None:
    assert id_of(source_of(identifier)) == identifier


def test_ids_that_unicode_takes_for_equal_stay_apart() -> None:
    assert source_of("\uac00") != source_of("\u1100\u1161")


def test_a_title_is_searched_with_the_text_and_an_absent_one_is_not_made_up() -> None:
    assert chunked(LEAVE, SIZES).parents[0].children[0].indexed_text.startswith("휴가 규정")
    assert chunked(TRAVEL, SIZES).parents[0].children[0].indexed_text == TRAVEL.text


def test_documents_known_already_are_not_stored_again(index: InMemoryIndex) -> None:
    store(index, LEAVE, TRAVEL)
    revision = index.status().revision
    assert store(index, LEAVE, TRAVEL) == [2]
    assert index.status().revision == revision


def test_the_index_follows_the_corpus(index: InMemoryIndex) -> None:
    store(index, LEAVE, TRAVEL)
    changed = CorpusDocument(LEAVE.id, LEAVE.title, "연차 휴가는 매년 20일입니다.")
    assert sum(store(index, changed, BLANK)) == 2
    with index.snapshot() as snapshot:
        listed = snapshot.documents(limit=10).documents
        assert {id_of(document.source) for document in listed} == {LEAVE.id, BLANK.id}
        assert "20일" in snapshot.text(listed[-1].document_id) + snapshot.text(
            listed[0].document_id
        )
