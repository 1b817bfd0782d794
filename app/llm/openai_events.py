"""What a server of OpenAI's protocol is sent, and what the bytes of its answer mean."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.llm.base import Message, Sampling, Usage

LONGEST_EVENT_BYTES = 1 << 20
"""An event is a few hundred bytes; what does not end would fill the memory."""

_LAST = b"[DONE]"
_ERROR_STATUSES = range(400, 600)


@dataclass(frozen=True, slots=True)
class Event:
    """The next words of an answer, whether it ends here, and the tokens so far if they are told.

    ``last`` says that nothing follows.
    """

    text: str = ""
    ends: bool = False
    usage: Usage | None = None
    last: bool = False


class ToldError(Exception):
    """An error that the server tells, in a response or in the middle of an answer."""

    def __init__(self, content: object, status: int | None = None, response: object = None) -> None:
        """Take what the server sent, the status of its response, and the response itself."""
        super().__init__(str(content))
        told = content.get("error", content) if isinstance(content, Mapping) else content
        fields = told if isinstance(told, Mapping) else {"message": told}
        self.message = str(fields.get("message") or "")
        self.code = fields.get("code")
        self.status_code = status or _status(self.code)
        self.response = response


class EventReader:
    """Finds the events in the bytes as they arrive, however they are cut."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> Iterator[Event]:
        """Yield the events that are whole; raise ValueError for what is not the protocol."""
        *lines, self._held = (self._held + data).split(b"\n")
        if len(self._held) > LONGEST_EVENT_BYTES:
            raise ValueError("A line of the answer does not end.")
        for line in lines:
            yield from _read(line)

    def close(self) -> Iterator[Event]:
        """Yield the event that came without the end of its line, if there is one."""
        held, self._held = self._held, b""
        yield from _read(held)


def request(
    model: str, messages: Sequence[Message], sampling: Sampling, *, takes_temperature: bool
) -> dict[str, Any]:
    """Return the body of a request; what equals the API's default is not sent: some refuse it."""
    asked: dict[str, Any] = {
        "model": model,
        "messages": [{"role": each.role.value, "content": each.content} for each in messages],
        "max_tokens": sampling.max_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if takes_temperature:
        asked["temperature"] = sampling.temperature
    if sampling.top_p < 1:
        asked["top_p"] = sampling.top_p
    if sampling.seed is not None:
        asked["seed"] = sampling.seed
    if sampling.stop:
        asked["stop"] = list(sampling.stop)
    return asked


def _read(line: bytes) -> Iterator[Event]:
    """Yield what a line says; comments, names and ids of events say nothing."""
    if not line.startswith(b"data:"):
        return
    content = line[len(b"data:") :].strip()
    if content:
        yield Event(last=True) if content == _LAST else _event(json.loads(content))


def _event(told: object) -> Event:
    if not isinstance(told, dict):
        raise ValueError("An event is no object.")
    if told.get("error"):
        raise ToldError(told)
    try:
        choice = (told.get("choices") or [{}])[0]
        text = _text((choice.get("delta") or {}).get("content"))
        return Event(text, bool(choice.get("finish_reason")), _usage(told.get("usage")))
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("An event is not of OpenAI's protocol.") from error


def _status(code: object) -> int | None:
    """Return the status that an error in the middle of an answer tells in its code, if it does."""
    return code if isinstance(code, int) and code in _ERROR_STATUSES else None


def _text(content: object) -> str:
    """Return the words; some servers send them as a list of parts."""
    if isinstance(content, list):
        return "".join(str(part["text"]) for part in content if part.get("type") == "text")
    return content if isinstance(content, str) else ""


def _usage(told: Mapping[str, Any] | None) -> Usage | None:
    if not told:
        return None
    return Usage(int(told.get("prompt_tokens") or 0), int(told.get("completion_tokens") or 0))
