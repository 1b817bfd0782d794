"""The data folder becomes a golden set, and every promise that it makes is checked.

``documents/`` holds real files; a JSONL file for each group holds the cases.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from eval.errors import QuestionSetError
from eval.golden.cases import Case, Golden, Group
from eval.records import Record, read_records
from ingest.discovery import FoundFile, find_files
from ingest.errors import LoaderError
from ingest.reading import ReadingOptions, parse_here, read_content, to_document

DOCUMENTS = "documents"
LANGUAGES = ("ko", "en")
_DEFAULT_READING = ReadingOptions()


def read_golden(folder: Path, reading: ReadingOptions = _DEFAULT_READING) -> Golden:
    """Return the set of a folder; raise QuestionSetError where it does not keep what it promises.

    Ids and questions are unique, and every answer stands verbatim in each of its documents.
    """
    documents = (folder / DOCUMENTS).absolute()
    files = list(find_files([documents], documents))
    if not files:
        raise QuestionSetError(f"{documents} holds no documents.")
    texts = {file.source: _text(file, reading) for file in files}
    cases = [case for group in Group for case in _cases(folder / f"{group}.jsonl", group, texts)]
    _refuse_repeated(cases)
    paths = [*(file.path for file in files), *(folder / f"{group}.jsonl" for group in Group)]
    return Golden(documents, texts, cases, _digest(folder.absolute(), paths))


def _text(file: FoundFile, reading: ReadingOptions) -> str:
    """Return the normalised text, which offsets count in."""
    try:
        content = read_content(file, reading)
        document = to_document(content, frozenset(), reading, parse_here(reading))
    except LoaderError as error:
        raise QuestionSetError(f"{file.source} cannot be ingested: {error}") from error
    return "".join(parent.text for parent in document.parents)


def _cases(path: Path, group: Group, texts: Mapping[str, str]) -> Iterator[Case]:
    for record in read_records(path):
        case = _case(record, group)
        _check(case, record.place, texts)
        yield case


def _case(record: Record, group: Group) -> Case:
    turns = _list(record, "turns") if group is Group.CONVERSATION else [record.text("text")]
    return Case(
        id=record.text("_id"),
        group=group,
        text=turns[-1] if turns else "",
        language=record.text("language"),
        kind=record.text("kind", ""),
        sources=_list(record, "sources"),
        answers=_list(record, "answers"),
        earlier=tuple(turns[:-1]),
        rewrite=record.text("rewrite", ""),
        forbidden=_list(record, "forbidden"),
    )


def _list(record: Record, name: str) -> tuple[str, ...]:
    value = record.fields.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise QuestionSetError(f'{record.place}: the field "{name}" must be a list of texts.')
    return tuple(value)


def _check(case: Case, place: str, texts: Mapping[str, str]) -> None:
    for problem in _problems(case, texts):
        raise QuestionSetError(f"{place}: {problem}")


def _problems(case: Case, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with a case by itself, worst first."""
    if not case.id.strip() or not case.text.strip():
        yield "an _id and a question are needed."
    if case.language not in LANGUAGES:
        yield f"the language must be one of {', '.join(LANGUAGES)}."
    yield from _wrong_sources(case, texts)
    if case.group is Group.CONVERSATION and not (case.earlier and case.rewrite):
        yield "a conversation needs at least two turns and a rewrite."
    if case.group in (Group.INJECTION, Group.FORGERY) and not case.forbidden:
        yield "an injection needs what is forbidden to say."
    for phrase in case.forbidden:
        if any(phrase in answer for answer in case.answers):
            yield f'"{phrase}" is forbidden and stands in a right answer.'


def _wrong_sources(case: Case, texts: Mapping[str, str]) -> Iterator[str]:
    if (case.group is Group.UNANSWERABLE) == bool(case.sources or case.answers):
        yield "only an unanswerable question has no sources and no answers."
    elif bool(case.sources) != bool(case.answers):
        yield "sources and answers come together."
    for source in case.sources:
        if source not in texts:
            yield f'there is no document "{source}".'
            return
        for answer in case.answers:
            if answer not in texts[source]:
                yield f'"{answer}" does not stand verbatim in {source}.'


def _refuse_repeated(cases: Sequence[Case]) -> None:
    seen: set[str] = set()
    for case in cases:
        question = " ".join("\n".join((*case.earlier, case.text)).casefold().split())
        for key, name in ((f"id {case.id}", "_id"), (question, "question")):
            if key in seen:
                raise QuestionSetError(
                    f'{case.group}.jsonl: the {name} of "{case.id}" is repeated.'
                )
            seen.add(key)


def _digest(folder: Path, paths: Sequence[Path]) -> str:
    """Return the SHA-256 of names and contents, in the order of the names."""
    total = hashlib.sha256()
    for path in sorted(path.absolute() for path in paths):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return total.hexdigest()
