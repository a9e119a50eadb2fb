"""What describes an action to a person, in the form that hassfest asks for."""

import ast
from typing import Any

from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.selector import TargetSelector, validate_selector
import pytest
import voluptuous as vol

from ..words import ACTIONS, SOURCES

_THERE = vol.NotIn([None])


def _without_devices(target: dict[str, Any]) -> dict[str, Any]:
    """Refuse to pick devices, which only a field can."""
    if "device" in target:
        raise vol.Invalid("a device")
    return target


_ACTIONS = vol.Schema(
    {
        cv.slug: {
            vol.Optional("target"): vol.All(
                TargetSelector.CONFIG_SCHEMA, _without_devices
            ),
            vol.Optional("fields"): {
                cv.slug: {
                    vol.Optional("example"): _THERE,
                    vol.Optional("default"): _THERE,
                    vol.Optional("required"): bool,
                    vol.Required("selector"): validate_selector,
                }
            },
        }
    }
)


def test_actions() -> None:
    """Every key is known and has the form that is asked for."""
    _ACTIONS(ACTIONS)


def test_only_for_config_entries() -> None:
    """Who has actions but no YAML says that there is no YAML."""
    assert "CONFIG_SCHEMA" in {
        target.id
        for node in SOURCES["__init__"].body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


@pytest.mark.parametrize(
    "action",
    [
        {"fields": {"x": {"selector": {"none": {}}}}},
        {"fields": {"x": {"selector": {"text": None}, "example": None}}},
        {"fields": {"x": {"example": 1}}},
        {"target": {"device": {"integration": "barco_pulse"}}},
        {"name": "Go"},
    ],
)
def test_rules(action: dict[str, Any]) -> None:
    """What is wrong is refused, and only for that reason."""
    _ACTIONS({"go": {"target": {"entity": {}}, "fields": {}}})
    with pytest.raises(vol.Invalid):
        _ACTIONS({"go": action})
