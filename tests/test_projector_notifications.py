"""Notifications of the projector."""

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
    """Return the codes of the active notifications, the newest first."""
    return [str(entry["code"]) for entry in projector.snapshot.notifications]


@pytest.mark.parametrize("arguments", ["member", "direct"])
async def test_signal_adds_a_notification_at_once(
    start_projector: StartProjector, arguments: str
) -> None:
    """Add a notification by its signal, without the list."""
    simulator = await start_projector(
        state="on", quirks={"notification_arguments": arguments}
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


async def test_each_notification_is_published(start_projector: StartProjector) -> None:
    """Publish each notification in its own snapshot."""
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


async def test_count_replaces_missing_signals(
    start_projector: StartProjector,
) -> None:
    """List notifications only if their count changed."""
    simulator = await start_projector(state="on", quirks=SILENT)
    async with running_projector(simulator) as projector:
        number = simulator.notify("WARNING", "1042", "Clean the filter")
        await projector.until(lambda: codes(projector) == ["1042"])
        simulator.dismiss(number)
        await projector.until(lambda: codes(projector) == [])

        requests = simulator.counters.requests["notification.list"]
        projector.refresh()
        await simulator.wait_until(asked_again(simulator, "property.get"))
        simulator.change(INLET, 44)
        await projector.until_value(INLET, 44)
        assert simulator.counters.requests["notification.list"] == requests


async def test_resync_reads_the_count(
    start_projector: StartProjector,
) -> None:
    """Read the count if neither the signal nor the count is pushed."""
    simulator = await start_projector(state="on")
    simulator.faults.methods = ("property.changed", "signal.callback")
    simulator.faults.silence = True
    timings = replace(FAST_TIMINGS, resync_interval=0.05)
    async with running_projector(simulator, timings=timings) as projector:
        simulator.notify("WARNING", "1042", "Clean the filter")
        await projector.until(lambda: codes(projector) == ["1042"])


async def test_notifications_during_a_disconnect(
    start_projector: StartProjector,
) -> None:
    """List the notifications after a reconnect, the newest first."""
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
        assert codes(projector) == ["2", "1"], "the last known ones"
        simulator.dismiss(first)
        simulator.faults.clear()
        await projector.until(lambda: codes(projector) == ["1"])
        assert projector.snapshot.reachable


@pytest.mark.parametrize("quirks", [{}, SILENT], ids=str)
async def test_dismiss(start_projector: StartProjector, quirks: dict[str, Any]) -> None:
    """Dismiss a notification once; the projector reports its removal."""
    simulator = await start_projector(state="on", quirks=quirks)
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


async def test_dismiss_without_signal_and_count() -> None:
    """List the notifications after the response to a dismissal."""
    mute: dict[str, Any] = {
        "name": "mute",
        "extends": "udx",
        "properties": {"notification.count": None},
        "quirks": SILENT,
    }
    async with Simulator(mute, state="on") as simulator:
        number = simulator.notify("WARNING", "1", "One")
        async with running_projector(simulator) as projector:
            assert codes(projector) == ["1"]
            await projector.dismiss(number)
            await projector.until(lambda: codes(projector) == [])


MALFORMED: list[JsonObject] = [
    {},
    {"notification": None},
    {"notification": 7, "id": None},
    {"notification": []},
    {"id": 4711},
    {"id": "unheard of", "response": "OK"},
]


@pytest.mark.parametrize("signal", [NOTIFICATION_EMITTED, NOTIFICATION_DISMISSED])
@pytest.mark.parametrize("arguments", MALFORMED, ids=str)
async def test_malformed_signals(
    start_projector: StartProjector, arguments: JsonObject, signal: str
) -> None:
    """Ignore signals without valid notifications."""
    simulator = await start_projector(state="on")
    simulator.notify("WARNING", "1042", "Clean the filter")
    async with running_projector(simulator) as projector:
        simulator.signal(signal, arguments)
        simulator.change(INLET, 44)
        await projector.until_value(INLET, 44)
        assert "1042" in [entry.get("code") for entry in projector.snapshot.warnings]
        assert simulator.counters.connections_opened == 1


async def test_unwatched_notifications_are_not_listed(
    start_projector: StartProjector,
) -> None:
    """Request no notifications if none are watched."""
    simulator = await start_projector(state="on")
    async with running_projector(simulator) as projector:
        projector.watch([INLET])
        await simulator.wait_until(
            lambda: NOTIFICATION_COUNT not in subscribed(simulator)
        )
        requests = simulator.counters.requests["notification.list"]
        simulator.notify("WARNING", "1042", "Clean the filter")
        simulator.change(INLET, 44)
        await projector.until_value(INLET, 44)
        projector.refresh()
        await simulator.wait_until(asked_again(simulator, "property.get"))
        simulator.change(STATE, "error")
        await projector.until_value(STATE, "error")
        assert simulator.counters.requests["notification.list"] == requests

        projector.watch([NOTIFICATIONS])
        await projector.until(lambda: codes(projector) == ["1042"])
        assert NOTIFICATION_COUNT in subscribed(simulator)
