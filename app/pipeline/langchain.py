"""The service's search as a retriever of LangChain, for chains that are built elsewhere."""

import asyncio

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from app.pipeline.answer import Inquiry, Pipeline
from app.pipeline.fold import other_sources
from app.pipeline.retrieve import FoundPassage
from index.base import NO_FILTERS
from index.models import Filters


class MureumRetriever(BaseRetriever):
    """Finds the sections that ``POST /search`` finds, with the place of each in its metadata."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    pipeline: Pipeline
    filters: Filters = NO_FILTERS
    top_k: int = 5

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        del run_manager
        found = await self.pipeline.find(Inquiry(query, self.filters, self.top_k))
        return [_document(passage) for passage in found.passages]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        del run_manager
        found = asyncio.run(self.pipeline.find(Inquiry(query, self.filters, self.top_k)))
        return [_document(passage) for passage in found.passages]


def _document(found: FoundPassage) -> Document:
    passage = found.passage
    return Document(
        id=str(passage.parent_id),
        page_content=passage.parent_text,
        metadata={
            "document_id": passage.document.document_id,
            "title": passage.document.title,
            "source": passage.document.source,
            "page": passage.document.page_at(passage.parent_start),
            "heading": list(passage.heading),
            "start": passage.parent_start,
            "end": passage.parent_end,
            "score": found.hit.score,
            "also_in": list(other_sources(passage, found.twins)),
        },
    )
