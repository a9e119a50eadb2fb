"""Handle the announcements of projectors: SSDP, DHCP, and lists of other projectors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from homeassistant.config_entries import (
    SOURCE_IGNORE,
    ConfigEntryState,
    ConfigFlowContext,
)
from homeassistant.const import CONF_HOST, CONF_PIN, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.helpers.service_info.ssdp import (
    ATTR_UPNP_FRIENDLY_NAME,
    ATTR_UPNP_MANUFACTURER,
    SsdpServiceInfo,
)

from .const import MANUFACTURER
from .coordinator import PulseConfigEntry
from .helpers import async_is_same_host, is_connected
from .pulse import DEFAULT_PORT, ProjectorInfo
from .validation import async_validate_input

_MAX_IDS: Final = 10


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announcement of a projector."""

    context: ConfigFlowContext
    """The context of the config flow that Home Assistant started for it."""
    host: str
    name: str
    """The name to show until the projector reports its own."""
    unique_id: str
    """The ID to use until the serial number is known."""
    port: int | None = None
    """The port, which may belong to another service. None: not announced."""

    @classmethod
    def from_ssdp(
        cls, context: ConfigFlowContext, info: SsdpServiceInfo
    ) -> Announcement | None:
        """Return an SSDP announcement, None if another manufacturer sent it."""
        manufacturer = str(info.upnp.get(ATTR_UPNP_MANUFACTURER) or "").strip().lower()
        if manufacturer and not manufacturer.startswith(MANUFACTURER.lower()):
            return None
        try:
            host = urlsplit(info.ssdp_location or "").hostname or ""
        except ValueError:
            host = ""
        name = str(info.upnp.get(ATTR_UPNP_FRIENDLY_NAME) or host)
        return cls(context, host, name, info.ssdp_udn or host)

    def has_discovered(self, entry: PulseConfigEntry) -> bool:
        """Return True if Home Assistant discovered the entry by the same key before."""
        key = self.context.get("discovery_key")
        return key is not None and key in entry.discovery_keys.get(key.domain, ())

    def merged_with(self, previous: Mapping[str, Any]) -> dict[str, Any]:
        """Return the announcements of a projector: its host, and its IDs by source.

        `previous` holds the earlier announcements.
        """
        source = self.context["source"]
        ids = dict.fromkeys([*previous.get(source, ()), self.unique_id])
        return {**previous, CONF_HOST: self.host, source: [*ids][-_MAX_IDS:]}

    def find_ignored(
        self, entries: Iterable[PulseConfigEntry]
    ) -> PulseConfigEntry | None:
        """Return the ignored entry of the projector, without connecting.

        The ID in this kind of announcement decides, or the host if no ID is stored.
        """
        for entry in entries:
            if entry.source != SOURCE_IGNORE:
                continue
            ids = entry.data.get(self.context["source"], ())
            if self.unique_id in (entry.unique_id, *ids) or self.has_discovered(entry):
                return entry
            if not ids and entry.data.get(CONF_HOST) == self.host:
                return entry
        return None


async def async_ports_to_probe(
    hass: HomeAssistant,
    entries: Iterable[PulseConfigEntry],
    announcement: Announcement,
) -> tuple[list[int], PulseConfigEntry | None]:
    """Return the ports to probe at the announced host, and its entry if it has one.

    There are no ports if the entry is connected or disabled. If its set-up failed,
    another projector may have taken over its address. If no projector answers at the
    announced port, the default port is tried.
    """
    port = announcement.port
    ports = [port or DEFAULT_PORT, DEFAULT_PORT]
    retrying = None
    for entry in entries:
        if is_connected(entry) and announcement.has_discovered(entry):
            return [], entry
        if not await async_is_same_host(hass, entry, announcement.host):
            continue
        used_port = entry.data.get(CONF_PORT, DEFAULT_PORT)
        if port is not None and used_port != port:
            ports = [other for other in ports if other != used_port]
        elif entry.state is ConfigEntryState.SETUP_RETRY:
            retrying = entry
            ports.insert(0, used_port)
        else:
            return [], entry
    return list(dict.fromkeys(ports)), retrying


async def async_probe_ports(
    hass: HomeAssistant, host: str, ports: Iterable[int]
) -> tuple[dict[str, Any], ProjectorInfo | None, dict[str, str]]:
    """Connect to one port after the other until a projector answers.

    Returns the results and the errors of `async_validate_input` for the last port.
    """
    for port in ports:
        errors: dict[str, str] = {}
        data, answer = await async_validate_input(
            hass, {CONF_HOST: host, CONF_PORT: port}, errors
        )
        if answer is not None or CONF_PIN in errors:
            break
    return data, answer, errors
