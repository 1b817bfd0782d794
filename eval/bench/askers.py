"""People who ask one question after another, each in a session of its own."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

_ENDS = {b"event: done": "done", b"event: error": "error"}
_LONGEST_LINE_BYTES = 1 << 20
_PATIENCE_SECONDS = 120.0


@dataclass(slots=True)
class Asker:
    """What one person saw; ``ends`` holds the terminal events of each stream that began."""

    session_id: str | None = None
    ends: list[list[str]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    broken: int = 0

    @property
    def begun(self) -> int:
        """Return how many questions were taken: the session must hold a turn for each."""
        return len(self.ends)


@dataclass(frozen=True, slots=True)
class Habits:
    """For how long people ask, and how long each reads an answer before the next question."""

    seconds: float
    think_seconds: float


def ask_for_a_while(
    port: int, questions: Sequence[str], askers: int, habits: Habits
) -> list[Asker]:
    """Return what each person saw who asked the service on this port, all at the same time."""
    return asyncio.run(_ask_all(port, questions, askers, habits))


async def _ask_all(port: int, questions: Sequence[str], askers: int, habits: Habits) -> list[Asker]:
    until = time.monotonic() + habits.seconds
    people = [Asker() for _ in range(askers)]
    async with asyncio.TaskGroup() as group:
        for number, person in enumerate(people):
            own = [*questions[number % len(questions) :], *questions[: number % len(questions)]]
            delay = habits.think_seconds * number / askers
            group.create_task(_keep_asking(port, person, own, (delay, until, habits)))
    return people


async def _keep_asking(
    port: int, person: Asker, questions: Sequence[str], when: tuple[float, float, Habits]
) -> None:
    delay, until, habits = when
    await asyncio.sleep(delay)
    number = 0
    while time.monotonic() < until:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await _ask(port, person, questions[number % len(questions)])
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            person.broken += 1
        number += 1
        await asyncio.sleep(habits.think_seconds)


async def _ask(port: int, person: Asker, question: str) -> None:
    """Ask once and listen to the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_LONGEST_LINE_BYTES)
    try:
        writer.write(_request(question, person.session_id))
        status = int((await reader.readline()).split()[1])
        if status != HTTPStatus.OK:
            person.refused.append(status)
            return
        ends: list[str] = []
        person.ends.append(ends)
        while line := (await reader.readline()):
            if end := _ENDS.get(line.strip()):
                ends.append(end)
            if person.session_id is None and line.startswith(b'data: {"session_id"'):
                person.session_id = json.loads(line.removeprefix(b"data: "))["session_id"]
    finally:
        writer.close()


def _request(question: str, session_id: str | None) -> bytes:
    asked = {"question": question, "stream": True, "session_id": session_id}
    body = json.dumps(asked).encode()
    head = (
        "POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
