"""Announcements of projectors that have an entry or a flow."""

import asyncio
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_IGNORE, SOURCE_USER, ConfigEntryState
from homeassistant.const import CONF_HOST, CONF_MAC, CONF_PIN, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.barco_pulse.const import DOMAIN, LIMITS, Limits
from simulator import Simulator

from .conftest import make_entry
from .flows import (
    MAC,
    PIN,
    announcement,
    card,
    discover,
    form,
    lease,
    peer,
    start_user_flow,
    submit,
)

pytestmark = pytest.mark.usefixtures(
    "default_port", "no_connection_is_left", "no_set_up"
)

FOUND = [announcement(), lease(), peer()]


async def load(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set up an entry."""
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)


def set_reported_mac(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Let the projector report a MAC address."""
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, str(entry.unique_id))},
        connections={(dr.CONNECTION_NETWORK_MAC, MAC)},
    )


@pytest.mark.parametrize("info", FOUND)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_known_host(
    hass: HomeAssistant, projector: Simulator, info: Any, host: str
) -> None:
    """Do not connect to a host that has an entry, because of the connection limit."""
    entry = make_entry(projector, host=host)
    entry.add_to_hass(hass)

    result = await discover(hass, info)

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert entry.data[CONF_HOST] == host
    assert projector.counters.connections_opened == 0


@pytest.mark.parametrize("info", FOUND)
async def test_known_host_is_reachable_again(
    hass: HomeAssistant, projector: Simulator, info: Any
) -> None:
    """Retry a failed set-up at once."""
    entry = make_entry(projector)
    entry.add_to_hass(hass)
    entry.mock_state(hass, ConfigEntryState.SETUP_RETRY)

    result = await discover(hass, info)
    await hass.async_block_till_done()

    assert result["reason"] == "already_configured"
    assert entry.state is ConfigEntryState.LOADED


