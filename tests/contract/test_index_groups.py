"""Every search index keeps documents with groups from those who are in none of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.base import SearchIndex
from index.embedder.base import TextKind
from index.errors import DocumentNotFoundError
from index.models import Candidate, ChunkedDocument, Filters
from tests.contract.test_index import embedded, in_memory, put
from tests.documents import chunked

TEXT = [
    f"제{n}조 연봉 협상은 정해진 절차 {n} 번에 따라 진행하고 승인을 받는다.\n" for n in range(20)
]
READERS: dict[str, Filters] = {
    "everybody": Filters(groups=frozenset()),
    "hr": Filters(groups=frozenset({"hr"})),
    "legal": Filters(groups=frozenset({"legal"})),
    "both": Filters(groups=frozenset({"hr", "legal"})),
    "stranger": Filters(groups=frozenset({"sales"})),
    "all": Filters(),
}
SEEN = {
    "everybody": {"z-public-copy.md"},
    "hr": {"z-public-copy.md", "hr.md", "shared.md"},
    "legal": {"z-public-copy.md", "legal.md", "shared.md"},
    "both": {"z-public-copy.md", "hr.md", "legal.md", "shared.md"},
    "stranger": {"z-public-copy.md"},
    "all": {"z-public-copy.md", "hr.md", "legal.md", "shared.md"},
}


def grouped(source: str, *groups: str) -> ChunkedDocument:
    """Return a document with always the same text."""
    return chunked(source, TEXT, groups=frozenset(groups))


@pytest.fixture(params=[embedded, in_memory], ids=["embedded", "memory"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    make: Callable[[Path], SearchIndex] = request.param
    with make(tmp_path) as made:
        put(made, grouped("hr.md", "hr"), grouped("legal.md", "legal"))
        put(made, grouped("shared.md", "hr", "legal"), grouped("z-public-copy.md"))
        yield made


def ids(index: SearchIndex) -> dict[str, str]:
    with index.snapshot() as snapshot:
        return {r.source: r.document_id for r in snapshot.documents(limit=100).documents}


def found(index: SearchIndex, filters: Filters, limit: int = 1_000) -> tuple[set[str], set[str]]:
    """Return the sources that each leg finds."""
    vector = index.embedder.encode(["연봉 협상"], TextKind.QUERY)[0]
    with index.snapshot() as snapshot:
        lexical = snapshot.search_lexical("연봉 협상은", limit, filters)
        dense = snapshot.search_dense(vector, limit, filters)
        nearest = snapshot.nearest_children([hit.chunk_id for hit in lexical], vector)

        def sources(candidates: list[Candidate]) -> set[str]:
            passages = snapshot.passages([hit.chunk_id for hit in candidates])
            return {passage.document.source for passage in passages.values()}

        return sources(list(nearest.values())), sources(dense)


@pytest.mark.parametrize("reader", READERS)
def test_both_legs_find_what_a_reader_may_read_and_nothing_else(
    index: SearchIndex, reader: str
) -> None:
    assert found(index, READERS[reader]) == (SEEN[reader], SEEN[reader])


@pytest.mark.parametrize("reader", READERS)
def test_a_crowd_of_forbidden_documents_takes_no_place_in_the_results(
    index: SearchIndex, reader: str
) -> None:
    put(index, *(grouped(f"crowd/{n}.md", "crowd") for n in range(30)))
    with index.snapshot() as snapshot:
        hits = snapshot.search_lexical("연봉 협상은", 4, READERS[reader])
    expected = 4 if reader == "all" else len(SEEN[reader])
    assert len(hits) == expected


@pytest.mark.parametrize("reader", READERS)
def test_what_may_not_be_read_is_as_unknown_as_what_never_was(
    index: SearchIndex, reader: str
) -> None:
    filters = READERS[reader]
    for source, document_id in ids(index).items():
        with index.snapshot() as snapshot:
            asks: list[Callable[[str], object]] = [
                lambda i: snapshot.document(i, filters),
                lambda i: snapshot.text(i, filters=filters),
                lambda i: snapshot.similar(i, filters),
            ]
            for ask in asks:
                if source in SEEN[reader]:
                    assert ask(document_id) is not None
                    continue
                with pytest.raises(DocumentNotFoundError) as forbidden:
                    ask(document_id)
                with pytest.raises(DocumentNotFoundError) as unknown:
                    ask("0" * 32)
                assert str(forbidden.value) == str(unknown.value).replace("0" * 32, document_id)


@pytest.mark.parametrize("reader", READERS)
def test_listings_copies_and_passages_name_only_what_a_reader_may_read(
    index: SearchIndex, reader: str
) -> None:
    filters, every = READERS[reader], ids(index)
    with index.snapshot() as snapshot:
        page = snapshot.documents(limit=1, filters=filters)
        listed = snapshot.documents(limit=100, filters=filters).documents
        originals = snapshot.originals(listed, filters)
        similar = snapshot.similar(every["z-public-copy.md"], filters)
        children = snapshot.search_dense(index.embedder.encode(["x"], TextKind.QUERY)[0], 1_000)
        passages = snapshot.passages([hit.chunk_id for hit in children], filters)
    assert page.total == len(SEEN[reader])
    assert {record.source for record in listed} == SEEN[reader]
    assert set(originals.values()) <= SEEN[reader]
    assert {each.source for each in similar} == SEEN[reader] - {"z-public-copy.md"}
    assert {passage.document.source for passage in passages.values()} == SEEN[reader]
    assert len(children) == 4 * len(TEXT)


def test_the_original_of_a_copy_is_sought_among_what_may_be_read(index: SearchIndex) -> None:
    public = ids(index)["z-public-copy.md"]
    with index.snapshot() as snapshot:
        copy = snapshot.document(public)
        assert snapshot.originals([copy]) == {public: "hr.md"}
        assert snapshot.originals([copy], READERS["legal"]) == {public: "legal.md"}
        assert snapshot.originals([copy], READERS["stranger"]) == {}


def test_a_document_tells_its_groups(index: SearchIndex) -> None:
    with index.snapshot() as snapshot:
        assert snapshot.document(ids(index)["shared.md"]).groups == {"hr", "legal"}
    assert index.fingerprints()["hr.md"].groups == {"hr"}
    fingerprint = index.fingerprint("z-public-copy.md")
    assert fingerprint is not None
    assert fingerprint.groups == frozenset()


@pytest.mark.parametrize("way", ["put", "regroup"])
def test_other_groups_count_at_once_and_nothing_is_embedded(index: SearchIndex, way: str) -> None:
    for filters in READERS.values():
        found(index, filters)  # whatever is remembered of a search is remembered now
    with index.writer() as writer:
        if way == "put":
            changes = writer.put([grouped("hr.md", "legal"), grouped("z-public-copy.md", "sales")])
            assert [(c.added, c.removed, c.embedded) for c in changes] == [(0, 0, 0)] * 2
        else:
            wanted = {"hr.md": frozenset({"legal"}), "z-public-copy.md": frozenset({"sales"})}
            assert writer.regroup({**wanted, "never-was.md": frozenset()}) == 2
        writer.publish()
    assert found(index, READERS["hr"]) == ({"shared.md"},) * 2
    assert found(index, READERS["legal"]) == ({"hr.md", "legal.md", "shared.md"},) * 2
    assert found(index, READERS["everybody"]) == (set(), set())
    assert found(index, READERS["stranger"]) == ({"z-public-copy.md"},) * 2
    assert index.fingerprints()["hr.md"].groups == {"legal"}
    assert not any(finding.problem for finding in index.examine())


def test_a_document_that_lost_its_groups_is_open_to_all(index: SearchIndex) -> None:
    with index.writer() as writer:
        writer.regroup({"hr.md": frozenset()})
        writer.publish()
    assert found(index, READERS["everybody"]) == ({"hr.md", "z-public-copy.md"},) * 2


def test_a_deleted_document_leaves_no_groups_to_the_next_of_its_name(index: SearchIndex) -> None:
    with index.writer() as writer:
        writer.delete(["hr.md"])
        writer.put([grouped("hr.md")])
        writer.publish()
    assert found(index, READERS["everybody"]) == ({"hr.md", "z-public-copy.md"},) * 2


def test_a_snapshot_goes_on_with_the_groups_that_it_began_with(index: SearchIndex) -> None:
    document_id = ids(index)["hr.md"]
    with index.snapshot() as before:
        with index.writer() as writer:
            writer.regroup({"hr.md": frozenset({"legal"})})
            writer.publish()
        assert before.document(document_id, READERS["hr"]).groups == {"hr"}
    with index.snapshot() as after, pytest.raises(DocumentNotFoundError):
        after.document(document_id, READERS["hr"])
