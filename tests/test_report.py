"""The report of a projector: what was answered, what was refused, nothing private."""

import json
from typing import Any

from custom_components.barco_pulse.pulse import Projector, build_report
from simulator import Simulator

from .common import running_projector
from .conftest import StartProjector

PIN = "0072064213"
UNWATCHED = "network.device.lan.ip4config"
"""A property that no entity shows, so that only a report reads it."""


async def report(simulator: Simulator, **faults: Any) -> dict[str, Any]:
    """Return the report of a projector that has faults once it is connected."""
    async with running_projector(simulator) as projector:
        for name, value in faults.items():
            setattr(simulator.faults, name, value)
        return await build_report(projector)


async def test_complete(start_projector: StartProjector) -> None:
    """Report everything but the PIN and the address, which only a message contains."""
    simulator = await start_projector(state="on", pin=PIN)
    simulator.notify("WARNING", "1", f"{simulator.host} used {PIN}, that is {int(PIN)}")

    data = await report(simulator)

    assert data["connection"]["survey"] == "complete"
    assert data["state"] == "on"
    assert data["values"][UNWATCHED]
    assert data["refused"] == {}
    text = json.dumps(data)
    assert [s for s in (PIN, str(int(PIN)), simulator.host) if s in text] == []


async def test_refused_methods(start_projector: StartProjector) -> None:
    """List refused methods with their errors, and report everything else."""
    simulator = await start_projector(state="on")

    data = await report(simulator, error=-32000, methods=("*list*",))

    assert data["connection"]["survey"] == "complete"
    assert "-32000" in data["refused"]["notification.list"]
    assert data["values"][UNWATCHED]
    assert data["values"]["environment.getcontrolblocks"]


async def test_refused_properties(start_projector: StartProjector) -> None:
    """List properties that are described, but refused now or earlier."""
    absent = [UNWATCHED, "image.brightness"]
    simulator = await start_projector(state="on", quirks={"absent_properties": absent})

    data = await report(simulator)

    assert {*absent} <= data["refused"].keys()
    assert not {*absent} & data["values"].keys()
    assert data["values"]["network.hostname"]
    assert data["values"]["image.contrast"] is not None


async def test_connection_lost(start_projector: StartProjector) -> None:
    """Report what was answered before the connection was lost."""
    simulator = await start_projector(state="on")

    data = await report(simulator, close_mid_reply=True, methods=("*list*",))

    assert "closed" in data["connection"]["survey"]
    assert data["values"][UNWATCHED]
    assert any("list" in name for name in data["refused"])


async def test_never_connected() -> None:
    """Report what little there is if the projector was never reached."""
    data = await build_report(Projector("127.0.0.1", 9, PIN))

    assert data["identity"] == {}
    assert data["connection"]["reachable"] is False
