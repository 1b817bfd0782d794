"""Acts in a file of their own: one JSON object a line, whole lines, by any number of processes."""

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from time import monotonic

from app.audit.act import Act
from app.audit.log import AuditLog
from index.errors import SettingsError
from index.logs import json_line

logger = logging.getLogger(__name__)

_MODE = 0o600
_MOST_WAITING = 10_000
_SECONDS_BETWEEN_COMPLAINTS = 60.0


class AuditFile(AuditLog):
    """Appends lines in a thread of its own; a file that was moved away is begun anew.

    A disk that fails takes no answer down: what could not be written is counted, and the log says
    so. Raises SettingsError when the file cannot be opened at first.
    """

    def __init__(self, path: Path, *, with_text: bool) -> None:
        self._path = path
        self._with_text = with_text
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="audit")
        self._lock = Lock()
        self._waiting = 0
        self._lost = 0
        self._complained_at = -_SECONDS_BETWEEN_COMPLAINTS
        self._begins_line = True
        try:
            self._file = self._opened()
        except OSError as error:
            raise SettingsError(
                f"MUREUM_APP_AUDIT_FILE: {path} cannot be written ({error.strerror})."
            ) from error

    def write(self, act: Act) -> None:
        """Let the act be written soon; too many that wait are lost, and counted."""
        line = json_line(act.record(with_text=self._with_text)) + "\n"
        with self._lock:
            if self._waiting >= _MOST_WAITING:
                self._lose("too many acts wait to be written")
                return
            self._waiting += 1
        self._writer.submit(self._write, line.encode())

    def close(self) -> None:
        """Return when everything is written; closing twice is allowed."""
        self._writer.shutdown()
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1

    def _write(self, line: bytes) -> None:
        try:
            self._append(line)
        except OSError as error:
            with self._lock:
                self._lose(error.strerror or str(error))
        finally:
            with self._lock:
                self._waiting -= 1

    def _append(self, line: bytes) -> None:
        """Append a line at once, so that no other process's line stands in it."""
        self._follow_path()
        whole = line if self._begins_line else b"\n" + line
        written = os.write(self._file, whole)
        self._begins_line = written == len(whole)
        if not self._begins_line:
            raise OSError(0, "the disk is full")

    def _follow_path(self) -> None:
        """Open the file anew where another one, or none, has its path by now."""
        try:
            there, here = self._path.stat(), os.fstat(self._file)
            if (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino):
                return
        except FileNotFoundError:
            pass
        opened = self._opened()
        os.close(self._file)
        self._file = opened
        self._begins_line = True

    def _opened(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _MODE)

    def _lose(self, reason: str) -> None:
        self._lost += 1
        if monotonic() - self._complained_at < _SECONDS_BETWEEN_COMPLAINTS:
            return
        self._complained_at = monotonic()
        logger.error("%d acts are not in the audit file %s: %s", self._lost, self._path, reason)
