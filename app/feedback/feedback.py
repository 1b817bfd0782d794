"""Opinions on turns: taken, and shown to administrators."""

from dataclasses import dataclass

from app.errors import InvalidFeedbackError
from app.feedback.records import FeedbackPage, Opinion
from app.feedback.store import Answered, FeedbackStore
from app.memory.conversations import Conversations
from app.memory.records import TurnRecord, TurnResult, TurnStatus


@dataclass(frozen=True, slots=True)
class Feedback:
    """Takes opinions on turns of conversations."""

    conversations: Conversations
    store: FeedbackStore
    question_characters: int = 4_000

    async def give(self, opinion: Opinion, owner: str | None) -> int:
        """Store an opinion on a turn of the owner's session, and return the turn's number.

        Raises SessionNotFoundError, InvalidFeedbackError, MemoryUnavailableError.
        """
        transcript = await self.conversations.read(opinion.session_id, owner)
        turns = {each.number: each for each in transcript.turns if each.status is TurnStatus.DONE}
        number = max(turns, default=0) if opinion.turn is None else opinion.turn
        turn = turns.get(number)
        if turn is None or turn.result is None:
            raise InvalidFeedbackError("The session has no answer with this number of a turn.")
        answered = Answered(
            turn=number,
            owner=owner,
            question=self._question(turn, turn.result),
            abstained=turn.result.abstained,
            cited_source=_cited(turn.result),
        )
        await self.store.put(opinion, answered)
        return number

    async def page(self, limit: int, offset: int) -> FeedbackPage:
        """Return what was given, the newest first."""
        return await self.store.page(limit, offset)

    def _question(self, turn: TurnRecord, result: TurnResult) -> str:
        """Return the question so that it stands alone, where that is not too long to be asked."""
        alone = result.rewritten_question
        return alone if alone and len(alone) <= self.question_characters else turn.question


def _cited(result: TurnResult) -> str:
    """Return the source of the first citation; an abstention's are merely near."""
    if result.abstained or not result.citations:
        return ""
    return str(result.citations[0].get("source", ""))
