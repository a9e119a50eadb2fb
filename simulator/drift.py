"""Values that change by themselves: temperatures, counters, countdowns."""

import asyncio
from random import Random

from .device import Device
from .model import RUNGS

_STEP = 0.1
_SECONDS = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0}


class Drift:
    """Periodic small changes of temperatures, counters and countdowns."""

    def __init__(self, device: Device, period: float, seed: int) -> None:
        """Initialize. `period` is in real seconds, 0 for no changes."""
        self._device = device
        self._period = period
        self._random = Random(seed)
        self._timer: asyncio.TimerHandle | None = None
        self._elapsed = 0.0
        self._temperatures = [
            f"{name}.value"
            for name, block in device.model.blocks.items()
            if block.value_type == "Temperature"
        ]
        self._counters = {
            name: _SECONDS[prop.unit]
            for name, prop in device.model.properties.items()
            if prop.unit in _SECONDS
        }

    def start(self) -> None:
        """Start the changes."""
        if self._period:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._period, self._tick)

    def stop(self) -> None:
        """Stop the changes."""
        if self._timer is not None:
            self._timer.cancel()

    def _tick(self) -> None:
        self._move_temperatures()
        self._count()
        for rung in RUNGS:
            remaining = self._device.power.remaining(rung)
            self._device.put(f"system.{rung}.timeout.remaining", remaining)
        self.start()

    def _move_temperatures(self) -> None:
        for name in self._temperatures:
            value = self._device.store.kept(name)
            if isinstance(value, int | float):
                step = self._random.choice((-_STEP, 0.0, _STEP))
                self._device.put(name, round(value + step, 1))

    def _count(self) -> None:
        seconds = self._period * self._device.clock.speed
        before, self._elapsed = self._elapsed, self._elapsed + seconds
        for name, unit in self._counters.items():
            if "laser" in name and self._device.power.state != "on":
                continue
            value = self._device.store.kept(name)
            grown = int(self._elapsed // unit) - int(before // unit)
            if grown and isinstance(value, int):
                self._device.put(name, value + grown)
