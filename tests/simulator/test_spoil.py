"""What a faulty reply says, and what stands around it."""

import json

import pytest

from simulator import Simulator

from .client import GET_STATE, STATE_IS_ON, Client


async def test_garbage(projector: Simulator, client: Client) -> None:
    """Before the reply; typical or one's own."""
    projector.faults.garbage = True
    client.send(GET_STATE)
    received = await client.read_until(STATE_IS_ON)
    assert len(received) > len(STATE_IS_ON)
    projector.faults.garbage = b"}]"
    client.send(GET_STATE)
    assert await client.read_until(STATE_IS_ON) == b"}]" + STATE_IS_ON


async def test_oversized(projector: Simulator, client: Client) -> None:
    """One valid reply of exactly that size."""
    projector.faults.oversized = 300_000
    projector.faults.count = 1
    reply = await client.reply("property.get", {"property": "system.state"})
    assert len(json.dumps(reply, separators=(",", ":"))) == 300_000
    assert await client.get("system.state") == "on"


async def test_wrong_id(projector: Simulator, client: Client) -> None:
    """In the type of the right one."""
    projector.faults.wrong_id = True
    client.send(GET_STATE)
    assert (await client.message())["id"] == 1_000_000_007
    client.send(GET_STATE.replace(b"1,", b'"a",'))
    assert (await client.message())["id"] == "a?"


async def test_duplicate(projector: Simulator, client: Client) -> None:
    """The same reply twice."""
    projector.faults.duplicate = True
    client.send(GET_STATE)
    assert await client.message() == await client.message()


async def test_invalid_utf8(projector: Simulator, client: Client) -> None:
    """In one more member; the rest of the reply is right."""
    projector.faults.invalid_utf8 = True
    client.send(GET_STATE)
    received = await client.read_until(b'"}')
    with pytest.raises(UnicodeDecodeError):
        received.decode()
    assert json.loads(received.decode(errors="replace"))["result"] == "on"


async def test_nesting(projector: Simulator, client: Client) -> None:
    """As deep as wanted."""
    projector.faults.nesting = 3
    assert await client.get("system.state") == [[[]]]


async def test_interleave(projector: Simulator, client: Client) -> None:
    """A notification before and after, in the segments of the reply."""
    projector.faults.interleave = True
    client.send(GET_STATE)
    messages = [await client.message() for _ in range(3)]
    assert [m.get("method") for m in messages] == [
        "property.changed",
        None,
        "property.changed",
    ]
    assert messages[1]["result"] == "on"
    out = [r.data for r in projector.log if r.direction == "out"]
    assert len(out) == 2
    assert str(out[0]).endswith(str(b"}" + STATE_IS_ON[: len(STATE_IS_ON) // 2])[2:])
