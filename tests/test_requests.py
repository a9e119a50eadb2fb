"""The number of requests to a projector."""

import asyncio
from collections import Counter
from datetime import timedelta

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from .common import asked_again
from .conftest import (
    Home,
    SetUp,
    SetUpProjector,
    StartProjector,
    change_timings,
    wait_until,
)

pytestmark = pytest.mark.usefixtures("watched_sensors")

MODELS = [
    ("udx", "on"),
    ("balder_cs", "ready"),
    ("hdr_cs", "standby"),
]
INLET = "environment.temperature.inlet.value"
COUNTERS = "statistics.listcounters"
GAMMA = "image.gamma"
"""A property of an entity that is disabled by default."""


def subscribed(home: Home) -> set[str]:
    """Return the subscribed properties."""
    (connection,) = home.projector.connections
    return connection.session.properties


@pytest.mark.parametrize(("model", "state"), MODELS)
async def test_set_up_of_a_slow_projector(
    hass: HomeAssistant,
    start_projector: StartProjector,
    set_up: SetUp,
    model: str,
    state: str,
) -> None:
    """Set up within 2 s and 40 requests if each response takes 20 ms."""
    projector = await start_projector(model, state=state)
    projector.faults.delay = 0.02
    clock = asyncio.get_running_loop().time
    begun = clock()

    home = Home(hass, projector, await set_up(projector))

    assert clock() - begun < 2
    assert home.value("sensor.state") == state
    assert len(hass.states.async_all()) > 10
    assert projector.counters.requests.total() <= 40


@pytest.mark.parametrize(("model", "state"), MODELS)
async def test_second_set_up_of_a_slow_projector(
    setup_projector: SetUpProjector, model: str, state: str
) -> None:
    """Set up with all entities enabled and stored data."""
    home = await setup_projector(model, state=state)
    await home.enable()
    home.projector.faults.delay = 0.02
    before = home.projector.counters.requests.total()
    clock = asyncio.get_running_loop().time
    begun = clock()

    await home.reload()

    assert clock() - begun < 2
    assert len(home.hass.states.async_all()) == len(home.entries())
    assert home.projector.counters.requests.total() - before <= 20


@pytest.mark.parametrize(("model", "state"), MODELS)
async def test_requests_while_idle(
    hass: HomeAssistant,
    setup_projector: SetUpProjector,
    monkeypatch: pytest.MonkeyPatch,
    model: str,
    state: str,
) -> None:
    """Send one request per resync, and a few slow ones in every second."""
    home = await setup_projector(model, state=state)
    change_timings(hass, resync_interval=0.05, slow_interval=0.1)
    await home.enable()
    requests = home.projector.counters.requests
    before = Counter(requests)

    await home.projector.wait_until(asked_again(home.projector, COUNTERS, 10))

    asked = requests - before
    # Two resyncs, and the countdowns as slow values.
    assert 2 * 9 <= asked.pop("property.get") <= 3 * 11
    assert asked.keys() <= {
        COUNTERS,
        "environment.getcontrolblocks",
        "lightmeasurement.getlightoutput",
    }
    assert set(asked.values()) <= {9, 10, 11}


async def test_only_enabled_entities_are_subscribed(
    hass: HomeAssistant, setup_projector: SetUpProjector
) -> None:
    """Send no requests for disabled entities."""
    home = await setup_projector("hdr_cs", state="on")
    assert INLET in subscribed(home)
    assert GAMMA not in subscribed(home)

    er.async_get(hass).async_update_entity(
        str(home.entity_id("sensor.inlet_temperature")),
        disabled_by=er.RegistryEntryDisabler.USER,
    )

    properties = subscribed(home)
    await home.projector.wait_until(lambda: INLET not in properties)
    assert "system.state" in properties


async def test_enabled_entity_is_subscribed(
    hass: HomeAssistant, setup_projector: SetUpProjector
) -> None:
    """Subscribe after Home Assistant has reloaded the entry."""
    home = await setup_projector("hdr_cs", state="on")
    first = home.projector.connections[0]

    er.async_get(hass).async_update_entity(
        str(home.entity_id("number.gamma")), disabled_by=None
    )
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=31))
    await home.projector.wait_until(
        lambda: home.projector.connections not in ([], [first])
    )
    await home.until("number.gamma", "2.2")
    await hass.async_block_till_done()

    assert home.entry.state is ConfigEntryState.LOADED
    assert GAMMA in subscribed(home)
    home.projector.change(GAMMA, 2.4)
    await home.until("number.gamma", "2.4")


@pytest.mark.usefixtures("fast_timings")
async def test_new_objects_are_subscribed(setup_projector: SetUpProjector) -> None:
    """Subscribe each time, because a subscription may end with its object."""
    home = await setup_projector(
        "hdr_cs", state="on", quirks={"keeps_subscriptions": False}
    )
    er.async_get(home.hass).async_update_entity(
        str(home.entity_id("number.brightness")),
        disabled_by=er.RegistryEntryDisabler.USER,
    )
    properties = subscribed(home)
    home.projector.change("system.state", "standby")
    await home.projector.wait_until(lambda: INLET not in properties)

    home.projector.change("system.state", "on")
    await home.projector.wait_until(lambda: INLET in properties)
    await home.until("number.contrast", "1")

    assert "image.brightness" not in properties


@pytest.mark.parametrize("model", ["udx", "balder_cs", "hdr_cs"])
async def test_counters_are_never_subscribed(
    setup_projector: SetUpProjector, model: str
) -> None:
    """Do not subscribe to counters and countdowns, which change all the time."""
    home = await setup_projector(model, state="on")
    await home.enable()

    assert not [
        name
        for name in subscribed(home)
        if name.startswith("statistics.") or name.endswith(".remaining")
    ]


async def test_counters_without_enabled_entity_are_not_polled(
    hass: HomeAssistant,
    setup_projector: SetUpProjector,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Read counters only while an entity shows them."""
    change_timings(hass, resync_interval=0.05, slow_interval=0.1)
    home = await setup_projector("udx", state="on")
    for name in home.names("sensor"):
        er.async_get(hass).async_update_entity(
            str(home.entity_id(name)), disabled_by=er.RegistryEntryDisabler.USER
        )
    await wait_until(hass, lambda: home.value("sensor.state") is None)
    requests = home.projector.counters.requests
    await home.projector.wait_until(asked_again(home.projector, "property.get", 3))
    before = Counter(requests)

    await home.projector.wait_until(asked_again(home.projector, "property.get", 10))

    assert (requests - before).keys() == {"property.get"}
