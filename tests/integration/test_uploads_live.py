"""Files handed over to a real server, read by its worker, asked about, replaced and removed."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from index.settings import IndexSettings
from index.uploads.base import UploadQueue
from index.uploads.models import Job
from index.uploads.opening import open_uploads
from tests.sample_files import docx_file, pdf_file
from tests.sample_hwp import hwpx_file, hwpx_paragraph

REPOSITORY = Path(__file__).parents[2]
PATIENCE_SECONDS = 120
STREAMS = 300

FILES = {
    "여비규정.pdf": pdf_file([(18, "여비 규정"), (11, "국내 출장의 하루 식비는 3만 원입니다.")]),
    "휴가규정.docx": docx_file(
        ("Heading 1", "휴가 규정"), ("Normal", "연차 휴가는 일 년에 15일입니다.")
    ),
    "보안지침.hwpx": hwpx_file(
        hwpx_paragraph("보안 지침") + hwpx_paragraph("비밀번호는 90일마다 바꿔야 합니다.")
    ),
    "교육안내.md": "# 교육 안내\n\n신입 사원 교육은 매년 3월 둘째 주에 열립니다.\n".encode(),
}
QUESTIONS = {
    "여비규정.pdf": ("국내 출장의 하루 식비는 얼마인가요?", "3만 원"),
    "휴가규정.docx": ("연차 휴가는 일 년에 며칠인가요?", "15일"),
    "보안지침.hwpx": ("비밀번호는 며칠마다 바꿔야 하나요?", "90일"),
    "교육안내.md": ("신입 사원 교육은 언제 열리나요?", "3월 둘째 주"),
}


@dataclass(frozen=True)
class Place:
    """A folder to work in, and the environment of every process there."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": str(REPOSITORY),
            "MUREUM_DATA_DIR": str(self.folder / "data"),
            "MUREUM_APP_PORT": "0",
            "MUREUM_APP_REQUESTS_AT_ONCE": "0",
        }

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "app"],
                cwd=self.folder,
                env=self.environment,
                stderr=log,
            )

    def files(self) -> list[str]:
        """Return the names of all that lies where uploads are kept."""
        folder = self.folder / "data" / "uploads"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("uploads"))


@pytest.fixture(scope="module")
def client(place: Place) -> Iterator[httpx.Client]:
    server = place.start()
    try:
        with httpx.Client(base_url=_address(place.log), timeout=60) as client:
            yield client
    finally:
        server.terminate()
        assert server.wait(30) in {0, -15}


@pytest.fixture
def held(place: Place) -> Iterator[tuple[UploadQueue, Job]]:
    """The queue, and a job of it that the worker has to wait for until it is put back."""
    with open_uploads(IndexSettings(data_dir=place.folder / "data")) as queue:
        yield queue, next(job for number in range(99) for job in _claimed(queue, number))


def _claimed(queue: UploadQueue, number: int) -> Sequence[Job]:
    """Hand a file over and claim it at once; the worker may be faster."""
    with queue.receiver() as receiver:
        receiver.write(f"Held file {number}.".encode())
        queue.add(receiver.finish(), f"held-{number}.txt", frozenset())
    return queue.claim(1, PATIENCE_SECONDS)


def _address(log: Path) -> str:
    """Return where the server listens, as soon as it says so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


def hand_over(client: httpx.Client, files: dict[str, bytes]) -> dict[str, dict[str, Any]]:
    """Return the jobs of files, by name."""
    sent = [("files", item) for item in files.items()]
    response = client.post("/documents", files=sent, data={"tags": ["인사"]})
    assert response.status_code == 202, response.text
    return {file["name"]: file["job"] for file in response.json()["files"]}


def followed(client: httpx.Client, job_id: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a job, from now to its end."""
    found = []
    with client.stream("GET", f"/jobs/{job_id}/events", timeout=PATIENCE_SECONDS) as response:
        lines = (line for line in response.iter_lines() if line and not line.startswith(":"))
        for line in lines:
            name = line.removeprefix("event: ")
            found.append((name, json.loads(next(lines).removeprefix("data: "))))
    return found


def finished(client: httpx.Client, job_id: str) -> dict[str, Any]:
    """Return a job at its end, after checking that its stream ended once."""
    events = followed(client, job_id)
    names = [name for name, _ in events]
    assert set(names[:-1]) <= {"progress"}
    assert names[-1] == "done", events[-1]
    assert len({(job["state"], job["stage"]) for _, job in events}) == len(events)
    return events[-1][1]


def asked(client: httpx.Client, question: str) -> dict[str, Any]:
    """Return the answer to a question about what was handed over."""
    body = {"question": question, "filters": {"source": "uploads/"}}
    answer: dict[str, Any] = client.post("/ask", json=body).json()
    return answer


