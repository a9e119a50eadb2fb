"""The steps of the config flow in which a user adds or changes a projector."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.config_entries import SOURCE_IGNORE, ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_HOST, CONF_NAME, CONF_PORT
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from .coordinator import PulseConfigEntry
from .device import display_name
from .pulse import DEFAULT_PORT, Answer
from .validation import (
    CREDENTIALS_SCHEMA,
    async_validate_input,
    credentials,
    updated_data,
    without_credentials,
)

REMOVE_PIN: Final = "remove_pin"

ADDRESS_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_HOST): str,
        vol.Required(CONF_PORT, default=DEFAULT_PORT): cv.port,
    }
).extend(CREDENTIALS_SCHEMA.schema)
_REMOVAL = {vol.Optional(REMOVE_PIN, default=False): bool}
_REAUTH_SCHEMA = CREDENTIALS_SCHEMA.extend(_REMOVAL)
_RECONFIGURE_SCHEMA = ADDRESS_SCHEMA.extend(_REMOVAL)


class ManualFlow(ConfigFlow):
    """Ask for the address of a projector, and for its PIN or login."""

    _data: dict[str, Any]
    """The data of the new entry, while the form asks for the PIN for control."""
    _answer: Answer

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the address, and connect."""
        errors: dict[str, str] = {}
        if user_input is not None:
            data, answer = await async_validate_input(user_input, errors)
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
        self, data: dict[str, Any], answer: Answer
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
            data, answer = await async_validate_input(self._data | user_input, errors)
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
                _merged(entry, user_input), errors
            )
            if answer is not None:
                return await self._update_and_abort(entry, data, answer)
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=_REAUTH_SCHEMA,
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
                _merged(entry, user_input), errors
            )
            if answer is not None:
                return await self._update_and_abort(entry, data, answer)
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                _RECONFIGURE_SCHEMA if credentials(entry.data) else ADDRESS_SCHEMA,
                without_credentials({**entry.data, **(user_input or {})}),
            ),
            errors=errors,
            description_placeholders={CONF_NAME: display_name(self.hass, entry)},
        )

    async def _update_and_abort(
        self, entry: PulseConfigEntry, data: dict[str, Any], answer: Answer
    ) -> ConfigFlowResult:
        """Update the entry if the serial number matches, and abort."""
        serial_number = answer.identity.serial_number
        await self.async_set_unique_id(serial_number, raise_on_progress=False)
        self._abort_if_unique_id_mismatch(reason="wrong_projector")
        return self.async_update_reload_and_abort(entry, data=data)


def _merged(entry: PulseConfigEntry, user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of an entry, updated with the input.

    New credentials replace the stored ones. Without new ones, the stored ones are kept
    unless the user removes them.
    """
    values = dict(user_input)
    removed = values.pop(REMOVE_PIN, False)
    data = without_credentials(entry.data) if removed else entry.data
    return updated_data(data, values)
