"""What of the repair issues can be mended from here."""

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


class _Repair(RepairsFlow):
    """Changes the entry of a projector, which then is set up again."""

    def __init__(self, entry: PulseConfigEntry) -> None:
        """Nothing is asked yet."""
        self._entry = entry

    @property
    def _name(self) -> str:
        """The user's name for the projector."""
        return display_name(self.hass, self._entry)

    def _change(self, **changes: Any) -> RepairsFlowResult:
        """Change data or options. The issue goes; if it is not mended, it returns."""
        entries = self.hass.config_entries
        entries.async_update_entry(self._entry, **changes)
        entries.async_schedule_reload(self._entry.entry_id)
        return self.async_create_entry(data={})


class PinRepair(_Repair):
    """Store the PIN or the login that a projector wants for control."""

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Begin; there may be input that is none."""
        return await self.async_step_pin()

    async def async_step_pin(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask for the PIN or the login, and try it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if not credentials(user_input):
                errors["base"] = "nothing_entered"
            data, answer = await async_validate_input(
                updated_data(self._entry.data, user_input), errors
            )
            if answer is not None:
                if answer.identity.serial_number != self._entry.unique_id:
                    return self.async_abort(reason="wrong_projector")
                return self._change(data=data)
        return self.async_show_form(
            step_id="pin",
            data_schema=CREDENTIALS_SCHEMA,
            errors=errors,
            description_placeholders={"projector": self._name},
        )


class ReleaseRepair(_Repair):
    """Leaves a projector's connections to others, most of the time."""

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Begin; there may be input that is none."""
        return await self.async_step_release()

    async def async_step_release(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask whether to."""
        if user_input is not None:
            options = {**self._entry.options, CONF_CONNECTION: RELEASE}
            return self._change(options=options)
        return self.async_show_form(
            step_id="release",
            data_schema=vol.Schema({}),
            description_placeholders={"projector": self._name},
        )


REPAIRS: dict[str, type[PinRepair | ReleaseRepair]] = {
    "control_needs_pin": PinRepair,
    "connection_limit": ReleaseRepair,
}
"""All others are confirmed, which deletes them."""


async def async_create_fix_flow(
    hass: HomeAssistant,
    issue_id: str,
    data: dict[str, str | int | float | None] | None,
) -> RepairsFlow:
    """Return what mends an issue that issues.py raised."""
    assert data is not None
    if (repair := REPAIRS.get(str(data["key"]))) is None:
        return ConfirmRepairFlow()
    return repair(hass.config_entries.async_get_known_entry(str(data["entry_id"])))
