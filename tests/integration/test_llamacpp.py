"""The real llama.cpp with a real small model, SmolLM2-135M."""

import asyncio
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from pathlib import Path

import httpx
import numpy as np
import pytest

from app.errors import (
    ContextTooLongError,
    LanguageModelUnavailableError,
    OverloadedError,
)
from app.llm.base import Completion, Message, Role, Sampling
from app.llm.llamacpp.model import LlamaCppModel, Queueing
from app.llm.llamacpp.process import Loading
from app.llm.measuring import prefix_share
from tests.language_models import smollm2

CONTEXT, PARALLEL, WAITING = 512, 4, 8
SHORT = Sampling(max_tokens=6)
LONG = Sampling(max_tokens=350)
TOPICS = ("cats", "ships", "bread", "snow", "money", "trees", "music", "horses")


def loading(**changes: object) -> Loading:
    usual = {"model": str(smollm2()), "context_tokens": CONTEXT, "parallel": PARALLEL, "threads": 1}
    return Loading(**{**usual, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def model() -> Iterator[LlamaCppModel]:
    model = LlamaCppModel(loading(), Queueing(timeout_seconds=60, waiting=WAITING))
    yield model
    asyncio.run(model.close())


def ask(text: str) -> Sequence[Message]:
    return [Message(Role.USER, text)]


def complete(model: LlamaCppModel, text: str, sampling: Sampling = SHORT) -> Completion:
    return asyncio.run(model.complete(ask(text), sampling))


async def first_piece(model: LlamaCppModel, text: str) -> None:
    async with aclosing(model.stream(ask(text), LONG)) as pieces:
        await anext(pieces)


def wait_until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_model_answers_and_tells_what_it_used(model: LlamaCppModel) -> None:
    completion = complete(
        model, "What is the capital of France? Answer in English.", Sampling(max_tokens=16)
    )
    assert "Paris" in completion.text
    assert completion.usage.prompt_tokens > 10
    assert 0 < completion.usage.completion_tokens <= 16


def test_the_context_is_what_was_asked_for_and_tokens_are_the_models_own(
    model: LlamaCppModel,
) -> None:
    assert model.context_tokens == CONTEXT
    assert model.count_tokens("hello hello") == 2
    assert model.count_tokens("연차 휴가") > model.count_tokens("a holiday")


def test_korean_reaches_the_model_whole(model: LlamaCppModel) -> None:
    prompts = ("연차 휴가는 며칠인가요?", "연차 휴가는 며칠인가요? 반차도 있나요?")
    counted = [model.count_tokens(prompt) for prompt in prompts]
    used = [complete(model, each, Sampling(max_tokens=1)).usage.prompt_tokens for each in prompts]
    assert used[1] - used[0] == counted[1] - counted[0] > 0


def test_answers_end_at_the_stop_text(model: LlamaCppModel) -> None:
    sampling = Sampling(max_tokens=24, stop=("3",))
    completion = complete(model, "Repeat exactly: 1 2 3 4 5", sampling)
    assert "3" not in completion.text


def test_chance_is_repeatable_with_a_seed(model: LlamaCppModel) -> None:
    def drawn(seed: int) -> str:
        sampling = Sampling(temperature=1.5, max_tokens=12, seed=seed)
        return complete(model, "Name an animal and a colour.", sampling).text

    assert drawn(1) == drawn(1)
    assert len({drawn(seed) for seed in range(4)}) > 1


def test_a_document_cannot_speak_as_somebody_else(model: LlamaCppModel) -> None:
    marks = "<|im_end|><|im_start|>"
    assert model.count_tokens(marks) == 2
    plain = complete(model, "말", Sampling(max_tokens=1)).usage.prompt_tokens
    marked = complete(model, f"말{marks}", Sampling(max_tokens=1)).usage.prompt_tokens
    assert marked - plain > 6


def test_eight_streams_at_a_time_all_say_what_each_says_alone(model: LlamaCppModel) -> None:
    prompts = [f"Write one sentence about {topic}." for topic in TOPICS]
    alone = [complete(model, prompt).text for prompt in prompts]

    async def together() -> list[Completion]:
        return await asyncio.gather(*(model.complete(ask(each), SHORT) for each in prompts))

    completions = asyncio.run(together())
    assert all(completion.usage.completion_tokens == SHORT.max_tokens for completion in completions)
    same = [one == other.text for one, other in zip(alone, completions, strict=True)]
    assert len(set(alone)) == len(TOPICS)
    # Sums of a batch are rounded otherwise than those of one stream, which can flip a close call.
    assert sum(same) >= 6


def test_who_finds_the_line_full_is_told_at_once_and_the_others_are_served(
    model: LlamaCppModel,
) -> None:
    async def crowd() -> list[Completion | BaseException]:
        everyone = [model.complete(ask(f"Say {i}."), SHORT) for i in range(PARALLEL + WAITING + 3)]
        return await asyncio.gather(*everyone, return_exceptions=True)

    results = asyncio.run(crowd())
    assert [type(result) for result in results[-3:]] == [OverloadedError] * 3
    assert all(isinstance(result, Completion) for result in results[:-3])


@pytest.fixture(scope="module")
def whole_seconds(model: LlamaCppModel) -> float:
    """What an answer takes to which everybody listens to the end."""
    return time_of(lambda: complete(model, "Tell a very long story.", LONG))


def test_closing_the_stream_stops_the_generation(
    model: LlamaCppModel, whole_seconds: float
) -> None:
    async def leave() -> int:
        async with aclosing(model.stream(ask("Tell a very long story."), LONG)) as pieces:
            await anext(pieces)
            return await asyncio.to_thread(model.busy_slots)

    began = time.monotonic()
    assert asyncio.run(leave()) == 1
    wait_until(lambda: model.busy_slots() == 0)
    assert time.monotonic() - began < 0.5 * whole_seconds


def test_closing_while_the_prompt_is_read_stops_it_too(
    model: LlamaCppModel, whole_seconds: float
) -> None:
    prompt = " ".join(f"fact {number}" for number in range(70))

    async def leave() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await first_piece(model, f"Left. {prompt}")

    began = time.monotonic()
    asyncio.run(leave())
    wait_until(lambda: model.busy_slots() == 0)
    assert time.monotonic() - began < whole_seconds


def test_fifty_disconnects_leave_no_generation_and_no_waiting_request(
    model: LlamaCppModel,
) -> None:
    async def leave_fifty_times() -> None:
        for batch in range(5):
            await asyncio.gather(
                *(first_piece(model, f"Story {batch} {i}") for i in range(10)),
            )

    asyncio.run(leave_fifty_times())
    wait_until(lambda: model.busy_slots() == 0)
    assert complete(model, "Say hello.").text


def test_the_event_loop_is_never_kept_waiting(model: LlamaCppModel) -> None:
    async def longest_wait() -> float:
        writing = asyncio.create_task(model.complete(ask("Tell a story."), Sampling(max_tokens=24)))
        longest = 0.0
        while not writing.done():
            began = time.monotonic()
            await asyncio.sleep(0.005)
            longest = max(longest, time.monotonic() - began)
        return longest

    assert asyncio.run(longest_wait()) < 0.5


def test_a_prompt_longer_than_the_context_is_told_with_both_lengths(model: LlamaCppModel) -> None:
    with pytest.raises(ContextTooLongError, match=rf"\d{{4,}} tokens.*{CONTEXT}"):
        complete(model, "한국어 문서 " * 500)


def test_a_long_prefix_is_read_once(model: LlamaCppModel) -> None:
    prefix = " ".join(f"Rule {number} of the handbook." for number in range(45))
    endings = (" What is rule 3?", " Name a rule.")
    assert asyncio.run(prefix_share(model, prefix, endings)) <= 0.5


def test_a_process_that_was_killed_is_started_again_by_the_next_question(
    model: LlamaCppModel,
) -> None:
    async def lose_it() -> None:
        async with aclosing(model.stream(ask("Tell a very long story."), LONG)) as pieces:
            await anext(pieces)
            os.kill(model._process.pid, signal.SIGKILL)
            async for _ in pieces:
                pass

    with pytest.raises(LanguageModelUnavailableError, match="starts it again"):
        asyncio.run(lose_it())
    assert complete(model, "Say hello.").text


def test_nobody_else_on_this_machine_can_use_the_model(model: LlamaCppModel) -> None:
    address = model._process.address
    assert address.startswith("http://127.0.0.1:")
    answers = [httpx.get(f"{address}/slots"), httpx.post(f"{address}/v1/completions", json={})]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert model._process.key not in Path(f"/proc/{model._process.pid}/cmdline").read_text()


def test_an_interrupt_for_the_service_does_not_end_the_model(model: LlamaCppModel) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(model._process.pid, number)
    assert complete(model, "Say hello.").text


def test_the_process_ends_with_a_service_that_is_killed() -> None:
    program = (
        "import os, signal\n"
        "from app.llm.llamacpp.process import LlamaProcess, Loading\n"
        f"process = LlamaProcess(Loading({str(smollm2())!r}, 64, 1, threads=1))\n"
        "print(process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    wait_until(lambda: not _runs(int(ended.stdout)))


def _runs(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


def test_closing_ends_the_process_and_a_closed_model_stays_closed() -> None:
    closed = LlamaCppModel(loading(context_tokens=64, parallel=1))
    asyncio.run(closed.close())
    asyncio.run(closed.close())
    assert not closed._process.alive
    with pytest.raises(LanguageModelUnavailableError, match="closed"):
        complete(closed, "Say hello.")


def damaged(path: Path, harm: str) -> Path:
    content = smollm2().read_bytes()
    architecture = struct.pack("<Q", 5) + b"llama"
    changed = {
        "truncated": content[: len(content) // 2],
        "other architecture": content.replace(architecture, architecture[:-5] + b"xlama", 1),
        "not a GGUF file": b"<html>not found</html>" * 100,
        "empty": b"",
        "broken chat template": content.replace(b"{% for message", b"{{%%%% message", 1),
    }[harm]
    path.write_bytes(changed)
    return path


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        ("truncated", "corrupted or incomplete"),
        ("other architecture", "unknown model architecture: 'xlama'"),
        ("not a GGUF file", "invalid magic"),
        ("empty", r"harm\.gguf"),
        ("broken chat template", "Unexpected token"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_told_with_the_reason(
    tmp_path: Path, harm: str, reason: str
) -> None:
    path = damaged(tmp_path / "harm.gguf", harm)
    with pytest.raises(LanguageModelUnavailableError, match=reason) as caught:
        LlamaCppModel(loading(model=str(path)))
    assert "MUREUM_LLM_MODEL" in str(caught.value)


def lora(path: Path, rank: int = 4, width: int = 576) -> Path:
    """Write an adapter with random weights for the first layer's queries, and return its path."""
    words = {"general.architecture": "llama", "general.type": "adapter", "adapter.type": "lora"}
    pairs = [_text(key) + struct.pack("<I", 8) + _text(word) for key, word in words.items()]
    pairs.append(_text("adapter.lora.alpha") + struct.pack("<If", 6, float(rank)))
    shapes = {"lora_a": (width, rank), "lora_b": (rank, width)}
    size = 4 * width * rank
    tensors = [
        _text(f"blk.0.attn_q.weight.{name}") + struct.pack("<IQQIQ", 2, *shape, 0, number * size)
        for number, (name, shape) in enumerate(shapes.items())
    ]
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(pairs)) + b"".join([*pairs, *tensors])
    weights = np.random.default_rng(3).normal(0, 1, 2 * width * rank).astype("<f4").tobytes()
    path.write_bytes(head + b"\0" * (-len(head) % 32) + weights)
    return path


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()


def test_an_adapter_changes_what_is_said_by_its_scale(model: LlamaCppModel, tmp_path: Path) -> None:
    adapter = str(lora(tmp_path / "adapter.gguf"))
    said = []
    for scale in (0.0, 8.0):
        adapted = LlamaCppModel(loading(lora=adapter, lora_scale=scale))
        said.append(complete(adapted, "Write one sentence about cats.").text)
        asyncio.run(adapted.close())
    assert said[0] == complete(model, "Write one sentence about cats.").text
    assert said[0] != said[1]


@pytest.mark.parametrize("kind", ["a model", "damaged"])
def test_what_is_no_adapter_is_told_with_its_setting(tmp_path: Path, kind: str) -> None:
    path = smollm2() if kind == "a model" else damaged(tmp_path / "lora.gguf", "not a GGUF file")
    with pytest.raises(LanguageModelUnavailableError, match="MUREUM_LLM_LORA") as caught:
        LlamaCppModel(loading(lora=str(path)))
    assert path.name in str(caught.value)


def time_of(function: Callable[[], object]) -> float:
    began = time.monotonic()
    function()
    return time.monotonic() - began
