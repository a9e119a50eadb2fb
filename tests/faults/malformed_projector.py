"""A server that sends malformed responses.

It gets well-formed responses from a simulated projector and mutates them. Mutators keep
the identity of the projector, unless they test it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
import contextlib
from dataclasses import dataclass, field
import json
from typing import Any

from simulator import Simulator
from simulator.dispatch import answer
from simulator.session import Session

from ..common import RawPeer, serve

type Mutator = Callable[[Any, Any], Any]
"""Return the mutated result, from the params of a request and the original result."""

ANY = "*"
"""The key of the mutator for all other methods."""
EASY = (
    "authenticate",
    "property.subscribe",
    "property.unsubscribe",
    "signal.subscribe",
)
"""Methods that ANY does not apply to: without them, no other request would follow."""


@dataclass(frozen=True, kw_only=True)
class Malformation:
    """A kind of malformed messages."""

    mutators: Mapping[str, Mutator] = field(default_factory=dict)
    """Mutators by method."""
    errors: Any = None
    """An error object that replaces the response to each request that reads."""
    pushes: Callable[[], Iterable[Any]] = lambda: ()
    """Returns messages to send without a request."""
    refused: bool = False
    """Whether the set-up fails."""
    large: bool = False
    """Whether the messages are too large for debug logging."""


WELL_FORMED = Malformation()


class MalformedProjector:
    """The server. `malformation` can be changed at any time."""

    def __init__(self, projector: Simulator, malformation: Malformation) -> None:
        """Mutate the messages of `projector`."""
        self.projector = projector
        self.malformation = malformation
        self.port = 0
        self.peers: set[RawPeer] = set()

    def push(self) -> None:
        """Send the messages that are not responses to all clients."""
        for message in self.malformation.pushes():
            raw = (
                message if isinstance(message, bytes) else json.dumps(message).encode()
            )
            for peer in self.peers:
                peer.write(raw)

    async def serve_client(self, peer: RawPeer) -> None:
        """Serve one connection."""
        device = self.projector.device
        session = Session(peer.write)
        device.sessions.add(session)
        self.peers.add(peer)
        try:
            while True:
                request = await peer.read()
                message = answer(device, session, request)
                if message is not None:
                    peer.write(self._mutated(request, message))
        finally:
            self.peers.discard(peer)
            device.sessions.discard(session)

    def _mutated(
        self, request: Mapping[str, Any], message: dict[str, Any]
    ) -> bytes | dict[str, Any]:
        method, mutators = request["method"], self.malformation.mutators
        if self.malformation.errors is not None and method not in EASY:
            return {"id": message["id"], "error": self.malformation.errors}
        mutator = mutators.get(method) or (method not in EASY and mutators.get(ANY))
        if mutator and (method == "introspect" or "result" in message):
            result = mutator(request.get("params"), message.get("result"))
            if isinstance(result, bytes):
                return b'{"id":%d,"result":%s}' % (message["id"], result)
            return {"id": message["id"], "result": result}
        return message


@contextlib.asynccontextmanager
async def malformed_projector(
    projector: Simulator, malformation: Malformation
) -> AsyncIterator[MalformedProjector]:
    """Serve malformed responses of a simulated projector."""
    server = MalformedProjector(projector, malformation)
    async with serve(server.serve_client) as server.port:
        yield server
        await asyncio.sleep(0)
