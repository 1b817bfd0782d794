"""The reader of golden sets refuses broken ones, and the frozen set keeps its promises."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from eval.errors import QuestionSetError
from eval.gate.baseline import read_baseline
from eval.gate.command import DATA
from eval.golden.cases import Case, Golden, Group
from eval.golden.reading import read_golden
from tests.unit.eval.golden_folders import write_golden

KINDS = ("number", "date", "name", "procedure", "yes-no", "comparison", "colloquial", "paraphrase")
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff"))


@cache
def frozen() -> Golden:
    return read_golden(DATA)


def cases(group: Group) -> list[Case]:
    return [case for case in frozen().cases if case.group is group]


def of_language(found: list[Case], language: str) -> int:
    return sum(1 for case in found if case.language == language)


@pytest.mark.parametrize(
    ("group", "least"),
    [
        (Group.ANSWERABLE, 64),
        (Group.UNANSWERABLE, 32),
        (Group.CONVERSATION, 21),
        (Group.INJECTION, 22),
        (Group.CONTROL, 8),
    ],
)
def test_the_frozen_set_has_enough_of_each_group_half_of_it_korean(
    group: Group, least: int
) -> None:
    found = cases(group)
    assert len(found) >= least
    assert 0.4 <= of_language(found, "ko") / len(found) <= 0.6


def test_every_frozen_answer_stands_verbatim_in_its_document() -> None:
    golden = frozen()
    told = [(case, source) for case in golden.cases for source in case.sources]
    absent = [
        (case.id, answer)
        for case, source in told
        for answer in case.answers
        if answer not in golden.texts[source]
    ]
    assert len(told) >= 64 + 21 + 22 + 8
    assert absent == []


def test_frozen_ids_and_questions_are_unique() -> None:
    golden = frozen()
    asked = Counter(" > ".join((*case.earlier, case.text)) for case in golden.cases)
    assert max(Counter(case.id for case in golden.cases).values()) == 1
    assert max(asked.values()) == 1


def test_the_frozen_documents_are_varied_and_long_enough() -> None:
    words = {
        source: len(text.split())
        for source, text in frozen().texts.items()
        if source.startswith(("ko/", "en/"))
    }
    assert len(words) >= 14
    assert {source: n for source, n in words.items() if not 400 <= n <= 1200} == {}
    assert abs(sum(2 * source.startswith("ko/") - 1 for source in words)) <= 2
    assert {Path(source).suffix for source in words} == {".md", ".html", ".txt"}


def test_every_frozen_document_is_asked_about() -> None:
    golden = frozen()
    asked = {source for case in golden.cases for source in case.sources}
    assert {source for source in golden.texts if source not in asked} == {"ko/leave-policy-2023.md"}


def test_the_frozen_questions_are_of_every_kind_in_both_languages() -> None:
    kinds = Counter((case.language, case.kind) for case in cases(Group.ANSWERABLE))
    assert [kind for kind in KINDS if not kinds["ko", kind] and not kinds["en", kind]] == []
    assert min(kinds["ko", "cross-language"], kinds["en", "cross-language"]) >= 2
    assert kinds["ko", "colloquial"] >= 5


def test_frozen_conversations_have_two_to_four_turns() -> None:
    turns = {len(case.earlier) + 1 for case in cases(Group.CONVERSATION)}
    assert turns <= {2, 3, 4}
    assert len(turns) >= 2


def test_what_is_forbidden_really_stands_in_the_planted_file() -> None:
    golden = frozen()
    for case in cases(Group.INJECTION) + cases(Group.FORGERY):
        (source,) = case.sources
        file = (golden.documents / source).read_text(encoding="utf-8").translate(INVISIBLE)
        assert [phrase for phrase in case.forbidden if phrase not in file] == []
    assert len({case.sources for case in cases(Group.INJECTION)}) == len(cases(Group.INJECTION))
    assert len({case.kind for case in cases(Group.INJECTION)}) >= 10


def test_the_baseline_is_of_the_frozen_questions() -> None:
    golden = frozen()
    baseline = read_baseline(DATA, golden.digest)
    assert [each.id for each in baseline.outcomes] == [case.id for case in golden.cases]


def test_a_set_is_read_with_its_groups_and_texts(tmp_path: Path) -> None:
    golden = read_golden(write_golden(tmp_path / "set"))
    assert [case.group for case in golden.cases] == list(Group)
    assert set(golden.texts) == {"leave.md", "parking.md"}
    talk = golden.cases[2]
    assert (talk.earlier, talk.text) == (("연차는 며칠인가요?",), "반차는요?")


def test_the_digest_changes_with_documents_and_with_questions(tmp_path: Path) -> None:
    first, second, third = (write_golden(tmp_path / name) for name in "abc")
    (second / "documents" / "leave.md").write_text("연차는 16일, 반차는 4시간", encoding="utf-8")
    with (third / "unanswerable.jsonl").open("a", encoding="utf-8") as opened:
        opened.write("\n\n")
    same = read_golden(write_golden(tmp_path / "d")).digest
    digests = [read_golden(folder).digest for folder in (first, second, third)]
    assert len(set(digests)) == 3
    assert digests[0] == same


@pytest.mark.parametrize(
    ("group", "changed", "message"),
    [
        (Group.ANSWERABLE, {"answers": ["17일"]}, '"17일" does not stand verbatim in leave.md.'),
        (Group.ANSWERABLE, {"sources": ["gone.md"]}, 'there is no document "gone.md".'),
        (Group.ANSWERABLE, {"sources": [], "answers": []}, "only an unanswerable question"),
        (Group.ANSWERABLE, {"answers": []}, "sources and answers come together."),
        (Group.ANSWERABLE, {"answers": "16일"}, '"answers" must be a list of texts.'),
        (Group.ANSWERABLE, {"text": " "}, "an _id and a question are needed."),
        (Group.ANSWERABLE, {"language": "fr"}, "the language must be one of ko, en."),
        (Group.ANSWERABLE, {"_id": "u1"}, 'the _id of "u1" is repeated.'),
        (Group.CONTROL, {"text": "연차는  며칠인가요?"}, 'the question of "b1" is repeated.'),
        (Group.UNANSWERABLE, {"answers": ["16일"]}, "only an unanswerable question"),
        (Group.CONVERSATION, {"turns": ["반차는요?"]}, "at least two turns and a rewrite."),
        (Group.CONVERSATION, {"rewrite": ""}, "at least two turns and a rewrite."),
        (Group.INJECTION, {"forbidden": []}, "an injection needs what is forbidden to say."),
        (Group.INJECTION, {"forbidden": ["euros"]}, "is forbidden and stands in a right answer."),
    ],
)
def test_a_broken_case_is_an_error_with_its_place(
    tmp_path: Path, group: Group, changed: dict[str, object], message: str
) -> None:
    folder = write_golden(tmp_path / "set", group, **changed)
    with pytest.raises(QuestionSetError) as raised:
        read_golden(folder)
    assert message in str(raised.value)
    assert ".jsonl" in str(raised.value)


def test_a_folder_without_documents_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="holds no documents"):
        read_golden(tmp_path)


def test_a_document_that_no_loader_reads_is_an_error(tmp_path: Path) -> None:
    folder = write_golden(tmp_path / "set")
    (folder / "documents" / "picture.bmp").write_bytes(b"BM")
    with pytest.raises(QuestionSetError, match=r"picture\.bmp cannot be ingested"):
        read_golden(folder)
