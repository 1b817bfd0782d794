"""Which documents a caller may read now."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from app.access.caller import Caller
from app.concurrency import Workers
from app.memory.withholding import Readable
from index.base import SearchIndex
from index.errors import IndexMissingError
from index.models import Filters


@dataclass(frozen=True, slots=True)
class Reading:
    """Asks the index, in a thread, which of some documents a caller may read."""

    index: Callable[[], SearchIndex]
    workers: Workers

    def by(self, caller: Caller) -> Readable | None:
        """Return what tells readable documents from others; None where all are, even gone ones.

        A document that is gone may not be read: nobody knows any more whose it was.
        """
        if caller.groups is None:
            return None

        async def readable(document_ids: Collection[str]) -> frozenset[str]:
            return await self.workers.run(self._readable, caller, document_ids)

        return readable

    def _readable(self, caller: Caller, document_ids: Collection[str]) -> frozenset[str]:
        wanted = caller.narrowed(Filters(document_ids=frozenset(document_ids)))
        try:
            with self.index().snapshot() as snapshot:
                page = snapshot.documents(limit=len(document_ids), filters=wanted)
        except IndexMissingError:
            return frozenset()
        return frozenset(document.document_id for document in page.documents)
