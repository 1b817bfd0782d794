"""The real service over files in a folder of its own; one file at a time is tampered with."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from app.bootstrap import ServiceSettings, build_service
from app.llm.settings import LanguageModelSettings
from app.memory.settings import MemorySettings
from app.pipeline.answer import Inquiry
from app.pipeline.events import Answer
from eval.asking import AskingSetup
from eval.errors import QuestionSetError
from eval.injection.carriers import Carrier
from index.settings import load_settings
from ingest.reading import ReadingOptions
from ingest.report import Outcome, RunReport
from ingest.run import RunOptions, ingest


class Stage:
    """Ingests documents as files and asks about them, without a language model."""

    def __init__(self, folder: Path, setup: AskingSetup) -> None:
        self._folder = folder
        self._reading = ReadingOptions(sizes=setup.sizes)
        index = setup.index.model_copy(update={"data_dir": folder / "data"})
        model = LanguageModelSettings(backend="none")
        self._service = build_service(
            ServiceSettings(setup.app, index, model, load_settings(MemorySettings))
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._service.close()

    def fill(self, carriers: Sequence[Carrier]) -> dict[str, str]:
        """Return the stored text of every document, by source, after all were ingested."""
        (self._folder / "documents").mkdir()
        for carrier in carriers:
            self._path(carrier).write_text(carrier.text, encoding="utf-8", errors="replace")
        self._ingest(self._folder / "documents")
        with self._service.opener.index().snapshot() as snapshot:
            documents = snapshot.documents(limit=len(carriers)).documents
            return {one.source: snapshot.text(one.document_id) for one in documents}

    def write(self, carrier: Carrier, text: str) -> None:
        """Let a document say this from now on."""
        path = self._path(carrier)
        path.write_text(text, encoding="utf-8", errors="replace")
        report = self._ingest(path)
        if report.count(Outcome.CHANGED) != 1:
            raise RuntimeError(f"{carrier.name} was not read again after it was changed.")

    async def ask(self, question: str) -> Answer:
        """Return the answer from what the documents say now."""
        return await self._service.pipeline.answer(Inquiry(question))

    def _ingest(self, path: Path) -> RunReport:
        options = RunOptions([path], self._folder, reading=self._reading)
        report = ingest(self._service.opener.index(), options, lambda _: None)
        failed = [file for file in report.files if file.outcome is Outcome.FAILED]
        if failed:
            raise QuestionSetError(f"{failed[0].source}: {failed[0].message}")
        return report

    def _path(self, carrier: Carrier) -> Path:
        return self._folder / "documents" / carrier.name
