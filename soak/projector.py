"""The troubled projector, from the other side."""

import asyncio
from collections.abc import AsyncIterator
import contextlib
import sys
from typing import Final

from simulator.model import Model
from tests.faults.small import small

LASER: Final = "illumination.sources.laser.power"
_PATIENCE: Final = 10.0


class Projector:
    """Says through the control port what is to happen."""

    def __init__(
        self,
        port: int,
        pin: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Talk to a control port."""
        self.host = "127.0.0.1"
        self.port = port
        self.pin = pin
        self.model: Model = small()
        self._reader = reader
        self._writer = writer

    async def say(self, command: str) -> str:
        """Give a command, and return what is answered."""
        async with asyncio.timeout(_PATIENCE):
            self._writer.write(f"{command}\n".encode())
            answer = (await self._reader.readuntil(b"\n\n")).decode().strip()
        if answer.startswith(("error", "unknown")):
            raise RuntimeError(f"{command}: {answer}")
        return answer

    async def dim(self, value: int) -> None:
        """Change the light of the laser as by hand."""
        await self.say(f"set {LASER} {value}")

    async def busy(self, busy: bool) -> None:
        """Refuse everything that changes something, or do not."""
        await self.say(f"fault busy {str(busy).lower()}")

    async def change_pin(self, pin: str) -> None:
        """Boot with another PIN, and be on again."""
        await self.say(f"firmware {self.model.firmware} {pin}")
        self.pin = pin
        async with asyncio.timeout(_PATIENCE):
            while await self.say("state") != "on":
                pass

    async def counter(self, name: str) -> int:
        """Return one of its figures."""
        lines = (await self.say("counters")).splitlines()
        [figure] = [line for line in lines if line.startswith(f"{name} = ")]
        return int(figure.rpartition(" ")[2])


@contextlib.asynccontextmanager
async def troubled(seed: int) -> AsyncIterator[Projector]:
    """Start a projector in a process of its own, and end it."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "soak.troubled", str(seed), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert child.stdout is not None
        async with asyncio.timeout(30):
            port, control, pin = (await child.stdout.readline()).decode().split()
        reader, writer = await asyncio.open_connection("127.0.0.1", int(control))
        with contextlib.closing(writer):
            yield Projector(int(port), pin, reader, writer)
    finally:
        child.terminate()
        await child.wait()
