"""PIN, and what works without one."""

from typing import Any

import pytest

from .conftest import Connect, Start

NO_PERMISSION = (-32001, "Access permission error")
SET = {"property": "image.brightness", "value": 0.5}


async def test_without_pin_only_reading(start: Start, connect: Connect) -> None:
    """A Balder CS can be monitored but not controlled."""
    projector = await start("balder_cs", state="on")
    client = await connect(projector)
    assert await client.get("system.state") == "on"
    await client.subscribe("image.brightness")
    assert await client.call("image.source.list")
    assert await client.call("introspect", ["system", False])
    assert await client.error("property.set", SET) == NO_PERMISSION
    assert await client.error("system.poweroff") == NO_PERMISSION
    activate = {"name": "Cinema"}
    assert await client.error("profile.activateprofile", activate) == NO_PERMISSION
    assert projector.state == "on"


async def test_with_pin(start: Start, connect: Connect) -> None:
    """The rights belong to the connection."""
    projector = await start("balder_cs", state="on")
    client, other = await connect(projector), await connect(projector)
    assert await client.call("authenticate", {"code": 12345}) is True
    assert await client.call("property.set", SET) is True
    assert await other.error("property.set", SET) == NO_PERMISSION


async def test_the_long_text(start: Start, connect: Connect) -> None:
    """Seen on another unit."""
    projector = await start("balder_cs", personality={"permission_text": "long"})
    client = await connect(projector)
    code, text = await client.error("system.poweron")
    assert code == -32001
    assert text.startswith("Access permission error, your permission are: NO_ACCESS")


@pytest.mark.parametrize(("answer", "result"), [("false", False), ("null", None)])
async def test_wrong_pin_is_no_error(
    start: Start, connect: Connect, answer: str, result: Any
) -> None:
    """But gives no rights."""
    projector = await start("balder_cs", personality={"wrong_pin": answer})
    client = await connect(projector)
    assert await client.call("authenticate", {"code": 54321}) is result
    assert await client.error("system.poweron") == NO_PERMISSION


@pytest.mark.parametrize("code", [-32000, -32001, -32602])
async def test_wrong_pin_is_an_error(start: Start, connect: Connect, code: int) -> None:
    """Which one is open."""
    projector = await start("balder_cs", personality={"wrong_pin_code": code})
    client = await connect(projector)
    assert (await client.error("authenticate", {"code": 54321}))[0] == code
    assert await client.error("system.poweron") == NO_PERMISSION


@pytest.mark.parametrize(
    ("pin_type", "code", "accepted"),
    [
        ("int", 12345, True),
        ("int", "12345", False),
        ("string", "12345", True),
        ("string", 12345, False),
        ("both", 12345, True),
        ("both", "12345", True),
        ("both", True, False),
        ("both", None, False),
    ],
    ids=repr,
)
async def test_types_of_pins(
    start: Start, connect: Connect, pin_type: str, code: Any, accepted: bool
) -> None:
    """The integer is very likely, the string possible."""
    projector = await start("balder_cs", personality={"pin_type": pin_type})
    client = await connect(projector)
    reply = await client.reply("authenticate", {"code": code})
    assert ("result" in reply) is accepted
    assert accepted or reply["error"]["code"] == -32602


async def test_users(start: Start, connect: Connect) -> None:
    """F17: a unit without PIN login shows its properties to logged-in users only."""
    projector = await start("users")
    client = await connect(projector)
    denied = (-32001, "Access permission error, your permission are: NO_ACCESS")
    name = {"property": "system.state"}
    user = {"username": "admin", "password": "s3cret-Word"}
    for method, params in (
        ("property.get", name),
        ("system.poweron", None),
        ("authenticate", user | {"password": "wrong"}),
        ("authenticate", user | {"username": "nobody"}),
    ):
        code, text = await client.error(method, params)
        assert (code, text.partition(" Rewritten")[0]) == denied
    assert (await client.error("authenticate", {"code": 12345}))[0] < 0
    assert await client.call("authenticate", user) is True
    assert await client.get("system.state") == "ready"
    assert await client.get("user.pincodeauthenticationenabled") is False
    assert await client.call("system.poweron") is None


async def test_leading_zeros(start: Start, connect: Connect) -> None:
    """A number has none to compare."""
    projector = await start("balder_cs", pin="00123")
    client = await connect(projector)
    assert await client.call("authenticate", {"code": 123}) is True


async def test_success_may_be_a_string(start: Start, connect: Connect) -> None:
    """As one of two places in the guide has it."""
    projector = await start("balder_cs", personality={"auth_success": "string"})
    client = await connect(projector)
    assert await client.call("authenticate", {"code": 12345}) == "END_USER"
    assert await client.call("system.poweron") is None


async def test_no_pin_needed(start: Start, connect: Connect) -> None:
    """The HDR CS takes anything, and anybody."""
    client = await connect(await start("hdr_cs", state="on"))
    assert await client.call("property.set", SET) is True
    assert await client.call("authenticate", {"code": 1}) is True


async def test_a_pin_may_appear(start: Start, connect: Connect) -> None:
    """By a firmware update, say."""
    projector = await start("hdr_cs", state="on")
    client = await connect(projector)
    assert await client.call("property.set", SET) is True
    projector.pin = "99999"
    assert projector.pin == "99999"
    assert await client.get("user.pincodeauthenticationenabled") is True
    assert await client.error("property.set", SET) == NO_PERMISSION
    projector.personality.without_pin = "full"
    assert await client.call("property.set", SET) is True


async def test_a_unit_that_requires_login(start: Start, connect: Connect) -> None:
    """Even reading needs the PIN."""
    projector = await start("balder_cs", personality={"without_pin": "none"})
    client = await connect(projector)
    name = {"property": "system.state"}
    assert await client.error("property.get", name) == NO_PERMISSION
    await client.call("authenticate", {"code": 12345})
    assert await client.get("system.state") == "ready"


async def test_a_unit_that_hides(start: Start, connect: Connect) -> None:
    """What is not allowed looks as if it were not there."""
    projector = await start("balder_cs", personality={"without_pin": "hidden"})
    client = await connect(projector)
    name = {"property": "system.state"}
    assert (await client.error("property.get", name))[0] == -32601
    assert (await client.error("system.poweron"))[0] == -32601
    assert await client.get("user.authenticationrequired") is False
    root = await client.call("introspect", ["", False])
    assert {"name": "system"} not in root["objects"]
    assert (await client.error("introspect", ["system", False]))[0] == -32601
    await client.call("authenticate", {"code": 12345})
    assert await client.get("system.state") == "ready"


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("login_code", {"code": "12345", "token": False}),
        ("login_basic", {"username": "admin", "password": "12345"}),
    ],
)
async def test_login(
    start: Start, connect: Connect, method: str, params: dict[str, Any]
) -> None:
    """Minimal: whatever carries the PIN as text; logout gives the rights back."""
    client = await connect(await start("balder_cs"))
    wrong = params | {"code": "1", "password": "1"}
    assert await client.error(method, wrong) == NO_PERMISSION
    assert await client.call(method, params) is True
    assert await client.call("system.activity") is None
    await client.call("signal.subscribe", {"signal": "loggedout"})
    await client.call("logout")
    assert await client.signalled() == [{"loggedout": {"reason": "Request"}}]
    assert await client.error("system.activity") == NO_PERMISSION
