"""A server over a small index, and schemathesis before it."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.worker_processes import PATIENCE_SECONDS, environment

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
MOST_SECONDS = 3_000
DOCUMENTS = {
    "문서/휴가.md": "# 휴가 규정\n\n병가는 진단서를 내면 최대 60일까지 쓸 수 있습니다.\n",
    "문서/backup.txt": "Backups run every night at 02:30 and are kept for 30 days.\n",
}
UNLIMITED = {
    "APP_REQUESTS_A_MINUTE": "0",
    "APP_REQUESTS_AT_ONCE": "0",
    "APP_WRONG_KEYS_A_MINUTE": "0",
}
"""Else most answers would be 429, which is no news; the limits have tests of their own."""

_COUNT = re.compile(r"(\d+) generated")
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
_BAD_LINE = re.compile(r"^.* (?:ERROR|CRITICAL) .*$|^Traceback.*$", re.MULTILINE)


@dataclass(frozen=True)
class Plan:
    """How many requests are made up for each operation, from which seed, in which phases."""

    examples: int
    seed: int
    phases: str = "examples,coverage,fuzzing,stateful"


@dataclass(frozen=True)
class Outcome:
    """What schemathesis says, and what the server said meanwhile."""

    report: str
    failed: bool
    log: str

    @property
    def cases(self) -> int:
        """Return how many requests were made up and sent."""
        found = _COUNT.search(self.report)
        return int(found[1]) if found else 0

    def problems(self, least_cases: int) -> list[str]:
        """Return what is wrong, in words."""
        problems = ["An answer breaks a promise: see above."] if self.failed else []
        if self.cases < least_cases:
            problems.append(f"Only {self.cases} of {least_cases} cases were tried.")
        return problems + [f"The server logged: {line}" for line in _BAD_LINE.findall(self.log)]


def fuzz(folder: Path, plan: Plan) -> Outcome:
    """Return what came of it; the server needs a key, and is sent one that may do everything."""
    settings = {**UNLIMITED, "APP_PORT": "0", "APP_READER": "none"}
    given = environment(folder / "data", **settings)
    for name, text in DOCUMENTS.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    _program(folder, given, "ingest", "문서")
    key = _program(folder, given, "app", "keys", "create", "--name", "fuzz", "--role", "admin")
    with _serving(folder, given) as address:
        ran = subprocess.run(
            _command(address, key.splitlines()[-1], plan),
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=MOST_SECONDS,
            check=False,
        )
    log = (folder / "server.log").read_text(encoding="utf-8")
    return Outcome(ran.stdout + ran.stderr, ran.returncode != 0, log)


def _command(address: str, key: str, plan: Plan) -> list[str]:
    return [
        sys.executable,
        "-m",
        "schemathesis.cli",
        f"--config-file={CONFIGURATION}",
        "run",
        f"{address}/openapi.json",
        f"--header=Authorization: Bearer {key}",
        f"--phases={plan.phases}",
        f"--max-examples={plan.examples}",
        f"--seed={plan.seed}",
        "--generation-database=none",
        "--continue-on-failure",
        "--no-color",
    ]


def _program(folder: Path, given: dict[str, str], *arguments: str) -> str:
    """Return what a program prints."""
    ran = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env=given,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    if ran.returncode != 0:
        raise RuntimeError(ran.stderr)
    return ran.stdout


@contextmanager
def _serving(folder: Path, given: dict[str, str]) -> Iterator[str]:
    """Yield the address of a server, which has to end in order."""
    log = folder / "server.log"
    with log.open("wb") as written:
        server = subprocess.Popen(
            [sys.executable, "-m", "app"], cwd=folder, env=given, stderr=written
        )
    try:
        yield _listening(log)
    finally:
        server.terminate()
        ended = server.wait(PATIENCE_SECONDS)
    if ended != 0:
        raise RuntimeError(f"The server ended with {ended}.")


def _listening(log: Path) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        text = log.read_text(encoding="utf-8")
        if " ready: " in text and (found := _ADDRESS.search(text)):
            return found[0]
        time.sleep(0.1)
    raise RuntimeError(log.read_text(encoding="utf-8"))
