"""A subprocess with a projector that fails at random.

It ignores 1 % of the chunks that it receives and closes the connection on 2 %.
"""

import asyncio
from random import Random
import sys
from typing import Final

from benchmarks.subprocess_rpc import serve_commands
from simulator import Record, Simulator
from tests.faults.small import small

LASER: Final = "illumination.sources.laser.power"
SILENCE_RATE: Final = 0.01
DROP_RATE: Final = 0.02


class FaultyProjector:
    """A simulated projector with random faults, and the commands for it."""

    def __init__(self, projector: Simulator, seed: int) -> None:
        """Inject faults into a projector; `seed` selects them."""
        self._projector = projector
        self._random = Random(seed)
        projector.watch(self._inject)

    def _inject(self, record: Record) -> None:
        if record.direction != "in":
            return
        drawn = self._random.random()
        for connection in self._projector.connections:
            if connection.number != record.connection:
                continue
            if drawn < SILENCE_RATE:
                connection.faults.silence = True
            elif drawn < SILENCE_RATE + DROP_RATE:
                connection.drop(reset=self._random.random() < 0.5)

    async def address(self) -> tuple[int, str | None]:
        """Return port and PIN."""
        return self._projector.port, self._projector.pin

    async def set_laser(self, value: int) -> None:
        """Change the laser power as by hand."""
        self._projector.change(LASER, value)

    async def set_busy(self, busy: bool) -> None:
        """Refuse all requests that change something, or stop doing so."""
        self._projector.faults.busy = busy

    async def change_pin(self, pin: str) -> None:
        """Reboot with another PIN; return when the projector is on again."""
        self._projector.update_firmware(self._projector.model.firmware, pin=pin)
        await self._projector.wait_for_state("on", 10)

    async def counter(self, name: str) -> int:
        """Return one of the simulator's traffic counters."""
        value: int = getattr(self._projector.counters, name)
        return value


async def main(seed: int) -> None:
    """Run a projector until standard input is closed."""
    values = {"system.initialstate": "on"}
    async with Simulator(small(), state="on", speed=1000, values=values) as simulator:
        projector = FaultyProjector(simulator, seed)
        await serve_commands(
            projector.address,
            projector.set_laser,
            projector.set_busy,
            projector.change_pin,
            projector.counter,
        )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
