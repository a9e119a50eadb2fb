"""Run the soak test: `python -m soak`."""

import argparse
import asyncio
from concurrent.futures import ThreadPoolExecutor
import logging
import sys
import threading
import time
from typing import Final, override

from homeassistant.core import HomeAssistant

from benchmarks.subprocess_rpc import start_subprocess

from .resources import Resources, growth
from .runner import SoakRunner, home_assistant

PARTS: Final = 10
THREADS: Final = 8


class ProblemLog(logging.Handler):
    """A handler that keeps exceptions, errors and warnings of the integration."""

    def __init__(self) -> None:
        """Initialize without records."""
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
    parser.add_argument(
        "--flows", type=int, default=1000, help="number of aborted flows"
    )
    parser.add_argument("--seconds", type=float, help="stop after this time")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(arguments)


async def soak(options: argparse.Namespace) -> list[str]:
    """Run all cycles; return a description of each resource that has grown."""
    end = time.monotonic() + (options.seconds or float("inf"))
    async with (
        start_subprocess("soak.faulty_projector", str(options.seed)) as projector,
        home_assistant() as hass,
    ):
        await _fill_pool(hass)
        port, pin = await projector.call("address")
        runner = SoakRunner(hass, projector, port, pin, options.seed)
        await runner.set_up()
        await runner.reload()
        samples = [await _measure_resources(runner, "start")]
        for part in range(1, PARTS + 1):
            if time.monotonic() > end:
                break
            await _part(runner, options, part)
            samples.append(await _measure_resources(runner, f"{100 * part // PARTS} %"))
        for name, count in sorted(runner.counts.items()):
            print(f"{count} {name}", flush=True)
        opened = await projector.call("counter", name="connections_opened")
        print(f"{opened} connections opened")
        await runner.unload()
    return growth(samples)


async def _part(runner: SoakRunner, options: argparse.Namespace, part: int) -> None:
    """Run a tenth of the cycles, reloads and flows, evenly mixed."""
    cycles = options.cycles // PARTS
    reloads = max(1, cycles // max(1, options.reloads // PARTS))
    flows = max(1, cycles // max(1, options.flows // PARTS))
    for number in range(cycles):
        await runner.cycle((part - 1) * cycles + number + 1)
        if options.reloads and number % reloads == 0:
            await runner.reload()
        if options.flows and number % flows == 0:
            await runner.abort_flow()


async def _measure_resources(runner: SoakRunner, when: str) -> Resources:
    await runner.wait_until_idle()
    resources = Resources.now()
    print(f"{when}: {resources}", flush=True)
    return resources


async def _fill_pool(hass: HomeAssistant) -> None:
    """Start all threads of the executor, so that their number is constant."""
    hass.loop.set_default_executor(ThreadPoolExecutor(THREADS))
    together = threading.Barrier(THREADS)
    jobs = (hass.async_add_executor_job(together.wait) for _ in range(THREADS))
    await asyncio.gather(*jobs)


def main() -> int:
    """Run the command line; return the exit status."""
    problems = ProblemLog()
    logging.basicConfig(level=logging.WARNING, handlers=[problems])
    start = time.monotonic()
    grown = asyncio.run(soak(parse()))
    print(f"{time.monotonic() - start:.0f} s")
    for line in (*grown, *problems.lines):
        print(f"Failed: {line}", file=sys.stderr)
    return bool(grown or problems.lines)


if __name__ == "__main__":
    sys.exit(main())
