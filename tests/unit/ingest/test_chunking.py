import random
import time
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.models import ChildChunk
from ingest.chunking import ChunkSizes, chunk, recipe
from ingest.chunking.tokens import TokenEstimate
from ingest.document import Heading, LoadedDocument

SUBJECTS = ("정부는", "연구진은", "학교는", "시민들은", "회사는", "The committee", "Our team")
OBJECTS = ("새 예산을", "낡은 다리를", "회의 자료를", "안전 규칙을", "the annual report", "설비를")
VERBS = ("검토했다", "바꾸었다", "발표했다", "고쳤다", "다시 살폈다", "approved", "거절했다")


def loaded(text: str, *headings: Heading, title: str = "") -> LoadedDocument:
    return LoadedDocument(text, title, "text/plain", headings)


def children(document: LoadedDocument, sizes: ChunkSizes | None = None) -> list[ChildChunk]:
    parents = chunk(document, sizes or ChunkSizes())
    return [child for parent in parents for child in parent.children]


def seeded(number: int) -> random.Random:
    return random.Random(number)  # noqa: S311 - repeatable test data, no secrets


def paragraph(chance: random.Random) -> str:
    return " ".join(
        f"{chance.choice(SUBJECTS)} {chance.randrange(1000)}번째 {chance.choice(OBJECTS)}"
        f" {chance.choice(VERBS)}."
        for _ in range(chance.randrange(2, 9))
    )


def markdown(text: str, title: str = "") -> LoadedDocument:
    headings, start = [], 0
    for line in text.splitlines(keepends=True):
        if line.startswith("#"):
            marks = len(line) - len(line.lstrip("#"))
            headings.append(Heading(start + marks + 1, marks, line[marks:].strip()))
        start += len(line)
    return loaded(text, *headings, title=title)


PIECES = st.sampled_from(
    [
        "비가 왔다. ",
        "It rained. ",
        "\n\n",
        "\n",
        "| 가 | 나 |\n",
        "|---|---|\n",
        "# 제목\n",
        "- 항목\n",
        "x" * 300,
        "가" * 200,
        " ",
        "3.14",
        "낱말 " * 60,
        "word, " * 90,
    ]
)


@st.composite
def documents(draw: st.DrawFn) -> LoadedDocument:
    text = draw(st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join))
    places = st.tuples(
        st.integers(0, len(text)), st.integers(1, 4), st.sampled_from(["", "제목", "둘"])
    )
    headings = sorted(draw(st.lists(places, max_size=6)))
    return loaded(text, *(Heading(*place) for place in headings), title=draw(st.text(max_size=5)))


@given(documents(), st.sampled_from([ChunkSizes(), ChunkSizes(60, 20), ChunkSizes(8, 8)]))
@settings(max_examples=300, deadline=None)
def test_parents_tile_the_text_and_children_their_parent(
    document: LoadedDocument, sizes: ChunkSizes
) -> None:
    parents = chunk(document, sizes)
    tokens = TokenEstimate(document.text)
    place = 0
    for parent in parents:
        assert parent.start == place
        for child in parent.children:
            assert (child.start, child.text) == (place, document.text[child.start : child.end])
            assert child.text.strip()
            assert tokens.between(child.start, child.end) <= 2 * sizes.child_tokens + 1e-6
            assert child.text.strip() in child.indexed_text
            place = child.end
        assert parent.end == place
    assert place == (len(document.text) if document.text.strip() else 0)
    assert chunk(document, sizes) == parents


@pytest.mark.parametrize("text", ["", " \n\n\t "])
def test_a_blank_text_has_no_chunks(text: str) -> None:
    assert chunk(loaded(text)) == ()


def test_children_are_whole_sentences_near_the_wanted_size() -> None:
    chance = seeded(1)
    text = " ".join(paragraph(chance) for _ in range(80))
    found = children(loaded(text))
    assert all(child.text.rstrip().endswith(".") for child in found)
    tokens = TokenEstimate(text)
    sizes = [tokens.between(child.start, child.end) for child in found]
    assert min(sizes) >= 64
    assert max(sizes[:-1]) <= 160
    assert sizes[-1] <= 200


def test_a_passage_slightly_over_the_size_of_a_child_stays_whole() -> None:
    text = "정부는 새 예산을 검토했다. " * 20
    assert 160 < TokenEstimate(text).between(0, len(text)) < 200
    assert len(children(loaded(text))) == 1


def test_children_end_with_paragraphs_where_paragraphs_are_short() -> None:
    chance = seeded(2)
    text = "\n\n".join(f"{number}번. {paragraph(chance)[:90]}" for number in range(60))
    assert all(child.text.endswith("\n\n") for child in children(loaded(text))[:-1])


