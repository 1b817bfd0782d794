"""Books (EPUB): a ZIP archive of pages, read in the order that the book gives them."""

from io import BytesIO
from zipfile import ZipFile

from ingest.errors import MalformedFileError
from ingest.loaders.archive import checked_office_file
from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.epub_contents import chapter_labels, mark_heading
from ingest.loaders.epub_package import Package, read_package
from ingest.loaders.html_page import decoded_page, page_body, parsed_page
from ingest.loaders.html_visibility import is_hidden
from ingest.loaders.html_walk import Walk
from ingest.loaders.titles import meaningful_title


class EpubLoader(Loader):
    """Reads the chapters of a book as pages; its table of contents is not text."""

    name = "epub"
    revision = 1
    media_type = "application/epub+zip"

    def _load(self, content: bytes, name: str) -> RawDocument:
        with ZipFile(BytesIO(checked_office_file(content, name))) as archive:
            package = read_package(archive, name)
            blocks = _blocks(archive, package, name)
        first = next((heading.text for heading in blocks.headings if heading.level == 1), "")
        return RawDocument(
            text=blocks.text,
            title=meaningful_title(package.properties.get("title", "")) or first,
            headings=tuple(blocks.headings),
            metadata=_metadata(package),
        )


def _blocks(archive: ZipFile, package: Package, name: str) -> BlockBuilder:
    labels = chapter_labels(archive, package, name)
    blocks = BlockBuilder()
    present = frozenset(archive.namelist())
    for chapter in package.chapters:
        if chapter not in present:
            raise MalformedFileError(f"{name} lacks its chapter {chapter}: get a whole copy of it.")
        body = page_body(parsed_page(decoded_page(archive.read(chapter), name)))
        mark_heading(body, labels.get(chapter, ""))
        Walk(blocks, is_hidden).visit(body)
    return blocks


def _metadata(package: Package) -> dict[str, str]:
    given = package.properties
    author = given.get("creator", "")
    return {
        "author": "" if author.lower() == "unknown" else author,
        "language": given.get("language", ""),
        "description": given.get("description", ""),
    }
