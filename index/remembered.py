"""What was worked out a moment ago, by what it was worked out from."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Remembered(Generic[Result]):
    """Keeps the results for the texts that were wanted last; safe between threads."""

    def __init__(self, most: int, longest: int) -> None:
        self._most = most
        self._longest = longest
        self._known: OrderedDict[str, Result] = OrderedDict()
        self._lock = threading.Lock()

    def of(
        self, texts: Sequence[str], work: Callable[[Sequence[str]], Sequence[Result]]
    ) -> list[Result]:
        """Return the result for every text; ``work`` gives those that are not known, in order.

        Nothing is kept of texts that are longer than ``longest`` characters.
        """
        found = self._found(texts)
        missing = list(dict.fromkeys(text for text in texts if text not in found))
        made = dict(zip(missing, work(missing) if missing else (), strict=True))
        self._keep(made)
        found |= made
        return [found[text] for text in texts]

    def _found(self, texts: Sequence[str]) -> dict[str, Result]:
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
            for text in found:
                self._known.move_to_end(text)
        return found

    def _keep(self, made: dict[str, Result]) -> None:
        short = {text: result for text, result in made.items() if len(text) <= self._longest}
        with self._lock:
            self._known |= short
            while len(self._known) > self._most:
                self._known.popitem(last=False)
