import pytest

from ingest.loaders.sheet_numbers import shown_number, shown_text


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (1234.5, "General", "1234.5"),
        (0.1 + 0.2, "General", "0.3"),
        (20_240_301_001, "General", "20240301001"),
        (1e20, "General", "1E+20"),
        (0.256, "0.0%", "25.6%"),
        (1_234_567, "#,##0", "1,234,567"),
        (-1234, "#,##0;(#,##0)", "(1,234)"),
        (-5, "0", "-5"),
        (-0.001, "0.0", "0.0"),
        (2.5, "0", "3"),
        (1.005, "0.00", "1.01"),
        (0, '_-* #,##0_-;\\-* #,##0_-;_-* "-"_-;_-@_-', "-"),
        (1234, '_-"₩"* #,##0_-', "₩1,234"),
        (1234, "[$₩-412]#,##0", "₩1,234"),
        (3, '0"개"', "3개"),
        (1_012_345_678, "000-0000-0000", "010-1234-5678"),
        (12, "00000", "00012"),
        (1, "\\1\\.0#", "1.01"),
        (1234, "#,##0;;", "1,234"),
        (0.5, "#.##", ".5"),
        (12_345_678, "#,##0,", "12,346"),
        (2_500_000, '[>=1000000]#,##0.0,,"백만";#,##0', "2.5백만"),
        (5, '[>=1000000]#,##0.0,,"백만";#,##0', "5"),
        (1.5, "0.##", "1.5"),
        (2, "0.##", "2"),
        (123_456, "0.00E+00", "1.23E+05"),
        (0.333, "# ?/?", "0.333"),
        (5, ";;;", ""),
        (float("inf"), "#,##0", "INF"),
    ],
)
def test_a_number_is_shown_as_its_format_says(value: float, code: str, shown: str) -> None:
    assert shown_number(value, code) == shown


@pytest.mark.parametrize(
    ("days", "code", "shown"),
    [
        (45000, "yyyy-mm-dd", "2023-03-15"),
        (45000.5, 'yyyy"년" m"월" d"일" (aaaa)', "2023년 3월 15일 (수요일)"),
        (45000, "[$-F800]dddd\\, mmmm dd\\, yyyy", "2023-03-15"),
        (45000, "d-mmm-yy", "15-Mar-23"),
        (45000.75, "h:mm AM/PM", "6:00 PM"),
        (45000.123, "yyyy/mm/dd hh:mm:ss", "2023/03/15 02:57:07"),
        (1.5, "[h]:mm:ss", "36:00:00"),
        (0.25, "h:mm", "6:00"),
        (1, "yyyy-mm-dd", "1900-01-01"),
        (61, "yyyy-mm-dd", "1900-03-01"),
        (-1, "yyyy-mm-dd", "-1"),
        (1e9, "yyyy-mm-dd", "1000000000"),
    ],
)
def test_a_date_is_shown_as_its_format_says(days: float, code: str, shown: str) -> None:
    assert shown_number(days, code) == shown


def test_dates_may_count_from_1904() -> None:
    assert shown_number(0, "yyyy-mm-dd", since_1904=True) == "1904-01-01"


def test_a_format_can_hide_a_text() -> None:
    assert shown_text("비밀", ";;;") == ""
    assert shown_text("글", "General") == shown_text("글", "0;0;0;@") == "글"
