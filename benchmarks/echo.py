"""A server that answers each request with as little work as possible."""

import asyncio
import re
from typing import override

from .subprocess_rpc import serve_commands

_ID = re.compile(rb'"id":([0-9]+)')


def answer_to(request: bytes) -> bytes:
    """Return the response to a request."""
    match = _ID.search(request)
    return b'{"jsonrpc":"2.0","result":"on","id":%b}' % (match[1] if match else b"0")


class Echo(asyncio.Protocol):
    """A connection that treats each chunk as one request."""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        self._transport.write(answer_to(data))


async def main() -> None:
    """Serve until standard input is closed."""
    loop = asyncio.get_running_loop()
    async with await loop.create_server(Echo, "127.0.0.1", 0) as server:

        async def port() -> int:
            number: int = server.sockets[0].getsockname()[1]
            return number

        await serve_commands(port)


if __name__ == "__main__":
    asyncio.run(main())
