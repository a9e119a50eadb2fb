"""Projectors that Home Assistant discovers."""

from typing import Any

from homeassistant.const import CONF_HOST, CONF_PIN, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from simulator import Simulator

from .conftest import logged, set_faults
from .flows import (
    PIN,
    add_without_pin,
    announcement,
    card,
    discover,
    form,
    lease,
    peer,
    start_user_flow,
    submit,
)

pytestmark = pytest.mark.usefixtures(
    "default_port", "no_connection_is_left", "no_set_up"
)


@pytest.mark.parametrize("info", [announcement(), lease(), peer()])
async def test_discovered(hass: HomeAssistant, projector: Simulator, info: Any) -> None:
    """Offer a projector by its name, and add it without further input."""
    result = await discover(hass, info)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "discovery_confirm"
    assert result["data_schema"] is not None
    assert not result["data_schema"].schema
    name = projector.get("system.name")
    assert card(hass) == {"name": name, "host": projector.host}
    assert result["description_placeholders"] == card(hass)

    result = await add_without_pin(hass, result)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == name
    assert result["data"] == {
        CONF_HOST: projector.host,
        CONF_PORT: projector.port,
        CONF_PIN: None,
    }
    assert result["result"].unique_id == projector.get("system.serialnumber")


@pytest.mark.parametrize("info", [announcement(), lease(), peer()])
async def test_discovered_with_a_pin(
    hass: HomeAssistant, projector: Simulator, info: Any
) -> None:
    """Offer a projector that requires a PIN by its announced name."""
    projector.quirks.without_pin = "none"
    result = await discover(hass, info)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "discovery_confirm"
    assert not result["errors"]
    assert card(hass)["name"].lower() == "hall"

    result = await submit(hass, result, {CONF_PIN: "1"})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {CONF_PIN: "invalid_auth"}
    result = await submit(hass, result, {CONF_PIN: ""})
    assert result["errors"] == {CONF_PIN: "pin_needed"}

    result = await submit(hass, result, {CONF_PIN: PIN})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_PIN] == PIN
    assert result["result"].unique_id == projector.get("system.serialnumber")


async def test_pin_set_after_discovery(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Ask for the PIN as soon as the projector requires one."""
    result = await discover(hass, announcement())
    projector.quirks.without_pin = "none"

    result = await submit(hass, result, {})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {CONF_PIN: "pin_needed"}
    assert result["data_schema"] is not None
    assert CONF_PIN in result["data_schema"].schema

    result = await submit(hass, result, {CONF_PIN: PIN})
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"refuse": True}, "cannot_connect"),
        ({"silence": True}, "timeout_connect"),
        ({"endless": True}, "not_pulse"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("short_timeouts")
async def test_unreachable_while_adding(
    hass: HomeAssistant, projector: Simulator, fault: dict[str, Any], error: str
) -> None:
    """Show an error, and continue when the projector is back."""
    result = await discover(hass, announcement())
    set_faults(projector, fault)

    result = await submit(hass, result, {})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": error}

    projector.faults.clear()
    result = await add_without_pin(hass, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("info", [announcement(), lease(), peer()])
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"refuse": True}, "cannot_connect"),
        ({"silence": True}, "cannot_connect"),
        ({"endless": True}, "not_pulse"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("short_timeouts")
async def test_not_offered(
    hass: HomeAssistant,
    projector: Simulator,
    info: Any,
    fault: dict[str, Any],
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Do not offer other devices, or projectors that do not respond."""
    set_faults(projector, fault)

    result = await discover(hass, info)
    projector.faults.clear()

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == reason
    assert not logged(caplog)


@pytest.mark.parametrize("maker", ["barco", " BARCO n.v.", "Barco", "", None])
async def test_manufacturer_is_barco(
    hass: HomeAssistant, projector: Simulator, maker: str | None
) -> None:
    """Connect if the manufacturer is Barco, in any spelling, or missing."""
    result = await discover(hass, announcement(manufacturer=maker))

    assert result["type"] is FlowResultType.FORM
    result = await add_without_pin(hass, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("maker", ["Epson", "Not Barco", 7])
async def test_other_manufacturers(
    hass: HomeAssistant, projector: Simulator, maker: object
) -> None:
    """Do not connect to projectors of other manufacturers."""
    result = await discover(hass, announcement(manufacturer=maker))

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "not_barco"
    assert projector.counters.connections_opened == 0


async def test_announcement_without_an_address(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Abort without an address."""
    result = await discover(hass, announcement(host=""))

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "cannot_connect"


@pytest.mark.parametrize("port", [None, 1])
async def test_default_port_of_a_peer(
    hass: HomeAssistant, projector: Simulator, port: int | None
) -> None:
    """Try the default port if no projector responds at the announced port."""
    result = await discover(hass, peer(port=port))
    result = await add_without_pin(hass, result)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_PORT] == projector.port


@pytest.mark.usefixtures("short_timeouts")
async def test_each_port_is_tried_once(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Do not try the default port twice."""
    set_faults(projector, {"silence": True})
    await submit(hass, await start_user_flow(hass), form(projector))
    once = projector.counters.connections_opened

    result = await discover(hass, peer(port=projector.port))

    assert result["reason"] == "cannot_connect"
    assert projector.counters.connections_opened == 2 * once


async def test_peer_at_another_port(
    hass: HomeAssistant, projector: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Try the announced port first."""
    monkeypatch.setattr("custom_components.barco_pulse.announcement.DEFAULT_PORT", 1)

    result = await discover(hass, peer(port=projector.port))
    result = await add_without_pin(hass, result)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_PORT] == projector.port
