"""The service asked as anybody would ask it, without a language model, on the documents of a set.

Documents go in by ``store_corpus``, questions through the pipeline that ``build_service`` makes.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console

from app.bootstrap import ServiceSettings, build_service
from app.llm.settings import LanguageModelSettings
from app.memory.settings import MemorySettings
from app.pipeline.answer import Inquiry, Pipeline
from app.pipeline.events import Answer, Done, Meta
from app.settings import AppSettings
from eval.corpus import id_of, store_corpus
from eval.datasets import CorpusDocument
from eval.provenance import IndexFacts, facts_of, models_of
from index.opening import open_index
from index.settings import IndexSettings, load_settings
from ingest.chunking import ChunkSizes
from ingest.progress import StepProgress
from ingest.settings import IngestSettings

NOT_MEASURED = {
    "host",
    "port",
    "log_level",
    "request_bytes",
    "worker_threads",
    "waiting_requests",
    "worker",
    "upload_file_bytes",
    "upload_files",
    "upload_bytes",
    "upload_silent_seconds",
}
"""Settings of the service that change no answer; reports leave them out."""


@dataclass(frozen=True, slots=True)
class AskingSetup:
    """The settings of index, ingestion and service."""

    app: AppSettings
    index: IndexSettings
    sizes: ChunkSizes

    def as_json(self) -> dict[str, object]:
        """Return what a report says of the settings, and of the models that they name."""
        service = self.app.model_dump(mode="json", exclude=NOT_MEASURED)
        settings = {
            "embedder": self.index.embedder,
            **service,
            "child_tokens": self.sizes.child_tokens,
            "parent_tokens": self.sizes.parent_tokens,
        }
        return {"settings": settings, "models": models_of(self.index, service)}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and the ids of the documents whose sections it could be made from."""

    answer: Answer
    shown: frozenset[str]


def load_asking_setup() -> AskingSetup:
    """Return what the settings say; raise SettingsError for a wrong one."""
    ingestion = load_settings(IngestSettings)
    sizes = ChunkSizes(ingestion.parent_tokens, ingestion.child_tokens)
    return AskingSetup(load_settings(AppSettings), load_settings(IndexSettings), sizes)


@dataclass(frozen=True, slots=True)
class AskedSet:
    """A place where a set's documents are, and where its questions are asked."""

    name: str
    setup: AskingSetup
    data_dir: Path
    console: Console

    def ingest(self, documents: Sequence[CorpusDocument]) -> IndexFacts:
        """Return what the index holds, after it was brought to exactly these documents."""
        with (
            open_index(self._index_settings()) as index,
            StepProgress(self.console, f"{self.name}: ingest", len(documents)) as progress,
        ):
            store_corpus(index, documents, self.setup.sizes, progress)
            return facts_of(index)

    def ask(self, inquiries: Sequence[Inquiry]) -> list[Reply]:
        """Return the reply to each inquiry; they are asked one after another, for their times."""
        with StepProgress(self.console, f"{self.name}: ask", len(inquiries)) as progress:
            return asyncio.run(self._ask(inquiries, progress))

    async def _ask(
        self, inquiries: Sequence[Inquiry], progress: Callable[[int], None]
    ) -> list[Reply]:
        model = LanguageModelSettings(backend="none")
        settings = ServiceSettings(
            self.setup.app, self._index_settings(), model, load_settings(MemorySettings)
        )
        service = build_service(settings)
        try:
            # The first question should not pay for loading the models.
            service.opener.index()
            replies = []
            for inquiry in inquiries:
                replies.append(await reply(service.pipeline, inquiry))
                progress(1)
            return replies
        finally:
            await service.close()

    def _index_settings(self) -> IndexSettings:
        return self.setup.index.model_copy(update={"data_dir": self.data_dir})


async def reply(pipeline: Pipeline, inquiry: Inquiry) -> Reply:
    """Return what ``Pipeline.answer`` returns, and what was found on the way."""
    shown: frozenset[str] = frozenset()
    async with aclosing(pipeline.stream(inquiry)) as events:
        async for event in events:
            if isinstance(event, Meta):
                documents = [section.passage.document for section in event.sections]
                shown = frozenset(id_of(document.source) for document in documents)
            elif isinstance(event, Done):
                return Reply(event.answer, shown)
    raise RuntimeError("An answer ended without being done.")


def latencies(replies: Sequence[Reply]) -> dict[str, dict[str, float]]:
    """Return, by step of the pipeline, the median and the 95th percentile in milliseconds."""
    steps: dict[str, list[float]] = {}
    for each in replies:
        for step, milliseconds in each.answer.timings_ms.items():
            steps.setdefault(step, []).append(milliseconds)
    return {step: _percentiles(times) for step, times in steps.items()}


def _percentiles(times: Sequence[float]) -> dict[str, float]:
    half, most = np.percentile(times, (50, 95))
    return {"p50": round(float(half), 3), "p95": round(float(most), 3)}
