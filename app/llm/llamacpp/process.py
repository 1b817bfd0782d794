"""Starts the process that llama.cpp runs in, and tells why when it does not start.

It is a process of its own because native code ends its process on some errors, and because a
closed connection stops a generation at any point, which a call in a thread cannot.
"""

import json
import logging
import re
import secrets
import subprocess
import sys
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread

from app.errors import LanguageModelUnavailableError

logger = logging.getLogger(__name__)

PROGRAM = Path(__file__).with_name("child.py")
SECONDS_TO_END = 5.0
SECONDS_TO_BE_SEEN = 1.0
KEPT_LINES = 50
_ERROR_LINE = re.compile(
    r"^[\d.]+ E (?:\S+ )?\s*\w+: (?:error[^:]*: |failed to apply[^:]*: )?(.+)$"
)


@dataclass(frozen=True, slots=True)
class Loading:
    """What to load, and for how many answers at a time."""

    model: str
    context_tokens: int
    parallel: int
    threads: int = 0
    gpu_layers: int = 0
    lora: str = ""
    lora_scale: float = 1.0


class LlamaProcess:
    """llama.cpp's server on the loopback address, behind a key that only this object knows."""

    def __init__(self, loading: Loading) -> None:
        """Load the model; raise LanguageModelUnavailableError, with the reason, when it fails."""
        self.key = secrets.token_urlsafe(24)
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._process = subprocess.Popen(  # noqa: S603 - this Python, and a file beside this one
            [sys.executable, "-P", str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._reader = Thread(target=self._read_errors, name="llama.cpp-log", daemon=True)
        self._reader.start()
        self.address = self._load(loading)

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def ends_soon(self) -> bool:
        """Return whether the process ends within a second; a lost connection comes before that."""
        try:
            self._process.wait(SECONDS_TO_BE_SEEN)
        except subprocess.TimeoutExpired:
            return False
        return True

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    def close(self) -> None:
        """End the process; doing so twice is allowed."""
        if self._process.stdin and not self._process.stdin.closed:
            try:
                self._process.stdin.close()
            except BrokenPipeError:
                logger.debug("llama.cpp had ended before")
        try:
            self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()

    def _load(self, loading: Loading) -> str:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise LanguageModelUnavailableError("llama.cpp was started without pipes.")
        asked = json.dumps({**asdict(loading), "key": self.key})
        try:
            stdin.write(f"{asked}\n")
            stdin.flush()
        except BrokenPipeError:
            logger.debug("llama.cpp ended before it was asked anything")
        answer = stdout.readline()
        if not answer:
            self.close()
            raise LanguageModelUnavailableError(self._why(loading))
        return str(json.loads(answer)["address"])

    def _why(self, loading: Loading) -> str:
        reasons = [match[1] for line in self._lines if (match := _ERROR_LINE.match(line))]
        last = self._lines[-1] if self._lines else "it ended without a word"
        reason = reasons[0] if reasons else last
        about_lora = any("lora" in each for each in reasons)
        setting, path = ("LORA", loading.lora) if about_lora else ("MODEL", loading.model)
        return (
            f"llama.cpp could not load {Path(path).name}: {reason.rstrip('.')}. Fetch the file"
            f" again, or set MUREUM_LLM_{setting} to another one."
        )

    def _read_errors(self) -> None:
        for line in self._process.stderr or ():
            self._lines.append(line.rstrip())
            logger.debug("llama.cpp: %s", line.rstrip())
