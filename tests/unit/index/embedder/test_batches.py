from hypothesis import given
from hypothesis import strategies as st

from index.embedder.batches import batches_by_length


def test_texts_of_like_length_come_together_longest_first() -> None:
    assert list(batches_by_length([10, 40, 12, 38], most=80)) == [[1, 3], [2, 0]]


def test_a_text_over_the_limit_goes_alone() -> None:
    assert list(batches_by_length([1, 999], most=10)) == [[1], [0]]


@given(st.lists(st.integers(1, 100), max_size=40))
def test_every_text_is_in_one_batch_and_no_batch_is_too_large(lengths: list[int]) -> None:
    batches = list(batches_by_length(lengths, most=20))
    assert sorted(place for batch in batches for place in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or max(lengths[place] for place in batch) * len(batch) <= 20
