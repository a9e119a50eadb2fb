"""Each recording in tests/recordings, as Home Assistant shows its replay.

Set up on the replay, with nothing done by hand, until all that is recorded was sent.
"""

from collections import defaultdict
from collections.abc import AsyncIterator
import contextlib
from pathlib import Path
import re
from typing import Any

from homeassistant.const import (
    CONF_HOST,
    CONF_PIN,
    CONF_PORT,
    EVENT_STATE_CHANGED,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import (
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.barco_pulse.const import (
    DOMAIN,
    ENTRY_MINOR_VERSION,
    ENTRY_VERSION,
)
from simulator import Record, Recording, Replay

from .conftest import logged
from .flows import PIN
from .test_models import line, plain

RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.jsonl"))
SERIAL_NUMBER = "system.serialnumber"
TIMES = ("timestamp", "uptime")
LEFT_OUT = ("access_token", "entity_picture", "friendly_name", "ready_at", "off_at")
"""Attributes that are another thing at each start."""
EVIDENCE = re.compile(r"\[(recorded: \w+\.jsonl|guide|guide [123]|seen|used|assumed)\b")
FILE = re.compile(r"\w+\.jsonl")
WITHOUT_EVIDENCE = (
    "Our choice",
    "All other names",
    "| request |",
    "| code |",
    "| what |",
)
"""How paragraphs and rows of PROTOCOL.md begin that claim nothing."""
QUIET = 5.0
"""Seconds without a request after which the integration has read what was pushed."""
MOST_FOLLOWING = 200
"""Requests to wait for at the end."""

OPTIONAL = ("get", "introspect", "list", "subscribe", "unsubscribe")
"""How methods begin, after their object, that a recording may lack.

They change nothing. Other versions of the integration read more, or in other groups, and
the projector may not have it: the integration must cope. All commands and logins that it
sends must be in the recording.
"""


def is_optional(request: str) -> bool:
    """Return whether a replay may get a request that was never recorded."""
    method = request.partition(" ")[0]
    return method.rpartition(".")[2].startswith(OPTIONAL)


def serial_number(recording: Recording) -> str:
    """Return the serial number that the projector reports in a recording."""
    single: set[Any] = set()
    for event in recording.events:
        message: dict[str, Any] = event.message
        params = message.get("params")
        if params == {"property": SERIAL_NUMBER}:
            single.add((event.connection, message["id"]))
        result = message.get("result")
        if isinstance(result, dict) and SERIAL_NUMBER in result:
            return str(result[SERIAL_NUMBER])
        if event.kind == "received" and (event.connection, message.get("id")) in single:
            return str(result)
    raise AssertionError("no serial number in the recording")


def entry_of(replay: Replay) -> MockConfigEntry:
    """Return the entry that the config flow would make for the recorded projector."""
    methods = {event.message.get("method") for event in replay.recording.events}
    return MockConfigEntry(
        domain=DOMAIN,
        version=ENTRY_VERSION,
        minor_version=ENTRY_MINOR_VERSION,
        title="Recorded",
        unique_id=serial_number(replay.recording),
        data={
            CONF_HOST: replay.host,
            CONF_PORT: replay.port,
            CONF_PIN: PIN if "authenticate" in methods else None,
        },
    )


def state_of(state: State) -> str:
    """Return a state without what differs at each start."""
    known = state.state not in (STATE_UNAVAILABLE, STATE_UNKNOWN)
    is_moment = state.attributes.get("device_class") in TIMES
    return "a moment" if is_moment and known else state.state


def shown(hass: HomeAssistant) -> dict[str, str]:
    """Return the lines of all states by entity."""
    return {
        state.entity_id: line(
            state_of(state),
            *(
                f"{key}={plain(value)}"
                for key, value in sorted(state.attributes.items())
                if key not in LEFT_OUT
            ),
        )
        for state in sorted(hass.states.async_all(), key=lambda state: state.entity_id)
    }


def histories(hass: HomeAssistant) -> defaultdict[str, list[str]]:
    """Return what takes the states that each entity shows one after the other."""
    states: defaultdict[str, list[str]] = defaultdict(list)

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        if (state := event.data["new_state"]) is not None:
            before = states[state.entity_id]
            if before[-1:] != [state_of(state)]:
                before.append(state_of(state))

    hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    return states


async def until_quiet(replay: Replay) -> None:
    """Wait until no request came for some seconds, at most for some requests."""
    traffic: list[Record] = []
    stop = replay.watch(traffic.append)
    with contextlib.suppress(TimeoutError):
        for _ in range(MOST_FOLLOWING):
            traffic.clear()
            await replay.wait_until(
                lambda: any(record.direction == "in" for record in traffic), QUIET
            )
    stop()


def claims(protocol: str) -> list[str]:
    """Return the paragraphs, items and table rows of PROTOCOL.md below its legend."""
    blocks = re.split(r"\n\n|\n(?=[-|] )|\n(?=-)", protocol[protocol.index("\n## ") :])
    return [
        block
        for block in map(str.strip, blocks)
        if not block.startswith(("#", "| ---", *WITHOUT_EVIDENCE))
    ]


def test_evidence() -> None:
    """Each claim of PROTOCOL.md names its evidence, and each recording is named there."""
    protocol = (Path(__file__).parents[1] / "specs" / "PROTOCOL.md").read_text("utf-8")
    assert [claim for claim in claims(protocol) if not EVIDENCE.search(claim)] == []
    assert {path.name for path in RECORDINGS} == {*FILE.findall(protocol)}


@pytest.fixture(params=RECORDINGS, ids=lambda path: path.stem)
async def replay(request: pytest.FixtureRequest) -> AsyncIterator[Replay]:
    """Replay a recording."""
    async with Replay(request.param) as replay:
        yield replay


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_recording(
    hass: HomeAssistant,
    replay: Replay,
    snapshot: SnapshotAssertion,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """With every entity enabled, states and log are as before."""
    assert replay.recording.header["source"]
    history = histories(hass)
    entry = entry_of(replay)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await replay.wait_until(lambda: replay.finished, replay.position[1] * 2 + 60)
    await until_quiet(replay)
    await hass.async_block_till_done()

    assert shown(hass) == snapshot(name="states at the end")
    changed = {name: states for name, states in history.items() if len(states) > 1}
    assert changed == snapshot(name="states that changed")
    assert logged(caplog) == snapshot(name="log")
    assert [request for request in replay.unrecorded if not is_optional(request)] == []
    assert await hass.config_entries.async_remove(entry.entry_id)
