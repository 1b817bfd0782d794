from hypothesis import given
from hypothesis import strategies as st

from index.embedder.batches import batches_by_length


def test_texts_of_like_length_come_together_longest_first() -> None:
    texts = ["a" * 10, "b" * 40, "c" * 12, "d" * 38]
    assert list(batches_by_length(texts, bytes_a_batch=80)) == [[1, 3], [2, 0]]


def test_a_korean_text_weighs_more_than_an_english_one_of_as_many_letters() -> None:
    assert len(list(batches_by_length(["가나다라"] * 4, bytes_a_batch=24))) == 2
    assert len(list(batches_by_length(["abcd"] * 4, bytes_a_batch=24))) == 1


def test_a_text_over_the_limit_goes_alone() -> None:
    assert list(batches_by_length(["a", "b" * 999], bytes_a_batch=10)) == [[1], [0]]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=40))
def test_every_text_is_in_one_batch_and_no_batch_is_too_large(texts: list[str]) -> None:
    batches = list(batches_by_length(texts, bytes_a_batch=20))
    assert sorted(place for batch in batches for place in batch) == list(range(len(texts)))
    for batch in batches:
        padded = max(len(texts[place].encode()) for place in batch) * len(batch)
        assert len(batch) == 1 or padded <= 20
