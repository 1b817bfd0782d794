import json
from collections import OrderedDict

import pytest

from index import plugins
from index.errors import MissingExtraError, UnknownNameError
from index.plugins import import_optional, load

TABLE = {"ordered": "collections:OrderedDict", "broken": "tests.unit.index.needs_absent:Anything"}


def test_a_name_of_the_table_leads_to_its_class() -> None:
    assert load(TABLE, "ordered", "mapping") is OrderedDict


def test_an_outsider_gives_the_path_of_a_class() -> None:
    assert load(TABLE, "json:JSONDecoder", "decoder") is json.JSONDecoder


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match=r"no mapping named 'orderd'.*broken, ordered"):
        load(TABLE, "orderd", "mapping")


@pytest.mark.parametrize("path", ["no_such_package.module:Class", "json.no_such:Class"])
def test_a_path_to_a_module_that_is_not_there_says_which(path: str) -> None:
    with pytest.raises(UnknownNameError, match="no_such"):
        load(TABLE, path, "decoder")


def test_a_path_to_a_class_that_is_not_there_says_which() -> None:
    with pytest.raises(UnknownNameError, match="json has no Missing"):
        load(TABLE, "json:Missing", "decoder")


@pytest.mark.parametrize("path", ["json:", ":Class", "", ":"])
def test_half_a_path_is_an_unknown_name(path: str) -> None:
    with pytest.raises(UnknownNameError):
        load(TABLE, path, "decoder")


def test_a_plug_in_whose_library_is_missing_says_what_to_install() -> None:
    with pytest.raises(MissingExtraError, match="pip install absent_library"):
        load(TABLE, "broken", "mapping")


def test_a_library_of_an_extra_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    requirements = ["numpy>=2", "absent-library[cpu]>=1; extra == 'answers'"]
    monkeypatch.setattr(plugins, "requires", lambda _: requirements)
    with pytest.raises(MissingExtraError, match=r"pip install 'mureum\[answers\]'"):
        import_optional("absent_library.part")


def test_an_installed_library_is_returned() -> None:
    assert import_optional("json") is json
