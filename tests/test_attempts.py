"""Diagnostics of an entry that could not be set up: stages, last bytes, no secrets."""

from collections.abc import Callable
import json
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest

from custom_components.barco_pulse.diagnostics import async_get_config_entry_diagnostics
from simulator import Simulator

from .conftest import SetUp, StartProjector

pytestmark = pytest.mark.usefixtures("fast_timings", "short_timeouts")

PIN = "0072064213"
NAME = "Kino im Keller"


def refuse(simulator: Simulator) -> None:
    """Close the port."""
    simulator.faults.refuse = True


def be_silent(simulator: Simulator) -> None:
    """Accept connections, but do not respond."""
    simulator.faults.silence = True


def send_garbage(simulator: Simulator) -> None:
    """Respond with what is no message, and repeats private data."""
    serial = simulator.get("system.serialnumber")
    simulator.faults.garbage = (
        f'<h1>{PIN}</h1> "system.name": "{NAME}", "{serial} {int(PIN)} {NAME}'
        f" {simulator.host}\n"
    ).encode()
    simulator.faults.wrong_id = True


def change_pin(simulator: Simulator) -> None:
    """Refuse the PIN of the entry."""
    simulator.pin = "555666"


@pytest.mark.parametrize(
    ("fault", "state", "stages", "received"),
    [
        (refuse, ConfigEntryState.SETUP_RETRY, ["connecting", "failed"], ""),
        (
            be_silent,
            ConfigEntryState.SETUP_RETRY,
            ["connecting", "connected", "first request", "closed"],
            "",
        ),
        (
            send_garbage,
            ConfigEntryState.SETUP_RETRY,
            ["connecting", "connected", "first request", "first bytes", "closed"],
            '"system.name": "**REDACTED**"',
        ),
        (
            change_pin,
            ConfigEntryState.SETUP_ERROR,
            [
                "connecting",
                "connected",
                "first request",
                "first bytes",
                "not authenticated",
                "first response",
                "closed",
            ],
            '"error"',
        ),
    ],
)
async def test_failed_set_up(
    hass: HomeAssistant,
    start_projector: StartProjector,
    set_up: SetUp,
    fault: Callable[[Simulator], None],
    state: ConfigEntryState,
    stages: list[str],
    received: str,
) -> None:
    """Report the stages and the last bytes of each connection."""
    simulator = await start_projector(
        "balder_cs", state="on", pin=PIN, quirks={"without_pin": "none"}
    )
    fault(simulator)
    entry = await set_up(simulator, pin=PIN)
    assert entry.state is state

    data = await async_get_config_entry_diagnostics(hass, entry)

    attempts: list[dict[str, Any]] = data["attempts"]
    first = attempts[0]
    assert [stage["stage"] for stage in first["stages"]] == stages
    assert first["stages"][0]["after"] == 0
    assert first["stages"][-1]["error"]
    assert received in first["last_received"]
    assert (first["bytes_received"] > 0) is bool(received)
    if "first request" in stages:
        assert '"method": "authenticate"' in first["last_sent"]
    text = json.dumps(data)
    private = (PIN, str(int(PIN)), simulator.host, NAME, entry.unique_id)
    assert [secret for secret in private if str(secret) in text] == []


async def test_deleted(
    hass: HomeAssistant, start_projector: StartProjector, set_up: SetUp
) -> None:
    """Start again after the entry was set up."""
    simulator = await start_projector("balder_cs", state="on", pin=PIN)
    entry = await set_up(simulator)
    assert "attempts" not in await async_get_config_entry_diagnostics(hass, entry)

    send_garbage(simulator)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_RETRY
    data = await async_get_config_entry_diagnostics(hass, entry)

    read = [
        stage
        for attempt in data["attempts"]
        for stage in attempt["stages"]
        if stage["stage"] == "first read"
    ]
    assert data["attempts"]
    assert read == []
