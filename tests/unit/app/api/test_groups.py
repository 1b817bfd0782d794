"""Groups over HTTP: what a key hands over, changes, lists and reads, and what it never learns."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from app.access.caller import Role
from app.access.key_store import NewKey
from app.api.application import WebOptions, create_application
from index.analyzer import WhitespaceAnalyzer
from index.embedder.hashing import HashingEmbedder
from index.identity import document_id_of
from index.memory import InMemoryIndex
from index.uploads.memory import InMemoryUploads
from ingest.reading import ReadingOptions
from ingest.worker.stopping import Stopping
from ingest.worker.worker import Worker
from tests.documents import chunked
from tests.unit.app.api.test_access import made
from tests.unit.app.api.test_bad_requests import assert_problem
from tests.unit.app.services import make_service, uploads_of

KEYS = {
    "hr": NewKey("hr", Role.INGEST, frozenset({"hr"})),
    "both": NewKey("both", Role.INGEST, frozenset({"hr", "legal"})),
    "legal": NewKey("legal", Role.INGEST, frozenset({"legal"})),
    "open": NewKey("open", Role.INGEST),
    "asker": NewKey("asker", Role.ASK, frozenset({"hr"})),
    "boss": NewKey("boss", Role.ADMIN),
}


@dataclass
class House:
    """A service with a queue, an index and keys, and a worker that is called by hand."""

    client: TestClient
    queue: InMemoryUploads
    index: InMemoryIndex
    headers: dict[str, dict[str, str]]

    def send(
        self, key: str, method: str, path: str, name: str = "", content: str = "", **data: Any
    ) -> Response:
        field = "files" if path == "/documents" else "file"
        files = [(field, (name, content.encode()))] if name else None
        return self.client.request(
            method, path, files=files, data=data or None, headers=self.headers[key]
        )

    def get(self, key: str, path: str) -> Response:
        return self.client.get(path, headers=self.headers[key])

    def hand_over(self, key: str, name: str, content: str, **data: Any) -> dict[str, Any]:
        response = self.send(key, "POST", "/documents", name, content, **data)
        assert response.status_code == 202, response.text
        job: dict[str, Any] = response.json()["files"][0]["job"]
        return job

    def work(self) -> None:
        reading = ReadingOptions(isolation=None)
        Worker(self.queue, self.index, reading, Stopping()).work_off()


@pytest.fixture
def house() -> Iterator[House]:
    index = InMemoryIndex(HashingEmbedder(), WhitespaceAnalyzer())
    queue = InMemoryUploads()
    service = replace(make_service(index), uploads=uploads_of(queue))
    headers = dict(zip(KEYS, made(service, *KEYS.values()), strict=True))
    with TestClient(create_application(service, WebOptions(8_192))) as client:
        yield House(client, queue, index, headers)


def test_what_a_key_hands_over_is_for_its_groups_or_some_of_them(house: House) -> None:
    jobs = [
        house.hand_over("hr", "a.md", "1"),
        house.hand_over("both", "a.md", "2"),
        house.hand_over("both", "a.md", "3", groups=["LEGAL"]),
        house.hand_over("open", "a.md", "4"),
        house.hand_over("boss", "a.md", "5", groups=["팀장", "hr"]),
    ]
    assert [job["source"] for job in jobs] == [
        "uploads/hr/a.md",
        "uploads/hr+legal/a.md",
        "uploads/legal/a.md",
        "uploads/a.md",
        "uploads/hr+팀장/a.md",
    ]
    house.work()
    shown = house.get("boss", f"/documents/{jobs[4]['document_id']}").json()
    assert shown["groups"] == ["hr", "팀장"]


@pytest.mark.parametrize(
    ("key", "groups"),
    [("hr", ["legal"]), ("hr", ["hr", "legal"]), ("hr", [""]), ("both", [""]), ("open", ["hr"])],
)
def test_other_groups_are_refused_and_nothing_is_taken(
    house: House, key: str, groups: list[str]
) -> None:
    response = house.send(key, "POST", "/documents", "a.md", "1", groups=groups)
    assert_problem(response, 403, "forbidden")
    assert house.queue.jobs(limit=1).total == 0


def test_a_name_that_no_group_can_have_is_refused(house: House) -> None:
    response = house.send("boss", "POST", "/documents", "a.md", "1", groups=["a b"])
    problem = assert_problem(response, 422, "invalid-upload")
    assert "letters, digits" in problem["detail"]


def test_a_key_that_only_asks_hands_nothing_over_and_sees_no_jobs(house: House) -> None:
    job = house.hand_over("hr", "a.md", "1")
    for method, path in (
        ("POST", "/documents"),
        ("PUT", f"/documents/{job['document_id']}"),
        ("DELETE", f"/documents/{job['document_id']}"),
        ("POST", f"/documents/{job['document_id']}/retry"),
        ("GET", "/jobs"),
        ("GET", f"/jobs/{job['job_id']}"),
        ("GET", f"/jobs/{job['job_id']}/events"),
    ):
        assert_problem(house.send("asker", method, path), 403, "forbidden")


CHANGES = [("PUT", ""), ("DELETE", ""), ("POST", "/retry")]


@pytest.mark.parametrize(("method", "ending"), CHANGES)
def test_who_may_change_a_document_is_who_could_have_handed_it_over(
    house: House, method: str, ending: str
) -> None:
    """A document that a key may not even read is answered exactly as one that never was."""
    secret = house.hand_over("hr", "a.md", "1")["document_id"]
    shared = house.hand_over("both", "b.md", "2")["document_id"]
    public = house.hand_over("open", "c.md", "3")["document_id"]
    house.work()
    name = "a.md" if method == "PUT" else ""

    def change(key: str, document_id: str) -> Response:
        return house.send(key, method, f"/documents/{document_id}{ending}", name, "new")

    for key, document_id in (("legal", secret), ("open", secret), ("open", shared)):
        unknown = assert_problem(change(key, "0" * 32), 404, "document-not-found")
        hidden = assert_problem(change(key, document_id), 404, "document-not-found")
        assert hidden["detail"] == unknown["detail"].replace("0" * 32, document_id)
    for key, document_id in (("hr", shared), ("legal", shared), ("hr", public), ("both", public)):
        assert_problem(change(key, document_id), 403, "forbidden")
    before = house.queue.jobs(limit=1).total
    for key, document_id in (("hr", secret), ("both", shared), ("open", public)):
        assert change(key, document_id).status_code == 202
    assert house.queue.jobs(limit=1).total == before + 3


def test_a_document_is_moved_only_to_groups_that_its_key_may_give(house: House) -> None:
    document_id = house.hand_over("both", "a.md", "1", groups=["hr"])["document_id"]
    path = f"/documents/{document_id}"
    assert_problem(house.send("hr", "PUT", path, "a.md", "2", groups=["legal"]), 403, "forbidden")
    assert_problem(house.send("hr", "PUT", path, "a.md", "2", groups=[""]), 403, "forbidden")
    assert house.queue.uploads([document_id])[document_id].groups == {"hr"}
    assert house.send("both", "PUT", path, "a.md", "2", groups=["legal"]).status_code == 202
    assert_problem(house.send("hr", "DELETE", path), 404, "document-not-found")


def test_what_is_to_become_of_a_document_for_others_is_not_told(house: House) -> None:
    document_id = house.hand_over("both", "a.md", "1", groups=["hr"])["document_id"]
    house.work()
    house.send("both", "PUT", f"/documents/{document_id}", "merger.md", "2", groups=["legal"])
    assert "merger" not in house.get("hr", f"/documents/{document_id}").text
    assert "merger" not in house.get("hr", "/documents").text
    assert "merger" in house.get("both", f"/documents/{document_id}").text
    house.work()
    assert house.get("hr", f"/documents/{document_id}").status_code == 404


def test_jobs_of_another_key_do_not_exist_and_an_admin_sees_all(house: House) -> None:
    mine, theirs = house.hand_over("hr", "a.md", "1"), house.hand_over("legal", "a.md", "1")
    listed = house.get("hr", "/jobs").json()
    assert ([job["job_id"] for job in listed["jobs"]], listed["total"]) == ([mine["job_id"]], 1)
    for ending in ("", "/events"):
        unknown = house.get("hr", f"/jobs/{'0' * 32}{ending}")
        foreign = house.get("hr", f"/jobs/{theirs['job_id']}{ending}")
        detail = assert_problem(foreign, 404, "job-not-found")["detail"]
        assert detail == unknown.json()["detail"].replace("0" * 32, theirs["job_id"])
    assert house.get("boss", "/jobs").json()["total"] == 2
    house.work()
    assert '"outcome":"added"' in house.get("boss", f"/jobs/{theirs['job_id']}/events").text


def test_documents_of_other_groups_are_nowhere(house: House) -> None:
    text = "연봉은 비밀이다. " * 20
    with house.index.writer() as writer:
        writer.put([chunked("docs/hr.md", [text], groups=frozenset({"hr"}))])
        writer.put([chunked("docs/copies/open.md", [text]), chunked("z.md", ["다른 글"])])
        writer.publish()
    house.hand_over("hr", "secret.md", text)
    house.work()
    hidden = {"docs/hr.md", "uploads/hr/secret.md"}
    open_copy = document_id_of("docs/copies/open.md")

    assert house.get("asker", "/documents").json()["total"] == 4
    for key in ("legal", "open"):
        listing = house.get(key, "/documents").json()
        assert listing["total"] == 2
        assert {each["duplicate_of"] for each in listing["documents"]} == {None}
        shown = house.get(key, f"/documents/{open_copy}").json()
        assert (shown["similar_documents"], shown["duplicate_of"]) == ([], None)
        for source in hidden:
            for ending in ("", "/text"):
                unknown = house.get(key, f"/documents/{'0' * 32}{ending}")
                secret = house.get(key, f"/documents/{document_id_of(source)}{ending}")
                detail = assert_problem(secret, 404, "document-not-found")["detail"]
                expected = unknown.json()["detail"].replace("0" * 32, document_id_of(source))
                assert detail == expected
        found = house.client.post("/search", json={"query": "연봉"}, headers=house.headers[key])
        assert not any(source in found.text for source in hidden)
    similar = house.get("asker", f"/documents/{open_copy}").json()["similar_documents"]
    assert {each["source"] for each in similar} == hidden


def test_a_folders_document_that_may_not_be_read_is_unknown_and_one_that_may_is_told(
    house: House,
) -> None:
    with house.index.writer() as writer:
        writer.put([chunked("docs/hr.md", ["연봉"], groups=frozenset({"hr"}))])
        writer.publish()
    path = f"/documents/{document_id_of('docs/hr.md')}"
    assert_problem(house.send("legal", "DELETE", path), 404, "document-not-found")
    assert_problem(house.send("hr", "DELETE", path), 409, "not-an-upload")
