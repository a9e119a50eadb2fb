"""Discover the projectors that a projector lists as its peers."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY
from homeassistant.const import CONF_HOST, CONF_NAME, CONF_PORT, CONF_UNIQUE_ID
from homeassistant.core import callback
from homeassistant.helpers import discovery_flow

from .const import DOMAIN
from .coordinator import PulseConfigEntry
from .helpers import is_usable_address
from .pulse import PEERS, JsonValue, as_list, strip_markup

MAX_PEERS = 50


@callback
def async_discover_peers(entry: PulseConfigEntry) -> None:
    """Start one discovery flow for each peer, until the entry is unloaded."""
    coordinator = entry.runtime_data
    hass = coordinator.hass
    discovered: set[str] = set()
    last_peers: JsonValue = None

    @callback
    def discover() -> None:
        nonlocal last_peers
        peers = coordinator.data.values.get(PEERS)
        if peers == last_peers:
            return
        last_peers = peers
        configured = {
            other.unique_id for other in hass.config_entries.async_entries(DOMAIN)
        }
        # The projector may list itself without a serial number.
        configured.add(entry.data[CONF_HOST])
        for peer in islice(_peers(peers), MAX_PEERS - len(discovered)):
            unique_id = peer[CONF_UNIQUE_ID]
            if unique_id in configured | discovered:
                continue
            discovered.add(unique_id)
            discovery_flow.async_create_flow(
                hass, DOMAIN, {"source": SOURCE_INTEGRATION_DISCOVERY}, peer
            )

    discover()
    entry.async_on_unload(coordinator.async_add_listener(discover, (PEERS,)))


def _peers(peers: JsonValue) -> Iterator[dict[str, Any]]:
    """Yield the discovery data of each peer that has a usable address.

    The projector may send anything here, so nothing is taken for granted.
    """
    for entry in as_list(peers)[:MAX_PEERS]:
        if not isinstance(entry, dict):
            continue
        fields = {
            name.lower(): strip_markup(str(value))
            for name, value in entry.items()
            if isinstance(value, str | int)
        }
        hosts = filter(
            is_usable_address, (fields.get("address", ""), fields.get("hostname", ""))
        )
        if (host := next(hosts, None)) is None:
            continue
        yield {
            CONF_HOST: host,
            CONF_PORT: _port(fields.get("port", "")),
            CONF_NAME: fields.get("name") or fields.get("product") or host,
            CONF_UNIQUE_ID: fields.get("serial") or host,
        }


def _port(text: str) -> int | None:
    port = int(text) if text.isascii() and text.isdecimal() else 0
    return port if 0 < port < 65536 else None
