"""What words find when children are searched instead of parents."""

from eval.child_words import ChildWords
from eval.corpus import store_corpus
from eval.datasets import CorpusDocument
from index.analyzer import WhitespaceAnalyzer
from index.embedder.hashing import HashingEmbedder
from index.memory import InMemoryIndex
from ingest.chunking import ChunkSizes

SIZES = ChunkSizes(parent_tokens=60, child_tokens=10)
SPREAD = CorpusDocument(
    "spread", "", "출장 규정은 총무팀이 정합니다.\n\n숙박비 한도는 하루 십만 원입니다."
)
TOGETHER = CorpusDocument("together", "", "출장 숙박비 증빙은 카드 전표로 합니다.")
OTHERS = tuple(CorpusDocument(f"d{n}", "", f"주차장 안내 {n}번 문서입니다.") for n in range(8))
DOCUMENTS = (SPREAD, TOGETHER, *OTHERS)


def children() -> ChildWords:
    return ChildWords.of(DOCUMENTS, SIZES, WhitespaceAnalyzer(), lambda _: None)


def test_found_are_the_parents_of_the_index_each_once_best_first() -> None:
    index = InMemoryIndex(HashingEmbedder(), WhitespaceAnalyzer())
    store_corpus(index, DOCUMENTS, SIZES, lambda _: None)
    with index.snapshot() as snapshot:
        parents = {hit.chunk_id for hit in snapshot.search_lexical("출장 숙박비", 10)}
    found = children().search("출장 숙박비", 10)
    assert {hit.chunk_id for hit in found} == parents
    assert len(found) == 2
    assert found[0].score > found[1].score > 0


def test_a_child_counts_alone_and_no_more_are_looked_at_than_allowed() -> None:
    words = children()
    assert len(words.parents) > len(DOCUMENTS)
    (alone,) = words.search("출장 숙박비", 1)
    assert alone == words.search("출장 숙박비", 10)[0]
    assert len(words.search("주차장 안내", 3)) == 3


def test_words_that_stand_nowhere_find_nothing() -> None:
    assert children().search("없는낱말", 10) == []
    assert children().search("?!", 10) == []


def test_progress_counts_documents() -> None:
    done: list[int] = []
    ChildWords.of(DOCUMENTS, SIZES, WhitespaceAnalyzer(), done.append)
    assert sum(done) == len(DOCUMENTS)
