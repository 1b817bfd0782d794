import pytest

from ingest.loaders.pdf import PdfLoader
from tests.sample_files import drawn_pdf_file


def written(x: float, y: float, text: str) -> str:
    return f"BT /F1 10 Tf {x} {y} Td ({text}) Tj ET\n"


def page(*rows: tuple[str, ...], lefts: tuple[int, ...] = (50, 200, 330), top: int = 700) -> str:
    return "".join(
        written(left, top - 14 * number, text)
        for number, row in enumerate(rows)
        for left, text in zip(lefts, row, strict=False)
        if text
    )


def text_of(drawing: str) -> str:
    return PdfLoader().load(drawn_pdf_file(drawing), "a.pdf").text


SALES = (("Office", "Sales", "Share"), ("Seoul", "120", "40%"), ("Busan", "180", "60%"))
MARKDOWN = (
    "| Office | Sales | Share |\n| --- | --- | --- |\n| Seoul | 120 | 40% |\n| Busan | 180 | 60% |"
)


def test_figures_in_columns_are_a_table_without_any_line() -> None:
    drawing = written(50, 730, "Sales of the year") + page(*SALES) + written(50, 600, "Below.")
    assert text_of(drawing) == f"Sales of the year\n\n{MARKDOWN}\n\nBelow."


def test_figures_that_end_at_one_place_are_aligned() -> None:
    rows = ("Sales", "9", "120", "1,800", "22,000")
    cells = "".join(
        written(
            260 - 5.56 * len(text.replace(",", "")) - 2.78 * text.count(","), 700 - 14 * n, text
        )
        for n, text in enumerate(rows[1:], 1)
    )
    names = "".join(written(50, 700 - 14 * n, f"Office {n}") for n in range(1, 5))
    text = text_of(written(50, 700, "Name") + written(234, 700, "Sales") + names + cells)
    assert text.endswith("| Office 3 | 1,800 |\n| Office 4 | 22,000 |")


def test_heads_of_two_lines_are_one_row_and_may_span_columns() -> None:
    head = written(50, 714, "Office") + written(230, 714, "Figures of the year")
    rows = (("", "Sales", "Share"), *SALES[1:], ("Jeju", "20", "5%"))
    assert text_of(head + page(*rows)).startswith("| Office | Figures of the year Sales | Share |")


def test_cells_that_are_empty_keep_their_columns() -> None:
    rows = (*SALES, ("Jeju", "", "0%"), ("Daegu", "7", ""))
    assert text_of(page(*rows)).endswith("| Jeju |  | 0% |\n| Daegu | 7 |  |")


def test_words_in_columns_are_a_table_below_a_caption_only() -> None:
    rows = (("Grade", "Leave", "Pay"), ("Staff", "yes", "full"), ("Lead", "yes", "half"))
    assert "|" not in text_of(page(*rows))
    assert "| Staff | yes | full |" in text_of(written(50, 718, "Table 2. Leave") + page(*rows))


@pytest.mark.parametrize(
    ("rows", "lefts"),
    [
        ([("1 Aims", "3"), ("2 Rules", "5"), ("3 Leave", "9"), ("4 Pay", "12")], (50, 400)),
        ([("1.", "2024 was good"), ("2.", "2025 was bad"), ("3.", "2026 comes")] * 2, (50, 75)),
        (
            [("Name:", "Kim"), ("Office:", "Seoul"), ("Grade:", "Staff"), ("Leave:", "none")],
            (50, 310),
        ),
        (
            [("for row in rows:", "each row"), ("  add(row)", "once"), ("  stop()", "at the end")]
            * 2,
            (50, 300),
        ),
    ],
    ids=["contents", "list", "form", "code"],
)
def test_contents_lists_forms_and_code_are_no_tables(
    rows: list[tuple[str, ...]], lefts: tuple[int, ...]
) -> None:
    assert "|" not in text_of(page(*rows, lefts=lefts))


def test_columns_of_prose_with_numbers_are_no_table() -> None:
    line = "In 2024 the office gave 15 days of leave to all"
    assert "|" not in text_of(page(*[(line, line)] * 6, lefts=(50, 310)))


def test_figures_that_stand_anywhere_are_no_table() -> None:
    places = [(50, 200, 330), (90, 231, 300), (70, 180, 391)]
    drawing = "".join(
        page(("a", "12", "31"), lefts=lefts, top=700 - 14 * number)
        for number, lefts in enumerate(places)
    )
    assert "|" not in text_of(drawing)


def test_a_label_that_stands_in_the_first_row_only_has_a_column() -> None:
    rows = (("Rain, mm", "0-254", "0.2"), ("", "254-508", "0.4"), ("", "508-762", "0.6"))
    assert text_of(page(*rows)).startswith("| Rain, mm | 0-254 | 0.2 |")
