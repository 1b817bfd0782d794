"""A server that speaks OpenAI's protocol and writes slowly: ``python -m eval.bench.slow_model``.

What it says is made before it is asked, so that it takes little of the time that is measured.
"""

import argparse
import asyncio
import json
import re
import sys

MODEL = "slow"
SAID = (
    "<answer>The access card opens the server room from 9:00 to 18:00 [1]. Whoever loses it tells"
    " the security desk at once [2]. 출입 카드는 아홉 시부터 서버실을 엽니다 [1].</answer>"
)
WORDS = SAID.split()

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
_CLOSE = re.compile(rb"connection:\s*close", re.IGNORECASE)
_WAITING_CONNECTIONS = 1_000


class SlowModel:
    """Answers every request with the same words, and waits before each."""

    def __init__(self, seconds_a_word: float, port: int = 0) -> None:
        self._seconds_a_word = seconds_a_word
        self._port = port
        said = [{"index": 0, "delta": {"content": f"{word} "}} for word in WORDS]
        self._words = [_chunk({"choices": [choice]}) for choice in said]
        end = {"index": 0, "delta": {}, "finish_reason": "stop"}
        count = len(WORDS)
        usage = {"prompt_tokens": 1, "completion_tokens": count, "total_tokens": count + 1}
        last = _chunk({"choices": [end], "usage": usage})
        self._end = last + _framed(b"data: [DONE]\n\n") + _framed(b"")

    async def serve(self) -> None:
        """Listen on its port of this machine, or on a free one, and tell it."""
        server = await asyncio.start_server(
            self.connected, "127.0.0.1", self._port, backlog=_WAITING_CONNECTIONS
        )
        sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await server.serve_forever()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer what one connection asks, until the other side is done."""
        try:
            while head := await _head(reader):
                length = _LENGTH.search(head)
                await reader.readexactly(int(length[1]) if length else 0)
                await self._answer(writer)
                if _CLOSE.search(head):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        writer.write(_HEAD)
        for word in self._words:
            await asyncio.sleep(self._seconds_a_word)
            writer.write(word)
        writer.write(self._end)
        await writer.drain()


async def _head(reader: asyncio.StreamReader) -> bytes:
    """Return the head of the next request, or nothing when the other side is done."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""


def _chunk(parts: dict[str, object]) -> bytes:
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": MODEL, **parts}
    return _framed(f"data: {json.dumps(chunk)}\n\n".encode())


def _framed(data: bytes) -> bytes:
    """Return a chunk of HTTP; an empty one is the last."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def main() -> None:
    """Serve on a port of this machine, which the log names."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.slow_model")
    parser.add_argument("--seconds-a-word", type=float, default=0.15)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    asyncio.run(SlowModel(options.seconds_a_word, options.port).serve())


if __name__ == "__main__":
    main()
