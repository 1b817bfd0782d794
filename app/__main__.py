"""``python -m app`` serves; ``ask`` answers one question here, ``keys`` makes API keys."""

import argparse
import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from index.errors import MureumError
from index.native import configure_native_libraries


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code: 0, 1 for an error, 130 when interrupted; wrong usage exits with 2."""
    options = _parser().parse_args(arguments)
    configure_native_libraries()
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
    mcp = commands.add_parser("mcp", help="offer tools to the program that starts this one")
    mcp.add_argument(
        "--group", action="append", metavar="NAME", help="only what a key with this group would see"
    )
    _add_keys(commands.add_parser("keys", help="make, list and revoke API keys"))
    _add_feedback(commands.add_parser("feedback", help="what was thought of answers"))
    return parser


def _add_keys(keys: argparse.ArgumentParser) -> None:
    actions = keys.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser("create", help="make a key; its text is shown once")
    create.add_argument("--name", required=True, type=_name, help="whose it is, for lists and logs")
    create.add_argument("--role", choices=("ask", "ingest", "admin"), default="ask", help="(ask)")
    create.add_argument(
        "--group", action="append", default=[], help="whose documents it sees; may be repeated"
    )
    create.add_argument("--days", type=_days, metavar="N", help="valid for so long; else for ever")
    create.add_argument("--if-none", action="store_true", help="only when there was never a key")
    create.add_argument("--out", type=Path, metavar="FILE", help="write its text there instead")
    create.add_argument(
        "--wait", type=_wait, default=0, metavar="SECONDS", help="for a database that starts (0)"
    )
    actions.add_parser("list", help="show all keys, without what proves them")
    revoke = actions.add_parser("revoke", help="let a key open nothing any more")
    revoke.add_argument("key_id", help="as the list shows it")


def _add_feedback(feedback: argparse.ArgumentParser) -> None:
    actions = feedback.add_subparsers(dest="action", required=True, metavar="ACTION")
    export = actions.add_parser("export", help="write questions for python -m eval tune")
    export.add_argument("file", type=Path, metavar="FILE", help="a new file")


def _name(text: str) -> str:
    if not text.strip() or len(text) > 100 or not text.isprintable():
        raise argparse.ArgumentTypeError("1 to 100 printable characters are needed")
    return text.strip()


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 3_650:
        raise argparse.ArgumentTypeError("a number from 1 to 3650 is needed")
    return int(text)


def _wait(text: str) -> int:
    if not text.isdecimal() or int(text) > 3_600:
        raise argparse.ArgumentTypeError("a number from 0 to 3600 is needed")
    return int(text)


def _top_k(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 50:
        raise argparse.ArgumentTypeError("a number from 1 to 50 is needed")
    return int(text)


def _run(options: argparse.Namespace) -> None:
    """Run the command; faiss and torch, imported here, read the threads' settings once.

    While the server loads them there is no garbage but a million new objects, which the collector
    would look through again and again; the server switches it on when everything is loaded.
    """
    if options.command in (None, "serve"):
        gc.disable()
    from app import commands
    from app.pipeline.answer import Inquiry
    from index.groups import groups_of
    from index.models import Filters

    if options.command == "ask":
        inquiry = Inquiry(options.question, Filters(source=options.source), options.top_k)
        commands.ask(inquiry, as_json=options.json)
    elif options.command == "models":
        commands.models()
    elif options.command == "mcp":
        commands.offer_tools(None if options.group is None else groups_of(options.group))
    elif options.command == "keys":
        _run_keys(options)
    elif options.command == "feedback":
        commands.export_feedback(options.file)
    else:
        commands.serve()


def _run_keys(options: argparse.Namespace) -> None:
    from app import commands
    from app.access.caller import Role
    from app.access.commands import KeyWish
    from app.access.key_store import NewKey
    from index.groups import groups_of

    if options.action == "create":
        lifetime = options.days * 86_400.0 if options.days else None
        key = NewKey(options.name, Role(options.role), groups_of(options.group), lifetime)
        commands.create_key(KeyWish(key, options.if_none, options.out, options.wait))
    elif options.action == "revoke":
        commands.revoke_key(options.key_id)
    else:
        commands.list_keys()


if __name__ == "__main__":
    sys.exit(main())
