"""Puts texts of like length together, so that little of a batch is padding."""

from collections.abc import Iterator, Sequence


def batches_by_length(lengths: Sequence[int], *, most: int) -> Iterator[list[int]]:
    """Yield the places of texts with these lengths, longest first, in batches of at most so much.

    Every text counts as much as the longest of its batch, for it is padded to that length; a
    text that is over the limit alone makes a batch.
    """
    batch: list[int] = []
    longest = 0
    for place in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        if batch and (len(batch) + 1) * longest > most:
            yield batch
            batch = []
        if not batch:
            longest = lengths[place]
        batch.append(place)
    if batch:
        yield batch
