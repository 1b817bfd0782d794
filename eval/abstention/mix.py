"""Questions of which one half has an answer in the index and the other half none."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.pipeline.question import Language, language_of
from eval.datasets import CorpusDocument, Query, QuestionSet
from eval.errors import QuestionSetError
from eval.records import Record, read_records

LEAST_SHARE = 0.1
"""A set is asked in a language when at least this share of its questions is."""

_QUESTION_FIELDS = ("question", "input", "text")
_ID_FIELDS = ("id", "_id")


class Kind(StrEnum):
    """Why a question has an answer in the index or not."""

    ANSWERABLE = "answerable"
    IMPOSSIBLE = "impossible"
    REMOVED = "removed"
    OFF_TOPIC = "off-topic"


@dataclass(frozen=True, slots=True)
class Case:
    """A question, and whether the service should refuse it."""

    query: Query
    kind: Kind

    @property
    def should_abstain(self) -> bool:
        """Return whether the index holds no answer."""
        return self.kind is not Kind.ANSWERABLE


@dataclass(frozen=True, slots=True)
class Mix:
    """The documents that are kept, and as many questions with an answer as without."""

    documents: Sequence[CorpusDocument]
    cases: Sequence[Case]


@dataclass(frozen=True, slots=True)
class MixOptions:
    """What makes questions unanswerable; ``limit`` counts queries of the set."""

    remove_gold: float = 0.0
    off_topic: Sequence[Query] = ()
    limit: int | None = None


def make_mix(whole: QuestionSet, options: MixOptions) -> Mix:
    """Return the mix; the same set and options make the same one.

    Raises QuestionSetError when the set has no question of one of the halves.
    """
    removed = documents_to_remove(whole, options.remove_gold)
    queries = whole.queries[: options.limit]
    cases = [Case(query, _kind(whole, query, removed)) for query in queries]
    languages = _languages(queries)
    cases += [
        Case(query, Kind.OFF_TOPIC)
        for query in options.off_topic
        if language_of(query.text) in languages
    ]
    kept = [document for document in whole.documents if document.id not in removed]
    return Mix(kept, _balanced(whole.name, cases))


def documents_to_remove(whole: QuestionSet, share: float) -> set[str]:
    """Return documents without which this share of the answerable questions has no answer left.

    Documents answer several questions: they go one by one, in the order of their hashes, until
    the share is reached.
    """
    wanted = share * sum(1 for query in whole.queries if not query.impossible)
    left = {
        query.id: set(whole.relevance.get(query.id, ()))
        for query in whole.queries
        if not query.impossible
    }
    holders: dict[str, list[str]] = {}
    for query, documents in left.items():
        for document in documents:
            holders.setdefault(document, []).append(query)
    removed: set[str] = set()
    unanswerable = 0
    for document in sorted(holders, key=_hash):
        if unanswerable >= wanted:
            break
        removed.add(document)
        for query in holders[document]:
            left[query].discard(document)
            unanswerable += not left[query]
    return removed


def read_off_topic(paths: Iterable[Path]) -> list[Query]:
    """Return the questions of these files, which no document of a set answers.

    A line is an object with its question in "question", "input" or "text". Ids begin with the
    folder and the name of the file, so that those of several files differ.
    """
    return [
        _off_topic(record, path, number)
        for path in paths
        for number, record in enumerate(read_records(path), start=1)
    ]


def _off_topic(record: Record, path: Path, number: int) -> Query:
    text = next((record.text(name) for name in _QUESTION_FIELDS if name in record.fields), "")
    if not text.strip():
        raise QuestionSetError(
            f"{record.place}: one of the fields {', '.join(_QUESTION_FIELDS)} must be a question."
        )
    own = next((str(record.fields[name]) for name in _ID_FIELDS if name in record.fields), number)
    place = path.resolve()
    return Query(f"{place.parent.name}/{place.stem}:{own}", text, impossible=True)


def _languages(queries: Sequence[Query]) -> set[Language]:
    """Return the languages of the set; one that only few questions seem to be in is none."""
    asked = Counter(language_of(query.text) for query in queries)
    return {one for one, number in asked.items() if number >= LEAST_SHARE * len(queries)}


def _kind(whole: QuestionSet, query: Query, removed: Collection[str]) -> Kind:
    if query.impossible:
        return Kind.IMPOSSIBLE
    gone = all(document in removed for document in whole.relevance[query.id])
    return Kind.REMOVED if gone else Kind.ANSWERABLE


def _balanced(name: str, cases: Sequence[Case]) -> list[Case]:
    """Return as many cases of either half, in their order.

    Each kind of unanswerable question gives the same number, as far as it has as many.
    """
    kinds = {kind: [case for case in cases if case.kind is kind] for kind in Kind}
    answerable = kinds.pop(Kind.ANSWERABLE)
    size = min(len(answerable), sum(map(len, kinds.values())))
    if not size:
        raise QuestionSetError(
            f"{name} has {len(answerable):,} questions with an answer and"
            f" {len(cases) - len(answerable):,} without: both are needed. Add some with"
            " --remove-gold 0.5, or with --off-topic FILE."
        )
    chosen = _some(answerable, size)
    for turn, of_kind in enumerate(sorted(kinds.values(), key=len)):
        missing = 2 * size - len(chosen)
        chosen |= _some(of_kind, missing // (len(kinds) - turn))
    return [case for case in cases if case.query.id in chosen]


def _some(cases: Sequence[Case], number: int) -> set[str]:
    """Return the ids of this many cases, chosen by their hashes, or of all."""
    return set(sorted((case.query.id for case in cases), key=_hash)[:number])


def _hash(identifier: str) -> str:
    return hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()
