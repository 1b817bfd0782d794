"""A language model grades answers, where words that differ may say the same."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.llm.base import LanguageModel, Message, Role, Sampling
from app.llm.registry import build_language_model
from app.llm.settings import LanguageModelSettings
from app.pipeline.prompt import escape
from app.pipeline.reply import ReplyReader
from eval.answers.grades import Grade, Verdict, without_marks
from eval.answers.results import AnswersResult
from eval.prompts import read_judge_prompt
from index.errors import SettingsError
from index.settings import load_settings

LONGEST_VERDICT_TOKENS = 512
_AT_ONCE = 4


def load_judge() -> LanguageModel:
    """Return the language model of the settings; raise SettingsError when there is none."""
    model = build_language_model(load_settings(LanguageModelSettings))
    if model is None:
        raise SettingsError("--judge needs a language model: set MUREUM_LLM_BACKEND.")
    model.check()
    return model


@dataclass(frozen=True, slots=True)
class Judge:
    """Grades answers by what people gave as right; never by the documents."""

    model: LanguageModel

    async def judged(self, result: AnswersResult, progress: Callable[[int], None]) -> AnswersResult:
        """Return the result with a verdict on every answerable question.

        A refused one is 0 without being asked about. Raises LanguageModelError when the model
        fails: figures of half a set would be worth nothing.
        """
        grades: list[Grade] = []
        for start in range(0, len(result.grades), _AT_ONCE):
            some = result.grades[start : start + _AT_ONCE]
            verdicts = await asyncio.gather(*(self._verdict(grade) for grade in some))
            grades += [
                replace(grade, verdict=verdict)
                for grade, verdict in zip(some, verdicts, strict=True)
            ]
            progress(len(some))
        return replace(result, grades=grades, judge=self.model.name)

    async def _verdict(self, grade: Grade) -> Verdict | None:
        if grade.query.impossible:
            return None
        if grade.abstained:
            return Verdict(0, "refused")
        sampling = Sampling(max_tokens=LONGEST_VERDICT_TOKENS)
        said = await self.model.complete(_messages(grade), sampling)
        reader = ReplyReader()
        return read_verdict(reader.feed(said.text) + reader.close())


def judge_all(
    results: Sequence[AnswersResult],
    model: LanguageModel,
    progress: Callable[[int], None],
) -> list[AnswersResult]:
    """Return the results with verdicts; the model is closed afterwards."""

    async def judge() -> list[AnswersResult]:
        try:
            return [await Judge(model).judged(result, progress) for result in results]
        finally:
            await model.close()

    return asyncio.run(judge())


def read_verdict(reply: str) -> Verdict:
    """Return the verdict in a reply; one in any other form than asked for has no grade."""
    try:
        found = json.loads(reply)
    except (ValueError, RecursionError):
        return Verdict(None, reply.strip())
    if not isinstance(found, dict) or found.keys() != {"reason", "grade"}:
        return Verdict(None, reply.strip())
    reason, grade = found["reason"], found["grade"]
    if type(grade) is not int or grade not in (0, 1) or not isinstance(reason, str):
        return Verdict(None, reply.strip())
    return Verdict(grade, reason.strip())


def _messages(grade: Grade) -> list[Message]:
    right = "\n".join(f"<right>{escape(answer)}</right>" for answer in grade.query.answers)
    asked = f"<question>{escape(grade.query.text)}</question>"
    said = f"<answer>{escape(without_marks(grade.reply.answer))}</answer>"
    return [
        Message(Role.SYSTEM, read_judge_prompt(grade.language)),
        Message(Role.USER, f"{asked}\n{right}\n{said}"),
    ]
