"""The one file that names concrete classes: settings in, service out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.access.access import Access, is_loopback
from app.access.key_store import KeyStore
from app.answerers.base import Answerer
from app.answerers.extractive import ExtractiveAnswerer
from app.answerers.fallback import FallbackAnswerer
from app.answerers.generative import GenerativeAnswerer
from app.audit.file import AuditFile
from app.audit.log import AuditLog, LoggedActs
from app.audit.watch import AuditWatch
from app.concurrency import QueryBatcher, Workers
from app.feedback.feedback import Feedback
from app.feedback.store import FeedbackStore
from app.llm.base import LanguageModel, Sampling
from app.llm.registry import build_language_model
from app.llm.settings import LanguageModelSettings
from app.memory.address import database_url
from app.memory.conversations import ConversationOptions, Conversations
from app.memory.database import Database
from app.memory.settings import MemorySettings
from app.opener import IndexOpener
from app.pipeline.answer import AnswerOptions, Pipeline
from app.pipeline.check import Tools
from app.pipeline.enough import WITH_READER, ConfidenceModel
from app.pipeline.hyde import Imagination
from app.pipeline.search import Search, SearchOptions
from app.pipeline.summary import Summariser
from app.pipeline.variants import Variants
from app.pipeline.watch import Watches
from app.readers.registry import build_reader, uses_bundled_network
from app.rerankers.registry import build_reranker
from app.rewriters.base import Parts, Rewriter
from app.rewriters.registry import build_rewriter
from app.service import Service
from app.settings import AppSettings
from app.telemetry.otlp import build_tracing
from app.telemetry.telemetry import SlowLog, Telemetry
from app.uploads import UploadLimits, Uploads
from index.embedder.base import TextKind
from index.errors import SettingsError
from index.opening import open_index
from index.settings import IndexSettings
from index.uploads.opening import open_uploads
from index.uploads.quota import Quota


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """All that a service is made from."""

    app: AppSettings
    index: IndexSettings
    model: LanguageModelSettings
    memory: MemorySettings


def build_service(settings: ServiceSettings) -> Service:
    """Return the service; index and conversations are opened when they are first needed.

    Raises UnknownNameError, MissingExtraError, SettingsError, RerankerUnavailableError or
    LanguageModelError for a part that cannot be had.
    """
    opener = IndexOpener(lambda: open_index(settings.index))
    workers = Workers(settings.app.worker_threads, settings.app.waiting_requests)
    batcher = QueryBatcher(_encoder(opener))
    model = build_language_model(settings.model)
    telemetry = build_telemetry(settings.app)
    pipeline = Pipeline(
        search=Search(
            index=opener.index,
            workers=workers,
            batcher=batcher,
            reranker=build_reranker(settings.app.reranker),
            imagination=_imagination(settings.app, model, opener),
            variants=_variants(settings.app, model),
            options=search_options(settings.app),
        ),
        answerer=_answerer(settings.app, model, Tools(opener.index, workers, batcher)),
        reader=build_reader(
            settings.app.reader, settings.index.cache_dir, settings.index.precision
        ),
        rewriter=_rewriter(settings.app, model, opener, workers),
        options=answer_options(settings.app, settings.model.sampling),
        confidence=confidence_model(settings.app.reader),
        watch=Watches(telemetry, AuditWatch()),
    )
    database = build_database(settings.memory, settings.index)
    conversations = _conversations(database, settings.memory, model)
    return Service(
        opener,
        workers,
        batcher,
        pipeline,
        conversations=conversations,
        uploads=Uploads(
            open_uploads(settings.index, upload_quota(settings.app)), upload_limits(settings.app)
        ),
        access=Access(KeyStore(database), reachable=not is_loopback(settings.app.host)),
        feedback=Feedback(conversations, FeedbackStore(database), settings.app.question_characters),
        model=model,
        telemetry=telemetry,
        audit=build_audit(settings.app),
    )


def build_audit(settings: AppSettings) -> AuditLog:
    """Return where acts are written; raise SettingsError for a file that cannot be opened."""
    if settings.audit_file:
        return AuditFile(Path(settings.audit_file), with_text=settings.audit_text)
    return LoggedActs(with_text=settings.audit_text)


def build_telemetry(settings: AppSettings) -> Telemetry:
    """Return what tells of the service; raise SettingsError or MissingExtraError for traces."""
    return Telemetry(
        SlowLog(settings.slow_seconds, settings.log_questions),
        build_tracing(settings.otlp_endpoint),
    )


def build_database(memory: MemorySettings, index: IndexSettings) -> Database:
    """Return the database of conversations and keys; it is opened when it is first needed."""
    return Database(database_url(memory.url.get_secret_value(), index.data_dir))


def search_options(settings: AppSettings) -> SearchOptions:
    """Return the numbers of the search."""
    return SearchOptions(
        question_characters=settings.question_characters,
        candidates=settings.candidates,
        dense_weight=settings.dense_weight,
        reranked=settings.reranked,
        reranker_weight=settings.reranker_weight,
        fold_duplicates=settings.fold_duplicates,
    )


def answer_options(settings: AppSettings, sampling: Sampling) -> AnswerOptions:
    """Return the numbers of an answer."""
    return AnswerOptions(
        context_characters=settings.context_characters,
        confidence_threshold=settings.confidence_threshold,
        excerpts=settings.reader_excerpts,
        hyde=settings.hyde,
        multi_query=settings.multi_query,
        sampling=sampling,
        seconds=settings.answer_seconds,
    )


def upload_quota(settings: AppSettings) -> Quota:
    """Return what the uploads of one key may take together."""
    return Quota(settings.upload_quota_bytes, settings.upload_quota_files)


def upload_limits(settings: AppSettings) -> UploadLimits:
    """Return what one form of files may hold."""
    return UploadLimits(
        file_bytes=settings.upload_file_bytes,
        files=settings.upload_files,
        form_bytes=settings.upload_bytes,
        silent_seconds=settings.upload_silent_seconds,
        least_bytes_a_second=settings.upload_bytes_a_second,
    )


def confidence_model(reader: str) -> ConfidenceModel:
    """Return what decides whether an answer is refused, fitted for this reader or for none."""
    return WITH_READER if uses_bundled_network(reader) else ConfidenceModel()


def _encoder(opener: IndexOpener) -> Callable[[Sequence[str]], NDArray[np.float32]]:
    def encode(questions: Sequence[str]) -> NDArray[np.float32]:
        return opener.index().embedder.encode(questions, TextKind.QUERY)

    return encode


def _answerer(settings: AppSettings, model: LanguageModel | None, tools: Tools) -> Answerer:
    extractive = ExtractiveAnswerer()
    if model is None:
        return extractive
    generative = GenerativeAnswerer(model, tools, settings.reasoning)
    return FallbackAnswerer(generative, extractive) if settings.fallback else generative


def _rewriter(
    settings: AppSettings, model: LanguageModel | None, opener: IndexOpener, workers: Workers
) -> Rewriter | None:
    wanted = settings.rewriter
    if wanted == "auto":
        wanted = "terms" if model is None else "model"
    return build_rewriter(wanted, Parts(lambda: opener.index().analyzer, workers, model))


def _imagination(
    settings: AppSettings, model: LanguageModel | None, opener: IndexOpener
) -> Imagination | None:
    if model is None and settings.hyde != "off":
        raise SettingsError(
            "MUREUM_APP_HYDE needs a language model: set MUREUM_LLM_BACKEND, or set it to off."
        )
    return Imagination(model, opener.index, settings.hyde_passages) if model else None


def _variants(settings: AppSettings, model: LanguageModel | None) -> Variants | None:
    if model is None and settings.multi_query != "off":
        raise SettingsError(
            "MUREUM_APP_MULTI_QUERY needs a language model: set MUREUM_LLM_BACKEND, or set it to"
            " off."
        )
    return Variants(model, settings.multi_query_variants) if model else None


def _conversations(
    database: Database, settings: MemorySettings, model: LanguageModel | None
) -> Conversations:
    options = ConversationOptions(
        ttl_days=settings.ttl_days,
        most_turns=settings.most_turns,
        history_tokens=settings.history_tokens,
    )
    if model is None:
        return Conversations(database, options)
    summarise = Summariser(model).summarise
    return Conversations(database, options, count_tokens=model.count_tokens, summarise=summarise)
