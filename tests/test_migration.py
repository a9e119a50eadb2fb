"""Entries that another version of the integration has left."""

import logging

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.barco_pulse import async_migrate_entry
from custom_components.barco_pulse.const import DOMAIN

from .conftest import StartProjector, logged, make_entry


@pytest.mark.parametrize(
    ("version", "minor_version", "refused"),
    [(1, 1, False), (1, 2, False), (2, 1, True)],
)
async def test_version(
    hass: HomeAssistant,
    start_projector: StartProjector,
    version: int,
    minor_version: int,
    refused: bool,
) -> None:
    """A major one is not touched; a minor one changes nothing that matters."""
    projector = await start_projector()
    made = make_entry(projector)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Cinema",
        unique_id=made.unique_id,
        data=made.data,
        version=version,
        minor_version=minor_version,
    )
    entry.add_to_hass(hass)

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is (
        ConfigEntryState.MIGRATION_ERROR if refused else ConfigEntryState.LOADED
    )
    assert bool(projector.counters.connections_opened) is not refused
    await hass.config_entries.async_remove(entry.entry_id)


async def test_going_back_is_explained(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where Home Assistant leaves that to us, which this release does not."""
    entry = MockConfigEntry(domain=DOMAIN, title="Cinema", version=2)

    assert not await async_migrate_entry(hass, entry)

    [complaint] = logged(caplog, logging.WARNING)
    assert "Cinema" in complaint
    assert "(2, not 1)" in complaint
