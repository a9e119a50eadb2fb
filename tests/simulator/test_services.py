"""Profiles, keys, optics, environment, statistics."""

from typing import Any

import pytest

from simulator import Simulator, load_model, model_names
from simulator.services import HANDLERS

from .client import Client
from .conftest import Connect, Start


@pytest.fixture
async def udx(start: Start) -> Simulator:
    """A UDX that is on."""
    return await start("udx", state="on")


@pytest.fixture
async def udx_client(udx: Simulator, connect: Connect) -> Client:
    """A client of it."""
    return await connect(udx)


def test_every_handler_answers_a_method_of_some_model() -> None:
    """No handler is out of use."""
    methods = {m for name in model_names() for m in load_model(name).methods}
    used = {HANDLERS.find(method) for method in methods}
    assert set(HANDLERS) <= used


async def test_a_method_without_code(client: Client) -> None:
    """Answers what the model says, or null."""
    assert await client.call("dmx.listmodes") == ["Basic", "Extended"]
    assert await client.call("scheduler.create", "Film night") == "action1"
    assert await client.call("led.activity") is None


@pytest.mark.parametrize(
    "params", ["SDR Cinema", {"name": "SDR Cinema"}, ["SDR Cinema"]]
)
async def test_activate_profile(
    projector: Simulator, client: Client, params: Any
) -> None:
    """By name, or as a bare string, which is what clients send."""
    assert await client.call("profile.activateprofile", params) is None
    assert projector.get("illumination.sources.laser.power") == 45


@pytest.mark.parametrize("params", [1, {"preset": 1}])
async def test_activate_preset(
    projector: Simulator, client: Client, params: Any
) -> None:
    """By number; a profile may change the source too."""
    assert await client.call("profile.activatepreset", params) is None
    source = "image.window.main.source"
    await projector.wait_until(lambda: projector.get(source) == "DisplayPort 1")


async def test_profiles_that_are_not_there(client: Client) -> None:
    """An unknown profile, an empty preset, no such preset."""
    assert (await client.error("profile.activateprofile", "Opera"))[0] == -32000
    assert (await client.error("profile.activatepreset", 29))[0] == -32000
    assert (await client.error("profile.activatepreset", 77))[0] == -32000
    assert (await client.error("profile.activatepreset", "1"))[0] == -32602
    assert (await client.error("profile.activateprofile"))[0] == -32602
    assert (await client.error("profile.activatepreset"))[0] == -32602


async def test_assign_presets(projector: Simulator, client: Client) -> None:
    """And ask for them, both ways."""
    await client.subscribe("profile.presetassignments")
    assign = {"preset": 29, "profile": "Café"}
    assert await client.call("profile.assignpreset", assign) is None
    pairs = (await client.changed())["profile.presetassignments"]
    assert pairs[29] == [29, "Café"]
    assert await client.call("profile.profileforpreset", 29) == "Café"
    assert await client.call("profile.profileforpreset", 28) == ""
    assert await client.call("profile.presetforprofile", "Café") == 29
    assert await client.call("profile.presetforprofile", "Opera") == -1
    wrong = {"preset": 30, "profile": "Café"}
    assert (await client.error("profile.assignpreset", wrong))[0] == -32000


async def test_create_and_delete_profiles(projector: Simulator, client: Client) -> None:
    """A deleted one leaves its presets empty."""
    new = {"profilename": "Opera", "domains": []}
    assert await client.call("profile.createprofile", new) is None
    assert await client.call("profile.activateprofile", "Opera") is None
    assert "Opera" in projector.get("profile.profiles")  # type: ignore[operator]
    assert await client.call("profile.deleteprofile", "Gaming") is None
    assert "Gaming" not in projector.get("profile.profiles")  # type: ignore[operator]
    assert await client.call("profile.profileforpreset", 5) == ""