@pytest.mark.parametrize("joint", ["\n\n", " "], ids=["paragraphs", "one endless paragraph"])
def test_an_edit_changes_only_the_chunks_around_it(joint: str) -> None:
    changes = []
    for seed in range(12):
        chance = seeded(seed)
        before = [paragraph(chance) for _ in range(200)]
        known = {child.text for child in children(loaded(joint.join(before)))}
        place = chance.randrange(200)
        for edited in (
            [before[place][:20] + " 고친 " + before[place][20:]],
            [before[place] + " 한 문장을 덧붙인다. 그리고 또 한 문장을 덧붙인다."],
            [],
            [before[place], "새로 끼워 넣은 문단이다. 문장이 둘이다."],
        ):
            after = before[:place] + edited + before[place + 1 :]
            found = children(loaded(joint.join(after)))
            changes.append(sum(child.text not in known for child in found))
    assert median(changes) <= 3
    assert max(changes) <= 6


def test_a_heading_begins_a_parent_that_knows_the_path() -> None:
    chance = seeded(3)
    body = "\n\n".join(paragraph(chance) for _ in range(4))
    text = f"# 안내\n\n{body}\n\n## 설치\n\n{body}\n\n### 윈도\n\n{body}\n\n## 문의\n\n{body}\n"
    parents = chunk(markdown(text))
    assert [parent.heading for parent in parents] == [
        ("안내",),
        ("안내", "설치"),
        ("안내", "설치", "윈도"),
        ("안내", "문의"),
    ]
    assert all(text[parent.start] == "#" for parent in parents)


def test_a_heading_without_text_goes_with_what_follows_it() -> None:
    body = paragraph(seeded(4)) * 4
    parents = chunk(markdown(f"# 안내\n\n## 설치\n\n{body}\n\n## 부록\n"))
    assert [parent.heading for parent in parents] == [("안내", "설치")]


def test_tiny_neighbouring_sections_share_a_parent_under_their_common_path() -> None:
    text = "# 자주 묻는 말\n" + "".join(f"## 물음 {n}\n짧은 답이다.\n" for n in range(3))
    (parent,) = chunk(markdown(text))
    assert parent.heading == ("자주 묻는 말",)


def test_a_long_section_becomes_several_parents_of_the_same_heading() -> None:
    chance = seeded(5)
    text = "# 보고\n\n" + "\n\n".join(paragraph(chance) for _ in range(60))
    parents = chunk(markdown(text))
    tokens = TokenEstimate(text)
    assert len(parents) > 2
    assert {parent.heading for parent in parents} == {("보고",)}
    assert all(tokens.between(parent.start, parent.end) <= 800 for parent in parents)


def test_a_cut_table_repeats_its_header_only_in_what_is_indexed() -> None:
    rows = "".join(f"| {n}번 지점 | 서울특별시 {n}길 | {n * 7} |\n" for n in range(60))
    text = f"지점의 목록이다.\n\n| 이름 | 주소 | 인원 |\n|---|---|---|\n{rows}\n끝이다.\n"
    found = children(loaded(text))
    later = [child for child in found if child.text.startswith("| ") and "이름" not in child.text]
    assert len(later) > 3
    assert all(child.indexed_text.startswith("| 이름 | 주소 | 인원 |\n| ") for child in later)
    assert all(child.text.rstrip().endswith(("|", "끝이다.")) for child in found)


def test_what_is_indexed_begins_with_title_and_headings() -> None:
    document = markdown("# 설치\n내려받는다.", title="안내서")
    assert children(document)[0].indexed_text == "안내서\n설치\n# 설치\n내려받는다."


def test_the_title_is_not_repeated() -> None:
    assert children(markdown("# 안내서\n읽는다.", title="안내서"))[0].indexed_text == (
        "안내서\n# 안내서\n읽는다."
    )
    assert children(loaded("안내서이다.", title="안내서"))[0].indexed_text == "안내서이다."


def test_marks_of_headings_without_end_take_no_time_without_end() -> None:
    text = "\t" * 400_000 + "글"
    headings = tuple(Heading(place, 1, "제목") for place in range(0, 400_000, 100))
    started = time.process_time()
    assert chunk(LoadedDocument(text, "t", "text/plain", headings))
    assert time.process_time() - started < 2


def test_the_recipe_names_the_sizes() -> None:
    assert recipe() == recipe(ChunkSizes(800, 160))
    assert recipe() != recipe(ChunkSizes(800, 120))


def test_impossible_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="child_tokens <= parent_tokens"):
        ChunkSizes(parent_tokens=100, child_tokens=200)
