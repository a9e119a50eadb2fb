"""The config flow: discover, add and change projectors."""

from collections.abc import Mapping
from typing import Any, Final, NoReturn, Self, cast, override

from homeassistant.config_entries import SOURCE_IGNORE, ConfigFlow, ConfigFlowResult
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
from homeassistant.helpers.service_info.ssdp import SsdpServiceInfo
from homeassistant.helpers.typing import DiscoveryInfoType
import voluptuous as vol

from .address_update import async_update_address, async_update_address_later
from .announcement import Announcement, async_ports_to_probe, async_probe_ports
from .const import DOMAIN, ENTRY_MINOR_VERSION, ENTRY_VERSION
from .coordinator import PulseConfigEntry
from .device import display_name
from .helpers import (
    async_is_same_host,
    async_reported_mac,
    is_connected,
    is_usable_address,
)
from .options_flow import PulseOptionsFlow
from .pulse import ProjectorInfo
from .validation import (
    ADDRESS_SCHEMA,
    CREDENTIALS_SCHEMA,
    REAUTH_SCHEMA,
    RECONFIGURE_SCHEMA,
    REMOVE_PIN,
    async_validate_input,
    credentials,
    updated_data,
    without_credentials,
)

_ANNOUNCED_AS: Final = "seen_as"
"""Key in the context of a flow: the announcements of the projector."""
_CONFIRM_SCHEMA = vol.Schema({})


