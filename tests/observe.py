"""Records requests to the projector and state writes."""

from collections import defaultdict
import json
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, EventStateChangedData, callback
from homeassistant.helpers.event import async_track_state_change_event

from simulator import Simulator
from simulator.traffic import Record

from .conftest import Home


def record_requests(projector: Simulator, *methods: str) -> list[tuple[str, Any]]:
    """Return a list that receives the requests of these methods with their params."""
    requests: list[tuple[str, Any]] = []
    unread: defaultdict[int, str] = defaultdict(str)  # by connection
    decoder = json.JSONDecoder()

    def note(record: Record) -> None:
        if record.direction != "in" or not isinstance(record.data, bytes):
            return
        text = unread[record.connection] + record.data.decode()
        while (begin := text.find("{")) >= 0:
            try:
                request, end = decoder.raw_decode(text, begin)
            except ValueError:
                break  # the rest has not arrived yet
            if request["method"] in methods:
                requests.append((request["method"], request.get("params")))
            text = text[end:]
        unread[record.connection] = text

    projector.watch(note)
    return requests


def settings(requests: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Return the properties that were set, with their values."""
    return [(params["property"], params["value"]) for _, params in requests]


def written(home: Home) -> list[str]:
    """Return a list that receives the name of every entity whose state is written."""
    names: list[str] = []
    by_id = {entity.entity_id: name for name, entity in home.entries().items()}

    @callback
    def note(event: Event[Any]) -> None:
        names.append(by_id[event.data["entity_id"]])

    home.hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    home.hass.bus.async_listen(EVENT_STATE_REPORTED, note, callback(lambda data: True))
    return names


def history(home: Home, name: str) -> list[str]:
    """Return a list that receives every state of an entity."""
    states: list[str] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        state, before = event.data["new_state"], event.data["old_state"]
        if state and before and state.state != before.state:
            states.append(state.state)

    async_track_state_change_event(home.hass, [str(home.entity_id(name))], note)
    return states
