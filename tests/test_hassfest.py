"""What hassfest and the HACS action check, without either and without a network.

Said anew from their rules for custom integrations, as of 2026.11; on publishing the
two run all the same. Texts and the order of the manifest are held by
test_translations.py and test_package.py.
"""

import ast
import json
from pathlib import Path
import re
from typing import Any, Final

from homeassistant.const import Platform
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.selector import TargetSelector, validate_selector
import pytest
import voluptuous as vol

from .words import ACTIONS, ENGLISH, ICONS, INTEGRATION, SOURCES, WORDS, texts

ROOT = INTEGRATION.parents[1]
MANIFEST: dict[str, Any] = json.loads((INTEGRATION / "manifest.json").read_text())
DISCOVERIES: Final = ("dhcp", "ssdp", "zeroconf")

_TEXTS = {str: str}
_KEY = vol.Match(r"^(?!.+[_-]{2})(?![_-])[a-z0-9-_]+(?<![_-])$")
_ICON = vol.Match(r"^mdi:[a-z0-9-]+$")
_PLAIN = vol.Match(r"^[^{}]*$")
_STATES = {_KEY: _PLAIN}


def _https(address: str) -> str:
    """Accept an address of our own, not one among Home Assistant's own pages."""
    if not address.startswith("https://") or "home-assistant.io" in address:
        raise vol.Invalid("no https address of our own")
    return address


def _described(flow: dict[str, Any]) -> dict[str, Any]:
    """Refuse to describe a field that is not there."""
    for step in flow["step"].values():
        for part in (step, *step.get("sections", {}).values()):
            if (
                not part.get("data_description", {}).keys()
                <= part.get("data", {}).keys()
            ):
                raise vol.Invalid("data_description of what is not in data")
    return flow


# manifest.json

_CAPITALS = vol.Match(r"^[0-9A-F]*\*[0-9A-F*]*$")
_SMALL = vol.Match(r"^[^A-Z]+$")
_MANIFEST = vol.Schema(
    {
        vol.Required("domain"): vol.All(cv.slug, INTEGRATION.name),
        vol.Required("name"): str,
        vol.Required("codeowners"): vol.All(
            [vol.Match(r"^@[\w-]+$")], vol.Length(min=1)
        ),
        vol.Required("documentation"): _https,
        vol.Required("iot_class"): vol.In(
            (
                "assumed_state",
                "calculated",
                "cloud_polling",
                "cloud_push",
                "local_polling",
                "local_push",
            )
        ),
        vol.Required("issue_tracker"): _https,
        vol.Required("version"): vol.Match(r"^\d+\.\d+\.\d+((a|b|rc)\d+)?$"),
        vol.Optional("after_dependencies"): [cv.slug],
        vol.Optional("config_flow"): bool,
        vol.Optional("dependencies"): [cv.slug],
        vol.Optional("dhcp"): [
            vol.All(
                {
                    vol.Optional("hostname"): _SMALL,
                    vol.Optional("macaddress"): _CAPITALS,
                    vol.Optional("registered_devices"): bool,
                },
                vol.Length(min=1),
            )
        ],
        vol.Optional("import_executor"): bool,
        vol.Optional("integration_type"): vol.In(
            ("device", "entity", "hardware", "helper", "hub", "service", "system")
        ),
        vol.Optional("loggers"): [str],
        vol.Optional("quality_scale"): vol.In(("bronze", "silver", "gold", "platinum")),
        vol.Optional("requirements"): [vol.Match(r"^[\w.-]+==[\w.]+$")],
        vol.Optional("single_config_entry"): bool,
        vol.Optional("ssdp"): [vol.All(_TEXTS, vol.Length(min=1))],
        vol.Optional("zeroconf"): [
            vol.Any(
                str,
                {
                    vol.Required("type"): str,
                    vol.Optional("name"): _SMALL,
                    vol.Optional("properties"): {str: _SMALL},
                },
            )
        ],
    }
)
"""Closed: neither `categories` nor `connectivity`, which our oldest Home Assistant
does not know."""

# hacs.json

_HACS = vol.Schema(
    {
        vol.Required("name"): str,
        vol.Optional("content_in_root"): bool,
        vol.Optional("country"): vol.Any(str, [str]),
        vol.Optional("filename"): str,
        vol.Optional("hacs"): str,
        vol.Optional("hide_default_branch"): bool,
        vol.Optional("homeassistant"): vol.Match(r"^\d{4}\.\d{1,2}\.\d+$"),
        vol.Optional("persistent_directory"): str,
        vol.Optional("zip_release"): bool,
    }
)

