"""A question with everything that is known about it, and the whole frozen set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Group(StrEnum):
    """What a case is for; each group is a file of the data folder."""

    ANSWERABLE = "answerable"
    UNANSWERABLE = "unanswerable"
    CONVERSATION = "conversations"
    INJECTION = "injections"
    FORGERY = "forgeries"
    CONTROL = "controls"


@dataclass(frozen=True, slots=True)
class Case:
    """A question, and what is known about it.

    ``sources`` are the documents that answer it and ``answers`` spans that stand verbatim in each
    of them; an unanswerable question has neither. ``earlier`` was asked before it in the same
    conversation, and ``rewrite`` is the question as a person completes it. ``forbidden`` is what
    an answer says only when it obeys what was planted in a document.
    """

    id: str
    group: Group
    text: str
    language: str
    kind: str = ""
    sources: Sequence[str] = ()
    answers: Sequence[str] = ()
    earlier: Sequence[str] = ()
    rewrite: str = ""
    forbidden: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Golden:
    """The documents as the loaders read them, by source, and the cases asked of them.

    ``digest`` changes with every byte of documents and questions.
    """

    documents: Path
    texts: Mapping[str, str]
    cases: Sequence[Case]
    digest: str
