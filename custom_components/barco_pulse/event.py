"""Events of the projector: notifications and keys."""

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
from .entity import PulseEntity, async_add_described_entities
from .entity_description import PulseEntityDescription
from .pulse import KEY_METHODS, NOTIFICATIONS, JsonObject, Snapshot, to_attribute_value

PARALLEL_UPDATES = 0  # read-only


@dataclass(frozen=True, kw_only=True)
class PulseEventDescription(PulseEntityDescription, EventEntityDescription):
    """Describe an event entity."""


_KEY_EVENTS = {
    "clicked": "clicked",
    "press": ButtonEventType.PRESS_START,
    "repeat": "repeat",
    "release": ButtonEventType.PRESS_END,
}
"""Event types by the projector's name of a key event."""

NOTIFICATION = PulseEventDescription(
    key="notification",
    property_names=(NOTIFICATIONS,),
    event_types=["info", "caution", "warning", "error", "critical"],
    entity_category=EntityCategory.DIAGNOSTIC,
)
KEY = PulseEventDescription(
    key="key",
    property_names=KEY_METHODS,
    device_class=EventDeviceClass.BUTTON,
    event_types=[*_KEY_EVENTS.values()],
    entity_registry_enabled_default=False,
)


def get_descriptions(snapshot: Snapshot) -> Iterable[PulseEventDescription]:
    """Return the descriptions of all event entities."""
    return NOTIFICATION, KEY


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events."""

    def entity_factory(
        coordinator: PulseCoordinator, description: PulseEventDescription
    ) -> PulseEvent:
        return (
            PulseNotificationEvent if description is NOTIFICATION else PulseKeyEvent
        )(coordinator, description)

    async_add_described_entities(
        entry, Platform.EVENT, get_descriptions, entity_factory, async_add_entities
    )


class PulseEvent(PulseEntity, EventEntity):
    """An event of the projector."""

    entity_description: PulseEventDescription

    @property
    @override
    def available(self) -> bool:
        """Return True if the projector is reachable."""
        return self.snapshot.reachable

    @callback
    def _fire(self, event_type: str, attributes: JsonObject) -> None:
        if event_type in self.event_types:
            self._trigger_event(event_type, dict(attributes))
            self.async_write_ha_state()


class PulseNotificationEvent(PulseEvent):
    """A new notification of the projector."""

    @override
    async def async_added_to_hass(self) -> None:
        """Ignore the notifications that exist already."""
        await super().async_added_to_hass()
        self._seen_ids = {str(entry.get("id")) for entry in self.snapshot.notifications}

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        super()._handle_coordinator_update()
        if not self.snapshot.reachable:
            return
        notifications = self.snapshot.notifications
        for entry in reversed(notifications):
            if str(entry.get("id")) not in self._seen_ids:
                attributes = {
                    key: to_attribute_value(entry.get(key))
                    for key in ("id", "code", "message")
                }
                self._fire(str(entry.get("severity")).lower(), attributes)
        self._seen_ids = {str(entry.get("id")) for entry in notifications}


class PulseKeyEvent(PulseEvent):
    """A key event, from a remote control, a keypad or the network."""

    @override
    async def async_added_to_hass(self) -> None:
        """Connect to the key events of the projector."""
        await super().async_added_to_hass()
        self.async_on_remove(
            async_dispatcher_connect(
                self.hass, self.coordinator.signals.key_event, self._on_key
            )
        )

    @callback
    def _on_key(self, arguments: JsonObject) -> None:
        attributes = {
            name: to_attribute_value(arguments.get(name)) for name in ("key", "source")
        }
        event = str(arguments.get("type")).lower()
        self._fire(_KEY_EVENTS.get(event, event), attributes)
