"""``python -m app`` serves; ``ask "…"`` answers one question here, ``models`` checks the model."""

import argparse
import sys
from collections.abc import Sequence

from index.errors import MureumError
from index.threads import configure_threads


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code: 0, 1 for an error, 130 when interrupted; wrong usage exits with 2."""
    options = _parser().parse_args(arguments)
    configure_threads()
    try:
        _run(options)
    except MureumError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m app",
        description="Serve questions and answers over HTTP, or answer one question here.",
    )
    commands = parser.add_subparsers(dest="command", title="commands", metavar="")
    commands.add_parser("serve", help="serve over HTTP (what happens without a command)")
    commands.add_parser("models", help="check the language model that is configured")
    ask = commands.add_parser("ask", help="answer one question in the terminal")
    ask.add_argument("question", help="in Korean or English")
    ask.add_argument("--source", metavar="PREFIX", help="only documents whose source starts so")
    ask.add_argument("--top-k", type=_top_k, default=5, metavar="N", help="sections to read (5)")
    ask.add_argument("--json", action="store_true", help="print what POST /ask would send")
    return parser


def _top_k(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 50:
        raise argparse.ArgumentTypeError("a number from 1 to 50 is needed")
    return int(text)


def _run(options: argparse.Namespace) -> None:
    """Run the command; faiss and torch, imported here, read the threads' settings once."""
    from app import commands
    from app.pipeline.answer import Inquiry
    from index.models import Filters

    if options.command == "ask":
        inquiry = Inquiry(options.question, Filters(source=options.source), options.top_k)
        commands.ask(inquiry, as_json=options.json)
    elif options.command == "models":
        commands.models()
    else:
        commands.serve()


if __name__ == "__main__":
    sys.exit(main())
