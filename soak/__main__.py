"""The command line: `python -m soak`."""

import argparse
import asyncio
from concurrent.futures import ThreadPoolExecutor
import logging
import sys
import threading
import time
from typing import Final, override

from homeassistant.core import HomeAssistant

from .figures import Figures, growth
from .home import Owner, home_assistant
from .projector import troubled

PARTS: Final = 10
THREADS: Final = 8


class Complaints(logging.Handler):
    """Takes down exceptions, and what this integration warns of."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        ours = record.name.startswith("custom_components")
        if record.exc_info or ours or record.levelno >= logging.ERROR:
            self.lines.append(self.format(record))


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--cycles", type=int, default=100_000)
    parser.add_argument("--reloads", type=int, default=1000)
    parser.add_argument("--flows", type=int, default=1000, help="that are given up")
    parser.add_argument("--seconds", type=float, help="end after so many at most")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(arguments)


async def soak(options: argparse.Namespace) -> list[str]:
    """Go through it all; return what has grown."""
    end = time.monotonic() + (options.seconds or float("inf"))
    async with troubled(options.seed) as projector, home_assistant() as hass:
        await _fill_pool(hass)
        owner = Owner(hass, projector, options.seed)
        await owner.set_up()
        await owner.reload()
        samples = [await _sample(owner, "start")]
        for part in range(1, PARTS + 1):
            if time.monotonic() > end:
                break
            await _part(owner, options, part)
            samples.append(await _sample(owner, f"{100 * part // PARTS} %"))
        for name, count in sorted(owner.counts.items()):
            print(f"{count} {name}", flush=True)
        opened = await projector.counter("connections_opened")
        print(f"{opened} connections opened")
        await owner.leave()
    return growth(samples)


async def _part(owner: Owner, options: argparse.Namespace, part: int) -> None:
    """Go through a tenth of everything, well mixed."""
    cycles = options.cycles // PARTS
    reloads = max(1, cycles // max(1, options.reloads // PARTS))
    flows = max(1, cycles // max(1, options.flows // PARTS))
    for number in range(cycles):
        await owner.cycle((part - 1) * cycles + number + 1)
        if options.reloads and number % reloads == 0:
            await owner.reload()
        if options.flows and number % flows == 0:
            await owner.flow()


async def _sample(owner: Owner, when: str) -> Figures:
    await owner.rest()
    figures = Figures.now()
    print(f"{when}: {figures}", flush=True)
    return figures


async def _fill_pool(hass: HomeAssistant) -> None:
    """Start all threads that Home Assistant may ever start for its jobs."""
    hass.loop.set_default_executor(ThreadPoolExecutor(THREADS))
    together = threading.Barrier(THREADS)
    jobs = (hass.async_add_executor_job(together.wait) for _ in range(THREADS))
    await asyncio.gather(*jobs)


def main() -> int:
    """Run the command line; return the exit status."""
    complaints = Complaints()
    logging.basicConfig(level=logging.WARNING, handlers=[complaints])
    begun = time.monotonic()
    grown = asyncio.run(soak(parse()))
    print(f"{time.monotonic() - begun:.0f} s")
    for line in (*grown, *complaints.lines):
        print(f"Failed: {line}", file=sys.stderr)
    return bool(grown or complaints.lines)


if __name__ == "__main__":
    sys.exit(main())
