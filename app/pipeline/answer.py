"""From question to answer, step by step.

read → embed → retrieve → fuse → rerank → widen → weigh → enough? → answer → cite
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.answerers.base import Answerer, Material, Statement
from app.concurrency import QueryBatcher, Vector, Workers
from app.pipeline.cite import Citation, cite, nearest
from app.pipeline.enough import ConfidenceModel, Evidence, gather_evidence
from app.pipeline.fuse import fuse
from app.pipeline.phrases import NOT_FOUND, OTHER_LANGUAGE
from app.pipeline.question import Question, language_of, read_question
from app.pipeline.rerank import rerank
from app.pipeline.retrieve import Found, FoundPassage, join, retrieve
from app.pipeline.sentences import split
from app.pipeline.weigh import Scales, Weighing
from app.pipeline.widen import Section, widen
from app.rerankers.base import Reranker
from app.stopwatch import Stopwatch
from index.base import NO_FILTERS, SearchIndex
from index.models import Filters


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What a caller asks: the text as typed, where to look, how many results to use."""

    text: str
    filters: Filters = NO_FILTERS
    top_k: int = 5


@dataclass(frozen=True, slots=True)
class PipelineOptions:
    """The numbers of the steps; the settings of the same names explain them."""

    question_characters: int = 4_000
    candidates: int = 200
    dense_weight: float = 0.55
    reranked: int = 20
    reranker_weight: float = 0.7
    context_characters: int = 12_000
    confidence_threshold: float = 0.5


@dataclass(frozen=True, slots=True)
class Findings:
    """What a search found, best first."""

    passages: Sequence[FoundPassage]
    timings_ms: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose every statement carries the number of its citation.

    An abstention says so in ``text``, and its citations are merely the nearest passages. The
    confidence rests on the evidence.
    """

    text: str
    citations: Sequence[Citation]
    abstained: bool
    confidence: float
    evidence: Evidence | None
    backend: str
    timings_ms: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The steps with the parts that they need."""

    index: Callable[[], SearchIndex]
    workers: Workers
    batcher: QueryBatcher
    answerer: Answerer
    reranker: Reranker | None = None
    options: PipelineOptions = field(default_factory=PipelineOptions)
    confidence: ConfidenceModel = field(default_factory=ConfidenceModel)

    async def search(self, inquiry: Inquiry) -> Findings:
        """Return the best ``top_k`` passages."""
        clock = Stopwatch()
        question = read_question(inquiry.text, self.options.question_characters)
        _, found = await self._find(question, inquiry, clock)
        return Findings(found.passages[: inquiry.top_k], clock.read())

    async def answer(self, inquiry: Inquiry) -> Answer:
        """Return an answer from the best ``top_k`` sections, or an abstention."""
        clock = Stopwatch()
        question = read_question(inquiry.text, self.options.question_characters)
        vector, found = await self._find(question, inquiry, clock)
        sections = widen(
            found.passages,
            most_sections=inquiry.top_k,
            most_characters=self.options.context_characters,
        )
        with clock.step("weigh"):
            weighing = await self.workers.run(self._weigh, question, vector, sections)
        evidence = gather_evidence(found.cosines, weighing)
        confidence = self.confidence.confidence(evidence)
        statements: list[Statement] = []
        if confidence >= self.options.confidence_threshold:
            with clock.step("answer"):
                material = Material(question, sections, weighing)
                statements = await self.answerer.answer(material)
        return Answer(
            text=_text(question, statements),
            citations=cite(statements, sections) if statements else nearest(sections),
            abstained=not statements,
            confidence=confidence,
            evidence=evidence,
            backend=self.answerer.name,
            timings_ms=clock.read(),
        )

    async def _find(
        self, question: Question, inquiry: Inquiry, clock: Stopwatch
    ) -> tuple[Vector, Found]:
        with clock.step("embed"):
            vector = await self.batcher.encode(question.text)
        with clock.step("retrieve"):
            found = await self.workers.run(self._retrieve, question, vector, inquiry)
        if self.reranker is None:
            return vector, found
        with clock.step("rerank"):
            most = self.options.reranked
            best, rest = found.passages[:most], found.passages[most:]
            best = await self.workers.run(
                rerank, self.reranker, question.text, best, self.options.reranker_weight
            )
        return vector, Found([*best, *rest], found.cosines)

    def _retrieve(self, question: Question, vector: Vector, inquiry: Inquiry) -> Found:
        options = self.options
        with self.index().snapshot() as snapshot:
            legs = retrieve(snapshot, question.text, vector, inquiry.filters, options.candidates)
            hits = fuse(legs, options.dense_weight, max(options.reranked, 2 * inquiry.top_k))
            passages = join(snapshot, hits, vector)
        return Found(passages, [candidate.score for candidate in legs.dense])

    def _weigh(self, question: Question, vector: Vector, sections: Sequence[Section]) -> Weighing:
        index = self.index()
        scales = Scales(index.analyzer, index.embedder)
        return scales.weigh(question.text, vector, sections, split(sections))


def _text(question: Question, statements: Sequence[Statement]) -> str:
    """Return the statements, each followed by its number, or the words of an abstention."""
    if not statements:
        return NOT_FOUND[question.language]
    marked = [f"{item.text} [{number}]" for number, item in enumerate(statements, start=1)]
    foreign = language_of(statements[0].text) != question.language
    notice = f"{OTHER_LANGUAGE[question.language]}\n" if foreign else ""
    return notice + " ".join(marked)
