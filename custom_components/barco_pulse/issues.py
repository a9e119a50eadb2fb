"""Floor 5: what the projector itself calls an error becomes a repair issue.

It goes when the projector dismisses it. Not in repairs.py: there is nothing to fix
from here.
"""

from homeassistant.core import callback
from homeassistant.helpers import issue_registry as ir

from .catalogue import NOTIFICATIONS
from .const import DOMAIN
from .coordinator import PulseConfigEntry, PulseCoordinator
from .protocol import JsonObject

_SEVERITIES = ("ERROR", "CRITICAL")


@callback
def async_report_errors(entry: PulseConfigEntry) -> None:
    """Keep the issues of a projector true until its entry is unloaded."""
    coordinator = entry.runtime_data
    reported: set[str] = set()

    @callback
    def report() -> None:
        if NOTIFICATIONS not in coordinator.data.values:
            return  # nobody knows
        errors = {
            f"{entry.entry_id}_{notification.get('id')}": notification
            for notification in coordinator.data.notifications
            if str(notification.get("severity")).upper() in _SEVERITIES
        }
        for issue_id in reported - errors.keys():
            ir.async_delete_issue(coordinator.hass, DOMAIN, issue_id)
        for issue_id in errors.keys() - reported:
            _create(coordinator, issue_id, errors[issue_id])
        reported.clear()
        reported.update(errors)

    @callback
    def forget() -> None:
        for issue_id in reported:
            ir.async_delete_issue(coordinator.hass, DOMAIN, issue_id)

    report()
    entry.async_on_unload(coordinator.async_add_listener(report, (NOTIFICATIONS,)))
    entry.async_on_unload(forget)


@callback
def _create(
    coordinator: PulseCoordinator, issue_id: str, notification: JsonObject
) -> None:
    ir.async_create_issue(
        coordinator.hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key="projector_error",
        translation_placeholders={
            "projector": coordinator.name,
            "code": str(notification.get("code") or "-"),
            "message": str(notification.get("message", "")),
        },
    )
