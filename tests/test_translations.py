"""Translations and icons: complete, and the same in each language."""

from collections import Counter
import json
from pathlib import Path
import re
from typing import Any, get_args

from homeassistant import components
from homeassistant.components.sensor import SensorDeviceClass
import pytest

from custom_components.barco_pulse.const import KEEP, RELEASE
from custom_components.barco_pulse.entity_description import (
    PulseEntityDescription,
    to_state_key,
)
from custom_components.barco_pulse.errors import MESSAGES, Context, unknown_name_error
from custom_components.barco_pulse.event import PulseEventDescription
from custom_components.barco_pulse.pulse import BlockReason
from custom_components.barco_pulse.pulse.const import FALLBACK_PROPERTIES
from custom_components.barco_pulse.pulse.schema import PropertyType
from custom_components.barco_pulse.pulse.snapshot import Snapshot
from custom_components.barco_pulse.select import PulseSelectDescription
from custom_components.barco_pulse.sensor_values import PulseSensorDescription

from .common import RunningProjector
from .conftest import StartProjector
from .words import (
    ACTIONS,
    CONDITIONS,
    ENGLISH,
    ICONS,
    TABLES,
    TRIGGERS,
    WORDS,
    entities,
    placeholders,
    texts,
    translated_calls,
)

MODELS = ("udx", "balder_cs", "hdr_cs")
SWITCHED = ("binary_sensor", "switch")
"""Platforms with the states on and off, which Home Assistant translates."""

STATES = {
    "sensor.phase": {"off", "starting", "warming", "on", "cooling", "error"},
    "sensor.signal": {"no_signal"},
    "sensor.color_primaries": {
        "rec709",
        "rec2020",
        "dci-p3-d65",
        "dci-p3-theater",
    },
    "sensor.color_space": {"rgb", "rec709", "rec601", "rec2020"},
    "sensor.signal_range": {"0-255", "16-235"},
    "sensor.signal_gamma": {"power", "s_rgb", "rec_bt1886", "smpte_st2084"},
    "sensor.stereo_mode": {
        "none",
        "sequential",
        "frame_packed",
        "top_bottom",
        "side_by_side",
    },
}
"""States that no property type lists."""
RESERVED = {"unknown": None, "unavailable": "not_available"}
"""Values that Home Assistant reserves, and the states that replace them."""
ATTRIBUTES = {
    "event.key": {"event_type", "key", "source"},
    "event.notification": {"event_type", "id", "code", "message"},
    "sensor.latest_message": {"severity", "code"},
    "sensor.phase": {"asleep"},
    "sensor.signal": {"resolution", "hdr"},
}
"""Attributes that no description lists."""

CONTROL_BLOCKS = {
    f"environment.{name}.value": PropertyType("float", quantity=quantity)
    for name, quantity in {
        "humidity.ambient": "Humidity",
        "humidity.outlet": "Humidity",
        "temperature.ambient": "Temperature",
        "temperature.laser": "Temperature",
        "temperature.psu": "Temperature",
        "fanspeed.inlet1": "Speed",
        "fanspeed.inlet2": "Speed",
        "fanspeed.outlet1": "Speed",
        "tilt.unusual": "Angle",
        "current.unusual": "Current",
        "fanspeed.unusual": "Speed",
        "humidity.unusual": "Humidity",
        "power.unusual": "Power",
        "pressure.unusual": "Pressure",
        "resistance.unusual": "Resistance",
        "voltage.unusual": "Voltage",
    }.items()
}
"""Blocks that no simulated projector has, with and without a translated place."""

type Rows = dict[str, list[PulseEntityDescription]]
"""Descriptions with common texts, by platform and translation key."""


_learnt: dict[str, Snapshot] = {}


@pytest.fixture
async def snapshots(start_projector: StartProjector) -> list[Snapshot]:
    """Return the snapshots of three projectors, of one with more blocks, and of none."""
    names = [
        name
        for described_entities in TABLES.values()
        for description in described_entities(Snapshot())
        for name in (*description.subscribed_names, *description.exists_names)
    ]
    for model in MODELS:
        if model not in _learnt:
            simulator = await start_projector(model, state="on")
            projector = RunningProjector(
                simulator, property_names=names, default_names=lambda _: names
            )
            await projector.connect()
            _learnt[model] = projector.snapshot
            await projector.disconnect()
    return [*_learnt.values(), Snapshot(properties=CONTROL_BLOCKS), Snapshot()]


