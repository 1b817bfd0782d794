"""Prints what the image weighs, how fast it starts and what it needs when nobody asks.

``python -m tests.containers.figures``, after ``make test-containers`` has built the image.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx

from tests.containers.asking import LEAVE, SICK_LEAVE
from tests.containers.engine import IMAGE, Engine, engine
from tests.containers.stack import free_port, until
from tests.containers.test_image import BASE

STARTS = 3
MEGABYTE = 1_000_000
HARDENED = ("--read-only", "--tmpfs=/tmp", "--cap-drop=all", "--init")
PROPORTIONAL = """
import os, re
own, total = os.getpid(), 0
for number in filter(str.isdecimal, os.listdir("/proc")):
    try:
        text = open(f"/proc/{number}/smaps_rollup").read()
    except OSError:
        continue
    if int(number) != own:
        total += int(re.search(r"^Pss:\\s+(\\d+)", text, re.M)[1])
print(total * 1024)
"""
"""Prints the memory of all processes of a container; what they share is counted once."""

PROCESSOR = """
import os
ticks = 0
for number in filter(str.isdecimal, os.listdir("/proc")):
    if int(number) != os.getpid():
        fields = open(f"/proc/{number}/stat").read().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
print(ticks / os.sysconf("SC_CLK_TCK"))
"""
"""Prints the seconds that all processes of a container have computed."""


@dataclass(frozen=True)
class Place:
    """A volume with an index of one document, and a key that opens it."""

    engine: Engine
    volume: str
    key: str

    @contextmanager
    def started(self, *command: str, options: tuple[str, ...] = ()) -> Iterator[str]:
        """A container over the volume, until the block ends."""
        name = f"{self.volume}-{free_port()}"
        mounted = f"--volume={self.volume}:/data"
        self.engine.run(
            "run", "--detach", f"--name={name}", mounted, *HARDENED, *options, IMAGE, *command
        )
        try:
            yield name
        finally:
            self.engine.run("rm", "--force", name, check=False)

    def asked(self, container: str, program: str) -> float:
        """Return the number that a program prints inside a container."""
        return float(self.engine.run("exec", container, "python", "-I", "-S", "-c", program))


@dataclass(frozen=True)
class Start:
    """A start up to the first answer: its seconds, those of a core, and the memory then."""

    seconds: float
    processor_seconds: float
    memory: float


def main() -> None:
    """Print the figures."""
    found = engine()
    image, base = (_bytes(found, name) for name in (IMAGE, BASE))
    say(f"image: {image / MEGABYTE:,.0f} MB, of which the base image {base / MEGABYTE:,.0f} MB")
    with _place(found) as place:
        starts = [_first_answer(place) for _ in range(STARTS)]
        shown = ", ".join(f"{start.seconds:.1f}" for start in starts)
        computed = median(start.processor_seconds for start in starts)
        middle = median(start.seconds for start in starts)
        say(f"start to first answer: {shown} s, median {middle:.1f} s; {computed:.1f} s of a core")
        memory = median(start.memory for start in starts)
        say(f"idle memory of the service after an answer: {memory / MEGABYTE:,.0f} MB")
        with place.started("python", "-m", "ingest", "work") as worker:
            time.sleep(5)
            memory = place.asked(worker, PROPORTIONAL)
            say(f"idle memory of the worker: {memory / MEGABYTE:,.0f} MB")


def _first_answer(place: Place) -> Start:
    """Return what it takes from starting a container to its first answer."""
    port = free_port()
    headers = {"Authorization": f"Bearer {place.key}"}
    address = f"http://127.0.0.1:{port}"
    begun = time.monotonic()
    options = (f"--publish=127.0.0.1:{port}:8000", "--env=MUREUM_APP_WORKER=false")
    with (
        place.started(options=options) as name,
        httpx.Client(base_url=address, headers=headers, timeout=60) as client,
    ):
        until(lambda: _answers(client))
        seconds = time.monotonic() - begun
        return Start(seconds, place.asked(name, PROCESSOR), place.asked(name, PROPORTIONAL))


def _answers(client: httpx.Client) -> bool:
    try:
        response = client.post("/ask", json={"question": SICK_LEAVE})
    except httpx.TransportError:
        return False
    return response.status_code == httpx.codes.OK and "60일" in response.json()["answer"]


@contextmanager
def _place(found: Engine) -> Iterator[Place]:
    volume = f"mureum-figures-{os.getpid()}"
    once = ("run", "--rm", f"--volume={volume}:/data", *HARDENED)
    with TemporaryDirectory() as folder:
        (Path(folder) / "휴가.md").write_text(LEAVE, encoding="utf-8")
        Path(folder).chmod(0o755)
        documents = f"--volume={folder}:/documents:ro"
        try:
            found.run(*once, documents, IMAGE, "python", "-m", "ingest", "/documents")
            make = ("keys", "create", "--name", "figures", "--role", "admin")
            key = found.run(*once, IMAGE, "python", "-m", "app", *make).splitlines()[-1]
            yield Place(found, volume, key)
        finally:
            found.run("volume", "rm", "--force", volume, check=False)


def _bytes(found: Engine, image: str) -> int:
    return int(json.loads(found.run("image", "inspect", image))[0]["Size"])


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
