"""Reports of all commands become one file each."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from eval.files import write_json, write_text
from eval.report.abstention_page import abstention_sections
from eval.report.answers_page import answers_sections
from eval.report.citations_page import citations_sections
from eval.report.compare_page import compare_sections
from eval.report.foundations import foundations
from eval.report.gate_page import gate_sections
from eval.report.injection_page import injection_sections
from eval.report.loaders_page import loaders_sections
from eval.report.page import page
from eval.report.retrieval_page import retrieval_sections
from eval.report.rewrite_page import rewrite_sections
from eval.report.speed_page import speed_sections

PAGES: dict[str, tuple[str, Callable[[Mapping[str, Any]], list[Element]]]] = {
    "retrieval": ("Retrieval", retrieval_sections),
    "answers": ("Answers", answers_sections),
    "abstention": ("Abstention", abstention_sections),
    "loaders": ("Loaders", loaders_sections),
    "citations": ("Citations", citations_sections),
    "injection": ("Planted instructions", injection_sections),
    "speed": ("Speed", speed_sections),
    "rewrite": ("Follow-ups", rewrite_sections),
    "compare": ("Comparison of two runs", compare_sections),
    "gate": ("Gate", gate_sections),
}
"""Command → title of its page, and what makes its sections from its report."""


def html_of(report: Mapping[str, Any]) -> str:
    """Return a report, as ``--json`` writes it, as a page."""
    title, sections = PAGES[str(report["command"])]
    return page(title, [*sections(report), *foundations(report)])


def write_report(report: Mapping[str, Any], *, json: Path | None, html: Path | None) -> None:
    """Write a report in the forms that are wanted; raise StorageFullError when that fails."""
    if json is not None:
        write_json(json, report)
    if html is not None:
        write_text(html, html_of(report))
