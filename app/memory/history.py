"""What a prompt may hold of the turns before: the last ones, and a summary of those before them."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, update

from app.errors import LanguageModelError
from app.llm.base import BYTES_PER_TOKEN, TOKENS_PER_MESSAGE
from app.memory.database import Database
from app.memory.records import FIRST_TURN, TurnKey, TurnStatus
from app.memory.rows import document_ids_of
from app.memory.tables import sessions, turns
from app.memory.texts import storable
from app.memory.withholding import Readable
from app.rewriters.base import Exchange

logger = logging.getLogger(__name__)

CountTokens = Callable[[str], int]
Summarise = Callable[[str, Sequence[Exchange]], Awaitable[str]]
"""The summary so far and the exchanges that it lacks → the next summary."""

_SUMMARY_SHARE = 0.25
_MOST_SUMMARISED = 20
"""Exchanges that one summary takes up; a long session without one catches up turn by turn."""


@dataclass(frozen=True, slots=True)
class _Numbered:
    number: int
    exchange: Exchange
    document_ids: tuple[str, ...] = ()


def estimate_tokens(text: str) -> int:
    """Return a cautious estimate of how many tokens a text has."""
    return int(len(text.encode("utf-8", "replace")) / BYTES_PER_TOKEN) + 1


class History:
    """Reads what came before a turn, within a budget of tokens."""

    def __init__(
        self,
        database: Database,
        most_tokens: int,
        count_tokens: CountTokens,
        summarise: Summarise | None,
    ) -> None:
        self._database = database
        self._count_tokens = count_tokens
        self._summarise = summarise
        self._summary_tokens = int(most_tokens * _SUMMARY_SHARE) if summarise else 0
        self._window_tokens = most_tokens - self._summary_tokens

    async def before(self, key: TurnKey, readable: Readable | None = None) -> list[Exchange]:
        """Return the answered turns before this one, oldest first, as many as fit.

        The newest is shortened rather than left out. A summary comes first, as the answer of an
        exchange without a question. Answers made from documents that are not ``readable`` any
        more are left out, and with them the summary.
        """
        if key.number == FIRST_TURN:
            return []
        newest = await self._newest(key)
        if readable is not None:
            return [item.exchange for item in self._window(await _readable(newest, readable))]
        window = self._window(newest)
        first = window[0].number if window else key.number
        summary = await self._summary(key.session_id, first)
        shortened = self._shortened(Exchange("", summary), self._summary_tokens)
        return [*(shortened if summary else []), *(item.exchange for item in window)]

    async def _newest(self, key: TurnKey) -> list[_Numbered]:
        """Return the last answered turns, newest first, no more than could ever fit."""
        most = self._window_tokens // (2 * TOKENS_PER_MESSAGE)
        answered = _answered(key.session_id) & (turns.c.number < key.number)
        return await self._read(answered, turns.c.number.desc(), most)

    def _window(self, newest_first: Sequence[_Numbered]) -> list[_Numbered]:
        kept: list[_Numbered] = []
        room = self._window_tokens
        for item in newest_first:
            cost = self._cost(item.exchange)
            if cost > room:
                last = [] if kept else self._shortened(item.exchange, room)
                kept += [_Numbered(item.number, exchange) for exchange in last]
                break
            kept.append(item)
            room -= cost
        return kept[::-1]

    def _shortened(self, exchange: Exchange, room: int) -> list[Exchange]:
        """Return the exchange with as much of its answer as fits, or nothing."""
        answer = exchange.answer
        while self._cost(exchange) > room and answer:
            answer = answer[: len(answer) * 3 // 4]
            exchange = Exchange(exchange.question, f"{answer}…")
        return [exchange] if self._cost(exchange) <= room else []

    def _cost(self, exchange: Exchange) -> int:
        words = self._count_tokens(exchange.question) + self._count_tokens(exchange.answer)
        return words + 2 * TOKENS_PER_MESSAGE

    async def _summary(self, session_id: str, until: int) -> str:
        """Return the summary of the turns before the number, brought up to date if need be."""
        if self._summarise is None:
            return ""
        session = select(sessions.c.summary, sessions.c.summary_until)
        async with self._database.reading() as connection:
            found = await connection.execute(session.where(sessions.c.session_id == session_id))
            row = found.one_or_none()
        if row is None:
            return ""
        lacking = _answered(session_id) & turns.c.number.between(row.summary_until + 1, until - 1)
        fallen = await self._read(lacking, turns.c.number.asc(), _MOST_SUMMARISED)
        if not fallen:
            return row.summary or ""
        try:
            summary = await self._summarise(row.summary or "", [item.exchange for item in fallen])
        except LanguageModelError as error:
            logger.warning("older turns were not summarised: %s", error)
            return row.summary or ""
        await self._store(session_id, storable(summary), fallen[-1].number)
        return summary

    async def _store(self, session_id: str, summary: str, until: int) -> None:
        change = update(sessions).where(sessions.c.session_id == session_id)
        async with self._database.writing() as connection:
            await connection.execute(change.values(summary=summary, summary_until=until))

    async def _read(
        self, condition: ColumnElement[bool], order: ColumnElement[int], limit: int
    ) -> list[_Numbered]:
        columns = select(
            turns.c.number,
            turns.c.question,
            turns.c.answer,
            turns.c.citations,
            turns.c.document_ids,
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(columns.where(condition).order_by(order).limit(limit))
            return [
                _Numbered(row.number, Exchange(row.question, row.answer), document_ids_of(row))
                for row in rows
            ]


async def _readable(newest: Sequence[_Numbered], readable: Readable) -> list[_Numbered]:
    may_read = await readable({each for item in newest for each in item.document_ids})
    return [item for item in newest if may_read.issuperset(item.document_ids)]


def _answered(session_id: str) -> ColumnElement[bool]:
    return (turns.c.session_id == session_id) & (turns.c.status == TurnStatus.DONE)
