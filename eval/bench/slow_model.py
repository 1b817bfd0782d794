"""A server that speaks OpenAI's protocol and writes slowly: ``python -m eval.bench.slow_model``."""

import argparse
import asyncio
import json
from collections.abc import AsyncIterator

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

MODEL = "slow"
SAID = (
    "<answer>The access card opens the server room from 9:00 to 18:00 [1]. Whoever loses it tells"
    " the security desk at once [2]. 출입 카드는 아홉 시부터 서버실을 엽니다 [1].</answer>"
)
WORDS = SAID.split()


def create_server(seconds_a_word: float) -> FastAPI:
    """Return a server that waits before each word."""
    server = FastAPI()

    @server.post("/v1/chat/completions")
    async def complete() -> StreamingResponse:
        return StreamingResponse(_said(seconds_a_word), media_type="text/event-stream")

    return server


async def _said(seconds_a_word: float) -> AsyncIterator[str]:
    for word in WORDS:
        await asyncio.sleep(seconds_a_word)
        yield _chunk({"choices": [{"index": 0, "delta": {"content": f"{word} "}}]})
    end = {"index": 0, "delta": {}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 1, "completion_tokens": len(WORDS), "total_tokens": len(WORDS) + 1}
    yield _chunk({"choices": [end], "usage": usage})
    yield "data: [DONE]\n\n"


def _chunk(parts: dict[str, object]) -> str:
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": MODEL, **parts}
    return f"data: {json.dumps(chunk)}\n\n"


def main() -> None:
    """Serve on a free port of this machine, which the log names."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.slow_model")
    parser.add_argument("--seconds-a-word", type=float, default=0.05)
    options = parser.parse_args()
    server = create_server(options.seconds_a_word)
    uvicorn.run(server, host="127.0.0.1", port=0, access_log=False)


if __name__ == "__main__":
    main()
