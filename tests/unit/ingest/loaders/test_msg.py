import struct
from datetime import UTC, datetime

import pytest

from ingest.document import LoadedDocument
from ingest.errors import EncryptedFileError, MalformedFileError
from ingest.loaders.msg import MsgLoader
from ingest.loaders.msg_rtf import decompressed
from tests.sample_files import docx_file
from tests.sample_msg import Item, attached, compound_file, msg_file, receiver

SUBJECT, PLAIN, PAGE, RTF = 0x0037, 0x1000, 0x1013, 0x1009
SENDER, SENDER_SMTP, DISPLAY_TO, HEADERS, CLASS = 0x0C1A, 0x5D01, 0x0E04, 0x007D, 0x001A
SENT, CODE_PAGE = 0x0039, 0x3FFD
HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c0900206277"
    "05b06c647d0a800fa0"
)
"""The example of the specification (MS-OXRTFCP)."""


def load(item: Item) -> LoadedDocument:
    return MsgLoader().load(msg_file(item), "메일.msg")


def test_a_mail_has_its_subject_as_title_and_a_short_head() -> None:
    loaded = load(
        Item(
            {
                SUBJECT: "휴가 규정",
                SENDER: "김하늘",
                SENDER_SMTP: "sky@example.com",
                PLAIN: "연차는 15일이다.\r\n\r\n끝.",
            },
            fixed={SENT: datetime(2026, 3, 2, 0, 15, tzinfo=UTC)},
            receivers=[
                receiver("이바다", "sea@example.com"),
                receiver("박숲", "", 2),
                receiver("비밀", "secret@example.com", 3),
            ],
        )
    )
    assert loaded.title == "휴가 규정"
    assert loaded.text == (
        "휴가 규정\n\nFrom: 김하늘 <sky@example.com>\nTo: 이바다 <sea@example.com>\nCc: 박숲\n"
        "Date: 2026-03-02 00:15 +0000\n\n연차는 15일이다.\n\n끝."
    )
    assert loaded.metadata["author"] == "김하늘 <sky@example.com>"


def test_the_date_of_the_sender_is_preferred() -> None:
    headers = "From: a@b\r\nDate: Mon, 02 Mar 2026 09:15:00 +0900\r\n"
    item = Item({PLAIN: "글", HEADERS: headers}, fixed={SENT: datetime(2026, 3, 2, tzinfo=UTC)})
    assert load(item).metadata["date"] == "2026-03-02 09:15 +0900"


def test_receivers_without_storages_are_those_that_outlook_shows() -> None:
    assert load(Item({PLAIN: "글", DISPLAY_TO: "이바다; 박숲"})).text.startswith("To: 이바다; 박숲")


@pytest.mark.parametrize("fixed", [{CODE_PAGE: 949}, {}])
def test_narrow_texts_are_read_in_their_code_page(fixed: dict[int, int]) -> None:
    text = "똠방각하 휴가 규정을 알려 드립니다"
    loaded = load(Item({SUBJECT: text, PLAIN: f"{text}."}, fixed=fixed, narrow="cp949"))
    assert (loaded.title, loaded.text) == (text, f"{text}\n\n{text}.")


def test_a_page_is_read_where_there_is_no_plain_text() -> None:
    page = "<html><body><h1>신청</h1><p>연차는 <b>15일</b>이다.</p></body></html>"
    loaded = load(Item({SUBJECT: "휴가"}, {PAGE: page.encode()}))
    assert loaded.text == "휴가\n\n신청\n\n연차는 15일이다."
    assert [(each.level, each.text) for each in loaded.headings] == [(1, "휴가"), (2, "신청")]


def test_compressed_rtf_is_read_where_there_is_nothing_else() -> None:
    assert load(Item(binaries={RTF: HELLO})).text == "hello world"


def test_rtf_that_refers_back_to_itself_is_expanded() -> None:
    data = b"\x00{\\rtf1 a\x06b" + struct.pack(">HH", (207 + 8) << 4 | 4, (207 + 15) << 4)
    stream = struct.pack("<II4sI", len(data) + 12, 99, b"LZFu", 0) + data + b"never read"
    assert decompressed(stream) == b"{\\rtf1 abbbbbbb"


