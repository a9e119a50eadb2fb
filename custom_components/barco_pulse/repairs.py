"""Repair flows for the issues that can be fixed in Home Assistant."""

from typing import Any

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.core import HomeAssistant
import voluptuous as vol

from .const import CONF_CONNECTION, RELEASE
from .coordinator import PulseConfigEntry
from .device import display_name
from .validation import (
    CREDENTIALS_SCHEMA,
    async_validate_input,
    credentials,
    updated_data,
)


class _EntryRepairFlow(RepairsFlow):
    """Change the entry of a projector, and reload it."""

    def __init__(self, entry: PulseConfigEntry) -> None:
        """Take the entry to change."""
        self._entry = entry

    @property
    def _name(self) -> str:
        """Return the name of the projector."""
        return display_name(self.hass, self._entry)

    def _update_entry_and_reload(self, **changes: Any) -> RepairsFlowResult:
        """Change data or options, and delete the issue until it occurs again."""
        entries = self.hass.config_entries
        entries.async_update_entry(self._entry, **changes)
        entries.async_schedule_reload(self._entry.entry_id)
        return self.async_create_entry(data={})


class PinRepairFlow(_EntryRepairFlow):
    """Store the PIN or the login that control needs."""

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Show the form. The first call passes the data of the issue as input."""
        return await self.async_step_pin()

    async def async_step_pin(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask for the PIN or the login, and validate it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if not credentials(user_input):
                errors["base"] = "nothing_entered"
            data, answer = await async_validate_input(
                self.hass, updated_data(self._entry.data, user_input), errors
            )
            if answer is not None:
                if answer.identity.serial_number != self._entry.unique_id:
                    return self.async_abort(reason="wrong_projector")
                return self._update_entry_and_reload(data=data)
        return self.async_show_form(
            step_id="pin",
            data_schema=CREDENTIALS_SCHEMA,
            errors=errors,
            description_placeholders={"projector": self._name},
        )


class ReleaseRepairFlow(_EntryRepairFlow):
    """Release the connection between polls, for other controllers."""

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Show the form. The first call passes the data of the issue as input."""
        return await self.async_step_release()

    async def async_step_release(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask to confirm."""
        if user_input is not None:
            options = {**self._entry.options, CONF_CONNECTION: RELEASE}
            return self._update_entry_and_reload(options=options)
        return self.async_show_form(
            step_id="release",
            data_schema=vol.Schema({}),
            description_placeholders={"projector": self._name},
        )


REPAIRS: dict[str, type[PinRepairFlow | ReleaseRepairFlow]] = {
    "control_needs_pin": PinRepairFlow,
    "connection_limit": ReleaseRepairFlow,
}
"""The flows by issue. The user can only confirm all other issues."""


async def async_create_fix_flow(
    hass: HomeAssistant,
    issue_id: str,
    data: dict[str, str | int | float | None] | None,
) -> RepairsFlow:
    """Return the flow that fixes an issue of issues.py."""
    assert data is not None
    if (repair := REPAIRS.get(str(data["key"]))) is None:
        return ConfirmRepairFlow()
    return repair(hass.config_entries.async_get_known_entry(str(data["entry_id"])))