async def test_keys_in_the_new_form(projector: Simulator, client: Client) -> None:
    """An event for whoever listens."""
    await client.call("signal.subscribe", {"signal": "keydispatcher.keyevent"})
    menu = {"eventtype": "CLICKED", "key": "RC_MENU"}
    assert await client.call("keydispatcher.postevent", menu) is None
    arguments = {"key": "RC_MENU", "type": "CLICKED", "source": "API"}
    assert await client.signalled() == [{"keydispatcher.keyevent": arguments}]
    assert projector.keys == [("CLICKED", "RC_MENU")]
    wrong = {"eventtype": "CLICKED", "key": "MENU"}
    assert (await client.error("keydispatcher.postevent", wrong))[0] == -32602
    assert (await client.error("keydispatcher.sendclickevent", wrong))[0] == -32601


async def test_keys_in_the_old_form(udx: Simulator, udx_client: Client) -> None:
    """One method per event."""
    for event in ("press", "release", "click"):
        method = f"keydispatcher.send{event}event"
        assert await udx_client.call(method, {"key": "RC_OK"}) is None
    assert udx.keys == [("PRESS", "RC_OK"), ("RELEASE", "RC_OK"), ("CLICKED", "RC_OK")]


async def test_power_keys(projector: Simulator, client: Client) -> None:
    """They work, and are ignored without a word while the state changes."""
    off = {"eventtype": "PRESS", "key": "RC_POWER_OFF"}
    for _ in range(2):
        assert await client.call("keydispatcher.postevent", off) is None
    assert projector.state == "deconditioning"
    await projector.wait_for_state("ready")
    on = {"eventtype": "CLICKED", "key": "RC_POWER_ON"}
    assert await client.call("keydispatcher.postevent", on) is None
    await projector.wait_for_state("on")


async def test_shutter(udx: Simulator, udx_client: Client) -> None:
    """The position follows the target."""
    await udx_client.subscribe("optics.shutter.target", "optics.shutter.position")
    assert await udx_client.set("optics.shutter.target", "Closed") is True
    assert await udx_client.changed() == {"optics.shutter.target": "Closed"}
    assert await udx_client.changed() == {"optics.shutter.position": "Closed"}
    assert await udx_client.call("optics.shutter.toggle") is None
    position = "optics.shutter.position"
    await udx.wait_until(lambda: udx.get(position) == "Open")


@pytest.mark.parametrize(
    ("method", "params", "target"),
    [
        ("stepforward", {"steps": 100}, 100),
        ("stepreverse", 100, -100),
        ("stepforward", {"steps": 90_000}, 5000),
        ("runforward", None, 5000),
        ("runreverse", None, -5000),
        ("stop", None, 0),
    ],
)
async def test_lens_motors(
    udx: Simulator, udx_client: Client, method: str, params: Any, target: int
) -> None:
    """Within the ends of the motor; running until it is there."""
    assert await udx_client.call(f"optics.zoom.{method}", params) is None
    assert udx.get("optics.zoom.target") == target
    assert udx.get("optics.zoom.state") == "Running"
    await udx.wait_until(lambda: udx.get("optics.zoom.state") == "Stopped")
    assert udx.get("optics.zoom.position") == target


async def test_a_newer_target(udx: Simulator, udx_client: Client) -> None:
    """The motor goes to the last one."""
    await udx_client.set("optics.focus.target", 50)
    await udx_client.set("optics.focus.target", 70)
    focus = "optics.focus.position"
    await udx.wait_until(lambda: udx.get(focus) == 70)
    assert udx.get("optics.focus.target") == 70


async def test_lens_to_the_center(udx: Simulator, udx_client: Client) -> None:
    """Both directions."""
    axis = "optics.lensshift.vertical.target"
    udx.change(axis, 400)
    assert await udx_client.call("optics.shifttocenter") is None
    assert udx.get(axis) == 0


async def test_no_optics_elsewhere(client: Client) -> None:
    """A fixed lens has no motors."""
    assert (await client.error("optics.zoom.stepforward", 1))[0] == -32601


