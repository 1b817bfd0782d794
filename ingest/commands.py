"""What ``python -m ingest`` does: ingest, status, doctor."""

import argparse
import json
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from index.base import SearchIndex
from index.errors import MureumError, StorageFullError
from index.groups import PUBLIC, Groups, groups_of
from index.opening import open_index
from index.settings import IndexSettings, load_settings
from index.uploads.examination import examine_uploads
from index.uploads.models import SOURCE_PREFIX
from index.uploads.opening import open_uploads
from ingest.chunking import ChunkSizes
from ingest.grouping import check_groups_are_given
from ingest.isolation.limits import Isolation, ParseLimits
from ingest.known import known_in, known_to
from ingest.loaders.image import IMAGE_LOADERS
from ingest.ocr.tesseract import find_tesseract
from ingest.progress import StepProgress
from ingest.reading import ReadingOptions
from ingest.report import Outcome
from ingest.run import RunOptions, count_files
from ingest.run import ingest as run_ingest
from ingest.settings import IngestSettings
from ingest.terminal import (
    print_findings,
    print_groups,
    print_renewed,
    print_report,
    print_similar,
    print_status,
    shown,
)
from ingest.turn import PATIENCE_SECONDS, writer_in_turn
from ingest.watching.notices import news_of
from ingest.watching.stopping import Stopping
from ingest.watching.timing import Timing
from ingest.watching.watcher import Watcher
from ingest.worker.renewal import renew, retry_failed


def ingest(arguments: argparse.Namespace) -> int:
    """Return 0, or 1 when a file failed."""
    settings = load_settings(IndexSettings)
    options = _run_options(arguments, settings, load_settings(IngestSettings))
    options = replace(options, patience_seconds=PATIENCE_SECONDS)
    console = _console()
    if options.retry_failed and not options.paths:
        options = _all_that_failed(options, settings, console)
    _check_groups(options, settings)
    title = "dry run" if options.dry_run else "ingest"
    with (
        open_index(settings) as index,
        StepProgress(console, title, count_files(options)) as progress,
    ):
        report = run_ingest(index, options, shown(progress, console))
    print_report(report, console)
    if arguments.json:
        _write_json(arguments.json, report.as_json())
    return 1 if report.count(Outcome.FAILED) else 0


def watch(arguments: argparse.Namespace) -> int:
    """Return 0 when SIGTERM ended the watch; raise KeyboardInterrupt when Ctrl-C did."""
    settings, reading = load_settings(IndexSettings), load_settings(IngestSettings)
    options = _run_options(arguments, settings, reading)
    roots = tuple(Path(os.path.normpath(path.absolute())) for path in options.paths)
    timing = Timing(settle=reading.watch_settle_seconds, sweep=reading.watch_sweep_seconds)
    tell = _teller(_console())
    _check_groups(options, settings)
    with open_index(settings) as index, Stopping() as stopping:
        watcher = Watcher(index, replace(options, paths=roots), timing, tell)
        tell(f"watching {', '.join(map(str, roots))}; Ctrl-C ends it")
        try:
            for news in news_of(roots, stopping.requested, timing, tell):
                with stopping.interruptible():
                    watcher.take(news)
        except KeyboardInterrupt:
            _let_followers_catch_up(index)
    if stopping.by_keyboard:
        raise KeyboardInterrupt
    tell("Stopped. What was stored stays stored.")
    return 0


def status() -> int:
    """Return 0 after showing what the index holds."""
    with open_index(load_settings(IndexSettings)) as index:
        console = _console()
        print_status(index.status(), index.failures(), console)
        print_groups(index.fingerprints().values(), console)
        print_similar(index.similar_groups(), console)
    return 0


def doctor(*, repair: bool) -> int:
    """Return 0 when nothing is wrong, else 1."""
    settings, console = load_settings(IndexSettings), _console()
    with open_index(settings) as index, open_uploads(settings) as queue:
        if repair:
            writer_in_turn(index, PATIENCE_SECONDS, rebuild=True).close()
            options = reading_options(load_settings(IngestSettings))
            print_renewed(renew(queue, partial(known_to, index), options), console)
            queue.clean()
        findings = [*index.examine(), *examine_uploads(queue, index)]
    print_findings(findings, console)
    return 1 if any(finding.problem for finding in findings) else 0


def _run_options(
    arguments: argparse.Namespace, settings: IndexSettings, reading: IngestSettings
) -> RunOptions:
    return RunOptions(
        paths=arguments.paths,
        base=settings.data_dir.absolute().parent,
        tags=frozenset(arguments.tag),
        groups=_groups(arguments),
        prune=arguments.prune,
        dry_run=arguments.dry_run,
        rebuild=arguments.rebuild,
        retry_failed=arguments.retry_failed,
        reading=reading_options(reading),
    )


def _groups(arguments: argparse.Namespace) -> Groups | None:
    """Return what the documents shall carry; None where nothing was said."""
    if arguments.public:
        return PUBLIC
    return groups_of(arguments.group) if arguments.group else None


def reading_options(settings: IngestSettings) -> ReadingOptions:
    """Return how files are read with these settings."""
    limits = ParseLimits(
        settings.parse_seconds, settings.parse_memory_bytes, settings.max_text_bytes
    )
    return ReadingOptions(
        sizes=ChunkSizes(settings.parent_tokens, settings.child_tokens),
        max_file_bytes=settings.max_file_bytes,
        loaders={**(IMAGE_LOADERS if settings.ocr else {}), **settings.loaders},
        isolation=Isolation(settings.parsers, limits) if settings.isolation else None,
        ocr=find_tesseract(settings.ocr_languages, limits) if settings.ocr else None,
    )


def _all_that_failed(options: RunOptions, settings: IndexSettings, console: Console) -> RunOptions:
    """Return options for all files that failed; those handed over are left to the worker."""
    failures = known_in(settings).failures
    with open_uploads(settings) as queue:
        print_renewed(retry_failed(queue, failures.values()), console)
    paths = [options.base / source for source in failures if not source.startswith(SOURCE_PREFIX)]
    return replace(options, paths=[path for path in paths if path.is_file()])


def _check_groups(options: RunOptions, settings: IndexSettings) -> None:
    """Refuse a run without groups before anything is loaded, converted or locked for it."""
    if options.groups is None and options.paths:
        check_groups_are_given(known_in(settings), options.roots)


def _teller(console: Console) -> Callable[[str], None]:
    """Return what prints a line with the time before it."""

    def tell(message: str) -> None:
        now = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S")
        console.print(f"{now} {escape(message)}", soft_wrap=True)

    return tell


def _let_followers_catch_up(index: SearchIndex) -> None:
    """Publish what is stored, should the interruption have come while that was done."""
    with suppress(MureumError):
        index.writer().close()


def _write_json(path: Path, report: dict[str, object]) -> None:
    try:
        path.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        raise StorageFullError(f"The report cannot be written to {path}: {error}") from error


def _console() -> Console:
    logging.basicConfig(level="WARNING", format="%(levelname)s %(message)s")
    return Console(highlight=False)
