"""Adding a projector, and giving it another PIN, through Home Assistant's own flows."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
import contextlib
import json
import logging
from typing import Any, Literal
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState, ConfigFlowResult
from homeassistant.const import CONF_HOST, CONF_PIN, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.barco_pulse.const import CONF_FRAMING, DOMAIN
from simulator import Simulator

from .common import open_sockets
from .conftest import StartProjector, make_entry, spoil

PIN = "0072064213"
"""Long enough to be found in a log; as a number it has no leading zeros."""


@pytest.fixture
def model() -> str:
    """The projector's model, unless a test asks for others."""
    return "balder_cs"


@pytest.fixture
async def projector(start_projector: StartProjector, model: str) -> Simulator:
    """A projector to be added."""
    return await start_projector(model, pin=PIN)


@pytest.fixture(autouse=True)
async def _no_connection_is_left(projector: Simulator) -> AsyncIterator[None]:
    """Whatever happens in a flow, it leaves no socket, seen from both sides."""
    before = open_sockets()
    yield
    await projector.wait_until(lambda: projector.counters.connections_open == 0)
    assert open_sockets() == before
    assert projector.counters.connections_most <= 1


@pytest.fixture(autouse=True)
def _no_set_up() -> Iterator[None]:
    """What is set up after a flow is not the flow's business."""
    with (
        patch("custom_components.barco_pulse.async_setup_entry", return_value=True),
        patch("custom_components.barco_pulse.async_unload_entry", return_value=True),
    ):
        yield


@contextlib.asynccontextmanager
async def answering(
    answer: Callable[[dict[str, Any]], str],
) -> AsyncIterator[dict[str, Any]]:
    """Serve what `answer` makes of each JSON request; give its address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while request := await reader.read(65536):
                body = request[request.index(b"{") :]  # behind an HTTP head, perhaps
                writer.write(answer(json.loads(body)).encode())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1")
    async with server:
        host, port = server.sockets[0].getsockname()
        yield {CONF_HOST: host, CONF_PORT: port}
        server.close_clients()


def web_page(request: dict[str, Any]) -> str:
    """Answer like a web server."""
    return "HTTP/1.1 400 Bad Request\r\n\r\n<html>{ body: none }</html>"


def always_busy(request: dict[str, Any]) -> str:
    """Answer like a projector that is not to be spoken to now."""
    error = {"code": -32009, "message": "busy transitioning to ready"}
    return json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": error})


def refusal_that_repeats_the_pin(request: dict[str, Any]) -> str:
    """Answer like a projector that has no manners."""
    error = {"code": -32000, "message": f"No such PIN: {request['params']['code']}"}
    return json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": error})


def form(projector: Simulator, **changes: Any) -> dict[str, Any]:
    """Return what a user who makes no mistake types in."""
    return {CONF_HOST: projector.host, CONF_PORT: projector.port, CONF_PIN: PIN} | (
        changes
    )


async def start_user_flow(hass: HomeAssistant) -> ConfigFlowResult:
    """Open the form."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"
    assert not result["errors"]
    return result