def test_who_breaks_off_leaves_nothing_behind(client: httpx.Client, place: Place) -> None:
    before = place.files()
    where = urlsplit(str(client.base_url))
    with socket.create_connection((str(where.hostname), int(where.port or 0))) as connection:
        connection.sendall(
            b"POST /documents HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900000\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n\r\n"
            b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.md"\r\n\r\n'
            + b"x"
            * 200_000
        )
        _eventually(lambda: any(name.endswith(".part") for name in place.files()))
    _eventually(lambda: not any(name.endswith(".part") for name in place.files()))
    assert set(place.files()) - set(before) <= {"uploads.of-the-service"}
    assert client.get("/jobs").json()["total"] == 0


def _eventually(happened: Any) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_many_forms_at_once_are_taken_or_told_to_come_again(client: httpx.Client) -> None:
    def send(number: int) -> httpx.Response:
        content = f"Shelf {number} holds folder {number}.".encode()
        return client.post("/documents", files=[("files", (f"{number}.txt", content))])

    with ThreadPoolExecutor(20) as threads:
        responses = list(threads.map(send, range(40)))
    assert {response.status_code for response in responses} <= {202, 503}
    taken = [response for response in responses if response.status_code == 202]
    assert len(taken) >= 8
    assert client.get("/jobs").json()["total"] == len(taken)


def test_hundreds_that_follow_a_job_disturb_nobody_and_all_see_its_end(
    client: httpx.Client, held: tuple[UploadQueue, Job]
) -> None:
    queue, job_id = held[0], held[1].job_id
    where = urlsplit(str(client.base_url))

    async def follow(opened: asyncio.Semaphore) -> bytes:
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        head = f"GET /jobs/{job_id}/events HTTP/1.1\r\nHost: localhost\r\nConnection: close"
        writer.write(f"{head}\r\n\r\n".encode())
        begin = await reader.readuntil(b"event: progress\n")
        opened.release()
        rest = await asyncio.wait_for(reader.read(), PATIENCE_SECONDS)
        writer.close()
        return begin + rest

    async def follow_all() -> tuple[list[bytes], float]:
        opened = asyncio.Semaphore(0)
        following = [asyncio.create_task(follow(opened)) for _ in range(STREAMS)]
        for _ in following:
            await opened.acquire()
        slowest = await asyncio.to_thread(_slowest_health, client)
        await asyncio.to_thread(queue.put_back, [job_id])
        return await asyncio.gather(*following), slowest

    streams, slowest = asyncio.run(follow_all())
    assert slowest < 2
    assert {stream.count(b"event: done\n") for stream in streams} == {1}


def _slowest_health(client: httpx.Client) -> float:
    """Return how long the slowest of some calls took, over two looks into the queue."""
    slowest = 0.0
    for _ in range(30):
        started = time.perf_counter()
        assert client.get("/health").status_code == 200
        slowest = max(slowest, time.perf_counter() - started)
        time.sleep(0.04)
    return slowest


def test_korean_files_are_read_answered_from_replaced_and_removed(
    client: httpx.Client, place: Place
) -> None:
    jobs = hand_over(client, FILES)
    assert list(jobs) == list(FILES)
    for name, (question, expected) in QUESTIONS.items():
        assert finished(client, jobs[name]["job_id"])["outcome"] == "added"
        answer = asked(client, question)
        first = answer["citations"][0]
        assert not answer["abstained"], answer
        assert (first["source"], expected in first["quote"]) == (f"uploads/{name}", True)
    _replace_and_remove(client, jobs["휴가규정.docx"]["document_id"], place)


def _replace_and_remove(client: httpx.Client, document_id: str, place: Place) -> None:
    question, path = QUESTIONS["휴가규정.docx"][0], f"/documents/{document_id}"
    newer = docx_file(("Heading 1", "휴가 규정"), ("Normal", "연차 휴가는 일 년에 17일입니다."))
    job = client.put(path, files={"file": ("휴가규정-2판.docx", newer)}).json()
    assert finished(client, job["job_id"])["outcome"] == "changed"
    first = asked(client, question)["citations"][0]
    assert (first["document_id"], "17일" in first["quote"]) == (document_id, True)
    shown = client.get(path).json()
    assert (shown["upload"], shown["tags"]) == (True, ["인사"])
    assert shown["names"] == ["휴가규정.docx", "휴가규정-2판.docx"]
    job = client.post(f"{path}/retry").json()
    finished(client, job["job_id"])

    kept = len(place.files())
    job = client.delete(path).json()
    assert finished(client, job["job_id"])["outcome"] == "removed"
    assert client.get(path).status_code == 404
    assert len(place.files()) == kept - 1
    citations = asked(client, question)["citations"]
    assert document_id not in {citation["document_id"] for citation in citations}


def test_a_file_that_cannot_be_read_fails_and_says_why(client: httpx.Client) -> None:
    jobs = hand_over(client, {"표.xyz": b"?", "빈.pdf": b"%PDF-1.4 broken"})
    for job in jobs.values():
        name, last = followed(client, job["job_id"])[-1]
        assert name == "failed"
        assert last["reason"]
        assert last["message"]
