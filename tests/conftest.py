"""Fixtures for all tests: a simulated projector, and Home Assistant with it set up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
import contextlib
from dataclasses import dataclass, replace
import logging
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_HOST, CONF_PIN, CONF_PORT, MATCH_ALL
from homeassistant.core import Event, HomeAssistant, State, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity import Entity
from hypothesis import HealthCheck, settings
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

from custom_components.barco_pulse import (
    announcement,
    select,
    sensor,
    wake_on_lan as wake,
)
from custom_components.barco_pulse.const import (
    DOMAIN,
    ENTRY_MINOR_VERSION,
    ENTRY_VERSION,
    TIMEOUTS,
    TIMINGS,
)
from custom_components.barco_pulse.handover import async_cancel
from custom_components.barco_pulse.pulse import Timeouts, Timings
from simulator import Simulator

from .common import open_sockets
from .flows import PIN
from .loop import REAL_TIME, LoopClock
from .packets import FakeMagicPackets

# The duration of an example depends on the machine.
settings.register_profile(
    "tests", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")

type StartProjector = Callable[..., Awaitable[Simulator]]
type SetUp = Callable[..., Awaitable[MockConfigEntry]]
type SetUpProjector = Callable[..., Awaitable[Home]]


@pytest.fixture(autouse=True)
async def loop_clock(
    configure_event_loop: None, request: pytest.FixtureRequest
) -> LoopClock | None:
    """Give the loop a clock that is independent of the load of the machine.

    This comes after Home Assistant's own fixture, which sets the clock of the machine.
    """
    if REAL_TIME or request.node.get_closest_marker("real_clock"):
        return None
    return LoopClock(asyncio.get_running_loop())


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Disable the debug mode of the loop, which takes a third of the time.

    It replaces Home Assistant's own fixture.
    """


@pytest.fixture(autouse=True)
def _real_sockets_and_our_integration(
    socket_enabled: None,
    enable_custom_integrations: None,
    hass_storage: dict[str, Any],
) -> None:
    """Allow loopback sockets and the integration; write no file."""


@pytest.fixture
async def start_projector() -> AsyncIterator[StartProjector]:
    """Start simulated projectors with fast power transitions.

    Example: `projector = await start_projector("hdr_cs", state="on")`.
    """
    async with contextlib.AsyncExitStack() as stack:

        async def start(model: str = "balder_cs", **options: Any) -> Simulator:
            simulator = Simulator(model, **({"speed": 1000.0} | options))
            return await stack.enter_async_context(simulator)

        yield start


def make_entry(projector: Simulator, **data: Any) -> MockConfigEntry:
    """Return the entry that the config flow would create for this projector."""
    store = projector.device.store
    serial_number = str(projector.get("system.serialnumber"))
    model = store.kept("system.modelname")
    return MockConfigEntry(
        domain=DOMAIN,
        version=ENTRY_VERSION,
        minor_version=ENTRY_MINOR_VERSION,
        title=str(store.kept("system.name") or f"{model} {serial_number}"),
        unique_id=serial_number,
        data={
            CONF_HOST: projector.host,
            CONF_PORT: projector.port,
            CONF_PIN: projector.pin,
        }
        | data,
    )


@pytest.fixture
async def set_up(
    hass: HomeAssistant,
) -> AsyncIterator[SetUp]:
    """Set up the entries of projectors, and unload them at the end.

    Example: `entry = await set_up(projector, pin="12345")`.
    """
    entries: list[MockConfigEntry] = []

    async def set_up_entry(projector: Simulator, **data: Any) -> MockConfigEntry:
        entry = make_entry(projector, **data)
        entries.append(entry)
        entry.add_to_hass(hass)
        await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        return entry

    yield set_up_entry
    for entry in entries:
        # A waiting projector must not end.
        async_cancel(hass, entry.entry_id, "unloaded")
        if entry.state is ConfigEntryState.LOADED:
            await entry.runtime_data.projector.stop()
    await hass.async_block_till_done()  # an entry may be reloading
    for entry in entries:
        if hass.config_entries.async_get_entry(entry.entry_id):
            await hass.config_entries.async_remove(entry.entry_id)


@pytest.fixture
async def projector(start_projector: StartProjector) -> Simulator:
    """Start a projector with a PIN."""
    return await start_projector("balder_cs", pin=PIN)


