"""manifest.json, and what the code needs it to say.

The order of its keys, and what it says, is held by test_package.py.
"""

import ast
from importlib.metadata import version
import json
from pathlib import Path
import re
from typing import Any, Final

from homeassistant import components
from homeassistant.const import Platform
from homeassistant.helpers import config_validation as cv
from packaging.requirements import Requirement
import pytest
import voluptuous as vol

from ..words import INTEGRATION, MANIFEST, SOURCES

COMPONENTS = Path(components.__file__).parent
DISCOVERIES: Final = ("dhcp", "ssdp", "zeroconf")

_CAPITALS = vol.Match(r"^[0-9A-F]*\*[0-9A-F*]*$")
_CATEGORY = vol.Match(r"^[a-z_]+(\.[a-z_]+)?$")
# An exact pin would conflict with the pin of another integration, so it is a range.
_REQUIREMENT = vol.Match(r"^[\w.-]+>=\d[\w.]*,<\d[\w.]*$")
_SMALL = vol.Match(r"^[^A-Z]+$")


def _own_page(address: str) -> str:
    """Accept an address of our own, not one among Home Assistant's own pages."""
    if not address.startswith("https://") or "home-assistant.io" in address:
        raise vol.Invalid("no https address of our own")
    return address


def _component(domain: str) -> str:
    """Accept a component of Home Assistant."""
    if not (COMPONENTS / domain / "manifest.json").is_file():
        raise vol.Invalid("no such component")
    return domain


def _after_others(manifest: dict[str, Any]) -> dict[str, Any]:
    """Refuse to wait for a component that must be there anyway."""
    if {*manifest.get("dependencies", ())} & {*manifest.get("after_dependencies", ())}:
        raise vol.Invalid("in dependencies and in after_dependencies")
    return manifest


_PAGE = vol.All(vol.Url(), _own_page)
_COMPONENTS = [vol.All(str, _component)]
_MANIFEST = vol.Schema(
    vol.All(
        {
            vol.Required("domain"): vol.All(cv.slug, INTEGRATION.name),
            vol.Required("name"): str,
            vol.Required("codeowners"): vol.All(
                [vol.Match(r"^@[\w-]+$")], vol.Length(min=1)
            ),
            vol.Required("config_flow"): True,
            vol.Required("documentation"): _PAGE,
            vol.Required("integration_type"): vol.In(
                ("device", "entity", "hardware", "helper", "hub", "service", "system")
            ),
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
            vol.Required("issue_tracker"): _PAGE,
            vol.Required("version"): vol.Match(r"^\d+\.\d+\.\d+((a|b|rc)\d+)?$"),
            vol.Optional("after_dependencies"): _COMPONENTS,
            vol.Optional("categories"): vol.All([_CATEGORY], vol.Length(min=1)),
            vol.Optional("connectivity"): vol.All([str], vol.Length(min=1)),
            vol.Optional("dependencies"): _COMPONENTS,
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
            vol.Optional("loggers"): [str],
            vol.Optional("quality_scale"): vol.In(
                ("bronze", "silver", "gold", "platinum")
            ),
            vol.Optional("requirements"): [_REQUIREMENT],
            vol.Optional("single_config_entry"): bool,
            vol.Optional("ssdp"): [vol.All({str: str}, vol.Length(min=1))],
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
        },
        _after_others,
    )
)
"""Closed. `categories` and `connectivity` are for Home Assistant 2026.11 and newer;
older ones ignore them."""


def used_components(tree: ast.AST) -> set[str]:
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


def test_domain() -> None:
    """Home Assistant has no such component itself: ours would hide it."""
    assert not (COMPONENTS / MANIFEST["domain"]).exists()


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
    assert used_components(SOURCES[module]) <= declared


@pytest.mark.parametrize(
    "change",
    [
        {"homeassistant": "2026.10.4"},
        {"config_flow": False},
        {"documentation": "http://example.com"},
        {"documentation": "https://"},
        {"documentation": "https://www.home-assistant.io/integrations/barco_pulse"},
        {"codeowners": ["nobody"]},
        {"after_dependencies": ["netwerk"]},
        {"after_dependencies": MANIFEST["dependencies"]},
        {"dhcp": [{"macaddress": "000d0a*"}]},
        {"dhcp": [{"macaddress": "000D0A"}]},
        {"dhcp": [{"hostname": "Barco*"}]},
        {"ssdp": [{}]},
        {"categories": ["Media"]},
        {"connectivity": []},
        {"requirements": ["wakeonlan>=3"]},
        {"requirements": ["wakeonlan==3.3.0"]},
        {"requirements": ["wakeonlan >=3, <5"]},
    ],
)
def test_rules(change: dict[str, Any]) -> None:
    """What is wrong is refused, and only for that reason."""
    _MANIFEST(MANIFEST)
    with pytest.raises(vol.Invalid):
        _MANIFEST(MANIFEST | change)


def test_requirements_agree_with_core() -> None:
    """Whatever version core pins for its own Wake on LAN is good enough."""
    [requirement] = map(Requirement, MANIFEST["requirements"])
    [core] = json.loads((COMPONENTS / "wake_on_lan" / "manifest.json").read_text())[
        "requirements"
    ]
    versions = [core.partition("==")[2], version(requirement.name), "3.0.0", "4.0.0"]
    assert all(map(requirement.specifier.contains, versions))
