"""What the image is made of: the lock files of ``docker/``."""

import re
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

REPOSITORY = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "torch.lock")

_HASHES = r"((?: \\\n    --hash=sha256:[0-9a-f]{64})*)"
_PIN = re.compile(rf"^([A-Za-z0-9._-]+)==(\S+){_HASHES}\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pin:
    """One package of a lock file."""

    name: str
    version: Version
    hashes: int


def locked() -> dict[str, Pin]:
    """Return every package of the image by its canonical name."""
    pins = [pin for name in LOCKS for pin in _pins(REPOSITORY / "docker" / name)]
    return {pin.name: pin for pin in pins}


def _pins(path: Path) -> list[Pin]:
    text = path.read_text(encoding="utf-8")
    return [
        Pin(canonicalize_name(name), Version(version), hashes.count("--hash"))
        for name, version, hashes in _PIN.findall(text)
    ]
