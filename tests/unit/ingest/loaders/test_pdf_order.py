from ingest.loaders.pdf import PdfLoader
from tests.sample_files import drawn_pdf_file, pdf_file

ROWS = 8
TOP = 700


def written(x: float, y: float, text: str, size: int = 10) -> str:
    return f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n"


def prose(name: str, row: int) -> str:
    return f"{name} {row} says how leave is given"


def columns(*lefts: int, top: int = TOP, letters: str = "ABC") -> list[list[tuple[float, str]]]:
    """Return a column of lines for each left edge, as heights and drawings."""
    return [
        [
            (top - 12 * row, written(left, top - 12 * row, prose(name, row)))
            for row in range(1, ROWS + 1)
        ]
        for left, name in zip(lefts, letters, strict=False)
    ]


def row_by_row(parts: list[list[tuple[float, str]]]) -> str:
    return "".join(drawing for row in zip(*parts, strict=True) for _, drawing in row)


def in_order(text: str, *starts: str) -> bool:
    places = [text.index(start) for start in starts]
    return places == sorted(places)


def text_of(drawing: str) -> str:
    return PdfLoader().load(drawn_pdf_file(drawing), "a.pdf").text


def begins(names: str) -> list[str]:
    return [f"{name} {row} says" for name in names for row in range(1, ROWS + 1)]


def test_two_columns_that_are_written_row_by_row_are_read_one_after_the_other() -> None:
    assert in_order(text_of(row_by_row(columns(50, 310))), *begins("AB"))


def test_three_columns_are_read_one_after_the_other() -> None:
    assert in_order(text_of(row_by_row(columns(30, 220, 410))), *begins("ABC"))


def test_a_heading_over_both_columns_parts_what_is_above_from_what_is_below() -> None:
    heading = written(60, 590, "A heading that stands over both of the columns of this page", 14)
    below = row_by_row(columns(50, 310, top=580, letters="CD"))
    text = text_of(below + heading + row_by_row(columns(50, 310)))
    assert in_order(text, *begins("AB"), "A heading", *begins("CD"))


def test_a_masthead_that_is_written_last_is_read_first() -> None:
    body = "".join(drawing for column in columns(50, 310) for _, drawing in column)
    masthead = written(50, 760, "News of the Office", 24) + written(50, 735, "May 2, 2024")
    assert in_order(text_of(body + masthead), "News", "May 2", *begins("AB"))


def test_a_header_beside_the_gutter_belongs_to_no_column() -> None:
    header = written(50, 730, "Rules of leave") + written(450, 730, "Page 7 of 9")
    text = text_of(header + row_by_row(columns(50, 310)))
    assert in_order(text, "Rules of leave", "Page 7", *begins("AB"))


def test_words_that_a_hyphen_breaks_at_the_end_of_a_column_line_are_whole() -> None:
    parts = columns(50, 310)
    parts[0][0] = (688, written(50, 688, "A 1 says how the consec-"))
    parts[0][1] = (676, written(50, 676, "tetuer A 2 says and how"))
    assert "consectetuer A 2 says" in text_of(row_by_row(parts))


def test_labels_and_values_of_a_form_stay_on_their_lines() -> None:
    rows = (("Name:", "Kim"), ("Office:", "Seoul"), ("Grade:", "Staff"), ("Leave:", "None"))
    drawing = "".join(
        written(50, 700 - 14 * number, label) + written(310, 700 - 14 * number, value)
        for number, (label, value) in enumerate(rows)
    )
    assert text_of(drawing).split("\n") == [f"{label} {value}" for label, value in rows]


def test_lists_side_by_side_stay_as_they_are_written() -> None:
    left = "".join(written(50, 700 - 12 * row, f"left {row}") for row in range(5))
    right = "".join(written(310, 700 - 12 * row, f"right {row}") for row in range(5))
    text = text_of(left + right)
    assert in_order(
        text, *(f"left {row}" for row in range(5)), *(f"right {row}" for row in range(5))
    )


def test_text_along_the_edge_stays_where_it_is_written() -> None:
    edge = "BT /F1 8 Tf 0 1 -1 0 20 300 Tm (Reproduced from a journal) Tj ET\n"
    text = text_of(edge + row_by_row(columns(50, 310)))
    assert in_order(text, "Reproduced from a journal", *begins("AB"))


def test_prose_whose_spaces_are_as_wide_as_its_letters_is_one_column() -> None:
    sentences = [
        f"연차 휴가 규정은 {number}번 조항에 따라 모든 직원에게 똑같이 준다"
        for number in "가나다라마바사아자차카타"
    ]
    text = PdfLoader().load(pdf_file([(10, each) for each in sentences]), "a.pdf").text
    assert in_order(text, *sentences)
