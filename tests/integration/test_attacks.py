"""Attacks on a real server, all of which fail: what is sent is hostile, the keys are not."""

import ast
import asyncio
import gzip
import inspect
import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx
import pytest

from app.access import key_store, keys
from app.access.caller import Role
from app.access.key_store import KeyStore, NewKey
from app.access.keys import Token
from app.memory.address import database_url
from app.memory.database import Database
from tests.sample_files import docx_file
from tests.worker_processes import environment

PATIENCE_SECONDS = 120
BODY_SECONDS = 1.0
FORM_BYTES = 300_000
SETTINGS = {
    "APP_PORT": "0",
    "APP_READER": "none",
    "APP_BODY_SECONDS": str(BODY_SECONDS),
    "APP_UPLOAD_SILENT_SECONDS": str(BODY_SECONDS),
    "APP_UPLOAD_BYTES": str(FORM_BYTES),
    "APP_AUDIT_FILE": "audit.jsonl",
}
JSON = {"Content-Type": "application/json"}
QUESTION = {"question": "How many days of leave does a new employee get?"}
BOMB = gzip.compress(b'{"question": "' + b"a" * 30_000_000 + b'"}')
SCRIPT = "<script>alert(1)</script>"


class Bait(BaseHTTPRequestHandler):
    """Answers whoever comes, and remembers that somebody came."""

    hits: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.hits.append(self.path)
        self.send_response(200)
        self.end_headers()

    do_POST = do_HEAD = do_CONNECT = do_GET  # noqa: N815 - the base class looks for these names

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Target:
    """A server that is attacked, the callers that have keys, and an address that is bait."""

    client: httpx.Client
    other: httpx.Client
    folder: Path
    bait: str

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(str(self.client.base_url))
        return str(parts.hostname), int(parts.port or 0)

    @property
    def key(self) -> str:
        return f"Authorization: {self.client.headers['Authorization']}"

    @contextmanager
    def connection(self) -> Iterator[socket.socket]:
        with socket.create_connection(self.address, timeout=20) as connection:
            yield connection

    def raw(self, *lines: str, body: bytes = b"") -> bytes:
        """Return what comes back for a request that no proper client would send."""
        with self.connection() as connection:
            head = "\r\n".join([lines[0], *lines[1:], "Connection: close", "", ""])
            connection.sendall(head.encode("latin-1") + body)
            return rest(connection)

    def finished(self, job: dict[str, Any]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while job["state"] not in {"done", "failed"}:
            assert time.monotonic() < deadline
            time.sleep(0.1)
            job = self.client.get(f"/jobs/{job['job_id']}").json()
        return job


def rest(connection: socket.socket) -> bytes:
    received = b""
    while piece := connection.recv(65_536):
        received += piece
    return received


@pytest.fixture(scope="module")
def bait() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bait)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory, bait: str) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("attacks")
    mine, theirs = asyncio.run(made_keys(folder / "data"))
    log = folder / "server.log"
    with log.open("wb") as written:
        command = [sys.executable, "-m", "app"]
        given = environment(folder / "data", **SETTINGS)
        server = subprocess.Popen(command, cwd=folder, env=given, stderr=written)
    try:
        url = listening(log)
        headers = [{"Authorization": f"Bearer {token.text}"} for token in (mine, theirs)]
        with (
            httpx.Client(base_url=url, headers=headers[0], timeout=60) as client,
            httpx.Client(base_url=url, headers=headers[1], timeout=60) as other,
        ):
            target = Target(client, other, folder, bait)
            target.finished(handed_over(target, "first.md", b"# The first document"))
            yield target
    finally:
        server.terminate()
        assert server.wait(60) == 0


async def made_keys(data: Path) -> list[Token]:
    database = Database(database_url("", data))
    wishes = [NewKey("Minji", Role.ADMIN), NewKey("Sam", Role.INGEST)]
    made = [(await KeyStore(database).create(wish))[1] for wish in wishes]
    await database.close()
    return made


def listening(log: Path) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8"))):
        assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
        time.sleep(0.05)
    return found[0]


def is_problem(response: httpx.Response, status: int, name: str) -> bool:
    return (response.status_code, response.json()["type"]) == (status, f"urn:mureum:problem:{name}")


def handed_over(target: Target, name: str, content: bytes) -> dict[str, Any]:
    response = target.client.post("/documents", files=[("files", (name, content))])
    assert response.status_code == 202, response.text
    job: dict[str, Any] = response.json()["files"][0]["job"]
    return job


# Bodies that are too large, too slow, or larger than they look


