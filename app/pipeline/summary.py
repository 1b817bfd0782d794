"""What is kept in mind of turns that no longer fit into a prompt."""

from collections.abc import Sequence

from app.errors import LanguageModelUnavailableError, OverloadedError
from app.llm.base import LanguageModel, Message, Role, Sampling
from app.pipeline.prompt import said
from app.pipeline.question import language_of
from app.prompts import read_prompt
from app.rewriters.base import Exchange

LONGEST_SUMMARY_TOKENS = 256


class Summariser:
    """Lets a language model fold exchanges into the summary of those before them."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    async def summarise(self, summary: str, exchanges: Sequence[Exchange]) -> str:
        """Return the next summary, in the language of the last question.

        Raises LanguageModelError, after which the summary so far still holds.
        """
        known = [Exchange("", summary)] if summary else []
        conversation = "\n".join(said(exchange) for exchange in [*known, *exchanges])
        language = language_of(exchanges[-1].question)
        prompt = read_prompt("summary", language, conversation=conversation)
        sampling = Sampling(max_tokens=LONGEST_SUMMARY_TOKENS)
        try:
            completion = await self._model.complete([Message(Role.USER, prompt)], sampling)
        except OverloadedError as error:
            raise LanguageModelUnavailableError(str(error)) from error
        return " ".join(completion.text.split())
