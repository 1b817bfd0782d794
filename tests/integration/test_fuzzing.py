"""Requests made from the OpenAPI document; ``make fuzz`` makes many more."""

from pathlib import Path

from tests.fuzzing.running import Outcome, Plan, fuzz

EVERY_OPERATION_ONCE = 300


def test_no_request_breaks_what_the_openapi_document_promises(tmp_path: Path) -> None:
    outcome = fuzz(tmp_path, Plan(examples=1, seed=1, phases="coverage"))
    assert outcome.problems(EVERY_OPERATION_ONCE) == [], outcome.report + outcome.log[-5_000:]


def test_a_run_passes_only_with_all_of_its_cases_and_a_log_without_errors() -> None:
    report = "Test cases:\n  1735 generated, 1735 passed, 48 skipped\n"
    assert Outcome(report, failed=False, log="INFO app: ready\n").problems(1_735) == []
    assert Outcome(report, failed=False, log="").problems(1_736) == [
        "Only 1735 of 1736 cases were tried."
    ]
    assert Outcome("", failed=False, log="").problems(1) == ["Only 0 of 1 cases were tried."]
    assert Outcome(report, failed=True, log="").problems(1) == [
        "An answer breaks a promise: see above."
    ]
    logged = "2026-01-02 03:04:05,678 ERROR app.api.problems: request 1 failed"
    assert Outcome(report, failed=False, log=f"fine\n{logged}\n").problems(1) == [
        f"The server logged: {logged}"
    ]
