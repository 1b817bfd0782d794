"""``python -m ingest backup FILE`` and ``restore FILE``: what they are given and what they say."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from index.opening import back_up, restore_index
from index.settings import IndexSettings, load_settings

COMMANDS = ("backup", "restore")


def run(command: str, given: Sequence[str]) -> int:
    """Return 0 once the backup is safe on the disk, or the index is the restored one."""
    options = parser_of(command).parse_args(given)
    settings = load_settings(IndexSettings)
    if command == "backup":
        _back_up(settings, options.file)
    else:
        _restore(settings, options.file, replace=options.replace)
    return 0


def _back_up(settings: IndexSettings, file: Path) -> None:
    report = back_up(settings, file)
    print(  # noqa: T201 - the result of a command line
        f"{file}: {report.documents} documents at revision {report.revision},"
        f" {report.uploads} uploaded files, {report.size_bytes / 1e6:.1f} MB."
    )


def _restore(settings: IndexSettings, file: Path, *, replace: bool) -> None:
    status = restore_index(settings, file, replace=replace)
    print(  # noqa: T201 - the result of a command line
        f"Restored {status.documents} documents; the index is at revision {status.revision}."
    )


def parser_of(command: str) -> argparse.ArgumentParser:
    """Return what reads the arguments of one of the commands."""
    parser = argparse.ArgumentParser(prog=f"python -m ingest {command}")
    if command == "backup":
        parser.description = "Write index and uploads to one file while all goes on."
        parser.add_argument("file", type=placeable, metavar="FILE", help="where to write it")
    else:
        parser.description = "Check a backup, and let the index be what it holds."
        parser.add_argument("file", type=existing_file, metavar="FILE", help="a backup")
        parser.add_argument(
            "--replace", action="store_true", help="put it in the place of the index that is there"
        )
    return parser


def placeable(text: str) -> Path:
    """Return the path of a file that can be written; anything else is wrong usage."""
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text} must be a file in a folder that exists")
    return path


def existing_file(text: str) -> Path:
    """Return the path of a file that is there; anything else is wrong usage."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return path
