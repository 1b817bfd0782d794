"""Arguments that several commands share."""

import argparse
from pathlib import Path


def add_set_arguments(parser: argparse.ArgumentParser, *, several: bool) -> None:
    """Declare the folders of question sets, which queries, and where the indexes are kept."""
    holds = "folder with corpus.jsonl, queries*.jsonl and qrels.tsv"
    add_folders(parser, holds, several=several)
    parser.add_argument(
        "--queries",
        metavar="FILE",
        help="queries file, by its name in DIR or by path (queries.jsonl, else"
        " queries_rewrite.jsonl, else the only one)",
    )
    parser.add_argument(
        "--limit", type=positive, metavar="N", help="only the first N queries that can be measured"
    )
    parser.add_argument(
        "--index",
        type=Path,
        metavar="DIR",
        help="keep the indexes here, a folder a set, and use them again (else they are removed)",
    )


def add_report_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where the report goes."""
    parser.add_argument("--json", type=writable_file, metavar="FILE", help="write a report")
    parser.add_argument("--html", type=writable_file, metavar="FILE", help="write it as a page")


def add_folders(parser: argparse.ArgumentParser, holds: str, *, several: bool) -> None:
    """Declare the folders to read; ``holds`` says what must be in them."""
    parser.add_argument(
        "folders",
        nargs="+" if several else 1,
        type=existing_folder,
        metavar="DIR",
        help=holds,
    )


def add_file(parser: argparse.ArgumentParser, name: str, metavar: str, holds: str) -> None:
    """Declare a file to read."""
    parser.add_argument(name, type=existing_file, metavar=metavar, help=holds)


def add_files(parser: argparse.ArgumentParser, name: str, holds: str) -> None:
    """Declare an option with one or more files to read; without it there are none."""
    parser.add_argument(name, type=existing_file, nargs="+", default=[], metavar="FILE", help=holds)


def existing_folder(text: str) -> Path:
    """Return the folder; complain when there is none."""
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text}")
    return path


def add_paths(parser: argparse.ArgumentParser, holds: str) -> None:
    """Declare files or folders to read; ``holds`` says what must be in them."""
    parser.add_argument("files", nargs="+", type=existing_path, metavar="FILE", help=holds)


def existing_path(text: str) -> Path:
    """Return the path of a file or folder; complain when there is neither."""
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"there is no {text}")
    return path


def existing_file(text: str) -> Path:
    """Return the path of a file; complain when there is none."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return path


def writable_file(text: str) -> Path:
    """Return the path of a file that can be made; complain when its folder is missing."""
    path = Path(text)
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise argparse.ArgumentTypeError(f"no file can be written to {text}")
    return path


def positive(text: str) -> int:
    """Return a whole number of at least 1; complain about anything else."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number from 1 is needed")
    return int(text)


def share(text: str) -> float:
    """Return a number from 0 to below 1; complain about anything else."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError("a share from 0 to below 1 is needed")
    return value
