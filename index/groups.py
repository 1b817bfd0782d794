"""Groups: who may read a document, what a group may be called, and who sees what.

A document without groups is open to everybody who may use the service; one with groups is there
for those alone who are in at least one of them.
"""

import re
import unicodedata
from collections.abc import Iterable

from index.errors import InvalidGroupError

Groups = frozenset[str]
PUBLIC: Groups = frozenset()

MOST_GROUPS = 50
MOST_GROUP_CHARACTERS = 64

_OTHERS = "-_."
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
"""Letters and marks that nothing is seen of: two groups must not look the same."""


def group_of(name: str) -> str:
    """Return a group's name as it is kept: compatible forms and capitals are one (NFKC, casefold).

    Raises InvalidGroupError for anything but letters of any script, digits, ``-``, ``_`` and
    ``.``, and unless the first is a letter or a digit.
    """
    kept = _folded(name.strip()) if len(name) <= 4 * MOST_GROUP_CHARACTERS else ""
    fits = 0 < len(kept) <= MOST_GROUP_CHARACTERS and kept[0].isalnum()
    if not fits or not all(map(_is_allowed, kept)) or _UNSEEN.search(kept):
        raise InvalidGroupError(
            f"{name[:MOST_GROUP_CHARACTERS]!r} cannot be the name of a group: it has 1 to"
            f" {MOST_GROUP_CHARACTERS} letters, digits, '-', '_' and '.', and begins with a letter"
            " or a digit."
        )
    return kept


def groups_of(names: Iterable[str]) -> Groups:
    """Return groups by their names as they are kept; raise InvalidGroupError for too many."""
    groups = frozenset(map(group_of, names))
    if len(groups) > MOST_GROUPS:
        raise InvalidGroupError(
            f"{len(groups)} groups are too many: a document or a key has at most {MOST_GROUPS}."
        )
    return groups


def may_read(groups: Groups | None, of_document: Groups) -> bool:
    """Return whether somebody in these groups may read a document; None may read everything."""
    return groups is None or not of_document or not groups.isdisjoint(of_document)


def _folded(name: str) -> str:
    """Return a form that folding again leaves as it is."""
    once = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return unicodedata.normalize("NFKC", once.casefold())


def _is_allowed(character: str) -> bool:
    return (
        character in _OTHERS or unicodedata.category(character)[0] in "LM" or character.isdecimal()
    )
