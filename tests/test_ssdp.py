"""Discovery of an announced projector by Home Assistant's SSDP.

Multicasts and broadcasts of Home Assistant are sent to this machine instead.
"""

from collections.abc import Iterator
import contextlib
from ipaddress import IPv4Address
import socket
from unittest.mock import AsyncMock, patch

from homeassistant.components.ssdp import DOMAIN as SSDP, Server, scanner
from homeassistant.config_entries import SOURCE_SSDP
from homeassistant.const import CONF_HOST, CONF_PIN
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
import pytest

from custom_components.barco_pulse.const import DOMAIN
from simulator import Simulator

from .conftest import StartProjector, wait_until

LOOPBACK = "127.0.0.1"

pytestmark = pytest.mark.usefixtures("default_port")


def free_port() -> int:
    """Return an unused UDP port."""
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def on_loopback(listening: int, asking: int) -> Iterator[None]:
    """Let Home Assistant listen on one port of this machine, and search at another."""
    sources = {IPv4Address(LOOPBACK)}
    ways = ((LOOPBACK, 0), (LOOPBACK, listening))
    with (
        patch.object(
            scanner, "async_build_source_set", AsyncMock(return_value=sources)
        ),
        patch.object(scanner, "determine_source_target", return_value=ways),
        patch.object(scanner, "IPV4_BROADCAST", IPv4Address(LOOPBACK)),
        patch.object(scanner, "SSDP_PORT", asking),
        patch.object(Server, "async_start"),
        # Home Assistant ignores projectors on the same machine otherwise.
        patch("async_upnp_client.ssdp_listener.is_valid_location", return_value=True),
    ):
        yield


@pytest.fixture
async def projector(start_projector: StartProjector) -> Simulator:
    """Start a projector that announces itself."""
    return await start_projector("hdr_cs", ssdp_port=0, web_port=0)


async def found(hass: HomeAssistant) -> str:
    """Wait for a flow that SSDP started, and return its id."""
    flows = hass.config_entries.flow

    def by_ssdp() -> list[str]:
        return [
            flow["flow_id"]
            for flow in flows.async_progress_by_handler(DOMAIN)
            if flow["context"]["source"] == SOURCE_SSDP
            and flow["step_id"] == "discovery_confirm"
        ]

    await wait_until(hass, lambda: bool(by_ssdp()))
    [flow_id] = by_ssdp()
    return flow_id


async def test_search(hass: HomeAssistant, projector: Simulator) -> None:
    """Find a projector by a search, and add it without input."""
    assert projector.ssdp_port
    with on_loopback(listening=free_port(), asking=projector.ssdp_port):
        assert await async_setup_component(hass, SSDP, {})
        flow_id = await found(hass)
    result = await hass.config_entries.flow.async_configure(flow_id, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Hodr CS-1730044201"
    assert result["data"][CONF_HOST] == projector.host
    assert result["data"][CONF_PIN] is None
    await hass.async_block_till_done()


async def test_announcement(hass: HomeAssistant, projector: Simulator) -> None:
    """Find a projector by its announcement at once."""
    port = free_port()
    with on_loopback(listening=port, asking=free_port()):
        assert await async_setup_component(hass, SSDP, {})
        assert projector.announce(LOOPBACK, port)
        await found(hass)


async def test_another_manufacturer(hass: HomeAssistant, projector: Simulator) -> None:
    """Ignore announcements of other manufacturers."""
    port = free_port()
    projector.quirks.ssdp_manufacturer = "EPSON"
    connected = projector.counters.connections_opened
    with on_loopback(listening=port, asking=free_port()):
        assert await async_setup_component(hass, SSDP, {})
        assert projector.announce(LOOPBACK, port)
        await projector.wait_until(lambda: projector.counters.captures > 0)
        await hass.async_block_till_done(wait_background_tasks=True)
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert projector.counters.connections_opened == connected
