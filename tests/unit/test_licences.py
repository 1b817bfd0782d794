"""Everyone may use what the service is made of: no GPL, no AGPL, nothing unknown."""

import pytest

from tests.licences import EXCEPTIONS, installed, is_allowed, suffices, told


def test_every_installed_package_may_be_used_by_everyone() -> None:
    refused = {
        name: told(package)
        for name, package in installed()
        if not suffices(told(package)) and name not in EXCEPTIONS
    }
    assert refused == {}, "give a reason in tests/licences.toml, or leave the package out"


def test_every_exception_is_needed_and_has_a_reason() -> None:
    needless = [
        name for name, package in installed() if name in EXCEPTIONS and suffices(told(package))
    ]
    assert needless == []
    assert all(len(reason) > 20 for reason in EXCEPTIONS.values())


@pytest.mark.parametrize(
    "expression",
    ["MIT", "BSD License", "Apache-2.0 OR GPL-3.0-only", "(MIT AND Zlib) OR MPL-2.0"],
)
def test_an_expression_is_allowed_when_one_choice_is_allowed_as_a_whole(expression: str) -> None:
    assert is_allowed(expression)


@pytest.mark.parametrize(
    "expression",
    ["", "AGPL-3.0-only", "MIT AND MPL-2.0", "MIT AND (GPL-2.0-only OR MPL-2.0)", "Custom", "(MIT"],
)
def test_an_expression_is_refused_when_a_part_that_binds_is_not_known(expression: str) -> None:
    assert not is_allowed(expression)


@pytest.mark.parametrize(
    "statements",
    [
        [],
        ["MIT License", "GNU General Public License v3 (GPLv3)"],
        ["BSD License", "with libraries under the LGPL-2.1"],
        ["AGPLv3"],
    ],
)
def test_what_mentions_copyleft_anywhere_or_says_nothing_does_not_suffice(
    statements: list[str],
) -> None:
    assert not suffices(statements)
