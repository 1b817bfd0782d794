"""The two levels of chunks: BM25 follows the parents, dense search the children."""

from enum import StrEnum


class Level(StrEnum):
    """A level, as it is written in the store."""

    PARENT = "parent"
    CHILD = "child"

    @property
    def table(self) -> str:
        """Return the name of the table that holds chunks of this level."""
        return "parents" if self is Level.PARENT else "children"

    @property
    def id_column(self) -> str:
        """Return the name of the column that holds their ids."""
        return f"{self}_id"
