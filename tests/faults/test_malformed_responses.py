"""The whole integration with a projector that sends malformed responses."""

from collections.abc import Iterator
import json
import logging
import os
from pathlib import Path
import re
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.setup import async_setup_component
import pytest

from custom_components.barco_pulse.const import DOMAIN

from ..conftest import Home, SetUp, StartProjector, change_timings, wait_until
from ..loop import REAL_TIME
from .blocking import watched
from .invalid_values import INVALID_BY_NAME
from .malformed_notifications import signal
from .malformed_projector import (
    WELL_FORMED,
    Malformation,
    MalformedProjector,
    malformed_projector,
)
from .malformed_responses import MALFORMED_RESPONSES

MAX_ENTITIES = 1500
MAX_ATTRIBUTES = 128 * 1024
MAX_KEPT = 8 * 1024 * 1024
LONGEST = 0.05
"""The limit of CPU seconds for one step of the event loop, if measured."""
MOST = 400_000
"""The limit of calls and iterations in one step. A usual set-up takes 21,000."""
SHOWN = "sensor.phase"
TELLING = ("lines", "nested", "object of all")
"""The invalid values that find the most errors."""

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_LIVE_MARKDOWN = re.compile(r"(?<!\\)[<>\[\]()`*_!|&]|(?<!\\)[:.@](?=\S)")


