import signal

import pytest

from ingest.isolation.limits import ParseLimits
from ingest.isolation.verdict import OUT_OF_MEMORY, Used, Verdict, verdict_of

LIMITS = ParseLimits(seconds=10, memory_bytes=100)
LITTLE, LONG, MUCH = Used(1, 50), Used(10, 50), Used(1, 95)


@pytest.mark.parametrize(
    ("status", "used", "verdict"),
    [
        (0, LITTLE, Verdict.ANSWERED),
        (OUT_OF_MEMORY << 8, LITTLE, Verdict.TOO_MUCH_MEMORY),
        (3 << 8, MUCH, Verdict.CRASHED),
        (signal.SIGSEGV, LITTLE, Verdict.CRASHED),
        (signal.SIGABRT, MUCH, Verdict.TOO_MUCH_MEMORY),
        (signal.SIGXCPU, LITTLE, Verdict.TOO_SLOW),
        (signal.SIGKILL, LITTLE, Verdict.KILLED),
        (signal.SIGKILL, LONG, Verdict.TOO_SLOW),
    ],
)
def test_every_end_has_its_word(status: int, used: Used, verdict: Verdict) -> None:
    assert verdict_of(status, used, LIMITS)[0] is verdict


def test_a_crash_names_its_signal_or_code() -> None:
    assert verdict_of(signal.SIGSEGV, LITTLE, LIMITS)[1] == "SIGSEGV"
    assert verdict_of(3 << 8, LITTLE, LIMITS)[1] == "exit code 3"
