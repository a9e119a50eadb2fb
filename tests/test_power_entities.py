"""Turn on and off by each entity that supports it, in any power state."""

import asyncio

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from .conftest import Home, SetUpProjector, change_timings, logged, wait_until
from .observe import history, record_requests

PROJECTOR = "media_player.projector"
ENTITIES = (PROJECTOR, "remote.remote", "switch.power")
pytestmark = pytest.mark.usefixtures("fast_timings", "watched_sensors")


@pytest.fixture
def name() -> str:
    """Return the entity to use, by default the media player."""
    return PROJECTOR


async def until_pending(home: Home, value: str | None) -> None:
    """Wait until all entities show this pending command."""
    await wait_until(
        home.hass,
        lambda: all(home.attribute(name, "pending") == value for name in ENTITIES),
    )


async def reach(home: Home, state: str) -> None:
    """Let the projector enter a state by itself."""
    match state:
        case "boot":
            home.projector.cut_mains()
            home.projector.restore_mains()
        case "deconditioning":
            home.projector.power_off()
        case "conditioning":
            home.projector.power_on()
    await home.until("sensor.state", state)


@pytest.mark.parametrize(
    ("before", "state", "speed"),
    [
        ("standby", "standby", 40),
        ("ready", "ready", 10),
        ("on", "boot", 100),
        ("on", "deconditioning", 300),
        ("ready", "conditioning", 4),
        ("on", "on", 1),
    ],
)
async def test_turn_on(
    setup_projector: SetUpProjector, name: str, before: str, state: str, speed: float
) -> None:
    """Turn on from any power state by one request."""
    home = await setup_projector("hdr_cs", state=before, speed=speed)
    await reach(home, state)
    commands = record_requests(home.projector, "system.poweron", "system.poweroff")

    await home.act("turn_on", name)

    await home.until(name, "on")
    await home.projector.wait_for_state("on")
    await home.until("sensor.phase", "on")
    needed = 0 if state in ("conditioning", "on") else 1
    assert commands == [("system.poweron", None)] * needed
    await until_pending(home, None)


@pytest.mark.parametrize(
    ("name", "state"),
    [(PROJECTOR, "boot"), *((name, "deconditioning") for name in ENTITIES)],
)
async def test_pending_turn_on(
    setup_projector: SetUpProjector,
    name: str,
    state: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Show the goal in all entities, and the real phase."""
    home = await setup_projector("balder_cs", state="on", speed=1)
    await reach(home, state)
    caplog.clear()

    command = asyncio.create_task(home.act("turn_on", name))

    await until_pending(home, "on")
    assert home.value("sensor.phase") == {"boot": "starting"}.get(state, "cooling")
    assert {home.value(entity) for entity in ENTITIES} == {"on"}
    assert home.value("sensor.pending_command") == "turn_on"
    assert home.attribute("sensor.pending_command", "power") == "on"
    assert home.projector.counters.requests["system.poweron"] == 0
    assert not command.done()
    assert logged(caplog) == []

    await home.act("turn_off", name)  # the goal of the next command

    with pytest.raises(HomeAssistantError) as cancelled:
        await command
    assert cancelled.value.translation_key == "cancelled_switched_off"
    await until_pending(home, None)
    assert {home.value(entity) for entity in ENTITIES} == {"off"}
    assert home.value("sensor.pending_command") == "none"


@pytest.mark.parametrize("state", ["ready", "deconditioning"])
async def test_turn_off_unless_on(
    setup_projector: SetUpProjector, name: str, state: str
) -> None:
    """Send nothing, because a lower power state may have no network."""
    home = await setup_projector("hdr_cs", state="on", speed=1)
    if state == "deconditioning":
        home.projector.power_off()
    else:
        home.projector.change("system.state", state)
    await home.until("sensor.state", state)
    await home.until(name, "off")

    await home.act("turn_off", name)

    assert home.projector.counters.requests["system.poweroff"] == 0
    assert home.projector.state == state


@pytest.mark.parametrize("name", ENTITIES)
async def test_turn_off(setup_projector: SetUpProjector, name: str) -> None:
    """Step down one power state."""
    home = await setup_projector("hdr_cs", state="on", speed=1)

    await asyncio.gather(*(home.act("turn_off", name) for _ in range(3)))

    await home.until(name, "off")
    await home.until("sensor.phase", "cooling")
    assert home.projector.counters.requests["system.poweroff"] == 1


async def test_turn_off_while_warming_up(
    setup_projector: SetUpProjector, name: str
) -> None:
    """Turn off as soon as the projector is on."""
    home = await setup_projector("hdr_cs", state="ready", speed=4)
    home.projector.power_on()
    await home.until("sensor.state", "conditioning")
    states = history(home, "sensor.state")
    requests = home.projector.counters.requests

    command = asyncio.create_task(home.act("turn_off", name))

    await until_pending(home, "off")
    assert {home.value(entity) for entity in ENTITIES} == {"off"}
    assert home.value("sensor.pending_command") == "turn_off"
    assert requests["system.poweroff"] == 0
    await command
    await home.until(name, "off")
    await until_pending(home, None)
    assert states == ["on", "deconditioning"]
    assert requests["system.poweroff"] == 1


async def test_turn_on_cancels_turn_off(
    setup_projector: SetUpProjector, name: str
) -> None:
    """Use the newest command, without an error for the other."""
    home = await setup_projector("hdr_cs", state="ready", speed=4)
    home.projector.power_on()
    await home.until("sensor.state", "conditioning")
    command = asyncio.create_task(home.act("turn_off", name))
    await until_pending(home, "off")

    await home.act("turn_on", PROJECTOR)

    await command
    await home.until("sensor.state", "on")
    await until_pending(home, None)
    assert home.value(name) == "on"
    assert home.projector.counters.requests["system.poweroff"] == 0


@pytest.mark.parametrize("state", ["error", "service"])
async def test_turn_on_in_error_state_fails_immediately(
    setup_projector: SetUpProjector, name: str, state: str
) -> None:
    """Raise an error at once, without a request."""
    home = await setup_projector("hdr_cs", state="ready")
    home.projector.change("system.state", state)
    await home.until("sensor.state", state)

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("turn_on", name)

    assert refusal.value.translation_key == f"in_{state}"
    assert home.projector.counters.requests["system.poweron"] == 0
    await until_pending(home, None)


async def test_timeout(
    setup_projector: SetUpProjector, name: str, hass: HomeAssistant
) -> None:
    """Raise an error at the deadline, and show no pending command."""
    change_timings(hass, pending_timeout=0.1)
    home = await setup_projector("hdr_cs", state="on", speed=1)
    home.projector.power_off()
    await home.until("sensor.state", "deconditioning")

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("turn_on", name)

    assert refusal.value.translation_key == "not_switched"
    await until_pending(home, None)
    await home.until("sensor.phase", "cooling")
