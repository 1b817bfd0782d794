"""The default answerer: the best sentences, word for word. No language model is asked."""

import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from app.answerers.base import Account, Answerer, Delta, Material, Part, Span, Statement
from app.pipeline.phrases import OTHER_LANGUAGE
from app.pipeline.question import language_of
from app.pipeline.weigh import FoundWords, WeighedSentence

MOST_SENTENCES = 3
CLOSE = 0.75
"""A further sentence is taken when it scores at least this share of the best one."""

LEAST_READING = -6.0
"""Words that a reader trusts less are no span: the question asks for none."""

SHORTEST = 16
"""A sentence with fewer letters and digits (a Hangul syllable counts double) says too little."""

LOOKS_BACK = re.compile(
    r"(?:it|its|this|that|these|those|they|their|he|his|she|her|such|however|therefore|thus|also"
    r"|but|and|so|then|instead|otherwise)\b"
    r"|(?:이|그|저)(?:것|들|녀|때|후|에|는|를|로|와|러|런|리)|그(?:래|러)서|이(?:러|로)|또한|하지만"
    r"|따라서|다만|단,|즉|반면|해당|동시에|여기(?:서|에)",
    re.IGNORECASE,
)


class ExtractiveAnswerer(Answerer):
    """Answers with sentences of the documents, unchanged; the same question, the same answer."""

    name = "extractive"

    async def _parts(self, material: Material) -> AsyncGenerator[Part, None]:
        judgement = await material.judge.judgement()
        sentences = judgement.weighing.sentences
        account = Account(self.name, judgement.confidence, judgement.evidence)
        if not judgement.enough or not sentences:
            yield account
            return
        spans = _merged([_understandable(sentences, number) for number in _choose(sentences)])
        statements = [
            _statement(material, sentences[first : last + 1], number)
            for number, (first, last) in enumerate(spans, start=1)
        ]
        language = material.question.language
        if language_of(statements[0].text) != language:
            yield Delta(f"{OTHER_LANGUAGE[language]}\n")
        for statement in statements:
            space = " " if statement.number > 1 else ""
            yield Delta(f"{space}{statement.text} [{statement.number}]")
            yield statement
        yield replace(account, span=_span(material, statements, judgement.weighing.words))


def _span(
    material: Material, statements: Sequence[Statement], found: Sequence[FoundWords]
) -> Span | None:
    """Return the best words, unless the reader is sure that they are none, if a statement has them.

    That the documents answer is decided already; what the reader thinks of these words alone
    is far from zero in one language and near in the other.
    """
    if not found or found[0].score < LEAST_READING:
        return None
    words = found[0]
    for statement in statements:
        inside = statement.start <= words.start and words.end <= statement.end
        if statement.section == words.section and inside:
            passage = material.sections[words.section].passage
            begin = passage.parent_start
            text = passage.parent_text[words.start - begin : words.end - begin]
            return Span(statement.number, words.start, words.end, text)
    return None


def _choose(sentences: Sequence[WeighedSentence]) -> list[int]:
    """Return the best sentence, then close ones that hold terms not yet covered."""
    order = sorted(range(len(sentences)), key=lambda number: -sentences[number].score)
    chosen, covered = order[:1], set(sentences[order[0]].shared_terms)
    for number in order[1:]:
        candidate = sentences[number]
        if len(chosen) == MOST_SENTENCES or candidate.score < CLOSE * sentences[order[0]].score:
            break
        if candidate.shared_terms - covered and _complements(sentences, chosen, number):
            chosen.append(number)
            covered |= candidate.shared_terms
    return chosen


def _complements(
    sentences: Sequence[WeighedSentence], chosen: Sequence[int], candidate: int
) -> bool:
    """Return whether it continues a chosen sentence or comes from a section not yet heard."""
    section = sentences[candidate].sentence.section
    heard = {sentences[number].sentence.section for number in chosen}
    return section not in heard or any(abs(candidate - number) == 1 for number in chosen)


def _understandable(sentences: Sequence[WeighedSentence], number: int) -> tuple[int, int]:
    """Return the first and last sentence that a reader needs to understand this one.

    One that begins by pointing back brings the one before; a question (of an FAQ), a lead-in or
    a bare title brings the one after.
    """
    text = sentences[number].sentence.text
    first = last = number
    if LOOKS_BACK.match(text) and _neighbours(sentences, number - 1, number):
        first -= 1
    if _points_ahead(text) and _neighbours(sentences, number, number + 1):
        last += 1
    return first, last


def _points_ahead(text: str) -> bool:
    weight = sum(1 + ("가" <= char <= "힣") for char in text if char.isalnum())
    return weight < SHORTEST or text.endswith(("?", "？", ":", "："))


def _neighbours(sentences: Sequence[WeighedSentence], first: int, second: int) -> bool:
    if first < 0 or second >= len(sentences):
        return False
    return sentences[first].sentence.section == sentences[second].sentence.section


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans without what an earlier one holds already, in order of choice."""
    kept: list[tuple[int, int]] = []
    for first, last in spans:
        if not any(first <= end and start <= last for start, end in kept):
            kept.append((first, last))
    return kept


def _statement(material: Material, run: Sequence[WeighedSentence], number: int) -> Statement:
    opening, closing = run[0].sentence, run[-1].sentence
    passage = material.sections[opening.section].passage
    text = passage.parent_text[
        opening.start - passage.parent_start : closing.end - passage.parent_start
    ]
    return Statement(number, text, opening.section, opening.start, closing.end, support=1.0)
