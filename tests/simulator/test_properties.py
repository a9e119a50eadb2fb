"""property.get, set, subscribe, unsubscribe."""

from typing import Any

import pytest

from .conftest import Connect, Start

BRIGHTNESS = "image.brightness"


async def test_one_name_returns_a_value(start: Start, connect: Connect) -> None:
    """A name returns a value, a list of one name an object."""
    client = await connect(await start(state="on"))
    assert await client.get("system.state") == "on"
    assert await client.get(["system.state"]) == {"system.state": "on"}
    assert await client.call("property.get", ["system.state"]) == "on"
    assert await client.call("property.get", "system.state") == "on"


async def test_the_key_is_property(start: Start, connect: Connect) -> None:
    """The parameter `name` does not work, as on a real projector."""
    client = await connect(await start())
    assert (await client.error("property.get", {"name": "system.state"}))[0] == -32602
    assert (await client.error("property.get", {"property": [1]}))[0] == -32602


async def test_absent_properties(start: Start, connect: Connect) -> None:
    """An absent property returns the observed error."""
    client = await connect(await start(state="standby"))
    assert await client.error("property.get", {"property": BRIGHTNESS}) == (
        -32601,
        "Property not found: image.brightness",
    )


@pytest.mark.parametrize(
    ("style", "result"),
    [
        ("omit", {"system.state": "standby"}),
        ("null", {"system.state": "standby", BRIGHTNESS: None}),
    ],
)
async def test_missing_name_in_a_batch(
    start: Start, connect: Connect, style: str, result: Any
) -> None:
    """A missing name in a batch is omitted or null."""
    projector = await start(state="standby", quirks={"missing_name": style})
    client = await connect(projector)
    assert await client.get(["system.state", BRIGHTNESS]) == result


async def test_missing_name_fails_a_batch(start: Start, connect: Connect) -> None:
    """A missing name can make the batch fail."""
    projector = await start(state="standby", quirks={"missing_name": "error"})
    client = await connect(projector)
    names = ["system.state", BRIGHTNESS]
    assert (await client.error("property.get", {"property": names}))[0] == -32601


async def test_set_replies_then_notifies_all_subscribers(
    start: Start, connect: Connect
) -> None:
    """All subscribers are notified after the reply."""
    projector = await start(state="on")
    one, other = await connect(projector), await connect(projector)
    await one.subscribe(BRIGHTNESS)
    await other.subscribe(BRIGHTNESS)
    assert await one.set(BRIGHTNESS, 0.25) is True
    assert one.notifications == []
    assert await one.changed() == {BRIGHTNESS: 0.25}
    assert await other.changed() == {BRIGHTNESS: 0.25}
    assert projector.get(BRIGHTNESS) == 0.25


async def test_set_may_notify_first_or_not_itself(
    start: Start, connect: Connect
) -> None:
    """Notifications can come first, or not to the sender."""
    projector = await start(state="on", quirks={"set_notification": "before"})
    client = await connect(projector)
    await client.subscribe(BRIGHTNESS)
    await client.set(BRIGHTNESS, 0.25)
    assert len(client.notifications) == 1
    client.notifications.clear()
    projector.quirks.notify_self = False
    await client.set(BRIGHTNESS, 0.5)
    projector.change(BRIGHTNESS, 0.75)
    assert await client.changed() == {BRIGHTNESS: 0.75}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        (BRIGHTNESS, "0.5", -32602),
        (BRIGHTNESS, 1.5, -32602),
        (BRIGHTNESS, None, -32602),
        ("ui.osd", "true", -32602),
        ("image.orientation", "SIDEWAYS", -32602),
        ("illumination.sources.laser.power", 5, -32602),
        ("system.serialnumber", "1", -32001),
        ("image.window.main.source", "Betamax", -32000),
        ("image.hue", 0, -32601),
    ],
)
async def test_refused_values(
    start: Start, connect: Connect, name: str, value: Any, code: int
) -> None:
    """Invalid values return an error."""
    client = await connect(await start(state="on"))
    before = None if name == "image.hue" else await client.get(name)
    error = await client.error("property.set", {"property": name, "value": value})
    assert error[0] == code
    assert before is None or await client.get(name) == before


async def test_set_needs_a_value(start: Start, connect: Connect) -> None:
    """A set without a value returns an error."""
    client = await connect(await start(state="on"))
    assert (await client.error("property.set", {"property": BRIGHTNESS}))[0] == -32602


async def test_out_of_range_may_be_moved_or_accepted(
    start: Start, connect: Connect
) -> None:
    """Values out of range can be limited or accepted."""
    projector = await start(state="on", quirks={"out_of_range": "clamp"})
    client = await connect(projector)
    assert await client.set(BRIGHTNESS, 7) is True
    assert projector.get(BRIGHTNESS) == 1
    projector.quirks.out_of_range = "accept"
    assert await client.set(BRIGHTNESS, 7) is True
    assert projector.get(BRIGHTNESS) == 7


async def test_strings_may_be_booleans(start: Start, connect: Connect) -> None:
    """Strings can be accepted as booleans."""
    projector = await start(quirks={"string_booleans": "accept"})
    client = await connect(projector)
    assert await client.set("ui.osd", "false") is True
    assert projector.get("ui.osd") is False


