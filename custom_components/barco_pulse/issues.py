"""Create repair issues for problems that the user has to solve.

An issue is deleted when repairs.py fixes it, when its cause is gone, or when the user
confirms it.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
import re

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .const import CONF_CONNECTION, DOMAIN, RELEASE
from .coordinator import PulseConfigEntry
from .device import display_name
from .pulse import (
    POWER,
    JsonValue,
    PendingCommand,
    PulseCanceledError,
    PulseDeviceMismatchError,
    Snapshot,
    to_attribute_value,
)

OTHER_PROJECTOR = "other_projector"
"""The issue that another projector answers at the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDescription:
    """Describe an issue."""

    key: str
    """The translation key."""
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING
    is_fixable: bool = False
    exists_fn: Callable[[Snapshot, bool], bool]
    """Return True if the issue exists, given the snapshot and whether the connection is
    released between polls."""
    placeholders_fn: Callable[[Snapshot], Mapping[str, str]] = lambda snapshot: {}


ISSUES = (
    IssueDescription(
        key="control_needs_pin",
        is_fixable=True,
        exists_fn=lambda snapshot, released: snapshot.control_denied,
    ),
    IssueDescription(
        key="connection_limit",
        is_fixable=True,
        exists_fn=lambda snapshot, released: (
            snapshot.connection_limit_reached and not released
        ),
    ),
    IssueDescription(
        key="connection_limit_released",
        exists_fn=lambda snapshot, released: (
            snapshot.connection_limit_reached and released
        ),
    ),
    IssueDescription(
        key=OTHER_PROJECTOR,
        severity=ir.IssueSeverity.ERROR,
        exists_fn=lambda snapshot, released: snapshot.mismatched_identity is not None,
        placeholders_fn=lambda snapshot: {
            "stranger": _escape_markdown(snapshot.mismatched_identity)
        },
    ),
)
"""Issues that exist as long as their cause."""

FAILED_COMMANDS = {
    (POWER, "on"): "command_failed_turn_on",
    (POWER, "off"): "command_failed_turn_off",
}
"""Translation keys for failed pending commands, by kind and value."""
FAILED_CHOICE = "command_failed_choice"


@callback
def async_report_issues(hass: HomeAssistant, entry: PulseConfigEntry) -> None:
    """Create and delete the issues of a projector until its entry is unloaded."""
    coordinator = entry.runtime_data
    released = entry.options.get(CONF_CONNECTION) == RELEASE

    @callback
    def report() -> None:
        for description in ISSUES:
            if description.exists_fn(coordinator.data, released):
                placeholders = description.placeholders_fn(coordinator.data)
                _create_issue(hass, entry, description, placeholders)
            else:
                _delete_unless_ignored(hass, f"{entry.entry_id}_{description.key}")

    @callback
    def delete_if_disabled() -> None:
        # Keep issues over a reload, because they store that the user ignored them.
        if entry.disabled_by is not None:
            async_delete_issues(hass, entry.entry_id)

    _delete_projector_errors(hass, entry.entry_id)
    report()
    entry.async_on_unload(
        async_dispatcher_connect(
            hass, coordinator.signals.command, partial(_report_command, hass, entry)
        )
    )
    # An empty context, because no value of the projector changes these issues.
    entry.async_on_unload(coordinator.async_add_listener(report, ()))
    entry.async_on_unload(delete_if_disabled)


@callback
def _report_command(
    hass: HomeAssistant, entry: PulseConfigEntry, command: PendingCommand
) -> None:
    """Create an issue if this command has to wait and then fails.

    The issue of the last command is deleted. The caller gets the error as well, but
    maybe minutes after the click, when the page is no longer open.
    """
    issue_id = f"{entry.entry_id}_command_failed_{command.kind}"
    ir.async_delete_issue(hass, DOMAIN, issue_id)

    @callback
    def ended(outcome: asyncio.Future[None]) -> None:
        error = outcome.exception()
        if not command.waits or error is None or isinstance(error, PulseCanceledError):
            return
        value = str(command.value)
        key = FAILED_COMMANDS.get((command.kind, value), FAILED_CHOICE)
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={"entry_id": entry.entry_id, "key": key},
            is_fixable=True,
            is_persistent=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=key,
            translation_placeholders={
                "projector": display_name(hass, entry),
                "value": _escape_markdown(value),
            },
        )

    command.outcome.add_done_callback(ended)


@callback
def async_report_other_projector(
    hass: HomeAssistant, entry: PulseConfigEntry, error: BaseException
) -> None:
    """Create an issue if set-up failed because another projector answers.

    The issue is deleted when the right projector answers.
    """
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, PulseDeviceMismatchError):
        cause = cause.__cause__
    if cause is not None:
        description = next(
            description for description in ISSUES if description.key == OTHER_PROJECTOR
        )
        _create_issue(
            hass, entry, description, {"stranger": _escape_markdown(cause.identity)}
        )


@callback
def async_delete_issues(hass: HomeAssistant, entry_id: str) -> None:
    """Delete all issues of a projector."""
    for issue_id in _issue_ids(hass, entry_id):
        ir.async_delete_issue(hass, DOMAIN, issue_id)


def _issue_ids(hass: HomeAssistant, entry_id: str) -> list[str]:
    """Return the ids of all issues of a projector."""
    return [
        issue_id
        for domain, issue_id in ir.async_get(hass).issues
        if domain == DOMAIN and issue_id.startswith(f"{entry_id}_")
    ]


@callback
def _delete_projector_errors(hass: HomeAssistant, entry_id: str) -> None:
    """Delete the issues that older versions created for errors of the projector."""
    current = tuple(f"{entry_id}_{issue.key}" for issue in ISSUES)
    for issue_id in _issue_ids(hass, entry_id):
        if not issue_id.startswith((*current, f"{entry_id}_command_failed_")):
            ir.async_delete_issue(hass, DOMAIN, issue_id)


@callback
def _create_issue(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    description: IssueDescription,
    placeholders: Mapping[str, str],
) -> None:
    """Create or update an issue."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{entry.entry_id}_{description.key}",
        data={"entry_id": entry.entry_id, "key": description.key},
        is_fixable=description.is_fixable,
        severity=description.severity,
        translation_key=description.key,
        translation_placeholders={
            "projector": display_name(hass, entry),
            **placeholders,
        },
    )


@callback
def _delete_unless_ignored(hass: HomeAssistant, issue_id: str) -> None:
    """Delete an issue, but keep an ignored one, so that it stays ignored."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    if issue is not None and not issue.dismissed_version:
        ir.async_delete_issue(hass, DOMAIN, issue_id)


def _escape_markdown(value: JsonValue) -> str:
    """Return a value as text that Markdown does not interpret.

    The frontend filters scripts in issues, but neither links nor images.
    """
    text = "" if (value := to_attribute_value(value)) is None else str(value)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
