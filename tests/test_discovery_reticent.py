"""Floor 3: projectors that do not tell all of themselves in one answer, or never."""

import pytest

from custom_components.barco_pulse.catalogue import (
    LASER_POWER,
    PROPERTIES,
    SOURCE,
    STATE,
    TARGET_STATE,
)
from custom_components.barco_pulse.discovery import Discovery
from custom_components.barco_pulse.protocol import PulseRequestError, PulseTimeoutError

from .fakes import BUSY, POWERED, Answers, FakeProjector, seen_on

NAMES = [STATE, TARGET_STATE, "system.eco.enable", LASER_POWER, SOURCE]
REFUSED = PulseRequestError("Recursive introspection is not supported", -32602)
LASER = "illumination.sources.laser"
OWNERS = {
    "system": ["system", "system.eco"],
    "illumination": [LASER],
}
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
async def test_one_by_one(recursion: Answers) -> None:
    """Who does not tell of all that is below is asked for what matters, each once."""
    projector = FakeProjector(ONE_BY_ONE | recursion)
    discovery = Discovery(projector, NAMES)
    await discovery.update("on")

    assert discovery.properties.keys() == KNOWN
    assert discovery.properties[LASER_POWER].writable
    assert discovery.complete
    asked = projector.take_requests()
    assert {"system", "system.eco", LASER} <= {*asked}
    assert len(asked) == len({*asked}), "nothing twice"
    await discovery.update("on")
    assert projector.take_requests() == [""]


async def test_what_was_told_at_once_is_not_asked_for() -> None:
    """Only the objects that were named without a word are asked for."""
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
    discovery = Discovery(projector, NAMES)
    await discovery.update("on")
    assert discovery.properties.keys() == KNOWN
    assert not {"system", "system.eco"} & {*projector.asked}


async def test_too_slow_to_tell_all_at_once() -> None:
    """What ended two connections in a row is asked for in parts on the next."""
    slow = {"system.*": PulseTimeoutError("No answer in time")}
    projector = FakeProjector(ONE_BY_ONE | NO_RECURSION["refused"] | slow)
    discovery = Discovery(projector, NAMES)
    for _ in range(2):
        with pytest.raises(PulseTimeoutError):
            await discovery.update("on")
        assert "system.*" in projector.take_requests()
        discovery.start_connection()

    await discovery.update("on")
    assert discovery.properties.keys() == KNOWN
    assert "system.*" not in projector.take_requests()
    discovery.forget("system")
    await discovery.update("on")
    assert "system.*" not in projector.take_requests(), "nor later on"


async def test_a_dead_connection_is_no_slow_projector() -> None:
    """One that answers the next time goes on being asked for all at once."""
    projector = FakeProjector(dict(POWERED))
    discovery = await seen_on(projector)
    for _ in range(3):
        projector.answers["system.*"] = PulseTimeoutError("No answer in time")
        discovery.forget("system")
        with pytest.raises(PulseTimeoutError):
            await discovery.update("on")
        discovery.start_connection()
        projector.answers["system.*"] = POWERED["system.*"]
        discovery.forget("system")
        projector.take_requests()
        await discovery.update("on")
        assert "system.*" in projector.take_requests()


@pytest.mark.parametrize("recursion", NO_RECURSION.values(), ids=NO_RECURSION.keys())
async def test_busy_amid_one_by_one(recursion: Answers) -> None:
    """What could not be told is asked for again."""
    projector = FakeProjector(ONE_BY_ONE | recursion | {"system.eco": BUSY})
    discovery = Discovery(projector, NAMES)
    await discovery.update("on")
    unsettled, complete = discovery.unsettled, discovery.complete
    assert unsettled
    assert not complete
    projector.answers = ONE_BY_ONE | recursion
    await discovery.update("on")
    assert not discovery.unsettled
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
async def test_the_catalogue_stands_in(answers: Answers) -> None:
    """Where no object tells what it has, what can be read is what there is."""
    projector = FakeProjector(answers)
    discovery = Discovery(projector)
    await discovery.update("on")
    assert not discovery.described
    assert discovery.properties == {}

    discovery.keep([STATE, LASER_POWER, "unheard.of"])
    await discovery.update("on")
    assert discovery.properties == {n: PROPERTIES[n] for n in (STATE, LASER_POWER)}
    discovery.keep([])
    assert discovery.properties.keys() == {STATE, LASER_POWER}, "it never shrinks"
    assert not discovery.complete, "nobody knows what else there could be"
    discovery.reset()
    await discovery.update("on")
    assert discovery.properties == {}


async def test_who_does_not_introspect_is_not_asked_all_the_more() -> None:
    """Two questions tell; only a change is a reason to ask again."""
    projector = FakeProjector({})
    discovery = Discovery(projector)
    await discovery.update("on")
    assert projector.take_requests() == ["", "system"]
    await discovery.update("standby")
    assert projector.take_requests() == [""]
    discovery.forget("")
    await discovery.update("standby")
    assert projector.take_requests() == ["", "system"]


async def test_a_root_that_tells_nothing() -> None:
    """Who describes one object is asked for the others, without a list of them."""
    projector = FakeProjector(
        {name: answer for name, answer in ONE_BY_ONE.items() if name}
        | {"system.*": {"properties": ["state", "targetstate"]}}
    )
    discovery = Discovery(projector, NAMES)
    await discovery.update("on")
    assert discovery.described
    assert discovery.properties.keys() >= {STATE, LASER_POWER}
    assert discovery.objects == frozenset()
    assert discovery.present("image"), "for all we know"


WHOLE: Answers = {
    "": {"objects": ["system", "illumination"]},
    "system.*": {"properties": ["state"]},
    "illumination.*": {"objects": [{"name": LASER, "properties": ["power"]}]},
}


@pytest.mark.parametrize("busy", ["", "system.*"])
async def test_a_busy_projector_keeps_what_was_known(busy: str) -> None:
    """Objects do not vanish for being described too late."""
    projector = FakeProjector(WHOLE)
    discovery = Discovery(projector, NAMES)
    await discovery.update("on")
    known, objects = dict(discovery.properties), discovery.objects
    assert known.keys() == {STATE, LASER_POWER}
    projector.take_requests()

    projector.answers = WHOLE | {busy: BUSY}
    discovery.forget("")
    await discovery.update("on")
    unsettled = discovery.unsettled
    assert unsettled
    assert discovery.properties == known
    assert discovery.objects == objects
    asked = projector.take_requests()
    assert busy or asked == [""], "if the root has no time, nothing below has"

    projector.answers = WHOLE
    await discovery.update("on")
    assert not discovery.unsettled
    assert busy in projector.take_requests()


async def test_too_busy_to_introspect_at_first() -> None:
    """A projector that has no time is not taken for one that never tells."""
    projector = FakeProjector({"": BUSY, "system.*": BUSY})
    discovery = Discovery(projector, NAMES)
    await discovery.update("on")
    projector.answers = ONE_BY_ONE | NO_RECURSION["refused"]
    await discovery.update("on")
    assert discovery.properties.keys() == KNOWN
