import pytest

from app.answerers.base import Statement
from app.pipeline.cite import cite, nearest
from app.pipeline.widen import Section
from tests.unit.app.pipeline.passages import document, found, section

TEXT = "연차는 15일입니다. 병가는 60일입니다."


def test_a_citation_quotes_the_document_at_its_offsets() -> None:
    record = document(page_starts=(0, 100, 105, 300))
    held = section(TEXT, start=100, record=record, heading=("인사", "휴가"), score=0.8)
    citation = cite(Statement(2, "병가는 60일입니다.", 0, 112, 123, support=0.9), held)
    assert citation.quote == TEXT[12:23] == "병가는 60일입니다."
    assert (citation.number, citation.page, citation.heading) == (2, 3, ("인사", "휴가"))
    assert (citation.start, citation.end, citation.score) == (112, 123, 0.8)
    assert citation.support == 0.9


def test_a_statement_cannot_be_quoted_from_outside_its_section() -> None:
    with pytest.raises(ValueError, match="outside"):
        cite(Statement(1, "x", 0, 90, 110, support=1), section(TEXT, start=100))


def test_the_nearest_passages_are_quoted_without_blank_space_and_support_nothing() -> None:
    item = found("\n 병가는 60일입니다.\n", parent="연차.\n 병가는 60일입니다.\n", parent_start=50)
    (citation,) = nearest([Section(item.passage, 0.4)])
    assert (citation.quote, citation.start) == ("병가는 60일입니다.", 55)
    assert citation.end - citation.start == len(citation.quote)
    assert citation.support == 0


def test_a_citation_tells_which_other_documents_hold_its_quote() -> None:
    first = found(TEXT, record=document("first"))
    same = found("연차는  15일 입니다.\n병가는 60일 입니다.", record=document("same"))
    other = found("연차는 15일입니다. 병가는 30일입니다.", record=document("other"))
    twins = (same.passage, other.passage, first.passage)
    held = Section(first.passage, 0.8, twins)
    leave = cite(Statement(1, "", 0, 0, 11, support=1), held)
    sick = cite(Statement(2, "", 0, 12, 23, support=1), held)
    assert (leave.quote, leave.also_in) == ("연차는 15일입니다.", ("docs/same.md", "docs/other.md"))
    assert (sick.quote, sick.also_in) == ("병가는 60일입니다.", ("docs/same.md",))
