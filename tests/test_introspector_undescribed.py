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
    introspector = Introspector(projector, NAMES)
    await introspector.update("on")

    assert introspector.schema.properties.keys() == KNOWN
    assert introspector.schema.properties[LASER_POWER].writable
    assert introspector.complete
    asked = projector.take_requests()
    assert {"system", "system.eco", LASER} <= {*asked}
    assert len(asked) == len({*asked}), "each object once"
    await introspector.update("on")
    assert projector.take_requests() == [""]


async def test_no_described_methods() -> None:
    """Use the fallback methods only if no method is described."""
    image: JsonObject = {"properties": ["brightness"]}
    answers: Answers = {"": {"objects": [{"name": "image"}]}, "image.*": image}
    introspector = Introspector(FakeProjector(answers), ["image.brightness"])
    await introspector.update("on")
    assert introspector.schema.properties.keys() == {"image.brightness"}
    assert introspector.schema.may_exist(SOURCES)

    answers["image.*"] = {**image, "methods": [{"name": "reset"}]}
    introspector = Introspector(FakeProjector(answers), ["image.brightness"])
    await introspector.update("on")
    assert not introspector.schema.may_exist(SOURCES)


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
    introspector = Introspector(projector, NAMES)
    await introspector.update("on")
    assert introspector.schema.properties.keys() == KNOWN
    assert not {"system", "system.eco"} & {*projector.asked}


LATE = PulseSlowResponseError("No answer in time")


async def test_recursive_introspection_is_too_slow() -> None:
    """Introspect an object in parts until recursion works."""
    projector = FakeProjector(ONE_BY_ONE | NO_RECURSION["refused"] | {"system.*": LATE})
    introspector = Introspector(projector, NAMES)
    await introspector.update("on")
    assert introspector.schema.properties.keys() == KNOWN
    assert introspector.complete
    assert introspector.can_retry
    projector.take_requests()
    introspector.invalidate("")
    await introspector.update("on")
    assert "system.*" not in projector.take_requests()

    await introspector.retry_undescribed("on")
    assert projector.take_requests() == ["system.*"]
    assert introspector.can_retry
    projector.answers["system.*"] = {"properties": ["state", "name"]}
    await introspector.retry_undescribed("on")
    assert "system.name" in introspector.schema.properties
    assert not introspector.can_retry


@pytest.mark.parametrize("answer", [LATE, REFUSED], ids=["late", "refused"])
async def test_object_without_description(answer: Exception) -> None:
    """Use the fallback types for one object, and retry."""
    projector = FakeProjector(ONE_BY_ONE | {"system.*": {"properties": ["state"]}})
    laser = {"illumination.*": answer, LASER: answer, "illumination": answer}
    projector.answers |= laser
    introspector = Introspector(projector, NAMES)
    await introspector.update("on")
    assert introspector.schema.properties.keys() == {STATE}
    assert not introspector.complete
    assert LASER_POWER in introspector.schema.undescribed_names()
    assert STATE not in introspector.schema.undescribed_names()
    introspector.schema.add_readable([LASER_POWER])
    assert introspector.schema.properties.keys() == {STATE, LASER_POWER}

    projector.take_requests()
    await introspector.update("on")
    assert projector.take_requests() == [""], "not repeatedly"
    projector.answers |= {"illumination.*": {"objects": [POWER_ONLY]}}
    await introspector.retry_undescribed("on")
    assert introspector.schema.properties[LASER_POWER].maximum == 70
    assert not introspector.can_retry
    await introspector.update("on")
    assert introspector.complete


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
    introspector = Introspector(
        projector, [STATE, SOURCE, LASER_POWER, "profile.profiles"]
    )
    await introspector.update("on")
    assert len(projector.take_requests()) == 5
    await introspector.retry_undescribed("on")
    assert len(projector.take_requests()) == 1


async def test_refused_introspection() -> None:
    """Retry refused introspection by two requests."""
    projector = FakeProjector({})
    introspector = Introspector(projector, NAMES)
    await introspector.update("on")
    projector.take_requests()
    await introspector.retry_undescribed("on")
    assert projector.take_requests() == ["", "system"]
    projector.answers = ONE_BY_ONE | NO_RECURSION["refused"]
    await introspector.retry_undescribed("on")
    assert introspector.schema.properties.keys() == KNOWN
    assert not introspector.can_retry


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
    introspector = Introspector(projector, NAMES)
    await introspector.update("on")
    assert introspector.schema.properties.keys() >= KNOWN
    assert introspector.schema.dropped.keys() == {"system"}
    assert "system.eco" in projector.take_requests(), "object by object"
    assert 2_000 < len(introspector.schema.properties) < 4_000

    introspector.invalidate("")
    projector.answers = ONE_BY_ONE | NO_RECURSION["refused"]
    await introspector.update("on")
    assert not introspector.schema.dropped


async def test_total_limit() -> None:
    """Keep the wanted names of each object if others reach the limit."""
    answers: Answers = {
        f"o{n}.*": {"properties": [f"p{p}" for p in range(4_000)]} for n in range(5)
    }
    answers[""] = {"objects": [*map("o{}".format, range(5)), "system"]}
    answers["system.*"] = {"properties": ["state", "p1"]}
    projector = FakeProjector(answers)
    introspector = Introspector(projector, ["o0.p3999", "o4.p3999", *NAMES, *TOPS])
    await introspector.update("on")
    assert introspector.schema.properties.keys() >= {"o0.p3999", "o4.p3999", STATE}
    assert len(introspector.schema.properties) <= MAX_NAMES + 2 * MAX_NAMES_PER_OBJECT
    assert {"o3", "o4"} <= introspector.schema.dropped.keys()


