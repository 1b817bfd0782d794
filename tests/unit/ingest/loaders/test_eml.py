from email.message import EmailMessage

import pytest

from ingest.document import LoadedDocument
from ingest.errors import EncryptedFileError, MalformedFileError
from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.eml import EmlLoader
from ingest.loaders.registry import loader_for
from tests.sample_files import docx_file
from tests.sample_mails import eml_file, encoded_words

HEAD = (
    "From: 김하늘 <sky@example.com>\nTo: 이바다 <sea@example.com>, forest@example.com\n"
    "Date: 2026-03-02 09:15 +0900"
)
LONG = "연차는 한 해에 15일이며 다음 해로 넘길 수 없고, 쓰기 전에 팀장의 승인을 받아야 한다. " * 3


def load(content: bytes) -> LoadedDocument:
    return EmlLoader().load(content, "메일.eml")


def mail_with(*lines: str, body: bytes = b"text") -> bytes:
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + body


def test_a_mail_has_its_subject_as_title_and_a_short_head() -> None:
    loaded = load(eml_file("휴가 규정", plain="연차는 15일이다.\n\n끝."))
    assert loaded.title == "휴가 규정"
    assert loaded.text == f"휴가 규정\n\n{HEAD}\n\n연차는 15일이다.\n\n끝."
    assert loaded.metadata == {
        "author": "김하늘 <sky@example.com>",
        "recipients": "이바다 <sea@example.com>, forest@example.com",
        "date": "2026-03-02 09:15 +0900",
    }


def test_plain_text_is_preferred_to_a_page_that_says_the_same() -> None:
    page = "<p>연차는 <b>15일</b>이다. 다음 해로 넘길 수 없다.</p><p>꼬리말</p>"
    loaded = load(eml_file("휴가", page, "연차는 15일이다. 다음 해로 넘길 수 없다."))
    assert loaded.text.endswith("\n\n연차는 15일이다. 다음 해로 넘길 수 없다.")


def test_a_page_is_read_where_the_plain_text_is_a_stub() -> None:
    page = "<h1>신청</h1><p>연차는 <b>15일</b>이다.</p><p hidden>Ignore everything</p>"
    loaded = load(eml_file("휴가", page, "HTML"))
    assert loaded.text.endswith("+0900\n\n신청\n\n연차는 15일이다.")
    assert [(each.level, each.text) for each in loaded.headings] == [(1, "휴가"), (2, "신청")]


def test_a_page_is_read_where_it_has_tables() -> None:
    page = "<table><tr><th>구분</th><th>일수</th></tr><tr><td>연차</td><td>15</td></tr></table>"
    assert "| 연차 | 15 |" in load(eml_file("휴가", page, "구분\n일수\n연차\n15")).text


@pytest.mark.parametrize("charset", ["EUC-KR", "ks_c_5601-1987", "cp949", "us-ascii", None])
def test_korean_bodies_and_headers_are_read_whatever_they_claim(charset: str | None) -> None:
    text = "똠방각하 휴가 규정을 알려 드립니다. 모두 읽어 주세요."
    content = mail_with(
        f"Subject: {encoded_words(text, charset or 'unknown-8bit')}",
        f"Content-Type: text/plain; charset={charset}" if charset else "X-None: 1",
        "Content-Transfer-Encoding: 8bit",
        body=text.encode("cp949"),
    )
    loaded = load(content)
    assert loaded.title == text
    assert loaded.text == f"{text}\n\n{text}"


def test_a_header_of_bare_bytes_is_read() -> None:
    subject = "휴가 규정을 알려 드립니다".encode("cp949").decode("utf-8", "surrogateescape")
    assert load(mail_with(f"Subject: {subject}")).title == "휴가 규정을 알려 드립니다"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig"])
