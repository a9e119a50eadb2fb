"""Authenticating with a PIN, and keeping it secret."""

from dataclasses import replace
import json
import logging
import traceback
from typing import Any

import pytest

from custom_components.barco_pulse.pulse import credentials
from custom_components.barco_pulse.pulse.api import Login, PulseClient
from custom_components.barco_pulse.pulse.credentials import MAX_UNCLEAR
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
    Line,
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
async def test_pin_goes_as_an_integer(
    start_projector: StartProjector, pin: str, code: int, success: str
) -> None:
    """`authenticate` is the first and only request, its code a number."""
    projector = await start_projector(pin=pin, personality={"auth_success": success})
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
    """What can never be a PIN is refused before anything is opened."""
    with pytest.raises(ValueError) as refused:
        PulseClient("127.0.0.1", pin=pin)
    assert not pin or pin not in str(refused.value)


def error(code: int, message: str = "error") -> JsonObject:
    """Return the error member of an answer."""
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
async def test_an_unclear_answer_refuses_nothing(answer: JsonObject | bytes) -> None:
    """Go on without the PIN. It is sent again later, when a command needs it."""
    asked: list[object] = []
    clear = False

    async def talk(line: Line) -> None:
        while True:
            request = await line.read()
            if request["method"] != "authenticate" or clear:
                line.write(reply(request, True))
                continue
            asked.append(request["params"])
            if isinstance(answer, bytes):
                line.write(answer)
                line.close()
                return
            line.write({"id": request["id"], **answer})

    async with serve(talk) as port:
        client = PulseClient("127.0.0.1", port, "12345")
        await client.connect()
        states = [(client.pin_refused, client.pin_unclear)]
        # As text only where a number is said to be the wrong type.
        assert ({"code": "12345"} in asked) is (answer == error(-32602))
        await client.connect()  # soon afterwards
        clear = True
        assert await client.authenticate()
        states.append((client.pin_refused, client.pin_unclear))
        assert states == [(False, True), (False, False)]
        await client.disconnect()


async def test_an_unclear_answer_is_not_asked_for_without_end() -> None:
    """The PIN may be wrong: after three unclear answers it stays at home."""
    asked = 0

    async def talk(line: Line) -> None:
        nonlocal asked
        while True:
            request = await line.read()
            asked += request["method"] == "authenticate"
            line.write(reply(request, {"ok": True}))

    async with serve(talk) as port:
        client = PulseClient("127.0.0.1", port, "12345")
        await client.connect()
        for _ in range(9):
            assert not await client.authenticate()
        await client.disconnect()
    assert asked == MAX_UNCLEAR


