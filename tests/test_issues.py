"""Counting and dismissing notifications."""

from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.barco_pulse.const import DOMAIN

from .conftest import Home, SetUpProjector
from .observe import record_requests

pytestmark = pytest.mark.usefixtures("watched_sensors")

SENSOR = "sensor.notifications"
TEXT = "The lens is not calibrated"


def issues(home: Home) -> list[ir.IssueEntry]:
    """Return the issues of the integration."""
    issues_by_id = ir.async_get(home.hass).issues
    return [issue for (domain, _), issue in issues_by_id.items() if domain == DOMAIN]


async def dismiss(home: Home, notification_id: str, **data: str) -> None:
    """Call the action that dismisses a notification."""
    await home.hass.services.async_call(
        DOMAIN,
        "dismiss_notification",
        {"notification_id": notification_id, **data},
        blocking=True,
    )


@pytest.mark.parametrize("model", ["udx", "hdr_cs"])
async def test_only_warnings_are_counted(
    setup_projector: SetUpProjector, model: str
) -> None:
    """Count neither information nor dismissed notifications."""
    home = await setup_projector(model)
    assert home.value(SENSOR) == "0"
    home.projector.notify("INFO", "1", "Just so you know")
    home.projector.notify("CAUTION", "2", "It is warm")
    warning = home.projector.notify("WARNING", "3", TEXT)
    home.projector.notify("ERROR", "4", "The fan stands still")
    await home.until(SENSOR, "2")

    home.projector.dismiss(warning)

    await home.until(SENSOR, "1")
    assert home.value("sensor.latest_message") == "The fan stands still"


async def test_projector_error_creates_no_issue(
    setup_projector: SetUpProjector,
) -> None:
    """Create no issue, and delete those of older versions."""
    home = await setup_projector("udx")
    await home.unload()
    for name in ("4711", "control_needs_pin", "command_failed_power"):
        ir.async_create_issue(
            home.hass,
            DOMAIN,
            f"{home.entry.entry_id}_{name}",
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            translation_key="projector_error",
        )
    ir.async_ignore_issue(home.hass, DOMAIN, f"{home.entry.entry_id}_4711", True)
    await home.load()

    home.projector.notify("ERROR", "1", TEXT)

    await home.until(SENSOR, "1")
    [issue] = issues(home)
    assert issue.issue_id.endswith("_command_failed_power")


@pytest.mark.parametrize(
    ("data", "response"),
    [({}, "OK"), ({"response": "yes"}, "YES"), ({"response": "suppress"}, "SUPPRESS")],
)
async def test_dismiss(
    setup_projector: SetUpProjector, data: dict[str, str], response: str
) -> None:
    """Dismiss a notification with the given response."""
    home = await setup_projector("udx")
    error = home.projector.notify("ERROR", "1", TEXT)
    await home.until(SENSOR, "1")
    requests = record_requests(home.projector, "notification.dismiss")

    await dismiss(home, error, **data)

    assert [params for _, params in requests] == [{"id": error, "response": response}]
    await home.until(SENSOR, "0")


async def test_dismiss_unknown_notification(setup_projector: SetUpProjector) -> None:
    """Raise an error for an unknown notification."""
    home = await setup_projector("udx")

    with pytest.raises(HomeAssistantError) as refusal:
        await dismiss(home, "99")

    assert refusal.value.translation_key == "refused_notification"
    assert "notification 99" in str(refusal.value)


@pytest.mark.usefixtures("fast_timings")
async def test_dismiss_without_signals(setup_projector: SetUpProjector) -> None:
    """Read the notifications after the action if the projector reports no change."""
    silent = ["signal.subscribe", "property.subscribe"]
    home = await setup_projector("udx", quirks={"absent_methods": silent})
    error = home.projector.notify("ERROR", "1", TEXT)
    await home.until(SENSOR, "1")

    await dismiss(home, error)

    await home.until(SENSOR, "0")


async def test_projector_without_introspection(
    setup_projector: SetUpProjector,
) -> None:
    """Find out by a request whether there is a list of notifications."""
    home = await setup_projector("hdr_cs", quirks={"absent_methods": ["introspect"]})

    home.projector.notify("ERROR", "1", TEXT)

    await home.until(SENSOR, "1")
