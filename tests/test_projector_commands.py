"""Commands to a projector, and their errors."""

import asyncio
import logging
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import LASER_POWER, SOURCE, STATE
from custom_components.barco_pulse.pulse.exceptions import (
    PulseConnectionError,
    PulseInvalidStateError,
    PulsePermissionError,
    PulseRpcError,
    PulseTimeoutError,
)
from custom_components.barco_pulse.pulse.json_types import JsonValue
from simulator import Simulator

from .common import (
    SHORT_TIMEOUTS,
    RawPeer,
    asked_again,
    reply,
    running_projector,
    sent,
    serve,
)
from .conftest import StartProjector


def values_sent(simulator: Simulator, name: str) -> list[JsonValue]:
    """Return the values that a property was set to, in the order of arrival."""
    sets = sent(simulator, "property.set")
    return [params["value"] for params in sets if params["property"] == name]


async def test_set_property(start_projector: StartProjector) -> None:
    """Return when the projector has confirmed; the push brings the value."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        await projector.set_property(LASER_POWER, 60)
        assert simulator.get(LASER_POWER) == 60
        await projector.until_value(LASER_POWER, 60)
        await projector.set_property(SOURCE, "SDI")
        await projector.until_value(SOURCE, "SDI")
        assert values_sent(simulator, LASER_POWER) == [60]


async def test_get_property(start_projector: StartProjector) -> None:
    """Read any property without adding it to the snapshot."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        name = "ui.osd"
        assert name not in projector.values
        assert await projector.get_property(name) == simulator.get(name)
        assert name not in projector.values
        with pytest.raises(PulseInvalidStateError):
            await projector.get_property("no.such.property")


async def test_sets_coalesce(start_projector: StartProjector) -> None:
    """Send only the newest of the values that wait for one property."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        simulator.faults.methods = ("property.set",)
        simulator.faults.delay = 0.05
        values = [30, 40, 50, 60, 70, 80]
        await asyncio.gather(*(projector.set_property(LASER_POWER, v) for v in values))
        assert values_sent(simulator, LASER_POWER) == [30, 80]
        assert simulator.get(LASER_POWER) == 80

        await projector.set_property(LASER_POWER, 35)
        assert values_sent(simulator, LASER_POWER) == [30, 80, 35]


async def test_sets_of_different_properties_are_independent(
    start_projector: StartProjector,
) -> None:
    """Do not delay a set because another property responds slowly."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        simulator.faults.methods = ("property.set",)
        simulator.faults.delay = 0.3
        simulator.faults.count = 1
        slow = asyncio.create_task(projector.set_property(LASER_POWER, 60))
        requests = simulator.counters.requests
        await simulator.wait_until(lambda: requests["property.set"] == 1)
        await projector.set_property(SOURCE, "SDI")
        assert not slow.done()
        await slow


async def test_refused_set_does_not_fail_a_later_one(
    start_projector: StartProjector,
) -> None:
    """Raise each error only to the caller of that value."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        refused, accepted = await asyncio.gather(
            projector.set_property(LASER_POWER, 5000),
            projector.set_property(LASER_POWER, 50),
            return_exceptions=True,
        )
        assert isinstance(refused, PulseRpcError)
        assert accepted is None
        assert simulator.get(LASER_POWER) == 50


async def test_cancelled_set_does_not_cancel_others(
    start_projector: StartProjector,
) -> None:
    """Remove only the value of the cancelled caller."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        simulator.faults.methods = ("property.set",)
        simulator.faults.delay = 0.05
        sets = [
            asyncio.create_task(projector.set_property(LASER_POWER, value))
            for value in (30, 40, 50)
        ]
        requests = simulator.counters.requests
        await simulator.wait_until(lambda: requests["property.set"] == 1)
        sets[2].cancel()
        await asyncio.gather(*sets, return_exceptions=True)
        assert values_sent(simulator, LASER_POWER) == [30, 40]


@pytest.mark.parametrize(
    ("name", "value", "quirks", "code"),
    [
        (SOURCE, "no such source", {}, -32000),
        (LASER_POWER, 1000, {}, -32602),
        (LASER_POWER, "bright", {}, -32602),
        ("system.modelname", "x", {}, -32001),
        ("system.modelname", "x", {"read_only_code": -32602}, -32602),
        ("no.such.property", 1, {}, -32601),
    ],
)
async def test_refused_set(
    start_projector: StartProjector,
    name: str,
    value: JsonValue,
    quirks: dict[str, Any],
    code: int,
) -> None:
    """Raise a refusal with its code, and change nothing else."""
    simulator = await start_projector(state="on", quirks=quirks)
    async with running_projector(simulator) as projector:
        before = projector.values
        with pytest.raises(PulseRpcError) as refused:
            await projector.set_property(name, value)
        assert refused.value.code == code
        assert values_sent(simulator, name) == [value]
        assert projector.values == before
        assert projector.snapshot.reachable
        assert simulator.counters.connections_opened == 1


