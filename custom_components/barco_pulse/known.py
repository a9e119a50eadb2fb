"""Side: what Home Assistant knows of a projector, also while that is away."""

import contextlib

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_HOST, CONF_MAC
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util.network import is_ip_address

from .catalogue import SOURCES
from .coordinator import PulseConfigEntry
from .memory import Memory
from .snapshot import Snapshot


@callback
def told_mac(hass: HomeAssistant, entry: PulseConfigEntry) -> str | None:
    """Return the MAC address that the projector told, None if it never did."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    addresses = [
        address
        for device in devices
        for kind, address in device.connections
        if kind == dr.CONNECTION_NETWORK_MAC
    ]
    return addresses[0] if addresses else None


@callback
def has_mac(hass: HomeAssistant, entry: PulseConfigEntry, mac: str) -> bool:
    """Tell whether a MAC address is the projector's, as it told or its owner did."""
    return mac in (entry.options.get(CONF_MAC), told_mac(hass, entry))


async def is_at(hass: HomeAssistant, entry: PulseConfigEntry, host: str) -> bool:
    """Tell whether a projector was set up at this host, by whatever name."""
    own = await _addresses(hass, entry.data[CONF_HOST])
    return not own.isdisjoint(await _addresses(hass, host))


async def _addresses(hass: HomeAssistant, host: str) -> set[str]:
    addresses = {host.lower()}
    if not is_ip_address(host):
        with contextlib.suppress(OSError, UnicodeError):
            found = await hass.loop.getaddrinfo(host, None)
            addresses.update(str(address[0]) for *_, address in found)
    return addresses


async def sources(hass: HomeAssistant, entry: PulseConfigEntry) -> list[str]:
    """Return the names of the projector's sources, remembered ones if it is away."""
    if entry.state is ConfigEntryState.LOADED:
        return entry.runtime_data.data.texts(SOURCES)
    memory = (await Memory.load(hass, entry.entry_id)).data or {}
    kept = memory.get("kept")
    return Snapshot(remembered=kept if isinstance(kept, dict) else {}).texts(SOURCES)
