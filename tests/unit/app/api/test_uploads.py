"""Files handed over by HTTP: what is taken and refused, and that nothing is left of the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.api.application import WebOptions, create_application
from app.uploads import UploadLimits
from index.errors import StorageFullError
from index.uploads.base import Receiver
from index.uploads.memory import InMemoryUploads
from index.uploads.models import ReceivedFile
from index.uploads.quota import Quota
from tests.unit.app.api.conftest import REQUEST_BYTES
from tests.unit.app.api.test_bad_requests import assert_problem
from tests.unit.app.services import SMALL_LIMITS, make_service, uploads_of

LARGE = b"x" * (SMALL_LIMITS.file_bytes + 1)
Files = Sequence[tuple[str, tuple[str, bytes]]]


def client_of(queue: InMemoryUploads, limits: UploadLimits = SMALL_LIMITS) -> TestClient:
    service = replace(make_service(), uploads=uploads_of(queue, limits))
    return TestClient(
        create_application(service, WebOptions(REQUEST_BYTES)), raise_server_exceptions=False
    )


@pytest.fixture
def queue() -> InMemoryUploads:
    return InMemoryUploads()


@pytest.fixture
def handing(queue: InMemoryUploads) -> Iterator[TestClient]:
    """A client that may hand over files, to a queue that the test can look into."""
    with client_of(queue) as client:
        yield client


def files_of(*names_and_contents: tuple[str, bytes]) -> Files:
    return [("files", pair) for pair in names_and_contents]


def test_every_file_gets_a_job_in_the_order_given_and_its_bytes_are_kept(
    handing: TestClient, queue: InMemoryUploads
) -> None:
    sent = files_of(
        ("휴가.md", "# 휴가".encode()), ("leave.txt", b"Leave"), ("b.bin", b"\x00\r\n--")
    )
    response = handing.post("/documents", files=sent, data={"tags": ["인사", " hr "]})
    assert response.status_code == 202
    taken = response.json()["files"]
    assert [file["name"] for file in taken] == ["휴가.md", "leave.txt", "b.bin"]
    for file, (_, (name, content)) in zip(taken, sent, strict=True):
        job = file["job"]
        assert (job["state"], job["kind"], job["source"]) == ("waiting", "add", f"uploads/{name}")
        upload = queue.uploads([job["document_id"]])[job["document_id"]]
        assert queue.content(upload) == content
        assert upload.tags == {"인사", "hr"}
        assert file["problem"] is None


def test_tags_may_stand_behind_the_files(handing: TestClient, queue: InMemoryUploads) -> None:
    sent = [("files", ("a.md", b"a")), ("tags", (None, b"late")), ("files", ("b.md", b"b"))]
    taken = handing.post("/documents", files=sent).json()["files"]
    ids = [file["job"]["document_id"] for file in taken]
    assert [queue.uploads(ids)[each].tags for each in ids] == [{"late"}, {"late"}]


def test_a_file_that_cannot_be_taken_hinders_no_other(handing: TestClient) -> None:
    sent = files_of(("large.md", LARGE), ("good.md", b"good"), ("empty.md", b""), ("..", b"x"))
    response = handing.post("/documents", files=sent)
    assert response.status_code == 202
    large, good, empty, nameless = response.json()["files"]
    assert good["job"]["name"] == "good.md"
    assert large["problem"]["type"] == "urn:mureum:problem:upload-too-large"
    assert "100,000 bytes" in large["problem"]["detail"]
    assert empty["problem"]["detail"] == "The file is empty."
    assert nameless["problem"]["type"] == "urn:mureum:problem:invalid-upload"
    assert [each["job"] for each in (large, empty, nameless)] == [None] * 3
    assert handing.get("/jobs").json()["total"] == 1


@pytest.mark.parametrize(
    ("name", "content", "status", "problem"),
    [
        ("large.md", LARGE, 413, "upload-too-large"),
        ("empty.md", b"", 422, "invalid-upload"),
        ("\u202e", b"x", 422, "invalid-upload"),
    ],
)
def test_when_no_file_can_be_taken_the_problem_is_the_response(
    handing: TestClient, name: str, content: bytes, status: int, problem: str
) -> None:
    response = handing.post("/documents", files=files_of((name, content)))
    assert_problem(response, status, problem)


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ([("tags", (None, b"a"))], "no file"),
        ([("file", ("a.md", b"a"))], "files"),
        ([("files", (None, b"a"))], "files"),
        ([("tags", ("a.md", b"a"))], "tags"),
        ([("files", ("a.md", b"a")), ("tags", (None, b"\xff"))], "UTF-8"),
        ([("files", ("a.md", b"a")), ("tags", (None, b"a\x00b"))], "tag"),
        ([("files", ("a.md", b"a")), ("tags", (None, b"a" * 201))], "200"),
        ([("files", ("a.md", b"a")), ("tags", (None, b"a" * 90_000))], "200"),
        ([("files", ("a.md", b"a"))] + [("tags", (None, b"a"))] * 51, "50 tags"),
        ([("files", ("a.md", b"a"))] * 6, "5 files"),
    ],
)
def test_a_form_that_is_not_understood_is_refused_as_a_whole(
    handing: TestClient, form: Any, word: str
) -> None:
    problem = assert_problem(handing.post("/documents", files=form), 422, "invalid-upload")
    assert word in str(problem["detail"])
    assert handing.get("/jobs").json()["total"] == 0


def test_a_form_over_the_limit_is_refused_announced_or_not(handing: TestClient) -> None:
    body = b"--b\r\n" + b"x" * SMALL_LIMITS.form_bytes
    headers = {"content-type": "multipart/form-data; boundary=b"}
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'

    def pieces() -> Iterator[bytes]:
        yield head
        for _ in range(4):
            yield b"x" * 90_000

    for content in (body, pieces()):
        problem = assert_problem(
            handing.post("/documents", content=content, headers=headers), 413, "upload-too-large"
        )
        assert "300,000 bytes" in str(problem["detail"])


def test_only_where_files_are_handed_over_bodies_may_be_large(handing: TestClient) -> None:
    content = b"x" * (REQUEST_BYTES + 1)
    for method, path in (("POST", "/ask"), ("POST", "/documents/x/retry"), ("POST", "/sessions")):
        headers = {"content-type": "application/json"}
        response = handing.request(method, path, content=content, headers=headers)
        assert response.status_code in {404, 413}
        assert path.endswith("retry") or response.status_code == 413


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", None])
def test_a_body_that_is_no_form_is_refused(handing: TestClient, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}
    response = handing.post("/documents", content=b"{}", headers=headers)
    assert_problem(response, 415, "not-multipart")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\kim\\휴가.md", "휴가.md"),
        ("a\x00b\x1b[31m.md", "ab[31m.md"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("휴가.md", "휴가.md"),
        ("<img src=x onerror=alert(1)>.md", "<img src=x onerror=alert(1)>.md"),
    ],
)
def test_a_name_is_only_shown_and_never_a_path(handing: TestClient, sent: str, shown: str) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="%s"\r\n\r\nx\r\n--b--\r\n'
        % sent.encode()
    )
    headers = {"content-type": "multipart/form-data; boundary=b"}
    response = handing.post("/documents", content=body, headers=headers)
    (file,) = response.json()["files"]
    assert file["job"]["source"] == f"uploads/{shown}"
    assert response.headers["content-type"] == "application/json"


def test_a_name_of_thousands_of_characters_is_cut_and_keeps_its_suffix(
    handing: TestClient,
) -> None:
    sent = files_of(("가" * 10_000 + ".hwpx", b"x"))
    (file,) = handing.post("/documents", files=sent).json()["files"]
    assert len(file["name"].encode()) <= 200
    assert file["name"].endswith("가.hwpx")


def test_line_ends_in_a_name_begin_no_header(handing: TestClient) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="a\r\nX-Evil: 1\r\n.md"\r\n'
        b"\r\nx\r\n--b--\r\n"
    )
    headers = {"content-type": "multipart/form-data; boundary=b"}
    response = handing.post("/documents", content=body, headers=headers)
    assert "x-evil" not in response.headers
    assert "Evil" not in response.text


class CountingReceiver(Receiver):
    """Counts how many receivers are open, and whether the disk is full."""

    def __init__(self, real: Receiver, queue: "WatchedQueue") -> None:
        self.real, self.queue = real, queue
        queue.open.add(self)

    def write(self, content: bytes) -> None:
        self.queue.written += len(content)
        if self.queue.written > self.queue.room:
            raise StorageFullError("The disk is full. Free some space and try again.")
        self.real.write(content)

    def finish(self) -> ReceivedFile:
        self.queue.finished += 1
        return self.real.finish()

    def close(self) -> None:
        self.queue.open.discard(self)
        self.real.close()


class WatchedQueue(InMemoryUploads):
    """A queue with little room that knows what is being received."""

    def __init__(self, room: int = 10**9) -> None:
        super().__init__()
        self.room, self.written, self.finished = room, 0, 0
        self.open: set[Receiver] = set()

    def receiver(self) -> Receiver:
        return CountingReceiver(super().receiver(), self)


def test_a_full_disk_is_told_and_nothing_is_left_open() -> None:
    queue = WatchedQueue(room=50_000)
    with client_of(queue) as client:
        sent = files_of(("a.md", b"a" * 40_000), ("b.md", b"b" * 40_000))
        problem = assert_problem(client.post("/documents", files=sent), 507, "storage-full")
        assert "Free some space" in str(problem["detail"])
        assert client.get("/jobs").json()["total"] == 0
    assert queue.open == set()
    assert queue.finished == 0


@pytest.mark.parametrize("cut", [30, 200, 30_000])
def test_nothing_is_kept_of_a_form_that_ends_in_the_middle(cut: int) -> None:
    queue = WatchedQueue()
    part = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n%s\r\n'
    body = part % (b"a" * 100) + part % (b"b" * 40_000)
    headers = {"content-type": "multipart/form-data; boundary=b"}
    with client_of(queue) as client:
        response = client.post("/documents", content=body[:cut], headers=headers)
        assert_problem(response, 422, "invalid-upload")
        assert client.get("/jobs").json()["total"] == 0
    assert (queue.open, queue.finished) == (set(), 0)


def test_a_document_is_replaced_and_keeps_its_tags_unless_others_are_given(
    handing: TestClient, queue: InMemoryUploads
) -> None:
    def tags() -> frozenset[str]:
        return queue.uploads([document_id])[document_id].tags

    sent = files_of(("휴가.md", b"one"))
    (file,) = handing.post("/documents", files=sent, data={"tags": "인사"}).json()["files"]
    document_id = file["job"]["document_id"]
    replaced = handing.put(f"/documents/{document_id}", files={"file": ("휴가2.md", b"two")})
    assert replaced.status_code == 202
    assert replaced.json()["kind"] == "replace"
    assert replaced.json()["document_id"] == document_id
    assert queue.content(queue.uploads([document_id])[document_id]) == b"two"
    assert tags() == {"인사"}
    path, other = f"/documents/{document_id}", {"file": ("휴가3.md", b"three")}
    assert handing.put(path, files=other, data={"tags": "외부"}).status_code == 202
    assert tags() == {"외부"}
    assert handing.put(path, files=other, data={"tags": ""}).status_code == 202
    assert tags() == frozenset()


def test_one_document_is_not_replaced_by_two_files(handing: TestClient) -> None:
    (file,) = handing.post("/documents", files=files_of(("a.md", b"a"))).json()["files"]
    sent = [("file", ("b.md", b"b")), ("file", ("c.md", b"c"))]
    response = handing.put(f"/documents/{file['job']['document_id']}", files=sent)
    assert_problem(response, 422, "invalid-upload")


def test_a_document_is_removed_or_read_again_by_a_job(handing: TestClient) -> None:
    (file,) = handing.post("/documents", files=files_of(("a.md", b"a"))).json()["files"]
    path = f"/documents/{file['job']['document_id']}"
    again = handing.post(f"{path}/retry")
    assert (again.status_code, again.json()["kind"]) == (202, "retry")
    removed = handing.delete(path)
    assert (removed.status_code, removed.json()["kind"]) == (202, "delete")
    assert handing.delete(path).json()["job_id"] == removed.json()["job_id"]
    assert_problem(handing.post(f"{path}/retry"), 404, "document-not-found")


CHANGES: list[tuple[str, str, dict[str, Any]]] = [
    ("PUT", "", {"files": {"file": ("a.md", b"a")}}),
    ("DELETE", "", {}),
    ("POST", "/retry", {}),
]


@pytest.mark.parametrize(("method", "below", "body"), CHANGES)
def test_a_document_that_does_not_exist_cannot_be_changed(
    handing: TestClient, method: str, below: str, body: dict[str, Any]
) -> None:
    for document_id in ("nothing", "%00", "..%2f..%2fetc"):
        response = handing.request(method, f"/documents/{document_id}{below}", **body)
        assert response.status_code in {404, 405}
    response = handing.request(method, f"/documents/nothing{below}", **body)
    assert_problem(response, 404, "document-not-found")


@pytest.mark.parametrize(("method", "below", "body"), CHANGES)
def test_a_document_of_a_folder_is_changed_in_its_folder(
    handing: TestClient, method: str, below: str, body: dict[str, Any]
) -> None:
    document_id = handing.get("/documents").json()["documents"][0]["document_id"]
    response = handing.request(method, f"/documents/{document_id}{below}", **body)
    problem = assert_problem(response, 409, "not-an-upload")
    assert "--prune" in str(problem["detail"])
    assert handing.get(f"/documents/{document_id}").status_code == 200


def test_too_many_forms_at_a_time_are_told_to_come_again(handing: TestClient) -> None:
    uploads = handing.app.state.service.uploads  # type: ignore[attr-defined]
    admissions = [uploads.admission() for _ in range(8)]
    for admission in admissions:
        admission.__enter__()
    refused = handing.post("/documents", files=files_of(("a.md", b"a")))
    assert_problem(refused, 503, "overloaded")
    assert int(refused.headers["retry-after"]) > 0
    for admission in admissions:
        admission.__exit__(None, None, None)
    assert handing.post("/documents", files=files_of(("a.md", b"a"))).status_code == 202


def test_the_openapi_document_shows_the_form_with_examples(handing: TestClient) -> None:
    paths = handing.get("/openapi.json").json()["paths"]
    for method, path, field in (
        ("post", "/documents", "files"),
        ("put", "/documents/{document_id}", "file"),
    ):
        form = paths[path][method]["requestBody"]["content"]["multipart/form-data"]
        assert form["schema"]["required"] == [field]
        assert {"korean", "english"} <= set(form["examples"])
        for example in form["examples"].values():
            assert set(example["value"]) <= set(form["schema"]["properties"])


def test_what_a_quota_does_not_allow_is_refused_before_it_is_received() -> None:
    queue = InMemoryUploads(quota=Quota(size_bytes=10))
    with client_of(queue) as handing:
        sent = files_of(("a.md", b"1234567"), ("b.md", b"12345"))
        taken, refused = handing.post("/documents", files=sent).json()["files"]
        assert taken["job"]["name"] == "a.md"
        assert refused["problem"]["type"] == "urn:mureum:problem:quota-exceeded"
        assert "7 of 10 bytes" in refused["problem"]["detail"]
        handing.post("/documents", files=files_of(("c.md", b"123")))
        full = handing.post("/documents", content=b"this is not even looked at")
        assert_problem(full, 403, "quota-exceeded")
        path = f"/documents/{taken['job']['document_id']}"
        larger = handing.put(path, files={"file": ("a.md", b"12345678")})
        assert_problem(larger, 403, "quota-exceeded")
        assert handing.put(path, files={"file": ("a.md", b"123")}).status_code == 202
    assert queue.lost_files() == 0
