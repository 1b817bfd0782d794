import socket
from collections.abc import Iterator

import pytest

from ingest.isolation.wire import BrokenConnectionError, receive, send


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_messages_arrive_one_after_the_other(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    send(ours, {"name": "안내.md"}, b"one")
    send(ours, {}, b"")
    with theirs.makefile("rb") as stream:
        assert receive(stream, 10) == ({"name": "안내.md"}, b"one")
        assert receive(stream, 10) == ({}, b"")


def test_a_message_over_its_bound_is_refused_before_it_is_read(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    send(ours, {}, b"x" * 11)
    with theirs.makefile("rb") as stream, pytest.raises(BrokenConnectionError, match="longer"):
        receive(stream, 10)


@pytest.mark.parametrize("part", [b"", b"\x00\x00", b"\x00\x00\x00\x02" + b"\x00" * 8 + b"{"])
def test_a_side_that_is_gone_is_noticed(
    pair: tuple[socket.socket, socket.socket], part: bytes
) -> None:
    ours, theirs = pair
    ours.sendall(part)
    ours.close()
    with theirs.makefile("rb") as stream, pytest.raises(BrokenConnectionError, match="gone"):
        receive(stream, 10)
