"""The tools for one program that started this one and talks to it over stdin and stdout."""

from mcp.server.stdio import stdio_server

from app.access.caller import Caller, Role
from app.mcp.server import Context, build_server
from app.mcp.tools.base import Call
from app.service import Service


async def serve_stdio(service: Service, groups: frozenset[str] | None) -> None:
    """Answer until stdin ends; what is written to stdout meanwhile goes to stderr.

    Whoever started the program owns the files of the index: no key is asked for, and every
    document is seen, or with ``groups`` those that a key with these groups would see. Models are
    loaded by the first call: many clients start all servers that they know, and use few.
    """
    caller = Caller("stdio", Role.ASK, groups)

    def told(context: Context) -> Call:
        del context
        return Call(service, caller)

    server = build_server(told)
    try:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())
    finally:
        await service.close()
