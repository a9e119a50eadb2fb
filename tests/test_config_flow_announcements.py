"""Announcements of connected, ignored and invalid projectors change nothing."""

import logging
from typing import Any

from homeassistant.config_entries import (
    SOURCE_DHCP,
    SOURCE_IGNORE,
    SOURCE_SSDP,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.discovery_flow import DiscoveryKey
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.barco_pulse import helpers
from custom_components.barco_pulse.const import DOMAIN
from simulator import Simulator

from .conftest import Home, SetUp, logged, make_entry
from .flows import MAC, announcement, discover, lease, peer

pytestmark = pytest.mark.usefixtures("default_port")

FOUND = [announcement(), lease(), peer()]
UDN_KEY = DiscoveryKey(domain="ssdp", key="uuid:1", version=1)


async def announce(
    hass: HomeAssistant, info: Any, source: str, key: DiscoveryKey
) -> dict[str, Any]:
    """Announce something that Home Assistant has a discovery key for."""
    return dict(
        await hass.config_entries.flow.async_init(
            DOMAIN, context={"source": source, "discovery_key": key}, data=info
        )
    )


async def ignore(hass: HomeAssistant) -> None:
    """Ignore the offered projector, as the frontend does."""
    [flow] = hass.config_entries.flow.async_progress()
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_IGNORE},
        data={"unique_id": flow["context"]["unique_id"], "title": "Hall"},
    )
    assert not hass.config_entries.flow.async_progress()


async def set_up_at_another_address(
    hass: HomeAssistant, projector: Simulator, set_up: SetUp
) -> MockConfigEntry:
    """Connect the projector at another address than the announced one."""
    entry = await set_up(projector)
    data = {**entry.data, "host": "127.0.0.9"}
    hass.config_entries.async_update_entry(entry, data=data)
    return entry


@pytest.mark.parametrize("info", FOUND)
async def test_connected(
    hass: HomeAssistant, projector: Simulator, set_up: SetUp, info: Any
) -> None:
    """An announcement at a second address neither moves nor reloads the entry."""
    entry = await set_up_at_another_address(hass, projector, set_up)
    changes: list[ConfigEntryState] = []
    entry.async_on_state_change(lambda: changes.append(entry.state))

    for _ in range(3):
        result = await discover(hass, info)
        assert result["reason"] == "already_configured"
    await hass.async_block_till_done()

    assert entry.data["host"] == "127.0.0.9"
    assert not changes


async def test_connected_and_announced_repeatedly(
    hass: HomeAssistant, projector: Simulator, set_up: SetUp
) -> None:
    """Do not connect again if the announcement is known."""
    await set_up_at_another_address(hass, projector, set_up)
    await announce(hass, announcement(), SOURCE_SSDP, UDN_KEY)
    opened = projector.counters.connections_opened

    for _ in range(3):
        result = await announce(hass, announcement(), SOURCE_SSDP, UDN_KEY)
        assert result["reason"] == "already_configured"

    assert projector.counters.connections_opened == opened


async def test_lease_of_a_connected_projector(
    hass: HomeAssistant, projector: Simulator, set_up: SetUp
) -> None:
    """Recognize the projector by its reported MAC address, without connecting."""
    entry = await set_up_at_another_address(hass, projector, set_up)
    opened = projector.counters.connections_opened
    mac = helpers.async_reported_mac(hass, entry)
    assert mac is not None
    info = lease()
    info.macaddress = mac.replace(":", "")

    result = await discover(hass, info)

    assert result["reason"] == "already_configured"
    assert entry.data["host"] == "127.0.0.9"
    assert projector.counters.connections_opened == opened


