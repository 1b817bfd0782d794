"""Questions with the words that answer them, as the reader learns from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.datasets import CORPUS_FILE, CorpusDocument, choose_queries_file, read_answered_set
from eval.records import read_records


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a document, and the places ``(start, end)`` of its answers; none: no answer.

    The first place is the answer to learn. ``focus`` is where a document without an answer looks
    most as if it had one.
    """

    question: str
    document: CorpusDocument
    places: tuple[tuple[int, int], ...]
    focus: int | None = None


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """The examples of a set, and its questions that none of its documents answers."""

    documents: Sequence[CorpusDocument]
    examples: Sequence[Example]
    unanswered: Sequence[str]


def read_training_set(folder: Path, queries: str | None = None) -> TrainingSet:
    """Return the examples whose answers stand in their first relevant document, and the rest.

    Raises QuestionSetError for a broken set.
    """
    one = read_answered_set(folder, queries)
    documents = {document.id: document for document in one.documents}
    answers = {
        record.text("_id"): record.fields.get("answers")
        for record in read_records(choose_queries_file(folder, queries))
    }
    made, unanswered = [], []
    for query in one.queries:
        relevant = one.relevance.get(query.id)
        if relevant is None:
            unanswered += [query.text] if query.impossible else []
            continue
        document = documents[next(iter(relevant))]
        places = () if query.impossible else places_of(answers[query.id] or [], document.text)
        if places or query.impossible:
            made.append(Example(query.text, document, places))
    return TrainingSet(one.documents, made, unanswered)


def read_documents(folder: Path) -> list[CorpusDocument]:
    """Return the documents of a set, whether it has questions or not."""
    return [
        CorpusDocument(record.text("_id"), record.text("title", ""), record.text("text"))
        for record in read_records(folder / CORPUS_FILE)
    ]


def places_of(answers: Sequence[str | Mapping[str, Any]], text: str) -> tuple[tuple[int, int], ...]:
    """Return where the answers stand, in their order, without those that stand nowhere.

    A short answer that a longer one holds is taken from there: elsewhere it may mean another thing.
    """
    given = [one if isinstance(one, Mapping) else {"text": one} for one in answers]
    found: dict[int, tuple[int, int]] = {}
    for number in sorted(range(len(given)), key=lambda number: -len(given[number]["text"])):
        words, start = given[number]["text"], given[number].get("answer_start")
        if not isinstance(start, int) or text[start : start + len(words)] != words:
            start = _start(words, text, list(found.values()))
        if words and start >= 0:
            found[number] = (start, start + len(words))
    return tuple(found[number] for number in sorted(found))


def _start(words: str, text: str, longer: Sequence[tuple[int, int]]) -> int:
    inside = [text.find(words, *place) for place in longer]
    return next((start for start in inside if start >= 0), text.find(words))
