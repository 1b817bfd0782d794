"""Fuzzes a real server with all checks of schemathesis: ``python -m tests.fuzzing``.

Exits with 0 when no answer broke what the OpenAPI document promises, and the server neither
logged an error nor died.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzzing.running import Plan, fuzz


def main(arguments: Sequence[str]) -> int:
    """Return 0, or 1 when something was found or fewer cases were tried than asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--examples", type=int, default=230, help="for each operation (230)")
    parser.add_argument("--cases", type=int, default=5_000, help="at least so many in all (5000)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same requests (1)")
    options = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="mureum-fuzz-") as folder:
        outcome = fuzz(Path(folder), Plan(options.examples, options.seed))
    sys.stdout.write(outcome.report)
    for problem in outcome.problems(options.cases):
        sys.stdout.write(f"{problem}\n")
    return 1 if outcome.problems(options.cases) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
