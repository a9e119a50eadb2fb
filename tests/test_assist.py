"""Assist: sentences about a projector reach only its media player."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent
from homeassistant.setup import async_setup_component
import pytest

from .conftest import SetUpProjector


@pytest.mark.parametrize("name", ["Cinema", "cinema"])
async def test_turn_on_and_off(
    hass: HomeAssistant, setup_projector: SetUpProjector, name: str
) -> None:
    """Expose one entity with the projector's name by default."""
    for component in ("homeassistant", "intent"):
        assert await async_setup_component(hass, component, {})
    home = await setup_projector(state="on", values={"system.name": "Cinema"})

    async def say(intent_type: str) -> list[str | None]:
        slots = {"name": {"value": name}}
        response = await intent.async_handle(
            hass, "test", intent_type, slots, assistant="conversation"
        )
        return [target.id for target in response.success_results]

    assert await say(intent.INTENT_TURN_OFF) == ["media_player.cinema"]
    await home.projector.wait_for_state("ready")
    assert await say(intent.INTENT_TURN_ON) == ["media_player.cinema"]
    await home.projector.wait_for_state("on")
