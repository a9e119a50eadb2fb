"""The turn-on trigger, by which an automation wakes the projector."""

import asyncio
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .conftest import Home, SetUp, StartProjector, change_timings, wait_until
from .observe import history, record_requests
from .packets import FakeMagicPackets
from .sleeping import SLEEPERS, fall_asleep

PROJECTOR = "media_player.projector"
PHASE = "sensor.phase"
POWER = (PROJECTOR, "remote.remote", "switch.power", PHASE)
OFF = ["off"] * len(POWER)
AWAY = [STATE_UNAVAILABLE] * len(POWER)
AUTOMATION = "automation.smart_plug"
NO_MAC = {"network.device.lan.hwaddress": ""}

pytestmark = [
    pytest.mark.parametrize("model", SLEEPERS),
    pytest.mark.usefixtures("fast_timings"),
]


class Plug:
    """A smart plug that an automation switches on."""

    def __init__(self, home: Home) -> None:
        """Leave the projector connected to power."""
        self.home = home
        self.powers = True
        """Whether switching it on helps."""
        self.calls: list[dict[str, Any]] = []
        home.hass.services.async_register("plug", "turn_on", self._turn_on)

    async def _turn_on(self, call: ServiceCall) -> None:
        self.calls.append(dict(call.data))
        if not self.powers:
            raise HomeAssistantError("The plug does not answer")
        self.home.projector.restore_mains()

    async def connect(self, **target: Any) -> None:
        """Set up the automation, by default for the projector."""
        automation = {
            "alias": "Smart plug",
            "triggers": {
                "trigger": "barco_pulse.turn_on",
                "target": target or {"device_id": device(self.home).id},
            },
            "actions": {
                "action": "plug.turn_on",
                "data": {
                    "device": "{{ trigger.device_id }}",
                    "entity": "{{ trigger.entity_id }}",
                },
            },
        }
        hass = self.home.hass
        assert await async_setup_component(
            hass, "automation", {"automation": automation}
        )
        await hass.async_block_till_done()

    async def switch_automation(self, action: str) -> None:
        """Turn the automation on or off."""
        await self.home.hass.services.async_call(
            "automation", action, {"entity_id": AUTOMATION}, blocking=True
        )


def device(home: Home) -> dr.DeviceEntry:
    """Return the device of the projector."""
    registry = dr.async_get(home.hass)
    [device] = dr.async_entries_for_config_entry(registry, home.entry.entry_id)
    assert isinstance(device, dr.DeviceEntry)
    return device


@pytest.fixture
async def home(
    hass: HomeAssistant,
    start_projector: StartProjector,
    set_up: SetUp,
    magic_packets: FakeMagicPackets,
    model: str,
) -> Home:
    """Set up a projector that reports no MAC address."""
    projector = await start_projector(model, state="ready", values=NO_MAC)
    return Home(hass, projector, await set_up(projector))


@pytest.fixture
def plug(home: Home) -> Plug:
    """Connect the projector to a smart plug."""
    return Plug(home)


def states(home: Home) -> list[str | None]:
    """Return the states of POWER."""
    return [home.value(name) for name in POWER]


async def sleep_without_power(home: Home) -> None:
    """Wait until the projector is asleep, and turn the plug off."""
    await fall_asleep(home)
    home.projector.cut_mains()


@pytest.mark.parametrize("name", [PROJECTOR, "remote.remote", "switch.power"])
async def test_woken(
    home: Home, plug: Plug, magic_packets: FakeMagicPackets, name: str
) -> None:
    """Run the automation once, whichever entity is turned on, then turn on."""
    await plug.connect()
    await sleep_without_power(home)
    assert states(home) == OFF
    phases = history(home, PHASE)
    commands = record_requests(home.projector, "system.poweron")

    await home.act("turn_on", name)

    await home.until(PHASE, "on")
    await home.until(name, "on")
    assert plug.calls == [
        {"device": device(home).id, "entity": home.entity_id(PROJECTOR)}
    ]
    assert len(commands) == 1
    assert "warming" in phases
    assert set(phases) <= {"starting", "off", "warming", "on"}
    assert home.attribute(name, "pending") is None
    assert magic_packets.sent == []


