import pytest

from ingest.errors import MalformedFileError
from ingest.loaders.encoding import decode_declared
from ingest.loaders.text import TextLoader

KOREAN = "연차 휴가는 1년에 15일이며, 다음 해로 넘길 수 없다.\n팀장의 승인을 받는다.\n"
ENGLISH = "Annual leave is 15 days a year and cannot be carried over.\n"


def load(content: bytes) -> str:
    return TextLoader().load(content, "글.txt").text


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp949", "euc-kr"],
)
def test_korean_text_is_read_in_every_usual_encoding(encoding: str) -> None:
    assert load(KOREAN.encode(encoding)) == KOREAN


@pytest.mark.parametrize("encoding", ["ascii", "utf-16-le", "utf-16-be"])
def test_english_text_is_read_in_every_usual_encoding(encoding: str) -> None:
    assert load(ENGLISH.encode(encoding)) == ENGLISH


def test_syllables_that_only_cp949_has_are_read() -> None:
    text = "그 사람은 똠방각하와 펲시를 좋아했다고 한다. 아주 유명한 이야기다."
    assert load(text.encode("cp949")) == text


def test_western_text_is_not_taken_for_korean() -> None:
    text = "Le café est déjà fermé, mais le théâtre reste ouvert à côté de l'hôtel.\n" * 5
    assert load(text.encode("cp1252")) == text


def test_a_log_with_a_broken_byte_keeps_its_korean() -> None:
    content = KOREAN.encode() * 20 + b"\xec\n" + KOREAN.encode()
    assert load(content).count("승인을 받는다") == 21


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "is a PDF"),
        (b"PK\x03\x04\x14\x00", "ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old office document"),
        (b"\x89PNG\r\n\x1a\n", "PNG picture"),
        (b"plain words\x00and a zero byte", "zero bytes"),
        (b"one zero byte, even length\x00\n", "zero bytes"),
        (bytes(range(1, 32)) * 9, "not text"),
    ],
)
def test_what_is_not_text_is_malformed(content: bytes, message: str) -> None:
    with pytest.raises(MalformedFileError, match=message):
        load(content)


def test_a_declared_encoding_is_believed_when_it_fits() -> None:
    assert decode_declared("Привет".encode("koi8-r"), "KOI8-R", "a.html") == "Привет"


@pytest.mark.parametrize("declared", ["utf-8", "iso-2022-kr", "no-such-encoding"])
def test_a_wrong_declared_encoding_is_not_believed(declared: str) -> None:
    assert decode_declared(KOREAN.encode("cp949"), declared, "a.html") == KOREAN


def test_a_declaration_of_euc_kr_means_all_of_cp949() -> None:
    assert decode_declared("똠방각하".encode("cp949"), "EUC-KR", "a.html") == "똠방각하"
