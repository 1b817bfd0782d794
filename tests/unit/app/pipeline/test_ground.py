import pytest

from app.pipeline.ground import Grounds
from index.analyzer import KoreanEnglishAnalyzer
from index.embedder.hashing import HashingEmbedder
from index.memory import InMemoryIndex
from tests.unit.app.pipeline.passages import section

LEAVE = "연차 휴가는 매년 15일입니다. 신청은 사흘 전에 합니다. 병가는 최대 60일까지 씁니다."
OFFICE = "Alice Kim leads the Busan office. It opened in 2021. Backups use AES-256."


@pytest.fixture
def grounds() -> Grounds:
    return Grounds(InMemoryIndex(HashingEmbedder(), KoreanEnglishAnalyzer()))


@pytest.mark.parametrize(
    ("claim", "text", "quote"),
    [
        ("병가는 60일까지 쓸 수 있습니다.", LEAVE, "병가는 최대 60일까지 씁니다."),
        ("The Busan office opened in 2021.", OFFICE, OFFICE[: OFFICE.index(" Backups")]),
        ("Backups use AES-256.", OFFICE, "Backups use AES-256."),
    ],
)
def test_the_quote_is_the_shortest_run_of_sentences_that_carries_a_claim(
    grounds: Grounds, claim: str, text: str, quote: str
) -> None:
    found = grounds.find(claim, section(text, start=100))
    assert text[found.start - 100 : found.end - 100] == quote
    assert found.support >= 0.6


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("병가는 90일까지 씁니다.", LEAVE),
        ("It opened on 2021-03-04.", OFFICE),
        ("In Busan the office is led by Robert.", OFFICE),
        ("Backups use AES-128.", OFFICE),
    ],
)
def test_another_number_date_or_name_is_not_supported(
    grounds: Grounds, claim: str, text: str
) -> None:
    assert grounds.find(claim, section(text)).support == 0


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("육아 휴직 중에는 병가를 쓸 수 있습니다.", "육아 휴직 중에는 병가를 쓸 수 없습니다."),
        ("The office is open on Sunday.", "The office is not open on Sunday."),
    ],
)
def test_a_claim_that_lost_the_negation_of_its_source_is_not_supported(
    grounds: Grounds, claim: str, text: str
) -> None:
    text = f"{LEAVE} {text}"
    found = grounds.find(claim, section(text, start=10))
    assert found.support == 0
    assert grounds.by_terms(claim, section(text, start=10)).support > 0.6
    assert grounds.find(text[len(LEAVE) + 1 :], section(text, start=10)).support == 1


def test_a_claim_about_something_else_has_little_support(grounds: Grounds) -> None:
    assert grounds.find("주차장은 지하에 있고 무료입니다.", section(LEAVE)).support < 0.5
