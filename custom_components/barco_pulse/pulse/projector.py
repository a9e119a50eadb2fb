"""A projector: what it is and has, and what can be asked of it."""

from collections.abc import Mapping
from functools import cached_property
from typing import override

from .const import ACTIVE_PRESET, ACTIVE_PROFILE, PRESETS, SOURCE
from .exceptions import (
    PulseAccessError,
    PulseNoPresetError,
    PulseRequestError,
    PulseStateError,
)
from .json_types import JsonObject, JsonValue
from .keys import KeyEvent, key_request
from .latest import LatestWins
from .life import Life
from .schema import parse_object


class Projector(Life):
    """A projector, kept in step with. Whatever is asked of it can raise PulseError."""

    @cached_property
    def _settings(self) -> LatestWins:
        return LatestWins()

    async def get_property(self, name: str) -> JsonValue:
        """Read a property, whether or not it is watched."""
        return await self.command("property.get", {"property": name})

    async def lists(self, name: str) -> bool | None:
        """Tell whether the projector describes a property or method of this name.

        None: it does not describe the object, or not in its present power state.
        """
        snapshot = self.snapshot
        if name in snapshot.properties or name in snapshot.methods:
            return True
        owner, _, _ = name.rpartition(".")
        try:
            description = await self.command(
                "introspect", {"object": owner, "recursive": False}
            )
        except PulseRequestError:
            return None
        model = parse_object(owner, description)
        names = model.properties.keys() | model.methods.keys()
        return name in names if names else None

    async def set_property(self, name: str, value: JsonValue) -> None:
        """Set a property; return when the projector has confirmed it.

        While one value is on its way, of the values behind it only the newest is
        sent: a slider must not flood the projector.
        """
        name = self._replica.connectors.real_name(name)
        params: JsonObject = {"property": name, "value": value}
        send = self._control if self.snapshot.kind(name).writable else self.command
        async with self._settings.turn(name) as newest:
            if newest:
                try:
                    await send("property.set", params)
                except PulseRequestError as error:
                    if not isinstance(error, PulseAccessError | PulseStateError):
                        self._doubt(name)
                    raise
        if name not in self._replica.values.subscribed:
            self.refresh()

    async def select_source(self, source: str) -> None:
        """Show a source; while it powers up, as soon as it can."""
        await self._pending.request("source", source)

    async def activate_preset(self, option: str) -> None:
        """Activate one of `Snapshot.presets`; while it powers up, as soon as it can."""
        self._slot(option)
        await self._pending.request("preset", option)

    async def activate_profile(self, name: str) -> None:
        """Activate a profile by name; while it powers up, as soon as it can."""
        await self._pending.request("profile", name)

    def _slot(self, option: str) -> JsonValue:
        """Return the number of a preset. Raises PulseNoPresetError if there is none."""
        slot = self.snapshot.presets.get(option)
        if slot is None:
            raise PulseNoPresetError(f"There is no preset {option}")
        return slot

    @override
    async def _choose(self, kind: str, value: str) -> None:
        match kind:
            case "source":
                await self.set_property(SOURCE, value)
            case "preset":
                slot = self._slot(value)
                _, _, profile = value.partition(": ")
                activated = {ACTIVE_PRESET: value, ACTIVE_PROFILE: profile}
                await self._activate("profile.activatepreset", slot, activated)
            case "profile":
                activated = {ACTIVE_PROFILE: value}
                await self._activate("profile.activateprofile", value, activated)

    async def _activate(
        self, method: str, value: JsonValue, activated: Mapping[str, JsonValue]
    ) -> None:
        # A bare value for params is what real projectors were seen to take.
        await self._control(method, value)
        self._replica.activated(dict(activated))
        self._publisher.again()

    async def assign_preset(self, slot: int, profile: str) -> None:
        """Let a preset, 0 to 29, stand for a profile; "" for none."""
        params: JsonObject = {"preset": slot, "profile": profile}
        await self._control("profile.assignpreset", params)
        if PRESETS not in self._replica.values.subscribed:
            self.refresh()

    async def press_key(self, key: str, event: KeyEvent = KeyEvent.CLICK) -> None:
        """Do as if a key, by its own name, had been used."""
        await self._control(*key_request(self.snapshot.methods, event, key))

    async def dismiss(self, notification_id: str, response: str = "OK") -> None:
        """Answer one of the projector's notifications, so that it goes."""
        params: JsonObject = {"id": notification_id, "response": response}
        await self._control("notification.dismiss", params)
        self._replica.doubt_notifications()
        self.refresh()
