"""``python -m eval loaders DIR``: how faithfully the loaders read a folder of real files.

Every file goes the way of the ingestion, up to the index. Where another program says what stands
in a file, the text is compared with that.
"""

import argparse
from collections.abc import Iterable
from dataclasses import replace

from rich.console import Console

from eval.arguments import add_folders, add_report_arguments
from eval.errors import QuestionSetError
from eval.loaders.fidelity import LOST, Fidelity, fidelity_of
from eval.loaders.oracles import Oracle, oracle_of
from eval.loaders.reading import INGESTED, FileOutcome, WatchedReader
from eval.loaders.results import LoadersResult, ReadFile
from eval.loaders.table import print_loaders
from eval.report.writing import write_report
from index.settings import load_settings
from ingest.commands import reading_options
from ingest.discovery import FoundFile, find_files
from ingest.errors import UnsupportedFormatError
from ingest.progress import StepProgress
from ingest.reading import ReadingOptions
from ingest.settings import IngestSettings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the folder, and where the report goes."""
    add_folders(
        parser, "folder with real files, some with what is known of their text", several=False
    )
    add_report_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Return 0 when nothing broke and every figure is what is asked, else 1."""
    (folder,) = options.folders
    settings = load_settings(IngestSettings)
    console = Console(highlight=False)
    files = list(find_files([folder], folder.absolute()))
    if not files:
        raise QuestionSetError(f"There is no file in {folder}.")
    with (
        WatchedReader(_one_by_one(settings)) as reader,
        StepProgress(console, "read", len(files)) as progress,
    ):
        result = LoadersResult(list(_read_all(files, reader, progress)))
    print_loaders(result, console)
    report = {
        "command": "loaders",
        **result.as_json(),
        "settings": settings.model_dump(mode="json"),
    }
    write_report(report, json=options.json, html=options.html)
    return 0 if result.met else 1


def _read_all(
    files: Iterable[FoundFile], reader: WatchedReader, progress: StepProgress
) -> Iterable[ReadFile]:
    for file in files:
        yield compared(file, reader.read(file), oracle_of(file.path))
        progress()


def compared(file: FoundFile, outcome: FileOutcome, oracle: Oracle | None) -> ReadFile:
    """Return what is said of a file; what no loader reads is not compared.

    The text itself is forgotten.
    """
    format_name = file.path.suffix.lower().removeprefix(".") or "(no suffix)"
    kept = FileOutcome(outcome.ended, outcome.seconds, message=outcome.message)
    if oracle is None or outcome.ended == UnsupportedFormatError.reason:
        return ReadFile(file.source, format_name, kept)
    return ReadFile(file.source, format_name, kept, oracle.name, _fidelity(outcome, oracle))


def _fidelity(outcome: FileOutcome, oracle: Oracle) -> Fidelity:
    return fidelity_of(outcome.text, oracle) if outcome.ended == INGESTED else LOST


def _one_by_one(settings: IngestSettings) -> ReadingOptions:
    """Return how the ingestion reads with these settings, one file after the other."""
    usual = reading_options(settings)
    alone = usual.isolation and replace(usual.isolation, parsers=1)
    return replace(usual, isolation=alone)
