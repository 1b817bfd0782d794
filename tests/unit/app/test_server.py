"""The server's end is bounded: threads that do not end do not keep the process."""

import threading

import pytest
from fastapi import FastAPI

from app import server
from app.server import Listening, Server


@pytest.mark.parametrize("threads_end", [True, False])
def test_a_process_whose_threads_do_not_end_is_left_in_time(
    monkeypatch: pytest.MonkeyPatch, threads_end: bool
) -> None:
    left = threading.Event()
    monkeypatch.setattr(server, "_leave", left.set)
    monkeypatch.setattr(server, "_SECONDS_TO_SEND", 0.0)
    monkeypatch.setattr(server, "_SECONDS_TO_CLOSE", 60.0 if threads_end else 0.0)
    Server(FastAPI(), Listening("127.0.0.1", 0, shutdown_seconds=3_600))._end_for_certain()
    assert left.wait(0.2 if threads_end else 5) is not threads_end
