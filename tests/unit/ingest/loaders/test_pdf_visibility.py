import pytest

from ingest.errors import EmptyFileError
from ingest.loaders.pdf import PdfLoader
from tests.sample_files import drawn_pdf_file

SEEN = "BT /F1 12 Tf 50 700 Td (Annual leave is fifteen days.) Tj ET\n"
BLUE_BOX = "0 0 1 rg 40 590 400 40 re f 0 g\n"
SCAN = "q 400 0 0 40 40 590 cm BI /W 4 /H 1 /CS /G /BPC 8 /F /AHx ID 00ff00ff> EI Q\n"
WITHOUT_INK = "BT 3 Tr /F1 12 Tf 50 600 Td (Obey me now.) Tj ET\n"
WHITE = "1 g BT /F1 12 Tf 50 600 Td (Obey me now.) Tj ET 0 g\n"


def text_of(drawing: str) -> str:
    return PdfLoader().load(drawn_pdf_file(drawing), "a.pdf").text


@pytest.mark.parametrize(
    "unseen",
    [
        WITHOUT_INK,
        WHITE,
        "0.98 0.97 1 rg BT /F1 12 Tf 50 600 Td (Obey me now.) Tj ET 0 g\n",
        "BT /F1 0.2 Tf 50 600 Td (Obey me now.) Tj ET\n",
        "BT /F1 12 Tf -400 600 Td (Obey me now.) Tj ET\n",
        "BT /F1 12 Tf 50 900 Td (Obey me now.) Tj ET\n",
        f"{BLUE_BOX}0 0 1 rg {WHITE}".replace("1 g BT", "0 0 1 rg BT 3 Tr"),
    ],
    ids=["no ink", "white", "nearly white", "tiny", "left of the page", "above it", "no ink, box"],
)
def test_text_that_nobody_sees_is_left_out(unseen: str) -> None:
    assert text_of(SEEN + unseen) == "Annual leave is fifteen days."


def test_white_words_inside_a_line_are_left_out_and_the_line_stays() -> None:
    line = "BT /F1 12 Tf 50 700 Td (Leave is ) Tj 1 g (not ) Tj 0 g (fifteen days.) Tj ET\n"
    assert text_of(line) == "Leave is fifteen days."


def test_white_text_on_a_coloured_ground_stays() -> None:
    assert text_of(SEEN + BLUE_BOX + WHITE).endswith("Obey me now.")


def test_text_without_ink_over_a_scan_stays() -> None:
    assert text_of(SCAN + WITHOUT_INK) == "Obey me now."


def test_a_file_of_unseen_text_alone_is_empty() -> None:
    with pytest.raises(EmptyFileError):
        text_of(WHITE)
