"""Triggers and conditions, in the form that hassfest asks for."""

from typing import Any

from homeassistant.const import CONF_SELECTOR
from homeassistant.helpers import config_validation as cv, selector
import pytest
import voluptuous as vol

from ..words import CONDITIONS, TRIGGERS

_OFFERED = vol.Schema(
    {
        cv.underscore_slug: {
            vol.Optional("target"): selector.TargetSelector.CONFIG_SCHEMA,
            vol.Optional("fields"): {
                cv.slug: {
                    vol.Optional("context"): {str: vol.Any(str, [str])},
                    vol.Optional("example"): object,
                    vol.Optional("default"): object,
                    vol.Optional("required"): bool,
                    vol.Optional(CONF_SELECTOR): selector.validate_selector,
                }
            },
        }
    }
)


@pytest.mark.parametrize("offered", [TRIGGERS, CONDITIONS])
def test_automations(offered: dict[str, Any]) -> None:
    """Every key is known and has the form that is asked for."""
    _OFFERED(offered)
    with pytest.raises(vol.Invalid):
        _OFFERED({"on": {"fields": {"for": {"selector": {"durations": None}}}}})
