"""Command lines, requests, responses and messages in the documentation are real ones."""

import ast
import json
import re
from functools import cache
from pathlib import Path
from unittest.mock import Mock

import pytest
from pydantic import BaseModel

import app.__main__ as app_program
import eval.__main__ as eval_program
import eval.arguments as eval_arguments
import eval.gate.command as gate_command
import ingest.__main__ as ingest_program
from app.access.keys import Token
from app.api.application import WebOptions, create_application
from app.api.problems import KINDS, Problem
from app.api.schemas.ask import AskRequest, AskResponse, DeltaEvent, MetaEvent
from app.api.schemas.chat import ChatRequest, ChatResponse
from app.api.schemas.citations import CitationResponse
from app.api.schemas.documents import DocumentResponse, DocumentsResponse, TextResponse
from app.api.schemas.feedback import FeedbackRequest
from app.api.schemas.health import HealthResponse, ReadyResponse
from app.api.schemas.search import SearchRequest, SearchResponse
from app.api.schemas.sessions import (
    NewSessionRequest,
    RenameRequest,
    SessionResponse,
    SessionsResponse,
    TranscriptResponse,
)
from app.api.schemas.uploads import JobResponse, JobsResponse, UploadResponse
from ingest import backing_up
from tests.documentation import LANGUAGES, REPOSITORY, Page, guide, joined_lines, pages
from tests.env_example import settings

PAGES = pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
RESPONSES: tuple[type[BaseModel], ...] = (
    AskResponse,
    SearchResponse,
    DocumentsResponse,
    DocumentResponse,
    TextResponse,
    ReadyResponse,
    HealthResponse,
    ChatResponse,
    SessionResponse,
    SessionsResponse,
    TranscriptResponse,
    JobResponse,
    JobsResponse,
    UploadResponse,
    Problem,
)
REQUESTS: dict[str, type[BaseModel]] = {
    "/ask": AskRequest,
    "/search": SearchRequest,
    "/feedback": FeedbackRequest,
    "/v1/chat/completions": ChatRequest,
    "/sessions": NewSessionRequest,
    "/sessions/{session_id}": RenameRequest,
}
EVENTS: dict[str, type[BaseModel]] = {
    "meta": MetaEvent,
    "delta": DeltaEvent,
    "citation": CitationResponse,
    "done": AskResponse,
    "error": Problem,
}
JOB_EVENTS = {"progress", "done", "failed"}
EVENT = re.compile(r"^event: (?P<name>\w+)\ndata: (?P<data>.*)$", re.MULTILINE)
CURL = re.compile(r"curl\b.*?:8000(?P<path>/[\w/-]+).*?(?:-d|--json) '(?P<body>\{.*\})'")
SESSION_ID = re.compile(r"(?<=^/sessions/)[\w-]+")
WRONG_SETTING = re.compile(r"^MUREUM_[A-Z_]+: (?=[a-z])")
MCP_PATH = "/mcp"
OWN_PAGES = {"/docs", "/openapi.json", MCP_PATH}
LEAST_LITERAL = 20


