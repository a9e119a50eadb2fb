"""The state of a projector during requests."""

import asyncio
from collections.abc import AsyncIterator, Callable
import contextlib
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.const import (
    ACTIVE_SIGNAL,
    CONTROL_BLOCKS,
    COUNTERS,
    LASER_POWER,
    MEASURING_METHODS,
    NOTIFICATIONS,
    SOURCE,
    SOURCES,
    STATE,
    is_list_method,
    is_persisted,
    is_polled,
)
from custom_components.barco_pulse.pulse.exceptions import (
    PulseConnectionError,
    PulseRpcError,
)
from custom_components.barco_pulse.pulse.json_types import JsonValue
from custom_components.barco_pulse.pulse.model.watched_names import ALWAYS_WATCHED
from custom_components.barco_pulse.pulse.reader import StateReader
from custom_components.barco_pulse.pulse.state import ProjectorState
from simulator import Simulator

from .common import INLET, TEST_TIMEOUT, connected
from .conftest import StartProjector
from .fakes import BUSY

HOURS = "statistics.laserruntime.value"
FAN = "environment.fan.psu.tacho.value"
[LIGHT] = MEASURING_METHODS
PATTERN, PATTERNS = "image.testpattern.selected", "image.testpattern.list"
DUAL = "Dual DisplayPort columns"
LISTED = {SOURCES, NOTIFICATIONS, HOURS, FAN, LIGHT}


class BusyRequests:
    """Passes requests on, unless the projector is set to be busy."""

    def __init__(self, client: PulseClient) -> None:
        """Pass everything on."""
        self._client = client
        self.busy: tuple[str, ...] = ()
        self.on_response: Callable[[], object] = lambda: None
        """Called with each response, before it is used."""

    async def __call__(self, method: str, params: JsonValue = None) -> JsonValue:
        """Pass a request on."""
        if method in self.busy:
            raise BUSY
        result = await self._client.request(method, params)
        self.on_response()
        return result


@contextlib.asynccontextmanager
async def reader_of(
    simulator: Simulator,
) -> AsyncIterator[tuple[ProjectorState, StateReader, BusyRequests]]:
    """Read the state of a projector once, with lists and slow values."""
    async with connected(simulator) as client:
        requests = BusyRequests(client)
        state = ProjectorState(requests, LISTED)
        reader = StateReader(state)
        state.watch(LISTED | {INLET})
        await reader.read_first(lambda answers: None)
        await reader.synchronize(discover=True, poll=True)
        assert {INLET, *LISTED} <= state.snapshot().values.keys()
        yield state, reader, requests


@pytest.mark.parametrize("discover", [True, False])
async def test_values_are_kept_while_reading(
    start_projector: StartProjector, discover: bool
) -> None:
    """Keep the last values at every moment."""
    simulator = await start_projector("udx", state="on")
    async with reader_of(simulator) as (state, reader, requests):
        values = state.snapshot().values
        state.lists.invalidate_notifications()
        seen: list[Any] = []
        requests.on_response = lambda: seen.append(state.snapshot().values)
        await reader.synchronize(discover=discover, poll=True)
        assert len(seen) > 3
        assert all(then.keys() == values.keys() for then in seen)


@pytest.mark.parametrize("discover", [True, False])
@pytest.mark.parametrize(
    "busy", [SOURCES, NOTIFICATIONS, COUNTERS, CONTROL_BLOCKS, LIGHT]
)
async def test_busy_responses_remove_nothing(
    start_projector: StartProjector, discover: bool, busy: str
) -> None:
    """Keep values after busy responses."""
    simulator = await start_projector("udx", state="on")
    simulator.notify("WARNING", "42", "Dust")
    async with reader_of(simulator) as (state, reader, requests):
        before = state.snapshot().values
        state.lists.invalidate_notifications()
        requests.busy = (busy,)
        await reader.synchronize(discover=discover, poll=True)
        assert state.snapshot().values == before


async def test_removed_method_has_no_result(start_projector: StartProjector) -> None:
    """Drop the result of a removed method, and keep writable values as last known."""
    simulator = await start_projector("udx", state="on")
    async with reader_of(simulator) as (state, reader, _):
        simulator.quirks.absent_methods = (
            SOURCES,
            COUNTERS,
            CONTROL_BLOCKS,
            LIGHT,
        )
        state.introspector.invalidate("")
        await reader.synchronize(discover=True, poll=True)
        snapshot = state.snapshot()
        assert not {SOURCES, FAN, LIGHT} & snapshot.values.keys()
        assert snapshot.options(SOURCES)
        assert snapshot.values[HOURS] == simulator.get(HOURS), "also a property"


async def test_unwatched_values(start_projector: StartProjector) -> None:
    """Stop reading unwatched values, and drop slow ones."""
    simulator = await start_projector("udx", state="on")
    async with reader_of(simulator) as (state, reader, _):
        state.watch({STATE})
        before = simulator.counters.requests.copy()
        await reader.synchronize(discover=False, poll=True)
        assert not {HOURS, FAN, LIGHT} & state.snapshot().values.keys()
        requests = simulator.counters.requests - before
        assert requests.keys() == {"property.get", "property.unsubscribe"}