async def test_known_host_at_another_port(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """SSDP and DHCP announce hosts, so the port does not matter."""
    make_entry(projector, port=1).add_to_hass(hass)

    for info in (announcement(), lease()):
        result = await discover(hass, info)
        assert result["reason"] == "already_configured"

    assert projector.counters.connections_opened == 0


async def test_other_projector_behind_the_same_host(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Offer another port of the same host, because of port forwarding."""
    make_entry(projector).add_to_hass(hass)

    async with Simulator("hdr_cs") as neighbour:
        result = await discover(hass, peer(port=neighbour.port))

    assert result["step_id"] == "discovery_confirm"
    assert card(hass)["name"] == "Hodr CS-1730044201"
    assert projector.counters.connections_opened == 0


async def test_unresolvable_host_name(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Identify the projector by connecting."""
    entry = make_entry(projector, host="gone.example")
    entry.add_to_hass(hass)

    with patch.object(hass.loop, "getaddrinfo", side_effect=OSError):
        result = await discover(hass, announcement())

    assert result["reason"] == "already_configured"
    assert entry.data[CONF_HOST] == projector.host


@pytest.mark.parametrize("info", FOUND)
async def test_known_projector_at_another_address(
    hass: HomeAssistant, projector: Simulator, info: Any
) -> None:
    """Update the address of the entry, and keep its PIN."""
    entry = make_entry(projector, host="127.0.0.9", port=1)
    await load(hass, entry)
    reloads: list[ConfigEntryState] = []
    entry.async_on_state_change(lambda: reloads.append(entry.state))

    result = await discover(hass, info)
    await hass.async_block_till_done()

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert dict(entry.data) == dict(make_entry(projector).data)
    assert ConfigEntryState.NOT_LOADED in reloads
    assert entry.state is ConfigEntryState.LOADED
    assert hass.config_entries.async_entries(DOMAIN) == [entry]


@pytest.mark.parametrize("without_pin", ["read", "none"])
async def test_lease_of_a_known_mac(
    hass: HomeAssistant, projector: Simulator, without_pin: Any
) -> None:
    """Update the address once the projector has identified itself there."""
    projector.quirks.without_pin = without_pin
    entry = make_entry(projector, host="127.0.0.9")
    await load(hass, entry)
    set_reported_mac(hass, entry)

    result = await discover(hass, lease())
    await hass.async_block_till_done()

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert entry.data == make_entry(projector).data
    assert entry.state is ConfigEntryState.LOADED


async def test_lease_of_a_projector_that_is_starting(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Update the address when the port opens, after the lease."""
    hass.data[LIMITS] = Limits(address_pause=0.01)
    entry = make_entry(projector, host="127.0.0.9")
    await load(hass, entry)
    set_reported_mac(hass, entry)
    moved = asyncio.Event()
    entry.async_on_state_change(moved.set)
    projector.faults.refuse = True

    result = await discover(hass, lease())
    assert result["reason"] == "already_configured"
    assert entry.data[CONF_HOST] == "127.0.0.9"
    projector.faults.clear()

    async with asyncio.timeout(5):
        await moved.wait()
    await hass.async_block_till_done()
    assert entry.data[CONF_HOST] == projector.host


@pytest.mark.parametrize("gone", [False, True])
async def test_lease_of_a_projector_that_never_responds(
    hass: HomeAssistant,
    projector: Simulator,
    gone: bool,
) -> None:
    """Stop retrying after a while, or when the entry is removed."""
    hass.data[LIMITS] = Limits(address_pause=0.01)
    entry = make_entry(projector, host="127.0.0.9")
    await load(hass, entry)
    set_reported_mac(hass, entry)
    projector.faults.refuse = True

    await discover(hass, lease())
    if gone:
        await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    projector.faults.clear()

    assert entry.data[CONF_HOST] == "127.0.0.9"


async def test_lease_of_a_known_mac_with_another_projector(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Offer the other projector, and keep the entry."""
    entry = make_entry(projector, host="127.0.0.9")
    await load(hass, entry)
    set_reported_mac(hass, entry)
    projector.change("system.serialnumber", "4444444444")

    result = await discover(hass, lease())

    assert result["step_id"] == "discovery_confirm"
    assert entry.data[CONF_HOST] == "127.0.0.9"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_lease_of_the_known_address(
    hass: HomeAssistant, projector: Simulator, host: str
) -> None:
    """Neither connect nor reload the entry."""
    entry = make_entry(projector, host=host)
    await load(hass, entry)
    set_reported_mac(hass, entry)
    changes: list[ConfigEntryState] = []
    entry.async_on_state_change(lambda: changes.append(entry.state))

    result = await discover(hass, lease())
    await hass.async_block_till_done()

    assert result["reason"] == "already_configured"
    assert not changes
    assert projector.counters.connections_opened == 0


async def test_lease_of_a_mac_from_the_options(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """The MAC address in the options wakes the projector, but moves no entry."""
    entry = make_entry(projector, host="127.0.0.9")
    await load(hass, entry)
    hass.config_entries.async_update_entry(entry, options={CONF_MAC: MAC})
    projector.change("system.serialnumber", "4444444444")

    result = await discover(hass, lease())

    assert result["step_id"] == "discovery_confirm"
    assert entry.data[CONF_HOST] == "127.0.0.9"


@pytest.mark.parametrize("without_pin", ["read", "none"])
@pytest.mark.parametrize("first", FOUND)
@pytest.mark.parametrize("second", [announcement(udn="uuid:2"), *FOUND[1:]])
async def test_discovered_twice(
    hass: HomeAssistant, projector: Simulator, without_pin: Any, first: Any, second: Any
) -> None:
    """Show one card, also for a projector without a serial number."""
    projector.quirks.without_pin = without_pin
    await discover(hass, first)
    asked = projector.counters.connections_opened
    shown = card(hass)

    result = await discover(hass, second)

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_in_progress"
    assert projector.counters.connections_opened == asked
    assert card(hass) == shown


async def test_discovered_at_two_hosts(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Recognize the projector by its serial number."""
    await discover(hass, announcement())

    result = await discover(hass, announcement(host="localhost", udn="uuid:2"))

    assert result["reason"] == "already_in_progress"
    assert card(hass)["host"] == projector.host


async def test_added_manually_while_discovered(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Add the projector manually, and remove the card."""
    await discover(hass, announcement())

    result = await submit(hass, await start_user_flow(hass), form(projector))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not hass.config_entries.flow.async_progress()


async def test_added_during_discovery(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Update only the address of the entry, not its PIN."""
    projector.quirks.without_pin = "none"
    result = await discover(hass, announcement())
    entry = make_entry(projector, host="127.0.0.9", port=1, pin="1")
    entry.add_to_hass(hass)

    result = await submit(hass, result, {CONF_PIN: PIN})

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "address_updated"
    assert entry.data[CONF_PORT] == projector.port
    assert entry.data[CONF_PIN] == "1"


@pytest.mark.parametrize("without_pin", ["read", "none"])
async def test_ignored(
    hass: HomeAssistant, projector: Simulator, without_pin: Any
) -> None:
    """Do not offer an ignored projector again, but allow adding it."""
    projector.quirks.without_pin = without_pin
    await discover(hass, announcement())
    [flow] = hass.config_entries.flow.async_progress()
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_IGNORE},
        data={"unique_id": flow["context"]["unique_id"], "title": "Hall"},
    )

    result = await discover(hass, announcement())
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"

    result = await submit(hass, await start_user_flow(hass), form(projector))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].source == SOURCE_USER
