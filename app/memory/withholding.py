"""What of a conversation is shown to somebody who may no longer read what it rests on."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace

from app.memory.records import Transcript, TurnRecord

Readable = Callable[[Collection[str]], Awaitable[frozenset[str]]]
"""Ids of documents → those of them that may be read now."""


async def shown(transcript: Transcript, readable: Readable | None) -> Transcript:
    """Return the transcript; answers made from a document that may not be read are withheld."""
    if readable is None:
        return transcript
    used = {each for turn in transcript.turns for each in turn.document_ids}
    may_read = await readable(used)
    turns = [
        turn if may_read.issuperset(turn.document_ids) else _withheld(turn)
        for turn in transcript.turns
    ]
    return replace(transcript, turns=turns)


def _withheld(turn: TurnRecord) -> TurnRecord:
    return replace(turn, result=None, withheld=True)
