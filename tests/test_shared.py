"""Keep one of several equal values while it is in use."""

import gc
from weakref import ref

from custom_components.barco_pulse.pulse.introspection import Introspector
from custom_components.barco_pulse.pulse.shared import shared_mapping, shared_set

from .conftest import SetUp, StartProjector
from .fakes import POWERED, STANDBY, FakeProjector


def test_equal_values_are_shared() -> None:
    """Return the same object for equal values."""
    value = object()

    assert shared_mapping({"a": value}) is shared_mapping({"a": value})
    assert shared_set(["a", "b"]) is shared_set(["b", "a"])


def test_different_values_are_not_shared() -> None:
    """Distinguish by name, value and order."""
    one, other = object(), object()
    mappings = [
        {},
        {"a": one},
        {"a": other},
        {"b": one},
        {"a": one, "b": other},
        {"b": other, "a": one},
    ]
    shared = [shared_mapping(mapping) for mapping in mappings]

    assert [[*mapping.items()] for mapping in shared] == [
        [*mapping.items()] for mapping in mappings
    ]
    assert len({id(mapping) for mapping in shared}) == len(mappings)
    assert shared_set("ab") != shared_set("a")


def test_unused_values_are_freed() -> None:
    """Free the values of a removed projector."""
    mapping, names = shared_mapping({"a": object()}), shared_set(["left behind"])
    of_mapping, of_names = ref(mapping), ref(names)

    del mapping, names
    gc.collect()

    assert of_mapping() is None
    assert of_names() is None


async def test_equal_descriptions_are_shared() -> None:
    """Share descriptions of equal firmware only."""
    introspectors = [
        Introspector(FakeProjector(description))
        for description in (POWERED, POWERED, STANDBY)
    ]
    for introspector in introspectors:
        await introspector.update("on")
    first, alike, other = (introspector.schema for introspector in introspectors)

    assert first.properties is alike.properties
    assert first.methods is alike.methods
    assert other.properties != first.properties


async def test_two_projectors_in_home_assistant(
    start_projector: StartProjector, set_up: SetUp
) -> None:
    """Share one description, and keep separate values."""
    entries = [
        await set_up(await start_projector(state="on", values=values))
        for values in (
            {"system.serialnumber": "1", "illumination.sources.laser.power": 40.0},
            {"system.serialnumber": "2", "illumination.sources.laser.power": 50.0},
        )
    ]
    one, other = (entry.runtime_data.data for entry in entries)

    assert one.properties is other.properties
    assert one.methods is other.methods
    assert one.values != other.values
