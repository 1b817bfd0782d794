"""The service as users meet it: a process, its port, real models, files in two languages."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

REPOSITORY = Path(__file__).parents[2]
START_SECONDS = 120

LEAVE = """# 휴가 규정

## 연차

연차 휴가는 일 년에 15일입니다. 2년마다 하루씩 늘어나 최대 25일까지 쓸 수 있습니다.

## 병가

병가는 진단서를 내면 최대 60일까지 쓸 수 있습니다. 그중 30일은 급여의 70%를 받습니다.
"""
BACKUP = """Backup policy

Backups run every night at 02:30 and are kept for 30 days. They are encrypted with AES-256.

To restore a file, open a ticket with the infrastructure team and name the date.
"""


@dataclass(frozen=True)
class Place:
    """A folder to work in, and the environment of every process there."""

    folder: Path

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", *arguments]

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": str(REPOSITORY),
            "MUREUM_DATA_DIR": str(self.folder / "data"),
            "MUREUM_APP_PORT": "0",
            "MUREUM_APP_WORKER": "False",
            "MUREUM_APP_LOG_FORMAT": "json",
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("live")
    (folder / "문서").mkdir()
    (folder / "문서" / "휴가.md").write_text(LEAVE, encoding="utf-8")
    (folder / "문서" / "backup.txt").write_text(BACKUP, encoding="utf-8")
    return Place(folder)


@pytest.fixture(scope="module")
def empty(place: Place) -> Iterator[httpx.Client]:
    """A client of a server that was started before anything was ingested."""
    log = (place.folder / "server.log").open("wb")
    process = subprocess.Popen(
        place.command("app"), cwd=place.folder, env=place.environment, stderr=log
    )
    try:
        with httpx.Client(base_url=_address(place.folder / "server.log"), timeout=60) as client:
            yield client
    finally:
        process.terminate()
        assert process.wait(30) == 0 or process.returncode == -15
        log.close()


@pytest.fixture(scope="module")
def client(empty: httpx.Client, place: Place) -> httpx.Client:
    ingested = place.run("ingest", "문서")
    assert ingested.returncode == 0, ingested.stderr
    return empty


def _address(log: Path) -> str:
    """Return where the server listens, as soon as it says so."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


def test_before_anything_is_ingested_the_server_lives_and_says_what_is_missing(
    empty: httpx.Client, place: Place
) -> None:
    if (place.folder / "data").exists():
        pytest.skip("something has been ingested by another test")
    assert empty.get("/health").status_code == 200
    response = empty.post("/ask", json={"question": "연차는 며칠인가요?"})
    assert response.status_code == 503
    assert response.json()["type"] == "urn:mureum:problem:index-missing"
    assert "python -m ingest" in response.json()["detail"]


def test_what_is_ingested_later_is_answered_without_a_restart(client: httpx.Client) -> None:
    assert client.get("/ready").json()["documents"] == 2


@pytest.mark.parametrize(
    ("question", "source", "expected"),
    [
        ("병가는 며칠까지 쓸 수 있나요?", "문서/휴가.md", "최대 60일"),
        ("When do the backups run?", "문서/backup.txt", "02:30"),
    ],
)
def test_a_question_is_answered_with_words_that_stand_in_the_document(
    client: httpx.Client, question: str, source: str, expected: str
) -> None:
    answer = client.post("/ask", json={"question": question}).json()
    assert not answer["abstained"], answer
    first = answer["citations"][0]
    assert expected in first["quote"]
    assert first["source"] == source
    assert answer["answer"].startswith(first["quote"])
    span = {"start": first["start"], "end": first["end"]}
    text = client.get(f"/documents/{first['document_id']}/text", params=span).json()["text"]
    assert text == first["quote"]


@pytest.mark.parametrize(
    "question", ["대한민국의 대통령은 누구인가요?", "Who won the world cup in 1998?"]
)
def test_what_the_documents_do_not_hold_is_not_answered(
    client: httpx.Client, question: str
) -> None:
    answer = client.post("/ask", json={"question": question}).json()
    assert answer["abstained"], answer
    assert {citation["support"] for citation in answer["citations"]} == {0}


def test_many_searches_at_once_all_succeed_and_the_server_stays_alive(
    client: httpx.Client,
) -> None:
    def search(number: int) -> int:
        return client.post("/search", json={"query": f"{number}일 휴가"}).status_code

    with ThreadPoolExecutor(20) as threads:
        searches = [threads.submit(search, number) for number in range(20)]
        assert client.get("/health", timeout=5).status_code == 200
        assert [search.result() for search in searches] == [200] * 20


def test_every_line_of_the_log_is_an_object_that_tells_nothing_said(
    client: httpx.Client, place: Place
) -> None:
    asked = {"question": "병가는 며칠까지 쓸 수 있나요?"}
    client.post("/ask", json=asked, headers={"X-Request-ID": "live-1"})
    client.get("/%0d%0aforged?secret=1")
    text = (place.folder / "server.log").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    told = {line["logger"]: line for line in lines if line.get("request_id") == "live-1"}
    assert set(told) == {"app.requests", "mureum.audit"}
    assert (told["app.requests"]["route"], told["app.requests"]["status"]) == ("/ask", 200)
    assert (told["mureum.audit"]["action"], told["mureum.audit"]["status"]) == ("ask", 200)
    assert not any(word in text for word in ("병가", "60일", "forged", "secret"))


def test_the_terminal_answers_for_people_and_for_programs(
    client: httpx.Client, place: Place
) -> None:
    del client
    read = place.run("app", "ask", "병가는 며칠까지 쓸 수 있나요?", "--source", "문서/휴가")
    assert read.returncode == 0, read.stderr
    assert read.stdout.startswith("병가는 진단서를 내면 최대 60일까지 쓸 수 있습니다. [1]")
    parsed = place.run("app", "ask", "When do the backups run?", "--json")
    assert json.loads(parsed.stdout)["citations"][0]["source"] == "문서/backup.txt"


def test_the_terminal_says_in_one_line_what_is_wrong(place: Place) -> None:
    failed = place.run("app", "ask", "???")
    assert failed.returncode == 1
    assert failed.stderr == "error: The question is empty: it holds no letter and no digit.\n"
