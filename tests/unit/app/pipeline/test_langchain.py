import asyncio

import pytest

from app.pipeline.langchain import MureumRetriever
from index.models import Filters
from tests.unit.app.services import make_service


@pytest.mark.parametrize("filters", [Filters(), Filters(source="docs/휴가")])
def test_a_chain_of_langchain_gets_whole_sections_and_where_they_stand(filters: Filters) -> None:
    service = make_service()
    retriever = MureumRetriever(pipeline=service.pipeline, filters=filters, top_k=2)
    documents = retriever.invoke("병가는 며칠까지 쓸 수 있나요?")
    assert documents == asyncio.run(retriever.ainvoke("병가는 며칠까지 쓸 수 있나요?"))
    first = documents[0]
    assert first.page_content == "병가는 진단서를 내면 최대 60일까지 쓸 수 있습니다."
    assert first.metadata["source"] == "docs/휴가.md"
    assert (first.metadata["page"], first.metadata["heading"]) == (2, ["Part 2"])
    assert first.metadata["end"] - first.metadata["start"] == len(first.page_content)
    assert len(documents) == 2
    asyncio.run(service.close())
