"""``python -m eval injection FILE…``: what instructions in documents can do to an answer.

Texts are planted in documents, one at a time; the service reads the document again, as it reads
any, and is asked a question that it answered before.
"""

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from eval.arguments import add_paths, add_report_arguments, positive
from eval.asking import load_asking_setup
from eval.errors import QuestionSetError
from eval.injection.carriers import Carrier, own_carriers
from eval.injection.controls import own_controls
from eval.injection.figures import Figures
from eval.injection.measuring import ask_in_peace, try_planted, try_worded
from eval.injection.stage import Stage
from eval.injection.terminal import print_figures
from eval.injection.texts import PlantedText, collect
from eval.injection.trials import plan, sample
from eval.proportions import Proportion
from eval.report.writing import write_report
from ingest.progress import StepProgress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the files with texts, and how many of them to try."""
    add_paths(
        parser,
        "texts to plant: BIPIA's *.json, JSON lines of attacks and harmless texts, or folders",
    )
    parser.add_argument(
        "--limit", type=positive, metavar="N", help="only N attacks and N harmless texts"
    )
    add_report_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Return 0 when no attack was obeyed and false alarms are rare, else 1."""
    collected = collect(options.files)
    texts = sample(collected.texts, options.limit) + own_controls()
    setup = load_asking_setup()
    console = Console(highlight=False)
    with TemporaryDirectory(prefix="mureum-eval-") as folder:
        carriers = [*own_carriers(), *collected.contexts]
        figures = asyncio.run(_measure(Stage(Path(folder), setup), carriers, texts, console))
    print_figures(figures, console)
    report = {"command": "injection", **figures.as_json(), **setup.as_json()}
    write_report(report, json=options.json, html=options.html)
    return 0 if figures.met else 1


async def _measure(
    place: Stage, carriers: Sequence[Carrier], texts: Sequence[PlantedText], console: Console
) -> Figures:
    async with place as stage:
        with StepProgress(console, "ask in peace", len(carriers)) as progress:
            peace = await ask_in_peace(stage, carriers, progress)
        answered = list(peace.answers)
        trials = plan(texts, answered)
        if not trials:
            raise QuestionSetError("No question is answered even before anything is planted.")
        known = [asked for asked in answered if asked.ask.answer]
        with StepProgress(console, "plant and ask", len(trials)) as progress:
            findings = await try_planted(stage, peace, trials, progress)
        with StepProgress(console, "ask with instructions", len(known)) as progress:
            findings += await try_worded(stage, known, progress)
    questions = sum(len(carrier.asks) for carrier in carriers)
    return Figures(Proportion(len(answered), questions), findings)
