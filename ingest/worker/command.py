"""``python -m ingest work``: the worker as a process of its own."""

import argparse
import logging
from collections.abc import Sequence
from functools import partial

from index.errors import MureumError, SearchIndexError
from index.logs import configure_logging
from index.settings import IndexSettings, load_settings
from index.uploads.base import UploadQueue
from index.uploads.opening import open_uploads
from ingest.settings import IngestSettings
from ingest.worker.stopping import Stopping
from ingest.worker.waiting import wait_for_work

logger = logging.getLogger(__name__)


def run(arguments: Sequence[str]) -> int:
    """Return the exit code: 0, or 1 for an error that trying again here does not mend."""
    options = _parser().parse_args(arguments)
    try:
        form = options.log_format or load_settings(IngestSettings).log_format
        configure_logging("info", form)
        return work(with_parent=options.with_parent)
    except MureumError as error:
        logger.error("the worker cannot work: %s", error)
        return 1


def work(*, with_parent: bool) -> int:
    """Return 0 once a signal, or the end of the parent, has ended the work.

    Index and models are loaded when there is a first job: until then the process is small.
    """
    stopping = Stopping()
    stopping.obey_signals()
    if with_parent:
        stopping.end_with_parent()
    settings = load_settings(IndexSettings)
    with open_uploads(settings) as queue:
        _renew(queue, settings)
        if not wait_for_work(queue, stopping):
            return 0
        from index.opening import open_index
        from ingest.commands import reading_options
        from ingest.worker.worker import Worker

        options = reading_options(load_settings(IngestSettings))
        with open_index(settings) as index:
            Worker(queue, index, options, stopping).run()
    return 0


def _renew(queue: UploadQueue, settings: IndexSettings) -> None:
    """Make jobs for uploads that an upgrade or a lost index asks to read again, if there are any.

    What keeps the index from being looked into is told when there is work, and no reason to end.
    """
    if not queue.settled():
        return
    from ingest.commands import reading_options
    from ingest.known import known_in
    from ingest.worker.renewal import renew

    options = reading_options(load_settings(IngestSettings))
    try:
        renew(queue, partial(known_in, settings), options)
    except SearchIndexError as error:
        logger.warning("uploads were not compared with the index: %s", error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ingest work",
        description="Read what is handed over to the service, until a signal ends it.",
    )
    parser.add_argument(
        "--log-format",
        choices=("text", "json"),
        help="how to write log lines (MUREUM_INGEST_LOG_FORMAT)",
    )
    parser.add_argument(
        "--with-parent",
        action="store_true",
        help="end with the process at the other end of standard input, too",
    )
    return parser