async def submit(
    hass: HomeAssistant, result: ConfigFlowResult, values: dict[str, Any]
) -> ConfigFlowResult:
    """Send the form of the flow that `result` belongs to."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], values)


async def test_user(hass: HomeAssistant, projector: Simulator) -> None:
    """A projector is added under its own name, known by its serial number."""
    result = await submit(hass, await start_user_flow(hass), form(projector))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == projector.get("system.name")
    assert result["data"] == {
        CONF_HOST: projector.host,
        CONF_PORT: projector.port,
        CONF_PIN: PIN,
        CONF_FRAMING: "bare",
    }
    assert result["result"].unique_id == projector.get("system.serialnumber")
    assert projector.counters.connections_opened == 1


@pytest.mark.parametrize("model", ["hdr_cs", "balder_cs", "udx", "minimal"])
async def test_user_any_model(hass: HomeAssistant, projector: Simulator) -> None:
    """Every model can be added, also while it rests."""
    values = form(projector)
    del values[CONF_PIN]

    result = await submit(hass, await start_user_flow(hass), values)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].unique_id == projector.get("system.serialnumber")
    assert result["data"][CONF_PIN] is None


async def test_pin_with_leading_zeros_goes_as_integer(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """What is typed as text goes over the wire as a number."""
    result = await submit(hass, await start_user_flow(hass), form(projector))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    received = b"".join(
        record.data for record in projector.log if isinstance(record.data, bytes)
    )
    assert b'"params":{"code":72064213}' in received


@pytest.mark.parametrize("changes", [{CONF_PIN: ""}, {CONF_PIN: "  "}])
async def test_empty_pin(
    hass: HomeAssistant, projector: Simulator, changes: dict[str, str]
) -> None:
    """No PIN is none, and the projector is not asked to check it."""
    result = await submit(hass, await start_user_flow(hass), form(projector, **changes))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_PIN] is None
    assert "authenticate" not in projector.counters.requests


async def test_blanks_around_what_is_typed(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """A blank that was pasted along does no harm."""
    values = form(projector, host=f" {projector.host} ", pin=f" {PIN} ")

    result = await submit(hass, await start_user_flow(hass), values)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_HOST] == projector.host
    assert result["data"][CONF_PIN] == PIN


@pytest.mark.usefixtures("impatient")
async def test_projector_that_understands_http_only(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """The form of request that was found out is kept for the entry."""
    projector.personality.framing = "http-only"

    result = await submit(hass, await start_user_flow(hass), form(projector))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_FRAMING] == "http"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"refuse": True}, "cannot_connect"),
        ({"accept_then_close": True}, "cannot_connect"),
        ({"close_mid_reply": True}, "cannot_connect"),
        ({"reset_mid_reply": True}, "cannot_connect"),
        ({"silence": True}, "timeout_connect"),
        ({"auth_hang": True}, "timeout_connect"),
        ({"half_open": True}, "timeout_connect"),
        ({"nesting": 5000}, "not_pulse"),
        ({"endless": True}, "not_pulse"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("impatient")
async def test_fault_and_recovery(
    hass: HomeAssistant, projector: Simulator, fault: dict[str, Any], error: str
) -> None:
    """What goes wrong is said; when it is mended, the same form goes on."""
    spoil(projector, fault)

    result = await submit(hass, await start_user_flow(hass), form(projector))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": error}

    projector.faults.clear()
    result = await submit(hass, result, form(projector))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("answer", "error"), [(web_page, "not_pulse"), (always_busy, "busy")]
)
@pytest.mark.usefixtures("impatient")
async def test_wrong_address_and_recovery(
    hass: HomeAssistant,
    projector: Simulator,
    answer: Callable[[dict[str, Any]], str],
    error: str,
) -> None:
    """Something else answers; with the right address the same form goes on."""
    async with answering(answer) as address:
        values = form(projector, **address)
        del values[CONF_PIN]
        result = await submit(hass, await start_user_flow(hass), values)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": error}

    result = await submit(hass, result, form(projector))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_projector_without_a_serial_number(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """What cannot be told from others is no projector that can be added."""
    serial_number = projector.get("system.serialnumber")
    projector.change("system.serialnumber", "")

    result = await submit(hass, await start_user_flow(hass), form(projector))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "not_pulse"}

    projector.change("system.serialnumber", serial_number)
    result = await submit(hass, result, form(projector))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("answer", ["error", "false", "null", "empty"])
async def test_wrong_pin(
    hass: HomeAssistant,
    projector: Simulator,
    answer: Literal["error", "false", "null", "empty"],
) -> None:
    """However a projector refuses a PIN, it is said, and after one try only."""
    projector.personality.wrong_pin = answer

    result = await submit(hass, await start_user_flow(hass), form(projector, pin="1"))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {CONF_PIN: "invalid_auth"}
    assert projector.counters.requests["authenticate"] == 1

    result = await submit(hass, result, form(projector))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_pin_needed_even_for_reading(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Some projectors tell nothing at all without a PIN."""
    projector.personality.without_pin = "none"

    values = form(projector, pin="")
    result = await submit(hass, await start_user_flow(hass), values)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {CONF_PIN: "pin_needed"}

    result = await submit(hass, result, form(projector))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({CONF_HOST: "no host"}, {CONF_HOST: "invalid_host"}),
        ({CONF_HOST: ""}, {CONF_HOST: "invalid_host"}),
        ({CONF_HOST: "http://127.0.0.1"}, {CONF_HOST: "invalid_host"}),
        ({CONF_PIN: "12a4"}, {CONF_PIN: "invalid_pin"}),
        ({CONF_PIN: "-123"}, {CONF_PIN: "invalid_pin"}),
        ({CONF_PIN: "٤٢"}, {CONF_PIN: "invalid_pin"}),
        (
            {CONF_HOST: "no host", CONF_PIN: "x"},
            {CONF_HOST: "invalid_host", CONF_PIN: "invalid_pin"},
        ),
    ],
)
async def test_wrong_input_and_recovery(
    hass: HomeAssistant,
    projector: Simulator,
    changes: dict[str, str],
    errors: dict[str, str],
) -> None:
    """What cannot be right is said at its field, without asking the projector."""
    values = form(projector, **changes)
    result = await submit(hass, await start_user_flow(hass), values)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors
    assert projector.counters.connections_opened == 0

    result = await submit(hass, result, form(projector))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_unexpected_error_and_recovery(
    hass: HomeAssistant, projector: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """What nobody foresaw is logged, and does not end the flow."""
    with patch(
        "custom_components.barco_pulse.config_flow.identify",
        side_effect=ZeroDivisionError,
    ):
        result = await submit(hass, await start_user_flow(hass), form(projector))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "unknown"}
    assert "ZeroDivisionError" in caplog.text

    result = await submit(hass, result, form(projector))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_form_shows_again_what_was_typed_but_not_the_pin(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Only the mistake has to be typed again."""
    projector.faults.accept_then_close = True

    result = await submit(hass, await start_user_flow(hass), form(projector))

    assert result["data_schema"] is not None
    suggested = {
        str(key): (key.description or {}).get("suggested_value")
        for key in result["data_schema"].schema
    }
    assert suggested == {
        CONF_HOST: projector.host,
        CONF_PORT: projector.port,
        CONF_PIN: None,
    }


async def test_already_configured(hass: HomeAssistant, projector: Simulator) -> None:
    """To add a projector again tells its entry the new address and PIN."""
    entry = make_entry(projector, host="127.0.0.9", port=1, pin="1")
    entry.add_to_hass(hass)

    result = await submit(hass, await start_user_flow(hass), form(projector))

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert dict(entry.data) == {
        CONF_HOST: projector.host,
        CONF_PORT: projector.port,
        CONF_PIN: PIN,
        CONF_FRAMING: "bare",
    }
    assert hass.config_entries.async_entries(DOMAIN) == [entry]


async def test_already_configured_with_a_pin(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Who only wants to tell the new address need not know the PIN."""
    entry = make_entry(projector, host="127.0.0.9")
    entry.add_to_hass(hass)

    result = await submit(hass, await start_user_flow(hass), form(projector, pin=""))

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert entry.data[CONF_HOST] == projector.host
    assert entry.data[CONF_PIN] == PIN


async def start_reauth(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Open the form that asks for another PIN."""
    entry.add_to_hass(hass)
    result: ConfigFlowResult = await entry.start_reauth_flow(hass)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "reauth_confirm"
    return result


async def test_reauth(hass: HomeAssistant, projector: Simulator) -> None:
    """The right PIN is kept, and nothing else changes."""
    entry = make_entry(projector, pin="1")
    result = await start_reauth(hass, entry)

    result = await submit(hass, result, {CONF_PIN: PIN})
    await hass.async_block_till_done()

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert dict(entry.data) == dict(make_entry(projector, pin=PIN).data)
    assert entry.unique_id == projector.get("system.serialnumber")
    assert entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    ("pin", "fault", "errors"),
    [
        ("1", {}, {CONF_PIN: "invalid_auth"}),
        ("12a4", {}, {CONF_PIN: "invalid_pin"}),
        (PIN, {"refuse": True}, {"base": "cannot_connect"}),
        (PIN, {"auth_hang": True}, {"base": "timeout_connect"}),
        (PIN, {"nesting": 5000}, {"base": "not_pulse"}),
    ],
)
@pytest.mark.usefixtures("impatient")
async def test_reauth_error_and_recovery(
    hass: HomeAssistant,
    projector: Simulator,
    pin: str,
    fault: dict[str, Any],
    errors: dict[str, str],
) -> None:
    """A mistake can be corrected in the same flow."""
    spoil(projector, fault)
    entry = make_entry(projector, pin="2")
    result = await submit(hass, await start_reauth(hass, entry), {CONF_PIN: pin})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors
    assert entry.data[CONF_PIN] == "2"

    projector.faults.clear()
    result = await submit(hass, result, {CONF_PIN: PIN})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert entry.data[CONF_PIN] == PIN


async def test_reauth_at_another_projector(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """A projector that took over the address does not take over the entry."""
    entry = make_entry(projector, pin="1")
    result = await start_reauth(hass, entry)
    projector.change("system.serialnumber", "4444444444")

    result = await submit(hass, result, {CONF_PIN: PIN})

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_projector"
    assert entry.data[CONF_PIN] == "1"


async def test_pin_is_never_logged(
    hass: HomeAssistant, projector: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """Refused or accepted, the PIN is nobody's business, not even at debug level."""
    caplog.set_level(logging.DEBUG, f"custom_components.{DOMAIN}")
    result = await start_user_flow(hass)
    async with answering(refusal_that_repeats_the_pin) as address:
        result = await submit(hass, result, form(projector, **address))
    assert result["errors"] == {CONF_PIN: "invalid_auth"}
    await submit(hass, result, form(projector))

    records = [r for r in caplog.records if r.name.startswith("custom_components.")]
    text = "\n".join(map(caplog.handler.format, records))
    assert "system.serialnumber" in text
    assert str(int(PIN)) not in text
