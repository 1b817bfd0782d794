"""Questions with the words that answer them, as the reader learns from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.datasets import CORPUS_FILE, CorpusDocument, choose_queries_file, read_question_set
from eval.records import read_records


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a document, and the places ``(start, end)`` of its answers; none: no answer."""

    question: str
    document: CorpusDocument
    places: tuple[tuple[int, int], ...]


def read_examples(folder: Path, queries: str | None = None) -> list[Example]:
    """Return the examples of a question set whose answers stand in their first relevant document.

    Raises QuestionSetError for a broken set.
    """
    one = read_question_set(folder, queries)
    documents = {document.id: document for document in one.documents}
    answers = {
        record.text("_id"): record.fields
        for record in read_records(choose_queries_file(folder, queries))
    }
    made = []
    for query in one.queries:
        document = documents[next(iter(one.relevance[query.id]))]
        places = tuple(_places(answers[query.id].get("answers") or [], document.text))
        if places or query.impossible:
            made.append(Example(query.text, document, () if query.impossible else places))
    return made


def read_documents(folder: Path) -> list[CorpusDocument]:
    """Return the documents of a set, whether it has questions or not."""
    return [
        CorpusDocument(record.text("_id"), record.text("title", ""), record.text("text"))
        for record in read_records(folder / CORPUS_FILE)
    ]


def _places(answers: Sequence[dict[str, Any]], text: str) -> Iterator[tuple[int, int]]:
    for answer in answers:
        words = str(answer["text"])
        start = answer.get("answer_start")
        if not isinstance(start, int) or text[start : start + len(words)] != words:
            start = text.find(words)
        if words and start >= 0:
            yield start, start + len(words)
