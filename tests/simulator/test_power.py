"""The power states, with the durations of each model."""

import asyncio
from typing import Any

import pytest

from simulator import Record, Simulator

from .client import Client
from .conftest import Connect, Start

BUSY_TO_READY = (-32009, "Ignored POWER_ON event, busy transitioning to ready")


class History:
    """Records every power state and when it began, in seconds of the projector."""

    def __init__(self, projector: Simulator) -> None:
        """Initialize with the current state."""
        self.states = [projector.state]
        self._times = [projector.device.clock.now()]
        self._clock = projector.device.clock
        projector.watch(self._note)

    def lasted(self, state: str) -> float:
        """Return how long a state lasted."""
        at = self.states.index(state)
        return self._times[at + 1] - self._times[at]

    def _note(self, record: Record) -> None:
        match str(record.data).split():
            case ["state", state, *_] if state.strip(",") != self.states[-1]:
                self.states.append(state.strip(","))
                self._times.append(self._clock.now())


async def powered(client: Client, method: str) -> None:
    """Call a power method, which must succeed."""
    assert await client.call(f"system.{method}", "[]") is None


async def test_hdr_cs_cools_down_in_8_12(start: Start, connect: Connect) -> None:
    """One poweroff leads to standby in 8:12 minutes."""
    projector = await start("hdr_cs", state="on")
    client = await connect(projector)
    history = History(projector)
    await powered(client, "poweroff")
    await projector.wait_for_state("standby")
    assert history.states == ["on", "deconditioning", "ready", "standby"]
    # The loop may be late by some milliseconds, which count as seconds here.
    assert 180 <= history.lasted("deconditioning") < 380
    assert 312 <= history.lasted("ready") < 512


async def test_hdr_cs_warms_up(start: Start, connect: Connect) -> None:
    """Poweron leads from standby to on in some seconds."""
    projector = await start("hdr_cs")
    client = await connect(projector)
    await client.subscribe("system.state", "system.targetstate")
    history = History(projector)
    await powered(client, "poweron")
    assert await client.changed() == {"system.targetstate": "on"}
    await projector.wait_for_state("on")
    assert history.states == ["standby", "ready", "conditioning", "on"]
    pushed = [(await client.changed())["system.state"] for _ in range(3)]
    assert pushed == ["ready", "conditioning", "on"]


async def test_second_poweroff_skips_the_waiting(
    start: Start, connect: Connect
) -> None:
    """A second poweroff in ready leads to standby at once."""
    projector = await start("hdr_cs", state="on")
    client = await connect(projector)
    await powered(client, "poweroff")
    await projector.wait_for_state("ready")
    await powered(client, "poweroff")
    assert projector.state == "standby"


async def test_poweron_in_cooling_ready(start: Start, connect: Connect) -> None:
    """Poweron is accepted in ready."""
    projector = await start("hdr_cs", state="on")
    client = await connect(projector)
    await powered(client, "poweroff")
    await projector.wait_for_state("ready")
    await powered(client, "poweron")
    await projector.wait_for_state("on")


async def test_poweron_in_deconditioning(start: Start, connect: Connect) -> None:
    """Poweron is refused with the observed error during deconditioning."""
    projector = await start("hdr_cs", state="on")
    client = await connect(projector)
    await powered(client, "poweroff")
    assert await client.error("system.poweron") == BUSY_TO_READY
    assert projector.state == "deconditioning"
    await projector.wait_for_state("ready")


@pytest.mark.parametrize(
    ("quirks", "reply"),
    [
        ({"power_busy_code": -32000}, {"error": {"code": -32000}}),
        ({"power_in_transition": "null"}, {"result": None}),
    ],
)
async def test_other_refusals(
    start: Start, connect: Connect, quirks: Any, reply: Any
) -> None:
    """The response during a transition is configurable."""
    projector = await start(state="deconditioning", quirks=quirks)
    client = await connect(projector)
    answer = await client.reply("system.poweron")
    if "error" in answer:
        del answer["error"]["message"]
    assert reply.items() <= answer.items()
    assert projector.state == "deconditioning"


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("conditioning", "Ignored POWER_OFF event, busy conditioning"),
        ("deconditioning", "Ignored POWER_OFF event, busy transitioning to ready"),
        ("boot", "Ignored POWER_OFF event, busy transitioning to ready"),
    ],
)
async def test_busy_texts(
    start: Start, connect: Connect, state: str, text: str
) -> None:
    """The error text depends on the power state."""
    client = await connect(await start(state=state))
    assert await client.error("system.poweroff") == (-32009, text)


async def test_busy_on_the_way_to_eco(start: Start, connect: Connect) -> None:
    """The projector is busy on the way to eco."""
    projector = await start("balder_cs", state="on", pin=None)
    client = await connect(projector)
    await powered(client, "gotoeco")
    assert projector.state == "deconditioning"
    text = "Ignored POWER_ON event, busy transitioning to off"
    assert await client.error("system.poweron") == (-32009, text)
    await projector.wait_for_state("eco")


