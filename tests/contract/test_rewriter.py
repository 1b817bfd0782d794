"""One test for every rewriter: by terms, by a scripted model, and the fake."""

from collections.abc import Iterator, Sequence

import pytest

from app.concurrency import Workers
from app.llm.base import Message
from app.llm.scripted import ScriptedModel
from app.pipeline.question import Question, language_of
from app.rewriters.base import Exchange, Parts, Rewriter
from app.rewriters.registry import build_rewriter
from tests.unit.app.rewriters.conversations import GREENHOUSE, SHIP, analyzer

pytestmark = pytest.mark.anyio

FOLLOW_UPS = [
    ("이지스함이라고 할 수 있나요?", SHIP[:1], "문무대왕함"),
    ("When does it open?", GREENHOUSE, "greenhouse"),
]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def scripted(messages: Sequence[Message]) -> str:
    follow_up = "이지스" in messages[-1].content
    return "문무대왕함은 이지스함인가요?" if follow_up else "When does the greenhouse open?"


@pytest.fixture(params=["terms", "model", "previous"])
def rewriter(request: pytest.FixtureRequest) -> Iterator[Rewriter]:
    workers = Workers(threads=1, waiting_limit=10)
    built = build_rewriter(request.param, Parts(analyzer, workers, ScriptedModel(scripted)))
    assert built is not None
    yield built
    workers.close()


async def rewritten(rewriter: Rewriter, text: str, history: Sequence[Exchange]) -> Question:
    return await rewriter.rewrite(Question(text, language_of(text)), history)


@pytest.mark.parametrize(("text", "history", "missing"), FOLLOW_UPS)
async def test_a_follow_up_gets_what_it_left_out(
    rewriter: Rewriter, text: str, history: Sequence[Exchange], missing: str
) -> None:
    found = await rewritten(rewriter, text, history)
    assert missing in found.text
    assert found.language is language_of(text)
    assert found.text == " ".join(found.text.split())


@pytest.mark.parametrize(("text", "history", "missing"), FOLLOW_UPS)
async def test_the_same_conversation_gives_the_same_question(
    rewriter: Rewriter, text: str, history: Sequence[Exchange], missing: str
) -> None:
    first = await rewritten(rewriter, text, history)
    assert await rewritten(rewriter, text, history) == first
    assert missing in first.text


@pytest.mark.parametrize("text", ["그건 왜 그런가요?", "Is it free?"])
async def test_the_first_question_comes_back_as_it_is(rewriter: Rewriter, text: str) -> None:
    assert (await rewritten(rewriter, text, [])).text == text


async def test_exchanges_without_an_answer_are_read_too(rewriter: Rewriter) -> None:
    history = [Exchange(SHIP[0].question, "")]
    found = await rewritten(rewriter, "이지스함이라고 할 수 있나요?", history)
    assert "문무대왕함" in found.text
