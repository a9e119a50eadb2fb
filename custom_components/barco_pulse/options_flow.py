"""The options flow: connection, MAC address, sources."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlowWithReload
from homeassistant.const import CONF_MAC, CONF_NAME
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import voluptuous as vol

from .const import CONF_CONNECTION, CONF_SOURCES, KEEP, RELEASE
from .device import display_name
from .helpers import async_reported_mac, async_source_names, normalize_mac

_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_CONNECTION, default=KEEP): SelectSelector(
            SelectSelectorConfig(
                options=[KEEP, RELEASE],
                mode=SelectSelectorMode.LIST,
                translation_key="connection",
            )
        ),
        vol.Optional(CONF_MAC): TextSelector(),
    }
)


class PulseOptionsFlow(OptionsFlowWithReload):
    """Ask for the options. Changes take effect by a reload of the entry."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show one form with all options."""
        errors: dict[str, str] = {}
        if user_input is not None:
            text = user_input.get(CONF_MAC, "").strip()
            mac = normalize_mac(text)
            if mac or not text:
                # Store an empty address, so that the form does not suggest one again.
                options = {CONF_SOURCES: [], **user_input, CONF_MAC: mac or ""}
                return self.async_create_entry(data=options)
            errors[CONF_MAC] = "invalid_mac"
        defaults = {CONF_MAC: async_reported_mac(self.hass, self.config_entry)}
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                await self._schema(), user_input or defaults | self.config_entry.options
            ),
            errors=errors,
            description_placeholders={
                CONF_NAME: display_name(self.hass, self.config_entry)
            },
        )

    async def _schema(self) -> vol.Schema:
        chosen = self.config_entry.options.get(CONF_SOURCES, [])
        names = await async_source_names(self.hass, self.config_entry)
        # A selected source remains an option while the projector does not have it.
        names += [name for name in chosen if name not in names]
        schema = _SCHEMA
        if names:
            choice = SelectSelector(SelectSelectorConfig(options=names, multiple=True))
            schema = schema.extend({vol.Optional(CONF_SOURCES): choice})
        return schema