TOPS = [f"o{n}.p0" for n in range(5)]


@pytest.mark.parametrize("recursion", NO_RECURSION.values(), ids=NO_RECURSION.keys())
async def test_busy_during_introspection_in_parts(recursion: Answers) -> None:
    """Introspect again what the projector was too busy for."""
    projector = FakeProjector(ONE_BY_ONE | recursion | {"system.eco": BUSY})
    introspector = Introspector(projector, NAMES)
    await introspector.update("on")
    incomplete, complete = introspector.requests.incomplete, introspector.complete
    assert incomplete
    assert not complete
    projector.answers = ONE_BY_ONE | recursion
    await introspector.update("on")
    assert not introspector.requests.incomplete
    assert introspector.complete
    assert introspector.schema.properties.keys() == KNOWN


NAMES_ONLY: Answers = {
    "": {"objects": ["system", "illumination"]},
    "system": {"name": "system", "objects": ["system.eco"]},
    LASER: {"name": LASER, "objects": []},
}
WITHOUT_INTROSPECTION: dict[str, Answers] = {
    "refused": {},
    "an empty root": {"": {}},
    "names only": NAMES_ONLY,
    "names only, recursion ignored": NAMES_ONLY
    | {
        "system.*": {"name": "system", "objects": ["system.eco"]},
        "illumination.*": {"name": "illumination", "objects": [LASER]},
    },
}


@pytest.mark.parametrize(
    "answers", WITHOUT_INTROSPECTION.values(), ids=WITHOUT_INTROSPECTION.keys()
)
async def test_fallback_types_without_introspection(answers: Answers) -> None:
    """Treat readable names as existing if nothing is described."""
    projector = FakeProjector(answers)
    introspector = Introspector(projector)
    await introspector.update("on")
    assert not introspector.schema.has_introspection
    assert introspector.schema.properties == {}

    introspector.schema.add_readable([STATE, LASER_POWER, "unheard.of"])
    await introspector.update("on")
    assert introspector.schema.properties == {
        n: FALLBACK_PROPERTIES[n] for n in (STATE, LASER_POWER)
    }
    introspector.schema.add_readable([])
    assert introspector.schema.properties.keys() == {STATE, LASER_POWER}, (
        "names are only added"
    )
    assert not introspector.complete, "other names stay possible"
    introspector.reset()
    await introspector.update("on")
    assert introspector.schema.properties == {}


async def test_refused_introspection_needs_two_requests() -> None:
    """Stop after two requests; retry only after a change."""
    projector = FakeProjector({})
    introspector = Introspector(projector)
    await introspector.update("on")
    assert projector.take_requests() == ["", "system"]
    await introspector.update("standby")
    assert projector.take_requests() == [""]
    introspector.invalidate("")
    await introspector.update("standby")
    assert projector.take_requests() == ["", "system"]


async def test_empty_root() -> None:
    """Introspect the other objects if one is described."""
    projector = FakeProjector(
        {name: answer for name, answer in ONE_BY_ONE.items() if name}
        | {"system.*": {"properties": ["state", "targetstate"]}}
    )
    introspector = Introspector(projector, NAMES)
    await introspector.update("on")
    assert introspector.schema.has_introspection
    assert introspector.schema.properties.keys() >= {STATE, LASER_POWER}
    assert introspector.schema.objects == frozenset()
    assert introspector.schema.is_present("image"), "as last known"


WHOLE: Answers = {
    "": {"objects": ["system", "illumination"]},
    "system.*": {"properties": ["state"]},
    "illumination.*": {"objects": [{"name": LASER, "properties": ["power"]}]},
}


@pytest.mark.parametrize("busy", ["", "system.*"])
async def test_late_descriptions_remove_nothing(busy: str) -> None:
    """Keep objects whose description is late."""
    projector = FakeProjector(WHOLE)
    introspector = Introspector(projector, NAMES)
    await introspector.update("on")
    properties, objects = (
        dict(introspector.schema.properties),
        introspector.schema.objects,
    )
    assert properties.keys() == {STATE, LASER_POWER}
    projector.take_requests()

    projector.answers = WHOLE | {busy: BUSY}
    introspector.invalidate("")
    await introspector.update("on")
    incomplete = introspector.requests.incomplete
    assert incomplete
    assert introspector.schema.properties == properties
    assert introspector.schema.objects == objects
    asked = projector.take_requests()
    assert busy or asked == [""], "no child is requested after a late root"

    projector.answers = WHOLE
    await introspector.update("on")
    assert not introspector.requests.incomplete
    assert busy in projector.take_requests()


async def test_busy_at_first() -> None:
    """Do not take a busy projector for one without introspection."""
    projector = FakeProjector({"": BUSY, "system.*": BUSY})
    introspector = Introspector(projector, NAMES)
    await introspector.update("on")
    projector.answers = ONE_BY_ONE | NO_RECURSION["refused"]
    await introspector.update("on")
    assert introspector.schema.properties.keys() == KNOWN
