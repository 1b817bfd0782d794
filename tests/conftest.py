"""What all tests need: Ctrl-C means the same however they were started."""

import signal

import pytest

# A shell that starts them in the background lets them ignore it, and the programs they start too.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the test of any sequence try more of them, and others each time."""
    parser.addoption(
        "--sequences", type=int, default=0, metavar="N", help="random sequences of changes"
    )
