"""Conversations with human rewrites: MTRAG, with documents to search, and CAsT, text alone.

Katsis et al., "MTRAG: A Multi-Turn Conversational Benchmark", 2025, https://arxiv.org/abs/2501.03468.
Dalton et al., "TREC CAsT 2019", 2020, https://arxiv.org/abs/2003.13624.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.rewriters.base import Exchange
from eval.datasets import QuestionSet, read_question_set
from eval.errors import QuestionSetError
from eval.records import read_lines, read_records

LAST_TURN_FILE = "queries_lastturn.jsonl"
HUMAN_FILE = "queries_rewrite.jsonl"
TASKS_FILE = "tasks.jsonl"

_CAST_2019 = ("evaluation_topics_v1.0.json", "evaluation_topics_annotated_resolved_v1.0.tsv")
_CAST_2020 = "2020_manual_evaluation_topics_v1.0.json"
_MOST_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Turn:
    """A question as it was asked, what was said before, and the question as a human wrote it."""

    id: str
    question: str
    human: str
    history: Sequence[Exchange]


@dataclass(frozen=True, slots=True)
class Conversations:
    """The turns of a set; ``searched`` holds the documents that answer them, where there are any.

    Its queries are the turns, in the same order.
    """

    name: str
    turns: Sequence[Turn]
    searched: QuestionSet | None = None


def read_conversations(folder: Path, limit: int | None = None) -> Conversations:
    """Return the first ``limit`` turns of a folder; raise QuestionSetError for another folder."""
    if (folder / TASKS_FILE).is_file():
        return _read_mtrag(folder, limit)
    if all((folder / name).is_file() for name in _CAST_2019):
        return Conversations(folder.resolve().name, list(_cast_2019(folder))[:limit])
    if (folder / _CAST_2020).is_file():
        return Conversations(folder.resolve().name, list(_cast_2020(folder))[:limit])
    raise QuestionSetError(
        f"{folder} holds no conversations: {TASKS_FILE} of MTRAG, or {_CAST_2019[0]} or"
        f" {_CAST_2020} of CAsT, is needed."
    )


def _read_mtrag(folder: Path, limit: int | None) -> Conversations:
    asked = read_question_set(folder, LAST_TURN_FILE, limit)
    human = {query.id: query.text for query in read_question_set(folder, HUMAN_FILE).queries}
    histories = _histories(folder / TASKS_FILE)
    for query in asked.queries:
        if query.id not in human or query.id not in histories:
            raise QuestionSetError(
                f'{folder}: {HUMAN_FILE} and {TASKS_FILE} must have the query "{query.id}" too.'
            )
    turns = [
        Turn(query.id, query.text, human[query.id], histories[query.id]) for query in asked.queries
    ]
    return Conversations(asked.name, turns, asked)


def _histories(path: Path) -> dict[str, Sequence[Exchange]]:
    """Return what was said before each task, by its id."""
    conversations: dict[str, list[tuple[int, str, Exchange]]] = {}
    for record in read_records(path):
        number = record.fields.get("turn_id")
        if not isinstance(number, int):
            raise QuestionSetError(f'{record.place}: the field "turn_id" must be a number.')
        exchange = Exchange(record.text("question").strip(), record.text("answer").strip())
        turns = conversations.setdefault(record.text("conversation_id"), [])
        turns.append((number, record.text("task_id"), exchange))
    histories: dict[str, Sequence[Exchange]] = {}
    for turns in conversations.values():
        turns.sort(key=lambda turn: turn[0])
        for place, (_, task, _) in enumerate(turns):
            histories[task] = [exchange for _, _, exchange in turns[:place]]
    return histories


def _cast_2019(folder: Path) -> Iterator[Turn]:
    human = {}
    for place, line in read_lines(folder / _CAST_2019[1]):
        identifier, tab, text = line.partition("\t")
        if not tab:
            raise QuestionSetError(f"{place}: an id, a tab and a question are needed.")
        human[identifier.strip()] = text.strip()
    for topic in _topics(folder / _CAST_2019[0]):
        yield from _cast_turns(topic, human)


def _cast_2020(folder: Path) -> Iterator[Turn]:
    for topic in _topics(folder / _CAST_2020):
        human = {
            f"{topic['number']}_{turn['number']}": turn["manual_rewritten_utterance"].strip()
            for turn in topic["turn"]
        }
        yield from _cast_turns(topic, human)


def _cast_turns(topic: Mapping[str, Any], human: Mapping[str, str]) -> Iterator[Turn]:
    """Yield the turns of a topic; the answers that were given are not part of the files."""
    history: list[Exchange] = []
    for turn in topic["turn"]:
        identifier = f"{topic['number']}_{turn['number']}"
        question = turn["raw_utterance"].strip()
        yield Turn(identifier, question, human.get(identifier, question), list(history))
        history.append(Exchange(question, ""))


def _topics(path: Path) -> list[dict[str, Any]]:
    """Return the topics of a file of CAsT; raise QuestionSetError for anything else."""
    try:
        with path.open("rb") as opened:
            topics = json.loads(opened.read(_MOST_BYTES))
        for topic in topics:
            for turn in topic["turn"]:
                _ = (topic["number"], turn["number"], turn["raw_utterance"].strip())
                turn.get("manual_rewritten_utterance", "").strip()
    except OSError as error:
        raise QuestionSetError(f"{path} cannot be read ({error.strerror}).") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise QuestionSetError(f"{path}: this is no list of topics as CAsT has it.") from error
    return list(topics)
