import threading

import pytest

from app.errors import NotReadyError
from app.opener import IndexOpener
from index.base import SearchIndex
from index.errors import EmbedderUnavailableError
from tests.unit.app.services import small_index


def test_the_index_is_opened_once_and_kept() -> None:
    opened: list[SearchIndex] = []

    def open_index() -> SearchIndex:
        opened.append(small_index())
        return opened[-1]

    opener = IndexOpener(open_index)
    assert not opened
    assert opener.index() is opener.index() is opened[0]
    opener.close()
    opener.close()
    assert opener.index() is opened[1]


def test_an_index_that_could_not_be_opened_is_tried_again() -> None:
    failures = [EmbedderUnavailableError("no weights")]

    def open_index() -> SearchIndex:
        if failures:
            raise failures.pop()
        return small_index()

    opener = IndexOpener(open_index)
    with pytest.raises(EmbedderUnavailableError):
        opener.index()
    assert opener.index().status().documents == 2


def test_who_does_not_wait_is_told_that_the_index_is_being_opened() -> None:
    started, gate = threading.Event(), threading.Event()

    def open_index() -> SearchIndex:
        started.set()
        assert gate.wait(5)
        return small_index()

    opener = IndexOpener(open_index)
    thread = threading.Thread(target=opener.index)
    thread.start()
    assert started.wait(5)
    with pytest.raises(NotReadyError):
        opener.index(wait=False)
    gate.set()
    thread.join(5)
    assert opener.index(wait=False).status().documents == 2
