"""The sensors for the power phase and its end."""

import asyncio
from datetime import UTC, datetime, timedelta

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest

from custom_components.barco_pulse.pulse import clock as clock_module

from .conftest import Home, SetUpProjector, wait_until
from .observe import history

PHASE = "sensor.phase"
READY_AT = "sensor.ready_at"
OFF_AT = "sensor.off_at"
TIMER = "system.ready.timeout.enable"

pytestmark = pytest.mark.usefixtures("fast_timings", "watched_sensors")


class Clocks:
    """Sets the monotonic time and the Unix time."""

    def __init__(self) -> None:
        """Start at any time."""
        self.now = datetime(2026, 11, 25, 20, tzinfo=UTC)
        self.elapsed = 1000.0

    def tick(self, seconds: float) -> None:
        """Advance both."""
        self.elapsed += seconds
        self.put(seconds)

    def put(self, seconds: float) -> None:
        """Set the Unix time forward or back."""
        self.now += timedelta(seconds=seconds)

    def time(self) -> float:
        """Return the Unix time, as the module `time` does."""
        return self.now.timestamp()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    """Return the clocks; timers continue."""
    clocks = Clocks()
    monkeypatch.setattr(clock_module, "time", clocks)
    monkeypatch.setattr(clock_module.Clock, "now", lambda self: clocks.elapsed)
    return clocks


def moment(home: Home, name: str) -> datetime | None:
    """Return the time of a sensor, None while it is unknown."""
    shown = home.value(name)
    return None if shown == STATE_UNKNOWN else dt_util.parse_datetime(str(shown))


async def until_known(home: Home, name: str) -> datetime:
    """Wait until a sensor has a time."""
    await wait_until(home.hass, lambda: moment(home, name) is not None)
    shown = moment(home, name)
    assert shown is not None
    return shown


def is_in(shown: datetime | None, seconds: float, about: float = 2) -> bool:
    """Return whether a time is about so many seconds from now."""
    assert shown is not None
    off = shown - dt_util.utcnow() - timedelta(seconds=seconds)
    return abs(off) < timedelta(seconds=about)


async def set_power_state(home: Home, state: str) -> None:
    """Set the power state of the projector."""
    home.projector.change("system.state", state)
    await home.until("sensor.state", state)


@pytest.mark.parametrize("model", ["hdr_cs", "minimal"])
async def test_enabled_by_default(setup_projector: SetUpProjector, model: str) -> None:
    """Enable the sensors on each model; their times are unknown at first."""
    home = await setup_projector(model, state="on")

    assert home.value(PHASE) == "on"
    assert home.value(READY_AT) == STATE_UNKNOWN
    assert home.value(OFF_AT) == STATE_UNKNOWN
    assert home.attribute(PHASE, "options") == [
        "off",
        "starting",
        "warming",
        "on",
        "cooling",
        "error",
    ]
    assert home.attribute(READY_AT, "device_class") == "timestamp"
    assert home.attribute(OFF_AT, "device_class") == "timestamp"


@pytest.mark.parametrize(
    ("model", "rest"), [("hdr_cs", "standby"), ("balder_cs", "ready")]
)
async def test_cycle(setup_projector: SetUpProjector, model: str, rest: str) -> None:
    """Show each phase once, without off between warm-up and on."""
    home = await setup_projector(model, state="on", speed=400)
    if model == "balder_cs":
        home.projector.change(TIMER, False)
    phases = history(home, PHASE)

    await home.act("turn_off", "media_player.projector")
    await home.projector.wait_for_state(rest)
    await home.until("sensor.state", rest)
    await home.until(PHASE, "off")
    await home.act("turn_on", "media_player.projector")
    await home.until("sensor.state", "on")
    await home.until(PHASE, "on")

    assert phases == ["cooling", "off", "warming", "on"]


async def test_cycle_by_another_controller(setup_projector: SetUpProjector) -> None:
    """Show the same phases if another controller is used."""
    home = await setup_projector("hdr_cs", state="standby", speed=400)
    phases = history(home, PHASE)

    home.projector.power_on()
    await home.until("sensor.state", "on")
    home.projector.power_off()
    await home.projector.wait_for_state("standby")
    await home.until(PHASE, "off")

    assert phases == ["warming", "on", "cooling", "off"]


