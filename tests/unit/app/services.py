"""A whole service over an index in memory, without a model."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from numpy.typing import NDArray

from app.access.access import Access
from app.access.key_store import KeyStore
from app.answerers.extractive import ExtractiveAnswerer
from app.answerers.generative import GenerativeAnswerer
from app.audit.watch import AuditWatch
from app.concurrency import QueryBatcher, Workers
from app.feedback.feedback import Feedback
from app.feedback.store import FeedbackStore
from app.llm.base import LanguageModel
from app.memory.address import database_url
from app.memory.conversations import Conversations
from app.memory.database import Database
from app.opener import IndexOpener
from app.pipeline.answer import AnswerOptions, Pipeline
from app.pipeline.check import Tools
from app.pipeline.hyde import Imagination
from app.pipeline.search import Search
from app.pipeline.variants import Variants
from app.pipeline.watch import Watches
from app.rerankers.base import Reranker
from app.rewriters.base import Parts
from app.rewriters.registry import build_rewriter
from app.service import Service
from app.telemetry.telemetry import Telemetry
from app.uploads import UploadLimits, Uploads
from index.analyzer import KoreanEnglishAnalyzer, WhitespaceAnalyzer
from index.base import SearchIndex
from index.embedder.base import TextKind
from index.embedder.hashing import HashingEmbedder
from index.memory import InMemoryIndex
from index.uploads.base import UploadQueue
from index.uploads.memory import InMemoryUploads
from tests.documents import chunked

SMALL_LIMITS = UploadLimits(file_bytes=100_000, files=5, form_bytes=300_000, silent_seconds=5)

LEAVE = [
    "연차 휴가는 일 년에 15일입니다. ",
    "휴가 신청은 사흘 전까지 팀장에게 합니다.\n\n",
    "병가는 진단서를 내면 최대 60일까지 쓸 수 있습니다.",
]
BACKUP = [
    "Backups run every night at 02:30. ",
    "They are kept for 30 days.\n\n",
    "Restore a backup with the restore command.",
]


@cache
def korean_analyzer() -> KoreanEnglishAnalyzer:
    """Return the real analyzer, which takes a second to load, once."""
    return KoreanEnglishAnalyzer()


def small_index() -> InMemoryIndex:
    """Return an index of one Korean and one English document."""
    index = InMemoryIndex(HashingEmbedder(), WhitespaceAnalyzer())
    fill(index)
    return index


def fill(index: InMemoryIndex) -> None:
    """Put the two documents into an index."""
    with index.writer() as writer:
        writer.put(
            [
                chunked(
                    "docs/휴가.md",
                    LEAVE[:2],
                    LEAVE[2:],
                    title="휴가 규정",
                    tags=frozenset({"인사"}),
                    page_starts=(0, len(LEAVE[0]) + len(LEAVE[1])),
                ),
                chunked("docs/backup.md", BACKUP[:2], BACKUP[2:], title="Backups"),
            ]
        )
        writer.publish()


def make_service(
    index: SearchIndex | None = None,
    *,
    confidence_threshold: float = 0.0,
    reranker: Reranker | None = None,
    workers: Workers | None = None,
    model: LanguageModel | None = None,
) -> Service:
    """Return a service over an index, by default the small one, that answers whatever it finds."""
    opener = IndexOpener(lambda: index or small_index())

    def encode(questions: Sequence[str]) -> NDArray[np.float32]:
        return opener.index().embedder.encode(questions, TextKind.QUERY)

    workers = workers or Workers(threads=2, waiting_limit=100)
    batcher = QueryBatcher(encode)
    telemetry = Telemetry()
    extractive = ExtractiveAnswerer()
    tools = Tools(opener.index, workers, batcher)
    pipeline = Pipeline(
        search=Search(
            index=opener.index,
            workers=workers,
            batcher=batcher,
            reranker=reranker,
            imagination=Imagination(model, opener.index) if model else None,
            variants=Variants(model) if model else None,
        ),
        answerer=GenerativeAnswerer(model, tools) if model else extractive,
        rewriter=build_rewriter("terms", Parts(korean_analyzer, workers)),
        options=AnswerOptions(confidence_threshold=confidence_threshold),
        watch=Watches(telemetry, AuditWatch()),
    )
    database = Database(database_url("", Path(mkdtemp(prefix="mureum-test-"))))
    conversations = Conversations(database)
    return Service(
        opener,
        workers,
        batcher,
        pipeline,
        conversations=conversations,
        uploads=uploads_of(),
        access=Access(KeyStore(database), reachable=False),
        feedback=Feedback(conversations, FeedbackStore(database)),
        model=model,
        telemetry=telemetry,
    )


def uploads_of(queue: UploadQueue | None = None, limits: UploadLimits | None = None) -> Uploads:
    """Return uploads in memory that allow little, so that tests can reach their limits."""
    return Uploads(queue or InMemoryUploads(), limits or SMALL_LIMITS)
