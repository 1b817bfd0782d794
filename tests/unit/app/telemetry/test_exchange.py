from types import SimpleNamespace

import pytest

from app.telemetry.exchange import UNMATCHED, Exchange, begin, note_problem, who


def exchange(**scope: object) -> Exchange:
    return Exchange({"method": "GET", "path": "/", **scope})


@pytest.mark.parametrize(
    ("scope", "route"),
    [
        ({"route": SimpleNamespace(path="/sessions/{session_id}")}, "/sessions/{session_id}"),
        ({"route": SimpleNamespace(path="/x"), "root_path": "/mounted"}, "/mounted/x"),
        ({"endpoint": object(), "root_path": "/mounted"}, "/mounted"),
        ({"endpoint": object(), "root_path": ""}, UNMATCHED),
        ({"path": "/made/up"}, UNMATCHED),
        ({"route": object()}, UNMATCHED),
    ],
)
def test_a_route_never_holds_what_a_caller_wrote(scope: dict[str, object], route: str) -> None:
    assert exchange(**scope).route == route


@pytest.mark.parametrize(("method", "shown"), [("PATCH", "PATCH"), ("BREW", "OTHER")])
def test_made_up_methods_are_one(method: str, shown: str) -> None:
    assert exchange(method=method).method == shown


def test_log_lines_name_the_request_and_its_key_as_soon_as_they_are_known() -> None:
    scope: dict[str, object] = {"method": "GET", "path": "/"}
    begin(scope)
    assert who() == {}
    scope["request_id"] = "r-1"
    assert who() == {"request_id": "r-1"}
    scope["caller"] = SimpleNamespace(key_id="k-1")
    assert who() == {"request_id": "r-1", "key_id": "k-1"}


def test_problems_belong_to_the_present_request() -> None:
    present = begin({"method": "GET", "path": "/"})
    note_problem("overloaded")
    assert present.problems == ["overloaded"]