async def test_error_phase(setup_projector: SetUpProjector) -> None:
    """Show the phase error."""
    home = await setup_projector("hdr_cs", state="on")

    await set_power_state(home, "error")

    await home.until(PHASE, "error")
    await set_power_state(home, "service")
    await home.until(PHASE, STATE_UNAVAILABLE)


@pytest.mark.parametrize("begins", ["ready", "standby"])
async def test_ready_at_is_learned(
    setup_projector: SetUpProjector, clock: Clocks, begins: str
) -> None:
    """Show the end from the second time on, also after a restart."""
    home = await setup_projector("hdr_cs", state="on")

    async def warm_up() -> None:
        await set_power_state(home, begins)
        # The target state is pushed shortly after the state.
        await wait_until(home.hass, lambda: home.value(PHASE) in ("cooling", "off"))
        home.projector.change("system.targetstate", "on")
        await home.until(PHASE, "warming")

    await warm_up()
    assert home.value(READY_AT) == STATE_UNKNOWN, "not known yet"
    clock.tick(60)
    await set_power_state(home, "conditioning")
    clock.tick(25)
    await set_power_state(home, "on")
    assert home.value(READY_AT) == STATE_UNKNOWN, "the phase is over"

    for again in range(2):
        if again:
            await home.reload()
        clock.tick(3600)
        await warm_up()
        assert moment(home, READY_AT) == clock.now + timedelta(seconds=85)
        assert home.value(OFF_AT) == STATE_UNKNOWN
        clock.tick(60)
        await set_power_state(home, "conditioning")
        assert moment(home, READY_AT) == clock.now + timedelta(seconds=25)
        clock.tick(25)
        await set_power_state(home, "on")
        assert home.value(READY_AT) == STATE_UNKNOWN


async def test_restart_while_warming_up(
    setup_projector: SetUpProjector, clock: Clocks
) -> None:
    """Keep the expected end."""
    home = await setup_projector("udx", state="ready")
    for state in ("conditioning", "on", "ready", "conditioning"):
        clock.tick(20)
        await set_power_state(home, state)
    expected = moment(home, READY_AT)
    assert expected == clock.now + timedelta(seconds=20)

    clock.tick(5)
    await home.reload()

    assert home.value(PHASE) == "warming"
    assert moment(home, READY_AT) == expected
    clock.tick(20)
    await home.reload()
    assert moment(home, READY_AT) == expected, "longer than expected"


async def test_off_at_by_timer(
    setup_projector: SetUpProjector,
) -> None:
    """Use the timer in ready, which is part of cooling down."""
    home = await setup_projector("hdr_cs", state="on", speed=1)
    await set_power_state(home, "deconditioning")
    await home.until(PHASE, "cooling")
    assert home.value(OFF_AT) == STATE_UNKNOWN, "not known yet"

    await set_power_state(home, "ready")

    assert home.value(PHASE) == "cooling"
    assert is_in(await until_known(home, OFF_AT), 300)
    assert home.value(READY_AT) == STATE_UNKNOWN
    await set_power_state(home, "standby")
    await home.until(PHASE, "off")
    assert home.value(OFF_AT) == STATE_UNKNOWN


async def test_off_at_after_a_restart(
    setup_projector: SetUpProjector,
) -> None:
    """Read the remaining time."""
    home = await setup_projector("hdr_cs", state="on", speed=1)
    await set_power_state(home, "deconditioning")
    await set_power_state(home, "ready")
    expected = await until_known(home, OFF_AT)

    await home.reload()

    assert home.value(PHASE) == "cooling"
    again = await until_known(home, OFF_AT)
    assert abs(again - expected) < timedelta(seconds=3)


async def test_off_at_is_learned(
    setup_projector: SetUpProjector, clock: Clocks
) -> None:
    """Use the last duration if there is no timer, also after a restart."""
    home = await setup_projector("balder_cs", state="on")
    await set_power_state(home, "deconditioning")
    assert home.value(PHASE) == "cooling"
    assert home.value(OFF_AT) == STATE_UNKNOWN, "not known yet"
    clock.tick(120)
    await set_power_state(home, "ready")
    assert home.value(PHASE) == "off"

    for again in range(2):
        if again:
            await home.reload()
        await set_power_state(home, "on")
        clock.tick(3600)
        await set_power_state(home, "deconditioning")
        assert moment(home, OFF_AT) == clock.now + timedelta(seconds=120)
        clock.tick(120)
        await set_power_state(home, "ready")
        assert home.value(PHASE) == "off"
        assert home.value(OFF_AT) == STATE_UNKNOWN


