"""All that is known of a projector, whatever happens while it is asked."""

from collections.abc import AsyncIterator, Callable
import contextlib
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.const import (
    CONTROL_BLOCKS,
    COUNTERS,
    MEASURING_METHODS,
    NOTIFICATIONS,
    SOURCES,
    STATE,
    is_list_method,
    is_persisted,
    is_polled,
)
from custom_components.barco_pulse.pulse.exceptions import PulseConnectionError
from custom_components.barco_pulse.pulse.json_types import JsonValue
from custom_components.barco_pulse.pulse.state import ALWAYS_WATCHED, ProjectorState
from simulator import Simulator

from .common import INLET, connected
from .conftest import StartProjector
from .fakes import BUSY

HOURS = "statistics.laserruntime.value"
FAN = "environment.fan.psu.tacho.value"
[LIGHT] = MEASURING_METHODS
LISTED = {SOURCES, NOTIFICATIONS, HOURS, FAN, LIGHT}


class Asked:
    """Hands requests on, unless the projector is too busy for them."""

    def __init__(self, client: PulseClient) -> None:
        """Let everything through."""
        self._client = client
        self.busy: tuple[str, ...] = ()
        self.meanwhile: Callable[[], object] = lambda: None
        """Called when an answer is on its way."""

    async def __call__(self, method: str, params: JsonValue = None) -> JsonValue:
        """Ask the projector."""
        if method in self.busy:
            raise BUSY
        result = await self._client.request(method, params)
        self.meanwhile()
        return result


@contextlib.asynccontextmanager
async def replica_of(
    simulator: Simulator,
) -> AsyncIterator[tuple[ProjectorState, Asked]]:
    """Know a projector, with its lists and with what changes all the time."""
    async with connected(simulator) as client:
        asked = Asked(client)
        replica = ProjectorState(asked, LISTED)
        replica.watched = frozenset(LISTED | {INLET})
        await replica.read_first(lambda answers: None)
        await replica.synchronize(discover=True, poll=True)
        assert {INLET, *LISTED} <= replica.snapshot().values.keys()
        yield replica, asked


@pytest.mark.parametrize("discover", [True, False])
async def test_nothing_vanishes_while_it_is_read(
    start_projector: StartProjector, discover: bool
) -> None:
    """At every moment the last value of everything is known."""
    simulator = await start_projector("udx", state="on")
    async with replica_of(simulator) as (replica, asked):
        values = replica.snapshot().values
        replica.invalidate_notifications()
        seen: list[Any] = []
        asked.meanwhile = lambda: seen.append(replica.snapshot().values)
        await replica.synchronize(discover=discover, poll=True)
        assert len(seen) > 3
        assert all(then.keys() == values.keys() for then in seen)


@pytest.mark.parametrize("discover", [True, False])
@pytest.mark.parametrize(
    "busy", [SOURCES, NOTIFICATIONS, COUNTERS, CONTROL_BLOCKS, LIGHT]
)
async def test_what_a_busy_projector_does_not_repeat_stays(
    start_projector: StartProjector, discover: bool, busy: str
) -> None:
    """No time to tell is no answer, least of all an empty one."""
    simulator = await start_projector("udx", state="on")
    simulator.notify("WARNING", "42", "Dust")
    async with replica_of(simulator) as (replica, asked):
        before = replica.snapshot().values
        replica.invalidate_notifications()
        asked.busy = (busy,)
        await replica.synchronize(discover=discover, poll=True)
        assert replica.snapshot().values == before


async def test_what_is_not_told_any_more(start_projector: StartProjector) -> None:
    """A method that is gone has no result; what could be set is remembered."""
    simulator = await start_projector("udx", state="on")
    async with replica_of(simulator) as (replica, _):
        simulator.personality.absent_methods = (
            SOURCES,
            COUNTERS,
            CONTROL_BLOCKS,
            LIGHT,
        )
        replica.introspector.invalidate("")
        await replica.synchronize(discover=True, poll=True)
        snapshot = replica.snapshot()
        assert not {SOURCES, FAN, LIGHT} & snapshot.values.keys()
        assert snapshot.options(SOURCES)
        assert snapshot.values[HOURS] == simulator.get(HOURS), "a property as well"


async def test_what_is_not_wanted_any_more(start_projector: StartProjector) -> None:
    """It is not asked for any more, and what changes all the time is not told."""
    simulator = await start_projector("udx", state="on")
    async with replica_of(simulator) as (replica, _):
        replica.watched = frozenset({STATE})
        before = simulator.counters.requests.copy()
        await replica.synchronize(discover=False, poll=True)
        assert not {HOURS, FAN, LIGHT} & replica.snapshot().values.keys()
        asked = simulator.counters.requests - before
        assert asked.keys() == {"property.get", "property.unsubscribe"}


async def test_survey(start_projector: StartProjector) -> None:
    """A report has all that can be read, and what is listed, in a few requests."""
    simulator = await start_projector("udx", state="on")
    names = [*simulator.model.properties, *simulator.model.methods]
    async with connected(simulator) as client:
        replica = ProjectorState(Asked(client), names)
        await replica.read_first(lambda answers: None)
        await replica.synchronize(discover=True, poll=True)
        before = simulator.counters.requests.copy()
        told = await replica.read_everything()

        asked = simulator.counters.requests - before
        assert asked["property.get"] <= len(names) // 40
        assert asked["property.set"] == 0
        methods = asked.keys() - {"property.get"}
        assert all(
            is_list_method(method) or method == CONTROL_BLOCKS for method in methods
        )
    for name in simulator.model.properties:
        assert told[name] == simulator.get(name), name
    assert {SOURCES, NOTIFICATIONS, COUNTERS, CONTROL_BLOCKS} <= told.keys()
    assert told[SOURCES] == [*simulator.model.sources]


async def test_survey_of_a_busy_projector(start_projector: StartProjector) -> None:
    """What it cannot tell now is left out; a lost connection is an error."""
    simulator = await start_projector("udx", state="on")
    async with replica_of(simulator) as (replica, asked):
        asked.busy = (COUNTERS, CONTROL_BLOCKS)
        told = await replica.read_everything()
        assert STATE in told
        assert not {COUNTERS, CONTROL_BLOCKS} & told.keys()
        simulator.drop()
        with pytest.raises(PulseConnectionError):
            await replica.read_everything()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (SOURCES, True),
        ("connector.edid.list", True),
        ("image.display.availablemodes", True),
        ("profile.profiles", True),
        ("profile.presetassignments", True),
        ("illumination.sources.laser.minpower", True),
        ("optics.zoom.maxposition", True),
        (NOTIFICATIONS, False),
        (STATE, False),
        ("illumination.sources.laser.power", False),
        ("system.operationalmodes.mode", False),
    ],
)
def test_is_kept(name: str, kept: bool) -> None:
    """What can be chosen and between which limits, nothing else."""
    assert is_persisted(name) is kept


@pytest.mark.parametrize(
    ("name", "slow"),
    [
        (HOURS, True),
        (COUNTERS, True),
        ("system.on.timeout.remaining", True),
        ("system.on.timeout.duration", False),
        (INLET, False),
        (STATE, False),
    ],
)
def test_is_slow(name: str, slow: bool) -> None:
    """What changes all the time by itself."""
    assert is_polled(name) is slow


def test_always_watched() -> None:
    """Without these nothing else can be kept true."""
    assert STATE in ALWAYS_WATCHED
