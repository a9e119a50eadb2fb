"""The remote: keys, sources, presets and profiles as commands."""

import asyncio
from typing import Any

from homeassistant.components.remote import DOMAIN as REMOTE
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from custom_components.barco_pulse.const import DOMAIN

from .conftest import Home, SetUpProjector
from .observe import record_requests

pytestmark = pytest.mark.usefixtures("watched_sensors")

NAME = "remote.remote"


async def send(home: Home, *commands: str, **data: Any) -> None:
    """Send commands, by default without a delay."""
    await home.act(
        "send_command", NAME, command=[*commands], **{"delay_secs": 0} | data
    )


KEYS = {
    "RC_MENU": "RC_MENU",
    "KP_MENU": "KP_MENU",
    "menu": "RC_MENU",
    "up": "RC_UP",
    "ok": "RC_OK",
    "back": "RC_BACK",
    "0": "RC_0",
    "zoom_plus": "RC_ZOOM_PLUS",
    "lens": "KP_LENS",
}


@pytest.mark.parametrize("model", ["balder_cs", "udx"])
async def test_key(setup_projector: SetUpProjector, model: str) -> None:
    """Press a key by either name, with the method of the model."""
    home = await setup_projector(model)
    form = "sendclickevent" if model == "udx" else "postevent"

    for command in KEYS:
        await send(home, command)

    assert home.projector.keys == [("CLICKED", key) for key in KEYS.values()]
    assert home.projector.counters.requests[f"keydispatcher.{form}"] == len(KEYS)


@pytest.mark.parametrize("model", ["balder_cs", "udx"])
async def test_each_key(setup_projector: SetUpProjector, model: str) -> None:
    """Press each key that the projector lists."""
    home = await setup_projector(model)
    form = "sendclickevent" if model == "udx" else "postevent"
    params = home.projector.model.methods[f"keydispatcher.{form}"].params
    keys = next(param.type.values for param in params if param.name == "key")
    assert len(keys) > 50

    await send(home, *keys)

    assert home.projector.keys == [("CLICKED", key) for key in keys]


@pytest.mark.parametrize(
    ("command", "method", "params"),
    [
        (
            "source_DisplayPort 1",
            "property.set",
            {"property": "image.window.main.source", "value": "DisplayPort 1"},
        ),
        ("preset_5", "profile.activatepreset", 5),
        ("profile_Café", "profile.activateprofile", "Café"),
    ],
)
async def test_sources_presets_and_profiles(
    setup_projector: SetUpProjector, command: str, method: str, params: Any
) -> None:
    """Select sources, presets and profiles."""
    home = await setup_projector("hdr_cs", state="on")
    requests = record_requests(home.projector, method)

    await send(home, command)

    assert requests == [(method, params)]


@pytest.mark.usefixtures("profile_enabled")
async def test_preset_and_profile_are_shown(
    setup_projector: SetUpProjector,
) -> None:
    """Show the preset or profile that the remote activated."""
    home = await setup_projector("hdr_cs", state="on")

    await send(home, "preset_5")
    await home.until("select.preset", "5: Gaming")
    await send(home, "profile_Café")

    await home.until("select.profile", "Café")


@pytest.mark.parametrize("model", ["udx"])
async def test_unknown_command_sends_nothing(
    setup_projector: SetUpProjector, model: str
) -> None:
    """Check all commands first; the error lists some of the valid ones.

    It lists no command twice: Barco's names of the keys are omitted.
    """
    home = await setup_projector(model, state="on")

    with pytest.raises(ServiceValidationError) as refusal:
        await send(home, "menu", "volume_up", "profile_Ghost")

    assert home.projector.keys == []
    assert refusal.value.translation_domain == DOMAIN
    assert refusal.value.translation_key == "unknown_command"
    placeholders = refusal.value.translation_placeholders
    assert placeholders is not None
    assert placeholders["command"] == "volume_up, profile_Ghost"
    commands = placeholders["commands"].split(", ")
    assert len(commands) <= 41
    assert "menu" in commands
    assert not [name for name in commands if name.startswith(("RC_", "KP_"))]


