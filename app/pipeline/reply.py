"""Step 9, reading: which part of what a language model writes is its answer."""

import re
from enum import Enum, auto

_OPENING = re.compile(r"\s*<(thinking|think|answer)>", re.IGNORECASE)
_TAGS = ("<thinking>", "<think>", "<answer>")
_END = "</answer>"


class _Part(Enum):
    START = auto()
    THINKING = auto()
    ANSWER = auto()
    END = auto()


class ReplyReader:
    """Lets the answer through as it arrives, and keeps reasoning and tags back.

    A model that writes no tags at all has written nothing but its answer.
    """

    def __init__(self) -> None:
        self._part = _Part.START
        self._held = ""
        self._closing = ""

    def feed(self, text: str) -> str:
        """Return the words of the answer that can be told from this piece on."""
        self._held += text
        shown = ""
        while (step := self._step()) is not None:
            shown += step
        return shown

    def close(self) -> str:
        """Return the rest; reasoning that never ended is no answer."""
        rest, self._held = self._held, ""
        return rest if self._part in (_Part.START, _Part.ANSWER) else ""

    def _step(self) -> str | None:
        """Return what can be shown after one step, or None when more has to arrive first."""
        if self._part is _Part.START:
            return self._begin()
        if self._part is _Part.THINKING:
            return self._skip()
        if self._part is _Part.ANSWER and self._held:
            return self._show()
        return None

    def _begin(self) -> str | None:
        opening = _OPENING.match(self._held)
        if opening is None:
            start = self._held.lstrip().lower()
            if any(tag.startswith(start) for tag in _TAGS):
                return None
            self._part = _Part.ANSWER
            return ""
        tag = opening[1].lower()
        self._held = self._held[opening.end() :]
        self._part = _Part.ANSWER if tag == "answer" else _Part.THINKING
        self._closing = f"</{tag}>"
        return ""

    def _skip(self) -> str | None:
        place = self._held.lower().find(self._closing)
        if place < 0:
            return None
        self._held = self._held[place + len(self._closing) :]
        self._part = _Part.START
        return ""

    def _show(self) -> str | None:
        place = self._held.lower().find(_END)
        if place >= 0:
            shown, self._held, self._part = self._held[:place], "", _Part.END
            return shown
        kept = _tag_begun(self._held)
        shown, self._held = self._held[: len(self._held) - kept], self._held[-kept:] if kept else ""
        return shown or None


def _tag_begun(text: str) -> int:
    """Return how many of the last characters may be the head of the closing tag."""
    longest = min(len(text), len(_END) - 1)
    lower = text.lower()
    return next((n for n in range(longest, 0, -1) if _END.startswith(lower[-n:])), 0)
