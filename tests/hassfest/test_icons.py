"""The icons, in the form that hassfest asks for."""

from typing import Any

from homeassistant.const import Platform
from homeassistant.helpers import config_validation as cv
import pytest
import voluptuous as vol

from ..words import ICONS
from .forms import KEY

_ICON = vol.Match(r"^mdi:[a-z0-9]+(-[a-z0-9]+)*$")
_STATES = {KEY: _ICON}


def _differing(icons: dict[str, Any]) -> dict[str, Any]:
    """Refuse an icon for a state that has it anyway."""
    if icons.get("default") in icons.get("state", {}).values():
        raise vol.Invalid("the same as the default")
    return icons


_ICONS = vol.Schema(
    {
        vol.Optional("entity"): {
            vol.In([*Platform]): {
                KEY: vol.All(
                    {
                        vol.Optional("default"): _ICON,
                        vol.Optional("state"): _STATES,
                        vol.Optional("state_attributes"): {
                            KEY: vol.All(
                                {
                                    vol.Required("default"): _ICON,
                                    vol.Optional("state"): _STATES,
                                },
                                _differing,
                            )
                        },
                    },
                    _differing,
                )
            }
        },
        vol.Optional("services"): {
            cv.slug: {
                vol.Optional("service"): _ICON,
                vol.Optional("sections"): _STATES,
            }
        },
        vol.Optional("triggers"): {cv.slug: {vol.Optional("trigger"): _ICON}},
        vol.Optional("conditions"): {cv.slug: {vol.Optional("condition"): _ICON}},
    }
)


def test_icons() -> None:
    """Every key is known and has the form that is asked for."""
    _ICONS(ICONS)


@pytest.mark.parametrize(
    "change",
    [
        {"entities": {}},
        {"entity": {"sensor": {"state": {"default": "hass:projector"}}}},
        {"entity": {"sensor": {"State": {"default": "mdi:projector"}}}},
        {
            "entity": {
                "sensor": {
                    "state": {
                        "default": "mdi:projector",
                        "state": {"on": "mdi:projector"},
                    }
                }
            }
        },
        {"services": {"get_property": {"service": "database"}}},
    ],
)
def test_rules(change: dict[str, Any]) -> None:
    """What is wrong is refused, and only for that reason."""
    _ICONS(ICONS)
    with pytest.raises(vol.Invalid):
        _ICONS(ICONS | change)