async def test_control_blocks(projector: Simulator, client: Client) -> None:
    """One object of block and value; fewer in standby."""
    wanted = {"type": "Sensor", "valuetype": "Temperature"}
    assert await client.call("environment.getcontrolblocks", wanted) == {
        "environment.temperature.inlet": 22.6,
        "environment.temperature.mainboard": 34.5,
        "environment.temperature.mainboard.cpu": 52.5,
        "environment.temperature.outlet": 28.1,
    }
    projector.change("system.state", "standby")
    assert await client.call("environment.getcontrolblocks", wanted) == {
        "environment.temperature.mainboard.cpu": 52.5
    }
    every = {"type": "Sensor", "valuetype": "Any"}
    assert len(await client.call("environment.getcontrolblocks", every)) == 7
    nothing = {"type": "Filter", "valuetype": "Any"}
    assert await client.call("environment.getcontrolblocks", nothing) == {}
    wrong = {"type": "Sensor", "valuetype": "Heat"}
    assert (await client.error("environment.getcontrolblocks", wrong))[0] == -32602


async def test_blocks_without_properties(udx: Simulator, udx_client: Client) -> None:
    """As on a UDX, with keys in either form."""
    wanted = {"type": "Sensor", "valuetype": "Speed"}
    speeds = await udx_client.call("environment.getcontrolblocks", wanted)
    assert speeds["environment.fan.ar1.tacho"] == 1800
    assert len(speeds) == 11
    assert await udx_client.get("environment.fan.ar1.tacho.unit") == "RPM"
    udx.personality.block_keys = "relative"
    speeds = await udx_client.call("environment.getcontrolblocks", wanted)
    assert speeds["fan.ar1.tacho"] == 1800
    wanted = {"type": "Sensor", "valuetype": "Temperature"}
    assert len(await udx_client.call("environment.getcontrolblocks", wanted)) == 31
    udx.change("system.state", "standby")
    wanted = {"type": "Sensor", "valuetype": "Temperature"}
    assert len(await udx_client.call("environment.getcontrolblocks", wanted)) == 7


async def test_identifications(udx_client: Client) -> None:
    """One object, as a client of the UDX reads it."""
    told = await udx_client.call("system.getidentifications")
    assert told == {
        "Identification": "UDX-4K32",
        "IdentificationFamily": "UDX",
        "SerialNumber": "1290016354",
        "version": "1.9.4",
    }


async def test_blocks_change(
    udx: Simulator, udx_client: Client, connect: Connect
) -> None:
    """By hand; there is no property to read or to hear of."""
    name = "environment.humidity.inlet.value"
    await udx_client.subscribe(name, "ui.osd")
    udx.change(name, 63)
    udx.change("ui.osd", False)
    assert await udx_client.changed() == {"ui.osd": False}
    wanted = {"type": "Sensor", "valuetype": "Humidity"}
    humidity = await udx_client.call("environment.getcontrolblocks", wanted)
    assert humidity == {"environment.humidity.inlet": 63}
    assert (await udx_client.error("property.get", {"property": name}))[0] == -32601
    with pytest.raises(KeyError):
        udx.change("environment.humidity.outlet.value", 63)


async def test_all_blocks(client: Client) -> None:
    """Names, outputs, alarms."""
    names = await client.call("environment.getallcontrolblocks")
    assert "environment.temperature.inlet" in names
    assert await client.call("environment.temperature.mainboard.cpu.getoutput") == 52.5
    assert await client.call("environment.getalarminfo") == []


async def test_counters(client: Client) -> None:
    """Units are the projector's own."""
    counters = {c["name"]: c for c in await client.call("statistics.listcounters")}
    assert counters["laserruntime"]["unit"] == "hours"
    assert counters["uptime"] == {"name": "uptime", "value": 86400, "unit": "seconds"}
    name = "laser plate 1 bank 1 runtime"
    assert counters[name]["value"] == 1180
    assert await client.call(f"statistics.{name}.getunit") == "hours"
    assert await client.call(f"statistics.{name}.getname") == name
