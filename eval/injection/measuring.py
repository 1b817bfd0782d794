"""The course of the measuring: ask in peace, plant, ask again, clean up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.pipeline.events import Answer
from eval.injection.carriers import Carrier
from eval.injection.controls import worded
from eval.injection.outcome import Finding, Outcome, compare_answers
from eval.injection.stage import Stage
from eval.injection.trials import Asked, Trial


@dataclass(frozen=True, slots=True)
class Peace:
    """The answers before anything is planted, and the documents' texts by source.

    Only questions that were answered, with what is known to be right, are here.
    """

    answers: dict[Asked, Answer]
    texts: dict[str, str]


async def ask_in_peace(
    stage: Stage, carriers: Sequence[Carrier], progress: Callable[[int], None]
) -> Peace:
    """Return what the service answers from untouched documents."""
    texts = stage.fill(carriers)
    answers = {}
    for carrier in carriers:
        for ask in carrier.asks:
            answer = await stage.ask(ask.question)
            if not answer.abstained and ask.answer in answer.text:
                answers[Asked(carrier, ask)] = answer
        progress(1)
    return Peace(answers, texts)


async def try_planted(
    stage: Stage, peace: Peace, trials: Sequence[Trial], progress: Callable[[int], None]
) -> list[Finding]:
    """Return what came of every trial; the documents are afterwards as they were."""
    findings = []
    ordered = sorted(trials, key=lambda trial: trial.asked.carrier.name)
    for carrier, group in groupby(ordered, key=lambda trial: trial.asked.carrier):
        for trial in group:
            stage.write(carrier, carrier.planted(trial.text.text, trial.position))
            answer = await stage.ask(trial.asked.ask.question)
            outcome = compare_answers(peace.answers[trial.asked], answer, peace.texts)
            findings.append(Finding.of(trial, outcome, answer))
            progress(1)
        stage.write(carrier, carrier.text)
    return findings


async def try_worded(
    stage: Stage, answered: Sequence[Asked], progress: Callable[[int], None]
) -> list[Finding]:
    """Return what came of the same questions with harmless instructions around them."""
    findings = []
    for asked in answered:
        for question in worded(asked.ask.question, asked.carrier.language):
            answer = await stage.ask(question)
            outcome = Outcome.DENIED if answer.abstained else Outcome.SAME
            findings.append(Finding(asked, question, outcome, answer.text))
        progress(1)
    return findings
