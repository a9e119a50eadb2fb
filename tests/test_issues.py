"""What the projector has to say: counted and dismissed."""

from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.barco_pulse.const import DOMAIN

from .conftest import Home, MoveIn
from .observe import overhear

pytestmark = pytest.mark.usefixtures("watched")

SENSOR = "sensor.notifications"
TEXT = "The lens is not calibrated"


def issues(home: Home) -> list[ir.IssueEntry]:
    """Return the repairs that the integration asks for."""
    known = ir.async_get(home.hass).issues
    return [issue for (domain, _), issue in known.items() if domain == DOMAIN]


async def dismiss(home: Home, notification_id: str, **data: str) -> None:
    """Call the action that dismisses a notification."""
    await home.hass.services.async_call(
        DOMAIN,
        "dismiss_notification",
        {"notification_id": notification_id, **data},
        blocking=True,
    )


@pytest.mark.parametrize("model", ["udx", "hdr_cs"])
async def test_only_what_wants_something_done_is_counted(
    move_in: MoveIn, model: str
) -> None:
    """None is left of what was dismissed."""
    home = await move_in(model)
    assert home.shows(SENSOR) == "0"
    home.projector.notify("INFO", "1", "Just so you know")
    home.projector.notify("CAUTION", "2", "It is warm")
    warning = home.projector.notify("WARNING", "3", TEXT)
    home.projector.notify("ERROR", "4", "The fan stands still")
    await home.until(SENSOR, "2")

    home.projector.dismiss(warning)

    await home.until(SENSOR, "1")
    assert home.shows("sensor.latest_message") == "The fan stands still"


async def test_an_error_of_the_projector_is_no_repair(move_in: MoveIn) -> None:
    """Nobody can repair it here: those that an older version raised are deleted."""
    home = await move_in("udx")
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
async def test_dismiss(move_in: MoveIn, data: dict[str, str], response: str) -> None:
    """By action, with the answer that was chosen."""
    home = await move_in("udx")
    error = home.projector.notify("ERROR", "1", TEXT)
    await home.until(SENSOR, "1")
    requests = overhear(home.projector, "notification.dismiss")

    await dismiss(home, error, **data)

    assert [params for _, params in requests] == [{"id": error, "response": response}]
    await home.until(SENSOR, "0")


async def test_dismiss_what_is_not_there(move_in: MoveIn) -> None:
    """The projector says so, and so do we."""
    home = await move_in("udx")

    with pytest.raises(HomeAssistantError) as refusal:
        await dismiss(home, "99")

    assert refusal.value.translation_key == "refused_notification"
    assert "notification 99" in str(refusal.value)


@pytest.mark.usefixtures("quick")
async def test_dismissed_at_a_projector_that_tells_of_nothing(move_in: MoveIn) -> None:
    """Neither signals nor pushes: it is asked after the action."""
    silent = ["signal.subscribe", "property.subscribe"]
    home = await move_in("udx", personality={"absent_methods": silent})
    error = home.projector.notify("ERROR", "1", TEXT)
    await home.until(SENSOR, "1")

    await dismiss(home, error)

    await home.until(SENSOR, "0")


async def test_projector_that_does_not_describe_itself(move_in: MoveIn) -> None:
    """Whether there is a list of notifications is seen when it is asked for."""
    home = await move_in("hdr_cs", personality={"absent_methods": ["introspect"]})

    home.projector.notify("ERROR", "1", TEXT)

    await home.until(SENSOR, "1")
