"""Events for notifications and keys."""

from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.entity_registry import RegistryEntryDisabler
from homeassistant.helpers.event import async_track_state_change_event
import pytest

from simulator.jsontypes import JsonObject

from .conftest import Home, SetUp, SetUpProjector, StartProjector, wait_until

pytestmark = pytest.mark.usefixtures("watched_sensors")

NOTIFICATION = "event.notification"
KEY = "event.key"
TEXT = "Inlet filter is dirty"
EVENT_ATTRIBUTES = ("event_type", "id", "code", "message", "key", "source")
"""Attributes of an event."""


def fired_events(home: Home, name: str) -> list[dict[str, Any]]:
    """Return a list that receives the events of an event entity, each once."""
    events: list[dict[str, Any]] = []
    seen: list[tuple[str, dict[str, Any]]] = []  # also from before it was unavailable

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is None or state.state in (STATE_UNAVAILABLE, STATE_UNKNOWN):
            return
        attributes = {what: state.attributes.get(what) for what in EVENT_ATTRIBUTES}
        if (state.state, attributes) not in seen:
            seen.append((state.state, attributes))
            events.append(
                {k: value for k, value in attributes.items() if value is not None}
            )

    async_track_state_change_event(home.hass, [str(home.entity_id(name))], note)
    return events


async def until_counted(home: Home, amount: int) -> None:
    """Wait until the sensor has counted the warnings, after all events."""
    await home.until("sensor.notifications", str(amount))


@pytest.mark.parametrize("arguments", ["member", "direct"])
@pytest.mark.parametrize(
    ("severity", "event_type"),
    [
        ("INFO", "info"),
        ("CAUTION", "caution"),
        ("WARNING", "warning"),
        ("ERROR", "error"),
        ("CRITICAL", "critical"),
    ],
)
async def test_notification(
    setup_projector: SetUpProjector, severity: str, event_type: str, arguments: str
) -> None:
    """Fire one event for each notification, with its data."""
    home = await setup_projector("udx", quirks={"notification_arguments": arguments})
    events = fired_events(home, NOTIFICATION)

    attributes = home.projector.notify(severity, "4711", TEXT)
    home.projector.notify("WARNING", "1", "The end")
    await wait_until(home.hass, lambda: len(events) == 2)

    assert events[0] == {
        "event_type": event_type,
        "id": attributes,
        "code": "4711",
        "message": TEXT,
    }


@pytest.mark.usefixtures("fast_timings")
async def test_notification_by_its_count(
    setup_projector: SetUpProjector,
) -> None:
    """Read the list when the count changes, if there are no signals."""
    home = await setup_projector("udx", quirks={"absent_methods": ["signal.subscribe"]})
    events = fired_events(home, NOTIFICATION)

    home.projector.notify("WARNING", "4711", TEXT)

    await until_counted(home, 1)
    assert [event["message"] for event in events] == [TEXT]


@pytest.mark.usefixtures("fast_timings")
async def test_notification_fires_once(setup_projector: SetUpProjector) -> None:
    """Fire once, although signal, count and list report the notification."""
    home = await setup_projector("udx")
    events = fired_events(home, NOTIFICATION)
    requests = home.projector.counters.requests

    home.projector.notify("WARNING", "4711", TEXT)
    await home.projector.wait_until(lambda: requests["notification.list"] > 1)
    home.projector.change("environment.alarmstate", "Warning")
    await home.until("sensor.health", "warning")

    assert [event["message"] for event in events] == [TEXT]


async def test_existing_notification_is_no_event(
    hass: HomeAssistant, start_projector: StartProjector, set_up: SetUp
) -> None:
    """Ignore existing notifications at set-up and after a reload."""
    projector = await start_projector("udx")
    projector.notify("WARNING", "4711", TEXT)

    home = Home(hass, projector, await set_up(projector))
    await until_counted(home, 1)
    await home.reload()
    await until_counted(home, 1)
    projector.change("environment.alarmstate", "Warning")
    await home.until("sensor.health", "warning")

    assert home.value(NOTIFICATION) == STATE_UNKNOWN


