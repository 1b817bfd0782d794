"""Excel workbooks in the old format (1997 to 2003), and what is often saved under its name."""

from io import StringIO
from typing import Any

from ingest.errors import EncryptedFileError
from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.html import HtmlLoader
from ingest.loaders.sheet_blocks import add_sheet
from ingest.loaders.sheet_grid import CellBudget
from ingest.loaders.xls_cells import visible_sheets
from ingest.loaders.xlsx import read_xlsx

_ZIP_MAGIC = b"PK\x03\x04"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_MARKUP = (b"<html", b"<!doctype html", b"<table", b"<meta", b"<style")


class XlsLoader(Loader):
    """Reads .xls; hidden sheets, rows and columns, comments and macros are left out.

    A web page or a newer workbook under this name, as web sites export them, is read as what
    it is.
    """

    name = "xls"
    revision = 1
    media_type = "application/vnd.ms-excel"

    def _load(self, content: bytes, name: str) -> RawDocument:
        if content.startswith(_ZIP_MAGIC):
            return read_xlsx(content, name)
        if content[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_MARKUP):
            return _read_html(content, name)
        return _read_xls(content, name)


def _read_html(content: bytes, name: str) -> RawDocument:
    page = HtmlLoader().load(content, name)
    return RawDocument(page.text, page.title, page.headings, metadata=page.metadata)


def _read_xls(content: bytes, name: str) -> RawDocument:
    book = _opened(content, name)
    blocks = BlockBuilder()
    for sheet in visible_sheets(book, CellBudget(name)):
        add_sheet(blocks, sheet)
    return RawDocument(
        text=blocks.text,
        headings=tuple(blocks.headings),
        metadata={"author": book.user_name or ""},
    )


def _opened(content: bytes, name: str) -> Any:  # noqa: ANN401 - xlrd has no types
    import xlrd

    locked = f"{name} needs a password: save a copy without one."
    if _ENCRYPTED_STREAM in content:
        raise EncryptedFileError(locked)
    try:
        return xlrd.open_workbook(
            file_contents=content,
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
            logfile=StringIO(),
        )
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise EncryptedFileError(locked) from error
        raise
