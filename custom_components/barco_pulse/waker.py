"""Wake a projector by automations and magic packets."""

from collections.abc import Callable
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_DOMAIN, CONF_HOST, CONF_MAC, CONF_TYPE
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers.trigger import PluggableAction

from .const import DOMAIN
from .pulse import PulseWakeError
from .wake_on_lan import async_wake

_LOGGER = logging.getLogger(__name__)


class Waker:
    """Wake the projector of one entry.

    Automations with the turn-on trigger can wake it, for example with a smart plug.
    Magic packets can wake it, too.
    """

    def __init__(
        self, hass: HomeAssistant, entry_id: str, on_change: CALLBACK_TYPE
    ) -> None:
        """Call `on_change` when an automation is attached or removed."""
        self._hass = hass
        self._entry = hass.config_entries.async_get_known_entry(entry_id)
        self._automations = PluggableAction(on_change)
        self._unregister: CALLBACK_TYPE | None = self._automations.async_register(
            hass, _turn_on(entry_id)
        )

    @callback
    def async_close(self) -> None:
        """Stop accepting automations."""
        if self._unregister is not None:
            self._unregister()
            self._unregister = None

    def can_wake(self, mac: str | None) -> bool:
        """Return True if there is an automation, or a MAC address for magic packets."""
        return bool(self._automations) or self._may_send_to(mac)

    def _may_send_to(self, mac: str | None) -> bool:
        # An empty address in the options disables magic packets.
        return bool(mac) and self._entry.options.get(CONF_MAC) != ""

    async def wake(self, mac: str | None, *, again: bool) -> None:
        """Run the automations, unless `again`, and send magic packets.

        Raises PulseWakeError if no packet could be sent and there is no automation.
        """
        if self._automations and not again:
            await self._automations.async_run(self._hass)
        if mac is None or not self._may_send_to(mac):
            return
        try:
            await async_wake(self._hass, mac, self._entry.data[CONF_HOST])
        except PulseWakeError as error:
            if not self._automations:
                raise
            _LOGGER.debug("Only automations can wake the projector: %s", error)


def _turn_on(entry_id: str) -> dict[str, str]:
    """Return the key that connects the turn-on triggers with the `Waker`."""
    return {CONF_DOMAIN: DOMAIN, CONF_TYPE: "turn_on", "entry_id": entry_id}


@callback
def async_attach_turn_on(
    hass: HomeAssistant, entry_id: str, run: Callable[[], object]
) -> CALLBACK_TYPE:
    """Call `run` whenever the projector must be woken. Return a function to stop.

    The entry need not be set up. If its set-up failed because the projector was
    unreachable, it is retried at once, because the projector may be asleep.
    """

    @callback
    def action(run_variables: dict[str, Any], context: Context | None = None) -> None:
        # Run it later, because it must not delay the command or make it fail.
        hass.loop.call_soon(run)

    remove = PluggableAction.async_attach_trigger(hass, _turn_on(entry_id), action, {})
    entry = hass.config_entries.async_get_entry(entry_id)
    if entry is not None and entry.state is ConfigEntryState.SETUP_RETRY:
        hass.config_entries.async_schedule_reload(entry_id)
    return remove
