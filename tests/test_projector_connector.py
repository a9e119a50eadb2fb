"""Settings of the connector that feeds the active source."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import ACTIVE_SIGNAL, SOURCE
from custom_components.barco_pulse.pulse.exceptions import PulseInvalidStateError
from simulator import Simulator

from .common import running_projector, sent, subscribed
from .conftest import StartProjector

COLORSPACE = "connector.colorspace"
EDID = "connector.edid.selected"
EDIDS = "connector.edid.list"
HDMI = "image.connector.hdmi"
SDI = "image.connector.sdi"
DUAL = "Dual DisplayPort columns"
DISPLAYPORTS = ("image.connector.displayport1", "image.connector.displayport2")

MIXED_PROJECTOR: Mapping[str, Any] = {
    "name": "unequal",
    "extends": "balder_cs",
    "pin": None,
    "properties": {
        f"{HDMI}.colorspace": {
            "type": "enum",
            "access": "rw",
            "values": ["Auto", "RGB"],
            "value": "RGB",
        },
        f"{SDI}.colorspace": {
            "type": "enum",
            "access": "r",
            "values": ["Auto", "REC709"],
            "value": "REC709",
        },
        f"{SDI}.edid.selected": {"type": "string", "access": "rw", "value": "Default"},
    },
    "methods": {
        f"{HDMI}.edid.list": {"result": [{"group": "HDMI", "edids": ["A", "B"]}]},
        f"{SDI}.edid.list": {"result": [{"group": "SDI", "edids": ["C"]}]},
    },
}
"""A projector whose inputs HDMI and SDI have different properties."""


@pytest.fixture
async def mixed_projector() -> AsyncIterator[Simulator]:
    """Start a projector with different inputs, and select HDMI."""
    async with Simulator(MIXED_PROJECTOR, state="on", speed=1000.0) as simulator:
        yield simulator


async def test_connector_follows_the_source(
    mixed_projector: Simulator,
) -> None:
    """Change values, types and subscriptions with the source."""
    async with running_projector(mixed_projector) as projector:
        projector.watch([COLORSPACE, EDID, ACTIVE_SIGNAL])
        await projector.until_value(COLORSPACE, "RGB")
        property_type = projector.snapshot.properties[COLORSPACE]
        assert property_type.writable
        assert property_type.options == ("Auto", "RGB")
        mixed_projector.change(f"{SDI}.edid.selected", "1080p")

        mixed_projector.change(SOURCE, "SDI")
        await projector.until_value(COLORSPACE, "REC709")
        assert projector.values[EDID] == "1080p"
        property_type = projector.snapshot.properties[COLORSPACE]
        assert not property_type.writable
        assert property_type.options == ("Auto", "REC709")
        await mixed_projector.wait_until(
            lambda: (
                {n for n in projector.subscribed if "connector" in n}
                == {
                    f"{SDI}.{x}"
                    for x in ("colorspace", "edid.selected", "detectedsignal")
                }
            )
        )
        mixed_projector.change(f"{SDI}.colorspace", "Auto")
        await projector.until_value(COLORSPACE, "Auto")


async def test_setting_a_connector_property(
    mixed_projector: Simulator,
) -> None:
    """Send the property name of the active connector."""
    async with running_projector(mixed_projector) as projector:
        projector.watch([COLORSPACE, EDID, ACTIVE_SIGNAL])
        await projector.until_value(COLORSPACE, "RGB")
        await projector.set_property(COLORSPACE, "Auto")
        await projector.until_value(COLORSPACE, "Auto")
        assert mixed_projector.get(f"{HDMI}.colorspace") == "Auto"

        mixed_projector.change(SOURCE, "SDI")
        await projector.until_value(COLORSPACE, "REC709")
        await projector.set_property(EDID, "1080p")
        assert mixed_projector.get(f"{SDI}.edid.selected") == "1080p"
        assert mixed_projector.get(f"{HDMI}.edid.selected") == "Default"


async def test_connector_settings_without_watching_the_signal(
    mixed_projector: Simulator,
) -> None:
    """Show a setting of the connector if its signal is not watched."""
    async with running_projector(mixed_projector) as projector:
        projector.watch([COLORSPACE])
        await mixed_projector.wait_until(
            lambda: (
                f"{HDMI}.colorspace"
                in mixed_projector.connections[0].session.properties
            )
        )
        await projector.set_property(COLORSPACE, "Auto")
        await projector.until_value(COLORSPACE, "Auto")


async def test_edids(mixed_projector: Simulator) -> None:
    """Use the list of EDIDs of the active connector."""
    async with running_projector(mixed_projector) as projector:
        assert f"{HDMI}.edid.list" not in mixed_projector.counters.requests
        projector.watch([ACTIVE_SIGNAL, EDIDS])
        await projector.until(lambda: EDIDS in projector.values)
        assert projector.snapshot.has(EDIDS)
        assert projector.snapshot.options(EDIDS) == {"A": "A", "B": "B"}

        mixed_projector.change(SOURCE, "SDI")
        await projector.until(lambda: projector.snapshot.options(EDIDS) == {"C": "C"})


async def test_edids_of_a_connector_without_a_list(
    start_projector: StartProjector,
) -> None:
    """Do not use the list of another connector."""
    simulator = await start_projector(state="on", pin=None)
    async with running_projector(simulator) as projector:
        projector.watch([ACTIVE_SIGNAL, EDIDS])
        await projector.until(lambda: EDIDS in projector.values)
        simulator.change(SOURCE, "SDI")
        await projector.until(lambda: EDIDS not in projector.values)


async def test_the_connector_with_a_signal(start_projector: StartProjector) -> None:
    """Show the values of the connector that has a signal."""
    simulator = await start_projector(state="on", pin=None, values={SOURCE: DUAL})
    first, second = DISPLAYPORTS
    simulator.change(f"{first}.colorspace", "RGB")
    simulator.change(f"{second}.colorspace", "REC709")
    async with running_projector(simulator) as projector:
        projector.watch([COLORSPACE, ACTIVE_SIGNAL])
        await projector.until_value(COLORSPACE, "RGB")
        simulator.change(f"{second}.detectedsignal", {"active": True, "name": "2"})
        simulator.change(f"{first}.detectedsignal", {"active": False})
        await projector.until_value(COLORSPACE, "REC709")
        assert projector.values[ACTIVE_SIGNAL] == simulator.get(
            f"{second}.detectedsignal"
        )
        await projector.set_property(COLORSPACE, "REC601")
        assert simulator.get(f"{second}.colorspace") == "REC601"
        assert simulator.get(f"{first}.colorspace") == "RGB"


async def test_another_signal_of_the_same_connector(
    start_projector: StartProjector,
) -> None:
    """Take a pushed signal without reading anything if the active connector stays."""
    simulator = await start_projector(state="on", pin=None)
    signal = f"{HDMI}.detectedsignal"
    async with running_projector(simulator) as projector:
        projector.watch([ACTIVE_SIGNAL, COLORSPACE])
        await simulator.wait_until(lambda: signal in subscribed(simulator))
        await projector.until(lambda: COLORSPACE in projector.values)
        reads = simulator.counters.requests["property.get"]
        simulator.change(signal, {"active": True, "name": "another"})
        await projector.until_value(ACTIVE_SIGNAL, simulator.get(signal))
        await projector.set_property(COLORSPACE, "RGB")
        assert simulator.counters.requests["property.get"] == reads


async def test_values_without_a_signal(start_projector: StartProjector) -> None:
    """Show no values of a signal that is gone."""
    simulator = await start_projector("udx", state="on")
    signal = "image.connector.l1hdmi.detectedsignal"
    async with running_projector(simulator) as projector:
        assert projector.values[ACTIVE_SIGNAL] == simulator.get(signal)
        simulator.change(signal, {"active": False})
        await projector.until_value(ACTIVE_SIGNAL, {"active": False})
        detected = simulator.get(signal)
        assert isinstance(detected, dict)
        assert len(detected) > 10


async def test_no_connector(start_projector: StartProjector) -> None:
    """Show and send no settings without an active connector."""
    simulator = await start_projector("hdr_cs")
    async with running_projector(simulator) as projector:
        projector.watch([COLORSPACE, ACTIVE_SIGNAL, EDIDS])
        with pytest.raises(PulseInvalidStateError):
            await projector.set_property(COLORSPACE, "Auto")
        assert not {COLORSPACE, ACTIVE_SIGNAL, EDIDS} & projector.values.keys()
        simulator.power_on()
        await projector.until(
            lambda: {COLORSPACE, ACTIVE_SIGNAL, EDIDS} <= projector.values.keys()
        )
        await simulator.wait_for_state("on")
        simulator.power_off()
        await projector.until(
            lambda: not {COLORSPACE, ACTIVE_SIGNAL, EDIDS} & projector.values.keys()
        )
        assert projector.snapshot.options(EDIDS), "kept while asleep"
        assert projector.snapshot.properties[COLORSPACE].options
        assert EDIDS not in simulator.counters.requests


@pytest.mark.parametrize(
    "quirks",
    [
        {"recursion": "refused"},
        {"recursion": "ignored"},
        {"absent_methods": ("introspect",)},
    ],
    ids=str,
)
async def test_signal_without_connector_description(
    start_projector: StartProjector, quirks: dict[str, Any]
) -> None:
    """Find the signal with any amount of information about connectors."""
    simulator = await start_projector(state="on", quirks=quirks)
    async with running_projector(simulator) as projector:
        assert projector.values[ACTIVE_SIGNAL] == simulator.get(
            f"{HDMI}.detectedsignal"
        )
        assert projector.snapshot.has(ACTIVE_SIGNAL)
        simulator.change(SOURCE, "DisplayPort 1")
        await projector.until(
            lambda: (
                projector.values.get(ACTIVE_SIGNAL)
                == simulator.get(f"{DISPLAYPORTS[0]}.detectedsignal")
            )
        )
        assert len(sent(simulator, "introspect")) < 30
