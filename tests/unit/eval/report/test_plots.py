"""Each plot draws what it is given, at the right place."""

from xml.etree.ElementTree import Element

import pytest

from eval.report.axes import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Axes
from eval.report.bars import Bar, bars
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
