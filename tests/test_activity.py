"""Lines on the page Activity, by the rules of the logbook."""

from collections.abc import Iterator
import contextlib

from homeassistant.components.logbook.helpers import async_subscribe_events
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, callback
import pytest

from .conftest import Home, SetUpProjector

PROJECTOR = "media_player.projector"


@contextlib.contextmanager
def activity(home: Home) -> Iterator[list[str]]:
    """Record the lines about the entities of a projector."""
    lines: list[str] = []
    subscriptions: list[CALLBACK_TYPE] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        lines.append(f"{event.data['entity_id']} {event.data['new_state']}")

    entity_ids = [entity.entity_id for entity in home.entries().values()]
    async_subscribe_events(home.hass, subscriptions, note, (), None, entity_ids, None)
    yield lines
    for stop in subscriptions:
        stop()


@pytest.mark.parametrize("model", ["balder_cs", "hdr_cs"])
async def test_turning_on_is_at_most_ten_lines(
    setup_projector: SetUpProjector, model: str
) -> None:
    """Turn on from ready with a known duration."""
    home = await setup_projector(model, state="on", speed=100)
    home.projector.change("system.ready.timeout.enable", False)
    for _ in range(2):
        await home.act("turn_off", PROJECTOR)
        await home.until("sensor.phase", "off")
        assert home.projector.state == "ready"

        with activity(home) as lines:
            await home.act("turn_on", PROJECTOR)
            await home.until("sensor.phase", "on")
            await home.hass.async_block_till_done()

    assert 0 < len(lines) <= 10, lines