@pytest.fixture
async def cinema_projector(start_projector: StartProjector, set_up: SetUp) -> Simulator:
    """Return a projector that is set up, with the name in the documents."""
    projector = await start_projector(
        "balder_cs", state="ready", values={"system.name": "Cinema"}
    )
    await set_up(projector)
    return projector


@pytest.fixture
def default_port(projector: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the port of the projector the default port."""
    monkeypatch.setattr(announcement, "DEFAULT_PORT", projector.port)


@pytest.fixture
def no_set_up() -> Iterator[None]:
    """Do not set up entries that a flow creates."""
    with (
        patch("custom_components.barco_pulse.async_setup_entry", return_value=True),
        patch("custom_components.barco_pulse.async_unload_entry", return_value=True),
    ):
        yield


@pytest.fixture
async def no_connection_is_left(projector: Simulator) -> AsyncIterator[None]:
    """Check that a flow leaves no socket at either end."""
    before = open_sockets()
    yield
    await projector.wait_until(lambda: projector.counters.connections_open == 0)
    assert open_sockets() == before
    assert projector.counters.connections_most <= 1


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Leave out of a snapshot what differs between runs."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture
def watched_sensors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enable some sensors that the tests wait for."""
    descriptions = [
        replace(description, entity_registry_enabled_default=True)
        if description.key in ("state", "health", "notifications")
        else description
        for description in sensor.SENSORS
    ]
    monkeypatch.setattr(sensor, "SENSORS", descriptions)


@pytest.fixture
def entity_registry_enabled_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enable all entities, like core's fixture of this name."""
    monkeypatch.setattr(Entity, "entity_registry_enabled_default", True)


@pytest.fixture
def profile_enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enable the select of the profile also if presets are assigned."""
    monkeypatch.setattr(select, "RARE_PROFILE", select.PROFILE)


@pytest.fixture
async def magic_packets(monkeypatch: pytest.MonkeyPatch) -> FakeMagicPackets:
    """Record magic packets instead of sending them."""
    magic_packets = FakeMagicPackets()
    monkeypatch.setattr(wake, "send", magic_packets.send)
    return magic_packets


def change_timings(hass: HomeAssistant, **seconds: float) -> None:
    """Change the timings of projectors that are set up later."""
    timings = hass.data.get(TIMINGS, Timings())
    changes: dict[str, Any] = seconds
    hass.data[TIMINGS] = replace(timings, **changes)


@pytest.fixture
def fast_timings(hass: HomeAssistant) -> None:
    """Shorten the waits in the background to milliseconds."""
    change_timings(
        hass,
        poll_on=0.01,
        poll_changing=0.01,
        poll_idle=0.02,
        slow_interval=0.0,
        introspection_interval=0.01,
        retry_incomplete=0.01,
        unavailable_delay=0.02,
        connection_limit_delay=0.0,
        retry_busy=0.01,
        packet_interval=0.02,
        delay_after_wake=0.005,
        publish_interval=0.001,
        reconnect_min=0.01,
        reconnect_max=0.01,
        retry_denied=0.01,
    )


@pytest.fixture
def default_unavailable_delay(fast_timings: None, hass: HomeAssistant) -> None:
    """Use fast timings with the default unavailable delay."""
    change_timings(hass, unavailable_delay=Timings().unavailable_delay)


@pytest.fixture
def short_timeouts(hass: HomeAssistant) -> None:
    """Wait for a response for at most one second."""
    hass.data[TIMEOUTS] = Timeouts(first_byte=0.5, between_chunks=0.5, response=1.0)


@pytest.fixture
def fast_silence_detection(
    fast_timings: None, short_timeouts: None, hass: HomeAssistant
) -> None:
    """Detect a silent projector within one second."""
    change_timings(hass, resync_interval=0.2)


async def wait_until(
    hass: HomeAssistant, condition: Callable[[], bool], timeout: float = 5.0
) -> None:
    """Wait for a condition, which is checked after every event."""
    happened = asyncio.Event()

    @callback
    def note(event: Event) -> None:
        happened.set()

    stop = hass.bus.async_listen(MATCH_ALL, note)
    try:
        async with asyncio.timeout(timeout):
            while not condition():
                happened.clear()
                await happened.wait()
    finally:
        stop()


async def until_phase(hass: HomeAssistant, phase: str) -> None:
    """Wait for a phase of the projector, and until all listeners have run."""
    await wait_until(hass, lambda: hass.states.is_state("sensor.cinema_phase", phase))
    await hass.async_block_till_done()


def set_faults(projector: Simulator, faults: Mapping[str, Any]) -> None:
    """Set faults of the projector by name."""
    for name, value in faults.items():
        setattr(projector.faults, name, value)


def logged(caplog: pytest.LogCaptureFixture, level: int = logging.INFO) -> list[str]:
    """Return the log messages of the integration at this level or above."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith(f"custom_components.{DOMAIN}")
        and record.levelno >= level
    ]


