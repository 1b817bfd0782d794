"""The configured language model: answers at once beside one by one, and its prefix cache."""

import argparse
import asyncio

from app.llm.base import LanguageModel
from app.llm.measuring import prefix_share, throughput
from app.llm.registry import build_language_model
from app.llm.settings import LanguageModelSettings
from eval.bench.figures import Figure
from eval.bench.generated import paragraph
from index.errors import SettingsError
from index.settings import load_settings

_LEAST_GAIN = 2.0
_MOST_SHARE = 0.5
_PREFIX_PARAGRAPHS = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--answers", type=int, default=8, metavar="N", help="(8)")
    parser.add_argument("--tokens", type=int, default=64, metavar="N", help="of each answer (64)")


def run(options: argparse.Namespace) -> list[Figure]:
    """Return tokens a second alone and together; raise SettingsError when there is no model."""
    settings = load_settings(LanguageModelSettings)
    model = build_language_model(settings)
    if model is None:
        raise SettingsError("No language model is configured. Set MUREUM_LLM_BACKEND and _MODEL.")
    return asyncio.run(_measured(model, options.answers, options.tokens))


async def _measured(model: LanguageModel, answers: int, tokens: int) -> list[Figure]:
    try:
        texts = [f"Write a long story about the number {number}." for number in range(answers)]
        await throughput(model, texts[:1], 8, at_a_time=1)
        alone = await throughput(model, texts, tokens, at_a_time=1)
        together = await throughput(model, texts, tokens, at_a_time=answers)
        prefix = "\n".join(paragraph(number) for number in range(_PREFIX_PARAGRAPHS))
        share = await prefix_share(model, prefix, ("\nWho?", "\nWhen?"))
    finally:
        await model.close()
    group = f"{model.name}, {answers} answers of {tokens} tokens"
    return [
        Figure(group, "one at a time", alone, "tokens/s"),
        Figure(group, "all at once", together, "tokens/s"),
        Figure(group, "gain", together / alone, "×", at_least=_LEAST_GAIN),
        Figure(
            group,
            "first word after a prompt with a known beginning, share of the first time",
            share,
            "×",
            at_most=_MOST_SHARE,
        ),
    ]
