"""How a projector is found; manual_flow.py adds and changes it by hand."""

from typing import Any, Final, NoReturn, Self, cast, override
from urllib.parse import urlsplit

from homeassistant.config_entries import (
    SOURCE_IGNORE,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import (
    CONF_HOST,
    CONF_NAME,
    CONF_PIN,
    CONF_PORT,
    CONF_UNIQUE_ID,
)
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.service_info.ssdp import (
    ATTR_UPNP_FRIENDLY_NAME,
    ATTR_UPNP_MANUFACTURER,
    SsdpServiceInfo,
)
from homeassistant.helpers.typing import DiscoveryInfoType
import voluptuous as vol

from .address_update import async_update_address, async_update_address_later
from .const import DOMAIN, ENTRY_MINOR_VERSION, ENTRY_VERSION, MANUFACTURER
from .coordinator import PulseConfigEntry
from .helpers import (
    announcement_data,
    async_is_same_host,
    async_reported_mac,
    find_ignored,
    is_connected,
    is_usable_address,
    was_discovered_before,
)
from .manual_flow import ManualFlow
from .options_flow import PulseOptionsFlow
from .pulse import DEFAULT_PORT, Answer
from .validation import CREDENTIALS_SCHEMA, async_validate_input

_SEEN: Final = "seen_as"
"""Of the context of a flow: how the projector was announced."""
_CONFIRM_SCHEMA = vol.Schema({})


class PulseConfigFlow(ManualFlow, domain=DOMAIN):
    """Add a projector, or change one."""

    VERSION = ENTRY_VERSION
    MINOR_VERSION = ENTRY_MINOR_VERSION

    _host: str | None = None
    """Where a projector was discovered."""
    _port: int
    _needs_pin = False

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: PulseConfigEntry) -> PulseOptionsFlow:
        """Return what asks for the options."""
        return PulseOptionsFlow()

    @override
    async def async_step_ssdp(
        self, discovery_info: SsdpServiceInfo
    ) -> ConfigFlowResult:
        """Look at a projector of whatever make that announced itself."""
        told = discovery_info.upnp
        maker = str(told.get(ATTR_UPNP_MANUFACTURER) or "").strip().lower()
        if maker and not maker.startswith(MANUFACTURER.lower()):
            return self.async_abort(reason="not_barco")
        try:
            host = urlsplit(discovery_info.ssdp_location or "").hostname or ""
        except ValueError:
            host = ""
        name = str(told.get(ATTR_UPNP_FRIENDLY_NAME) or host)
        return await self._discovered(host, name, discovery_info.ssdp_udn or host)

    @override
    async def async_step_dhcp(
        self, discovery_info: DhcpServiceInfo
    ) -> ConfigFlowResult:
        """Look at what got an address: something of Barco's, or a known projector."""
        host = discovery_info.ip
        mac = format_mac(discovery_info.macaddress)
        for entry in self._async_current_entries(include_ignore=False):
            if async_reported_mac(self.hass, entry) != mac or not is_usable_address(
                host
            ):
                continue
            if is_connected(entry) or await async_is_same_host(self.hass, entry, host):
                await self._abort_known(entry)
            if (is_here := await async_update_address(self.hass, entry, host)) is None:
                # When a projector starts, its port is not open yet.
                async_update_address_later(self.hass, entry, host)
            if is_here is not False:
                return self.async_abort(reason="already_configured")
        return await self._discovered(host, discovery_info.hostname or host, mac)

    @override
    async def async_step_integration_discovery(
        self, discovery_info: DiscoveryInfoType
    ) -> ConfigFlowResult:
        """Look at a projector that another one knows (discovery.py)."""
        return await self._discovered(
            discovery_info[CONF_HOST],
            discovery_info[CONF_NAME],
            discovery_info[CONF_UNIQUE_ID],
            discovery_info[CONF_PORT],
        )

    @override
    async def async_step_ignore(self, user_input: dict[str, Any]) -> ConfigFlowResult:
        """Ignore a projector; remember how it is announced, so as not to contact it."""
        result = await super().async_step_ignore(user_input)
        flows = self.hass.config_entries.flow.async_progress_by_handler(
            DOMAIN, match_context={CONF_UNIQUE_ID: user_input[CONF_UNIQUE_ID]}
        )
        known = (cast(dict[str, Any], flow["context"]).get(_SEEN) for flow in flows)
        return {**result, "data": next(filter(None, known), {})}

    async def _discovered(
        self, host: str, name: str, unique_id: str, port: int | None = None
    ) -> ConfigFlowResult:
        """Offer what was found at a host, unless it is known.

        `unique_id` stands for it until it tells its serial number. `port` may be for
        something else: if no projector answers there, the usual one is tried.
        """
        if not is_usable_address(host):
            return self.async_abort(reason="cannot_connect")
        self._host = host
        if self.hass.config_entries.flow.async_has_matching_flow(self):
            return self.async_abort(reason="already_in_progress")
        entries = self._async_current_entries(include_ignore=True)
        if ignored := find_ignored(entries, self.context, unique_id, host):
            await self._abort_ignored(ignored, unique_id)
        ports, retrying = await self._ports(host, port)
        await self.async_set_unique_id(unique_id)
        self._abort_if_unique_id_configured()

        data, answer, errors = await self._ask(host, ports)
        if answer is not None:
            name = answer.identity.title
            await self._abort_if_known(data, answer, unique_id)
        elif CONF_PIN not in errors:
            if retrying is not None:
                await self._abort_known(retrying)
            not_pulse = errors.get("base") == "not_pulse"
            reason = "not_pulse" if not_pulse else "cannot_connect"
            return self.async_abort(reason=reason)
        # In case that it is ignored.
        context = cast(dict[str, Any], self.context)
        context[_SEEN] = announcement_data({}, self.context["source"], unique_id, host)
        self._needs_pin = answer is None
        self._port = data[CONF_PORT]
        self.context["title_placeholders"] = {"name": name, "host": host}
        return await self.async_step_discovery_confirm()

    async def _ports(
        self, host: str, port: int | None
    ) -> tuple[list[int], PulseConfigEntry | None]:
        """Return the ports to ask at a host, and the entry that is set up again there.

        Aborts for an entry that needs no help. Where set-up failed, another projector
        may have taken over the address.
        """
        ports = [port or DEFAULT_PORT, DEFAULT_PORT]
        retrying = None
        for entry in self._async_current_entries(include_ignore=False):
            if is_connected(entry) and was_discovered_before(entry, self.context):
                await self._abort_known(entry)
            if not await async_is_same_host(self.hass, entry, host):
                continue
            taken = entry.data.get(CONF_PORT, DEFAULT_PORT)
            if port is not None and taken != port:
                ports = [other for other in ports if other != taken]
            elif entry.state is ConfigEntryState.SETUP_RETRY:
                retrying = entry
                ports.insert(0, taken)
            else:
                await self._abort_known(entry)
        return list(dict.fromkeys(ports)), retrying

    async def _ask(
        self, host: str, ports: list[int]
    ) -> tuple[dict[str, Any], Answer | None, dict[str, str]]:
        """Ask at one port after the other who is there, until a projector answers."""
        for port in ports:
            errors: dict[str, str] = {}
            data, answer = await async_validate_input(
                {CONF_HOST: host, CONF_PORT: port}, errors
            )
            if answer is not None or CONF_PIN in errors:
                break
        return data, answer, errors

    async def _abort_if_known(
        self, data: dict[str, Any], answer: Answer, unique_id: str
    ) -> None:
        """Abort if the projector that answered has an entry.

        The entry moves to the new address only if the projector is not connected.
        """
        entry = await self.async_set_unique_id(answer.identity.serial_number)
        if entry is None:
            return
        if entry.source == SOURCE_IGNORE:
            await self._abort_ignored(entry, unique_id)
        moves = not is_connected(entry)
        updates = {key: value for key, value in data.items() if value is not None}
        self._abort_if_unique_id_configured(updates=updates if moves else None)

    async def _abort_known(self, entry: PulseConfigEntry) -> NoReturn:
        """Abort. A projector that is away is tried again: now it is there."""
        await self.async_set_unique_id(entry.unique_id, raise_on_progress=False)
        self._abort_if_unique_id_configured()
        raise AbortFlow("already_configured")  # an entry of others may have no id

    async def _abort_ignored(self, entry: PulseConfigEntry, unique_id: str) -> NoReturn:
        """Abort, and remember this way of announcing the ignored projector."""
        assert self._host is not None
        data = announcement_data(
            entry.data, self.context["source"], unique_id, self._host
        )
        self.hass.config_entries.async_update_entry(entry, data=data)
        await self._abort_known(entry)

    @override
    def is_matching(self, other_flow: Self) -> bool:
        """Tell whether another flow is about the same host."""
        return other_flow._host == self._host

    async def async_step_discovery_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether to add what was found, and for the PIN if it takes one."""
        errors: dict[str, str] = {}
        if user_input is not None:
            found = {CONF_HOST: self._host, CONF_PORT: self._port}
            data, answer = await async_validate_input({**found, **user_input}, errors)
            if answer is not None:
                return await self._add(data, answer)
            self._needs_pin = self._needs_pin or CONF_PIN in errors
        return self.async_show_form(
            step_id="discovery_confirm",
            data_schema=CREDENTIALS_SCHEMA if self._needs_pin else _CONFIRM_SCHEMA,
            errors=errors,
            description_placeholders=self.context["title_placeholders"],
        )
