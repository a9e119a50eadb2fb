"""Simulate the projector of a diagnostics download."""

import json
from typing import Any

import pytest

from simulator import from_diagnostics

from .conftest import Connect, Start
from .exporter import REDACTED, download, ignore_warning, replay


@pytest.mark.parametrize(
    ("model", "state"),
    [
        ("hdr_cs", "on"),
        ("hdr_cs", "standby"),
        ("balder_cs", "ready"),
        ("udx", "on"),
        ("udx", "deconditioning"),
    ],
)
async def test_round_trip(
    start: Start, connect: Connect, model: str, state: str
) -> None:
    """A client reads the same from the copy as from the original."""
    original = await start(model, state=state, values={"ui.osd": False})
    original.notify("ERROR", "1017", "Inlet blocked")
    first = await download(original, await connect(original))
    copy = await start(from_diagnostics(json.dumps(first), ignore_warning))
    second = await download(copy, await connect(copy))
    # The simulator has its own settings for introspection.
    for report in (first, second):
        del report["data"]["methods"]["introspect"]
    assert second == first
    assert len(second["data"]["properties"]) > 300


async def test_power_commands(start: Start, connect: Connect) -> None:
    """The copy of a projector in standby can be turned on."""
    original = await start("balder_cs", state="ready")
    report = await download(original, await connect(original))
    copy = await start(from_diagnostics(report, ignore_warning))
    assert copy.model.rungs == ("eco", "ready", "on")
    client = await connect(copy)
    await client.call("system.poweron")
    await copy.wait_for_state("on")
    assert await client.get("illumination.state") == "On"
    assert await client.set("image.window.main.source", "DisplayPort 1") is True
    await client.call("profile.activateprofile", "Sport")
    power = "illumination.sources.laser.power"
    assert (await client.reply("property.set", {"property": power, "value": 5.0}))[
        "error"
    ]["code"] == -32602
    await client.call("system.poweroff")
    await copy.wait_for_state("ready")


async def test_redacted_values_are_replaced(start: Start) -> None:
    """Redacted values are replaced, always by the same ones for a file."""
    values = {
        "system.serialnumber": REDACTED,
        "network.device.lan.hwaddress": REDACTED,
        "system.name": f"Balder CS-{REDACTED}",
        "remote.port": REDACTED,
    }
    properties = {name: {"base": "string"} for name in values}
    properties["remote.port"] = {"base": "int"}
    model = replay(properties, values=values)
    assert len(model.serial) == 10
    assert model.serial.isdecimal()
    assert model.mac.startswith("00:0D:0A:")
    assert len(model.mac) == 17
    assert replay(properties, values=values) == model
    assert replay(properties, values=values, state="on").serial != model.serial
    projector = await start(model, state="eco")
    assert projector.wake(model.mac)
    await projector.wait_for_state("ready")
    assert projector.get("system.name") == f"Balder CS-{REDACTED}"
    assert projector.get("remote.port") == 0


@pytest.mark.parametrize("state", ["boot", "eco", "standby", "conditioning", "error"])
async def test_initial_power_state(start: Start, state: str) -> None:
    """The power state is that of the download, and stays."""
    assert (await start(replay(state=state))).state == state
    assert (await start(replay(state=state), state="on")).state == "on"


@pytest.mark.parametrize("state", [None, "asleep", 7, ["on"]])
async def test_unknown_state(start: Start, state: Any) -> None:
    """The power state is ready if the download has none."""
    assert (await start(replay(state=state))).state == "ready"


def test_unavailable_states_are_not_used() -> None:
    """States that are not available are not used."""
    properties = {"system.eco.available": {"base": "bool"}}
    model = replay(properties, values={"system.eco.available": False})
    assert model.rungs == ("standby", "ready", "on")
    assert replay().rungs == ("eco", "standby", "ready", "on")
    assert replay(state="standby").rests_in == "standby"
    assert replay(state="on").rests_in == "ready"


@pytest.mark.parametrize(
    ("state", "objects", "there_on", "there_in_standby"),
    [
        ("on", ["image", "lamp"], {"image", "lamp"}, {"lamp"}),
        ("on", ["image"], {"image"}, {"lamp"}),
        ("standby", ["image", "lamp"], {"image", "lamp"}, {"image", "lamp"}),
        ("standby", ["lamp"], {"image", "lamp"}, {"lamp"}),
        ("standby", [], {"image", "lamp"}, {"lamp"}),
    ],
)
async def test_objects_by_power_state(
    start: Start,
    state: str,
    objects: list[str],
    there_on: set[str],
    there_in_standby: set[str],
) -> None:
    """Objects exist in the power states that follow from the download."""
    names = {"image.x": {"base": "int"}, "lamp.x": {"base": "int"}}
    projector = await start(replay(names, state=state, objects=objects))

    def there() -> set[str]:
        shows = projector.device.store.exists
        return {name.removesuffix(".x") for name in names if shows(name)}

    projector.change("system.state", "on")
    assert there() == there_on
    projector.change("system.state", "standby")
    assert there() == there_in_standby
    assert projector.get("system.serialnumber")


async def test_objects_without_members(start: Start, connect: Connect) -> None:
    """Objects without members exist."""
    client = await connect(await start(replay(objects=["image", "gsm"], state="on")))
    root = await client.call("introspect", {"object": "", "recursive": False})
    assert {"name": "gsm"} in root["objects"]
    gsm = await client.call("introspect", {"object": "gsm", "recursive": False})
    assert gsm["properties"] == []
