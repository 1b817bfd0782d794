"""Signals end the watch: while it waits by a request, while it works by an interruption."""

import signal

import pytest

from ingest.watching.stopping import Stopping


@pytest.mark.parametrize(("number", "keyboard"), [(signal.SIGINT, True), (signal.SIGTERM, False)])
def test_a_signal_while_waiting_is_a_request(number: int, keyboard: bool) -> None:
    with Stopping() as stopping:
        signal.raise_signal(number)
        assert stopping.requested.is_set()
        assert stopping.by_keyboard is keyboard


def test_a_signal_while_working_interrupts() -> None:
    with Stopping() as stopping:
        with pytest.raises(KeyboardInterrupt), stopping.interruptible():
            signal.raise_signal(signal.SIGTERM)
        assert stopping.requested.is_set()


def test_work_does_not_begin_after_a_signal() -> None:
    begun = []
    with Stopping() as stopping:
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt), stopping.interruptible():
            begun.append(1)
    assert begun == []


def test_a_second_signal_interrupts_whatever_is_done() -> None:
    with Stopping():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_the_handlers_of_before_are_put_back() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with Stopping():
        pass
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
