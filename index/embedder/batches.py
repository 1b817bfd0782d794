"""Puts texts of like length together, so that little of a batch is padding."""

from collections.abc import Iterator, Sequence


def batches_by_length(texts: Sequence[str], *, bytes_a_batch: int) -> Iterator[list[int]]:
    """Yield the places of the texts, longest first, in batches of at most so many UTF-8 bytes.

    Every text counts as much as the longest of its batch, for it is padded to that length; a
    text that is over the limit alone makes a batch. Bytes stand for tokens: Korean and English
    both have about five to a token, which characters do not.
    """
    lengths = [max(1, len(text.encode())) for text in texts]
    batch: list[int] = []
    longest = 0
    for place in sorted(range(len(texts)), key=lambda place: -lengths[place]):
        if batch and (len(batch) + 1) * longest > bytes_a_batch:
            yield batch
            batch = []
        if not batch:
            longest = lengths[place]
        batch.append(place)
    if batch:
        yield batch
