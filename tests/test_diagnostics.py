"""Diagnostics contain everything for a bug report, and no private data."""

from http import HTTPStatus
import json
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.barco_pulse.diagnostics import async_get_config_entry_diagnostics
from simulator import Simulator, from_diagnostics

from .conftest import Home, SetUp, SetUpProjector, StartProjector

pytestmark = [
    # Home Assistant's own code causes this warning.
    pytest.mark.filterwarnings(
        "ignore:It is recommended to use web.RequestKey:aiohttp.web_exceptions.NotAppKeyWarning"
    ),
    pytest.mark.usefixtures("watched_sensors"),
]

PIN = "0072064213"
NAME = "Kino im Keller"
HOSTNAME = "keller-3"
ADDRESS = "192.0.2.77"


async def download(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, entry: MockConfigEntry
) -> str:
    """Return the diagnostics file of Home Assistant."""
    assert await async_setup_component(hass, "diagnostics", {})
    client = await hass_client()
    response = await client.get(f"/api/diagnostics/config_entry/{entry.entry_id}")
    assert response.status == HTTPStatus.OK
    return await response.text()


async def report(home: Home, hass_client: ClientSessionGenerator) -> dict[str, Any]:
    """Return the integration's part of the file."""
    file = json.loads(await download(home.hass, hass_client, home.entry))
    data: dict[str, Any] = file["data"]
    return data


async def test_sections(
    setup_projector: SetUpProjector, hass_client: ClientSessionGenerator
) -> None:
    """Report identity, values, description and connection."""
    home = await setup_projector("hdr_cs", state="on")
    (connection,) = home.projector.connections

    data = await report(home, hass_client)

    assert data["state"] == "on"
    assert data["identity"]["model"] == "Hodr CS"
    assert data["identity"]["firmware"] == "2.3.19"
    assert data["connection"]["reachable"] is True
    assert data["connection"]["error"] is None
    assert data["connection"]["framing"] == "bare"
    assert data["connection"]["survey"] == "complete"
    counters = data["connection"]["counters"]
    assert counters["connections"] == 1
    assert counters["requests"] == home.projector.counters.requests.total()
    assert data["errors"] == []
    assert data["subscribed"] == sorted(connection.session.properties)
    assert {"system", "image", "illumination"} <= {*data["objects"]}
    assert data["properties"]["image.brightness"] == {
        "base": "float",
        "writable": True,
        "minimum": -1,
        "maximum": 1,
        "step": 0.01,
    }
    keys = data["methods"]["keydispatcher.postevent"]["key"]["options"]
    assert "RC_MENU" in keys


@pytest.mark.parametrize(
    ("model", "state"), [("udx", "on"), ("balder_cs", "ready"), ("hdr_cs", "standby")]
)
async def test_all_values(
    setup_projector: SetUpProjector,
    hass_client: ClientSessionGenerator,
    model: str,
    state: str,
) -> None:
    """Report all values, including those without an entity."""
    home = await setup_projector(model, state=state, speed=1)

    data = await report(home, hass_client)

    device = home.projector.device
    there = [
        name for name in home.projector.model.properties if device.store.exists(name)
    ]
    assert len(there) > 200
    assert [name for name in there if name not in data["values"]] == []
    assert [name for name in there if name not in data["properties"]] == []
    assert data["values"]["statistics.listcounters"]


async def test_private_data_is_redacted(
    hass: HomeAssistant,
    start_projector: StartProjector,
    set_up: SetUp,
    hass_client: ClientSessionGenerator,
) -> None:
    """Redact private data everywhere, also inside other texts."""
    lan = "network.device.lan"
    projector = await start_projector("balder_cs", state="on", pin=PIN)
    serial = str(projector.get("system.serialnumber"))
    mac = str(projector.get(f"{lan}.hwaddress"))
    projector.change("system.name", NAME)
    projector.change("network.hostname", HOSTNAME)
    projector.change(f"{lan}.ip4config", {"Address": ADDRESS, "Mask": "255.255.255.0"})
    secrets = (serial, mac, mac.lower(), PIN, HOSTNAME, NAME, ADDRESS)
    message = f"{NAME} ({serial}, {mac.lower()}, {HOSTNAME}.local) at {ADDRESS}: {PIN}!"
    projector.notify("WARNING", "1", message)
    projector.change("ui.language", message)
    home = Home(hass, projector, await set_up(projector, title=NAME))
    hass.config_entries.async_update_entry(home.entry, title=NAME)

    file = await download(hass, hass_client, home.entry)

    data = file[file.index('"data"') :]
    assert [secret for secret in (*secrets, projector.host) if secret in data] == []
    assert '"ui.language"' in data
    assert "Balder CS" in data
    assert "R9805678" in data  # the article number is not private


