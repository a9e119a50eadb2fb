"""The words, in the form that hassfest asks for, in every language."""

from typing import Any

from homeassistant.const import Platform
from homeassistant.helpers import config_validation as cv
import pytest
import voluptuous as vol

from ..words import ENGLISH, WORDS
from .forms import KEY, PLAIN, TEXT

_TEXTS = {str: TEXT}
_STATES = {KEY: PLAIN}


def _described(flow: dict[str, Any]) -> dict[str, Any]:
    """Refuse to describe a field that is not there."""
    for step in flow["step"].values():
        for part in (step, *step.get("sections", {}).values()):
            described = part.get("data_description", {}).keys()
            if not described <= part.get("data", {}).keys():
                raise vol.Invalid("data_description of what is not in data")
    return flow


_FIELDS = {
    vol.Optional("description"): TEXT,
    vol.Optional("data"): _TEXTS,
    vol.Optional("data_description"): _TEXTS,
}
_FLOW = vol.All(
    vol.Schema(
        {
            vol.Optional("flow_title"): TEXT,
            vol.Required("step"): {
                str: {
                    **_FIELDS,
                    vol.Optional("title"): TEXT,
                    vol.Optional("menu_options"): _TEXTS,
                    vol.Optional("menu_option_descriptions"): _TEXTS,
                    vol.Optional("submit"): TEXT,
                    vol.Optional("sections"): {
                        str: {**_FIELDS, vol.Optional("name"): TEXT}
                    },
                }
            },
            vol.Optional("error"): _TEXTS,
            vol.Optional("abort"): _TEXTS,
            vol.Optional("progress"): _TEXTS,
            vol.Optional("create_entry"): _TEXTS,
            vol.Optional("initiate_flow"): {vol.Required("user"): TEXT},
        }
    ),
    _described,
)
_OFFERED = {
    cv.slug: {
        vol.Required("name"): TEXT,
        vol.Required("description"): TEXT,
        vol.Optional("fields"): {
            cv.slug: {vol.Required("name"): TEXT, vol.Optional("description"): TEXT}
        },
    }
}
_NAMED = {vol.Required("name"): TEXT, vol.Required("description"): TEXT}
_TRANSLATIONS = vol.Schema(
    {
        vol.Optional("title"): TEXT,
        vol.Optional("config"): _FLOW,
        vol.Optional("options"): _FLOW,
        vol.Optional("device"): {KEY: {vol.Optional("name"): TEXT}},
        vol.Optional("entity"): {
            vol.In([*Platform]): {
                KEY: {
                    vol.Optional("name"): TEXT,
                    vol.Optional("state"): _STATES,
                    vol.Optional("state_attributes"): {
                        KEY: {
                            vol.Optional("name"): PLAIN,
                            vol.Optional("state"): _STATES,
                        }
                    },
                    vol.Optional("unit_of_measurement"): PLAIN,
                }
            }
        },
        vol.Optional("exceptions"): {cv.slug: {vol.Optional("message"): TEXT}},
        vol.Optional("issues"): {
            str: vol.All(
                cv.has_at_least_one_key("description", "fix_flow"),
                {
                    vol.Required("title"): TEXT,
                    vol.Exclusive("description", "fixable"): TEXT,
                    vol.Exclusive("fix_flow", "fixable"): _FLOW,
                },
            )
        },
        vol.Optional("selector"): {
            cv.slug: {
                vol.Optional("options"): {KEY: TEXT},
                vol.Optional("unit_of_measurement"): {KEY: TEXT},
            }
        },
        vol.Optional("services"): {
            cv.slug: {
                **_NAMED,
                vol.Optional("fields"): {
                    cv.slug: {**_NAMED, vol.Optional("example"): TEXT}
                },
                vol.Optional("sections"): {cv.slug: {**_NAMED}},
            }
        },
        vol.Optional("triggers"): _OFFERED,
        vol.Optional("conditions"): _OFFERED,
    }
)


@pytest.mark.parametrize("language", WORDS)
def test_translations(language: str) -> None:
    """Every key is known and has the form that is asked for."""
    _TRANSLATIONS(WORDS[language])


@pytest.mark.parametrize(
    "change",
    [
        {"entities": {}},
        {"exceptions": {"Not now": {"message": "x"}}},
        {"options": {"step": {"init": {"data": {}, "data_description": {"x": "y"}}}}},
        {"entity": {"sensor": {"state": {"state": {"on": "{on}"}}}}},
        {"triggers": {"picture_up": {"name": "x"}}},
        {"issues": {"a": {"title": "A", "description": "B", "fix_flow": {"step": {}}}}},
    ],
)
def test_rules(change: dict[str, Any]) -> None:
    """What is wrong is refused, and only for that reason."""
    _TRANSLATIONS(ENGLISH)
    with pytest.raises(vol.Invalid):
        _TRANSLATIONS(ENGLISH | change)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " x",
        "x\n",
        "<b>x</b>",
        "See HTTPS://example.com",
        "See www.example.com",
        "No '{name}'",
        "No {its-name}",
        "No {0}",
        "No {name",
        "No name}",
        "[%key:common::action::open%]",
    ],
)
def test_refused(text: str) -> None:
    """What Home Assistant would show as it stands, or not at all."""
    TEXT("'No' {name}: 5 < 6, 50 %")
    with pytest.raises(vol.Invalid):
        TEXT(text)
