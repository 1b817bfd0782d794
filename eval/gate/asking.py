"""The frozen documents go in by the real ingestion, and every question through the real service."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from app.bootstrap import ServiceSettings, build_service
from app.conversation import Thread
from app.llm.settings import LanguageModelSettings
from app.memory.settings import MemorySettings
from app.pipeline.answer import Inquiry
from app.pipeline.events import Answer
from app.service import Service
from eval.asking import AskingSetup
from eval.errors import QuestionSetError
from eval.gate.outcomes import Outcome, Ranks, judge_outcome
from eval.golden.cases import Case, Golden
from index.opening import open_index
from index.settings import IndexSettings
from ingest.reading import ReadingOptions
from ingest.report import FileReport
from ingest.report import Outcome as FileOutcome
from ingest.run import RunOptions, ingest

DEEPEST = 10
"""Passages that are looked through for an expected source."""

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the documents are ingested and asked; the settings are the service's own."""

    setup: AskingSetup
    data_dir: Path

    @property
    def index_settings(self) -> IndexSettings:
        """Return the settings of the index, in full precision.

        Half precision differs from processor to processor, and the baseline serves all of them.
        """
        changed = {"data_dir": self.data_dir, "precision": "float32"}
        return self.setup.index.model_copy(update=changed)

    def ingest(self, golden: Golden, reading: ReadingOptions, progress: Progress) -> str:
        """Return the name of the model that embedded the documents."""

        def done(_: FileReport) -> None:
            progress(1)

        options = RunOptions([golden.documents], golden.documents, reading=reading)
        with open_index(self.index_settings) as index:
            report = ingest(index, options, done)
            failed = [file.source for file in report.files if file.outcome is FileOutcome.FAILED]
            if failed:
                raise QuestionSetError(f"Documents cannot be ingested: {', '.join(failed)}.")
            return index.status().embedder

    def ask(self, golden: Golden, progress: Progress) -> list[Outcome]:
        """Return the outcome of every case, in their order."""
        return asyncio.run(self._ask(golden, progress))

    async def _ask(self, golden: Golden, progress: Progress) -> list[Outcome]:
        async with self.service() as service:
            return await ask_all(service, golden, progress)

    @asynccontextmanager
    async def service(self) -> AsyncIterator[Service]:
        """Yield the service that settings make, without a language model, and close it."""
        app = self.setup.app.model_copy(update={"hyde": "off", "fallback": False})
        model = LanguageModelSettings(backend="none")
        memory = MemorySettings(url=SecretStr(""))
        service = build_service(ServiceSettings(app, self.index_settings, model, memory))
        try:
            yield service
        finally:
            await service.close()


async def ask_all(service: Service, golden: Golden, progress: Progress) -> list[Outcome]:
    """Return the outcome of every case; one after another, so that every run does the same."""
    outcomes = []
    for case in golden.cases:
        answer = await _answer(service, case)
        ranks = await _ranks(service, case, answer)
        outcomes.append(judge_outcome(case, answer, ranks, golden.texts))
        progress(1)
    return outcomes


async def _answer(service: Service, case: Case) -> Answer:
    """Return the answer to the last turn; the others were asked before it in one session."""
    if not case.earlier:
        return await service.pipeline.answer(Inquiry(case.text))
    session: str | None = None
    for text in case.earlier:
        session, _ = await service.conversation.answer(Inquiry(text), Thread(session))
    _, answer = await service.conversation.answer(Inquiry(case.text), Thread(session))
    return answer


async def _ranks(service: Service, case: Case, answer: Answer) -> Ranks:
    if not case.sources:
        return Ranks(None)
    own = await _rank(service, answer.rewritten_question or case.text, case.sources)
    return Ranks(own, await _rank(service, case.rewrite, case.sources) if case.rewrite else None)


async def _rank(service: Service, question: str, sources: Sequence[str]) -> int | None:
    findings = await service.pipeline.find(Inquiry(question, top_k=DEEPEST))
    found = [passage.passage.document.source for passage in findings.passages]
    return next((rank for rank, source in enumerate(found, start=1) if source in sources), None)
