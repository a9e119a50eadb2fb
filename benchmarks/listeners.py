"""Measure the benefit of calling only the listeners of changed values.

The benchmark pushes a value of one entity of a Balder CS with its default entities, or
with all of them (`--all`), and measures the CPU time from the coordinator to the state.
"""

import asyncio
from dataclasses import replace
import json
from pathlib import Path
from statistics import median
import sys
import tempfile
import time

from homeassistant.helpers.entity import Entity

from custom_components.barco_pulse.const import DOMAIN
from custom_components.barco_pulse.coordinator import PulseCoordinator
from simulator import Simulator

from .ha_process import HomeAssistantProcess, home_assistant

NAME = "image.brightness"
_REPEATS = 200


def _push(coordinator: PulseCoordinator, value: float, *, everyone: bool) -> float:
    """Return the microseconds that a snapshot takes in which one value is new."""
    snapshot = coordinator.data
    snapshot = replace(snapshot, values={**snapshot.values, NAME: value})
    coordinator.changes = None if everyone else {NAME}
    began = time.thread_time_ns()
    coordinator.async_set_updated_data(snapshot)
    return (time.thread_time_ns() - began) / 1000


async def _measured(*, every_entity: bool) -> dict[str, float]:
    """Return the microseconds of one push, by which listeners are called."""
    if every_entity:
        Entity.entity_registry_enabled_default = True  # type: ignore[assignment,method-assign]
    with tempfile.TemporaryDirectory() as folder:
        async with (
            home_assistant(Path(folder)) as hass,
            Simulator("balder_cs", state="on", speed=1000.0) as projector,
        ):
            serial = str(projector.get("system.serialnumber"))
            host, port, pin = projector.host, projector.port, projector.pin
            ha = HomeAssistantProcess(hass)
            await ha.add([{"host": host, "port": port, "pin": pin, "serial": serial}])
            [entry] = hass.config_entries.async_entries(DOMAIN)
            coordinator: PulseCoordinator = entry.runtime_data
            taken: dict[bool, list[float]] = {True: [], False: []}
            for number in range(_REPEATS):
                for everyone, times in taken.items():
                    value = (number + everyone / 2) / _REPEATS
                    times.append(_push(coordinator, value, everyone=everyone))
            return {
                "entities": await ha.entities(),
                "all listeners, µs": round(median(taken[True])),
                "listeners of the name, µs": round(median(taken[False])),
            }


if __name__ == "__main__":
    found = asyncio.run(_measured(every_entity="--all" in sys.argv))
    print(json.dumps(found, indent=2, ensure_ascii=False))
