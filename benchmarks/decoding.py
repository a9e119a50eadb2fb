"""(a) Decoding, against bare orjson on the same bytes."""

from collections.abc import Callable, Sequence
import statistics
import time

import orjson

from custom_components.barco_pulse.pulse.decoder import MessageDecoder

from .figure import Figure, Report, ratio_of_medians

_SOCKET_READ = 1 << 16
_DESCRIPTION = "What it is for, and in which power states it is there. " * 3
_LINEAR = 2.2
"""Double the size: at most so many times the time."""


def a_message(size: int, description: str = "") -> bytes:
    """Return an answer of exactly so many bytes, as introspection gets it."""
    entry = 120 + len(description)
    described: list[dict[str, object]] = []
    answer = {"jsonrpc": "2.0", "id": 1, "result": {"properties": described}}
    while (left := size - len(orjson.dumps(answer))) > 2.5 * entry:
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
    described[-1]["description"] = "x" * (size - len(orjson.dumps(answer)))
    return orjson.dumps(answer)


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
    """Return the CPU time of each act, so many times, in turns."""
    taken: list[list[float]] = [[] for _ in acts]
    for _ in range(repeats):
        for act, times in zip(acts, taken, strict=True):
            began = time.thread_time()
            act()
            times.append(time.thread_time() - began)
    return taken


async def run(*, quick: bool) -> Report:
    """Return speeds and ratios."""
    repeats = 3 if quick else 15
    count = 260 if quick else 2600
    messages = [a_message(1000)] * count
    figures: list[Figure] = []
    for what, chunks, bar in (
        ("one 1 kB message per chunk", messages, 0.8),
        ("64 KiB of them per chunk", _pieces(b"".join(messages), _SOCKET_READ), 0.5),
    ):
        ours, bare = _seconds((_ours(chunks, count), _bare(messages)), repeats)
        speed = count * len(messages[0]) / statistics.median(ours) / 1e6
        figures += [
            Figure("a", f"Decoding, {what}", speed, "MB/s"),
            Figure(
                "a",
                f"Decoding, {what}: of the speed of bare orjson",
                1 / ratio_of_medians(ours, bare),
                "",
                bar,
                True,
            ),
        ]
    for what, size, piece in (
        ("dripped byte by byte", 5_000 if quick else 50_000, 1),
        ("in chunks of 64 KiB", 500_000 if quick else 2_500_000, _SOCKET_READ),
    ):
        # One of more parts than any projector has would be refused.
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
        figures += [
            Figure("a", name, speed, "MB/s"),
            Figure(
                "a",
                f"{name}: of the speed of bare orjson",
                1 / ratio_of_medians(twice, bare_twice),
            ),
            Figure(
                "a",
                f"{name}: time against half the size",
                ratio_of_medians(twice, once),
                "x",
                _LINEAR,
            ),
            Figure(
                "a",
                f"{name}: bare orjson against half the size",
                ratio_of_medians(bare_twice, bare_once),
                "x",
            ),
        ]
    return Report(figures)
