"""Looks up known vulnerabilities of what the image is made of: ``python -m tests.audit``.

pip-audit asks PyPI, and passes in silence over packages that PyPI tells nothing about. Here that
is told, and where PyPI tells nothing at all, that nothing was audited.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.locks import Pin, locked

ACCEPTED = tomllib.loads(
    (Path(__file__).parent / "vulnerabilities.toml").read_text(encoding="utf-8")
)["accepted"]
REQUIRED = "--required"
SECONDS = 600


def main(arguments: Sequence[str]) -> int:
    """Return 0, 1 for a vulnerability, 2 when nothing could be audited but had to be."""
    pins = sorted(locked().values(), key=lambda pin: pin.name)
    if not _audited(pins[:1]):
        say("NOT AUDITED: the vulnerability service of PyPI cannot be reached from here.")
        return 2 if REQUIRED in arguments else 0
    audited = _audited(pins)
    found = [line for package in audited for line in _lines(package)]
    absent = sorted({pin.name for pin in pins} - {package["name"] for package in audited})
    for line in found:
        say(line)
    if absent:
        say(f"PyPI tells nothing about: {', '.join(absent)}")
    say(f"{len(audited)} of {len(pins)} packages were audited, {len(found)} vulnerabilities found.")
    return 1 if found else 0


def _audited(pins: Iterable[Pin]) -> list[dict[str, Any]]:
    """Return what PyPI tells about packages; what it knows nothing of is left out."""
    with TemporaryDirectory() as folder:
        given = Path(folder) / "requirements.txt"
        given.write_text("".join(f"{pin.name}=={pin.version.public}\n" for pin in pins))
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pip_audit", "--requirement", str(given)),
                *("--no-deps", "--disable-pip", "--format", "json"),
                *("--progress-spinner", "off", "--timeout", "10"),
            ],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        return []
    return [package for package in packages if "skip_reason" not in package]


def _lines(package: dict[str, Any]) -> Iterable[str]:
    """Return a line for each vulnerability that is not accepted."""
    return [
        f"{package['name']} {package['version']}: {known['id']}, mended in"
        f" {', '.join(known['fix_versions']) or 'no version'}"
        for known in package["vulns"]
        if not {known["id"], *known["aliases"]} & ACCEPTED.keys()
    ]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
