"""The projector as a remote: keys, sources, presets and profiles."""

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
from .entity import PulsePowerEntity, async_add_described_entities
from .entity_description import PulsePowerDescription
from .errors import unknown_name_error
from .name_lookup import find_name
from .pulse import (
    PROFILES,
    SOURCES,
    TARGET_STATE,
    KeyEvent,
    Snapshot,
    fold_command,
    friendly_keys,
    keys_by_command_name,
)

PARALLEL_UPDATES = 0  # the connection has its own limit

type CommandFunc = Callable[[float], Awaitable[None]]
"""Send a command. The argument is how many seconds to hold a key."""


@dataclass(frozen=True, kw_only=True)
class PulseRemoteDescription(PulsePowerDescription, RemoteEntityDescription):
    """Describe a remote."""


REMOTES = (PulseRemoteDescription(key="remote", extra_names=(TARGET_STATE, SOURCES)),)


def get_descriptions(snapshot: Snapshot) -> Iterable[PulseRemoteDescription]:
    """Return the description of the remote."""
    return REMOTES


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the remote."""
    async_add_described_entities(
        entry, Platform.REMOTE, get_descriptions, PulseRemote, async_add_entities
    )


class PulseRemote(PulsePowerEntity, RemoteEntity):
    """A remote that sends keys and selects sources, presets and profiles."""

    entity_description: PulseRemoteDescription
    state_properties = ("is_on",)

    @override
    async def async_send_command(self, command: Iterable[str], **kwargs: Any) -> None:
        """Send commands one after the other, if all of them are valid."""
        available = self._commands()
        commands = [*command]
        names = [find_name(name, available, fold_command) for name in commands]
        if unknown := [n for n, m in zip(commands, names, strict=True) if m is None]:
            # Barco's names of the keys are accepted but not listed.
            methods = self.snapshot.methods
            barco_names = (
                keys_by_command_name(methods).keys() - friendly_keys(methods).keys()
            )
            friendly = [name for name in available if name not in barco_names]
            name = self.coordinator.display_name
            raise unknown_name_error("command", ", ".join(unknown), friendly, name)
        hold = kwargs.get(ATTR_HOLD_SECS, DEFAULT_HOLD_SECS)
        delay = kwargs.get(ATTR_DELAY_SECS, DEFAULT_DELAY_SECS)
        repeats = kwargs.get(ATTR_NUM_REPEATS, DEFAULT_NUM_REPEATS)
        functions = [available[name] for name in names if name] * repeats
        for index, send in enumerate(functions):
            if index:
                await asyncio.sleep(delay)
            await self.async_run_command(send(hold))

    def _commands(self) -> dict[str, CommandFunc]:
        """Return the available commands by name."""
        projector, snapshot = self.coordinator.projector, self.snapshot

        def without_hold[T](
            command: Callable[[T], Awaitable[None]], argument: T
        ) -> CommandFunc:
            return lambda hold: command(argument)

        return {
            **{
                name: partial(self._press_key, key)
                for name, key in keys_by_command_name(snapshot.methods).items()
            },
            **{
                f"source_{source}": without_hold(projector.select_source, source)
                for source in snapshot.get_texts(SOURCES)
            },
            **{
                f"preset_{slot}": without_hold(projector.activate_preset, preset)
                for preset, slot in snapshot.presets.items()
            },
            **{
                f"profile_{profile}": without_hold(projector.activate_profile, profile)
                for profile in snapshot.get_texts(PROFILES)
            },
        }

    async def _press_key(self, key: str, hold: float) -> None:
        projector = self.coordinator.projector
        try:
            if not hold:
                await projector.press_key(key)
                return
            try:
                await projector.press_key(key, KeyEvent.PRESS)
                await asyncio.sleep(hold)
            finally:
                # Without a release, the projector would repeat the key forever.
                await projector.press_key(key, KeyEvent.RELEASE)
        finally:
            async_dispatcher_send(self.hass, self.coordinator.signals.key_sent)
