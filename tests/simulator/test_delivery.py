"""How a faulty reply is written: in pieces, by halves, without end."""

import json
from random import Random

import pytest

from simulator import Simulator, delivery
from simulator.delivery import cut

from .client import GET_STATE, STATE_IS_ON, Client


async def test_drip(projector: Simulator, client: Client) -> None:
    """Byte by byte, each in a read of its own."""
    projector.faults.drip = 0.001
    client.send(GET_STATE)
    reads: list[bytes] = []
    while b"".join(reads) != STATE_IS_ON:
        reads.append(await client.read_some())
    assert len(reads) > len(STATE_IS_ON) / 2


async def test_split(projector: Simulator, client: Client) -> None:
    """Pieces, cut inside characters as well."""
    projector.faults.split = True
    client.send(GET_STATE.replace(b"system.state", b"profile.profiles"))
    reads = [await client.read_some()]
    while not reads[-1].endswith(b"}"):
        reads.append(await client.read_some())
    assert len(reads) > 1
    profiles = json.loads(b"".join(reads))["result"]
    assert profiles[-1] == "Café"


def test_cuts() -> None:
    """Nothing is lost, every character with an inside is cut there."""
    data = "aé€😀b".encode() * 50
    pieces = cut(data, Random(1))
    assert b"".join(pieces) == data
    assert all(pieces)
    whole = [character.encode() for character in "é€😀"]
    assert not any(character in piece for character in whole for piece in pieces)
    assert len(cut(b"x" * 100_000, Random(1))) < 200


async def test_notifications_suffer_the_line(
    projector: Simulator, client: Client
) -> None:
    """Cuts concern everything that is sent, other faults replies only."""
    await client.subscribe("ui.osd")
    projector.faults.drip = 0.001
    projector.faults.duplicate = True
    projector.change("ui.osd", False)
    projector.change("ui.osd", True)
    assert len(await client.read_some()) < 20
    projector.faults.clear()
    client.raw = b"{" + (await client.read_until(b"true}]}}"))[1:]


@pytest.mark.parametrize(("methods", "copies"), [((), 1), (("property.changed",), 2)])
async def test_notifications_only_if_named(
    projector: Simulator, client: Client, methods: tuple[str, ...], copies: int
) -> None:
    """Faults of replies concern notifications if the filter says so."""
    await client.subscribe("ui.osd")
    projector.faults.methods = methods
    projector.faults.duplicate = True
    projector.change("ui.osd", False)
    projector.change("ui.osd", True)
    received = [(await client.changed())["ui.osd"] for _ in range(2 * copies)]
    assert received == [False] * copies + [True] * copies


@pytest.mark.parametrize(
    ("name", "end"),
    [("close_mid_reply", None), ("reset_mid_reply", ConnectionResetError)],
)
async def test_end_in_mid_reply(
    projector: Simulator, client: Client, name: str, end: type[Exception] | None
) -> None:
    """Half a reply, then the end of the connection; the next one is good."""
    setattr(projector.faults, name, True)
    projector.faults.count = 1
    client.send(GET_STATE)
    received = await client.read_some()
    assert STATE_IS_ON.startswith(received)
    assert len(received) == len(STATE_IS_ON) // 2
    if end is None:
        assert await client.read_to_end() == b""
    else:
        with pytest.raises(end):
            await client.read_to_end()
    async with Client(projector) as other:
        assert await other.get("system.state") == "on"


async def test_endless(
    projector: Simulator, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Begins like a reply and goes on; the client has to end it."""
    projector.faults.endless = True
    client.send(GET_STATE)
    received = 0
    while received < 5_000_000:
        received += len(await client.read_some())
    client.writer.transport.abort()
    await projector.wait_until(lambda: projector.counters.connections_open == 0)


async def test_endless_ends(
    projector: Simulator, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the sake of the machine, after a limit; the reply stays unfinished."""
    monkeypatch.setattr(delivery, "ENDLESS_LIMIT", 200_000)
    projector.faults.endless = True
    client.send(GET_STATE)
    received = b""
    while len(received) < 196_000:
        received += await client.read_some()
    projector.drop()
    received += await client.read_to_end()
    assert received.startswith(b'{"jsonrpc":"2.0","id":1,"result":"xxx')
    assert not received.endswith(b"}")
