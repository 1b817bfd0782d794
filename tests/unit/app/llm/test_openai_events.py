"""What the bytes of an OpenAI-compatible server mean, however they are cut."""

import json

import pytest

from app.llm.base import Message, Role, Sampling, Usage
from app.llm.openai_events import LONGEST_EVENT_BYTES, Event, EventReader, ToldError, request


def line(parts: dict[str, object], ending: str = "\n\n") -> bytes:
    return f"data: {json.dumps(parts, ensure_ascii=False)}{ending}".encode()


def said(text: object, finish: str | None = None) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}


def read(data: bytes, step: int) -> list[Event]:
    reader = EventReader()
    cuts = range(0, len(data), step)
    events = [event for cut in cuts for event in reader.feed(data[cut : cut + step])]
    return [*events, *reader.close()]


ANSWER = (
    b": welcome\n\nevent: message\nid: 7\n"
    + line(said("연차는 "))
    + line(said("15일", "stop"), "\r\n\r\n")
    + line({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}})
    + b"data:[DONE]"
)


@pytest.mark.parametrize("step", [1, 2, 3, 7, 50, 1_000])
def test_an_answer_reads_the_same_however_its_bytes_are_cut(step: int) -> None:
    assert read(ANSWER, step) == [
        Event("연차는 "),
        Event("15일", ends=True),
        Event(usage=Usage(7, 2)),
        Event(last=True),
    ]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (said(None), Event()),
        (
            said([{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "네"}]),
            Event("네"),
        ),
        ({"choices": [{"delta": None, "finish_reason": "length"}]}, Event(ends=True)),
        ({"choices": None, "usage": None}, Event()),
        ({"usage": {"prompt_tokens": None, "completion_tokens": 3}}, Event(usage=Usage(0, 3))),
        ({"choices": [{"delta": {"reasoning_content": "hm"}}]}, Event()),
    ],
)
def test_what_servers_leave_out_or_send_otherwise_is_understood(
    told: dict[str, object], expected: Event
) -> None:
    assert read(line(told), 1_000) == [expected]


@pytest.mark.parametrize(
    "data",
    [
        b"data: {not json\n",
        b"data: 3\n",
        b"data: []\n",
        b'data: {"choices": [3]}\n',
        b'data: {"choices": [{"delta": "words"}]}\n',
        b'data: {"choices": {"delta": {}}}\n',
        b'data: {"usage": [1]}\n',
        b"data: \xff\xfe\n",
    ],
)
def test_what_is_not_the_protocol_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(data, 1_000)


def test_a_line_that_does_not_end_does_not_fill_the_memory() -> None:
    with pytest.raises(ValueError, match="does not end"):
        read(b"data: " + b"a" * (LONGEST_EVENT_BYTES + 1), 65_536)


@pytest.mark.parametrize(
    ("told", "message", "status"),
    [
        ({"error": {"message": "out of memory", "code": "server_error"}}, "out of memory", None),
        ({"error": {"message": "slow down", "code": 429}}, "slow down", 429),
        ({"error": "gone"}, "gone", None),
    ],
)
def test_an_error_in_the_middle_is_raised_with_what_it_says(
    told: dict[str, object], message: str, status: int | None
) -> None:
    with pytest.raises(ToldError) as caught:
        read(line(told), 1_000)
    assert (caught.value.message, caught.value.status_code) == (message, status)


def test_a_request_holds_what_differs_from_the_defaults_only() -> None:
    messages = [Message(Role.SYSTEM, "짧게"), Message(Role.USER, "연차는?")]
    plain = request("m", messages, Sampling(max_tokens=9), takes_temperature=False)
    assert plain == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "짧게"},
            {"role": "user", "content": "연차는?"},
        ],
        "max_tokens": 9,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    full = request("m", messages, Sampling(0.3, 0.9, 9, 5, ("끝",)), takes_temperature=True)
    chosen = {"temperature": 0.3, "top_p": 0.9, "seed": 5, "stop": ["끝"]}
    assert full == {**plain, **chosen}
