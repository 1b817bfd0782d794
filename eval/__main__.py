"""``python -m eval COMMAND`` measures; each command is one module."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from index.errors import MureumError
from index.native import configure_native_libraries

COMMANDS = {
    "retrieval": ("eval.retrieval", "rank the documents of question sets; nDCG, recall, MRR"),
    "answers": ("eval.answers.command", "exact match and F1 of the answers of question sets"),
    "abstention": ("eval.abstention.command", "how well questions without an answer are refused"),
    "compare": ("eval.compare", "which differences between two reports are no chance"),
    "oracle": ("eval.oracle", "compare BM25 ranks with an independent implementation"),
    "confidence": ("eval.confidence", "fit and judge when an answer is refused"),
    "unsure": ("eval.unsure", "what tells that a first search missed, before HyDE helps"),
    "support": ("eval.support", "how far support tells what a source says, on labelled pairs"),
    "rewrite": ("eval.rewrite", "what rewriting follow-up questions wins back"),
    "gate": ("eval.gate.command", "fail when answers got worse on frozen questions"),
    "injection": ("eval.injection.command", "what instructions in documents do to answers"),
    "citations": ("eval.citations.command", "whether citations stand in the documents"),
    "loaders": ("eval.loaders.command", "how faithfully real files of all formats are read"),
    "speed": ("eval.speed", "time of each step of an answer, beside the bare encoder"),
    "tune": ("eval.tune.command", "fit settings to a team's own questions, or leave them"),
    "train": ("eval.train.command", "make the weights of the reader"),
    "bench": ("eval.bench.commands", "speed, memory and safety, beside bare tools in the same run"),
}
"""Name → dotted path of a module with ``add_arguments`` and ``run``, and one line of help."""


class Command(Protocol):
    """What the module of a command offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""

    def run(self, options: argparse.Namespace) -> int:
        """Do the work; return the exit code."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code: the command's, 1 when an error ended it; wrong usage is 2."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    configure_native_libraries()
    parser, parsers = _parsers()
    command = load_command(given[0]) if given and given[0] in COMMANDS else None
    if command is not None:
        command.add_arguments(parsers[given[0]])
    options = parser.parse_args(given)
    if command is None:
        parser.error(f"a command is needed: {', '.join(COMMANDS)}")
    try:
        return command.run(options)
    except MureumError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130


def load_command(name: str) -> Command:
    """Return the module of a command; only the chosen one is imported."""
    return cast("Command", import_module(COMMANDS[name][0]))


def _parsers() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """Return the whole parser, and the one of each command still without arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m eval", description="Measure the service on questions with known answers."
    )
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")
    return parser, {
        name: commands.add_parser(name, help=line, description=line)
        for name, (_, line) in COMMANDS.items()
    }


if __name__ == "__main__":
    sys.exit(main())
