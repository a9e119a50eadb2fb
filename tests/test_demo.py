"""Test the dashboard, the configuration and the errors of the demo."""

import json
from pathlib import Path
import socket
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.template import Template
import pytest

from demo.configuration import prepare
from demo.dashboard import REMOTE, TEMPLATE, entity_ids, view
from demo.history import TEMPERATURES
from demo.processes import require_free
from demo.settings import REPOSITORY, DemoError, read_settings
from simulator import Simulator
from tests.conftest import SetUp, SetUpProjector, StartProjector, wait_until
from tests.sleeping import fall_asleep

# The cards of docs/dashboard.yaml that each model lacks; together they have all.
LACKING = {
    "balder_cs": {"switch.{}_shutter"},
    "udx": {"select.{}_preset"},
}


@pytest.fixture(params=LACKING)
async def projector(
    request: pytest.FixtureRequest, start_projector: StartProjector, set_up: SetUp
) -> Simulator:
    """Return a projector that is on and in Home Assistant."""
    projector = await start_projector(request.param, state="on")
    await set_up(projector)
    return projector


async def test_view_has_cards_for_existing_entities(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """A view has cards only for existing entities."""
    there = set(hass.states.async_entity_ids())
    name = _name(hass)

    shown = view(TEMPLATE, "Hall", "hall", name, there)

    assert entity_ids(shown) == _wanted(name) & there
    lacking = {entity_id.format(name) for entity_id in LACKING[projector.model.name]}
    assert _wanted(name) - there == lacking
    assert (shown["title"], shown["path"]) == ("Hall", "hall")
    assert "cinema" not in json.dumps(shown)


async def test_remote_view_has_an_enabled_picture(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """The remote view has a card for the picture after it was enabled."""
    there = set(hass.states.async_entity_ids())
    name = _name(hass)
    picture = f"image.{name}_on_screen_display_picture"

    shown = view(REMOTE, "Hall", "hall", name, there)
    enabled = view(REMOTE, "Hall", "hall", name, {*there, picture})

    assert entity_ids(enabled) - entity_ids(shown) == {picture}
    assert entity_ids(enabled) - there == {picture}
    assert er.async_get(hass).async_is_registered(picture)
    assert (shown["title"], shown["path"]) == ("Hall remote", "hall-remote")
    assert "cinema" not in json.dumps(shown)


async def test_keys_of_the_remote_view(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """All keys of the remote view work."""
    shown = view(REMOTE, "", "", _name(hass), set(hass.states.async_entity_ids()))
    actions = [
        card["tap_action"]
        for section in shown["sections"]
        for card in section["cards"]
        if card["type"] == "button"
    ]
    for action in actions:
        domain, _, service = action["perform_action"].partition(".")
        await hass.services.async_call(
            domain, service, action["data"], target=action["target"], blocking=True
        )

    pressed = [key.removeprefix("RC_").lower() for _, key in projector.keys]
    assert pressed == [action["data"]["command"] for action in actions]
    assert {"up", "down", "left", "right", "ok", "back"} <= {*pressed}


async def test_view_shows_the_latest_message(
    hass: HomeAssistant, projector: Simulator
) -> None:
    """The template of the view renders the latest message."""
    [card] = _cards("markdown", _name(hass))
    template = Template(card["content"], hass)

    projector.notify("WARNING", "4203", "Filter nearly used up")
    await wait_until(
        hass,
        lambda: (
            template.async_render(parse_result=False).strip()
            == "**Warning:** Filter nearly used up"
        ),
    )


@pytest.mark.usefixtures("fast_timings", "magic_packets")
async def test_view_of_a_sleeping_projector(
    hass: HomeAssistant, setup_projector: SetUpProjector
) -> None:
    """The view of a sleeping projector has only known values."""
    home = await setup_projector("balder_cs", state="on")
    name = _name(hass)
    there = set(hass.states.async_entity_ids())
    shown = view(TEMPLATE, "Hall", "hall", name, there)
    assert len(_visible(hass, shown)) > 10

    await fall_asleep(home)

    left = _visible(hass, shown)
    assert left.keys() == {
        f"media_player.{name}",
        *(
            f"sensor.{name}_{key}"
            for key in ("phase", "laser_hours", "projector_hours")
        ),
    }
    assert not {STATE_UNAVAILABLE, STATE_UNKNOWN} & {*left.values()}
    remote = _visible(hass, view(REMOTE, "Hall", "hall", name, there))
    assert remote == {f"switch.{name}_power": "off"}


def _visible(hass: HomeAssistant, shown: Any) -> dict[str, str]:
    """Return the states in the badges, tiles and headings that are visible.

    A graph shows the past, also of what is unavailable now.
    """
    if isinstance(shown, list):
        return {k: v for part in shown for k, v in _visible(hass, part).items()}
    if not isinstance(shown, dict) or shown.get("type") == "history-graph":
        return {}
    for condition in shown.get("visibility", ()):
        state = hass.states.get(condition["entity"])
        assert state
        if state.state not in condition.get("state", state.state):
            return {}
        if state.state in condition.get("state_not", ()):
            return {}
    parts = {key: part for key, part in shown.items() if key != "visibility"}
    states = _visible(hass, list(parts.values()))
    if isinstance(entity_id := shown.get("entity"), str):
        state = hass.states.get(entity_id)
        states[entity_id] = state.state if state else ""
    return states


def test_statistics_match_the_graph() -> None:
    """The demo imports statistics exactly for the entities of the graph."""
    [graph] = _cards("history-graph", "cinema")

    assert entity_ids(graph) == {entity_id for entity_id, *_ in TEMPERATURES}


def test_blueprints_are_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blueprints are links to files in the configuration folder."""
    monkeypatch.setattr("sys.argv", ["demo", "--folder", str(tmp_path)])
    settings = read_settings()

    for _ in range(2):
        folder = prepare(settings)
        offered = sorted(file.name for file in folder.glob("blueprints/**/*.yaml"))
        ours = REPOSITORY / "blueprints/automation/barco_pulse"
        assert offered == sorted(file.name for file in ours.iterdir())


def test_error_for_a_port_in_use() -> None:
    """The error names the port and its option."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(DemoError, match=rf"Port {port} .*(.|\n)*--port"):
            require_free(port, "--port")


def _name(hass: HomeAssistant) -> str:
    """Return the prefix of the projector's entity IDs."""
    [media_player] = hass.states.async_entity_ids("media_player")
    return media_player.partition(".")[2]


def _wanted(name: str) -> set[str]:
    """Return the entities in the template of the view."""
    return {
        entity_id.replace("cinema", name)
        for line in TEMPLATE.read_text().splitlines()
        if (entity_id := line.partition("entity: ")[2])
    }


def _cards(card_type: str, name: str) -> list[dict[str, Any]]:
    return [
        card
        for section in view(TEMPLATE, "", "", name, _wanted(name))["sections"]
        for card in section["cards"]
        if card["type"] == card_type
    ]
