"""What a conversation is about: the words of earlier questions, weighed, and phrases of them.

A question that stands alone sets a topic, and the topic before it fades; a follow-up adds to the
topic that it leans on. Answers confirm words of the questions, they seldom set a topic.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.rewriters.base import Exchange
from app.rewriters.dependence import leans_on_history
from app.rewriters.words import Reading, Role, Word, WordReader

ANSWER_CHARACTERS = 300
"""What is read of an answer; it begins with what it is about."""
KEPT_BY_FOLLOW_UP = 0.9
KEPT_BY_NEW_QUESTION = 0.7
ADDED_BY_FOLLOW_UP = 0.5
TOPIC_BONUS = 0.3
ANSWER_BONUS = 0.5
PREDICATE_SHARE = 0.5
ENOUGH_WORDS = 2
"""Phrases are carried over until this many words are."""
LONGEST_PHRASE = 4
LEAST_SHARE = 0.6
"""A phrase weaker than this share of the strongest one is left behind."""


@dataclass
class Topics:
    """The weights of words after some exchanges, and the readings that they came from."""

    reader: WordReader
    weights: dict[str, float] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)

    def follow(self, history: Sequence[Exchange]) -> None:
        """Take in the exchanges, in the order of the conversation."""
        for exchange in history:
            self._follow(self.reader.words(exchange.question))
            said = exchange.answer[:ANSWER_CHARACTERS]
            for key in self.reader.mentioned(self.weights, said):
                self.weights[key] += ANSWER_BONUS

    def _follow(self, question: Reading) -> None:
        follow_up = bool(self.weights) and leans_on_history(question, self.weights.keys())
        kept = KEPT_BY_FOLLOW_UP if follow_up else KEPT_BY_NEW_QUESTION
        self.weights = {key: kept * weight for key, weight in self.weights.items()}
        added = ADDED_BY_FOLLOW_UP if follow_up else 1.0
        for word in {word.key: word for word in question.words}.values():
            self.weights[word.key] = self.weights.get(word.key, 0.0) + _share(word, added)
        self.readings.append(question)

    def phrases_missing_in(self, question: Reading) -> list[str]:
        """Return the strongest phrases, without words that the question has already."""
        there = {word.key for word in question.words}
        found = sorted(self._phrases(question.text, there), key=lambda phrase: -phrase.weight)
        chosen: list[_Phrase] = []
        for phrase in found:
            words = sum(len(other.keys) for other in chosen)
            if words >= ENOUGH_WORDS or phrase.weight < LEAST_SHARE * found[0].weight:
                break
            if not any(phrase.keys & other.keys for other in chosen):
                chosen.append(phrase)
        return [phrase.text for phrase in chosen]

    def _phrases(self, text: str, there: set[str]) -> Iterator["_Phrase"]:
        """Yield the phrases of all questions, the latest question first."""
        for reading in reversed(self.readings):
            for run in _runs(reading):
                words = [word for word in run if not _is_there(word, text, there)]
                words = words[-LONGEST_PHRASE:]
                if words:
                    yield _Phrase(
                        _joined(reading.text, words),
                        frozenset(word.key for word in words),
                        max(self.weights[word.key] for word in words),
                    )


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str
    keys: frozenset[str]
    weight: float


def _share(word: Word, added: float) -> float:
    if word.role is Role.PREDICATE:
        return PREDICATE_SHARE * added
    return added + (TOPIC_BONUS if word.role is Role.TOPIC else 0.0)


def _runs(reading: Reading) -> Iterator[list[Word]]:
    """Yield the words that follow each other with nothing but a space between them."""
    run: list[Word] = []
    for word in reading.words:
        if run and reading.text[run[-1].end : word.start].strip(" "):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _joined(text: str, words: Sequence[Word]) -> str:
    """Return the words as they stand in the text, without those that are left out."""
    joined = words[0].text
    for before, word in pairwise(words):
        gap = text[before.end : word.start]
        joined += (" " if gap.strip() else gap) + word.text
    return joined


def _is_there(word: Word, text: str, there: set[str]) -> bool:
    return word.key in there or (word.is_korean and word.text in text)
