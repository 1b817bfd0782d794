from ingest.loaders.pdf import PdfLoader
from tests.sample_files import drawn_pdf_file

ACROSS = (50, 150, 250, 350)
DOWN = (700, 680, 660, 640)


def written(x: float, y: float, text: str) -> str:
    return f"BT /F1 10 Tf {x} {y} Td ({text}) Tj ET\n"


def ruled(x: float, y: float, other_x: float, other_y: float) -> str:
    return f"{x} {y} m {other_x} {other_y} l S\n"


def grid(across: tuple[int, ...] = ACROSS, down: tuple[int, ...] = DOWN) -> str:
    level = [ruled(across[0], y, across[-1], y) for y in down]
    return "".join([*level, *(ruled(x, down[0], x, down[-1]) for x in across)])


def filled(*rows: tuple[str, ...]) -> str:
    return "".join(
        written(x + 4, y - 14, text)
        for y, row in zip(DOWN, rows, strict=False)
        for x, text in zip(ACROSS, row, strict=False)
        if text
    )


CELLS = filled(("Grade", "Days", "Pay"), ("Staff", "15", "80%"), ("Lead", "20", "100%"))
MARKDOWN = "| Grade | Days | Pay |\n| --- | --- | --- |\n| Staff | 15 | 80% |\n| Lead | 20 | 100% |"


def text_of(drawing: str) -> str:
    return PdfLoader().load(drawn_pdf_file(drawing), "a.pdf").text


def test_a_ruled_table_is_markdown_between_what_stands_above_and_below() -> None:
    drawing = written(50, 760, "Above.") + grid() + CELLS + written(50, 600, "Below.")
    assert text_of(drawing) == f"Above.\n\n{MARKDOWN}\n\nBelow."


def test_a_caption_stays_with_its_table() -> None:
    drawing = (
        written(50, 760, "Text.") + written(50, 710, "Table 3. Days of leave") + grid() + CELLS
    )
    assert text_of(drawing) == f"Text.\n\nTable 3. Days of leave\n{MARKDOWN}"


def test_rectangles_and_bars_draw_a_table_too() -> None:
    boxes = "".join(f"{x} {y - 20} {100} {20} re S\n" for y in DOWN[:-1] for x in ACROSS[:-1])
    bars = "".join(f"50 {y} 300 0.5 re f\n" for y in DOWN) + "".join(
        f"{x} 640 0.5 60 re f\n" for x in ACROSS
    )
    assert text_of(boxes + CELLS) == text_of(bars + CELLS) == MARKDOWN


def test_a_table_that_is_open_at_its_sides_keeps_its_outer_columns() -> None:
    lines = "".join(ruled(50, y, 350, y) for y in DOWN)
    lines += "".join(ruled(x, 700, x, 640) for x in ACROSS[1:-1])
    assert text_of(lines + CELLS) == MARKDOWN


def test_merged_cells_stand_in_their_first_column_and_labels_in_each_row() -> None:
    lines = "".join(ruled(50, y, 350, y) for y in (700, 680, 640)) + ruled(150, 660, 350, 660)
    lines += ruled(50, 700, 50, 640) + ruled(150, 700, 150, 640) + ruled(350, 700, 350, 640)
    lines += ruled(250, 680, 250, 640)
    cells = filled(("Grade", "Leave"), ("", "15", "80%"), ("", "20", "100%"))
    assert text_of(lines + cells + written(54, 656, "Staff")) == (
        "| Grade | Leave |  |\n| --- | --- | --- |\n| Staff | 15 | 80% |\n| Staff | 20 | 100% |"
    )


def test_lines_inside_of_a_cell_are_one_line() -> None:
    tall = (700, 680, 650, 620)
    cells = written(54, 686, "Grade") + written(154, 686, "Days") + written(254, 686, "Note")
    cells += written(54, 668, "Staff") + written(154, 668, "15") + written(254, 668, "can be")
    cells += written(254, 656, "moved on") + written(54, 630, "Lead") + written(154, 630, "20")
    assert "| Staff | 15 | can be moved on |" in text_of(grid(down=tall) + cells)


def test_a_line_parts_letters_that_nothing_else_parts() -> None:
    cells = filled(("", "", "Pay"), ("a", "b", "c"), ("d", "e", "f"))
    touching = written(127, 686, "DateFormat")
    assert text_of(grid() + cells + touching).startswith("| Date | Format | Pay |")


def test_figures_between_the_lines_of_head_and_body_are_rows() -> None:
    lines = "".join(ruled(50, y, 350, y) for y in (700, 680, 600))
    lines += "".join(ruled(x, 700, x, 600) for x in ACROSS)
    body = "".join(
        written(54, y, f"Item {y}") + written(154, y, str(y)) + written(254, y, f"{y}.5")
        for y in (666, 652, 638, 624, 610)
    )
    rows = text_of(lines + filled(("Name", "Count", "Share")) + body).split("\n")
    assert rows[0] == "| Name | Count | Share |"
    assert rows[2:] == [f"| Item {y} | {y} | {y}.5 |" for y in (666, 652, 638, 624, 610)]


def test_frames_underlines_forms_and_empty_grids_are_no_tables() -> None:
    frame = ruled(40, 720, 360, 720) + ruled(40, 600, 360, 600)
    frame += ruled(40, 720, 40, 600) + ruled(360, 720, 360, 600)
    form = "".join(f"40 {y} 300 20 re S\n" for y in (700, 680, 660))
    for drawing in (frame, form, grid() + written(54, 610, "below")):
        assert "|" not in text_of(drawing + written(60, 684, "Name and address of the office"))


def test_white_grounds_of_lines_draw_no_cells() -> None:
    grounds = "1 g\n" + "".join(f"52 {y} 96 9 re f\n" for y in (682, 671, 662)) + "0 g\n"
    assert text_of(grounds + grid() + CELLS) == MARKDOWN


def test_a_drawing_of_very_many_lines_is_no_table() -> None:
    words = filled(("Grade", "Leave", "Pay"), ("Staff", "yes", "full"), ("Lead", "yes", "half"))
    lines = "".join(ruled(400, 50 + y, 450, 50 + y) for y in range(0, 1_990, 3))
    assert "| Staff | yes | full |" in text_of(grid() + words)
    assert "|" not in text_of(lines + grid() + words)
