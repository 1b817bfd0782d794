"""Which loader reads which file: a table from suffix to the path of a class."""

from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType

from index import plugins
from index.errors import UnknownNameError
from ingest.errors import UnsupportedFormatError
from ingest.loaders.base import Loader

_CODE = (
    *(".py", ".js", ".ts", ".tsx", ".java", ".kt", ".go", ".rs", ".c", ".h", ".cpp", ".cs"),
    *(".rb", ".php", ".sh", ".sql", ".yaml", ".yml", ".toml", ".ini", ".css"),
)

LOADERS: Mapping[str, str] = MappingProxyType(
    {
        ".txt": "ingest.loaders.text:TextLoader",
        ".text": "ingest.loaders.text:TextLoader",
        ".log": "ingest.loaders.text:TextLoader",
        ".md": "ingest.loaders.markdown:MarkdownLoader",
        ".markdown": "ingest.loaders.markdown:MarkdownLoader",
        ".html": "ingest.loaders.html:HtmlLoader",
        ".htm": "ingest.loaders.html:HtmlLoader",
        ".xhtml": "ingest.loaders.html:HtmlLoader",
        ".pdf": "ingest.loaders.pdf:PdfLoader",
        ".docx": "ingest.loaders.docx:DocxLoader",
        ".hwp": "ingest.loaders.hwp:HwpLoader",
        ".hwpx": "ingest.loaders.hwpx:HwpxLoader",
        ".epub": "ingest.loaders.epub:EpubLoader",
        ".rtf": "ingest.loaders.rtf:RtfLoader",
        ".eml": "ingest.loaders.eml:EmlLoader",
        ".pptx": "ingest.loaders.pptx:PptxLoader",
        ".pptm": "ingest.loaders.pptx:PptxLoader",
        ".xlsx": "ingest.loaders.xlsx:XlsxLoader",
        ".xlsm": "ingest.loaders.xlsx:XlsxLoader",
        ".xls": "ingest.loaders.xls:XlsLoader",
        ".odt": "ingest.loaders.odt:OdtLoader",
        ".ods": "ingest.loaders.ods:OdsLoader",
        ".odp": "ingest.loaders.odp:OdpLoader",
        ".csv": "ingest.loaders.csv:CsvLoader",
        ".tsv": "ingest.loaders.csv:CsvLoader",
        ".msg": "ingest.loaders.msg:MsgLoader",
        ".ipynb": "ingest.loaders.ipynb:NotebookLoader",
        ".json": "ingest.loaders.json_lines:JsonLoader",
        ".jsonl": "ingest.loaders.json_lines:JsonLoader",
        ".ndjson": "ingest.loaders.json_lines:JsonLoader",
        ".xml": "ingest.loaders.xml:XmlLoader",
        **dict.fromkeys(_CODE, "ingest.loaders.code:CodeLoader"),
    }
)
"""Suffix, in lower case with its dot, to ``package.module:Class``."""

_SUCCESSORS: Mapping[str, str] = MappingProxyType(
    {".doc": ".docx", ".dot": ".docx", ".ppt": ".pptx", ".pps": ".pptx", ".pot": ".pptx"}
)
"""Suffixes of formats that no loader reads to those that their programs write today."""

_NO_EXTRA: Mapping[str, str] = MappingProxyType({})


def suffixes(extra: Mapping[str, str] = _NO_EXTRA) -> frozenset[str]:
    """Return the suffixes that can be read, those of ``extra`` too."""
    return frozenset(_table(extra))


def own_suffixes(extra: Mapping[str, str]) -> frozenset[str]:
    """Return the suffixes that loaders of the team's own read, in lower case with their dots."""
    return frozenset(f".{suffix.lower().lstrip('.')}" for suffix in extra)


def loader_for(name: str, extra: Mapping[str, str] = _NO_EXTRA) -> Loader:
    """Return the loader of the file with this name; ``extra`` adds suffixes or replaces loaders.

    Raises UnsupportedFormatError, listing the known suffixes, when none reads it, and
    UnknownNameError or MissingExtraError when the path leads nowhere.
    """
    table = _table(extra)
    suffix = PurePath(name).suffix.lower()
    if suffix not in table:
        raise _unsupported(name, suffix, table)
    loader = _loader_at(table[suffix])
    loader.reads_inside_with(extra)
    return loader


def _unsupported(name: str, suffix: str, table: Mapping[str, str]) -> UnsupportedFormatError:
    if suffix in _SUCCESSORS:
        return UnsupportedFormatError(
            f"{name} is in the old binary format of Office: save it as {_SUCCESSORS[suffix]}."
        )
    return UnsupportedFormatError(
        f"No loader reads {name}: its name must end in one of {', '.join(sorted(table))}."
    )


def _table(extra: Mapping[str, str]) -> dict[str, str]:
    given = {f".{suffix.lower().lstrip('.')}": path for suffix, path in extra.items()}
    return {**LOADERS, **given}


def _loader_at(path: str) -> Loader:
    found = plugins.load({}, path, "loader") if ":" in path else None
    if not (isinstance(found, type) and issubclass(found, Loader)):
        raise UnknownNameError(
            f"{path!r} is not a loader: give a subclass of Loader as package.module:Class."
        )
    return found()