def test_rtf_that_is_stored_as_it_is_needs_no_expanding() -> None:
    assert decompressed(struct.pack("<II4sI", 20, 4, b"MELA", 0) + b"{ab}padding") == b"{ab}"


def test_unknown_compression_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown"):
        decompressed(bytes(20))


def test_an_attachment_is_a_section_under_its_name() -> None:
    document = docx_file(("Heading 1", "신청"), ("Normal", "양식을 쓴다."))
    picture = Item({0x3707: "image001.png", 0x370E: "image/png", 0x3712: "1"}, {0x3701: b"\x89"})
    files = [attached("규정.docx", document), attached("a.zip", b"PK"), picture]
    loaded = load(Item({SUBJECT: "휴가", PLAIN: "붙임"}, files=files))
    assert loaded.text == (
        "휴가\n\nAttachments: 규정.docx, a.zip\n\n붙임\n\n규정.docx\n\n신청\n\n양식을 쓴다."
    )
    assert [each.level for each in loaded.headings] == [1, 2, 3]


def test_mails_in_mails_are_read_a_few_levels_deep() -> None:
    item = Item({SUBJECT: "깊이 9", PLAIN: "글 9"})
    for depth in reversed(range(9)):
        item = Item({SUBJECT: f"깊이 {depth}", PLAIN: f"글 {depth}"}, files=[Item(mail=item)])
    loaded = load(item)
    assert [each.text for each in loaded.headings] == [f"깊이 {depth}" for depth in range(4)]
    assert [each.level for each in loaded.headings] == [1, 2, 3, 4]


def test_a_mail_that_only_its_receiver_can_read_is_encrypted() -> None:
    with pytest.raises(EncryptedFileError, match=r"메일\.msg is an encrypted mail"):
        load(Item({CLASS: "IPM.Note.SMIME", SUBJECT: "비밀"}))


def test_a_locked_mail_inside_does_not_lock_the_one_around_it() -> None:
    locked = Item({CLASS: "IPM.Note.SMIME", SUBJECT: "비밀"})
    loaded = load(Item({SUBJECT: "휴가", PLAIN: "붙임"}, files=[Item(mail=locked)]))
    assert loaded.text == "휴가\n\nAttachments: 비밀.msg\n\n붙임"
    assert loaded.metadata["attachments not read"] == "비밀.msg (encrypted)"


def test_a_signed_mail_says_what_was_signed() -> None:
    signed = b"Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b--"
    file = Item({0x3707: "smime.p7m", 0x370E: "multipart/signed"}, {0x3701: signed})
    loaded = load(Item({CLASS: "IPM.Note.SMIME.MultipartSigned", SUBJECT: "휴가"}, files=[file]))
    assert loaded.text == "휴가\n\nAttachments: signed.eml\n\nsigned.eml\n\ntext"


def test_another_compound_file_is_malformed() -> None:
    with pytest.raises(MalformedFileError, match="holds no Outlook mail"):
        MsgLoader().load(compound_file({"WordDocument": b"x"}), "a.msg")


def test_what_is_no_compound_file_is_malformed() -> None:
    with pytest.raises(MalformedFileError, match="is not an Outlook file"):
        MsgLoader().load(b"Subject: a\n\ntext", "a.msg")


def test_a_stream_that_claims_more_than_the_file_has_is_malformed() -> None:
    content = bytearray(msg_file(Item({PLAIN: "글" * 3_000})))
    place = content.index("__substg1.0_1000001F".encode("utf-16-le"))
    content[place + 120 : place + 128] = struct.pack("<Q", 1 << 30)
    with pytest.raises(MalformedFileError):
        MsgLoader().load(bytes(content), "a.msg")


def test_a_large_stream_is_read_whole() -> None:
    text = "연차는 15일이다. " * 2_000
    assert load(Item({PLAIN: text})).text.strip() == text.strip()
