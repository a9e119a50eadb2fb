"""Sources, connectors, and the signals on them."""

import pytest

from simulator.picture import object_name
from simulator.rpc import RpcError

from .conftest import Connect, Start

SOURCE = "image.window.main.source"
HDMI = "image.connector.hdmi.detectedsignal"
DISPLAYPORT = "image.connector.displayport1.detectedsignal"

BALDER_SOURCES = [
    "HDMI",
    "DisplayPort 1",
    "DisplayPort 2",
    "Dual DisplayPort columns",
    "Dual DisplayPort sequential",
    "HDBaseT",
    "SDI",
    "DVI 1",
    "DVI 2",
    "Dual DVI columns",
    "Dual DVI sequential",
]


def test_object_names() -> None:
    """Lower case, without what is no word character."""
    assert object_name("L2 Dual Head DP - A|C") == "l2dualheaddpac"


async def test_source_list(start: Start, connect: Connect) -> None:
    """As a Balder CS reported it; absent in standby."""
    projector = await start("balder_cs", state="ready")
    client = await connect(projector)
    assert await client.call("image.source.list", "[]") == BALDER_SOURCES
    assert (await client.call("image.connector.list"))[:2] == ["HDMI", "DisplayPort 1"]


async def test_a_renamed_source(start: Start, connect: Connect) -> None:
    """The list has the new name, but only the selected source is pushed."""
    projector = await start("balder_cs", state="on")
    client = await connect(projector)
    await client.subscribe(SOURCE, "image.connector.hdmi.detectedsignal")
    projector.rename_source("Player")
    assert await client.changed() == {SOURCE: "Player"}
    assert await client.call("image.source.list") == ["Player", *BALDER_SOURCES[1:]]
    with pytest.raises(ValueError, match="SDI"):
        projector.rename_source("SDI")


async def test_no_sources_in_standby(start: Start, connect: Connect) -> None:
    """The observed code and text."""
    client = await connect(await start("hdr_cs", state="standby"))
    assert await client.error("image.source.list") == (
        -32601,
        "Method not found: image.source.list",
    )


async def test_connectors_of_a_source(start: Start, connect: Connect) -> None:
    """Where each belongs in the picture."""
    client = await connect(await start("udx", state="on"))
    method = "image.source.l2dualheaddpac.listconnectors"
    assert await client.call(method) == [
        {
            "name": "L2 DisplayPort A",
            "gridposition": {"row": 0, "column": 0, "plane": 0},
        },
        {
            "name": "L2 DisplayPort C",
            "gridposition": {"row": 0, "column": 1, "plane": 0},
        },
    ]


async def test_connectors_of_no_source(start: Start, connect: Connect) -> None:
    """A model may list a method for a source it does not have."""
    method = "image.source.vga.listconnectors"
    model = {"extends": "minimal", "methods": {method: {}}}
    client = await connect(await start(model))
    assert await client.error(method) == (-32601, f"Method not found: {method}")


async def test_change_of_source(start: Start, connect: Connect) -> None:
    """None at all first, then the new one; the signals with them."""
    projector = await start("balder_cs", state="on", pin=None)
    client = await connect(projector)
    await client.subscribe(SOURCE, HDMI, DISPLAYPORT)
    assert await client.set(SOURCE, "DisplayPort 1") is True
    assert await client.changed() == {SOURCE: ""}
    assert (await client.changed())[HDMI]["active"] is False
    assert await client.changed() == {SOURCE: "DisplayPort 1"}
    signal = (await client.changed())[DISPLAYPORT]
    assert signal["name"] == "3840x2160@59.94 Hz"
    assert signal["gamma_type"] == "SMPTE_ST2084"


async def test_two_changes_at_once(start: Start) -> None:
    """The last one wins."""
    projector = await start("balder_cs", state="on")
    projector.change(SOURCE, "SDI")
    projector.change(SOURCE, "DVI 1")
    assert projector.get(SOURCE) == ""
    await projector.wait_until(lambda: projector.get(SOURCE) != "")
    assert projector.get(SOURCE) == "DVI 1"


async def test_back_before_it_arrived(start: Start, connect: Connect) -> None:
    """The old source again is a change too while there is none."""
    projector = await start("balder_cs", state="on")
    projector.change(SOURCE, "SDI")
    projector.change(SOURCE, "HDMI")
    await projector.wait_until(lambda: projector.get(SOURCE) == "HDMI")


async def test_the_same_source(start: Start, connect: Connect) -> None:
    """Is no change."""
    projector = await start("balder_cs", state="on", pin=None)
    client = await connect(projector)
    await client.subscribe(SOURCE, "ui.osd")
    assert await client.set(SOURCE, "HDMI") is True
    projector.change("ui.osd", False)
    assert await client.changed() == {"ui.osd": False}


async def test_no_such_source(start: Start) -> None:
    """Nor by hand."""
    projector = await start("balder_cs", state="on")
    with pytest.raises(RpcError, match="Could not set source!"):
        projector.change(SOURCE, "Betamax")
    with pytest.raises(TypeError, match="is no object"):
        projector.change(HDMI, False)


async def test_cable_out_and_in(start: Start, connect: Connect) -> None:
    """An inactive signal: no name, zeros, luminances of -1."""
    projector = await start("balder_cs", state="on")
    client = await connect(projector)
    await client.subscribe(HDMI, "image.window.main.activesignal")
    projector.change(HDMI, {"active": False})
    nothing = (await client.changed())[HDMI]
    assert nothing["active"] is False
    assert nothing["name"] == ""
    assert nothing["horizontal_resolution"] == 0
    assert nothing["mastering_luminance"] == nothing["max_cll"] == -1
    assert await client.changed() == {"image.window.main.activesignal": False}
    projector.change(HDMI, {"active": True, "name": "1920x1080@50 Hz"})
    signal = (await client.changed())[HDMI]
    assert signal["name"] == "1920x1080@50 Hz"
    assert signal["horizontal_resolution"] == 5120


async def test_all_connectors_may_detect(start: Start) -> None:
    """Or only those of the selected source."""
    projector = await start("balder_cs", state="on")
    assert projector.get(DISPLAYPORT)["active"] is False  # type: ignore[index, call-overload]
    other = await start("balder_cs", state="on", personality={"detects": "all"})
    assert other.get(DISPLAYPORT)["active"] is True  # type: ignore[index, call-overload]
