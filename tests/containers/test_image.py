"""What the image is, without compose."""

import json
from typing import Any

import pytest

from tests.containers.engine import IMAGE, Engine, built

BASE = "docker.io/library/python:3.11-slim-bookworm"
MOST_BYTES = 1_850_000_000
"""Two gigabytes, less what the official base image has: on a machine another may stand for it."""

ALONE = (
    *("run", "--rm", "--network=none", "--read-only", "--tmpfs=/tmp", "--volume=/data"),
    *("--cap-drop=all", IMAGE),
)
WRITABLE = """
import os
for place in ("/", "/opt/mureum", "/opt/models", "/etc", "/data", "/tmp"):
    if os.access(place, os.W_OK):
        print(place)
"""


@pytest.fixture(scope="module")
def engine() -> Engine:
    return built()


@pytest.fixture(scope="module")
def described(engine: Engine) -> dict[str, Any]:
    found: list[dict[str, Any]] = json.loads(engine.run("image", "inspect", IMAGE))
    return found[0]


def test_the_image_is_small_enough(engine: Engine, described: dict[str, Any]) -> None:
    base = json.loads(engine.run("image", "inspect", BASE))[0]["Size"]
    assert 500_000_000 < described["Size"] - base <= MOST_BYTES


def test_the_image_tells_its_user_its_licence_and_how_to_see_that_it_lives(
    described: dict[str, Any],
) -> None:
    configuration = described["Config"]
    assert configuration["User"] == "10001:10001"
    assert configuration["Labels"]["org.opencontainers.image.licenses"] == "Apache-2.0"
    probe = described.get("Healthcheck") or configuration["Healthcheck"]
    assert "/opt/health.py" in probe["Test"]


def test_only_the_data_and_temporary_files_can_be_written(engine: Engine) -> None:
    assert engine.run(*ALONE, "python", "-c", WRITABLE).split() == ["/data", "/tmp"]  # noqa: S108


@pytest.mark.parametrize("program", ["gcc", "cc", "ld", "make", "git"])
def test_nothing_is_left_that_builds_programs(engine: Engine, program: str) -> None:
    assert engine.run(*ALONE, "sh", "-c", f"command -v {program} || echo none") == "none"


def test_the_environment_holds_no_installer(engine: Engine) -> None:
    names = engine.run(*ALONE, "ls", "/opt/mureum/bin").split()
    assert "python" in names
    assert [name for name in names if name.startswith("pip")] == []


def test_the_models_load_without_a_network_and_without_writing(engine: Engine) -> None:
    program = (
        "from pathlib import Path; from index.embedder.base import TextKind;"
        " from index.embedder.registry import build_embedder;"
        " made = build_embedder('bundled', cache_dir=Path('/opt/models'));"
        " print(made.encode(['연차 휴가'], TextKind.QUERY).shape)"
    )
    assert engine.run(*ALONE, "python", "-c", program).splitlines()[-1] == "(1, 384)"


def test_a_server_that_others_can_reach_does_not_start_without_keys(engine: Engine) -> None:
    said = engine.run(*ALONE, "sh", "-c", "python -m app 2>&1; echo code $?")
    assert "python -m app keys create" in said
    assert said.endswith("code 1")
