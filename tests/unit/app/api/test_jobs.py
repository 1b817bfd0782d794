"""Jobs by HTTP: listed, shown, and followed to their end as events."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app import job_watch
from app.api.application import WebOptions, create_application
from app.concurrency import Workers
from app.errors import OverloadedError
from app.job_watch import JobWatch
from index.errors import JobNotFoundError
from index.uploads.memory import InMemoryUploads
from index.uploads.models import Job, JobState
from tests.unit.app.api.conftest import REQUEST_BYTES
from tests.unit.app.api.test_bad_requests import assert_problem
from tests.unit.app.api.test_streaming import events_of
from tests.unit.app.services import make_service, uploads_of


def handed_over(queue: InMemoryUploads, name: str = "휴가.md") -> Job:
    """Return the job of a file that was just handed over."""
    with queue.receiver() as receiver:
        receiver.write(name.encode())
        return queue.add(receiver.finish(), name, frozenset())


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_watch, "PAUSE_SECONDS", 0.01)


@pytest.fixture
def queue() -> InMemoryUploads:
    return InMemoryUploads()


@pytest.fixture
def client(queue: InMemoryUploads) -> Iterator[TestClient]:
    service = replace(make_service(), uploads=uploads_of(queue))
    with TestClient(create_application(service, WebOptions(REQUEST_BYTES))) as client:
        yield client


def test_jobs_are_listed_newest_first_and_by_state(
    client: TestClient, queue: InMemoryUploads
) -> None:
    first, second = handed_over(queue, "a.md"), handed_over(queue, "b.md")
    queue.claim(1, 60)
    listing = client.get("/jobs").json()
    assert [job["job_id"] for job in listing["jobs"]] == [second.job_id, first.job_id]
    assert listing["total"] == 2
    running = client.get("/jobs", params={"state": "running"}).json()
    assert [job["job_id"] for job in running["jobs"]] == [first.job_id]
    rest = client.get("/jobs", params={"limit": 1, "offset": 1}).json()["jobs"]
    assert [job["job_id"] for job in rest] == [first.job_id]


@pytest.mark.parametrize(
    "params", [{"state": "lost"}, {"limit": 0}, {"offset": -1}, {"stat": "done"}]
)
def test_a_listing_that_is_not_understood_is_refused(
    client: TestClient, params: dict[str, Any]
) -> None:
    assert_problem(client.get("/jobs", params=params), 422, "invalid-request")


def test_a_job_says_why_it_failed(client: TestClient, queue: InMemoryUploads) -> None:
    job = handed_over(queue)
    queue.claim(1, 60)
    queue.fail(job.job_id, "encrypted", "The file has a password.")
    shown = client.get(f"/jobs/{job.job_id}").json()
    assert (shown["state"], shown["reason"]) == ("failed", "encrypted")
    assert shown["message"] == "The file has a password."
    assert shown["outcome"] is None


@pytest.mark.parametrize("below", ["", "/events"])
def test_an_unknown_job_is_not_found(client: TestClient, below: str) -> None:
    assert_problem(client.get(f"/jobs/nothing{below}"), 404, "job-not-found")


@pytest.mark.parametrize("end", ["done", "failed"])
def test_a_job_that_ended_gives_its_last_event_only(
    client: TestClient, queue: InMemoryUploads, end: str
) -> None:
    job = handed_over(queue)
    queue.claim(1, 60)
    if end == "done":
        queue.finish(job.job_id, "added")
    else:
        queue.fail(job.job_id, "malformed", "The file is broken.")
    response = client.get(f"/jobs/{job.job_id}/events")
    assert response.headers["content-type"].startswith("text/event-stream")
    events = events_of(response.text)
    assert [name for name, _ in events] == [end]
    assert events[0][1] == client.get(f"/jobs/{job.job_id}").json()


@pytest.mark.anyio
async def test_every_change_is_told_once_and_the_end_ends_it(queue: InMemoryUploads) -> None:
    job = handed_over(queue)
    uploads = uploads_of(queue)
    told = []
    async for seen in uploads.follow(job.job_id):
        told.append((seen.state.value, seen.stage))
        if seen.state is JobState.WAITING:
            queue.claim(1, 60)
        elif seen.stage != "storing":
            queue.hold([job.job_id], 60, "reading" if not seen.stage else "storing")
        else:
            queue.finish(job.job_id, "added")
    assert told[0] == ("waiting", "")
    assert told[-2:] == [("running", "storing"), ("done", told[-1][1])]
    assert len(set(told)) == len(told)
    uploads.close()


class CountingUploads(InMemoryUploads):
    """Counts how often it is asked for a job."""

    asked = 0

    def job(self, job_id: str) -> Job:
        self.asked += 1
        return super().job(job_id)


@pytest.mark.anyio
async def test_hundreds_that_follow_one_job_cost_one_look_at_a_time() -> None:
    queue = CountingUploads()
    job = handed_over(queue)
    uploads = uploads_of(queue)

    async def follow() -> list[JobState]:
        return [seen.state async for seen in uploads.follow(job.job_id)]

    followers = [asyncio.create_task(follow()) for _ in range(300)]
    await asyncio.sleep(0.3)
    queue.claim(1, 60)
    queue.finish(job.job_id, "added")
    seen = await asyncio.wait_for(asyncio.gather(*followers), 5)
    assert {each[0] for each in seen} == {JobState.WAITING}
    assert {each[-1] for each in seen} == {JobState.DONE}
    assert queue.asked < 300 + 100
    uploads.close()


@pytest.mark.anyio
async def test_a_job_that_is_forgotten_meanwhile_ends_its_streams_with_the_error() -> None:
    queue = InMemoryUploads()
    job, other = handed_over(queue, "a.md"), handed_over(queue, "b.md")
    forgetful = {"a": False}

    class Forgetting(InMemoryUploads):
        def job(self, job_id: str) -> Job:
            if forgetful["a"] and job_id == job.job_id:
                raise JobNotFoundError("gone")
            return queue.job(job_id)

    uploads = uploads_of(Forgetting())
    stream, other_stream = uploads.follow(job.job_id), uploads.follow(other.job_id)
    await anext(stream)
    await anext(other_stream)
    forgetful["a"] = True
    with pytest.raises(JobNotFoundError):
        await anext(stream)
    queue.claim(9, 60)
    assert (await anext(other_stream)).state is JobState.RUNNING
    uploads.close()


@pytest.mark.anyio
async def test_who_leaves_takes_nobody_along(queue: InMemoryUploads) -> None:
    job = handed_over(queue)
    watch = JobWatch(Workers(1, 1), queue)
    leaving, staying = watch.follow(job.job_id), watch.follow(job.job_id)
    await anext(leaving)
    await anext(staying)
    waiting = asyncio.create_task(anext(leaving))  # type: ignore[arg-type]
    going_on = asyncio.create_task(anext(staying))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    waiting.cancel()
    queue.claim(1, 60)
    assert (await asyncio.wait_for(going_on, 2)).state is JobState.RUNNING
    watch.close()


@pytest.mark.anyio
async def test_a_closed_watch_lets_all_go(queue: InMemoryUploads) -> None:
    job = handed_over(queue)
    uploads = uploads_of(queue)

    async def follow() -> list[JobState]:
        return [seen.state async for seen in uploads.follow(job.job_id)]

    followers = [asyncio.create_task(follow()) for _ in range(3)]
    await asyncio.sleep(0.05)
    uploads.release()
    assert await asyncio.wait_for(asyncio.gather(*followers), 2) == [[JobState.WAITING]] * 3
    assert await asyncio.wait_for(follow(), 2) == [JobState.WAITING]
    uploads.close()


class SlowUploads(InMemoryUploads):
    """Takes its time for every look but the first."""

    def __init__(self) -> None:
        super().__init__()
        self.looking, self.go_on = threading.Event(), threading.Event()
        self.asked = 0

    def job(self, job_id: str) -> Job:
        self.asked += 1
        if self.asked > 1:
            self.looking.set()
            assert self.go_on.wait(5)
        return super().job(job_id)


@pytest.mark.anyio
async def test_a_watch_that_is_closed_during_a_look_lets_all_go() -> None:
    queue = SlowUploads()
    job = handed_over(queue)
    uploads = uploads_of(queue)

    async def follow() -> list[JobState]:
        return [seen.state async for seen in uploads.follow(job.job_id)]

    follower = asyncio.create_task(follow())
    await asyncio.to_thread(queue.looking.wait, 5)
    uploads.release()
    assert await asyncio.wait_for(follower, 2) == [JobState.WAITING]
    queue.go_on.set()
    uploads.close()


@pytest.mark.anyio
async def test_no_more_than_some_follow_jobs_and_who_leaves_makes_room(
    queue: InMemoryUploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_watch, "MOST_FOLLOWERS", 2)
    job = handed_over(queue)
    uploads = uploads_of(queue)
    first, second = uploads.follow(job.job_id), uploads.follow(job.job_id)
    await anext(first)
    await anext(second)
    with pytest.raises(OverloadedError):
        await anext(uploads.follow(job.job_id))
    await first.aclose()
    assert (await anext(uploads.follow(job.job_id))).job_id == job.job_id
    uploads.close()
