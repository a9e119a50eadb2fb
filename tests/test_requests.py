"""How much is asked of a projector: it has more to do than to answer us."""

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

pytestmark = pytest.mark.usefixtures("watched")

MODELS = [
    ("udx", "on"),
    ("balder_cs", "ready"),
    ("hdr_cs", "standby"),
]
INLET = "environment.temperature.inlet.value"
COUNTERS = "statistics.listcounters"
GAMMA = "image.gamma"
"""Shown by an entity that is off by default."""


def subscribed(home: Home) -> set[str]:
    """Return the properties whose changes the projector tells us."""
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
    """Every answer takes 20 ms: two seconds and forty requests are enough."""
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
    """With all its entities enabled, and what it has known from the first."""
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
async def test_nothing_is_asked_beside_the_calm_polls(
    hass: HomeAssistant,
    setup_projector: SetUpProjector,
    monkeypatch: pytest.MonkeyPatch,
    model: str,
    state: str,
) -> None:
    """One request at every resync, a few for what is slow at every other one."""
    home = await setup_projector(model, state=state)
    change_timings(hass, resync_interval=0.05, slow_interval=0.1)
    await home.enable()
    requests = home.projector.counters.requests
    before = Counter(requests)

    await home.projector.wait_until(asked_again(home.projector, COUNTERS, 10))

    asked = requests - before
    # Two resyncs and, of what is slow, the countdowns.
    assert 2 * 9 <= asked.pop("property.get") <= 3 * 11
    assert asked.keys() <= {
        COUNTERS,
        "environment.getcontrolblocks",
        "lightmeasurement.getlightoutput",
    }
    assert set(asked.values()) <= {9, 10, 11}


async def test_only_what_enabled_entities_show_is_subscribed(
    hass: HomeAssistant, setup_projector: SetUpProjector
) -> None:
    """An entity that somebody disabled costs nothing on the wire."""
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


async def test_what_is_enabled_is_subscribed(
    hass: HomeAssistant, setup_projector: SetUpProjector
) -> None:
    """Home Assistant reloads the entry by itself after a while."""
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
async def test_what_appears_is_subscribed(setup_projector: SetUpProjector) -> None:
    """Each time it does: a subscription may end with its object."""
    home = await setup_projector(
        "hdr_cs", state="on", personality={"keeps_subscriptions": False}
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
async def test_what_changes_all_the_time_is_never_subscribed(
    setup_projector: SetUpProjector, model: str
) -> None:
    """Counters and countdowns would push without end."""
    home = await setup_projector(model, state="on")
    await home.enable()

    assert not [
        name
        for name in subscribed(home)
        if name.startswith("statistics.") or name.endswith(".remaining")
    ]


async def test_what_nobody_shows_is_not_read_slowly(
    hass: HomeAssistant,
    setup_projector: SetUpProjector,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without an enabled counter nobody asks for counters."""
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
