"""Finds a plug-in by its name in a table, or by the dotted path that an outsider gives."""

import re
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires
from types import ModuleType
from typing import Any

from index.errors import MissingExtraError, UnknownNameError

DISTRIBUTION = "mureum"


def load(table: Mapping[str, str], name: str, family: str) -> Any:  # noqa: ANN401
    """Return the class or function that a name stands for.

    The table leads from names to ``package.module:Class``; a name that holds a colon is such a
    path itself. ``family`` says in messages what was looked for. Raises UnknownNameError with
    the known names, or MissingExtraError with what to install.
    """
    path = table.get(name, name)
    module_name, colon, attribute = path.partition(":")
    if not (module_name and colon and attribute):
        raise UnknownNameError(
            f"There is no {family} named {name!r}. Known names: {', '.join(sorted(table))};"
            f" or give your own as package.module:Class."
        )
    module = _import(module_name)
    try:
        return getattr(module, attribute)
    except AttributeError as error:
        raise UnknownNameError(
            f"The {family} {name!r} was not found: {module_name} has no {attribute}."
        ) from error


def import_optional(module_name: str) -> ModuleType:
    """Return an optional library, or raise MissingExtraError with what to install."""
    try:
        return import_module(module_name)
    except ModuleNotFoundError as error:
        raise _missing(error.name or module_name) from error


def _import(module_name: str) -> ModuleType:
    try:
        return import_module(module_name)
    except ModuleNotFoundError as error:
        missing = error.name or module_name
        if module_name == missing or module_name.startswith(f"{missing}."):
            raise UnknownNameError(
                f"There is no module {missing}, needed for {module_name}. Is it installed, and"
                f" is its folder on the path of Python?"
            ) from error
        raise _missing(missing) from error


def _missing(module_name: str) -> MissingExtraError:
    library = module_name.partition(".")[0]
    extra = _extra_with(library)
    package = f"'{DISTRIBUTION}[{extra}]'" if extra else library
    return MissingExtraError(
        f"The library {library} is not installed: run `pip install {package}`."
    )


def _extra_with(library: str) -> str | None:
    """Return the extra of this project that brings a library, if one does."""
    try:
        requirements = requires(DISTRIBUTION) or []
    except PackageNotFoundError:
        return None
    for requirement in requirements:
        extra = re.search(r"""extra == ["']([\w-]+)["']""", requirement)
        required = re.split(r"[^\w.-]", requirement, maxsplit=1)[0].replace("-", "_")
        if extra and required == library:
            return extra[1]
    return None
