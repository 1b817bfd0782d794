"""The page around the sections: readable in light and dark, on paper and on a phone."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from eval.report.markup import tag, written

STYLE = """
:root { color-scheme: light dark; --ink: #1c2024; --quiet: #5b6570; --line: #d5dae0;
  --paper: #ffffff; --panel: #f6f8fa; --one: #2563a8; --two: #b45309; --three: #0f766e;
  --four: #7c3aed; --five: #be185d; --six: #4d7c0f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --quiet: #9aa5b1; --line: #39424c;
  --paper: #14181c; --panel: #1c2227; --one: #6cb0f5; --two: #f2a65a; --three: #4fd1bd;
  --four: #b79cff; --five: #f48fb8; --six: #a3d65c; } }
body { margin: 0 auto; padding: clamp(.75rem, 4vw, 1.5rem); max-width: 64rem; color: var(--ink);
  background: var(--paper); font: 16px/1.5 system-ui, "Apple SD Gothic Neo", "Malgun Gothic",
  "Noto Sans KR", sans-serif; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { color: var(--quiet); max-width: 44rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .5rem 0 1rem; }
th, td { padding: .3rem .75rem; border-bottom: 1px solid var(--line); text-align: right;
  vertical-align: top; white-space: nowrap; }
@media (max-width: 40rem) { th, td { padding: .3rem .45rem; } }
th { color: var(--quiet); font-weight: 600; white-space: normal; }
th:first-child, td:first-child { text-align: left; }
td:first-child { white-space: normal; }
.words th, .words td { text-align: left; } .words td { white-space: normal; }
.paths td:first-child { overflow-wrap: anywhere; min-width: 12rem; }
.facts td { text-align: left; white-space: normal; overflow-wrap: anywhere; }
.facts td:first-child { white-space: nowrap; }
.better { color: var(--three); font-weight: 600; } .worse { color: var(--two); font-weight: 600; }
.between { color: var(--quiet); font-size: .8rem; white-space: nowrap; }
.plots { display: grid; gap: 1rem; align-items: start;
  grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); }
figure { margin: 0; padding: clamp(.5rem, 2vw, 1rem); background: var(--panel);
  border-radius: .5rem; }
figcaption { font-weight: 600; margin-bottom: .5rem; }
svg { width: 100%; height: auto; }
svg text { fill: var(--ink); } svg .quiet { fill: var(--quiet); }
svg .grid { stroke: var(--line); } svg .whisker { stroke: var(--ink); stroke-width: 1.5; }
svg .diagonal { stroke: var(--quiet); stroke-dasharray: 4 4; }
svg .before { stroke: var(--ink); stroke-width: 2.5; }
.one { --series: var(--one); } .two { --series: var(--two); } .three { --series: var(--three); }
.four { --series: var(--four); } .five { --series: var(--five); } .six { --series: var(--six); }
svg circle, svg rect { fill: var(--series); }
svg polyline { fill: none; stroke: var(--series); stroke-width: 2; }
svg .span { stroke: var(--series); stroke-width: 1.5; }
"""

SERIES = ("one", "two", "three", "four", "five", "six")
"""Classes of colours, in the order of the series. They only choose: each shape paints itself."""


def page(title: str, sections: Sequence[Element]) -> str:
    """Return the whole document."""
    head = tag(
        "head",
        None,
        tag("meta", {"charset": "utf-8"}),
        tag("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        tag("title", None, title),
        tag("style", None, STYLE),
    )
    body = tag("body", None, tag("h1", None, title), *sections)
    return f"<!DOCTYPE html>\n{written(tag('html', {'lang': 'en'}, head, body))}\n"


def section(title: str, *parts: Element) -> Element:
    """Return a part of the page under a heading."""
    return tag("section", None, tag("h2", None, title), *parts)


def plots(*figures: Element) -> Element:
    """Return figures side by side where there is room."""
    return tag("div", {"class": "plots"}, *figures)


def figure(caption: str, drawing: Element) -> Element:
    """Return a drawing under its caption."""
    return tag("figure", None, tag("figcaption", None, caption), drawing)
