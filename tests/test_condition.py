"""Conditions for automations."""

import asyncio
from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import (
    condition,
    config_validation as cv,
    device_registry as dr,
)
from homeassistant.setup import async_setup_component
import pytest
import voluptuous as vol

from custom_components.barco_pulse.condition import CONDITIONS
from custom_components.barco_pulse.const import DOMAIN

from .conftest import Home, SetUpProjector, wait_until
from .packets import FakeMagicPackets
from .sleeping import fall_asleep

PROJECTOR = "media_player.projector"
PHASE = "sensor.phase"
DETECTED = "image.connector.hdmi.detectedsignal"
SIMPLE = sorted(CONDITIONS.keys() - {"shows_source"})

pytestmark = pytest.mark.usefixtures("fast_timings")


async def checker(home: Home, key: str, **options: Any) -> condition.ConditionChecker:
    """Return a function that checks a condition for the projector."""
    hass = home.hass
    assert await async_setup_component(hass, "homeassistant", {})
    config = cv.CONDITION_SCHEMA(
        {
            "condition": f"{DOMAIN}.{key}",
            "target": options.pop("target", None)
            or {"entity_id": home.entity_id(PROJECTOR)},
            "options": options,
        }
    )
    config = await condition.async_validate_condition_config(hass, config)
    return await condition.async_from_config(hass, config)


async def checker_of_all(home: Home) -> Callable[[], set[str]]:
    """Return a function that returns the keys of all true conditions except the source."""
    checks = {key: await checker(home, key) for key in SIMPLE}
    return lambda: {key for key, check in checks.items() if check.async_check()}


async def test_phases_of_a_power_cycle(
    setup_projector: SetUpProjector, magic_packets: FakeMagicPackets
) -> None:
    """Exactly one phase is true at a time; asleep is off, too."""
    home = await setup_projector("hdr_cs", speed=100)
    true = await checker_of_all(home)
    phases = {f"is_{phase}" for phase in ("off", "starting", "warming_up", "on")}
    assert true() == {"is_off"}

    home.projector.power_on()
    await home.until(PHASE, "warming")
    assert true() & phases == {"is_warming_up"}
    await home.until(PHASE, "on")
    await home.until("binary_sensor.hdr", "on")
    assert true() == {"is_on", "has_signal", "shows_hdr"}

    film = home.projector.get(DETECTED)
    assert isinstance(film, dict)
    home.projector.change(DETECTED, {**film, "gamma_type": "POWER"})
    await home.until("binary_sensor.hdr", "off")
    assert true() == {"is_on", "has_signal"}
    home.projector.change(DETECTED, {**film, "active": False})
    await home.until("binary_sensor.signal", "off")
    assert true() == {"is_on"}

    home.projector.power_off()
    await home.until(PHASE, "cooling")
    assert true() - {"has_signal"} == {"is_cooling_down"}
    await home.until(PHASE, "off")
    await fall_asleep(home)
    assert true() == {"is_off", "is_asleep"}

    home.projector.quirks.boot_port = "close"
    magic_packets.wakes = home.projector
    command = asyncio.create_task(home.act("turn_on", PROJECTOR))
    await home.until(PHASE, "starting")
    assert true() == {"is_starting"}
    await command


async def test_out_of_reach(setup_projector: SetUpProjector) -> None:
    """No condition is true while the projector is unreachable."""
    home = await setup_projector("hdr_cs", state="on")
    true = await checker_of_all(home)
    assert true() >= {"is_on"}

    home.projector.faults.refuse = True
    home.projector.drop()
    await home.until(PROJECTOR, "unavailable")

    assert true() == set()


async def test_source(setup_projector: SetUpProjector) -> None:
    """Compare names of sources without regard to case. Any name of a list matches."""
    home = await setup_projector("hdr_cs", state="on")
    source = str(home.attribute(PROJECTOR, "source"))
    shows = await checker(home, "shows_source", source=["Nothing", source.lower()])
    other = await checker(home, "shows_source", source="DisplayPort 1")
    assert (shows.async_check(), other.async_check()) == (True, False)

    home.projector.change("image.window.main.source", "DisplayPort 1")
    await wait_until(
        home.hass, lambda: home.attribute(PROJECTOR, "source") == "DisplayPort 1"
    )
    assert (shows.async_check(), other.async_check()) == (False, True)

    home.projector.power_off()
    await home.until(PROJECTOR, "off")
    assert (shows.async_check(), other.async_check()) == (False, False)


@pytest.mark.parametrize("options", [{}, {"source": []}], ids=str)
async def test_no_source(
    hass: HomeAssistant, setup_projector: SetUpProjector, options: dict[str, Any]
) -> None:
    """Refuse a condition without a source when the automation is saved."""
    home = await setup_projector("hdr_cs")
    with pytest.raises(vol.Invalid):
        await checker(home, "shows_source", **options)


@pytest.mark.parametrize("by", ["entity_id", "device_id"])
async def test_live_result(setup_projector: SetUpProjector, by: str) -> None:
    """Report each change of the result until the listener is removed."""
    home = await setup_projector("hdr_cs", state="on")
    registry = dr.async_get(home.hass)
    [device] = dr.async_entries_for_config_entry(registry, home.entry.entry_id)
    targets = {"entity_id": home.entity_id(PROJECTOR), "device_id": device.id}
    check = await checker(home, "is_on", target={by: targets[by]})
    assert not check.needs_polling
    results: list[bool | None] = []
    stop = await check.async_track_changes(
        callback(lambda: results.append(check.async_check()))
    )
    assert results == []

    home.projector.power_off()
    await home.until(PHASE, "off")
    await home.hass.async_block_till_done()
    assert results
    assert set(results) == {False}

    stop()
    results.clear()
    home.projector.power_on()
    await home.until(PHASE, "on")
    assert results == []


async def test_for(setup_projector: SetUpProjector) -> None:
    """Become true only after the given time."""
    home = await setup_projector("hdr_cs", state="on")
    short = await checker(home, "is_on", **{"for": {"milliseconds": 1}})
    long = await checker(home, "is_on", **{"for": {"minutes": 1}})

    await home.reload()

    assert long.async_check() is False
    assert short.async_check() is True
    for check in (short, long):
        check.async_unload()
