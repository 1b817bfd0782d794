import json
import os
import subprocess
import sys

import pytest

SHOW = """
import json, os
from index.native import VARIABLES, configure_native_libraries
configure_native_libraries()
print(json.dumps({name: os.environ.get(name) for name in VARIABLES}))
"""


def run(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        env=kept | {"PYTHONPATH": os.pathsep.join(sys.path)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_waiting_threads_do_not_spin() -> None:
    assert json.loads(run(SHOW).stdout)["OMP_WAIT_POLICY"] == "passive"


def test_what_the_user_has_set_stays() -> None:
    shown = json.loads(run(SHOW, OMP_WAIT_POLICY="active").stdout)
    assert shown["OMP_WAIT_POLICY"] == "active"
    assert shown["TOKENIZERS_PARALLELISM"] == "false"


@pytest.mark.parametrize("library", ["torch", "faiss"])
def test_coming_after_a_library_that_has_read_the_variables_is_an_error(library: str) -> None:
    code = f"import sys; sys.modules[{library!r}] = sys\n{SHOW}"
    assert f"after the import of {library}" in run(code).stderr
