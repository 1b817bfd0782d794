"""Which documents say nearly the same: groups of them, and what is like one of them.

Candidates come from locality-sensitive hashing: signatures that agree in a whole band. Leskovec,
Rajaraman and Ullman, "Mining of Massive Datasets", chapter 3, http://www.mmds.org.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.identity import document_id_of
from index.minhash import PERMUTATIONS, Signatures, signature_of, similarity
from index.models import ChunkedDocument, SimilarDocument, SimilarGroup

THRESHOLD = 0.8
"""From this estimated share of common shingles on, two texts are nearly the same."""

_ROWS = 6
"""Numbers a band: a pair at the threshold is found with a probability of .998."""

_MOST_PAIRS = 1_500_000
"""Comparisons for one band: 100,000 forms that are a little alike would need billions."""

_PAIRS_AT_ONCE = 1 << 16

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Profile:
    """What is compared of a document; the signature is empty where there is too little text."""

    document_id: str
    source: str
    content_hash: str
    signature: bytes


def profile_of(document: ChunkedDocument) -> Profile:
    """Return what is compared of a document."""
    pieces = (child.text for parent in document.parents for child in parent.children)
    return Profile(
        document_id_of(document.source), document.source, document.content_hash, packed(pieces)
    )


def packed(pieces: Iterable[str]) -> bytes:
    """Return the signature of a text as it is kept; empty where there is too little text."""
    signature = signature_of(pieces)
    return b"" if signature is None else signature.astype("<u2").tobytes()


def original_first(source: str) -> tuple[int, str]:
    """Return a key that sorts the likely original first: names of copies are longer."""
    return len(source), source


def groups_of(profiles: Iterable[Profile]) -> list[SimilarGroup]:
    """Return documents that are nearly the same as another, the largest group first.

    Every document of a group is nearly the same as the one that the group is named after, and is
    in no other group.
    """
    ordered = sorted(profiles, key=lambda profile: original_first(profile.source))
    firsts = _firsts(ordered)
    leaders = _leaders(ordered, sorted({at for at in firsts if ordered[at].signature}))
    members = defaultdict(list)
    for at, first in enumerate(firsts):
        leader = leaders.get(first, first)
        if leader != at:
            members[leader].append(ordered[at])
    groups = [_group(ordered[leader], some) for leader, some in members.items()]
    return sorted(groups, key=lambda group: (-len(group.sources), group.source))


def similar_to(document: Profile, others: Iterable[Profile]) -> list[SimilarDocument]:
    """Return the documents that are nearly the same as this one, the most similar first."""
    found = []
    for some in _in_parts(other for other in others if other.document_id != document.document_id):
        for other, shared in zip(some, _shared(document, some), strict=True):
            copied = other.content_hash == document.content_hash
            if copied or shared >= THRESHOLD:
                alike = 1.0 if copied else shared
                found.append(SimilarDocument(other.document_id, other.source, alike, copied))
    return sorted(found, key=lambda each: (not each.copied, -each.similarity, each.source))


def _firsts(ordered: Sequence[Profile]) -> list[int]:
    """Return, for each document, the first one with the same bytes or the same signature."""
    by_content: dict[str, int] = {}
    by_signature: dict[bytes, int] = {}
    firsts = []
    for at, profile in enumerate(ordered):
        first = by_content.setdefault(profile.content_hash, at)
        signature = ordered[first].signature
        firsts.append(by_signature.setdefault(signature, first) if signature else first)
    return firsts


def _leaders(ordered: Sequence[Profile], chosen: Sequence[int]) -> dict[int, int]:
    """Return, by position, the position of the one that each chosen document is nearly like."""
    matrix = _matrix([ordered[at].signature for at in chosen])
    every = np.arange(len(chosen))
    labels = _connected(len(chosen), list(_candidates(matrix)))
    leaders, followers = _stars(matrix, every, labels)
    return {chosen[f]: chosen[at] for at, f in zip(leaders, followers, strict=True)}


def _candidates(matrix: Signatures) -> Iterator[tuple[Positions, Positions]]:
    """Yield pairs of rows that agree in a band and are nearly the same, one array a band."""
    factors = np.uint64(0x9E3779B97F4A7C15) ** np.arange(1, _ROWS + 1, dtype=np.uint64)
    for start in range(0, PERMUTATIONS - _ROWS + 1, _ROWS):
        keys = (matrix[:, start : start + _ROWS] * factors).sum(axis=1, dtype=np.uint64)
        _, runs, counts = np.unique(keys, return_inverse=True, return_counts=True)
        shared = np.flatnonzero(counts[runs] > 1)
        yield _stars(matrix, shared, runs[shared])


def _stars(matrix: Signatures, rows: Positions, runs: Positions) -> tuple[Positions, Positions]:
    """Return (leader, follower) pairs of rows of the same run that are nearly the same.

    The first row of each run leads; those that are not like it find a leader among themselves.
    ``rows`` must be ascending. The work is linear where runs are alike, and bounded.
    """
    found: list[tuple[Positions, Positions]] = []
    compared = 0
    while len(rows) and compared < _MOST_PAIRS:
        _, first, run = np.unique(runs, return_index=True, return_inverse=True)
        leaders = rows[first][run]
        others = leaders != rows
        leaders, rows, runs = leaders[others], rows[others], runs[others]
        compared += len(rows)
        alike = _alike(matrix, leaders, rows)
        found.append((leaders[alike], rows[alike]))
        rows, runs = rows[~alike], runs[~alike]
    empty = np.empty(0, np.int64)
    return (
        np.concatenate([empty, *(pair[0] for pair in found)]),
        np.concatenate([empty, *(pair[1] for pair in found)]),
    )


def _alike(matrix: Signatures, rows: Positions, others: Positions) -> NDArray[np.bool_]:
    parts = [
        similarity(matrix[rows[at : at + _PAIRS_AT_ONCE]], matrix[others[at : at + _PAIRS_AT_ONCE]])
        for at in range(0, len(rows), _PAIRS_AT_ONCE)
    ]
    return np.concatenate([np.empty(0), *parts]) >= THRESHOLD


def _connected(count: int, pairs: Sequence[tuple[Positions, Positions]]) -> Positions:
    """Return, for each row, the lowest row that a chain of pairs leads to."""
    labels = np.arange(count)
    while True:
        before = labels.copy()
        for rows, others in pairs:
            lowest = np.minimum(labels[rows], labels[others])
            np.minimum.at(labels, rows, lowest)
            np.minimum.at(labels, others, lowest)
        labels = labels[labels]
        if np.array_equal(labels, before):
            return labels


def _shared(document: Profile, others: Sequence[Profile]) -> list[float]:
    """Return the similarity of each to the document; 0 where either has too little text."""
    if not document.signature:
        return [0.0] * len(others)
    nothing = bytes(len(document.signature))
    matrix = _matrix([other.signature or nothing for other in others])
    shares = similarity(matrix, _matrix([document.signature])).tolist()
    return [share if other.signature else 0.0 for share, other in zip(shares, others, strict=True)]


def _matrix(signatures: Sequence[bytes]) -> Signatures:
    return np.frombuffer(b"".join(signatures), "<u2").reshape(-1, PERMUTATIONS)


def _group(leader: Profile, members: Sequence[Profile]) -> SimilarGroup:
    copies = tuple(m.source for m in members if m.content_hash == leader.content_hash)
    similar = tuple(m.source for m in members if m.content_hash != leader.content_hash)
    return SimilarGroup(leader.source, copies, similar)


def _in_parts(profiles: Iterable[Profile]) -> Iterator[list[Profile]]:
    part: list[Profile] = []
    for profile in profiles:
        part.append(profile)
        if len(part) == _PAIRS_AT_ONCE:
            yield part
            part = []
    if part:
        yield part
