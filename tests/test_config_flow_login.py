"""Username and password, and a PIN for control only."""

from typing import Any

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PIN,
    CONF_PORT,
    CONF_USERNAME,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.barco_pulse.const import DOMAIN, ENTRY_VERSION
from custom_components.barco_pulse.repairs import PinRepairFlow
from simulator import Simulator

from .flows import (
    PASSWORD,
    PIN,
    USER,
    announcement,
    discover,
    form,
    start_user_flow,
    submit,
    suggested,
    unit_with_users,
)

pytestmark = pytest.mark.usefixtures("no_set_up")

LOGIN = {CONF_USERNAME: USER, CONF_PASSWORD: PASSWORD}
SERIAL = "2590300001"


def entry_at(
    hass: HomeAssistant, address: dict[str, Any], **data: Any
) -> MockConfigEntry:
    """Add the entry of a projector with users."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        version=ENTRY_VERSION,
        unique_id=SERIAL,
        data={**address, CONF_PIN: None, **data},
    )
    entry.add_to_hass(hass)
    return entry


async def test_add_a_projector_with_users(hass: HomeAssistant) -> None:
    """Store user name and password."""
    async with unit_with_users(SERIAL) as address:
        result = await submit(hass, await start_user_flow(hass), address)
        assert result["errors"] == {CONF_PIN: "pin_needed"}
        result = await submit(hass, result, address | LOGIN | {CONF_PASSWORD: "wrong"})
        assert result["errors"] == {CONF_PASSWORD: "invalid_login"}
        assert suggested(result) == address | {
            CONF_PIN: None,
            CONF_USERNAME: None,
            CONF_PASSWORD: None,
        }

        result = await submit(hass, result, address | LOGIN)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == address | LOGIN | {CONF_PIN: None}
    assert result["result"].unique_id == SERIAL


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({CONF_USERNAME: USER}, {CONF_PASSWORD: "password_missing"}),
        (
            {CONF_USERNAME: USER, CONF_PASSWORD: " "},
            {CONF_PASSWORD: "password_missing"},
        ),
        ({CONF_PASSWORD: PASSWORD}, {CONF_USERNAME: "username_missing"}),
        (LOGIN | {CONF_PIN: PIN}, {CONF_PIN: "pin_or_login"}),
        ({CONF_USERNAME: USER, CONF_PIN: PIN}, {CONF_PIN: "pin_or_login"}),
    ],
)
async def test_incomplete_login(
    hass: HomeAssistant,
    projector: Simulator,
    typed: dict[str, str],
    errors: dict[str, str],
) -> None:
    """Show the error at the field, without connecting."""
    values = form(projector, **{CONF_PIN: ""} | typed)

    result = await submit(hass, await start_user_flow(hass), values)

    assert result["errors"] == errors
    assert projector.counters.connections_opened == 0


async def test_reauth_with_a_login(hass: HomeAssistant) -> None:
    """Replace the PIN by a login."""
    async with unit_with_users(SERIAL) as address:
        entry = entry_at(hass, address, pin="1")
        result = await entry.start_reauth_flow(hass)
        result = await submit(hass, result, {})
        assert result["errors"] == {"base": "nothing_entered"}

        result = await submit(hass, result, LOGIN)
        await hass.async_block_till_done()

    assert result["reason"] == "reauth_successful"
    assert entry.data == address | LOGIN | {CONF_PIN: None}


async def test_reauth_removes_the_pin(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Remove the PIN if the user says so."""
    projector.pin = None
    address = {CONF_HOST: projector.host, CONF_PORT: projector.port}
    entry = entry_at(hass, address, pin=PIN)
    hass.config_entries.async_update_entry(
        entry, unique_id=str(projector.get("system.serialnumber"))
    )
    result = await entry.start_reauth_flow(hass)

    result = await submit(hass, result, {"remove_pin": True})
    await hass.async_block_till_done()

    assert result["reason"] == "reauth_successful"
    assert entry.data[CONF_PIN] is None
    assert "authenticate" not in projector.counters.requests


@pytest.mark.parametrize(
    ("typed", "kept"),
    [({}, LOGIN), ({"remove_pin": True}, None)],
)
async def test_reconfigure_a_projector_with_users(
    hass: HomeAssistant, typed: dict[str, Any], kept: dict[str, str] | None
) -> None:
    """Keep the login if the user enters none."""
    async with unit_with_users(SERIAL) as address:
        entry = entry_at(hass, address, **LOGIN)
        result = await entry.start_reconfigure_flow(hass)

        result = await submit(hass, result, address | typed)
        await hass.async_block_till_done()

    if kept is None:
        assert result["errors"] == {CONF_PIN: "pin_needed"}
    else:
        assert result["reason"] == "reconfigure_successful"
    assert entry.data == address | LOGIN | {CONF_PIN: None}


async def test_repair_with_a_login(hass: HomeAssistant) -> None:
    """Accept a login in the repair flow."""
    assert await async_setup_component(hass, REPAIRS, {})
    async with unit_with_users(SERIAL) as address:
        entry = entry_at(hass, address)
        repair = PinRepairFlow(entry)
        repair.hass = hass

        result = await repair.async_step_pin(LOGIN)
        await hass.async_block_till_done()

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.data == address | LOGIN | {CONF_PIN: None}


@pytest.mark.usefixtures("default_port", "no_connection_is_left")
async def test_pin_required_for_control_only(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """Ask for a PIN while adding if the projector requires it for control."""
    result = await submit(hass, await discover(hass, announcement()), {})
    assert result["step_id"] == "login"
    assert result["description_placeholders"] == {"name": projector.get("system.name")}

    result = await submit(hass, result, {CONF_PIN: "1"})
    assert result["errors"] == {CONF_PIN: "invalid_auth"}
    result = await submit(hass, result, {CONF_PIN: PIN})

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_PIN] == PIN


@pytest.mark.parametrize(
    ("state", "description"),
    [("standby", "asleep"), ("ready", None), ("on", None)],
)
async def test_success_page(
    hass: HomeAssistant, state: str, description: str | None
) -> None:
    """Tell the user that an added projector is asleep."""
    async with Simulator("hdr_cs", speed=1000.0, state=state) as projector:
        result = await submit(
            hass,
            await start_user_flow(hass),
            form(projector, pin=projector.pin or ""),
        )

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["description"] == description
    assert result["description_placeholders"] == {"name": result["title"]}
