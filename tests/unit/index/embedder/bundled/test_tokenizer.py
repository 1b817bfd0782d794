import unicodedata
from collections.abc import Callable

import pytest

from index.embedder.bundled.packed_file import read_packed_model
from index.embedder.bundled.tokenizer import build_tokenizer
from tests.packed_models import write_packed_model

Cut = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def pieces_of(tmp_path_factory: pytest.TempPathFactory) -> Cut:
    path = write_packed_model(tmp_path_factory.mktemp("packed") / "packed.bin")
    tokenizer = build_tokenizer(read_packed_model(path))
    return lambda text: tokenizer.encode(text).tokens


def test_words_are_marked_and_the_text_has_a_begin_and_an_end(pieces_of: Cut) -> None:
    assert pieces_of("한글 ab") == ["<s>", "▁한글", "▁", "a", "b", "</s>"]


def test_decomposed_hangul_is_cut_like_composed_hangul(pieces_of: Cut) -> None:
    assert pieces_of(unicodedata.normalize("NFD", "한글")) == pieces_of("한글")


def test_control_characters_vanish_and_tabs_and_zero_width_spaces_part_words(
    pieces_of: Cut,
) -> None:
    assert pieces_of("a\x01b") == pieces_of("ab")
    assert pieces_of("a\tb") == pieces_of("a\u200bb") == pieces_of("a b")


def test_spaces_at_the_ends_and_repeated_spaces_count_for_nothing(pieces_of: Cut) -> None:
    assert pieces_of("  a   b \n") == pieces_of("a b")


def test_a_full_width_tilde_stays_apart_from_an_ascii_one(pieces_of: Cut) -> None:
    assert pieces_of("3～5")[2:5] == ["3", "～", "5"]
    assert pieces_of("3~5")[2:5] == ["3", "~", "5"]


def test_compatibility_characters_are_unfolded(pieces_of: Cut) -> None:
    assert pieces_of("ﬁ １") == pieces_of("fi 1")


def test_an_unknown_character_becomes_the_unknown_piece(pieces_of: Cut) -> None:
    assert pieces_of("ж") == ["<s>", "▁", "ж", "</s>"]


def test_empty_text_still_has_its_ends(pieces_of: Cut) -> None:
    assert pieces_of("") == ["<s>", "</s>"]
