"""Conversations keep their promises in SQLite and in a real PostgreSQL."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import anyio
import pytest
from sqlalchemy import URL

from app.errors import InvalidQuestionError, OverloadedError, SessionNotFoundError
from app.llm.base import Usage
from app.memory.conversations import ConversationOptions, Conversations
from app.memory.database import Database
from app.memory.errors import MemoryUnavailableError
from app.memory.records import TurnResult, TurnStatus
from app.rewriters.base import Exchange
from tests.memory_databases import DATABASES, empty_database, execute

pytestmark = pytest.mark.anyio
DAY_SECONDS = 86_400


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    return empty_database(request.param, tmp_path)


@pytest.fixture
async def conversations(url: URL) -> AsyncIterator[Conversations]:
    async with opened(url) as made:
        yield made


@asynccontextmanager
async def opened(url: URL, **options: Any) -> AsyncIterator[Conversations]:
    made = Conversations(Database(url), ConversationOptions(**options))
    try:
        yield made
    finally:
        await made.close()


async def say(
    conversations: Conversations,
    session_id: str | None,
    question: str,
    answer: str = "15일입니다.",
    owner: str | None = None,
) -> str:
    async with conversations.turn(session_id, question, owner) as turn:
        await turn.finish(TurnResult(answer))
    return turn.session_id


async def statuses(conversations: Conversations, session_id: str) -> list[str]:
    transcript = await conversations.read(session_id)
    return [turn.status.value for turn in transcript.turns]


async def age(url: URL, days: float) -> None:
    statement = "UPDATE sessions SET used_at = used_at - :seconds"
    await execute(url, statement, seconds=days * DAY_SECONDS)


# Turns


async def test_a_first_question_begins_a_session_and_names_it(
    conversations: Conversations,
) -> None:
    async with conversations.turn(None, "연차 휴가는 며칠인가요? 🏖️") as turn:
        assert (turn.number, turn.history) == (1, [])
        shown = (await conversations.read(turn.session_id)).turns[0]
        assert (shown.status, shown.question) == (
            TurnStatus.ANSWERING,
            "연차 휴가는 며칠인가요? 🏖️",
        )
        await turn.finish(TurnResult("15일입니다. [1]"))
    transcript = await conversations.read(turn.session_id)
    assert transcript.session.title == "연차 휴가는 며칠인가요? 🏖️"
    assert transcript.turns[0].status == TurnStatus.DONE


async def test_everything_about_an_answer_is_kept(conversations: Conversations) -> None:
    result = TurnResult(
        answer="네, 이월됩니다. [1] 👩🏽‍💻",
        rewritten_question="연차 휴가는 이월되나요?",
        abstained=True,
        backend="extractive",
        citations=({"number": 1, "quote": "연차는 “이월”된다\u0000.", "page": None, "score": 0.5},),
        usage=Usage(120, 30),
    )
    async with conversations.turn(None, "이월되나요?") as turn:
        await turn.finish(result)
    stored = (await conversations.read(turn.session_id)).turns[0]
    assert stored.result == result
    assert stored.ended_at is not None
    assert stored.asked_at <= stored.ended_at


async def test_a_follow_up_is_given_what_was_said_before(conversations: Conversations) -> None:
    session_id = await say(conversations, None, "연차는 며칠인가요?", "15일입니다.")
    await say(conversations, session_id, "이월되나요?", "아니요.")
    async with conversations.turn(session_id, "왜요?") as turn:
        assert turn.number == 3
        assert turn.history == [
            Exchange("연차는 며칠인가요?", "15일입니다."),
            Exchange("이월되나요?", "아니요."),
        ]
        await turn.finish(TurnResult("규정입니다."))


async def test_twenty_turns_at_once_follow_one_another_in_the_order_they_came(
    conversations: Conversations,
) -> None:
    session_id = await say(conversations, None, "처음")
    running = 0

    async def ask(number: int) -> None:
        nonlocal running
        async with conversations.turn(session_id, f"질문 {number}") as turn:
            running += 1
            assert running == 1
            assert len(turn.history) == turn.number - 1
            await asyncio.sleep(0.002)
            running -= 1
            await turn.finish(TurnResult(f"답 {number}"))

    await asyncio.gather(*(ask(number) for number in range(20)))
    turns = (await conversations.read(session_id)).turns
    assert [turn.number for turn in turns] == list(range(1, 22))
    assert [turn.question for turn in turns[1:]] == [f"질문 {number}" for number in range(20)]
    assert all(
        earlier.ended_at <= later.ended_at  # type: ignore[operator]
        for earlier, later in pairwise(turns)
    )


async def test_sessions_do_not_wait_for_each_other(conversations: Conversations) -> None:
    async with conversations.turn(None, "느린 질문"), asyncio.timeout(5):
        await say(conversations, None, "빠른 질문")


async def test_a_cancelled_turn_is_interrupted_and_its_question_kept(
    conversations: Conversations,
) -> None:
    session_id = await say(conversations, None, "처음")
    begun = asyncio.Event()

    async def ask() -> None:
        async with conversations.turn(session_id, "끊긴 질문"):
            begun.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(ask())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    turn = (await conversations.read(session_id)).turns[-1]
    assert (turn.status, turn.question) == (TurnStatus.INTERRUPTED, "끊긴 질문")
    async with asyncio.timeout(5):
        await say(conversations, session_id, "다음")
    assert await statuses(conversations, session_id) == ["done", "interrupted", "done"]


async def test_a_turn_cancelled_at_any_moment_never_blocks_the_next(
    conversations: Conversations,
) -> None:
    session_id = await say(conversations, None, "처음")
    for step in range(40):
        task = asyncio.create_task(say(conversations, session_id, f"질문 {step}"))
        await asyncio.sleep(step * 0.000_4)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(5):
        await say(conversations, session_id, "끝")
    assert set(await statuses(conversations, session_id)) <= {"done", "interrupted"}


async def test_a_turn_is_ended_even_where_every_wait_is_cancelled(
    conversations: Conversations,
) -> None:
    session_id = await say(conversations, None, "처음")
    with anyio.move_on_after(0.1) as scope:
        async with conversations.turn(session_id, "끊긴 질문"):
            await anyio.sleep(60)
    assert scope.cancelled_caught
    async with asyncio.timeout(5):
        await say(conversations, session_id, "다음")
    assert await statuses(conversations, session_id) == ["done", "interrupted", "done"]


async def test_a_stream_that_is_closed_early_is_interrupted(conversations: Conversations) -> None:
    async def words() -> AsyncGenerator[str, None]:
        async with conversations.turn(None, "긴 질문") as turn:
            yield turn.session_id
            await turn.finish(TurnResult("답"))

    stream = words()
    session_id = await anext(stream)
    await stream.aclose()
    assert await statuses(conversations, session_id) == ["interrupted"]


async def test_a_turn_cancelled_in_the_line_lets_the_next_one_pass(
    conversations: Conversations,
) -> None:
    session_id = await say(conversations, None, "처음")
    async with conversations.turn(session_id, "느린 질문") as slow:
        waiting = [
            asyncio.create_task(say(conversations, session_id, text)) for text in ("둘째", "셋째")
        ]
        await asyncio.sleep(0.2)
        assert await statuses(conversations, session_id) == ["done", *["answering"] * 3]
        waiting[0].cancel()
        await slow.finish(TurnResult("답"))
    async with asyncio.timeout(5):
        await waiting[1]
    assert await statuses(conversations, session_id) == ["done", "done", "interrupted", "done"]


async def test_a_turn_that_fails_or_is_never_finished_is_failed(
    conversations: Conversations,
) -> None:
    session_id = await say(conversations, None, "처음")
    with pytest.raises(ZeroDivisionError):
        async with conversations.turn(session_id, "실패한 질문"):
            _ = 1 / 0
    async with conversations.turn(session_id, "잊힌 질문"):
        pass
    assert await statuses(conversations, session_id) == ["done", "failed", "failed"]
    async with conversations.turn(session_id, "다음") as turn:
        assert [exchange.question for exchange in turn.history] == ["처음"]


async def test_what_fails_after_the_answer_was_stored_leaves_it_stored(
    conversations: Conversations,
) -> None:
    async def ask() -> None:
        async with conversations.turn(None, "질문") as turn:
            await turn.finish(TurnResult("답"))
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await ask()
    (session,) = (await conversations.list()).sessions
    assert await statuses(conversations, session.session_id) == ["done"]


async def test_a_wait_that_is_too_long_is_an_overload(url: URL) -> None:
    async with opened(url, wait_seconds=0.2) as conversations:
        session_id = await say(conversations, None, "처음")
        async with conversations.turn(session_id, "느린 질문") as slow:
            with pytest.raises(OverloadedError, match="still being answered"):
                await say(conversations, session_id, "급한 질문")
            await slow.finish(TurnResult("답"))
        assert await statuses(conversations, session_id) == ["done", "done", "failed"]


async def test_a_turn_is_kept_alive_for_longer_than_its_lease(url: URL) -> None:
    async with opened(url, lease_seconds=0.6) as first, opened(url, lease_seconds=0.6) as second:
        session_id = await say(first, None, "처음")
        async with first.turn(session_id, "느린 질문") as slow:
            waiting = asyncio.create_task(say(second, session_id, "다음"))
            await asyncio.sleep(1.5)
            assert not waiting.done()
            assert await statuses(second, session_id) == ["done", "answering", "answering"]
            await slow.finish(TurnResult("답"))
        await waiting
        assert await statuses(second, session_id) == ["done", "done", "done"]


async def test_a_turn_without_a_sign_of_life_is_interrupted_and_cannot_be_finished(
    url: URL,
) -> None:
    async with opened(url) as stalled, opened(url) as other:
        session_id = await say(stalled, None, "처음")
        async with stalled.turn(session_id, "멈춘 질문") as turn:
            await execute(url, "UPDATE turns SET lease_until = 1")
            assert await statuses(other, session_id) == ["done", "interrupted"]
            async with asyncio.timeout(5):
                await say(other, session_id, "다음")
            with pytest.raises(MemoryUnavailableError, match="sign of life"):
                await turn.finish(TurnResult("늦은 답"))
        assert await statuses(other, session_id) == ["done", "interrupted", "done"]


async def test_a_turn_whose_session_is_deleted_cannot_be_finished(
    conversations: Conversations,
) -> None:
    async with conversations.turn(None, "질문") as turn:
        await conversations.delete(turn.session_id)
        with pytest.raises(SessionNotFoundError, match="deleted"):
            await turn.finish(TurnResult("답"))
    assert (await conversations.list()).total == 0


async def test_closing_interrupts_what_is_being_answered(url: URL) -> None:
    async with opened(url) as conversations:
        async with conversations.turn(None, "질문") as turn:
            await conversations.close()
        assert await statuses(conversations, turn.session_id) == ["interrupted"]


# Texts


@pytest.mark.parametrize("text", ["반쪽 \ud83d", "\udfff", "널\0문자"])
async def test_a_question_that_is_no_text_is_refused_and_nothing_is_stored(
    conversations: Conversations, text: str
) -> None:
    with pytest.raises(InvalidQuestionError, match="not text"):
        await say(conversations, None, text)
    assert (await conversations.list()).total == 0


async def test_an_answer_cut_within_an_emoji_is_stored_whole(
    conversations: Conversations,
) -> None:
    session_id = await say(conversations, None, "질문", "네 \ud83d\ude00, 반쪽 \ud83d 널\0문자")
    (turn,) = (await conversations.read(session_id)).turns
    assert turn.result is not None
    assert turn.result.answer == "네 😀, 반쪽 \ufffd 널문자"


# Sessions


@pytest.fixture
def every_access(
    conversations: Conversations,
) -> Callable[[str, str | None], list[Any]]:
    """Every way to reach a session by its id."""

    def accesses(session_id: str, owner: str | None) -> list[Any]:
        return [
            conversations.read(session_id, owner),
            conversations.export(session_id, owner),
            conversations.rename(session_id, "훔친 제목", owner),
            conversations.clear(session_id, owner),
            conversations.delete(session_id, owner),
            say(conversations, session_id, "무슨 얘기였죠?", owner=owner),
        ]

    return accesses


async def not_found(accesses: list[Any]) -> set[str]:
    errors = await asyncio.gather(*accesses, return_exceptions=True)
    assert {type(error) for error in errors} == {SessionNotFoundError}
    return {str(error) for error in errors}


async def test_nobody_reaches_the_session_of_another(
    conversations: Conversations, every_access: Callable[[str, str | None], list[Any]]
) -> None:
    mine = await say(conversations, None, "김의 비밀", owner="kim")
    ownerless = await say(conversations, None, "주인 없는 질문")
    unknown = await not_found(every_access("a" * 32, "kim"))
    for session_id, stranger in ((mine, "lee"), (mine, None), (mine, ""), (ownerless, "kim")):
        assert await not_found(every_access(session_id, stranger)) == unknown
    for stranger in ("lee", "", "KIM", "kim "):
        assert (await conversations.list(stranger)).total == 0
        assert await conversations.delete_all(stranger) == 0
    assert [each.title for each in (await conversations.list("kim")).sessions] == ["김의 비밀"]
    assert [each.title for each in (await conversations.list()).sessions] == ["주인 없는 질문"]
    assert len((await conversations.read(mine, "kim")).turns) == 1


@pytest.mark.parametrize("session_id", ["", "\0", "없는 세션", "\ud800", "' OR 1=1", "x" * 101])
async def test_what_cannot_be_an_id_is_not_found(
    every_access: Callable[[str, str | None], list[Any]], session_id: str
) -> None:
    await not_found(every_access(session_id, None))


async def test_ids_cannot_be_guessed(conversations: Conversations) -> None:
    ids = {(await conversations.create()).session_id for _ in range(20)}
    assert len(ids) == 20
    assert {len(session_id) for session_id in ids} == {32}


async def test_sessions_are_listed_by_their_last_use(conversations: Conversations) -> None:
    first, second, third = [await say(conversations, None, text) for text in ("하나", "둘", "셋")]
    await say(conversations, first, "다시")
    page = await conversations.list(limit=2)
    assert [each.session_id for each in page.sessions] == [first, third]
    assert (page.total, [each.turns for each in page.sessions]) == (3, [2, 1])
    rest = await conversations.list(limit=2, offset=2)
    assert [each.session_id for each in rest.sessions] == [second]


async def test_a_session_is_renamed_cleared_and_deleted(conversations: Conversations) -> None:
    session_id = (await conversations.create(title="휴가 이야기")).session_id
    await say(conversations, session_id, "연차는?")
    assert (await conversations.read(session_id)).session.title == "휴가 이야기"
    await conversations.rename(session_id, "연차 이야기 🏝️")
    await conversations.clear(session_id)
    cleared = await conversations.read(session_id)
    assert (cleared.session.title, cleared.turns) == ("연차 이야기 🏝️", [])
    async with conversations.turn(session_id, "다시") as turn:
        assert turn.history == []
    await conversations.delete(session_id)
    with pytest.raises(SessionNotFoundError):
        await conversations.read(session_id)


async def test_deleting_all_leaves_nothing_of_the_owner(
    conversations: Conversations, url: URL
) -> None:
    for text in ("하나", "둘"):
        await say(conversations, None, text, owner="kim")
    await say(conversations, None, "남는 질문", owner="lee")
    assert await conversations.delete_all("kim") == 2
    assert await execute(url, "SELECT question FROM turns") == [("남는 질문",)]


async def test_an_expired_session_is_hidden_at_once_and_pruned_later(
    conversations: Conversations, url: URL, every_access: Callable[[str, str | None], list[Any]]
) -> None:
    old = await say(conversations, None, "오래된 질문")
    await age(url, 29.9)
    assert (await conversations.list()).total == 1
    await age(url, 0.2)
    new = await say(conversations, None, "새 질문")
    await not_found(every_access(old, None))
    assert [each.session_id for each in (await conversations.list()).sessions] == [new]
    assert await conversations.prune() == 1
    assert await execute(url, "SELECT question FROM turns") == [("새 질문",)]


async def test_expired_sessions_are_pruned_at_the_start_and_none_expires_without_a_limit(
    url: URL,
) -> None:
    async with opened(url, ttl_days=0) as for_ever:
        session_id = await say(for_ever, None, "질문")
        await age(url, 400)
        assert await for_ever.prune() == 0
        assert len((await for_ever.read(session_id)).turns) == 1
    async with opened(url, ttl_days=30) as limited:
        await limited.open()
        assert await execute(url, "SELECT count(*) FROM turns") == [(0,)]


async def test_only_the_newest_turns_are_kept(url: URL) -> None:
    async with opened(url, most_turns=3) as conversations:
        session_id = await say(conversations, None, "1")
        for number in range(2, 7):
            await say(conversations, session_id, str(number))
        turns = (await conversations.read(session_id)).turns
        assert [(turn.number, turn.question) for turn in turns] == [(4, "4"), (5, "5"), (6, "6")]
        assert (await conversations.list()).sessions[0].turns == 3


async def test_an_export_is_json_and_holds_all_that_is_shown(
    conversations: Conversations,
) -> None:
    async with conversations.turn(None, "연차는? 🌴") as turn:
        await turn.finish(TurnResult("15일", citations=[{"quote": "연차 15일"}], usage=Usage(7, 3)))
    with pytest.raises(KeyError):
        async with conversations.turn(turn.session_id, "실패"):
            raise KeyError
    exported = json.loads(json.dumps(await conversations.export(turn.session_id)))
    first, second = exported["turns"]
    assert (exported["session_id"], exported["title"]) == (turn.session_id, "연차는? 🌴")
    assert first["result"]["citations"] == [{"quote": "연차 15일"}]
    assert first["result"]["usage"] == {"prompt_tokens": 7, "completion_tokens": 3}
    assert (second["status"], second["question"], second["result"]) == ("failed", "실패", None)
    assert exported["created_at"].endswith("+00:00")


async def test_a_thousand_turns_do_not_slow_a_session_down(url: URL) -> None:
    async with opened(url, most_turns=1_000) as conversations:
        session_id = await say(conversations, None, "처음")
        await execute(
            url,
            "INSERT INTO turns (session_id, number, status, lease_until, question, answer,"
            " abstained, backend, citations, prompt_tokens, completion_tokens, asked_at)"
            " WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
            " SELECT session_id, i, 'done', 0, '질문 ' || i, '연차는 십오 일입니다. ' || i,"
            " abstained, backend, citations, 0, 0, asked_at FROM turns CROSS JOIN n",
        )
        await execute(url, "UPDATE sessions SET turns_begun = 1000")
        seconds = []
        for _ in range(5):
            start = time.perf_counter()
            async with conversations.turn(session_id, "그다음은?") as turn:
                await turn.finish(TurnResult("답"))
            seconds.append(time.perf_counter() - start)
        assert turn.number == 1_005
        assert 5 < len(turn.history) < 100
        assert turn.history[-1] == Exchange("그다음은?", "답")
        assert len((await conversations.read(session_id)).turns) == 1_000
        assert sorted(seconds)[2] < 0.25
