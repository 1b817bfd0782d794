import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.analyzer import Analyzer, KoreanEnglishAnalyzer, WhitespaceAnalyzer

AWKWARD_TEXTS = {
    "empty": "",
    "blank": " \n\t ",
    "control characters": "부산\x00\x01\x1f역\x7f",
    "lone surrogate": "가\ud800 나라 \udfff",
    "emoji": "👩‍👩‍👧 부산 여행 🏖️",
    "100 KB of Korean": "대한민국 정부는 예산을 확정했다. " * 5_000,
    "one endless Korean word": "가나다라마바사" * 3_000,
    "one endless Latin word": "x" * 100_000,
    "one endless code": "a-" * 50_000,
    "punctuation": "…!?.," * 1_000,
    "letters alone": "ㅋㅋㅋ ㅠㅠ",
}


@pytest.fixture(scope="module")
def analyzer() -> KoreanEnglishAnalyzer:
    return KoreanEnglishAnalyzer()


def shared(analyzer: Analyzer, one: str, other: str) -> set[str]:
    return set(analyzer.terms(one)) & set(analyzer.terms(other))


def test_the_name_tells_the_version_of_the_morphological_analyzer(analyzer: Analyzer) -> None:
    assert analyzer.name.startswith("korean-english-2+kiwi-0.")


@pytest.mark.parametrize(
    ("asked", "written", "term"),
    [
        ("도와요", "어려운 이웃을 도왔습니다", "돕"),
        ("걷는 방법", "매일 걸었다", "걷"),
        ("부산에서", "부산은 항구 도시이다", "부산"),
        ("국제 영화제", "부산국제영화제가 열린다", "국제"),
        ("running costs", "It runs", "run"),
        ("東京", "東京大学", "東京"),
    ],
)
def test_a_word_is_found_in_another_form(
    analyzer: Analyzer, asked: str, written: str, term: str
) -> None:
    assert term in shared(analyzer, asked, written)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("ABC-123 모델", "abc-123"),
        ("ABC-123", "abc"),
        ("node.js", "node.js"),
        ("C++로 작성", "c++"),
        ("F# 언어", "f#"),
        ("금리는 3.5%이다", "3.5"),
        ("1,234,500원", "1234500"),
        ("1,234,500원", "1234500원"),
        ("v1.2.3에서 수정", "v1.2.3"),
        ("2024-01-15", "2024"),
        ("2024-01-15", "2024-01-15"),
        ("제1조(목적)", "1조"),
        ("１２３ＡＢＣ", "123abc"),
        ("café", "cafe"),
        ("R&D 예산", "r&d"),
        ("https://example.com/문서", "example.com"),
    ],
)
def test_numbers_codes_and_signs_stay_findable(analyzer: Analyzer, text: str, term: str) -> None:
    assert term in analyzer.terms(text)


def test_decomposed_hangul_gives_the_terms_of_composed_hangul(analyzer: Analyzer) -> None:
    text = "훈민정음을 창제한 임금"
    assert analyzer.terms(unicodedata.normalize("NFD", text)) == analyzer.terms(text)


def test_particles_endings_and_stop_words_give_no_terms(analyzer: Analyzer) -> None:
    terms = analyzer.terms("학교에서는 수학을 가르칩니다. What is the school?")
    assert set(terms) == {"학교", "수학", "가르치", "가르", "르칩", "school"}


def test_a_word_made_only_of_particles_is_still_findable(analyzer: Analyzer) -> None:
    assert analyzer.terms("은는이가")


@pytest.mark.parametrize("text", AWKWARD_TEXTS.values(), ids=AWKWARD_TEXTS.keys())
def test_any_text_gives_short_terms_without_white_space(analyzer: Analyzer, text: str) -> None:
    terms = analyzer.terms(text)
    assert all(term and term.split() == [term] for term in terms)
    assert all(len(term) <= 64 and term.encode() for term in terms)


def test_a_batch_gives_the_terms_of_each_text(analyzer: Analyzer) -> None:
    texts = [*AWKWARD_TEXTS.values(), "plain English", "부산의 날씨"]
    assert analyzer.terms_of(texts) == [analyzer.terms(text) for text in texts]


def test_threads_share_one_analyzer(analyzer: Analyzer) -> None:
    texts = [f"{number}번 버스는 부산역에서 running {number} 출발합니다" for number in range(200)]
    expected = analyzer.terms_of(texts)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(analyzer.terms, texts)) == expected


def test_the_whitespace_analyzer_folds_case() -> None:
    assert WhitespaceAnalyzer().terms("Hello  부산\nWORLD") == ["hello", "부산", "world"]
