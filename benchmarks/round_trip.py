"""(b) Round trip of a request, compared with a plain asyncio stream."""

import asyncio
import statistics
import time

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.protocol import Framing, encode_request

from .echo import answer_to
from .metric import Metric, Report, percentile, ratio_of_medians
from .subprocess_rpc import start_subprocess

_METHOD = "property.get"
_PARAMS = {"property": "system.state"}
_BAR = 1.5


async def run(*, quick: bool) -> Report:
    """Measure both in turns, with the same bytes and the same server."""
    rounds, count = (3, 20) if quick else (60, 100)
    ours: list[float] = []
    bare: list[float] = []
    request = encode_request(1234, _METHOD, _PARAMS)
    size = len(answer_to(request))
    async with start_subprocess("benchmarks.echo") as echo:
        port = await echo.call("port")
        client = PulseClient("127.0.0.1", port, framing=Framing.RAW)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await client.connect()
            for _ in range(rounds):
                for _ in range(count):
                    began = time.perf_counter()
                    await client.request(_METHOD, _PARAMS)
                    ours.append(time.perf_counter() - began)
                for _ in range(count):
                    began = time.perf_counter()
                    writer.write(request)
                    await reader.readexactly(size)
                    bare.append(time.perf_counter() - began)
        finally:
            writer.close()
            await client.disconnect()
    return Report(
        [
            Metric("b", "Round trip of a request", statistics.median(ours) * 1e6, "µs"),
            Metric(
                "b",
                "Round trip of a request, 99 % within",
                percentile(ours, 99) * 1e6,
                "µs",
            ),
            Metric(
                "b",
                "Round trip of a request, against a bare stream",
                ratio_of_medians(ours, bare),
                "x",
                _BAR,
            ),
        ]
    )
