"""What its owner may choose about a projector."""

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
from .helpers import async_reported_mac, async_source_names, parse_mac

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
    """Ask for the options; what was changed takes effect by a reload."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show one form with all of them."""
        errors: dict[str, str] = {}
        if user_input is not None:
            typed = user_input.get(CONF_MAC, "").strip()
            mac = parse_mac(typed)
            if mac or not typed:
                # None is a choice, too: the form must not suggest one again.
                options = {CONF_SOURCES: [], **user_input, CONF_MAC: mac or ""}
                return self.async_create_entry(data=options)
            errors[CONF_MAC] = "invalid_mac"
        known = {CONF_MAC: async_reported_mac(self.hass, self.config_entry)}
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                await self._schema(), user_input or known | self.config_entry.options
            ),
            errors=errors,
            description_placeholders={
                CONF_NAME: display_name(self.hass, self.config_entry)
            },
        )

    async def _schema(self) -> vol.Schema:
        chosen = self.config_entry.options.get(CONF_SOURCES, [])
        names = await async_source_names(self.hass, self.config_entry)
        # What was chosen stays a choice, also if it is not there now.
        names += [name for name in chosen if name not in names]
        schema = _SCHEMA
        if names:
            choice = SelectSelector(SelectSelectorConfig(options=names, multiple=True))
            schema = schema.extend({vol.Optional(CONF_SOURCES): choice})
        return schema