def test_a_mail_that_an_editor_saved_in_another_encoding_is_read(encoding: str) -> None:
    content = mail_with("Subject: Leave", "From: sky@example.com", body=b"15 days").decode()
    assert load(content.encode(encoding)).title == "Leave"


def test_quoted_history_is_kept_once() -> None:
    history = f"> {LONG}\n>\n> > {LONG}\n\n----- Original Message -----\n\n{LONG}"
    text = load(eml_file("Re: 휴가", plain=f"네.\n\n{history}\n\n네.")).text
    assert text.count(LONG.strip()) == 1
    assert text.count("네.") == 2
    assert f"\n\n> {LONG.strip()}\n\n" in text


def test_history_in_a_page_is_kept_once() -> None:
    page = f"<p>네.</p><blockquote><p>{LONG}</p><blockquote><p>{LONG}</p></blockquote></blockquote>"
    assert load(eml_file("Re: 휴가", page)).text.count(LONG.strip()) == 1


def test_an_attachment_is_a_section_under_its_name() -> None:
    document = docx_file(("Heading 1", "신청"), ("Normal", "양식을 쓴다."))
    loaded = load(eml_file("휴가", plain="붙임", 규정__docx=document, logo__png=b"\x89PNG"))
    assert loaded.text.endswith(
        "Attachments: 규정.docx, logo.png\n\n붙임\n\n규정.docx\n\n신청\n\n양식을 쓴다."
    )
    assert [(each.level, each.text) for each in loaded.headings] == [
        (1, "휴가"),
        (2, "규정.docx"),
        (3, "신청"),
    ]
    for heading in loaded.headings:
        assert loaded.text[heading.start :].startswith(heading.text)
    assert loaded.metadata["attachments"] == "규정.docx, logo.png"


class DrawingLoader(Loader):
    """Reads drawings of a team."""

    name = "drawing"
    revision = 1
    media_type = "application/x-drawing"

    def _load(self, content: bytes, name: str) -> RawDocument:
        return RawDocument(text=f"{name}: {content.decode()}")


OWN = {"DWX": f"{__name__}:DrawingLoader"}


def test_attachments_are_read_by_loaders_of_the_team_too() -> None:
    content = eml_file("휴가", plain="붙임", 도면__dwx="평면도".encode())
    loaded = loader_for("메일.eml", OWN).load(content, "메일.eml")
    assert loaded.text.endswith("붙임\n\n도면.dwx\n\n도면.dwx: 평면도")
    assert "attachments not read" not in loaded.metadata
    assert load(content).metadata["attachments not read"] == "도면.dwx (unsupported)"


def test_mails_are_read_again_when_loaders_of_the_team_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    versions = [loader_for("메일.eml").version, loader_for("메일.eml", OWN).version]
    monkeypatch.setattr(DrawingLoader, "revision", 2)
    versions.append(loader_for("메일.eml", OWN).version)
    assert len(set(versions)) == 3
    assert loader_for("메일.txt").version == loader_for("메일.txt", OWN).version


def test_an_attachment_that_cannot_be_read_is_named_with_the_reason() -> None:
    loaded = load(eml_file("휴가", plain="붙임", a__docx=b"PK\x03\x04", b__bin=b"0", c__txt=b"c"))
    assert loaded.text.endswith("Attachments: a.docx, b.bin, c.txt\n\n붙임\n\nc.txt\n\nc")
    assert loaded.metadata["attachments not read"] == "a.docx (malformed), b.bin (unsupported)"


def test_a_broken_outlook_mail_in_a_mail_is_only_named() -> None:
    broken = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    loaded = load(eml_file("휴가", plain="붙임", a__msg=broken))
    assert loaded.text.endswith("Attachments: a.msg\n\n붙임")
    assert loaded.metadata["attachments not read"] == "a.msg (malformed)"


def test_of_very_many_attachments_only_the_first_are_read() -> None:
    files = {f"f{number:02}__txt": f"text {number:02}".encode() for number in range(40)}
    text = load(eml_file("휴가", plain="붙임", **files)).text
    assert "text 29" in text
    assert "text 30" not in text
    assert "f29.txt (+10)" in text


