"""What ``python -m app`` does: serve, or answer one question in the terminal."""

import asyncio
import logging

import uvicorn
from rich.console import Console

from app.api.application import create_application
from app.api.schemas.ask import AskResponse
from app.bootstrap import build_service
from app.pipeline.answer import Inquiry
from app.settings import load_settings
from app.terminal import print_answer


def serve() -> None:
    """Serve over HTTP until a signal ends it."""
    settings = load_settings()
    _configure_logging(settings.log_level)
    application = create_application(build_service(settings), settings.request_bytes)
    uvicorn.run(application, host=settings.host, port=settings.port, log_config=None)


def ask(inquiry: Inquiry, *, as_json: bool) -> None:
    """Print the answer to read, or as the JSON that ``POST /ask`` would send."""
    settings = load_settings()
    _configure_logging("warning")
    service = build_service(settings)
    try:
        response = AskResponse.of(asyncio.run(service.pipeline.answer(inquiry)))
    finally:
        service.close()
    if as_json:
        print(response.model_dump_json(indent=2))  # noqa: T201 - the command's result
    else:
        print_answer(response, Console(highlight=False))


def _configure_logging(level: str) -> None:
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