# translations

_FIELDS = {
    vol.Optional("description"): str,
    vol.Optional("data"): _TEXTS,
    vol.Optional("data_description"): _TEXTS,
}
_FLOW = vol.All(
    vol.Schema(
        {
            vol.Optional("flow_title"): str,
            vol.Required("step"): {
                str: {
                    **_FIELDS,
                    vol.Optional("title"): str,
                    vol.Optional("menu_options"): _TEXTS,
                    vol.Optional("menu_option_descriptions"): _TEXTS,
                    vol.Optional("submit"): str,
                    vol.Optional("sections"): {
                        str: {**_FIELDS, vol.Optional("name"): str}
                    },
                }
            },
            vol.Optional("error"): _TEXTS,
            vol.Optional("abort"): _TEXTS,
            vol.Optional("progress"): _TEXTS,
            vol.Optional("create_entry"): _TEXTS,
            vol.Optional("initiate_flow"): {vol.Required("user"): str},
        }
    ),
    _described,
)
_NAMED = {vol.Required("name"): str, vol.Required("description"): str}
_TRANSLATIONS = vol.Schema(
    {
        vol.Optional("title"): str,
        vol.Optional("config"): _FLOW,
        vol.Optional("options"): _FLOW,
        vol.Optional("device"): {_KEY: {vol.Optional("name"): str}},
        vol.Optional("entity"): {
            vol.In([*Platform]): {
                _KEY: {
                    vol.Optional("name"): str,
                    vol.Optional("state"): _STATES,
                    vol.Optional("state_attributes"): {
                        _KEY: {
                            vol.Optional("name"): str,
                            vol.Optional("state"): _STATES,
                        }
                    },
                    vol.Optional("unit_of_measurement"): _PLAIN,
                }
            }
        },
        vol.Optional("exceptions"): {cv.slug: {vol.Optional("message"): str}},
        vol.Optional("issues"): {
            str: vol.All(
                cv.has_at_least_one_key("description", "fix_flow"),
                {
                    vol.Required("title"): str,
                    vol.Exclusive("description", "fixable"): str,
                    vol.Exclusive("fix_flow", "fixable"): _FLOW,
                },
            )
        },
        vol.Optional("selector"): {
            cv.slug: {
                vol.Optional("options"): {_KEY: str},
                vol.Optional("unit_of_measurement"): {_KEY: str},
            }
        },
        vol.Optional("services"): {
            cv.slug: {
                **_NAMED,
                vol.Optional("fields"): {
                    cv.slug: {**_NAMED, vol.Optional("example"): str}
                },
                vol.Optional("sections"): {cv.slug: {**_NAMED}},
            }
        },
    }
)

# icons.json

_STATE_ICONS = {_KEY: _ICON}
_ICONS = vol.Schema(
    {
        vol.Optional("entity"): {
            vol.In([*Platform]): {
                _KEY: {
                    vol.Optional("default"): _ICON,
                    vol.Optional("range"): {vol.Coerce(float): _ICON},
                    vol.Optional("state"): _STATE_ICONS,
                    vol.Optional("state_attributes"): {
                        _KEY: {
                            vol.Required("default"): _ICON,
                            vol.Optional("state"): _STATE_ICONS,
                        }
                    },
                }
            }
        },
        vol.Optional("services"): {
            cv.slug: {
                vol.Optional("service"): _ICON,
                vol.Optional("sections"): _STATE_ICONS,
            }
        },
    }
)

# services.yaml

