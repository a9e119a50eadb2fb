"""A projector in a process of its own, with trouble at random: `python -m soak.troubled`.

Of all that it reads, 1 % is never answered and 2 % ends in a cut. The rest is told it
through the simulator's control port, whose number it prints first, after its own.
"""

import asyncio
from random import Random
import signal
import sys
from typing import Final

from simulator import Simulator
from simulator.control import Console, ControlPort
from simulator.traffic import Record
from tests.faults.small import small

TIMEOUTS: Final = 0.01
DROPS: Final = 0.02


class Trouble:
    """Decides, for all that is read, what becomes of it."""

    def __init__(self, projector: Simulator, seed: int) -> None:
        """Draw what happens from a seed."""
        self._projector = projector
        self._random = Random(seed)
        projector.watch(self._note)

    def _note(self, record: Record) -> None:
        if record.direction != "in":
            return
        drawn = self._random.random()
        for connection in self._projector.connections:
            if connection.number != record.connection:
                continue
            if drawn < TIMEOUTS:
                connection.faults.silence = True
            elif drawn < TIMEOUTS + DROPS:
                connection.drop(reset=self._random.random() < 0.5)


async def main(seed: int) -> None:
    """Be a projector until SIGTERM."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    values = {"system.initialstate": "on"}
    async with Simulator(small(), state="on", speed=1000, values=values) as projector:
        Trouble(projector, seed)
        control = ControlPort(Console(projector))
        port = await control.open(projector.host, 0)
        print(projector.port, port, projector.pin, flush=True)
        await ended.wait()
        await control.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
