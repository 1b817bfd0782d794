"""Every search index keeps this contract; a new member joins the list below."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.analyzer import WhitespaceAnalyzer
from index.base import SearchIndex
from index.embedded.index import EmbeddedIndex
from index.embedder.base import TextKind
from index.embedder.hashing import HashingEmbedder
from index.errors import DocumentNotFoundError, IndexLockedError
from index.memory import InMemoryIndex
from index.models import Candidate, ChunkedDocument, Failure, Filters, Passage, SimilarGroup
from tests.documents import chunked
from tests.searching import passages_of

LEAVE = chunked(
    "docs/ko/휴가.md",
    ["연차 휴가는 매년 15일 이다.\n", "병가는 연간 60일 까지 쓴다.\n\n"],
    ["신청은 사흘 전에 한다."],
    title="휴가 규정",
    tags=frozenset({"인사", "public"}),
    page_starts=(0, 20),
)
TRAVEL = chunked(
    "docs/en/travel.md",
    ["Flights are booked by the office.\n", "A hotel may cost 120 euros a night."],
    title="Travel",
    tags=frozenset({"public"}),
)
SECRET = chunked("docs/en/salary.md", ["A salary is paid by the office monthly."], title="Salary")


def embedded(folder: Path) -> SearchIndex:
    return EmbeddedIndex(folder / "index", HashingEmbedder(), WhitespaceAnalyzer())


def in_memory(folder: Path) -> SearchIndex:
    del folder
    return InMemoryIndex(HashingEmbedder(), WhitespaceAnalyzer())


@pytest.fixture(params=[embedded, in_memory], ids=["embedded", "memory"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    make: Callable[[Path], SearchIndex] = request.param
    with make(tmp_path) as made:
        put(made, LEAVE, TRAVEL, SECRET)
        yield made


def put(index: SearchIndex, *documents: ChunkedDocument) -> None:
    with index.writer() as writer:
        writer.put(documents)
        writer.publish()


def passages(index: SearchIndex, found: list[Candidate], query: str = "") -> list[Passage]:
    vector = index.embedder.encode([query], TextKind.QUERY)[0]
    with index.snapshot() as snapshot:
        return passages_of(snapshot, found, vector)


def sources(index: SearchIndex, found: list[Candidate]) -> list[str]:
    return [passage.document.source for passage in passages(index, found)]


def dense(index: SearchIndex, query: str, limit: int = 10, **filters: object) -> list[Candidate]:
    vector = index.embedder.encode([query], TextKind.QUERY)[0]
    with index.snapshot() as snapshot:
        return snapshot.search_dense(vector, limit, Filters(**filters))  # type: ignore[arg-type]


def lexical(index: SearchIndex, query: str, limit: int = 10, **filters: object) -> list[Candidate]:
    with index.snapshot() as snapshot:
        return snapshot.search_lexical(query, limit, Filters(**filters))  # type: ignore[arg-type]


LEGS = pytest.mark.parametrize("search", [lexical, dense])


@LEGS
def test_the_best_comes_first(index: SearchIndex, search: Callable[..., list[Candidate]]) -> None:
    query = "병가는 연간 60일 까지"
    found = search(index, query)
    best = passages(index, found, query)[0]
    assert best.text == "병가는 연간 60일 까지 쓴다.\n\n"
    assert best.parent_text == "연차 휴가는 매년 15일 이다.\n병가는 연간 60일 까지 쓴다.\n\n"
    assert best.heading == ("Part 1",)
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)


@LEGS
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"source": "docs/ko/"}, {"docs/ko/휴가.md"}),
        ({"tags": frozenset({"public"})}, {"docs/ko/휴가.md", "docs/en/travel.md"}),
        ({"tags": frozenset({"public", "인사"})}, {"docs/ko/휴가.md"}),
        ({"tags": frozenset({"nobody"})}, set()),
        ({"document_ids": frozenset()}, set()),
    ],
)
def test_filters_restrict_both_legs(
    index: SearchIndex,
    search: Callable[..., list[Candidate]],
    filters: dict[str, object],
    expected: set[str],
) -> None:
    query = "office 연차 휴가는 salary hotel"
    assert set(sources(index, search(index, query, **filters))) == expected


@LEGS
def test_filters_apply_before_the_cut(
    index: SearchIndex, search: Callable[..., list[Candidate]]
) -> None:
    crowd = [chunked(f"crowd/{n}.md", [f"the office the office number {n}"]) for n in range(50)]
    put(index, *crowd)
    found = search(index, "the office", 2, source="docs/en/travel")
    assert set(sources(index, found)) == {"docs/en/travel.md"}


def test_a_document_can_be_read_back_exactly(index: SearchIndex) -> None:
    with index.snapshot() as snapshot:
        listing = snapshot.documents(limit=10, filters=Filters(source="docs/ko"))
        record = snapshot.document(listing.documents[0].document_id)
        whole = snapshot.text(record.document_id)
        part = snapshot.text(record.document_id, 3, 25)
    assert whole == "".join(c.text for parent in LEAVE.parents for c in parent.children)
    assert part == whole[3:25]
    assert (record.title, record.length, record.metadata) == (
        "휴가 규정",
        len(whole),
        LEAVE.metadata,
    )
    assert (record.parents, record.children, record.tags) == (2, 3, LEAVE.tags)
    assert (record.page_at(0), record.page_at(19), record.page_at(20)) == (1, 1, 2)


def test_words_that_are_spread_over_a_parent_find_it_as_a_whole(index: SearchIndex) -> None:
    found = lexical(index, "연차 병가는")
    with index.snapshot() as snapshot:
        parents = snapshot.parents([hit.chunk_id for hit in dense(index, "연차 병가는")])
    assert found[0].chunk_id in parents.values()
    assert [passage.parent_start for passage in passages(index, found)] == [0]


def test_children_know_their_parents(index: SearchIndex) -> None:
    found = [hit.chunk_id for hit in dense(index, "휴가", source="docs/ko/")]
    with index.snapshot() as snapshot:
        stored, parents = snapshot.passages(found), snapshot.parents([*found, 12345])
    assert parents == {child: stored[child].parent_id for child in found}
    starts = {(parents[child], stored[child].parent_start) for child in found}
    assert len(starts) == len(set(parents.values())) == 2


def test_the_nearest_child_of_a_parent_has_the_score_that_dense_search_gives(
    index: SearchIndex,
) -> None:
    query = "병가는 연간 60일 까지"
    best = dense(index, query)[0]
    vector = index.embedder.encode([query], TextKind.QUERY)[0]
    with index.snapshot() as snapshot:
        parent = snapshot.parents([best.chunk_id])[best.chunk_id]
        nearest = snapshot.nearest_children([parent, 12345], vector)
        assert snapshot.nearest_children([], vector) == {}
    assert set(nearest) == {parent}
    assert nearest[parent].chunk_id == best.chunk_id
    assert nearest[parent].score == pytest.approx(best.score, abs=1e-3)


def test_a_parent_that_did_not_change_keeps_its_id(index: SearchIndex) -> None:
    before = {passage.parent_text: passage.parent_id for passage in everything(index)}
    put(index, chunked(LEAVE.source, ["신청은 사흘 전에 한다."], ["새로 쓴다."], title="휴가 규정"))
    after = {passage.parent_text: passage.parent_id for passage in everything(index)}
    unchanged = before.keys() & after.keys()
    assert "신청은 사흘 전에 한다." in unchanged
    assert [before[text] for text in unchanged] == [after[text] for text in unchanged]
    assert not any(finding.problem for finding in index.examine())


def everything(index: SearchIndex) -> list[Passage]:
    return passages(index, dense(index, "연차 office", limit=100))


def test_documents_are_listed_in_order_a_page_at_a_time(index: SearchIndex) -> None:
    with index.snapshot() as snapshot:
        page = snapshot.documents(limit=1, offset=1)
    assert page.total == 3
    assert [record.source for record in page.documents] == ["docs/en/travel.md"]


def test_an_unknown_document_is_a_clear_error(index: SearchIndex) -> None:
    with index.snapshot() as snapshot:
        with pytest.raises(DocumentNotFoundError, match="nothing-has-this-id"):
            snapshot.document("nothing-has-this-id")
        with pytest.raises(DocumentNotFoundError):
            snapshot.text("nothing-has-this-id")


def test_the_same_document_twice_is_one_document(index: SearchIndex) -> None:
    with index.writer() as writer:
        change = writer.put([LEAVE])[0]
        writer.publish()
    assert (change.added, change.kept, change.removed, change.embedded) == (0, 3, 0, 0)
    assert index.status().children == 6


def test_a_changed_document_embeds_only_what_is_new(index: SearchIndex) -> None:
    edited = chunked(
        LEAVE.source,
        ["연차 휴가는 매년 15일 이다.\n", "병가는 연간 30일 까지 쓴다.\n\n"],
        ["신청은 사흘 전에 한다."],
        title="휴가 규정",
    )
    with index.writer() as writer:
        change = writer.put([edited])[0]
        writer.publish()
    assert (change.added, change.kept, change.removed, change.embedded) == (1, 2, 1, 1)
    assert lexical(index, "60일") == []
    assert "30일" in passages(index, lexical(index, "30일"))[0].parent_text
    with index.snapshot() as snapshot:
        assert (
            snapshot.documents(limit=9, filters=Filters(source="docs/ko")).documents[0].tags
            == set()
        )


def test_text_that_moves_to_another_document_is_not_embedded_again(index: SearchIndex) -> None:
    emptied = chunked(TRAVEL.source, ["Nothing."], title="Travel")
    moved = chunked("docs/en/new.md", ["A hotel may cost 120 euros a night."], title="Travel")
    with index.writer() as writer:
        changes = writer.put([emptied, moved])
        writer.publish()
    assert [change.embedded for change in changes] == [1, 0]
    assert sources(index, lexical(index, "hotel")) == ["docs/en/new.md"]


def test_a_text_that_repeats_in_a_document_is_kept_each_time(index: SearchIndex) -> None:
    twice = chunked("twice.md", ["zebra\n", "zebra\n"], ["zebra\n", "zebra\n"])
    with index.writer() as writer:
        change = writer.put([twice])[0]
        writer.publish()
    assert (change.added, change.embedded) == (4, 1)
    assert len(lexical(index, "zebra")) == 2
    assert len(dense(index, "zebra", source="twice")) == 4


@LEGS
def test_a_deleted_document_is_gone(
    index: SearchIndex, search: Callable[..., list[Candidate]]
) -> None:
    with index.writer() as writer:
        assert writer.delete([TRAVEL.source, "never/was.md"]) == 1
        writer.publish()
    assert TRAVEL.source not in sources(index, search(index, "hotel office"))
    assert not any(finding.problem for finding in index.examine())


def test_a_deleted_document_can_come_back(index: SearchIndex) -> None:
    with index.writer() as writer:
        writer.delete([TRAVEL.source])
        writer.publish()
        writer.put([TRAVEL])
        writer.publish()
    assert sources(index, lexical(index, "hotel"))[0] == TRAVEL.source
    assert sources(index, dense(index, "hotel euros night"))[0] == TRAVEL.source
    assert not any(finding.problem for finding in index.examine())


def test_a_snapshot_does_not_change_while_it_is_open(index: SearchIndex) -> None:
    with index.snapshot() as before:
        revision = before.revision
        with index.writer() as writer:
            writer.delete([LEAVE.source])
            writer.publish()
        assert before.revision == revision
        assert before.documents(limit=10).total == 3
    with index.snapshot() as after:
        assert after.revision > revision
        assert after.documents(limit=10).total == 2


def test_only_one_writer_at_a_time(index: SearchIndex) -> None:
    with index.writer(), pytest.raises(IndexLockedError):
        index.writer()
    with index.writer():
        pass


def test_fingerprints_tell_what_was_read(index: SearchIndex) -> None:
    fingerprint = index.fingerprints()[LEAVE.source]
    assert index.fingerprint(LEAVE.source) == fingerprint
    assert index.fingerprint("docs/ko/없음.md") is None
    assert fingerprint.content_hash == LEAVE.content_hash
    assert fingerprint.recipe == "test-1"
    assert fingerprint.tags == LEAVE.tags


def test_a_failure_is_remembered_until_its_file_is_stored(index: SearchIndex) -> None:
    failure = Failure("docs/new.pdf", "encrypted", "needs a password", "abc", datetime.now(UTC))
    with index.writer() as writer:
        writer.record_failures([failure])
        writer.publish()
    assert index.failures() == [failure]
    with index.writer() as writer:
        writer.put([chunked("docs/new.pdf", ["now it opens"])])
        writer.publish()
    assert index.failures() == []


def test_status_counts_what_is_there(index: SearchIndex) -> None:
    status = index.status()
    assert (status.documents, status.parents, status.children) == (3, 4, 6)
    assert status.lexical_revision == status.dense_revision == status.revision


@pytest.mark.parametrize("query", ["", "   ", "없는말", "a" * 100_000, "\x00\x07", '*:* AND "('])
def test_strange_queries_find_nothing_and_break_nothing(index: SearchIndex, query: str) -> None:
    assert lexical(index, query) == []


def test_a_limit_of_nothing_finds_nothing(index: SearchIndex) -> None:
    assert lexical(index, "office", 0) == []
    assert dense(index, "office", 0) == []


HANDBOOK = [
    f"제{n}조 직원은 정해진 절차 {n} 번에 따라 신청하고 승인을 받는다.\n" for n in range(30)
]


def put_versions(index: SearchIndex) -> None:
    """Store a handbook, a copy of it, and a version of it with another ending."""
    later = [*HANDBOOK[:-1], "부칙 이 규정은 공포한 날부터 시행한다.\n"]
    put(index, chunked("규정 (사본).hwp", HANDBOOK), chunked("규정.hwp", HANDBOOK))
    put(index, chunked("규정_최종.hwp", later))


def test_copies_and_versions_are_one_group(index: SearchIndex) -> None:
    assert index.similar_groups() == []
    put_versions(index)
    group = SimilarGroup("규정.hwp", ("규정 (사본).hwp",), ("규정_최종.hwp",))
    assert index.similar_groups() == [group]


def test_a_document_tells_its_original_and_what_is_like_it(index: SearchIndex) -> None:
    put_versions(index)
    with index.snapshot() as snapshot:
        records = {r.source: r for r in snapshot.documents(limit=10).documents}
        originals = snapshot.originals(list(records.values()))
        found = snapshot.similar(records["규정.hwp"].document_id)
        with pytest.raises(DocumentNotFoundError):
            snapshot.similar("nothing-has-this-id")
    assert originals == {records["규정 (사본).hwp"].document_id: "규정.hwp"}
    assert [(each.source, each.copied) for each in found] == [
        ("규정 (사본).hwp", True),
        ("규정_최종.hwp", False),
    ]
    assert found[0].similarity == 1.0
    assert 0.8 <= found[1].similarity < 1.0


def test_what_was_deleted_or_changed_is_in_no_group(index: SearchIndex) -> None:
    put_versions(index)
    with index.writer() as writer:
        writer.delete(["규정 (사본).hwp"])
        writer.put([chunked("규정_최종.hwp", ["아주 다른 이야기를 하는 문서이다."])])
        writer.publish()
    assert index.similar_groups() == []


def test_blank_copies_are_copies(index: SearchIndex) -> None:
    put(index, chunked("빈 문서.txt"), chunked("빈 문서 (2).txt"))
    assert index.similar_groups() == [SimilarGroup("빈 문서.txt", ("빈 문서 (2).txt",), ())]
