"""The lock of the image holds what the project asks for, whole, and as it is tested here."""

import tomllib
from collections.abc import Iterator
from importlib.metadata import requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.locks import REPOSITORY, locked

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = ("otel", "postgres")
"""The optional parts that the image has, as ``make lock`` names them."""
PLATFORM = {"sys_platform": "linux", "platform_system": "Linux", "extra": ""}


def wanted(lines: list[str], extras: frozenset[str] = frozenset()) -> Iterator[Requirement]:
    """Yield the requirements that count on Linux with these extras."""
    for line in lines:
        requirement = Requirement(line)
        marker = requirement.marker
        environments = [{**PLATFORM, "extra": extra} for extra in ("", *extras)]
        if marker is None or any(marker.evaluate(given) for given in environments):
            yield requirement


def asked_for() -> list[str]:
    optional = PROJECT["optional-dependencies"]
    return [*PROJECT["dependencies"], *(line for extra in EXTRAS for line in optional[extra])]


def test_the_lock_satisfies_what_the_project_asks_for() -> None:
    pins = locked()
    wrong = [
        str(requirement)
        for requirement in wanted(asked_for())
        if (pin := pins.get(canonicalize_name(requirement.name))) is None
        or not requirement.specifier.contains(pin.version)
    ]
    assert wrong == [], "run: make lock"


def test_the_lock_holds_whatever_its_packages_ask_for() -> None:
    """They are installed without looking for more."""
    pins = locked()
    asked = list(wanted(asked_for()))
    seen: set[tuple[str, frozenset[str]]] = set()
    absent = set()
    while asked:
        requirement = asked.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        if name not in pins:
            absent.add(name)
        else:
            asked += wanted(requires(name) or [], extras)
    assert absent == set(), "run: make lock"
    assert {name for name, _ in seen} == set(pins)


def test_the_lock_and_the_constraints_name_the_same_versions() -> None:
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").split()
    constraints = {canonicalize_name((one := Requirement(line)).name): one for line in lines}
    pins = locked()
    different = [
        name
        for name in pins.keys() & constraints.keys()
        if not constraints[name].specifier.contains(pins[name].version)
    ]
    assert different == []
    assert pins.keys() - constraints.keys() == {"setuptools"}, "only torch's own builder is extra"


def test_every_package_of_the_lock_has_a_hash() -> None:
    pins = locked()
    assert len(pins) > 80
    assert [name for name, pin in pins.items() if pin.hashes == 0] == []


def test_pytorch_is_the_build_for_cpus() -> None:
    assert locked()["torch"].version.local == "cpu"
    assert [name for name in locked() if name.startswith("nvidia")] == []
