"""Floor 3: a projector: what it is and has, and what can be asked of it."""

import asyncio
from functools import cached_property

from .catalogue import ACTIVE_PRESET, ACTIVE_PROFILE, PRESETS, STATE
from .keys import KeyEvent, key_request
from .latest import LatestWins
from .protocol import (
    JsonObject,
    JsonValue,
    PulseAccessError,
    PulseRequestError,
    PulseStateError,
)
from .upkeep import Upkeep


class Projector(Upkeep):
    """A projector, kept in step with. Whatever is asked of it can raise PulseError."""

    @cached_property
    def _settings(self) -> LatestWins:
        return LatestWins()

    async def get_property(self, name: str) -> JsonValue:
        """Read a property, whether or not it is watched."""
        return await self.command("property.get", {"property": name})

    async def set_property(self, name: str, value: JsonValue) -> None:
        """Set a property; return when the projector has confirmed it.

        While one value is on its way, of the values behind it only the newest is
        sent: a slider must not flood the projector.
        """
        name = self._replica.connectors.real_name(name)
        params: JsonObject = {"property": name, "value": value}
        async with self._settings.turn(name) as newest:
            if newest:
                try:
                    await self.command("property.set", params)
                except PulseRequestError as error:
                    if not isinstance(error, PulseAccessError | PulseStateError):
                        self._doubt(name)
                    raise
        if name not in self._replica.values.subscribed:
            self.refresh()

    def _doubt(self, name: str) -> None:
        """Ask again what it has: it refused what it should take."""
        self._replica.discovery.forget(name)
        self._discover_soon()

    async def power_on(self) -> None:
        """Ask for a picture. Raises PulseStateError where that is not possible now."""
        await self._power("system.poweron")

    async def power_off(self) -> None:
        """Step down once; sent again it would go on down, to where no network is."""
        await self._power("system.poweroff")

    async def _power(self, method: str) -> None:
        await self.command(method)
        if STATE not in self._replica.values.subscribed:
            now = asyncio.get_running_loop().time()
            self._expectant_until = now + self._pace.expectant
            self.refresh()

    async def activate_preset(self, option: str) -> None:
        """Activate one of `Snapshot.presets`."""
        slot = self.snapshot.presets.get(option)
        if slot is None:
            raise PulseRequestError(f"There is no preset {option}")
        # A bare value for params is what real projectors were seen to take.
        await self.command("profile.activatepreset", slot)
        self._activated(ACTIVE_PRESET, option)

    async def activate_profile(self, name: str) -> None:
        """Activate a profile by name."""
        await self.command("profile.activateprofile", name)
        self._activated(ACTIVE_PROFILE, name)

    def _activated(self, what: str, value: JsonValue) -> None:
        self._replica.activated({what: value})
        self._publisher.now()

    async def assign_preset(self, slot: int, profile: str) -> None:
        """Let a preset, 0 to 29, stand for a profile; "" for none."""
        params: JsonObject = {"preset": slot, "profile": profile}
        await self.command("profile.assignpreset", params)
        if PRESETS not in self._replica.values.subscribed:
            self.refresh()

    async def press_key(self, key: str, event: KeyEvent = KeyEvent.CLICK) -> None:
        """Do as if a key, by its own name, had been used."""
        await self.command(*key_request(self.snapshot.methods, event, key))

    async def dismiss(self, notification_id: str, response: str = "OK") -> None:
        """Answer one of the projector's notifications, so that it goes."""
        params: JsonObject = {"id": notification_id, "response": response}
        await self.command("notification.dismiss", params)
        self._replica.doubt_notifications()
        self.refresh()