async def test_repeated_pin_is_redacted(
    setup_projector: SetUpProjector, hass_client: ClientSessionGenerator
) -> None:
    """Redact the PIN also as a number without leading zeros."""
    home = await setup_projector("balder_cs", pin=PIN)
    home.projector.notify("WARNING", "1", f"Code {int(PIN)} was used")
    await home.until("sensor.notifications", "1")

    data = await report(home, hass_client)

    (notification,) = data["values"]["notification.list"]
    assert notification["code"] == "1"
    assert str(int(PIN)) not in json.dumps(data)


@pytest.mark.usefixtures("fast_timings")
async def test_unreachable(
    setup_projector: SetUpProjector, hass_client: ClientSessionGenerator
) -> None:
    """Report the last values and the errors of an unreachable projector."""
    home = await setup_projector("hdr_cs", state="on")
    home.projector.faults.refuse = True
    home.projector.drop()
    await home.until("sensor.state", STATE_UNAVAILABLE)

    data = await report(home, hass_client)

    assert data["connection"]["reachable"] is False
    assert data["connection"]["error"]
    assert data["connection"]["survey"] != "complete"
    assert data["errors"]
    assert data["values"]["image.brightness"] == 0
    assert "image.brightness" in data["properties"]
    assert home.projector.host not in json.dumps(data)


async def test_never_reached(
    hass: HomeAssistant,
    start_projector: StartProjector,
    set_up: SetUp,
    hass_client: ClientSessionGenerator,
) -> None:
    """Report the entry if the projector was never reached."""
    projector = await start_projector("balder_cs", pin=PIN)
    projector.faults.refuse = True
    entry = await set_up(projector)
    assert entry.state is ConfigEntryState.SETUP_RETRY

    file = await download(hass, hass_client, entry)

    assert json.loads(file)["data"]
    data = file[file.index('"data"') :]
    assert not [secret for secret in (PIN, projector.host) if secret in data]


async def test_only_read_requests(
    setup_projector: SetUpProjector, hass_client: ClientSessionGenerator
) -> None:
    """Only send requests that read."""
    home = await setup_projector("udx", state="on")
    before = home.projector.counters.requests.copy()

    await report(home, hass_client)

    asked = home.projector.counters.requests - before
    assert {m for m in asked if "list" not in m} <= {
        "property.get",
        "environment.getcontrolblocks",
        "introspect",
    }
    assert asked.total() < 100


MOMENTARY = {"image.lcd", "image.osd", "sensor.uptime"}
"""Values that depend on the time of the download or the start."""


@pytest.mark.parametrize(
    ("model", "state"),
    [
        ("hdr_cs", "on"),
        ("hdr_cs", "standby"),
        ("balder_cs", "on"),
        ("balder_cs", "ready"),
        ("udx", "on"),
        ("minimal", "on"),
    ],
)
async def test_simulator_from_diagnostics(
    hass: HomeAssistant,
    setup_projector: SetUpProjector,
    set_up: SetUp,
    hass_client: ClientSessionGenerator,
    model: str,
    state: str,
) -> None:
    """Simulate the projector from the report, with the same entities and states."""
    home = await setup_projector(model, state=state, speed=1)
    home.projector.notify("WARNING", "7", "Clean the filter")
    await home.enable()
    complaints: list[str] = []
    file = await download(hass, hass_client, home.entry)

    async with Simulator(from_diagnostics(file, complaints.append)) as projector:
        copy = Home(hass, projector, await set_up(projector))
        await copy.enable()

        assert copy.entries().keys() == home.entries().keys()
        for name in home.entries().keys() - MOMENTARY:
            original, copied = home.state(name), copy.state(name)
            assert original is not None
            assert copied is not None
            assert (name, copied.state) == (name, original.state)
            for attribute in ("options", "min", "max", "step", "source_list"):
                assert (name, copied.attributes.get(attribute)) == (
                    name,
                    original.attributes.get(attribute),
                )
        await copy.unload()
    assert complaints == []


async def test_omitted_parts(
    hass: HomeAssistant, setup_projector: SetUpProjector
) -> None:
    """Report how much of a description was left out because of limits."""
    home = await setup_projector("balder_cs", state="on", quirks={"padding": 5_000})
    assert home.value("media_player.projector") == "on"
    assert home.attribute("media_player.projector", "source_list")
    assert home.value("sensor.signal") not in (None, STATE_UNKNOWN)

    data = await async_get_config_entry_diagnostics(hass, home.entry)

    assert data["connection"]["dropped"]["image"] > 1_000
    assert "image.brightness" in data["properties"]
