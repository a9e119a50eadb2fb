"""Each blueprint is valid, and its form can be filled in."""

import json
from pathlib import Path
import re
from typing import Any

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.components.automation.helpers import async_get_blueprints
from homeassistant.components.blueprint import Blueprint
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import selector
from homeassistant.setup import async_setup_component
from homeassistant.util import yaml as yaml_util
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.barco_pulse.const import DOMAIN
from simulator import Simulator

from .conftest import BLUEPRINTS

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in BLUEPRINTS.glob("*.yaml"))


@pytest.fixture(params=NAMES)
async def blueprint(
    hass: HomeAssistant, cinema_projector: Simulator, request: pytest.FixtureRequest
) -> Blueprint:
    """Return each blueprint, as Home Assistant validates it."""
    assert await async_setup_component(hass, AUTOMATION, {})
    blueprints = async_get_blueprints(hass)
    return await blueprints.async_get_blueprint(f"barco_pulse/{request.param}.yaml")


def test_number_of_blueprints() -> None:
    """Find five blueprints."""
    assert NAMES == [
        "film_night",
        "left_on",
        "notification_relay",
        "picture_by_signal",
        "scheduled_show",
    ]


def test_source_url_and_minimum_version(blueprint: Blueprint) -> None:
    """State the address for imports and the oldest Home Assistant."""
    metadata = blueprint.metadata
    manifest = json.loads(
        (ROOT / f"custom_components/{DOMAIN}/manifest.json").read_text()
    )
    hacs = json.loads((ROOT / "hacs.json").read_text())

    address, _, path = metadata["source_url"].partition("/blob/main/")
    assert address == manifest["documentation"]
    assert yaml_util.load_yaml_dict(ROOT / path)["blueprint"]["name"] == blueprint.name
    assert metadata["homeassistant"]["min_version"] == hacs["homeassistant"]
    assert blueprint.validate() is None


def test_inputs_are_used_and_named(blueprint: Blueprint) -> None:
    """Use each input; each default is a possible choice."""
    assert yaml_util.extract_inputs(blueprint.data) == set(blueprint.inputs)
    for name, described in blueprint.inputs.items():
        assert described["name"], name
        assert described["selector"], name
        default = described.get("default")
        if default not in (None, "", [], {}):
            validate: Any = selector(described["selector"])
            validate(default)


def test_projector_is_the_only_required_input(
    hass: HomeAssistant, cinema_projector: Simulator, blueprint: Blueprint
) -> None:
    """Require only a device of this integration."""
    assert [
        name for name, input_ in blueprint.inputs.items() if "default" not in input_
    ] == ["projector"]
    described: Any = blueprint.inputs["projector"]
    assert described["selector"]["device"]["filter"] == [{"integration": DOMAIN}]


def test_actions_do_not_target_a_whole_device(blueprint: Blueprint) -> None:
    """Do not target all selects or switches of a device."""
    text = yaml_util.dump(blueprint.data["actions"])
    actions = set(re.findall(r"action: (\w+)\.", text))
    assert actions <= {"media_player", DOMAIN, "light"}


@pytest.mark.filterwarnings(
    "ignore:It is recommended to use web.RequestKey:aiohttp.web_exceptions.NotAppKeyWarning"
)
@pytest.mark.parametrize("name", NAMES)
async def test_imported_from_github(
    hass: HomeAssistant,
    aioclient_mock: Any,  # the methods are not typed
    hass_ws_client: WebSocketGenerator,
    name: str,
) -> None:
    """Import the blueprint by its address, as the button in the documentation does."""
    assert await async_setup_component(hass, AUTOMATION, {})
    repository = "barco-pulse/home-assistant-barco-pulse"
    path = f"blueprints/automation/{BLUEPRINTS.name}/{name}.yaml"
    url = f"https://github.com/{repository}/blob/main/{path}"
    text = (ROOT / path).read_text()
    aioclient_mock.get(
        f"https://raw.githubusercontent.com/{repository}/main/{path}", text=text
    )
    client = await hass_ws_client(hass)

    async def ask(command: str, **fields: Any) -> Any:
        await client.send_json_auto_id({"type": f"blueprint/{command}", **fields})
        answer = await client.receive_json()
        assert answer["success"], answer
        return answer["result"]

    imported = await ask("import", url=url)
    assert imported["validation_errors"] is None
    saved = f"{imported['suggested_filename']}.yaml"
    await ask(
        "save",
        domain=AUTOMATION,
        path=saved,
        yaml=imported["raw_data"],
        source_url=url,
    )

    blueprints = async_get_blueprints(hass)
    await blueprints.async_reset_cache()  # so that it is read from the file
    blueprint = await blueprints.async_get_blueprint(saved)
    ours = await blueprints.async_get_blueprint(f"{BLUEPRINTS.name}/{name}.yaml")
    assert blueprint.data == ours.data
