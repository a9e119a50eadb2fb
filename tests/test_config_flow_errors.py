"""Errors while adding a projector, and recovery in the same form."""

from collections.abc import Callable
from typing import Any, Literal
from unittest.mock import patch

from homeassistant.const import CONF_HOST, CONF_PIN
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from simulator import Simulator

from .conftest import set_faults
from .flows import always_busy, answering, form, start_user_flow, submit, web_page

pytestmark = pytest.mark.usefixtures("no_connection_is_left", "no_set_up")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"refuse": True}, "cannot_connect"),
        ({"accept_then_close": True}, "crowded"),
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
@pytest.mark.usefixtures("short_timeouts")
async def test_fault_and_recovery(
    hass: HomeAssistant, projector: Simulator, fault: dict[str, Any], error: str
) -> None:
    """Show the error, and continue in the same form."""
    set_faults(projector, fault)

    result = await submit(hass, await start_user_flow(hass), form(projector))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": error}

    projector.faults.clear()
    result = await submit(hass, result, form(projector))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("answer", "error"), [(web_page, "not_pulse"), (always_busy, "busy")]
)
@pytest.mark.usefixtures("short_timeouts")
async def test_wrong_address_and_recovery(
    hass: HomeAssistant,
    projector: Simulator,
    answer: Callable[[dict[str, Any]], str],
    error: str,
) -> None:
    """Show an error for another service, and continue with the right address."""
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
    """Refuse a projector without a serial number."""
    serial_number = projector.get("system.serialnumber")
    projector.change("system.serialnumber", "")

    result = await submit(hass, await start_user_flow(hass), form(projector))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "not_pulse"}

    projector.change("system.serialnumber", serial_number)
    result = await submit(hass, result, form(projector))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("answer", ["error", "false"])
async def test_wrong_pin(
    hass: HomeAssistant,
    projector: Simulator,
    answer: Literal["error", "false"],
) -> None:
    """Show any refusal of a PIN after a single attempt."""
    projector.quirks.wrong_pin = answer

    result = await submit(hass, await start_user_flow(hass), form(projector, pin="1"))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {CONF_PIN: "invalid_auth"}
    assert projector.counters.requests["authenticate"] == 1

    result = await submit(hass, result, form(projector))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_pin_required_for_reading(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Ask for the PIN if the projector requires it for reading."""
    projector.quirks.without_pin = "none"

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
    """Show an error at the field, without connecting."""
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
    """Log an unexpected error, and continue in the same form."""
    with patch(
        "custom_components.barco_pulse.validation.identify",
        side_effect=ZeroDivisionError,
    ):
        result = await submit(hass, await start_user_flow(hass), form(projector))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "unknown"}
    assert "ZeroDivisionError" in caplog.text

    result = await submit(hass, result, form(projector))
    assert result["type"] is FlowResultType.CREATE_ENTRY
