"""A client of the simulator that is independent of the integration."""

import asyncio
import json
from typing import Any, Self

from simulator import Replay, Simulator

DEADLINE = 5.0
GET_STATE = (
    b'{"jsonrpc":"2.0","id":1,"method":"property.get",'
    b'"params":{"property":"system.state"}}'
)


class Client:
    """One raw connection: bytes in both directions, and messages where wanted.

    Every wait ends with TimeoutError after DEADLINE.
    """

    def __init__(self, projector: Simulator | Replay) -> None:
        """Prepare to connect to a projector."""
        self.projector = projector
        self.raw = b""
        self.notifications: list[dict[str, Any]] = []
        self._next_id = 0
        self._decoder = json.JSONDecoder()

    async def __aenter__(self) -> Self:
        """Connect."""
        async with asyncio.timeout(DEADLINE):
            self.reader, self.writer = await asyncio.open_connection(
                self.projector.host, self.projector.port
            )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect."""
        self.writer.transport.abort()

    def send(self, data: bytes | dict[str, Any]) -> None:
        """Send bytes, or a message as compact JSON."""
        if isinstance(data, dict):
            data = json.dumps(data, separators=(",", ":")).encode()
        self.writer.write(data)

    async def read_some(self) -> bytes:
        """Return received bytes, at least one; b"" at the end of the stream."""
        async with asyncio.timeout(DEADLINE):
            return await self.reader.read(1 << 20)

    async def read_until(self, separator: bytes) -> bytes:
        """Return everything up to and including some bytes."""
        async with asyncio.timeout(DEADLINE):
            return await self.reader.readuntil(separator)

    async def read_to_end(self) -> bytes:
        """Return everything until the projector closes the connection."""
        async with asyncio.timeout(DEADLINE):
            return await self.reader.read()

    async def message(self) -> dict[str, Any]:
        """Return the next message of any kind."""
        while True:
            text = self.raw.decode(errors="ignore").lstrip("\r\n\0 ")
            try:
                message, end = self._decoder.raw_decode(text)
            except ValueError:
                data = await self.read_some()
                if not data:
                    raise EOFError(f"closed after {self.raw!r}") from None
                self.raw += data
                continue
            self.raw = text[end:].encode()
            assert isinstance(message, dict)
            return message

    async def notification(self) -> dict[str, Any]:
        """Return the next notification."""
        if self.notifications:
            return self.notifications.pop(0)
        message = await self.message()
        assert "id" not in message
        return message

    async def changed(self) -> dict[str, Any]:
        """Return the values of the next property.changed, by name."""
        message = await self.notification()
        assert message["method"] == "property.changed"
        pairs: list[dict[str, Any]] = message["params"]["property"]
        return {name: value for pair in pairs for name, value in pair.items()}

    async def signalled(self) -> list[dict[str, Any]]:
        """Return the name-argument pairs of the next signal.callback."""
        message = await self.notification()
        assert message["method"] == "signal.callback"
        pairs: list[dict[str, Any]] = message["params"]["signal"]
        return pairs

    async def reply(self, method: str, params: Any = None) -> dict[str, Any]:
        """Send a request, return its reply; notifications before it are kept."""
        self._next_id += 1
        request = {"jsonrpc": "2.0", "id": self._next_id, "method": method}
        self.send(request if params is None else request | {"params": params})
        while True:
            message = await self.message()
            if "id" in message:
                assert message["id"] == self._next_id
                return message
            self.notifications.append(message)

    async def call(self, method: str, params: Any = None) -> Any:
        """Send a request, return its result; AssertionError if it is an error."""
        reply = await self.reply(method, params)
        assert "result" in reply, reply
        return reply["result"]

    async def error(self, method: str, params: Any = None) -> tuple[int, str]:
        """Send a request, return code and message of its error."""
        reply = await self.reply(method, params)
        assert "error" in reply, reply
        return reply["error"]["code"], reply["error"]["message"]

    async def get(self, name: str | list[str]) -> Any:
        """Return the value of a property, or of several as an object."""
        return await self.call("property.get", {"property": name})

    async def set(self, name: str, value: Any) -> Any:
        """Set a property."""
        return await self.call("property.set", {"property": name, "value": value})

    async def subscribe(self, *names: str) -> None:
        """Subscribe to properties."""
        assert await self.call("property.subscribe", {"property": list(names)}) is True
