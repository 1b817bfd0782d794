"""The service as one object: what the routes and the terminal are given."""

from dataclasses import dataclass, field

from app.access.access import Access
from app.access.reading import Reading
from app.audit.log import AuditLog
from app.concurrency import QueryBatcher, Workers
from app.conversation import Conversation
from app.feedback.feedback import Feedback
from app.llm.base import LanguageModel
from app.memory.conversations import Conversations
from app.opener import IndexOpener
from app.pipeline.answer import Pipeline
from app.telemetry.present import Parts
from app.telemetry.telemetry import Telemetry
from app.uploads import Uploads


@dataclass(frozen=True, slots=True)
class Service:
    """The parts that live as long as the process."""

    opener: IndexOpener
    workers: Workers
    batcher: QueryBatcher
    pipeline: Pipeline
    conversations: Conversations
    uploads: Uploads
    access: Access
    feedback: Feedback
    model: LanguageModel | None = None
    telemetry: Telemetry = field(default_factory=Telemetry)
    audit: AuditLog = field(default_factory=AuditLog)

    @property
    def parts(self) -> Parts:
        """Return what is looked at to tell how the service is."""
        return Parts(self.opener, self.uploads.queue, self.workers)

    @property
    def conversation(self) -> Conversation:
        """Return what answers questions and remembers them."""
        return Conversation(self.pipeline, self.conversations, self.reading)

    @property
    def reading(self) -> Reading:
        """Return what knows which documents a caller may read."""
        return Reading(self.opener.index, self.workers)

    async def close(self) -> None:
        """Let go of threads, files and connections."""
        await self.conversations.close()
        if self.model is not None:
            await self.model.close()
        self.uploads.close()
        self.batcher.close()
        self.workers.close()
        self.opener.close()
        await self.telemetry.close()
        self.audit.close()
