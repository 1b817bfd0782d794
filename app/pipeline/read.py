"""Step 8: a reader looks for the few words that answer, where the sentences promise most."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.pipeline.weigh import FoundWords, WeighedSentence, Weighing
from app.pipeline.widen import Section
from app.readers.base import Excerpt, Reader, Reading

EXCERPT_LETTERS = 640
"""What fits into the bundled reader's window; a Hangul syllable counts as two letters."""

SECTION_WEIGHT, SENTENCE_WEIGHT = 8.0, 16.0
"""What a section's and a sentence's score, from 0 to 1, are worth beside the reader's log-odds."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring sentences of one section, by their places in the weighing."""

    first: int
    last: int


def read(
    reader: Reader, question: str, sections: Sequence[Section], weighing: Weighing, most: int
) -> Weighing:
    """Return the weighing with the words that a reader found, best first, and new scores.

    At most ``most`` excerpts are read: the best sentences with what stands around them. Found
    words count by the reader's score, their section's, and that of the excerpt's best sentence;
    the sentence that holds the best of them comes before all others.
    """
    runs = _runs(weighing.sentences, most)
    excerpts = [_excerpt(weighing.sentences, run, sections) for run in runs]
    readings = reader.read(question, excerpts)
    promised = [
        (reading.score + _promise(weighing.sentences, run, sections), run, reading)
        for run, reading in zip(runs, readings, strict=True)
        if reading is not None
    ]
    promised.sort(key=lambda one: -one[0])
    words = tuple(_words(weighing.sentences[run.first], reading) for _, run, reading in promised)
    raised = tuple(_raised(sentence, words[:1]) for sentence in weighing.sentences)
    return replace(weighing, sentences=raised, words=words)


def _runs(sentences: Sequence[WeighedSentence], most: int) -> list[_Run]:
    """Return runs around the best sentences; none holds a sentence of another."""
    free = [True] * len(sentences)
    runs: list[_Run] = []
    for best in sorted(range(len(sentences)), key=lambda number: -sentences[number].score):
        if len(runs) == most:
            break
        if free[best]:
            run = _grown(sentences, best, free)
            free[run.first : run.last + 1] = [False] * (run.last + 1 - run.first)
            runs.append(run)
    return runs


def _grown(sentences: Sequence[WeighedSentence], best: int, free: Sequence[bool]) -> _Run:
    """Return a sentence with its free neighbours, after and before in turn, while they fit."""
    first = last = best
    letters = _letters(sentences[best])
    grows = True
    while grows:
        grows = False
        for near in (last + 1, first - 1):
            inside = 0 <= near < len(sentences) and free[near]
            if not inside or sentences[near].sentence.section != sentences[best].sentence.section:
                continue
            if letters + _letters(sentences[near]) <= EXCERPT_LETTERS:
                letters += _letters(sentences[near])
                first, last = min(first, near), max(last, near)
                grows = True
    return _Run(first, last)


def _letters(sentence: WeighedSentence) -> int:
    text = sentence.sentence.text
    return len(text) + sum(1 for char in text if "가" <= char <= "힣")


def _excerpt(
    sentences: Sequence[WeighedSentence], run: _Run, sections: Sequence[Section]
) -> Excerpt:
    opening, closing = sentences[run.first].sentence, sentences[run.last].sentence
    passage = sections[opening.section].passage
    begin = passage.parent_start
    text = passage.parent_text[opening.start - begin : closing.end - begin]
    return Excerpt(passage.document.title, text)


def _promise(sentences: Sequence[WeighedSentence], run: _Run, sections: Sequence[Section]) -> float:
    best = max(sentence.score for sentence in sentences[run.first : run.last + 1])
    section = sections[sentences[run.first].sentence.section]
    return SECTION_WEIGHT * section.score + SENTENCE_WEIGHT * best


def _words(opening: WeighedSentence, reading: Reading) -> FoundWords:
    where = opening.sentence
    return FoundWords(
        where.section, where.start + reading.start, where.start + reading.end, reading.score
    )


def _raised(sentence: WeighedSentence, best: Sequence[FoundWords]) -> WeighedSentence:
    """Return the sentence with a score above all others when it holds where the words begin."""
    where = sentence.sentence
    holds = any(
        words.section == where.section and where.start <= words.start < where.end for words in best
    )
    return replace(sentence, score=sentence.score + 1) if holds else sentence
