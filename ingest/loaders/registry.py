"""Which loader reads which file: a table from suffix to dotted path."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import PurePath
from types import MappingProxyType

from index.errors import MissingExtraError, UnknownNameError
from ingest.errors import UnsupportedFormatError
from ingest.loaders.base import Loader

LOADERS: Mapping[str, str] = MappingProxyType(
    {
        ".txt": "ingest.loaders.text.TextLoader",
        ".text": "ingest.loaders.text.TextLoader",
        ".log": "ingest.loaders.text.TextLoader",
        ".md": "ingest.loaders.markdown.MarkdownLoader",
        ".markdown": "ingest.loaders.markdown.MarkdownLoader",
        ".html": "ingest.loaders.html.HtmlLoader",
        ".htm": "ingest.loaders.html.HtmlLoader",
        ".xhtml": "ingest.loaders.html.HtmlLoader",
        ".pdf": "ingest.loaders.pdf.PdfLoader",
        ".docx": "ingest.loaders.docx.DocxLoader",
    }
)
"""Suffix, in lower case with its dot, to the dotted path of a Loader."""

_NO_EXTRA: Mapping[str, str] = MappingProxyType({})


def suffixes(extra: Mapping[str, str] = _NO_EXTRA) -> frozenset[str]:
    """Return the suffixes that can be read, those of ``extra`` too."""
    return frozenset(_table(extra))


def loader_for(name: str, extra: Mapping[str, str] = _NO_EXTRA) -> Loader:
    """Return the loader of the file with this name; ``extra`` adds suffixes or replaces loaders.

    Raises UnsupportedFormatError, listing the known suffixes, when none reads it, and
    UnknownNameError or MissingExtraError when the dotted path leads nowhere.
    """
    table = _table(extra)
    suffix = PurePath(name).suffix.lower()
    if suffix not in table:
        raise UnsupportedFormatError(
            f"No loader reads {name}: its name must end in one of {', '.join(sorted(table))}."
        )
    return _loader_at(table[suffix], suffix)


def _table(extra: Mapping[str, str]) -> dict[str, str]:
    given = {f".{suffix.lower().lstrip('.')}": path for suffix, path in extra.items()}
    return {**LOADERS, **given}


def _loader_at(path: str, suffix: str) -> Loader:
    module_name, _, class_name = path.rpartition(".")
    if not module_name:
        raise _unknown(path, suffix)
    try:
        found = getattr(import_module(module_name), class_name, None)
    except ModuleNotFoundError as error:
        if error.name and module_name.startswith(error.name):
            raise _unknown(path, suffix) from error
        raise MissingExtraError(
            f"Reading {suffix} files needs the library {error.name}: install it."
        ) from error
    if not (isinstance(found, type) and issubclass(found, Loader)):
        raise _unknown(path, suffix)
    return found()


def _unknown(path: str, suffix: str) -> UnknownNameError:
    return UnknownNameError(
        f"The loader of {suffix} files is set to {path!r}, which is not a subclass of Loader:"
        " give its dotted path, like ingest.loaders.text.TextLoader."
    )
