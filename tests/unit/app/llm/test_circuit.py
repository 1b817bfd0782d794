"""After some failures in a row a model is left in peace for a while."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import pytest

from app.errors import (
    LanguageModelError,
    LanguageModelRefusedError,
    LanguageModelTimeoutError,
    LanguageModelUnavailableError,
)
from app.llm.base import LanguageModel, Message, Piece, Role, Sampling
from app.llm.circuit import Circuit, Fuse

PROMPT = [Message(Role.USER, "연차는?")]


class Moody(LanguageModel):
    """Fails as it is told to, and counts how often it was asked."""

    name = "moody"
    context_tokens = 512

    def __init__(self) -> None:
        self.trouble: LanguageModelError | None = None
        self.asked = 0
        self.gate: asyncio.Event | None = None

    async def _stream(
        self, messages: Sequence[Message], sampling: Sampling
    ) -> AsyncGenerator[Piece, None]:
        del messages, sampling
        self.asked += 1
        if self.gate:
            await self.gate.wait()
        if self.trouble:
            raise self.trouble
        yield Piece("답")
        yield Piece("입니다")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Scene:
    def __init__(self) -> None:
        self.model = Moody()
        self.clock = Clock()
        self.circuit = Circuit(self.model, Fuse(failures=3, seconds=30), self.clock)

    def ask(self) -> str:
        return asyncio.run(self.circuit.complete(PROMPT, Sampling())).text

    def fail(self, times: int, trouble: LanguageModelError | None = None) -> None:
        self.model.trouble = trouble or LanguageModelUnavailableError("down")
        for _ in range(times):
            with pytest.raises(LanguageModelError):
                self.ask()


@pytest.mark.parametrize("kind", [LanguageModelUnavailableError, LanguageModelTimeoutError])
def test_failures_in_a_row_open_the_circuit(kind: type[LanguageModelError]) -> None:
    scene = Scene()
    scene.fail(3, kind("down"))
    with pytest.raises(LanguageModelUnavailableError, match="left in peace for 30 seconds"):
        scene.ask()
    assert scene.model.asked == 3


def test_a_success_in_between_starts_the_count_anew() -> None:
    scene = Scene()
    scene.fail(2)
    scene.model.trouble = None
    assert scene.ask() == "답입니다"
    scene.fail(2)
    scene.model.trouble = None
    assert scene.ask() == "답입니다"


def test_what_a_caller_did_wrong_opens_nothing() -> None:
    scene = Scene()
    scene.fail(9, LanguageModelRefusedError("wrong key"))
    assert scene.model.asked == 9


def test_after_the_pause_one_success_closes_it() -> None:
    scene = Scene()
    scene.fail(3)
    scene.model.trouble = None
    scene.clock.now = 30
    assert [scene.ask(), scene.ask()] == ["답입니다"] * 2


def test_after_the_pause_one_failure_opens_it_again() -> None:
    scene = Scene()
    scene.fail(3)
    scene.clock.now = 30
    scene.fail(5)
    assert scene.model.asked == 4
    scene.clock.now = 59
    scene.fail(1)
    assert scene.model.asked == 4
    scene.clock.now = 60
    scene.fail(1)
    assert scene.model.asked == 5


def test_only_one_request_tries_at_a_time() -> None:
    scene = Scene()
    scene.fail(3)
    scene.model.trouble = None
    scene.clock.now = 30

    async def two_at_a_time() -> list[object]:
        scene.model.gate = asyncio.Event()
        asks = [scene.circuit.complete(PROMPT, Sampling()) for _ in range(2)]
        both = asyncio.gather(*asks, return_exceptions=True)
        await asyncio.sleep(0.01)
        scene.model.gate.set()
        return list(await both)

    first, second = asyncio.run(two_at_a_time())
    assert not isinstance(first, Exception)
    assert isinstance(second, LanguageModelUnavailableError)
    assert scene.model.asked == 4


def test_a_try_that_nobody_listens_to_does_not_block_the_next() -> None:
    scene = Scene()
    scene.fail(3)
    scene.model.trouble = None
    scene.clock.now = 30

    async def leave() -> None:
        async with aclosing(scene.circuit.stream(PROMPT, Sampling())) as pieces:
            await anext(pieces)

    asyncio.run(leave())
    assert scene.ask() == "답입니다"


def test_the_rest_is_the_models_own() -> None:
    scene = Scene()
    assert scene.circuit.name == "moody"
    assert scene.circuit.context_tokens == 512
    assert scene.circuit.check() == scene.model.check()
    assert scene.circuit.count_tokens("연차") == scene.model.count_tokens("연차")
