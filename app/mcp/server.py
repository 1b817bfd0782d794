"""The tools as a server of the Model Context Protocol, whatever carries its messages."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp.types import Tool as ToolDescription
from pydantic import ValidationError

from app.api.problems import problem_of
from app.audit.act import present_act
from app.mcp.descriptions import read_description
from app.mcp.tools.ask import AskTool
from app.mcp.tools.base import Call, Tool
from app.mcp.tools.get_document import GetDocumentTool
from app.mcp.tools.search import SearchTool

NAME = "mureum"
VERSION = "1"

TOOLS: Sequence[Tool[Any]] = (AskTool(), SearchTool(), GetDocumentTool())
"""In the order in which models are told of them."""

Context = ServerRequestContext[Any, Any]
Told = Callable[[Context], Call]


def build_server(told: Told) -> Server[Any]:
    """Return a server; ``told`` returns who sent a message, and the service that it is for."""
    tools = {tool.name: tool for tool in TOOLS}
    descriptions = [_described(tool) for tool in TOOLS]

    async def list_tools(context: Context, asked: PaginatedRequestParams | None) -> ListToolsResult:
        del context, asked
        return ListToolsResult(tools=descriptions)

    async def call_tool(context: Context, asked: CallToolRequestParams) -> CallToolResult:
        tool = tools.get(asked.name)
        if tool is None:
            known = ", ".join(tools)
            raise MCPError(INVALID_PARAMS, f"There is no tool of this name. Known are: {known}")
        return await _called(tool, told(context), asked.arguments or {}, context)

    return Server(
        NAME,
        version=VERSION,
        title="Documents of the team",
        instructions=read_description("instructions"),
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _described(tool: Tool[Any]) -> ToolDescription:
    """Return what models are told of a tool."""
    return ToolDescription(
        name=tool.name,
        title=tool.title,
        description=read_description(tool.name),
        input_schema=tool.arguments.model_json_schema(),
        output_schema=tool.result.model_json_schema(mode="serialization"),
        annotations=ToolAnnotations(
            read_only_hint=not tool.keeps,
            destructive_hint=False,
            idempotent_hint=not tool.keeps,
            open_world_hint=False,
        ),
    )


async def _called(
    tool: Tool[Any], call: Call, given: Mapping[str, object], context: Context
) -> CallToolResult:
    """Return what a call gave, or in words what went wrong: a model reads them and tries again."""
    present_act().action = f"mcp.{tool.name}"
    try:
        reply = await tool.run(call, given)
    except ValidationError as error:
        return _failed(f"The arguments cannot be read: {_faults(error)}")
    except Exception as error:  # all of them end in words, and what nobody foresaw in the log
        problem = problem_of(error, f"/mcp ({tool.name})", _name_of(context))
        return _failed(f"{problem.title}: {problem.detail}")
    return CallToolResult(
        content=[TextContent(text=reply.text)],
        structured_content=reply.result.model_dump(mode="json"),
    )


def _failed(words: str) -> CallToolResult:
    printable = words.encode("utf-8", "replace").decode()
    return CallToolResult(content=[TextContent(text=printable)], is_error=True)


def _faults(error: ValidationError) -> str:
    """Return what is wrong with which argument, without repeating what was sent."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults)


def _name_of(context: Context) -> str:
    """Return by what the log names a request: as HTTP does, or else by its own number."""
    scope = getattr(context.request, "scope", {})
    return str(scope.get("request_id") or context.request_id)