async def test_balder_cs_rests_in_ready(start: Start, connect: Connect) -> None:
    """One poweroff leads to ready, without standby."""
    projector = await start("balder_cs", state="on", pin=None)
    client = await connect(projector)
    await powered(client, "poweroff")
    await projector.wait_for_state("ready")
    assert projector.get("system.targetstate") == "ready"
    assert projector.get("system.ready.timeout.remaining") == 0
    await powered(client, "poweroff")
    assert projector.state == "eco"


async def test_balder_cs_may_rest_in_eco(start: Start, connect: Connect) -> None:
    """Settings enable eco."""
    style = {"poweroff_rests": "eco"}
    projector = await start("balder_cs", state="on", pin=None, quirks=style)
    client = await connect(projector)
    await powered(client, "poweroff")
    await projector.wait_for_state("eco")


async def test_down_through_all_states(start: Start, connect: Connect) -> None:
    """Each poweroff leads to the next lower state."""
    projector = await start("udx", state="on")
    client = await connect(projector)
    for state in ("ready", "standby", "eco"):
        await powered(client, "poweroff")
        await projector.wait_for_state(state)


async def test_poweroff_in_the_lowest_state(start: Start, connect: Connect) -> None:
    """Poweroff keeps the lowest state and skips disabled ones."""
    projector = await start(state="standby", values={"system.eco.enable": False})
    client = await connect(projector)
    await powered(client, "poweroff")
    await powered(client, "gotoeco")
    assert projector.state == "standby"


@pytest.mark.parametrize("method", ["poweron", "poweroff", "gotoready", "activity"])
async def test_error_and_service_states(
    start: Start, connect: Connect, method: str
) -> None:
    """Poweron and poweroff do not change error and service."""
    projector = await start(state="error")
    await powered(await connect(projector), method)
    assert projector.state == "error"


async def test_command_for_the_current_state(start: Start, connect: Connect) -> None:
    """Going to the current state is not an error."""
    projector = await start(state="on")
    client = await connect(projector)
    await powered(client, "poweron")
    assert projector.state == "on"


@pytest.mark.parametrize("state", ["on", "standby"])
async def test_go_to_ready(start: Start, connect: Connect, state: str) -> None:
    """Going to ready works from above and from below."""
    projector = await start(state=state)
    client = await connect(projector)
    await powered(client, "gotoready")
    assert projector.get("system.targetstate") == "ready"
    await projector.wait_for_state("ready")


async def test_ir_remote(start: Start) -> None:
    """The IR remote changes the power state without errors."""
    projector = await start()
    projector.power_on()
    projector.power_off()
    await projector.wait_for_state("on")
    assert "Ignored POWER_OFF event" in str(projector.log)
    projector.power_off()
    await projector.wait_for_state("standby")


async def test_light_follows_the_power_state(start: Start, connect: Connect) -> None:
    """Light and laser follow the power state."""
    projector = await start("balder_cs", state="ready", pin=None)
    client = await connect(projector)
    name = "illumination.sources.laser.status"
    assert await client.get(["illumination.state", name]) == {
        "illumination.state": "Off",
        name: "Off",
    }
    await powered(client, "poweron")
    await projector.wait_for_state("on")
    assert projector.get("illumination.state") == "On"
    assert projector.get(name) == "On"
    power, actual = (
        f"illumination.sources.laser.{n}" for n in ("power", "actualpower")
    )
    assert await client.get(actual) == await client.get(power) == 75
    await client.subscribe(actual)
    await client.set(power, 50)
    assert await client.changed() == {actual: 50}


async def test_slow_replies_in_transition(start: Start, connect: Connect) -> None:
    """Replies are slow during transitions."""
    style = {"transition_delay": 50.0}
    projector = await start(state="deconditioning", quirks=style)
    client = await connect(projector)
    loop = asyncio.get_running_loop()
    before = loop.time()
    await client.get("system.state")
    assert loop.time() - before >= 0.05


async def test_set_any_state(start: Start) -> None:
    """A test can set any existing state."""
    projector = await start()
    projector.change("system.state", "service")
    assert projector.state == "service"
    assert projector.get("system.state") == "service"
    with pytest.raises(ValueError, match="is not a power state"):
        projector.change("system.state", "asleep")


@pytest.mark.parametrize(
    ("state", "target"), [("conditioning", "on"), ("deconditioning", "ready")]
)
async def test_transient_initial_state(start: Start, state: str, target: str) -> None:
    """A projector that starts in a transient state stays in it."""
    projector = await start(state=state)
    assert projector.get("system.targetstate") == target
