"""One answerer stands in for another that cannot be reached, and the answer says so."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from app.answerers.base import Account, Answerer, Material, Part
from app.errors import LanguageModelTimeoutError, LanguageModelUnavailableError, OverloadedError


class FallbackAnswerer(Answerer):
    """Asks the first; when that fails before its first word, the second answers."""

    def __init__(self, first: Answerer, second: Answerer) -> None:
        self.name = first.name
        self.asks_judge = first.asks_judge
        self._first = first
        self._second = second

    async def _parts(self, material: Material) -> AsyncGenerator[Part, None]:
        begun = False
        try:
            async with aclosing(self._first.answer(material)) as parts:
                async for part in parts:
                    begun = True
                    yield part
        except (LanguageModelUnavailableError, LanguageModelTimeoutError, OverloadedError) as error:
            if begun:
                raise
            reason = str(error)
        else:
            return
        async with aclosing(self._second.answer(material)) as parts:
            async for part in parts:
                yield replace(part, fallback_reason=reason) if isinstance(part, Account) else part
