"""Requests and responses on an open connection."""

import asyncio
from collections.abc import AsyncIterator
import contextlib
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.connection import MAX_IN_FLIGHT
from custom_components.barco_pulse.pulse.exceptions import (
    PulseError,
    PulseInvalidStateError,
    PulsePermissionError,
    PulseRpcError,
)
from custom_components.barco_pulse.pulse.json_types import JsonValue
from custom_components.barco_pulse.pulse.protocol import Notification

from .common import RawPeer, Talk, changed_properties, connected, reply, serve
from .conftest import StartProjector


@contextlib.asynccontextmanager
async def client_of_talk(talk: Talk, **options: Any) -> AsyncIterator[PulseClient]:
    """Connect to a server that responds to the first request and then runs `talk`."""

    async def greet_and_talk(peer: RawPeer) -> None:
        await peer.answer()
        await talk(peer)
        await peer.closed()

    async with serve(greet_and_talk) as port:
        client = PulseClient("127.0.0.1", port, **options)
        await client.connect()
        try:
            yield client
        finally:
            await client.disconnect()


async def test_request_and_result(start_projector: StartProjector) -> None:
    """Return the result of any type."""
    projector = await start_projector(values={"system.name": "Café 𝄞"}, state="on")
    async with connected(projector) as client:
        assert client.connected
        names = ["system.name", "system.state"]
        values = {"system.name": "Café 𝄞", "system.state": "on"}
        assert await client.request("property.get", {"property": names}) == values
        name = {"property": "system.name"}
        assert await client.request("property.get", name) == "Café 𝄞"
        assert await client.request("system.activity") is None


@pytest.mark.parametrize(
    ("method", "params", "error_class", "code"),
    [
        ("property.get", {"property": "no.such"}, PulseInvalidStateError, -32601),
        ("no.such", None, PulseInvalidStateError, -32601),
        ("property.get", {"property": 1}, PulseRpcError, -32602),
        (
            "property.set",
            {"property": "image.window.main.source", "value": "no such"},
            PulseRpcError,
            -32000,
        ),
    ],
)
async def test_refused_request(
    start_projector: StartProjector,
    method: str,
    params: JsonValue,
    error_class: type[PulseError],
    code: int,
) -> None:
    """Raise the error of a response, and keep the connection."""
    projector = await start_projector()
    async with connected(projector) as client:
        with pytest.raises(error_class) as refused:
            await client.request(method, params)
        assert isinstance(refused.value, PulseRpcError)
        assert refused.value.code == code
        assert await client.request("system.activity") is None
        assert projector.counters.connections_opened == 1


@pytest.mark.parametrize("text", ["short", "long"])
async def test_permission_refused(start_projector: StartProjector, text: str) -> None:
    """Raise a permission error for code -32001 of any request."""
    projector = await start_projector(quirks={"permission_text": text})
    async with connected(projector, pin=None) as client:
        with pytest.raises(PulsePermissionError):
            await client.request("system.poweron")
        assert client.connected


@pytest.mark.parametrize(
    "faults",
    [
        {"drip": 0.0001},
        {"split": True},
        {"garbage": True},
        {"duplicate": True},
        {"interleave": True},
        {"interleave": True, "split": True},
        {"invalid_utf8": True},
        {"reorder": 0.01},
    ],
    ids=str,
)
async def test_responses_with_network_faults(
    start_projector: StartProjector, faults: dict[str, Any]
) -> None:
    """Return the right result with each fault of the network."""
    names = ("system.name", "system.state", "image.source.list", "system.modelname")
    projector = await start_projector(values={"system.name": "é€𝄞"})
    async with connected(projector) as client:
        for fault, value in faults.items():
            setattr(projector.faults, fault, value)
        values = await asyncio.gather(
            client.request("property.get", {"property": names[0]}),
            client.request("property.get", {"property": names[1]}),
            client.request(names[2]),
            client.request("property.get", {"property": names[3]}),
        )
    assert values[0] == "é€𝄞"
    assert values[1] == "ready"
    assert values[2] == list(projector.model.sources)
    assert values[3] == "Balder CS"


async def test_large_response(start_projector: StartProjector) -> None:
    """Return a large result that arrives in many segments."""
    projector = await start_projector("udx")
    async with connected(projector) as client:
        tree = await client.request("introspect", {"object": "", "recursive": True})
    assert len(str(tree)) > 100_000


