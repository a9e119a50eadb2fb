"""The remote control of the projector."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, override

from homeassistant.components.remote import (
    ATTR_DELAY_SECS,
    ATTR_HOLD_SECS,
    ATTR_NUM_REPEATS,
    DEFAULT_DELAY_SECS,
    DEFAULT_HOLD_SECS,
    DEFAULT_NUM_REPEATS,
    RemoteEntity,
    RemoteEntityDescription,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PulseConfigEntry
from .entity import PulsePowerEntity, async_add_rows
from .entity_description import PulsePowerDescription
from .errors import unknown_name_error
from .name_lookup import find_name
from .pulse import (
    PROFILES,
    SOURCES,
    TARGET_STATE,
    KeyEvent,
    Snapshot,
    folded_command,
    friendly_keys,
    known_keys,
)

PARALLEL_UPDATES = 0  # the connection has its own limit

type Send = Callable[[float], Awaitable[None]]
"""Carry out a command; the seconds that a key is held."""


@dataclass(frozen=True, kw_only=True)
class PulseRemoteDescription(PulsePowerDescription, RemoteEntityDescription):
    """A row of the table below."""


REMOTES = (PulseRemoteDescription(key="remote", also=(TARGET_STATE, SOURCES)),)


def rows(snapshot: Snapshot) -> Iterable[PulseRemoteDescription]:
    """Return the table."""
    return REMOTES


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the remote control."""
    async_add_rows(entry, Platform.REMOTE, rows, PulseRemote, async_add_entities)


class PulseRemote(PulsePowerEntity, RemoteEntity):
    """Keys, sources, presets and profiles as commands."""

    entity_description: PulseRemoteDescription
    shows = ("is_on",)

    @override
    async def async_send_command(self, command: Iterable[str], **kwargs: Any) -> None:
        """Send commands one after the other, as soon as all are known to be valid."""
        known = self._commands()
        commands = [*command]
        listed = [find_name(name, known, folded_command) for name in commands]
        if strange := [n for n, m in zip(commands, listed, strict=True) if m is None]:
            # Barco's own names of the keys are accepted, but not listed.
            methods = self.snapshot.methods
            own = known_keys(methods).keys() - friendly_keys(methods).keys()
            friendly = [name for name in known if name not in own]
            name = self.coordinator.display_name
            raise unknown_name_error("command", ", ".join(strange), friendly, name)
        hold = kwargs.get(ATTR_HOLD_SECS, DEFAULT_HOLD_SECS)
        delay = kwargs.get(ATTR_DELAY_SECS, DEFAULT_DELAY_SECS)
        repeats = kwargs.get(ATTR_NUM_REPEATS, DEFAULT_NUM_REPEATS)
        sends = [known[name] for name in listed if name] * repeats
        for index, send in enumerate(sends):
            if index:
                await asyncio.sleep(delay)
            await self.command(send(hold))

    def _commands(self) -> dict[str, Send]:
        """Return what can be sent now, by name."""
        projector, snapshot = self.coordinator.projector, self.snapshot

        def at_once[T](act: Callable[[T], Awaitable[None]], what: T) -> Send:
            return lambda hold: act(what)

        return {
            **{
                name: partial(self._use_key, key)
                for name, key in known_keys(snapshot.methods).items()
            },
            **{
                f"source_{source}": at_once(projector.select_source, source)
                for source in snapshot.texts(SOURCES)
            },
            **{
                f"preset_{slot}": at_once(projector.activate_preset, preset)
                for preset, slot in snapshot.presets.items()
            },
            **{
                f"profile_{profile}": at_once(projector.activate_profile, profile)
                for profile in snapshot.texts(PROFILES)
            },
        }

    async def _use_key(self, key: str, hold: float) -> None:
        projector = self.coordinator.projector
        try:
            if not hold:
                await projector.press_key(key)
                return
            try:
                await projector.press_key(key, KeyEvent.PRESS)
                await asyncio.sleep(hold)
            finally:
                # A key that nobody releases would go on and on.
                await projector.press_key(key, KeyEvent.RELEASE)
        finally:
            async_dispatcher_send(self.hass, self.coordinator.signal_key_sent)
