"""Triggers, except turn on (test_turn_on.py)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
)
from homeassistant.helpers.trigger import async_validate_trigger_config
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
import voluptuous as vol

from custom_components.barco_pulse.const import DOMAIN
from custom_components.barco_pulse.trigger import TRIGGERS

from .conftest import Home, SetUpProjector, logged

PROJECTOR = "media_player.projector"
PHASE = "sensor.phase"
DETECTED = "image.connector.hdmi.detectedsignal"
OTHERS = sorted(TRIGGERS.keys() - {"turn_on"})

type Use = Callable[..., Awaitable[list[str]]]

pytestmark = pytest.mark.usefixtures("fast_timings")


@pytest.fixture
async def use(hass: HomeAssistant) -> AsyncIterator[Use]:
    """Create automations of triggers; return a list that receives the keys of those that fire.

    Example: `fired = await use({"device_id": device_id}, "picture_up")`. Without keys, all but
    the turn-on trigger are used.
    """

    async def make(
        target: dict[str, Any], *keys: str, options: dict[str, Any] | None = None
    ) -> list[str]:
        fired: list[str] = []
        hass.bus.async_listen(
            "fired", callback(lambda event: fired.append(event.data["key"]))
        )
        automation = {
            "alias": "Projector",
            "mode": "queued",
            "triggers": [
                {
                    "trigger": f"{DOMAIN}.{key}",
                    "id": key,
                    "target": target,
                    "options": options or {},
                }
                for key in keys or OTHERS
            ],
            "actions": {"event": "fired", "event_data": {"key": "{{ trigger.id }}"}},
        }
        assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: automation})
        await hass.async_block_till_done()
        assert hass.states.is_state("automation.projector", "on")
        return fired

    yield make
    await hass.services.async_call(
        AUTOMATION, "turn_off", {"entity_id": "all"}, blocking=True
    )


def device_id(home: Home) -> str:
    """Return the ID of the projector's device."""
    registry = dr.async_get(home.hass)
    [device] = dr.async_entries_for_config_entry(registry, home.entry.entry_id)
    return device.id


async def until_phase(home: Home, *phases: str) -> None:
    """Wait for phases in order, and until all listeners have run."""
    for phase in phases:
        await home.until(PHASE, phase)
    await home.hass.async_block_till_done()


async def test_phases_of_a_power_cycle(
    setup_projector: SetUpProjector, use: Use
) -> None:
    """Trigger once for each phase on the way up and down."""
    home = await setup_projector("hdr_cs", speed=100)
    fired = await use({"device_id": device_id(home)})

    home.projector.power_on()
    await until_phase(home, "on")
    assert [key for key in fired if "signal" not in key] == [
        "warm_up_started",
        "picture_up",
    ]
    fired.clear()

    home.projector.power_off()
    await until_phase(home, "cooling", "off")
    assert fired == ["cool_down_started", "cooled_down"]


async def test_no_trigger_for_reload_or_disconnect(
    setup_projector: SetUpProjector, use: Use
) -> None:
    """Do not trigger for a reload or a lost connection."""
    home = await setup_projector("hdr_cs", state="on")
    fired = await use({"device_id": device_id(home)})

    await home.reload()
    home.projector.faults.refuse = True
    home.projector.drop()
    await home.until(PROJECTOR, "unavailable")
    home.projector.faults.refuse = False
    await until_phase(home, "on")

    assert fired == []


async def test_signal(setup_projector: SetUpProjector, use: Use) -> None:
    """Trigger for a lost, a new and a changed signal."""
    home = await setup_projector("hdr_cs", state="on")
    film = home.projector.get(DETECTED)
    assert isinstance(film, dict)
    fired = await use({"entity_id": home.entity_id(PROJECTOR)})

    async def send(**changes: Any) -> list[str]:
        """Change the signal; return the keys of the triggers that fired."""
        fired.clear()
        home.projector.change(DETECTED, {**film, **changes})
        home.projector.notify("INFO", "1", str(changes))
        await home.until("sensor.latest_message", str(changes))
        await home.hass.async_block_till_done()
        return [*fired]

    assert await send(active=False) == ["signal_lost"]
    assert await send() == ["signal_appeared"]
    assert await send(name="1920x1080@50 Hz") == ["signal_changed"]
    assert await send() == ["signal_changed"]
    assert await send(gamma_type="POWER") == ["signal_changed"]
    assert await send(gamma_type="POWER", color_space="RGB") == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, 3),
        ({"severity": ["caution"]}, 1),
        ({"severity": ["caution", "critical"]}, 2),
    ],
    ids=str,
)
async def test_problem_reported(
    setup_projector: SetUpProjector, use: Use, options: dict[str, Any], expected: int
) -> None:
    """Trigger for the chosen severities, by default from warnings on."""
    home = await setup_projector("hdr_cs", state="on")
    fired = await use(
        {"device_id": device_id(home)}, "problem_reported", options=options
    )

    for severity in ("CRITICAL", "INFO", "CAUTION", "WARNING", "ERROR"):
        home.projector.notify(severity, "1", severity)
        await home.until("sensor.latest_message", severity)
    await home.hass.async_block_till_done()

    assert fired == ["problem_reported"] * expected


