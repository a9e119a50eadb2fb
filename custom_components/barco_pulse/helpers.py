"""What Home Assistant knows of a projector, also while that is away."""

from collections.abc import Iterable, Mapping
import contextlib
from ipaddress import IPv4Address, IPv6Address, ip_address
import re
from typing import Any

from homeassistant.config_entries import (
    SOURCE_IGNORE,
    ConfigEntryState,
    ConfigFlowContext,
)
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util.network import is_host_valid, is_ip_address

from .coordinator import PulseConfigEntry
from .pulse import SOURCES, Snapshot
from .storage import Memory

_MOST_IDS = 10


def parse_mac(text: str) -> str | None:
    """Return a MAC address in Home Assistant's form, None if the text is none.

    Separators may be mixed or missing.
    """
    digits = re.sub(r"[\s:.-]", "", text).lower()
    return dr.format_mac(digits) if re.fullmatch(r"[0-9a-f]{12}", digits) else None


@callback
def async_reported_mac(hass: HomeAssistant, entry: PulseConfigEntry) -> str | None:
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
def is_connected(entry: PulseConfigEntry) -> bool:
    """Tell whether the projector of an entry answers at the address of the entry."""
    if entry.state is not ConfigEntryState.LOADED:
        return False
    coordinator = getattr(entry, "runtime_data", None)
    return coordinator is not None and coordinator.data.reachable


def is_usable_address(host: str) -> bool:
    """Tell whether an announced host can be the address of a projector for good.

    Link-local addresses work on one network interface only, and change.
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
    """Tell whether a projector was set up at this host, by whatever name."""
    if not isinstance(known := entry.data.get(CONF_HOST), str) or not known:
        return False
    own = await _addresses(hass, known)
    return not own.isdisjoint(await _addresses(hass, host))


async def _addresses(hass: HomeAssistant, host: str) -> set[str]:
    addresses = {host.lower()}
    if not is_ip_address(host):
        with contextlib.suppress(OSError, UnicodeError):
            found = await hass.loop.getaddrinfo(host, None)
            addresses.update(str(address[0]) for *_, address in found)
    return addresses


def was_discovered_before(entry: PulseConfigEntry, context: ConfigFlowContext) -> bool:
    """Tell whether an earlier announcement of the same kind was about this entry."""
    key = context.get("discovery_key")
    return key is not None and key in entry.discovery_keys.get(key.domain, ())


@callback
def announcement_data(
    known: Mapping[str, Any], source: str, unique_id: str, host: str
) -> dict[str, Any]:
    """Return how a projector was announced so far, and now.

    That is the host, and what stood for it in each kind of announcement.
    """
    ids = [*dict.fromkeys([*known.get(source, ()), unique_id])][-_MOST_IDS:]
    return {**known, CONF_HOST: host, source: ids}


@callback
def find_ignored(
    entries: Iterable[PulseConfigEntry],
    context: ConfigFlowContext,
    unique_id: str,
    host: str,
) -> PulseConfigEntry | None:
    """Return the ignored entry that an announcement is about, without any contact.

    What stands for the projector in this kind of announcement decides; if that was
    never seen, the host does.
    """
    for entry in entries:
        if entry.source != SOURCE_IGNORE:
            continue
        ids = entry.data.get(context["source"], ())
        if unique_id in (entry.unique_id, *ids) or was_discovered_before(
            entry, context
        ):
            return entry
        if not ids and entry.data.get(CONF_HOST) == host:
            return entry
    return None


async def async_source_names(hass: HomeAssistant, entry: PulseConfigEntry) -> list[str]:
    """Return the names of the projector's sources, remembered ones if it is away."""
    if entry.state is ConfigEntryState.LOADED:
        return entry.runtime_data.data.texts(SOURCES)
    memory = (await Memory.load(hass, entry.entry_id)).data or {}
    kept = memory.get("kept")
    return Snapshot(remembered=kept if isinstance(kept, dict) else {}).texts(SOURCES)
