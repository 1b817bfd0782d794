import pytest

from app.answerers.base import Statement
from app.pipeline.cite import cite, nearest, support
from app.pipeline.widen import Section
from tests.unit.app.pipeline.passages import document, found, section

TEXT = "연차는 15일입니다. 병가는 60일입니다."


def test_a_citation_quotes_the_document_at_its_offsets() -> None:
    record = document(page_starts=(0, 100, 105, 300))
    held = section(TEXT, start=100, record=record, heading=("인사", "휴가"), score=0.8)
    (citation,) = cite([Statement("병가는 60일입니다.", 0, 112, 123)], [held])
    assert citation.quote == TEXT[12:23] == "병가는 60일입니다."
    assert (citation.number, citation.page, citation.heading) == (1, 3, ("인사", "휴가"))
    assert (citation.start, citation.end, citation.score) == (112, 123, 0.8)
    assert citation.support == 1


def test_a_statement_cannot_be_quoted_from_outside_its_section() -> None:
    with pytest.raises(ValueError, match="outside"):
        cite([Statement("x", 0, 90, 110)], [section(TEXT, start=100)])


def test_a_statement_with_another_number_or_date_is_not_supported() -> None:
    assert support("병가는 90일입니다.", "병가는 60일입니다.") == 0
    assert support("It ends on 2026-03-01.", "It ends on 2026-03-02.") == 0


def test_support_is_the_share_of_the_statements_words() -> None:
    assert support("backups run nightly", "Backups run at 02:30") == pytest.approx(2 / 3)
    assert support("", "연차") == 0


def test_the_nearest_passages_are_quoted_without_blank_space_and_support_nothing() -> None:
    item = found("\n 병가는 60일입니다.\n", parent="연차.\n 병가는 60일입니다.\n", parent_start=50)
    (citation,) = nearest([Section(item.passage, 0.4)])
    assert (citation.quote, citation.start) == ("병가는 60일입니다.", 55)
    assert citation.end - citation.start == len(citation.quote)
    assert citation.support == 0
