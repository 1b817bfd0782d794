"""Two replicas of the service share one database of conversations, and one of them is killed."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import URL

from tests.memory_databases import DATABASES, empty_database

REPOSITORY = Path(__file__).parents[2]
PATIENCE_SECONDS = 120

LEAVE = """# 휴가 규정

연차 휴가는 일 년에 15일입니다. 연차 휴가는 다음 해로 이월되지 않습니다.

병가는 진단서를 내면 최대 60일까지 쓸 수 있습니다.
"""


@dataclass
class Replica:
    """A server that can be killed and started again."""

    folder: Path
    environment: dict[str, str]
    name: str
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> httpx.Client:
        log = self.folder / f"{self.name}.log"
        with log.open("wb") as written:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app"],
                cwd=self.folder,
                env=self.environment,
                stderr=written,
            )
        return httpx.Client(base_url=_address(log), timeout=60)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(PATIENCE_SECONDS)


def _address(log: Path) -> str:
    """Return where the server listens, as soon as it says so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of one document."""
    folder = tmp_path_factory.mktemp("sessions")
    (folder / "휴가.md").write_text(LEAVE, encoding="utf-8")
    command = [sys.executable, "-m", "ingest", "휴가.md"]
    ran = subprocess.run(
        command, cwd=folder, env=environment(folder), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return folder


def environment(folder: Path, url: URL | None = None) -> dict[str, str]:
    address = (
        {} if url is None else {"MUREUM_MEMORY_URL": url.render_as_string(hide_password=False)}
    )
    return {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "MUREUM_DATA_DIR": str(folder / "data"),
        "MUREUM_APP_PORT": "0",
        "MUREUM_APP_WORKER": "False",
        **address,
    }


@pytest.fixture(scope="module", params=DATABASES)
def replicas(request: pytest.FixtureRequest, folder: Path) -> Iterator[list[Replica]]:
    url = empty_database(request.param, folder)
    made = [
        Replica(folder, environment(folder, url), f"{request.param}-{name}")
        for name in ("first", "second")
    ]
    yield made
    for replica in made:
        replica.kill()


@pytest.fixture(scope="module")
def clients(replicas: list[Replica]) -> list[httpx.Client]:
    return [replica.start() for replica in replicas]


def ask(client: httpx.Client, question: str, session_id: str | None = None) -> dict[str, object]:
    response = client.post("/ask", json={"question": question, "session_id": session_id})
    assert response.status_code == 200, response.text
    answered: dict[str, object] = response.json()
    return answered


def session_of(answered: dict[str, object]) -> str:
    return str(answered["session_id"])


def test_a_session_that_one_replica_began_goes_on_at_the_other(
    clients: list[httpx.Client],
) -> None:
    first, second = clients
    session_id = session_of(ask(first, "연차 휴가는 며칠인가요?"))
    assert session_of(ask(second, "이월되나요?", session_id)) == session_id
    shown = [client.get(f"/sessions/{session_id}").json() for client in clients]
    assert shown[0] == shown[1]
    assert shown[0]["session"]["title"] == "연차 휴가는 며칠인가요?"
    turns = shown[0]["turns"]
    assert [turn["question"] for turn in turns] == ["연차 휴가는 며칠인가요?", "이월되나요?"]
    assert "15일" in turns[0]["result"]["citations"][0]["quote"]


def test_questions_to_both_replicas_at_once_become_turns_one_after_another(
    clients: list[httpx.Client],
) -> None:
    session_id = session_of(ask(clients[0], "연차 휴가는 며칠인가요?"))
    with ThreadPoolExecutor(8) as threads:
        asked = [
            threads.submit(ask, clients[number % 2], f"병가는 며칠인가요? {number}", session_id)
            for number in range(8)
        ]
        assert {session_of(each.result()) for each in asked} == {session_id}
    turns = clients[0].get(f"/sessions/{session_id}").json()["turns"]
    assert [turn["number"] for turn in turns] == list(range(1, 10))
    assert {turn["status"] for turn in turns} == {"done"}
    ended = [turn["ended_at"] for turn in turns]
    assert ended == sorted(ended)


def test_a_killed_replica_finds_its_sessions_again(
    clients: list[httpx.Client], replicas: list[Replica]
) -> None:
    session_id = session_of(ask(clients[0], "병가는 며칠까지 쓸 수 있나요?"))
    before = clients[1].get(f"/sessions/{session_id}").json()
    replicas[0].kill()
    with replicas[0].start() as restarted:
        assert restarted.get(f"/sessions/{session_id}").json() == before
        ask(restarted, "진단서가 필요한가요?", session_id)


def test_a_deleted_session_is_gone_at_the_other_replica(clients: list[httpx.Client]) -> None:
    client = clients[1]
    session_id = session_of(ask(client, "연차 휴가는 며칠인가요?"))
    assert client.delete(f"/sessions/{session_id}").status_code == 204
    response = client.post("/ask", json={"question": "이월되나요?", "session_id": session_id})
    assert response.status_code == 404
    assert response.json()["type"] == "urn:mureum:problem:session-not-found"
