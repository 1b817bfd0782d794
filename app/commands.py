"""What ``python -m app`` does: serve, or answer one question in the terminal."""

import asyncio
import logging
import sys

from rich.console import Console

from app.api.application import create_application
from app.api.schemas.ask import AskResponse
from app.bootstrap import ServiceSettings, build_service
from app.llm.checking import check_language_model
from app.llm.settings import LanguageModelSettings
from app.memory.settings import MemorySettings
from app.pipeline.answer import Inquiry
from app.server import serve_until_signal
from app.service import Service
from app.settings import AppSettings
from app.terminal import print_answer
from app.worker_process import WorkerProcess
from index.settings import IndexSettings, load_settings

_SWITCH_SECONDS = 0.0005
"""How long a thread that computes may keep the interpreter from the one that answers."""


def serve() -> None:
    """Serve over HTTP until a signal ends it."""
    settings = load_settings(AppSettings)
    _configure_logging(settings.log_level)
    service = build_service(_settings(settings))
    worker = WorkerProcess() if settings.worker else None
    application = create_application(service, settings.request_bytes, worker)
    sys.setswitchinterval(_SWITCH_SECONDS)
    serve_until_signal(application, settings.host, settings.port)


def ask(inquiry: Inquiry, *, as_json: bool) -> None:
    """Print the answer to read, or as the JSON that ``POST /ask`` would send."""
    _configure_logging("warning")
    response = asyncio.run(_answered(build_service(_settings(load_settings(AppSettings))), inquiry))
    if as_json:
        print(response.model_dump_json(indent=2))
    else:
        print_answer(response, Console(highlight=False))


def models() -> None:
    """Print what language model is configured, and whether it loads and answers."""
    _configure_logging("warning")
    lines = asyncio.run(check_language_model(load_settings(LanguageModelSettings)))
    print("\n".join(lines))


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


def _configure_logging(level: str) -> None:
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for chatty in ("alembic", "httpx", "sentence_transformers"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