@pytest.mark.usefixtures("no_set_up", "no_connection_is_left")
async def test_not_connected_and_another_projector_at_its_address(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Offer the other projector."""
    entry = make_entry(projector)
    entry.add_to_hass(hass)
    entry.mock_state(hass, ConfigEntryState.SETUP_RETRY)
    projector.change("system.serialnumber", "4444444444")

    result = await discover(hass, announcement())

    assert result["step_id"] == "discovery_confirm"
    assert entry.state is ConfigEntryState.SETUP_RETRY


@pytest.mark.usefixtures("no_set_up", "no_connection_is_left")
async def test_not_connected_and_nothing_at_its_address_yet(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Retry set-up at once, because the projector announced itself."""
    entry = make_entry(projector)
    entry.add_to_hass(hass)
    entry.mock_state(hass, ConfigEntryState.SETUP_RETRY)
    projector.faults.refuse = True

    result = await discover(hass, announcement())
    await hass.async_block_till_done()
    projector.faults.clear()

    assert result["reason"] == "already_configured"
    assert entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize("without_pin", ["read", "none"])
@pytest.mark.parametrize("first", FOUND)
async def test_ignored(
    hass: HomeAssistant, projector: Simulator, without_pin: Any, first: Any
) -> None:
    """Do not connect for any announcement, even after a restart."""
    projector.quirks.without_pin = without_pin
    await discover(hass, first)
    await ignore(hass)
    opened = projector.counters.connections_opened

    for _ in range(2):
        for info in FOUND:
            result = await discover(hass, info)
            assert result["type"] is FlowResultType.ABORT
            assert result["reason"] == "already_configured"

    assert projector.counters.connections_opened == opened


async def test_ignored_and_moved(hass: HomeAssistant, projector: Simulator) -> None:
    """Recognize the ID at any address, and store the new address."""
    await discover(hass, announcement())
    await ignore(hass)
    opened = projector.counters.connections_opened

    for info in (announcement("127.0.0.2"), lease("127.0.0.2")):
        result = await discover(hass, info)
        assert result["reason"] == "already_configured"

    assert projector.counters.connections_opened == opened


async def test_ignored_by_an_older_version(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Connect once; afterwards the announcement is known."""
    MockConfigEntry(
        domain=DOMAIN,
        source=SOURCE_IGNORE,
        unique_id=str(projector.get("system.serialnumber")),
    ).add_to_hass(hass)

    for info in FOUND * 2:
        result = await discover(hass, info)
        assert result["reason"] == "already_configured"

    assert projector.counters.connections_opened == 1


async def test_ignored_by_its_discovery_key(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Recognize an ignored projector by Home Assistant's discovery key."""
    MockConfigEntry(
        domain=DOMAIN,
        source=SOURCE_IGNORE,
        unique_id="1",
        discovery_keys={
            "dhcp": (key := DiscoveryKey(domain="dhcp", key=MAC, version=1),)
        },
    ).add_to_hass(hass)

    result = await announce(hass, lease(), SOURCE_DHCP, key)

    assert result["reason"] == "already_configured"
    assert projector.counters.connections_opened == 0


@pytest.mark.usefixtures("no_set_up")
async def test_another_projector_at_the_address_of_an_ignored_one(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Offer a projector that announces another ID at the same address."""
    await discover(hass, announcement())
    await ignore(hass)
    projector.change("system.serialnumber", "4444444444")

    result = await discover(hass, announcement(udn="uuid:2"))

    assert result["step_id"] == "discovery_confirm"


@pytest.mark.parametrize(
    "location",
    [
        "http://[bad",
        "http://[fe80::1%25eth0]:8080/",
        "http://169.254.7.7:8080/description.xml",
        "http://[fe80::1]:8080/description.xml",
        "http://[::ffff:169.254.7.7]/",
        "http://224.0.0.1/",
        "http://[ff02::1]/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://255.255.255.255/",
        "http://no host/",
        "/description.xml",
        "http://",
        "",
        None,
    ],
)
async def test_location_without_a_valid_address(
    hass: HomeAssistant,
    projector: Simulator,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
    location: str | None,
) -> None:
    """Neither connect to an invalid address nor store it."""
    entry = await set_up(projector)
    home = Home(hass, projector, entry)
    await home.unload()
    info = announcement()
    info.ssdp_location = location

    result = await discover(hass, info)

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "cannot_connect"
    assert entry.data["host"] == projector.host
    assert not logged(caplog, logging.WARNING)  # as if connecting had failed


@pytest.mark.parametrize("make", [lease, peer])
async def test_other_announcements_without_a_usable_address(
    hass: HomeAssistant, make: Any
) -> None:
    """Ignore link-local addresses from DHCP and from peers."""
    result = await discover(hass, make("169.254.7.7"))

    assert result["reason"] == "cannot_connect"


@pytest.mark.parametrize(
    "host", ["192.168.1.5", "10.0.0.7", "2001:db8::7", "fd00::7", "::1", "hall.home"]
)
def test_usable(host: str) -> None:
    """Accept permanent addresses and names only."""
    assert helpers.is_usable_address(host)
