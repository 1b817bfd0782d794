"""The contract of a loader: one method to write, the shared work done here once."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from index.errors import MureumError
from ingest import normalise
from ingest.document import Heading, LoadedDocument
from ingest.errors import EmptyFileError, MalformedFileError

_LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class RawDocument:
    """What a loader found; offsets count characters of this text, which is not yet normalised."""

    text: str
    title: str = ""
    headings: tuple[Heading, ...] = ()
    page_starts: tuple[int, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)


class Loader(ABC):
    """Reads one format; write ``_load``, set the three fields, leave the rest to this class."""

    name: str
    """The word for this loader in recipes: two loaders never share one."""

    revision: int
    """Raise it when the same file comes out differently, so that files are read again."""

    media_type: str

    holds_pictures: bool = False
    """Whether pages of this format may be pictures, so that text recognition makes a difference."""

    opens_files: bool = False
    """Whether this format holds files of other formats."""

    def reads_inside_with(self, loaders: Mapping[str, str]) -> None:  # noqa: B027 - most hold no files
        """Take note of the loaders of the team's own, should files lie in the file."""

    @property
    def version(self) -> str:
        """Return what the recipe records: it changes when this loader or the normaliser does."""
        return f"{self.name}-{self.revision}.{normalise.REVISION}"

    @abstractmethod
    def _load(self, content: bytes, name: str) -> RawDocument:
        """Return text and structure as the file has them; any error means a malformed file."""

    def load(self, content: bytes, name: str) -> LoadedDocument:
        """Return the normalised document; ``name`` is the file's name, for title and messages.

        Raises a LoaderError whose message says what to do; nothing else, whatever the bytes.
        """
        if not content:
            raise EmptyFileError(f"{name} is empty: fill it or remove it.")
        try:
            raw = self._load(content, name)
        except (MureumError, MemoryError):
            raise
        except Exception as error:  # parsers raise anything at all on broken files
            raise MalformedFileError(
                f"{name} cannot be read as {self.media_type} ({type(error).__name__}: {error});"
                " open it in the program that made it and save it again."
            ) from error
        return self._normalised(raw, name)

    def _normalised(self, raw: RawDocument, name: str) -> LoadedDocument:
        offsets = [*(heading.start for heading in raw.headings), *raw.page_starts]
        text, moved = normalise.normalise_with_offsets(raw.text, offsets)
        if not text.strip():
            raise EmptyFileError(f"{name} holds no text: fill it or remove it.")
        headings = (
            Heading(moved[heading.start], heading.level, normalise.normalise_line(heading.text))
            for heading in raw.headings
        )
        return LoadedDocument(
            text=text,
            title=_title(raw.title, name),
            media_type=self.media_type,
            headings=tuple(heading for heading in headings if heading.text),
            page_starts=(0, *(moved[start] for start in raw.page_starts[1:]))
            if raw.page_starts
            else (),
            metadata=_lines(raw.metadata),
        )


def _title(title: str, name: str) -> str:
    line = normalise.normalise_line(title) or normalise.normalise_line(PurePath(name).stem)
    return line[:_LONGEST_TITLE].rstrip()


def _lines(metadata: Mapping[str, str]) -> dict[str, str]:
    lines = {
        normalise.normalise_line(key): normalise.normalise_line(value)
        for key, value in metadata.items()
    }
    return {key: value for key, value in lines.items() if key and value}
