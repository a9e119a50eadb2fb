"""The projector as a media player: on, off, source."""

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
from .entity import PulsePowerEntity, async_add_rows
from .entity_description import PulsePowerDescription
from .errors import unknown_name_error
from .name_lookup import find_name
from .pulse import PENDING, PROFILES, SOURCE, SOURCES, TARGET_STATE, Snapshot

PARALLEL_UPDATES = 0  # the connection has its own limit


@dataclass(frozen=True, kw_only=True)
class PulseMediaPlayerDescription(PulsePowerDescription, MediaPlayerEntityDescription):
    """A row of the table below."""


MEDIA_PLAYERS = (
    PulseMediaPlayerDescription(
        key="projector",
        name=None,
        device_class=MediaPlayerDeviceClass.PROJECTOR,
        also=(TARGET_STATE, SOURCE, SOURCES, f"{PENDING}source"),
    ),
)


def rows(snapshot: Snapshot) -> Iterable[PulseMediaPlayerDescription]:
    """Return the table."""
    return MEDIA_PLAYERS


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the projector itself."""
    async_add_rows(
        entry,
        Platform.MEDIA_PLAYER,
        rows,
        PulseMediaPlayer,
        async_add_entities,
    )


class PulseMediaPlayer(PulsePowerEntity, MediaPlayerEntity):
    """A projector."""

    entity_description: PulseMediaPlayerDescription
    shows = ("state", "source", "source_list")

    @property
    @override
    def supported_features(self) -> MediaPlayerEntityFeature:
        """Power always; sources where it has any."""
        features = MediaPlayerEntityFeature.TURN_ON | MediaPlayerEntityFeature.TURN_OFF
        if self.source_list:
            features |= MediaPlayerEntityFeature.SELECT_SOURCE
        return features

    @property
    @override
    def state(self) -> MediaPlayerState:
        """On while it is on, is about to be, or is to be switched on."""
        return MediaPlayerState.ON if self.is_on else MediaPlayerState.OFF

    @property
    @override
    def source(self) -> str | None:
        """The source that was chosen and waits, else the active one."""
        return self.snapshot.text(f"{PENDING}source") or self.snapshot.source

    @property
    @override
    def source_list(self) -> list[str]:
        """The sources of this projector."""
        return self.coordinator.sources

    @override
    async def async_select_source(self, source: str) -> None:
        """Show another source."""
        listed = find_name(source, self.source_list)
        if listed is None:
            name = self.coordinator.display_name
            raise unknown_name_error("source", source, self.source_list, name)
        await self.command(self.coordinator.projector.select_source(listed))

    async def async_activate_preset(self, preset: str) -> None:
        """Activate a preset, or a profile that is assigned to none."""
        projector, presets = self.coordinator.projector, self.snapshot.presets
        profiles = self.snapshot.options(PROFILES)
        # Of two presets with the same profile the first one is meant.
        names = {label.partition(": ")[2]: label for label in reversed(presets)}
        names |= {str(slot): label for label, slot in presets.items()}
        names |= {label: label for label in presets}
        if (named := find_name(preset, names)) is not None:
            await self.command(projector.activate_preset(names[named]))
        elif (profile := find_name(preset, profiles)) is not None:
            await self.command(projector.activate_profile(profile))
        else:
            others = [profile for profile in profiles if profile not in names]
            name = self.coordinator.display_name
            raise unknown_name_error("preset", preset, [*presets, *others], name)