async def test_projector_without_keys(setup_projector: SetUpProjector) -> None:
    """Turn a projector without keys on and off."""
    home = await setup_projector("minimal")

    with pytest.raises(ServiceValidationError) as refusal:
        await send(home, "menu")
    await home.act("turn_on", NAME)

    assert refusal.value.translation_key == "no_commands"
    await home.projector.wait_for_state("on")


async def test_repeats(setup_projector: SetUpProjector) -> None:
    """Repeat the whole sequence in its order."""
    home = await setup_projector("udx")

    await send(home, "menu", "down", num_repeats=3)

    menu, down = ("CLICKED", "RC_MENU"), ("CLICKED", "RC_DOWN")
    assert home.projector.keys == [menu, down] * 3


async def test_delay(setup_projector: SetUpProjector) -> None:
    """Wait between commands."""
    home = await setup_projector("udx")
    clock = asyncio.get_running_loop().time
    begun = clock()

    await send(home, "menu", "down", num_repeats=2, delay_secs=0.1)

    assert clock() - begun >= 0.3
    assert len(home.projector.keys) == 4


async def test_no_delay_around_a_single_command(
    setup_projector: SetUpProjector,
) -> None:
    """Do not wait before or after a single command."""
    home = await setup_projector("udx")

    async with asyncio.timeout(5):
        await send(home, "menu", delay_secs=60)

    assert home.projector.keys == [("CLICKED", "RC_MENU")]


@pytest.mark.parametrize("model", ["udx"])
async def test_hold(setup_projector: SetUpProjector, model: str) -> None:
    """Release the key after the given time."""
    home = await setup_projector(model)
    clock = asyncio.get_running_loop().time
    begun = clock()

    await send(home, "zoom_plus", hold_secs=0.2)

    assert clock() - begun >= 0.2
    pressed = [("PRESS", "RC_ZOOM_PLUS"), ("RELEASE", "RC_ZOOM_PLUS")]
    assert home.projector.keys == pressed


@pytest.mark.parametrize("answered", [True, False])
async def test_key_is_released_after_cancellation(
    setup_projector: SetUpProjector, answered: bool
) -> None:
    """Release the key if the script is stopped, at any moment."""
    home = await setup_projector("balder_cs")
    keys = home.projector.keys
    script = asyncio.create_task(send(home, "zoom_plus", hold_secs=60))
    await home.projector.wait_until(lambda: bool(keys))
    if answered:
        home.projector.change("system.health", "Warning")  # comes after the response
        await home.until("sensor.health", "warning")

    script.cancel()
    await asyncio.wait([script])

    await home.projector.wait_until(lambda: len(keys) == 2)
    assert keys[1] == ("RELEASE", "RC_ZOOM_PLUS")


async def test_power(setup_projector: SetUpProjector) -> None:
    """Send one command for each click, and show the reported state."""
    home = await setup_projector("hdr_cs", state="ready", speed=1)
    assert home.value(NAME) == "off"

    await home.act("turn_on", NAME)
    await home.until(NAME, "on")
    home.projector.change("system.state", "on")
    await home.until("sensor.state", "on")
    await home.act("turn_off", NAME)
    await home.until(NAME, "off")

    requests = home.projector.counters.requests
    assert requests["system.poweron"] == requests["system.poweroff"] == 1


async def test_error_ends_the_sequence(setup_projector: SetUpProjector) -> None:
    """Do not send the commands after one that failed."""
    home = await setup_projector("udx")
    home.projector.faults.busy = True
    requests = home.projector.counters.requests

    with pytest.raises(HomeAssistantError) as refusal:
        await send(home, "menu", "down", "ok")

    assert refusal.value.translation_key == "busy"
    assert requests["keydispatcher.sendclickevent"] == 1


async def test_single_command_without_a_list(
    setup_projector: SetUpProjector,
) -> None:
    """Accept a single command instead of a list."""
    home = await setup_projector("udx")

    await home.hass.services.async_call(
        REMOTE,
        "send_command",
        {"entity_id": home.entity_id(NAME), "command": "menu"},
        blocking=True,
    )

    assert home.projector.keys == [("CLICKED", "RC_MENU")]
