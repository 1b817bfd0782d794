"""A small server that speaks OpenAI's protocol, and misbehaves on demand."""

import json
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

MODEL = "fake-model"
LONGEST_PROMPT = 2_000
ENDLESS = 100_000
Misbehaviour = Callable[["Handler"], None]


@dataclass
class FakeOpenAI:
    """What the server says, and what it was asked."""

    text: str = "한국어 답변입니다. And English words too."
    key: str = ""
    seconds_per_word: float = 0.0
    next_ones: deque[Misbehaviour] = field(default_factory=deque)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    words_sent: int = 0
    hung_up_on: int = 0
    connections: int = 0
    base_url: str = ""


class Handler(BaseHTTPRequestHandler):
    """One request: the next misbehaviour that was ordered, or a proper answer."""

    protocol_version = "HTTP/1.1"
    fake: FakeOpenAI

    def setup(self) -> None:
        super().setup()
        self.fake.connections += 1

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.fake.bodies.append(body)
        self.fake.keys.append(self.headers.get("Authorization", ""))
        try:
            if self.fake.next_ones:
                self.fake.next_ones.popleft()(self)
            elif not self._refuses(body):
                self.answer(body)
        except (BrokenPipeError, ConnectionResetError):
            self.fake.hung_up_on += 1
            self.close_connection = True

    def _refuses(self, body: dict[str, Any]) -> bool:
        prompt = "".join(message["content"] for message in body["messages"])
        if self.fake.key and self.headers.get("Authorization") != f"Bearer {self.fake.key}":
            self.fail(401, f"Incorrect API key provided: {self.headers['Authorization']}")
        elif body["model"] != MODEL:
            self.fail(404, "The model does not exist", code="model_not_found")
        elif len(prompt) > LONGEST_PROMPT:
            self.fail(400, "This model's maximum context length", code="context_length_exceeded")
        else:
            return False
        return True

    def fail(self, status: int, message: str, code: str = "", retry_after: str = "") -> None:
        content = json.dumps({"error": {"message": message, "code": code or None}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(content)

    def answer(self, body: dict[str, Any]) -> None:
        words = re.findall(r"\s*\S+", self.fake.text)[: body.get("max_tokens")]
        self.begin()
        for word in words:
            time.sleep(self.fake.seconds_per_word)
            self.say(word)
        self.event(chunk({}, finish="stop"))
        if (body.get("stream_options") or {}).get("include_usage"):
            told = {"prompt_tokens": 7, "completion_tokens": len(words), "total_tokens": 0}
            self.event({**chunk({}), "choices": [], "usage": told})
        self.end()

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def say(self, text: str) -> None:
        self.event(chunk({"content": text}))
        self.fake.words_sent += 1

    def event(self, content: dict[str, Any]) -> None:
        self.send(f"data: {json.dumps(content)}\n\n")

    def send(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def end(self) -> None:
        self.send("data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal."""


def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": MODEL,
        "choices": [choice],
    }


def failing(
    status: int, message: str = "no", code: str = "", retry_after: str = ""
) -> Misbehaviour:
    return lambda handler: handler.fail(status, message, code, retry_after)


def dropping_after(words: int) -> Misbehaviour:
    def drop(handler: Handler) -> None:
        if words:
            handler.begin()
        for _ in range(words):
            handler.say("말 ")
        handler.close_connection = True

    return drop


def ending_early(handler: Handler) -> None:
    handler.begin()
    handler.say("반만 ")
    handler.wfile.write(b"0\r\n\r\n")


def talking_nonsense(handler: Handler) -> None:
    handler.begin()
    handler.send("data: {not json\n\n")
    handler.end()


def showing_a_web_page(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "6")
    handler.end_headers()
    handler.wfile.write(b"<html>")


def giving_up(message: str, code: object, *, words: int) -> Misbehaviour:
    def give_up(handler: Handler) -> None:
        handler.begin()
        for _ in range(words):
            handler.say("말 ")
        handler.event({"error": {"message": message, "code": code}})
        handler.end()

    return give_up


def lingering(handler: Handler) -> None:
    """Say everything, the mark of the end too, and keep the response open."""
    handler.begin()
    handler.say("다 ")
    handler.event(chunk({"content": "했다"}, finish="stop"))
    handler.send("data: [DONE]\n\n")
    time.sleep(3)


def ending_late(handler: Handler) -> None:
    """Say everything, the mark of the end a moment later, and keep the response open."""
    handler.begin()
    handler.event(chunk({"content": "다 했다"}, finish="stop"))
    time.sleep(0.1)
    handler.send("data: [DONE]\n\n")
    time.sleep(3)


def counting_as_it_goes(handler: Handler) -> None:
    """Tell with every word how many there were so far."""
    handler.begin()
    for count in (1, 2, 3):
        told = {"prompt_tokens": 7, "completion_tokens": count}
        handler.event({**chunk({"content": "말 "}, finish="stop"), "usage": told})
    handler.end()


def never_stopping(handler: Handler) -> None:
    handler.begin()
    for _ in range(ENDLESS):
        handler.say("계속 ")


def thinking_first(seconds: float) -> Misbehaviour:
    def think(handler: Handler) -> None:
        time.sleep(seconds)
        handler.answer({})

    return think


@contextmanager
def fake_openai_server() -> Iterator[FakeOpenAI]:
    fake = FakeOpenAI()
    handler = type("BoundHandler", (Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    fake.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
