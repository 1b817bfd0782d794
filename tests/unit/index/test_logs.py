import io
import json
import logging
import sys
from datetime import UTC, datetime

import pytest

from index.logs import JsonFormatter, TextFormatter

FORGED = "a\r\n2026-01-01 00:00:00,000 INFO app: forged\u2028x\x1b[2K\x85\u202e\x00\ud800"


def record(message: str, *, fields: dict[str, object] | None = None) -> logging.LogRecord:
    made = logging.LogRecord("app.place", logging.WARNING, __file__, 1, "%s", (message,), None)
    if fields:
        made.fields = fields
    return made


def failed(message: str) -> logging.LogRecord:
    made = record("it failed")
    try:
        raise ValueError(message)
    except ValueError:
        made.exc_info = sys.exc_info()
    return made


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
def test_a_message_is_one_line_whatever_it_holds(formatter: logging.Formatter) -> None:
    line = formatter.format(record(FORGED))
    assert len(line.splitlines()) == 1
    assert all(character.isprintable() for character in line)
    line.encode()


def test_lines_of_an_error_cannot_begin_like_a_message() -> None:
    head, *below = TextFormatter().format(failed(FORGED)).split("\n")
    assert head.endswith("WARNING app.place: it failed")
    assert any("forged" in line for line in below)
    assert all(line.startswith("    ") for line in below)
    assert all(line.isprintable() for line in below)


def test_korean_is_written_to_be_read() -> None:
    assert "병가는 며칠인가요?" in JsonFormatter().format(record("병가는 며칠인가요?"))
    assert "병가는 며칠인가요?" in TextFormatter().format(record("병가는 며칠인가요?"))


def test_an_object_holds_time_in_utc_level_logger_message_and_who_is_served() -> None:
    formatter = JsonFormatter(lambda: {"request_id": "r-1", "key_id": "k-1"})
    line = json.loads(formatter.format(record("hello", fields={"status": 200})))
    moment = datetime.fromisoformat(line.pop("time"))
    assert moment.tzinfo == UTC
    assert line == {
        "level": "warning",
        "logger": "app.place",
        "message": "hello",
        "request_id": "r-1",
        "key_id": "k-1",
        "status": 200,
    }


def test_an_object_tells_the_type_of_an_error_and_where_it_happened() -> None:
    line = json.loads(JsonFormatter().format(failed("a\nb")))
    assert line["exception"] == "ValueError"
    assert "in failed" in line["traceback"]
    assert line["traceback"].endswith("ValueError: a\nb")


def test_a_line_to_read_says_who_is_served() -> None:
    formatter = TextFormatter(lambda: {"request_id": "r-1"})
    assert formatter.format(record("hello")).endswith("WARNING app.place: hello [request_id=r-1]")


def test_what_is_escaped_can_be_read_back_whole() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="utf-8")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    handler.emit(record(FORGED))
    assert json.loads(raw.getvalue())["message"] == FORGED
