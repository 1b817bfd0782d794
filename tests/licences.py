"""What installed packages say of their licences, and whether that suffices."""

import re
import tomllib
from collections.abc import Iterator, Set
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.utils import canonicalize_name

RULES = tomllib.loads((Path(__file__).parent / "licences.toml").read_text(encoding="utf-8"))
ALLOWED: Set[str] = frozenset(RULES["allowed"])
SPELLINGS: dict[str, str] = RULES["spellings"]
EXCEPTIONS: dict[str, str] = RULES["exceptions"]
OURS = "mureum"

_COPYLEFT = re.compile(r"\b[AL]?GPL|GNU (Affero |Lesser |Library )?General Public", re.IGNORECASE)
_TOKEN = re.compile(r"\(|\)|\bAND\b|\bOR\b|[^\s()]+(?: WITH [^\s()]+)?")


def installed() -> Iterator[tuple[str, Distribution]]:
    """Yield every installed package but this project, by its canonical name."""
    for distribution in distributions():
        name = canonicalize_name(distribution.metadata["Name"])
        if name != OURS:
            yield name, distribution


def told(distribution: Distribution) -> list[str]:
    """Return all that a package says of its licence: the expression, classifiers, the text."""
    metadata = distribution.metadata
    classifiers = [
        given.rpartition(" :: ")[2]
        for given in metadata.get_all("Classifier") or []
        if given.startswith("License :: ") and given != "License :: OSI Approved"
    ]
    return [
        *filter(None, [metadata.get("License-Expression")]),
        *classifiers,
        *filter(None, [metadata.get("License")]),
    ]


def suffices(statements: list[str]) -> bool:
    """Return whether a package may be used for what it says first, and mentions no copyleft."""
    if not statements or any(_COPYLEFT.search(statement) for statement in statements):
        return False
    return is_allowed(statements[0])


def is_allowed(expression: str) -> bool:
    """Return whether an expression of SPDX, or another spelling of a licence, is allowed."""
    tokens = _TOKEN.findall(SPELLINGS.get(expression, expression))
    allowed = _any_of(tokens)
    return allowed and not tokens


def _any_of(tokens: list[str]) -> bool:
    """Read parts with OR between them from the front of the tokens."""
    allowed = _all_of(tokens)
    while tokens and tokens[0] == "OR":
        tokens.pop(0)
        allowed = _all_of(tokens) or allowed
    return allowed


def _all_of(tokens: list[str]) -> bool:
    allowed = _one(tokens)
    while tokens and tokens[0] == "AND":
        tokens.pop(0)
        allowed = _one(tokens) and allowed
    return allowed


def _one(tokens: list[str]) -> bool:
    """Read one licence, or an expression in brackets; nothing at all is not allowed."""
    if not tokens:
        return False
    first = tokens.pop(0)
    if first != "(":
        return first in ALLOWED
    allowed = _any_of(tokens)
    return bool(tokens) and tokens.pop(0) == ")" and allowed
