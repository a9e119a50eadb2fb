"""What the projector itself has to say."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.barco_pulse.pulse.const import (
    NOTIFICATION_COUNT,
    NOTIFICATION_DISMISSED,
    NOTIFICATION_EMITTED,
    NOTIFICATIONS,
    STATE,
)
from custom_components.barco_pulse.pulse.exceptions import PulseRpcError
from simulator import JsonObject, Simulator

from .common import (
    FAST_TIMINGS,
    INLET,
    RunningProjector,
    asked_again,
    running_projector,
    subscribed,
)
from .conftest import StartProjector

SILENT: dict[str, Any] = {"absent_methods": ("signal.subscribe",)}


def codes(projector: RunningProjector) -> list[str]:
    """Return the codes of what is told now, the newest first."""
    return [str(entry["code"]) for entry in projector.snapshot.notifications]


@pytest.mark.parametrize("arguments", ["member", "direct"])
async def test_signals_tell_at_once(
    start_projector: StartProjector, arguments: str
) -> None:
    """A warning is known when it comes, whatever became of the list."""
    simulator = await start_projector(
        state="on", personality={"notification_arguments": arguments}
    )
    async with running_projector(simulator) as projector:
        assert projector.values[NOTIFICATIONS] == []
        simulator.faults.methods = ("notification.list", "property.get")
        simulator.faults.silence = True
        number = simulator.notify("WARNING", "1042", "Clean the filter")
        await projector.until(lambda: codes(projector) == ["1042"])
        [warning] = projector.snapshot.warnings
        assert warning["id"] == number
        assert warning["message"] == "Clean the filter"
        simulator.dismiss(number)
        await projector.until(lambda: codes(projector) == [])


async def test_each_one_is_told(start_projector: StartProjector) -> None:
    """However short it lives: no two changes make one."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        for code in ("1", "2", "3"):
            simulator.dismiss(simulator.notify("ERROR", code, "Fan"))
        await projector.until(
            lambda: (
                {"1", "2", "3"}
                <= {
                    str(entry["code"])
                    for snapshot in projector.listener.snapshots
                    for entry in snapshot.notifications
                }
            )
        )
        await projector.until(lambda: codes(projector) == [])


async def test_the_count_tells_where_no_signal_does(
    start_projector: StartProjector,
) -> None:
    """Another number of notifications is a reason to list them, the same is none."""
    simulator = await start_projector(state="on", personality=SILENT)
    async with running_projector(simulator) as projector:
        number = simulator.notify("WARNING", "1042", "Clean the filter")
        await projector.until(lambda: codes(projector) == ["1042"])
        simulator.dismiss(number)
        await projector.until(lambda: codes(projector) == [])

        listed = simulator.counters.requests["notification.list"]
        projector.refresh()
        await simulator.wait_until(asked_again(simulator, "property.get"))
        simulator.change(INLET, 44)
        await projector.until_value(INLET, 44)
        assert simulator.counters.requests["notification.list"] == listed


async def test_the_resync_finds_what_nobody_told(
    start_projector: StartProjector,
) -> None:
    """Where neither signal nor count is pushed the count is read."""
    simulator = await start_projector(state="on")
    simulator.faults.methods = ("property.changed", "signal.callback")
    simulator.faults.silence = True
    timings = replace(FAST_TIMINGS, resync_interval=0.05)
    async with running_projector(simulator, timings=timings) as projector:
        simulator.notify("WARNING", "1042", "Clean the filter")
        await projector.until(lambda: codes(projector) == ["1042"])


async def test_what_was_there_before(start_projector: StartProjector) -> None:
    """The newest comes first; what a loss of the connection hid is listed after it."""
    simulator = await start_projector(state="on")
    old = simulator.notify("INFO", "1", "Old")
    simulator.device.notifications.active[old]["timestamp"] = "2026-01-01T00:00:00"
    first = simulator.notify("WARNING", "2", "New")
    async with running_projector(simulator) as projector:
        assert codes(projector) == ["2", "1"]
        assert [w["code"] for w in projector.snapshot.warnings] == ["2"]
        simulator.faults.accept_then_close = True
        simulator.drop()
        await projector.until_reachable(False)
        assert codes(projector) == ["2", "1"], "for all we know"
        simulator.dismiss(first)
        simulator.faults.clear()
        await projector.until(lambda: codes(projector) == ["1"])
        assert projector.snapshot.reachable


@pytest.mark.parametrize("personality", [{}, SILENT], ids=str)
async def test_dismiss(
    start_projector: StartProjector, personality: dict[str, Any]
) -> None:
    """One can be answered, once; what it was is told by the projector."""
    simulator = await start_projector(state="on", personality=personality)
    async with running_projector(simulator) as projector:
        first = simulator.notify("WARNING", "1", "One")
        second = simulator.notify("WARNING", "2", "Two")
        await projector.until(lambda: len(codes(projector)) == 2)
        await projector.dismiss(first)
        await projector.until(lambda: codes(projector) == ["2"])
        assert [*simulator.device.notifications.active] == [second]
        with pytest.raises(PulseRpcError):
            await projector.dismiss(first)
        assert codes(projector) == ["2"]


async def test_dismissed_where_nobody_tells() -> None:
    """Without a signal and a count, the list is asked for after the answer."""
    mute: dict[str, Any] = {
        "name": "mute",
        "extends": "udx",
        "properties": {"notification.count": None},
        "personality": SILENT,
    }
    async with Simulator(mute, state="on") as simulator:
        number = simulator.notify("WARNING", "1", "One")
        async with running_projector(simulator) as projector:
            assert codes(projector) == ["1"]
            await projector.dismiss(number)
            await projector.until(lambda: codes(projector) == [])


ODD: list[JsonObject] = [
    {},
    {"notification": None},
    {"notification": 7, "id": None},
    {"notification": []},
    {"id": 4711},
    {"id": "unheard of", "response": "OK"},
]


@pytest.mark.parametrize("signal", [NOTIFICATION_EMITTED, NOTIFICATION_DISMISSED])
@pytest.mark.parametrize("arguments", ODD, ids=str)
async def test_odd_signals(
    start_projector: StartProjector, arguments: JsonObject, signal: str
) -> None:
    """What says nothing of a notification takes none away, and disturbs nothing."""
    simulator = await start_projector(state="on")
    simulator.notify("WARNING", "1042", "Clean the filter")
    async with running_projector(simulator) as projector:
        simulator.signal(signal, arguments)
        simulator.change(INLET, 44)
        await projector.until_value(INLET, 44)
        assert "1042" in [entry.get("code") for entry in projector.snapshot.warnings]
        assert simulator.counters.connections_opened == 1


async def test_only_where_somebody_looks(start_projector: StartProjector) -> None:
    """Nobody who shows no notifications pays for them."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        projector.watch([INLET])
        await simulator.wait_until(
            lambda: NOTIFICATION_COUNT not in subscribed(simulator)
        )
        listed = simulator.counters.requests["notification.list"]
        simulator.notify("WARNING", "1042", "Clean the filter")
        simulator.change(INLET, 44)
        await projector.until_value(INLET, 44)
        projector.refresh()
        await simulator.wait_until(asked_again(simulator, "property.get"))
        simulator.change(STATE, "error")
        await projector.until_value(STATE, "error")
        assert simulator.counters.requests["notification.list"] == listed

        projector.watch([NOTIFICATIONS])
        await projector.until(lambda: codes(projector) == ["1042"])
        assert NOTIFICATION_COUNT in subscribed(simulator)
