"""A workbook's parts: its sheets in order, the strings and number formats that they share."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.loaders.office_chart import chart_block
from ingest.loaders.office_package import OfficePackage, streamed
from ingest.loaders.pptx_text import paragraph_texts
from ingest.loaders.sheet_grid import CellBudget, Sheet
from ingest.loaders.sheet_numbers import BUILT_IN_FORMATS, GENERAL
from ingest.loaders.xlsx_cells import SharedParts, read_cells, string_text

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Workbook:
    """An opened workbook; ``sheets`` are (name, path) of those that are not hidden."""

    package: OfficePackage
    sheets: tuple[tuple[str, str], ...]
    shared: SharedParts


def open_workbook(package: OfficePackage) -> Workbook:
    """Return the workbook; raise KeyError or StopIteration when parts are missing."""
    path = next(
        found.target
        for found in package.relationships("").values()
        if found.kind == "officeDocument"
    )
    root = package.tree(path)
    related = package.relationships(path)
    paths = {found.kind: found.target for found in related.values()}
    sheets = tuple(
        (sheet.get("name", ""), related[sheet.get(_ID, "")].target)
        for sheet in root.iter(f"{_MAIN}sheet")
        if sheet.get("state", "visible") == "visible" and sheet.get(_ID) in related
    )
    properties = root.find(f"{_MAIN}workbookPr")
    since_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    shared = SharedParts(
        _strings(package, paths.get("sharedStrings")),
        _formats(package, paths.get("styles")),
        since_1904,
    )
    return Workbook(package, sheets, shared)


def visible_sheets(workbook: Workbook, budget: CellBudget) -> Iterator[Sheet]:
    """Yield the sheets that are not hidden, with boxes and charts."""
    for name, path in workbook.sheets:
        sheet = Sheet(name, budget)
        with workbook.package.opened(path) as part:
            read_cells(part, sheet, workbook.shared)
        sheet.extras.extend(_drawn(workbook.package, path))
        yield sheet


def _strings(package: OfficePackage, path: str | None) -> Sequence[str]:
    if path is None:
        return ()
    with package.opened(path) as part:
        return [string_text(item) for item in streamed(part, (f"{_MAIN}si",))]


def _formats(package: OfficePackage, path: str | None) -> Sequence[str]:
    """Return the number format of each cell style."""
    if path is None:
        return ()
    root = package.tree(path)
    codes = dict(BUILT_IN_FORMATS)
    for given in root.iter(f"{_MAIN}numFmt"):
        codes[int(given.get("numFmtId"))] = given.get("formatCode", GENERAL)
    styles = root.find(f"{_MAIN}cellXfs")
    return [
        codes.get(int(style.get("numFmtId", "0")), GENERAL)
        for style in (() if styles is None else styles)
    ]


def _drawn(package: OfficePackage, path: str) -> Iterator[str]:
    """Yield what lies on the cells of a sheet: the texts of boxes, then charts."""
    for drawing in package.relationships(path).values():
        if drawing.kind == "drawing":
            yield "\n".join(paragraph_texts(package.tree(drawing.target)))
            for chart in package.relationships(drawing.target).values():
                if chart.kind == "chart":
                    yield chart_block(package.tree(chart.target))