@pytest.mark.usefixtures("fast_timings")
async def test_only_new_notifications_after_an_outage(
    setup_projector: SetUpProjector,
) -> None:
    """Fire for new notifications that still exist, and only once."""
    home = await setup_projector("udx")
    events = fired_events(home, NOTIFICATION)
    home.projector.notify("WARNING", "1", "Before")
    await until_counted(home, 1)

    home.projector.faults.refuse = True
    home.projector.drop()
    await home.until(NOTIFICATION, STATE_UNAVAILABLE)
    home.projector.notify("WARNING", "2", "Meanwhile")
    home.projector.faults.clear()
    await until_counted(home, 2)

    assert [event["message"] for event in events] == ["Before", "Meanwhile"]


async def test_unknown_severity(setup_projector: SetUpProjector) -> None:
    """Ignore a notification of unknown severity, but not the next one."""
    home = await setup_projector("udx")
    events = fired_events(home, NOTIFICATION)
    odd: JsonObject = {"id": "9", "severity": "OMINOUS", "code": "9", "message": "Hm"}

    home.projector.signal("notification.emitted", odd)
    home.projector.signal("notification.emitted", {"notification": "none"})
    home.projector.notify("WARNING", "1", TEXT)
    await wait_until(home.hass, lambda: bool(events))

    assert [event["message"] for event in events] == [TEXT]


async def test_dismissal_is_no_event(setup_projector: SetUpProjector) -> None:
    """Fire nothing when a notification is dismissed."""
    home = await setup_projector("udx")
    events = fired_events(home, NOTIFICATION)
    attributes = home.projector.notify("WARNING", "1", TEXT)
    await until_counted(home, 1)

    home.projector.dismiss(attributes)
    await until_counted(home, 0)

    assert len(events) == 1


async def test_notification_that_returns(
    setup_projector: SetUpProjector,
) -> None:
    """Fire again if a dismissed notification returns under its old ID."""
    home = await setup_projector("udx")
    events = fired_events(home, NOTIFICATION)
    entry: JsonObject = {"id": "9", "severity": "WARNING", "code": "9", "message": TEXT}
    home.projector.signal("notification.emitted", entry)
    await until_counted(home, 1)
    home.projector.signal("notification.dismissed", {"id": "9"})
    await until_counted(home, 0)

    home.projector.signal("notification.emitted", entry | {"message": "Again"})
    await until_counted(home, 1)

    assert [event["message"] for event in events] == [TEXT, "Again"]


@pytest.mark.parametrize("model", ["udx", "hdr_cs"])
async def test_keys_are_disabled_by_default(
    setup_projector: SetUpProjector, model: str
) -> None:
    """Add the entity disabled."""
    home = await setup_projector(model)

    assert home.entries()[KEY].disabled_by is RegistryEntryDisabler.INTEGRATION


@pytest.mark.parametrize(
    ("key_type", "event_type"),
    [
        ("CLICKED", "clicked"),
        ("PRESS", "press_start"),
        ("REPEAT", "repeat"),
        ("RELEASE", "press_end"),
    ],
)
async def test_key(
    setup_projector: SetUpProjector, key_type: str, event_type: str
) -> None:
    """Fire an event for a key, for example of the remote control."""
    home = await setup_projector("hdr_cs")
    await home.enable(KEY)
    events = fired_events(home, KEY)

    arguments: JsonObject = {"key": "RC_OK", "type": key_type, "source": "IR"}
    home.projector.signal("keydispatcher.keyevent", arguments)
    await wait_until(home.hass, lambda: bool(events))

    assert events == [{"event_type": event_type, "key": "RC_OK", "source": "IR"}]


async def test_events_without_a_key(setup_projector: SetUpProjector) -> None:
    """Ignore events without a valid key."""
    home = await setup_projector("hdr_cs")
    await home.enable(KEY)

    home.projector.signal("keydispatcher.keyevent", {"key": "RC_OK", "type": "BENT"})
    home.projector.signal("keydispatcher.keyevent", {})
    home.projector.change("system.health", "Warning")
    await home.until("sensor.health", "warning")

    assert home.value(KEY) == STATE_UNKNOWN
