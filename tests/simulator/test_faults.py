"""The faults, and their effect on requests."""

from typing import Any

import pytest

from simulator import FAULT_NAMES, Faults, Simulator

from .client import GET_STATE, Client
from .conftest import Connect


def test_names() -> None:
    """All faults are settable by name."""
    assert {"drip", "half_open", "methods", "count"} <= set(FAULT_NAMES)
    assert "on_change" not in FAULT_NAMES


def test_switching() -> None:
    """Faults can be set and cleared; each change calls the callback."""
    calls: list[int] = []
    faults = Faults(on_change=lambda: calls.append(1))
    assert faults.active() == {}
    faults.drip = 0.1
    faults.refuse = True
    assert faults.active() == {"drip": 0.1, "refuse": True}
    faults.clear()
    assert faults.active() == {}
    assert len(calls) == 4


def test_unknown_fault() -> None:
    """An unknown fault raises an error."""
    with pytest.raises(AttributeError):
        Faults().dripp = 1.0


def test_selection() -> None:
    """Port faults affect no reply; `methods` limits the others."""
    assert not Faults(refuse=True, connection_limit=1).affects("property.get")
    assert Faults(silence=True).affects("property.get")
    faults = Faults(silence=True, methods=("image.*", "system.poweron"))
    assert faults.affects("image.source.list")
    assert faults.affects("system.poweron")
    assert not faults.affects("property.get")


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("drip", 0.5, 0.5),
        ("silence", True, True),
        ("garbage", "junk", b"junk"),
        ("half_open", "fin", "fin"),
        ("methods", "image.*,system.*", ("image.*", "system.*")),
    ],
)
def test_from_text(name: str, typed: Any, value: object) -> None:
    """Typed text sets a fault."""
    faults = Faults()
    faults.set_from_text(name, typed)
    assert faults.active() == {name: value}


@pytest.mark.parametrize(
    ("name", "value"), [("hiccup", 1), ("on_change", 1), ("drip", [])]
)
def test_invalid_text(name: str, value: Any) -> None:
    """Invalid text raises an error."""
    with pytest.raises(ValueError, match=name):
        Faults().set_from_text(name, value)


async def test_silence(projector: Simulator, client: Client, connect: Connect) -> None:
    """Requests are read, but neither handled nor answered."""
    await client.subscribe("image.brightness")
    faults = projector.connections[0].faults
    faults.silence = True
    client.send({"jsonrpc": "2.0", "id": 7, "method": "system.poweroff"})
    requests = projector.counters.requests
    await projector.wait_until(lambda: requests["system.poweroff"] > 0)
    projector.change("image.brightness", 0.5)
    assert await (await connect(projector)).get("image.brightness") == 0.5
    faults.silence = False
    assert await client.get("system.state") == "on"
    assert client.notifications == []


async def test_delay(projector: Simulator, client: Client) -> None:
    """Other replies overtake a delayed one."""
    projector.faults.delay = 0.05
    projector.faults.methods = ("image.source.list",)
    client.send({"jsonrpc": "2.0", "id": "slow", "method": "image.source.list"})
    client.send(GET_STATE)
    assert (await client.message())["id"] == 1
    assert (await client.message())["id"] == "slow"


async def test_reorder(projector: Simulator, client: Client) -> None:
    """Replies to simultaneous requests come in reverse order."""
    projector.faults.reorder = 0.02
    for number in range(3):
        client.send(GET_STATE.replace(b"1,", b"%d," % number))
    assert [(await client.message())["id"] for _ in range(3)] == [2, 1, 0]


async def test_busy(projector: Simulator, client: Client) -> None:
    """Requests that change something are refused; reading works."""
    projector.faults.busy = True
    assert (await client.error("system.poweroff"))[0] == -32009
    params = {"property": "image.brightness", "value": 0.5}
    assert (await client.error("property.set", params))[0] == -32009
    assert await client.get("image.brightness") == 0
    assert projector.state == "on"


async def test_auth_hang(projector: Simulator, client: Client) -> None:
    """Only logins get no reply."""
    projector.faults.auth_hang = True
    client.send({"jsonrpc": "2.0", "id": 9, "method": "authenticate", "params": [1]})
    client.send(GET_STATE)
    assert (await client.message())["id"] == 1
    assert projector.counters.replies == 1


async def test_count(projector: Simulator, client: Client) -> None:
    """Only the given number of replies is affected."""
    projector.faults.busy = True
    projector.faults.count = 2
    for _ in range(2):
        assert (await client.error("system.activity"))[0] == -32009
    assert await client.call("system.activity") is None
    assert projector.faults.active() == {}


async def test_one_connection_only(
    projector: Simulator, client: Client, connect: Connect
) -> None:
    """The faults of a connection override those of the projector."""
    other = await connect(projector)
    await client.get("system.state")
    await other.get("system.state")
    projector.connections[0].faults.nesting = 1
    assert await client.get("system.state") == []
    assert await other.get("system.state") == "on"
    projector.faults.nesting = 2
    assert await client.get("system.state") == []
    assert await other.get("system.state") == [[]]
