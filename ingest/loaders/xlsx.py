"""Excel workbooks: each sheet under its name, its tables as a person sees them."""

from ingest.loaders.archive import checked_office_file
from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.office_package import OfficePackage
from ingest.loaders.sheet_blocks import add_sheet
from ingest.loaders.sheet_grid import CellBudget
from ingest.loaders.titles import meaningful_title
from ingest.loaders.xlsx_workbook import Workbook, open_workbook, visible_sheets

_PROPERTIES = "docProps/core.xml"


class XlsxLoader(Loader):
    """Reads .xlsx; hidden sheets, rows and columns, comments and macros are left out.

    Formulas show the values that were stored with them.
    """

    name = "xlsx"
    revision = 1
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def _load(self, content: bytes, name: str) -> RawDocument:
        return read_xlsx(content, name)


def read_xlsx(content: bytes, name: str) -> RawDocument:
    """Return what an Excel archive holds; raise LoaderErrors, or what a broken one provokes."""
    package = OfficePackage(checked_office_file(content, name))
    workbook = open_workbook(package)
    blocks = BlockBuilder()
    for sheet in visible_sheets(workbook, CellBudget(name)):
        add_sheet(blocks, sheet)
    properties = _properties(workbook)
    return RawDocument(
        text=blocks.text,
        title=meaningful_title(properties.pop("title", "")),
        headings=tuple(blocks.headings),
        metadata=properties,
    )


def _properties(workbook: Workbook) -> dict[str, str]:
    if _PROPERTIES not in workbook.package:
        return {}
    root = workbook.package.tree(_PROPERTIES)
    tags = {"title": "title", "creator": "author", "subject": "subject", "keywords": "keywords"}
    return {key: root.findtext(f"{{*}}{tag}") or "" for tag, key in tags.items()}
