"""What ``python -m app`` does: serve, or answer one question in the terminal."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from contextlib import AbstractContextManager, closing
from pathlib import Path

from rich.console import Console

from app.access import commands as key_commands
from app.access.access import is_loopback
from app.access.commands import KeyWish
from app.api.application import WebOptions, create_application
from app.api.schemas.ask import AskResponse
from app.audit.log import AuditLog
from app.bootstrap import ServiceSettings, build_audit, build_database, build_service
from app.feedback import commands as feedback_commands
from app.limits.limiter import Limits
from app.llm.checking import check_language_model
from app.llm.settings import LanguageModelSettings
from app.memory.database import Database
from app.memory.settings import MemorySettings
from app.pipeline.answer import Inquiry
from app.server import Listening, serve_until_signal
from app.service import Service
from app.settings import AppSettings
from app.telemetry.exchange import who
from app.terminal import print_answer
from app.worker_process import COMMAND, WorkerProcess
from index.logs import configure_logging
from index.settings import IndexSettings, load_settings

_OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_NO_TELEMETRY = {"slow_seconds": 0.0, "otlp_endpoint": ""}
"""Who waits in a terminal sees how long it takes: most of it is the loading of models."""

_SWITCH_SECONDS = 0.0005
"""How long a thread that computes may keep the interpreter from the one that answers."""


def serve() -> None:
    """Serve over HTTP until a signal ends it."""
    settings = load_settings(AppSettings)
    configure_logging(settings.log_level, settings.log_format, who)
    every = _settings(settings)
    if not is_loopback(settings.host):
        asyncio.run(key_commands.check_keys(build_database(every.memory, every.index)))
    service = build_service(every)
    worker = WorkerProcess((*COMMAND, "--log-format", settings.log_format))
    application = create_application(
        service, web_options(settings), worker if settings.worker else None
    )
    sys.setswitchinterval(_SWITCH_SECONDS)
    serve_until_signal(application, listening(settings))


def listening(settings: AppSettings) -> Listening:
    """Return where to listen, and how to end."""
    return Listening(
        settings.host, settings.port, settings.drain_seconds, settings.shutdown_seconds
    )


def web_options(settings: AppSettings) -> WebOptions:
    """Return from where the service may be called, and how large requests may be."""
    hosts = frozenset(host.lower() for host in settings.hosts)
    if not hosts and is_loopback(settings.host):
        hosts = _OWN_HOSTS | {settings.host}
    limits = Limits(
        settings.requests_a_minute, settings.requests_at_once, settings.wrong_keys_a_minute
    )
    return WebOptions(
        settings.request_bytes,
        settings.body_seconds,
        limits,
        hosts or None,
        frozenset(settings.origins),
    )


def ask(inquiry: Inquiry, *, as_json: bool) -> None:
    """Print the answer to read, or as the JSON that ``POST /ask`` would send."""
    configure_logging("warning", "text")
    settings = load_settings(AppSettings).model_copy(update=_NO_TELEMETRY)
    response = asyncio.run(_answered(build_service(_settings(settings)), inquiry))
    if as_json:
        print(response.model_dump_json(indent=2))
    else:
        print_answer(response, Console(highlight=False))


def offer_tools(groups: frozenset[str] | None) -> None:
    """Let the program that started this one use the tools, over stdin and stdout."""
    from app.mcp.stdio import serve_stdio

    settings = load_settings(AppSettings)
    configure_logging(settings.log_level, settings.log_format)
    asyncio.run(serve_stdio(build_service(_settings(settings)), groups))
    os._exit(0)  # all is closed, and taking the models apart would take seconds


def models() -> None:
    """Print what language model is configured, and whether it loads and answers."""
    configure_logging("warning", "text")
    lines = asyncio.run(check_language_model(load_settings(LanguageModelSettings)))
    print("\n".join(lines))


def create_key(wish: KeyWish) -> None:
    """Make an API key and print it."""
    with _audit() as audit:
        _print(key_commands.create(_database(), wish, audit))


def list_keys() -> None:
    """Print the API keys, without what proves them."""
    _print(key_commands.listed(_database()))


def revoke_key(key_id: str) -> None:
    """Let an API key open nothing any more."""
    with _audit() as audit:
        _print(key_commands.revoke(_database(), key_id, audit))


def export_feedback(path: Path) -> None:
    """Write what was thought of answers as questions with known answers."""
    configure_logging("warning", "text")
    print(feedback_commands.export(_database(), path))


def _print(made: Coroutine[None, None, list[str]]) -> None:
    configure_logging("warning", "text")
    print("\n".join(asyncio.run(made)))


def _audit() -> AbstractContextManager[AuditLog]:
    """Return where acts of this command are written: nowhere, unless there is a file for them."""
    settings = load_settings(AppSettings)
    return closing(build_audit(settings) if settings.audit_file else AuditLog())


def _database() -> Database:
    return build_database(load_settings(MemorySettings), load_settings(IndexSettings))


async def _answered(service: Service, inquiry: Inquiry) -> AskResponse:
    """Return the answer; a question of the terminal belongs to no conversation."""
    try:
        return AskResponse.of(await service.pipeline.answer(inquiry))
    finally:
        await service.close()


def _settings(app: AppSettings) -> ServiceSettings:
    return ServiceSettings(
        app,
        load_settings(IndexSettings),
        load_settings(LanguageModelSettings),
        load_settings(MemorySettings),
    )
