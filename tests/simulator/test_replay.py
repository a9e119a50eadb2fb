"""A replay answers as its recording, at the same pace."""

import asyncio
import json
import socket
from typing import Any

import pytest

from simulator import Replay

from .client import Client
from .recorded import GET_STATE, Lines, StartReplay, asked, closed, opened, pushed


def now() -> float:
    """Return the time of the loop."""
    return asyncio.get_running_loop().time()


async def refused(replay: Replay) -> bool:
    """Return whether a connection is refused."""
    try:
        _, writer = await asyncio.open_connection(replay.host, replay.port)
    except ConnectionRefusedError:
        return True
    writer.transport.abort()
    return False


@pytest.mark.parametrize("speed", [1.0, 10.0])
async def test_a_reply_at_the_recorded_pace(play: StartReplay, speed: float) -> None:
    """A reply comes after the recorded delay, and notifications at their distance."""
    events = [
        *opened(0),
        *asked(5, {"result": "ready"}, delay=2),
        *pushed(8, "conditioning"),
    ]
    replay = await play(events, speed=speed)
    async with Client(replay) as client:
        begin = now()
        assert await client.call("property.get", GET_STATE) == "ready"
        assert now() - begin == pytest.approx(2 / speed, abs=0.05)
        assert await client.changed() == {"system.state": "conditioning"}
        assert now() - begin == pytest.approx(3 / speed, abs=0.05)
        assert replay.finished


async def test_the_next_reply_and_then_the_last(play: StartReplay) -> None:
    """A request gets the next recorded reply, and the last one from then on."""
    events = [
        *opened(0),
        *asked(1, {"result": "ready"}),
        *asked(2, {"error": {"code": -32000, "message": "busy"}}),
        *asked(3, {"result": "on"}),
    ]
    async with Client(await play(events)) as client:
        assert await client.call("property.get", GET_STATE) == "ready"
        assert await client.error("property.get", GET_STATE) == (-32000, "busy")
        assert await client.call("property.get", GET_STATE) == "on"
        assert await client.call("property.get", GET_STATE) == "on"


async def test_a_jump_loses_no_state(play: StartReplay) -> None:
    """Skipped notifications and texts are sent at once, in order, before the reply."""
    events = [
        *opened(0),
        *asked(1, {"result": "ready"}),
        *pushed(600, "conditioning"),
        {"t": 601, "c": 1, "received_text": "\r\nnoise"},
        *pushed(602, "on"),
        *asked(700, {"result": None}, "system.poweroff", None),
    ]
    replay = await play(events)
    async with Client(replay) as client:
        await client.call("property.get", GET_STATE)
        begin = now()
        client.send({"jsonrpc": "2.0", "id": "a", "method": "system.poweroff"})
        data = await client.read_until(b'"id":"a","result":null}')
        assert now() - begin < 1
        places = [data.find(part) for part in (b'"cond', b"\r\nnoise", b'"on"', b'"a"')]
        assert places == sorted(places)
        assert -1 not in places


async def test_reads_in_other_groups(play: StartReplay) -> None:
    """Read the recorded values in other groups, as of the time in the recording."""
    both = {"property": ["system.state", "system.name"]}
    events = [
        *opened(0),
        *asked(1, {"result": {"system.state": "ready"}}, params=both),
        *asked(1.2, {"result": []}, "introspect", {"object": "ui", "recursive": True}),
        *pushed(1.5, "on"),
    ]
    replay = await play(events)
    async with Client(replay) as client:
        assert await client.get("system.state") == "ready"
        request = {"property": ["system.state", "missing"]}
        assert await client.call("property.subscribe", request) is True
        assert await client.call("introspect", {"object": "ui"}) == []
        assert await client.changed() == {"system.state": "on"}
        assert await client.call("property.get", request) == {"system.state": "on"}
        assert replay.composed.total() == 4
        assert await client.error("property.get", {"property": "missing"})
        assert await client.error("property.set", {"property": "system.state"})
        assert replay.unrecorded.total() == 2


async def test_a_client_that_reads_more(play: StartReplay) -> None:
    """A read that comes earlier than recorded gets the last reply again."""
    events = [
        *opened(0),
        *asked(1, {"result": "ready"}),
        *asked(1.5, {"result": None}, "system.poweron", None),
        *pushed(1.7, "on"),
        *asked(2, {"result": "on"}),
        *asked(30, {"result": "ready"}),
        *asked(60, {"result": 5}, params={"property": "late"}),
    ]
    replay = await play(events)
    async with Client(replay) as client:
        assert await client.get("system.state") == "ready"
        assert await client.get("system.state") == "ready", "it is not on yet"
        assert await client.get("late") == 5, "there is no earlier one"
        assert replay.position[0] < 2
        await client.call("system.poweron")
        assert await client.changed() == {"system.state": "on"}
        for _ in range(2):
            assert await client.get("system.state") == "on"


