"""Add a projector with the config flow."""

import logging

from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PIN,
    CONF_PORT,
    CONF_USERNAME,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.barco_pulse.const import DOMAIN
from simulator import Simulator

from .conftest import StartProjector, make_entry
from .flows import (
    PIN,
    add_without_pin,
    answering,
    form,
    refusal_that_repeats_the_pin,
    start_user_flow,
    submit,
    suggested,
)

pytestmark = pytest.mark.usefixtures("no_connection_is_left", "no_set_up")


@pytest.fixture
def model() -> str:
    """Return the projector's model, unless a test chooses others."""
    return "balder_cs"


@pytest.fixture
async def projector(start_projector: StartProjector, model: str) -> Simulator:
    """Start a projector to add."""
    return await start_projector(model, pin=PIN)


async def test_user(hass: HomeAssistant, projector: Simulator) -> None:
    """Add a projector with its name as title and its serial number as unique ID."""
    result = await submit(hass, await start_user_flow(hass), form(projector))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == projector.get("system.name")
    assert result["data"] == {
        CONF_HOST: projector.host,
        CONF_PORT: projector.port,
        CONF_PIN: PIN,
    }
    assert result["result"].unique_id == projector.get("system.serialnumber")
    assert projector.counters.connections_opened == 1


@pytest.mark.parametrize("model", ["hdr_cs", "balder_cs", "udx", "minimal"])
async def test_user_any_model(
    hass: HomeAssistant, projector: Simulator, model: str
) -> None:
    """Add every model, in any power state."""
    values = form(projector)
    del values[CONF_PIN]

    result = await submit(hass, await start_user_flow(hass), values)
    if model in ("balder_cs", "hdr_cs"):  # these report that control needs a PIN
        result = await submit(hass, result, {})

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].unique_id == projector.get("system.serialnumber")
    assert result["data"][CONF_PIN] is None


async def test_pin_with_leading_zeros_is_sent_as_an_integer(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Send a PIN that was entered as text as an integer."""
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
    """Do not authenticate with an empty PIN."""
    values = form(projector, **changes)
    result = await add_without_pin(hass, await start_user_flow(hass), values)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_PIN] is None
    assert "authenticate" not in projector.counters.requests


async def test_spaces_around_the_input(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Ignore spaces around the input."""
    values = form(projector, host=f" {projector.host} ", pin=f" {PIN} ")

    result = await submit(hass, await start_user_flow(hass), values)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_HOST] == projector.host
    assert result["data"][CONF_PIN] == PIN


@pytest.mark.usefixtures("short_timeouts")
async def test_projector_with_http_framing_only(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Add a projector that accepts only HTTP framing."""
    projector.quirks.framing = "http-only"

    result = await submit(hass, await start_user_flow(hass), form(projector))

    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_form_keeps_the_input_but_not_the_pin(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Suggest the previous input, without the PIN."""
    projector.faults.accept_then_close = True

    result = await submit(hass, await start_user_flow(hass), form(projector))

    assert suggested(result) == {
        CONF_HOST: projector.host,
        CONF_PORT: projector.port,
        CONF_PIN: None,
        CONF_USERNAME: None,
        CONF_PASSWORD: None,
    }


async def test_already_configured(hass: HomeAssistant, projector: Simulator) -> None:
    """Update only the address of an existing entry."""
    entry = make_entry(projector, host="127.0.0.9", port=1, pin="1")
    entry.add_to_hass(hass)

    result = await submit(hass, await start_user_flow(hass), form(projector))

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "address_updated"
    assert dict(entry.data) == {
        CONF_HOST: projector.host,
        CONF_PORT: projector.port,
        CONF_PIN: "1",
    }
    assert hass.config_entries.async_entries(DOMAIN) == [entry]

    result = await submit(hass, await start_user_flow(hass), form(projector))
    assert result["reason"] == "already_configured"


async def test_already_configured_with_a_pin(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Update the address of an existing entry without its PIN."""
    entry = make_entry(projector, host="127.0.0.9")
    entry.add_to_hass(hass)

    result = await submit(hass, await start_user_flow(hass), form(projector, pin=""))

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "address_updated"
    assert entry.data[CONF_HOST] == projector.host
    assert entry.data[CONF_PIN] == PIN


async def test_pin_is_never_logged(
    hass: HomeAssistant, projector: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """Never log a PIN, refused or accepted, not even at debug level."""
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