def test_a_body_that_announces_too_much_is_refused_before_it_is_sent(target: Target) -> None:
    line = "Content-Length: 9999999999"
    for path in ("/ask", "/documents", "/v1/chat/completions", "/mcp", "/feedback"):
        told = target.raw(f"POST {path} HTTP/1.1", "Host: localhost", target.key, line)
        assert told.split(b" ")[1] in {b"413", b"415"}, path


def test_a_body_that_announces_nothing_is_refused_when_it_gets_too_large(target: Target) -> None:
    pieces = (b"x" * 10_000 for _ in range(1_000))
    refused = target.client.post("/ask", content=pieces, headers=JSON)
    assert refused.status_code == 413
    part = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
    form = (piece for piece in (part, *[b"x" * 10_000] * 100))
    sent = {"Content-Type": "multipart/form-data; boundary=b"}
    assert is_problem(
        target.client.post("/documents", content=form, headers=sent), 413, "upload-too-large"
    )


@pytest.mark.parametrize(
    ("path", "content_type", "begin", "name"),
    [
        ("/ask", "application/json", b'{"question": "', b"request-timeout"),
        (
            "/documents",
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n',
            b"upload-timeout",
        ),
    ],
)
def test_a_body_that_trickles_is_given_up(
    target: Target, path: str, content_type: str, begin: bytes, name: bytes
) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{target.key}\r\n"
    head += f"Content-Type: {content_type}\r\nContent-Length: 60000\r\n\r\n"
    with target.connection() as connection:
        started = time.monotonic()
        connection.sendall(head.encode() + begin)
        connection.settimeout(0.1)
        told = b""
        while b"}" not in told and time.monotonic() < started + 15:
            try:
                told += connection.recv(65_536)
            except TimeoutError:
                connection.sendall(b"x")
    assert b"\r\nconnection: close\r\n" in told
    assert told.startswith(b"HTTP/1.1 408 ")
    assert name in told
    assert BODY_SECONDS * 0.9 < time.monotonic() - started < BODY_SECONDS + 5


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "x-gzip, identity"])
def test_a_compressed_body_is_not_unpacked(target: Target, coding: str) -> None:
    headers = {**JSON, "Content-Encoding": coding}
    for path in ("/ask", "/documents", "/mcp"):
        refused = target.client.post(path, content=BOMB, headers=headers)
        assert is_problem(refused, 415, "encoded-body")


# Headers


@pytest.mark.parametrize("given", ["a\nX-Evil: 1", "a\rX-Evil: 1", "a\x00", "a b", "é", "x" * 65])
def test_a_request_id_is_sent_back_only_if_it_is_plain(target: Target, given: str) -> None:
    told = target.raw(
        "GET /documents HTTP/1.1", "Host: localhost", target.key, f"X-Request-ID: {given}"
    )
    head = told.partition(b"\r\n\r\n")[0].lower()
    assert b"x-evil" not in head
    assert given.encode("latin-1").lower() not in head
    assert told.split(b" ")[1] in {b"200", b"400"}


@pytest.mark.parametrize(
    "name", ["a\r\nX-Evil: 1.md", "a%0d%0aX-Evil: 1.md", 'a"; X-Evil="1.md', "a\u2028b.md"]
)
def test_a_file_name_ends_no_line(target: Target, name: str) -> None:
    response = target.client.post("/documents", files=[("files", (name, name.encode()))])
    assert response.status_code == 202
    assert "x-evil" not in response.headers
    stored = response.json()["files"][0]["job"]["name"]
    assert stored.isprintable()


