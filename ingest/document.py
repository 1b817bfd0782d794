"""What a loader yields: normalised text, and where pages and headings begin in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading at ``start`` (its first character); ``level`` counts from 1, the outermost."""

    start: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class LoadedDocument:
    """The text of one file: NFC, line feeds as line ends, no control or zero-width characters.

    All offsets count characters of ``text``. ``page_starts[i]`` is where page ``i + 1`` begins
    (the first is 0); empty where the format has no pages. Headings are in the order of the text.
    """

    text: str
    title: str
    media_type: str
    headings: tuple[Heading, ...] = ()
    page_starts: tuple[int, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
