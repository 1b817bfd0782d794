"""``python -m eval gate``: fails when the service got worse on the frozen questions."""

import argparse
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from rich.console import Console

from eval.arguments import add_report_arguments, existing_folder
from eval.asking import AskingSetup, load_asking_setup
from eval.gate.asking import Place
from eval.gate.baseline import BASELINE, State, read_baseline, write_baseline
from eval.gate.terminal import print_differences, print_verdict
from eval.gate.verdict import Verdict, judge
from eval.golden.cases import Golden
from eval.golden.reading import read_golden
from eval.report.writing import write_report
from index.settings import load_settings
from ingest.chunking import ChunkSizes
from ingest.progress import StepProgress
from ingest.reading import ReadingOptions
from ingest.settings import IngestSettings

DATA = Path(__file__).parents[1] / "data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the data, where the report goes, and whether the state is accepted."""
    parser.add_argument(
        "--data",
        type=existing_folder,
        default=DATA,
        metavar="DIR",
        help="folder with documents/, the questions and the baseline (the frozen ones)",
    )
    add_report_arguments(parser)
    parser.add_argument(
        "--update-baseline",
        action="store_true",
        help="accept the present state: later runs are compared with it",
    )


def run(options: argparse.Namespace) -> int:
    """Return 1 when a figure is significantly worse than the baseline or below its floor, else 0.

    An accepted state is not compared, but no floor is excused. Raises QuestionSetError when data
    or baseline cannot be read.
    """
    console = Console(highlight=False)
    reading = _reading()
    golden = read_golden(options.data, reading)
    baseline = None
    if not options.update_baseline:
        baseline = read_baseline(options.data, golden.digest)
    state = measure_state(golden, reading, console)
    if baseline:
        print_differences(state.differences(baseline), console)
    verdict = judge(state.outcomes, baseline.outcomes if baseline else None)
    print_verdict(verdict, console)
    if options.update_baseline:
        write_baseline(options.data, state)
        console.print(f"{BASELINE} holds this state now.")
    write_report(report_of(state, verdict), json=options.json, html=options.html)
    return 0 if verdict.passed else 1


def measure_state(golden: Golden, reading: ReadingOptions, console: Console) -> State:
    """Return what becomes of every question in an index that is made for it and removed."""
    setup = load_asking_setup()
    with TemporaryDirectory(prefix="mureum-gate-") as folder:
        place = Place(setup, Path(folder) / "data")
        with StepProgress(console, "gate: ingest", len(golden.texts)) as progress:
            model = place.ingest(golden, reading, progress)
        with StepProgress(console, "gate: ask", len(golden.cases)) as progress:
            outcomes = place.ask(golden, progress)
    return State(golden.digest, model, _settings(setup), outcomes)


def _settings(setup: AskingSetup) -> dict[str, object]:
    """Return settings and models, without what the gate decides itself."""
    found = setup.as_json()
    settings = cast("dict[str, object]", found["settings"])
    kept = {name: value for name, value in settings.items() if name not in {"hyde", "fallback"}}
    return {**kept, "models": found["models"]}


def _reading() -> ReadingOptions:
    settings = load_settings(IngestSettings)
    sizes = ChunkSizes(settings.parent_tokens, settings.child_tokens)
    return ReadingOptions(sizes, settings.max_file_bytes, settings.loaders)


def report_of(state: State, verdict: Verdict) -> dict[str, object]:
    """Return what the report says of a state and its verdict."""
    return {
        "command": "gate",
        "passed": verdict.passed,
        "figures": {each.name: each.as_json() for each in verdict.figures},
        "changes": [asdict(change) for change in verdict.changes],
        "model": state.model,
        "models": state.settings["models"],
        "settings": {name: each for name, each in state.settings.items() if name != "models"},
        "outcomes": {each.id: each.as_json() for each in state.outcomes},
    }
