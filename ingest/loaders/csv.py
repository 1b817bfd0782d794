"""Tables as text: comma-separated values and their relatives."""

from pathlib import PurePath

from ingest.errors import EmptyFileError
from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.csv_rows import csv_rows
from ingest.loaders.encoding import decode
from ingest.loaders.sheet_blocks import add_table
from ingest.loaders.sheet_grid import CellBudget
from ingest.loaders.sheet_tables import header_and_rows


class CsvLoader(Loader):
    """Reads values parted by commas, tabs, semicolons or bars; the first full line is the header.

    A long table is written in parts, each with the header and, after the first, the file's name.
    """

    name = "csv"
    revision = 1
    media_type = "text/csv"

    def _load(self, content: bytes, name: str) -> RawDocument:
        rows = csv_rows(decode(content, name), name)
        if not rows:
            raise EmptyFileError(f"{name} holds no values: fill it or remove it.")
        table = header_and_rows(rows, CellBudget(name))
        blocks = BlockBuilder()
        blocks.add("\n".join(table.captions))
        add_table(blocks, table, PurePath(name).stem)
        return RawDocument(text=blocks.text, headings=tuple(blocks.headings))
