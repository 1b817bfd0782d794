"""The audit: a vulnerability fails it, and what PyPI is silent about is never taken for sound."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests import audit
from tests.locks import Pin

LEAK = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2.0"]}


def answering(monkeypatch: pytest.MonkeyPatch, found: list[dict[str, Any]], *, known: int) -> None:
    """Let PyPI know so many packages, the first of them with these vulnerabilities."""

    def audited(pins: Iterable[Pin]) -> list[dict[str, Any]]:
        told = [{"name": pin.name, "version": str(pin.version), "vulns": []} for pin in pins]
        for package in told[:1]:
            package["vulns"] = found
        return told[:known]

    monkeypatch.setattr(audit, "_audited", audited)


def test_a_vulnerability_fails_the_audit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(monkeypatch, [LEAK], known=1_000)
    assert audit.main([]) == 1
    assert "PYSEC-1, mended in 2.0" in capsys.readouterr().out


def test_what_is_accepted_under_any_of_its_names_fails_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answering(monkeypatch, [LEAK], known=1_000)
    monkeypatch.setattr(audit, "ACCEPTED", {"CVE-1": "not reachable here"})
    assert audit.main([]) == 0


def test_packages_that_pypi_does_not_know_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(monkeypatch, [], known=1)
    assert audit.main([]) == 0
    assert "PyPI tells nothing about: aiohttp" in capsys.readouterr().out


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--required"], 2)])
def test_an_audit_of_nothing_says_so_and_fails_where_it_had_to_be(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    code: int,
) -> None:
    answering(monkeypatch, [], known=0)
    assert audit.main(options) == code
    assert capsys.readouterr().out.startswith("NOT AUDITED")
