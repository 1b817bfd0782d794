"""Two servers over one PostgreSQL and one volume: what one knows the other knows, and one dies."""

from collections.abc import Iterator

import httpx
import pytest

from tests.containers.asking import (
    LEAVE,
    PARKING,
    SICK_LEAVE,
    answered,
    check_sick_leave,
    hand_over,
    is_alive,
)
from tests.containers.engine import built
from tests.containers.stack import Stack, running, settings_file, until

PASSWORD = "only-for-this-test"  # noqa: S105
SERVICES = ("postgres", "setup", "service", "replica", "worker")
POSTGRES_IMAGES = ("docker.io/library/postgres:17", "docker.io/library/postgres:15")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    engine = built()
    known = [name for name in POSTGRES_IMAGES if engine.run("images", "--quiet", name)]
    if not known and engine.program == "podman":
        pytest.skip("no image of PostgreSQL is on this machine")
    url = f"postgresql://postgres:{PASSWORD}@postgres/mureum"
    settings = {
        "COMPOSE_PROFILES": "postgres,replica",
        "ENV_FILE": settings_file(tmp_path_factory.mktemp("settings"), MUREUM_MEMORY_URL=url),
        "POSTGRES_PASSWORD": PASSWORD,
        "POSTGRES_IMAGE": (known or list(POSTGRES_IMAGES))[0],
    }
    with running(engine, *SERVICES, **settings) as stack:
        yield stack


@pytest.fixture(scope="module")
def clients(stack: Stack) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    key = stack.key()
    with stack.client("service", key) as one, stack.client("replica", key) as other:
        until(lambda: is_alive(one))
        until(lambda: is_alive(other))
        hand_over(one, "휴가.md", LEAVE)
        yield one, other


def test_what_the_worker_reads_is_seen_by_both(clients: tuple[httpx.Client, httpx.Client]) -> None:
    one, other = clients
    check_sick_leave(one)
    check_sick_leave(other)
    hand_over(other, "주차.md", PARKING)
    for client in clients:
        assert "500원" in answered(client, "주차 초과 요금은 얼마인가요?")["answer"]
    assert one.get("/documents").json()["total"] == other.get("/documents").json()["total"] == 2


def test_a_session_goes_on_at_the_other_server_after_the_first_was_killed(
    stack: Stack, clients: tuple[httpx.Client, httpx.Client]
) -> None:
    one, other = clients
    first = answered(one, SICK_LEAVE)
    stack.engine.run("kill", stack.container("service"))
    second = answered(other, "진단서는요?", first["session_id"])
    assert second["session_id"] == first["session_id"]
    assert "병가" in second["rewritten_question"]
    stack.engine.run("start", stack.container("service"))
    until(lambda: is_alive(one))
    turns = one.get(f"/sessions/{first['session_id']}").json()["turns"]
    assert [turn["question"] for turn in turns] == [SICK_LEAVE, "진단서는요?"]


@pytest.mark.parametrize("killed", ["postgres", "worker", "replica", "service"])
def test_whatever_is_killed_both_answer_again(
    stack: Stack, clients: tuple[httpx.Client, httpx.Client], killed: str
) -> None:
    if killed == "postgres":
        stack.engine.run("kill", stack.container(killed))
        stack.engine.run("start", stack.container(killed))
    else:
        stack.crash(killed)
    for client in clients:
        until(lambda client=client: is_alive(client))
        until(lambda client=client: client.get("/sessions").status_code == httpx.codes.OK)
        check_sick_leave(client)
