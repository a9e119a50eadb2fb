"""Floor 5: what somebody has to mend becomes a repair issue.

What the projector itself calls an error goes when the projector dismisses it; what
repairs.py can mend goes when it is mended.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
import re

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .bounds import shown
from .catalogue import NOTIFICATIONS, POWER
from .const import CONF_CONNECTION, DOMAIN, RELEASE
from .coordinator import PulseConfigEntry, display_name
from .pending import PendingCommand
from .protocol import JsonObject, JsonValue, PulseStrangerError, PulseWithdrawnError
from .snapshot import Snapshot

STRANGER = "other_projector"
"""Another projector answers at the address."""
MAX_ERRORS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Issue:
    """What is said of a projector."""

    key: str
    """The words."""
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING
    is_fixable: bool = False
    placeholders: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem(_Issue):
    """What stands between the projector and us."""

    exists_fn: Callable[[Snapshot, bool], bool]
    """Given what is known, and whether the connection is released between polls."""
    placeholders_fn: Callable[[Snapshot], tuple[tuple[str, str], ...]] = lambda _: ()


PROBLEMS = (
    _Problem(
        key="control_needs_pin",
        is_fixable=True,
        exists_fn=lambda snapshot, released: snapshot.control_refused,
    ),
    _Problem(
        key="connection_limit",
        is_fixable=True,
        exists_fn=lambda snapshot, released: snapshot.crowded and not released,
    ),
    _Problem(
        key="connection_limit_released",
        exists_fn=lambda snapshot, released: snapshot.crowded and released,
    ),
    _Problem(
        key=STRANGER,
        severity=ir.IssueSeverity.ERROR,
        exists_fn=lambda snapshot, released: snapshot.stranger is not None,
        placeholders_fn=lambda snapshot: (("stranger", _verbatim(snapshot.stranger)),),
    ),
)


FAILED_COMMANDS = {
    (POWER, "on"): "command_failed_turn_on",
    (POWER, "off"): "command_failed_turn_off",
}
"""The texts for pending commands that failed, by kind and value."""
FAILED_CHOICE = "command_failed_choice"


@callback
def async_report_issues(entry: PulseConfigEntry) -> None:
    """Keep the issues of a projector true until its entry is unloaded."""
    coordinator = entry.runtime_data
    released = entry.options.get(CONF_CONNECTION) == RELEASE
    errors = _Reports(entry, ["projector_error"])
    problems = _Reports(entry, [problem.key for problem in PROBLEMS], stay_ignored=True)

    @callback
    def report() -> None:
        snapshot = coordinator.data
        if NOTIFICATIONS in snapshot.values:  # else nobody knows
            errors.show(_errors(snapshot))
        problems.show(
            {
                problem.key: replace(
                    problem, placeholders=problem.placeholders_fn(snapshot)
                )
                for problem in PROBLEMS
                if problem.exists_fn(snapshot, released)
            }
        )

    @callback
    def forget() -> None:
        # A reload deletes nothing: Home Assistant knows by the issue that it is ignored.
        if entry.disabled_by is not None:
            async_delete_issues(coordinator.hass, entry.entry_id)

    report()
    coordinator.async_on_command(partial(_report_command, entry))
    entry.async_on_unload(coordinator.async_add_listener(report, (NOTIFICATIONS,)))
    entry.async_on_unload(forget)


@callback
def _report_command(entry: PulseConfigEntry, command: PendingCommand) -> None:
    """Raise an issue if this new command waits and fails; delete that of the last one.

    The caller gets an error as well, but minutes after the click, if anybody looks.
    """
    coordinator = entry.runtime_data
    hass, projector = coordinator.hass, coordinator.display_name
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
                "projector": projector,
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
    if cause is None:
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{entry.entry_id}_{STRANGER}",
        data={"entry_id": entry.entry_id, "key": STRANGER},
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=STRANGER,
        translation_placeholders={
            "projector": display_name(hass, entry),
            "stranger": _verbatim(cause.identity),
        },
    )


@callback
def async_delete_issues(hass: HomeAssistant, entry_id: str) -> None:
    """Delete all issues of a projector."""
    for domain, issue_id in [*ir.async_get(hass).issues]:
        if domain == DOMAIN and issue_id.startswith(f"{entry_id}_"):
            ir.async_delete_issue(hass, DOMAIN, issue_id)


def _errors(snapshot: Snapshot) -> dict[str, _Issue]:
    """Return what the projector says, by its own numbers: the newest of it."""
    return {
        _id(notification): _Issue(
            key="projector_error",
            severity=ir.IssueSeverity.ERROR,
            placeholders=(
                ("code", _verbatim(notification.get("code")) or "-"),
                ("message", _verbatim(notification.get("message")) or "-"),
            ),
        )
        for notification in snapshot.errors[:MAX_ERRORS]
    }


def _id(notification: JsonObject) -> str:
    """Return what tells a notification from others, its code where it has no id."""
    told = (shown(notification.get(member), 100) for member in ("id", "code"))
    return next((str(text) for text in told if text not in (None, "")), "-")


def _verbatim(words: JsonValue) -> str:
    """Return what Markdown, which a repair's text is, shows as it stands.

    The frontend filters scripts, but neither links nor pictures.
    """
    text = "" if (told := shown(words)) is None else str(told)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


class _Reports:
    """Issues of one kind: each is raised once, and deleted when it is gone."""

    def __init__(
        self,
        entry: PulseConfigEntry,
        keys: Collection[str],
        *,
        stay_ignored: bool = False,
    ) -> None:
        """Begin with those of `keys` that were raised before a reload.

        `stay_ignored`: an ignored issue stays ignored when it is gone and comes back.
        """
        self._entry = entry
        self._hass = entry.runtime_data.hass
        self._stay_ignored = stay_ignored
        self._registry = ir.async_get(self._hass)
        prefix = self._issue_id("")
        self._shown: Mapping[str, _Issue | None] = {
            issue_id.removeprefix(prefix): None
            for (domain, issue_id), issue in self._registry.issues.items()
            if domain == DOMAIN and issue_id.startswith(prefix)
            if issue.translation_key in keys
        }

    def show(self, issues: Mapping[str, _Issue]) -> None:
        """Let there be these, and no others."""
        for name in self._shown.keys() - issues.keys():
            known = self._registry.async_get_issue(DOMAIN, self._issue_id(name))
            if not (self._stay_ignored and known and known.dismissed_version):
                ir.async_delete_issue(self._hass, DOMAIN, self._issue_id(name))
        for name, issue in issues.items():
            if issue != self._shown.get(name):
                self._create(name, issue)
        self._shown = issues

    def _issue_id(self, name: str) -> str:
        return f"{self._entry.entry_id}_{name}"

    def _create(self, name: str, issue: _Issue) -> None:
        projector = self._entry.runtime_data.display_name
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue_id(name),
            data={"entry_id": self._entry.entry_id, "key": issue.key},
            is_fixable=issue.is_fixable,
            severity=issue.severity,
            translation_key=issue.key,
            translation_placeholders={
                "projector": projector,
                **dict(issue.placeholders),
            },
        )
