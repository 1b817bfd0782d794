"""Groups of documents that say nearly the same."""

import numpy as np

from index.minhash import PERMUTATIONS
from index.similarity import Profile, groups_of, similar_to

DICE = np.random.default_rng(7)


def random_numbers(count: int = PERMUTATIONS) -> np.ndarray:
    return DICE.integers(0, 1 << 16, count, dtype=np.uint16)


BASE = random_numbers()


def sharing(share: float, base: np.ndarray = BASE) -> bytes:
    """Return a signature whose similarity to the base is this share."""
    other = base.copy()
    changed = round(PERMUTATIONS * (1 - share))
    places = DICE.permutation(PERMUTATIONS)[:changed]
    other[places] = base[places] ^ (1 + random_numbers(changed) % 1000)
    return other.tobytes()


def profile(source: str, signature: bytes, content: str = "") -> Profile:
    return Profile(f"id of {source}", source, content or f"bytes of {source}", signature)


def test_versions_of_a_document_are_one_group_named_after_the_shortest_source() -> None:
    groups = groups_of(
        [
            profile("규정 (사본).hwp", sharing(1.0), content="same"),
            profile("규정_최종2.pdf", sharing(0.9)),
            profile("규정.hwp", sharing(1.0), content="same"),
            profile("식단.hwp", random_numbers().tobytes()),
        ]
    )
    assert [(g.source, g.copies, g.similar) for g in groups] == [
        ("규정.hwp", ("규정 (사본).hwp",), ("규정_최종2.pdf",))
    ]


def test_copies_are_found_where_there_is_too_little_text() -> None:
    files = [profile(name, b"", content="blank") for name in ("a.md", "ab.md", "abc.md")]
    groups = groups_of([*files, profile("other.md", b"", content="other")])
    assert [(g.source, g.copies, g.similar) for g in groups] == [("a.md", ("ab.md", "abc.md"), ())]


def test_below_the_threshold_documents_stay_apart() -> None:
    assert groups_of([profile("a", sharing(1.0)), profile("b", sharing(0.75))]) == []


def test_each_document_of_a_group_is_like_the_one_that_leads_it() -> None:
    """A chain of versions, each like its neighbours, is not all like its first."""
    chain, signature = [], BASE
    for number in range(12):
        chain.append(profile("v" * (number + 1), signature.tobytes()))
        signature = np.frombuffer(sharing(0.9, signature), np.uint16)
    by_source = {each.source: np.frombuffer(each.signature, np.uint16) for each in chain}
    groups = groups_of(chain)
    assert len(groups) > 1
    for group in groups:
        for source in group.sources:
            assert np.mean(by_source[group.source] == by_source[source]) >= 0.8
    grouped = [source for group in groups for source in (group.source, *group.sources)]
    assert len(grouped) == len(set(grouped))


def test_the_largest_group_comes_first() -> None:
    other = random_numbers().tobytes()
    files = [profile(f"b{n}", sharing(1.0)) for n in range(2)]
    files += [profile(f"a{n}", other) for n in range(3)]
    assert [group.source for group in groups_of(files)] == ["a0", "b0"]


def test_nearly_every_pair_at_the_threshold_is_found() -> None:
    files = []
    for number in range(300):
        base = random_numbers()
        files.append(profile(f"{number:04}", base.tobytes()))
        files.append(profile(f"{number:04} copy", sharing(0.82, base)))
    assert len(groups_of(files)) >= 297


def test_nothing_has_no_groups() -> None:
    assert groups_of([]) == []
    assert groups_of([profile("only", BASE.tobytes())]) == []


def test_what_is_like_a_document_is_told_with_copies_first() -> None:
    one = profile("one", sharing(1.0), content="same")
    found = similar_to(
        one,
        [
            one,
            profile("version", sharing(0.9)),
            profile("blank", b""),
            profile("other", random_numbers().tobytes()),
            profile("copy", sharing(1.0), content="same"),
        ],
    )
    assert [(each.source, each.copied) for each in found] == [("copy", True), ("version", False)]
    assert found[0].similarity == 1.0
    assert 0.88 < found[1].similarity < 0.92


def test_a_document_without_enough_text_is_like_its_copies_only() -> None:
    blank = profile("blank", b"", content="nothing")
    others = [profile("empty", b""), profile("copy", b"", content="nothing")]
    assert [each.source for each in similar_to(blank, others)] == ["copy"]