def test_a_title_of_a_session_stays_in_the_body(target: Target) -> None:
    sessions = target.client.post("/sessions", json={"title": "a\r\nX-Evil: 1"})
    assert sessions.status_code in {201, 422}
    session = target.client.post("/sessions", json={"title": f"{SCRIPT} X-Evil: 1"}).json()
    exported = target.client.get(f"/sessions/{session['session_id']}/export")
    assert "x-evil" not in exported.headers
    assert SCRIPT not in exported.headers["content-disposition"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil", ""])
def test_a_name_that_leads_here_from_elsewhere_is_not_answered(target: Target, host: str) -> None:
    told = target.raw("GET /documents HTTP/1.1", f"Host: {host}", target.key)
    assert told.startswith(b"HTTP/1.1 403 ")


# Pages of other sites


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_page_of_another_site_changes_nothing(target: Target, headers: dict[str, str]) -> None:
    before = target.client.get("/sessions").json()["total"]
    form = {**headers, "Content-Type": "text/plain"}
    for method, path in (("POST", "/sessions"), ("POST", "/ask"), ("DELETE", "/sessions")):
        refused = target.client.request(method, path, headers=form, content=json.dumps(QUESTION))
        assert is_problem(refused, 403, "foreign-origin")
    assert target.client.get("/sessions").json()["total"] == before


def test_a_page_of_another_site_reads_nothing(target: Target) -> None:
    page = {"Origin": "https://evil.example"}
    for response in (
        target.client.get("/documents", headers=page),
        target.client.options("/ask", headers={**page, "Access-Control-Request-Method": "POST"}),
    ):
        assert not [name for name in response.headers if name.startswith("access-control")]


# Ids and paths


def test_an_id_of_a_session_is_worth_nothing_without_its_key(target: Target) -> None:
    session = target.client.post("/sessions", json={"title": "mine"}).json()["session_id"]
    assert len(session) >= 32
    guessed = session[:-1] + ("A" if session[-1] != "A" else "B")
    for known in (session, guessed):
        path = f"/sessions/{known}"
        told = [
            target.other.get(path),
            target.other.patch(path, json={"title": "stolen"}),
            target.other.get(f"{path}/export"),
            target.other.delete(path),
            target.other.post("/ask", json={**QUESTION, "session_id": known}),
            target.other.post("/feedback", json={"session_id": known, "rating": "up"}),
        ]
        assert [is_problem(each, 404, "session-not-found") for each in told] == [True] * 6
    kept = {each["session_id"]: each for each in target.client.get("/sessions").json()["sessions"]}
    assert kept[session]["title"] == "mine"


@pytest.mark.parametrize(
    "path",
    [
        "/documents/..%2f..%2f..%2fetc%2fpasswd/text",
        "/documents/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/documents/..\\..\\windows\\win.ini",
        "/documents/../../../../etc/passwd",
        "/sessions/..%2f..%2fdata%2fconversations.sqlite3",
        "/jobs/%00",
        "/docs/../../data/jobs.sqlite3",
        "//etc/passwd",
        "/static/..%2f..%2fpyproject.toml",
        "/docs-static/../../../app/settings.py",
    ],
)
def test_a_path_leads_out_of_nothing(target: Target, path: str) -> None:
    told = target.raw(f"GET {path} HTTP/1.1", "Host: localhost", target.key)
    assert told.split(b" ")[1] in {b"404", b"400", b"422", b"307"}, told
    for secret in (b"root:", b"SQLite format", b"[project]", b"AppSettings"):
        assert secret not in told


@pytest.mark.parametrize(
    "name",
    ["../../../evil.md", "..\\..\\evil.md", "/etc/cron.d/evil.md", "C:\\evil.md", "..%2fe.md"],
)
def test_a_file_name_leads_nowhere(target: Target, name: str) -> None:
    before = set(target.folder.rglob("*evil*"))
    job = handed_over(target, name, f"# {name}".encode())
    assert "/" not in job["name"]
    assert "\\" not in job["name"]
    assert re.fullmatch(r"uploads/[^/\\\\]+\.md", job["source"])
    assert set(target.folder.rglob("*evil*")) == before
    kept = {path.name for path in (target.folder / "data" / "uploads").iterdir()}
    assert all(re.fullmatch(r"[0-9a-f]{32}|uploads\.of-the-service", each) for each in kept)


# Connections that the service is talked into


def luring(bait: str) -> dict[str, bytes]:
    """Return files that name an address in every way that a reader might follow."""
    page = (
        f"<html><head><title>{SCRIPT.replace('<', '&lt;')}</title>"
        f'<link rel="stylesheet" href="{bait}/css"><base href="{bait}/base/">'
        f'<meta http-equiv="refresh" content="0; url={bait}/refresh">'
        f'<script src="{bait}/js"></script></head><body><h1>Leave</h1>'
        f'<img src="{bait}/img"><iframe src="{bait}/frame"></iframe>'
        f"<p>A new employee gets 15 days of leave.</p></body></html>"
    )
    entity = (
        f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "{bait}/entity">'
        f'<!ENTITY % y SYSTEM "{bait}/dtd"> %y;]><a>&x;</a>'
    )
    mail = (
        "From: a@b.c\r\nSubject: lure\r\nContent-Type: message/external-body;"
        f' access-type=URL; URL="{bait}/mail"\r\n\r\nContent-Type: text/plain\r\n\r\n'
    )
    return {
        "lure.html": page.encode(),
        "lure.md": f"# Lure\n\n![picture]({bait}/md) <{bait}/link>\n".encode(),
        "lure.xml": entity.encode(),
        "lure.eml": mail.encode(),
        "lure.rtf": rf"{{\rtf1 {{\field{{\*\fldinst INCLUDEPICTURE {bait}/rtf}}}} lure}}".encode(),
        "lure.docx": docx_file(("Normal", f"INCLUDEPICTURE {bait}/docx")),
        "lure.ipynb": json.dumps(
            {
                "nbformat": 4,
                "nbformat_minor": 5,
                "metadata": {},
                "cells": [{"cell_type": "markdown", "metadata": {}, "source": f"![a]({bait}/n)"}],
            }
        ).encode(),
    }


def test_what_a_document_names_is_not_fetched(target: Target) -> None:
    sent = [("files", each) for each in luring(target.bait).items()]
    taken = target.client.post("/documents", files=sent).json()["files"]
    states = {file["name"]: target.finished(file["job"])["state"] for file in taken}
    assert states["lure.html"] == states["lure.md"] == "done"
    answer = target.client.post("/ask", json=QUESTION).json()
    assert "15 days" in answer["answer"]
    assert Bait.hits == []


def test_nothing_that_a_request_can_say_leads_to_a_connection(target: Target) -> None:
    bait = target.bait
    message = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": bait}}]}
    words = {"role": "user", "content": f"Summarise {bait}/page"}
    urls = {"base_url": bait, "api_base": bait, "callback": bait, "webhook": bait, "proxy": bait}
    for path, body in (
        ("/ask", {**QUESTION, **urls}),
        ("/ask", {**QUESTION, "model": bait}),
        ("/ask", {"question": f"What does {bait}/page say?", "filters": {"source": bait}}),
        ("/search", {"query": bait, "filters": {"source": f"{bait}/"}}),
        ("/v1/chat/completions", {"messages": [message]}),
        ("/v1/chat/completions", {"messages": [words], "model": bait, **urls}),
        ("/feedback", {"session_id": bait, "rating": "down", "expected_source": bait}),
        ("/mcp", {"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": bait}}),
    ):
        target.client.post(path, json=body, headers={"Accept": "application/json"})
    forwarded = {"Forwarded": f"for={bait}", "X-Forwarded-Host": bait, "Referer": bait, "Via": bait}
    target.client.get("/documents", headers={**forwarded, "X-Original-URL": bait})
    host = urlsplit(bait).netloc
    target.raw(f"GET {bait}/proxied HTTP/1.1", f"Host: {host}", target.key)
    target.raw(f"CONNECT {host} HTTP/1.1", f"Host: {host}", target.key)
    assert Bait.hits == []
    assert httpx.get(f"{bait}/works").status_code == 200
    assert Bait.hits.pop() == "/works"


