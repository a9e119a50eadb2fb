"""Projectors that describe themselves in parts, late or not at all."""

import pytest

from custom_components.barco_pulse.pulse.const import (
    FALLBACK_PROPERTIES,
    LASER_POWER,
    SOURCE,
    SOURCES,
    STATE,
    TARGET_STATE,
)
from custom_components.barco_pulse.pulse.exceptions import (
    PulseRpcError,
    PulseSlowResponseError,
)
from custom_components.barco_pulse.pulse.introspection import Introspector
from custom_components.barco_pulse.pulse.json_types import JsonObject, JsonValue
from custom_components.barco_pulse.pulse.sanitize import MAX_NAMES, MAX_NAMES_PER_OBJECT

from .fakes import BUSY, Answers, FakeProjector

NAMES = [STATE, TARGET_STATE, "system.eco.enable", LASER_POWER, SOURCE]
REFUSED = PulseRpcError("Recursive introspection is not supported", -32602)
LASER = "illumination.sources.laser"
ONE_BY_ONE: Answers = {
    "": {"objects": [{"name": "system"}, {"name": "illumination"}]},
    "system": {"properties": ["state", "targetstate"], "objects": ["system.eco"]},
    "system.eco": {"properties": ["enable"]},
    "illumination": {"objects": ["illumination.sources"]},
    LASER: {"properties": [{"name": "power", "access": "READ_WRITE"}]},
}
KNOWN = {STATE, TARGET_STATE, "system.eco.enable", LASER_POWER}
NO_RECURSION: dict[str, Answers] = {
    "refused": {"system.*": REFUSED, "illumination.*": REFUSED},
    "ignored": {
        "system.*": ONE_BY_ONE["system"],
        "illumination.*": ONE_BY_ONE["illumination"],
    },
}


@pytest.mark.parametrize("recursion", NO_RECURSION.values(), ids=NO_RECURSION.keys())
async def test_introspection_object_by_object(recursion: Answers) -> None:
    """Introspect each needed object once if there is no recursion."""
    projector = FakeProjector(ONE_BY_ONE | recursion)
    discovery = Introspector(projector, NAMES)
    await discovery.update("on")

    assert discovery.properties.keys() == KNOWN
    assert discovery.properties[LASER_POWER].writable
    assert discovery.complete
    asked = projector.take_requests()
    assert {"system", "system.eco", LASER} <= {*asked}
    assert len(asked) == len({*asked}), "each object once"
    await discovery.update("on")
    assert projector.take_requests() == [""]


async def test_no_described_methods() -> None:
    """Use the fallback methods only if no method is described."""
    image: JsonObject = {"properties": ["brightness"]}
    answers: Answers = {"": {"objects": [{"name": "image"}]}, "image.*": image}
    discovery = Introspector(FakeProjector(answers), ["image.brightness"])
    await discovery.update("on")
    assert discovery.properties.keys() == {"image.brightness"}
    assert discovery.may_exist(SOURCES)

    answers["image.*"] = {**image, "methods": [{"name": "reset"}]}
    discovery = Introspector(FakeProjector(answers), ["image.brightness"])
    await discovery.update("on")
    assert not discovery.may_exist(SOURCES)


async def test_described_children_are_not_introspected() -> None:
    """Introspect only children without a description."""
    projector = FakeProjector(
        ONE_BY_ONE
        | {
            "system.*": {
                "properties": ["state", "targetstate"],
                "objects": [{"name": "system.eco", "properties": ["enable"]}],
            },
            "illumination.*": REFUSED,
        }
    )
    discovery = Introspector(projector, NAMES)
    await discovery.update("on")
    assert discovery.properties.keys() == KNOWN
    assert not {"system", "system.eco"} & {*projector.asked}


LATE = PulseSlowResponseError("No answer in time")


async def test_recursive_introspection_is_too_slow() -> None:
    """Introspect an object in parts until recursion works."""
    projector = FakeProjector(ONE_BY_ONE | NO_RECURSION["refused"] | {"system.*": LATE})
    discovery = Introspector(projector, NAMES)
    await discovery.update("on")
    assert discovery.properties.keys() == KNOWN
    assert discovery.complete
    assert discovery.can_retry
    projector.take_requests()
    discovery.invalidate("")
    await discovery.update("on")
    assert "system.*" not in projector.take_requests()

    await discovery.retry_undescribed("on")
    assert projector.take_requests() == ["system.*"]
    assert discovery.can_retry
    projector.answers["system.*"] = {"properties": ["state", "name"]}
    await discovery.retry_undescribed("on")
    assert "system.name" in discovery.properties
    assert not discovery.can_retry


