"""A recorded day of the simulator, replayed: Home Assistant shows the same."""

import asyncio
from collections import defaultdict
from dataclasses import replace
import json
from typing import Any, cast

from homeassistant.const import CONF_PIN, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
import pytest

from custom_components.barco_pulse import client, wake_on_lan as wake
from custom_components.barco_pulse.const import DOMAIN
from custom_components.barco_pulse.pulse import Projector, Recorder, Trace, TraceEvent
from simulator import Record, Recording, Replay, Simulator

from .conftest import Home, StartProjector, logged, make_entry, wait_until
from .test_init import reauth_flows
from .test_recordings import entry_of, histories

pytestmark = pytest.mark.usefixtures("watched_sensors")

PROJECTOR = "media_player.projector"
WRONG_PIN = "11111"
LONGEST = 120.0
"""Seconds to wait for a change of the power state."""


class TrafficRecorder:
    """Records the traffic of a simulated projector, without the PIN."""

    def __init__(self, projector: Simulator) -> None:
        """Begin now."""
        self._lines: list[Any] = [{"barco_pulse_recording": 1, "source": "simulator"}]
        self._loop = asyncio.get_running_loop()
        self._begun = self._loop.time()
        self._unread: defaultdict[tuple[int, str], str] = defaultdict(str)
        projector.watch(self._note)

    @property
    def recording(self) -> Recording:
        """Return what was recorded so far."""
        return Recording.parse(map(json.dumps, self._lines))

    def _note(self, record: Record) -> None:
        if isinstance(record.data, bytes):
            self._note_bytes(record.connection, record.direction, record.data)
        elif record.data in ("opened", "closed"):
            self._add(record.connection, record.data, "bare")

    def _note_bytes(self, connection: int, direction: str, data: bytes) -> None:
        text = self._unread[connection, direction] + data.decode()
        while text:
            try:
                message, end = json.JSONDecoder().raw_decode(text)
            except ValueError:
                break  # incomplete
            if message.get("method") == "authenticate":
                message["params"] = {"code": "**REDACTED**"}
            self._add(connection, "sent" if direction == "in" else "received", message)
            text = text[end:]
        self._unread[connection, direction] = text

    def _add(self, connection: int, kind: str, value: Any) -> None:
        at = round(self._loop.time() - self._begun, 6)
        self._lines.append({"t": at, "c": connection + 1, kind: value})


class ClientRecorder:
    """Records what the integration sends and receives, with the client's recorder."""

    def __init__(self, projector: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
        """Begin now; the recording continues when the entry is set up again."""
        self._recorder = Recorder({"host": projector.host, "pin": projector.pin})
        self._recorder.learn({"pin": WRONG_PIN})
        self._connections = 0
        monkeypatch.setattr(client, "async_get_connection_log", self._trace)
        monkeypatch.setattr(Projector, "stop_trace", lambda projector: None)

    @property
    def recording(self) -> Recording:
        """Return what was recorded so far."""
        return Recording.parse(self._recorder.lines())

    def _trace(self, hass: HomeAssistant, entry_id: str) -> Trace:
        """Return a trace with the connections numbered after earlier ones."""
        before = self._connections

        def trace(event: TraceEvent) -> None:
            self._connections = max(self._connections, before + event.connection)
            self._recorder(replace(event, connection=before + event.connection))

        return trace


async def day(hass: HomeAssistant, home: Home, pin: str) -> None:
    """Correct the PIN, watch two films, and let the projector sleep between them."""

    async def until(name: str, value: str) -> None:
        await wait_until(hass, lambda: home.value(name) == value, LONGEST)

    async def film(source: str) -> None:
        await home.act("turn_on", PROJECTOR)
        await until("sensor.phase", "on")
        await home.act("select_source", PROJECTOR, source=source)
        await until("select.source", source)
        await home.act("turn_off", PROJECTOR)
        await until("sensor.phase", "off")

    await wait_until(hass, lambda: bool(reauth_flows(hass)), LONGEST)
    data = {**home.entry.data, CONF_PIN: pin}
    hass.config_entries.async_update_entry(home.entry, data=data)
    await home.reload()
    await film("HDMI")
    await hass.services.async_call(
        DOMAIN, "call_method", {"method": "system.gotoeco"}, blocking=True
    )
    await until("sensor.notifications", STATE_UNAVAILABLE)
    await film("DisplayPort 1")  # wakes it


async def spend_day(home: Home, pin: str) -> dict[str, list[str]]:
    """Set the projector up, spend a day, and remove it; return the states by entity."""
    hass = home.hass
    shown = histories(hass)
    home.entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(home.entry.entry_id)
    await day(hass, home, pin)
    states = {name: [*shown[e.entity_id]] for name, e in home.entries().items()}
    assert await hass.config_entries.async_remove(home.entry.entry_id)
    await hass.async_block_till_done()
    return states


@pytest.mark.parametrize("recorded_at", ["simulator", "client"])
async def test_round_trip(
    hass: HomeAssistant,
    start_projector: StartProjector,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    recorded_at: str,
) -> None:
    """A day with a wrong PIN, two films and a wake-up."""
    projector = await start_projector("balder_cs", state="ready", speed=10)
    with monkeypatch.context() as patched:
        recorder = (
            TrafficRecorder(projector)
            if recorded_at == "simulator"
            else ClientRecorder(projector, patched)
        )
        patched.setattr(wake, "PORT", projector.wake_port)
        entry = make_entry(projector, pin=WRONG_PIN)
        states = await spend_day(Home(hass, projector, entry), str(projector.pin))
    log = [text.replace(entry.title, "NAME") for text in logged(caplog)]

    caplog.clear()
    async with Replay(recorder.recording) as replay:
        monkeypatch.setattr(wake, "PORT", replay.wake_port)
        home = Home(hass, cast(Simulator, replay), entry_of(replay))
        assert await spend_day(home, "22222") == states, "none shows private data"
        assert replay.unrecorded == {}
        title = home.entry.title
        assert [text.replace(title, "NAME") for text in logged(caplog)] == log
