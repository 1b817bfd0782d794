"""Each plot draws what it is given, at the right place."""

import re
from xml.etree.ElementTree import Element

import pytest

from eval.report.axes import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Axes
from eval.report.bars import Bar, bars
from eval.report.difference_plot import Change, difference_plot
from eval.report.names import name_label, room_for
from eval.report.page import SERIES, STYLE
from eval.report.recall_by_k import recall_by_k
from eval.report.reliability_diagram import reliability_diagram
from eval.report.stage_latency import stage_latency


def number(element: Element, name: str) -> float:
    return float(element.attrib[name])


def words(drawing: Element) -> str:
    return " ".join(drawing.itertext())


def test_the_corners_of_the_axes_are_at_the_ends_of_the_scales() -> None:
    axes = Axes(1, 10)
    assert (axes.x(1), axes.x(10)) == (LEFT, WIDTH - RIGHT)
    assert (axes.y(0), axes.y(1)) == (HEIGHT - BOTTOM, TOP)


def test_honest_bins_lie_on_the_diagonal_and_empty_ones_are_not_drawn() -> None:
    bins = [
        {"queries": 4, "confidence": 0.25, "answerable": 0.25},
        {"queries": 1, "confidence": 0.75, "answerable": 0.75},
        {"queries": 0, "confidence": None, "answerable": None},
    ]
    drawing = reliability_diagram(bins, 0.5)
    first, second = drawing.findall("circle")
    axes = Axes(0, 1)
    assert (number(first, "cx"), number(first, "cy")) == (axes.x(0.25), axes.y(0.25))
    assert number(first, "r") > number(second, "r")
    assert "threshold 0.5" in words(drawing)
    assert "4 questions, confidence 0.25, with an answer 0.25" in words(drawing)


@pytest.mark.parametrize(("threshold", "anchor"), [(0.0, "start"), (0.3, "start"), (1.0, "end")])
def test_the_name_of_a_threshold_stands_where_there_is_room(threshold: float, anchor: str) -> None:
    texts = reliability_diagram([], threshold).findall("text")
    (name,) = [text for text in texts if (text.text or "").startswith("threshold")]
    assert name.attrib["text-anchor"] == anchor


def test_each_leg_is_a_line_through_its_recalls_in_the_order_of_k() -> None:
    legs = {
        "bm25": {"recall@10": 0.9, "recall@1": 0.5, "ndcg@10": 0.1},
        "dense": {"recall@1": 0.6, "recall@10": 0.8},
    }
    drawing = recall_by_k(legs)
    lines = drawing.findall("polyline")
    axes = Axes(0.5, 10.5)
    expected = [f"{axes.x(1)},{axes.y(0.5)}", f"{axes.x(10)},{axes.y(0.9)}"]
    assert lines[0].attrib["points"].split() == expected
    assert len({line.attrib["class"] for line in lines}) == 2
    assert "bm25" in words(drawing)


def test_a_line_is_not_filled_for_the_colours_of_series_paint_nothing_themselves() -> None:
    """A class that fills would win over the rule for lines, which names an element only."""
    rules = dict(re.findall(r"([^{}]+?)\s*\{([^{}]*)\}", re.sub(r"@media[^{]*\{", "", STYLE)))
    bodies = {selector.strip(): body.strip() for selector, body in rules.items()}
    assert "fill: none;" in bodies["svg polyline"]
    for series in SERIES:
        assert bodies[f".{series}"] == f"--series: var(--{series});"


def test_bars_are_as_long_as_their_means_and_whiskers_reach_over_the_interval() -> None:
    drawing = bars("all", [Bar("half", 0.5, (0.25, 0.75)), Bar("whole", 1.0)])
    half, whole = drawing.findall("rect")
    (whisker,) = drawing.findall("line")
    assert number(whole, "width") == pytest.approx(2 * number(half, "width"))
    end = number(half, "x") + number(half, "width")
    assert (number(whisker, "x1") + number(whisker, "x2")) / 2 == pytest.approx(end)


def test_times_are_drawn_to_the_slowest_step() -> None:
    drawing = stage_latency(
        {"embed": {"p50": 5.0, "p95": 10.0}, "total": {"p50": 10.0, "p95": 20.0}}
    )
    embed, total = drawing.findall("rect")
    assert number(total, "width") == pytest.approx(2 * number(embed, "width"), abs=0.1)
    assert "5.0 / 10.0" in words(drawing)


def test_nothing_measured_is_drawn_as_nothing() -> None:
    assert reliability_diagram([], 0.5).findall("circle") == []
    assert stage_latency({}).findall("rect") == []


def test_an_accepted_mean_is_marked_in_its_bar_and_no_whisker_leaves_the_plot() -> None:
    drawing = bars("all", [Bar("half", 0.5, (-0.1, 1.1), before=0.5)])
    (bar,) = drawing.findall("rect")
    whisker, before = drawing.findall("line")
    end = number(bar, "x") + number(bar, "width")
    assert number(before, "x1") == number(before, "x2") == pytest.approx(end)
    assert number(whisker, "x1") == number(bar, "x")
    assert number(whisker, "x2") < WIDTH - RIGHT


def test_no_difference_lies_on_the_line_and_a_significant_one_has_another_colour() -> None:
    changes = [
        Change("same", 0.0, (-0.2, 0.2), is_significant=False),
        Change("worse", -0.3, (-0.4, -0.2), is_significant=True),
    ]
    drawing = difference_plot("all", changes)
    middle, *_ = drawing.findall("line")
    same, worse = drawing.findall("circle")
    assert number(same, "cx") == number(middle, "x1") == number(middle, "x2")
    assert number(worse, "cx") < number(same, "cx")
    assert same.attrib["class"] != worse.attrib["class"]


@pytest.mark.parametrize("name", ["연" * 60, "m" * 200, "short"])
def test_a_long_name_beside_a_bar_is_cut_and_told_whole_to_the_pointer(name: str) -> None:
    room = room_for([name])
    shown = name_label(name, room, 0)
    assert room < WIDTH / 2
    assert (shown.text == name) is (name == "short")
    if shown.text != name:
        assert (shown.text or "").endswith("…")
        assert [title.text for title in shown.findall("title")] == [name]


def test_the_legend_stands_below_the_plot_inside_the_drawing() -> None:
    legs = {f"leg {n}": {"recall@1": 0.1 * n, "recall@5": 0.1 * n} for n in range(6)}
    drawing = recall_by_k(legs)
    height = float(drawing.attrib["viewBox"].split()[3])
    named = [text for text in drawing.findall("text") if (text.text or "").startswith("leg")]
    assert len(named) == 6
    assert all(HEIGHT < number(text, "y") < height for text in named)
