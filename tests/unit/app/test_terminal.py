import asyncio
import io

import pytest
from rich.console import Console

from app.__main__ import main
from app.api.schemas.ask import AskResponse
from app.pipeline.answer import Inquiry
from app.terminal import print_answer
from tests.unit.app.services import make_service


def printed(question: str, *, confidence_threshold: float) -> str:
    service = make_service(confidence_threshold=confidence_threshold)
    answer = asyncio.run(service.pipeline.answer(Inquiry(question)))
    console = Console(file=io.StringIO(), width=100)
    print_answer(AskResponse.of(answer), console)
    asyncio.run(service.close())
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_an_answer_is_printed_with_the_places_it_stands() -> None:
    lines = printed("병가는 며칠까지 쓸 수 있나요?", confidence_threshold=0).splitlines()
    assert lines[0] == "병가는 진단서를 내면 최대 60일까지 쓸 수 있습니다. [1]"
    assert lines[2] == "Sources:"
    assert lines[3].startswith("[1] docs/휴가.md, page 2 · Part 2, characters ")


def test_an_abstention_is_printed_with_the_nearest_passages() -> None:
    text = printed("병가는 며칠까지 쓸 수 있나요?", confidence_threshold=1)
    assert text.startswith("문서에서 이 질문에 대한 답을 찾지 못했습니다.\n\nNearest passages:")
    assert "    병가는 진단서를 내면 최대 60일까지 쓸 수 있습니다." in text


@pytest.mark.parametrize(
    "arguments",
    [["ask"], ["ask", "휴가?", "--top-k", "0"], ["ask", "휴가?", "--top-k", "many"], ["answer"]],
)
def test_wrong_usage_exits_with_two(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m app" in capsys.readouterr().err
