"""Service and worker from the compose file: a document is handed over, asked for, and survives."""

from collections.abc import Iterator

import httpx
import pytest

from tests.containers.asking import (
    LEAVE,
    PARKING,
    answered,
    check_sick_leave,
    hand_over,
    is_alive,
    is_ready,
)
from tests.containers.engine import built
from tests.containers.stack import KEY_FILE, Stack, running, until


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running(built(), "setup", "service", "worker") as stack:
        yield stack


@pytest.fixture(scope="module")
def client(stack: Stack) -> Iterator[httpx.Client]:
    with stack.client("service", stack.key()) as client:
        until(lambda: is_alive(client))
        hand_over(client, "휴가.md", LEAVE)
        yield client


def test_a_document_that_was_handed_over_is_answered_from(client: httpx.Client) -> None:
    check_sick_leave(client)


def test_nobody_gets_in_without_the_key_that_was_made(stack: Stack, client: httpx.Client) -> None:
    del client
    with stack.client("service", "wrong") as stranger:
        assert stranger.get("/documents").status_code == httpx.codes.UNAUTHORIZED
    assert stack.execute("service", "stat", "--format=%a %u", KEY_FILE) == "600 10001"


@pytest.mark.parametrize("killed", ["service", "worker"])
def test_what_is_killed_comes_back_and_has_lost_nothing(
    stack: Stack, client: httpx.Client, killed: str
) -> None:
    stack.crash(killed)
    check_sick_leave(client)
    hand_over(client, f"주차-{killed}.md", f"{PARKING}\n{killed}")
    assert "두 시간" in answered(client, "방문객 주차는 몇 시간까지 무료인가요?")["answer"]


def test_the_root_file_system_is_read_only_and_the_programs_have_no_rights(stack: Stack) -> None:
    for service in ("service", "worker"):
        status = stack.execute(service, "grep", "-E", "^(CapEff|NoNewPrivs)", "/proc/self/status")
        assert status.split() == ["CapEff:", "0000000000000000", "NoNewPrivs:", "1"]
        assert stack.execute(service, "sh", "-c", "touch /opt/x || echo refused") == "refused"


def test_the_health_check_of_the_image_finds_the_server_alive(
    stack: Stack, client: httpx.Client
) -> None:
    until(lambda: is_ready(client))
    probe = "python -I -S /opt/health.py; echo $?"
    assert stack.execute("service", "sh", "-c", probe) == "0"
    assert stack.execute("worker", "sh", "-c", probe) == "1"


@pytest.mark.parametrize("service", ["worker", "service"])
def test_what_is_stopped_ends_by_itself(stack: Stack, client: httpx.Client, service: str) -> None:
    del client
    name = stack.container(service)
    stack.engine.run("stop", "--time=30", name)
    assert stack.engine.run("inspect", "--format={{.State.ExitCode}}", name) == "0"
    stack.engine.run("start", name)
