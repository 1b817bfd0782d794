from ingest.loaders.slide_order import Box, in_reading_order, is_on, unplaced


def box(item: str, left: float, top: float, width: float = 4, height: float = 2) -> Box[str]:
    return Box(left, top, left + width, top + height, item)


def order(*boxes: Box[str]) -> str:
    return " ".join(in_reading_order(boxes))


def test_shapes_are_read_from_top_to_bottom() -> None:
    assert order(box("b", 0, 5), box("c", 1, 9), box("a", 2, 0)) == "a b c"


def test_shapes_side_by_side_are_read_from_left_to_right() -> None:
    assert order(box("b", 6, 0.3), box("c", 12, 0.1), box("a", 0, 0.5)) == "a b c"


def test_a_column_is_read_to_its_end_where_the_gap_between_columns_is_wider() -> None:
    left = [box("a", 0, 0), box("b", 0, 2.2)]
    right = [box("c", 6, 0), box("d", 6, 2.2)]
    assert order(*right, *left) == "a b c d"


def test_a_line_across_stands_before_the_columns_below_it() -> None:
    boxes = [box("a", 0, 3), box("b", 6, 3), box("title", 0, 0, width=10)]
    assert order(*boxes) == "title a b"


def test_shapes_on_one_another_go_from_top_to_bottom() -> None:
    assert order(box("b", 1, 1), box("a", 0, 0), box("c", 1.5, 1.5)) == "a b c"


def test_a_shape_without_place_is_read_last_and_counts_as_shown() -> None:
    assert order(unplaced("last"), box("b", 0, 5), box("a", 0, 0)) == "a b last"
    assert is_on(unplaced("last"), (10, 10))


def test_a_shape_beside_the_slide_is_not_on_it() -> None:
    assert is_on(box("a", -3, 0), (10, 10))
    assert not is_on(box("a", -4, 0), (10, 10))
    assert not is_on(box("a", 0, 10), (10, 10))


def test_no_shapes_have_no_order() -> None:
    assert order() == ""