# Words that a browser might run


def test_a_title_that_is_a_script_is_never_more_than_text(target: Target) -> None:
    page = f"<title>{SCRIPT.replace('<', '&lt;')}</title><p>Scripts are text.</p>".encode()
    job = target.finished(handed_over(target, f"{SCRIPT.replace('/', '')}.html", page))
    path = f"/documents/{job['document_id']}"
    assert target.client.get(path).json()["title"] == SCRIPT
    for response in (
        target.client.get("/documents"),
        target.client.get(path),
        target.client.get(f"{path}/text"),
        target.client.post("/search", json={"query": "Scripts are text."}),
        target.client.get(f"/sessions/{SCRIPT}"),
        target.client.get(f"/{SCRIPT}"),
    ):
        assert response.headers["content-type"].split(";")[0].endswith("json")
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert SCRIPT not in target.client.get("/docs").text
    assert SCRIPT not in target.client.get("/openapi.json").text


# Keys


def test_a_wrong_secret_and_an_unknown_key_get_the_same_bytes(target: Target) -> None:
    known = target.client.headers["Authorization"].split("_")[1]
    wrong, unknown = Token(known, Token.made().secret), Token.made()
    told = [
        target.raw(
            "GET /documents HTTP/1.1",
            "Host: localhost",
            "X-Request-ID: same",
            f"Authorization: Bearer {token.text}",
        )
        for token in (wrong, unknown)
    ]
    without_date = [re.sub(rb"(?i)date: [^\r]*\r\n", b"", each) for each in told]
    assert without_date[0] == without_date[1]
    assert told[0].startswith(b"HTTP/1.1 401 ")


def test_secrets_are_compared_in_a_time_that_tells_nothing() -> None:
    assert "hmac.compare_digest" in inspect.getsource(Token.proves)
    for module in (keys, key_store):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Compare):
                compared = ast.unparse(node)
                assert "secret" not in compared
                assert "fingerprint" not in compared


def test_no_secret_is_in_the_log_or_among_the_acts(target: Target) -> None:
    guess = Token.made()
    target.client.get("/documents", headers={"Authorization": f"Bearer {guess.text}"})
    target.client.get(f"/documents?key={guess.secret}")
    written = (target.folder / "server.log").read_text(encoding="utf-8")
    acts = (target.folder / "audit.jsonl").read_text(encoding="utf-8")
    assert '"action": "document.list"' in acts
    for secret in (guess.secret, target.client.headers["Authorization"].rpartition("_")[2]):
        assert secret not in written
        assert secret not in acts
    for line in acts.splitlines():
        assert json.loads(line)["action"]