@pytest.fixture
def described_entities(snapshots: list[Snapshot]) -> Rows:
    """Return all entities with translations of the three projectors.

    An entity that is named after its device has translations for attributes only.
    """
    found: Rows = {}
    for snapshot in snapshots:
        for platform, rows_of in TABLES.items():
            for description in rows_of(snapshot):
                if description.name is not None or description.attributes:
                    key = f"{platform}.{description.translation_key or description.key}"
                    found.setdefault(key, []).append(description)
    return found


def states(description: PulseEntityDescription, snapshots: list[Snapshot]) -> set[str]:
    """Return the values of an enumeration, none for other sensors."""
    kinds = [
        of[name]
        for of in (
            FALLBACK_PROPERTIES,
            *(snapshot.properties for snapshot in snapshots),
        )
        for name in description.property_names
        if name in of
    ]
    values = {
        to_state_key(o) for kind in kinds if kind.base == "enum" for o in kind.options
    }
    if isinstance(description, PulseSelectDescription):
        return (
            values if description.options is None else values & set(description.options)
        )
    if description.device_class == SensorDeviceClass.ENUM:
        if isinstance(description, PulseSensorDescription) and description.options:
            return set(description.options)
        return {state for value in values if (state := RESERVED.get(value, value))}
    return set()


# All languages


def test_languages() -> None:
    """Include the languages of the readers."""
    assert set(WORDS) == {"en", "de", "nl", "fr", "es", "it"}


@pytest.mark.parametrize("language", WORDS)
def test_same_texts_in_each_language(language: str) -> None:
    """Have the same texts with the same placeholders in each language."""
    assert {path: placeholders(text) for path, text in texts(WORDS[language])} == {
        path: placeholders(text) for path, text in texts(ENGLISH)
    }


@pytest.mark.parametrize("language", sorted(WORDS.keys() - {"en"}))
def test_translated(language: str) -> None:
    """Translate each text. Short names may be equal in several languages."""
    english = dict(texts(ENGLISH))
    assert not [
        text
        for path, text in texts(WORDS[language])
        if text == english[path] and len(text.split()) > 3
    ]


@pytest.mark.parametrize("language", WORDS)
def test_names_have_no_full_stop(language: str) -> None:
    """End names without a full stop."""
    for path, text in texts(WORDS[language]):
        is_valid_name = re.search(r"\.(name|title|(state|options)\.[\w-]+)$", path)
        assert not (is_valid_name and text.endswith(".")), path


@pytest.mark.parametrize("language", WORDS)
def test_no_two_entities_have_the_same_name(
    language: str, snapshots: list[Snapshot]
) -> None:
    """Use different names for all entities of a projector."""
    words = entities(WORDS[language])
    for snapshot in snapshots:
        names = Counter(
            words[f"{platform}.{description.translation_key or description.key}"][
                "name"
            ]
            .format(**description.translation_placeholders or {})
            .casefold()
            for platform, rows_of in TABLES.items()
            for description in rows_of(snapshot)
            if description.name is not None and description.exists(snapshot)
        )
        assert [name for name, count in names.items() if count > 1] == []


# What the code uses


def test_exception_texts() -> None:
    """Have one message for each exception."""
    used = dict(translated_calls("translation_domain", elsewhere="errors"))
    context = Context(projector="", address="", snapshot=Snapshot())
    used |= {key: set(context.placeholders) for *_, key in MESSAGES}
    used |= {
        f"forbidden_{reason}": {"name"} for reason in get_args(BlockReason.__value__)
    }
    for what in ("command", "preset", "profile", "source"):
        for expected in ([], ["one"]):
            error = unknown_name_error(what, "another", expected, "")
            used[str(error.translation_key)] = {*(error.translation_placeholders or ())}
    assert ENGLISH["exceptions"].keys() == used.keys()
    for key, words in ENGLISH["exceptions"].items():
        assert words.keys() == {"message"}
        assert placeholders(words["message"]) <= used[key], key