@pytest.mark.parametrize("answer", [LATE, REFUSED], ids=["late", "refused"])
async def test_object_without_description(answer: Exception) -> None:
    """Use the fallback types for one object, and retry."""
    projector = FakeProjector(ONE_BY_ONE | {"system.*": {"properties": ["state"]}})
    laser = {"illumination.*": answer, LASER: answer, "illumination": answer}
    projector.answers |= laser
    discovery = Introspector(projector, NAMES)
    await discovery.update("on")
    assert discovery.properties.keys() == {STATE}
    assert not discovery.complete
    assert LASER_POWER in discovery.undescribed_names()
    assert STATE not in discovery.undescribed_names()
    discovery.add_readable([LASER_POWER])
    assert discovery.properties.keys() == {STATE, LASER_POWER}

    projector.take_requests()
    await discovery.update("on")
    assert projector.take_requests() == [""], "not repeatedly"
    projector.answers |= {"illumination.*": {"objects": [POWER_ONLY]}}
    await discovery.retry_undescribed("on")
    assert discovery.properties[LASER_POWER].maximum == 70
    assert not discovery.can_retry
    await discovery.update("on")
    assert discovery.complete


POWER_ONLY: JsonValue = {
    "name": LASER,
    "properties": [{"name": "power", "type": {"base": "float", "max": 70}}],
}


async def test_introspection_never_responds() -> None:
    """Do not introspect each object if none responds."""
    answers: Answers = {"": {"objects": ["system", "image", "illumination", "profile"]}}
    projector = FakeProjector(answers)
    for name in ("system", "image", "illumination", "profile"):
        answers[f"{name}.*"] = LATE
    for name in ("system", "image.window.main", LASER, "profile"):
        answers[name] = LATE
    discovery = Introspector(
        projector, [STATE, SOURCE, LASER_POWER, "profile.profiles"]
    )
    await discovery.update("on")
    assert len(projector.take_requests()) == 5
    await discovery.retry_undescribed("on")
    assert len(projector.take_requests()) == 1


async def test_refused_introspection() -> None:
    """Retry refused introspection by two requests."""
    projector = FakeProjector({})
    discovery = Introspector(projector, NAMES)
    await discovery.update("on")
    projector.take_requests()
    await discovery.retry_undescribed("on")
    assert projector.take_requests() == ["", "system"]
    projector.answers = ONE_BY_ONE | NO_RECURSION["refused"]
    await discovery.retry_undescribed("on")
    assert discovery.properties.keys() == KNOWN
    assert not discovery.can_retry


def large_object(*names: str) -> JsonValue:
    """Describe an object with too many members, and these names last."""
    entry: dict[str, JsonValue] = {
        "type": {"base": "float", "min": 0, "max": 1, "x": [1, 2]},
        "access": "R",
    }
    described = [{"name": f"p{number}", **entry} for number in range(4_000)]
    return {"properties": [*described, *({"name": name, **entry} for name in names)]}


async def test_too_many_members() -> None:
    """Keep the wanted names, drop the excess, and log it."""
    large: Answers = {
        "system.*": large_object("state", "targetstate"),
        "system": large_object("state"),
    }
    projector = FakeProjector(ONE_BY_ONE | NO_RECURSION["refused"] | large)
    discovery = Introspector(projector, NAMES)
    await discovery.update("on")
    assert discovery.properties.keys() >= KNOWN
    assert discovery.dropped.keys() == {"system"}
    assert "system.eco" in projector.take_requests(), "object by object"
    assert 2_000 < len(discovery.properties) < 4_000

    discovery.invalidate("")
    projector.answers = ONE_BY_ONE | NO_RECURSION["refused"]
    await discovery.update("on")
    assert not discovery.dropped


async def test_total_limit() -> None:
    """Keep the wanted names of each object if others reach the limit."""
    answers: Answers = {
        f"o{n}.*": {"properties": [f"p{p}" for p in range(4_000)]} for n in range(5)
    }
    answers[""] = {"objects": [*map("o{}".format, range(5)), "system"]}
    answers["system.*"] = {"properties": ["state", "p1"]}
    projector = FakeProjector(answers)
    discovery = Introspector(projector, ["o0.p3999", "o4.p3999", *NAMES, *TOPS])
    await discovery.update("on")
    assert discovery.properties.keys() >= {"o0.p3999", "o4.p3999", STATE}
    assert len(discovery.properties) <= MAX_NAMES + 2 * MAX_NAMES_PER_OBJECT
    assert {"o3", "o4"} <= discovery.dropped.keys()


TOPS = [f"o{n}.p0" for n in range(5)]


