"""What ``python -m app`` does: serve, or answer one question in the terminal."""

import asyncio
import logging
import sys

import uvicorn
from rich.console import Console

from app.api.application import create_application
from app.api.schemas.ask import AskResponse
from app.bootstrap import build_service
from app.pipeline.answer import Inquiry
from app.settings import AppSettings
from app.terminal import print_answer
from index.settings import IndexSettings, load_settings

_SWITCH_SECONDS = 0.0005
"""How long a thread that computes may keep the interpreter from the one that answers."""


def serve() -> None:
    """Serve over HTTP until a signal ends it."""
    settings = load_settings(AppSettings)
    _configure_logging(settings.log_level)
    service = build_service(settings, load_settings(IndexSettings))
    application = create_application(service, settings.request_bytes)
    sys.setswitchinterval(_SWITCH_SECONDS)
    uvicorn.run(application, host=settings.host, port=settings.port, log_config=None)


def ask(inquiry: Inquiry, *, as_json: bool) -> None:
    """Print the answer to read, or as the JSON that ``POST /ask`` would send."""
    _configure_logging("warning")
    service = build_service(load_settings(AppSettings), load_settings(IndexSettings))
    try:
        response = AskResponse.of(asyncio.run(service.pipeline.answer(inquiry)))
    finally:
        service.close()
    if as_json:
        print(response.model_dump_json(indent=2))
    else:
        print_answer(response, Console(highlight=False))


def _configure_logging(level: str) -> None:
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
