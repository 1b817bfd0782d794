"""Loaders that do what a parser does when a malicious file has taken it over, or broken it."""

import contextlib
import os
import signal
import socket
import time
from pathlib import Path

from ingest.document import Heading
from ingest.errors import MalformedFileError
from ingest.loaders.base import Loader, RawDocument


class Hostile(Loader):
    """Does harm; what comes after it is a text that no test should see."""

    revision = 1
    media_type = "text/x-hostile"

    def _load(self, content: bytes, name: str) -> RawDocument:  # noqa: ARG002 - the contract
        self.harm(content.decode())
        return RawDocument(text="still here")

    def harm(self, told: str) -> None:
        raise NotImplementedError


class Crash(Hostile):
    """Ends by the signal that the file names."""

    name = "crash"

    def harm(self, told: str) -> None:
        os.kill(os.getpid(), signal.Signals[told])


class Leave(Hostile):
    """Ends as if all were well, without an answer."""

    name = "leave"

    def harm(self, told: str) -> None:
        os._exit(int(told))


class Hang(Hostile):
    """Waits for ever and takes no signal that can be refused."""

    name = "hang"

    def harm(self, told: str) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        time.sleep(float(told))


class Spin(Hostile):
    """Works for ever."""

    name = "spin"

    def harm(self, told: str) -> None:
        while told:
            pass


class Eat(Hostile):
    """Takes memory until there is none."""

    name = "eat"

    def harm(self, told: str) -> None:
        taken = [told]
        while True:
            taken.append("x" * 10_000_000)


class Flood(Hostile):
    """Returns a very long text."""

    name = "flood"

    def _load(self, content: bytes, name: str) -> RawDocument:  # noqa: ARG002 - the contract
        return RawDocument(text="글자 " * int(content))


class Crowd(Hostile):
    """Returns a very long list of headings."""

    name = "crowd"

    def _load(self, content: bytes, name: str) -> RawDocument:  # noqa: ARG002 - the contract
        headings = tuple(Heading(0, 1, "제목 " * 20) for _ in range(int(content)))
        return RawDocument(text="글", headings=headings)


class Pour(Hostile):
    """Writes into every open descriptor, for ever."""

    name = "pour"

    def harm(self, told: str) -> None:
        while told:
            write_everywhere(b"x" * 65536)


class Forge(Hostile):
    """Writes the file into every open descriptor, as if it were the answer, and ends."""

    name = "forge"

    def _load(self, content: bytes, name: str) -> RawDocument:  # noqa: ARG002 - the contract
        write_everywhere(content)
        os._exit(0)


class Shout(Hostile):
    """Refuses the file with a message that a terminal would obey."""

    name = "shout"

    def harm(self, told: str) -> None:
        raise MalformedFileError(f"\x1b[2J{told}\n" * 10_000)


class Linger(Hostile):
    """Leaves a process behind, whose number is the text."""

    name = "linger"

    def _load(self, content: bytes, name: str) -> RawDocument:  # noqa: ARG002 - the contract
        pid = os.fork()
        if pid == 0:
            os.closerange(0, 64)
            time.sleep(float(content))
            os._exit(0)
        return RawDocument(text=str(pid))


class Reach(Hostile):
    """Tries what the file says and tells in the text what became of it."""

    name = "reach"

    def _load(self, content: bytes, name: str) -> RawDocument:  # noqa: ARG002 - the contract
        what, _, where = content.decode().partition(" ")
        try:
            self.attempts[what](where)
        except OSError as error:
            return RawDocument(text=f"refused {error.errno}")
        return RawDocument(text="it worked")

    @property
    def attempts(self):  # noqa: ANN201 - a table of functions
        return {
            "read": lambda where: Path(where).read_text(encoding="utf-8"),
            "write": lambda where: Path(where).write_text("taken", encoding="utf-8"),
            "append": lambda where: os.close(os.open(where, os.O_WRONLY | os.O_APPEND)),
            "delete": lambda where: Path(where).unlink(),
            "run": lambda where: os.execv(where, [where]),  # noqa: S606 - it is refused
            "signal": lambda where: os.kill(os.getppid(), int(where)),
            "connect": lambda where: socket.create_connection(("127.0.0.1", int(where)), 1).close(),
            "environment": self.environment,
        }

    def environment(self, where: str) -> None:
        if where not in os.environ:
            raise OSError(2, "not there")


def write_everywhere(content: bytes) -> None:
    for descriptor in range(3, 64):
        with contextlib.suppress(OSError):
            os.write(descriptor, content)


KINDS = (Crash, Leave, Hang, Spin, Eat, Flood, Crowd, Pour, Forge, Shout, Linger, Reach)
LOADERS = {f".{kind.name}": f"{__name__}:{kind.__name__}" for kind in KINDS}
"""For the setting MUREUM_INGEST_LOADERS: a file's suffix says what happens to its reader."""
