"""What the compose file promises: closed by default, every variable explained, time to end."""

import re
from typing import Any

import pytest
import yaml

from app.server import _SECONDS_TO_CLOSE, _SECONDS_TO_SEND
from app.settings import AppSettings
from tests.env_example import settings
from tests.locks import REPOSITORY

DOCKER = REPOSITORY / "docker"
TEXT = (DOCKER / "compose.yaml").read_text(encoding="utf-8")
EXAMPLE = (DOCKER / ".env.example").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
ON_GRAPHICS_CARDS = {"gpu"}
"""Its image writes where it likes, and takes the memory that it finds."""

ALL = pytest.mark.parametrize("name", sorted(SERVICES))


def defaulted(text: str) -> str:
    """Return a text of the compose file as it reads without any variable."""
    return VARIABLE.sub(lambda match: match[2] or "", text)


@ALL
def test_no_port_is_open_to_other_machines(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert defaulted(port).startswith("127.0.0.1:")


@ALL
def test_every_container_gives_up_all_rights_and_comes_back(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == ("on-failure:20" if name == "setup" else "unless-stopped")


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - ON_GRAPHICS_CARDS))
def test_every_container_has_limits_and_a_root_that_nobody_writes(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["mem_limit"]
    assert service["pids_limit"]


def test_without_profiles_there_are_the_service_its_worker_and_the_first_key() -> None:
    always = {name for name, service in SERVICES.items() if "profiles" not in service}
    assert always == {"setup", "service", "worker"}


def test_one_worker_is_enough_for_all_servers() -> None:
    for name in ("service", "replica"):
        assert SERVICES[name]["environment"]["MUREUM_APP_WORKER"] == "false"


def test_a_server_has_time_to_end_in_order() -> None:
    fields = AppSettings.model_fields
    needed = fields["drain_seconds"].default + fields["shutdown_seconds"].default
    for name in ("service", "replica"):
        given = SERVICES[name]["stop_grace_period"]
        assert int(given.removesuffix("s")) >= needed + _SECONDS_TO_SEND + _SECONDS_TO_CLOSE


def test_every_variable_is_in_the_example_with_its_default() -> None:
    variables = {name: default for name, default in VARIABLE.findall(TEXT) if name != "ENV_FILE"}
    assert len(variables) > 15
    absent = [name for name, value in variables.items() if f"\n#{name}={value}\n" not in EXAMPLE]
    assert absent == []


def test_the_example_sets_nothing_and_names_only_settings_that_exist() -> None:
    lines = [line for line in EXAMPLE.splitlines() if line and not line.startswith("#")]
    named = re.findall(r"^#(MUREUM_\w+)=", EXAMPLE, re.MULTILINE)
    assert lines == []
    assert set(named) - {name for name, _ in settings()} == set()
    assert "MUREUM_MEMORY_URL" in named


def test_the_image_and_the_compose_file_ask_for_life_alike() -> None:
    probe = SERVICES["service"]["healthcheck"]
    image = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
    assert str(probe["test"][1:]).replace("'", '"') in image
    assert (DOCKER / "health.py").is_file()