async def test_a_connection_at_once_after_another(play: StartReplay) -> None:
    """A client that reconnects faster than recorded is not refused."""
    events = [*opened(0), *asked(1, {"result": 1}), *closed(1.3), *opened(1.7, 2)]
    replay = await play([*events, *asked(1.8, {"result": 2}, connection=2)])
    async with Client(replay) as client:
        assert await client.call("property.get", GET_STATE) == 1
        await replay.wait_until(lambda: not replay.connections)
    async with Client(replay) as client:
        assert await client.call("property.get", GET_STATE) == 2


async def test_a_reply_older_than_a_push(play: StartReplay) -> None:
    """A reply that is repeated has the values that were pushed since."""
    both = {"property": ["system.state", "a"]}
    one = {"property": ["system.state"]}
    events = [
        *opened(0),
        *asked(1, {"result": "ready"}),
        *asked(1.5, {"result": {"system.state": "ready", "a": 1}}, params=both),
        *asked(1.6, {"result": "ready"}, params={"property": "b"}),
        *asked(1.7, {"result": {"system.state": "ready"}}, params=one),
        *pushed(3, "on"),
        *asked(3.5, {"result": {"system.state": "eco"}}, params=one),
    ]
    async with Client(await play(events)) as client:
        for name in ("system.state", both["property"], "b", one["property"]):
            await client.get(name)
        assert await client.changed() == {"system.state": "on"}
        assert await client.get("system.state") == "on"
        assert await client.get(both["property"]) == {"system.state": "on", "a": 1}
        for _ in range(2):
            assert await client.get(one["property"]) == {"system.state": "eco"}
        assert await client.get("b") == "ready"


async def test_one_name_or_an_array(play: StartReplay) -> None:
    """A subscription to one name is the same with an array."""
    name, array = {"signal": "modelupdated"}, {"signal": ["modelupdated"]}
    events = [*opened(0), *asked(1, {"result": True}, "signal.subscribe", name)]
    async with Client(await play(events)) as client:
        assert await client.call("signal.subscribe", array) is True


async def test_the_order_of_requests_may_differ(play: StartReplay) -> None:
    """Requests in another order do not jump to the same ones an hour later."""
    both = [("a", 1.0), ("b", 1.1), ("a", 3600.0), ("b", 3600.1)]
    events = [*opened(0), *pushed(3000, "on")]
    for name, at in both:
        events += asked(at, {"result": f"{name} {at:g}"}, params={"property": name})
    events.sort(key=lambda event: float(event["t"]))
    async with Client(await play(events)) as client:
        assert await client.get("b") == "b 1.1"
        assert await client.get("a") == "a 1"
        assert not client.notifications


async def test_a_client_that_reads_less(play: StartReplay) -> None:
    """Notifications do not wait for requests that do not come; what is over is over."""
    events = [
        *opened(0),
        *asked(1, {"result": "ready"}),
        *asked(2, {"result": 1}, params={"property": "a"}),
        *asked(3, {"result": "ready"}),
        *pushed(60, "on"),
        *asked(90, {"result": "on"}),
        *asked(90, {"result": 2}, params={"property": "a"}),
    ]
    async with Client(await play(events, speed=20)) as client:
        begin = now()
        await client.call("property.get", GET_STATE)
        assert await client.changed() == {"system.state": "on"}
        assert now() - begin == pytest.approx(62 / 20, abs=0.05), "3 s of patience"
        assert await client.call("property.get", GET_STATE) == "on"


async def test_unrecorded_requests(play: StartReplay) -> None:
    """They get the documented error, and are counted."""
    replay = await play(opened(0))
    async with Client(replay) as client:
        for _ in range(2):
            error = await client.error("property.get", {"property": ["a", "b"]})
            assert error == (-32601, "Property not found: a")
        assert await client.error("x.y") == (-32601, "Method not found: x.y")
        await client.error("authenticate", {"code": 12345})
        assert replay.unrecorded == {
            'property.get {"property": ["a", "b"]}': 2,
            "x.y": 1,
            "authenticate": 1,
        }


@pytest.mark.parametrize("code", [-32000, None])
async def test_another_answer_to_them(play: StartReplay, code: int | None) -> None:
    """It can be another error, or none."""
    replay = await play([*opened(0), *asked(1, {"result": 1})], unrecorded_error=code)
    async with Client(replay) as client:
        client.send({"jsonrpc": "2.0", "id": 1, "method": "x.y"})
        client.send(
            {"jsonrpc": "2.0", "id": 2, "method": "property.get", "params": GET_STATE}
        )
        first = await client.message()
        assert first.get("error", {}).get("code") == code
        assert (first["id"] == 2) is (code is None)
    assert replay.unrecorded.total() == 1


async def test_any_pin(play: StartReplay) -> None:
    """A recording has no real PIN: logins match in their order."""
    wrong = {"error": {"code": -32001, "message": "Access permission error"}}
    events = [
        *opened(0),
        *asked(1, wrong, "authenticate", {"code": "**REDACTED**"}),
        *asked(2, {"result": True}, "authenticate", {"code": "**REDACTED**"}),
    ]
    async with Client(await play(events)) as client:
        code, _ = await client.error("authenticate", {"code": 1})
        assert code == -32001
        assert await client.call("authenticate", {"code": 2}) is True