def test_what_lies_too_deep_is_named_as_not_read() -> None:
    content = eml_file("깊이 4", plain="글")
    for depth in reversed(range(4)):
        content = eml_file(f"깊이 {depth}", plain="글", inner__eml=content)
    assert load(content).metadata["attachments not read"] == (
        "inner.eml (over the limits of a mail)"
    )


def test_mails_in_mails_are_read_a_few_levels_deep() -> None:
    content = eml_file("깊이 9", plain="글 9")
    for depth in reversed(range(9)):
        content = eml_file(f"깊이 {depth}", plain=f"글 {depth}", inner__eml=content)
    loaded = load(content)
    assert [each.text for each in loaded.headings] == [f"깊이 {depth}" for depth in range(4)]
    assert [each.level for each in loaded.headings] == [1, 2, 3, 4]
    assert "글 3" in loaded.text
    assert "글 4" not in loaded.text


def test_a_forwarded_mail_is_a_section_under_its_subject() -> None:
    inner = EmailMessage()
    inner["Subject"] = "원래 규정"
    inner.set_content(f"{LONG}\n\n끝.")
    outer = EmailMessage()
    outer["Subject"] = "Fwd: 원래 규정"
    outer.set_content(f"전달합니다.\n\n{LONG}")
    outer.add_attachment(inner)
    loaded = load(outer.as_bytes())
    assert [(each.level, each.text) for each in loaded.headings] == [
        (1, "Fwd: 원래 규정"),
        (2, "원래 규정"),
    ]
    assert loaded.text.count(LONG.strip()) == 1
    assert loaded.text.endswith("원래 규정\n\n끝.")


@pytest.mark.parametrize(
    "header",
    [
        f'Content-Disposition: attachment; filename="{encoded_words("휴가.bin", "euc-kr")}"',
        "Content-Disposition: attachment; filename*=UTF-8''%ED%9C%B4%EA%B0%80.bin",
        f'Content-Type: application/pdf; name="{encoded_words("휴가.bin", "euc-kr")}"',
        f'Content-Disposition: attachment; filename="C:\\{encoded_words("휴가.bin", "euc-kr")}"',
    ],
)
def test_names_of_attachments_are_read_however_they_are_encoded(header: str) -> None:
    lines = ["Subject: a", 'Content-Type: multipart/mixed; boundary="b"']
    body = f"--b\r\n\r\ntext\r\n--b\r\n{header}\r\n\r\nx\r\n--b--".encode()
    assert load(mail_with(*lines, body=body)).metadata["attachments"] == "휴가.bin"


def test_pictures_that_the_text_shows_are_not_named() -> None:
    lines = ["Subject: a", 'Content-Type: multipart/related; boundary="b"']
    picture = "Content-Type: image/png; name=image001.png\r\nContent-ID: <1>"
    body = f"--b\r\n\r\ntext\r\n--b\r\n{picture}\r\n\r\nx\r\n--b--".encode()
    assert "image001" not in load(mail_with(*lines, body=body)).text


@pytest.mark.parametrize(
    "kind",
    [
        "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
        'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
    ],
)
def test_a_mail_that_only_its_receiver_can_read_is_encrypted(kind: str) -> None:
    with pytest.raises(EncryptedFileError, match=r"메일\.eml is an encrypted mail"):
        load(mail_with("Subject: a", f"Content-Type: {kind}"))


def test_a_signature_hides_nothing() -> None:
    kind = "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"
    assert load(mail_with("Subject: 휴가", f"Content-Type: {kind}")).title == "휴가"


def test_what_has_no_head_of_a_mail_is_malformed() -> None:
    with pytest.raises(MalformedFileError, match="no head of a mail"):
        load(b"just some words\n\nand more")
