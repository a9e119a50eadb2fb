"""What the projector has to say: counted, repaired, dismissed."""

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.const import CONF_PIN, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.barco_pulse.const import DOMAIN
from custom_components.barco_pulse.snapshot import Snapshot

from .conftest import Home, MoveIn, SetUp, StartProjector
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


@pytest.mark.parametrize(
    ("severity", "serious"),
    [
        ("INFO", False),
        ("CAUTION", False),
        ("WARNING", False),
        ("ERROR", True),
        ("CRITICAL", True),
    ],
)
async def test_an_error_of_the_projector_is_a_repair(
    move_in: MoveIn, severity: str, serious: bool
) -> None:
    """It names the projector and says what the projector says."""
    home = await move_in("udx")

    home.projector.notify(severity, "4711", TEXT)
    home.projector.notify("WARNING", "1", "The end")
    await home.until(SENSOR, "1" if severity in ("INFO", "CAUTION") else "2")

    assert [issue.translation_placeholders for issue in issues(home)] == serious * [
        {"projector": home.entry.title, "code": "4711", "message": TEXT}
    ]
    for issue in issues(home):
        assert issue.translation_key == "projector_error"
        assert issue.severity is ir.IssueSeverity.ERROR
        assert not issue.is_fixable


async def test_the_repair_goes_with_the_error(move_in: MoveIn) -> None:
    """Whoever dismisses it, at the projector itself for example."""
    home = await move_in("udx")
    first = home.projector.notify("ERROR", "1", "First")
    home.projector.notify("ERROR", "2", "Second")
    await home.until(SENSOR, "2")
    assert len(issues(home)) == 2

    home.projector.dismiss(first)

    await home.until(SENSOR, "1")
    (issue,) = issues(home)
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["message"] == "Second"


@pytest.mark.usefixtures("quick")
async def test_the_repair_outlasts_the_connection(move_in: MoveIn) -> None:
    """Nobody knows better meanwhile; what was dismissed then is gone afterwards."""
    home = await move_in("udx")
    error = home.projector.notify("ERROR", "1", TEXT)
    await home.until(SENSOR, "1")
    home.projector.faults.refuse = True
    home.projector.drop()
    await home.until(SENSOR, STATE_UNAVAILABLE)
    assert len(issues(home)) == 1

    home.projector.dismiss(error)
    home.projector.faults.clear()

    await home.until(SENSOR, "0")
    assert not issues(home)


async def test_the_repair_outlasts_a_projector_that_tells_nothing(
    move_in: MoveIn,
) -> None:
    """A list that could not be read is not an empty one."""
    home = await move_in("udx")
    home.projector.notify("ERROR", "1", TEXT)
    await home.until(SENSOR, "1")
    coordinator = home.entry.runtime_data

    coordinator.async_set_updated_data(Snapshot(reachable=True))

    assert len(issues(home)) == 1


async def test_an_ignored_repair_stays_ignored(move_in: MoveIn) -> None:
    """After a reload too, and when the next command shows that it is still true."""
    home = await move_in("balder_cs", state="on")
    home.hass.config_entries.async_update_entry(
        home.entry, data={**home.entry.data, CONF_PIN: None}
    )
    await home.reload()
    home.projector.notify("ERROR", "1", TEXT)
    await home.until(SENSOR, "1")

    async def ignored_after_a_refused_command() -> list[bool]:
        with pytest.raises(HomeAssistantError):
            await home.act("turn_off", "switch.power")
        return [issue.dismissed_version is not None for issue in issues(home)]

    assert await ignored_after_a_refused_command() == [False, False]
    for issue in issues(home):
        ir.async_ignore_issue(home.hass, DOMAIN, issue.issue_id, True)

    await home.reload()

    assert await ignored_after_a_refused_command() == [True, True]


async def test_an_error_that_the_projector_does_not_describe(move_in: MoveIn) -> None:
    """No text is made of what is missing."""
    home = await move_in("udx")

    home.projector.signal(
        "notification.emitted", {"id": None, "severity": "ERROR", "message": None}
    )

    await home.until(SENSOR, "1")
    (issue,) = issues(home)
    assert issue.translation_placeholders == {
        "projector": home.entry.title,
        "code": "-",
        "message": "-",
    }
    assert "None" not in issue.issue_id


async def test_repairs_that_were_settled_during_a_reload(move_in: MoveIn) -> None:
    """What the projector no longer reports is gone."""
    home = await move_in("udx")
    error = home.projector.notify("ERROR", "1", TEXT)
    await home.until(SENSOR, "1")

    await home.unload()
    assert len(issues(home)) == 1
    home.projector.dismiss(error)
    await home.load()

    assert not issues(home)


@pytest.mark.parametrize("end", ["disable", "remove"])
async def test_the_repair_goes_with_the_entry(move_in: MoveIn, end: str) -> None:
    """An entry that is disabled or removed has nothing to report."""
    home = await move_in("udx")
    home.projector.notify("ERROR", "1", TEXT)
    await home.until(SENSOR, "1")

    entries = home.hass.config_entries
    if end == "remove":
        await entries.async_remove(home.entry.entry_id)
    else:
        await entries.async_set_disabled_by(
            home.entry.entry_id, ConfigEntryDisabler.USER
        )

    assert not issues(home)


async def test_repairs_of_two_projectors(
    hass: HomeAssistant, start_projector: StartProjector, set_up: SetUp
) -> None:
    """They count alike, and must not be taken for each other."""
    homes = []
    for model in ("udx", "hdr_cs"):
        projector = await start_projector(model)
        homes.append(Home(hass, projector, await set_up(projector)))
        projector.notify("ERROR", "1", TEXT)
        await homes[-1].until(SENSOR, "1")
    assert len(issues(homes[0])) == 2

    await hass.config_entries.async_remove(homes[0].entry.entry_id)

    (issue,) = issues(homes[1])
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["projector"] == homes[1].entry.title


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
    assert not issues(home)


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
    assert not issues(home)


async def test_projector_that_does_not_describe_itself(move_in: MoveIn) -> None:
    """Whether there is a list of notifications is seen when it is asked for."""
    home = await move_in("hdr_cs", personality={"absent_methods": ["introspect"]})

    home.projector.notify("ERROR", "1", TEXT)

    await home.until(SENSOR, "1")
    assert len(issues(home)) == 1
