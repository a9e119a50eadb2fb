"""How a projector is added, found and changed, and how a refused PIN is mended."""

from collections.abc import Mapping
from typing import Any, Final, Self, override
from urllib.parse import urlsplit

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.const import (
    CONF_HOST,
    CONF_NAME,
    CONF_PIN,
    CONF_PORT,
    CONF_UNIQUE_ID,
)
from homeassistant.core import callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.service_info.ssdp import (
    ATTR_UPNP_FRIENDLY_NAME,
    ATTR_UPNP_MANUFACTURER,
    SsdpServiceInfo,
)
from homeassistant.helpers.typing import DiscoveryInfoType
import voluptuous as vol

from .api import DEFAULT_PORT
from .const import DOMAIN, ENTRY_MINOR_VERSION, ENTRY_VERSION, MANUFACTURER
from .coordinator import PulseConfigEntry
from .identity import Identity
from .known import has_mac, is_at
from .options_flow import PulseOptionsFlow
from .probe import PIN, PIN_SCHEMA, probe

_REMOVE_PIN: Final = "remove_pin"

_USER_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_HOST): str,
        vol.Required(CONF_PORT, default=DEFAULT_PORT): cv.port,
        vol.Optional(CONF_PIN): PIN,
    }
)
_RECONFIGURE_SCHEMA = _USER_SCHEMA.extend(
    {vol.Optional(_REMOVE_PIN, default=False): bool}
)
_CONFIRM_SCHEMA = vol.Schema({})


