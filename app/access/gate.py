"""Callers are let in by their keys; whoever tries wrong ones has to wait in between."""

from app.access.access import Access
from app.access.caller import Caller
from app.errors import NotAuthenticatedError
from app.limits.limiter import too_many
from app.limits.rate import Rate

_REASON = "at most {} wrong or missing keys a minute are looked at"


class Gate:
    """Lets few wrong keys of one client be looked up in the database.

    Beyond that a key is looked at only if its id is among those of all keys, which are read once
    in a while: whoever guesses keys shuts nobody out who has one, even from the same address.
    """

    def __init__(self, access: Access, wrong: Rate) -> None:
        self._access = access
        self._wrong = wrong

    async def caller(self, authorization: str, client: str) -> Caller:
        """Return who sends this header; raise NotAuthenticatedError or TooManyRequestsError."""
        wait = self._wrong.wait_seconds(client)
        if wait and not await self._access.knows(authorization):
            raise self._too_many(wait)
        try:
            return await self._access.caller(authorization)
        except NotAuthenticatedError as error:
            if wait := self._wrong.take(client):
                raise self._too_many(wait) from error
            raise

    def _too_many(self, wait: float) -> Exception:
        return too_many(_REASON.format(self._wrong.a_minute), wait)
