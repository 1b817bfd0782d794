"""A session as JSON, to take it elsewhere."""

from dataclasses import asdict
from datetime import datetime

from app.memory.records import Transcript, TurnRecord


def as_json(transcript: Transcript) -> dict[str, object]:
    """Return a session with its turns as a dictionary that JSON can hold."""
    session = transcript.session
    return {
        "session_id": session.session_id,
        "title": session.title,
        "created_at": session.created_at.isoformat(),
        "used_at": session.used_at.isoformat(),
        "turns": [_turn(turn) for turn in transcript.turns],
    }


def _turn(turn: TurnRecord) -> dict[str, object]:
    return {
        "number": turn.number,
        "status": turn.status.value,
        "question": turn.question,
        "asked_at": turn.asked_at.isoformat(),
        "ended_at": _time(turn.ended_at),
        "result": None if turn.result is None else asdict(turn.result),
        "withheld": turn.withheld,
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
