"""Programs that speak the Model Context Protocol, with a real server and with a process of theirs.

The client is the protocol's own, in both of its versions; the embedder is the one without a model.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from index.identity import document_id_of
from tests.unit.app.mcp.clients import VERSIONS, text_of

REPOSITORY = Path(__file__).parents[2]
PATIENCE_SECONDS = 120

LEAVE = "# 휴가 규정\n\n병가는 진단서를 내면 최대 60일까지 쓸 수 있습니다.\n"
BACKUP = "Backup policy\n\nBackups run every night at 02:30 and are kept for 30 days.\n"
BONUS = "# 상여금\n\n임원 상여금은 연봉의 40퍼센트입니다.\n"
CONFIDENTIAL = "40퍼센트"
SECRET_ID = document_id_of("이사회/상여금.md")
QUESTIONS = [
    ("병가는 며칠까지 쓸 수 있나요?", "60일", "문서/휴가.md"),
    ("When do backups run every night?", "02:30", "문서/backup.txt"),
]

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of two documents for all and one for the board."""
    folder = tmp_path_factory.mktemp("mcp")
    for name, text in (
        ("문서/휴가.md", LEAVE),
        ("문서/backup.txt", BACKUP),
        ("이사회/상여금.md", BONUS),
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    program(folder, "ingest", "문서")
    program(folder, "ingest", "이사회", "--group", "board")
    return folder


def environment(folder: Path) -> dict[str, str]:
    return {
        "PYTHONPATH": str(REPOSITORY),
        "MUREUM_DATA_DIR": str(folder / "data"),
        "MUREUM_EMBEDDER": "hashing",
        "MUREUM_APP_READER": "none",
        "MUREUM_APP_CONFIDENCE_THRESHOLD": "0",
        "MUREUM_APP_PORT": "0",
        "MUREUM_APP_WORKER": "False",
    }


def program(folder: Path, *arguments: str) -> str:
    """Return what a program prints."""
    ran = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**os.environ, **environment(folder)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def keys(folder: Path) -> dict[str, str]:
    """An API key for the board and one for everybody else."""
    groups = {"board": ("--group", "board"), "everybody": ()}
    return {
        name: program(folder, "app", "keys", "create", "--name", name, *group).splitlines()[-1]
        for name, group in groups.items()
    }


@pytest.fixture(scope="module")
def address(folder: Path, keys: dict[str, str]) -> Iterator[str]:
    """Where a server listens that asks for keys."""
    del keys
    log = folder / "server.log"
    with log.open("wb") as written:
        server = subprocess.Popen(
            [sys.executable, "-m", "app"],
            cwd=folder,
            env={**os.environ, **environment(folder)},
            stderr=written,
        )
    try:
        yield listening(log)
    finally:
        server.terminate()
        assert server.wait(PATIENCE_SECONDS) == 0


def listening(log: Path) -> str:
    """Return where the server listens, as soon as it says so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


@asynccontextmanager
async def over_http(url: str, key: str, version: str) -> AsyncIterator[Client]:
    headers = {"authorization": f"Bearer {key}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(url, http_client=http), mode=version) as client,
    ):
        yield client


def started(folder: Path, *arguments: str) -> StdioServerParameters:
    """Return how a client starts a server of its own."""
    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "app", "mcp", *arguments],
        env=environment(folder),
        cwd=folder,
    )


async def check_answers(client: Client) -> None:
    """Ask in both languages, and read on where the citations say."""
    for question, words, source in QUESTIONS:
        answer = await client.call_tool("ask", {"question": question})
        first = answer.structured_content["citations"][0]
        assert words in first["quote"]
        assert first["source"] == source
        assert f"[1] {first['title']} | {source}" in text_of(answer)
        place = {name: first[name] for name in ("document_id", "start", "end")}
        read = await client.call_tool("get_document", place)
        assert read.structured_content["text"] == first["quote"]
        found = await client.call_tool("search", {"query": question, "top_k": 1})
        assert words in text_of(found)


async def shown_of_the_secret(client: Client) -> list[bool]:
    """Return whether each of the tools shows what is for the board alone."""
    question = "임원 상여금은 연봉의 몇 퍼센트인가요?"
    calls: list[tuple[str, dict[str, Any]]] = [
        ("ask", {"question": question}),
        ("search", {"query": question, "top_k": 50}),
        ("get_document", {"document_id": SECRET_ID}),
    ]
    return [CONFIDENTIAL in text_of(await client.call_tool(*call)) for call in calls]


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_server_answers_and_the_key_decides_what_is_seen(
    address: str, keys: dict[str, str], version: str
) -> None:
    url = f"{address}/mcp"
    async with over_http(url, keys["board"], version) as board:
        await check_answers(board)
        assert await shown_of_the_secret(board) == [True, True, True]
    async with over_http(url, keys["everybody"], version) as everybody:
        assert await shown_of_the_secret(everybody) == [False, False, False]


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
def test_a_wrong_key_opens_nothing(address: str, keys: dict[str, str], path: str) -> None:
    wrong = keys["board"][:-4] + "AAAA"
    hello = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"accept": "application/json, text/event-stream"}
    for headers in ({}, {"authorization": f"Bearer {wrong}"}):
        refused = httpx.post(f"{address}{path}", json=hello, headers={**accept, **headers})
        assert refused.status_code == 401


async def test_a_process_of_ones_own_needs_no_key(folder: Path) -> None:
    async with Client(started(folder), mode="legacy") as client:
        await check_answers(client)
        assert await shown_of_the_secret(client) == [True, True, True]


async def test_a_process_can_be_confined_to_groups(folder: Path) -> None:
    async with Client(started(folder, "--group", "sales")) as client:
        assert await shown_of_the_secret(client) == [False, False, False]


def test_only_the_protocol_is_on_stdout_and_the_end_of_stdin_is_the_end(folder: Path) -> None:
    hello = (
        '{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion":'
        ' "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}\n'
        '{"jsonrpc": "2.0", "method": "notifications/initialized"}\n'
        "this is no message\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "app", "mcp"],
        cwd=folder,
        env={**os.environ, **environment(folder), "MUREUM_APP_LOG_LEVEL": "debug"},
        input=hello,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert lines
    assert all(line.startswith('{"jsonrpc":"2.0"') for line in lines)
    assert '"serverInfo"' in lines[0]
    assert "DEBUG" in ran.stderr
