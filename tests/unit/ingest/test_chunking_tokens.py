import time

import pytest

from ingest.chunking.tokens import TokenEstimate

KOREAN = (
    "정부는 내년도 예산을 올해보다 3.5% 늘린 656조 원으로 확정하고, 이를 국회에 제출하기로 했다고"
    " 밝혔다. 국회는 12월 2일까지 예산안을 심의해야 한다."
)
ENGLISH = (
    "The committee approved the annual report after a long discussion, and asked every department"
    " to publish its own figures before the end of March 2024."
)
JAPANESE = (
    "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所で"
    "ニャーニャー泣いていた事だけは記憶している。"
)
CHINESE = (
    "北京是中华人民共和国的首都，也是全国政治、文化和国际交流中心。截至2020年，北京市常住人口为"
    "2189万人。"
)
TABLE = (
    "| 이름 | 주소 | 인원 |\n|---|---|---|\n| 강남 지점 | 서울특별시 강남구 | 12 |\n"
    "| 부산 지점 | 부산광역시 해운대구 | 7 |\n"
)


@pytest.mark.parametrize(
    ("text", "counted"), [(KOREAN, 45), (ENGLISH, 28), (JAPANESE, 52), (CHINESE, 30), (TABLE, 52)]
)
def test_the_estimate_is_near_what_the_tokenizer_of_e5_counted(text: str, counted: int) -> None:
    assert TokenEstimate(text).between(0, len(text)) == pytest.approx(counted, rel=0.3)


@pytest.mark.parametrize("word", ["9f86d081884c7d659a2feaa0c55ad015", "대한민국만세" * 6])
def test_long_words_count_nearly_every_character(word: str) -> None:
    assert TokenEstimate(word).between(0, len(word)) >= 0.75 * len(word)


def test_estimates_of_neighbours_add_up_and_white_space_counts_nothing() -> None:
    tokens = TokenEstimate(f"{KOREAN} \n\n {ENGLISH}")
    end = len(KOREAN) + 4 + len(ENGLISH)
    parts = tokens.between(0, 50) + tokens.between(50, end)
    assert parts == pytest.approx(tokens.between(0, end))
    assert tokens.between(len(KOREAN), len(KOREAN) + 4) == 0


def test_slices_cover_the_span_within_the_limit() -> None:
    tokens = TokenEstimate("가" * 1000)
    ends = tokens.slices(10, 990, 20)
    assert ends[-1] == 990
    assert all(tokens.between(a, b) <= 20 for a, b in zip([10, *ends], ends, strict=False))


def test_a_limit_below_one_character_still_makes_progress() -> None:
    assert TokenEstimate("가나다").slices(0, 3, 0.1) == [1, 2, 3]


def test_any_text_can_be_estimated_fast() -> None:
    started = time.perf_counter()
    TokenEstimate("부산 \ud800 😀 word " * 100_000)
    assert time.perf_counter() - started < 2
