"""Whatever happens to files, uploads and programs, in the end the index is as if made afresh."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.changing.machine import AnySequence
from tests.changing.world import World

USUAL = 12
"""So many sequences are tried each time, always the same ones; --sequences N tries others."""


class AnySequenceOfMany(AnySequence):
    """With vectors in files of eight bits, whose range was learned from other vectors."""

    rounding = 2.0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def test_the_worker_mends_what_follows_the_store(world: World) -> None:
    world.run([world.folder.root], frozenset(), prune=False)
    world.lose("lexical")
    world.queue.add(world.received("The server room is locked."), "room.txt", frozenset())
    world.work()
    assert list(world.stored) == ["uploads/room.txt"]
    assert [finding for finding in world.index.examine() if finding.problem] == []


def test_after_any_sequence_the_index_is_as_if_made_afresh(request: pytest.FixtureRequest) -> None:
    try_sequences(AnySequence, request)


def test_so_it_is_with_vectors_in_files(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("followers", "dense_building"):
        monkeypatch.setattr(f"index.embedded.{module}.EXACT_LIMIT", 20)
        monkeypatch.setattr(f"index.embedded.{module}.RECENT_LIMIT", 6)
    # Of thirty vectors in 8 bits some are as near as others: that is no loss.
    monkeypatch.setattr("index.embedded.examination._LEAST_RECALL", 0.5)
    try_sequences(AnySequenceOfMany, request)


def try_sequences(machine: type[AnySequence], request: pytest.FixtureRequest) -> None:
    wanted = request.config.getoption("--sequences")
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=(wanted or USUAL) // 2,
            stateful_step_count=15,
            derandomize=not wanted,
            phases=[Phase.generate],  # a sequence is short; making it shorter takes minutes
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
