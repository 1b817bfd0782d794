"""From question to answer, step by step.

rewrite → search (embed, retrieve, fuse, fold, rerank) → widen → weigh → read → enough? → answer
→ cite
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from app.answerers.base import Answerer, Material
from app.llm.base import Sampling
from app.pipeline.deadline import limited, within
from app.pipeline.draft import Draft
from app.pipeline.enough import ConfidenceModel, gather_evidence
from app.pipeline.events import Answer, Done, Event, Meta
from app.pipeline.judge import Judge, Judgement
from app.pipeline.question import Question, asking_part, read_question
from app.pipeline.read import read
from app.pipeline.retrieve import Found, FoundPassage
from app.pipeline.search import Hyde, MultiQuery, Search, Target
from app.pipeline.sentences import split
from app.pipeline.watch import Watch, watching
from app.pipeline.weigh import Scales, Weighing
from app.pipeline.widen import Section, widen
from app.readers.base import Reader
from app.rewriters.base import Exchange, Rewriter
from app.stopwatch import Stopwatch
from index.base import NO_FILTERS
from index.models import Filters


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What a caller asks: the text as typed, what was said before, where to look and how."""

    text: str
    filters: Filters = NO_FILTERS
    top_k: int = 5
    history: Sequence[Exchange] = ()
    hyde: Hyde | None = None
    multi_query: MultiQuery | None = None
    sampling: Sampling | None = None


@dataclass(frozen=True, slots=True)
class AnswerOptions:
    """The numbers of the steps; the settings of the same names explain them.

    A whole answer takes at most so many ``seconds``, if any.
    """

    context_characters: int = 12_000
    confidence_threshold: float = 0.3
    excerpts: int = 3
    hyde: Hyde = "off"
    multi_query: MultiQuery = "off"
    sampling: Sampling = field(default_factory=Sampling)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Findings:
    """What a search found, best first, and the steps' times in milliseconds."""

    passages: Sequence[FoundPassage]
    timings_ms: dict[str, float]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The steps with the parts that they need."""

    search: Search
    answerer: Answerer
    rewriter: Rewriter | None = None
    reader: Reader | None = None
    options: AnswerOptions = field(default_factory=AnswerOptions)
    confidence: ConfidenceModel = field(default_factory=ConfidenceModel)
    watch: Watch = field(default_factory=Watch)

    async def find(self, inquiry: Inquiry) -> Findings:
        """Return the best ``top_k`` passages; what was said before is not looked at."""
        clock = Stopwatch(self.watch.step)
        question = read_question(inquiry.text, self.search.options.question_characters)
        async with limited(self.options.seconds):
            found = await self.search.find(self._target(inquiry, question), clock)
        passages = found.passages[: inquiry.top_k]
        self.watch.found(inquiry.text, [each.passage.document.document_id for each in passages])
        return Findings(passages, clock.read())

    async def answer(self, inquiry: Inquiry) -> Answer:
        """Return an answer from the best ``top_k`` sections, or an abstention."""
        async with aclosing(self.stream(inquiry)) as events:
            async for event in events:
                if isinstance(event, Done):
                    return event.answer
        raise RuntimeError("An answer ended without being done.")

    async def stream(self, inquiry: Inquiry) -> AsyncGenerator[Event, None]:
        """Yield Meta, then words and citations as they are made, and Done at the end."""
        with watching(self.watch, inquiry.text) as asking:
            story = self._story(inquiry, asking.clock)
            async with aclosing(within(self.options.seconds, story)) as events:
                async for event in events:
                    if isinstance(event, Done):
                        asking.answer = event.answer
                    yield event

    async def _story(self, inquiry: Inquiry, clock: Stopwatch) -> AsyncGenerator[Event, None]:
        question = read_question(inquiry.text, self.search.options.question_characters)
        with clock.step("rewrite"):
            alone = await self._alone(question, inquiry.history)
        found = await self.search.find(self._target(inquiry, alone), clock)
        sections = widen(
            found.passages,
            most_sections=inquiry.top_k,
            most_characters=self.options.context_characters,
        )
        rewritten = alone.text if alone != question else None
        yield Meta(rewritten, sections)
        judge = Judge(lambda: self._judge(alone, found, sections, clock))
        if self.answerer.asks_judge and sections:
            await judge.judgement()
        sampling = inquiry.sampling or self.options.sampling
        material = Material(alone, sections, judge, inquiry.history, sampling)
        draft = Draft(question, sections)
        with clock.step("answer"):
            async with aclosing(self.answerer.answer(material)) as parts:
                async for part in parts:
                    for event in draft.take(part):
                        yield event
        yield Done(draft.finished(self.answerer.name, rewritten, found, clock))

    async def _alone(self, question: Question, history: Sequence[Exchange]) -> Question:
        """Return the question so that it stands alone."""
        return await self.rewriter.rewrite(question, history) if self.rewriter else question

    def _target(self, inquiry: Inquiry, question: Question) -> Target:
        hyde = inquiry.hyde or self.options.hyde
        multi_query = inquiry.multi_query or self.options.multi_query
        return Target(question, inquiry.filters, inquiry.top_k, hyde, multi_query)

    async def _judge(
        self, question: Question, found: Found, sections: Sequence[Section], clock: Stopwatch
    ) -> Judgement:
        """Return what the sentences of the sections are worth.

        Words around a question («answer briefly») blur it: before they make it fail, the sentence
        that asks is judged by itself.
        """
        judgement = await self._judged(question.text, found, sections, clock)
        part = asking_part(question.text)
        if judgement.enough or part is None:
            return judgement
        with clock.step("embed"):
            vector = await self.search.batcher.encode(part)
        again = await self._judged(part, replace(found, vector=vector), sections, clock)
        return max(judgement, again, key=lambda each: each.confidence)

    async def _judged(
        self, question: str, found: Found, sections: Sequence[Section], clock: Stopwatch
    ) -> Judgement:
        with clock.step("weigh"):
            weighing = await self.search.workers.run(self._weigh, question, found, sections)
        if self.reader is not None:
            with clock.step("read"):
                weighing = await self.search.workers.run(
                    read, self.reader, question, sections, weighing, self.options.excerpts
                )
        evidence = gather_evidence(found.cosines, weighing)
        confidence = self.confidence.confidence(evidence)
        enough = confidence >= self.options.confidence_threshold
        return Judgement(weighing, evidence, confidence, enough)

    def _weigh(self, question: str, found: Found, sections: Sequence[Section]) -> Weighing:
        index = self.search.index()
        scales = Scales(index.analyzer, index.embedder)
        return scales.weigh(question, found.vector, sections, split(sections))
