"""What an owner reads on the page *Activity*, by the logbook's own rules."""

from collections.abc import Iterator
import contextlib

from homeassistant.components.logbook.helpers import async_subscribe_events
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, callback
import pytest

from .conftest import Home, SetUpProjector

PROJECTOR = "media_player.projector"


@contextlib.contextmanager
def activity(home: Home) -> Iterator[list[str]]:
    """Note the lines about the entities of a projector, as long as the context lasts."""
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
async def test_one_on_is_ten_lines_at_most(
    setup_projector: SetUpProjector, model: str
) -> None:
    """From ready, and once it is known how long it takes."""
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
