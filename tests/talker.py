"""A process that talks in a session, to be started many times at once, and killed.

``python -m tests.talker URL SESSION TURNS SECONDS LEASE`` says ``ready``, waits for a line, says
``open`` when the database is, ``begun NUMBER`` when a turn has begun and ``done NUMBER`` when it
is stored; ``LEASE`` and the ``SECONDS`` of each turn are in seconds.
"""

import asyncio
import sys
from pathlib import Path

from app.memory.address import database_url
from app.memory.conversations import ConversationOptions, Conversations
from app.memory.database import Database
from app.memory.records import TurnResult


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def talk(url: str, session_id: str, turns: int, seconds: float, lease: float) -> None:
    options = ConversationOptions(lease_seconds=lease)
    conversations = Conversations(Database(database_url(url, Path())), options)
    tell("ready")
    sys.stdin.readline()
    await conversations.open()
    tell("open")
    for _ in range(turns):
        async with conversations.turn(session_id, "같은 세션의 질문") as turn:
            tell(f"begun {turn.number}")
            await asyncio.sleep(seconds)
            await turn.finish(TurnResult(f"{len(turn.history)}"))
            tell(f"done {turn.number}")
    await conversations.close()


if __name__ == "__main__":
    url, session_id, turns, seconds, lease = sys.argv[1:]
    asyncio.run(talk(url, session_id, int(turns), float(seconds), float(lease)))