@pytest.mark.parametrize("echo", ["same", "string"])
async def test_response_id_as_a_string(
    start_projector: StartProjector, echo: str
) -> None:
    """Accept a response whose id is a string."""
    projector = await start_projector(quirks={"id_echo": echo})
    async with connected(projector) as client:
        assert await client.request("system.activity") is None


async def test_responses_out_of_order() -> None:
    """Match responses by id, not by order."""

    async def talk(peer: RawPeer) -> None:
        requests = [await peer.read() for _ in range(3)]
        peer.write(*(reply(r, r["method"]) for r in reversed(requests)))

    async with client_of_talk(talk) as client:
        answers = await asyncio.gather(*map(client.request, "abc"))
    assert answers == ["a", "b", "c"]


async def test_responses_to_unknown_ids_are_dropped() -> None:
    """Ignore repeated responses, unknown ids and missing ids."""

    async def talk(peer: RawPeer) -> None:
        first = await peer.read()
        peer.write(
            {"id": 99, "result": "wrong"},
            {"error": "wrong"},
            reply(first, "first"),
            reply(first, "wrong"),
        )
        second = await peer.read()
        peer.write(reply(first, "late"), reply(second, "second"))

    async with client_of_talk(talk) as client:
        assert await client.request("a") == "first"
        assert await client.request("b") == "second"


async def test_pin_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Log no PIN that the projector sends as an id or in a name."""
    caplog.set_level("DEBUG")

    async def talk(peer: RawPeer) -> None:
        request = await peer.read()
        peer.write({"id": "47110815", "result": 1}, {"id": 47110815}, reply(request, 1))

    async with client_of_talk(talk, pin="0047110815") as client:
        assert await client.request("a.47110815") == 1

    assert "> 2 a.***" in caplog.text
    assert "unknown id" in caplog.text
    assert "47110815" not in caplog.text


async def test_cancelled_request_does_not_affect_others() -> None:
    """Ignore the response to a cancelled request."""
    seen = asyncio.Event()

    async def talk(peer: RawPeer) -> None:
        requests = [await peer.read() for _ in range(2)]
        seen.set()
        requests.append(await peer.read())
        peer.write(*(reply(r, r["method"]) for r in requests))

    async with client_of_talk(talk) as client:
        cancelled = asyncio.create_task(client.request("cancelled"))
        other = asyncio.create_task(client.request("other"))
        await seen.wait()
        cancelled.cancel()
        assert await client.request("next") == "next"
        assert await other == "other"
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        assert client.connected


async def test_number_of_simultaneous_requests_is_limited() -> None:
    """Delay a request until another one has its response."""
    most = MAX_IN_FLIGHT
    beyond = []

    async def talk(peer: RawPeer) -> None:
        waiting = [await peer.read() for _ in range(most)]
        for _ in range(most):
            beyond.append(peer.unread)
            peer.write(reply(waiting.pop(0), None))
            waiting.append(await peer.read())
        peer.write(*(reply(request, None) for request in waiting))

    async with client_of_talk(talk) as client:
        await asyncio.gather(*(client.request("m") for _ in range(2 * most)))
    assert beyond == [""] * most


async def test_notifications_keep_their_order() -> None:
    """Deliver notifications in order, also between the segments of a response."""
    notes = [changed_properties({"n": number}) for number in range(4)]

    async def talk(peer: RawPeer) -> None:
        request = await peer.read()
        peer.write(notes[0], notes[1], reply(request, None), notes[2])
        peer.write(b"\r\n", notes[3])
        peer.write(reply(await peer.read(), None))

    notifications: list[Notification] = []
    async with client_of_talk(talk, on_notification=notifications.append) as client:
        await client.request("a")
        await client.request("b")
    assert [it.params["n"] for it in notifications] == [0, 1, 2, 3]
    assert {it.method for it in notifications} == {"property.changed"}


async def test_counters(start_projector: StartProjector) -> None:
    """Count connections, requests and errors for the diagnostics."""
    projector = await start_projector(pin=None)
    async with connected(projector) as client:
        assert client.counters == {"connections": 1}
        await client.request("system.activity")
        for _ in range(2):
            with pytest.raises(PulseInvalidStateError):
                await client.request("no.such")
        projector.drop()
        await projector.wait_until(lambda: projector.counters.connections_open == 0)
        with pytest.raises(PulseError) as lost:
            await client.request("system.activity")
        await client.connect()
        assert client.counters == {
            "connections": 2,
            "requests": 4,
            "PulseInvalidStateError": 2,
            type(lost.value).__name__: 1,
        }