def texts(value: Any) -> Iterator[str]:
    """Yield all strings in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from (str(name), *texts(part))
    elif isinstance(value, list | tuple | set):
        for part in value:
            yield from texts(part)


def assert_plain(value: Any) -> None:
    """Assert that all strings are plain text on one line."""
    for text in texts(value):
        assert not _UNPRINTABLE.search(text)


def assert_fit_to_show(states: list[State], most: int) -> None:
    """Assert that Home Assistant can store and show the states."""
    assert len(states) <= most
    for state in states:
        assert len(state.state) <= 255
        attributes = dict(state.attributes)
        assert len(json.dumps(attributes, default=str)) <= MAX_ATTRIBUTES, (
            state.entity_id
        )
        assert_plain([state.state, json.loads(json.dumps(attributes, default=str))])
        assert not set("<>") & set(state.name)


def assert_registries_fit(hass: HomeAssistant, entry_id: str) -> None:
    """Assert that names in the registries are plain text of limited length."""
    for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry_id):
        names = [
            device.name,
            device.model,
            device.model_id,
            device.sw_version,
            device.serial_number,
        ]
        assert_plain([*names, *map(list, device.connections)])
        assert all(
            len(name or "") <= 255 and not set("<>") & set(name or "") for name in names
        )
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry_id):
        assert_plain([entity.original_name, entity.unique_id, entity.entity_id])
        assert len(entity.unique_id) <= 512
        assert not set("<>") & set(entity.original_name or "")
    issues = [
        i for (domain, _), i in ir.async_get(hass).issues.items() if domain == DOMAIN
    ]
    assert len(issues) <= 20
    for issue in issues:
        placeholders = issue.translation_placeholders or {}
        assert_plain([issue.issue_id, placeholders])
        assert all(
            len(text) <= 1000 for text in (issue.issue_id, *placeholders.values())
        )
        for name in ("message", "code"):
            assert not _LIVE_MARKDOWN.search(placeholders.get(name, ""))


def assert_log_is_quiet(records: list[logging.LogRecord]) -> None:
    """Assert that there are no warnings and that each record is one line."""
    for record in records:
        # One is logged for every custom integration; the other reports how long
        # a step of the event loop took.
        if record.name in ("homeassistant.loader", "asyncio"):
            continue
        ours = DOMAIN in record.name
        assert record.exc_info is None or record.levelno < logging.INFO
        assert record.levelno < (logging.WARNING if ours else logging.ERROR), (
            record.getMessage()
        )
        if DOMAIN in record.getMessage() or ours:
            assert record.levelno < logging.WARNING, record.getMessage()
            assert not _UNPRINTABLE.search(record.getMessage()), record.getMessage()[
                :300
            ]


def append_cost(name: str, cost: float, kept: int) -> None:
    """Append the cost of a malformation to the file in `FUZZ_REPORT`, if set."""
    if report := os.environ.get("FUZZ_REPORT"):
        step = f"{cost * 1000:.0f} ms" if REAL_TIME else f"{cost} calls"
        with Path(report).open("a") as figures:
            figures.write(f"{step} {kept // 1000} kB {name}\n")


class RunningCase:
    """A projector with malformed responses in Home Assistant."""

    def __init__(
        self, hass: HomeAssistant, server: MalformedProjector, home: Home
    ) -> None:
        """Initialize after the set-up, which may have failed."""
        self.hass = hass
        self.server = server
        self.home = home

    def inspect(self, most: int = MAX_ENTITIES) -> None:
        """Assert that states, registries and issues are valid."""
        entry = self.home.entry
        assert entry.state in (ConfigEntryState.LOADED, ConfigEntryState.SETUP_RETRY)
        ids = {e.entity_id for e in self.home.entries().values()}
        assert_fit_to_show(
            [s for s in self.hass.states.async_all() if s.entity_id in ids], most
        )
        assert_registries_fit(self.hass, entry.entry_id)
        assert_plain(entry.title)

    async def recover(self) -> None:
        """Send well-formed responses; assert that the integration recovers."""
        self.server.malformation = WELL_FORMED
        for peer in self.server.peers:
            peer.write(signal("modelupdated", {"object": ""}))
        if self.home.entry.state is not ConfigEntryState.LOADED:
            await self.home.reload()
        await wait_until(self.hass, lambda: self.home.entity_id(SHOWN) is not None)
        await self.hass.services.async_call(
            "homeassistant",
            "update_entity",
            {"entity_id": self.home.entity_id(SHOWN)},
            blocking=True,
        )
        await self.home.until(SHOWN, "on")


@pytest.fixture
def _limit_update_waits(hass: HomeAssistant) -> None:
    """Shorten all waits but those that limit updates."""
    change_timings(
        hass,
        introspection_interval=0.01,
        retry_incomplete=0.01,
        unavailable_delay=0.02,
        retry_busy=0.01,
        reconnect_min=0.01,
        reconnect_max=0.01,
    )


DAILY = (
    "introspection is nested",
    "every type is object of all",
    "every range is endless",
    "every range is stepping back",
    "every range is text",
    "100,000 options",
    "4,000 counters",
    "4,000 properties everywhere",
    "20,000 objects",
    "odd counters",
    "odd temperatures",
    "objects inside themselves",
    "listed sensors",
    "invalid notifications",
    "constant changes of state",
    "constant new objects",
    "a message without end",
    "every value lines",
    "all but the state object of all",
    "odd sources",
    "odd connectors",
    "odd presets",
    "a signal of object of all",
    "odd notifications",
    "900 errors",
    "its name is link",
    "its serial number is lines",
    "odd errors",
)
"""The most effective kinds, one for each part of the integration."""


def is_selected(name: str) -> bool:
    """Return whether to run a kind: all with `FUZZ_EXAMPLES`, 74 in real time."""
    if os.environ.get("FUZZ_EXAMPLES"):
        return True
    rare = (odd for odd in (*INVALID_BY_NAME, *range(3, 6)) if odd not in TELLING)
    if REAL_TIME:
        return not any(name.endswith(f" {odd}") for odd in rare)
    return name in DAILY


CHOSEN = {
    name: malformation
    for name, malformation in MALFORMED_RESPONSES.items()
    if is_selected(name)
}


@pytest.mark.usefixtures("entity_registry_enabled_by_default", "_limit_update_waits")
@pytest.mark.parametrize("malformation", CHOSEN.values(), ids=CHOSEN.keys())
async def test_malformed_response(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    request: pytest.FixtureRequest,
    malformation: Malformation,
    start_projector: StartProjector,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Malformed responses break nothing, and the integration recovers."""
    await hass.config.async_set_time_zone("UTC")
    assert await async_setup_component(hass, "homeassistant", {})
    projector = await start_projector("udx", state="on")
    level = logging.INFO if malformation.large else logging.DEBUG
    caplog.set_level(level, f"custom_components.{DOMAIN}")
    with watched(monkeypatch) as blocking:
        async with malformed_projector(projector, malformation) as server:
            entry = await set_up(projector, port=server.port)
            if malformation.refused:
                assert entry.state is ConfigEntryState.SETUP_RETRY
            stage = RunningCase(hass, server, Home(hass, projector, entry))
            stage.inspect()
            server.push()
            await hass.async_block_till_done()
            stage.inspect()
            await stage.recover()
            stage.inspect()
            await hass.config_entries.async_unload(entry.entry_id)
    kept = hass_storage[f"{DOMAIN}.{entry.entry_id}"]
    cost, step = blocking.longest()
    append_cost(request.node.name, cost, len(json.dumps(kept)))
    assert cost <= (LONGEST if REAL_TIME else MOST), step
    assert len(json.dumps(kept)) <= MAX_KEPT
    assert_log_is_quiet(caplog.records)
