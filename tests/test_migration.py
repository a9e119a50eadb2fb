"""Migration of entries of older versions and other integrations."""

from datetime import timedelta
import logging
from typing import Any

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryState
from homeassistant.const import CONF_HOST, CONF_MAC, CONF_PIN, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.barco_pulse import (
    announcement as announcement_module,
    async_migrate_entry,
    async_remove_config_entry_device,
    migration,
    validation,
)
from custom_components.barco_pulse.const import (
    DOMAIN,
    ENTRY_MINOR_VERSION,
    ENTRY_VERSION,
)
from simulator import Simulator

from .conftest import StartProjector, logged, make_entry
from .flows import announcement, discover, lease
from .test_init import until

MAC = "00:04:a5:12:34:56"


def push_client(projector: Simulator, **changes: Any) -> dict[str, Any]:
    """Return the stored entry of the push integration with our domain."""
    data = {"host": projector.host, "mac": MAC.upper(), "pin_code": projector.pin}
    return {"unique_id": MAC.replace(":", ""), "data": data | changes}


def polling_client(projector: Simulator, **changes: Any) -> dict[str, Any]:
    """Return the stored entry of the polling integration with our domain."""
    data = {"host": projector.host, "port": projector.port, "auth_code": projector.pin}
    return {"unique_id": serial_number_of(projector), "data": data | changes}


def serial_number_of(projector: Simulator) -> str:
    """Return the serial number in the identifiers."""
    return str(projector.get("system.serialnumber"))


@pytest.fixture
async def projector(
    start_projector: StartProjector, monkeypatch: pytest.MonkeyPatch
) -> Simulator:
    """Start a projector at the default port."""
    projector = await start_projector("balder_cs", state="ready")
    for module in (migration, announcement_module, validation):
        monkeypatch.setattr(module, "DEFAULT_PORT", projector.port)
    return projector


def add(
    hass: HomeAssistant, stored: dict[str, Any], version: int = 1
) -> MockConfigEntry:
    """Add a stored entry with its device and entities."""
    entry = MockConfigEntry(domain=DOMAIN, title="Cinema", version=version, **stored)
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(DOMAIN, entry.entry_id)}
    )
    for platform, key in (("sensor", "state"), ("number", "their_own")):
        er.async_get(hass).async_get_or_create(
            platform,
            DOMAIN,
            f"{entry.unique_id}_{key}",
            config_entry=entry,
            device_id=device.id,
        )
    return entry


def identifiers(hass: HomeAssistant, entry: MockConfigEntry) -> list[set[Any]]:
    """Return the identifiers of the devices of an entry."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return [device.identifiers for device in devices]


@pytest.mark.parametrize(
    ("version", "minor_version"),
    [(1, 1), (ENTRY_VERSION, 1), (ENTRY_VERSION, ENTRY_MINOR_VERSION + 1)],
)
async def test_own_entry(
    hass: HomeAssistant, projector: Simulator, version: int, minor_version: int
) -> None:
    """Keep entries of older or newer minor versions working."""
    entry = make_entry(projector)
    data = dict(entry.data)
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id=entry.unique_id,
        data=data,
        version=version,
        minor_version=minor_version,
    )
    entry.add_to_hass(hass)
    own = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, serial_number_of(projector))},
    )

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.LOADED
    assert entry.version == ENTRY_VERSION
    assert entry.minor_version == max(minor_version, ENTRY_MINOR_VERSION)
    assert entry.data == data
    assert dr.async_get(hass).async_get(own.id)
    await hass.config_entries.async_remove(entry.entry_id)


async def test_framing_in_the_entry(hass: HomeAssistant, projector: Simulator) -> None:
    """Move the framing to the storage, and use it for the first connection."""
    projector.quirks.framing = "http-only"
    entry = make_entry(projector, framing="http")
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id=entry.unique_id,
        data=dict(entry.data),
        version=ENTRY_VERSION,
    )
    entry.add_to_hass(hass)

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.LOADED
    assert "framing" not in entry.data
    assert projector.counters.connections_opened == 1
    await hass.config_entries.async_remove(entry.entry_id)


@pytest.mark.parametrize("made_by", [push_client, polling_client])
async def test_entry_of_another_integration(
    hass: HomeAssistant, projector: Simulator, made_by: Any
) -> None:
    """Keep address, PIN and title; remove its device and entities."""
    entry = add(hass, made_by(projector))

    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    assert entry.state is ConfigEntryState.LOADED
    assert entry.title == "Cinema"
    assert entry.unique_id == serial_number_of(projector)
    assert entry.data == {
        CONF_HOST: projector.host,
        CONF_PORT: projector.port,
        CONF_PIN: projector.pin,
    }
    assert entry.options == ({CONF_MAC: MAC} if made_by is push_client else {})
    assert identifiers(hass, entry) == [{(DOMAIN, serial_number_of(projector))}]
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert not [e for e in entities if "their_own" in e.unique_id]
    assert {e.unique_id for e in entities} >= {f"{serial_number_of(projector)}_state"}
    await hass.config_entries.async_unload(entry.entry_id)


def register(hass: HomeAssistant, entry: MockConfigEntry, *names: str) -> None:
    """Register entities as an older release did."""
    for name in names:
        platform, _, key = name.partition(".")
        er.async_get(hass).async_get_or_create(
            platform, DOMAIN, f"{entry.unique_id}_{key}", config_entry=entry
        )


def registered(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return platform and key of the entities of an entry."""
    return {
        f"{entity.domain}.{entity.unique_id.removeprefix(f'{entry.unique_id}_')}"
        for entity in er.async_entries_for_config_entry(
            er.async_get(hass), entry.entry_id
        )
    }


