"""A worker is kept running, and never left behind."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.worker_process import Patience, WorkerProcess

pytestmark = pytest.mark.anyio

QUICK = Patience(
    first_pause_seconds=0.01,
    longest_pause_seconds=0.04,
    long_life_seconds=60,
    seconds_to_end=5,
)
OBEDIENT = "import sys; sys.stdin.read()"
DEAF = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    " open(READY, 'w'); time.sleep(60)"
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def runs(pid: int | None) -> bool:
    try:
        os.kill(pid or 0, 0)
    except ProcessLookupError:
        return False
    return True


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110 - processes tell no event
            await asyncio.sleep(0.01)


async def test_a_worker_runs_until_it_is_closed() -> None:
    worker = WorkerProcess([sys.executable, "-c", OBEDIENT], QUICK)
    assert worker.pid is None
    worker.start()
    await until(lambda: worker.pid)
    pid = worker.pid
    assert runs(pid)
    await worker.close()
    assert worker.pid is None
    assert not runs(pid)


async def test_a_worker_that_dies_is_started_again_after_growing_pauses(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lives = tmp_path / "lives"
    dying = f"open({str(lives)!r}, 'a').write('x'); raise SystemExit(3)"
    worker = WorkerProcess([sys.executable, "-c", dying], QUICK)
    worker.start()
    await until(lambda: lives.exists() and lives.stat().st_size >= 3)
    await worker.close()
    assert [m for m in caplog.messages if "ended with code 3" in m]
    size = lives.stat().st_size
    await asyncio.sleep(0.2)
    assert lives.stat().st_size == size


async def test_a_worker_that_does_not_end_is_killed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    deaf = DEAF.replace("READY", repr(str(ready)))
    worker = WorkerProcess([sys.executable, "-c", deaf], Patience(seconds_to_end=0.1))
    worker.start()
    await until(ready.exists)
    pid = worker.pid
    await worker.close()
    assert not runs(pid)


async def test_a_program_that_is_not_there_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    worker = WorkerProcess(["/nowhere/python"], QUICK)
    worker.start()
    await until(lambda: [m for m in caplog.messages if "could not be started" in m])
    await worker.close()


async def test_closing_what_was_never_started_does_nothing() -> None:
    await WorkerProcess([sys.executable, "-c", OBEDIENT], QUICK).close()