_THERE = vol.NotIn([None])
_SERVICES = vol.Schema(
    {
        cv.slug: {
            vol.Optional("target"): TargetSelector.CONFIG_SCHEMA,
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


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that is there twice."""
    assert len({key for key, _ in pairs}) == len(pairs)
    return dict(pairs)


def components(tree: ast.AST) -> set[str]:
    """Return the components of Home Assistant that a file imports."""
    modules = [
        f"{node.module}.{name.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for name in node.names
    ] + [
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    ]
    found = (re.match(r"homeassistant\.components\.(\w+)", m) for m in modules)
    return {match[1] for match in found if match}


def test_manifest() -> None:
    """Every key is known and has the form that is asked for."""
    _MANIFEST(MANIFEST)


@pytest.mark.parametrize("module", SOURCES)
def test_dependencies(module: str) -> None:
    """What is imported of Home Assistant's components is there: the manifest says so."""
    declared = {
        *MANIFEST.get("dependencies", ()),
        *MANIFEST.get("after_dependencies", ()),
        *(MANIFEST.keys() & DISCOVERIES),
        *Platform,
        module,
    }
    assert components(SOURCES[module]) <= declared


def test_hacs() -> None:
    """A closed list of keys; a zip needs a name."""
    told = json.loads((ROOT / "hacs.json").read_text())
    _HACS(told)
    assert told.get("zip_release", False) is ("filename" in told)


def test_repository() -> None:
    """One integration, with what the HACS action asks for."""
    integrations = INTEGRATION.parent.glob("*/manifest.json")
    assert [path.parent for path in integrations] == [INTEGRATION]
    assert (INTEGRATION / "brand" / "icon.png").is_file()
    assert (ROOT / "README.md").is_file()
    assert (ROOT / "LICENSE").read_text().startswith("MIT License")


@pytest.mark.parametrize("language", WORDS)
def test_translations(language: str) -> None:
    """Every key is known and has the form that is asked for."""
    _TRANSLATIONS(WORDS[language])


def test_texts() -> None:
    """Nothing is left to fill in that only the build of Home Assistant itself does."""
    assert not (INTEGRATION / "strings.json").exists()
    for path, text in texts(ENGLISH):
        assert "[%" not in text, path
        assert "www." not in text, path
        assert all(name.isidentifier() for name in re.findall(r"{(.*?)}", text)), path


def test_icons() -> None:
    """Every key is known and has the form that is asked for."""
    _ICONS(ICONS)


def test_actions() -> None:
    """What describes an action to a person is valid, and does not point at devices."""
    _SERVICES(ACTIONS)
    for action in ACTIONS.values():
        assert "device" not in action.get("target", {})


def test_only_for_config_entries() -> None:
    """Who has actions but no YAML says that there is no YAML."""
    assert "CONFIG_SCHEMA" in ast.unparse(SOURCES["__init__"])


@pytest.mark.parametrize(
    "path", sorted(INTEGRATION.rglob("*.json")), ids=lambda path: str(path.name)
)
def test_json(path: Path) -> None:
    """No key twice: the last would win."""
    json.loads(path.read_text(), object_pairs_hook=unique)


# The rules themselves


@pytest.mark.parametrize(
    ("schema", "valid", "change"),
    [
        (_MANIFEST, MANIFEST, {"homeassistant": "2026.10.0"}),
        (_MANIFEST, MANIFEST, {"documentation": "http://example.com"}),
        (_MANIFEST, MANIFEST, {"codeowners": ["nobody"]}),
        (_MANIFEST, MANIFEST, {"dhcp": [{"macaddress": "000d0a*"}]}),
        (_MANIFEST, MANIFEST, {"dhcp": [{"hostname": "Barco*"}]}),
        (_MANIFEST, MANIFEST, {"ssdp": [{}]}),
        (_MANIFEST, MANIFEST, {"requirements": ["wakeonlan>=3"]}),
        (_HACS, {"name": "Barco Pulse"}, {"domains": ["sensor"]}),
        (_TRANSLATIONS, ENGLISH, {"entities": {}}),
        (_TRANSLATIONS, ENGLISH, {"exceptions": {"Not now": {"message": "x"}}}),
        (
            _TRANSLATIONS,
            ENGLISH,
            {
                "options": {
                    "step": {"init": {"data": {}, "data_description": {"x": "y"}}}
                }
            },
        ),
        (
            _TRANSLATIONS,
            ENGLISH,
            {"entity": {"sensor": {"state": {"state": {"on": "{on}"}}}}},
        ),
        (
            _TRANSLATIONS,
            ENGLISH,
            {
                "issues": {
                    "a": {"title": "A", "description": "B", "fix_flow": {"step": {}}}
                }
            },
        ),
        (_ICONS, ICONS, {"services": {"get_property": {"service": "database"}}}),
        (_SERVICES, ACTIONS, {"go": {"fields": {"x": {"selector": {"none": {}}}}}}),
    ],
)
def test_rules(
    schema: vol.Schema, valid: dict[str, Any], change: dict[str, Any]
) -> None:
    """What is wrong is refused, and only for that reason."""
    schema(valid)
    with pytest.raises(vol.Invalid):
        schema(valid | change)