class PulseConfigFlow(ConfigFlow, domain=DOMAIN):
    """Add or change a projector."""

    VERSION = ENTRY_VERSION
    MINOR_VERSION = ENTRY_MINOR_VERSION

    _host: str | None = None
    """The host of a discovered projector."""
    _port: int
    _needs_pin = False
    _data: dict[str, Any]
    """The data of the new entry, while the form asks for the PIN for control."""
    _answer: ProjectorInfo

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: PulseConfigEntry) -> PulseOptionsFlow:
        """Return the options flow."""
        return PulseOptionsFlow()

    @override
    async def async_step_ssdp(
        self, discovery_info: SsdpServiceInfo
    ) -> ConfigFlowResult:
        """Handle an SSDP announcement of a projector of any manufacturer."""
        announcement = Announcement.from_ssdp(self.context, discovery_info)
        if announcement is None:
            return self.async_abort(reason="not_barco")
        return await self._async_handle_discovery(announcement)

    @override
    async def async_step_dhcp(
        self, discovery_info: DhcpServiceInfo
    ) -> ConfigFlowResult:
        """Handle a DHCP request of a Barco device or of a projector with an entry."""
        host = discovery_info.ip
        mac = format_mac(discovery_info.macaddress)
        for entry in self._async_current_entries(include_ignore=False):
            if async_reported_mac(self.hass, entry) != mac or not is_usable_address(
                host
            ):
                continue
            if is_connected(entry) or await async_is_same_host(self.hass, entry, host):
                await self._abort_configured(entry)
            if (answers := await async_update_address(self.hass, entry, host)) is None:
                # While a projector starts, its port is not open yet.
                async_update_address_later(self.hass, entry, host)
            if answers is not False:
                return self.async_abort(reason="already_configured")
        return await self._async_handle_discovery(
            Announcement(self.context, host, discovery_info.hostname or host, mac)
        )

    @override
    async def async_step_integration_discovery(
        self, discovery_info: DiscoveryInfoType
    ) -> ConfigFlowResult:
        """Handle a projector that another projector lists as a peer (discovery.py)."""
        keys = (CONF_HOST, CONF_NAME, CONF_UNIQUE_ID, CONF_PORT)
        return await self._async_handle_discovery(
            Announcement(self.context, *(discovery_info[key] for key in keys))
        )

    @override
    async def async_step_ignore(self, user_input: dict[str, Any]) -> ConfigFlowResult:
        """Ignore a projector. Store its announcements to recognize it later."""
        result = await super().async_step_ignore(user_input)
        flows = self.hass.config_entries.flow.async_progress_by_handler(
            DOMAIN, match_context={CONF_UNIQUE_ID: user_input[CONF_UNIQUE_ID]}
        )
        announced = (
            cast(dict[str, Any], flow["context"]).get(_ANNOUNCED_AS) for flow in flows
        )
        return {**result, "data": next(filter(None, announced), {})}

    async def _async_handle_discovery(
        self, announcement: Announcement
    ) -> ConfigFlowResult:
        """Ask to add the announced projector, unless it has an entry."""
        host = announcement.host
        if not is_usable_address(host):
            return self.async_abort(reason="cannot_connect")
        self._host = host
        if self.hass.config_entries.flow.async_has_matching_flow(self):
            return self.async_abort(reason="already_in_progress")
        entries = self._async_current_entries(include_ignore=True)
        if ignored := announcement.find_ignored(entries):
            await self._abort_ignored(ignored, announcement)
        ports, entry = await async_ports_to_probe(
            self.hass, self._async_current_entries(include_ignore=False), announcement
        )
        if entry is not None and not ports:
            await self._abort_configured(entry)
        await self.async_set_unique_id(announcement.unique_id)
        self._abort_if_unique_id_configured()

        name = announcement.name
        data, answer, errors = await async_probe_ports(self.hass, host, ports)
        if answer is not None:
            name = answer.identity.title
            await self._abort_if_configured(data, answer, announcement)
        elif CONF_PIN not in errors:
            if entry is not None:
                await self._abort_configured(entry)
            not_pulse = errors.get("base") == "not_pulse"
            reason = "not_pulse" if not_pulse else "cannot_connect"
            return self.async_abort(reason=reason)
        # Stored if the user ignores the projector.
        context = cast(dict[str, Any], self.context)
        context[_ANNOUNCED_AS] = announcement.merged_with({})
        self._needs_pin = answer is None
        self._port = data[CONF_PORT]
        self.context["title_placeholders"] = {"name": name, "host": host}
        return await self.async_step_discovery_confirm()

    async def _abort_if_configured(
        self, data: dict[str, Any], answer: ProjectorInfo, announcement: Announcement
    ) -> None:
        """Abort if the projector has an entry.

        The address of the entry is updated only if the projector is not connected.
        """
        entry = await self.async_set_unique_id(answer.identity.serial_number)
        if entry is None:
            return
        if entry.source == SOURCE_IGNORE:
            await self._abort_ignored(entry, announcement)
        updates = {key: value for key, value in data.items() if value is not None}
        self._abort_if_unique_id_configured(
            updates=None if is_connected(entry) else updates
        )

    async def _abort_configured(self, entry: PulseConfigEntry) -> NoReturn:
        """Abort. If the set-up of the entry failed, it is retried."""
        await self.async_set_unique_id(entry.unique_id, raise_on_progress=False)
        self._abort_if_unique_id_configured()
        raise AbortFlow(
            "already_configured"
        )  # entries of other integrations may have no unique ID

    async def _abort_ignored(
        self, entry: PulseConfigEntry, announcement: Announcement
    ) -> NoReturn:
        """Abort, and store this announcement of the ignored projector."""
        self.hass.config_entries.async_update_entry(
            entry, data=announcement.merged_with(entry.data)
        )
        await self._abort_configured(entry)

    @override
    def is_matching(self, other_flow: Self) -> bool:
        """Return True if another flow is about the same host."""
        return other_flow._host == self._host

    async def async_step_discovery_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask to confirm a discovered projector, and for the PIN if it needs one."""
        errors: dict[str, str] = {}
        if user_input is not None:
            address = {CONF_HOST: self._host, CONF_PORT: self._port}
            data, answer = await async_validate_input(
                self.hass, {**address, **user_input}, errors
            )
            if answer is not None:
                return await self._create_or_update(data, answer)
            self._needs_pin = self._needs_pin or CONF_PIN in errors
        return self.async_show_form(
            step_id="discovery_confirm",
            data_schema=CREDENTIALS_SCHEMA if self._needs_pin else _CONFIRM_SCHEMA,
            errors=errors,
            description_placeholders=self.context["title_placeholders"],
        )

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the address, and connect."""
        errors: dict[str, str] = {}
        if user_input is not None:
            data, answer = await async_validate_input(self.hass, user_input, errors)
            if answer is not None:
                return await self._create_or_update(data, answer)
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                ADDRESS_SCHEMA, without_credentials(user_input or {})
            ),
            errors=errors,
        )

    async def _create_or_update(
        self, data: dict[str, Any], answer: ProjectorInfo
    ) -> ConfigFlowResult:
        """Create the entry, or update the address of an existing entry and abort.

        The PIN of an existing entry is not changed: that is what reconfigure is for.
        """
        serial_number = answer.identity.serial_number
        entry = await self.async_set_unique_id(serial_number, raise_on_progress=False)
        if entry is not None and entry.source != SOURCE_IGNORE:
            address = {key: data[key] for key in (CONF_HOST, CONF_PORT)}
            if not address.items() <= entry.data.items():
                self._abort_if_unique_id_configured(address, error="address_updated")
            self._abort_if_unique_id_configured()
        self._data, self._answer = data, answer
        if answer.control_needs_login and not credentials(data):
            return await self.async_step_login()
        return self._create()

    async def async_step_login(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the PIN or the login that control needs. Both are optional."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if not credentials(user_input):
                return self._create()
            data, answer = await async_validate_input(
                self.hass, self._data | user_input, errors
            )
            if answer is not None:
                return await self._create_or_update(data, answer)
        return self.async_show_form(
            step_id="login",
            data_schema=CREDENTIALS_SCHEMA,
            errors=errors,
            description_placeholders={CONF_NAME: self._answer.identity.title},
        )

    def _create(self) -> ConfigFlowResult:
        """Create the entry. Tell the user if the projector is asleep."""
        self._abort_if_unique_id_configured()
        title = self._answer.identity.title
        return self.async_create_entry(
            title=title,
            data=self._data,
            description="asleep" if self._answer.asleep else None,
            description_placeholders={CONF_NAME: title},
        )

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Start because the projector refused the PIN, or requires one."""
        self.context["title_placeholders"] = {
            CONF_NAME: display_name(self.hass, self._get_reauth_entry())
        }
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the PIN or the login, or to remove it."""
        errors: dict[str, str] = {}
        entry = self._get_reauth_entry()
        if user_input is not None:
            if not (credentials(user_input) or user_input.get(REMOVE_PIN)):
                errors["base"] = "nothing_entered"
            data, answer = await async_validate_input(
                self.hass, updated_data(entry.data, user_input), errors
            )
            if answer is not None:
                return await self._update_and_abort(entry, data, answer)
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=REAUTH_SCHEMA,
            errors=errors,
            description_placeholders={CONF_NAME: display_name(self.hass, entry)},
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the address, and for the PIN or the login."""
        errors: dict[str, str] = {}
        entry = self._get_reconfigure_entry()
        if user_input is not None:
            data, answer = await async_validate_input(
                self.hass, updated_data(entry.data, user_input), errors
            )
            if answer is not None:
                return await self._update_and_abort(entry, data, answer)
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                RECONFIGURE_SCHEMA if credentials(entry.data) else ADDRESS_SCHEMA,
                without_credentials({**entry.data, **(user_input or {})}),
            ),
            errors=errors,
            description_placeholders={CONF_NAME: display_name(self.hass, entry)},
        )

    async def _update_and_abort(
        self, entry: PulseConfigEntry, data: dict[str, Any], answer: ProjectorInfo
    ) -> ConfigFlowResult:
        """Update the entry if the serial number matches, and abort."""
        serial_number = answer.identity.serial_number
        await self.async_set_unique_id(serial_number, raise_on_progress=False)
        self._abort_if_unique_id_mismatch(reason="wrong_projector")
        return self.async_update_reload_and_abort(entry, data=data)
