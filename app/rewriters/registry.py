"""Chooses a rewriter by name."""

from typing import cast

from app.rewriters.base import Parts, Rewriter
from index.plugins import load

REWRITERS = {
    "model": "app.rewriters.language_model:build",
    "previous": "app.rewriters.previous:build",
    "terms": "app.rewriters.terms:build",
}
NO_REWRITER = "none"


def build_rewriter(name: str, parts: Parts) -> Rewriter | None:
    """Return the rewriter that a name stands for, or None for ``none``.

    A name is one of the table or ``package.module:factory``, called with the parts. Raises
    UnknownNameError, MissingExtraError, or SettingsError when a part is missing.
    """
    if name == NO_REWRITER:
        return None
    known = {**REWRITERS, NO_REWRITER: ""}
    return cast("Rewriter", load(known, name, "rewriter")(parts))
