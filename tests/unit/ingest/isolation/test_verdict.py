import signal

import pytest

from ingest.isolation.child import OUT_OF_MEMORY
from ingest.isolation.verdict import Verdict, verdict_of


@pytest.mark.parametrize(
    ("status", "cpu_seconds", "verdict"),
    [
        (0, 1, Verdict.ANSWERED),
        (OUT_OF_MEMORY << 8, 1, Verdict.TOO_MUCH_MEMORY),
        (3 << 8, 1, Verdict.CRASHED),
        (signal.SIGSEGV, 1, Verdict.CRASHED),
        (signal.SIGXCPU, 1, Verdict.TOO_SLOW),
        (signal.SIGKILL, 1, Verdict.KILLED),
        (signal.SIGKILL, 10, Verdict.TOO_SLOW),
    ],
)
def test_every_end_has_its_word(status: int, cpu_seconds: float, verdict: Verdict) -> None:
    assert verdict_of(status, cpu_seconds, 10)[0] is verdict


def test_a_crash_names_its_signal_or_code() -> None:
    assert verdict_of(signal.SIGSEGV, 1, 10)[1] == "SIGSEGV"
    assert verdict_of(3 << 8, 1, 10)[1] == "exit code 3"
