"""Repair issues and their flows."""

import asyncio
import dataclasses
from typing import Any

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.const import CONF_PIN
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.barco_pulse.const import (
    CONF_CONNECTION,
    CONF_SOURCES,
    DOMAIN,
    RELEASE,
)

from .conftest import (
    Home,
    SetUp,
    SetUpProjector,
    StartProjector,
    change_timings,
    set_faults,
    wait_until,
)
from .flows import PIN


@pytest.fixture
async def home(
    hass: HomeAssistant, start_projector: StartProjector, set_up: SetUp
) -> Home:
    """Set up a projector without its PIN."""
    assert await async_setup_component(hass, REPAIRS, {})
    projector = await start_projector("balder_cs", pin=PIN)
    return Home(hass, projector, await set_up(projector, pin=None))


def issues(home: Home) -> dict[str, ir.IssueEntry]:
    """Return the issues of the integration with their texts."""
    issues_by_id = ir.async_get(home.hass).issues.values()
    return {str(i.translation_key): i for i in issues_by_id if i.domain == DOMAIN}


def update_snapshot(home: Home, **changes: bool) -> None:
    """Change the snapshot of the coordinator."""
    coordinator = home.entry.runtime_data
    snapshot = dataclasses.replace(coordinator.data, **changes)
    coordinator.async_set_updated_data(snapshot)


async def refuse(home: Home) -> None:
    """Make the projector refuse a command because of the missing PIN."""
    with pytest.raises(HomeAssistantError):
        await home.act("turn_on", "media_player.projector")


async def start(home: Home, key: str) -> Any:
    """Start the repair flow of an issue."""
    manager = home.hass.data[REPAIRS]["flow_manager"]
    issue = issues(home)[key]
    assert issue.is_fixable
    result = await manager.async_init(DOMAIN, data={"issue_id": issue.issue_id})
    assert result["type"] is FlowResultType.FORM
    assert result["description_placeholders"] == {"projector": home.entry.title}
    assert not result["errors"]
    return result


async def submit(home: Home, result: Any, values: dict[str, str]) -> Any:
    """Submit the form, and let the entry reload."""
    manager = home.hass.data[REPAIRS]["flow_manager"]
    result = await manager.async_configure(result["flow_id"], values)
    await home.hass.async_block_till_done()
    return result


@pytest.mark.parametrize(
    ("reported", "released", "key", "fixable"),
    [
        ("control_denied", False, "control_needs_pin", True),
        ("control_denied", True, "control_needs_pin", True),
        ("connection_limit_reached", False, "connection_limit", True),
        ("connection_limit_reached", True, "connection_limit_released", False),
    ],
)
async def test_issue(
    home: Home, reported: str, released: bool, key: str, fixable: bool
) -> None:
    """Create the issue while its cause exists, with advice."""
    if released:
        options = {CONF_CONNECTION: RELEASE}
        home.hass.config_entries.async_update_entry(home.entry, options=options)
        await home.reload()
    assert not issues(home)

    update_snapshot(home, **{reported: True})
    [issue] = issues(home).values()
    assert issue.translation_key == key
    assert issue.translation_placeholders == {"projector": home.entry.title}
    assert issue.severity is ir.IssueSeverity.WARNING
    assert issue.is_fixable is fixable

    update_snapshot(home, **{reported: False})
    assert not issues(home)


@pytest.mark.usefixtures("fast_timings")
async def test_another_projector_at_the_address(home: Home) -> None:
    """Name the other projector until the right one responds."""
    projector = home.projector
    serial_number = projector.get("system.serialnumber")
    projector.change("system.serialnumber", "4444444444")
    projector.drop()
    await wait_until(home.hass, lambda: "other_projector" in issues(home))
    issue = issues(home)["other_projector"]
    assert issue.translation_placeholders == {
        "projector": home.entry.title,
        "stranger": "Balder CS 4444444444",
    }
    assert not issue.is_fixable

    projector.change("system.serialnumber", serial_number)
    await wait_until(home.hass, lambda: "other_projector" not in issues(home))


async def test_issue_is_raised_once(home: Home) -> None:
    """Do not create an ignored issue again when values change."""
    raised = async_capture_events(home.hass, ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED)
    update_snapshot(home, control_denied=True)
    update_snapshot(home, control_denied=True, complete=False)
    update_snapshot(home, control_denied=True, complete=True)

    assert [event.data["action"] for event in raised] == ["create"]


@pytest.mark.parametrize("end", ["disable", "remove"])
async def test_issues_are_deleted_with_the_entry(home: Home, end: str) -> None:
    """Delete the issues of a disabled or removed entry."""
    update_snapshot(home, control_denied=True, connection_limit_reached=True)
    assert len(issues(home)) == 2

    entries, entry_id = home.hass.config_entries, home.entry.entry_id
    if end == "remove":
        await entries.async_remove(entry_id)
    else:
        await entries.async_set_disabled_by(entry_id, ConfigEntryDisabler.USER)

    assert not issues(home)


async def test_pin(home: Home) -> None:
    """Store the PIN, and delete the issue."""
    update_snapshot(home, control_denied=True)
    data = dict(home.entry.data)

    result = await start(home, "control_needs_pin")
    assert result["step_id"] == "pin"
    result = await submit(home, result, {CONF_PIN: f" {PIN} "})

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert dict(home.entry.data) == {**data, CONF_PIN: PIN}
    assert home.entry.state is ConfigEntryState.LOADED
    # Validation and set-up.
    assert home.projector.counters.requests["authenticate"] == 2
    assert not issues(home)


