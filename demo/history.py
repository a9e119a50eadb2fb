"""Invented statistics of the day before the first start, to fill graphs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from .client import WebSocket
from .settings import NAME

HOURS = 24
# Entity, °C when off, °C when on, as in the simulator.
TEMPERATURES = (
    (f"sensor.{NAME}_inlet_temperature", 20.5, 22.5),
    (f"sensor.{NAME}_outlet_temperature", 21.5, 29.0),
)


async def import_history(home_assistant: WebSocket) -> None:
    """Import hourly statistics of the temperatures."""
    for entity_id, off, on in TEMPERATURES:
        await home_assistant.call(
            "recorder/import_statistics",
            metadata={
                "source": "recorder",
                "statistic_id": entity_id,
                "name": None,
                "unit_of_measurement": "°C",
                "unit_class": "temperature",
                "mean_type": 1,
                "has_sum": False,
            },
            stats=list(_statistics(off, on)),
        )


def _statistics(off: float, on: float) -> Iterator[dict[str, Any]]:
    """Yield statistics with a film until 20 hours ago and one in the last hour."""
    this_hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    level = 0.0
    for ago in range(HOURS, 0, -1):
        running = ago >= 20 or ago == 1
        level += ((1.0 if running else 0.0) - level) * 0.7
        mean = round(off + (on - off) * level, 1)
        start = this_hour - timedelta(hours=ago)
        yield {"start": start.isoformat(), "mean": mean, "min": mean, "max": mean}
