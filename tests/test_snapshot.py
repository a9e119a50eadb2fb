"""Snapshots: the values of a projector at one moment."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from custom_components.barco_pulse.pulse.json_types import JsonObject, JsonValue
from custom_components.barco_pulse.pulse.schema import PropertyType
from custom_components.barco_pulse.pulse.snapshot import Snapshot


def snapshot(**values: JsonValue) -> Snapshot:
    """Return a snapshot; "__" in a name stands for a dot."""
    named = {name.replace("__", "."): value for name, value in values.items()}
    return Snapshot(True, values=MappingProxyType(named))


@pytest.mark.parametrize(
    ("state", "target", "is_on"),
    [
        ("on", "on", True),
        ("on", None, True),
        ("conditioning", None, True),
        ("ready", "on", True),
        ("standby", "on", True),
        ("ready", "ready", False),
        ("ready", None, False),
        ("deconditioning", "ready", False),
        ("standby", "standby", False),
        ("eco", "eco", False),
        ("error", "error", False),
        (None, None, None),
        (7, "on", None),
    ],
)
def test_is_on(state: JsonValue, target: JsonValue, is_on: bool | None) -> None:
    """Return true for on and warming up, false for cooling down and ready."""
    assert snapshot(system__state=state, system__targetstate=target).is_on is is_on


def test_values_by_type() -> None:
    """Return no value of another type than requested."""
    taken = snapshot(text="a", number=1.5, flag=True, texts=["a", 1, None, "b"])

    assert taken.get_text("text") == "a"
    assert taken.get_text("number") is None
    assert taken.get_number("number") == 1.5
    assert taken.get_number("flag") is None
    assert taken.get_number("absent") is None
    assert taken.get_texts("texts") == ["a", "b"]
    assert taken.get_texts("text") == []
    assert taken.get_texts("absent") == []


PRESETS = "profile.presetassignments"


@pytest.mark.parametrize(
    "assignments",
    [
        [[0, "Gaming"], [1, ""], [12, "Café"]],
        [["0", "Gaming"], ["12", "Café"]],
        [[0.0, "Gaming"], [12.0, "Café"]],
        [{"key": 0, "value": "Gaming"}, {"key": "12", "value": "Café"}],
        {"0": "Gaming", "1": "", "12": "Café"},
        [[0, "Gaming"], [1, "  "], [2, None], [12, "Café"]],
        [[0, "Gaming"], [1], ["x", "y"], [2, None], 7, [12, "Café"], {}, [-1, "z"]],
    ],
    ids=str,
)
def test_presets(assignments: JsonValue) -> None:
    """Return assigned presets, named by number and profile."""
    taken = Snapshot(values={PRESETS: assignments})
    assert taken.presets == {"0: Gaming": 0, "12: Café": 12}


@pytest.mark.parametrize("assignments", [None, "0", 7, []], ids=repr)
def test_no_presets(assignments: JsonValue) -> None:
    """Return no presets without assignments."""
    assert snapshot(profile__presetassignments=assignments).presets == {}


@pytest.mark.parametrize(
    ("value", "options"),
    [
        (["HDMI", "SDI"], {"HDMI": "HDMI", "SDI": "SDI"}),
        (
            [{"id": "warp-1", "name": "Dome"}, {"id": "warp-2", "name": "Café"}],
            {"Dome": "warp-1", "Café": "warp-2"},
        ),
        (
            [
                {"group": "Standard", "edids": ["Default", "1080p"]},
                {"group": "Mine", "edids": ["Dome"]},
            ],
            {"Default": "Default", "1080p": "1080p", "Dome": "Dome"},
        ),
        (
            [7, None, {}, {"edids": 7}, {"id": 7, "name": "x"}, [], "SDI"],
            {"SDI": "SDI"},
        ),
        ("HDMI", {}),
        (None, {}),
        (7, {}),
    ],
    ids=str,
)
def test_options(value: JsonValue, options: dict[str, JsonValue]) -> None:
    """Map displayed names to those of the projector, in any form of the list."""
    assert Snapshot(values={"x.list": value}).options("x.list") == options


def test_last_known() -> None:
    """Return the last known value while none is reported."""
    taken = Snapshot(
        values={"x.list": ["new"]},
        last_known={"x.list": ["old"], "y.list": ["old"], "z.maxpower": 80},
    )
    assert taken.last_value("x.list") == ["new"]
    assert taken.get_texts("y.list") == ["old"]
    assert taken.options("y.list") == {"old": "old"}
    assert taken.get_number("z.maxpower") == 80
    assert taken.last_value("unheard.of") is None
    assert taken.get_text("y.list") is None


def test_has_and_present() -> None:
    """Distinguish names that exist in any power state from those that exist now."""
    taken = Snapshot(
        properties={"image.gamma": PropertyType("float")},
        methods={"image.source.list": {}},
        objects=frozenset({"system"}),
        values={"activated.preset": "1: Film"},
    )
    assert taken.has("image.gamma")
    assert taken.has("image.source.list")
    assert not taken.has("image")
    assert not taken.present("image.gamma")
    assert taken.present("system.state")
    assert Snapshot().present("image.gamma"), "as last known"


def entry(number: int, severity: JsonValue, timestamp: JsonValue = None) -> JsonObject:
    """Return a notification."""
    return {"id": str(number), "severity": severity, "timestamp": timestamp}


def test_notifications() -> None:
    """Return notifications with the newest first, without invalid ones."""
    old, new = entry(1, "INFO", "2026-11-01T08:00"), entry(2, "ERROR", "2026-11-02")
    notifications: JsonValue = [old, None, new, 7, "error", []]
    taken = Snapshot(values={"notification.list": notifications})
    assert taken.notifications == [new, old]
    assert taken.warnings == [new]


def test_notifications_of_one_second() -> None:
    """Keep the order of the projector within one second."""
    first, second = entry(1, "INFO", "2026-11-01"), entry(2, "ERROR", "2026-11-01")
    taken = Snapshot(values={"notification.list": [first, second]})
    assert taken.notifications == [second, first]


@pytest.mark.parametrize(
    ("severity", "serious"),
    [
        ("INFO", False),
        ("CAUTION", False),
        ("WARNING", True),
        ("warning", True),
        ("ERROR", True),
        ("CRITICAL", True),
        (None, False),
        (7, False),
    ],
)
def test_warnings(severity: JsonValue, serious: bool) -> None:
    """Return warnings and errors, in either spelling."""
    notification = entry(1, severity)
    taken = Snapshot(values={"notification.list": [notification, {"id": 7}]})
    assert taken.warnings == ([notification] if serious else [])


@pytest.mark.parametrize("notifications", [None, 7, "error", {"id": "1"}], ids=str)
def test_no_notifications(notifications: JsonValue) -> None:
    """Return no notifications of an invalid list."""
    assert Snapshot(values={"notification.list": notifications}).notifications == []


def test_empty_snapshot() -> None:
    """Be neither on, off nor reachable before the first value."""
    assert not Snapshot().reachable
    assert Snapshot().state is None
    assert Snapshot().is_on is None


def test_changed_names() -> None:
    """Return the names of new, changed and removed values; None if more changed."""
    before = snapshot(same=1, other=1, gone=[1])

    assert snapshot(same=1, other=2, new=0).changed_names(before) == {
        "other",
        "gone",
        "new",
    }
    assert snapshot(same=1, other=1, gone=[1]).changed_names(before) == set()
    remembered = MappingProxyType({"kept": 1})
    assert replace(before, last_known=remembered).changed_names(before) == {"kept"}
    assert replace(before, asleep=True).changed_names(before) is None
    properties = MappingProxyType({"same": PropertyType("int")})
    described = replace(before, properties=properties)
    assert described.changed_names(before) is None
    assert (
        described.changed_names(replace(described, properties={**properties})) == set()
    )


def test_with_values() -> None:
    """Replace the values that differ, and name them; keep everything else."""
    before = Snapshot(True, values={"a": 1, "b": 2, "c": 3}, control_denied=True)
    after, names = before.with_values({"a": 1, "b": 5})
    assert names == {"b"}
    assert after == Snapshot(True, values={"a": 1, "b": 5, "c": 3}, control_denied=True)
    assert before.values["b"] == 2
    assert before.with_values({"a": 1.0})[1] == frozenset()
