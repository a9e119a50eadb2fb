"""(b) A request and its answer, against a bare asyncio stream with the same bytes."""

import asyncio
import statistics
import time

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.protocol import Framing, encode_request

from .children import child
from .echo import answer_to
from .figure import Figure, Report, percentile, ratio_of_medians

_METHOD = "property.get"
_PARAMS = {"property": "system.state"}
_BAR = 1.5


async def run(*, quick: bool) -> Report:
    """Return round trips, of both in turns with the same process."""
    rounds, count = (3, 20) if quick else (60, 100)
    ours: list[float] = []
    bare: list[float] = []
    request = encode_request(1234, _METHOD, _PARAMS)
    size = len(answer_to(request))
    async with child("echo") as echo:
        port = await echo.call("port")
        client = PulseClient("127.0.0.1", port, framing=Framing.BARE)
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
            Figure("b", "Round trip of a request", statistics.median(ours) * 1e6, "µs"),
            Figure(
                "b",
                "Round trip of a request, 99 % within",
                percentile(ours, 99) * 1e6,
                "µs",
            ),
            Figure(
                "b",
                "Round trip of a request, against a bare stream",
                ratio_of_medians(ours, bare),
                "x",
                _BAR,
            ),
        ]
    )
