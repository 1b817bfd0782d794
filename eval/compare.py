"""``python -m eval compare A.json B.json``: which differences between two runs are no chance."""

import argparse

from rich.console import Console

from eval.arguments import add_file, add_report_arguments
from eval.compare_table import print_differences
from eval.differences import Difference, Run, differences, read_run, refuse_other_sets
from eval.report.writing import write_report
from ingest.progress import StepProgress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the two reports."""
    holds = "report that retrieval, answers or abstention wrote with --json"
    add_file(parser, "first", "A.json", holds)
    add_file(parser, "second", "B.json", "a later one")
    add_report_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Return 0 after comparing; raise ReportError when there is nothing to compare."""
    first, second = read_run(options.first), read_run(options.second)
    refuse_other_sets(first, second)
    console = Console(highlight=False)
    with StepProgress(console, "compare", len(first.sets)) as progress:
        found = differences(first, second, progress)
    print_differences(found, first, second, console)
    write_report(report_of(found, first, second), json=options.json, html=options.html)
    return 0


def report_of(found: list[Difference], first: Run, second: Run) -> dict[str, object]:
    """Return what the report says of two runs."""
    pairs = {
        name: (first.settings.get(name), second.settings.get(name))
        for name in sorted({*first.settings, *second.settings})
    }
    return {
        "command": "compare",
        "measured": first.command,
        "first": first.path.name,
        "second": second.path.name,
        "sets": {
            name: {
                "first": len(first.sets[name]),
                "second": len(second.sets[name]),
                "shared": len(first.sets[name].keys() & second.sets[name].keys()),
                "differences": [one.as_json() for one in found if one.name == name],
            }
            for name in first.sets
        },
        "settings_that_differ": {
            name: list(pair) for name, pair in pairs.items() if pair[0] != pair[1]
        },
    }
