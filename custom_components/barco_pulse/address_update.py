"""Update the entry of a projector that got another address by DHCP."""

import asyncio
from typing import Final

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import CONF_HOST, CONF_PIN
from homeassistant.core import HomeAssistant

from .const import DOMAIN, LIMITS, Limits
from .coordinator import PulseConfigEntry
from .helpers import is_connected
from .validation import async_validate_input, updated_data, without_credentials

ATTEMPTS: Final = 12
"""How often to try, every `Limits.address_pause` seconds.

A starting projector gets its address up to two minutes before its port opens.
"""


async def async_update_address(
    hass: HomeAssistant, entry: PulseConfigEntry, host: str
) -> bool | None:
    """Set the host of an entry if its projector answers there.

    Return True if it does, None if no projector answers, False if another one does.
    """
    errors: dict[str, str] = {}
    values = {**without_credentials(entry.data), CONF_HOST: host}
    data, answer = await async_validate_input(hass, values, errors)
    reauth_is_open = any(entry.async_get_active_flows(hass, {SOURCE_REAUTH}))
    if CONF_PIN in errors and not reauth_is_open:  # readable with the PIN only
        data, answer = await async_validate_input(
            hass, {**entry.data, CONF_HOST: host}, {}
        )
    if answer is None:
        return None
    if answer.identity.serial_number != entry.unique_id:
        return False
    if not is_connected(entry):
        hass.config_entries.async_update_entry(
            entry, data=updated_data(entry.data, data)
        )
        hass.config_entries.async_schedule_reload(entry.entry_id)
    return True


def async_update_address_later(
    hass: HomeAssistant, entry: PulseConfigEntry, host: str
) -> None:
    """Retry in the background until a projector answers or the entry is connected."""

    pause = hass.data.get(LIMITS, Limits()).address_pause

    async def retry() -> None:
        for _ in range(ATTEMPTS):
            await asyncio.sleep(pause)
            current = hass.config_entries.async_get_entry(entry.entry_id)
            if current is None or is_connected(entry):
                return
            if await async_update_address(hass, entry, host) is not None:
                return

    hass.async_create_background_task(retry(), f"{DOMAIN} {entry.title} at {host}")
