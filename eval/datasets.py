"""Question sets: documents, questions, and which documents answer which question.

The layout is the one of BEIR: ``corpus.jsonl``, ``queries*.jsonl`` and ``qrels.tsv`` in a folder.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.errors import QuestionSetError
from eval.records import Record, read_lines, read_records

CORPUS_FILE = "corpus.jsonl"
QRELS_FILE = "qrels.tsv"
USUAL_QUERIES_FILES = ("queries.jsonl", "queries_rewrite.jsonl")

_SPEAKER = re.compile(r"^\s*\|user\|:\s*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CorpusDocument:
    """A document of a set as its file has it; the text is not normalised."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """A question of a set; an impossible one sounds right and is not answered by its document.

    ``answers`` are the right ones, as people gave them; many sets have none.
    """

    id: str
    text: str
    impossible: bool = False
    answers: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        """Return whether it is known what the right answer is."""
        return bool(self.answers) and not self.impossible


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Queries that can be measured; ``relevance`` is query → document → grade."""

    name: str
    documents: Sequence[CorpusDocument]
    queries: Sequence[Query]
    relevance: Mapping[str, Mapping[str, int]]


def read_question_set(
    folder: Path, queries_file: str | None = None, limit: int | None = None
) -> QuestionSet:
    """Return the set with its first ``limit`` queries; raise QuestionSetError for a broken one.

    Queries without a relevant document are left out: no ranking can be right or wrong for them.
    """
    whole = _read_whole(folder, queries_file)
    measured = [query for query in whole.queries if query.id in whole.relevance]
    return _measured(
        whole, measured[:limit], f"No query of {folder} has a relevant document in {QRELS_FILE}"
    )


def read_answered_set(
    folder: Path, queries_file: str | None = None, limit: int | None = None
) -> QuestionSet:
    """Return the set with its first ``limit`` queries that have answers or are impossible.

    Raises QuestionSetError for a broken set, and for one without such a query.
    """
    whole = _read_whole(folder, queries_file)
    measured = [query for query in whole.queries if query.answerable or query.impossible]
    return _measured(
        whole, measured[:limit], f'No query of {folder} has "answers" or is impossible'
    )


def read_judged_set(folder: Path, queries_file: str | None = None) -> QuestionSet:
    """Return the set with the queries of which it is known whether its documents answer them.

    Raises QuestionSetError for a broken set, and for one without such a query.
    """
    whole = _read_whole(folder, queries_file)
    judged = [query for query in whole.queries if query.impossible or query.id in whole.relevance]
    return _measured(
        whole, judged, f"No query of {folder} is impossible or has a document in {QRELS_FILE}"
    )


def _read_whole(folder: Path, queries_file: str | None) -> QuestionSet:
    documents = [_document(record) for record in read_records(folder / CORPUS_FILE)]
    _refuse_repeated((document.id for document in documents), folder / CORPUS_FILE)
    path = choose_queries_file(folder, queries_file)
    queries = [_query(record) for record in read_records(path)]
    _refuse_repeated((query.id for query in queries), path)
    relevance = _read_relevance(folder / QRELS_FILE, {document.id for document in documents})
    return QuestionSet(folder.resolve().name, documents, queries, relevance)


def _measured(whole: QuestionSet, queries: Sequence[Query], complaint: str) -> QuestionSet:
    """Return the set with these queries alone; without any, complain."""
    if not queries:
        raise QuestionSetError(f"{complaint}: nothing can be measured.")
    relevance = {
        query.id: whole.relevance[query.id] for query in queries if query.id in whole.relevance
    }
    return replace(whole, queries=queries, relevance=relevance)


def refuse_repeated_names(sets: Sequence[QuestionSet]) -> None:
    """Raise QuestionSetError when two sets have one name: a report could not tell them apart."""
    repeated = [name for name, count in Counter(one.name for one in sets).items() if count > 1]
    if repeated:
        raise QuestionSetError(f"Two folders are named {repeated[0]}: rename one of them.")


def choose_queries_file(folder: Path, given: str | None) -> Path:
    """Return the file with the queries: the given one (in the folder, or a path), or the usual."""
    if given is not None:
        for path in (folder / given, Path(given)):
            if path.is_file():
                return path
    found = sorted(path.name for path in folder.glob("queries*.jsonl"))
    if given is not None:
        raise QuestionSetError(
            f"There is no queries file {given}; {folder} has {', '.join(found) or 'none'}."
        )
    usual = [name for name in USUAL_QUERIES_FILES if name in found]
    if usual or len(found) == 1:
        return folder / (usual or found)[0]
    if not found:
        raise QuestionSetError(f"There is no queries.jsonl in {folder}.")
    raise QuestionSetError(
        f"{folder} has several queries files; choose one with --queries: {', '.join(found)}."
    )


def _document(record: Record) -> CorpusDocument:
    return CorpusDocument(_id_of(record), record.text("title", ""), record.text("text"))


def _query(record: Record) -> Query:
    text = _SPEAKER.sub("", record.text("text"))
    if not text.strip():
        raise QuestionSetError(f"{record.place}: the question is empty.")
    impossible = record.fields.get("is_impossible") is True
    return Query(_id_of(record), text, impossible, _answers(record))


def _answers(record: Record) -> tuple[str, ...]:
    """Return the answers, each once; a set has texts, or objects with a text as SQuAD has them."""
    given = record.fields.get("answers") or []
    if isinstance(given, list):
        values = [one.get("text") if isinstance(one, dict) else one for one in given]
        texts = [value for value in values if isinstance(value, str)]
        if len(texts) == len(values):
            return tuple(dict.fromkeys(text for text in texts if text.strip()))
    raise QuestionSetError(
        f'{record.place}: "answers" must be a list of texts, or of {{"text": …}}.'
    )


def _id_of(record: Record) -> str:
    identifier = record.text("_id")
    if not identifier:
        raise QuestionSetError(f'{record.place}: the field "_id" is empty.')
    return identifier


def _refuse_repeated(ids: Iterable[str], path: Path) -> None:
    seen: set[str] = set()
    for identifier in ids:
        if identifier in seen:
            raise QuestionSetError(f'{path}: the _id "{identifier}" is there twice.')
        seen.add(identifier)


def _read_relevance(path: Path, known: set[str]) -> dict[str, dict[str, int]]:
    """Return the documents that answer each query; grades of 0 say the same as no line."""
    relevance: dict[str, dict[str, int]] = {}
    for number, (place, line) in enumerate(read_lines(path)):
        fields = line.split("\t")
        if number == 0 and fields[-1].strip() == "score":
            continue
        if len(fields) != 3 or not re.fullmatch(r"-?\d{1,9}", fields[2].strip()):
            raise QuestionSetError(
                f"{place}: a query's id, a document's id and a whole number, with tabs between,"
                " are needed."
            )
        query, document, grade = fields[0], fields[1], int(fields[2])
        if document not in known:
            raise QuestionSetError(f'{place}: {CORPUS_FILE} has no document "{document}".')
        if grade > 0:
            relevance.setdefault(query, {})[document] = grade
    return relevance
