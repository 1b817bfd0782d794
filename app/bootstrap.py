"""The one file that names concrete classes: settings in, service out."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.answerers.extractive import ExtractiveAnswerer
from app.concurrency import QueryBatcher, Workers
from app.opener import IndexOpener
from app.pipeline.answer import Pipeline, PipelineOptions
from app.rerankers.registry import build_reranker
from app.service import Service
from app.settings import AppSettings
from index.embedder.base import TextKind
from index.opening import open_index
from index.settings import IndexSettings


def build_service(settings: AppSettings, index_settings: IndexSettings) -> Service:
    """Return the service; the index is opened when it is first needed.

    Raises UnknownNameError or RerankerUnavailableError for a reranker that cannot be had.
    """
    opener = IndexOpener(lambda: open_index(index_settings))

    def encode(questions: Sequence[str]) -> NDArray[np.float32]:
        return opener.index().embedder.encode(questions, TextKind.QUERY)

    workers = Workers(settings.worker_threads, settings.waiting_requests)
    batcher = QueryBatcher(encode)
    pipeline = Pipeline(
        index=opener.index,
        workers=workers,
        batcher=batcher,
        answerer=ExtractiveAnswerer(),
        reranker=build_reranker(settings.reranker),
        options=_options(settings),
    )
    return Service(opener, workers, batcher, pipeline)


def _options(settings: AppSettings) -> PipelineOptions:
    return PipelineOptions(
        question_characters=settings.question_characters,
        candidates=settings.candidates,
        dense_weight=settings.dense_weight,
        reranked=settings.reranked,
        reranker_weight=settings.reranker_weight,
        context_characters=settings.context_characters,
        confidence_threshold=settings.confidence_threshold,
    )
