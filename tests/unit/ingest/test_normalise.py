import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.normalise import normalise, normalise_line, normalise_with_offsets

AWKWARD = st.text(
    st.one_of(
        st.sampled_from(
            "가각ᄒ\u1161\u11abé e\u0301\r\n\t\x00\x0b\u200b\u202e\ufeff\u00a0\u2028\u3000\ud800"
        ),
        st.characters(),
    )
)


def test_hangul_that_macos_took_apart_is_put_together() -> None:
    assert normalise(unicodedata.normalize("NFD", "한국어 문서")) == "한국어 문서"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_every_line_end_becomes_a_line_feed(end: str) -> None:
    assert normalise(f"첫째{end}둘째") == "첫째\n둘째"


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u202f", "\u3000", "\u3164"])
def test_every_kind_of_space_becomes_a_plain_one(space: str) -> None:
    assert normalise(f"연차{space}휴가") == "연차 휴가"


@pytest.mark.parametrize(
    "invisible",
    [
        "\x00",
        "\x1b",
        "\x7f",
        "\u00ad",
        "\u200b",
        "\u200d",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\ufe0f",
        "\ud800",
        "\U000e0041",
        "\uffff",
    ],
)
def test_what_nobody_sees_is_removed(invisible: str) -> None:
    assert normalise(f"비밀{invisible}번호\tpass{invisible}word") == "비밀번호\tpassword"


def test_a_line_end_split_by_an_invisible_character_is_one_line_end() -> None:
    assert normalise("하나\r\u200b\n둘") == "하나\n둘"


def test_a_title_over_several_lines_becomes_one_line() -> None:
    assert normalise_line("  휴가\u00a0규정\r\n (2026)\t") == "휴가 규정 (2026)"


@given(AWKWARD)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(AWKWARD, st.lists(st.integers(0, 60)))
def test_text_and_offsets_agree_with_normalising_the_parts(text: str, places: list[int]) -> None:
    offsets = [min(place, len(text)) for place in places]
    normalised, moved = normalise_with_offsets(text, offsets)
    assert normalised == normalise(text)
    for offset in offsets:
        assert 0 <= moved[offset] <= len(normalised)
    ordered = [moved[offset] for offset in sorted(offsets)]
    assert ordered == sorted(ordered)


@given(AWKWARD, st.text("가나다abc", min_size=3), AWKWARD)
def test_an_offset_keeps_pointing_at_the_word_it_pointed_at(
    before: str, word: str, after: str
) -> None:
    text, moved = normalise_with_offsets(f"{before}\n{word}\n{after}", [len(before) + 1])
    assert text[moved[len(before) + 1] :].startswith(word)


def test_an_offset_at_an_invisible_character_moves_to_the_next_visible_one() -> None:
    text, moved = normalise_with_offsets("앞\r\n\u200b뒤", [1, 3])
    assert text == "앞\n뒤"
    assert moved == {1: 1, 3: 2}