@dataclass
class Home:
    """Home Assistant with one projector; its entities are named by platform and key.

    The light of the laser is "number.laser_power", for example.
    """

    hass: HomeAssistant
    projector: Simulator
    entry: MockConfigEntry

    def entity_id(self, name: str) -> str | None:
        """Return the entity id, None if there is none."""
        platform, _, key = name.partition(".")
        return er.async_get(self.hass).async_get_entity_id(
            platform, DOMAIN, f"{self.entry.unique_id}_{key}"
        )

    def state(self, name: str) -> State | None:
        """Return the state and attributes of an entity, None if there is none."""
        entity_id = self.entity_id(name)
        return self.hass.states.get(entity_id) if entity_id else None

    def value(self, name: str) -> str | None:
        """Return the state of an entity, None if there is none."""
        state = self.state(name)
        return state.state if state else None

    def attribute(self, name: str, attribute: str) -> Any:
        """Return one attribute of an entity, None if there is none."""
        state = self.state(name)
        return state.attributes.get(attribute) if state else None

    def entries(self) -> dict[str, er.RegistryEntry]:
        """Return the registry entries of the projector, by name."""
        registry = er.async_get(self.hass)
        prefix = f"{self.entry.unique_id}_"
        return {
            f"{entity.domain}.{entity.unique_id.removeprefix(prefix)}": entity
            for entity in er.async_entries_for_config_entry(
                registry, self.entry.entry_id
            )
        }

    def names(self, platform: str) -> list[str]:
        """Return the names of all entities of a platform."""
        return sorted(n for n in self.entries() if n.startswith(f"{platform}."))

    def rename(self, name: str) -> None:
        """Rename the device, as on its page."""
        registry = dr.async_get(self.hass)
        [device] = dr.async_entries_for_config_entry(registry, self.entry.entry_id)
        registry.async_update_device(device.id, name_by_user=name)

    async def enable(self, *names: str) -> None:
        """Enable these entities, or all; Home Assistant reloads."""
        registry = er.async_get(self.hass)
        for name, entity in self.entries().items():
            if name in (names or [name]):
                registry.async_update_entity(entity.entity_id, disabled_by=None)
        await self.reload()

    async def unload(self) -> None:
        """Unload the entry."""
        assert await self.hass.config_entries.async_unload(self.entry.entry_id)

    async def load(self) -> None:
        """Set up the entry again."""
        assert await self.hass.config_entries.async_setup(self.entry.entry_id)
        await self.hass.async_block_till_done()

    async def reload(self) -> None:
        """Unload the entry, and set it up again."""
        await self.unload()
        await self.load()

    async def until(self, name: str, value: str) -> None:
        """Wait until an entity has a state."""
        with contextlib.suppress(TimeoutError):
            await wait_until(self.hass, lambda: self.value(name) == value)
        assert self.value(name) == value

    async def act(self, action: str, name: str, **data: Any) -> None:
        """Call an action of the entity's platform."""
        await self.hass.services.async_call(
            name.partition(".")[0],
            action,
            {"entity_id": self.entity_id(name), **data},
            blocking=True,
        )


@pytest.fixture
def setup_projector(
    hass: HomeAssistant, start_projector: StartProjector, set_up: SetUp
) -> SetUpProjector:
    """Start a projector, and set it up.

    Example: `home = await setup_projector("hdr_cs", state="on")`.
    """

    async def start_and_set_up(model: str = "balder_cs", **options: Any) -> Home:
        projector = await start_projector(model, **options)
        return Home(hass, projector, await set_up(projector))

    return start_and_set_up
