"""How every process writes its log: lines for people or for programs, that nobody can forge.

What callers send may stand in a message. Its line ends and other characters that a terminal or a
program would obey are written out, so that one message is always one line.
"""

import json
import logging
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Literal

LogFormat = Literal["text", "json"]
Context = Callable[[], Mapping[str, str]]

_OBEYED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters, line separators, marks that turn text around, halves of characters."""

_CHATTY = ("alembic", "faiss", "httpx", "httpx2", "mcp", "sentence_transformers")
_INDENT = "    "


def configure_logging(level: str, form: LogFormat, context: Context = dict) -> None:
    """Let the process write its log to standard error; ``context`` tells who is being served."""
    handler = logging.StreamHandler()
    handler.setFormatter(TextFormatter(context) if form == "text" else JsonFormatter(context))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


class TextFormatter(logging.Formatter):
    """Lines to read: time, level, logger, message, and in brackets who is being served.

    Lines of a traceback are indented: only a new message begins at the left.
    """

    def __init__(self, context: Context = dict) -> None:
        super().__init__()
        self._context = context

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and below it the traceback of an error."""
        message = _one_line(record.getMessage())
        known = " ".join(f"{name}={value}" for name, value in self._context().items())
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {message}"
        if known:
            line += f" [{_one_line(known)}]"
        below = _traceback(record)
        return "\n".join([line, *(_INDENT + _one_line(each) for each in below.splitlines())])


class JsonFormatter(logging.Formatter):
    """One JSON object a line; times are in UTC.

    ``fields`` in a message's ``extra`` become fields of the object.
    """

    def __init__(self, context: Context = dict) -> None:
        super().__init__()
        self._context = context

    def format(self, record: logging.LogRecord) -> str:
        """Return the object."""
        time = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **self._context(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            line["traceback"] = _traceback(record)
        return json_line(line)


def json_line(fields: Mapping[str, object]) -> str:
    """Return an object as one line that no terminal obeys."""
    text = json.dumps(fields, ensure_ascii=False, default=str)
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _traceback(record: logging.LogRecord) -> str:
    """Return the traceback of an error, if the record has one."""
    return logging.Formatter().formatException(record.exc_info) if record.exc_info else ""


def _one_line(text: str) -> str:
    return _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
