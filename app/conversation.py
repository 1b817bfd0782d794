"""A question within a conversation: what was said before goes in, what is said now is kept."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, fields, replace

from app.access.caller import ANYONE, Caller
from app.access.reading import Reading
from app.audit.act import present_act
from app.memory.conversations import Conversations
from app.memory.records import TurnResult
from app.memory.turns import Turn
from app.pipeline.answer import Inquiry, Pipeline
from app.pipeline.cite import Citation
from app.pipeline.events import Answer, Done, Event, Meta
from app.pipeline.question import read_question


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a question belongs: the session that it continues, if one, and whose it is."""

    session_id: str | None = None
    caller: Caller = ANYONE


@dataclass(frozen=True, slots=True)
class Begun:
    """A turn has begun; it belongs to this session."""

    session_id: str


NEW_THREAD = Thread()


@dataclass(frozen=True, slots=True)
class Conversation:
    """Asks the pipeline, and the memory before and after it."""

    pipeline: Pipeline
    conversations: Conversations
    reading: Reading

    async def stream(
        self, inquiry: Inquiry, thread: Thread = NEW_THREAD
    ) -> AsyncGenerator[Begun | Event, None]:
        """Yield Begun, then what the pipeline tells; the answer is kept before Done is told.

        Closed early, the turn is kept as interrupted. Raises SessionNotFoundError.
        """
        read_question(inquiry.text, self.pipeline.search.options.question_characters)
        act = present_act()
        act.session_id = thread.session_id
        async with self._turn(inquiry, thread) as turn:
            act.session_id = turn.session_id
            yield Begun(turn.session_id)
            known = replace(inquiry, history=turn.history)
            document_ids: list[str] = []
            async with aclosing(self.pipeline.stream(known)) as events:
                async for event in events:
                    if isinstance(event, Meta):
                        document_ids = _documents_of(event)
                    elif isinstance(event, Done):
                        await turn.finish(_result(event.answer, document_ids))
                    yield event

    async def answer(self, inquiry: Inquiry, thread: Thread = NEW_THREAD) -> tuple[str, Answer]:
        """Return the session's id and the whole answer."""
        begun = Begun("")
        async with aclosing(self.stream(inquiry, thread)) as events:
            async for event in events:
                if isinstance(event, Begun):
                    begun = event
                elif isinstance(event, Done):
                    return begun.session_id, event.answer
        raise RuntimeError("An answer ended without being done.")

    def _turn(self, inquiry: Inquiry, thread: Thread) -> AbstractAsyncContextManager[Turn]:
        caller = thread.caller
        readable = self.reading.by(caller)
        return self.conversations.turn(thread.session_id, inquiry.text, caller.key_id, readable)


def _documents_of(found: Meta) -> list[str]:
    """Return the documents that an answer can be made from, twins among them."""
    passages = [p for section in found.sections for p in (section.passage, *section.twins)]
    return list(dict.fromkeys(passage.document.document_id for passage in passages))


def _result(answer: Answer, document_ids: Sequence[str]) -> TurnResult:
    return TurnResult(
        answer=answer.text,
        rewritten_question=answer.rewritten_question,
        abstained=answer.abstained,
        backend=answer.backend,
        citations=[_citation(citation) for citation in answer.citations],
        usage=answer.usage,
        document_ids=document_ids,
    )


def _citation(citation: Citation) -> Mapping[str, object]:
    """Return a citation as it is kept: the document by its id, everything else as it is."""
    document = citation.document
    names = [each.name for each in fields(citation) if each.name != "document"]
    parts = {name: getattr(citation, name) for name in names}
    return {
        **parts,
        "heading": " > ".join(citation.heading) or None,
        "document_id": document.document_id,
        "title": document.title,
        "source": document.source,
    }
