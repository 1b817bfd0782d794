"""What a child wrote is believed only where it can be right."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Heading, LoadedDocument
from ingest.errors import LoaderError, MalformedFileError
from ingest.isolation.answers import (
    JSON_LENGTH,
    MOST_JSON_BYTES,
    document_answer,
    refusal_answer,
)
from ingest.isolation.validation import document_of

DOCUMENT = LoadedDocument(
    text="휴가 규정\n\n연차는 15일이다. 🙂",
    title="휴가 규정",
    media_type="text/markdown",
    headings=(Heading(0, 1, "휴가 규정"),),
    page_starts=(0, 7),
    metadata={"author": "김하늘"},
)
FOUND: dict[str, Any] = {
    "title": "휴가",
    "media_type": "text/plain",
    "headings": [[0, 1, "휴가"]],
    "page_starts": [0],
    "metadata": {},
}


def answer(said: Any, text: bytes = b"four") -> bytes:
    encoded = json.dumps(said).encode()
    return JSON_LENGTH.pack(len(encoded)) + encoded + text


def found(**changes: Any) -> bytes:
    return answer({"document": {**FOUND, **changes}})


def test_a_document_comes_through_as_it_is() -> None:
    assert document_of(b"".join(document_answer(DOCUMENT)), "a.md") == DOCUMENT


def test_the_sample_of_the_forgeries_is_right_itself() -> None:
    assert document_of(found(), "a.txt").text == "four"


@pytest.mark.parametrize("reason", ["encrypted", "image_only", "empty", "too_large", "timeout"])
def test_a_refusal_comes_through_with_its_reason(reason: str) -> None:
    with pytest.raises(LoaderError, match="save a copy") as caught:
        document_of(b"".join(refusal_answer(reason, "a.pdf: save a copy.")), "a.pdf")
    assert caught.value.reason == reason


def test_an_unknown_reason_is_malformed_and_its_message_one_short_plain_line() -> None:
    told = b"".join(refusal_answer("shutdown", "\x1b[2J" + "line\n" * 10_000))
    with pytest.raises(MalformedFileError) as caught:
        document_of(told, "a.pdf")
    message = str(caught.value)
    assert len(message) <= 2_000
    assert not set("\x1b\n") & set(message)


@pytest.mark.parametrize(
    "forged",
    [
        b"",
        b"\x00",
        JSON_LENGTH.pack(MOST_JSON_BYTES + 1) + b"{}",
        JSON_LENGTH.pack(50) + b'{"document": ',
        answer([]),
        answer({}),
        answer({"document": FOUND, "run": "rm -rf"}),
        answer({"document": {**FOUND, "source": "another document"}}),
        answer({"document": FOUND}, b""),
        answer({"document": FOUND}, b" \n"),
        answer({"document": FOUND}, b"\xff\xfe"),
        answer({"document": FOUND}, b"\xed\xa0\x80"),
        answer({"document": FOUND}, "hidden \u200b \U000e0041".encode()),
        answer({"document": FOUND}, b"\x1b[2J"),
        b"".join([JSON_LENGTH.pack(100_000), b"[" * 100_000]),
        found(headings=[[5, 1, "behind the end"]]),
        found(headings=[[-1, 1, "before the start"]]),
        found(headings=[[2, 1, "b"], [1, 1, "a"]]),
        found(headings=[[0, 1.5, "half a level"]]),
        found(headings=[["0", 1, "a word"]]),
        found(headings=[[0, True, "a flag"]]),
        found(headings=[[0, 1, ""]]),
        found(headings={"0": 1}),
        found(page_starts=[1]),
        found(page_starts=[0, 9]),
        found(page_starts=[0, 3, 2]),
        found(metadata={"author": 1}),
        found(title="x" * 301),
        found(title=None),
        found(media_type=""),
    ],
)
def test_an_answer_that_no_loader_gives_is_malformed(forged: bytes) -> None:
    with pytest.raises(MalformedFileError, match=r"보고서\.pdf"):
        document_of(forged, "보고서.pdf")


def test_titles_headings_and_metadata_are_one_line_each_without_anything_invisible() -> None:
    document = document_of(
        found(title="a\nb\u200b", headings=[[0, 1, "c\x1b\nd"]], metadata={"e\n": "f\u202e"}), "a"
    )
    assert (document.title, document.headings[0].text) == ("a b", "c d")
    assert document.metadata == {"e": "f"}


def test_headings_are_neither_so_long_nor_so_deep_that_they_could_be_a_burden() -> None:
    heading = document_of(found(headings=[[0, 10**9, "제목 " * 10_000]]), "a").headings[0]
    assert heading.level == 32
    assert len(heading.text) <= 2_000


@given(st.binary(max_size=300))
def test_any_bytes_give_a_document_or_a_loader_error(noise: bytes) -> None:
    with pytest.raises(LoaderError):
        document_of(noise, "a.pdf")


@given(position=st.integers(0, 200), noise=st.binary(min_size=1, max_size=8))
def test_a_damaged_answer_gives_a_document_or_a_loader_error(position: int, noise: bytes) -> None:
    whole = b"".join(document_answer(DOCUMENT))
    damaged = whole[:position] + noise + whole[position + len(noise) :]
    try:
        document = document_of(damaged, "a.md")
    except LoaderError:
        return
    assert document.text.strip()
    assert all(0 <= heading.start <= len(document.text) for heading in document.headings)
