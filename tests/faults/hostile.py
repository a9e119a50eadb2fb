"""A projector that speaks the protocol, and means no good.

An honest, simulated projector stands behind it and answers; on its way out the answer is
twisted. What is never twisted is who it is, unless that is the point.
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

from ..common import Line, serve

type Twist = Callable[[Any, Any], Any]
"""Given the params of a request and the honest result, return what to answer."""

ANY = "*"
"""For methods that no other twist is for."""
EASY = (
    "authenticate",
    "property.subscribe",
    "property.unsubscribe",
    "signal.subscribe",
)
"""Methods that ANY leaves alone: without them nothing would come to twist."""


@dataclass(frozen=True, kw_only=True)
class Horror:
    """What is wrong with a projector."""

    twists: Mapping[str, Twist] = field(default_factory=dict)
    """By method."""
    errors: Any = None
    """What to answer, instead of anything, to whatever reads or lists."""
    says: Callable[[], Iterable[Any]] = lambda: ()
    """Messages that nobody asked for."""
    refused: bool = False
    """Whether nobody can set up such a projector."""
    large: bool = False
    """Whether there is so much of it that no log should be asked to hold it."""


HONEST = Horror()


class Hostile:
    """The server; `horror` may be changed any time."""

    def __init__(self, projector: Simulator, horror: Horror) -> None:
        """Twist what `projector` says."""
        self.projector = projector
        self.horror = horror
        self.port = 0
        self.lines: set[Line] = set()

    def say(self) -> None:
        """Say to everybody what nobody asked for."""
        for message in self.horror.says():
            raw = (
                message if isinstance(message, bytes) else json.dumps(message).encode()
            )
            for line in self.lines:
                line.write(raw)

    async def talk(self, line: Line) -> None:
        """Serve one connection."""
        device = self.projector.device
        session = Session(line.write)
        device.sessions.add(session)
        self.lines.add(line)
        try:
            while True:
                request = await line.read()
                message = answer(device, session, request)
                if message is not None:
                    line.write(self._twisted(request, message))
        finally:
            self.lines.discard(line)
            device.sessions.discard(session)

    def _twisted(
        self, request: Mapping[str, Any], message: dict[str, Any]
    ) -> bytes | dict[str, Any]:
        method, twists = request["method"], self.horror.twists
        if self.horror.errors is not None and method not in EASY:
            return {"id": message["id"], "error": self.horror.errors}
        twist = twists.get(method) or (method not in EASY and twists.get(ANY))
        if twist and (method == "introspect" or "result" in message):
            result = twist(request.get("params"), message.get("result"))
            if isinstance(result, bytes):
                return b'{"id":%d,"result":%s}' % (message["id"], result)
            return {"id": message["id"], "result": result}
        return message


@contextlib.asynccontextmanager
async def hostile(projector: Simulator, horror: Horror) -> AsyncIterator[Hostile]:
    """Stand before an honest projector."""
    server = Hostile(projector, horror)
    async with serve(server.talk) as server.port:
        yield server
        await asyncio.sleep(0)
