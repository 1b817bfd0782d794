"""A compose project of a test: started, asked, damaged, and always removed by its name."""

import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.containers.engine import IMAGE, REPOSITORY, Engine, spoken

PATIENCE_SECONDS = 180
KEY_FILE = "/data/first-admin-key"
KILL_ALL = "import os, signal; os.kill(-1, signal.SIGKILL)"
"""Kills everything in a container but its process 1, as the kernel does without memory."""


@dataclass(frozen=True)
class Stack:
    """Some services of the compose file under a name of their own."""

    engine: Engine
    name: str
    services: tuple[str, ...]
    ports: Mapping[str, int]
    settings: Mapping[str, str]

    def compose(self, *arguments: str, seconds: float = 300, check: bool = True) -> str:
        """Return what compose says."""
        file = str(REPOSITORY / "docker" / "compose.yaml")
        command = (*self.engine.compose, "-p", self.name, "-f", file, *arguments)
        return spoken(command, {**os.environ, **self.settings}, seconds, check=check)

    def container(self, service: str) -> str:
        """Return the name of a service's container."""
        labels = {"project": self.name, "service": service}
        filters = [f"--filter=label=com.docker.compose.{key}={labels[key]}" for key in labels]
        return self.engine.run("ps", "--all", "--format={{.Names}}", *filters)

    def execute(self, service: str, *command: str, check: bool = True) -> str:
        """Return what a program says that runs in a service's container."""
        return self.engine.run("exec", self.container(service), *command, check=check)

    def key(self) -> str:
        """Return the first key, once there is one."""
        until(lambda: self.execute("worker", "cat", KEY_FILE, check=False))
        return self.execute("worker", "cat", KEY_FILE)

    def client(self, service: str, key: str) -> httpx.Client:
        """Return a client of a server."""
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.ports[service]}",
            headers={"Authorization": f"Bearer {key}"},
            timeout=60,
        )

    def crash(self, service: str) -> None:
        """Kill what runs in a container; wait until its restart policy has brought it back."""
        before = self.started_at(service)
        self.execute(service, "python", "-c", KILL_ALL, check=False)
        until(lambda: self.is_running(service) and self.started_at(service) != before)

    def started_at(self, service: str) -> str:
        """Return when a container was last started."""
        return self._state(service, "StartedAt")

    def is_running(self, service: str) -> bool:
        """Return whether a container runs."""
        return self._state(service, "Status") == "running"

    def _state(self, service: str, part: str) -> str:
        shown = f"--format={{{{.State.{part}}}}}"
        return self.engine.run("inspect", shown, self.container(service))

    def remove(self) -> None:
        """Remove containers, volumes and network of this project, and nothing else."""
        names = [self.container(service) for service in self.services]
        self.compose("down", "--volumes", check=False)
        for name in filter(None, names):
            self.engine.run("rm", "--force", "--volumes", name, check=False)


@contextmanager
def running(engine: Engine, *services: str, **settings: str) -> Iterator[Stack]:
    """A project with these services, until the test ends."""
    ports = {"service": free_port(), "replica": free_port()}
    given = {
        "IMAGE_TAG": IMAGE.partition(":")[2],
        "PORT": str(ports["service"]),
        "REPLICA_PORT": str(ports["replica"]),
        **settings,
    }
    stack = Stack(engine, f"mureum-test-{os.getpid()}-{ports['service']}", services, ports, given)
    try:
        stack.compose("up", "--detach", "--no-build", *services)
        yield stack
    finally:
        stack.remove()


def settings_file(folder: Path, **settings: str) -> str:
    """Return the path of a file of settings that containers read."""
    path = folder / "settings.env"
    path.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    return str(path)


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def until(true: Callable[[], object]) -> None:
    """Wait until it is true; containers tell no event."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.2)
