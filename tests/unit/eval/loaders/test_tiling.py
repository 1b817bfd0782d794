"""Pieces that stand in both texts, whatever their order."""

from hypothesis import given
from hypothesis import strategies as st

from eval.loaders.tiling import SHORTEST, Tile, tile


def covered(first: str, second: str) -> int:
    return sum(each.length for each in tile(first, second))


def test_equal_texts_are_one_piece() -> None:
    assert tile("annual leave", "annual leave") == [Tile(0, 0, 12)]


def test_parts_in_another_order_are_found_as_a_whole() -> None:
    found = tile("abcdefghij0123456789", "0123456789abcdefghij")
    assert sorted((each.first, each.second, each.length) for each in found) == [
        (0, 10, 10),
        (10, 0, 10),
    ]


def test_one_wrong_letter_costs_one_letter() -> None:
    assert covered("abcdefghijkl", "abcdeXghijkl") == 11


def test_what_is_said_twice_is_found_as_often_as_both_say_it() -> None:
    assert covered("abcdefabcdef", "abcdef") == 6
    assert covered("abcdef", "abcdefabcdef") == 6
    assert covered("abcdefabcdef", "abcdefXabcdef") == 12


def test_letters_that_are_the_same_by_chance_do_not_count() -> None:
    assert covered("abcdXefghXijkl", "efghYabcdYijkl") == 0
    assert covered("".join("abcdefghijklmnop"), "ponmlkjihgfedcba") == 0


def test_a_text_shorter_than_the_shortest_piece_is_found_as_a_whole() -> None:
    assert covered("40", "over 40 of them") == 2
    assert covered("", "text") == covered("text", "") == 0


def test_a_long_piece_comes_before_a_short_one_that_would_break_it() -> None:
    first, second = "abcdefgh", "abcdef--abcdefgh"
    assert tile(first, second) == [Tile(0, 8, 8)]


@given(st.text(alphabet="가나다", max_size=120), st.text(alphabet="가나다", max_size=120))
def test_no_letter_is_in_two_pieces_and_every_piece_is_the_same_in_both(
    first: str, second: str
) -> None:
    tiles = tile(first, second)
    in_first = [n for each in tiles for n in range(each.first, each.first + each.length)]
    in_second = [n for each in tiles for n in range(each.second, each.second + each.length)]
    assert len(in_first) == len(set(in_first))
    assert len(in_second) == len(set(in_second))
    for place, other in zip(in_first, in_second, strict=True):
        assert first[place] == second[other]
    shortest = min(SHORTEST, len(first), len(second))
    assert all(each.length >= shortest for each in tiles)


@given(st.text(alphabet="가나다", min_size=1, max_size=120))
def test_every_text_is_the_same_as_itself(text: str) -> None:
    assert covered(text, text) == len(text)
