"""A child that a file has taken over can end itself, be ended, or tell something wrong: no more."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from ingest.document import LoadedDocument
from ingest.errors import LoaderError, ParserUnavailableError
from ingest.isolation import landlock
from ingest.isolation.answers import JSON_LENGTH
from ingest.isolation.limits import ParseLimits, can_isolate
from ingest.isolation.parsers import Parsers
from ingest.loaders.registry import suffixes
from ingest.reading import Parse, ReadingOptions, parse_here
from tests.hostile_loaders import LOADERS

REPOSITORY = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not can_isolate(), reason="this system cannot fork")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells and does this")
under_landlock = pytest.mark.skipif(
    landlock.interface_version() < 6, reason="this kernel has no Landlock, or an old one"
)
FILES = REPOSITORY.parent / "shared" / "data" / "loaders"
LIMITS = ParseLimits(seconds=30, memory_bytes=200_000_000, text_bytes=3_000_000)
SHORT = ParseLimits(seconds=0.5)


@pytest.fixture(scope="module")
def parsers() -> Iterator[Parsers]:
    with Parsers(LOADERS, LIMITS) as opened:
        yield opened


def refusal(parsers: Parsers, name: str, content: bytes) -> LoaderError:
    with pytest.raises(LoaderError) as caught:
        parsers.parse(name, content)
    return caught.value


@pytest.mark.parametrize(
    ("name", "content", "reason", "message"),
    [
        ("a.crash", b"SIGSEGV", "malformed", "SIGSEGV"),
        ("a.crash", b"SIGABRT", "malformed", "SIGABRT"),
        ("a.crash", b"SIGKILL", "too_large", "memory ran out"),
        ("a.leave", b"0", "malformed", "cannot be right"),
        ("a.leave", b"7", "malformed", "exit code 7"),
        ("a.eat", b"all", "too_large", "MUREUM_INGEST_PARSE_MEMORY_BYTES"),
        ("a.flood", b"100000000", "too_large", "MUREUM_INGEST_PARSE_MEMORY_BYTES"),
        ("a.flood", b"600000", "too_large", "MUREUM_INGEST_MAX_TEXT_BYTES"),
        ("a.crowd", b"40000", "too_large", "headings"),
        ("a.pour", b"on", "too_large", "MUREUM_INGEST_MAX_TEXT_BYTES"),
        ("a.forge", JSON_LENGTH.pack(2) + b"{}text", "malformed", "cannot be right"),
        ("a.forge", b"\x80\x04\x95pickled", "malformed", "cannot be right"),
        ("a.shout", b"obey", "malformed", "obey"),
    ],
)
def test_what_harms_its_process_ends_with_its_reason(
    parsers: Parsers, name: str, content: bytes, reason: str, message: str
) -> None:
    error = refusal(parsers, name, content)
    assert (error.reason, message in str(error)) == (reason, True), error
    assert parsers.parse("good.md", "# 제목\n\n글".encode()).title == "제목"


@pytest.mark.skipif(not FILES.is_dir(), reason=f"the real files are not at {FILES}")
@pytest.mark.parametrize("suffix", sorted(suffixes()))
def test_real_files_are_read_as_they_are_without_a_process_of_their_own(suffix: str) -> None:
    paths = sorted(path for path in FILES.rglob("*") if path.suffix.lower() == suffix)
    here = parse_here(ReadingOptions())
    with Parsers({}, ParseLimits()) as parsers:
        for path in paths:
            content = path.read_bytes()
            own = outcome(parsers.parse, path.name, content)
            assert own == outcome(here, path.name, content), path.name


def outcome(parse: Parse, name: str, content: bytes) -> LoadedDocument | tuple[str, str]:
    """Return the document, or the reason and the message why there is none."""
    try:
        return parse(name, content)
    except LoaderError as error:
        return error.reason, " ".join(str(error).split())


@pytest.mark.parametrize(("name", "content"), [("a.hang", b"600"), ("a.spin", b"on")])
def test_what_never_ends_is_ended_in_time(name: str, content: bytes) -> None:
    with Parsers(LOADERS, SHORT) as parsers:
        started = time.monotonic()
        error = refusal(parsers, name, content)
        assert time.monotonic() - started < 20
    assert (error.reason, "0.5 seconds" in str(error)) == ("timeout", True)


def test_a_message_cannot_draw_on_the_terminal(parsers: Parsers) -> None:
    assert not {"\x1b", "\n"} & set(str(refusal(parsers, "a.shout", b"obey")))


def test_a_file_sees_nothing_of_the_file_before_it(parsers: Parsers) -> None:
    parsers.parse("good.md", b"one")
    assert parsers.parse("good.md", b"two").text == "two"


@on_linux
def test_what_a_child_leaves_behind_is_ended_with_it(parsers: Parsers) -> None:
    left = int(parsers.parse("a.linger", b"600").text)
    assert until(lambda: not is_alive(left))


@under_landlock
@pytest.mark.parametrize("attempt", ["read", "append", "delete"])
def test_a_child_cannot_touch_files(parsers: Parsers, tmp_path: Path, attempt: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    assert "refused" in parsers.parse("a.reach", f"{attempt} {secret}".encode()).text
    assert secret.read_text() == "secret"


def test_a_child_cannot_write_a_file(parsers: Parsers, tmp_path: Path) -> None:
    wanted = tmp_path / "new.txt"
    assert "refused" in parsers.parse("a.reach", f"write {wanted}".encode()).text
    assert not wanted.exists() or wanted.read_bytes() == b""


@under_landlock
def test_a_child_cannot_start_programs_or_signal_others(parsers: Parsers) -> None:
    assert "refused" in parsers.parse("a.reach", f"run {sys.executable}".encode()).text
    assert "refused" in parsers.parse("a.reach", b"signal 9").text


@under_landlock
def test_a_child_cannot_connect(parsers: Parsers) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert "refused" in parsers.parse("a.reach", f"connect {port}".encode()).text
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()


@on_linux
def test_a_child_is_the_first_to_go_when_the_machine_has_no_memory(tmp_path: Path) -> None:
    process = start_ingest(tmp_path)
    try:
        assert until(lambda: bool(children_of(children_of([process.pid]))))
        child = children_of(children_of([process.pid]))[0]
        score = Path(f"/proc/{child}/oom_score_adj")
        assert until(lambda: score.read_text().strip() == "1000")
    finally:
        process.kill()
        process.wait()


def test_a_child_sees_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUREUM_LLM_API_KEY", "secret")
    with Parsers(LOADERS, LIMITS) as parsers:
        told = parsers.parse("a.reach", b"environment MUREUM_LLM_API_KEY").text
    assert "refused" in told


def test_closing_ends_what_is_being_read() -> None:
    parsers = Parsers(LOADERS, ParseLimits(seconds=300))
    outcome: list[Exception] = []

    def read() -> None:
        try:
            parsers.parse("a.hang", b"600")
        except (LoaderError, ParserUnavailableError) as error:
            outcome.append(error)

    thread = Thread(target=read)
    thread.start()
    time.sleep(1)
    parsers.close()
    thread.join(20)
    assert len(outcome) == 1
    with pytest.raises(ParserUnavailableError, match="ended"):
        parsers.parse("good.md", b"text")


def test_a_supervisor_that_cannot_start_is_no_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "path", [])
    with Parsers({}, LIMITS) as parsers, pytest.raises(ParserUnavailableError, match="start"):
        parsers.parse("good.md", b"text")
    assert "Error" in capfd.readouterr().err


@on_linux
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_the_ingestion_ends(tmp_path: Path, end: signal.Signals) -> None:
    process = start_ingest(tmp_path)
    try:
        assert until(lambda: len(children_of(children_of([process.pid]))) == 1)
        family = [*(helpers := children_of([process.pid])), *children_of(helpers)]
        process.send_signal(end)
        process.wait(20)
        assert until(lambda: not any(map(is_alive, family)))
    finally:
        process.kill()
        process.wait()
    assert process.returncode in {130, -signal.SIGTERM, -signal.SIGKILL}


def start_ingest(folder: Path) -> subprocess.Popen[bytes]:
    """Start an ingest of one file whose reading never ends."""
    (folder / "docs").mkdir()
    (folder / "docs" / "a.hang").write_bytes(b"600")
    loaders = f'{{".hang": "{LOADERS[".hang"]}"}}'
    settings = {
        "PYTHONPATH": str(REPOSITORY),
        "MUREUM_EMBEDDER": "hashing",
        "MUREUM_INGEST_LOADERS": loaders,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "ingest", "docs"],
        cwd=folder,
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def children_of(parents: list[int]) -> list[int]:
    """Return the processes that these have made and that have not ended."""
    numbers = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    return [pid for pid in numbers if state_and_parent(pid)[1] in parents and is_alive(pid)]


def is_alive(pid: int) -> bool:
    return state_and_parent(pid)[0] not in {"", "Z", "X"}


def state_and_parent(pid: int) -> tuple[str, int]:
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return "", 0
    return state, int(parent)
