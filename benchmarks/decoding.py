"""(a) Decoding, compared with bare orjson on the same bytes."""

from collections.abc import Callable, Iterator, Sequence
import statistics
import time

import orjson

from custom_components.barco_pulse.pulse.decoder import MessageDecoder

from .metric import Metric, Report, ratio_of_medians

_SOCKET_READ = 1 << 16
_DESCRIPTION = "What it is for, and in which power states it is there. " * 3
_LINEAR = 2.2
"""The limit of the ratio of times when the size doubles."""


def a_message(size: int, description: str = "") -> bytes:
    """Return a response to introspection of exactly `size` bytes."""
    entry = 120 + len(description)
    described: list[dict[str, object]] = []
    response = {"jsonrpc": "2.0", "id": 1, "result": {"properties": described}}
    while (left := size - len(orjson.dumps(response))) > 2.5 * entry:
        described += [
            {
                "name": f"image.property{number % 600}",
                "type": "float",
                "access": "rw",
                "min": -1,
                "max": number % 7 / 7,
                "precision": 0.01,
                **({"description": description} if description else {}),
            }
            for number in range(max(left // entry - 1, 1))
        ]
    described.append({"description": ""})
    described[-1]["description"] = "x" * (size - len(orjson.dumps(response)))
    return orjson.dumps(response)


def _pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def _ours(chunks: Sequence[bytes], expected: int) -> Callable[[], None]:
    def decode() -> None:
        count = 0

        def on_message(message: object) -> None:
            nonlocal count
            count += 1

        decoder = MessageDecoder(on_message)
        for chunk in chunks:
            decoder.feed(chunk)
        assert count == expected

    return decode


def _bare(messages: Sequence[bytes]) -> Callable[[], None]:
    def decode() -> None:
        for message in messages:
            orjson.loads(message)

    return decode


def _seconds(acts: Sequence[Callable[[], None]], repeats: int) -> list[list[float]]:
    """Return the CPU times of each function, repeated in turns."""
    taken: list[list[float]] = [[] for _ in acts]
    for _ in range(repeats):
        for act, times in zip(acts, taken, strict=True):
            began = time.thread_time()
            act()
            times.append(time.thread_time() - began)
    return taken


def _throughput(count: int, repeats: int) -> Iterator[Metric]:
    """Measure `count` messages of 1 kB, each alone and many in each chunk."""
    messages = [a_message(1000)] * count
    for what, chunks, bar in (
        ("one 1 kB message per chunk", messages, 0.8),
        ("64 KiB of them per chunk", _pieces(b"".join(messages), _SOCKET_READ), 0.5),
    ):
        ours, bare = _seconds((_ours(chunks, count), _bare(messages)), repeats)
        speed = count * len(messages[0]) / statistics.median(ours) / 1e6
        ratio = 1 / ratio_of_medians(ours, bare)
        name = f"Decoding, {what}"
        yield Metric("a", name, speed, "MB/s")
        yield Metric(
            "a", f"{name}: of the speed of bare orjson", ratio, bar=bar, least=True
        )


def _growth_with_size(what: str, size: int, piece: int, repeats: int) -> list[Metric]:
    """Compare a message of twice `size` with one of `size`, in pieces of `piece`."""
    # Introspection limits the number of members, so large messages have longer ones.
    description = _DESCRIPTION if size > 100_000 else ""
    whole, double = (a_message(n, description) for n in (size, 2 * size))
    acts = (
        _ours(_pieces(whole, piece), 1),
        _ours(_pieces(double, piece), 1),
        _bare([whole]),
        _bare([double]),
    )
    once, twice, bare_once, bare_twice = _seconds(acts, repeats)
    name = f"Decoding, one of {2 * size / 1e6:g} MB {what}"
    speed = len(double) / statistics.median(twice) / 1e6
    against_bare = 1 / ratio_of_medians(twice, bare_twice)
    ours, bare = ratio_of_medians(twice, once), ratio_of_medians(bare_twice, bare_once)
    return [
        Metric("a", name, speed, "MB/s"),
        Metric("a", f"{name}: of the speed of bare orjson", against_bare),
        Metric("a", f"{name}: time against half the size", ours, "x", _LINEAR),
        Metric("a", f"{name}: bare orjson against half the size", bare, "x"),
    ]


async def run(*, quick: bool) -> Report:
    """Measure speeds, and ratios to bare orjson."""
    repeats = 3 if quick else 15
    dripped, large = (5_000, 500_000) if quick else (50_000, 2_500_000)
    return Report(
        [
            *_throughput(260 if quick else 2600, repeats),
            *_growth_with_size("dripped byte by byte", dripped, 1, repeats),
            *_growth_with_size("in chunks of 64 KiB", large, _SOCKET_READ, repeats),
        ]
    )
