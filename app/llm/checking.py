"""Whether the language model of the settings works, told in lines for a terminal."""

import time

from app.llm.measuring import time_answer
from app.llm.registry import build_language_model
from app.llm.settings import LanguageModelSettings

QUESTION = "Say in one short sentence what a library is. 도서관이 무엇인지 한 문장으로 말하세요."
MOST_TOKENS = 32


async def check_language_model(settings: LanguageModelSettings) -> list[str]:
    """Return what is configured, whether it loads, and how fast it answers a short question.

    Raises what building it and asking it raise, with what to do: UnknownNameError,
    MissingExtraError, LanguageModelError.
    """
    began = time.perf_counter()
    model = build_language_model(settings)
    if model is None:
        return ["back end  none: answers are quoted from the documents, by no language model"]
    loaded_seconds = time.perf_counter() - began
    try:
        spell = await time_answer(model, QUESTION, min(MOST_TOKENS, settings.max_tokens))
        return [
            f"back end  {settings.backend}",
            f"model     {model.check()}",
            f"loaded    in {loaded_seconds:.1f} s",
            f"said      {' '.join(spell.text.split())}",
            (
                f"speed     first word after {spell.first_word_seconds:.2f} s, then"
                f" {spell.tokens_per_second:.0f} tokens a second"
                f" ({spell.usage.prompt_tokens} read, {spell.usage.completion_tokens} written)"
            ),
        ]
    finally:
        await model.close()