async def test_no_first_value(start: Start, connect: Connect) -> None:
    """Notifications come only after changes."""
    projector = await start(state="on")
    client = await connect(projector)
    await client.subscribe(BRIGHTNESS, "image.contrast")
    projector.change(BRIGHTNESS, 0.0)
    projector.change("image.contrast", 1.5)
    assert await client.changed() == {"image.contrast": 1.5}


async def test_first_value_if_enabled(start: Start, connect: Connect) -> None:
    """A subscription can push the current value."""
    client = await connect(await start(quirks={"initial_push": True}))
    await client.subscribe("system.state")
    assert await client.changed() == {"system.state": "standby"}


async def test_unsubscribe(start: Start, connect: Connect) -> None:
    """One of two subscriptions can be removed."""
    projector = await start(state="on")
    client = await connect(projector)
    await client.subscribe(BRIGHTNESS, "image.contrast")
    assert await client.call("property.unsubscribe", {"property": BRIGHTNESS}) is True
    projector.change(BRIGHTNESS, 0.5)
    projector.change("image.contrast", 1.5)
    assert await client.changed() == {"image.contrast": 1.5}


@pytest.mark.parametrize(("pairs", "messages"), [(1, 3), (2, 2), (0, 1)])
async def test_pairs_per_notification(
    start: Start, connect: Connect, pairs: int, messages: int
) -> None:
    """The number of pairs in a notification is configurable."""
    projector = await start(state="on", quirks={"pairs_per_notification": pairs})
    client = await connect(projector)
    names = [BRIGHTNESS, "image.contrast", "image.saturation"]
    await client.subscribe(*names)
    for name in names:
        projector.change(name, 0.5)
    received = [await client.changed() for _ in range(messages)]
    assert {n: v for pairs in received for n, v in pairs.items()} == dict.fromkeys(
        names, 0.5
    )


@pytest.mark.parametrize(("style", "pushed"), [("accept", True), ("ignore", False)])
async def test_subscription_to_an_absent_property(
    start: Start, connect: Connect, style: str, pushed: bool
) -> None:
    """A subscription to an absent property can count later."""
    projector = await start(state="standby", quirks={"subscribe_missing": style})
    client = await connect(projector)
    await client.subscribe(BRIGHTNESS, "ui.osd")
    projector.change("system.state", "on")
    projector.change(BRIGHTNESS, 0.5)
    projector.change("ui.osd", False)
    assert await client.changed() == (
        {BRIGHTNESS: 0.5} if pushed else {"ui.osd": False}
    )


async def test_subscription_to_an_absent_property_can_fail(
    start: Start, connect: Connect
) -> None:
    """A subscription to an absent property can fail."""
    projector = await start(quirks={"subscribe_missing": "error"})
    client = await connect(projector)
    names = {"property": ["ui.osd", BRIGHTNESS]}
    assert (await client.error("property.subscribe", names))[0] == -32601


@pytest.mark.parametrize("keeps", [True, False])
async def test_subscriptions_when_an_object_comes_back(
    start: Start, connect: Connect, keeps: bool
) -> None:
    """Subscriptions are kept or lost with the object."""
    projector = await start(state="on", quirks={"keeps_subscriptions": keeps})
    client = await connect(projector)
    await client.subscribe(BRIGHTNESS, "ui.osd")
    projector.change("system.state", "standby")
    projector.change("system.state", "on")
    projector.change(BRIGHTNESS, 0.5)
    projector.change("ui.osd", False)
    assert await client.changed() == ({BRIGHTNESS: 0.5} if keeps else {"ui.osd": False})


async def test_absent_values_change_silently(start: Start, connect: Connect) -> None:
    """Changes of absent properties are not pushed."""
    projector = await start(state="standby")
    client = await connect(projector)
    await client.subscribe("illumination.state", "system.state")
    projector.device.put("illumination.state", "On")
    projector.change("system.state", "error")
    assert await client.changed() == {"system.state": "error"}


async def test_names_with_spaces(start: Start, connect: Connect) -> None:
    """Names can have spaces, as those of counters."""
    client = await connect(await start())
    name = "statistics.laser plate 1 bank 1 runtime.value"
    assert await client.get(name) == 1180


async def test_presets_are_pairs(start: Start, connect: Connect) -> None:
    """A dictionary without string keys is an array of pairs."""
    client = await connect(await start(state="on"))
    presets = await client.get("profile.presetassignments")
    assert presets[0] == [0, "HDR 260 HDMI"]
    assert len(presets) == 30


async def test_service_is_not_available_yet(start: Start, connect: Connect) -> None:
    """Requests fail shortly after an object appears or disappears."""
    projector = await start(state="standby", speed=0.001)
    client = await connect(projector)
    projector.change("system.state", "on")
    missing = {"property": BRIGHTNESS}
    unsettled = (-32000, "Method doesn't exist on interface")
    assert await client.error("property.get", missing) == unsettled
    assert await client.error("image.source.list") == unsettled
    assert await client.get(["system.state", BRIGHTNESS]) == {"system.state": "on"}
    projector.quirks.unsettled_error = -32601
    assert (await client.error("property.get", missing))[0] == -32601


async def test_service_becomes_available(start: Start, connect: Connect) -> None:
    """The model signal comes when the service is available."""
    projector = await start(state="standby")
    client = await connect(projector)
    await client.call("signal.subscribe", {"signal": "modelupdated"})
    projector.change("system.state", "on")
    await client.signalled()
    assert await client.get(BRIGHTNESS) == 0
    assert len(await client.call("image.source.list")) == 6
