"""An index built afresh from the files of a folder and from what was handed over."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from index.base import SearchIndex, Writer
from index.models import Failure
from ingest.discovery import FoundFile
from ingest.errors import LoaderError
from ingest.reading import FileContent, ReadingOptions, identified, parse_here, read_content
from ingest.reading import to_document as made_of
from tests.changing.expected import Expected, Tags, source_of


def build(
    index: SearchIndex,
    files: Iterable[Path],
    base: Path,
    expected: Expected,
    reading: ReadingOptions,
) -> None:
    """Store each file and each upload once, with the tags that it should have."""
    with index.writer() as writer:
        for path in files:
            file = FoundFile(path, source_of(path, base))
            tags = expected.stored.get(file.source, frozenset())
            _put(writer, read_content(file, reading), tags, reading)
        for wanted in expected.uploads.values():
            file = FoundFile(Path(wanted.read_as), wanted.source)
            content = identified(file, wanted.content.encode(), datetime.now(UTC), reading)
            _put(writer, content, wanted.tags, reading)
        writer.publish()


def _put(writer: Writer, content: FileContent, tags: Tags, reading: ReadingOptions) -> None:
    source = content.file.source
    try:
        writer.put([made_of(content, tags, reading, parse_here(reading))])
    except LoaderError as error:
        attempt = f"{content.content_hash}+{content.recipe}"
        failure = Failure(source, error.reason, str(error), attempt, datetime.now(UTC))
        writer.record_failures([failure])
