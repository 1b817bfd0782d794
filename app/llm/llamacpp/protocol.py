"""What llama.cpp's server is sent, and what its answers mean."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.errors import ContextTooLongError, LanguageModelError
from app.llm.base import Message, Piece, Sampling, Usage

_EVENT = "data: "
_LAST = "[DONE]"
_CONTROL = re.compile(
    r"[<\[](?=[|｜][^\s<>]{1,64}[|｜]>|/?s>|(?:start|end)_of_turn>|/?INST\]|</?SYS>>)"
)
"""How the usual chat templates mark who speaks: no document may speak as somebody else."""


def request(messages: Sequence[Message], sampling: Sampling) -> dict[str, Any]:
    """Return the body that asks for a streamed answer; only ``sampling`` chooses the tokens."""
    asked: dict[str, Any] = {
        "messages": [
            {"role": each.role.value, "content": _harmless(each.content)} for each in messages
        ],
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "top_k": 0,
        "min_p": 0.0,
        "max_tokens": sampling.max_tokens,
        "stop": list(sampling.stop),
        "cache_prompt": True,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    return asked if sampling.seed is None else {**asked, "seed": sampling.seed}


def piece(line: str, name: str) -> Piece:
    """Return what a line of the stream says, perhaps nothing; raise the error that it tells."""
    content = line.removeprefix(_EVENT)
    if content in {line, _LAST}:
        return Piece()
    event = json.loads(content)
    if "error" in event:
        raise refusal(event, name)
    used = event.get("usage") or {}
    texts = [choice["delta"].get("content") or "" for choice in event.get("choices", [])]
    usage = Usage(used.get("prompt_tokens", 0), used.get("completion_tokens", 0))
    return Piece("".join(texts), usage)


def _harmless(text: str) -> str:
    """Return the text with a space in what the tokenizer would take for a control token."""
    return _CONTROL.sub(lambda mark: f"{mark[0]} ", text)


def refusal(answer: Mapping[str, Any], name: str) -> LanguageModelError:
    """Return the error that an answer tells."""
    told = answer.get("error", {})
    if told.get("type") == "exceed_context_size_error":
        length, limit = told.get("n_prompt_tokens"), told.get("n_ctx")
        return ContextTooLongError(
            f"The prompt has {length} tokens, and the context of {name} {limit}. Raise"
            " MUREUM_LLM_CONTEXT_TOKENS, or lower MUREUM_APP_CONTEXT_CHARACTERS."
        )
    return LanguageModelError(f"{name} refuses the request: {told.get('message', 'unknown')}")
