"""Reauthenticate and reconfigure a projector."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.const import CONF_HOST, CONF_PIN, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.barco_pulse.const import DOMAIN
from simulator import Simulator

from .conftest import make_entry, set_faults
from .flows import PIN, submit, suggested

pytestmark = pytest.mark.usefixtures("no_connection_is_left", "no_set_up")


async def start_reauth(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Open the form for another PIN."""
    entry.add_to_hass(hass)
    result: ConfigFlowResult = await entry.start_reauth_flow(hass)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "reauth_confirm"
    return result


async def test_reauth(hass: HomeAssistant, projector: Simulator) -> None:
    """Store the right PIN, and change nothing else."""
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
@pytest.mark.usefixtures("short_timeouts")
async def test_reauth_error_and_recovery(
    hass: HomeAssistant,
    projector: Simulator,
    pin: str,
    fault: dict[str, Any],
    errors: dict[str, str],
) -> None:
    """Correct a mistake in the same flow."""
    set_faults(projector, fault)
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
    """Do not update the entry if another projector responds at its address."""
    entry = make_entry(projector, pin="1")
    result = await start_reauth(hass, entry)
    projector.change("system.serialnumber", "4444444444")

    result = await submit(hass, result, {CONF_PIN: PIN})

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_projector"
    assert entry.data[CONF_PIN] == "1"


async def start_reconfigure(
    hass: HomeAssistant, entry: MockConfigEntry
) -> ConfigFlowResult:
    """Open the form for another address."""
    entry.add_to_hass(hass)
    result: ConfigFlowResult = await entry.start_reconfigure_flow(hass)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "reconfigure"
    assert not result["errors"]
    return result


def unchanged_input(projector: Simulator, **changes: Any) -> dict[str, Any]:
    """Return the input for a projector whose PIN has not changed."""
    return {CONF_HOST: projector.host, CONF_PORT: projector.port} | changes


@pytest.mark.parametrize(
    ("before", "typed", "after"),
    [
        (PIN, {}, PIN),
        (PIN, {CONF_PIN: "  "}, PIN),
        ("1", {CONF_PIN: f" {PIN} "}, PIN),
        (None, {CONF_PIN: PIN}, PIN),
        (None, {}, None),
        ("1", {"remove_pin": True}, None),
        ("1", {CONF_PIN: PIN, "remove_pin": True}, PIN),
    ],
)
async def test_reconfigure(
    hass: HomeAssistant,
    projector: Simulator,
    before: str | None,
    typed: dict[str, Any],
    after: str | None,
) -> None:
    """Store another address and PIN. An empty PIN keeps the stored one."""
    entry = make_entry(projector, host="127.0.0.9", port=1, pin=before)
    result = await start_reconfigure(hass, entry)

    result = await submit(hass, result, unchanged_input(projector, **typed))
    await hass.async_block_till_done()

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    assert dict(entry.data) == dict(make_entry(projector, pin=after).data)
    assert entry.state is ConfigEntryState.LOADED
    assert hass.config_entries.async_entries(DOMAIN) == [entry]


@pytest.mark.parametrize("pin", [PIN, None])
async def test_reconfigure_shows_the_address_but_not_the_pin(
    hass: HomeAssistant, projector: Simulator, pin: str | None
) -> None:
    """Offer to remove the PIN only if one is stored."""
    result = await start_reconfigure(hass, make_entry(projector, pin=pin))

    assert suggested(result) == unchanged_input(
        projector, pin=None, username=None, password=None
    ) | ({"remove_pin": None} if pin else {})
    result = await submit(hass, result, unchanged_input(projector))
    assert result["reason"] == "reconfigure_successful"


@pytest.mark.parametrize(
    ("typed", "fault", "errors"),
    [
        ({CONF_HOST: "no host"}, {}, {CONF_HOST: "invalid_host"}),
        ({CONF_PIN: "12a4"}, {}, {CONF_PIN: "invalid_pin"}),
        ({CONF_PIN: "1"}, {}, {CONF_PIN: "invalid_auth"}),
        ({}, {"refuse": True}, {"base": "cannot_connect"}),
        ({}, {"auth_hang": True}, {"base": "timeout_connect"}),
        ({}, {"nesting": 5000}, {"base": "not_pulse"}),
    ],
)
@pytest.mark.usefixtures("short_timeouts")
async def test_reconfigure_error_and_recovery(
    hass: HomeAssistant,
    projector: Simulator,
    typed: dict[str, str],
    fault: dict[str, Any],
    errors: dict[str, str],
) -> None:
    """Correct a mistake in the same flow, which changed nothing before."""
    set_faults(projector, fault)
    entry = make_entry(projector)
    before = dict(entry.data)
    result = await start_reconfigure(hass, entry)

    result = await submit(hass, result, unchanged_input(projector, **typed))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors
    assert suggested(result)[CONF_HOST] == typed.get(CONF_HOST, projector.host)
    assert dict(entry.data) == before

    projector.faults.clear()
    result = await submit(hass, result, unchanged_input(projector))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"


async def test_reconfigure_at_another_projector(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Do not update the entry if another projector responds."""
    entry = make_entry(projector, host="127.0.0.9")
    result = await start_reconfigure(hass, entry)
    projector.change("system.serialnumber", "4444444444")

    result = await submit(hass, result, unchanged_input(projector))

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_projector"
    assert entry.data[CONF_HOST] == "127.0.0.9"