class PulseConfigFlow(ConfigFlow, domain=DOMAIN):
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
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where the projector is, and connect."""
        errors: dict[str, str] = {}
        if user_input is not None:
            data, identity = await probe(user_input, errors)
            if identity is not None:
                return await self._add(data, identity)
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                _USER_SCHEMA, _without_pin(user_input or {})
            ),
            errors=errors,
        )

    async def _add(self, data: dict[str, Any], identity: Identity) -> ConfigFlowResult:
        """Add a projector that answered, or tell its entry what is new."""
        serial_number = identity.serial_number
        await self.async_set_unique_id(serial_number, raise_on_progress=False)
        self._abort_if_unique_id_configured(updates=_known(data))
        return self.async_create_entry(title=identity.title, data=data)

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """The projector refused the PIN."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the right one."""
        errors: dict[str, str] = {}
        entry = self._get_reauth_entry()
        if user_input is not None:
            data, identity = await probe({**entry.data, **user_input}, errors)
            if identity is not None:
                return await self._change(entry, data, identity)
        return self.async_show_form(
            step_id="reauth_confirm", data_schema=PIN_SCHEMA, errors=errors
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where the projector is now, and for another PIN."""
        errors: dict[str, str] = {}
        entry = self._get_reconfigure_entry()
        pin = entry.data.get(CONF_PIN)
        if user_input is not None:
            typed = dict(user_input)
            kept = None if typed.pop(_REMOVE_PIN, False) else pin
            typed[CONF_PIN] = typed.get(CONF_PIN, "").strip() or kept
            data, identity = await probe({**entry.data, **typed}, errors)
            if identity is not None:
                return await self._change(entry, data, identity)
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                _RECONFIGURE_SCHEMA if pin else _USER_SCHEMA,
                _without_pin({**entry.data, **(user_input or {})}),
            ),
            errors=errors,
            description_placeholders={"name": entry.title},
        )

    async def _change(
        self, entry: PulseConfigEntry, data: dict[str, Any], identity: Identity
    ) -> ConfigFlowResult:
        """Change the entry of a projector, if that is who answered."""
        serial_number = identity.serial_number
        await self.async_set_unique_id(serial_number, raise_on_progress=False)
        self._abort_if_unique_id_mismatch(reason="wrong_projector")
        return self.async_update_reload_and_abort(entry, data=data)

    @override
    async def async_step_ssdp(
        self, discovery_info: SsdpServiceInfo
    ) -> ConfigFlowResult:
        """A projector of whatever make announced itself."""
        told = discovery_info.upnp
        maker = str(told.get(ATTR_UPNP_MANUFACTURER) or "").strip().lower()
        if maker and not maker.startswith(MANUFACTURER.lower()):
            return self.async_abort(reason="not_barco")
        host = urlsplit(discovery_info.ssdp_location or "").hostname
        if host is None:
            return self.async_abort(reason="cannot_connect")
        name = str(told.get(ATTR_UPNP_FRIENDLY_NAME) or host)
        return await self._discovered(host, name, discovery_info.ssdp_udn or host)

    @override
    async def async_step_dhcp(
        self, discovery_info: DhcpServiceInfo
    ) -> ConfigFlowResult:
        """Something of Barco's got an address, or a projector that is set up did."""
        host = discovery_info.ip
        mac = format_mac(discovery_info.macaddress)
        for entry in self._async_current_entries(include_ignore=False):
            if has_mac(self.hass, entry, mac):
                # Not asked who it is: when it starts, its port is not open yet.
                there = await is_at(self.hass, entry, host)
                await self._abort_known(entry, {} if there else {CONF_HOST: host})
        return await self._discovered(host, discovery_info.hostname or host, mac)

    @override
    async def async_step_integration_discovery(
        self, discovery_info: DiscoveryInfoType
    ) -> ConfigFlowResult:
        """Another projector knows this one (peers.py)."""
        return await self._discovered(
            discovery_info[CONF_HOST],
            discovery_info[CONF_NAME],
            discovery_info[CONF_UNIQUE_ID],
            discovery_info[CONF_PORT],
        )

    async def _discovered(
        self, host: str, name: str, unique_id: str, port: int | None = None
    ) -> ConfigFlowResult:
        """Offer what was found at a host, unless it is known.

        `unique_id` stands for it until it tells its serial number. Nobody knows what
        `port` means, if there is one: if no projector answers there, another one may.
        """
        self._host = host
        if self.hass.config_entries.flow.async_has_matching_flow(self):
            return self.async_abort(reason="already_in_progress")
        ports = list(dict.fromkeys([port or DEFAULT_PORT, DEFAULT_PORT]))
        for entry in self._async_current_entries(include_ignore=False):
            if await is_at(self.hass, entry, host):
                taken = entry.data[CONF_PORT]
                if port is None or taken == port:
                    await self._abort_known(entry)
                ports = [other for other in ports if other != taken]
        await self.async_set_unique_id(unique_id)
        self._abort_if_unique_id_configured()

        data, identity, errors = await self._ask(host, ports)
        if identity is not None:
            name = identity.title
            await self.async_set_unique_id(identity.serial_number)
            self._abort_if_unique_id_configured(updates=_known(data))
        elif CONF_PIN not in errors:
            not_pulse = errors.get("base") == "not_pulse"
            reason = "not_pulse" if not_pulse else "cannot_connect"
            return self.async_abort(reason=reason)
        self._needs_pin = identity is None
        self._port = data[CONF_PORT]
        self.context["title_placeholders"] = {"name": name, "host": host}
        return await self.async_step_confirm()

    async def _ask(
        self, host: str, ports: list[int]
    ) -> tuple[dict[str, Any], Identity | None, dict[str, str]]:
        """Ask at one port after the other who is there, until a projector answers."""
        for port in ports:
            errors: dict[str, str] = {}
            data, identity = await probe({CONF_HOST: host, CONF_PORT: port}, errors)
            if identity is not None or CONF_PIN in errors:
                break
        return data, identity, errors

    async def _abort_known(
        self, entry: PulseConfigEntry, updates: dict[str, Any] | None = None
    ) -> None:
        """Abort. A projector that is away is tried again: now it is there."""
        await self.async_set_unique_id(entry.unique_id, raise_on_progress=False)
        self._abort_if_unique_id_configured(updates=updates)

    @override
    def is_matching(self, other_flow: Self) -> bool:
        """Tell whether another flow is about the same host."""
        return other_flow._host == self._host

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether to add what was found, and for the PIN if it takes one."""
        errors: dict[str, str] = {}
        if user_input is not None:
            found = {CONF_HOST: self._host, CONF_PORT: self._port}
            data, identity = await probe({**found, **user_input}, errors)
            if identity is not None:
                return await self._add(data, identity)
            self._needs_pin = self._needs_pin or CONF_PIN in errors
        return self.async_show_form(
            step_id="confirm",
            data_schema=PIN_SCHEMA if self._needs_pin else _CONFIRM_SCHEMA,
            errors=errors,
            description_placeholders=self.context["title_placeholders"],
        )


def _known(data: Mapping[str, Any]) -> dict[str, Any]:
    """What is new for an entry: who tells no PIN does not mean to remove it."""
    return {key: value for key, value in data.items() if value is not None}


def _without_pin(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a form may show again."""
    return {key: value for key, value in values.items() if key != CONF_PIN}
