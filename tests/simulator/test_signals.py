"""Signals, above all the one that tells which objects came and went."""

import pytest

from .conftest import Connect, Start

SUBSCRIBE = {"signal": "modelupdated"}


async def test_objects_that_come_and_go(start: Start, connect: Connect) -> None:
    """Named with the flag, reason and access level of recent firmware."""
    projector = await start("balder_cs", state="eco", speed=1000.0)
    projector.change("system.state", "standby")
    client = await connect(projector)
    await client.call("signal.subscribe", SUBSCRIBE)
    projector.change("system.state", "on")
    pair = (await client.signalled())[0]
    assert pair["modelupdated"] == {
        "object": "image",
        "newobject": True,
        "reason": "added",
        "accesslevel": "END_USER",
    }


async def test_every_object_is_announced(start: Start, connect: Connect) -> None:
    """Each with a signal of its own, first when it goes, then when it comes."""
    projector = await start(state="on")
    client = await connect(projector)
    await client.call("signal.subscribe", SUBSCRIBE)
    projector.change("system.state", "standby")
    gone = [(await client.signalled())[0]["modelupdated"] for _ in range(6)]
    assert {"image", "illumination", "profile"} <= {args["object"] for args in gone}
    assert all(args["newobject"] is False for args in gone)
    assert all(args["reason"] == "removed" for args in gone)


async def test_the_other_spelling(start: Start, connect: Connect) -> None:
    """The example of the guide contradicts its list of signals."""
    style = {"model_signal": "introspect.objectchanged", "model_flag": "isnew"}
    projector = await start(state="standby", personality=style)
    client = await connect(projector)
    await client.call("signal.subscribe", SUBSCRIBE)
    projector.change("system.state", "on")
    pair = (await client.signalled())[0]
    assert pair == {"introspect.objectchanged": {"object": "image", "isnew": True}}


async def test_old_firmware_gives_no_reason(start: Start, connect: Connect) -> None:
    """The guide of 2019 knows none."""
    projector = await start("udx", state="standby")
    client = await connect(projector)
    await client.call("signal.subscribe", {"signal": ["modelupdated"]})
    projector.change("system.state", "on")
    pair = (await client.signalled())[0]
    assert pair == {"modelupdated": {"object": "image", "newobject": True}}


async def test_no_model_signal(start: Start, connect: Connect) -> None:
    """A projector that says nothing about it."""
    projector = await start(state="standby", personality={"model_signal": "none"})
    client = await connect(projector)
    await client.call("signal.subscribe", {"signal": ["modelupdated", "loggedout"]})
    projector.change("system.state", "on")
    await client.get("system.state")
    projector.signal("loggedout", {"reason": "Reboot"})
    assert await client.signalled() == [{"loggedout": {"reason": "Reboot"}}]


async def test_any_signal(start: Start, connect: Connect) -> None:
    """To whoever subscribed, until they no longer do."""
    projector = await start()
    client = await connect(projector)
    names = ["keydispatcher.keyevent", "system.identificationchanged"]
    assert await client.call("signal.subscribe", {"signal": names}) is True
    projector.signal(names[0], {"key": "RC_MENU"})
    assert await client.signalled() == [{names[0]: {"key": "RC_MENU"}}]
    assert await client.call("signal.unsubscribe", {"signal": names[0]}) is True
    projector.signal(names[0], {"key": "RC_MENU"})
    projector.signal(names[1], {})
    assert await client.signalled() == [{names[1]: {}}]


@pytest.mark.parametrize("method", ["signal.subscribe", "property.subscribe"])
async def test_names_are_strings(start: Start, connect: Connect, method: str) -> None:
    """Anything else is malformed."""
    client = await connect(await start())
    assert (await client.error(method, {"signal": 5, "property": 5}))[0] == -32602
    assert (await client.error(method))[0] == -32602
