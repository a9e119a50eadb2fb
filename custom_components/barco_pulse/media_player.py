"""The projector as a media player: power, source and presets."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import override

from homeassistant.components.media_player import (
    MediaPlayerDeviceClass,
    MediaPlayerEntity,
    MediaPlayerEntityDescription,
    MediaPlayerEntityFeature,
    MediaPlayerState,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import PulseConfigEntry
from .entity import PulsePowerEntity, async_add_described_entities
from .entity_description import PulsePowerDescription
from .errors import unknown_name_error
from .name_lookup import find_name
from .pulse import PENDING, PROFILES, SOURCE, SOURCES, TARGET_STATE, Snapshot

PARALLEL_UPDATES = 0  # the connection has its own limit


@dataclass(frozen=True, kw_only=True)
class PulseMediaPlayerDescription(PulsePowerDescription, MediaPlayerEntityDescription):
    """Describe a media player."""


MEDIA_PLAYERS = (
    PulseMediaPlayerDescription(
        key="projector",
        name=None,
        device_class=MediaPlayerDeviceClass.PROJECTOR,
        extra_names=(TARGET_STATE, SOURCE, SOURCES, f"{PENDING}source"),
    ),
)


def get_descriptions(snapshot: Snapshot) -> Iterable[PulseMediaPlayerDescription]:
    """Return the description of the media player."""
    return MEDIA_PLAYERS


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the media player."""
    async_add_described_entities(
        entry,
        Platform.MEDIA_PLAYER,
        get_descriptions,
        PulseMediaPlayer,
        async_add_entities,
    )


class PulseMediaPlayer(PulsePowerEntity, MediaPlayerEntity):
    """A projector."""

    entity_description: PulseMediaPlayerDescription
    state_properties = ("state", "source", "source_list")

    @property
    @override
    def supported_features(self) -> MediaPlayerEntityFeature:
        """Return power features, and source selection if there are sources."""
        features = MediaPlayerEntityFeature.TURN_ON | MediaPlayerEntityFeature.TURN_OFF
        if self.source_list:
            features |= MediaPlayerEntityFeature.SELECT_SOURCE
        return features

    @property
    @override
    def state(self) -> MediaPlayerState:
        """Return on if the projector is on or turning on, or if that is pending."""
        return MediaPlayerState.ON if self.is_on else MediaPlayerState.OFF

    @property
    @override
    def source(self) -> str | None:
        """Return the pending source, or the active one."""
        return self.snapshot.get_text(f"{PENDING}source") or self.snapshot.source

    @property
    @override
    def source_list(self) -> list[str]:
        """Return the sources to show."""
        return self.coordinator.sources

    @override
    async def async_select_source(self, source: str) -> None:
        """Select a source."""
        name_in_list = find_name(source, self.source_list)
        if name_in_list is None:
            name = self.coordinator.display_name
            raise unknown_name_error("source", source, self.source_list, name)
        await self.async_run_command(
            self.coordinator.projector.select_source(name_in_list)
        )

    async def async_activate_preset(self, preset: str) -> None:
        """Activate a preset by its name or number, or a profile without a preset."""
        projector, presets = self.coordinator.projector, self.snapshot.presets
        profiles = self.snapshot.options(PROFILES)
        # If two presets have the same profile, the first one is used.
        names = {label.partition(": ")[2]: label for label in reversed(presets)}
        names |= {str(slot): label for label, slot in presets.items()}
        names |= {label: label for label in presets}
        if (label := find_name(preset, names)) is not None:
            await self.async_run_command(projector.activate_preset(names[label]))
        elif (profile := find_name(preset, profiles)) is not None:
            await self.async_run_command(projector.activate_profile(profile))
        else:
            others = [profile for profile in profiles if profile not in names]
            name = self.coordinator.display_name
            raise unknown_name_error("preset", preset, [*presets, *others], name)
