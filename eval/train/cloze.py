"""Questions made from plain documents: a sentence of which a name or a number is asked.

Lewis, Denoyer and Riedel, "Unsupervised Question Answering by Cloze Translation", 2019,
https://arxiv.org/abs/1906.04980: words are dropped and moved, so that a question cannot be found
again by its letters alone.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kiwipiepy import Kiwi

from app.pipeline.question import Language, language_of
from eval.datasets import CorpusDocument
from eval.train.examples import Example
from index.sentences import sentence_spans

DROPPED_SHARE = 0.25
MOVED_BY = 2.5
SENTENCES_A_DOCUMENT = 3
DOCUMENTS_A_SET = 700
TEXT_CHARACTERS = 3_000
LONGEST_ANSWER = 40

_KOREAN_NUMBER = re.compile(
    r"\d[\d,.]*\s?(?:년|월|일|세기|명|개|%|퍼센트|km|m|원|세|살|회|대|위|번|시|분|만|억|호|차|가지|종"
    r"|석|점|미터|킬로미터)(?:\s?\d+\s?(?:월|일))*"
)
_ENGLISH_NUMBER = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"\s\d+(?:,\s\d{4})?"
    r"|\$?\d[\d,.]*\d(?:\s(?:million|billion|percent|years|days|people|miles|km|GB|MB))?|\d+%?"
)
_ENGLISH_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w'-]+(?:\s(?:of\s|the\s)?[A-Z][\w'-]+)*")
_KOREAN_DATE = re.compile(r"[년월일]$")
_ENGLISH_DATE = re.compile(r"\b(?:1\d|20)\d\d\b|[A-Z][a-z]+ \d")
_PARTICLE = re.compile(r"^(?:은|는|이|가|을|를|의|에서|에게|에|으로|로|와|과|이다|였다)$")


@dataclass(frozen=True, slots=True)
class _Blank:
    """Words of a sentence that are asked for."""

    start: int
    end: int
    is_number: bool


class ClozeMaker:
    """Makes questions by chance; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self._kiwi = Kiwi()

    def make(self, documents: Sequence[CorpusDocument], most: int) -> Iterator[Example]:
        """Yield at most so many examples, of documents in a random order."""
        made = 0
        for document in self._random.sample(documents, len(documents)):
            text = document.text[:TEXT_CHARACTERS]
            spans = [(a, b) for a, b in sentence_spans(text) if 40 < b - a < 300]
            self._random.shuffle(spans)
            for start, end in spans[:SENTENCES_A_DOCUMENT]:
                blanks = self._blanks(text[start:end], language_of(text))
                if blanks and made < most:
                    made += 1
                    yield self._example(document, start, text[start:end], blanks)

    def _example(
        self, document: CorpusDocument, start: int, sentence: str, blanks: Sequence[_Blank]
    ) -> Example:
        blank = self._random.choice(blanks)
        question = self._question(sentence, blank, language_of(document.text[:TEXT_CHARACTERS]))
        return Example(question, document, ((start + blank.start, start + blank.end),))

    def _blanks(self, sentence: str, language: Language) -> list[_Blank]:
        if language is Language.KOREAN:
            numbers, names = _KOREAN_NUMBER.finditer(sentence), self._korean_names(sentence)
        else:
            numbers = _ENGLISH_NUMBER.finditer(sentence)
            names = [match.span() for match in _ENGLISH_NAME.finditer(sentence)]
        blanks = [_Blank(*match.span(), is_number=True) for match in numbers]
        blanks += [_Blank(start, end, is_number=False) for start, end in names]
        return [blank for blank in blanks if 1 <= blank.end - blank.start <= LONGEST_ANSWER]

    def _korean_names(self, sentence: str) -> list[tuple[int, int]]:
        """Return runs of nouns that hold a proper one or are at least two."""
        runs: list[list[tuple[int, int, str]]] = [[]]
        for token in self._kiwi.tokenize(sentence):
            begin, end = token.start, token.start + token.len
            joins = not runs[-1] or begin - runs[-1][-1][1] <= 1
            if token.tag not in {"NNP", "NNG", "SL", "SN", "XSN"} or not joins:
                runs.append([])
            if token.tag in {"NNP", "NNG", "SL", "SN", "XSN"}:
                runs[-1].append((begin, end, token.tag))
        return [
            (run[0][0], run[-1][1])
            for run in runs
            if len(run) > 1 or any(tag == "NNP" for _, _, tag in run)
        ]

    def _question(self, sentence: str, blank: _Blank, language: Language) -> str:
        choose = self._random
        asked = self._question_word(sentence[blank.start : blank.end], blank, language)
        before = sentence[: blank.start].split()[-choose.randint(4, 12) :]
        after = sentence[blank.end :].split()[: choose.randint(4, 12)]
        if language is Language.KOREAN and after:
            after[0] = _PARTICLE.sub("", after[0])
        before, after = self._noisy(before), self._noisy(after)
        first = choose.random() < 0.7 and language is Language.ENGLISH
        words = [asked, *before, *after] if first else [*before, asked, *after]
        if not first and choose.random() < 0.4:
            words = [*before, *after, asked]
        text = re.sub(r"[.,;:]+$", "", " ".join(word for word in words if word))
        endings = ["인가?", "?", "입니까?", "인가요?"] if language is Language.KOREAN else ["?"]
        return text + choose.choice(endings)

    def _question_word(self, answer: str, blank: _Blank, language: Language) -> str:
        korean = language is Language.KOREAN
        if not blank.is_number:
            choices = ["무엇", "누구", "어디", "어떤 것"] if korean else ["what", "who", "where"]
        elif (_KOREAN_DATE if korean else _ENGLISH_DATE).search(answer):
            choices = ["언제"] if korean else ["when", "what year"]
        else:
            choices = ["몇 개", "얼마", "몇"] if korean else ["how many", "how much"]
        return self._random.choice(choices)

    def _noisy(self, words: Sequence[str]) -> list[str]:
        """Return most of the words, some of them moved by a place or two."""
        kept = [word for word in words if self._random.random() > DROPPED_SHARE]
        places = {place: place + self._random.random() * MOVED_BY for place in range(len(kept))}
        return [kept[place] for place in sorted(places, key=lambda place: places[place])]
