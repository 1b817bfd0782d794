"""The worker as a process: its log is written as the service's, JSON where that is wanted."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.worker_processes import environment


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [(["--log-format", "json"], {}), ([], {"INGEST_LOG_FORMAT": "json"})],
)
def test_a_worker_writes_objects(
    tmp_path: Path, arguments: list[str], settings: dict[str, str]
) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "ingest", "work", *arguments],
        cwd=tmp_path,
        env=environment(tmp_path / "data", **settings, DATA_DIRECTORY="misspelt"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    (line,) = map(json.loads, ended.stderr.splitlines())
    assert (line["level"], line["logger"]) == ("error", "ingest.worker.command")
    assert "MUREUM_DATA_DIRECTORY" in line["message"]