async def test_off_at_is_stable(setup_projector: SetUpProjector, clock: Clocks) -> None:
    """Keep the time during commands, reloads and clock changes."""
    home = await setup_projector("balder_cs", state="on")
    await set_power_state(home, "deconditioning")
    clock.tick(120)
    await set_power_state(home, "ready")
    await set_power_state(home, "on")
    clock.tick(3600)
    await set_power_state(home, "deconditioning")
    expected = moment(home, OFF_AT)
    assert expected == clock.now + timedelta(seconds=120)
    phases = history(home, PHASE)
    times = history(home, OFF_AT)

    clock.tick(4)
    command = asyncio.create_task(home.act("turn_on", "media_player.projector"))
    await wait_until(
        home.hass, lambda: home.attribute("switch.power", "pending") == "on"
    )
    clock.tick(16)
    await home.act("turn_off", "media_player.projector")
    with pytest.raises(HomeAssistantError):
        await command
    clock.tick(120)
    home.projector.change("system.targetstate", "standby")
    await wait_until(
        home.hass, lambda: home.attribute("switch.power", "pending") is None
    )
    assert phases == []
    assert times == []

    await home.reload()
    assert home.value(PHASE) == "cooling"
    assert moment(home, OFF_AT) == expected
    clock.tick(10)
    await set_power_state(home, "ready")
    assert home.value(PHASE) == "off"
    assert home.value(OFF_AT) == STATE_UNKNOWN
    await set_power_state(home, "on")
    await set_power_state(home, "deconditioning")
    assert moment(home, OFF_AT) == clock.now + timedelta(seconds=150)


@pytest.mark.parametrize("hours", [-1, 1])
async def test_unix_time_is_set(
    setup_projector: SetUpProjector, clock: Clocks, hours: int
) -> None:
    """Change neither the phase nor the duration."""
    home = await setup_projector("balder_cs", state="on")
    for state, seconds in (("deconditioning", 120), ("ready", 50), ("on", 3600)):
        await set_power_state(home, state)
        clock.tick(seconds)
    await set_power_state(home, "deconditioning")
    phases = history(home, PHASE)

    clock.put(hours * 3600)

    clock.tick(60)
    await home.reload()
    assert home.value(PHASE) == "cooling"
    shown = moment(home, OFF_AT)
    assert shown is not None
    assert abs(shown - clock.now - timedelta(seconds=60)) < timedelta(seconds=5)
    clock.tick(60)
    await set_power_state(home, "ready")
    assert home.value(PHASE) == "off"
    assert "off" not in phases[:-1]


@pytest.mark.usefixtures("magic_packets")
async def test_power_loss_while_asleep(setup_projector: SetUpProjector) -> None:
    """Keep the phase if the projector cannot be woken."""
    home = await setup_projector("hdr_cs", state="standby")
    home.projector.cut_mains()
    home.projector.drop(reset=True)
    await home.until("sensor.notifications", STATE_UNAVAILABLE)
    phases = history(home, PHASE)

    command = asyncio.create_task(home.act("turn_on", "media_player.projector"))
    await wait_until(
        home.hass, lambda: home.attribute("switch.power", "pending") == "on"
    )
    await home.act("turn_off", "media_player.projector")
    with pytest.raises(HomeAssistantError):
        await command

    assert home.value(PHASE) == "off"
    assert phases == []


async def test_timer_is_disabled(setup_projector: SetUpProjector) -> None:
    """Show ready as off if the timer is disabled while cooling down."""
    home = await setup_projector("hdr_cs", state="on", speed=1)
    await set_power_state(home, "deconditioning")
    await set_power_state(home, "ready")
    await until_known(home, OFF_AT)

    home.projector.change(TIMER, False)

    await home.until(PHASE, "off")
    await home.until(OFF_AT, STATE_UNKNOWN)


async def test_ready_from_standby(
    setup_projector: SetUpProjector,
) -> None:
    """Show ready from standby as off."""
    home = await setup_projector("hdr_cs", state="standby", speed=100)
    phases = history(home, PHASE)

    await home.hass.services.async_call(
        "barco_pulse", "call_method", {"method": "system.gotoready"}, blocking=True
    )

    await home.until("sensor.state", "ready")
    assert home.value(PHASE) == "off"
    assert phases == []
