"""Authenticate with a PIN, and keep the PIN secret."""

from dataclasses import replace
import json
import logging
import traceback
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.api import Login, PulseClient
from custom_components.barco_pulse.pulse.credentials import MAX_UNCLEAR
from custom_components.barco_pulse.pulse.deadlines import Timeouts
from custom_components.barco_pulse.pulse.exceptions import (
    PulseAuthenticationError,
    PulseConnectionError,
    PulseError,
    PulseInvalidStateError,
    PulsePermissionError,
    PulseProtocolError,
    PulseTimeoutError,
)
from custom_components.barco_pulse.pulse.identity import identify
from custom_components.barco_pulse.pulse.json_types import JsonObject, JsonValue
from custom_components.barco_pulse.pulse.protocol import Framing

from .common import (
    SHORT_TIMEOUTS,
    RawPeer,
    client_of,
    connect_failure,
    open_sockets,
    refusal,
    reply,
    sent,
    serve,
)
from .conftest import StartProjector


@pytest.mark.parametrize(("pin", "code"), [("12345", 12345), ("00123", 123)])
@pytest.mark.parametrize("success", ["true", "string"])
async def test_pin_is_sent_as_an_integer(
    start_projector: StartProjector, pin: str, code: int, success: str
) -> None:
    """Send `authenticate` first and once, with a number."""
    projector = await start_projector(pin=pin, quirks={"auth_success": success})
    client = client_of(projector, pin=pin)
    await client.connect()
    assert client.connected
    await client.disconnect()

    [sent] = [record.data for record in projector.log if record.direction == "in"]
    request = json.loads(sent)
    assert request["method"] == "authenticate"
    assert request["params"] == {"code": code}
    assert projector.counters.requests_before_authentication == 0


@pytest.mark.parametrize("pin", ["", "12a45", "-1", "1.5", " 12345", "0x10"])
def test_pin_must_be_digits(pin: str) -> None:
    """Refuse a PIN with other characters than digits before connecting."""
    with pytest.raises(ValueError) as refused:
        PulseClient("127.0.0.1", pin=pin)
    assert not pin or pin not in str(refused.value)


def error(code: int, message: str = "error") -> JsonObject:
    """Return the error member of a response."""
    return {"error": {"code": code, "message": message}}


@pytest.mark.parametrize(
    "answer",
    [
        *({"result": r} for r in (None, "", 0, 1, 1.0, {}, {"ok": True}, [], [True])),
        *map(error, (-32601, -32602, -32603, -32700, -32600)),
        {"error": "no"},
        b'{"jsonrpc":garbled}',
        b'{"id":1,"result":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"id":1,"result":"' + b"x" * 9_000_000,
        b'{"id":1,"resu',
    ],
    ids=lambda answer: str(answer)[:40],
)
async def test_unclear_response_is_no_refusal(answer: JsonObject | bytes) -> None:
    """Go on without the PIN, and send it again when a command needs it."""
    asked: list[object] = []
    clear = False

    async def talk(peer: RawPeer) -> None:
        while True:
            request = await peer.read()
            if request["method"] != "authenticate" or clear:
                peer.write(reply(request, True))
                continue
            asked.append(request["params"])
            if isinstance(answer, bytes):
                peer.write(answer)
                peer.close()
                return
            peer.write({"id": request["id"], **answer})

    async with serve(talk) as port:
        client = PulseClient("127.0.0.1", port, "12345")
        await client.connect()
        states = [(client.pin_refused, client.pin_unclear)]
        # The PIN is sent as text only after "wrong type" for the number.
        assert ({"code": "12345"} in asked) is (answer == error(-32602))
        await client.connect()  # soon afterwards
        clear = True
        assert await client.authenticate()
        states.append((client.pin_refused, client.pin_unclear))
        assert states == [(False, True), (False, False)]
        await client.disconnect()


async def test_pin_is_not_sent_after_three_unclear_responses() -> None:
    """Stop sending the PIN, because it may be wrong."""
    asked = 0

    async def talk(peer: RawPeer) -> None:
        nonlocal asked
        while True:
            request = await peer.read()
            asked += request["method"] == "authenticate"
            peer.write(reply(request, {"ok": True}))

    async with serve(talk) as port:
        client = PulseClient("127.0.0.1", port, "12345")
        await client.connect()
        for _ in range(9):
            assert not await client.authenticate()
        await client.disconnect()
    assert asked == MAX_UNCLEAR


