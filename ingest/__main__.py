"""``python -m ingest PATH…`` ingests, once or always; ``status`` and ``doctor`` show the index."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from index.errors import InvalidGroupError, MureumError
from index.groups import group_of
from index.native import configure_native_libraries

COMMANDS = ("status", "doctor")
_NICENESS = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code: 0, or 1 when a file failed or an error ended it; wrong usage is 2."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    configure_native_libraries()
    _let_services_go_first()
    if given[:1] == ["work"]:
        from ingest.worker import command

        return command.run(given[1:])
    from ingest import backing_up, commands

    try:
        if given and given[0] in backing_up.COMMANDS:
            return backing_up.run(given[0], given[1:])
        if given and given[0] in COMMANDS:
            options = _command_parser(given[0]).parse_args(given[1:])
            return (
                commands.doctor(repair=options.repair)
                if given[0] == "doctor"
                else (commands.status())
            )
        options = _ingest_options(given)
        return commands.watch(options) if options.watch else commands.ingest(options)
    except MureumError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. What was stored stays stored.", file=sys.stderr)
        return 130


def _let_services_go_first() -> None:
    """Lower this process's priority where there is one: nobody waits for an ingest at a screen."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)


def _ingest_options(given: Sequence[str]) -> argparse.Namespace:
    """Return the options; without a path there is what is stored, or what failed, to do again."""
    parser = _ingest_parser()
    options = parser.parse_args(given)
    if not options.paths and (options.watch or not (options.rebuild or options.retry_failed)):
        parser.error("a PATH is needed: a file or folder with documents")
    if options.watch:
        _check_watch(parser, options)
    return options


def _check_watch(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """End with a usage error where a watch makes no sense; it prunes by itself."""
    for name in ("dry_run", "rebuild", "json"):
        if getattr(options, name):
            parser.error(f"--watch never ends: run --{name.replace('_', '-')} without it")
    for path in options.paths:
        if not path.is_dir():
            parser.error(f"--watch needs folders, and {path} is a file: give the folder it is in")


def _ingest_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ingest",
        description="Read documents into the index. Unchanged files are skipped.",
        epilog="Other commands, each after python -m ingest: status, doctor [--repair],"
        " backup FILE, restore FILE [--replace]",
    )
    parser.add_argument("paths", nargs="*", type=_existing, metavar="PATH", help="file or folder")
    parser.add_argument(
        "--prune", action="store_true", help="remove documents whose file below PATH is gone"
    )
    parser.add_argument(
        "--watch",
        action="store_true",
        help="go on after that: read what is new or changed, remove what is gone, until stopped",
    )
    parser.add_argument("--dry-run", action="store_true", help="only tell what would be done")
    parser.add_argument(
        "--rebuild",
        action="store_true",
        help="make the index anew, for another embedder too, and read every file below PATH again",
    )
    parser.add_argument(
        "--retry-failed",
        action="store_true",
        help="read files again that failed before, though they have not changed; without a PATH"
        " all of them, those handed over to the service too",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report here as well")
    parser.add_argument(
        "--tag", action="append", default=[], metavar="TAG", help="mark the documents (repeatable)"
    )
    readers = parser.add_mutually_exclusive_group()
    readers.add_argument(
        "--group",
        action="append",
        type=_group,
        metavar="GROUP",
        help="let this group alone read the documents below PATH (repeatable)",
    )
    readers.add_argument(
        "--public", action="store_true", help="let everybody read them, whatever was given before"
    )
    return parser


def _command_parser(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m ingest {command}")
    if command == "doctor":
        parser.description = "Prove that nothing is missing, orphaned, doubled or damaged."
        parser.add_argument(
            "--repair",
            action="store_true",
            help="make the index files anew from the store first, and have uploads read again",
        )
    else:
        parser.description = "Show what the index holds and which files failed."
    return parser


def _group(text: str) -> str:
    try:
        return group_of(text)
    except InvalidGroupError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _existing(text: str) -> Path:
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"there is no file or folder {text}")
    return path


if __name__ == "__main__":
    sys.exit(main())
