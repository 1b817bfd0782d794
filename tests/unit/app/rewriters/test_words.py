import pytest

from app.rewriters.words import LONGEST_READ, Role, WordReader, read_words
from index.analyzer import WhitespaceAnalyzer
from tests.unit.app.rewriters.conversations import analyzer


def words(text: str) -> dict[str, Role]:
    return {word.text: word.role for word in read_words(text, analyzer()).words}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("문무대왕함은 몇 톤급인가요?", {"문무대왕함": Role.TOPIC, "톤급": Role.PREDICATE}),
        ("이지스함이라고 할 수 있나요?", {"이지스함": Role.PREDICATE}),
        ("연차 휴가는 며칠인가요?", {"연차": Role.TOPIC, "휴가": Role.TOPIC}),
        ("청해부대에 파병되었나요?", {"청해부대": Role.PLAIN, "파병": Role.PREDICATE}),
        ("IBM Cloud의 가격은?", {"IBM": Role.TOPIC, "Cloud": Role.TOPIC}),
    ],
)
def test_korean_words_lose_their_particles_and_keep_their_role(
    text: str, expected: dict[str, Role]
) -> None:
    assert words(text) == expected


def test_english_names_stand_out_but_a_capital_at_the_start_of_a_sentence_is_no_name() -> None:
    found = words("Databases run here. Backups of the Cloudant service need IAM.")
    assert found["Cloudant"] is Role.TOPIC
    assert found["IAM"] is Role.TOPIC
    assert found["Databases"] is Role.PLAIN
    assert found["Backups"] is Role.PLAIN


@pytest.mark.parametrize(
    "text",
    [
        "신청은 어떻게 하나요?",
        "누가 승인해 주나요?",
        "What are the main advantages?",
        "How does it work?",
        "",
        "?!",
    ],
)
def test_words_that_name_no_topic_are_left_out(text: str) -> None:
    assert words(text) == {}


def test_places_are_those_of_the_text_in_nfc() -> None:
    decomposed = "\u110b\u1167\u11ab\u110e\u1161 휴가는?"
    reading = read_words(decomposed, analyzer())
    assert reading.text == "연차 휴가는?"
    assert [reading.text[word.start : word.end] for word in reading.words] == ["연차", "휴가"]


def test_forms_of_an_english_word_share_a_key() -> None:
    first, second = read_words("greenhouse greenhouses", analyzer()).words
    assert first.key == second.key


def test_any_analyzer_will_do() -> None:
    found = read_words("Backup schedules", WhitespaceAnalyzer()).words
    assert [word.text for word in found] == ["Backup", "schedules"]


def test_a_reader_finds_words_in_an_answer_in_any_form() -> None:
    reader = WordReader(analyzer)
    keys = {word.key for word in reader.words("문무대왕함 IBM databases greenhouses").words}
    said = "문무대왕함은 database를 쓰는 IBM의 배입니다."
    assert reader.mentioned(keys, said) == keys - {"greenhous"}
    assert reader.mentioned(keys, "") == set()


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    found = WordReader(analyzer).words("greenhouse " * 100_000)
    assert len(found.text) == LONGEST_READ