@pytest.mark.parametrize("recursion", NO_RECURSION.values(), ids=NO_RECURSION.keys())
async def test_busy_during_introspection_in_parts(recursion: Answers) -> None:
    """Introspect again what the projector was too busy for."""
    projector = FakeProjector(ONE_BY_ONE | recursion | {"system.eco": BUSY})
    discovery = Introspector(projector, NAMES)
    await discovery.update("on")
    incomplete, complete = discovery.incomplete, discovery.complete
    assert incomplete
    assert not complete
    projector.answers = ONE_BY_ONE | recursion
    await discovery.update("on")
    assert not discovery.incomplete
    assert discovery.complete
    assert discovery.properties.keys() == KNOWN


NAMES_ONLY: Answers = {
    "": {"objects": ["system", "illumination"]},
    "system": {"name": "system", "objects": ["system.eco"]},
    LASER: {"name": LASER, "objects": []},
}
SILENT: dict[str, Answers] = {
    "refused": {},
    "an empty root": {"": {}},
    "names only": NAMES_ONLY,
    "names only, recursion ignored": NAMES_ONLY
    | {
        "system.*": {"name": "system", "objects": ["system.eco"]},
        "illumination.*": {"name": "illumination", "objects": [LASER]},
    },
}


@pytest.mark.parametrize("answers", SILENT.values(), ids=SILENT.keys())
async def test_fallback_types_without_introspection(answers: Answers) -> None:
    """Treat readable names as existing if nothing is described."""
    projector = FakeProjector(answers)
    discovery = Introspector(projector)
    await discovery.update("on")
    assert not discovery.has_introspection
    assert discovery.properties == {}

    discovery.add_readable([STATE, LASER_POWER, "unheard.of"])
    await discovery.update("on")
    assert discovery.properties == {
        n: FALLBACK_PROPERTIES[n] for n in (STATE, LASER_POWER)
    }
    discovery.add_readable([])
    assert discovery.properties.keys() == {STATE, LASER_POWER}, "names are only added"
    assert not discovery.complete, "other names stay possible"
    discovery.reset()
    await discovery.update("on")
    assert discovery.properties == {}


async def test_refused_introspection_needs_two_requests() -> None:
    """Stop after two requests; retry only after a change."""
    projector = FakeProjector({})
    discovery = Introspector(projector)
    await discovery.update("on")
    assert projector.take_requests() == ["", "system"]
    await discovery.update("standby")
    assert projector.take_requests() == [""]
    discovery.invalidate("")
    await discovery.update("standby")
    assert projector.take_requests() == ["", "system"]


async def test_empty_root() -> None:
    """Introspect the other objects if one is described."""
    projector = FakeProjector(
        {name: answer for name, answer in ONE_BY_ONE.items() if name}
        | {"system.*": {"properties": ["state", "targetstate"]}}
    )
    discovery = Introspector(projector, NAMES)
    await discovery.update("on")
    assert discovery.has_introspection
    assert discovery.properties.keys() >= {STATE, LASER_POWER}
    assert discovery.objects == frozenset()
    assert discovery.is_present("image"), "as last known"


WHOLE: Answers = {
    "": {"objects": ["system", "illumination"]},
    "system.*": {"properties": ["state"]},
    "illumination.*": {"objects": [{"name": LASER, "properties": ["power"]}]},
}


@pytest.mark.parametrize("busy", ["", "system.*"])
async def test_late_descriptions_remove_nothing(busy: str) -> None:
    """Keep objects whose description is late."""
    projector = FakeProjector(WHOLE)
    discovery = Introspector(projector, NAMES)
    await discovery.update("on")
    properties, objects = dict(discovery.properties), discovery.objects
    assert properties.keys() == {STATE, LASER_POWER}
    projector.take_requests()

    projector.answers = WHOLE | {busy: BUSY}
    discovery.invalidate("")
    await discovery.update("on")
    incomplete = discovery.incomplete
    assert incomplete
    assert discovery.properties == properties
    assert discovery.objects == objects
    asked = projector.take_requests()
    assert busy or asked == [""], "no child is requested after a late root"

    projector.answers = WHOLE
    await discovery.update("on")
    assert not discovery.incomplete
    assert busy in projector.take_requests()


async def test_busy_at_first() -> None:
    """Do not take a busy projector for one without introspection."""
    projector = FakeProjector({"": BUSY, "system.*": BUSY})
    discovery = Introspector(projector, NAMES)
    await discovery.update("on")
    projector.answers = ONE_BY_ONE | NO_RECURSION["refused"]
    await discovery.update("on")
    assert discovery.properties.keys() == KNOWN
