"""The active source and its signal."""

from custom_components.barco_pulse.pulse.const import ACTIVE_SIGNAL, SOURCE

from .common import INLET, running_projector, subscribed
from .conftest import StartProjector

HDMI = "image.connector.hdmi.detectedsignal"


async def test_change_of_source(start_projector: StartProjector) -> None:
    """Publish no empty name in between; the signal follows the source."""
    simulator = await start_projector(state="on")
    sdi = "image.connector.sdi.detectedsignal"
    simulator.change(sdi, {"active": True, "name": "1080p"})
    async with running_projector(simulator) as projector:
        assert projector.values[ACTIVE_SIGNAL] == simulator.get(HDMI)
        simulator.change(SOURCE, "SDI")
        await projector.until_value(SOURCE, "SDI")
        await projector.until(
            lambda: projector.values[ACTIVE_SIGNAL] == simulator.get(sdi)
        )

        signal = projector.values[ACTIVE_SIGNAL]
        assert isinstance(signal, dict)
        assert signal["name"] == "1080p"
        sources = {s.values.get(SOURCE) for s in projector.listener.snapshots}
        assert sources == {"HDMI", "SDI"}
        assert sdi in subscribed(simulator)
        assert HDMI not in subscribed(simulator)


async def test_read_during_a_change_of_source(start_projector: StartProjector) -> None:
    """Publish no source if a read comes between two."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        simulator.device.put(SOURCE, "", tell=False)
        simulator.device.put(INLET, 44, tell=False)
        projector.refresh()
        await projector.until_value(INLET, 44)

        assert projector.values[SOURCE] == "HDMI"
        assert "image.source..listconnectors" not in simulator.counters.requests


async def test_signal_of_any_connector(start_projector: StartProjector) -> None:
    """Show the connector with a signal if a source has two."""
    simulator = await start_projector(
        state="on", values={SOURCE: "Dual DisplayPort columns"}
    )
    names = [f"image.connector.displayport{n}.detectedsignal" for n in (1, 2)]
    for name in names:
        simulator.change(name, {"active": False})
    async with running_projector(simulator) as projector:
        assert projector.values[ACTIVE_SIGNAL] == {"active": False}
        simulator.change(names[1], {"active": True, "name": "second"})
        await projector.until(
            lambda: projector.values[ACTIVE_SIGNAL] == simulator.get(names[1])
        )
        simulator.change(names[0], {"active": True, "name": "first"})
        await projector.until(
            lambda: projector.values[ACTIVE_SIGNAL] == simulator.get(names[0])
        )
        simulator.change(names[0], {"active": False})
        simulator.change(names[1], {"active": False})
        await projector.until_value(ACTIVE_SIGNAL, {"active": False})


async def test_connectors_are_listed_again(start_projector: StartProjector) -> None:
    """List the connectors again when the objects have changed."""
    source = "Dual DisplayPort columns"
    method = "image.source.dualdisplayportcolumns.listconnectors"
    quirks = {"absent_methods": (method,)}
    simulator = await start_projector(
        state="on", values={SOURCE: source}, quirks=quirks
    )
    async with running_projector(simulator) as projector:
        assert ACTIVE_SIGNAL not in projector.values
        simulator.quirks.absent_methods = ()
        simulator.device.announce_object("image", new=True)
        await projector.until(lambda: ACTIVE_SIGNAL in projector.values)
