"""Forms as browsers and programs send them, in pieces of any size, and what only looks like one."""

import pytest

from app.api.multipart import MultipartForm, PartBegun, PartContent, PartEvent
from app.errors import InvalidUploadError, NotMultipartError

TYPE = "multipart/form-data; boundary=frontier"
BODY = (
    b'--frontier\r\nContent-Disposition: form-data; name="tags"\r\n\r\n\xec\x9d\xb8\xec\x82\xac\r\n'
    b"--frontier\r\nContent-Disposition: form-data;"
    b' name="files"; filename="\xed\x9c\xb4\xea\xb0\x80.md"\r\n'
    b"Content-Type: text/markdown\r\n\r\n# a\r\n--front\r\n--frontie\r\nb\r\n--frontier--\r\n"
)


def read(body: bytes, size: int = 10**6, content_type: str = TYPE) -> list[PartEvent]:
    """Return the events of a body that comes in pieces of a size."""
    form = MultipartForm(content_type)
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    events = [event for piece in pieces for event in form.feed(piece)]
    form.end()
    return events


def contents(events: list[PartEvent]) -> list[tuple[str, str | None, bytes]]:
    """Return field, file name and bytes of each part."""
    parts: list[tuple[str, str | None, bytes]] = []
    for event in events:
        if isinstance(event, PartBegun):
            parts.append((event.field, event.file_name, b""))
        elif isinstance(event, PartContent):
            field, name, before = parts[-1]
            parts[-1] = (field, name, before + event.content)
    return parts


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1_000])
def test_a_form_reads_the_same_however_its_bytes_are_cut(size: int) -> None:
    assert contents(read(BODY, size)) == [
        ("tags", None, "인사".encode()),
        ("files", "휴가.md", b"# a\r\n--front\r\n--frontie\r\nb"),
    ]


def named(disposition: bytes) -> str | None:
    """Return the file name in a header."""
    body = b"--frontier\r\nContent-Disposition: " + disposition + b"\r\n\r\nx\r\n--frontier--\r\n"
    (part,) = contents(read(body))
    return part[1]


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('form-data; name="files"; filename="휴가.md"'.encode(), "휴가.md"),
        ('form-data; name="files"; filename="휴가.md"'.encode("cp949"), "휴가.md"),
        (b"form-data; name=files; filename*=UTF-8''%ED%9C%B4%EA%B0%80.md", "휴가.md"),
        (b'form-data; name="files"; filename="a.md"; filename*=utf-8\'\'b.md', "a.md"),
        (b'form-data; name="files"; filename="a;b\\"c.md"', 'a;b"c.md'),
        (b'form-data; name="files"; filename=""', ""),
        (b'form-data; name="files"', None),
        (b'form-data; name="files"; filename="\xff\xfe"', "��"),
    ],
)
def test_a_file_name_is_read_in_every_way_that_programs_send_it(
    disposition: bytes, name: str | None
) -> None:
    assert named(disposition) == name


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/json",
        "text/plain; boundary=x",
        "multipart/form-data",
        "multipart/mixed; boundary=x",
    ],
)
def test_another_content_type_is_no_form(content_type: str) -> None:
    with pytest.raises(NotMultipartError, match="multipart/form-data"):
        MultipartForm(content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\r\n",
        b"no boundary at all",
        BODY[:-4],
        BODY[:100],
        b"--frontier\r\nno header\r\n\r\nx\r\n--frontier--\r\n",
        b"--frontier\r\n\r\nx\r\n--frontier--\r\n",
        b'--frontier\r\nContent-Disposition: attachment; name="files"\r\n\r\nx\r\n--frontier--\r\n',
        b"--frontier\r\nContent-Disposition: form-data\r\n\r\nx\r\n--frontier--\r\n",
        b"--frontier\r\n" + b"A: b\r\n" * 100 + b"\r\nx\r\n--frontier--\r\n",
        b"--frontier\r\nA: " + b"b" * 100_000 + b"\r\n\r\nx\r\n--frontier--\r\n",
    ],
)
def test_a_malformed_or_broken_off_form_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidUploadError):
        read(body)


def test_a_boundary_that_no_program_would_choose_is_refused() -> None:
    with pytest.raises(InvalidUploadError, match="Boundary"):
        MultipartForm("multipart/form-data; boundary=" + "x" * 1_000)
