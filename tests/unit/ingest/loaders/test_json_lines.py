import json
import time

import pytest

from ingest.document import LoadedDocument
from ingest.errors import EmptyFileError, MalformedFileError, UnsupportedFormatError
from ingest.loaders.json_lines import JsonLoader


def load(content: object, name: str = "자료.json") -> LoadedDocument:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return JsonLoader().load(text.encode(), name)


def test_each_record_of_a_list_is_a_section_under_its_name() -> None:
    records = [
        {"age": 31, "이름": "김하늘", "address": {"city": "서울"}, "hobbies": ["요리", "등산"]},
        {"이름": "이바다", "active": True, "left": None, "note": ""},
    ]
    loaded = load(records)
    assert loaded.text == (
        "이름: 김하늘\n\nage: 31\naddress.city: 서울\nhobbies: 요리, 등산\n\n"
        "이름: 이바다\n\nactive: true"
    )
    assert [(each.level, each.text) for each in loaded.headings] == [
        (1, "이름: 김하늘"),
        (1, "이름: 이바다"),
    ]


def test_records_without_a_name_are_blocks() -> None:
    loaded = load([{"a": 1}, {"a": 2, "b": [{"c": "x"}, {"c": "y"}]}])
    assert loaded.text == "a: 1\n\na: 2\nb[0].c: x\nb[1].c: y"
    assert loaded.headings == ()


def test_json_lines_are_records() -> None:
    loaded = load(
        '{"question": "며칠?", "answer": "15일"}\n\n{"question": "승인?", "answer": "팀장"}\n'
    )
    assert loaded.text == "question: 며칠?\n\nanswer: 15일\n\nquestion: 승인?\n\nanswer: 팀장"


def test_a_list_inside_an_object_has_the_heading_of_its_key() -> None:
    loaded = load({"title": "휴가 규정", "조": [{"이름": "연차", "일수": 15}]})
    assert loaded.text == "title: 휴가 규정\n\n조\n\n이름: 연차\n\n일수: 15"
    assert [each.level for each in loaded.headings] == [1, 1, 2]
    assert loaded.title == "휴가 규정"


def test_numbers_are_shown_as_they_are_written() -> None:
    assert load('{"a": 1.10, "b": 123456789012345678901234567890, "c": NaN}').text == (
        "a: 1.10\nb: 123456789012345678901234567890\nc: NaN"
    )


def test_vectors_and_binary_data_are_left_out() -> None:
    vector = [0.1] * 51
    record = {"text": "글", "embedding": vector, "picture": "QUJD" * 200, "few": [1, 2]}
    assert load(record).text == "text: 글\nfew: 1, 2"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("package-lock.json", "{}"),
        ("a.json", '{"key": "-----BEGIN RSA PRIVATE KEY-----"}'),
        ("a.json", '{"a": "' + "x y " * 2_500_000 + '"}'),
    ],
)
def test_what_machines_write_for_machines_is_not_read(name: str, content: str) -> None:
    with pytest.raises(UnsupportedFormatError, match=name):
        load(content, name)


@pytest.mark.parametrize("content", ["{", '{"a": 1} {"b"', "words", "[" * 100_000])
def test_broken_json_is_malformed(content: str) -> None:
    with pytest.raises(MalformedFileError):
        load(content)


def test_settings_with_comments_are_read() -> None:
    text = '{\n  // 며칠\n  "url": "http://a/*b*/c", /* two\nlines */\n  "list": [1, 2,],\n}'
    assert load(text).text == "url: http://a/*b*/c\nlist: 1, 2"


def test_a_comment_that_never_ends_costs_no_time() -> None:
    began = time.monotonic()
    with pytest.raises(EmptyFileError):
        load("/* " * 1_000_000)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("content", ["{}", "[]", "null", '[{"a": null}]'])
def test_json_that_says_nothing_is_empty(content: str) -> None:
    with pytest.raises(EmptyFileError):
        load(content)


def test_korean_in_cp949_is_read() -> None:
    content = json.dumps({"이름": "휴가 규정을 알려 드립니다"}, ensure_ascii=False).encode("cp949")
    assert JsonLoader().load(content, "a.json").text == "이름: 휴가 규정을 알려 드립니다"