@pytest.mark.parametrize(("pause", "sent_again"), [(60.0, False), (0.0, True)])
async def test_pin_is_sent_again_60_s_after_an_unclear_response(
    start_projector: StartProjector, pause: float, sent_again: bool
) -> None:
    """Send the PIN with the first new connection after 60 s."""
    assert Timeouts().unclear_pin == 60
    projector = await start_projector(quirks={"wrong_pin": "null"}, pin="11111")
    client = client_of(projector, pin="12345", timeouts=Timeouts(unclear_pin=pause))
    await client.connect()
    projector.pin = "12345"
    await client.connect()
    assert client.pin_unclear is not sent_again
    assert len(sent(projector, "authenticate")) == 1 + sent_again
    await client.disconnect()


async def test_invalid_responses_are_no_refusal(
    start_projector: StartProjector,
) -> None:
    """Send the PIN again once any response is valid."""
    projector = await start_projector()
    client = client_of(projector, timeouts=SHORT_TIMEOUTS)
    projector.faults.nesting = 5000
    for _ in range(5):
        with pytest.raises(PulseProtocolError):
            await client.connect()
    assert projector.counters.requests["authenticate"] == 1
    projector.faults.clear()
    await client.connect()
    assert not client.pin_unclear
    assert await client.request("system.activity") is None
    await client.disconnect()


@pytest.mark.parametrize(
    ("pin_type", "forms"), [("int", [12345]), ("string", ["12345"])]
)
async def test_pin_is_sent_as_text_after_a_type_error(
    start_projector: StartProjector, pin_type: str, forms: list[object]
) -> None:
    """Remember the form of the PIN that was accepted."""
    projector = await start_projector(quirks={"pin_type": pin_type})
    client = client_of(projector)
    await client.connect()
    assert await client.request("system.activity") is None
    await client.connect()
    codes = [params["code"] for params in sent(projector, "authenticate")]
    assert codes == [12345] * (pin_type == "string") + forms * 2

    projector.quirks.pin_type = "int" if pin_type == "string" else "string"
    await client.connect()
    assert await client.request("system.activity") is None
    await client.disconnect()


async def test_hanging_authentication(start_projector: StartProjector) -> None:
    """Use all other responses, and send the PIN again when it is needed."""
    projector = await start_projector()
    client = client_of(projector, framing=Framing.RAW, timeouts=SHORT_TIMEOUTS)
    projector.faults.auth_hang = True
    await client.connect()
    assert await client.request("property.get", {"property": "system.state"})
    with pytest.raises(PulsePermissionError):
        await client.request("system.activity")
    projector.faults.clear()
    assert await client.authenticate()
    assert await client.request("system.activity") is None
    await client.disconnect()


async def test_user_name_and_password(
    start_projector: StartProjector, caplog: pytest.LogCaptureFixture
) -> None:
    """Log in with user name and password where there is no PIN."""
    caplog.set_level(logging.DEBUG)
    projector = await start_projector("users")
    [(name, password)] = projector.device.users.items()
    client = client_of(projector, login=Login(name, password))
    await client.connect()
    assert await client.request("system.activity") is None
    await client.disconnect()
    other = client_of(projector, login=Login(name, "wrong-Word"))
    with pytest.raises(PulseAuthenticationError):
        await other.connect()
    assert other.pin_refused
    texts = f"{caplog.text} {Login(name, password)!r} {client!r}"
    assert password not in texts
    assert "wrong-Word" not in texts
    with pytest.raises(PulsePermissionError):
        await identify(projector.host, projector.port)
    answer = await identify(projector.host, projector.port, login=Login(name, password))
    assert answer.identity.serial_number == projector.get("system.serialnumber")


@pytest.mark.parametrize(
    "quirks",
    [
        {"wrong_pin": "error", "wrong_pin_code": -32000},
        {"wrong_pin": "error", "wrong_pin_code": -32001},
        {"wrong_pin": "false"},
    ],
    ids=str,
)
async def test_wrong_pin(
    start_projector: StartProjector, quirks: dict[str, Any]
) -> None:
    """Send a PIN once that was refused in any form."""
    projector = await start_projector(quirks=quirks)
    with pytest.raises(PulseAuthenticationError):
        await client_of(projector, pin="54321").connect()
    await projector.wait_until(lambda: projector.counters.connections_open == 0)
    assert projector.counters.requests == {"authenticate": 1}
    assert projector.counters.connections_opened == 1


@pytest.mark.parametrize(
    ("code", "message"),
    [(-32009, "busy"), (-32000, "Ignored event, busy transitioning to ready")],
)
async def test_busy_is_no_refusal(code: int, message: str) -> None:
    """Do not take a busy response for a refusal."""

    async def talk(peer: RawPeer) -> None:
        await peer.refuse({"code": code, "message": message})

    assert not isinstance(await connect_failure(talk), PulseAuthenticationError)