async def test_both_framings_and_no_reply(play: StartReplay) -> None:
    """HTTP is understood, and what was never answered is not."""
    [silent, _] = asked(1, {}, params={"property": "silent"})
    [unanswered, _] = asked(3, {})
    named = asked(1.5, {"result": 1}, params={"property": "a"})
    events = [*opened(0), silent, *named, *asked(2, {"result": "on"}), unanswered]
    async with Client(await play(events)) as client:
        silent_request = {"jsonrpc": "2.0", "id": 1, "method": "property.get"}
        client.send(silent_request | {"params": {"property": "silent"}})
        body = json.dumps(silent_request | {"id": 2, "params": GET_STATE}).encode()
        head = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
        client.send({"method": "property.get", "params": {"property": "a"}})
        client.send(head + body)
        assert await client.message() == {"jsonrpc": "2.0", "id": 2, "result": "on"}
        client.send({"method": "property.get", "params": GET_STATE})
        assert await client.get("system.state") == "on", "the last one with a reply"
        client.send(b"{]")
        assert (await client.message())["error"]["code"] == -32700


async def test_the_projector_leaves(play: StartReplay) -> None:
    """A recorded close closes; connections are refused until the next recorded one."""
    events = [
        *opened(0),
        *asked(1, {"result": "eco"}),
        *closed(2),
        *opened(62, 2),
        *asked(63, {"result": "ready"}, connection=2),
    ]
    replay = await play(events)
    async with Client(replay) as client:
        assert await client.call("property.get", GET_STATE) == "eco"
        assert await client.read_to_end() == b""
    gone_at = now()
    assert await refused(replay)
    await asyncio.sleep(59)
    assert await refused(replay)
    await asyncio.sleep(gone_at + 60.1 - now())
    async with Client(replay) as client:
        assert await client.call("property.get", GET_STATE) == "ready"


async def test_a_magic_packet(play: StartReplay) -> None:
    """It ends the gap early, also one that has no recorded end."""
    events = [
        *[{"t": 0, "c": 1, "failed": "refused"}],
        *opened(100),
        *asked(101, {"result": "eco"}),
        *closed(102),
        *[{"t": 110, "c": 2, "failed": "refused"}],
    ]
    replay = await play(events)
    packet = b"\xff" * 6 + b"\x00\x0d\x0a\x01\x02\x03" * 16
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _ in range(2):
            assert await refused(replay)
            sock.sendto(b"nothing", (replay.host, replay.wake_port))
            sock.sendto(packet, (replay.host, replay.wake_port))
            await asyncio.sleep(0.1)
            async with Client(replay) as client:
                assert await client.call("property.get", GET_STATE) == "eco"
            await replay.wait_until(lambda: not replay.connections)


@pytest.mark.parametrize("end", [closed(1.2), []])
async def test_the_client_leaves(play: StartReplay, end: Lines) -> None:
    """A client that closed as recorded, or by itself, may come back at once."""
    events = [
        *opened(0),
        *asked(1, {"result": "ready"}),
        *end,
        *opened(50, 2),
        *asked(51, {"result": "on"}, connection=2),
        *closed(400, 2),
    ]
    replay = await play(events)
    for state in ("ready", "on", "on"):
        async with Client(replay) as client:
            assert await client.call("property.get", GET_STATE) == state
        await replay.wait_until(lambda: not replay.connections)
    assert not await refused(replay)


async def test_a_second_client(play: StartReplay) -> None:
    """It gets replies; notifications go to the first client until that is gone."""
    events = [
        *[*opened(0), *asked(1, {"result": 1}), *pushed(2, "a"), *pushed(3, "b")],
        *[*closed(50), *opened(60, 2), *asked(61, {"result": 2}, connection=2)],
    ]
    replay = await play(events)
    async with Client(replay) as first, Client(replay) as second:
        assert await second.call("property.get", GET_STATE) == 1
        assert await first.changed() == {"system.state": "a"}
        first.writer.transport.abort()
        assert await second.changed() == {"system.state": "b"}


async def test_two_recorded_clients(play: StartReplay) -> None:
    """Each plays its own connection, and one of them may be closed."""
    login: Any = ("authenticate", {"code": 1})
    events = [
        *opened(0, 1),
        *asked(1, {"error": {"code": -32001, "message": "no"}}, *login),
        *opened(2, 2),
        *asked(3, {"result": True}, *login, connection=2),
        *closed(4, 2),
        *asked(5, {"result": "on"}),
        *closed(6, 1),
        *opened(7, 3),
    ]
    replay = await play(events)
    async with Client(replay) as first, Client(replay) as second:
        assert await second.call(*login) is True
        assert await first.error(*login) == (-32001, "no")
        assert await second.read_to_end() == b""
        assert await first.call("property.get", GET_STATE) == "on"
        assert await first.read_to_end() == b""
    assert await refused(replay)