async def test_automation_without_effect(
    home: Home, plug: Plug, hass: HomeAssistant
) -> None:
    """Wait for the projector until the timeout, then show off."""
    change_timings(hass, pending_timeout=0.3)
    await home.reload()
    await plug.connect()
    await sleep_without_power(home)
    plug.powers = False

    command = asyncio.create_task(home.act("turn_on", PROJECTOR))
    await wait_until(home.hass, lambda: home.attribute(PROJECTOR, "pending") == "on")
    assert home.value("sensor.pending_command") == "turn_on"
    assert home.value(PHASE) == "off"

    with pytest.raises(HomeAssistantError) as refusal:
        await command
    assert refusal.value.translation_key == "not_woken"
    assert len(plug.calls) == 1
    assert states(home) == OFF

    plug.powers = True
    await home.act("turn_on", PROJECTOR)

    await home.until(PHASE, "on")
    assert len(plug.calls) == 2


async def test_reload_while_waking(home: Home, plug: Plug) -> None:
    """Continue the command without running the automation again."""
    await plug.connect()
    await sleep_without_power(home)
    plug.powers = False
    command = asyncio.create_task(home.act("turn_on", PROJECTOR))
    await wait_until(home.hass, lambda: bool(plug.calls))

    await home.hass.config_entries.async_reload(home.entry.entry_id)

    await wait_until(home.hass, lambda: home.attribute(PROJECTOR, "pending") == "on")
    home.projector.restore_mains()
    await command
    await home.until(PHASE, "on")
    assert len(plug.calls) == 1


async def test_automation_is_added_and_removed(home: Home, plug: Plug) -> None:
    """Take changes of automations into account at once."""
    await sleep_without_power(home)
    assert home.value(PROJECTOR) == STATE_UNAVAILABLE

    await plug.connect()
    assert states(home) == OFF

    await plug.switch_automation("turn_off")
    assert states(home) == AWAY
    with pytest.raises(HomeAssistantError):
        await home.entry.runtime_data.async_run_command(
            home.entry.runtime_data.projector.power_on()
        )

    await plug.switch_automation("turn_on")
    assert states(home) == OFF
    assert plug.calls == []


async def test_start_of_home_assistant(home: Home, plug: Plug) -> None:
    """Retry set-up when the automation is attached."""
    await sleep_without_power(home)
    assert not await home.hass.config_entries.async_reload(home.entry.entry_id)
    assert home.value(PROJECTOR) == STATE_UNAVAILABLE

    await plug.connect()

    assert home.entry.state is ConfigEntryState.LOADED
    assert states(home) == OFF

    await home.reload()

    assert states(home) == OFF
    await home.act("turn_on", PROJECTOR)
    await home.until(PHASE, "on")


async def test_area(home: Home, plug: Plug) -> None:
    """Follow a projector into the targeted area and out of it."""
    await sleep_without_power(home)
    area = ar.async_get(home.hass).async_create("Cinema")
    television = MockConfigEntry(domain="other", state=ConfigEntryState.SETUP_RETRY)
    television.add_to_hass(home.hass)
    players = er.async_get(home.hass)
    other = players.async_get_or_create(
        "media_player", "other", "1_projector", config_entry=television
    )
    players.async_update_entity(other.entity_id, area_id=area.id)
    with patch.object(home.hass.config_entries, "async_schedule_reload") as reload:
        await plug.connect(area_id=area.id)
    assert states(home) == AWAY
    reload.assert_not_called()
    registry = dr.async_get(home.hass)

    registry.async_update_device(device(home).id, area_id=area.id)
    await home.hass.async_block_till_done()
    assert states(home) == OFF

    registry.async_update_device(device(home).id, area_id=None)
    await home.hass.async_block_till_done()
    assert states(home) == AWAY


@pytest.mark.parametrize(
    ("mac", "failure", "count"),
    [
        ("", None, 0),
        ("00:0d:0a:00:00:01", None, 3),
        ("00:0d:0a:00:00:01", OSError("Network is unreachable"), 0),
    ],
    ids=["not to be sent", "sent", "cannot be sent"],
)
async def test_with_magic_packets(
    home: Home,
    plug: Plug,
    magic_packets: FakeMagicPackets,
    mac: str,
    failure: OSError | None,
    count: int,
) -> None:
    """Repeat the packets, but run the automation once."""
    home.hass.config_entries.async_update_entry(home.entry, options={"mac": mac})
    await home.reload()
    await plug.connect()
    await sleep_without_power(home)
    plug.powers = False
    magic_packets.failure = failure

    command = asyncio.create_task(home.act("turn_on", PROJECTOR))
    await magic_packets.until(count)
    await wait_until(home.hass, lambda: bool(plug.calls))
    home.projector.restore_mains()
    await command

    await home.until(PHASE, "on")
    assert len(plug.calls) == 1
    assert bool(magic_packets.sent) is bool(count)