@pytest.mark.parametrize(
    ("pin", "fault", "errors"),
    [
        ("", {}, {"base": "nothing_entered"}),
        ("12a4", {}, {CONF_PIN: "invalid_pin"}),
        ("1", {}, {CONF_PIN: "invalid_auth"}),
        (PIN, {"refuse": True}, {"base": "cannot_connect"}),
    ],
)
async def test_wrong_pin_and_recovery(
    home: Home, pin: str, fault: dict[str, Any], errors: dict[str, str]
) -> None:
    """Correct a mistake in the same flow."""
    await refuse(home)
    result = await start(home, "control_needs_pin")
    set_faults(home.projector, fault)

    result = await submit(home, result, {CONF_PIN: pin})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors
    assert home.entry.data[CONF_PIN] is None
    assert "control_needs_pin" in issues(home)

    home.projector.faults.clear()
    result = await submit(home, result, {CONF_PIN: PIN})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert home.entry.data[CONF_PIN] == PIN


async def test_pin_of_another_projector(home: Home) -> None:
    """Do not store the PIN, and keep the issue."""
    await refuse(home)
    result = await start(home, "control_needs_pin")
    home.projector.change("system.serialnumber", "4444444444")

    result = await submit(home, result, {CONF_PIN: PIN})

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_projector"
    assert home.entry.data[CONF_PIN] is None
    assert "control_needs_pin" in issues(home)


async def test_release(home: Home) -> None:
    """Set the option, keep the others, and delete the issue until it occurs again."""
    options = {CONF_SOURCES: ["HDMI"]}
    home.hass.config_entries.async_update_entry(home.entry, options=options)
    update_snapshot(home, connection_limit_reached=True)

    result = await start(home, "connection_limit")
    assert result["step_id"] == "release"
    result = await submit(home, result, {})

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert home.entry.options == {**options, CONF_CONNECTION: RELEASE}
    assert home.entry.state is ConfigEntryState.LOADED
    assert not issues(home)
    update_snapshot(home, connection_limit_reached=True)
    assert set(issues(home)) == {"connection_limit_released"}


async def let_fail(home: Home, action: str, name: str, **data: Any) -> None:
    """Call an action, which fails."""
    with pytest.raises(HomeAssistantError):
        await home.act(action, name, **data)


@pytest.fixture
async def slow_projector(
    setup_projector: SetUpProjector, fast_timings: None, hass: HomeAssistant
) -> Home:
    """Return a projector that cools down longer than a command waits."""
    change_timings(hass, pending_timeout=0.3)
    home = await setup_projector("hdr_cs", state="on", speed=1)
    assert await async_setup_component(home.hass, REPAIRS, {})
    home.projector.change("system.state", "deconditioning")
    await home.until("sensor.phase", "cooling")
    return home


async def test_turn_on_failed(slow_projector: Home) -> None:
    """Create an issue with advice if the pending command failed."""
    await let_fail(slow_projector, "turn_on", "media_player.projector")

    [issue] = issues(slow_projector).values()
    assert issue.translation_key == "command_failed_turn_on"
    assert issue.is_persistent, "the issue survives a restart"
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["projector"] == slow_projector.entry.title
    assert slow_projector.value("media_player.projector") == "off"
    assert slow_projector.value("sensor.pending_command") == "none"
    manager = slow_projector.hass.data[REPAIRS]["flow_manager"]
    result = await manager.async_init(DOMAIN, data={"issue_id": issue.issue_id})
    assert result["step_id"] == "confirm"
    result = await manager.async_configure(result["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not issues(slow_projector)


async def test_selection_failed(slow_projector: Home) -> None:
    """Name the selection, without advice about power."""
    turning = asyncio.create_task(let_fail(slow_projector, "turn_on", "remote.remote"))
    await slow_projector.until("sensor.pending_command", "turn_on")
    slow_projector.projector.faults.busy = True
    await let_fail(
        slow_projector, "select_option", "select.source", option="DisplayPort 1"
    )
    await turning

    assert set(issues(slow_projector)) == {
        "command_failed_turn_on",
        "command_failed_choice",
    }
    placeholders = issues(slow_projector)[
        "command_failed_choice"
    ].translation_placeholders
    assert placeholders is not None
    assert placeholders["value"] == "DisplayPort 1"


async def test_no_issue_without_waiting(home: Home) -> None:
    """Create no issue for a command that failed at once."""
    await refuse(home)
    assert set(issues(home)) == {"control_needs_pin"}


async def test_next_command_deletes_the_issue(slow_projector: Home) -> None:
    """Delete the issue after a new command of the same kind."""
    await let_fail(slow_projector, "turn_on", "media_player.projector")
    slow_projector.projector.change("system.state", "standby")
    await slow_projector.act("turn_on", "media_player.projector")
    assert not issues(slow_projector)


async def test_ignored_issue_stays_ignored(slow_projector: Home) -> None:
    """Keep it ignored over a reload; delete it with the entry."""
    await let_fail(slow_projector, "turn_on", "media_player.projector")
    update_snapshot(slow_projector, control_denied=True)
    registry = ir.async_get(slow_projector.hass)
    for issue in issues(slow_projector).values():
        registry.async_ignore(DOMAIN, issue.issue_id, True)

    await slow_projector.reload()

    update_snapshot(slow_projector, control_denied=True)
    assert len(issues(slow_projector)) == 2
    assert all(issue.dismissed_version for issue in issues(slow_projector).values())
    await slow_projector.hass.config_entries.async_remove(slow_projector.entry.entry_id)
    assert not issues(slow_projector)