@pytest.mark.parametrize(
    ("faults", "error_class"),
    [
        ({"silence": True}, PulseTimeoutError),
        ({"stop_reading": True}, PulseTimeoutError),
        ({"half_open": "fin"}, PulseConnectionError),
        ({"close_mid_reply": True}, PulseConnectionError),
        ({"reset_mid_reply": True}, PulseConnectionError),
        ({"accept_then_close": True}, PulseConnectionError),
        ({"refuse": True}, PulseConnectionError),
        ({"wrong_id": True}, PulseProtocolError),
        ({"endless": True}, PulseProtocolError),
        ({"oversized": 9_000_000}, PulseProtocolError),
        ({"nesting": 2000}, PulseProtocolError),
    ],
    ids=str,
)
async def test_transport_failure_is_no_refusal(
    start_projector: StartProjector,
    faults: dict[str, Any],
    error_class: type[PulseError],
) -> None:
    """Do not take a transport failure for a refusal, and leave no socket."""
    projector = await start_projector()
    for fault, value in faults.items():
        setattr(projector.faults, fault, value)
    before = open_sockets()
    # A busy machine takes some time for 9 MB.
    timeouts = replace(SHORT_TIMEOUTS, response=4.0)
    client = client_of(projector, framing=Framing.RAW, timeouts=timeouts)

    with pytest.raises(error_class) as failed:
        await client.connect()
    assert not isinstance(failed.value, PulseAuthenticationError)
    assert not client.connected
    projector.faults.stop_reading = False  # otherwise the end of the stream is not read
    await projector.wait_until(lambda: projector.counters.connections_open == 0)
    assert open_sockets() == before


PIN = "0071356248"


PIN_ECHOES: dict[str, JsonValue] = {
    "text": {"code": -32000, "message": f"bad pin {PIN}"},
    "number": {"code": -32000, "message": f"bad pin {int(PIN)}"},
    "permission": {"code": -32001, "message": f"no permission for {PIN}"},
    "busy": {"code": -32009, "message": f"busy, ignored authenticate({int(PIN)})"},
    "no words": {"code": -32000, "data": PIN},
}


@pytest.mark.parametrize("error", PIN_ECHOES.values(), ids=PIN_ECHOES.keys())
async def test_refused_pin_stays_secret(
    error: JsonValue, caplog: pytest.LogCaptureFixture
) -> None:
    """Keep the PIN out of errors and logs if the projector repeats it."""
    caplog.set_level(logging.DEBUG)

    async def talk(peer: RawPeer) -> None:
        answer = refusal(await peer.read(), error)
        peer.write(answer, answer)

    failed = await connect_failure(talk, PIN)

    output = [*traceback.format_exception(failed), repr(failed), caplog.text]
    assert str(int(PIN)) not in "".join(output)


async def test_pin_stays_secret_in_later_messages(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Keep the PIN out of later errors and unexpected messages."""
    caplog.set_level(logging.DEBUG)

    async def talk(peer: RawPeer) -> None:
        await peer.answer(PIN)
        peer.write({"id": 1, "result": PIN})
        await peer.refuse({"code": -32001, "message": f"{PIN} may not do this"})
        await peer.closed()

    async with serve(talk) as port:
        client = PulseClient("127.0.0.1", port, PIN)
        await client.connect()
        with pytest.raises(PulseError) as failed:
            await client.request("system.poweron")
        await client.disconnect()
    output = [*traceback.format_exception(failed.value), repr(client), caplog.text]
    assert str(int(PIN)) not in "".join(output)


async def test_refused_pin_is_sent_once(start_projector: StartProjector) -> None:
    """Connect without a refused PIN, because repeating it could lock the projector."""
    projector = await start_projector()
    client = client_of(projector)
    await client.connect()
    projector.pin = "99999"
    with pytest.raises(PulseAuthenticationError):
        await client.connect()
    assert client.pin_refused
    assert client.has_pin
    for _ in range(2):
        await client.connect()
        assert await client.request("property.get", {"property": "system.state"})
    assert client.pin_refused
    assert projector.counters.requests["authenticate"] == 2
    await client.disconnect()


async def test_pin_is_sent_again_after_busy(start_projector: StartProjector) -> None:
    """Send the PIN again after a busy response."""
    answers: list[dict[str, Any]] = []

    async def talk(peer: RawPeer) -> None:
        if answers:
            answers.append(await peer.answer(True))
        else:
            request = await peer.read()
            answers.append(request)
            peer.write(refusal(request, {"code": -32009, "message": "busy"}))
        await peer.closed()

    async with serve(talk) as port:
        client = PulseClient("127.0.0.1", port, "12345", timeouts=SHORT_TIMEOUTS)
        with pytest.raises(PulseInvalidStateError):
            await client.connect()
        assert not client.pin_refused
        await client.connect()
        await client.disconnect()
    assert [request["method"] for request in answers] == ["authenticate"] * 2
