"""What happens at the projector: its notifications, and its keys."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import override

from homeassistant.components.event import (
    ButtonEventType,
    EventDeviceClass,
    EventEntity,
    EventEntityDescription,
)
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PulseConfigEntry, PulseCoordinator
from .entity import PulseEntity, async_add_rows
from .entity_description import PulseEntityDescription
from .pulse import KEY_METHODS, NOTIFICATIONS, JsonObject, Snapshot, shown

PARALLEL_UPDATES = 0  # read-only


@dataclass(frozen=True, kw_only=True)
class PulseEventDescription(PulseEntityDescription, EventEntityDescription):
    """A row of the table below."""


_KEY_EVENTS = {
    "clicked": "clicked",
    "press": ButtonEventType.PRESS_START,
    "repeat": "repeat",
    "release": ButtonEventType.PRESS_END,
}
"""What happens to a key, in the projector's words and Home Assistant's, if it has any."""

NOTIFICATION = PulseEventDescription(
    key="notification",
    names=(NOTIFICATIONS,),
    event_types=["info", "caution", "warning", "error", "critical"],
    entity_category=EntityCategory.DIAGNOSTIC,
)
KEY = PulseEventDescription(
    key="key",
    names=KEY_METHODS,
    device_class=EventDeviceClass.BUTTON,
    event_types=[*_KEY_EVENTS.values()],
    entity_registry_enabled_default=False,
)


def rows(snapshot: Snapshot) -> Iterable[PulseEventDescription]:
    """Return the table."""
    return NOTIFICATION, KEY


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events."""

    def make(coordinator: PulseCoordinator, row: PulseEventDescription) -> PulseEvent:
        return (PulseNotificationEvent if row is NOTIFICATION else PulseKeyEvent)(
            coordinator, row
        )

    async_add_rows(entry, Platform.EVENT, rows, make, async_add_entities)


class PulseEvent(PulseEntity, EventEntity):
    """Something that happens."""

    entity_description: PulseEventDescription

    @property
    @override
    def available(self) -> bool:
        """Available while the projector could tell."""
        return self.snapshot.reachable

    @callback
    def _happen(self, event_type: str, attributes: JsonObject) -> None:
        if event_type in self.event_types:
            self._trigger_event(event_type, dict(attributes))
            self.async_write_ha_state()


class PulseNotificationEvent(PulseEvent):
    """The projector has something to say. What it said before is no event."""

    @override
    async def async_added_to_hass(self) -> None:
        """Take what stands there for old."""
        await super().async_added_to_hass()
        self._told = {str(entry.get("id")) for entry in self.snapshot.notifications}

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        super()._handle_coordinator_update()
        if not self.snapshot.reachable:
            return
        notifications = self.snapshot.notifications
        for entry in reversed(notifications):
            if str(entry.get("id")) not in self._told:
                told = {key: shown(entry.get(key)) for key in ("id", "code", "message")}
                self._happen(str(entry.get("severity")).lower(), told)
        self._told = {str(entry.get("id")) for entry in notifications}


class PulseKeyEvent(PulseEvent):
    """A key of the remote control or the keypad, whoever used it."""

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the projector."""
        await super().async_added_to_hass()
        self.async_on_remove(
            async_dispatcher_connect(
                self.hass, self.coordinator.signal_key_event, self._on_key
            )
        )

    @callback
    def _on_key(self, arguments: JsonObject) -> None:
        attributes = {name: shown(arguments.get(name)) for name in ("key", "source")}
        event = str(arguments.get("type")).lower()
        self._happen(_KEY_EVENTS.get(event, event), attributes)