@pytest.mark.parametrize("severity", [[], ["info"]], ids=str)
async def test_unknown_severity(hass: HomeAssistant, severity: list[str]) -> None:
    """Refuse an unknown severity when the automation is saved."""
    with pytest.raises(vol.Invalid):
        await async_validate_trigger_config(
            hass,
            [
                {
                    "platform": f"{DOMAIN}.problem_reported",
                    "target": {"device_id": ["1"]},
                    "options": {"severity": severity},
                }
            ],
        )


async def test_for(setup_projector: SetUpProjector, use: Use) -> None:
    """Trigger only if the state lasts for the given time."""
    home = await setup_projector("hdr_cs")
    fired = await use(
        {"device_id": device_id(home)},
        "warm_up_started",
        "picture_up",
        options={"for": {"minutes": 1}},
    )

    home.projector.power_on()
    await until_phase(home, "on")
    assert fired == []
    async_fire_time_changed(home.hass, dt_util.utcnow() + timedelta(minutes=2))
    await home.hass.async_block_till_done()

    assert fired == ["picture_up"]


async def test_projector_moves_into_the_area(
    setup_projector: SetUpProjector, use: Use
) -> None:
    """Trigger for a projector that is moved into the targeted area later."""
    home = await setup_projector("hdr_cs")
    area = ar.async_get(home.hass).async_create("Cinema")
    fired = await use({"area_id": area.id}, "picture_up")

    dr.async_get(home.hass).async_update_device(device_id(home), area_id=area.id)
    await home.hass.async_block_till_done()
    await home.reload()
    home.projector.power_on()
    await until_phase(home, "on")

    assert fired == ["picture_up"]


async def test_disabled_entity(
    setup_projector: SetUpProjector, use: Use, caplog: pytest.LogCaptureFixture
) -> None:
    """Log a disabled entity once."""
    home = await setup_projector("hdr_cs")
    phase = str(home.entity_id(PHASE))
    registry = er.async_get(home.hass)
    registry.async_update_entity(phase, disabled_by=er.RegistryEntryDisabler.USER)
    caplog.clear()

    await use({"device_id": device_id(home)}, "picture_up")
    registry.async_update_entity(str(home.entity_id(PROJECTOR)), name="Cinema")
    await home.hass.async_block_till_done()

    [warning] = logged(caplog)
    assert phase in warning
    registry.async_update_entity(phase, disabled_by=None)


@pytest.mark.filterwarnings(
    "ignore:It is recommended to use web.RequestKey:aiohttp.web_exceptions.NotAppKeyWarning"
)
async def test_triggers_and_conditions_are_offered(
    hass: HomeAssistant,
    setup_projector: SetUpProjector,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Offer all triggers and conditions for projector, area and floor."""
    home = await setup_projector("hdr_cs")
    assert await async_setup_component(hass, AUTOMATION, {})
    floor = fr.async_get(hass).async_create("Basement")
    areas = ar.async_get(hass)
    area = areas.async_create("Cinema", floor_id=floor.floor_id)
    kitchen = areas.async_create("Kitchen")
    dr.async_get(hass).async_update_device(device_id(home), area_id=area.id)
    client = await hass_ws_client(hass)

    async def offered(command: str, **target: str) -> set[str]:
        await client.send_json_auto_id({"type": command, "target": target})
        answer = await client.receive_json()
        assert answer["success"]
        return {key for key in answer["result"] if key.startswith(f"{DOMAIN}.")}

    for command, count in (
        ("get_triggers_for_target", 9),
        ("get_conditions_for_target", 9),
    ):
        keys = await offered(command, device_id=device_id(home))
        assert len(keys) == count
        assert keys == await offered(command, entity_id=str(home.entity_id(PROJECTOR)))
        assert keys == await offered(command, area_id=area.id)
        assert keys == await offered(command, floor_id=floor.floor_id)
        assert not await offered(command, area_id=kitchen.id)
        assert not await offered(command, entity_id=str(home.entity_id(PHASE)))
