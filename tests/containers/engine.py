"""Docker or podman with its compose, whichever this machine has."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
IMAGE = "mureum:test"
BUILD_SECONDS = 1_800
ENGINES = {
    "docker": (("docker", "compose"), ("docker", "info")),
    "podman": (("podman-compose",), ("podman", "info")),
}


@dataclass(frozen=True)
class Engine:
    """The program that runs containers, and the one that reads compose files."""

    program: str
    compose: tuple[str, ...]

    def run(self, *arguments: str, seconds: float = 120, check: bool = True) -> str:
        """Return what the program says."""
        return spoken((self.program, *arguments), os.environ, seconds, check=check)

    def build(self) -> None:
        """Build the image from this checkout."""
        self.run(
            *("build", "--file", "docker/Dockerfile", "--tag", IMAGE),
            *(("--format", "docker") if self.program == "podman" else ()),
            *self._mirror(),
            str(REPOSITORY),
            seconds=BUILD_SECONDS,
        )

    def _mirror(self) -> list[str]:
        """Return what lets a build take packages from where pip takes them on this machine."""
        wheels = os.environ.get("PIP_FIND_LINKS", "")
        names = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL")
        given = {name: os.environ[name] for name in names if name in os.environ}
        options = []
        if self.program == "podman" and Path(wheels).is_dir():
            given = {"PIP_EXTRA_INDEX_URL": "", **given, "PIP_FIND_LINKS": "/wheels"}
            options = ["--volume", f"{Path(wheels).resolve()}:/wheels:ro"]
        return options + [
            part for name, value in given.items() for part in ("--build-arg", f"{name}={value}")
        ]


@cache
def engine() -> Engine:
    """Return what this machine has; skip the test where it has nothing."""
    for program, (compose, alive) in ENGINES.items():
        if shutil.which(program) is None or shutil.which(compose[0]) is None:
            continue
        if subprocess.run(alive, capture_output=True, check=False).returncode == 0:
            return Engine(program, compose)
    pytest.skip("neither docker with its compose nor podman with podman-compose works here")


@cache
def built() -> Engine:
    """Return the engine after it has built the image."""
    found = engine()
    found.build()
    return found


def spoken(
    command: tuple[str, ...], environment: Mapping[str, str], seconds: float, *, check: bool = True
) -> str:
    """Return what a program says on standard output; fail with all that it said."""
    done = subprocess.run(
        command,
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    said = f"{' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    assert done.returncode == 0 or not check, said
    return done.stdout.strip()
