"""Citations held against documents."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.answerers.base import Span
from app.pipeline.cite import Citation
from app.pipeline.phrases import OTHER_LANGUAGE
from eval.citations.checking import check_answer, read_statements
from eval.citations.results import CitationResult
from tests.unit.eval.injection.answers import answered, citation

TEXT = "Leave is 15 days [1]. Ask your team lead. Offices close at six."


def text_of(document_id: str, start: int, end: int) -> str:
    assert document_id == "id of leave.md"
    return TEXT[start:end]


def quoted(words: str, number: int = 1) -> Citation:
    return citation(words, number, TEXT.index(words))


LEAVE, LEAD, OFFICES = (quoted(w) for w in ("Leave is 15 days [1].", "Ask your", "Offices"))


def test_a_citation_that_stands_where_it_says_verifies() -> None:
    checked = check_answer(answered("Leave is 15 days [1]. [1]", LEAVE), text_of)
    assert checked.verified == (True,)
    assert checked.marks_match
    assert checked.span_stands


@pytest.mark.parametrize(
    "wrong",
    [
        replace(LEAVE, quote="Leave is 16 days [1]."),
        replace(LEAVE, start=1, end=22),
        replace(LEAVE, quote="", end=0),
    ],
)
def test_a_quote_that_is_not_the_documents_text_does_not(wrong: Citation) -> None:
    answer = answered(f"{wrong.quote} [1]", wrong)
    assert check_answer(answer, text_of).verbatim == (False,)


@pytest.mark.parametrize(
    ("text", "citations", "statements"),
    [
        ("Leave is 15 days [1]. [1]", [LEAVE], ["Leave is 15 days [1]."]),
        (
            "Leave is 15 days [1]. [1] Ask your [2]",
            [LEAVE, replace(LEAD, number=2)],
            ["Leave is 15 days [1].", "Ask your"],
        ),
        ("15 days [1]", [LEAVE], ["15 days"]),
        ("Leave is 16 days. [1]", [LEAVE], [None]),
        ("Leave is 15 days", [LEAVE], [None]),
        ("[1]", [LEAVE], [None]),
        ("15 days [2]", [replace(LEAVE, number=2)], [None]),
        ("15 days [1] and more", [LEAVE], [None]),
        ("15 days [1] Offices [2]", [LEAVE], [None]),
        ("15 days [1]", [LEAVE, replace(LEAD, number=2)], ["15 days", None]),
        ("15 days", [], []),
    ],
)
def test_every_mark_closes_a_statement_of_its_citation(
    text: str, citations: Sequence[Citation], statements: Sequence[str | None]
) -> None:
    assert read_statements(text, citations) == statements


@pytest.mark.parametrize("notice", OTHER_LANGUAGE.values())
def test_the_line_about_the_language_belongs_to_the_service(notice: str) -> None:
    checked = check_answer(answered(f"{notice}\nOffices [1]", OFFICES), text_of)
    assert checked.verified == (True,)
    assert checked.marks_match


def test_an_answer_without_a_citation_has_no_marks_that_match() -> None:
    assert not check_answer(answered("Leave is 15 days."), text_of).marks_match


@pytest.mark.parametrize(
    ("span", "stands"),
    [
        (Span(1, 9, 16, "15 days"), True),
        (Span(1, 9, 16, "16 days"), False),
        (Span(1, 22, 25, "Ask"), False),
        (Span(2, 9, 16, "15 days"), False),
        (Span(1, 9, 9, ""), False),
    ],
)
def test_the_few_words_stand_inside_their_citation(span: Span, *, stands: bool) -> None:
    answer = replace(answered("Leave is 15 days [1]. [1]", LEAVE), span=span)
    assert check_answer(answer, text_of).span_stands is stands


def test_an_abstention_states_nothing_and_shows_passages_verbatim() -> None:
    refused = answered("There is no answer.", LEAVE, quoted("Offices", 2), abstained=True)
    checked = check_answer(refused, text_of)
    assert checked.verbatim == (True, True)
    assert checked.marks_match
    assert not check_answer(replace(refused, text="None. [1]"), text_of).marks_match


def test_figures_count_citations_answers_and_passages_apart() -> None:
    right = check_answer(answered("15 days [1] Ask [2]", LEAVE, replace(LEAD, number=2)), text_of)
    wrong = check_answer(answered("16 days [1]", LEAVE), text_of)
    refused = check_answer(answered("No answer.", LEAVE, abstained=True), text_of)
    shares = CitationResult("set", [right, wrong, refused]).shares
    assert {name: (share.count, share.total) for name, share in shares.items()} == {
        "questions answered": (2, 3),
        "citations verified": (2, 3),
        "marks match": (1, 2),
        "spans stand": (2, 2),
        "nearest passages verbatim": (1, 1),
    }


def test_two_in_a_hundred_may_fail_and_no_answer_meets_nothing() -> None:
    right = check_answer(answered("15 days [1]", LEAVE), text_of)
    wrong = check_answer(answered("16 days [1]", LEAVE), text_of)
    assert CitationResult("set", [right] * 98 + [wrong] * 2).met
    assert not CitationResult("set", [right] * 97 + [wrong] * 3).met
    assert not CitationResult("set", []).met
