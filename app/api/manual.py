"""The page ``/docs``, which shows every request: from files of this machine, without a network."""

from importlib.resources import files

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

PAGE = "/docs"
_FILES = f"{PAGE}/files"
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; frame-ancestors 'none'"
)


def add_manual(application: FastAPI) -> None:
    """Serve the page and what it is made of."""
    folder = files("fastapi_offline") / "static"
    application.mount(_FILES, StaticFiles(directory=str(folder)), name="manual")
    application.add_api_route(PAGE, _page, include_in_schema=False)


def is_manual(path: str) -> bool:
    """Return whether a path belongs to the page."""
    return path == PAGE or path.startswith(f"{_FILES}/")


def _page() -> HTMLResponse:
    """Return the page; its own script may run, and nothing of another site."""
    page = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="mureum",
        swagger_js_url=f"{_FILES}/swagger-ui-bundle.js",
        swagger_css_url=f"{_FILES}/swagger-ui.css",
        swagger_favicon_url=f"{_FILES}/favicon.png",
    )
    page.headers["Content-Security-Policy"] = _POLICY
    return page