REMOVED = {
    "button.zoom_forward",
    "select.theme",
    "sensor.counter_laser_plate_5_bank_3_runtime",
    "switch.artnet",
}
KEPT = {"number.zoom", "select.source", "sensor.laser_hours", "switch.osd"}


@pytest.mark.parametrize(
    ("minor_version", "left"), [(1, KEPT), (ENTRY_MINOR_VERSION, KEPT | REMOVED)]
)
async def test_removed_entities(
    hass: HomeAssistant, projector: Simulator, minor_version: int, left: set[str]
) -> None:
    """Remove them once, even if the projector does not respond; keep all others."""
    made = make_entry(projector)
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id=made.unique_id,
        data=dict(made.data),
        version=ENTRY_VERSION,
        minor_version=minor_version,
    )
    entry.add_to_hass(hass)
    register(hass, entry, *REMOVED, *KEPT)
    projector.faults.refuse = True

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert registered(hass, entry) == left
    assert entry.minor_version == ENTRY_MINOR_VERSION
    await hass.config_entries.async_remove(entry.entry_id)


async def test_entry_loaded_by_version_0_1(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Remove the foreign device that version 0.1 kept."""
    stored = polling_client(projector, framing="bare")
    del stored["data"]["auth_code"]
    entry = add(hass, stored)

    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    assert entry.state is ConfigEntryState.LOADED
    assert entry.data[CONF_PIN] is None
    assert identifiers(hass, entry) == [{(DOMAIN, serial_number_of(projector))}]
    await hass.config_entries.async_unload(entry.entry_id)


async def test_unreachable_projector(hass: HomeAssistant, projector: Simulator) -> None:
    """Keep the entry, and migrate it when the projector responds."""
    entry = add(hass, push_client(projector))
    before = dict(entry.data)
    projector.faults.refuse = True

    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "migration_waits"
    assert (entry.version, dict(entry.data)) == (1, before)
    assert len(identifiers(hass, entry)) == 1

    projector.faults.clear()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=15))
    await until(entry, ConfigEntryState.LOADED)
    assert entry.unique_id == serial_number_of(projector)
    await hass.config_entries.async_unload(entry.entry_id)


async def test_projector_that_requires_a_pin_for_reading(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Use the stored PIN."""
    projector.quirks.without_pin = "none"
    entry = add(hass, push_client(projector))

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.LOADED
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    "changes",
    [
        {"host": None},
        {"host": " "},
        {"host": 7},
        {"host": "no host"},
        {"port": "http"},
        {"pin_code": "1"},
    ],
    ids=str,
)
async def test_entry_that_cannot_be_migrated(
    hass: HomeAssistant,
    projector: Simulator,
    caplog: pytest.LogCaptureFixture,
    changes: dict[str, Any],
) -> None:
    """Log an error with advice; send a refused PIN once."""
    projector.quirks.without_pin = "none"
    entry = add(hass, push_client(projector, **changes))

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.MIGRATION_ERROR
    [message] = logged(caplog, logging.WARNING)
    assert "Cinema" in message
    assert "Remove the projector and add it again" in message
    assert projector.counters.requests["authenticate"] <= 1


async def test_projector_with_an_entry(
    hass: HomeAssistant, projector: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """Do not set up a projector twice."""
    make_entry(projector).add_to_hass(hass)
    entry = add(hass, push_client(projector))

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.MIGRATION_ERROR
    [message] = logged(caplog, logging.WARNING)
    assert "already set up as Balder CS" in message


async def test_ignored_projector(hass: HomeAssistant, projector: Simulator) -> None:
    """Replace the ignored entry."""
    MockConfigEntry(
        domain=DOMAIN, source=SOURCE_IGNORE, unique_id=serial_number_of(projector)
    ).add_to_hass(hass)
    entry = add(hass, push_client(projector))

    await hass.config_entries.async_setup(entry.entry_id)

    assert hass.config_entries.async_entries(DOMAIN) == [entry]
    assert entry.state is ConfigEntryState.LOADED
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("data", [{}, {"host": "127.0.0.1"}, {"host": 7}], ids=str)
@pytest.mark.parametrize("unique_id", ["0004a5123456", None])
@pytest.mark.parametrize("info", [announcement(), lease()])
async def test_discovery_beside_a_foreign_entry(
    hass: HomeAssistant,
    projector: Simulator,
    data: dict[str, Any],
    unique_id: str | None,
    info: Any,
) -> None:
    """Discover projectors although data is missing in an entry."""
    entry = MockConfigEntry(domain=DOMAIN, unique_id=unique_id, data=data)
    entry.add_to_hass(hass)

    result = await discover(hass, info)

    is_configured = data.get("host") == "127.0.0.1"
    assert result.get("reason", result.get("step_id")) == (
        "already_configured" if is_configured else "discovery_confirm"
    )


async def test_devices_that_may_be_deleted(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Allow deleting all devices but the projector itself."""
    entry = make_entry(projector)
    entry.add_to_hass(hass)
    devices = [
        dr.async_get(hass).async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={(DOMAIN, name)}
        )
        for name in (serial_number_of(projector), entry.entry_id)
    ]

    assert [
        await async_remove_config_entry_device(hass, entry, device)
        for device in devices
    ] == [False, True]


async def test_entry_of_a_newer_version(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """Log an error for entries of newer versions."""
    entry = MockConfigEntry(domain=DOMAIN, title="Cinema", version=ENTRY_VERSION + 1)

    assert not await async_migrate_entry(hass, entry)

    [message] = logged(caplog, logging.WARNING)
    assert "Cinema" in message
    assert f"({ENTRY_VERSION + 1}, not {ENTRY_VERSION})" in message
