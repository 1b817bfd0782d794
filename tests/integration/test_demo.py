"""``make demo`` on the guide itself: the real model, the real questions of the Makefile."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bootstrap import ServiceSettings, build_service
from app.llm.settings import LanguageModelSettings
from app.memory.settings import MemorySettings
from app.pipeline.answer import Answer, Inquiry
from app.pipeline.question import Language, language_of
from app.service import Service
from app.settings import AppSettings
from index.opening import open_index
from index.settings import IndexSettings
from ingest.run import RunOptions, ingest
from tests.documentation import REPOSITORY

QUESTION = re.compile(r'-m app ask "(?P<question>[^"]+)"')
EXPECTED = {
    Language.KOREAN: ("docs/ko/search.md", "data/index/"),
    Language.ENGLISH: ("docs/en/ingesting.md", "--prune"),
}
UNANSWERED = (
    "프랑스의 수도는 어디인가요?",
    "오늘 점심 메뉴는 무엇인가요?",
    "What is the capital of France?",
    "How do I bake bread?",
)


def questions_of_the_demo() -> list[str]:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    return QUESTION.findall(makefile)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)  # where no .env of the developer is read
        settings = IndexSettings(data_dir=folder / "data", embedder="bundled")
        opened = build_service(
            ServiceSettings(AppSettings(), settings, LanguageModelSettings(), MemorySettings())
        )
    with open_index(settings) as index:
        report = ingest(index, RunOptions([REPOSITORY / "docs"], REPOSITORY), lambda _: None)
    assert {file.outcome for file in report.files} == {"added"}
    yield opened
    asyncio.run(opened.close())


def ask(service: Service, question: str) -> Answer:
    return asyncio.run(service.pipeline.answer(Inquiry(question)))


def test_the_demo_asks_once_in_each_language() -> None:
    asked = [language_of(question) for question in questions_of_the_demo()]
    assert asked == [Language.KOREAN, Language.ENGLISH]


@pytest.mark.parametrize("question", questions_of_the_demo())
def test_a_question_of_the_demo_is_answered_from_the_right_page(
    service: Service, question: str
) -> None:
    source, words = EXPECTED[language_of(question)]
    answer = ask(service, question)
    assert not answer.abstained
    assert answer.citations[0].document.source == source
    assert words in answer.citations[0].quote
    assert language_of(answer.text) is language_of(question)


@pytest.mark.parametrize("question", questions_of_the_demo())
def test_every_statement_stands_in_the_file_as_quoted(service: Service, question: str) -> None:
    for citation in ask(service, question).citations:
        text = Path(REPOSITORY / citation.document.source).read_text(encoding="utf-8")
        assert text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize("question", UNANSWERED)
def test_a_question_that_the_guide_does_not_answer_gets_no_answer(
    service: Service, question: str
) -> None:
    answer = ask(service, question)
    assert answer.abstained
    assert language_of(answer.text) is language_of(question)
