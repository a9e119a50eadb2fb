"""A day of a projector, a thousand times as fast."""

import asyncio
import logging
from typing import Any

from homeassistant.const import CONF_HOST, CONF_PIN, CONF_PORT, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
import pytest

from custom_components.barco_pulse import wake_on_lan as wake
from custom_components.barco_pulse.const import DOMAIN
from simulator import Simulator

from .common import connected, open_sockets
from .conftest import Home, SetUpProjector, logged, wait_until

pytestmark = pytest.mark.usefixtures("watched_sensors")

LASER = "illumination.sources.laser.power"
PROJECTOR = "media_player.projector"


class Day:
    """Events of one projector, and actions of its owner."""

    def __init__(self, home: Home) -> None:
        """Initialize with the projector and its entry."""
        self.home = home
        self.projector: Simulator = home.projector
        self.pin = self.projector.pin

    async def film(self) -> None:
        """Turn on with a source, dim the light, turn off."""
        home = self.home
        await home.act("turn_on", PROJECTOR)
        await wait_until(
            home.hass, lambda: bool(home.attribute(PROJECTOR, "source_list"))
        )
        source = home.attribute(PROJECTOR, "source_list")[-1]
        await home.act("select_source", PROJECTOR, source=source)
        await home.until("sensor.phase", "on")
        await home.until("select.source", source)
        await self.until_shown("number.laser_power")
        await self.until_shown("sensor.signal")
        await home.act("set_value", "number.laser_power", value=60)
        await home.until("number.laser_power", "60")

    @property
    def firmware(self) -> str | None:
        """Return the firmware version on the device page."""
        devices = dr.async_get(self.home.hass)
        [device] = dr.async_entries_for_config_entry(devices, self.home.entry.entry_id)
        return device.sw_version

    async def until_booted(self) -> None:
        """Wait until the projector has booted."""
        await self.projector.wait_until(lambda: self.projector.state != "boot")
        await self.home.until("sensor.state", self.projector.state)

    async def until_shown(self, name: str) -> None:
        """Wait until an entity has a state."""
        nothing = (None, STATE_UNAVAILABLE)
        await wait_until(self.home.hass, lambda: self.home.value(name) not in nothing)

    async def off(self) -> None:
        """Turn off, and wait for the end of cooling down."""
        await self.home.act("turn_off", PROJECTOR)
        await self.home.until("sensor.phase", "off")
        assert self.home.value(PROJECTOR) == "off"

    async def infrared(self) -> None:
        """Use the IR remote."""
        self.projector.power_on()
        await self.home.until(PROJECTOR, "on")
        await self.home.until("sensor.state", "on")
        self.projector.power_off()
        await self.home.until(PROJECTOR, "off")
        await self.home.until("sensor.phase", "off")

    async def another_controller(self) -> None:
        """Dim the light by another controller."""
        async with connected(self.projector) as controller:
            await controller.request("property.set", {"property": LASER, "value": 50})
            await self.home.until("number.laser_power", "50")

    async def power_loss(self) -> None:
        """Cut the power during the film."""
        self.projector.cut_mains()
        await self.home.until(PROJECTOR, STATE_UNAVAILABLE)
        self.projector.restore_mains()
        await self.until_booted()

    async def sleep(self) -> None:
        """Let the projector go to ECO by itself."""
        await self.home.hass.services.async_call(
            DOMAIN, "call_method", {"method": "system.gotoeco"}, blocking=True
        )
        await self.home.until("sensor.notifications", STATE_UNAVAILABLE)
        assert self.home.value(PROJECTOR) == "off"

    async def another_firmware(self) -> None:
        """Install firmware that requires a PIN or another PIN."""
        self.pin = "54321"
        self.projector.update_firmware("9.9.9", pin=self.pin)
        hass = self.home.hass
        await wait_until(hass, lambda: self.firmware == "9.9.9")
        await self.until_booted()
        if self.home.entry.data[CONF_PIN] is None:
            with pytest.raises(HomeAssistantError):
                await self.home.act("turn_on", PROJECTOR)
            issues = ir.async_get(hass).issues
            assert [i.translation_key for i in issues.values()] == ["control_needs_pin"]
            await self.reconfigure({CONF_PIN: self.pin})
            assert not ir.async_get(hass).issues
        else:
            [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
            await hass.config_entries.flow.async_configure(
                flow["flow_id"], {CONF_PIN: self.pin}
            )
        await hass.async_block_till_done()

    async def another_address(self) -> None:
        """Move the projector to another address."""
        await self.projector.move()
        await self.home.until("sensor.notifications", STATE_UNAVAILABLE)
        await self.reconfigure({CONF_PORT: self.projector.port})
        assert self.home.value("sensor.notifications") != STATE_UNAVAILABLE

    async def reconfigure(self, changes: dict[str, Any]) -> None:
        """Enter the new address and PIN."""
        hass, entry = self.home.hass, self.home.entry
        flow = await entry.start_reconfigure_flow(hass)
        form = {name: entry.data[name] for name in (CONF_HOST, CONF_PORT)}
        result = await hass.config_entries.flow.async_configure(
            flow["flow_id"], form | changes
        )
        assert result["reason"] == "reconfigure_successful"
        await hass.async_block_till_done()


@pytest.mark.parametrize("model", ["balder_cs"])
@pytest.mark.usefixtures("fast_silence_detection")
async def test_day(
    hass: HomeAssistant,
    setup_projector: SetUpProjector,
    model: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """End in the same state as a new start, without leaks."""
    sockets = open_sockets()
    home = await setup_projector(model)
    monkeypatch.setattr(wake, "PORT", home.projector.wake_port)
    day = Day(home)
    caplog.clear()
    await day.film()
    await day.another_controller()
    await day.off()
    await day.infrared()
    await day.sleep()
    await day.film()  # wakes it
    await day.power_loss()
    await day.another_firmware()
    await day.another_address()
    await day.film()
    await day.off()
    await day.sleep()
    await day.film()
    assert len(logged(caplog)) <= 20
    assert logged(caplog, logging.WARNING) == []
    projector = home.projector
    assert len({c.number for c in projector.connections if not c.faults.half_open}) == 1

    shown = {name: home.value(name) for name in home.entries()}
    await home.reload()
    reloaded = {name: home.value(name) for name in home.entries()}
    assert shown == reloaded
    await home.unload()
    await projector.wait_until(lambda: projector.counters.connections_open == 0)
    ours = [t for t in asyncio.all_tasks() if "barco" in repr(t.get_coro())]
    assert ours == []
    assert open_sockets() <= sockets + 6, "the simulator's own ports"
