"""What several requests and responses share."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from index.models import Filters

DocumentId = Annotated[str, Field(min_length=1, max_length=100)]
Tag = Annotated[str, Field(min_length=1, max_length=200)]
NOT_EMPTY: dict[str, JsonValue] = {"minLength": 1}
"""For the OpenAPI document alone: what refuses an empty text says more than that it is empty."""

TopK = Annotated[int, Field(ge=1, le=50, description="Most sections or hits to use.")]


class Request(BaseModel):
    """A request body; a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class RequestFilters(Request):
    """Where to look; an unset field does not restrict."""

    source: str | None = Field(
        default=None, max_length=1_000, description="What the source must start with."
    )
    document_ids: Annotated[list[DocumentId], Field(max_length=1_000)] | None = None
    tags: list[Tag] = Field(
        default=[], max_length=50, description="Tags that a document must all carry."
    )

    def to_filters(self) -> Filters:
        """Return the filters that the index understands."""
        ids = None if self.document_ids is None else frozenset(self.document_ids)
        return Filters(self.source, ids, frozenset(self.tags))


def heading_path(heading: Sequence[str]) -> str | None:
    """Return the headings above a place, outermost first: ``A > B``."""
    return " > ".join(heading) or None
