"""Step 8 with a language model: documents first, question last, within the model's context."""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from app.errors import ContextTooLongError
from app.llm.base import TOKENS_PER_MESSAGE, Message, Role
from app.pipeline.phrases import NOT_FOUND
from app.pipeline.question import Question
from app.pipeline.widen import Section
from app.prompts import read_prompt
from app.rewriters.base import Exchange
from index.sentences import sentence_spans

Reasoning = Literal["none", "chain", "step-back"]

_TURN_MARK = re.compile(r"\[(/?INST|/?SYS)\]", re.IGNORECASE)
"""Marks of chat templates that escaping does not break."""


@dataclass(frozen=True, slots=True)
class Room:
    """How many tokens a prompt may have, and how they are counted."""

    tokens: int
    count: Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Prompt:
    """Messages for a model, and the sections that they number from 1."""

    messages: tuple[Message, ...]
    sections: tuple[Section, ...]


def build_prompt(
    question: Question,
    sections: Sequence[Section],
    history: Sequence[Exchange],
    room: Room,
    reasoning: Reasoning = "none",
) -> Prompt:
    """Return the prompt with as many of the best sections as fit, none cut inside a sentence.

    Earlier exchanges give way before documents do, the oldest first. Raises ContextTooLongError
    when the question alone is too long.
    """
    system = _system(question, reasoning)
    asked = f"<question>{escape(question.text)}</question>"
    left = room.tokens - room.count(system) - room.count(asked) - 3 * TOKENS_PER_MESSAGE
    if left <= 0:
        raise ContextTooLongError(
            "The question leaves no room for documents in the context of the language model."
            " Ask a shorter one, or set MUREUM_LLM_CONTEXT_TOKENS higher if the model allows it."
        )
    talk = _conversation(history, room.count, left // 4)
    blocks = _documents(sections, room.count, left - room.count(talk))
    parts = ["<documents>", *blocks, "</documents>", talk, asked]
    user = "\n".join(part for part in parts if part)
    messages = (Message(Role.SYSTEM, system), Message(Role.USER, user))
    return Prompt(messages, tuple(sections[: len(blocks)]))


def escape(text: str) -> str:
    """Return text that cannot close a tag, open one, or speak as somebody else."""
    return html.escape(_TURN_MARK.sub(r"(\1)", text), quote=False)


def said(exchange: Exchange) -> str:
    """Return an exchange as prompts show it; one without a question sums up earlier ones."""
    if not exchange.question:
        return f"<earlier>{escape(exchange.answer)}</earlier>"
    return f"<user>{escape(exchange.question)}</user>\n<you>{escape(exchange.answer)}</you>"


def _system(question: Question, reasoning: Reasoning) -> str:
    language = question.language
    think = "" if reasoning == "none" else read_prompt(f"reasoning-{reasoning}", language)
    return read_prompt("answer", language, reasoning=think, not_found=NOT_FOUND[language])


def _conversation(history: Sequence[Exchange], count: Callable[[str], int], most: int) -> str:
    """Return the last exchanges that fit, oldest first."""
    kept: list[str] = []
    for exchange in reversed(history):
        if count("\n".join([said(exchange), *kept])) > most:
            break
        kept.insert(0, said(exchange))
    return "\n".join(["<conversation>", *kept, "</conversation>"]) if kept else ""


def _documents(sections: Sequence[Section], count: Callable[[str], int], left: int) -> list[str]:
    """Return a block for each of the best sections; the last may lose its last sentences."""
    blocks: list[str] = []
    for number, section in enumerate(sections, start=1):
        text = section.passage.parent_text.strip()
        fitting = _fitting(number, section, text, Room(left, count))
        if fitting:
            blocks.append(_block(number, section, fitting))
            left -= count(blocks[-1])
        if fitting != text:
            break
    return blocks


def _fitting(number: int, section: Section, text: str, room: Room) -> str:
    """Return as many whole sentences from the beginning as fit; empty when not even one does."""
    ends = [end for _, end in sentence_spans(text)]
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high + 1) // 2
        fits = room.count(_block(number, section, text[: ends[middle - 1]])) <= room.tokens
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[: ends[low - 1]].rstrip() if low else ""


def _block(number: int, section: Section, text: str) -> str:
    passage = section.passage
    page = passage.document.page_at(passage.parent_start)
    heading = " > ".join(passage.heading)
    parts = [
        f'<document number="{number}">',
        f"<title>{escape(passage.document.title)}</title>",
        f"<heading>{escape(heading)}</heading>" if heading else "",
        f"<page>{page}</page>" if page else "",
        f"<text>{escape(text)}</text>",
        "</document>",
    ]
    return "".join(part for part in parts if part)
