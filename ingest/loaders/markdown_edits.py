"""Places of a Markdown source that give way to other text; headings move with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.document import Heading


@dataclass(frozen=True, slots=True)
class Edit:
    """The source's ``[start:end]`` becomes this text; places of ``headings`` count in the text."""

    start: int
    end: int
    text: str = ""
    headings: tuple[Heading, ...] = ()


def edited(
    source: str, edits: Iterable[Edit], headings: Sequence[Heading]
) -> tuple[str, tuple[Heading, ...]]:
    """Return the new text, and all headings in it; those inside an edit's place are gone.

    Of edits that overlap the first one counts.
    """
    result = _Result(source, headings)
    for edit in sorted(edits, key=lambda each: (each.start, -each.end)):
        if edit.start >= result.position:
            result.take(edit)
    result.take(Edit(len(source), len(source)))
    return "".join(result.pieces), tuple(result.headings)


class _Result:
    """The new text up to ``position`` of the source."""

    def __init__(self, source: str, headings: Sequence[Heading]) -> None:
        self.position = 0
        self.pieces: list[str] = []
        self.headings: list[Heading] = []
        self._source = source
        self._waiting = sorted(headings, key=lambda each: each.start, reverse=True)
        self._length = 0

    def take(self, edit: Edit) -> None:
        """Append the source up to the edit, and what stands there instead of it."""
        self._add(self._source[self.position : edit.start], self._before(edit))
        self._add(edit.text, edit.headings)
        self.position = edit.end

    def _add(self, text: str, headings: Iterable[Heading]) -> None:
        self.headings += [replace(each, start=self._length + each.start) for each in headings]
        self.pieces.append(text)
        self._length += len(text)

    def _before(self, edit: Edit) -> list[Heading]:
        """Return the headings from here to the edit; one that it begins stands where it does."""
        found = []
        while self._waiting and self._waiting[-1].start <= edit.start:
            heading = self._waiting.pop()
            if heading.start >= self.position:
                found.append(replace(heading, start=heading.start - self.position))
        return found