def test_action_texts() -> None:
    """Have texts for each action, field and option, and no others."""
    described = ENGLISH["services"]
    assert {key: set(words["fields"]) for key, words in described.items()} == {
        key: set(action["fields"]) for key, action in ACTIONS.items()
    }
    for words in described.values():
        for part in (words, *words["fields"].values()):
            assert part.keys() - {"fields"} == {"name", "description"}


@pytest.mark.parametrize(
    ("section", "offered"), [("triggers", TRIGGERS), ("conditions", CONDITIONS)]
)
def test_trigger_and_condition_texts(section: str, offered: dict[str, Any]) -> None:
    """Have name and description for each, and a name for each field."""
    words = ENGLISH[section]
    assert {key: set(of.get("fields", {})) for key, of in words.items()} == {
        key: set(of.get("fields", {})) for key, of in offered.items()
    }
    for of in words.values():
        assert {"name", "description"} <= of.keys()
        assert all("name" in field for field in of.get("fields", {}).values())
    assert set(ICONS[section]) == set(offered)


def test_selector_texts() -> None:
    """Have texts for the options of fields."""
    selectors = [
        field["selector"]["select"]
        for offered in (*ACTIONS.values(), *TRIGGERS.values(), *CONDITIONS.values())
        for field in offered.get("fields", {}).values()
        if "select" in field["selector"]
    ]
    assert {
        key: set(words["options"]) for key, words in ENGLISH["selector"].items()
    } == {
        selector["translation_key"]: set(selector["options"]) for selector in selectors
    } | {"connection": {KEEP, RELEASE}}


def test_entity_texts(described_entities: Rows) -> None:
    """Have a name for each entity except the one named after the device."""
    words = entities(ENGLISH)
    assert set(words) == set(described_entities)
    for key, sharing in described_entities.items():
        for description in sharing:
            assert ("name" in words[key]) is (description.name is not None), key
            expected = set(description.translation_placeholders or {})
            assert placeholders(words[key].get("name", "")) <= expected, key


def test_state_texts(described_entities: Rows, snapshots: list[Snapshot]) -> None:
    """Have a text for each state of an enumeration, and no others."""
    for key, words in entities(ENGLISH).items():
        translated = set(words.get("state", {}))
        if key.startswith(SWITCHED):
            assert translated in (set(), {"on", "off"}), key
            continue
        values = (
            states(description, snapshots) for description in described_entities[key]
        )
        assert translated == STATES.get(key, set()).union(*values), key


def test_attribute_texts(described_entities: Rows) -> None:
    """Have a name for each attribute; similar entities may share them."""
    named = {
        attribute
        for sharing in described_entities.values()
        for description in sharing
        for attribute, _ in description.attributes
    }
    for key, words in entities(ENGLISH).items():
        translated = words.get("state_attributes", {})
        used = ATTRIBUTES.get(key, set()).copy()
        for description in described_entities[key]:
            used.update(attribute for attribute, _ in description.attributes)
            if isinstance(description, PulseEventDescription):
                types = translated["event_type"]["state"]
                assert set(types) == set(description.event_types or ()), key
        assert used <= set(translated) <= used | (named if used else set()), key
        assert all(attribute["name"] for attribute in translated.values())


# Icons


def test_icons(described_entities: Rows) -> None:
    """Have icons for existing entities, states and actions only."""
    words = entities(ENGLISH)
    for key, icons in entities(ICONS).items():
        assert key in described_entities
        switched = key.startswith(SWITCHED)
        expected = {"on", "off"} if switched else set(words[key].get("state", {}))
        assert "default" in icons, key
        assert set(icons.get("state", {})) <= expected, key
    assert set(ICONS["services"]) == set(ACTIONS)


def test_every_entity_has_an_icon(described_entities: Rows) -> None:
    """Have an icon for each entity, or a device class."""
    home = Path(components.__file__).parent
    icons = entities(ICONS)
    for key, sharing in described_entities.items():
        platform = key.partition(".")[0]
        of_platform = json.loads((home / platform / "icons.json").read_text())
        by_class = of_platform["entity_component"].keys() - {"enum"}
        assert key in icons or all(
            description.device_class in by_class for description in sharing
        ), key