async def test_read_everything(start_projector: StartProjector) -> None:
    """Read all properties and lists in a few requests."""
    simulator = await start_projector("udx", state="on")
    names = [*simulator.model.properties, *simulator.model.methods]
    async with connected(simulator) as client:
        reader = StateReader(ProjectorState(BusyRequests(client), names))
        await reader.read_first(lambda answers: None)
        await reader.synchronize(discover=True, poll=True)
        before = simulator.counters.requests.copy()
        values = await reader.read_everything()

        requests = simulator.counters.requests - before
        assert requests["property.get"] <= len(names) // 40
        assert requests["property.set"] == 0
        methods = requests.keys() - {"property.get"}
        assert all(
            is_list_method(method) or method == CONTROL_BLOCKS for method in methods
        )
    for name in simulator.model.properties:
        assert values[name] == simulator.get(name), name
    assert {SOURCES, NOTIFICATIONS, COUNTERS, CONTROL_BLOCKS} <= values.keys()
    assert values[SOURCES] == [*simulator.model.sources]


async def test_read_everything_while_busy(start_projector: StartProjector) -> None:
    """Omit busy values; raise an error if the connection is lost."""
    simulator = await start_projector("udx", state="on")
    async with reader_of(simulator) as (_, reader, requests):
        requests.busy = (COUNTERS, CONTROL_BLOCKS)
        values = await reader.read_everything()
        assert STATE in values
        assert not {COUNTERS, CONTROL_BLOCKS} & values.keys()
        simulator.drop()
        with pytest.raises(PulseConnectionError):
            await reader.read_everything()


def push(state: ProjectorState, name: str, value: JsonValue) -> set[str]:
    """Apply a pushed value."""
    changed = state.cache.apply_push({"property": [{name: value}]})
    if changed & state.trigger_names:
        state.update_dependent(changed)
    return changed


async def test_value_that_is_not_in_its_list(start_projector: StartProjector) -> None:
    """Read a list again for a value that it lacks, once until the value changes."""
    simulator = await start_projector("udx", state="on")
    async with reader_of(simulator) as (state, reader, _):
        state.watch({PATTERN, PATTERNS})
        await reader.synchronize(discover=False, poll=False)
        assert not reader.needs_read(push(state, PATTERN, "Grid"))

        for _ in range(2):
            simulator.change(PATTERN, "Mine")
            assert reader.needs_read(push(state, PATTERN, "Mine"))
            before = simulator.counters.requests[PATTERNS]
            await reader.synchronize(discover=False, poll=False)
            await reader.synchronize(discover=False, poll=False)
            assert simulator.counters.requests[PATTERNS] == before + 1
            assert not reader.needs_read(push(state, PATTERN, "Grid"))


async def test_another_active_connector(start_projector: StartProjector) -> None:
    """Read again if another connector of the source becomes active."""
    simulator = await start_projector(state="on", values={SOURCE: DUAL})
    async with connected(simulator) as client:
        state = ProjectorState(client.request, [ACTIVE_SIGNAL])
        reader = StateReader(state)
        await reader.read_first(lambda answers: None)
        await reader.synchronize(discover=True, poll=True)
        first, second = sorted(state.connectors.signals)
        active, inactive = {"active": True}, {"active": False}

        changed = push(state, first, active) | push(state, second, inactive)
        await reader.synchronize(discover=False, poll=False)
        assert not reader.needs_read(changed)
        assert not reader.needs_read(push(state, first, {"active": True, "name": "4K"}))
        changed = push(state, first, inactive) | push(state, second, active)
        assert reader.needs_read(changed)
        assert state.snapshot().values[ACTIVE_SIGNAL] == active


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
def test_is_persisted(name: str, kept: bool) -> None:
    """Persist lists and limits only."""
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
def test_is_polled(name: str, slow: bool) -> None:
    """Poll values that change all the time."""
    assert is_polled(name) is slow


def test_always_watched() -> None:
    """Watch the names that the state itself needs."""
    assert STATE in ALWAYS_WATCHED


@pytest.mark.parametrize("background", [False, True])
async def test_missing_name_that_is_described_later(
    start_projector: StartProjector, background: bool
) -> None:
    """Read a missing name again when the projector describes it."""
    quirks = {"absent_properties": (LASER_POWER,)}
    simulator = await start_projector(state="on", quirks=quirks)
    describes = False
    async with connected(simulator) as client:

        async def request(method: str, params: JsonValue = None) -> JsonValue:
            name = params.get("object") if isinstance(params, dict) else None
            if not describes and str(name).startswith("illumination"):
                raise PulseRpcError("Wrong parameter", -32602)
            return await client.request(method, params)

        found = asyncio.Event()
        state = ProjectorState(request, {LASER_POWER})
        reader = StateReader(state)
        reader.on_found = found.set
        state.watch({LASER_POWER})
        await reader.read_first(lambda answers: None)
        await reader.synchronize(discover=True, poll=True)
        assert LASER_POWER not in state.snapshot().values

        describes, simulator.quirks.absent_properties = True, ()
        if background:
            reader.retry_refused()
            async with asyncio.timeout(TEST_TIMEOUT):
                while LASER_POWER not in state.schema.properties:
                    found.clear()
                    await found.wait()
        else:
            state.introspector.invalidate("illumination")
        await reader.synchronize(discover=not background, poll=True)
        assert state.snapshot().values[LASER_POWER] == simulator.get(LASER_POWER)
