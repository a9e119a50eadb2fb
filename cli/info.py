"""The command `info`."""

from collections.abc import Iterable
from dataclasses import dataclass
import statistics
import time
from typing import Final

from aiobarcopulse import (
    NOTIFICATIONS,
    PHASE,
    SOURCE,
    SOURCES,
    STATE,
    TARGET_STATE,
    JsonObject,
    JsonValue,
    Projector,
    PulsePermissionError,
    Snapshot,
    parse_block_name,
)

from .output import Output, complete, table
from .target import Target

_SAMPLES: Final = 5
_FRAMINGS: Final = {"bare": "raw JSON", "http": "HTTP"}
_LABELS: Final = {"mac": "MAC address", "response_ms": "Response (ms)"}
_SECONDS: Final = {"hours": 3600, "minutes": 60, "seconds": 1}
_HOURS: Final = {
    "laser": ("laserruntime", "operating.laseron", "laser runtime"),
    "projector": ("projectorruntime", "projector"),
}
"""What is counted, by the names that the models use."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """How fast the projector was, in milliseconds."""

    connect: float
    responses: list[float]


async def info(output: Output, target: Target) -> None:
    """Print what a projector is, shows and measures, and what does not work."""
    with output.steps(f"Connecting to {target.address}"):
        started = time.perf_counter()
        async with target.connected(default_names=_names) as projector:
            connect = (time.perf_counter() - started) * 1000
            measured = _Measured(connect, await _response_times(projector))
            data = _data(projector, measured)
            problems = [*_problems(projector, projector.snapshot)]
    rows = [
        (_label(name), complete(_text(value))) for name, value in data.items() if value
    ]
    rows += [("Problem", complete(problem)) for problem in problems]
    output.result(data | {"problems": problems}, table("", "", rows=rows))


def _names(snapshot: Snapshot) -> Iterable[str]:
    """Return the properties to read."""
    temperatures = (
        name
        for name, described in snapshot.properties.items()
        if described.quantity == "Temperature" and name.endswith(".value")
    )
    counters = (
        f"statistics.{name}.value" for names in _HOURS.values() for name in names
    )
    return (
        STATE,
        TARGET_STATE,
        SOURCE,
        SOURCES,
        NOTIFICATIONS,
        *counters,
        *temperatures,
    )


async def _response_times(projector: Projector) -> list[float]:
    times = []
    for _ in range(_SAMPLES):
        started = time.perf_counter()
        await projector.get_property(STATE)
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times)


def _data(projector: Projector, measured: _Measured) -> dict[str, JsonValue]:
    snapshot, identity = projector.snapshot, projector.identity
    assert identity is not None  # `connect` has read it
    return {
        "name": identity.name,
        "model": identity.model,
        "firmware": identity.firmware,
        "serial_number": identity.serial_number,
        "mac": identity.mac,
        "state": snapshot.state,
        "phase": snapshot.get_text(PHASE),
        "source": snapshot.source,
        "sources": [*snapshot.get_texts(SOURCES)],
        "hours": _hours(snapshot),
        "temperatures": _temperatures(snapshot),
        "notifications": [
            str(notification.get("message") or notification.get("title"))
            for notification in snapshot.warnings
        ],
        "framing": projector.framing,
        "described": {
            "properties": len(snapshot.properties),
            "methods": len(snapshot.methods),
            "complete": snapshot.complete,
        },
        "pushed": len(projector.subscribed),
        "response_ms": {
            "connect": round(measured.connect, 1),
            "fastest": round(measured.responses[0], 1),
            "median": round(statistics.median(measured.responses), 1),
            "slowest": round(measured.responses[-1], 1),
        },
    }


def _hours(snapshot: Snapshot) -> JsonObject:
    hours: dict[str, JsonValue] = {}
    for counted, names in _HOURS.items():
        for name in (f"statistics.{name}.value" for name in names):
            value = snapshot.get_number(name)
            seconds = _SECONDS.get(snapshot.property_type(name).unit or "hours")
            if value is not None and seconds is not None and counted not in hours:
                hours[counted] = round(value * seconds / 3600)
    return hours


def _temperatures(snapshot: Snapshot) -> JsonObject:
    return {
        place: snapshot.get_number(name)
        for name in sorted(snapshot.values)
        if name.endswith(".value")
        for quantity, place in [parse_block_name(name)]
        if name.startswith("environment.") and quantity == "Temperature"
    }


def _problems(projector: Projector, snapshot: Snapshot) -> Iterable[str]:
    """Yield what does not work, in plain words."""
    if snapshot.pin_refused:
        yield "The projector refused the PIN or login. Values are read without it."
    elif isinstance(snapshot.error, PulsePermissionError):
        yield "The projector does not allow reading without a PIN or login."
    if not (snapshot.properties and snapshot.methods):
        yield "The projector does not describe what it has."
    if not projector.subscribed:
        yield "The projector does not push changes. They are polled."
    if projector.dropped:
        yield "The description of the projector is too large. A part was left out."
    if snapshot.get_text(STATE) is None:
        yield "The projector does not report its power state."


def _label(name: str) -> str:
    return _LABELS.get(name) or name.replace("_", " ").capitalize()


def _text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(
            f"{'' if item else 'not '}{name}"
            if isinstance(item, bool)
            else f"{name} {item}"
            for name, item in value.items()
        )
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return _FRAMINGS.get(str(value), str(value))