async def test_an_unclear_answer_is_questioned_after_a_minute(
    start_projector: StartProjector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the next connection from then on, and on none before."""
    assert credentials.UNCLEAR_PAUSE == 60
    projector = await start_projector(personality={"wrong_pin": "null"}, pin="11111")
    client = client_of(projector, pin="12345")
    await client.connect()
    projector.pin = "12345"
    states = []
    for seconds in (60.0, 0.0):
        monkeypatch.setattr(credentials, "UNCLEAR_PAUSE", seconds)
        await client.connect()
        states.append((client.pin_unclear, len(sent(projector, "authenticate"))))
    assert states == [(True, 1), (False, 2)]
    await client.disconnect()


async def test_garbled_answers_say_nothing_about_the_pin(
    start_projector: StartProjector,
) -> None:
    """Where everything is garbled, the PIN is sent as soon as anything is not."""
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
async def test_the_form_of_the_pin_is_found_out(
    start_projector: StartProjector, pin_type: str, forms: list[object]
) -> None:
    """F15: a wrong parameter type is no wrong PIN; what works is remembered."""
    projector = await start_projector(personality={"pin_type": pin_type})
    client = client_of(projector)
    await client.connect()
    assert await client.request("system.activity") is None
    await client.connect()
    codes = [params["code"] for params in sent(projector, "authenticate")]
    assert codes == [12345] * (pin_type == "string") + forms * 2

    projector.personality.pin_type = "int" if pin_type == "string" else "string"
    await client.connect()
    assert await client.request("system.activity") is None
    await client.disconnect()


async def test_hanging_authentication(start_projector: StartProjector) -> None:
    """What else is answered is used, and the PIN is sent again when it is needed."""
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
    """F9: a unit without PIN login accepts its users only."""
    caplog.set_level(logging.DEBUG)
    projector = await start_projector("users")
    [(name, password)] = projector.device.users.items()
    client = client_of(projector, login=Login(name, password))
    await client.connect()
    assert await client.request("system.activity") is None
    await client.disconnect()
    stranger = client_of(projector, login=Login(name, "wrong-Word"))
    with pytest.raises(PulseAuthenticationError):
        await stranger.connect()
    assert stranger.pin_refused
    texts = f"{caplog.text} {Login(name, password)!r} {client!r}"
    assert password not in texts
    assert "wrong-Word" not in texts
    with pytest.raises(PulsePermissionError):
        await identify(projector.host, projector.port)
    answer = await identify(projector.host, projector.port, login=Login(name, password))
    assert answer.identity.serial_number == projector.get("system.serialnumber")


@pytest.mark.parametrize(
    "personality",
    [
        {"wrong_pin": "error", "wrong_pin_code": -32000},
        {"wrong_pin": "error", "wrong_pin_code": -32001},
        {"wrong_pin": "false"},
    ],
    ids=str,
)
async def test_wrong_pin(
    start_projector: StartProjector, personality: dict[str, Any]
) -> None:
    """However a projector says no, it is asked once and left alone then."""
    projector = await start_projector(personality=personality)
    with pytest.raises(PulseAuthenticationError):
        await client_of(projector, pin="54321").connect()
    await projector.wait_until(lambda: projector.counters.connections_open == 0)
    assert projector.counters.requests == {"authenticate": 1}
    assert projector.counters.connections_opened == 1


@pytest.mark.parametrize(
    ("code", "message"),
    [(-32009, "busy"), (-32000, "Ignored event, busy transitioning to ready")],
)
async def test_busy_is_no_wrong_pin(code: int, message: str) -> None:
    """A projector that has no time for a PIN has not refused it."""

    async def talk(line: Line) -> None:
        await line.refuse({"code": code, "message": message})

    assert not isinstance(await connect_failure(talk), PulseAuthenticationError)


@pytest.mark.parametrize(
    ("faults", "kind"),
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
async def test_transport_failure_is_no_wrong_pin(
    start_projector: StartProjector, faults: dict[str, Any], kind: type[PulseError]
) -> None:
    """Only an answer can refuse a PIN; and nothing leaves a socket."""
    projector = await start_projector()
    for fault, value in faults.items():
        setattr(projector.faults, fault, value)
    before = open_sockets()
    # A busy machine needs some time for 9 MB.
    timeouts = replace(SHORT_TIMEOUTS, response=4.0)
    client = client_of(projector, framing=Framing.RAW, timeouts=timeouts)

    with pytest.raises(kind) as failed:
        await client.connect()
    assert not isinstance(failed.value, PulseAuthenticationError)
    assert not client.connected
    projector.faults.stop_reading = False  # or it would never see the end
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
async def test_pin_stays_secret_when_it_is_refused(
    error: JsonValue, caplog: pytest.LogCaptureFixture
) -> None:
    """A projector may repeat the PIN, and repeat its answer; we never do."""
    caplog.set_level(logging.DEBUG)

    async def talk(line: Line) -> None:
        answer = refusal(await line.read(), error)
        line.write(answer, answer)

    failed = await connect_failure(talk, PIN)

    told = [*traceback.format_exception(failed), repr(failed), caplog.text]
    assert str(int(PIN)) not in "".join(told)


async def test_pin_stays_secret_later_on(caplog: pytest.LogCaptureFixture) -> None:
    """Neither a later error nor what nobody waits for gives it away."""
    caplog.set_level(logging.DEBUG)

    async def talk(line: Line) -> None:
        await line.answer(PIN)
        line.write({"id": 1, "result": PIN})
        await line.refuse({"code": -32001, "message": f"{PIN} may not do this"})
        await line.closed()

    async with serve(talk) as port:
        client = PulseClient("127.0.0.1", port, PIN)
        await client.connect()
        with pytest.raises(PulseError) as failed:
            await client.request("system.poweron")
        await client.disconnect()
    told = [*traceback.format_exception(failed.value), repr(client), caplog.text]
    assert str(int(PIN)) not in "".join(told)


async def test_a_refused_pin_goes_only_once(start_projector: StartProjector) -> None:
    """The next connection goes on without it: to repeat it could lock the projector."""
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


async def test_busy_is_no_refused_pin(start_projector: StartProjector) -> None:
    """A projector that cannot say yet whether the PIN is right is asked again."""
    answers: list[dict[str, Any]] = []

    async def talk(line: Line) -> None:
        if answers:
            answers.append(await line.answer(True))
        else:
            request = await line.read()
            answers.append(request)
            line.write(refusal(request, {"code": -32009, "message": "busy"}))
        await line.closed()

    async with serve(talk) as port:
        client = PulseClient("127.0.0.1", port, "12345", timeouts=SHORT_TIMEOUTS)
        with pytest.raises(PulseInvalidStateError):
            await client.connect()
        assert not client.pin_refused
        await client.connect()
        await client.disconnect()
    assert [request["method"] for request in answers] == ["authenticate"] * 2
