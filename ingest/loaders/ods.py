"""OpenDocument spreadsheets: each sheet under its name, its tables as a person sees them."""

from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.odf_names import odf
from ingest.loaders.odf_package import open_odf
from ingest.loaders.ods_cells import read_sheet
from ingest.loaders.sheet_blocks import add_sheet
from ingest.loaders.sheet_grid import CellBudget


class OdsLoader(Loader):
    """Reads .ods; hidden sheets, rows and columns, and comments are left out."""

    name = "ods"
    revision = 1
    media_type = "application/vnd.oasis.opendocument.spreadsheet"

    def _load(self, content: bytes, name: str) -> RawDocument:
        document = open_odf(content, name, "spreadsheet")
        blocks = BlockBuilder()
        budget = CellBudget(name)
        for table in document.body.iterfind(odf("table:table")):
            if not document.styles.hides_sheet(table):
                add_sheet(blocks, read_sheet(table, document.styles, budget))
        return RawDocument(
            text=blocks.text,
            title=document.title,
            headings=tuple(blocks.headings),
            metadata=document.metadata,
        )
