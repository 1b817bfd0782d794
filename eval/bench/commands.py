"""``python -m eval bench NAME``: a table of benches, the figures they print, the exit code."""

import argparse
import json
from importlib import import_module
from pathlib import Path

from rich.console import Console

from eval.bench.figures import as_json, print_figures

BENCHES = {
    "search": ("eval.bench.search", "time and memory of a search in a large index"),
    "parse": ("eval.bench.parse", "what it costs to read each file in a process of its own"),
    "files": ("eval.bench.files", "many small files: memory, overhead, and a run without changes"),
    "encoder": ("eval.bench.encoder", "the bundled embedder beside sentence-transformers"),
    "ingest": ("eval.bench.ingest", "files a second, beside the bare encoder"),
    "subset": ("eval.bench.subset", "what those find who may read a small part of a large index"),
    "edit": ("eval.bench.edit", "seconds until an edited paragraph of a large index is found"),
    "backup": ("eval.bench.backup", "backup and restore of a large index that is searched"),
    "reembed": ("eval.bench.reembed", "another embedding model for an index that is searched"),
    "load": ("eval.bench.load", "many searches at once, and searches while an ingest runs"),
    "model": ("eval.bench.model", "the configured language model: answers at once, prefix cache"),
    "stream": ("eval.bench.stream", "many answers of a slow language model, streamed at once"),
    "team": ("eval.bench.team", "askers, uploads, and a language model that dies and returns"),
    "crash": ("eval.bench.crash", "kill -9 at random moments, then prove that nothing is lost"),
    "uploads": ("eval.bench.uploads", "kill -9 while files are handed over, then prove the same"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare one command for each bench."""
    commands = parser.add_subparsers(dest="bench", required=True, title="benches", metavar="BENCH")
    for name, (module, summary) in BENCHES.items():
        command = commands.add_parser(name, help=summary, description=import_module(module).__doc__)
        import_module(module).add_arguments(command)
        command.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")


def run(options: argparse.Namespace) -> int:
    """Return 0, or 1 when a figure misses its target."""
    module, _ = BENCHES[options.bench]
    figures = import_module(module).run(options)
    print_figures(figures, Console(highlight=False))
    if options.json:
        text = json.dumps({"bench": options.bench, "figures": as_json(figures)}, indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 1 if any(figure.met is False for figure in figures) else 0
