"""What Home Assistant knows about projectors, also while they do not respond."""

import contextlib
from ipaddress import IPv4Address, IPv6Address, ip_address

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util.network import is_host_valid, is_ip_address

from .coordinator import PulseConfigEntry
from .pulse import SOURCES, Snapshot, parse_mac
from .storage import ProjectorStore


def normalize_mac(text: str) -> str | None:
    """Return a MAC address as Home Assistant writes it, None if the text is none."""
    mac = parse_mac(text)
    return dr.format_mac(mac) if mac else None


@callback
def async_reported_mac(hass: HomeAssistant, entry: PulseConfigEntry) -> str | None:
    """Return the MAC address that the projector reported, or None."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    addresses = [
        address
        for device in devices
        for connection_type, address in device.connections
        if connection_type == dr.CONNECTION_NETWORK_MAC
    ]
    return addresses[0] if addresses else None


@callback
def is_connected(entry: PulseConfigEntry) -> bool:
    """Return True if the projector of an entry is connected."""
    if entry.state is not ConfigEntryState.LOADED:
        return False
    coordinator = getattr(entry, "runtime_data", None)
    return coordinator is not None and coordinator.data.reachable


def is_usable_address(host: str) -> bool:
    """Return True if an announced host can be the permanent address of a projector.

    Link-local addresses change, and work on one network interface only.
    """
    try:
        address: IPv4Address | IPv6Address = ip_address(host)
    except ValueError:
        return is_host_valid(host)
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        address = address.ipv4_mapped or address
    return not (
        address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or (isinstance(address, IPv4Address) and address.is_reserved)
    )


async def async_is_same_host(
    hass: HomeAssistant, entry: PulseConfigEntry, host: str
) -> bool:
    """Return True if the host of an entry has an address in common with `host`."""
    if not isinstance(own_host := entry.data.get(CONF_HOST), str) or not own_host:
        return False
    own = await _addresses(hass, own_host)
    return not own.isdisjoint(await _addresses(hass, host))


async def _addresses(hass: HomeAssistant, host: str) -> set[str]:
    addresses = {host.lower()}
    if not is_ip_address(host):
        with contextlib.suppress(OSError, UnicodeError):
            found = await hass.loop.getaddrinfo(host, None)
            addresses.update(str(address[0]) for *_, address in found)
    return addresses


async def async_source_names(hass: HomeAssistant, entry: PulseConfigEntry) -> list[str]:
    """Return the names of the sources, stored ones if the entry is not loaded."""
    if entry.state is ConfigEntryState.LOADED:
        return entry.runtime_data.data.get_texts(SOURCES)
    stored = (await ProjectorStore.async_load(hass, entry.entry_id)).data or {}
    kept = stored.get("kept")
    return Snapshot(last_known=kept if isinstance(kept, dict) else {}).get_texts(
        SOURCES
    )
