"""What a group may be called, and who may read what."""

import sys
import unicodedata

import pytest

from index.errors import InvalidGroupError
from index.groups import MOST_GROUPS, group_of, groups_of, may_read

GOOD = {
    "hr": "hr",
    " HR ": "hr",
    "인사팀": "인사팀",
    unicodedata.normalize("NFD", "인사팀"): "인사팀",
    "ＨＲ": "hr",
    "Straße": "strasse",
    "r-and_d.2": "r-and_d.2",
    "कानूनी": "कानूनी",
    "x" * 64: "x" * 64,
}
BAD = [
    "",
    " ",
    "x" * 65,
    "x" * 10_000,
    "a b",
    "a+b",
    "a/b",
    "..",
    ".hr",
    "-hr",
    "_",
    "a\0b",
    "hr\n.x",
]
UNSEEN = ["hr\u3164", "hr\u1160", "hr\u200b", "hr\ufe0f", "\u202ehr", "hr\u00ad", "hr\u034f"]


@pytest.mark.parametrize(("given", "kept"), GOOD.items())
def test_names_that_mean_the_same_are_kept_as_one(given: str, kept: str) -> None:
    assert group_of(given) == kept == group_of(kept)


@pytest.mark.parametrize("name", [*BAD, *UNSEEN])
def test_other_names_are_refused_and_the_error_says_what_is_allowed(name: str) -> None:
    with pytest.raises(InvalidGroupError, match="1 to 64 letters, digits") as raised:
        group_of(name)
    assert len(str(raised.value)) < 500


def test_what_is_kept_of_any_character_stays_as_it_is() -> None:
    kept = set()
    for code in range(sys.maxunicode + 1):
        try:
            kept.add(group_of(f"a{chr(code)}"))
        except InvalidGroupError:
            continue
    assert len(kept) > 10_000
    assert {group_of(name) for name in kept} == kept
    assert not [name for name in kept if "+" in name or "/" in name]


def test_there_are_at_most_fifty_groups_and_the_same_one_twice_is_one() -> None:
    assert groups_of(["HR", "hr", "ｈｒ"]) == {"hr"}
    assert len(groups_of(f"g{n}" for n in range(MOST_GROUPS))) == 50
    with pytest.raises(InvalidGroupError, match="51 groups are too many"):
        groups_of(f"g{n}" for n in range(MOST_GROUPS + 1))


HR, LEGAL, NONE = frozenset({"hr"}), frozenset({"legal"}), frozenset[str]()


@pytest.mark.parametrize(
    ("reader", "document", "may"),
    [
        (None, HR, True),
        (None, NONE, True),
        (HR, NONE, True),
        (HR, HR, True),
        (HR, HR | LEGAL, True),
        (HR, LEGAL, False),
        (NONE, NONE, True),
        (NONE, HR, False),
    ],
)
def test_one_common_group_opens_a_document_and_no_group_opens_it_to_all(
    reader: frozenset[str] | None, document: frozenset[str], *, may: bool
) -> None:
    assert may_read(reader, document) is may