@PAGES
def test_every_command_line_is_understood(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, arguments in page.programs():
        if arguments:
            parse(module, arguments, monkeypatch)


def parse(module: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit, which fails the test, unless the program's own parser understands the arguments.

    The files and folders that they name need not exist.
    """
    monkeypatch.setattr(ingest_program, "_existing", Path)
    monkeypatch.setattr(eval_arguments, "existing_folder", Path)
    monkeypatch.setattr(gate_command, "existing_folder", Path)
    monkeypatch.setattr(eval_arguments, "existing_file", Path)
    monkeypatch.setattr(eval_arguments, "existing_path", Path)
    monkeypatch.setattr(backing_up, "existing_file", Path)
    monkeypatch.setattr(backing_up, "placeable", Path)
    if module == "ingest" and arguments[0] in backing_up.COMMANDS:
        backing_up.parser_of(arguments[0]).parse_args(arguments[1:])
    elif module == "ingest" and arguments[0] in ingest_program.COMMANDS:
        ingest_program._command_parser(arguments[0]).parse_args(arguments[1:])
    elif module == "ingest":
        ingest_program._ingest_parser().parse_args(arguments)
    elif module == "app":
        app_program._parser().parse_args(arguments)
    elif module == "eval":
        whole, parsers = eval_program._parsers()
        eval_program.load_command(arguments[0]).add_arguments(parsers[arguments[0]])
        whole.parse_args(arguments)


def test_a_wrong_command_line_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit):
        parse("ingest", ["docs/", "--purge"], monkeypatch)


@PAGES
def test_every_endpoint_exists(page: Page) -> None:
    paths = create_application(Mock(), WebOptions(1)).openapi()["paths"]
    known = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert {found for found in page.endpoints() if found[1] not in OWN_PAGES} - known == set()


@PAGES
def test_every_request_is_accepted(page: Page) -> None:
    for match in requests_in(page):
        REQUESTS[template(match["path"])].model_validate_json(match["body"])


def template(path: str) -> str:
    """Return a path with the name of what it holds instead of an example."""
    return SESSION_ID.sub("{session_id}", path)


def requests_in(page: Page) -> list[re.Match[str]]:
    blocks = [line for _, content in page.fences for line in joined_lines(content)]
    return [match for line in blocks if (match := CURL.search(line))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_shows_requests_and_responses(language: str) -> None:
    shown = [match for page in guide(language).values() for match in requests_in(page)]
    assert {template(match["path"]) for match in shown} == set(REQUESTS)
    assert len(guide(language)["asking.md"].fenced("json")) >= 2


@PAGES
def test_every_program_that_connects_is_told_what_there_is(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    for block in page.fenced("json"):
        for server in json.loads(block).get("mcpServers", {}).values():
            if "url" in server:
                assert server["url"].endswith(MCP_PATH)
                scheme, _, key = server["headers"]["Authorization"].partition(" ")
                assert (scheme, Token.read(key) is None) == ("Bearer", False)
            else:
                assert server["args"][:2] == ["-m", "app"]
                parse("app", server["args"][2:], monkeypatch)
                assert set(server["env"]) <= {name for name, _ in settings()}


@PAGES
def test_every_response_has_the_fields_of_a_real_one(page: Page) -> None:
    for block in page.fenced("json"):
        fields = json.loads(block)
        if "mcpServers" in fields:
            continue
        fitting = [kind for kind in RESPONSES if set(kind.model_fields) >= set(fields)]
        assert fitting, f"no response has the fields {sorted(fields)}"
        fitting[0].model_validate(fields)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_shows_every_event_as_it_is_sent(language: str) -> None:
    page = guide(language)["asking.md"]
    shown = [match for block in page.fenced("text") for match in EVENT.finditer(block)]
    assert {match["name"] for match in shown} == set(EVENTS)
    for match in shown:
        EVENTS[match["name"]].model_validate_json(match["data"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_shows_every_event_of_a_job_as_it_is_sent(language: str) -> None:
    page = guide(language)["ingesting.md"]
    shown = [match for block in page.fenced("text") for match in EVENT.finditer(block)]
    assert {match["name"] for match in shown} == JOB_EVENTS
    for match in shown:
        job = JobResponse.model_validate_json(match["data"])
        assert job.model_dump().keys() == json.loads(match["data"]).keys()
        assert (job.state.value == match["name"]) is (match["name"] != "progress")


@PAGES
def test_every_python_example_is_python(page: Page) -> None:
    for block in page.fenced("python"):
        ast.parse(block)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_explains_every_problem_type(language: str) -> None:
    text = guide(language)["asking.md"].text
    assert [kind.name for kind in KINDS.values() if f"`{kind.name}`" not in text] == []


@PAGES
def test_every_error_message_is_one_that_the_code_says(page: Page) -> None:
    quoted = [
        WRONG_SETTING.sub("", line.partition(": ")[2])
        for line in (line for _, content in page.fences for line in content.splitlines())
        if line.startswith(("error: ", "failed: "))
    ]
    unknown = [line for line in quoted if not any(said.fullmatch(line) for said in messages())]
    assert unknown == []


@cache
def messages() -> list[re.Pattern[str]]:
    """Return the long strings of the code, with whatever they interpolate left open."""
    trees = [
        ast.parse(path.read_text(encoding="utf-8"))
        for package in ("app", "index", "ingest", "eval")
        for path in (REPOSITORY / package).rglob("*.py")
    ]
    strings = [pattern_of(node) for tree in trees for node in ast.walk(tree)]
    return [re.compile(string) for string in strings if len(string) > LEAST_LITERAL]


def pattern_of(node: ast.AST) -> str:
    """Return a pattern for a string or f-string; nothing for another node."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(pattern_of(part) or ".+" for part in node.values)
    return ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_to_troubles_quotes_messages(language: str) -> None:
    quoted = guide(language)["troubleshooting.md"].text.count("\nerror: ")
    assert quoted >= 8
