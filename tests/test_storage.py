"""Stored data of a projector, which may be asleep after a restart."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_PORT, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.barco_pulse.const import DOMAIN
from simulator import Simulator

from .conftest import Home, SetUpProjector, StartProjector

pytestmark = pytest.mark.usefixtures("watched_sensors")

CAPABILITIES = ("options", "min", "max", "step", "mode", "source_list", "event_types")
MODELS = [("hdr_cs", "standby"), ("udx", "standby")]
SHARPNESS = "number.sharpness"
"""Entities of a UDX or an HDR CS that exist only while powered on."""


def capabilities(home: Home) -> dict[str, dict[str, Any]]:
    """Return the capabilities of each entity, also of unavailable ones."""
    found = {}
    for name in home.entries():
        state = home.state(name)
        assert state is not None
        attributes = state.attributes
        found[name] = {
            key: attributes[key] for key in CAPABILITIES if key in attributes
        }
    return found


def identities(home: Home) -> dict[str, str]:
    """Return the unique ids by entity id."""
    return {entity.entity_id: entity.unique_id for entity in home.entries().values()}


@pytest.mark.parametrize(("model", "state"), MODELS)
async def test_restart_while_asleep(
    setup_projector: SetUpProjector, model: str, state: str
) -> None:
    """Have all entities from the start, with options and ranges."""
    home = await setup_projector(model, state="on")
    await home.enable()
    before, unique_ids = capabilities(home), identities(home)
    assert STATE_UNAVAILABLE not in {home.value(name) for name in before}

    await home.unload()
    home.projector.change("system.state", state)
    await home.load()

    assert identities(home) == unique_ids
    assert capabilities(home) == before
    unavailable = {name for name in before if home.value(name) == STATE_UNAVAILABLE}
    assert {"number.brightness", "select.source", "sensor.signal"} <= unavailable
    assert not {"media_player.projector", "sensor.state"} & unavailable


@pytest.mark.usefixtures("fast_timings")
@pytest.mark.parametrize(("model", "state"), MODELS)
async def test_woken_after_a_restart(
    setup_projector: SetUpProjector, model: str, state: str
) -> None:
    """Have the same entities, under the same names."""
    home = await setup_projector(model, state="on")
    await home.enable()
    before = {name: home.value(name) for name in home.entries()}
    del before["sensor.uptime"]  # read again, as exactly as the value permits
    await home.unload()
    home.projector.change("system.state", state)
    await home.load()

    home.projector.change("system.state", "on")

    for name, shown in before.items():
        await home.until(name, str(shown))
    assert home.entries().keys() - before.keys() == {"sensor.uptime"}


async def test_missing_storage(
    setup_projector: SetUpProjector, hass_storage: dict[str, Any]
) -> None:
    """Restore entities from the entity registry if the storage is missing."""
    home = await setup_projector("hdr_cs", state="on")
    unique_ids = identities(home)
    await home.unload()
    home.projector.change("system.state", "standby")
    del hass_storage[f"{DOMAIN}.{home.entry.entry_id}"]

    await home.load()

    assert identities(home) == unique_ids
    assert home.value("number.brightness") == STATE_UNAVAILABLE
    state = home.state("number.brightness")
    assert state is not None
    assert not state.attributes.get("restored")


async def test_stored_data_is_not_requested_again(
    setup_projector: SetUpProjector,
) -> None:
    """Send fewer requests in the second start."""
    home = await setup_projector("udx", state="on")
    requests = home.projector.counters.requests
    first = requests["introspect"]
    assert first > 5

    await home.reload()

    assert requests["introspect"] - first == 1


async def another_firmware(
    home: Home, start_projector: StartProjector, state: str, **changes: Any
) -> Simulator:
    """Replace the projector by one with other firmware at another port, not loaded yet."""
    firmware = {"type": "string", "access": "r", "value": "9.9.9"}
    properties = {
        "system.firmwareversion": firmware,
        "firmware.firmwareversion": firmware,
    }
    projector = await start_projector(
        {"extends": home.projector.model.name, "properties": properties | changes},
        state=state,
    )
    home.hass.config_entries.async_update_entry(
        home.entry, data={**home.entry.data, CONF_PORT: projector.port}
    )
    home.projector = projector
    return projector


@pytest.mark.parametrize("model", ["hdr_cs", "udx"])
async def test_other_firmware_removes_entities(
    setup_projector: SetUpProjector, start_projector: StartProjector, model: str
) -> None:
    """Remove them only after the projector was on."""
    home = await setup_projector(model, state="on")
    await home.enable(SHARPNESS)
    await home.unload()
    removed = {"image.sharpness": None}
    projector = await another_firmware(home, start_projector, "standby", **removed)

    await home.load()
    assert home.value(SHARPNESS) == STATE_UNAVAILABLE

    projector.change("system.state", "on")
    await home.until("number.brightness", "0")
    await home.reload()

    assert SHARPNESS not in home.entries()
    assert home.value("number.brightness") == "0"


async def test_other_firmware_adds_entities(
    setup_projector: SetUpProjector, start_projector: StartProjector
) -> None:
    """Add them with their ranges."""
    home = await setup_projector("hdr_cs", state="on")
    await home.enable(SHARPNESS)
    assert home.attribute(SHARPNESS, "max") == 8
    assert "switch.shutter" not in home.entries()
    await home.unload()
    shutter = {"type": "enum", "values": ["Open", "Closed"], "value": "Open"}
    sharpness = {"type": "int", "access": "rw", "min": 0, "max": 20, "value": 3}
    await another_firmware(
        home,
        start_projector,
        "on",
        **{
            "image.sharpness": sharpness,
            "optics.shutter.position": shutter | {"access": "r"},
            "optics.shutter.target": shutter | {"access": "rw"},
        },
    )

    await home.load()

    assert home.value("switch.shutter") == "off"
    assert home.attribute(SHARPNESS, "max") == 20


async def test_same_firmware_removes_nothing(setup_projector: SetUpProjector) -> None:
    """Remove nothing after restarts in any power state."""
    home = await setup_projector("hdr_cs", state="on")
    unique_ids = identities(home)

    for state in ("standby", "ready", "on"):
        await home.unload()
        home.projector.change("system.state", state)
        await home.load()
        assert identities(home) == unique_ids


async def test_removed_with_the_entry(
    hass: HomeAssistant, setup_projector: SetUpProjector, hass_storage: dict[str, Any]
) -> None:
    """Leave nothing in Home Assistant's storage."""
    home = await setup_projector("hdr_cs", state="on")
    key = f"{DOMAIN}.{home.entry.entry_id}"
    await home.reload()
    assert hass_storage[key]["data"]["firmware"] == "2.3.19"

    await hass.config_entries.async_remove(home.entry.entry_id)
    await hass.async_block_till_done()

    assert key not in hass_storage
    assert not er.async_get(hass).entities


@pytest.mark.parametrize(
    "nonsense",
    [
        {},
        {"discovery": {"models": {"image": 4}, "asked": {"on": "image"}}},
        {"discovery": {"models": {"image": {"properties": []}}, "asked": {"on": [4]}}},
        {"listed": {"statistics.x.value": "odd"}, "activated": {"activated.preset": 5}},
    ],
    ids=str,
)
async def test_invalid_storage(
    setup_projector: SetUpProjector, hass_storage: dict[str, Any], nonsense: Any
) -> None:
    """Set up although the stored data is invalid."""
    home = await setup_projector("hdr_cs", state="on")
    before = {name: home.value(name) for name in home.entries()}
    await home.unload()
    hass_storage[f"{DOMAIN}.{home.entry.entry_id}"]["data"] = nonsense

    await home.load()

    assert home.entry.state is ConfigEntryState.LOADED
    assert before == {name: home.value(name) for name in before}
