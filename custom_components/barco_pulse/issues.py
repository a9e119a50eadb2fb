"""What the user has to act on becomes a repair issue.

What repairs.py can repair goes when it is repaired; the others go when their cause
does, or when the user confirms them.
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
    PulseStrangerError,
    PulseWithdrawnError,
    Snapshot,
    shown,
)

STRANGER = "other_projector"
"""Another projector answers at the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something between the projector and Home Assistant."""

    key: str
    """Of the texts."""
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING
    is_fixable: bool = False
    exists_fn: Callable[[Snapshot, bool], bool]
    """Given what is known, and whether the connection is released between polls."""
    placeholders_fn: Callable[[Snapshot], Mapping[str, str]] = lambda snapshot: {}


PROBLEMS = (
    Problem(
        key="control_needs_pin",
        is_fixable=True,
        exists_fn=lambda snapshot, released: snapshot.control_refused,
    ),
    Problem(
        key="connection_limit",
        is_fixable=True,
        exists_fn=lambda snapshot, released: snapshot.crowded and not released,
    ),
    Problem(
        key="connection_limit_released",
        exists_fn=lambda snapshot, released: snapshot.crowded and released,
    ),
    Problem(
        key=STRANGER,
        severity=ir.IssueSeverity.ERROR,
        exists_fn=lambda snapshot, released: snapshot.stranger is not None,
        placeholders_fn=lambda snapshot: {"stranger": _verbatim(snapshot.stranger)},
    ),
)
"""Each is an issue for as long as it exists."""

FAILED_COMMANDS = {
    (POWER, "on"): "command_failed_turn_on",
    (POWER, "off"): "command_failed_turn_off",
}
"""The texts for pending commands that failed, by kind and value."""
FAILED_CHOICE = "command_failed_choice"


@callback
def async_report_issues(hass: HomeAssistant, entry: PulseConfigEntry) -> None:
    """Keep the issues of a projector true until its entry is unloaded."""
    coordinator = entry.runtime_data
    released = entry.options.get(CONF_CONNECTION) == RELEASE

    @callback
    def report() -> None:
        for problem in PROBLEMS:
            if problem.exists_fn(coordinator.data, released):
                placeholders = problem.placeholders_fn(coordinator.data)
                _create(hass, entry, problem, placeholders)
            else:
                _delete_unless_ignored(hass, f"{entry.entry_id}_{problem.key}")

    @callback
    def forget() -> None:
        # A reload deletes nothing: Home Assistant knows by the issue that it is ignored.
        if entry.disabled_by is not None:
            async_delete_issues(hass, entry.entry_id)

    _delete_projector_errors(hass, entry.entry_id)
    report()
    entry.async_on_unload(
        async_dispatcher_connect(
            hass, coordinator.signal_command, partial(_report_command, hass, entry)
        )
    )
    # No names: none of this is a value of the projector.
    entry.async_on_unload(coordinator.async_add_listener(report, ()))
    entry.async_on_unload(forget)


@callback
def _report_command(
    hass: HomeAssistant, entry: PulseConfigEntry, command: PendingCommand
) -> None:
    """Raise an issue if this new command waits and fails; delete that of the last one.

    The caller gets an error as well, but minutes after the click, if anybody looks.
    """
    issue_id = f"{entry.entry_id}_command_failed_{command.kind}"
    ir.async_delete_issue(hass, DOMAIN, issue_id)

    @callback
    def ended(outcome: asyncio.Future[None]) -> None:
        error = outcome.exception()
        if not command.waits or error is None or isinstance(error, PulseWithdrawnError):
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
                "value": _verbatim(value),
            },
        )

    command.outcome.add_done_callback(ended)


@callback
def async_report_stranger(
    hass: HomeAssistant, entry: PulseConfigEntry, error: BaseException
) -> None:
    """Raise an issue if set-up failed because another projector answers.

    It is deleted when the right one answers.
    """
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, PulseStrangerError):
        cause = cause.__cause__
    if cause is not None:
        problem = next(problem for problem in PROBLEMS if problem.key == STRANGER)
        _create(hass, entry, problem, {"stranger": _verbatim(cause.identity)})


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
    """Delete what an older version raised for each error that a projector reported."""
    known = tuple(f"{entry_id}_{p.key}" for p in PROBLEMS)
    for issue_id in _issue_ids(hass, entry_id):
        if not issue_id.startswith((*known, f"{entry_id}_command_failed_")):
            ir.async_delete_issue(hass, DOMAIN, issue_id)


@callback
def _create(
    hass: HomeAssistant,
    entry: PulseConfigEntry,
    problem: Problem,
    placeholders: Mapping[str, str],
) -> None:
    """Raise an issue, or bring the one that there is up to date."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{entry.entry_id}_{problem.key}",
        data={"entry_id": entry.entry_id, "key": problem.key},
        is_fixable=problem.is_fixable,
        severity=problem.severity,
        translation_key=problem.key,
        translation_placeholders={
            "projector": display_name(hass, entry),
            **placeholders,
        },
    )


@callback
def _delete_unless_ignored(hass: HomeAssistant, issue_id: str) -> None:
    """Delete an issue whose cause is gone; an ignored one is still ignored next time."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    if issue is not None and not issue.dismissed_version:
        ir.async_delete_issue(hass, DOMAIN, issue_id)


def _verbatim(words: JsonValue) -> str:
    """Return what Markdown, which a repair's text is, shows as it stands.

    The frontend filters scripts, but neither links nor pictures.
    """
    text = "" if (told := shown(words)) is None else str(told)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