async def test_false_is_a_refusal() -> None:
    """Raise an error if the result of a command is false."""

    async def talk(peer: RawPeer) -> None:
        while True:
            request = await peer.read()
            method, params = request["method"], request.get("params")
            result: JsonValue = False
            if method == "property.get":
                assert isinstance(params, dict)
                names = params["property"]
                one = isinstance(names, str)
                result = "on" if one else dict.fromkeys(names, "1")
            peer.write(reply(request, result))

    async with serve(talk) as port:
        simulator = Simulator("minimal", port=port)
        async with running_projector(simulator) as projector:
            with pytest.raises(PulseRpcError) as refused:
                await projector.power_on()
            assert refused.value.code is None


async def test_power(start_projector: StartProjector) -> None:
    """Send one power request for each command."""
    simulator = await start_projector("hdr_cs")
    async with running_projector(simulator) as projector:
        await projector.power_on()
        await projector.until_value(STATE, "on")
        assert projector.snapshot.is_on
        await projector.power_off()
        await projector.until(lambda: projector.snapshot.is_on is False)
        assert simulator.counters.requests["system.poweron"] == 1
        assert simulator.counters.requests["system.poweroff"] == 1


async def test_busy_raises_without_retry_or_log(
    start_projector: StartProjector, caplog: pytest.LogCaptureFixture
) -> None:
    """Raise the busy error without a retry or a log message."""
    simulator = await start_projector("hdr_cs", state="on", speed=1)
    async with running_projector(simulator) as projector:
        await projector.power_off()
        with pytest.raises(PulseInvalidStateError) as refused:
            await projector.command("system.gotoready")
        assert not refused.value.not_found
        assert "busy" in str(refused.value)
        assert projector.snapshot.reachable
        assert simulator.counters.requests["system.gotoready"] == 1
        assert simulator.counters.connections_opened == 1
    ours = [r for r in caplog.records if r.name.startswith("custom_components")]
    assert [r for r in ours if r.levelno > logging.DEBUG] == []


async def test_control_without_pin(start_projector: StartProjector) -> None:
    """Read without a PIN, and report the missing PIN at the first command."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator, pin=None) as projector:
        with pytest.raises(PulsePermissionError):
            await projector.power_off()
        with pytest.raises(PulsePermissionError):
            await projector.set_property(SOURCE, "SDI")
        assert projector.snapshot.reachable
        simulator.change(LASER_POWER, 44)
        await projector.until_value(LASER_POWER, 44)


async def test_not_connected(start_projector: StartProjector) -> None:
    """Raise at once, with the reason, if there is no connection."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        simulator.faults.refuse = True
        simulator.drop()
        await projector.until_reachable(False)
        async with asyncio.timeout(0.1):
            with pytest.raises(PulseConnectionError):
                await projector.power_off()
            with pytest.raises(PulseConnectionError):
                await projector.set_property(LASER_POWER, 50)
    with pytest.raises(PulseConnectionError):
        await projector.activate_profile("Cinema")
    assert "profile.activateprofile" not in simulator.counters.requests


async def test_no_response_to_a_command(start_projector: StartProjector) -> None:
    """Raise an error and close the connection if a command gets no response."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator, timeouts=SHORT_TIMEOUTS) as projector:
        simulator.faults.methods = ("system.poweroff",)
        simulator.faults.silence = True
        with pytest.raises(PulseTimeoutError):
            await projector.power_off()
        await projector.until_reachable(False)
        await projector.until_reachable()
        assert simulator.counters.requests["system.poweroff"] == 1


async def test_commands_during_a_slow_discovery(
    start_projector: StartProjector,
) -> None:
    """Send a command before queued background requests."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        simulator.faults.methods = ("introspect",)
        simulator.faults.delay = 1.0
        under_way = asked_again(simulator, "introspect", 3)
        simulator.signal("modelupdated", {"object": ""})
        await simulator.wait_until(under_way)
        async with asyncio.timeout(0.6):
            await projector.set_property(LASER_POWER, 50)


async def test_commands_during_a_slow_read(start_projector: StartProjector) -> None:
    """Send a command while a read is in progress."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        simulator.faults.methods = ("property.get",)
        simulator.faults.delay = 2
        requests = simulator.counters.requests
        before = requests["property.get"]
        projector.refresh()
        await simulator.wait_until(lambda: requests["property.get"] > before)
        async with asyncio.timeout(1):
            await projector.set_property(LASER_POWER, 50)
            await projector.power_off()
